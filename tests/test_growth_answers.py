"""Answers and waiting times: by hand and at the edges."""

import math

import pandas as pd
import pytest

from conftest import answer, members, posts, question
from tacheles import growth
from tacheles.quarter import last_quarters
from tacheles.service_hours import ServiceHours

Q1 = last_quarters("2026-Q1", 1)


def threads_of(*rows: dict, people: tuple[dict, ...] = ()) -> pd.DataFrame:
    return growth.threads(posts(*rows), members(*people)).to_pandas().sort_values("thread_id")


class TestThreads:
    def test_the_first_answer_by_another_person_ends_the_wait(self):
        found = threads_of(
            question("2026-01-05 08:00"),
            answer("2026-01-05 11:00", by="second"),
            answer("2026-01-05 09:30", by="first"),
        )
        assert [1.5] == found["hours_waited"].tolist()

    def test_a_wait_is_exact_to_the_microsecond(self):
        found = threads_of(question("2026-01-05 08:00"), answer("2026-01-05 08:00:00.000036"))
        assert 1e-8 == pytest.approx(found["hours_waited"].item())

    @pytest.mark.parametrize(
        ("reply", "why"),
        [
            (answer("2026-01-05 09:00", by="asker"), "the asker's own answer"),
            (answer("2026-01-05 09:00", kind="comment"), "a comment"),
            (answer("2026-01-05 09:00", by="robot"), "a bot's answer"),
            (answer("2026-01-05 09:00", deleted_at="2026-01-05 10:00"), "a deleted answer"),
            (answer("2026-01-05 08:00"), "an answer of the same moment"),
            (answer("2026-01-04 08:00"), "an answer from before, moved here"),
            (answer("2026-01-05 09:00", kind="announcement"), "an announcement"),
        ],
    )
    def test_what_is_no_reply_does_not_end_the_wait(self, reply, why):
        found = threads_of(
            question("2026-01-05 08:00"), reply, people=({"member_id": "robot", "is_bot": True},)
        )
        assert found["first_reply_at"].isna().all(), why

    def test_a_reply_by_staff_counts(self):
        found = threads_of(
            question("2026-01-05 08:00"),
            answer("2026-01-05 09:00", by="agent"),
            people=({"member_id": "agent", "role": "staff"},),
        )
        assert [1.0] == found["hours_waited"].tolist()

    def test_a_reply_by_a_deleted_account_is_by_another_person(self):
        """The asker's account is still there: whoever was deleted is somebody else."""
        found = threads_of(question("2026-01-05 08:00"), answer("2026-01-05 09:00", by=None))
        assert [1.0] == found["hours_waited"].tolist()

    @pytest.mark.parametrize("kind", ["idea", "announcement", "article"])
    def test_a_thread_that_asks_nothing_does_not_count(self, kind):
        found = threads_of(question("2026-01-05 08:00", kind=kind), answer("2026-01-05 09:00"))
        assert 0 == len(found)

    def test_a_discussion_counts(self):
        assert 1 == len(threads_of(question("2026-01-05 08:00", kind="discussion")))

    def test_a_thread_of_a_bot_does_not_count(self):
        found = threads_of(
            question("2026-01-05 08:00", by="robot"),
            people=({"member_id": "robot", "is_bot": True},),
        )
        assert 0 == len(found)

    def test_who_writes_below_a_bot_opens_no_thread(self):
        """An export without kinds cannot tell an opener from a reply but by who came first."""
        found = threads_of(
            {"posted_at": "2026-01-05 08:00", "member_id": "robot"},
            {"posted_at": "2026-01-05 10:00", "member_id": "reader", "thread_id": "p1"},
            people=({"member_id": "robot", "is_bot": True},),
        )
        assert 0 == len(found)

    def test_without_kinds_every_thread_counts_and_every_later_post_is_a_reply(self):
        found = threads_of(
            {"posted_at": "2026-01-05 08:00", "member_id": "asker"},
            {"posted_at": "2026-01-05 10:00", "member_id": "helper", "thread_id": "p1"},
        )
        assert [2.0] == found["hours_waited"].tolist()

    def test_an_answer_older_than_its_question_does_not_open_the_thread(self):
        """Answers that were moved from elsewhere keep their old time."""
        found = threads_of(question("2026-01-05 08:00"), answer("2026-01-01 08:00"))
        assert ["asker"] == found["member_id"].tolist()

    def test_a_thread_ends_with_the_first_of_closed_merged_deleted(self):
        found = threads_of(question("2026-01-05", closed_at="2026-01-09", merged_at="2026-01-07"))
        assert pd.Timestamp("2026-01-07") == found["ended_at"].item()
        assert found["is_removed"].item()

    def test_a_closed_thread_is_not_removed(self):
        assert not threads_of(question("2026-01-05", closed_at="2026-01-09"))["is_removed"].item()


