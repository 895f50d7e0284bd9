"""Who is there: by hand and at the edges."""

import pandas as pd
import pytest
from growth_tables import act, acts, participation, presence, roles

from conftest import members, written
from tacheles import growth
from tacheles.growth.presence import MEANINGS
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)
BERLIN = last_quarters("2026-Q1", 1, time_zone="Europe/Berlin")


class TestPresence:
    def test_acts_of_a_quarter_are_one_row(self):
        found = presence(
            act("2026-01-05", "a", "read"), act("2026-03-31 23:59", "a"), act("2026-04-01", "a")
        ).to_pandas()
        assert [1, 2] == sorted(found["acts"])

    def test_bots_and_staff_are_not_in_it(self):
        found = presence(
            act("2026-01-05", "r"), act("2026-01-05", "s"), act("2026-01-05", "a"),
            people=({"member_id": "r", "is_bot": True}, {"member_id": "s", "role": "staff"}),
        )  # fmt: skip
        assert ["a"] == found.to_pandas()["member_id"].tolist()


def by_meaning(*rows: dict, made: tuple[dict, ...] = (), quarters=Q1) -> pd.Series:
    found = growth.active_members_by_meaning(
        participation(*made, activity=rows), presence(*rows), quarters
    )
    return found.set_index("segment")


class TestActiveMembersByMeaning:
    def test_each_meaning_counts_who_is_meant(self):
        """METRICS L1: a reads in March, b voted in January, c wrote in the last 28 days."""
        found = by_meaning(
            act("2026-03-20", "a", "read"), act("2026-01-05", "b", "vote"),
            made=(written("2026-03-10", "c"), written("2026-02-05", "d")),
        )["value"]  # fmt: skip
        expected = {
            "contributed": 3, "contributed_28_days": 1, "contributed_60_days": 2,
            "ten_contributions_30_days": 0, "any_activity": 2, "visited_30_days": 1,
            "visited_month": 1, "read_month": 1, "visited_and_acted": 1,
        }  # fmt: skip
        assert expected == found.to_dict()

    def test_ten_contributions_are_ten(self):
        rows = [written("2026-03-05", "a")] * 10 + [written("2026-03-05", "b")] * 9
        found = by_meaning(made=tuple(rows))
        assert 1 == found["value"]["ten_contributions_30_days"]

    def test_the_last_days_are_days_of_the_local_clock(self):
        """28 days before the first of April in Berlin: midnight of the fourth of March there."""
        for moment, expected in (("2026-03-03 23:00", 1), ("2026-03-03 22:59", 0)):
            made = participation(written(moment, "a"), calendar=BERLIN.calendar)
            found = growth.active_members_by_meaning(made, presence(), BERLIN)
            assert expected == found.set_index("segment")["value"]["contributed_28_days"]

    def test_without_acts_what_needs_them_has_no_number(self):
        found = by_meaning(made=(written("2026-03-05", "a"),))
        assert {"no_data"} == set(found["status"][list(MEANINGS)[4:]])
        assert 1 == found["value"]["contributed"]

    def test_the_last_days_of_a_running_quarter_lie_ahead(self):
        running = last_quarters("2026-Q1", 1, exported_at=pd.Timestamp("2026-02-01"))
        found = by_meaning(
            act("2026-01-05", "a"), made=(written("2026-01-05", "a"),), quarters=running
        )
        assert ["ok", "not_mature"] == [
            found["status"][m] for m in ("any_activity", "visited_month")
        ]


def sticky(*rows: dict, quarters=Q1, people: tuple[dict, ...] = ()) -> pd.Series:
    there = presence(*rows, people=people, calendar=quarters.calendar)
    given = acts(*rows), there, members(*people), roles()
    return growth.stickiness(*given, quarters).iloc[-1]


