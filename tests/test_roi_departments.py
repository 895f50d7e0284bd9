"""What each department got, in its own units."""

import math
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from tacheles import measurement, roi
from tacheles.contract import (
    ACCOUNTS,
    ACTIVITY,
    ADVOCACY,
    DEALS,
    IDEAS,
    MEMBERS,
    PARTNER_METRICS,
    PLANS,
    POSTS,
    RENEWALS,
    REVENUE,
    TICKETS,
)
from tacheles.roi import business_goals, customer_success, marketing, product, support
from tacheles.roi.money import AVOIDABLE_TICKET_COST
from tests.roi_tables import QUARTER, YEAR, assumed, assumption, table

IN = datetime(2026, 8, 3, 12)


def by_segment(rows):
    return {row["segment"]: row for row in rows.to_dict("records")}


def only(rows):
    assert 1 == len(rows)
    return rows.iloc[0]


def status(rows):
    return only(rows)["status"]


def accounts(*rows):
    started = {"started_on": date(2020, 1, 1)}
    return table(
        ACCOUNTS, [{"account_id": f"a{i}"} | started | row for i, row in enumerate(rows, 1)]
    )


MEMBERS_OF = table(MEMBERS, [{"member_id": f"m{i}", "account_id": f"a{i}"} for i in range(1, 6)])


class TestScaledCoverage:
    def found(self, known, posts=(), acts=()):
        written = [{"post_id": f"p{i}", "posted_at": IN} | post for i, post in enumerate(posts, 1)]
        acted = [{"member_id": who, "acted_at": IN, "type": kind} for who, kind in acts]
        tables = known, MEMBERS_OF, table(POSTS, written), table(ACTIVITY, acted)
        return only(customer_success.scaled_coverage(*tables, QUARTER))

    def test_an_answer_a_thread_read_and_an_event_help_a_search_does_not(self):
        none = {"csm_tier": "none"}
        question = {"thread_id": "p1", "member_id": "m1", "kind": "question"}
        answer = {"thread_id": "p1", "member_id": "m9", "kind": "answer"}
        row = self.found(
            accounts(none, none, none, none),
            posts=[question, answer],
            acts=[("m2", "read"), ("m3", "attend"), ("m4", "search")],
        )
        assert 0.75 == row["value"]
        assert 4 == row["n"]

    def test_ones_own_answer_is_no_help(self):
        question = {"thread_id": "p1", "member_id": "m1", "kind": "question"}
        own = {"thread_id": "p1", "member_id": "m1", "kind": "reply"}
        assert 0 == self.found(accounts({"csm_tier": "none"}), posts=[question, own])["value"]

    def test_who_has_a_manager_is_not_asked_about_and_who_is_unknown_is_left_out(self):
        row = self.found(
            accounts({"csm_tier": "named"}, {}, {"csm_tier": "pooled"}), acts=[("m1", "read")]
        )
        assert 0 == row["value"]
        assert 1 == row["n"]
        assert 1 == row["left_out"]

    def test_without_customers_there_is_no_data(self):
        assert "no_data" == self.found(accounts())["status"]


class TestCare:
    joined = {"csm_tier": "none", "first_community_at": datetime(2026, 3, 1)}  # noqa: RUF012
    late = {"csm_tier": "none", "first_community_at": datetime(2026, 8, 1)}  # noqa: RUF012

    def test_renewals_of_members_without_and_of_customers_with_a_manager(self):
        known = accounts(self.joined, self.joined, {"csm_tier": "named"}, self.late)
        due = [
            {"account_id": f"a{i}", "due_on": date(2026, 8, 5), "renewed": i != 2}
            for i in range(1, 5)
        ]
        found = by_segment(
            customer_success.renewal_rate_by_care(table(RENEWALS, due), known, QUARTER)
        )
        assert 0.5 == found["community_care"]["value"]
        assert 2 == found["community_care"]["n"]
        assert 1 == found["named_care"]["value"]

    def test_how_to_tickets_of_both_by_customer(self):
        known = accounts(self.joined, self.joined, {"csm_tier": "named"}, self.late)
        asked = [
            {"ticket_id": f"t{i}", "created_at": IN, "account_id": account, "category": category}
            for i, (account, category) in enumerate(
                [
                    ("a1", "how_to"),
                    ("a1", "bug"),
                    ("a3", "how_to"),
                    ("a3", "how_to"),
                    ("a4", "how_to"),
                ]
            )
        ]
        found = by_segment(
            customer_success.how_to_tickets_by_care(
                table(TICKETS, asked), known, ("how_to",), QUARTER
            )
        )
        assert 0.5 == found["community_care"]["value"]
        assert 2 == found["named_care"]["value"]

    def test_without_customers_of_a_kind_there_is_no_data(self):
        found = by_segment(
            customer_success.how_to_tickets_by_care(
                table(TICKETS, []), accounts({"csm_tier": "named"}), ("how_to",), QUARTER
            )
        )
        assert "no_data" == found["community_care"]["status"]
        assert 0 == found["named_care"]["value"]