def answered(*rows: dict, quarters=Q1, hours: float = 24) -> pd.Series:
    made = growth.threads(posts(*rows), members())
    return growth.answered_within(made, quarters, hours=hours).iloc[-1]


class TestAnsweredWithin:
    def test_the_unanswered_count_as_waiting(self):
        """Two questions, one answered after an hour, one never: half, not all."""
        result = answered(
            question("2026-01-05 08:00"), answer("2026-01-05 09:00"), question("2026-01-06")
        )
        assert 0.5 == result["value"]
        assert 2 == result["n"]

    def test_an_answer_in_the_last_second_allowed_is_in_time(self):
        in_time = answered(question("2026-01-05 08:00"), answer("2026-01-06 08:00"))
        late = answered(question("2026-01-05 08:00"), answer("2026-01-06 08:00:00.000001"))
        assert (1, 0) == (in_time["value"], late["value"])

    def test_a_question_too_young_to_judge_is_left_out_and_counted(self):
        """It was asked 23 hours before the wall: one of two can be judged."""
        result = answered(question("2026-01-05"), question("2026-03-31 01:00"))
        assert (1, 1) == (result["n"], result["left_out"])

    def test_a_young_question_is_left_out_even_if_it_is_answered(self):
        """Counting the young ones that were answered, and not the others, would flatter."""
        result = answered(question("2026-03-31 01:00"), answer("2026-03-31 02:00", to="p1"))
        assert (0, 1) == (result["n"], result["left_out"])
        assert "not_mature" == result["status"]

    def test_as_old_as_the_time_allowed_is_old_enough(self):
        assert 1 == answered(question("2026-03-31 00:00"))["n"]

    def test_a_question_without_a_known_author_is_left_out_and_counted(self):
        result = answered(question("2026-01-05", by=None), question("2026-01-06"))
        assert (1, 1) == (result["n"], result["left_out"])

    @pytest.mark.parametrize("state", ["deleted_at", "merged_at"])
    def test_a_removed_question_is_left_out_and_counted(self, state):
        result = answered(question("2026-01-05", **{state: "2026-01-06"}), question("2026-01-06"))
        assert (1, 1) == (result["n"], result["left_out"])

    def test_a_question_closed_without_an_answer_is_a_failure(self):
        result = answered(question("2026-01-05", closed_at="2026-01-06"))
        assert (0, 1) == (result["value"], result["n"])

    def test_a_question_belongs_to_the_quarter_it_was_opened_in(self):
        """Opened in the last minute of March, answered in April: March's, and not yet judged."""
        both = last_quarters("2026-Q2", 2)
        made = growth.threads(
            posts(question("2026-03-31 23:59"), answer("2026-04-01 08:00")), members()
        )
        assert [1, 0] == growth.answered_within(made, both)["n"].tolist()

    def test_nobody_asked_is_no_data_and_never_zero(self):
        result = answered(question("2025-06-01"))
        assert "no_data" == result["status"]
        assert math.isnan(result["value"])

    def test_persons_are_the_askers_behind_the_denominator(self):
        result = answered(
            question("2026-01-05", by="a"),
            question("2026-01-06", by="a"),
            question("2026-01-07", by="b"),
            question("2026-03-31 12:00", by="too young"),
        )
        assert (3, 2) == (result["n"], result["persons"])

    def test_the_interval_is_wilsons(self):
        """METRICS K7: 8 of 10 is 0.490 to 0.943."""
        rows = [question("2026-01-05 08:00") for _ in range(10)]
        rows += [answer("2026-01-05 09:00", to=f"p{i}") for i in range(1, 9)]
        result = answered(*rows)
        assert (0.490, 0.943) == (round(result["low"], 3), round(result["high"], 3))


def waited(*rows: dict, quarters=Q1) -> pd.Series:
    made = growth.threads(posts(*rows), members())
    return growth.time_to_first_response_hours(made, quarters).iloc[-1]