class TestStickiness:
    def test_one_of_three_is_there_every_day(self):
        """
        METRICS L2 ✓: three members, one of them each day, in turns: a third.

        From New Year's Day a, b and c take turns; the first 29 days are not whole yet.
        """
        days = pd.date_range("2026-01-01", "2026-03-31")
        found = sticky(*[act(str(day), "abc"[i % 3]) for i, day in enumerate(days)])
        assert 1 / 3 == pytest.approx(found["value"])
        assert (61, 29, 3) == (found["n"], found["left_out"], found["persons"])

    def test_two_visits_on_a_day_are_one(self):
        days = pd.date_range("2025-12-01", "2026-03-31")
        rows = [act(f"{day.date()} {hour}:00", "a") for day in days for hour in ("08", "20")]
        found = sticky(*rows)
        assert (1, 90) == (found["value"], found["n"])

    def test_who_comes_back_within_the_thirty_days_is_one_member(self):
        """A and b on the first of March; a again on the tenth: one of two."""
        rows = [act("2026-01-01", "z"), *[act("2026-03-01", name) for name in "ab"]]
        found = sticky(*rows, act("2026-03-10", "a"))
        # 31 days with a quotient: on two of them somebody came, 2 of 2 and 1 of 2
        assert (1 + 0.5) / 32 == pytest.approx(found["value"])
        assert 32 == found["n"]

    def test_a_day_is_a_day_of_the_local_clock(self):
        """23:30 UTC is the next day in Berlin: both acts are of one day."""
        rows = [act("2026-02-10 23:30", "a"), act("2026-02-11 20:00", "a"), act("2025-11-01", "z")]
        found = sticky(*rows, quarters=BERLIN)
        assert 1 / 30 == pytest.approx(found["value"])

    def test_young_records_are_not_mature_and_silence_is_no_data(self):
        assert "not_mature" == sticky(act("2026-03-20", "a"))["status"]
        assert "no_data" == sticky(act("2025-01-01", "a"))["status"]

    def test_the_day_of_the_export_is_not_whole(self):
        running = last_quarters("2026-Q1", 1, exported_at=pd.Timestamp("2026-01-03 12:00"))
        days = pd.date_range("2025-11-01", "2026-01-03")
        found = sticky(*[act(str(day), "a") for day in days], quarters=running)
        assert (2, 1) == (found["n"], found["value"])

    def test_bots_and_staff_do_not_count(self):
        days = pd.date_range("2025-11-01", "2026-03-31")
        rows = [act(str(day), name) for day in days for name in "as"]
        assert 1 == sticky(*rows, people=({"member_id": "s", "role": "staff"},))["persons"]

    def test_local_time_follows_the_change_to_summer(self):
        """Both moments are the thirtieth of March in Berlin, the day after the clocks changed."""
        found = sticky(
            act("2025-12-01", "z"), act("2026-03-29 22:30", "a"), act("2026-03-30 21:30", "a"),
            quarters=BERLIN,
        )  # fmt: skip
        assert (0.5, 2) == (found["value"], found["n"])


class TestParticipationSplit:
    def parts(self, *rows: dict, made: tuple[dict, ...]) -> pd.DataFrame:
        found = growth.participation_split(participation(*made), presence(*rows), Q1)
        return found.set_index("segment")

    def test_readers_few_and_many(self):
        """METRICS G6: of four visitors one is silent, one has three, one four contributions."""
        visits = [act("2026-01-05", name) for name in "abcd"]
        made = [written("2026-01-06", "b")] * 3 + [written("2026-01-06", "c")] * 4
        found = self.parts(*visits, made=tuple(made))["value"]
        expected = {"read_only": 0.5, "contributed_little": 0.25, "contributed_more": 0.25}
        assert expected == found.to_dict()

    def test_who_wrote_without_a_visit_is_in_no_part(self):
        found = self.parts(act("2026-01-05", "a"), made=(written("2026-01-06", "b"),))
        assert (1, [1, 1, 1]) == (found["value"]["read_only"], found["n"].tolist())

    def test_without_visits_nine_in_ten_are_not_assumed(self):
        found = self.parts(made=(written("2026-01-06", "b"),))
        assert {"no_data"} == set(found["status"])
