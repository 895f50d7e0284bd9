"""Goals, decisions, improvements and experiments in words, and the figure of the goals."""

from datetime import date

import pandas as pd
import pytest

import tacheles.catalogue  # noqa: F401  # registers the definitions
from tacheles import charts, words
from tacheles.estimate import Estimates, _finished
from tacheles.standing import DecisionStanding, GoalStanding, Improvement, Standing, standing
from tacheles.workbook import Source

TEXTS = {"title": "A finding", "subtitle": "Of whom", "source": Source("Plans")}


def rates(*values: float, persons: int = 80, half: float = 0.02) -> Estimates:
    """Shares of one quarter after the other."""
    rows = pd.DataFrame(
        {
            "quarter": [f"{2025 + i // 4}-Q{i % 4 + 1}" for i in range(len(values))],
            "value": values,
            "low": [value - half for value in values],
            "high": [value + half for value in values],
            "level": 0.95,
            "n": 500,
            "persons": persons,
            "status": "ok",
        }
    )
    return _finished(rows, metric="answered_within(hours=24)", unit="share", persons_needed=5)


def goal(**more: object) -> dict:
    usual = {"goal_id": "G1", "target": 0.8, "due_on": date(2026, 6, 30), "direction": "up"}
    return usual | {"baseline": 0.5, "metric": "answered_within(hours=24)"} | more


def stands(*values: float, state: str = "not_reached", counter: Standing | None = None, **more):
    told = standing("answered_within(hours=24)", rates(*values))
    return GoalStanding(goal(**more), told, counter, state)


class TestGoals:
    def test_a_clear_change_has_an_arrow_and_what_it_is_worth(self):
        row = words.goals([stands(0.6, 0.7)]).rows[0]
        assert "G1: Questions answered within 24 hours" == row[0]
        assert "70% (68 to 72%)" == row[1]
        assert "80% by 30 June 2026" == row[2]
        assert "not reached yet" == row[3]
        assert "▲ +10 points, better" == row[4]

    def test_what_is_worse_depends_on_the_goal(self):
        row = words.goals([stands(0.6, 0.7, direction="down")]).rows[0]
        assert "▲ +10 points, worse" == row[4]

    def test_a_goal_of_keeping_names_no_worth(self):
        assert "▲ +10 points" == words.goals([stands(0.6, 0.7, direction="keep")]).rows[0][4]

    def test_a_change_that_chance_could_bring_has_none(self):
        assert "+1 point: not clear" == words.goals([stands(0.6, 0.61)]).rows[0][4]

    def test_among_many_changes_one_must_stand_out(self):
        """Alone 4 points would be clear; among twenty that did not move they are not."""
        alone = words.goals([stands(0.6, 0.63)]).rows[0][4]
        among = words.goals([stands(0.6, 0.63), *[stands(0.6, 0.6)] * 20]).rows[0][4]
        assert "▲ +3 points, better" == alone
        assert "+3 points: not clear" == among

    def test_the_counter_metric_stands_beside_it(self):
        counter = standing("answered_within(hours=24)", rates(0.7, 0.5))
        row = words.goals([stands(0.6, 0.6, counter=counter)]).rows[0]
        assert row[6].endswith("50% (48 to 52%); ▼ −20 points, worse")

    def test_a_metric_that_nobody_knows_is_told_as_it_is_written(self):
        row = words.goals([GoalStanding(goal(), Standing("solved_rate(days=30)"))]).rows[0]
        assert ["G1: solved_rate(days=30)", "— (this report does not know this metric)"] == row[:2]
        assert ["no number", "—", "—", "none named"] == row[3:]

    def test_too_few_people_show_no_number(self):
        few = standing("answered_within(hours=24)", rates(0.6, 0.7, persons=3))
        assert "— (to protect few people)" == words.goals([GoalStanding(goal(), few)]).rows[0][1]

    def test_without_goals_it_says_which_file_to_add(self):
        assert "add plans/goals.csv" in words.goals([]).said

    def test_they_are_counted_by_their_state(self):
        found = [stands(0.6, state=state) for state in ("reached", "open", "open", "unknown")]
        assert "Of 4 goals: 1 is reached, 2 may be reached, 1 has no number" == (
            words.goals_reached(found)
        )

    def test_in_german(self):
        words.use("de")
        found = [stands(0.6, state=state) for state in ("reached", "open", "not_reached")]
        assert "Von 3 Zielen: 1 erreicht, 1 vielleicht erreicht, 1 noch nicht erreicht" == (
            words.goals_reached(found)
        )


