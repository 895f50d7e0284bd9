"""What the first level says: letters with their reasons, ways, stages, and what to mend first."""

import pandas as pd
import pytest
from test_foundation_goals import BUSINESS, DEPARTMENTS, PAST, SIX, goal, history

from conftest import plan
from tacheles import foundation, words
from tacheles.contract import GOALS, MATURITY, TOOLS
from tacheles.findings import finding, findings
from tacheles.quarter import last_quarters
from tacheles.service_hours import ServiceHours
from tacheles.words.phrases.competencies import COMPETENCIES


@pytest.fixture
def german():
    words.use("de")


def judged(*goals: dict) -> tuple:
    return plan(GOALS, *goals), {"solved": history(*PAST)}, BUSINESS, DEPARTMENTS, SIX


class TestSmartTable:
    def table(self, *goals: dict):
        told = judged(*goals)
        faults = foundation.smart_faults(*told)
        return words.smart_table(foundation.smart_checks(*told), faults)

    def test_a_letter_that_fails_has_its_reason_and_what_cannot_be_judged_a_dash(self):
        complete, without = self.table(goal(), goal(goal_id="g2", baseline=None)).rows
        assert ["g1", "✓", "✓", "✓", "✓", "✓", ""] == complete
        assert ["g2", "✓", "✗", "–", "✓", "✓"] == without[:6]
        assert without[6].startswith("g2 has no baseline")

    def test_a_change_that_is_too_much_is_told_with_its_sign(self):
        ((*_letters, reason),) = self.table(goal(target=60.0)).rows
        assert "g1 asks for +10 a quarter; of 5 earlier changes hardly any was beyond +4." == reason

    def test_without_goals_it_says_where_to_write_them(self):
        assert "plans/goals.csv" in self.table().said


class TestGoals:
    def way(self, **told: object):
        return foundation.goal_attainment(*judged(goal(**told))[:2], SIX)

    def test_each_goal_has_its_day_and_its_way(self):
        found = words.goals_table(plan(GOALS, goal()), self.way())
        assert [["g1", "More", "31 March 2027", "33%"]] == found.rows

    def test_a_way_that_cannot_be_told_says_why(self):
        without = goal(baseline=None)
        found = words.goals_table(plan(GOALS, without), self.way(baseline=None))
        assert "— (no baseline or unknown metric)" == found.rows[0][3]

    def test_the_headline_names_a_goal_as_reached_only_if_its_interval_is(self):
        assert "1 of 1 goals can be followed; none has clearly arrived" == words.goals_headline(
            self.way()
        )
        sure, unsure = (
            foundation.goal_attainment(
                plan(GOALS, goal(target=40.0)), {"solved": history(41, half=half)}, SIX.latest
            )
            for half in (0.5, 2)
        )
        assert words.goals_headline(sure).endswith("1 clearly arrived")
        assert words.goals_headline(unsure).endswith("none has clearly arrived")
        assert "No goal can be followed yet" == words.goals_headline(self.way(baseline=None))


class TestMaturity:
    def table(self, *rows: tuple[str, int]):
        held = [{"competency": c, "stage": s, "assessed_on": "2026-09-30"} for c, s in rows]
        return words.maturity_table(foundation.maturity_stage(plan(MATURITY, *held), SIX))

    def test_the_lowest_comes_first_with_what_the_next_stage_takes(self):
        found = self.table(("Content and formats", 4), ("Working with departments", 2))
        assert [
            ["Working with departments", "2"],
            ["Content and formats", "4"],
        ] == [row[:2] for row in found.rows]
        assert "Numbers are agreed and signed before the quarter begins." == found.rows[0][2]
        assert "" == found.rows[1][2]

    def test_a_competency_of_the_teams_own_has_its_stage_alone(self):
        assert [["Juggling", "2"]] == self.table(("Juggling", 2)).rows

    def test_german_names_are_known_where_german_is_spoken(self, german):
        found = self.table(("Messen und belegen", 1))
        assert found.rows[0][2].startswith("Jedes Quartal erscheint ein Bericht")

    def test_there_are_eight_in_four_stages(self):
        assert {8: {4}} == {len(COMPETENCIES): {len(stages) for stages in COMPETENCIES.values()}}
        assert (8, 5) == (len(words.competencies().rows), len(words.competencies().head))

    def test_nothing_assessed_says_where_to_write_it(self):
        assert "plans/maturity.csv" in self.table().said


