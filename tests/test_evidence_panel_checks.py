"""Each check of a panel: passed where all is quiet, failed by what it is there to notice."""

import numpy as np
import pandas as pd
import pytest
from simulated import accounts as simulated
from simulated import check

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


def test_a_plain_case_passes_all_checks(rng):
    evidence = difference_in_differences(simulated("−25 % at once"), rng).evidence
    assert "C" == evidence.grade
    assert [] == [check.name for check in evidence.checks if check.passed is not True]


@pytest.mark.parametrize(("scenario", "passed"), [("", True), ("80 accounts, −25 %", True)])
def test_forty_joiners_and_as_many_others_are_enough(scenario, passed, rng):
    found = check(difference_in_differences(simulated(scenario), rng), "enough_data")
    assert passed == found.passed


@pytest.mark.parametrize(("accounts", "months"), [(78, 18), (400, 11)])
def test_fewer_are_not(accounts, months, rng):
    given = simulated(accounts=accounts)
    short = AccountMonths(given.outcomes.iloc[:, :months], given.joined)
    result = difference_in_differences(short, rng)
    assert check(result, "enough_data").passed is False
    assert "D" == result.evidence.grade


def test_where_all_join_in_the_end_the_few_that_wait_are_counted(exact, rng):
    """All but thirty have joined in the months that are judged."""
    joined = exact.joined.copy()
    joined.iloc[100:170] = pd.Timestamp("2025-07-01")
    result = difference_in_differences(AccountMonths(exact.outcomes, joined), rng)
    found = check(result, "enough_data")
    assert found.passed is False
    assert {"months": 12, "joiners": 170, "others": 30} == dict(found.facts)


def test_a_drift_before_joining_is_told(rng):
    """Ten percent a month; the standard error is about one and a half."""
    result = difference_in_differences(simulated(joiners_drift=-0.1), rng)
    found = check(result, "drift_before_joining")
    assert found.passed is False
    assert found.facts["p"] < 0.001


def test_a_step_half_a_year_before_joining_fails_the_placebo(rng):
    accounts = simulated(months=24)
    outcomes = accounts.outcomes.copy()
    places = accounts.places
    early = (np.arange(24) >= places[:, None] - 6) & (places < 24)[:, None]
    outcomes = outcomes.where(~early, 0)
    result = difference_in_differences(AccountMonths(outcomes, accounts.joined), rng)
    assert check(result, "placebo_joining").passed is False
    assert check(result, "placebo_joining").facts["high"] < 0
    assert "D" <= result.evidence.grade


def test_where_nobody_stays_out_that_check_cannot_be_made(rng):
    accounts = simulated()
    has = accounts.joined.notna()
    late = accounts.joined.where(has, accounts.outcomes.columns[-1])
    result = difference_in_differences(AccountMonths(accounts.outcomes, late), rng)
    assert check(result, "never_joined_only").passed is None


def test_a_spike_before_joining_is_told_by_the_other_donut(exact, rng):
    """Ten times the tickets in the month before joining: without a donut all falls from it."""
    outcomes = exact.outcomes.copy()
    outcomes.iloc[:100, 5] *= 10
    result = difference_in_differences(AccountMonths(outcomes, exact.joined), rng)
    assert -0.5 == pytest.approx(result.relative.value)
    assert check(result, "other_donut").passed is False
    assert check(result, "other_donut").facts["change"] < -0.6


def test_an_outcome_that_cannot_be_touched_must_not_react(rng):
    accounts, other = simulated(), simulated(effect=-0.7)
    touched = AccountMonths(other.outcomes, accounts.joined)
    result = difference_in_differences(accounts, rng, untouched=touched)
    assert check(result, "untouched_outcome").passed is False
    assert "D" == result.evidence.grade
    harmless = difference_in_differences(accounts, rng, untouched=accounts)
    assert check(harmless, "untouched_outcome").passed is True