class TestTimeToFirstResponse:
    def test_those_who_still_wait_lengthen_the_median(self):
        """
        Waits of 1, 2, 3+, 4, 5+ hours: the median is 4, of the answered alone it would be 2.

        METRICS R2, where S = 0.8, 0.6, 0.3. The questions that wait were asked 3 and 5 hours
        before the wall.
        """
        result = waited(
            question("2026-01-05 00:00"), answer("2026-01-05 01:00", to="p1"),
            question("2026-01-05 00:00"), answer("2026-01-05 02:00", to="p3"),
            question("2026-03-31 21:00"),
            question("2026-01-05 00:00"), answer("2026-01-05 04:00", to="p6"),
            question("2026-03-31 19:00"),
        )  # fmt: skip
        assert 4 == pytest.approx(result["value"])
        assert 5 == result["n"]

    def test_half_never_answered_is_infinite_not_short(self):
        result = waited(
            question("2026-01-05"),
            answer("2026-01-05 01:00"),
            question("2026-01-05"),
            question("2026-01-06"),
        )
        assert math.inf == result["value"]
        assert "ok" == result["status"]

    def test_a_closed_question_waits_no_longer(self):
        """Closed after an hour: seen for an hour, not for months; one answer at 2 h is half."""
        result = waited(
            question("2026-01-05 00:00", closed_at="2026-01-05 01:00"),
            question("2026-01-05 00:00"),
            answer("2026-01-05 02:00", to="p2"),
        )
        assert 2 == pytest.approx(result["value"])

    def test_an_answer_after_closing_does_not_count(self):
        result = waited(
            question("2026-01-05 00:00", closed_at="2026-01-05 01:00"), answer("2026-01-05 02:00")
        )
        assert math.inf == result["value"]

    def test_unknown_authors_are_left_out_and_counted(self):
        result = waited(
            question("2026-01-05 00:00", by=None),
            question("2026-01-05"),
            answer("2026-01-05 01:00", to="p2"),
        )
        assert (1, 1) == (result["n"], result["left_out"])

    def test_nobody_asked_is_no_data(self):
        result = waited(question("2025-06-01"))
        assert "no_data" == result["status"]
        assert math.isnan(result["value"])
        assert math.isnan(result["low"])


class TestFirstResponseCurve:
    def curve(self, *rows: dict, quarters=Q1) -> pd.DataFrame:
        made = growth.threads(posts(*rows), members())
        return growth.first_response_curve(made, quarters).set_index("at")

    def test_it_rises_with_each_answer(self):
        curve = self.curve(
            question("2026-01-05 00:00"), answer("2026-01-05 01:00"), question("2026-01-05 00:00")
        )
        assert [0, 0.5, 0.5] == curve.loc[[0.5, 1, 720], "value"].tolist()

    def test_it_stops_where_nobody_could_have_been_seen(self):
        """Three days into a quarter nobody has waited for a week."""
        running = last_quarters(
            "2026-Q1", 1, exported_at=pd.Timestamp("2026-01-04").to_pydatetime()
        )
        curve = self.curve(question("2026-01-01"), answer("2026-01-01 12:00"), quarters=running)
        assert ["ok", "not_mature"] == curve.loc[[72, 120], "status"].tolist()

    def test_its_interval_is_open_before_the_first_answer(self):
        """No answer yet among five does not prove that nobody is ever answered."""
        curve = self.curve(*[question("2026-01-05") for _ in range(5)])
        assert (0, 0) == (curve.loc[1, "value"], curve.loc[1, "low"])
        assert 0.434 == round(curve.loc[1, "high"], 3)  # Wilson, 0 of 5 (METRICS K7)


OFFICE = ServiceHours("Mo-Fr 09:00-17:00", "Europe/Berlin", "DE-BY")


def in_service(
    *rows: dict, hours: float = 1, service_hours: ServiceHours = OFFICE, quarters=Q1
) -> pd.Series:
    made = growth.threads(posts(*rows), members())
    return growth.answered_within_service_hours(made, service_hours, quarters, hours=hours).iloc[-1]


