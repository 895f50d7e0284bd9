"""How good were the forecasts?"""

import numpy as np
import pandas as pd
import pytest

from tacheles.contract import SHARED_KPIS
from tacheles.estimate import COLUMNS, Estimates
from tacheles.roi import forecast
from tests.roi_tables import QUARTER


def kpi(name="K1", **more):
    row = {"shared_kpi_id": name, "version": 1, "metric": name, "baseline": 100.0, "target": 80.0}
    row |= {"forecast_low": 70.0, "forecast_mid": 80.0, "forecast_high": 90.0}
    return row | {"judged_on": pd.Timestamp("2026-09-30")} | more


def kpis(*rows):
    return pd.DataFrame(list(rows), columns=[column.name for column in SHARED_KPIS.columns])


def came(**values):
    rows = [
        {"metric": name, "quarter": "2026-Q3", "value": value, "status": "ok"}
        for name, value in values.items()
    ]
    return Estimates(pd.DataFrame(rows).reindex(columns=COLUMNS))


class TestJudged:
    def test_a_fall_below_the_target_reaches_it(self):
        (row,) = forecast.judged_forecasts(kpis(kpi()), came(K1=75.0), QUARTER).to_dict("records")
        assert row["is_reached"]
        assert row["is_inside"]
        assert 0.5 == row["chance"]

    def test_a_rise_has_to_come_above(self):
        rises = kpi(baseline=50.0)
        (row,) = forecast.judged_forecasts(kpis(rises), came(K1=95.0), QUARTER).to_dict("records")
        assert row["is_reached"]
        assert not row["is_inside"]

    def test_the_first_version_is_the_forecast(self):
        later = kpi(version=2, forecast_low=94.0, forecast_mid=95.0, forecast_high=96.0)
        (row,) = forecast.judged_forecasts(kpis(later, kpi()), came(K1=95.0), QUARTER).to_dict(
            "records"
        )
        assert not row["is_inside"]

    def test_what_is_judged_later_or_has_no_number_is_not_judged(self):
        later = kpi(judged_on=pd.Timestamp("2026-12-31"))
        assert forecast.judged_forecasts(kpis(later), came(K1=75.0), QUARTER).empty
        assert forecast.judged_forecasts(kpis(kpi()), came(other=75.0), QUARTER).empty
        without = kpi(forecast_mid=None)
        assert forecast.judged_forecasts(kpis(without), came(K1=75.0), QUARTER).empty


class TestChance:
    def test_low_and_high_are_the_tenth_and_ninetieth_percentile(self):
        chances = [forecast.chance_below(x, 70.0, 80.0, 95.0) for x in (70.0, 80.0, 95.0)]
        assert [0.1, 0.5, 0.9] == pytest.approx(chances)

    def test_a_forecast_without_a_spread_is_sure(self):
        assert [0, 1] == [forecast.chance_below(x, 80.0, 80.0, 80.0) for x in (79.0, 81.0)]


def test_the_brier_score_is_the_mean_squared_distance():
    """Sure and right, sure and wrong, one half: (0 + 1 + 0.25) / 3."""
    score = forecast.brier_score(np.array([1.0, 1.0, 0.5]), np.array([1, 0, 1]))
    assert 1.25 / 3 == pytest.approx(score)


class TestRecord:
    def many(self, n, inside):
        names = [f"K{i}" for i in range(n)]
        values = {name: 75.0 if i < inside else 99.0 for i, name in enumerate(names)}
        return kpis(*map(kpi, names)), came(**values)

    def test_coverage_is_the_share_of_forecasts_that_held_what_came(self):
        row = forecast.forecast_coverage(*self.many(10, 8), QUARTER).iloc[0]
        assert 0.8 == row["value"]
        assert 10 == row["n"]
        assert 0.49 == pytest.approx(row["low"], abs=0.001)

    def test_below_eight_it_is_too_early_to_say(self):
        for define in (forecast.forecast_coverage, forecast.forecast_score):
            row = define(*self.many(7, 7), QUARTER).iloc[0]
            assert "not_mature" == row["status"]
            assert 7 == row["n"]

    def test_the_score_of_a_coin_is_a_quarter(self):
        assert 0.25 == forecast.forecast_score(*self.many(8, 8), QUARTER).iloc[0]["value"]

    def test_without_a_forecast_there_is_no_data(self):
        for define in (forecast.forecast_coverage, forecast.forecast_score):
            assert "no_data" == define(kpis(), came(K1=1.0), QUARTER).iloc[0]["status"]
