"""ESTIMATES: intervals, waiting curves, changes, and what is handed on."""

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacheles import estimate
from tacheles.estimate import COLUMNS, PRIVATE, change, kaplan_meier, metric, moved, wilson
from tacheles.privacy import protect
from tacheles.quarter import last_quarters

QUARTERS = last_quarters("2026-Q2", 2)


def row(value: float, low: float = math.nan, high: float = math.nan, **more: object) -> pd.Series:
    told = {"value": value, "low": low, "high": high, "level": 0.95, "status": "ok"}
    return pd.Series(told | {"persons": 10, "persons_needed": 5, "unit": "share"} | more)


class TestWilson:
    @pytest.mark.parametrize(
        ("successes", "n", "low", "high"), [(8, 10, 0.490, 0.943), (0, 5, 0.000, 0.434)]
    )
    def test_known_intervals(self, successes, n, low, high):
        """METRICS K7."""
        assert (low, high) == tuple(round(float(limit), 3) for limit in wilson(successes, n))

    def test_nobody_has_no_interval(self):
        assert all(np.isnan(limit) for limit in wilson(0, 0))

    @given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
    def test_it_holds_the_rate_and_mirrors(self, counted):
        successes, n = counted
        low, high = map(float, wilson(successes, n))
        assert 0 <= low <= successes / n <= high <= 1
        mirrored_low, mirrored_high = map(float, wilson(n - successes, n))
        assert (1 - mirrored_high, 1 - mirrored_low) == pytest.approx((low, high), abs=1e-12)


def waits(*seen: tuple[float, bool], units: int = 1) -> pd.DataFrame:
    return pd.DataFrame(
        {"time": [t for t, _ in seen], "is_event": [e for _, e in seen], "units": units}
    )


class TestKaplanMeier:
    def test_those_who_still_wait_lengthen_the_median(self):
        """METRICS R2: S = 0.8, 0.6, 0.3; median 4 although the median of the answered is 2."""
        curve = kaplan_meier(waits((1, True), (2, True), (3, False), (4, True), (5, False)))
        assert [0.8, 0.6, 0.3] == pytest.approx(curve.waiting.tolist())
        assert 4 == curve.median()[0]

    def test_a_frequency_table_is_its_rows(self):
        once = kaplan_meier(waits((1, True), (1, True), (2, True), (2, False)))
        table = kaplan_meier(
            pd.DataFrame({"time": [1, 2, 2], "is_event": [True, True, False], "units": [2, 1, 1]})
        )
        assert once.waiting.tolist() == table.waiting.tolist()
        assert once.high.tolist() == table.high.tolist()

    def test_who_left_at_the_moment_of_an_answer_was_still_waiting_then(self):
        curve = kaplan_meier(waits((2, True), (2, False)))
        assert [0.5] == curve.waiting.tolist()

    def test_nobody_answered(self):
        curve = kaplan_meier(waits((1, False), (2, False)))
        assert (1.0, 1.0) == (curve.at(10)[0], curve.at(10)[2])
        assert (math.inf, math.inf, math.inf) == curve.median()

    def test_everybody_answered_keeps_an_interval(self):
        """All five of five within an hour does not prove that all always will be."""
        value, low, high = kaplan_meier(waits((1, True), units=5)).at(1)
        assert (0, 0) == (value, low)
        assert 0.434 == round(high, 3)  # Wilson, 0 of 5

    def test_between_two_answers_nothing_changes(self):
        curve = kaplan_meier(waits((1, True), (3, True)))
        assert (1.0, 0.5, 0.5, 0.0) == tuple(curve.at(t)[0] for t in (0.5, 1, 2.9, 3))

    @settings(deadline=None)
    @given(
        st.lists(st.tuples(st.integers(1, 50), st.booleans()), min_size=1, max_size=40),
    )
    def test_it_only_falls_and_stays_inside_its_interval(self, seen):
        curve = kaplan_meier(waits(*seen))
        assert (np.diff(curve.waiting) < 0).all()
        assert (curve.low <= curve.waiting + 1e-12).all()
        assert (curve.waiting <= curve.high + 1e-12).all()

    @settings(deadline=None)
    @given(st.lists(st.integers(1, 50), min_size=1, max_size=40))
    def test_without_anybody_waiting_it_is_the_plain_share(self, times):
        curve = kaplan_meier(waits(*[(t, True) for t in times]))
        plain = [sum(t > at for t in times) / len(times) for at in curve.times]
        assert plain == pytest.approx(curve.waiting.tolist(), abs=1e-12)


