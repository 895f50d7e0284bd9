"""If the most active leave: by hand and at the edges."""

import pandas as pd
import pytest
from growth_tables import acts, roles

from conftest import answer, members, posts, question
from tacheles import growth
from tacheles.privacy import protect
from tacheles.quarter import Calendar, last_quarters

Q1 = last_quarters("2026-Q1", 1)


def without_top(define, *rows: dict, people: tuple[dict, ...] = (), **options: object) -> pd.Series:
    """What a definition says of posts by hand."""
    given = posts(*rows), members(*people)
    threads = growth.threads(*given, roles())
    made = growth.participation(*given, roles(), acts(), Calendar())
    needed = (
        (*given, threads, made)
        if define is not growth.solutions_lost_without_top
        else (threads, made)
    )
    return define(*needed, Q1, **options).iloc[-1]


def star_and_others() -> list[dict]:
    """
    Four questions of the fifth of January at eight, by four askers.

    p1 only the star answered; p2 the star first, b two hours later; p3 the star first, b after two
    days; p4 b alone. The star wrote three posts, b three, the others one each: b is tied.
    """
    return [
        *[question("2026-01-05 08:00", by=f"asker{i}") for i in range(4)],
        *[answer("2026-01-05 09:00", by="star", to=f"p{i}") for i in (1, 2, 3)],
        answer("2026-01-05 09:30", by="star", to="p3"),
        answer("2026-01-05 11:00", by="b", to="p2"),
        answer("2026-01-07 11:00", by="b", to="p3"),
        answer("2026-01-05 11:00", by="b", to="p4"),
    ]


class TestAnswersLostWithoutTop:
    def test_an_answer_by_another_in_time_saves_the_question(self):
        """METRICS G5: p1 and p3 are lost, p2 and p4 are not."""
        found = without_top(growth.answers_lost_without_top, *star_and_others(), top=1)
        assert (0.5, 4, 1) == (found["value"], found["n"], found["persons"])

    def test_it_is_the_difference_of_the_share_answered_in_time(self):
        rows = star_and_others()
        kept = [row for row in rows if row["member_id"] != "star"]
        shares = [
            growth.answered_within(growth.threads(posts(*some), members()), Q1).iloc[-1]["value"]
            for some in (rows, kept)
        ]
        found = without_top(growth.answers_lost_without_top, *rows, top=1)
        assert shares[0] - shares[1] == pytest.approx(found["value"])

    def test_who_is_tied_with_the_last_is_among_them(self):
        """Without the star's fourth post b is tied: nothing is answered."""
        rows = [row for row in star_and_others() if row["posted_at"] != "2026-01-05 09:30"]
        found = without_top(growth.answers_lost_without_top, *rows, top=1)
        assert (1, 2) == (found["value"], found["persons"])

    def test_more_time_saves_more(self):
        found = without_top(growth.answers_lost_without_top, *star_and_others(), top=1, hours=72)
        assert 0.25 == found["value"]

    def test_a_bot_saves_nothing(self):
        rows = [*star_and_others(), answer("2026-01-05 09:30", by="robot", to="p1")]
        people = ({"member_id": "robot", "is_bot": True},)
        found = without_top(growth.answers_lost_without_top, *rows, people=people, top=1)
        assert 0.5 == found["value"]

    def test_staff_stay(self):
        """The staff are not among the most active members, and their answers remain."""
        rows = [*star_and_others(), *[answer("2026-01-05 10:00", by="agent", to="p1")] * 9]
        people = ({"member_id": "agent", "role": "staff"},)
        found = without_top(growth.answers_lost_without_top, *rows, people=people, top=1)
        assert 0.25 == found["value"]

    def test_if_everybody_left_there_would_be_nothing_to_tell(self):
        found = without_top(growth.answers_lost_without_top, *star_and_others(), top=10)
        assert "not_applicable" == found["status"]

    def test_a_group_too_small_is_not_shown(self):
        found = without_top(growth.answers_lost_without_top, *star_and_others(), top=1)
        assert "suppressed" == protect(found.to_frame().T)["status"].item()

    def test_without_questions_there_is_no_data(self):
        assert "no_data" == without_top(growth.answers_lost_without_top)["status"]


class TestSolutionsLostWithoutTop:
    def test_the_solutions_of_the_most_active_are_lost(self):
        """Two of four questions are solved, one of them by the star."""
        rows = star_and_others()
        rows[4] |= {"is_accepted": True, "accepted_at": "2026-01-06"}
        rows[-1] |= {"is_accepted": True, "accepted_at": "2026-01-06"}
        found = without_top(growth.solutions_lost_without_top, *rows, top=1)
        assert (0.25, 4) == (found["value"], found["n"])

    def test_without_accepted_answers_it_cannot_be_told(self):
        found = without_top(growth.solutions_lost_without_top, *star_and_others(), top=1)
        assert "not_applicable" == found["status"]


class TestAnswersByTop:
    def test_every_answer_of_theirs_would_have_to_be_written(self):
        found = without_top(growth.answers_by_top, *star_and_others(), top=1)
        assert (4, 1) == (found["value"], found["persons"])

    def test_nobody_is_no_data(self):
        assert "no_data" == without_top(growth.answers_by_top)["status"]
