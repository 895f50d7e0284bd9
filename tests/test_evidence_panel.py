import numpy as np
import pandas as pd
import pytest
from simulated import accounts as simulated

from tacheles.evidence.cohorts import AccountMonths
from tacheles.evidence.panel import difference_in_differences


@pytest.fixture
def rng():
    return np.random.default_rng(1)


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
