"""What the community costs, in full."""

from datetime import date

import numpy as np
import pytest

from tacheles.contract import COSTS
from tacheles.roi import cost
from tests.roi_tables import QUARTER, YEAR, assumed, assumption, table


def paid(*rows):
    return table(
        COSTS,
        [
            {"month": date(2026, month, 1), "category": category, "amount": float(amount)} | more
            for month, category, amount, more in rows
        ],
    )


def value(rows):
    return rows.iloc[-1]["value"]


class TestProgrammeCost:
    def test_all_categories_of_the_quarters_months_add_up(self):
        costs = paid((7, "staff", 100, {}), (9, "platform", 50, {}), (10, "staff", 999, {}))
        assert 150 == value(cost.programme_cost(costs, assumed(), QUARTER))

    def test_hours_without_an_amount_cost_their_loaded_rate(self):
        """10 hours at 58, and 100 that were paid for 5 hours."""
        costs = paid((7, "staff", 0, {"hours": 10.0}), (8, "staff", 100, {"hours": 5.0}))
        known = assumed(assumption("A_staff_hour_rate", 58.0))
        assert 680 == value(cost.programme_cost(costs, known, QUARTER))

    def test_the_categories_are_the_whole_the_dearest_first(self):
        """Unpaid hours are the staff's: 10 at 58."""
        costs = paid(
            *((7, "platform", 100, {}), (8, "staff", 20, {}), (8, "staff", 0, {"hours": 10.0})),
            (7, "volunteer_shadow", 999, {}),
        )
        known = assumed(assumption("A_staff_hour_rate", 58.0))
        rows = cost.cost_by_category(costs, known, QUARTER)
        assert ["cost of staff", "cost of platform"] == list(rows["segment"])
        assert [600, 100] == list(rows["value"])
        assert rows["value"].sum() == value(cost.programme_cost(costs, known, QUARTER))

    def test_without_costs_there_is_no_category(self):
        rows = cost.cost_by_category(paid(), assumed(), QUARTER)
        assert ["no_data"] == list(rows["status"])

    def test_volunteers_stand_below_the_line(self):
        costs = paid((7, "staff", 100, {}), (7, "volunteer_shadow", 40, {"hours": 2.0}))
        assert 100 == value(cost.programme_cost(costs, assumed(), QUARTER))
        assert 40 == value(cost.volunteer_value(costs, QUARTER))

    def test_a_quarter_without_entries_is_no_data_and_not_free(self):
        rows = cost.programme_cost(paid((7, "staff", 100, {})), assumed(), YEAR)
        assert ["no_data", "no_data", "no_data", "ok"] == list(rows["status"])
        assert "no_data" == cost.volunteer_value(paid(), QUARTER)["status"].iloc[0]

    def test_an_uncertain_rate_is_drawn(self):
        costs = cost.costs_by_quarter(paid((7, "staff", 0, {"hours": 10.0})), QUARTER)
        known = assumed(assumption("A_staff_hour_rate", 58.0, 52.0, 66.0))
        drawn = costs.drawn(known)
        assert 520 <= drawn.min() < drawn.max() <= 660
        assert 10 * known["A_staff_hour_rate"].mean() == pytest.approx(drawn.mean())

    def test_without_hours_no_rate_is_needed(self):
        costs = cost.costs_by_quarter(paid((7, "staff", 100, {})), QUARTER)
        assert 100 == np.unique(costs.drawn(assumed())).item()


class TestFindings:
    def test_a_category_that_nobody_entered_is_told(self):
        costs = paid(*((7, name, 1, {}) for name in ("platform", "staff", "content", "events")))
        found = cost.cost_findings(costs, QUARTER)
        assert [("overhead", "cost_missing")] == list(
            zip(found["subject"], found["kind"], strict=True)
        )

    def test_without_any_costs_the_section_says_so_itself(self):
        assert cost.cost_findings(paid(), QUARTER).empty