class TestChange:
    def test_the_interval_of_a_difference(self):
        """From 0.4 (0.3-0.5) to 0.6 (0.5-0.7): 0.2, give or take the root of 0.1² + 0.1²."""
        difference = change(row(0.6, 0.5, 0.7), row(0.4, 0.3, 0.5))
        assert 0.2 == pytest.approx(difference["value"])
        reach = math.sqrt(0.02)
        assert (0.2 - reach, 0.2 + reach) == pytest.approx((difference["low"], difference["high"]))

    def test_a_lopsided_interval_stays_lopsided(self):
        difference = change(row(5, 4, 9), row(5, 5, 5))
        assert (-1, 4) == pytest.approx((difference["low"], difference["high"]))

    def test_an_open_limit_stays_open(self):
        difference = change(row(5, 4, math.inf), row(3, 2, 4))
        assert math.inf == difference["high"]
        assert math.isfinite(difference["low"])

    def test_never_reached_cannot_be_compared(self):
        assert "not_applicable" == change(row(math.inf, 4, math.inf), row(3, 2, 4))["status"]

    @pytest.mark.parametrize("status", ["no_data", "not_mature", "clipped"])
    def test_without_one_of_the_two_there_is_no_change(self, status):
        missing = row(math.nan, status=status)
        for difference in (change(row(1, 0, 1), missing), change(missing, row(1, 0, 1))):
            assert status == difference["status"]
            assert math.isnan(difference["value"])

    def test_the_fewer_persons_decide_whether_it_may_be_shown(self):
        assert 3 == change(row(1, 0, 1), row(1, 0, 1, persons=3))["persons"]

    def test_a_full_count_is_judged_by_its_own_history(self):
        """Changes of +1, -1, +1, -1: sd 2/√3; t(3; 97.5 %) = 3.1824; half = t·sd·√1.25."""
        difference = change(row(20), row(10), history=[10, 11, 10, 11, 10])
        half = 3.182446 * 2 / math.sqrt(3) * math.sqrt(1.25)
        assert (10 - half, 10 + half) == pytest.approx(
            (difference["low"], difference["high"]), rel=1e-6
        )

    def test_a_short_history_cannot_judge(self):
        difference = change(row(20), row(10), history=[10, 11, 10, 11])
        assert 10 == difference["value"]
        assert math.isnan(difference["low"])


def estimates(values: list[float], **columns: object) -> estimate.Estimates:
    rows = pd.DataFrame({"quarter": [f"2026-Q{i}" for i in range(1, len(values) + 1)]})
    rows = rows.assign(value=values, status="ok", persons=10, **columns)
    return estimate._finished(rows, metric="m", unit="share", persons_needed=5)


class TestLatestChange:
    def test_it_compares_with_the_quarter_before(self):
        assert 0.25 == estimate.latest_change(estimates([0.1, 0.5, 0.75]))["value"]

    def test_one_quarter_has_no_change(self):
        assert estimate.latest_change(estimates([0.1])) is None

    def test_the_points_of_a_curve_are_no_quarters(self):
        assert estimate.latest_change(estimates([0.1, 0.5], at=[1, 24])) is None

    def test_one_point_of_a_triangle_is_a_quarter_like_any_other(self):
        found = estimate.latest_change(estimates([0.1, 0.5], at=[1, 1]))
        assert 0.4 == pytest.approx(found["value"])

    def test_history_ends_at_a_gap(self):
        """Before the gap there were five values; after it, too few to judge by."""
        values = [10, 11, 10, 11, 10, math.nan, 10, 12]
        assert math.isnan(estimate.latest_change(estimates(values))["low"])


class TestAtPoint:
    def test_it_ends_with_the_last_quarter_that_has_it(self):
        rows = estimates([1, 0.5, 1, 0.4, 1, math.nan], at=[0, 1] * 3)
        rows.loc[5, "status"] = "not_mature"
        assert [0.5, 0.4] == estimate.at_point(rows, 1)["value"].tolist()

    def test_a_point_that_nobody_has_yet_is_one_row_that_says_so(self):
        rows = estimates([1, math.nan], at=[0, 1])
        rows.loc[1, "status"] = "not_mature"
        assert ["not_mature"] == estimate.at_point(rows, 1)["status"].tolist()

    def test_it_stays_protected(self):
        """What is taken out of an estimate is still one."""
        rows = estimates([1, 0.5], at=[0, 1], n=4)
        rows["persons"] = 4
        assert "0.5" not in repr(estimate.at_point(rows, 1))


def with_p(p: float) -> pd.Series:
    """A change whose interval touches zero just so far that this is its p."""
    normal = NormalDist()
    reach = normal.inv_cdf(0.975) / normal.inv_cdf(1 - p / 2)
    return row(1.0, 1 - reach, 1 + reach)


class TestMoved:
    def test_holm_stops_at_the_first_that_fails(self):
        """0.005 ≤ 0.05/4 and 0.01 ≤ 0.05/3, but 0.03 > 0.05/2: 0.04 is not looked at any more."""
        changes = [with_p(p) for p in (0.01, 0.04, 0.03, 0.005)]
        assert [True, False, False, True] == moved(changes)

    def test_one_alone_is_held_against_itself(self):
        assert [True] == moved([with_p(0.049)])
        assert [False] == moved([with_p(0.051)])

    def test_what_cannot_be_judged_does_not_weaken_the_others(self):
        assert [True, False, False] == moved([with_p(0.03), None, row(1, status="no_data")])

    def test_a_change_without_an_interval_has_not_moved(self):
        assert [False] == moved([row(5)])

    def test_nothing_to_judge(self):
        assert [] == moved([])


