"""Events: registered, attended, came back."""

import pytest

from conftest import members, table
from tacheles import growth
from tacheles.contract import ACTIVITY, CONTENT
from tacheles.estimate import at_point
from tacheles.privacy import protect
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)


def events(*rows: tuple[int | None, int | None, int | None]):
    """Events by hand: registered, of these a week before, and attended."""
    names = ("registered", "registered_7d_before", "attended")
    usual = {"format": "event", "planned_at": "2026-02-01", "published_at": "2026-02-01"}
    return table(
        CONTENT,
        [
            {"item_id": f"e{i}"} | usual | dict(zip(names, row, strict=True))
            for i, row in enumerate(rows)
        ],
    )


def visits(*rows: tuple[str, str, str | None], type: str = "attend"):  # noqa: A002
    """Acts by hand: member, moment, event."""
    names = ("member_id", "acted_at", "item_id")
    return table(ACTIVITY, [dict(zip(names, row, strict=True)) | {"type": type} for row in rows])


class TestAttendance:
    def test_attended_of_registered_over_all_events(self):
        """30 of 40 and 10 of 60: 40 of 100, not the mean of 75 % and 17 %."""
        found = growth.event_attendance_rate(events((40, 8, 30), (60, 30, 10)), Q1).iloc[0]
        assert (0.4, 100) == (found["value"], found["n"])

    def test_the_persons_behind_it_are_at_least_those_of_the_largest_event(self):
        found = growth.event_attendance_rate(events((3, 1, 3), (4, 1, 2)), Q1)
        assert 4 == found["persons"].iloc[0]
        assert "suppressed" == protect(found)["status"].iloc[0]

    def test_more_guests_than_registered_are_all_of_them_and_no_more(self):
        found = growth.event_attendance_rate(events((10, 5, 14), (10, 5, 0)), Q1).iloc[0]
        assert 0.5 == found["value"]

    def test_uncounted_events_are_left_out_with_their_registrations(self):
        found = growth.event_attendance_rate(events((40, 8, 30), (25, 9, None)), Q1).iloc[0]
        assert (0.75, 40, 25) == (found["value"], found["n"], found["left_out"])

    def test_content_without_registrations_is_no_event(self):
        found = growth.event_attendance_rate(events((None, None, None), (0, 0, 0)), Q1).iloc[0]
        assert ("no_data", 0) == (found["status"], found["n"])

    def test_registered_a_week_before_of_all_registered(self):
        found = growth.early_registration_rate(events((40, 8, 30), (60, 30, 10)), Q1).iloc[0]
        assert (0.38, 100) == (found["value"], found["n"])


class TestReturn:
    def rate(self, *rows, until="2026-Q3", people=(), **options):
        quarters = last_quarters(until, 3)
        return growth.event_return_rate(visits(*rows), members(*people), quarters, **options)

    def test_another_event_by_the_end_of_the_second_quarter_after(self):
        """A came again in September, b in October, c only to the same event, d the next day."""
        found = self.rate(
            ("a", "2026-01-10", "e1"),
            ("a", "2026-09-30", "e3"),
            ("b", "2026-01-10", "e1"),
            ("b", "2026-10-01", "e4"),
            ("c", "2026-01-10", "e1"),
            ("c", "2026-01-10 01:00", "e1"),
            ("d", "2026-01-10", "e1"),
            ("d", "2026-01-11", "e2"),
        ).iloc[0]
        assert ("2026-Q1", 0.5, 4, 4) == tuple(found[["quarter", "value", "n", "persons"]])

    def test_quarters_that_have_not_had_the_time_are_not_mature(self):
        rows = [(who, at, "e1") for who, at in (("a", "2026-01-10"), ("b", "2026-04-10"))]
        found = self.rate(*rows)
        assert ["ok", "not_mature", "no_data"] == found["status"].tolist()
        assert ["2026-Q1"] == at_point(found, 2)["quarter"].tolist()[:1]

    def test_the_quarters_to_come_back_in_can_be_fewer(self):
        rows = [("a", "2026-01-10", "e1"), ("a", "2026-07-10", "e2")]
        assert 0.0 == self.rate(*rows, later_quarters=1)["value"].iloc[0]
        assert 1.0 == self.rate(*rows, later_quarters=2)["value"].iloc[0]

    def test_hosts_are_no_guests_and_unknown_events_are_left_out(self):
        host = {"member_id": "host", "role": "staff"}
        rows = [("host", "2026-01-10", "e1"), ("a", "2026-01-10", None), ("b", "2026-01-10", "e1")]
        found = self.rate(*rows, people=[host]).iloc[0]
        assert (0.0, 1, 1) == (found["value"], found["n"], found["left_out"])

    def test_without_guests_there_is_no_data(self):
        looked = visits(("a", "2026-01-10", "e1"), type="read")
        found = growth.event_return_rate(looked, members(), Q1).iloc[0]
        assert "no_data" == found["status"]
        assert found[["value", "low", "high"]].isna().all()


def test_the_interval_counts_events_and_not_guests():
    """Two events of 100, one full and one empty, say less than 200 guests would."""
    split = growth.event_attendance_rate(events((100, 0, 100), (100, 0, 0)), Q1).iloc[0]
    assert pytest.approx(0.5) == split["value"]
    assert split["high"] - split["low"] > 0.7