def test_tools_are_told_by_kind_owner_and_state():
    rows = [{"name": "Forum", "kind": "forum", "status": "live"}]
    assert [["Forum", "Forum", "—", "live"]] == words.tools_table(plan(TOOLS, *rows)).rows
    assert "plans/tools.csv" in words.tools_table(plan(TOOLS)).said


def test_the_mission_is_quoted_and_missed():
    assert "Mission: help. Vision: all." == words.mission("help.", "all.").said
    assert "Vision: all." == words.mission("", "all.").said
    assert "Neither" in words.mission("", "").said


@pytest.mark.parametrize(
    ("quarter", "said"),
    [
        ("2026-Q3", "No public holiday"),
        ("2026-Q1", "1 January 2026"),
    ],
)
def test_public_holidays_of_the_quarter_are_named(quarter, said):
    hours = ServiceHours("Mo-Fr 09:00-17:00", "Europe/Berlin", "DE-HH")
    quarters = last_quarters(quarter, 2, time_zone="Europe/Berlin")
    assert said in words.holidays(hours, quarters).said
    assert "names no place" in words.holidays(ServiceHours(), quarters).said


FOUND = findings(
    [
        finding("g1", "no_baseline", "fault", letter="M", needed_by=["o1"]),
        finding("friday", "roster_gap", "warning", starts="15:00", ends="17:00"),
    ]
)


class TestWhatToMend:
    def test_in_the_order_given_with_what_depends_on_it(self):
        first, second = words.mend_first(FOUND).rows
        assert ["o1", "to\u00a0mend"] == first[1:]
        assert ["Friday, 15:00 to 17:00: promised, and nobody is on the roster.", "—"] == second[:2]

    def test_a_section_lists_what_it_lacks_before_its_faults(self):
        inventory = pd.DataFrame({"table": ["goals", "roster"], "rows": [3, 0]})
        told = words.listed(FOUND, inventory, "goals", "roster").said
        assert told.startswith("Missing, to be added: plans/roster.csv: one row per shift.")
        assert told.endswith("nobody is on the roster.")
        assert (
            "Nothing in this section was found"
            in words.listed(findings([]), inventory, "goals").said
        )

    def test_the_bottom_line_counts_faults_and_tells_the_first(self):
        line = words.foundation_line(FOUND)
        assert "The foundation is laid, with one fault to mend" == line.finding
        assert "Not SMART as they are written: g1." == line.sentences[0]
        assert line.sentences[1].startswith("Friday, 15:00 to 17:00")

    def test_or_that_tables_are_empty_or_that_all_is_well(self):
        inventory = pd.DataFrame({"table": ["goals"], "rows": [1]})
        missing = foundation.missing_foundations(inventory)
        assert "16 tables are empty" in words.foundation_line(missing).finding
        assert "The foundation is laid" == words.foundation_line(findings([])).finding

    def test_german(self, german):
        line = words.foundation_line(FOUND)
        assert "Das Fundament steht, ein Fehler ist zu beheben" == line.finding
        assert line.sentences[1].startswith("Freitag, 15:00 bis 17:00 Uhr")


def test_columns_of_words_are_set_to_the_left_and_those_of_numbers_to_the_right():
    """A dash with its reason stands in a column of numbers."""
    rows = [["g1", "reached", "9"], ["g2", "far away", "— (nobody asked)"], ["g3", "x", "never"]]
    html = words.Table("c", ["Goal", "How", "n"], rows).html()
    assert '<th scope="col" class="text">How</th><th scope="col">n</th>' in html
    assert '<td class="text">far away</td><td>— (nobody asked)</td>' in html
    assert "<thead><tr>" in words.Table("c", ["Goal", "n"], []).html()


def test_a_fact_that_is_an_empty_list_is_a_dash():
    facts = {"metric": "x", "nearest": [], "letter": "M"}
    told = words.findings(findings([finding("g1", "unknown_metric", "fault", **facts)]))
    assert "g1 measures x, which this report does not know. Like it: —." == told.rows[0][1]
