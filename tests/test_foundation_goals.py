"""SMART, attainment and objectives: by hand and at the edges."""

import math

import pandas as pd
import pytest

from conftest import plan
from tacheles import foundation
from tacheles.contract import BUSINESS_GOALS, GOALS, STAKEHOLDERS
from tacheles.estimate import Estimates, _finished
from tacheles.privacy import protect
from tacheles.quarter import last_quarters

SIX = last_quarters("2026-Q3", 6, time_zone="Europe/Berlin")
BUSINESS = plan(BUSINESS_GOALS, {"business_goal_id": "b1", "statement": "Fewer calls"})
DEPARTMENTS = plan(STAKEHOLDERS, {"stakeholder_id": "s1"})

#: Grew by 2, 4, 0, 2 and 2 from quarter to quarter.
PAST = (30, 32, 36, 36, 38, 40)


def history(*values: float, half: float = math.nan, persons: int = 50, needed: int = 5):
    """A metric that was so much, quarter by quarter, give or take `half`."""
    names = last_quarters("2026-Q3", len(values)).names
    rows = pd.DataFrame({"quarter": names, "value": values, "n": 50, "persons": persons})
    rows = rows.assign(low=rows["value"] - half, high=rows["value"] + half)
    rows["status"] = rows["value"].notna().map({True: "ok", False: "no_data"})
    return _finished(rows, metric="solved", unit="members", persons_needed=needed)


def goal(**told: object) -> dict:
    """A goal that passes every check, but for what is told otherwise."""
    complete = {
        "goal_id": "g1",
        "statement": "More",
        "metric": "solved",
        "target": 44.0,
        "due_on": "2027-03-31",
        "owner": "lead",
        "unit": "members",
        "direction": "up",
        "baseline": 38.0,
        "business_goal_id": "b1",
        "stakeholder_id": "s1",
    }
    return complete | told


def smart(*goals: dict, past: Estimates | None = None, quarters=SIX) -> tuple:
    """The goals' checks by letter (None: cannot be made), their scores, and what was found."""
    known = {} if past is None else {"solved": past}
    told = plan(GOALS, *goals), known, BUSINESS, DEPARTMENTS, quarters
    checks = foundation.smart_checks(*told)
    letters = {
        "SMART"[int(row["at"]) - 1]: row["value"] if row["status"] == "ok" else None
        for row in checks.to_dict("records")
    }
    found = foundation.smart_faults(*told)
    return letters, foundation.smart_score(*told), found


