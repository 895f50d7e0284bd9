"""Who was heard, who was not, and what was done about it."""

import math
from datetime import datetime

import pandas as pd
import pytest

from conftest import members, table
from tacheles import foundation
from tacheles.contract import ACCOUNTS, FEEDBACK, SURVEYS
from tacheles.privacy import Thresholds, protect
from tacheles.quarter import last_quarters

THREE = Thresholds(survey_answers=3)
Q3 = last_quarters("2026-Q3", 1, time_zone="Europe/Berlin", thresholds=THREE)
TWO = last_quarters("2026-Q3", 2, time_zone="Europe/Berlin", thresholds=THREE)

CUSTOMERS = table(
    ACCOUNTS,
    [
        {"account_id": "a1", "started_on": "2020-01-01", "segment": "craft"},
        {"account_id": "a2", "started_on": "2020-01-01", "segment": "public"},
        {
            "account_id": "a3",
            "started_on": "2020-01-01",
            "segment": "gone",
            "ended_on": "2026-06-30",
        },
        {"account_id": "a4", "started_on": "2026-10-01", "segment": "coming"},
    ],
)


def answers(*told: tuple[str, int], at: str = "2026-08-01", **more: object):
    """So many persons of a segment who answered, each an item or two."""
    rows = [
        {
            "response_id": f"{segment}{i}",
            "item": item,
            "segment": segment,
            "answer": 1.0,
            "responded_at": at,
            "instrument": "support_intent",
        }
        | more
        for segment, persons in told
        for i in range(persons)
        for item in ("support", "resolved")
    ]
    return table(SURVEYS, rows)


def sessions(*rows: dict):
    numbered = [
        {"session_id": f"f{i}", "held_on": "2026-08-01", "method": "interview"} | row
        for i, row in enumerate(rows)
    ]
    return table(FEEDBACK, numbered)


def coverage(surveys, feedback, quarters=Q3) -> pd.DataFrame:
    return foundation.feedback_coverage(surveys, feedback, CUSTOMERS, quarters)


def unheard(surveys, feedback) -> list[str]:
    found = foundation.unheard_segments(surveys, feedback, CUSTOMERS, TWO)
    return found["subject"].tolist()


class TestFeedbackCoverage:
    def test_a_segment_is_heard_by_enough_answers(self):
        """METRICS F9: three of craft answered, two of public; former and future ones are none."""
        found = coverage(answers(("craft", 3), ("public", 2)), sessions()).iloc[0]
        assert (0.5, 2, 0) == (found["value"], found["n"], found["persons"])
        assert ["public"] == unheard(answers(("craft", 3), ("public", 2)), sessions())

    def test_or_in_three_conversations_of_which_a_group_counts_its_people(self):
        talks = [{"segment": "public"}] * 3
        group = {"segment": "craft", "method": "focus_group", "completed": 4}
        assert 1.0 == coverage(answers(), sessions(*talks, group)).loc[0, "value"]
        assert ["public"] == unheard(answers(), sessions(*talks[:2], group))

    def test_answers_and_conversations_are_not_added_up(self):
        assert (
            0 == coverage(answers(("public", 2)), sessions({"segment": "public"})).loc[0, "value"]
        )

    def test_waves_count_where_answers_are_not_recorded_one_by_one(self):
        wave = {"segment": "craft", "method": "survey", "invited": 20, "completed": 5}
        assert 0.5 == coverage(answers(), sessions(wave)).loc[0, "value"]

    def test_one_who_answers_several_surveys_is_one(self):
        same = answers(("craft", 3), member_id="m1")
        assert 0 == coverage(same, sessions()).loc[0, "value"]

    def test_each_quarter_is_heard_by_itself_and_has_its_own_customers(self):
        found = coverage(answers(("gone", 3), at="2026-05-01"), sessions(), TWO)
        assert [1 / 3, 0] == found["value"].tolist()
        assert [3, 2] == found["n"].tolist()

    def test_where_nobody_was_ever_asked_nothing_is_known(self):
        assert "no_data" == coverage(answers(), sessions()).loc[0, "status"]
        assert [] == unheard(answers(), sessions())

    def test_what_is_found_tells_how_many_it_would_take_and_not_how_few_there_were(self):
        found = foundation.unheard_segments(answers(("craft", 3)), sessions(), CUSTOMERS, Q3)
        assert {"answers": 3, "conversations": 3} == found.loc[0, "detail"]


