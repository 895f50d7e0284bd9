"""Needs served and access to experts: by hand."""

import pandas as pd

from conftest import answer, members, posts, question
from tacheles import growth
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)
LATER = last_quarters("2026-Q2", 2)


def needs(**categories: str | None) -> pd.DataFrame:
    """Needs by hand: what each is called, and the categories that express it."""
    return pd.DataFrame(
        {
            "need_id": [f"N{i}" for i in range(len(categories))],
            "statement": list(categories),
            "categories": list(categories.values()),
        }
    )


def accepted(at: str | None, to: str, **more: object) -> dict:
    """An answer that was accepted."""
    return answer("2026-01-06", to=to, is_accepted=True, accepted_at=at, **more)


def served(plan: pd.DataFrame, *rows: dict, quarters=LATER, **options) -> pd.DataFrame:
    """The first quarter's share of each need."""
    made = posts(*rows)
    threads = growth.threads(made, members())
    found = growth.need_served_rate(threads, made, plan, quarters, **options)
    return found[found["quarter"] == "2026-Q1"].reset_index(drop=True)


class TestNeedServedRate:
    def test_an_answer_accepted_in_time_serves_and_no_other(self):
        """Accepted on the last moment of the 30 days, a second later, answered only, never: 1/4."""
        asked = [question("2026-01-05", f"a{i}", category="Start") for i in range(4)]
        found = served(
            needs(learn="Start"),
            *asked,
            accepted("2026-02-04 00:00:00", "p1"),
            accepted("2026-02-04 00:00:01", "p2"),
            answer("2026-01-06", to="p3", is_accepted=False),
        ).iloc[0]
        assert ("learn", 0.25, 4, 4) == tuple(found[["segment", "value", "n", "persons"]])

    def test_a_question_in_two_needs_counts_in_both_and_their_order_is_the_plans(self):
        plan = needs(second="Start;Other", first=" Start ")
        found = served(
            plan,
            question("2026-01-05", "a", category="Start"),
            question("2026-01-05", "b", category="Other"),
            accepted("2026-01-07", "p1"),
        )
        assert ["second", "first"] == found["segment"].tolist()
        assert [0.5, 1.0] == found["value"].tolist()

    def test_the_opener_has_the_category_and_not_its_answers(self):
        found = served(
            needs(learn="Start"),
            question("2026-01-05", "a", category="Other"),
            accepted("2026-01-07", "p1", category="Start"),
        ).iloc[0]
        assert ("no_data", 0) == (found["status"], found["n"])

    def test_an_acceptance_without_its_day_counts_as_in_time(self):
        rows = (question("2026-01-05", "a", category="Start"), accepted(None, "p1"))
        assert 1.0 == served(needs(learn="Start"), *rows)["value"].iloc[0]

    def test_an_accepted_answer_that_was_deleted_serves_nobody(self):
        gone = accepted("2026-01-07", "p1", deleted_at="2026-01-08")
        rows = (question("2026-01-05", "a", category="Start"), gone)
        assert 0.0 == served(needs(learn="Start"), *rows)["value"].iloc[0]

    def test_young_unknown_and_removed_questions_are_left_out(self):
        found = served(
            needs(learn="Start"),
            question("2026-03-02 00:00:01", "a", category="Start"),
            question("2026-01-05", None, category="Start"),
            question("2026-01-05", "b", category="Start", deleted_at="2026-01-06"),
            question("2026-03-01", "c", category="Start"),
            accepted("2026-03-02", "p4"),
            quarters=Q1,
        ).iloc[0]
        assert (1.0, 1, 3) == (found["value"], found["n"], found["left_out"])

    def test_only_young_questions_are_not_mature(self):
        rows = (question("2026-03-30", category="Start"), accepted("2026-03-31", "p1"))
        assert ["not_mature"] == served(needs(a="Start"), *rows, quarters=Q1)["status"].tolist()

    def test_a_need_that_no_category_expresses_cannot_be_followed(self):
        rows = (question("2026-01-05", category="Start"), accepted("2026-01-07", "p1"))
        found = served(needs(seen="Start", unseen=None), *rows)
        assert ["ok", "not_applicable"] == found["status"].tolist()

    def test_where_no_acceptance_is_known_nothing_can(self):
        found = served(needs(a="Start"), question("2026-01-05", category="Start"))
        assert ["not_applicable"] == found["status"].tolist()
        assert found["value"].isna().all()

    def test_without_needs_there_is_no_data(self):
        found = served(needs(), question("2026-01-05", category="Start"))
        assert ["no_data"] == found["status"].tolist()

    def test_the_time_given_is_in_its_name(self):
        rows = (question("2026-01-05", category="Start"), accepted("2026-01-14", "p1"))
        found = served(needs(a="Start"), *rows, days=7).iloc[0]
        assert ("need_served_rate(days=7)", 0.0) == (found["metric"], found["value"])


class TestExpertAnswerRate:
    people = ({"member_id": "expert", "role": "expert"}, {"member_id": "staff", "role": "admin"})

    def rate(self, *rows: dict, people=people) -> pd.Series:
        made, known = posts(*rows), members(*people)
        threads = growth.threads(made, known)
        return growth.expert_answer_rate(threads, made, known, Q1).iloc[0]

    def test_an_answer_by_an_expert_or_staff_counts_even_if_not_the_first(self):
        """By an expert after a peer, by staff, by a peer only, never: two of four."""
        found = self.rate(
            *[question("2026-01-05", f"a{i}") for i in range(4)],
            answer("2026-01-06", "peer", "p1"),
            answer("2026-01-07", "expert", "p1"),
            answer("2026-01-06", "staff", "p2"),
            answer("2026-01-06", "peer", "p3"),
        )
        assert (0.5, 4, 4) == (found["value"], found["n"], found["persons"])

    def test_a_week_is_seven_days_to_the_moment(self):
        found = self.rate(
            question("2026-01-05", "a"),
            question("2026-01-05", "b"),
            answer("2026-01-12", "expert", "p1"),
            answer("2026-01-12 00:00:01", "expert", "p2"),
        )
        assert 0.5 == found["value"]

    def test_nobody_is_their_own_expert_and_a_comment_answers_nothing(self):
        found = self.rate(
            question("2026-01-05", "expert"),
            question("2026-01-05", "a"),
            answer("2026-01-06", "expert", "p1"),
            answer("2026-01-06", "expert", "p2", kind="comment"),
            answer("2026-01-06", "expert", "p2", deleted_at="2026-01-07"),
        )
        assert (0.0, 2) == (found["value"], found["n"])

    def test_young_questions_are_left_out(self):
        found = self.rate(question("2026-03-25 00:00:01"), question("2026-03-25"))
        assert (0.0, 1, 1) == (found["value"], found["n"], found["left_out"])

    def test_where_no_role_is_known_it_is_not_applicable(self):
        found = self.rate(question("2026-01-05"), answer("2026-01-06"), people=())
        assert "not_applicable" == found["status"]

    def test_without_threads_it_is_not_applicable(self):
        found = self.rate({"posted_at": "2026-01-05", "member_id": "a"})
        assert "not_applicable" == found["status"]