def counted(**metrics):
    return table(
        PARTNER_METRICS,
        [
            {
                "department": "x",
                "metric": name,
                "month": date(2026, month, 1),
                "value": float(value),
            }
            for name, values in metrics.items()
            for month, value in values.items()
        ],
    )


class TestAccountsPerCsm:
    def test_customers_by_the_mean_of_the_months_posts(self):
        known = accounts(*[{}] * 10)
        posts = counted(csm_posts={7: 2, 8: 2, 9: 3.5})
        assert 4 == only(customer_success.accounts_per_csm(posts, known, QUARTER))["value"]

    def test_without_posts_there_is_no_data(self):
        row = only(customer_success.accounts_per_csm(counted(), accounts({}), QUARTER))
        assert "no_data" == row["status"]


class TestLifetimeValue:
    def test_the_usual_formula(self):
        """Two orders of 50 a month for 24 months at 80 %: 1,920."""
        assert 1920 == customer_success.simple_lifetime_value(2, 50, 24, 0.8)

    def test_discounted_it_is_the_sum_over_the_years(self):
        """Margin 100, renewed with 0.9, discounted at 8 %: Σ 100 · 0.9^t / 1.08^t."""
        expected = sum(100 * 0.9**t / 1.08**t for t in range(400))
        found = customer_success.lifetime_value(np.array(100.0), np.array(0.9), 0.08)
        assert expected == pytest.approx(float(found))

    def test_it_comes_from_the_quarters_margin_and_renewals(self):
        """200 of margin from two customers are 400 a year each; half renew; no discount: 800."""
        revenue = [
            {"account_id": "a1", "month": date(2026, 7, 1), "amount": 200.0, "margin_rate": 0.5},
            {"account_id": "a2", "month": date(2026, 8, 1), "amount": 125.0},
        ]
        due = [
            {"account_id": "a1", "due_on": date(2026, 8, 1), "renewed": True},
            {"account_id": "a2", "due_on": date(2026, 8, 2), "renewed": False},
        ]
        known = assumed(assumption("A_contribution_margin", 0.8))
        row = only(
            customer_success.customer_lifetime_value(
                table(REVENUE, revenue), table(RENEWALS, due), known, QUARTER
            )
        )
        assert 800 == pytest.approx(row["value"])
        assert 2 == row["n"]

    def test_without_renewals_there_is_no_number(self):
        known = assumed(assumption("A_contribution_margin", 0.8))
        row = only(
            customer_success.customer_lifetime_value(
                table(REVENUE, []), table(RENEWALS, []), known, QUARTER
            )
        )
        assert "no_data" == row["status"]


class TestSupport:
    def solved(self, *answers):
        return table(
            TICKETS,
            [
                {"ticket_id": f"t{i}", "created_at": IN, "solved_at": IN, "satisfaction": answer}
                for i, answer in enumerate(answers)
            ],
        )

    def test_full_cost_by_solved_tickets(self):
        cost = counted(support_cost={7: 100, 8: 100, 9: 40})
        row = only(support.cost_per_ticket(cost, self.solved(None, None, None, None), QUARTER))
        assert 60 == row["value"]

    def test_without_a_cost_or_a_ticket_there_is_no_data(self):
        assert (
            "no_data"
            == only(support.cost_per_ticket(counted(), self.solved(None), QUARTER))["status"]
        )
        cost = counted(support_cost={7: 100})
        assert "no_data" == status(support.cost_per_ticket(cost, self.solved(), QUARTER))

    def test_four_and_five_are_satisfied_and_silence_is_left_out(self):
        row = only(support.ticket_csat(self.solved(5.0, 4.0, 3.0, 1.0, None), QUARTER))
        assert 0.5 == row["value"]
        assert 1 == row["left_out"]


