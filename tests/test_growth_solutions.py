"""What is solved and what is open: by hand and at the edges."""

import pandas as pd
import pytest
from growth_tables import roles

from conftest import answer, members, posts, question
from tacheles import growth
from tacheles.privacy import protect
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)


def solution(at: str, to: str = "p1", accepted: str | None = None, **more: object) -> dict:
    """An accepted answer."""
    return answer(at, to=to, is_accepted=True, accepted_at=accepted or at, **more)


def threads(*rows: dict, people: tuple[dict, ...] = ()):
    return growth.threads(posts(*rows), members(*people), roles())


class TestSolutionRate:
    def solved(self, *rows: dict, **options: object) -> pd.Series:
        return growth.solution_rate(threads(*rows), Q1, **options).iloc[-1]

    def test_the_unsolved_are_in_the_denominator(self):
        found = self.solved(question("2026-01-05"), solution("2026-01-06"), question("2026-01-07"))
        assert (0.5, 2) == (found["value"], found["n"])

    def test_it_goes_by_the_day_of_the_question(self):
        """METRICS R6: asked in the quarter before and accepted in this one is of the one before."""
        found = self.solved(
            question("2025-12-30"), solution("2026-01-02"), question("2026-01-07"),
        )  # fmt: skip
        assert (0, 1) == (found["value"], found["n"])

    def test_thirty_days_are_thirty_days(self):
        in_time = self.solved(question("2026-01-01"), solution("2026-01-02", accepted="2026-01-31"))
        late = self.solved(
            question("2026-01-01"), solution("2026-01-02", accepted="2026-01-31 00:00:01")
        )
        assert (1, 0) == (in_time["value"], late["value"])

    def test_young_questions_are_left_out(self):
        found = self.solved(
            question("2026-01-05"), solution("2026-01-06"), question("2026-03-20"),
            solution("2026-03-21", to="p3"),
        )  # fmt: skip
        assert (1, 1) == (found["n"], found["left_out"])

    def test_an_acceptance_without_a_moment_counts_as_exported(self):
        bare = answer("2026-01-06", is_accepted=True)
        assert 1 == self.solved(question("2026-01-05"), bare)["value"]

    def test_the_first_of_several_acceptances_counts(self):
        found = self.solved(
            question("2026-01-01"), solution("2026-01-02", accepted="2026-03-01"),
            solution("2026-01-03", accepted="2026-01-04"),
        )  # fmt: skip
        assert (1, 1) == (found["value"], found["n"])

    def test_a_deleted_solution_is_none(self):
        found = self.solved(
            question("2026-01-05"), solution("2026-01-06", deleted_at="2026-02-01"),
            question("2026-01-05"), solution("2026-01-06", to="p3"),
        )  # fmt: skip
        assert 0.5 == found["value"]

    def test_discussions_ask_for_no_solution(self):
        found = self.solved(
            question("2026-01-05"),
            solution("2026-01-06"),
            question("2026-01-05", kind="discussion"),
        )
        assert 1 == found["n"]

    def test_an_export_without_accepted_answers_cannot_tell(self):
        found = self.solved(question("2026-01-05"), answer("2026-01-06"))
        assert "not_applicable" == found["status"]


class TestPeerSolutionShare:
    def share(self, *rows: dict) -> pd.Series:
        staff = ({"member_id": "agent", "role": "staff"},)
        return growth.peer_solution_share(threads(*rows, people=staff), Q1).iloc[-1]

    def test_of_two_solutions_one_is_by_a_member(self):
        """METRICS R7."""
        found = self.share(
            question("2026-01-05"), solution("2026-01-06"),
            question("2026-01-05"), solution("2026-01-06", to="p3", by="agent"),
        )  # fmt: skip
        assert (0.5, 2, 2) == (found["value"], found["n"], found["persons"])

    def test_the_asker_s_own_solution_is_left_out(self):
        found = self.share(
            question("2026-01-05"), solution("2026-01-06", by="asker"),
            question("2026-01-05"), solution("2026-01-06", to="p3", by="agent"),
        )  # fmt: skip
        assert (0, 1, 1) == (found["value"], found["n"], found["left_out"])

    def test_it_belongs_to_the_quarter_of_the_answer(self):
        found = self.share(question("2025-12-01"), solution("2026-01-06", accepted="2026-04-05"))
        assert 1 == found["n"]

    def test_without_accepted_answers_or_roles_it_cannot_be_told(self):
        assert "not_applicable" == self.share(question("2026-01-05"))["status"]
        made = threads(question("2026-01-05"), solution("2026-01-06"))
        found = growth.peer_solution_share(made, Q1)
        assert ["not_applicable"] == found["status"].tolist()


class TestExpertAnswerShare:
    def test_the_role_at_the_time_of_the_answer_counts(self):
        """X became an expert in February; y is one as exported."""
        people = ({"member_id": "x", "role": "expert"}, {"member_id": "y", "role": "expert"})
        made = growth.threads(
            posts(
                question("2026-01-05"), answer("2026-01-06", by="x"),
                question("2026-02-05"), answer("2026-02-06", by="x", to="p3"),
                question("2026-01-05"), answer("2026-01-06", by="y", to="p5"),
                question("2026-01-05"), answer("2026-01-06", by="z", to="p7"),
            ),
            members(*people),
            roles(("x", "expert", "2026-02-01")),
        )  # fmt: skip
        found = growth.expert_answer_share(made, Q1).iloc[-1]
        assert (0.5, 4, 3) == (found["value"], found["n"], found["persons"])


