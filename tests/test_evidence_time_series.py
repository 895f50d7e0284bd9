import numpy as np
import pandas as pd
import pytest
from simulated import ALL, KNOWN, analysed, community, jumping

from tacheles.evidence.time_series import interrupted_time_series, smallest_visible_fall


@pytest.fixture
def rng():
    return np.random.default_rng(1)


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