class TestFigure:
    def test_goals_with_a_number_and_a_way_are_drawn(self):
        found = [
            stands(0.65),
            stands(0.65, baseline=None),
            stands(0.65, baseline=0.8),
            GoalStanding(goal(), Standing("unknown")),
        ]
        assert 3 == sum(not one.is_on_a_way for one in found)
        assert "3 goals are not drawn" in words.goals_subtitle(found)
        drawn = charts.goals(found, **TEXTS).svg
        assert "65%" in drawn["wide"]
        assert "Questions answered" in drawn["wide"]
        assert "Questions answered" not in drawn["narrow"]

    def test_without_any_the_texts_stand_alone(self):
        assert {} == charts.goals([], **TEXTS).svg
        assert "No goals are written down" == words.goals_title([])


class TestBottomLine:
    def test_the_goals_come_first_then_what_moved(self):
        told = words.measured_bottom_line([stands(0.6)], rates(0.6, 0.7))
        assert "Of 1 goal: 1 is not reached yet" == told.finding
        assert "More questions had an answer within 24 hours" in told.sentences[0]

    def test_without_goals_the_numbers_stand_alone(self):
        told = words.measured_bottom_line([], rates(0.6, 0.7))
        assert told.finding.startswith("More questions had an answer")

    def test_a_number_that_is_missing_is_passed_over(self):
        missing = rates(0.6, 0.7).assign(status="no_data", value=float("nan"))
        told = words.measured_bottom_line([], missing, rates(0.6, 0.7))
        assert 1 == len(told.cards)

    def test_if_nothing_is_known_it_says_so(self):
        missing = rates(0.6, 0.7).assign(status="no_data", value=float("nan"))
        assert "Nothing was recorded in this quarter" == (
            words.measured_bottom_line([], missing).finding
        )


class TestDecisions:
    def decided(self, **more: object) -> dict:
        usual = {"decision_id": "D1", "statement": "We answer at nine.", "owner": "Team"}
        return usual | {"expected_effect": "Faster", "outcome": None} | more

    @pytest.mark.parametrize(
        ("now", "said"), [(0.7, "more than chance"), (0.61, "no more than chance")]
    )
    def test_what_was_expected_beside_what_happened(self, now, said):
        since = standing("answered_within(hours=24)", rates(0.6, now)).on_quarter
        told = DecisionStanding(self.decided(), "answered_within(hours=24)", since, "2025-Q1")
        row = words.decisions([told]).rows[0]
        assert ["D1: We answer at nine.", "Team", "Faster"] == row[:3]
        assert row[3].endswith(said)
        assert "since Q1 2025" in row[3]
        assert "—" == row[4]

    def test_without_a_metric_or_a_number(self):
        rows = words.decisions(
            [DecisionStanding(self.decided()), DecisionStanding(self.decided(), "solved")]
        ).rows
        assert "no metric named" == rows[0][3]
        assert "— (solved: no number then or now)" == rows[1][3]

    def test_without_decisions(self):
        assert "add plans/decisions.csv" in words.decisions([]).said


