import numpy as np
import pandas as pd
import pytest

from tacheles.evidence.cohorts import AccountMonths
from tacheles.evidence.staggered import group_time_effects, two_way_fixed_effects

MONTHS = pd.date_range("2025-01-01", periods=4, freq="MS")


@pytest.fixture
def units():
    """Everybody gains 1 a month; who joins gains 5 more at once, and 2 more with each month."""
    time = np.arange(4)
    joins = np.array([2, 2, 3, 3, 9, 9])
    since = time - joins[:, None]
    gains = np.where(since >= 0, 5 + 2 * since, 0)
    outcomes = np.arange(6)[:, None] * 10 + time + gains
    months = [MONTHS[join] if join < 4 else pd.NaT for join in joins]
    return AccountMonths(
        pd.DataFrame(outcomes, list("abcdef"), MONTHS, dtype=float),
        pd.Series(months, list("abcdef")),
    )


@pytest.mark.parametrize("control", ["never", "not_yet"])
def test_each_cohort_has_its_effect_in_each_month(units, control):
    found = group_time_effects(units, control)
    effects = {
        (group, period): effect
        for group, period, effect in zip(
            found.groups.tolist(), found.periods.tolist(), found.effects, strict=True
        )
    }
    expected = {(2, 1): 0, (2, 2): 5, (2, 3): 7, (3, 1): 0, (3, 2): 0, (3, 3): 5}
    assert expected == pytest.approx(effects)


def test_the_means_over_effects_are_weighted_as_they_say(units):
    """Three effects after joining: 5 and 7 of one cohort, 5 of the other, both of two units."""
    found = group_time_effects(units)
    assert (5 + 7 + 5) / 3 == pytest.approx(found.simple().value)
    assert ((5 + 7) / 2 + 5) / 2 == pytest.approx(found.by_group().value)
    assert ((5 + 5) / 2 + 7) / 2 == pytest.approx(found.dynamic().value)


def test_two_way_effects_misread_effects_that_grow(units):
    """
    The late cohort is compared with the early one, whose gain goes on: less than the true mean.

    Both cohorts gain 17/3 on average; two-way effects give the weighted comparisons, below it.
    """
    assert two_way_fixed_effects(units).value < 17 / 3


def test_two_way_effects_are_exact_where_all_join_at_once(units):
    at_once = units.joined.where(units.joined.isna(), MONTHS[2])
    time = np.arange(4)
    outcomes = (
        units.outcomes * 0
        + np.arange(6)[:, None]
        + time
        + 5 * ((time >= 2) & at_once.notna().to_numpy()[:, None])
    )
    found = two_way_fixed_effects(AccountMonths(outcomes, at_once))
    assert 5 == pytest.approx(found.value)
    assert 0 == pytest.approx(found.standard_error, abs=1e-9)


def test_units_that_had_joined_before_the_first_month_are_left_out(units):
    early = units.joined.copy()
    early["a"] = MONTHS[0]
    found = group_time_effects(AccountMonths(units.outcomes, early))
    assert 5 == len(found.influence)
    assert 5 == pytest.approx(found.effects[(found.groups == 3) & (found.periods == 3)][0])


def test_parallel_units_pass_the_pre_trend_test(units):
    """With noise of its own each unit's influence is not 0 and the statistic exists."""
    rng = np.random.default_rng(2)
    many = pd.concat([units.outcomes] * 40, ignore_index=True)
    many += rng.normal(0, 1, many.shape)
    joined = pd.concat([units.joined] * 40, ignore_index=True)
    statistic, p = group_time_effects(AccountMonths(many, joined)).pre_trend()
    assert statistic > 0
    assert p > 0.01
    drifting = many + 0.5 * np.outer(joined.notna(), np.arange(4))
    assert group_time_effects(AccountMonths(drifting, joined)).pre_trend()[1] < 0.01