class TestAnsweredWithinServiceHours:
    """Moments are UTC; Berlin's clock shows one hour more in winter."""

    def test_a_weekend_does_not_count(self):
        """METRICS R3: asked on Friday at 16:30, answered on Monday at 09:30: one hour."""
        result = in_service(question("2026-03-13 15:30"), answer("2026-03-16 08:30"))
        assert (1, 1) == (result["value"], result["n"])

    def test_a_microsecond_more_is_late(self):
        result = in_service(question("2026-03-13 15:30"), answer("2026-03-16 08:30:00.000001"))
        assert 0 == result["value"]

    def test_a_holiday_of_the_land_does_not_count(self):
        """6 January: closed in Bavaria, open in Berlin."""
        rows = question("2026-01-05 15:30"), answer("2026-01-07 08:30")
        berlin = ServiceHours("Mo-Fr 09:00-17:00", "Europe/Berlin", "DE-BE")
        assert (1, 0) == (
            in_service(*rows)["value"], in_service(*rows, service_hours=berlin)["value"]
        )  # fmt: skip

    def test_an_answer_outside_service_hours_is_in_time_at_once(self):
        result = in_service(question("2026-03-14 10:00"), answer("2026-03-14 22:00"), hours=0)
        assert 1 == result["value"]

    def test_the_unanswered_are_failures(self):
        assert 0 == in_service(question("2026-03-13 15:30"))["value"]

    def test_young_is_who_had_too_few_service_hours(self):
        """
        The export is of Monday, 10:00.

        Friday's question of 16:00 has had two service hours, Saturday's one; both are days old.
        """
        monday = last_quarters("2026-Q1", 1, exported_at=pd.Timestamp("2026-03-16 09:00"))
        rows = question("2026-03-13 15:00"), question("2026-03-14 10:00")
        for hours, counted in ((1, (2, 0)), (2, (1, 1))):
            result = in_service(*rows, hours=hours, quarters=monday)
            assert counted == (result["n"], result["left_out"])

    def test_an_answer_of_the_moment_of_the_export_counts(self):
        monday = last_quarters("2026-Q1", 1, exported_at=pd.Timestamp("2026-03-16 09:00"))
        rows = question("2026-03-13 15:30"), answer("2026-03-16 09:00")
        assert 1 == in_service(*rows, hours=1.5, quarters=monday)["value"]

    def test_without_service_hours_nothing_was_promised(self):
        result = in_service(question("2026-03-13 15:30"), service_hours=ServiceHours())
        assert "not_applicable" == result["status"]
        assert math.isnan(result["value"])

    def test_around_the_clock_it_is_the_share_within_hours(self):
        always = ServiceHours("Mo-Su 00:00-24:00", "Europe/Berlin")
        rows = [
            question("2026-03-28 20:00"), answer("2026-03-29 20:00"),
            question("2026-03-28 20:00"), answer("2026-03-29 20:01", to="p3"),
            question("2026-03-31 12:00"),
        ]  # fmt: skip
        ours = in_service(*rows, hours=24, service_hours=always)
        pd.testing.assert_series_equal(
            answered(*rows).drop("metric"), ours.drop("metric"), check_names=False
        )

    def test_a_removed_question_and_one_without_an_author_are_left_out(self):
        result = in_service(
            question("2026-03-13 15:30"),
            question("2026-03-13 15:30", by=None),
            question("2026-03-13 15:30", deleted_at="2026-03-13 15:40"),
        )
        assert (1, 2, 1) == (result["n"], result["left_out"], result["persons"])


def unanswered(*rows: dict, last: int = 1, **options: object) -> pd.DataFrame:
    made = growth.threads(posts(*rows), members())
    return growth.unanswered_share(made, last_quarters("2026-Q1", last, **options))


class TestUnanswered:
    def test_a_question_without_an_answer_at_the_quarters_end(self):
        """Four weeks are late for an answer, but they are one."""
        found = unanswered(
            question("2026-01-05"), answer("2026-02-02"), question("2026-01-06", by="b")
        ).iloc[-1]
        assert (0.5, 2, 2) == (found["value"], found["n"], found["persons"])

    def test_every_quarter_is_seen_at_the_same_age(self):
        """Answered after its quarter's end: the quarter stays as it was then seen."""
        found = unanswered(
            question("2025-12-01"), answer("2026-01-01 00:00"),
            question("2026-01-05"), answer("2026-03-31 23:59", to="p3"),
            last=2,
        )  # fmt: skip
        assert [1, 0] == found["value"].tolist()

    def test_a_question_of_the_quarters_last_week_is_left_out(self):
        found = unanswered(
            question("2025-12-25 00:00"), question("2025-12-25 00:01"), question("2026-03-24"),
            last=2,
        )  # fmt: skip
        assert [1, 1] == found["n"].tolist()
        assert [1, 0] == found["left_out"].tolist()

    def test_a_running_quarter_is_seen_from_the_export(self):
        export = pd.Timestamp("2026-01-12")
        found = unanswered(question("2026-01-05"), question("2026-01-06"), exported_at=export)
        assert [(1, 1)] == list(zip(found["n"], found["left_out"], strict=True))

    def test_the_first_days_of_a_quarter_are_not_mature(self):
        found = unanswered(question("2026-01-02"), exported_at=pd.Timestamp("2026-01-05"))
        assert ["not_mature"] == found["status"].tolist()

    def test_removed_questions_and_unknown_authors_are_left_out(self):
        found = unanswered(
            question("2026-01-05", by=None), question("2026-01-06", merged_at="2026-01-07")
        ).iloc[-1]
        assert (0, 2, "no_data") == (found["n"], found["left_out"], found["status"])

    def test_the_number_is_the_numerator_of_the_share(self):
        rows = question("2026-01-05"), question("2026-01-06"), answer("2026-01-07", to="p2")
        made = growth.threads(posts(*rows), members())
        count = growth.unanswered_questions(made, Q1).iloc[-1]
        assert (1, 2) == (count["value"], count["n"])
        assert count[["low", "high", "level"]].isna().all()
        assert unanswered(*rows).iloc[-1]["persons"] == count["persons"]

    def test_nobody_asked_is_no_number(self):
        made = growth.threads(posts(question("2025-01-01")), members())
        count = growth.unanswered_questions(made, Q1).iloc[-1]
        assert "no_data" == count["status"]
        assert math.isnan(count["value"])