class TestImprovements:
    def area(self, units: float, weeks: float = 26.0) -> Improvement:
        return Improvement(
            goal(), "answered_within(hours=24)", 2.0, 0.02, "share", units, weeks, ("I2", "I1")
        )

    def test_what_it_takes_to_see_it(self):
        row = words.improvements([self.area(1200.0)]).rows[0]
        assert "by at least 2 points" == row[1]
        assert "1,200 (Questions), half of them without it: 26 weeks" == row[2]
        assert "I2, I1" == row[3]

    def test_of_a_count_it_takes_quarters(self):
        row = words.improvements([self.area(float("nan"))]).rows[0]
        assert "26 weeks as against as many before" == row[2]

    @pytest.mark.parametrize("units", [1200.0, float("nan")])
    def test_what_takes_more_than_two_years_is_said_to(self, units):
        told = words.improvements([self.area(units, 105.0)]).rows[0][2]
        assert "not to be seen within two years (105 weeks)" == told
        assert "two years" not in words.improvements([self.area(units, 104.0)]).rows[0][2]

    def test_if_nothing_stands_out(self):
        assert words.improvements([]).said.startswith("Nothing stands out")


def effect(
    status: str = "ok",
    low: float = 0.1,
    persons: int = 200,
    *,
    metric: str = "experiment_effect(days=84)",
    value: float = 0.2,
) -> Estimates:
    row = {"quarter": "2026-Q3", "segment": "digest", "value": value, "low": low, "high": 0.3}
    row |= {"level": 0.9, "n": 200, "persons": persons, "status": status, "grade": "A"}
    return _finished(pd.DataFrame([row]), metric=metric, unit="visits_per_member", persons_needed=5)


class TestTrials:
    def test_an_effect_with_its_interval_and_grade(self):
        row = words.effects(effect()).rows[0]
        assert ["Visits more per member", "digest", "0.2", "0.1 to 0.3 (90%)", "clear"] == row[:5]
        assert ["A", "200 (Members)"] == row[5:]

    def test_an_interval_with_zero_is_not_clear(self):
        assert "not clear" == words.effects(effect(low=-0.1)).rows[0][4]

    def test_without_a_number_it_says_why(self):
        row = words.effects(effect("not_applicable")).rows[0]
        assert "— (arms of odd sizes)" == row[2]

    def test_too_few_people_show_no_effect(self):
        assert "— (to protect few people)" == words.effects(effect(persons=3)).rows[0][2]

    def test_the_tree_adds_up_or_is_not_there(self):
        """A number of ours is called by its name, a department's own as it calls it."""
        segments = ["leads", "leads", "cost_per_ticket", "x"]
        rows = pd.DataFrame({"status": ["ok", "ok", "ok", "no_data"], "segment": segments})
        assert "make of them: leads, Full cost of a ticket." in words.reconciled(rows).said
        assert "nothing to add up" in words.reconciled(rows[3:]).said


class TestSharpened:
    def test_what_a_history_explains_is_told_in_members_saved(self):
        """Three quarters explained: four times as many members would be needed."""
        said = words.sharpened(effect(metric="experiment_variance_explained", value=0.75)).said
        assert "explains 75% of" in said
        assert "4 times as many" in said

    def test_without_an_experiment_it_says_so(self):
        assert "No experiment" in words.sharpened(effect("not_mature")).said


class TestTool:
    def judged(self, **more: object) -> pd.DataFrame:
        usual = {
            "by_hand": ["positive", "neutral", ""],
            "out_of_fold": ["positive", "positive", ""],
        }
        return pd.DataFrame(usual | {"tool": "word_list"} | more)

    def agreement(self, status: str = "ok") -> Estimates:
        row = {"quarter": "2026-Q3", "value": 0.87, "low": 0.8, "high": 0.9, "n": 90}
        row |= {"level": 0.95, "persons": 0, "status": status}
        return _finished(
            pd.DataFrame([row]), metric="label_agreement", unit="score", persons_needed=5
        )

    def test_which_tool_how_many_labels_and_how_far_people_agree(self):
        said = words.tool(self.judged(), self.agreement()).said
        assert "the word lists for German and English" in said
        assert "2 texts were labelled by hand." in said
        assert "Of these the tool calls 50% as people do." in said
        assert "two people agree to 0.87 (1 would be always; 0.8 to 0.9)" in said

    def test_without_labels_it_says_only_who_judged(self):
        said = words.tool(self.judged(by_hand=""), self.agreement("no_data")).said
        assert "Judged by the word lists for German and English." == said

    def test_without_texts(self):
        assert "no text to judge" in words.tool(self.judged()[:0], self.agreement()).said