class TestShareHeard:
    def test_share_of_answers_by_share_of_members(self):
        """METRICS I3: half of the answers from a quarter of the members is twice its share."""
        team = members(
            *({"member_id": f"m{i}", "segment": "craft" if i else "public"} for i in range(4)),
            {"member_id": "bot", "segment": "public", "is_bot": True},
            {"member_id": "left", "segment": "public", "left_at": "2026-07-01 00:00"},
            {"member_id": "none"},
        )
        asked = answers(("craft", 4), ("public", 4))
        found = foundation.share_heard(asked, team, Q3).set_index("segment")
        assert (2.0, 2 / 3) == pytest.approx(
            (found.loc["public", "value"], found.loc["craft", "value"])
        )
        # Wilson's interval of 4/8 is 0.2152 to 0.7848, by a quarter
        low, high = found.loc["public", ["low", "high"]]
        assert (0.8608, 3.1392) == pytest.approx((low, high), abs=1e-3)

    def test_a_segment_nobody_of_which_answers_is_0_and_few_are_not_shown(self):
        """Nor is the other one: all answers less its own would be those of the few."""
        team = members(*({"member_id": name, "segment": name} for name in ("craft", "public")))
        found = foundation.share_heard(answers(("craft", 4)), team, Q3)
        assert [2.0, 0.0] == found["value"].tolist()
        few = foundation.share_heard(answers(("craft", 4), ("public", 1)), team, Q3)
        assert ["suppressed", "suppressed"] == protect(few)["status"].tolist()

    def test_answers_of_no_segment_are_left_out_and_counted(self):
        team = members({"member_id": "m1", "segment": "craft"})
        asked = answers(("craft", 4)).union(answers(("x", 2), segment=None))
        found = foundation.share_heard(asked, team, Q3).iloc[0]
        assert (1.0, 4, 2) == (found["value"], found["n"], found["left_out"])

    def test_without_segments_or_answers_there_is_no_share(self):
        someone = members({"member_id": "m1", "segment": "craft"})
        for asked, team in ((answers(("craft", 4)), members()), (answers(), someone)):
            assert ["no_data"] == foundation.share_heard(asked, team, Q3)["status"].tolist()


class TestResponseRate:
    def test_completed_by_invited_over_all_waves_of_the_quarter(self):
        """8 of 10: Wilson's interval is 0.490 to 0.943 (METRICS K7)."""
        waves = sessions(
            {"method": "survey", "invited": 6, "completed": 5},
            {"method": "survey", "invited": 4, "completed": 3},
            {"method": "survey", "completed": 9},
            {"method": "focus_group", "invited": 30, "completed": 2},
        )
        found = foundation.response_rate(waves, Q3).iloc[0]
        assert (0.8, 10, 1) == (found["value"], found["n"], found["left_out"])
        assert (0.490, 0.943) == pytest.approx((found["low"], found["high"]), abs=5e-4)

    def test_without_a_wave_there_is_no_rate(self):
        assert "no_data" == foundation.response_rate(sessions({}), Q3).loc[0, "status"]


LEARNT = (
    {"held_on": "2026-04-10", "insight": "a", "acted_on_at": "2026-04-20 12:00"},
    {"held_on": "2026-04-10", "insight": "b", "acted_on_at": "2026-09-30 12:00"},
    {"held_on": "2026-04-10", "insight": "c"},
    {"held_on": "2026-04-10"},
)


class TestActedOn:
    def test_within_the_time_given_and_the_open_count_as_not(self):
        """METRICS F13: of three insights one within 90 days, one later, one never."""
        found = foundation.acted_on_share(sessions(*LEARNT), TWO).iloc[0]
        assert 1 / 3 == pytest.approx(found["value"])
        assert (3, 3) == (found["n"], found["persons"])

    def test_young_insights_are_left_out_and_counted(self):
        """Held 90 days before 1 October is old enough, a day later is not."""
        young = sessions(*({"held_on": f"2026-07-0{day}", "insight": "x"} for day in (3, 4)))
        found = foundation.acted_on_share(young, Q3).iloc[0]
        assert (0, 1, 1) == (found["value"], found["n"], found["left_out"])
        assert (
            "not_mature"
            == (
                foundation.acted_on_share(young.filter(young.held_on.day() == 4), Q3).loc[
                    0, "status"
                ]
            )
        )

    def test_half_of_them_after_so_many_days_with_the_open_still_waiting(self):
        """One after 10 days, one after 173, one open for 174."""
        found = foundation.days_to_act(sessions(*LEARNT), TWO).iloc[0]
        assert (173, 3) == (found["value"], found["n"])

    def test_as_long_as_fewer_than_half_were_acted_on_it_is_never(self):
        found = foundation.days_to_act(sessions(*LEARNT[:1], *LEARNT[2:3], *LEARNT[2:3]), TWO)
        assert math.inf == found.loc[0, "value"]
        assert "no_data" == found.loc[1, "status"]

    def test_acted_on_the_same_day_is_a_day(self):
        same = {"held_on": "2026-08-01", "insight": "a", "acted_on_at": "2026-08-01 18:00"}
        assert 1 == foundation.days_to_act(sessions(same), Q3).loc[0, "value"]


def test_a_day_belongs_to_the_quarter_of_the_local_clock():
    """The first of July is a day of the third quarter, though its midnight is not in UTC."""
    first = sessions({"held_on": "2026-07-01", "method": "survey", "invited": 9, "completed": 9})
    assert ["no_data", "ok"] == foundation.response_rate(first, TWO)["status"].tolist()
    assert datetime(2026, 6, 30, 22) == TWO.borders[1]