class TestMarketing:
    def test_acts_are_counted_by_kind(self):
        acts = [
            {"acted_at": IN, "kind": kind, "account_id": account}
            for kind, account in [("review", "a1"), ("review", "a2"), ("case_study", "a1")]
        ]
        found = by_segment(marketing.advocacy_acts(table(ADVOCACY, acts), QUARTER))
        assert 2 == found["review"]["value"]
        assert 1 == found["case_study"]["persons"]

    def test_a_quarter_without_one_is_zero_once_there_is_a_record(self):
        acts = [{"acted_at": IN, "kind": "review", "account_id": "a1"}]
        rows = marketing.advocacy_acts(table(ADVOCACY, acts), YEAR)
        assert [0, 0, 0, 1] == list(rows["value"])
        assert "no_data" == marketing.advocacy_acts(table(ADVOCACY, []), QUARTER)["status"].iloc[0]

    def decided(self, *rows):
        made = {"created_on": date(2026, 1, 1), "closed_on": date(2026, 8, 1)}
        return table(DEALS, [{"deal_id": f"d{i}"} | made | row for i, row in enumerate(rows)])

    def test_shares_are_of_decided_opportunities(self):
        deals = self.decided(
            {"stage": "won", "needed_reference": True, "had_reference": True},
            {"stage": "lost", "needed_reference": True, "had_reference": False},
            {"stage": "lost", "needed_reference": False},
            {"stage": "open", "needed_reference": True, "had_reference": True},
        )
        assert 1 / 3 == pytest.approx(only(marketing.win_rate(deals, QUARTER))["value"])
        assert 0.5 == only(marketing.reference_share(deals, QUARTER))["value"]
        assert "no_data" == status(marketing.win_rate(self.decided(), QUARTER))

    def test_only_who_agreed_and_is_still_there_is_a_candidate(self):
        members = [
            {"member_id": "m1", "advocacy_consent_at": IN, "account_id": "a1"},
            {"member_id": "m2"},
            {"member_id": "m3", "advocacy_consent_at": IN, "left_at": IN},
            {"member_id": "m4", "advocacy_consent_at": datetime(2026, 10, 5)},
        ]
        helped = [
            {"post_id": "p1", "thread_id": "p0", "posted_at": IN, "kind": "answer"}
            | {"member_id": "m1"}
        ]
        found = marketing.advocates(
            table(MEMBERS, members),
            accounts({"segment": "Industrie", "size": "groß"}),
            table(POSTS, helped),
            QUARTER,
        )
        row = only(found)
        assert ["m1", "Industrie", "groß", True] == list(
            row[["member_id", "segment", "size", "has_answered"]]
        )

    def test_candidates_stand_in_an_order_drawn_by_chance(self):
        members = [{"member_id": f"m{i:02d}", "advocacy_consent_at": IN} for i in range(30)]
        tables = table(MEMBERS, members), accounts(), table(POSTS, [])
        first, again = (list(marketing.advocates(*tables, QUARTER)["member_id"]) for _ in "ab")
        assert first == again
        assert first != sorted(first)


class TestDeliveredVotes:
    def share(self, *ideas, quarters=QUARTER):
        rows = [
            {"idea_id": f"i{n}", "created_at": datetime(2025, 1, 1), "feature": "x"} | idea
            for n, idea in enumerate(ideas)
        ]
        return product.delivered_votes_share(table(IDEAS, rows), quarters)

    def idea(self, votes, status, at=datetime(2026, 8, 1)):
        return {"votes": votes, "status": status, "status_at": at}

    def test_delivered_by_delivered_and_open_planned_is_open_closed_is_out(self):
        """40 delivered, 160 open or planned: 20 %."""
        row = only(
            self.share(
                self.idea(40, "delivered"),
                self.idea(100, "open", None),
                self.idea(60, "planned"),
                self.idea(500, "closed"),
            )
        )
        assert 0.2 == row["value"]
        assert 500 == row["left_out"]

    def test_an_idea_is_in_the_state_of_the_quarters_end(self):
        rows = self.share(self.idea(40, "delivered", datetime(2026, 5, 1)), quarters=YEAR)
        assert [0, 0, 1, 1] == list(rows["value"])

    def test_without_ideas_there_is_no_data(self):
        assert "no_data" == status(self.share())