AGENT = {"member_id": "agent", "role": "staff"}


class TestPeerAnswerShare:
    def peers(self, *rows: dict, quarters=Q1) -> pd.DataFrame:
        made = growth.threads(posts(*rows), members(AGENT))
        return growth.peer_answer_share(made, quarters)

    def test_only_the_first_answer_counts(self):
        """Of two first answers one is the agent's; that a member came later changes nothing."""
        found = self.peers(
            question("2026-01-05 08:00"), answer("2026-01-05 09:00", by="agent"),
            answer("2026-01-05 10:00", by="helper"),
            question("2026-01-06 08:00"), answer("2026-01-06 09:00", by="helper", to="p4"),
        ).iloc[-1]  # fmt: skip
        assert (0.5, 2, 2) == (found["value"], found["n"], found["persons"])

    def test_of_two_answers_in_one_moment_the_lower_id_is_first_in_any_order(self):
        first = answer("2026-01-05 09:00", by="agent", post_id="a")
        second = answer("2026-01-05 09:00", by="helper", post_id="b")
        for rows in ((first, second), (second, first)):
            assert [0] == self.peers(question("2026-01-05 08:00"), *rows)["value"].tolist()

    def test_an_answer_belongs_to_the_quarter_it_was_given_in(self):
        found = self.peers(
            question("2026-03-31 23:00"), answer("2026-04-01 01:00"),
            quarters=last_quarters("2026-Q2", 2),
        )  # fmt: skip
        assert ["no_data", "ok"] == found["status"].tolist()

    def test_what_cannot_be_told_is_left_out_and_counted(self):
        found = self.peers(
            question("2026-01-05 08:00"), answer("2026-01-05 09:00", by=None),
            question("2026-01-05 08:00", by=None), answer("2026-01-05 09:00", to="p3"),
            question("2026-01-05 08:00", deleted_at="2026-02-01"),
            answer("2026-01-05 09:00", to="p5"),
            question("2026-01-05 08:00"), answer("2026-01-05 09:00", to="p7"),
        ).iloc[-1]  # fmt: skip
        assert (1, 1, 3) == (found["value"], found["n"], found["left_out"])

    def test_an_unknown_author_who_was_first_is_not_passed_over(self):
        """The agent came second: the first answer was by somebody unknown, not by the agent."""
        found = self.peers(
            question("2026-01-05 08:00"), answer("2026-01-05 09:00", by=None),
            answer("2026-01-05 10:00", by="agent"),
        ).iloc[-1]  # fmt: skip
        assert (0, 1) == (found["n"], found["left_out"])

    def test_where_nobodys_role_is_known_nobody_can_tell(self):
        """Else an export without roles would print that members gave all the answers."""
        rows = question("2026-01-05 08:00"), answer("2026-01-05 09:00")
        made = growth.threads(posts(*rows), members({"member_id": "helper"}))
        found = growth.peer_answer_share(made, Q1).iloc[0]
        assert "not_applicable" == found["status"]
        assert math.isnan(found["value"])

    def test_no_answer_is_no_data(self):
        assert ["no_data"] == self.peers(question("2026-01-05 08:00"))["status"].tolist()
