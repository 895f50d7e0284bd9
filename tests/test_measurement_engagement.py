"""Engagement: by hand and at the edges; the base is part of the name."""

import math

import pandas as pd
import pytest

from conftest import answer, members, posts, question, table, written
from tacheles import measurement
from tacheles.contract import ACCOUNTS, ACTIVITY, CONTENT
from tacheles.estimate import _finished
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)


def person(member_id: str, joined_at: str = "2025-01-01", **more: object) -> dict:
    return {"member_id": member_id, "joined_at": joined_at, **more}


def activity(*rows: dict):
    return table(ACTIVITY, list(rows))


def act(by: str, at: str, kind: str = "visit") -> dict:
    return {"member_id": by, "acted_at": at, "type": kind}


class TestEngagementRateOfMembers:
    def rate(self, active: float | None, people: list[dict], status: str = "ok") -> pd.Series:
        """Of a quarter in which so many contributed, as the second level hands it over."""
        row = {"quarter": "2026-Q1", "value": active, "n": active, "left_out": 2, "persons": active}
        handed = _finished(
            pd.DataFrame([row | {"status": status}]).fillna({"n": 0, "persons": 0}),
            metric="active_members", unit="members", persons_needed=5,
        )  # fmt: skip
        return measurement.engagement_rate_of_members(handed, members(*people), Q1).iloc[-1]

    def test_one_of_four_members_contributed(self):
        found = self.rate(1, [person(name) for name in "abcd"])
        assert (0.25, 4, 4, 2) == tuple(found[["value", "n", "persons", "left_out"]])
        # Wilson of 1 in 4
        assert (0.0456, 0.6994) == (
            pytest.approx(found["low"], abs=1e-4),
            pytest.approx(found["high"], abs=1e-4),
        )

    def test_the_base_is_counted_in_the_middle_of_the_quarter(self):
        """90 days: the middle is 2026-02-15T00:00."""
        found = self.rate(
            1,
            [
                person("a"),
                person("b", left_at="2026-02-14"),
                person("c", left_at="2026-02-16"),
                person("d", joined_at="2026-02-14"),
                person("e", joined_at="2026-02-16"),
                person("f", joined_at=None),
            ],
        )
        assert 4 == found["n"]

    def test_staff_and_bots_are_not_in_the_base(self):
        people = [person("a"), person("b"), person("s", role="staff"), person("x", is_bot=True)]
        assert (0.5, 2) == tuple(self.rate(1, people)[["value", "n"]])

    def test_who_grew_too_fast_for_it_has_no_rate(self):
        """Three contributed, one of them was there in the middle."""
        late = [person(name, joined_at="2026-03-01") for name in "bc"]
        assert "not_applicable" == self.rate(3, [person("a"), *late])["status"]

    def test_where_nobodys_joining_is_known_todays_members_are_not_those_of_then(self):
        undated = [person(name, joined_at=None) for name in "abcd"]
        assert "not_applicable" == self.rate(1, undated)["status"]

    def test_without_members_there_is_nothing_to_divide_by(self):
        assert "no_data" == self.rate(1, [])["status"]

    def test_where_nobody_knows_who_contributed_there_is_no_rate(self):
        found = self.rate(None, [person("a")], status="clipped")
        assert "clipped" == found["status"]
        assert math.isnan(found["value"])


class TestEngagementRateOfVisitors:
    def rate(self, acts: list[dict], *rows: dict) -> pd.Series:
        people = members(*(person(name) for name in "abcd"), person("s", role="staff"))
        return measurement.engagement_rate_of_visitors(
            posts(*rows), people, activity(*acts), Q1
        ).iloc[-1]

    def test_one_of_three_visitors_contributed(self):
        acts = [act(name, "2026-02-01") for name in "abc"] + [act("a", "2026-02-02", "read")]
        found = self.rate(acts, written("2026-02-01", "a"))
        assert (1 / 3, 3) == (pytest.approx(found["value"]), found["n"])

    def test_who_wrote_was_there(self):
        """Visits of a few are not in the export; a rate above 1 would be nonsense."""
        found = self.rate([act("a", "2026-02-01")], written("2026-02-01", "b"))
        assert (0.5, 2) == (found["value"], found["n"])

    def test_staff_are_no_visitors(self):
        found = self.rate([act("a", "2026-02-01"), act("s", "2026-02-01")])
        assert 1 == found["n"]

    def test_without_visits_nobody_knows(self):
        assert "no_data" == self.rate([], written("2026-02-01", "a"))["status"]


class TestEngagementRateOfAccounts:
    def test_one_of_two_customers_has_somebody_who_contributed(self):
        customers = table(
            ACCOUNTS,
            [
                {"account_id": "A", "started_on": pd.Timestamp("2025-01-01").date()},
                {"account_id": "B", "started_on": pd.Timestamp("2025-01-01").date()},
                {
                    "account_id": "gone",
                    "started_on": pd.Timestamp("2025-01-01").date(),
                    "ended_on": pd.Timestamp("2026-01-31").date(),
                },
            ],
        )
        people = members(
            person("a", account_id="A"),
            person("a2", account_id="A"),
            person("g", account_id="gone"),
        )
        rows = posts(*(written("2026-01-10", name) for name in ("a", "a2", "g")))
        found = measurement.engagement_rate_of_accounts(rows, people, customers, Q1).iloc[-1]
        assert (0.5, 2) == (found["value"], found["n"])


