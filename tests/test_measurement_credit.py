"""Attribution, sourced, influenced and direct revenue: by hand."""

from datetime import date

import pandas as pd
import pytest

from conftest import table
from tacheles import measurement
from tacheles.contract import COSTS, DEALS, REVENUE
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)

TOOLS = pd.DataFrame(
    [("Forum", "forum", "live"), ("Slack", "chat", "retired"), ("Blog", "social", "live")],
    columns=["name", "kind", "status"],
)


def deals(*touches: str | None, amount: float | None = 100, stage: str = "won"):
    closed = date(2026, 2, 1) if stage != "open" else None
    return table(
        DEALS,
        [
            {"deal_id": f"d{i}", "created_on": date(2025, 12, 1), "stage": stage}
            | {"closed_on": closed, "amount": amount, "touches": names}
            for i, names in enumerate(touches)
        ],
    )


class TestAttributedRevenueShare:
    def shares(self, rows, tools=TOOLS) -> dict[str, float]:
        found = measurement.attributed_revenue_share(rows, tools, Q1)
        return dict(zip(found["segment"], found["value"], strict=True))

    @pytest.mark.parametrize(
        ("touches", "expected"),
        [
            ("Forum", (1, 1, 1, 1)),
            ("Forum;Blog", (1, 0, 1 / 2, 1 / 2)),
            ("Forum;Blog;Sales", (1, 0, 1 / 3, 0.4)),
            ("Blog; forum ;Sales", (0, 0, 1 / 3, 0.2)),
            ("Blog;Forum;Slack;Sales;Sales", (0, 0, 2 / 5, 2 / 15)),
            ("Blog;Sales;Forum", (0, 1, 1 / 3, 0.4)),
        ],
    )
    def test_four_rules_side_by_side(self, touches, expected):
        """METRICS A1: position-based 40/20/40; one touch 100, two 50/50."""
        found = self.shares(deals(touches))
        names = ("first_touch", "last_touch", "linear", "position_based")
        assert dict(zip(names, expected, strict=True)) == pytest.approx(found)

    def test_a_large_deal_weighs_more_and_the_unknown_are_left_out(self):
        rows = deals("Forum").union(deals("Blog", amount=300)).union(deals(None))
        found = measurement.attributed_revenue_share(rows, TOOLS, Q1).iloc[0]
        assert (0.25, 2, 1) == (found["value"], found["n"], found["left_out"])

    def test_without_a_channel_of_the_community_nobody_can_tell(self):
        found = measurement.attributed_revenue_share(deals("Forum"), TOOLS.iloc[2:], Q1)
        assert {"not_applicable"} == set(found["status"])

    @pytest.mark.parametrize("stage", ["lost", "open"])
    def test_only_won_deals_count(self, stage):
        found = measurement.attributed_revenue_share(deals("Forum", stage=stage), TOOLS, Q1)
        assert {"no_data"} == set(found["status"])


class TestSourcedAndInfluenced:
    def test_first_touched_is_sourced_and_touched_at_all_is_influenced(self):
        rows = deals("Forum;Sales", "Sales;Forum", "Sales;Blog")
        sourced = measurement.sourced_revenue(rows, TOOLS, Q1).iloc[-1]
        influenced = measurement.influenced_revenue(rows, TOOLS, Q1).iloc[-1]
        assert (100, 1, 1) == (sourced["value"], sourced["n"], sourced["persons"])
        assert (200, 2, 2) == (influenced["value"], influenced["n"], influenced["persons"])

    def test_deals_without_the_community_make_zero_and_no_deals_make_nothing(self):
        none_of_ours = measurement.sourced_revenue(deals("Sales"), TOOLS, Q1).iloc[-1]
        nothing = measurement.sourced_revenue(deals("Sales", stage="lost"), TOOLS, Q1).iloc[-1]
        assert ("ok", 0) == (none_of_ours["status"], none_of_ours["value"])
        assert "no_data" == nothing["status"]

    def test_a_deal_without_touches_or_amount_is_left_out(self):
        rows = deals("Forum", amount=None).union(deals(None)).union(deals(" ; "))
        found = measurement.influenced_revenue(rows, TOOLS, Q1).iloc[-1]
        assert ("no_data", 3) == (found["status"], found["left_out"])


class TestDirectRevenue:
    def found(self, revenue: list[tuple], costs: list[tuple] = ()) -> pd.Series:
        earned = table(
            REVENUE,
            [
                {"account_id": f"A{i}", "month": date(2026, 2, 1), "amount": amount, "kind": kind}
                for i, (kind, amount) in enumerate(revenue)
            ],
        )
        spent = table(
            COSTS,
            [
                {"month": date(2026, 3, 1), "category": category, "amount": amount}
                for category, amount in costs
            ],
        )
        return measurement.direct_revenue(earned, spent, Q1).iloc[-1]

    def test_own_income_less_what_the_events_cost(self):
        found = self.found(
            [("event", 300), ("course", 200), ("sponsorship", 100), ("subscription", 9000)],
            [("events", 150), ("platform", 5000)],
        )
        assert (450, 3, 3) == (found["value"], found["n"], found["persons"])

    def test_it_can_be_a_loss(self):
        assert -150 == self.found([("subscription", 9000)], [("events", 150)])["value"]

    def test_without_any_revenue_on_record_nobody_knows(self):
        assert "no_data" == self.found([], [("events", 150)])["status"]