class TestFeatures:
    def reports(self):
        asked = {"thread_id": "p1", "posted_at": IN, "kind": "question", "feature": "App"}
        posts = [
            {"post_id": "p1", "member_id": "m1"} | asked,
            {"post_id": "p2", "member_id": "m2", "thread_id": "p1", "posted_at": IN}
            | {"kind": "answer", "feature": "App"},
            {"post_id": "p3", "thread_id": "p3", "member_id": "m3", "posted_at": IN}
            | {"kind": "idea"},
        ]
        tickets = [
            {"ticket_id": "t1", "created_at": IN, "account_id": account, "feature": feature}
            for account, feature in [("a1", "App"), ("a4", "App"), ("a4", "API"), ("a5", None)]
        ]
        tickets = [row | {"ticket_id": f"t{i}"} for i, row in enumerate(tickets)]
        ideas = [
            {"idea_id": "i1", "created_at": IN, "feature": "API", "votes": 1, "status": "open"}
            | {"thread_id": "p3"}
        ]
        return product.feature_reports(
            table(POSTS, posts), MEMBERS_OF, table(TICKETS, tickets), table(IDEAS, ideas)
        )

    def test_an_account_counts_once_and_an_answer_raises_nothing(self):
        """App: a1 in a post and a ticket, a4; API: a4 in a ticket, a3 in an idea."""
        rows = product.feature_pain(self.reports(), QUARTER)
        assert {"App": 2, "API": 2} == {
            name: row["value"] for name, row in by_segment(rows).items()
        }

    def test_equally_raised_features_share_a_place_with_a_wide_range(self):
        found = by_segment(product.feature_rank(self.reports(), QUARTER))
        assert 1 == found["App"]["value"] == found["API"]["value"]
        assert (1, 2) == (found["App"]["low"], found["App"]["high"])

    def test_revenue_behind_a_feature_counts_each_account_once(self):
        revenue = [
            {"account_id": account, "month": date(2026, 8, 1), "amount": amount, "kind": kind}
            for account, amount, kind in [
                ("a1", 100.0, "subscription"),
                ("a4", 50.0, "subscription"),
                ("a4", 999.0, "course"),
            ]
        ]
        found = by_segment(
            product.feature_revenue(self.reports(), table(REVENUE, revenue), QUARTER)
        )
        assert 150 == found["App"]["value"]
        assert 50 == found["API"]["value"]

    def test_days_run_from_the_first_to_the_tenth_account(self):
        tickets = [
            {"ticket_id": f"t{i}", "created_at": datetime(2026, 8, 1 + i), "feature": "App"}
            | {"account_id": f"a{i}"}
            for i in range(12)
        ]
        rows = [*tickets, {**tickets[0], "ticket_id": "t99", "created_at": datetime(2026, 8, 2)}]
        rows += [{**tickets[0], "ticket_id": "t98", "feature": "API"}]
        reports = product.feature_reports(
            table(POSTS, []), MEMBERS_OF, table(TICKETS, rows), table(IDEAS, [])
        )
        found = by_segment(product.days_to_tenth_account(reports, QUARTER))
        assert 9 == found["App"]["value"]
        assert np.inf == found["API"]["value"]

    def test_the_latest_public_threads_of_a_feature_are_found(self):
        """A ticket has no thread; an idea stands where it was written."""
        found = product.feature_threads(self.reports(), QUARTER)
        assert [("API", "p3"), ("App", "p1")] == list(
            zip(found["feature"], found["thread_id"], strict=True)
        )

    def test_only_so_many_threads_of_a_feature_the_latest_first(self):
        posts = [
            {"post_id": f"p{i}", "thread_id": f"p{i}", "posted_at": datetime(2026, 8, i)}
            | {"kind": "question", "feature": "App", "member_id": "m1"}
            for i in range(1, 6)
        ]
        reports = product.feature_reports(
            table(POSTS, posts), MEMBERS_OF, table(TICKETS, []), table(IDEAS, [])
        )
        found = product.feature_threads(reports, QUARTER, most=2)
        assert ["p5", "p4"] == list(found["thread_id"])

    def test_without_reports_there_is_no_data(self):
        empty = product.feature_reports(
            table(POSTS, []), MEMBERS_OF, table(TICKETS, []), table(IDEAS, [])
        )
        assert "no_data" == status(product.feature_pain(empty, QUARTER))
        assert "no_data" == status(product.feature_rank(empty, QUARTER))
        assert "no_data" == status(product.days_to_tenth_account(empty, QUARTER))
        assert (
            "no_data" == only(product.feature_revenue(empty, table(REVENUE, []), QUARTER))["status"]
        )


