"""Goals, decisions, improvements and the KPI tree: by hand."""

import math
from datetime import date

import pandas as pd
import pytest
from test_standing import history

from conftest import table
from tacheles import measurement
from tacheles.contract import PARTNER_METRICS
from tacheles.errors import TachelesError
from tacheles.quarter import last_quarters

Q1 = last_quarters("2025-Q1", 1)

GOAL_COLUMNS = [
    *("goal_id", "metric", "target", "due_on", "segment", "direction", "tolerance"),
    *("counter_metric", "smallest_change", "need_id", "business_goal_id"),
]


def goals(*rows: dict) -> pd.DataFrame:
    usual = {"metric": "number", "due_on": date(2025, 12, 31), "direction": "up"}
    filled = [{"goal_id": f"G{i}"} | usual | row for i, row in enumerate(rows, 1)]
    return pd.DataFrame(filled, columns=GOAL_COLUMNS)


class TestBoard:
    def state(self, made, quarters=Q1, **goal) -> str:
        return measurement.board(goals(goal), {"number": made}, quarters)[0].state

    @pytest.mark.parametrize(
        ("target", "direction", "expected"),
        [
            (9, "up", "reached"),
            (10.5, "up", "open"),
            (12, "up", "not_reached"),
            (11, "down", "reached"),
            (9.5, "down", "open"),
            (8, "down", "not_reached"),
        ],
    )
    def test_a_target_below_inside_or_beyond_the_interval(self, target, direction, expected):
        """The number is 10, its interval 9 to 11."""
        made = history(1, 2, 3, 4, 10, half=1)
        assert expected == self.state(made, target=target, direction=direction)

    def test_to_keep_is_to_stay_within_the_tolerance(self):
        made = history(1, 2, 3, 4, 10, half=1)
        assert "reached" == self.state(made, target=10, direction="keep", tolerance=2)
        assert "open" == self.state(made, target=10, direction="keep", tolerance=0.5)
        assert "not_reached" == self.state(made, target=20, direction="keep", tolerance=2)

    def test_a_day_that_has_passed(self):
        made = history(1, 2, 3, 4, 10, half=1)
        assert "overdue" == self.state(made, target=12, due_on=date(2025, 3, 31))
        assert "not_reached" == self.state(made, target=12, due_on=date(2025, 4, 1))
        assert "reached" == self.state(made, target=5, due_on=date(2025, 3, 31))

    def test_a_metric_that_nobody_knows(self):
        found = measurement.board(goals({"target": 1}), {}, Q1)[0]
        assert "unknown" == found.state
        assert found.standing.latest is None

    def test_a_number_of_too_few_people_settles_nothing(self):
        assert "unknown" == self.state(history(1, 2, persons=3), target=1)

    def test_the_counter_metric_stands_beside_it(self):
        made = {"number": history(1, 2), "other": history(5, 3)}
        found = measurement.board(goals({"target": 9, "counter_metric": "other"}), made, Q1)[0]
        assert -2 == found.counter.on_quarter["value"]

    def test_a_goal_of_one_segment_is_held_against_that_segment(self):
        made = history(1, 2, 8, 9).assign(segment=["small", "large"] * 2)
        found = measurement.board(goals({"target": 5, "segment": "small"}), {"number": made}, Q1)[0]
        assert [1, 8] == found.standing.history["value"].tolist()


