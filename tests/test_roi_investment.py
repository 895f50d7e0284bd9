"""What do we invest in next?"""

import numpy as np
import pandas as pd
import pytest

from tacheles.contract import SHARED_KPIS
from tacheles.roi import investment
from tests.roi_tables import QUARTER, outcome, programme

QUARTER_DAYS = "2026-10-01", "2027-09-30"


def initiative(name, **more):
    row = {"initiative_id": name, "name": name, "cost": 3000.0}
    row |= {"value_low": 1000.0, "value_mid": 4000.0, "value_high": 7000.0}
    starts, ends = map(pd.Timestamp, QUARTER_DAYS)
    return row | {"starts_on": starts, "ends_on": ends} | more


def asked(*rows, kpi=None, outcomes=()):
    kpis = pd.DataFrame(
        [] if kpi is None else [kpi], columns=[column.name for column in SHARED_KPIS.columns]
    )
    program = programme(*(outcomes or [outcome("C9", [1])]))
    return investment.investments(pd.DataFrame(list(rows)), kpis, program, QUARTER)


def value(define, *rows, **options):
    found = define(asked(*rows, **options), QUARTER)
    assert 1 == len(found)
    return found.iloc[0]


class TestJudged:
    def test_return_is_of_the_judged_range_with_grade_f(self):
        """A symmetric PERT has its mode as median: 4,000 for 3,000."""
        row = value(investment.investment_return, initiative("I1"))
        assert 1 / 3 == pytest.approx(row["value"], abs=1e-3)
        assert row["low"] < 0 < row["high"]
        assert "F" == row["grade"]

    def test_the_probability_is_the_share_above_the_cost(self):
        row = value(investment.probability_of_payback, initiative("I1", cost=4000.0))
        assert 0.5 == pytest.approx(row["value"], abs=0.01)

    def test_payback_is_in_proportion_of_the_quarters_it_runs(self):
        """Four quarters for 4,000: 3,000 after three of them."""
        row = value(investment.investment_payback_quarters, initiative("I1"))
        assert 3 == pytest.approx(row["value"], abs=0.01)

    def test_what_takes_longer_than_it_runs_never_pays(self):
        row = value(investment.investment_payback_quarters, initiative("I1", cost=5000.0))
        assert np.inf == row["value"]

    def test_break_even_is_the_part_of_the_likely_value_that_must_come_true(self):
        assert 0.75 == pytest.approx(
            value(investment.investment_break_even, initiative("I1"))["value"], abs=1e-3
        )
        worthless = initiative("I1", value_low=-2.0, value_mid=-1.0, value_high=0.0)
        assert "not_applicable" == value(investment.investment_break_even, worthless)["status"]

    def test_refusing_costs_the_value_of_a_quarter(self):
        row = value(investment.cost_of_refusing, initiative("I1"))
        assert 1000 == pytest.approx(row["value"], rel=0.01)

    def test_the_sum_asked_is_the_cost(self):
        assert 3000 == value(investment.investment_cost, initiative("I1"))["value"]


class TestWhich:
    def test_what_costs_nothing_is_over_or_was_never_judged_is_not_asked_for(self):
        rows = [
            initiative("I1"),
            initiative("I2", cost=0.0),
            initiative("I3", cost=None),
            initiative("I4", ends_on=pd.Timestamp("2026-09-30")),
            initiative("I5", value_mid=None),
        ]
        assert ["I1"] == [one.initiative_id for one in asked(*rows)]

    def test_one_that_a_claim_measures_takes_its_value_and_grade_from_there(self):
        """50 tickets at 20 in a quarter, for four quarters: 4,000, measured with grade C."""
        kpi = {"shared_kpi_id": "K1", "version": 1, "initiative_id": "I1"}
        measured = outcome("C1", [50], shared_kpi_id="K1")
        (one,) = asked(initiative("I1", value_mid=1e9), kpi=kpi, outcomes=[measured])
        assert 4000 == pytest.approx(np.median(one.value), rel=0.01)
        assert ("C", "C1") == (one.grade, one.claim_id)

    def test_a_claim_that_does_not_count_measures_nothing(self):
        kpi = {"shared_kpi_id": "K1", "version": 1, "initiative_id": "I1"}
        weak = outcome("C1", [50], shared_kpi_id="K1", design="opinion")
        (one,) = asked(initiative("I1"), kpi=kpi, outcomes=[weak])
        assert "F" == one.grade

    def test_where_nothing_is_asked_it_does_not_apply(self):
        row = value(investment.investment_return, initiative("I1", cost=0.0))
        assert "not_applicable" == row["status"]
