"""Awareness, reviews, customers gained and renewals: by hand and at the edges."""

from datetime import date

import pandas as pd
import pytest

from conftest import table
from tacheles import measurement
from tacheles.contract import ACCOUNTS, ADVOCACY, PARTNER_METRICS, RENEWALS
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1, time_zone="Europe/Berlin")


def partner_metrics(*rows: tuple[str, str, float]):
    return table(
        PARTNER_METRICS,
        [
            {"department": "marketing", "metric": metric, "value": value}
            | {"month": date.fromisoformat(month)}
            for metric, month, value in rows
        ],
    )


def accounts(*rows: dict):
    return table(ACCOUNTS, [{"account_id": f"A{i}", **row} for i, row in enumerate(rows)])


def renewals(*rows: tuple[str, bool, float | None]):
    return table(
        RENEWALS,
        [
            {"account_id": f"A{i}", "due_on": date.fromisoformat(due), "renewed": renewed}
            | {"amount": amount}
            for i, (due, renewed, amount) in enumerate(rows)
        ],
    )


class TestAidedAwareness:
    def test_the_last_wave_of_the_quarter(self):
        numbers = partner_metrics(
            ("aided_awareness", "2026-01-01", 0.2),
            ("aided_awareness", "2026-03-01", 0.3),
            ("aided_awareness", "2026-04-01", 0.9),
            ("leads", "2026-03-01", 7),
        )
        found = measurement.aided_awareness(numbers, Q1).iloc[-1]
        assert (0.3, "ok") == (found["value"], found["status"])
        assert pd.isna(found["low"])

    def test_a_quarter_without_a_wave(self):
        assert "no_data" == measurement.aided_awareness(partner_metrics(), Q1).iloc[-1]["status"]


class TestReviewScore:
    def reviews(self, *rows: dict):
        kind = {"acted_at": "2026-02-01", "kind": "review", "platform": "OMR"}
        return table(ADVOCACY, [kind | {"member_id": f"m{i}"} | row for i, row in enumerate(rows)])

    def test_each_platform_on_its_own_scale(self):
        found = measurement.review_score(
            self.reviews(
                {"score": 5}, {"score": 3}, {"score": 10, "platform": "Capterra"}, {"score": None}
            ),
            partner_metrics(),
            Q1,
        ).set_index("segment")
        assert (4.0, 2, 1) == tuple(found.loc["OMR", ["value", "n", "left_out"]])
        assert (10.0, 1) == tuple(found.loc["Capterra", ["value", "n"]])

    def test_without_reviews_a_department_s_own_number(self):
        other = self.reviews({"kind": "reference"})
        numbers = partner_metrics(("review_score", "2026-02-01", 4.2))
        found = measurement.review_score(other, numbers, Q1)
        assert [("", 4.2)] == list(zip(found["segment"], found["value"], strict=True))


class TestCustomersGained:
    def test_started_and_net_of_ended(self):
        rows = accounts(
            {"started_on": date(2026, 1, 1)},
            {"started_on": date(2026, 3, 31)},
            {"started_on": date(2026, 4, 1)},
            {"started_on": date(2024, 1, 1), "ended_on": date(2026, 2, 1)},
        )
        gained = measurement.customers_gained(rows, Q1).iloc[-1]
        net = measurement.net_customers_gained(rows, Q1).iloc[-1]
        assert (2, 1) == (gained["value"], net["value"])
        assert (3, 3) == (net["n"], net["persons"])

    def test_more_can_go_than_come(self):
        rows = accounts({"started_on": date(2024, 1, 1), "ended_on": date(2026, 2, 1)})
        assert -1 == measurement.net_customers_gained(rows, Q1).iloc[-1]["value"]

    def test_a_quarter_before_the_first_customer_is_unknown(self):
        rows = accounts({"started_on": date(2026, 1, 1)})
        two = last_quarters("2026-Q1", 2)
        found = measurement.customers_gained(rows, two)
        assert ["no_data", "ok"] == found["status"].tolist()

    def test_the_community_s_part_is_a_description(self):
        rows = accounts(
            {"started_on": date(2026, 1, 1), "first_community_at": "2026-03-31T21:59"},
            {"started_on": date(2026, 1, 1), "first_community_at": "2026-03-31T22:01"},
            {"started_on": date(2026, 1, 1)},
            {"started_on": date(2026, 1, 1), "first_community_at": "2025-01-01"},
        )
        found = measurement.community_share_of_customers_gained(rows, Q1).iloc[-1]
        assert (0.5, 4) == (found["value"], found["n"])


class TestRenewalRate:
    def test_renewed_of_due(self):
        rows = renewals(
            ("2026-01-01", True, 100), ("2026-03-31", False, 300), ("2026-04-01", True, 5)
        )
        found = measurement.renewal_rate(rows, Q1).iloc[-1]
        assert (0.5, 2, 2) == (found["value"], found["n"], found["persons"])

    def test_who_renewed_early_is_not_due_yet(self):
        """Else the running quarter looks better than it will be."""
        running = last_quarters(
            "2026-Q1", 1, exported_at=pd.Timestamp("2026-02-15T12:00").to_pydatetime()
        )
        rows = renewals(("2026-02-14", False, 1), ("2026-02-15", True, 1), ("2026-03-01", True, 1))
        found = measurement.renewal_rate(rows, running).iloc[-1]
        assert (0.0, 1, 2) == (found["value"], found["n"], found["left_out"])

    def test_nothing_due_yet_is_not_mature(self):
        running = last_quarters(
            "2026-Q1", 1, exported_at=pd.Timestamp("2026-02-15").to_pydatetime()
        )
        found = measurement.renewal_rate(renewals(("2026-03-01", True, 1)), running).iloc[-1]
        assert "not_mature" == found["status"]

    def test_by_amount_a_large_contract_weighs_more(self):
        """100 of 400; residuals 75 and −75: √(11,250 · 2 / 1) / 400 = 0.375, times 12.706."""
        rows = renewals(
            ("2026-01-01", True, 100), ("2026-03-31", False, 300), ("2026-03-01", True, None)
        )
        found = measurement.renewal_rate_by_amount(rows, Q1).iloc[-1]
        assert (0.25, 2, 1) == (found["value"], found["n"], found["left_out"])
        assert (0, 1) == (found["low"], found["high"])

    def test_by_amount_the_interval_is_that_of_a_ratio(self):
        """Ten of 100, eight renewed: residuals 20 and −80, so √(16,000 · 10 / 9) / 1,000 = 2/15."""
        rows = renewals(*(("2026-01-01", place < 8, 100) for place in range(10)))
        found = measurement.renewal_rate_by_amount(rows, Q1).iloc[-1]
        assert 0.8 - 2.26216 * 2 / 15 == pytest.approx(found["low"], abs=1e-4)
        assert 1 == found["high"]

    def test_by_membership_on_the_day_it_was_due(self):
        customers = accounts(
            {"started_on": date(2024, 1, 1), "first_community_at": "2025-01-01"},
            {"started_on": date(2024, 1, 1), "first_community_at": "2026-03-01"},
            {"started_on": date(2024, 1, 1)},
        )
        rows = renewals(("2026-02-01", True, 1), ("2026-02-01", True, 1), ("2026-02-01", False, 1))
        found = measurement.renewal_rate_by_membership(rows, customers, Q1).set_index("segment")
        assert (1.0, 1) == tuple(found.loc["members", ["value", "n"]])
        assert (0.5, 2) == tuple(found.loc["others", ["value", "n"]])
