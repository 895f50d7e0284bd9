from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tacheles.demo.panels import WEEKLY, weekly_panel
from tacheles.evidence.counts import Counts
from tacheles.evidence.time_series import interrupted_time_series, smallest_visible_fall

SCENARIOS = {scenario.name: scenario for scenario in WEEKLY}
KNOWN, ALL = 78, 104


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def community(seed: int = 1, scenario: str = "no effect") -> Counts:
    panel = weekly_panel(SCENARIOS[scenario], np.random.default_rng(seed))
    return Counts(panel.target, panel.controls, panel.customers)


def jumping(counts: Counts, factor: float, *controls: str) -> Counts:
    """The same counts with the target, or some controls, multiplied from the start on."""
    after = np.where(np.arange(len(counts)) < KNOWN, 1, factor)
    if not controls:
        return replace(counts, target=(counts.target * after).round())
    changed = {name: (counts.controls[name] * after).round() for name in controls}
    return replace(counts, controls=counts.controls.assign(**changed))


def analysed(counts: Counts, rng: np.random.Generator):
    return interrupted_time_series(counts, counts.target.index[KNOWN], rng)


def check(result, name: str):
    return next(check for check in result.evidence.checks if check.name == name)


class TestEffect:
    def test_a_halved_target_is_told_as_minus_half_and_as_tickets(self, rng):
        counts = jumping(community(), 0.5)
        result = analysed(counts, rng)
        observed = counts.target.iloc[KNOWN:].sum()
        assert KNOWN == result.known
        assert counts.target.index[KNOWN] == result.start
        assert result.relative.is_fall()
        assert -0.5 == pytest.approx(result.relative.value, abs=0.15)
        expected = observed / (1 + result.relative.value) - observed
        assert expected == pytest.approx(result.avoided().value, rel=1e-3)
        assert observed == result.avoided().n

    def test_more_tickets_are_negative_avoided_ones(self, rng):
        result = analysed(jumping(community(), 2.0), rng)
        assert result.relative.is_rise()
        assert result.avoided().interval()[1] < 0

    def test_the_parts_of_the_avoided_tickets_add_up(self, rng):
        result = analysed(jumping(community(), 0.7), rng)
        first, rest = result.avoided(slice(0, 13)), result.avoided(slice(13, None))
        assert result.avoided().draws == pytest.approx(first.draws + rest.draws)

    def test_the_interval_does_not_hang_on_the_seed(self):
        counts = community()
        one, other = (analysed(counts, np.random.default_rng(seed)).relative for seed in (1, 2))
        assert one.interval() == pytest.approx(other.interval(), abs=1e-12)
        assert one.draws.tolist() != other.draws.tolist()

    def test_a_start_within_a_week_belongs_to_the_next_one(self, rng):
        counts = community()
        wednesday = counts.target.index[KNOWN] - pd.Timedelta(days=5)
        assert KNOWN == interrupted_time_series(counts, wednesday, rng).known

    @pytest.mark.parametrize("known", [0, 11, ALL])
    def test_too_little_before_or_nothing_after_is_refused(self, known, rng):
        counts = community()
        start = counts.target.index[0] + pd.Timedelta(weeks=known)
        with pytest.raises(ValueError, match=f"{known} of {ALL} periods"):
            interrupted_time_series(counts, start, rng)


class TestPath:
    @pytest.fixture
    def result(self, rng):
        return analysed(jumping(community(), 0.5), rng)

    def test_it_tells_each_week_and_what_was_to_be_expected_after_the_start(self, result):
        path = result.path()
        assert ["observed", "controls", "expected", "low", "high"] == list(path.columns)
        assert ALL == len(path)
        assert path["expected"].iloc[:KNOWN].isna().all()
        after = path.iloc[KNOWN:]
        assert (after["low"] < after["expected"]).all()
        assert (after["expected"] < after["high"]).all()
        assert after["observed"].sum() < after["low"].sum()

    def test_the_controls_lie_on_the_targets_level_before_the_start(self, result):
        before = np.log(result.path().iloc[:KNOWN])
        assert before["observed"].mean() == pytest.approx(before["controls"].mean())

    def test_without_controls_none_are_told(self, rng):
        assert "controls" not in analysed(community().alone, rng).path()


