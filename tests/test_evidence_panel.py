from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tacheles.demo.panels import ACCOUNTS, account_panel
from tacheles.evidence.cohorts import AccountMonths
from tacheles.evidence.panel import difference_in_differences

SCENARIOS = {scenario.name: scenario for scenario in ACCOUNTS}


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def simulated(scenario: str = "no effect", seed: int = 1, **more) -> AccountMonths:
    panel = account_panel(replace(SCENARIOS[scenario], **more), np.random.default_rng(seed))
    return AccountMonths(panel.tickets, panel.joined)


def check(result, name: str):
    return next(check for check in result.evidence.checks if check.name == name)


@pytest.fixture
def exact():
    """Two hundred accounts of different size, a season, no noise; half of them halve in July."""
    months = pd.date_range("2025-01-01", periods=12, freq="MS")
    season = 1 + 0.3 * np.sin(np.arange(12))
    outcomes = np.outer(1 + np.arange(200) % 5, season)
    joins = np.arange(200) < 100
    outcomes[np.ix_(joins, np.arange(12) >= 6)] /= 2
    names = [f"a{i}" for i in range(200)]
    joined = pd.Series(pd.Timestamp("2025-07-01"), names).where(joins)
    return AccountMonths(pd.DataFrame(outcomes, names, months), joined)


class TestEffect:
    def test_without_noise_it_is_exact(self, exact, rng):
        result = difference_in_differences(exact, rng)
        assert -0.5 == pytest.approx(result.without_drift.value)
        assert -0.5 == pytest.approx(result.relative.value)
        observed = exact.outcomes.to_numpy()[:100, 6:].sum()
        assert observed == pytest.approx(result.avoided().value)  # as much as is left
        assert (100, 0) == (result.joiners, result.left_out)
        assert exact.outcomes.columns[6:].tolist() == result.months.tolist()

    def test_the_parts_of_what_was_avoided_add_up(self, exact, rng):
        result = difference_in_differences(exact, rng)
        parts = [result.avoided(months) for months in (slice(0, 3), slice(3, None))]
        assert result.avoided().value == pytest.approx(sum(part.value for part in parts))

    def test_a_doubled_outcome_is_negative_avoided(self, exact, rng):
        doubled = exact.outcomes.copy()
        doubled.iloc[:100, 6:] *= 4
        result = difference_in_differences(AccountMonths(doubled, exact.joined), rng)
        assert 1.0 == pytest.approx(result.relative.value)
        assert result.avoided().value < 0

    def test_accounts_that_cannot_be_used_are_counted(self, exact, rng):
        outcomes, joined = exact.outcomes.copy(), exact.joined.copy()
        outcomes.iloc[150, 0] = np.nan
        joined.iloc[:2] = pd.Timestamp("2025-03-01")
        result = difference_in_differences(AccountMonths(outcomes, joined), rng)
        assert (98, 3) == (result.joiners, result.left_out)

    @pytest.mark.parametrize("month", [None, "2025-01-01"])
    def test_nobody_to_judge_is_refused(self, exact, month, rng):
        joined = pd.Series(pd.Timestamp(month) if month else pd.NaT, exact.joined.index)
        with pytest.raises(ValueError, match="no account joined"):
            difference_in_differences(AccountMonths(exact.outcomes, joined), rng)

    def test_the_same_seed_gives_the_same_draws(self):
        accounts = simulated()
        one, two = (
            difference_in_differences(accounts, np.random.default_rng(3), draws=50)
            for _ in range(2)
        )
        assert one.log_ratio.tolist() == two.log_ratio.tolist()


class TestBreakdown:
    def test_at_the_breakdown_drift_the_claim_vanishes(self, rng):
        accounts = simulated("−25 % at once")
        result = difference_in_differences(accounts, rng)
        assert result.without_drift.is_fall()
        assert -0.03 < result.breakdown_drift < 0

    def test_without_a_claim_there_is_nothing_to_break(self, rng):
        result = difference_in_differences(simulated(), rng)
        assert not result.without_drift.is_fall()
        assert result.breakdown_drift is None

    def test_a_rise_breaks_down_at_a_positive_drift(self, rng):
        result = difference_in_differences(simulated(effect=0.5), rng)
        assert result.breakdown_drift > 0

    def test_a_huge_effect_does_not_break_down(self, exact, rng):
        outcomes = exact.outcomes.copy()
        outcomes.iloc[:100, 6:] /= 1000
        result = difference_in_differences(AccountMonths(outcomes, exact.joined), rng)
        assert -np.inf == result.breakdown_drift


