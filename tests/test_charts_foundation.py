"""The first level's figures: what serves what, ways to targets, the week, stages."""

import re

import pandas as pd
from test_foundation_goals import PAST, SIX, goal, history
from test_foundation_roster import roster

from conftest import plan
from tacheles import charts, foundation
from tacheles.contract import BUSINESS_GOALS, GOALS, MATURITY, STAKEHOLDERS, VALUES
from tacheles.privacy import protect
from tacheles.quarter import last_quarters
from tacheles.service_hours import ServiceHours
from tacheles.workbook import Source

TEXTS = {"title": "A finding", "subtitle": "Of whom", "source": Source("Slack")}
ADVERSE = "#b9501f"


def mapped(*goals: dict) -> charts.Chart:
    values = plan(VALUES, {"value_id": "v1", "statement": "Honest"})
    business = plan(BUSINESS_GOALS, {"business_goal_id": "b1", "statement": "Fewer calls"})
    stakeholders = plan(STAKEHOLDERS, {"stakeholder_id": "s1", "priority": "Time"})
    return charts.alignment(plan(GOALS, *goals), values, business, stakeholders, **TEXTS)


class TestAlignment:
    def test_what_is_linked_on_both_sides_is_plain(self):
        drawn = mapped(goal(value_id="v1")).svg["wide"]
        assert all(text in drawn for text in (">v1 Honest<", ">b1 Fewer calls<", ">s1 Time<"))
        assert ADVERSE not in drawn

    def test_what_nothing_leads_to_is_marked_and_so_is_a_goal_that_lacks_a_side(self):
        """The value without a goal, and the goal without a value."""
        drawn = mapped(goal()).svg["wide"]
        assert 2 == drawn.count("stroke-dasharray") == drawn.count(f"stroke: {ADVERSE}")

    def test_a_narrow_page_has_the_ids_alone(self):
        drawn = mapped(goal(value_id="v1")).svg["narrow"]
        assert ">v1<" in drawn
        assert "Honest" not in drawn

    def test_without_goals_there_is_no_map(self):
        assert {} == mapped().svg


class TestPaths:
    def drawn(self, *goals: dict, past=None) -> dict[str, str]:
        known = {"solved": history(*PAST, half=1) if past is None else past}
        renamed = {name: rows.assign(metric="active_members") for name, rows in known.items()}
        return charts.paths(plan(GOALS, *goals), renamed, SIX, **TEXTS).svg

    def test_each_goal_has_a_panel_with_its_metric_and_its_target(self):
        svg = self.drawn(goal(), goal(goal_id="g2", target=50.0))["wide"]
        assert all(text in svg for text in (">g1 Active members<", ">g2 Active members<", ">50<"))

    def test_a_day_that_is_past_is_marked(self):
        assert ADVERSE not in self.drawn(goal())["wide"]
        assert ADVERSE in self.drawn(goal(due_on="2026-06-30"))["wide"]

    def test_a_goal_whose_metric_is_unknown_or_not_shown_has_no_panel(self):
        assert {} == self.drawn(goal(metric="nobody's"))
        few = history(*PAST, persons=3)
        assert {"suppressed"} == set(protect(few)["status"])
        assert {} == self.drawn(goal(), past=few)

    def test_a_narrow_page_has_the_panels_below_each_other(self):
        one, two = (
            float(self.drawn(*goals)["narrow"].partition('height="')[2].partition("pt")[0])
            for goals in ([goal()], [goal(), goal(goal_id="g2")])
        )
        assert 2 * one == two


class TestWeek:
    def drawn(self, hours: str, *shifts: str) -> dict[str, str]:
        quarters = last_quarters("2026-Q3", 1)
        rows = foundation.moderation_coverage_by_hour(
            roster(*shifts), ServiceHours(hours), quarters
        )
        return charts.week(rows, **TEXTS).svg

    def test_an_hour_without_anybody_is_hatched_and_the_day_has_its_share(self):
        svg = self.drawn("Mo,Tu 09:00-11:00", "monday 09:00 10:30", "tuesday 09:00 11:00")["wide"]
        assert ">75%<" in svg
        assert ">100%<" in svg
        assert "<pattern" in svg

    def test_nothing_promised_is_nothing_drawn(self):
        assert {} == self.drawn("", "monday 09:00 10:30")


class TestProfile:
    def drawn(self, *rows: tuple[str, int, str]) -> dict[str, str]:
        names = ("competency", "stage", "assessed_on")
        held = plan(MATURITY, *(dict(zip(names, row, strict=True)) for row in rows))
        return charts.profile(foundation.maturity_stage(held, SIX), **TEXTS).svg

    def test_the_one_that_holds_up_the_others_stands_out(self):
        svg = self.drawn(("listen", 3, "2026-09-30"), ("answer", 1, "2026-09-30"))["wide"]
        assert ADVERSE in svg
        assert ADVERSE not in self.drawn(("listen", 3, "2026-09-30"))["wide"]

    def test_nothing_assessed_is_nothing_drawn(self):
        assert {} == self.drawn()


def test_more_than_everything_is_not_cut_off():
    """A role with more to do than it has time for."""
    rows = pd.DataFrame(
        [
            {"role": "a", "kind": "expert", "hours_per_week": 10.0},
            {"role": "b", "kind": "expert", "hours_per_week": 10.0},
        ]
    )
    tasks = pd.DataFrame(
        [
            {"task": "t", "role": "a", "letter": "R", "hours_per_week": 13.0},
            {"task": "t", "role": "b", "letter": "R", "hours_per_week": 5.0},
        ]
    )
    loads = foundation.role_load(tasks, rows, SIX)
    svg = charts.comparison(loads, **TEXTS).svg["wide"]
    assert ">130%<" in svg
    assert 130 <= max(map(int, re.findall(r">(\d+)%<", svg.replace(">130%<", ""))))
