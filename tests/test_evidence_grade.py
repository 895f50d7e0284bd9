from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacheles.evidence.grade import COSTS, DESIGNS, GRADES, Check, Evidence


def graded(design: str, *failed: str) -> str:
    return Evidence(design, tuple(Check(name, False) for name in failed)).grade


@pytest.mark.parametrize(
    ("design", "grade"),
    [
        ("experiment", "A"),
        ("encouragement", "B"),
        ("interrupted_time_series", "C"),
        ("difference_in_differences", "C"),
        ("time_series_without_controls", "D"),
        ("matched_comparison", "D"),
        ("before_after", "E"),
        ("multiplier", "E"),
        ("opinion", "F"),
    ],
)
def test_a_design_starts_with_its_rung_of_the_ladder(design, grade):
    assert grade == graded(design)


@pytest.mark.parametrize(
    ("failed", "grade"),
    [
        (["controls_jumped"], "D"),
        (["without_controls"], "D"),
        (["controls_jumped", "without_controls"], "D"),
        (["enough_data"], "D"),
        (["placebo_date"], "D"),
        (["placebo_date", "before_the_start"], "E"),
        (["controls_jumped", "before_the_start"], "E"),
        (["placebo_date", "before_the_start", "leave_one_control_out"], "E"),
        (["other_date", "reacting_control"], "C"),
    ],
)
def test_failed_checks_cost_a_time_series_its_grade(failed, grade):
    assert grade == graded("interrupted_time_series", *failed)


@pytest.mark.parametrize("failed", ["balance", "overlap", "placebo_outcome"])
def test_a_comparison_that_is_not_balanced_is_naive(failed):
    assert "E" == graded("matched_comparison", failed)


def test_a_broken_assignment_stops_the_analysis():
    evidence = Evidence("experiment", (Check("sample_ratio", False),))
    assert evidence.is_stopped
    assert "F" == evidence.grade


def test_a_check_that_could_not_be_made_costs_nothing():
    assert "C" == Evidence("interrupted_time_series", (Check("placebo_date", None),)).grade


def test_an_opinion_gets_no_better_by_checks():
    assert "F" == graded("opinion", "enough_data")


def test_nobody_sets_the_grade_by_hand():
    evidence = Evidence("multiplier")
    with pytest.raises((FrozenInstanceError, AttributeError)):
        evidence.grade = "A"
    with pytest.raises(TypeError):
        Evidence("multiplier", grade="A")
    with pytest.raises(TypeError):
        DESIGNS["multiplier"] = "A"
    assert "E" == evidence.grade


@pytest.mark.parametrize(
    ("threshold", "meets"), [("B", False), ("C", True), ("D", True), ("F", True)]
)
def test_a_threshold_is_met_from_its_grade_upwards(threshold, meets):
    assert meets == Evidence("difference_in_differences").meets(threshold)


def test_what_has_no_grade_or_cost_is_refused():
    with pytest.raises(ValueError, match="crystal_ball: no design"):
        Evidence("crystal_ball")
    with pytest.raises(ValueError, match="gut_feeling: no check"):
        Check("gut_feeling", True)


def test_the_table_tells_each_check_with_its_facts():
    checks = (Check("placebo_date", False, {"change": -0.3}), Check("other_date", True))
    table = Evidence("interrupted_time_series", checks).table()
    assert ["placebo_date", "other_date"] == table["check"].tolist()
    assert ["one_down", ""] == table["cost"].tolist()
    assert {"change": -0.3} == table["facts"][0]


@given(
    st.sampled_from(sorted(DESIGNS)),
    st.lists(st.sampled_from(sorted(COSTS)), max_size=5),
    st.sampled_from(sorted(COSTS)),
)
def test_one_more_failed_check_never_raises_the_grade(design, failed, more):
    assert GRADES.index(graded(design, *failed, more)) >= GRADES.index(graded(design, *failed))