class TestNegativeShare:
    """A tool that calls every complaint by its name, and a tenth of the rest a complaint too."""

    def texts(self, complaints, *, feature="App", labelled=0, quarter="2026-Q3", drawn=True):
        rows = []
        for i in range(200):
            truth = "negative" if i < complaints else "neutral"
            said = "negative" if i < complaints or i % 20 < 2 else "neutral"
            by_hand = truth if i * labelled // 200 != (i + 1) * labelled // 200 else ""
            rows.append(
                {"quarter": quarter, "person": f"a{i}", "feature": feature, "by_hand": by_hand}
                | {"by_tool": said, "out_of_fold": said, "is_drawn": drawn}
            )
        return rows

    def found(self, *rows):
        texts = pd.DataFrame([text for some in rows for text in some])
        return by_segment(product.feature_negative_share(texts, QUARTER))

    def test_what_the_tool_got_wrong_among_labelled_texts_is_taken_out(self):
        """60 of 200 complain, the tool says 74; every second text is labelled."""
        row = self.found(self.texts(60, labelled=100))["App"]
        assert 0.3 == pytest.approx(row["value"])
        assert row["low"] < 0.3 < row["high"]
        assert (200, 200, 0.95) == (row["n"], row["persons"], row["level"])

    def test_the_most_negative_feature_stands_first(self):
        rows = self.texts(20, labelled=100), self.texts(90, feature="API", labelled=100)
        assert ["API", "App"] == list(self.found(*rows))

    def test_without_labels_of_its_own_it_is_freed_of_the_errors_that_others_show(self):
        """
        API: 30 of 100 labelled complain and all are found; of 70 others 7 are called so too.

        App: 120 complain, and 8 of the other 80 are called so: (0.64 − 0.1) / (1 − 0.1) = 0.6.
        """
        earlier = self.texts(60, feature="API", labelled=100, quarter="2026-Q2")
        found = self.found(earlier, self.texts(120))
        assert {"App"} == set(found)
        row = found["App"]
        assert 0.6 == pytest.approx(row["value"])
        error = math.sqrt(0.64 * 0.36 / 200 + 0.4**2 * 0.1 * 0.9 / 70) / 0.9
        assert 0.6 - 1.96 * error == pytest.approx(row["low"], abs=1e-4)

    def test_a_tool_that_tells_nothing_says_nothing_of_a_feature(self):
        rows = self.texts(60, feature="API", labelled=100, quarter="2026-Q2")
        blind = [row | {"by_tool": "neutral", "out_of_fold": "neutral"} for row in rows]
        assert "not_applicable" == self.found(blind, self.texts(60))["App"]["status"]

    def test_with_fewer_than_100_labels_nobody_knows(self):
        assert "not_applicable" == self.found(self.texts(60, labelled=99))["App"]["status"]

    def test_texts_that_are_there_for_their_label_alone_do_not_count(self):
        assert {""} == set(self.found(self.texts(60, labelled=100, drawn=False)))

    def test_texts_in_an_unknown_language_are_left_out_and_counted(self):
        rows = self.texts(60, labelled=100)
        rows += [row | {"by_tool": "not_applicable", "by_hand": ""} for row in rows[:7]]
        row = self.found(rows)["App"]
        assert (200, 7) == (row["n"], row["left_out"])

    def test_a_feature_of_which_nothing_can_be_judged_has_no_data(self):
        rows = self.texts(60, labelled=100)
        unknown = {"by_tool": "not_applicable", "by_hand": "", "feature": "API"}
        assert "no_data" == self.found(rows, [rows[0] | unknown])["API"]["status"]


class TestBusinessGoals:
    def test_every_kind_of_goal_has_its_metric(self):
        kinds = PLANS["business_goals"].column("kind").allowed
        metrics = business_goals.METRICS.values()
        assert set(kinds) == set(business_goals.METRICS)
        defined = [getattr(measurement, name, getattr(roi, name, None)) for name in metrics]
        assert all(map(callable, defined))

    def test_the_weightiest_goal_is_told_first_and_one_without_a_kind_not_at_all(self):
        goals = pd.DataFrame(
            [("B1", "retention", 0.2), ("B2", "scaling", 0.5), ("B3", None, 0.9)],
            columns=["business_goal_id", "kind", "weight"],
        )
        assert {"B2": "scaled_coverage", "B1": "renewal_rate"} == (
            found := business_goals.metrics_of_goals(goals)
        )
        assert ["B2", "B1"] == list(found)


class TestAvoidableCost:
    def test_it_is_told_with_the_range_of_what_is_believed(self):
        """A triangular of 10, 20, 30: P10 and P90 are 10 + √20 and 30 − √20."""
        known = assumed(assumption(AVOIDABLE_TICKET_COST, 20.0, 10.0, 30.0, "triangular"))
        row = only(support.avoidable_cost_per_ticket(known, QUARTER))
        expected = [10 + math.sqrt(20), 20, 30 - math.sqrt(20)]
        assert expected == pytest.approx(list(row[["low", "value", "high"]]), abs=0.02)

    def test_where_nobody_assumes_one_there_is_none(self):
        assert "no_data" == status(support.avoidable_cost_per_ticket(assumed(), QUARTER))
