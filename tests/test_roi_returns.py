"""What came back, and how sure that is."""

import numpy as np
import pandas as pd
import pytest

from tacheles.contract import DEALS
from tacheles.estimate import COLUMNS, Estimates
from tacheles.roi import returns
from tests.roi_tables import QUARTER, YEAR, assumed, assumption, outcome, programme, table


def only(rows):
    assert 1 == len(rows)
    return rows.iloc[0]


def by_segment(rows):
    return dict(zip(rows["segment"], rows["value"], strict=True))


def naive(*values, quarters=QUARTER):
    rows = pd.DataFrame({"quarter": list(quarters), "value": list(values)})
    return Estimates(rows.reindex(columns=COLUMNS))


class TestReturnOnInvestment:
    def test_it_is_net_value_by_cost_both_at_the_start(self):
        """1,500 tickets a quarter at 20 and 20,000 a quarter at 8 %: 50 %, NPV 38,130."""
        known = assumed(rate=0.08)
        program = programme(
            outcome("C1", [1500] * 4), paid=[20_000] * 4, quarters=YEAR, known=known
        )
        assert 0.5 == pytest.approx(only(returns.return_on_investment(program, YEAR))["value"])
        assert 38_130 == round(only(returns.net_present_value(program, YEAR))["value"])

    def test_it_carries_the_range_and_the_worst_grade_of_what_counts(self):
        program = programme(
            outcome("C1", [100], design="experiment"), outcome("C2", [100], spread=1.0)
        )
        row = only(returns.return_on_investment(program, QUARTER))
        # from 100 to 300 tickets at 20 for 1,000: 1 to 5, its 10th and 90th percentile 1.4 and 4.6
        assert [1.4, 3.0, 4.6] == pytest.approx(list(row[["low", "value", "high"]]), abs=0.01)
        assert "C" == row["grade"]
        assert 2 == row["n"]

    def test_without_a_claim_that_counts_there_is_no_return_to_tell(self):
        row = only(
            returns.return_on_investment(programme(outcome("C1", [1], design="opinion")), QUARTER)
        )
        assert "not_applicable" == row["status"]
        assert 1 == row["left_out"]

    def test_without_costs_there_is_no_return(self):
        row = only(returns.return_on_investment(programme(outcome("C1", [1]), paid=[0]), QUARTER))
        assert "no_data" == row["status"]

    def test_no_effect_means_that_the_costs_were_not_recovered(self):
        row = only(returns.return_on_investment(programme(outcome("C1", [100], 0.0)), QUARTER))
        assert -1 == row["value"]

    def test_a_harm_is_a_return_below_minus_one(self):
        row = only(returns.return_on_investment(programme(outcome("C1", [100], -0.5)), QUARTER))
        assert -2 == row["value"]


def test_the_probability_is_the_share_of_draws_above_the_cost():
    """50 to 150 tickets at 20 for 1,000: breaks even at 50, three quarters are above 75."""
    program = programme(outcome("C1", [100], 1.0, spread=0.5), paid=[1500])
    row = only(returns.probability_of_recovery(program, QUARTER))
    assert 0.75 == pytest.approx(row["value"], abs=0.01)


class TestPayback:
    def test_it_is_the_quarter_in_which_the_level_turns(self):
        """2,000 at first, then 1,000 of value in the second and in the third quarter."""
        program = programme(outcome("C1", [0, 50, 50, 100]), paid=[2000, 0, 0, 0], quarters=YEAR)
        assert 3 == only(returns.payback_quarters(program, YEAR))["value"]

    def test_never_is_infinite_and_no_gap(self):
        row = only(returns.payback_quarters(programme(outcome("C1", [1])), QUARTER))
        assert np.inf == row["value"]
        assert "ok" == row["status"]


def test_the_usual_formula_stands_beside_with_grade_e():
    """3,000 promised for a cost of 1,000: 200 %."""
    row = only(
        returns.naive_return_on_investment(programme(outcome("C1", [1])), naive(3000.0), QUARTER)
    )
    assert 2 == row["value"]
    assert "E" == row["grade"]


def test_the_usual_formula_needs_every_quarter():
    program = programme(outcome("C1", [1, 1, 1, 1]), paid=[1] * 4, quarters=YEAR)
    row = only(
        returns.naive_return_on_investment(
            program, naive(1.0, 1.0, np.nan, 1.0, quarters=YEAR), YEAR
        )
    )
    assert "no_data" == row["status"]


class TestByClaim:
    def test_all_claims_are_told_those_that_count_are_counted(self):
        program = programme(outcome("C1", [50]), outcome("C2", [100], design="opinion"), pool=600)
        told = returns.claim_value(program, QUARTER)
        assert {"C1": 1000, "C2": 2000} == by_segment(told)
        assert ["C", "F"] == list(told["grade"])
        counted = returns.counted_value(program, QUARTER)
        assert {"C1": 600} == by_segment(counted)

    def test_cash_and_capacity_are_told_apart_and_add_up(self):
        """1,000 of which a quarter becomes cash."""
        rows = returns.cash_and_capacity(programme(outcome("C1", [50])), QUARTER)
        assert {"cash": 250, "capacity": 750} == dict(
            zip(rows["segment"], rows["value"], strict=True)
        )

    def test_a_claim_without_a_cash_share_is_all_capacity(self):
        program = programme(outcome("C1", [50], cash_share=None))
        rows = returns.cash_and_capacity(program, QUARTER)
        assert {"cash": 0, "capacity": 1000} == dict(
            zip(rows["segment"], rows["value"], strict=True)
        )

    def test_values_of_a_kind_are_those_of_its_claims(self):
        program = programme(
            outcome("C1", [50]),
            outcome("C2", [2], metric="renewal_rate", unit_value="A_margin", horizon_quarters=1),
            outcome("C3", [100], metric="revenue", unit_value="A_share"),
            known=assumed(assumption("A_share", 0.75)),
        )
        assert 1000 == only(returns.support_saving(program, QUARTER))["value"]
        assert 2000 == only(returns.retention_value(program, QUARTER))["value"]
        assert 75 == only(returns.incremental_revenue(program, QUARTER))["value"]

    def test_without_a_comparison_there_is_no_incremental_revenue(self):
        row = only(returns.incremental_revenue(programme(outcome("C1", [50])), QUARTER))
        assert "not_applicable" == row["status"]


class TestSourcedLeads:
    def value(self, *rows):
        deals = [
            {"deal_id": f"d{i}", "created_on": pd.Timestamp("2026-08-01").date(), "stage": "open"}
            | row
            for i, row in enumerate(rows)
        ]
        return only(
            returns.sourced_lead_value(
                table(DEALS, deals), assumed(), QUARTER, unit_value="A_margin"
            )
        )

    def test_first_touch_times_share_won_times_margin(self):
        """Two first touched by the forum, half of them won, at 4,000 each."""
        row = self.value(
            {"touches": "Forum;Website", "stage": "won"},
            {"touches": "Forum", "stage": "lost"},
            {"touches": "Website;Forum", "stage": "won"},
        )
        assert 2 * 0.5 * 4000 == row["value"]
        assert "E" == row["grade"]

    def test_nothing_decided_yet_is_no_number(self):
        assert "no_data" == self.value({"touches": "Forum"})["status"]
