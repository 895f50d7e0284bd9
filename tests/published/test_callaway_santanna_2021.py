"""
Minimum wage and teenage employment in 500 counties: group-time effects, number by number.

Callaway, B. and Sant'Anna, P. (2021). Difference-in-differences with multiple time periods. Journal
of Econometrics 225, 200-230; the data set `mpdta` and the output of the authors' R package `did`.
"""

import pandas as pd
import pytest

from tacheles.evidence.cohorts import AccountMonths
from tacheles.evidence.staggered import group_time_effects, two_way_fixed_effects

SCENARIOS = {"never": "mpdta_nev_dr", "not_yet": "mpdta_nyt_dr"}


@pytest.fixture
def counties(exports):
    long = pd.read_csv(exports / "causal" / "mpdta.csv")
    table = long.pivot(index="countyreal", columns="year", values="lemp")
    table.columns = pd.to_datetime(table.columns.astype(str), format="%Y")
    first = long.groupby("countyreal")["first.treat"].first()
    years = first.where(first > 0).astype("Int64").astype("string")
    return AccountMonths(table, pd.to_datetime(years, format="%Y"))


@pytest.mark.parametrize("control", SCENARIOS)
def test_every_effect_and_its_standard_error(counties, control, exports):
    printed = pd.read_csv(exports / "causal" / "mpdta_ref_attgt.csv")
    printed = printed[printed["scenario"] == SCENARIOS[control]]
    found = group_time_effects(counties, control)
    assert printed["group"].tolist() == (2003 + found.groups).tolist()
    assert printed["t"].tolist() == (2003 + found.periods).tolist()
    assert printed["att"].tolist() == pytest.approx(found.effects.tolist(), abs=1e-6)
    assert printed["se"].tolist() == pytest.approx(found.standard_errors.tolist(), abs=1e-6)


@pytest.mark.parametrize(
    ("control", "mean", "effect", "error"),
    [
        ("never", "simple", -0.039951, 0.012034),
        ("never", "dynamic", -0.077240, 0.019965),
        ("never", "by_group", -0.031018, 0.012446),
        ("not_yet", "simple", -0.039764, 0.012052),
    ],
)
def test_the_means_over_effects(counties, control, mean, effect, error):
    found = getattr(group_time_effects(counties, control), mean)()
    assert (effect, error) == (round(found.value, 6), round(found.standard_error, 6))


def test_the_pre_trend_test(counties):
    statistic, p = group_time_effects(counties, "never").pre_trend()
    assert (7.79124, 0.16812) == (round(statistic, 5), round(p, 5))


def test_two_way_fixed_effects(counties):
    found = two_way_fixed_effects(counties)
    assert (-0.037, 0.013) == pytest.approx((found.value, found.standard_error), abs=0.001)
