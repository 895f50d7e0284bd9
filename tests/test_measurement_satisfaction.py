"""Satisfaction: by hand and at the edges."""

import math

import pandas as pd
import pytest

from conftest import table
from tacheles import measurement
from tacheles.contract import ACCOUNTS, SURVEYS
from tacheles.estimate import latest_change
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)


def answers(instrument: str, *given: float, at: str = "2026-02-01", **more: object) -> list[dict]:
    return [
        {"response_id": f"{at}{instrument}{i}", "responded_at": at, "instrument": instrument}
        | {"answer": float(answer), "member_id": f"m{i}", **more}
        for i, answer in enumerate(given)
    ]


def surveys(*rows: dict):
    return table(SURVEYS, list(rows))


class TestCustomerSatisfactionScore:
    def test_fours_and_fives_of_five(self):
        found = measurement.customer_satisfaction_score(
            surveys(*answers("csat", 5, 4, 3, 1)), Q1
        ).iloc[-1]
        assert (0.5, 4, 4) == (found["value"], found["n"], found["persons"])
        assert (0.150, 0.850) == (
            pytest.approx(found["low"], abs=1e-3),
            pytest.approx(found["high"], abs=1e-3),
        )

    def test_an_answer_on_another_scale_is_left_out(self):
        found = measurement.customer_satisfaction_score(
            surveys(*answers("csat", 5, 9, 0)), Q1
        ).iloc[-1]
        assert (1.0, 1, 2) == (found["value"], found["n"], found["left_out"])

    def test_of_one_thing_asked_about(self):
        rows = answers("csat", 5, item="forum") + answers(
            "csat", 1, at="2026-02-02", item="support"
        )
        found = measurement.customer_satisfaction_score(surveys(*rows), Q1, item="forum").iloc[-1]
        assert (1.0, 1) == (found["value"], found["n"])
        assert "customer_satisfaction_score(item='forum')" == found["metric"]

    def test_nobody_answered(self):
        found = measurement.customer_satisfaction_score(surveys(*answers("nps", 5)), Q1).iloc[-1]
        assert "no_data" == found["status"]


class TestNetPromoterScore:
    def test_five_promoters_three_passives_two_detractors(self):
        """METRICS S3: 30 ± 48.4."""
        rows = answers("nps", 9, 9, 10, 10, 10, 7, 8, 8, 6, 0)
        found = measurement.net_promoter_score(surveys(*rows), Q1).iloc[-1]
        assert 30 == pytest.approx(found["value"])
        assert 48.4 == pytest.approx(found["high"] - found["value"], abs=0.05)
        assert 48.4 == pytest.approx(found["value"] - found["low"], abs=0.05)

    def test_fewer_than_thirty_answers_name_no_direction(self):
        """From −100 to 100, and still nobody may say that it rose."""
        before = answers("nps", *[0] * 29, at="2025-11-01")
        now = answers("nps", *[10] * 40)
        two = last_quarters("2026-Q1", 2)
        change = latest_change(measurement.net_promoter_score(surveys(*before, *now), two))
        assert 200 == change["value"]
        assert (-math.inf, math.inf) == (change["low"], change["high"])

    def test_thirty_answers_do(self):
        before = answers("nps", *[0] * 15, *[5] * 15, at="2025-11-01")
        now = answers("nps", *[10] * 30)
        two = last_quarters("2026-Q1", 2)
        change = latest_change(measurement.net_promoter_score(surveys(*before, *now), two))
        assert 0 < change["low"]

    def test_the_same_person_counts_once_behind_the_number(self):
        rows = answers("nps", 9, 9) + answers("nps", 9, at="2026-03-01")
        found = measurement.net_promoter_score(surveys(*rows), Q1).iloc[-1]
        assert (3, 2) == (found["n"], found["persons"])


class TestCustomerEffortScore:
    def test_the_mean_of_seven_points(self):
        """4, 5, 6: mean 5, sd 1, by √3; t with two degrees of freedom is 4.303."""
        found = measurement.customer_effort_score(surveys(*answers("ces", 4, 5, 6)), Q1).iloc[-1]
        assert (5, 3) == (found["value"], found["n"])
        assert 5 + 4.3027 / math.sqrt(3) == pytest.approx(found["high"], abs=1e-3)

    def test_variants_are_never_mixed(self):
        rows = answers("ces", 7, item="agree") + answers("ces", 2, at="2026-02-02", item="effort")
        mixed = measurement.customer_effort_score(surveys(*rows), Q1).iloc[-1]
        one = measurement.customer_effort_score(surveys(*rows), Q1, item="agree").iloc[-1]
        assert "not_applicable" == mixed["status"]
        assert 7 == one["value"]

    def test_another_scale_is_left_out(self):
        found = measurement.customer_effort_score(surveys(*answers("ces", 9, 6)), Q1).iloc[-1]
        assert (6, 1) == (found["value"], found["left_out"])


class TestByMembership:
    """A description: who is in the community when answering."""

    @pytest.fixture
    def accounts(self):
        day = pd.Timestamp("2024-01-01").date()
        return table(
            ACCOUNTS,
            [
                {"account_id": "in", "started_on": day, "first_community_at": "2025-06-01"},
                {"account_id": "later", "started_on": day, "first_community_at": "2026-03-01"},
                {"account_id": "never", "started_on": day},
            ],
        )

    def test_satisfaction(self, accounts):
        rows = [
            *answers("csat", 5, at="2026-02-01", account_id="in"),
            *answers("csat", 1, at="2026-02-02", account_id="later"),
            *answers("csat", 5, at="2026-02-03", account_id="never"),
            *answers("csat", 5, at="2026-02-04", account_id="unknown"),
        ]
        found = measurement.satisfaction_by_membership(surveys(*rows), accounts, Q1)
        found = found.set_index("segment")
        assert (1.0, 1) == tuple(found.loc["members", ["value", "n"]])
        assert (0.5, 2, 1) == tuple(found.loc["others", ["value", "n", "left_out"]])

    def test_net_promoters(self, accounts):
        rows = [
            *answers("nps", 10, at="2026-02-01", account_id="in"),
            *answers("nps", 3, at="2026-02-02", account_id="never"),
        ]
        found = measurement.net_promoter_score_by_membership(surveys(*rows), accounts, Q1)
        assert [("members", 100.0), ("others", -100.0)] == list(
            zip(found["segment"], found["value"], strict=True)
        )