class TestMetric:
    @pytest.fixture
    def share(self):
        @metric(unit="share", better="up", people="survey_answers")
        def answered_for_test(posts, quarters, *, hours=24):
            """Share for the test."""
            rows = {"quarter": list(quarters), "value": posts, "status": "ok", "persons": 10}
            return pd.DataFrame(rows)

        yield answered_for_test
        del estimate.DEFINITIONS["answered_for_test"]

    def test_it_makes_the_whole_shape(self, share):
        found = share([0.5, 0.6], QUARTERS)
        assert COLUMNS == list(found.columns)
        assert {"float64"} == {str(found[name].dtype) for name in ("value", "low", "at")}
        assert {"int64"} == {str(found[name].dtype) for name in ("n", "left_out", *PRIVATE)}

    def test_options_are_part_of_what_is_measured(self, share):
        found = share([0.5, 0.6], QUARTERS, hours=168)
        assert {"answered_for_test(hours=168)"} == set(found["metric"])
        assert ("answered_for_test", {"hours": 168}) == estimate.called(found["metric"].iloc[0])

    def test_the_kind_of_people_decides_the_threshold(self, share):
        assert {10} == set(share([0.5, 0.6], QUARTERS)["persons_needed"])

    def test_a_definition_that_counts_no_persons_is_refused(self):
        """Nobody could say whether its cells may be shown."""

        @metric(unit="share", better="up")
        def careless(quarters):
            return pd.DataFrame({"quarter": list(quarters), "value": 0.5, "status": "ok"})

        del estimate.DEFINITIONS["careless"]
        with pytest.raises(ValueError, match="careless does not count the persons"):
            careless(QUARTERS)

    def test_it_is_registered_with_its_definition(self, share):
        assert "Share for the test." == estimate.DEFINITIONS["answered_for_test"].statement


def test_a_name_without_options_is_its_own_call():
    assert ("active_members", {}) == estimate.called("active_members")


class TestGlue:
    @pytest.fixture
    def handed_on(self, monkeypatch):
        definition = estimate.Definition("m", "share", "up", "customers", lambda: None)
        monkeypatch.setitem(estimate.DEFINITIONS, "m", definition)
        rows = estimates([0.5, math.inf], n=[10, 4])
        rows.loc[1, "persons"] = 10
        few = estimates([0.123456, 0.2])
        few.loc[0, "persons"] = 4
        return estimate.glue(rows, few)._repr_mimebundle_()[estimate.Glued.MIME]["rows"]

    def test_nothing_private_leaves(self, handed_on):
        assert not [row for row in handed_on if set(PRIVATE) & set(row)]

    def test_a_suppressed_cell_has_no_value(self, handed_on):
        assert ("suppressed", None, None) == tuple(
            handed_on[2][name] for name in ("status", "value", "n")
        )

    def test_it_is_plain_json(self, handed_on):
        assert ("inf", 4, None) == tuple(handed_on[1][name] for name in ("value", "n", "low"))


class TestWhatTellsAnother:
    """The whole is often shown too: what is missing to it is the segment that is not."""

    @staticmethod
    def statuses(*persons: int, quarters: tuple[str, ...] = ("2026-Q3",)) -> list[str]:
        rows = [
            {"quarter": name, "segment": f"s{place}", "n": many, "persons": many, "value": 0.5}
            | {"status": "ok"}
            for name in quarters
            for place, many in enumerate(persons)
        ]
        made = estimate._finished(pd.DataFrame(rows), metric="m", unit="share", persons_needed=5)
        return protect(made)["status"].tolist()

    def test_the_smallest_beside_a_single_one_of_too_few_is_not_shown_either(self):
        assert ["ok", "suppressed", "suppressed"] == self.statuses(20, 3, 8)

    def test_in_each_quarter_for_itself(self):
        shown = self.statuses(8, 3, quarters=("2026-Q2", "2026-Q3"))
        assert 4 * ["suppressed"] == shown

    def test_two_of_too_few_do_not_tell_one_another(self):
        assert ["ok", "suppressed", "suppressed"] == self.statuses(20, 3, 4)

    def test_where_nobody_is_there_is_nobody_to_protect(self):
        assert ["ok", "ok"] == self.statuses(20, 0)

    def test_what_it_was_made_from_stays_hidden_in_what_is_made_of_it(self):
        rows = [{"quarter": "2026-Q3", "segment": f"s{n}", "persons": n} for n in (3, 8)]
        rows = pd.DataFrame(rows).assign(value=0.5, n=10, status="ok")
        made = estimate._finished(rows, metric="m", unit="share", persons_needed=5)
        handed_on = made[made["segment"] == "s8"]
        again = estimate._finished(handed_on, metric="k", unit="share", persons_needed=5)
        assert ["suppressed"] == protect(again)["status"].tolist()