class TestEngagementRateOfViews:
    def rate(self, *rows: dict) -> pd.Series:
        numbered = [
            {"item_id": f"k{i}", "format": "blog", "planned_at": "2026-02-01"} | row
            for i, row in enumerate(rows)
        ]
        return measurement.engagement_rate_of_views(table(CONTENT, numbered), Q1).iloc[-1]

    def test_a_ratio_of_sums_with_its_interval(self):
        """10 of 100 and 10 of 300: 20 / 400; the residuals are 5 and −5."""
        found = self.rate(
            {"published_at": "2026-02-01", "views": 100, "reactions": 6, "comments": 4},
            {"published_at": "2026-02-02", "views": 300, "reactions": 10},
        )
        assert (0.05, 2) == (found["value"], found["n"])
        # √(50 · 2 / 1) / 400 = 0.025, and t with one degree of freedom is 12.706
        assert 0.05 - 12.706 * 0.025 == pytest.approx(found["low"], abs=1e-4)

    def test_items_without_views_are_left_out(self):
        found = self.rate({"published_at": "2026-02-01", "reactions": 3})
        assert ("no_data", 1) == (found["status"], found["left_out"])

    def test_what_was_never_published_or_was_cancelled_does_not_count(self):
        found = self.rate(
            {"views": 10}, {"published_at": "2026-02-01", "cancelled_at": "2026-02-02", "views": 9}
        )
        assert 0 == found["n"] + found["left_out"]


class TestInteractionsPerItem:
    def mean(self, *rows: dict, people: tuple[dict, ...] = (), quarters=Q1) -> pd.Series:
        return measurement.interactions_per_item(posts(*rows), members(*people), quarters).iloc[-1]

    def test_answers_comments_and_likes_of_two_items(self):
        """The first has 2 replies and 1 like, the second nothing: 1.5."""
        found = self.mean(
            question("2026-02-01", likes=1),
            answer("2026-02-02"),
            answer("2026-02-03", "other", kind="comment"),
            question("2026-02-04", "somebody"),
        )
        assert (1.5, 2, 2) == (found["value"], found["n"], found["persons"])
        # sd of 3 and 0 is 2.1213; by √2; t is 12.706
        assert 1.5 + 12.7062 * 1.5 == pytest.approx(found["high"], abs=1e-3)

    @pytest.mark.parametrize(
        "reply",
        [
            answer("2026-02-02", "asker"),
            answer("2026-02-02", "robot"),
            answer("2026-02-16T00:00:01"),
            answer("2026-02-02", deleted_at="2026-02-03"),
        ],
        ids=["the author's own", "a bot's", "after a fortnight", "deleted"],
    )
    def test_what_does_not_count(self, reply):
        people = ({"member_id": "robot", "is_bot": True},)
        assert 0 == self.mean(question("2026-02-01"), reply, people=people)["value"]

    def test_an_item_younger_than_a_fortnight_is_not_judged(self):
        found = self.mean(question("2026-03-20"))
        assert ("not_mature", 1) == (found["status"], found["left_out"])

    def test_a_single_item_has_a_mean_and_no_interval(self):
        found = self.mean(question("2026-02-01"))
        assert ("ok", 0) == (found["status"], found["value"])
        assert math.isnan(found["low"])


class TestSearchSuccessRate:
    def rate(self, *acts: dict, people: tuple[dict, ...] = ()) -> pd.Series:
        return measurement.search_success_rate(activity(*acts), members(*people), Q1).iloc[-1]

    def test_a_click_without_searching_again_is_a_success(self):
        """Of three searches one was clicked; one clicked and searched again; one left."""
        found = self.rate(
            act("a", "2026-02-01T10:00", "search"), act("a", "2026-02-01T10:01", "search_click"),
            act("b", "2026-02-01T10:00", "search"), act("b", "2026-02-01T10:01", "search_click"),
            act("b", "2026-02-01T10:04", "search"),
        )  # fmt: skip
        assert (1 / 3, 3, 2) == (pytest.approx(found["value"]), found["n"], found["persons"])

    def test_searching_again_after_more_than_five_minutes_is_another_matter(self):
        found = self.rate(
            act("b", "2026-02-01T10:00", "search"), act("b", "2026-02-01T10:01", "search_click"),
            act("b", "2026-02-01T10:06", "search"),
        )  # fmt: skip
        assert 0.5 == found["value"]

    def test_anothers_click_is_not_mine(self):
        found = self.rate(
            act("a", "2026-02-01T10:00", "search"), act("b", "2026-02-01T10:01", "search_click")
        )
        assert 0 == found["value"]

    def test_without_any_click_nobody_can_tell(self):
        assert "not_applicable" == self.rate(act("a", "2026-02-01", "search"))["status"]

    def test_bots_do_not_search(self):
        found = self.rate(
            act("x", "2026-02-01", "search"), people=({"member_id": "x", "is_bot": True},)
        )
        assert "no_data" == found["status"]

    def test_the_last_five_minutes_are_not_judged(self):
        found = self.rate(
            act("a", "2026-03-31T23:58", "search"), act("a", "2026-03-31T23:59", "search_click")
        )
        assert ("not_mature", 1) == (found["status"], found["left_out"])
