"""Each check of a time series: passed where all is quiet, failed by what it is there to notice."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from simulated import ALL, KNOWN, analysed, check, community, jumping

from tacheles.evidence.counts import Counts
from tacheles.evidence.time_series import interrupted_time_series


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def test_a_quiet_community_passes_all_checks(rng):
    evidence = analysed(jumping(community(), 0.6), rng).evidence
    assert "C" == evidence.grade
    assert [] == [check.name for check in evidence.checks if check.passed is not True]


def test_without_controls_the_design_is_worth_d(rng):
    evidence = analysed(community().alone, rng).evidence
    assert ("time_series_without_controls", "D") == (evidence.design, evidence.grade)
    assert "controls_jumped" not in {check.name for check in evidence.checks}


@pytest.mark.parametrize(
    "places", [slice(40, ALL), slice(0, KNOWN + 7)], ids=["38 before", "7 after"]
)
def test_a_short_series_is_worth_d(places, rng):
    counts = community()
    start = counts.target.index[KNOWN]
    result = interrupted_time_series(counts.at(places), start, rng)
    assert check(result, "enough_data").passed is False
    assert "C" != result.evidence.grade


def test_controls_that_together_are_smaller_than_the_target_are_too_few(rng):
    counts = community()
    small = replace(counts, controls=(counts.controls / 8).round())
    assert check(analysed(small, rng), "enough_data").passed is False
    one = counts.without("control_2", "control_3")
    large = replace(one, controls=one.controls * 2)
    assert check(analysed(large, rng), "enough_data").passed is True


def test_a_jump_of_all_controls_is_noticed(rng):
    """The target did not jump with them: with controls it seems to have fallen, without not."""
    demand = 0.3 * np.sin(np.arange(ALL) * 2 * np.pi / 52)
    weeks = pd.date_range("2024-01-01", periods=ALL, freq="7D")
    series = np.exp(np.log(200) + demand + rng.normal(0, 0.05, (4, ALL))).round()
    controls = pd.DataFrame(dict(zip("abc", series[1:], strict=True)), weeks)
    counts = Counts(pd.Series(series[0], weeks), controls, pd.Series(500.0, weeks))
    result = analysed(jumping(counts, 1.5, *"abc"), rng)
    assert check(result, "controls_jumped").passed is False
    assert check(result, "controls_jumped").facts["low"] > 0
    assert check(result, "without_controls").passed is False
    assert result.relative.is_fall()
    assert "D" == result.evidence.grade


def test_a_control_that_reacts_alone_is_dropped_and_both_effects_told(rng):
    result = analysed(jumping(community(), 3.0, "control_2"), rng)
    assert ["control_2"] == result.dropped
    assert ["control_1", "control_3"] == result.counts.control_names
    assert ["control_2"] == check(result, "reacting_control").facts["controls"]
    assert result.with_dropped.value < result.relative.value
    assert not result.relative.is_fall()


def test_of_two_controls_that_disagree_none_is_dropped(rng):
    counts = jumping(community().without("control_3"), 3.0, "control_2")
    result = analysed(counts, rng)
    assert [] == result.dropped
    assert check(result, "controls_disagree").passed is False


def test_one_control_alone_cannot_be_held_against_others(rng):
    result = analysed(community().without("control_2", "control_3"), rng)
    assert check(result, "controls_disagree").passed is None
    assert check(result, "leave_one_control_out").passed is None


def test_a_step_long_before_the_start_fails_the_placebo(rng):
    """The tickets fell by two thirds, at the placebo date: 60 % of 78 weeks are 47."""
    counts = community()
    fallen = (counts.target * np.where(np.arange(ALL) < 47, 1, 1 / 3)).round()
    result = analysed(replace(counts, target=fallen), rng)
    found = check(result, "placebo_date")
    assert found.passed is False
    assert found.facts["high"] < 0
    assert counts.target.index[47] == found.facts["at"]


def test_a_launch_in_a_crisis_is_noticed(rng):
    counts = community()
    weeks = np.arange(ALL)
    crisis = counts.target * np.where((weeks >= KNOWN - 4) & (weeks < KNOWN), 3, 1)
    result = analysed(replace(counts, target=crisis), rng)
    assert check(result, "before_the_start").passed is False
    assert check(result, "before_the_start").facts["low"] > 0


def test_the_date_is_moved_by_two_weeks_either_way(rng):
    found = check(analysed(jumping(community(), 0.5), rng), "other_date")
    assert found.passed is True
    assert ["C", "C"] == found.facts["grades"]
    assert all(change < 0 for change in found.facts["changes"])