class TestSmart:
    def test_a_complete_goal_passes_all_five(self):
        """METRICS F1."""
        letters, score, found = smart(goal(), past=history(*PAST))
        assert dict.fromkeys("SMART", 1) == letters
        assert (1.0, 5, 0) == tuple(score.loc[0, ["value", "n", "left_out"]])
        assert found.empty

    def test_without_a_baseline_three_of_four(self):
        """METRICS F1: M fails, and A cannot be assessed."""
        letters, score, found = smart(goal(baseline=None), past=history(*PAST))
        assert {"S": 1, "M": 0, "A": None, "R": 1, "T": 1} == letters
        assert (0.75, 4, 1) == tuple(score.loc[0, ["value", "n", "left_out"]])
        assert [("g1", "no_baseline", "M")] == [
            (row["subject"], row["kind"], row["detail"]["letter"])
            for row in found.to_dict("records")
        ]

    def test_specific_asks_for_a_unit_and_a_direction(self):
        letters, _score, found = smart(goal(unit=None, direction=None), past=history(*PAST))
        assert 0 == letters["S"]
        assert ["no_unit", "no_direction"] == found["kind"].tolist()

    def test_a_metric_nobody_knows_is_not_measurable_and_told_by_the_catalogue(self):
        letters, _score, found = smart(goal())
        assert (0, None) == (letters["M"], letters["A"])
        assert found.empty

    def test_what_is_to_be_kept_needs_a_tolerance(self):
        letters, _score, found = smart(goal(direction="keep", target=40), past=history(*PAST))
        assert 0 == letters["M"]
        assert ["no_tolerance"] == found["kind"].tolist()

    def test_more_than_any_quarter_ever_brought_is_not_achievable(self):
        """20 more in the two quarters that are left: 10 a quarter, at most 3.6 were usual."""
        letters, _score, found = smart(goal(target=60.0), past=history(*PAST))
        detail = found.loc[0, "detail"]
        assert 0 == letters["A"]
        assert ("asks_too_much", 10, 5) == (
            found.loc[0, "kind"],
            detail["asked"],
            detail["changes"],
        )
        assert 3.6 == pytest.approx(detail["usual"])  # 95 % of the way from 0, 2, 2, 2 to 4

    def test_a_stretch_may_ask_for_more_and_a_short_way_is_no_fault(self):
        assert 1 == smart(goal(target=60.0, stretch=True), past=history(*PAST))[0]["A"]
        assert 1 == smart(goal(target=40.5), past=history(*PAST))[0]["A"]
        assert 1 == smart(goal(target=39.0), past=history(*PAST))[0]["A"]

    def test_a_decrease_is_held_against_the_steepest_falls(self):
        falling = history(*(100 - value for value in PAST))
        down = {"direction": "down", "baseline": 62.0}
        assert 1 == smart(goal(target=53.0, **down), past=falling)[0]["A"]
        assert 0 == smart(goal(target=40.0, **down), past=falling)[0]["A"]

    def test_keeping_asks_for_no_more_than_it_usually_moves_either_way(self):
        kept = {"direction": "keep", "tolerance": 1.0}
        assert 1 == smart(goal(target=40.0, **kept), past=history(*PAST))[0]["A"]
        assert 1 == smart(goal(target=34.0, **kept), past=history(*PAST))[0]["A"]
        assert 0 == smart(goal(target=30.0, **kept), past=history(*PAST))[0]["A"]

    def test_fewer_than_four_changes_cannot_judge(self):
        assert smart(goal(), past=history(*PAST[:4]))[0]["A"] is None
        assert 1 == smart(goal(), past=history(*PAST[:5]))[0]["A"]

    def test_the_running_quarter_is_no_change(self):
        """It stands at 12 so far: neither a fall, nor where the goal starts from."""
        running = last_quarters("2026-Q3", 6, exported_at=pd.Timestamp("2026-08-01"))
        letters, _score, _found = smart(goal(), past=history(*PAST[:5], 12), quarters=running)
        assert 1 == letters["A"]

    @pytest.mark.parametrize("names", [{"business_goal_id": None}, {"business_goal_id": "b9"}])
    def test_relevant_names_a_goal_of_the_company_that_there_is(self, names):
        letters, _score, found = smart(goal(**names), past=history(*PAST))
        assert 0 == letters["R"]
        assert ["no_business_goal"] == found["kind"].tolist()

    @pytest.mark.parametrize(
        ("due_on", "kind"),
        [
            ("2026-09-30", ["date_past"]),
            ("2026-10-01", []),
            ("2028-01-01", []),
            ("2028-01-02", ["date_too_far"]),
        ],
    )
    def test_a_date_lies_ahead_and_within_five_quarters(self, due_on, kind):
        """Seen from the midnight before 1 October, on the clock of Berlin."""
        letters, _score, found = smart(goal(due_on=due_on, target=41.0), past=history(*PAST))
        assert kind == found["kind"].tolist()
        assert (not kind) == letters["T"]

    def test_a_date_in_the_past_leaves_no_time_to_judge(self):
        assert smart(goal(due_on="2026-06-30"), past=history(*PAST))[0]["A"] is None

    def test_no_goals_are_no_data(self):
        told = plan(GOALS), {}, BUSINESS, DEPARTMENTS, SIX
        assert ["no_data"] == foundation.smart_checks(*told)["status"].tolist()
        assert ["no_data"] == foundation.smart_score(*told)["status"].tolist()
        assert foundation.smart_faults(*told).empty
        assert ["no_data"] == foundation.goal_attainment(told[0], {}, SIX)["status"].tolist()

    def test_a_metric_of_segments_is_measured_in_the_goals_own(self):
        north, south = (history(*PAST).assign(segment=name) for name in ("north", "south"))
        both = Estimates(pd.concat([north, south], ignore_index=True))
        assert 1 == smart(goal(segment="south"), past=both)[0]["M"]
        assert 0 == smart(goal(), past=both)[0]["M"]
        assert 0 == smart(goal(segment="west"), past=both)[0]["M"]


def attained(past: Estimates | None, clamped: bool = True, **told: object) -> pd.Series:
    """How far the goal is in the last quarter."""
    known = {} if past is None else {"solved": past}
    goals = plan(GOALS, goal(**told))
    return foundation.goal_attainment(goals, known, SIX.latest, clamped=clamped).iloc[-1]