class TestTargetPlausibility:
    def share(self, made, **goal) -> pd.Series:
        return measurement.target_plausibility(goals(goal), {"number": made}, Q1).iloc[-1]

    def test_the_share_of_past_changes_that_were_smaller(self):
        """Changes 1, 2, 3, 4; from 20 to 27.5 in three quarters is 2.5 each."""
        found = self.share(history(10, 11, 13, 16, 20), target=27.5)
        assert (0.5, 4) == (found["value"], found["n"])

    def test_downwards(self):
        """Changes −1, −2, −3, −4; 10 less in three quarters is 3.33 each."""
        found = self.share(history(30, 29, 27, 24, 20), target=10, direction="down")
        assert 0.75 == found["value"]

    def test_more_than_any_quarter_ever_brought(self):
        assert 1 == self.share(history(10, 11, 13, 16, 20), target=99)["value"]

    def test_with_fewer_than_four_changes_nothing_can_be_compared(self):
        assert "not_applicable" == self.share(history(10, 11, 13, 16), target=99)["status"]

    def test_a_day_that_has_passed_leaves_no_quarter(self):
        found = self.share(history(10, 11, 13, 16, 20), target=99, due_on=date(2025, 3, 31))
        assert "not_applicable" == found["status"]

    def test_without_goals(self):
        found = measurement.target_plausibility(goals().iloc[:0], {}, Q1)
        assert ["no_data"] == found["status"].tolist()

    def test_it_asks_for_as_many_persons_as_the_metric(self):
        found = self.share(history(10, 11, 13, 16, 20, persons=3), target=27.5)
        assert (3, 5) == (found["persons"], found["persons_needed"])

    def test_an_unknown_metric(self):
        assert "no_data" == self.share(history(1, None), target=9)["status"]


INITIATIVES = pd.DataFrame(
    [("I1", "B1", "N1", 900.0), ("I2", "B1", "N2", 100.0), ("I3", "B2", "N3", 50.0)],
    columns=["initiative_id", "business_goal_id", "need_id", "cost"],
)


class TestImprovementAreas:
    def areas(self, table_of_goals, histories, **options):
        return measurement.improvement_areas(table_of_goals, histories, INITIATIVES, Q1, **options)

    def test_gap_by_dependent_goals_by_how_often_it_moved_enough(self):
        """
        Changes 2, −2, 2, −2: sd 2.3094. From 10 to 20 is a gap of 10 / 2.3094 = 4.33.

        Two goals depend on it, and every quarter moved by at least 1.
        """
        wanted = goals(
            {"target": 20, "smallest_change": 1, "business_goal_id": "B1"},
            {"metric": "other", "target": 0, "counter_metric": "number"},
        )
        found = self.areas(wanted, {"number": history(10, 12, 10, 12, 10)})
        assert 1 == len(found)
        assert 2 * 10 / 2.309401 == pytest.approx(found[0].score)
        assert ("I2", "I1") == found[0].initiatives
        # (2.4865 · 2.3094 / 1)² = 32.97 quarters
        assert 33 * 13 == found[0].weeks_needed
        assert math.isnan(found[0].units_needed)

    def test_of_a_rate_it_is_told_how_many_units_it_takes(self):
        """Sd 0.5 · √... : half 0.1386 at n = 50; 4 · (2.4865 · 0.5 / 0.1)² = 618.3 units."""
        half = 1.959964 * 0.5 / math.sqrt(50)
        made = history(0.5, 0.6, 0.5, 0.6, 0.5, half=half)
        found = self.areas(goals({"target": 0.9, "smallest_change": 0.1}), {"number": made})
        assert 619 == found[0].units_needed
        assert math.ceil(619 / 50 * 13) == found[0].weeks_needed

    @pytest.mark.parametrize(
        ("made", "goal"),
        [
            (history(10, 12, 10, 12, 10), {"target": 5, "smallest_change": 1}),
            (history(10, 12, 10, 12, 10), {"target": 20}),
            (history(10, 12, 10), {"target": 20, "smallest_change": 1}),
            (history(10, 12, 10, 12, 10), {"target": 20, "smallest_change": 3}),
            (history(10, 10, 10, 10, 10), {"target": 20, "smallest_change": 3}),
        ],
        ids=["reached", "no smallest change", "too young", "never moved enough", "never moves"],
    )
    def test_what_nobody_could_see_improve_is_no_area(self, made, goal):
        assert [] == self.areas(goals(goal), {"number": made})

    def test_at_most_three_the_largest_first_and_ties_by_cost(self):
        made = {name: history(10, 12, 10, 12, 10) for name in "abcde"}
        rows = [
            {"metric": name, "target": target, "smallest_change": 1, "need_id": need}
            for name, target, need in zip(
                "abcde", (20, 30, 20, 20, 12), (None, None, "N1", "N3", None), strict=True
            )
        ]
        found = self.areas(goals(*rows), made)
        assert ["b", "d", "c"] == [area.metric for area in found]

    def test_two_goals_of_one_metric_are_one_area(self):
        wanted = goals({"target": 20, "smallest_change": 1}, {"target": 30, "smallest_change": 1})
        found = self.areas(wanted, {"number": history(10, 12, 10, 12, 10)})
        assert ["G2"] == [area.goal["goal_id"] for area in found]


