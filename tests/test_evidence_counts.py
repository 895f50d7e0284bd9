from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tacheles.evidence.counts import Counts, controls_log_ratio, log_ratio

WEEKS = pd.date_range("2024-01-01", periods=60, freq="7D")
KNOWN = 44


@pytest.fixture
def counts():
    """Sixty quiet weeks: the target follows two controls, each with some noise of its own."""
    rng = np.random.default_rng(4)
    demand = 0.2 * np.sin(np.arange(60) / 5)
    target, first, second = (np.exp(np.log(100) + demand + rng.normal(0, 0.05, 60)) for _ in "123")
    controls = pd.DataFrame({"bug": first.round(), "billing": second.round()}, WEEKS)
    return Counts(pd.Series(target.round(), WEEKS), controls, pd.Series(500.0, WEEKS))


def after(counts: Counts, factor: float) -> pd.Series:
    return counts.target * np.where(np.arange(60) < KNOWN, 1, factor)


class TestCounts:
    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"customers": pd.Series(500.0, WEEKS[:59])}, "not of the same periods"),
            ({"target": pd.Series(-1.0, WEEKS)}, "missing or negative"),
            ({"target": pd.Series(np.nan, WEEKS)}, "missing or negative"),
            ({"customers": pd.Series(0.0, WEEKS)}, "without customers"),
        ],
    )
    def test_what_cannot_be_analysed_is_refused(self, counts, change, problem):
        with pytest.raises(ValueError, match=problem):
            replace(counts, **change)

    @pytest.mark.parametrize("weeks", [WEEKS[::-1], WEEKS[[0, *range(59)]]])
    def test_weeks_out_of_order_or_twice_are_refused(self, weeks):
        ones = pd.Series(1.0, weeks)
        with pytest.raises(ValueError, match="not in order"):
            Counts(ones, ones.to_frame(), ones)

    def test_weeks_that_began_before_the_start_are_before_it(self, counts):
        """The start is a Wednesday: its own week has begun before."""
        assert 3 == counts.before("2024-01-17")
        assert 2 == counts.before("2024-01-15")

    def test_the_control_rate_is_the_mean_of_logs(self):
        """Two controls as large as each other before the start: √(0.2 · 0.8) = 0.4 after it."""
        two = pd.date_range("2024-01-01", periods=2, freq="7D")
        controls = pd.DataFrame({"a": [3.5, 1.5], "b": [3.5, 7.5]}, two)
        counts = Counts(pd.Series(4.5, two), controls, pd.Series(10.0, two))
        assert np.log([0.5, 0.5]) == pytest.approx(counts.rate)
        assert np.log([0.4, 0.4]) == pytest.approx(counts.control_rate(1))

    def test_a_tiny_control_weighs_little(self):
        """Of 1 and 99 a week the variances are 1 + 0.01 and 0.0101 + 0.01: 1 to 50."""
        two = pd.date_range("2024-01-01", periods=2, freq="7D")
        controls = pd.DataFrame({"a": [0.5, 7.5], "b": [98.5, 98.5]}, two)
        counts = Counts(pd.Series(4.5, two), controls, pd.Series(1.0, two))
        weights = np.array([1 / 1.01, 1 / (0.01 + 1 / 99)])
        rise = counts.control_rate(1)[1] - counts.control_rate(1)[0]
        assert np.log(8) * weights[0] / weights.sum() == pytest.approx(rise)
        assert rise < 0.05

    def test_a_control_can_stand_in_for_the_target(self, counts):
        swapped = counts.with_target("bug")
        assert ["billing"] == swapped.control_names
        assert counts.controls["bug"].tolist() == swapped.target.tolist()


class TestLogRatio:
    def test_a_halved_target_is_found(self, counts):
        """Log ½ is −0.69; between quiet series the interval is a few percent wide."""
        before = log_ratio(counts, KNOWN)
        found = log_ratio(replace(counts, target=after(counts, 0.5)), KNOWN)
        assert before.median + np.log(0.5) == pytest.approx(found.median, abs=0.01)
        assert found.interval(0.9)[1] < np.log(0.6)

    def test_nothing_is_found_where_nothing_happened(self, counts):
        low, high = log_ratio(counts, KNOWN).interval(0.9)
        assert -0.1 < low < 0 < high < 0.1

    def test_what_moves_target_and_controls_alike_is_no_effect(self, counts):
        """All halve: the controls explain most of it, so the estimate stays far from log ½."""
        halved = replace(
            counts,
            target=after(counts, 0.5),
            controls=counts.controls * np.where(np.arange(60) < KNOWN, 1, 0.5)[:, None],
        )
        assert abs(log_ratio(halved, KNOWN).median) < 0.15

    def test_more_customers_are_no_more_tickets_each(self, counts):
        """Customers, target and controls double after the start: nothing changed for anybody."""
        doubled = np.where(np.arange(60) < KNOWN, 1, 2)
        grown = Counts(
            counts.target * doubled,
            counts.controls.mul(doubled, axis=0),
            counts.customers * doubled,
        )
        before, now = log_ratio(counts, KNOWN), log_ratio(grown, KNOWN)
        assert before.median == pytest.approx(now.median, abs=0.01)

    def test_the_scale_of_customers_does_not_matter(self, counts):
        thousands = replace(counts, customers=counts.customers / 1000)
        expected, found = (log_ratio(one, KNOWN) for one in (counts, thousands))
        assert expected.interval(0.9) == pytest.approx(found.interval(0.9), abs=1e-6)

    def test_the_order_of_controls_does_not_matter(self, counts):
        turned = replace(counts, controls=counts.controls[["billing", "bug"]])
        expected, found = (log_ratio(one, KNOWN) for one in (counts, turned))
        assert expected.interval(0.9) == pytest.approx(found.interval(0.9), abs=1e-9)

    def test_without_controls_the_interval_is_wider(self, counts):
        assert log_ratio(counts.alone, KNOWN).sd > log_ratio(counts, KNOWN).sd

    def test_a_week_without_tickets_has_a_rate(self, counts):
        target = counts.target.copy()
        target.iloc[[3, 50]] = 0
        assert np.isfinite(log_ratio(replace(counts, target=target), KNOWN).sd)

    def test_the_controls_have_a_ratio_of_their_own(self, counts):
        jumped = counts.controls * np.where(np.arange(60) < KNOWN, 1, 1.6)[:, None]
        found = controls_log_ratio(replace(counts, controls=jumped), KNOWN)
        unchanged = controls_log_ratio(counts, KNOWN)
        assert np.log(1.6) == pytest.approx(found.median - unchanged.median, abs=0.01)
