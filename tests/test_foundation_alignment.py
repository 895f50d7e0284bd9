"""Orphans on every side, and whom the goals serve."""

import pandas as pd
import pytest
from test_foundation_goals import history

from conftest import plan, table
from tacheles import foundation
from tacheles.contract import (
    BUSINESS_GOALS,
    COSTS,
    GOALS,
    INITIATIVES,
    NEEDS,
    SHARED_KPIS,
    STAKEHOLDERS,
    VALUES,
)
from tacheles.quarter import last_quarters

Q3 = last_quarters("2026-Q3", 1)
KNOWN = {"solved": history(40)}

PLANS = {
    "values": (VALUES, {"value_id": "v1", "statement": "Honest"}),
    "business_goals": (BUSINESS_GOALS, {"business_goal_id": "b1", "statement": "Fewer calls"}),
    "stakeholders": (STAKEHOLDERS, {"stakeholder_id": "s1", "priority": "Time for outages"}),
    "needs": (NEEDS, {"need_id": "n1", "statement": "A quick answer"}),
}
SERVES = {"value_id": "v1", "business_goal_id": "b1", "stakeholder_id": "s1", "need_id": "n1"}


def goal(**told: object) -> dict:
    return {"goal_id": "g1", "metric": "solved", "due_on": "2027-03-31"} | SERVES | told


def initiative(**told: object) -> dict:
    served = {name: it for name, it in SERVES.items() if name != "value_id"}
    return {"initiative_id": "i1", "name": "Forum"} | served | told


def found(goals=(), initiatives=(), shared_kpis=(), costs=(), **more: tuple) -> pd.DataFrame:
    """What is found, with one row in every plan that is served, and those told in addition."""
    plans = {
        name: plan(contract, row, *more.get(name, ())) for name, (contract, row) in PLANS.items()
    }
    return foundation.alignment_faults(
        plan(GOALS, *goals),
        initiatives=plan(INITIATIVES, *initiatives),
        shared_kpis=plan(SHARED_KPIS, *shared_kpis),
        costs=table(COSTS, list(costs)),
        **plans,
    )


def kinds(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(rows["subject"], rows["kind"], strict=True))


class TestCoverage:
    @pytest.mark.parametrize(
        ("told", "share"),
        [
            ({}, 1.0),
            ({"value_id": None}, 0.5),
            ({"business_goal_id": "b9"}, 0.5),
            ({"metric": "nobody's"}, 0.5),
        ],
    )
    def test_a_goal_needs_a_value_a_goal_of_the_company_and_a_metric(self, told, share):
        """METRICS F4: one goal with all three, and one that may lack something."""
        goals = plan(GOALS, goal(), goal(goal_id="g2", **told))
        values, business = (plan(*PLANS[name]) for name in ("values", "business_goals"))
        row = foundation.alignment_coverage(goals, values, business, KNOWN, Q3).iloc[0]
        assert (share, 2, 0) == (row["value"], row["n"], row["persons"])

    def test_without_goals_there_is_nothing_to_cover(self):
        values, business = (plan(*PLANS[name]) for name in ("values", "business_goals"))
        row = foundation.alignment_coverage(plan(GOALS), values, business, {}, Q3).iloc[0]
        assert "no_data" == row["status"]


class TestOrphans:
    def test_where_everything_is_served_nothing_is_found(self):
        assert found([goal()]).empty

    def test_what_no_goal_serves_is_named_on_every_side(self):
        more = {
            "values": ({"value_id": "v2", "statement": "Fast"},),
            "business_goals": ({"business_goal_id": "b2", "statement": "Growth"},),
            "stakeholders": ({"stakeholder_id": "s2", "priority": "References"},),
            "needs": ({"need_id": "n2", "statement": "Being heard"},),
        }
        wanted = initiative(business_goal_id="b2")
        rows = found([goal()], [wanted], **more)
        assert [
            ("b2", "orphan_business_goal"),
            ("s2", "orphan_stakeholder"),
            ("n2", "orphan_need"),
            ("v2", "orphan_value"),
        ] == kinds(rows)
        assert {"statement": "Growth", "needed_by": ["i1"]} == rows.loc[0, "detail"]

    def test_a_need_that_an_initiative_serves_is_no_orphan(self):
        more = {"needs": ({"need_id": "n2", "statement": "Being heard"},)}
        assert found([goal()], [initiative(need_id="n2")], **more).empty

    def test_a_shared_kpi_wants_a_goal_that_measures_one_of_its_sides(self):
        agreed = {"shared_kpi_id": "k1", "version": 1, "metric": "calls"}
        other = {"activity_metric": "posts", "agreed_on": "2026-01-01"}
        assert [("k1", "orphan_kpi")] == kinds(found([goal()], shared_kpis=[agreed | other]))
        assert found([goal()], shared_kpis=[agreed | other | {"activity_metric": "solved"}]).empty

    def test_only_the_latest_version_of_a_shared_kpi_counts(self):
        agreed = {"shared_kpi_id": "k1", "metric": "calls", "agreed_on": "2026-01-01"}
        first = agreed | {"version": 1, "activity_metric": "solved"}
        second = agreed | {"version": 2, "activity_metric": "posts"}
        assert [("k1", "orphan_kpi")] == kinds(found([goal()], shared_kpis=[second, first]))

    def test_an_id_that_leads_nowhere_is_told_with_its_table(self):
        rows = found([goal(need_id="n9")], [initiative(stakeholder_id="s9")])
        nowhere = rows[rows["kind"] == "leads_nowhere"]
        assert [("g1", "n9", "needs"), ("i1", "s9", "stakeholders")] == [
            (row["subject"], row["detail"]["id"], row["detail"]["table"])
            for row in nowhere.to_dict("records")
        ]


class TestHobby:
    def test_goals_that_serve_neither_the_company_nor_a_department_serve_nobody(self):
        nobody = goal(business_goal_id=None, stakeholder_id=None)
        assert ("goals", "serves_nobody") == kinds(found([nobody]))[0]
        assert not found([nobody, goal(goal_id="g2")])["kind"].eq("serves_nobody").any()

    def test_costs_that_no_goal_carries_are_told_and_no_orphans_beside_them(self):
        cost = {"month": pd.Timestamp("2026-07-01"), "category": "staff", "amount": 9000.0}
        assert [("costs", "costs_without_goal")] == kinds(found(costs=[cost]))
        assert found([goal()], costs=[cost]).empty
        assert found().empty