class TestOpenQuestions:
    def backlog(self, *rows: dict, quarters=Q1, **options: object) -> pd.DataFrame:
        made = threads(
            *rows, question("2020-01-01"), solution("2020-01-02", to=f"p{len(rows) + 1}")
        )
        return growth.open_questions(made, quarters, **options)

    def test_without_threads_nobody_knows_what_is_open(self):
        asked = threads({"posted_at": "2026-01-05", "member_id": "a"})
        assert {"not_applicable"} == set(growth.open_questions(asked, Q1)["status"])

    def test_ages_at_the_quarter_s_end(self):
        """METRICS R8: on the first of April 6, 7, 29 and 30 days old."""
        found = self.backlog(
            question("2026-03-26"), question("2026-03-25"),
            question("2026-03-03"), question("2026-03-02"),
        ).set_index("segment")["value"]  # fmt: skip
        assert {"fresh": 1, "staling": 2, "stale": 1} == found.to_dict()

    def test_solved_closed_and_deleted_ones_are_not_open(self):
        found = self.backlog(
            question("2026-01-01"), solution("2026-01-02"),
            question("2026-01-01", closed_at="2026-01-09"),
            question("2026-01-01", deleted_at="2026-01-09"),
            question("2026-01-01", by=None),
        )["value"]  # fmt: skip
        assert 0 == found.sum()

    def test_each_quarter_is_seen_from_its_own_end(self):
        """Asked in Q4 and solved in Q1: open at the end of Q4, not at that of Q1."""
        found = self.backlog(
            question("2025-11-01"), solution("2025-11-02", accepted="2026-01-15"),
            quarters=last_quarters("2026-Q1", 2),
        )  # fmt: skip
        assert [1, 0] == found.groupby("quarter")["value"].sum().tolist()

    def test_where_nothing_is_accepted_an_answer_will_do(self):
        made = threads(question("2026-01-01"), answer("2026-01-05"), question("2026-01-02"))
        assert 1 == growth.open_questions(made, Q1)["value"].sum()

    def test_the_persons_are_those_who_wait(self):
        """Six questions of one asker are one person: hidden."""
        found = self.backlog(*[question("2026-01-01")] * 6)
        stale = protect(found).set_index("segment").loc["stale"]
        assert "suppressed" == stale["status"]

    def test_before_the_first_question_there_is_no_data(self):
        made = threads(question("2027-01-01"))
        assert {"no_data"} == set(growth.open_questions(made, Q1)["status"])

    def test_the_ages_are_options(self):
        found = self.backlog(question("2026-03-26"), stale_days=3, fresh_days=1)
        assert "open_questions(stale_days=3, fresh_days=1)" == found["metric"].iloc[0]
        assert 1 == found.set_index("segment")["value"]["stale"]


class TestPlatformMeanFirstResponseHours:
    def mean(self, *rows: dict) -> pd.Series:
        return growth.platform_mean_first_response_hours(threads(*rows), Q1).iloc[-1]

    def test_the_unanswered_are_dropped_as_platforms_do(self):
        """METRICS R1: 2 and 4 hours, and one without an answer."""
        found = self.mean(
            question("2026-01-05 08:00", by="a"), answer("2026-01-05 10:00"),
            question("2026-01-05 08:00", by="b"), answer("2026-01-05 12:00", to="p3"),
            question("2026-01-05 08:00", by="c"),
        )  # fmt: skip
        assert (3, 2, 1, 2) == tuple(found[["value", "n", "left_out", "persons"]])

    def test_its_interval_is_that_of_a_mean_of_independent_askers(self):
        """Waits of 2 and 4 hours: s² = 2, standard error 1, 1.96 of them on both sides."""
        found = self.mean(
            question("2026-01-05 08:00", by="a"), answer("2026-01-05 10:00"),
            question("2026-01-05 08:00", by="b"), answer("2026-01-05 12:00", to="p3"),
        )  # fmt: skip
        assert (1.04, 4.96) == (
            pytest.approx(found["low"], abs=0.01),
            pytest.approx(found["high"], abs=0.01),
        )

    def test_one_asker_alone_has_no_interval(self):
        found = self.mean(question("2026-01-05 08:00"), answer("2026-01-05 10:00"))
        assert 2 == found["value"]
        assert found[["low", "high", "level"]].isna().all()

    def test_deleting_a_slow_answer_makes_it_better(self):
        """The same community, honestly counted, did not get faster."""
        fast = [question("2026-01-05 08:00", by="a"), answer("2026-01-05 10:00")]
        slow = [question("2026-01-05 08:00", by="b"), answer("2026-02-28 08:00", to="p3")]
        kept, deleted = (*fast, *slow), (*fast, slow[0])
        assert self.mean(*deleted)["value"] < self.mean(*kept)["value"]
        curves = [growth.first_response_curve(threads(*rows), Q1) for rows in (kept, deleted)]
        early = curves[0]["at"] <= 720
        assert curves[0]["value"][early].tolist() == curves[1]["value"][early].tolist()
        assert curves[1]["value"].iloc[-1] < curves[0]["value"].iloc[-1]

    def test_nothing_answered_is_no_data(self):
        assert "no_data" == self.mean(question("2026-01-05"))["status"]


class TestAnsweredWithinByChannel:
    def test_each_channel_has_its_own_share(self):
        made = threads(
            question("2026-01-05 08:00", channel="Forum"), answer("2026-01-05 09:00"),
            question("2026-01-05 08:00", channel="LinkedIn"),
        )  # fmt: skip
        found = growth.answered_within_by_channel(made, Q1).set_index("segment")
        assert {"Forum": 1, "LinkedIn": 0} == found["value"].to_dict()

    def test_an_export_without_channels_has_nothing_to_compare(self):
        found = growth.answered_within_by_channel(threads(question("2026-01-05")), Q1)
        assert ["not_applicable"] == found["status"].tolist()