class TestReviewedDecisions:
    def reviewed(self, *rows: dict, made=None):
        usual = {"decision_id": "D1", "metric": "number", "due_on": date(2024, 5, 1)}
        columns = ["decision_id", "metric", "due_on", "decided_on", "expected_effect"]
        frame = pd.DataFrame([usual | row for row in rows], columns=columns)
        histories = {"number": history(10, 12, 14, 16, 20, half=1) if made is None else made}
        return measurement.reviewed_decisions(frame, histories, Q1)

    def test_from_the_quarter_before_the_decision_to_now(self):
        found = self.reviewed({"decided_on": date(2024, 8, 15)})[0]
        assert ("2024-Q2", 8) == (found.from_quarter, found.since["value"])

    def test_without_its_own_date_the_day_it_was_due(self):
        assert "2024-Q1" == self.reviewed({})[0].from_quarter

    def test_a_later_decision_does_not_exist_yet(self):
        assert [] == self.reviewed({"decided_on": date(2025, 4, 1)})

    def test_the_latest_comes_first(self):
        found = self.reviewed(
            {"decided_on": date(2024, 8, 15)},
            {"decision_id": "D2", "decided_on": date(2024, 11, 1), "metric": None},
        )
        assert ["D2", "D1"] == [one.decision["decision_id"] for one in found]
        assert found[0].since is None

    def test_a_quarter_without_a_number_has_nothing_to_compare(self):
        made = history(10, None, 14, 16, 20, half=1)
        found = self.reviewed({"decided_on": date(2024, 8, 15)}, made=made)[0]
        assert found.since is None


TREE = pd.DataFrame(
    [("cost", "staff", "sum"), ("cost", "tools", "sum"), ("each", "cost", "ratio"),
     ("each", "tickets", "ratio"), ("area", "length", "product"), ("area", "width", "product")],
    columns=["parent", "child", "formula"],
)  # fmt: skip


GOOD = {"staff": 70, "tools": 30, "cost": 100, "tickets": 40, "each": 2.5,
        "length": 3, "width": 4, "area": 12}  # fmt: skip


class TestKpiTree:
    def differences(self, numbers: dict[str, float], tree=TREE, month="2025-02-01"):
        rows = [
            {"department": "support", "metric": metric, "month": date.fromisoformat(month)}
            | {"value": value}
            for metric, value in numbers.items()
        ]
        return measurement.kpi_tree_difference(table(PARTNER_METRICS, rows), tree, Q1)

    def test_sum_ratio_and_product_add_up(self):
        found = self.differences(GOOD)
        assert [("cost", 0), ("each", 0), ("area", 0)] == list(
            zip(found["segment"], found["value"], strict=True)
        )
        assert measurement.require_reconciled(found) is found

    def test_a_parent_that_is_not_the_sum_stops_the_report(self):
        found = self.differences(GOOD | {"cost": 110, "each": 2.75})
        assert 10 / 110 == pytest.approx(found.set_index("segment").loc["cost", "value"])
        with pytest.raises(TachelesError, match="cost is not what its parts make of it") as error:
            measurement.require_reconciled(found)
        assert "+9.09% apart in 2025-Q1" == error.value.found

    def test_rounding_of_a_computer_is_no_difference(self):
        found = self.differences(GOOD | {"cost": 100 + 1e-8, "each": 2.5})
        assert measurement.require_reconciled(found) is found

    def test_a_month_without_one_of_the_numbers_is_left_out(self):
        found = self.differences({"staff": 70, "cost": 100}).set_index("segment").loc["cost"]
        assert ("no_data", 1) == (found["status"], found["left_out"])

    def test_without_a_tree(self):
        assert ["no_data"] == self.differences(GOOD, tree=TREE.iloc[:0])["status"].tolist()

    def test_a_ratio_has_two_children(self):
        tree = pd.DataFrame([("each", "cost", "ratio")], columns=["parent", "child", "formula"])
        with pytest.raises(TachelesError, match="a ratio of 1 children"):
            self.differences(GOOD, tree=tree)