class TestGoalAttainment:
    @pytest.mark.parametrize(
        ("baseline", "target", "now", "way"),
        [(32, 45, 42, 0.769), (8, 5, 6, 0.667), (10, 20, 5, 0), (10, 20, 25, 1)],
    )
    def test_the_part_of_the_way_up_or_down_within_0_and_1(self, baseline, target, now, way):
        """METRICS F2."""
        found = attained(history(now), baseline=float(baseline), target=float(target))
        assert way == pytest.approx(found["value"], abs=5e-4)

    def test_unclamped_tells_how_far_below_or_beyond(self):
        found = attained(history(25), clamped=False, baseline=10.0, target=20.0)
        assert 1.5 == found["value"]

    def test_the_interval_is_that_of_the_metric_also_on_the_way_down(self):
        found = attained(history(6, half=0.5), baseline=8.0, target=5.0)
        assert (0.5, 2.5 / 3) == pytest.approx((found["low"], found["high"]))

    @pytest.mark.parametrize(("now", "kept"), [(40.5, 1), (41.5, 0)])
    def test_what_is_to_be_kept_is_attained_within_its_tolerance(self, now, kept):
        found = attained(history(now, half=1), direction="keep", target=40.0, tolerance=1.0)
        assert kept == found["value"]
        assert math.isnan(found["low"])

    @pytest.mark.parametrize(
        "told",
        [{"baseline": None}, {"baseline": 44.0}, {"direction": "keep"}, {"metric": "nobody's"}],
    )
    def test_what_cannot_be_judged_does_not_apply(self, told):
        found = attained(history(*PAST), **told)
        assert "not_applicable" == found["status"]
        assert math.isnan(found["value"])

    def test_few_persons_behind_the_metric_are_few_behind_its_attainment(self):
        """A survey asks for ten, though a goal by itself would ask for five."""
        told = plan(GOALS, goal()), {"solved": history(40, persons=8, needed=10)}, SIX.latest
        assert ["suppressed"] == protect(foundation.goal_attainment(*told))["status"].tolist()

    def test_every_quarter_stands_for_every_goal_oldest_first(self):
        goals = plan(GOALS, goal(), goal(goal_id="g2", metric="unknown"))
        found = foundation.goal_attainment(goals, {"solved": history(*PAST)}, SIX)
        assert [*SIX.names] == found["quarter"].drop_duplicates().tolist()
        assert 12 == len(found)


class TestObjectiveScore:
    def scored(self, *attained: tuple[float | None, float], persons: int = 50) -> pd.Series:
        """Goals of one objective, each from 0 to 1: how far it is, give or take; None: unknown."""
        goals, known = [], {}
        for i, (value, half) in enumerate(attained):
            told = {"goal_id": f"g{i}", "metric": f"m{i}", "objective_id": "o1"}
            goals.append(goal(baseline=0.0, target=1.0, **told))
            if value is not None:
                known[f"m{i}"] = history(value, half=half, persons=persons)
        plans = plan(GOALS, *goals)
        ways = foundation.goal_attainment(plans, known, SIX.latest)
        return foundation.objective_score(plans, ways, SIX.latest).iloc[-1]

    def test_it_is_the_mean_of_its_goals(self):
        found = self.scored((0.8, math.nan), (0.4, math.nan))
        assert ("o1", 2) == (found["segment"], found["n"])
        assert 0.6 == pytest.approx(found["value"])
        assert math.isnan(found["low"])

    def test_intervals_add_up_by_their_squares(self):
        """Half widths of 0.3 and 0.4 make 0.5 of the sum, 0.25 of the mean; a count adds none."""
        found = self.scored((0.5, 0.3), (0.5, 0.4))
        assert (0.25, 0.75) == pytest.approx((found["low"], found["high"]))
        found = self.scored((0.5, 0.3), (0.5, math.nan))
        assert (0.35, 0.65) == pytest.approx((found["low"], found["high"]))

    def test_a_goal_without_a_number_is_left_out_and_counted(self):
        found = self.scored((0.8, math.nan), (None, 0))
        assert (0.8, 1, 1) == (found["value"], found["n"], found["left_out"])

    def test_without_any_number_there_is_none(self):
        assert "no_data" == self.scored((None, 0))["status"]

    def test_goals_without_an_objective_belong_to_none(self):
        goals = plan(GOALS, goal())
        ways = foundation.goal_attainment(goals, {"solved": history(40)}, SIX.latest)
        found = foundation.objective_score(goals, ways, SIX.latest)
        assert ["no_data"] == found["status"].tolist()
