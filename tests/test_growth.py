"""Answers, waiting times and contributors: by hand, at the edges, and against a real dump."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from conftest import members, posts
from tacheles import growth, workbook
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)


def question(at: str, by: str | None = "asker", **more: object) -> dict:
    return {"posted_at": at, "member_id": by, "kind": "question", **more}


def answer(at: str, by: str | None = "helper", to: str = "p1", **more: object) -> dict:
    return {"posted_at": at, "member_id": by, "kind": "answer", "thread_id": to, **more}


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


def written(at: str, by: str | None, **more: object) -> dict:
    return {"posted_at": at, "member_id": by, "kind": "reply", **more}


class TestActiveMembers:
    def active(self, *rows: dict, people: tuple[dict, ...] = (), quarters=Q1) -> pd.Series:
        return growth.active_members(posts(*rows), members(*people), quarters).iloc[-1]

    def test_active_in_two_months_is_one_member(self):
        """METRICS K5."""
        assert 1 == self.active(written("2026-01-31", "a"), written("2026-02-01", "a"))["value"]

    def test_a_comment_is_a_contribution(self):
        assert 1 == self.active(written("2026-01-31", "a", kind="comment"))["value"]

    @pytest.mark.parametrize(
        "person",
        [
            {"is_bot": True}, {"role": "staff"}, {"role": "community_manager"}, {"role": "admin"},
        ],
    )  # fmt: skip
    def test_bots_and_staff_are_no_members(self, person):
        found = self.active(
            written("2026-01-31", "a"),
            written("2026-01-31", "x"),
            people=({"member_id": "x", **person},),
        )
        assert 1 == found["value"]

    @pytest.mark.parametrize("role", ["member", "champion", "expert", "moderator"])
    def test_volunteers_with_a_role_are_members(self, role):
        found = self.active(written("2026-01-31", "x"), people=({"member_id": "x", "role": role},))
        assert 1 == found["value"]

    def test_a_deleted_post_is_no_contribution(self):
        found = self.active(written("2026-01-31", "a", deleted_at="2026-02-01"))
        assert (0, "ok") == (found["value"], found["status"])

    def test_posts_without_an_author_are_counted_as_left_out(self):
        found = self.active(written("2026-01-31", "a"), written("2026-01-31", None))
        assert (1, 1) == (found["value"], found["left_out"])

    def test_a_quarter_without_any_record_is_no_data(self):
        """Silence and a hole in the export look the same."""
        assert "no_data" == self.active(written("2025-01-31", "a"))["status"]

    def test_a_full_count_has_no_interval(self):
        found = self.active(written("2026-01-31", "a"))
        assert found[["low", "high", "level"]].isna().all()


class TestNewContributors:
    def new(self, *rows: dict, **options: object) -> pd.DataFrame:
        quarters = last_quarters("2026-Q1", 2, **options)
        return growth.new_contributors(posts(*rows), members(), quarters)

    def test_new_is_who_never_wrote_before(self):
        found = self.new(
            written("2024-01-01", "old"), written("2025-12-31", "a"),
            written("2026-01-01", "old"), written("2026-01-01", "a"), written("2026-01-01", "b"),
        )  # fmt: skip
        assert [1, 1] == found["value"].tolist()

    def test_a_cut_history_makes_them_unknown(self):
        cut = pd.Timestamp("2025-11-01").to_pydatetime()
        found = self.new(written("2026-01-01", "a"), history_from=cut)
        assert ["clipped", "clipped"] == found["status"].tolist()
        assert found["value"].isna().all()

    def test_nobody_new_is_zero(self):
        found = self.new(written("2024-01-01", "a"), written("2026-01-01", "a"))
        assert (0, "ok") == (found["value"].iloc[-1], found["status"].iloc[-1])


class TestReturningContributorRate:
    def returning(self, *rows: dict, last: int = 1, **options: object) -> pd.DataFrame:
        quarters = last_quarters("2026-Q1", last, **options)
        return growth.returning_contributor_rate(posts(*rows), members(), quarters)

    def test_returning_is_who_wrote_in_the_quarter_before(self):
        """Of a, b, c in Q1 only a wrote in Q4; c wrote a year ago, not in the quarter before."""
        found = self.returning(
            written("2025-01-01", "c"), written("2025-12-31", "a"),
            written("2026-01-01", "a"), written("2026-03-31", "b"), written("2026-02-01", "c"),
        ).iloc[-1]  # fmt: skip
        assert 1 / 3 == pytest.approx(found["value"])
        assert (3, 3) == (found["n"], found["persons"])

    def test_many_posts_are_one_contributor(self):
        found = self.returning(
            *[written("2025-12-31", "a")] * 3, *[written("2026-01-01", "a")] * 4
        ).iloc[-1]  # fmt: skip
        assert (1, 1) == (found["value"], found["n"])

    def test_the_first_quarter_of_a_community_has_none_before(self):
        first = pd.Timestamp("2026-01-05").to_pydatetime()
        found = self.returning(written("2026-01-05", "a"), first_record_at=first)
        assert ["not_applicable"] == found["status"].tolist()

    def test_a_quarter_cut_off_before_is_clipped(self):
        cut = pd.Timestamp("2025-12-01").to_pydatetime()
        found = self.returning(
            written("2025-12-05", "a"), written("2026-01-05", "a"), history_from=cut
        )
        assert ["clipped"] == found["status"].tolist()

    def test_a_quarter_of_silence_is_no_data(self):
        found = self.returning(written("2025-12-05", "a"), last=2)
        assert "no_data" == found["status"].iloc[-1]


class TestAgainstTheRealDump:
    """
    Every complete quarter of the sample against the values counted beside the dump.

    Their definitions: questions and answers only, posts without a known author dropped, medians
    over the answered questions. Ours differ in three points, and each difference is shown:
    comments are contributions; an answer by a deleted account is an answer; those who wait are in
    the median. And a quarter in which nobody wrote is 0 there and `no_data` here.
    """

    @pytest.fixture
    def book(self):
        return workbook.open("bicycles-meta", until="2023-Q3")

    @pytest.fixture
    def reference(self, exports):
        path = exports / "stackexchange_bicycles_meta" / "reference_values.json"
        found = json.loads(path.read_text(encoding="utf-8"))
        quarters = {
            f"{name[:4]}-{name[4:]}": found["quarters"][name] for name in found["complete_quarters"]
        }
        return pd.DataFrame(quarters).T

    @pytest.fixture
    def theirs(self, book):
        """Posts as the reference counts them."""
        return book.posts.filter(book.posts.kind != "comment", book.posts.member_id.notnull())

    def compare(self, estimates: pd.DataFrame, reference: pd.DataFrame, column: str) -> None:
        ours = estimates.set_index("quarter")["value"].reindex(reference.index)
        expected = reference[column].astype(float)
        assert 51 == len(expected)
        pd.testing.assert_series_equal(expected, ours.round(4), check_names=False)

    def test_questions_and_the_share_answered_within_a_week(self, book, reference, theirs):
        made = growth.threads(theirs, book.members)
        result = growth.answered_within(made, book.quarters(last=99), hours=168)
        self.compare(result, reference, "answered_7d_rate")
        counted = result.set_index("quarter")["n"].reindex(reference.index)
        assert reference["topics"].astype(int).tolist() == counted.tolist()

    def test_contributors_and_new_contributors(self, book, reference, theirs):
        quarters = book.quarters(last=99)
        for define, column in (
            (growth.active_members, "active_contributors"),
            (growth.new_contributors, "new_contributors"),
        ):
            counted = define(theirs, book.members, quarters)
            assert ["2018-Q2"] == counted["quarter"][counted["status"] == "no_data"].tolist()
            self.compare(counted.fillna({"value": 0}), reference, column)

    def test_median_of_the_answered(self, book, reference, theirs):
        made = growth.threads(theirs, book.members).filter(lambda t: t.member_id.notnull())
        waits = made.select("opened_at", "hours_waited").to_pandas()
        names = waits["opened_at"].dt.to_period("Q").astype(str).str.replace("Q", "-Q")
        medians = waits.groupby(names)["hours_waited"].median()
        table = pd.DataFrame({"quarter": medians.index, "value": medians.to_numpy()})
        self.compare(table, reference, "median_first_response_h")

    def test_where_and_why_our_numbers_differ(self, book, reference, theirs):
        quarters = book.quarters(last=99)
        ours = growth.threads(book.posts, book.members)
        usual = growth.threads(theirs, book.members)

        def answered_by_quarter(made):
            result = growth.answered_within(made, quarters, hours=168)
            return result.set_index("quarter")["value"].reindex(reference.index)

        more = answered_by_quarter(ours) - answered_by_quarter(usual)
        assert (more.dropna() >= 0).all()  # an answer by a deleted account can only help
        assert ["2011-Q3"] == more.index[more > 0].tolist()

        waits = growth.time_to_first_response_hours(usual, quarters).set_index("quarter")["value"]
        of_answered = reference["median_first_response_h"].astype(float)
        both = waits.reindex(reference.index).notna() & of_answered.notna()
        shorter = waits[reference.index][both] < of_answered[both] - 0.0001
        even = (reference["answered"].astype(int) % 2 == 0)[both]
        assert even[shorter].all()  # only where a median of two middle values was interpolated
        assert np.isinf(waits["2019-Q4"])  # one question, never answered

        active = growth.active_members(book.posts, book.members, quarters)
        with_comments = active.set_index("quarter")["value"].reindex(reference.index)
        assert (with_comments >= reference["active_contributors"].astype(float)).all()
        assert with_comments.sum() > reference["active_contributors"].astype(float).sum()

    def test_many_later_quarters_are_rightly_suppressed(self, book):
        """21 of the 48 quarters after 2011-Q3 have fewer than five askers."""
        made = growth.threads(book.posts, book.members)
        result = growth.answered_within(made, book.quarters(last=99), hours=168)
        later = result[result["quarter"] > "2011-Q3"]
        few = (later["persons"] < later["persons_needed"]).sum()
        assert (48, 21) == (len(later), few)
