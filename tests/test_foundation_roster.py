"""Promised hours and who is there: overlaps once, holidays not at all."""

import pandas as pd
import pytest

from conftest import plan
from tacheles import foundation
from tacheles.contract import ROLES, ROSTER
from tacheles.quarter import last_quarters
from tacheles.service_hours import ServiceHours

Q1 = last_quarters("2026-Q1", 1, time_zone="Europe/Berlin")
TEAM = plan(ROLES, {"role": "moderator", "kind": "moderator"})


def roster(*shifts: str) -> pd.DataFrame:
    """Shifts like `monday 09:00 13:00`, with a role if it is another one."""
    names = ("weekday", "starts", "ends", "role")
    rows = [dict(zip(names, [*shift.split(), "moderator"], strict=False)) for shift in shifts]
    return plan(ROSTER, *rows)


def coverage(hours: str, *shifts: str, holidays: str = "") -> pd.Series:
    promise = ServiceHours(hours, "Europe/Berlin", holidays)
    return foundation.moderation_coverage(roster(*shifts), promise, Q1).iloc[0]


def gaps(hours: str, *shifts: str) -> list[tuple[str, str, str]]:
    found = foundation.roster_faults(roster(*shifts), TEAM, ServiceHours(hours))
    return [
        (row["subject"], row["detail"]["starts"], row["detail"]["ends"])
        for row in found.to_dict("records")
    ]


class TestModerationCoverage:
    def test_hours_with_somebody_by_hours_promised(self):
        """Thirteen Mondays of four hours, three of them with a shift."""
        found = coverage("Mo 09:00-13:00", "monday 09:00 12:00")
        assert (0.75, 52, 0) == (found["value"], found["n"], found["persons"])

    def test_two_at_once_count_once_and_more_than_was_promised_not_at_all(self):
        shifts = "monday 08:00 11:00", "monday 09:00 11:00", "sunday 09:00 13:00"
        assert 0.5 == coverage("Mo 09:00-13:00", *shifts)["value"]

    def test_public_holidays_are_not_promised(self):
        """New Year's Day of 2026 is a Thursday: twelve are left, beside thirteen Mondays."""
        shifts = ("monday 09:00 10:00",)
        hours = "Mo,Th 09:00-10:00"
        assert 13 / 26 == coverage(hours, *shifts)["value"]
        assert 13 / 25 == coverage(hours, *shifts, holidays="DE-HH")["value"]

    def test_a_night_shift_ends_on_the_next_day(self):
        """Sunday's goes on into Monday; one until midnight ends there."""
        assert 1.0 == coverage("Mo 00:00-04:00", "sunday 20:00 04:00")["value"]
        assert 1.0 == coverage("Mo 20:00-24:00", "monday 20:00 00:00")["value"]
        assert 0.0 == coverage("Tu 00:00-04:00", "monday 20:00 00:00")["value"]

    def test_nothing_promised_does_not_apply_and_no_roster_is_no_data(self):
        assert "not_applicable" == coverage("", "monday 09:00 12:00")["status"]
        assert "no_data" == coverage("Mo 09:00-13:00")["status"]


class TestByHour:
    def test_each_hour_from_the_first_promised_to_the_last(self):
        promise = ServiceHours("Mo 09:00-10:30; Tu 11:00-12:00")
        found = foundation.moderation_coverage_by_hour(
            roster("monday 09:30 10:15"), promise, Q1
        ).set_index(["segment", "at"])
        assert [9, 10, 11] == sorted(found.loc["monday"].index)
        assert [0.5, 0.5] == found.loc[[("monday", 9), ("monday", 10)], "value"].tolist()
        assert (30, 0.0) == (found.loc[("monday", 10), "n"], found.loc[("tuesday", 11), "value"])
        assert "not_applicable" == found.loc[("tuesday", 9), "status"]

    @pytest.mark.parametrize(
        ("hours", "shifts", "status"),
        [("", ("monday 09:00 12:00",), "not_applicable"), ("Mo 09:00-10:00", (), "no_data")],
    )
    def test_without_a_promise_or_a_roster(self, hours, shifts, status):
        found = foundation.moderation_coverage_by_hour(roster(*shifts), ServiceHours(hours), Q1)
        assert status in set(found["status"])
        assert found["value"].isna().all()


class TestFaults:
    def test_a_gap_is_told_by_its_day_and_times(self):
        shifts = "monday 09:00 12:00", "monday 12:30 17:00", "tuesday 09:00 15:00"
        assert [("monday", "12:00", "12:30"), ("tuesday", "15:00", "17:00")] == gaps(
            "Mo,Tu 09:00-17:00", *shifts
        )

    def test_a_day_without_anybody_is_one_gap_until_midnight(self):
        assert [("monday", "00:00", "24:00")] == gaps("Mo 00:00-24:00", "tuesday 09:00 12:00")

    def test_a_week_that_is_covered_has_none(self):
        assert [] == gaps("Mo 09:00-17:00", "monday 09:00 13:00", "monday 13:00 17:00")

    def test_without_a_roster_there_are_no_gaps_to_mend(self):
        """That there is no roster is told elsewhere, once."""
        assert [] == gaps("Mo 09:00-17:00")

    def test_a_roster_without_a_promise_or_with_an_unknown_role(self):
        shifts = roster("monday 09:00 12:00 ghost")
        found = foundation.roster_faults(shifts, TEAM, ServiceHours())
        assert [("ghost", "shift_of_unknown_role"), ("community.toml", "no_service_hours")] == list(
            zip(found["subject"], found["kind"], strict=True)
        )