class TestEvidence:
    def test_a_plain_case_passes_all_checks(self, rng):
        evidence = difference_in_differences(simulated("−25 % at once"), rng).evidence
        assert "C" == evidence.grade
        assert [] == [check.name for check in evidence.checks if check.passed is not True]

    @pytest.mark.parametrize(
        ("scenario", "passed"), [("no effect", True), ("80 accounts, −25 %", True)]
    )
    def test_forty_joiners_and_as_many_others_are_enough(self, scenario, passed, rng):
        found = check(difference_in_differences(simulated(scenario), rng), "enough_data")
        assert passed == found.passed

    @pytest.mark.parametrize(("accounts", "months"), [(78, 18), (400, 11)])
    def test_fewer_are_not(self, accounts, months, rng):
        given = simulated(accounts=accounts)
        short = AccountMonths(given.outcomes.iloc[:, :months], given.joined)
        result = difference_in_differences(short, rng)
        assert check(result, "enough_data").passed is False
        assert "D" == result.evidence.grade

    def test_where_all_join_in_the_end_the_few_that_wait_are_counted(self, exact, rng):
        """All but thirty have joined in the months that are judged."""
        joined = exact.joined.copy()
        joined.iloc[100:170] = pd.Timestamp("2025-07-01")
        result = difference_in_differences(AccountMonths(exact.outcomes, joined), rng)
        found = check(result, "enough_data")
        assert found.passed is False
        assert {"months": 12, "joiners": 170, "others": 30} == dict(found.facts)

    def test_a_drift_before_joining_is_told(self, rng):
        """Ten percent a month; the standard error is about one and a half."""
        result = difference_in_differences(simulated(joiners_drift=-0.1), rng)
        found = check(result, "drift_before_joining")
        assert found.passed is False
        assert found.facts["p"] < 0.001

    def test_a_step_half_a_year_before_joining_fails_the_placebo(self, rng):
        accounts = simulated(months=24)
        outcomes = accounts.outcomes.copy()
        places = accounts.places
        early = (np.arange(24) >= places[:, None] - 6) & (places < 24)[:, None]
        outcomes = outcomes.where(~early, 0)
        result = difference_in_differences(AccountMonths(outcomes, accounts.joined), rng)
        assert check(result, "placebo_joining").passed is False
        assert check(result, "placebo_joining").facts["high"] < 0
        assert "D" <= result.evidence.grade

    def test_where_nobody_stays_out_that_check_cannot_be_made(self, rng):
        accounts = simulated()
        has = accounts.joined.notna()
        late = accounts.joined.where(has, accounts.outcomes.columns[-1])
        result = difference_in_differences(AccountMonths(accounts.outcomes, late), rng)
        assert check(result, "never_joined_only").passed is None

    def test_a_spike_before_joining_is_told_by_the_other_donut(self, exact, rng):
        """Ten times the tickets in the month before joining: without a donut all falls from it."""
        outcomes = exact.outcomes.copy()
        outcomes.iloc[:100, 5] *= 10
        result = difference_in_differences(AccountMonths(outcomes, exact.joined), rng)
        assert -0.5 == pytest.approx(result.relative.value)
        assert check(result, "other_donut").passed is False
        assert check(result, "other_donut").facts["change"] < -0.6

    def test_an_outcome_that_cannot_be_touched_must_not_react(self, rng):
        accounts, other = simulated(), simulated(effect=-0.7)
        touched = AccountMonths(other.outcomes, accounts.joined)
        result = difference_in_differences(accounts, rng, untouched=touched)
        assert check(result, "untouched_outcome").passed is False
        assert "D" == result.evidence.grade
        harmless = difference_in_differences(accounts, rng, untouched=accounts)
        assert check(harmless, "untouched_outcome").passed is True
