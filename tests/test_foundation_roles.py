"""Who answers for what, whether there is time for it, and whether somebody is there."""

import pandas as pd
import pytest

from conftest import plan
from tacheles import foundation
from tacheles.contract import RESPONSIBILITIES, ROLES
from tacheles.quarter import last_quarters

Q3 = last_quarters("2026-Q3", 1)
TEAM = plan(
    ROLES,
    {"role": "lead", "kind": "community_manager", "hours_per_week": 20.0},
    {"role": "moderator", "kind": "moderator", "hours_per_week": 40.0, "reports_to": "lead"},
    {"role": "expert", "kind": "expert"},
)


def does(task: str, **roles: str) -> list[dict]:
    """A task and who does what: `does("moderate", R="moderator 24", A="lead")`."""
    rows = []
    for letter, told in roles.items():
        for one in told.split(", "):
            role, _, hours = one.partition(" ")
            hours_per_week = float(hours) if hours else None
            rows.append(
                {"task": task, "role": role, "letter": letter, "hours_per_week": hours_per_week}
            )
    return rows


def tasks(*rows: list[dict]) -> pd.DataFrame:
    return plan(RESPONSIBILITIES, *(row for task in rows for row in task))


def faults(*rows: list[dict], roles: pd.DataFrame = TEAM) -> list[tuple[str, str]]:
    found = foundation.role_faults(tasks(*rows), roles)
    return list(zip(found["subject"], found["kind"], strict=True))


class TestRaciValidity:
    def test_one_accountable_and_somebody_to_do_it(self):
        """METRICS F5: of four tasks two are valid; the same role may do it and answer for it."""
        found = foundation.raci_validity(
            tasks(
                does("moderate", R="moderator, expert", A="lead"),
                does("welcome", R="lead", A="lead"),
                does("write", R="lead", A="lead, moderator"),
                does("decide", A="lead", C="expert"),
            ),
            TEAM,
            Q3,
        ).iloc[0]
        assert (0.5, 4) == (found["value"], found["n"])

    def test_a_role_that_nobody_knows_makes_a_task_invalid(self):
        found = foundation.raci_validity(tasks(does("a", R="lead", A="lead", I="boss")), TEAM, Q3)
        assert 0 == found.loc[0, "value"]

    def test_a_task_with_two_faults_is_one_invalid_task(self):
        found = foundation.raci_validity(
            tasks(does("a", C="boss"), does("b", R="lead", A="lead")), TEAM, Q3
        )
        assert 0.5 == found.loc[0, "value"]

    def test_no_tasks_are_no_data(self):
        assert "no_data" == foundation.raci_validity(tasks(), TEAM, Q3).loc[0, "status"]


class TestRoleLoad:
    def load(self, *rows: list[dict]) -> dict[str, dict]:
        found = foundation.role_load(tasks(*rows), TEAM, Q3)
        return {row["segment"]: row for row in found.to_dict("records")}

    def test_hours_of_those_who_do_it_by_the_hours_they_have(self):
        found = self.load(
            does("moderate", R="moderator 24", A="lead 9"),
            does("report", R="moderator 6, lead 25", A="lead"),
        )
        assert (0.75, 2) == (found["moderator"]["value"], found["moderator"]["n"])
        assert 1.25 == found["lead"]["value"]

    def test_a_task_without_hours_is_counted_and_a_role_without_hours_does_not_apply(self):
        found = self.load(does("answer", R="expert 3, moderator", A="lead"))
        assert "not_applicable" == found["expert"]["status"]
        assert (0, 1) == (found["moderator"]["value"], found["moderator"]["left_out"])
        assert "lead" not in found

    def test_no_tasks_are_no_data(self):
        assert {"": "no_data"} == {name: row["status"] for name, row in self.load().items()}


class TestFaults:
    def test_each_is_named(self):
        assert [
            ("write", "several_accountable"),
            ("forget", "nobody_accountable"),
            ("decide", "nobody_responsible"),
            ("ask", "task_of_unknown_role"),
        ] == faults(
            does("write", R="lead", A="lead, moderator"),
            does("forget", R="moderator"),
            does("decide", A="lead"),
            does("ask", R="lead", A="lead", C="boss"),
        )

    def test_too_much_to_do_is_told_with_the_tasks_it_endangers(self):
        found = foundation.role_faults(tasks(does("report", R="lead 21", A="lead")), TEAM)
        assert [("lead", "overloaded")] == list(zip(found["subject"], found["kind"], strict=True))
        assert {"hours": 21, "capacity": 20, "needed_by": ["report"]} == found.loc[0, "detail"]
        assert [] == faults(does("report", R="lead 20", A="lead"))

    def test_whoever_one_reports_to_is_a_role_too(self):
        team = plan(ROLES, {"role": "lead", "kind": "community_manager", "reports_to": "boss"})
        assert [("lead", "reports_to_unknown_role")] == faults(
            does("a", R="lead", A="lead"), roles=team
        )


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_rows_changes_nothing(order):
    rows = tasks(
        does("write", R="lead 4", A="lead, moderator"), does("b", R="moderator 9", A="lead")
    )[::order]
    assert 0.5 == foundation.raci_validity(rows, TEAM, Q3).loc[0, "value"]