class TestEvidence:
    def test_a_quiet_community_passes_all_checks(self, rng):
        evidence = analysed(jumping(community(), 0.6), rng).evidence
        assert "C" == evidence.grade
        assert [] == [check.name for check in evidence.checks if check.passed is not True]

    def test_without_controls_the_design_is_worth_d(self, rng):
        evidence = analysed(community().alone, rng).evidence
        assert ("time_series_without_controls", "D") == (evidence.design, evidence.grade)
        assert "controls_jumped" not in {check.name for check in evidence.checks}

    @pytest.mark.parametrize(
        "places", [slice(40, ALL), slice(0, KNOWN + 7)], ids=["38 before", "7 after"]
    )
    def test_a_short_series_is_worth_d(self, places, rng):
        counts = community()
        start = counts.target.index[KNOWN]
        result = interrupted_time_series(counts.at(places), start, rng)
        assert check(result, "enough_data").passed is False
        assert "C" != result.evidence.grade

    def test_controls_that_together_are_smaller_than_the_target_are_too_few(self, rng):
        counts = community()
        small = replace(counts, controls=(counts.controls / 8).round())
        assert check(analysed(small, rng), "enough_data").passed is False
        one = counts.without("control_2", "control_3")
        large = replace(one, controls=one.controls * 2)
        assert check(analysed(large, rng), "enough_data").passed is True

    def test_a_jump_of_all_controls_is_noticed(self, rng):
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

    def test_a_control_that_reacts_alone_is_dropped_and_both_effects_told(self, rng):
        result = analysed(jumping(community(), 3.0, "control_2"), rng)
        assert ["control_2"] == result.dropped
        assert ["control_1", "control_3"] == result.counts.control_names
        assert ["control_2"] == check(result, "reacting_control").facts["controls"]
        assert result.with_dropped.value < result.relative.value
        assert not result.relative.is_fall()

    def test_of_two_controls_that_disagree_none_is_dropped(self, rng):
        counts = jumping(community().without("control_3"), 3.0, "control_2")
        result = analysed(counts, rng)
        assert [] == result.dropped
        assert check(result, "controls_disagree").passed is False

    def test_one_control_alone_cannot_be_held_against_others(self, rng):
        result = analysed(community().without("control_2", "control_3"), rng)
        assert check(result, "controls_disagree").passed is None
        assert check(result, "leave_one_control_out").passed is None

    def test_a_step_long_before_the_start_fails_the_placebo(self, rng):
        """The tickets fell by two thirds, at the placebo date: 60 % of 78 weeks are 47."""
        counts = community()
        fallen = (counts.target * np.where(np.arange(ALL) < 47, 1, 1 / 3)).round()
        result = analysed(replace(counts, target=fallen), rng)
        found = check(result, "placebo_date")
        assert found.passed is False
        assert found.facts["high"] < 0
        assert counts.target.index[47] == found.facts["at"]

    def test_a_launch_in_a_crisis_is_noticed(self, rng):
        counts = community()
        weeks = np.arange(ALL)
        crisis = counts.target * np.where((weeks >= KNOWN - 4) & (weeks < KNOWN), 3, 1)
        result = analysed(replace(counts, target=crisis), rng)
        assert check(result, "before_the_start").passed is False
        assert check(result, "before_the_start").facts["low"] > 0

    def test_the_date_is_moved_by_two_weeks_either_way(self, rng):
        found = check(analysed(jumping(community(), 0.5), rng), "other_date")
        assert found.passed is True
        assert ["C", "C"] == found.facts["grades"]
        assert all(change < 0 for change in found.facts["changes"])


class TestSmallestVisibleFall:
    def test_it_is_what_the_intervals_width_allows(self, rng):
        """80 % power is 2.487 standard errors; the 90 % interval is 3.29 of them wide."""
        counts = community()
        low, high = np.log1p(analysed(counts, rng).relative.interval())
        expected = np.expm1(-2.487 / 3.29 * (high - low))
        assert expected == pytest.approx(
            smallest_visible_fall(counts.at(slice(KNOWN)), 26), abs=0.02
        )

    def test_more_tickets_and_more_weeks_let_see_more(self):
        large, small = community(), community(scenario="6 tickets a week, no effect")
        falls = [
            smallest_visible_fall(counts.at(slice(weeks)), 26)
            for counts, weeks in ((small, KNOWN), (large, 30), (large, KNOWN))
        ]
        assert sorted(falls) == falls
        assert -1 < falls[0] < falls[-1] < 0
