"""What others would print: for comparison, never for the headline."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from tacheles.contract import ACTIVITY, MEMBERS, POSTS, SURVEYS, TICKETS, TRAFFIC
from tacheles.estimate import wilson
from tacheles.roi import money, naive
from tacheles.roi.money import Assumed
from tests.roi_tables import QUARTER, assumed, assumption, table

IN = datetime(2026, 8, 3, 12)


def only(rows):
    assert 1 == len(rows)
    return rows.iloc[0]


class TestCommunityRoundtable:
    def test_answers_and_searches_of_a_year_at_one_value(self):
        """500 answers, 4,000 searches a month at 10 for 200,000: −70 % without, 170 % with them."""
        answers, searches = (naive.annual(3 * n, 10) for n in (500, 4000))
        cost = np.array(200_000.0)
        assert -0.7 == pytest.approx(float(money.return_on_capital(answers, cost)))
        assert 1.7 == pytest.approx(float(money.return_on_capital(answers + searches, cost)))

    def test_an_answer_counts_for_a_year_at_the_quarters_pace(self):
        rows = [
            {"post_id": f"p{i}", "thread_id": "p1", "posted_at": IN, "kind": kind} | more
            for i, (kind, more) in enumerate(
                [
                    ("question", {}),
                    ("answer", {}),
                    ("reply", {}),
                    ("comment", {}),
                    ("answer", {"deleted_at": IN}),
                ]
            )
        ]
        row = only(naive.answers_value(table(POSTS, rows), assumed(), QUARTER))
        assert 2 * 4 * 60 == row["value"]
        assert "E" == row["grade"]

    def test_a_search_counts_only_with_a_click(self):
        rows = [
            {"member_id": "m1", "acted_at": IN, "type": kind}
            for kind in ("search", "search_click", "visit")
        ]
        row = only(naive.networked_value(table(ACTIVITY, rows), assumed(), QUARTER))
        assert 4 * 60 == row["value"]

    def test_without_records_there_is_no_data(self):
        assert (
            "no_data"
            == only(naive.networked_value(table(ACTIVITY, []), assumed(), QUARTER))["status"]
        )


def test_the_usual_formula_is_views_times_a_twentieth_times_full_cost():
    """1,000 views of an accepted answer: 1,000 × 0.05 × 60."""
    rows = [
        {"post_id": "q", "thread_id": "q", "kind": "question"},
        {"post_id": "a", "thread_id": "q", "kind": "answer", "views": 1000, "is_accepted": True}
        | {"accepted_at": IN},
    ]
    posts = table(POSTS, [row | {"posted_at": IN} for row in rows])
    row = only(naive.naive_deflection_value(posts, assumed(), QUARTER))
    assert 3000 == row["value"]
    assert 1000 == row["n"]
    assert "E" == row["grade"]
    others = Assumed(pd.DataFrame({"value": [10.0]}, index=["a1"]), {"a1": np.full(3, 10.0)})
    assert "no_data" == only(naive.naive_deflection_value(posts, others, QUARTER))["status"]


class TestSurveyDeflection:
    def found(self, *answers, visits=1000, channels=(), **by_channel):
        asked = dict(enumerate(channels))
        rows = [
            {
                "response_id": f"s{i}",
                "responded_at": IN,
                "instrument": "support_intent",
                "item": item,
                "answer": float(said),
                "segment": asked.get(i),
            }
            for i, triple in enumerate(answers)
            for item, said in zip(
                ("support", "resolved", "would_have_contacted"), triple, strict=True
            )
            if said is not None
        ]
        traffic = [
            {"on": date(2026, 8, 3), "channel": name, "visits": number}
            for name, number in (by_channel or {"Forum": visits}).items()
        ]
        rows = naive.survey_deflection_value(
            table(SURVEYS, rows), table(TRAFFIC, traffic), assumed(), QUARTER, unit_value="A_ticket"
        )
        return {row["segment"]: row for row in rows.to_dict("records")}

    def test_all_three_have_to_be_true_of_the_same_person(self):
        """Each is true of half: the product says an eighth, but nobody meant all three."""
        found = self.found((1, 1, 0), (0, 0, 1), (1, 0, 1), (0, 1, 0))
        assert 0 == found["joint"]["value"]
        assert 1000 * 20 / 8 == found["marginals"]["value"]

    def test_the_product_of_the_shares_is_what_is_usually_printed(self):
        """43 %, 65 % and 9 % of 100,000 visits: 2,515.5."""
        assert 2515.5 == pytest.approx(0.43 * 0.65 * 0.09 * 100_000)
        answers = [(int(i < 43), int(i < 65), int(i < 9)) for i in range(100)]
        found = self.found(*answers, visits=100_000)
        assert 2515.5 * 20 == pytest.approx(found["marginals"]["value"])
        assert 0.09 * 100_000 * 20 == pytest.approx(found["joint"]["value"])

    def test_who_did_not_answer_all_three_is_left_out_and_counted(self):
        found = self.found((1, 1, 1), (1, 1, None))
        assert 1 == found["joint"]["n"]
        assert 1 == found["joint"]["left_out"]

    def test_channels_count_as_much_as_their_visits(self):
        """
        Three asked in the forum, one of them spared; one in the newsletter, spared: 900 and 100.

        0.9 · 1/3 + 0.1 · 1 = 0.4 of 1,000 visits at 20, not the 0.5 of those asked. Weights 0.3,
        0.3, 0.3 and 0.1 are worth 1 / 0.28 answers.
        """
        answers = (1, 1, 1), (0, 0, 0), (0, 0, 0), (1, 1, 1)
        channels = "Forum", "Forum", "Forum", "Newsletter"
        found = self.found(*answers, channels=channels, Forum=900, Newsletter=100)["joint"]
        assert 0.4 * 1000 * 20 == pytest.approx(found["value"])
        low, _high = wilson(0.4 / 0.28, 1 / 0.28)
        assert low * 1000 * 20 == pytest.approx(found["low"])

    def test_answers_from_a_channel_without_visits_are_left_out_where_channels_are_known(self):
        found = self.found((1, 1, 1), (0, 0, 0), channels=("Forum", "Messe"), Forum=100)["joint"]
        assert (100 * 20, 1, 1) == (found["value"], found["n"], found["left_out"])

    def test_segments_that_are_no_channels_weigh_alike(self):
        found = self.found((1, 1, 1), (0, 0, 0), channels=("Handwerk", "Industrie"))["joint"]
        assert (500 * 20, 2) == (found["value"], found["n"])

    def test_without_answers_or_visits_there_is_no_data(self):
        assert "no_data" == self.found()["joint"]["status"]
        assert "no_data" == self.found((1, 1, 1), visits=0)["joint"]["status"]


class TestIntentDeflection:
    def found(self, *acts, tickets=()):
        activity = [
            {"member_id": member, "acted_at": datetime(2026, 8, day, hour), "type": kind}
            for member, kind, day, hour in acts
        ]
        members = [
            {"member_id": "m1", "account_id": "a1"},
            {"member_id": "m2", "account_id": "a2"},
            {"member_id": "m3"},
        ]
        sent = [
            {
                "ticket_id": f"t{i}",
                "account_id": account,
                "created_at": datetime(2026, 8, day, hour),
            }
            for i, (account, day, hour) in enumerate(tickets)
        ]
        return only(
            naive.intent_deflection_rate(
                table(ACTIVITY, activity), table(TICKETS, sent), table(MEMBERS, members), QUARTER
            )
        )

    def test_a_form_without_a_ticket_counts_where_something_was_read(self):
        row = self.found(
            ("m1", "ticket_form", 3, 10),
            ("m1", "read", 3, 9),
            ("m2", "ticket_form", 3, 10),
            ("m2", "read", 3, 11),
            tickets=[("a2", 3, 12)],
        )
        assert 0.5 == row["value"]
        assert 2 == row["n"]

    def test_who_read_nothing_is_not_counted(self):
        row = self.found(("m1", "ticket_form", 3, 10), ("m1", "read", 5, 10))
        assert "no_data" == row["status"]

    def test_a_ticket_a_day_later_is_another_matter(self):
        row = self.found(
            ("m1", "ticket_form", 3, 10), ("m1", "read", 3, 9), tickets=[("a1", 4, 11)]
        )
        assert 1 == row["value"]

    def test_a_member_without_an_account_is_left_out_and_counted(self):
        row = self.found(("m3", "ticket_form", 3, 10), ("m3", "read", 3, 9))
        assert 1 == row["left_out"]
        assert 0 == row["n"]


def test_values_come_from_the_assumption_that_is_named():
    rows = [{"post_id": "p1", "thread_id": "p1", "posted_at": IN, "kind": "answer"}]
    known = assumed(assumption("A_answer", 10.0))
    row = only(naive.answers_value(table(POSTS, rows), known, QUARTER, unit_value="A_answer"))
    assert 40 == row["value"]
