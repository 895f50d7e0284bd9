"""Experiments and encouragement from the tables, by hand and by simulation."""

import math
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from conftest import members, table
from tacheles import measurement
from tacheles.contract import ACCOUNTS, ACTIVITY, EXPERIMENTS, TICKETS
from tacheles.evidence.experiment import FEWEST_TO_LOOK, anytime_interval
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)
ASSIGNED = "2026-01-05"


def trial(arms: dict[str, str], at: str = ASSIGNED, **exposed: str):
    return table(
        EXPERIMENTS,
        [
            {"experiment_id": "X", "unit_id": unit, "arm": arm, "assigned_at": at}
            | {"exposed_at": exposed.get(unit)}
            for unit, arm in arms.items()
        ],
    )


def visits(*rows: tuple[str, str]):
    """Acts on one day are told apart by their minute."""
    return table(
        ACTIVITY,
        [
            {"member_id": who, "acted_at": f"{day}T10:{minute:02d}", "type": "visit"}
            for minute, (who, day) in enumerate(rows)
        ],
    )


ARMS = {"a": "digest", "b": "digest", "c": "digest", "d": "control", "e": "control", "f": "control"}
PEOPLE = members(*({"member_id": name} for name in ARMS))


class TestExperimentEffect:
    def effect(self, arms, acts, *, days=28, people=PEOPLE, quarters=Q1) -> pd.Series:
        return measurement.experiment_effect(
            trial(arms), people, visits(*acts), quarters, days=days
        ).iloc[-1]

    def test_the_difference_of_the_arms_means(self):
        """2, 1 and 0 visits against 1, 0 and 0: two thirds; nobody had visited before."""
        acts = [("a", "2026-01-06"), ("a", "2026-01-07"), ("b", "2026-01-08"), ("d", "2026-01-09")]
        found = self.effect(ARMS, acts)
        assert 2 / 3 == pytest.approx(found["value"])
        assert ("A", 6, 0.9) == (found["grade"], found["n"], found["level"])
        # variances 1 and 1/3, each by 3: se 2/3
        half = 1.6449 * math.sqrt(1 / 3 + 1 / 9)
        assert 2 / 3 + half == pytest.approx(found["high"], abs=0.01)

    def test_what_everybody_did_before_is_taken_out(self):
        """Before 2, 1, 0 and 1, 0, 0, and after exactly the same: no effect at all."""
        before = [
            ("a", "2026-01-01"),
            ("a", "2026-01-02"),
            ("b", "2026-01-02"),
            ("d", "2026-01-03"),
        ]
        after = [(who, "2026-01-08") for who, _day in before]
        found = self.effect(ARMS, before + after)
        assert 0 == pytest.approx(found["value"], abs=1e-9)

    def test_visits_outside_the_days_do_not_count(self):
        found = self.effect(ARMS, [("a", "2026-02-03"), ("d", "2025-12-07")])
        assert 0 == found["value"]

    def test_before_the_days_are_over_it_is_not_mature(self):
        found = self.effect(ARMS, [], days=90)
        assert ("not_mature", 6) == (found["status"], found["left_out"])

    def test_a_broken_assignment_stops_it(self):
        """40 to 5 where half and half was planned."""
        arms = {f"m{i}": "digest" if i < 40 else "control" for i in range(45)}
        people = members(*({"member_id": name} for name in arms))
        found = self.effect(arms, [("m1", "2026-01-08")], people=people)
        assert ("not_applicable", "F") == (found["status"], found["grade"])

    def test_an_experiment_with_customers_is_none_of_members(self):
        assert "no_data" == self.effect({"A1": "invited", "A2": "control"}, [])["status"]

    def test_an_experiment_of_one_arm_is_none(self):
        assert "no_data" == self.effect({"a": "digest", "b": "digest"}, [])["status"]


class TestVarianceExplained:
    def explained(self, acts) -> pd.Series:
        return measurement.experiment_variance_explained(
            trial(ARMS), PEOPLE, visits(*acts), Q1, days=28
        ).iloc[-1]

    def test_a_history_that_tells_everything_leaves_no_variance(self):
        before = [("a", "2026-01-01"), ("a", "2026-01-02"), ("d", "2026-01-03")]
        found = self.explained([*before, *((who, "2026-01-08") for who, _day in before)])
        assert (1, 6) == (pytest.approx(found["value"]), found["n"])

    def test_it_is_the_squared_correlation_within_the_arms(self):
        """
        Before 1, 0, 0 | 0, 0, 0 and after 1, 1, 0 | 0, 0, 0.

        Around the arm's means 2/3, −1/3, −1/3 and 1/3, 1/3, −2/3: (1/3)² / (2/3 · 2/3) = 1/4.
        """
        found = self.explained([("a", "2026-01-01"), ("a", "2026-01-08"), ("b", "2026-01-08")])
        assert 0.25 == pytest.approx(found["value"])

    def test_without_a_history_it_is_nothing(self):
        assert 0 == self.explained([("a", "2026-01-08")])["value"]


class TestLookingEarly:
    def test_with_fewer_than_a_hundred_pairs_nobody_looks(self):
        found = measurement.experiment_effect_anytime(trial(ARMS), PEOPLE, visits(), Q1).iloc[-1]
        assert ("not_mature", 3) == (found["status"], found["n"])

    def test_it_is_as_much_wider_than_the_usual_interval_as_the_freedom_costs(self):
        rng = np.random.default_rng(1)
        names = [f"m{i}" for i in range(400)]
        arms = {name: "digest" if i % 2 else "control" for i, name in enumerate(names)}
        acts = [(name, "2026-01-10") for name in names if rng.random() < 0.4]
        acts_table = table(
            ACTIVITY,
            [{"member_id": who, "acted_at": f"{day}T10:00", "type": "visit"} for who, day in acts],
        )
        people = members(*({"member_id": name} for name in names))
        usual = measurement.experiment_effect(trial(arms), people, acts_table, Q1, days=28)
        early = measurement.experiment_effect_anytime(
            trial(arms), people, acts_table, Q1, days=28, pairs_expected=200
        )
        width, usual_width = ((found["high"] - found["low"]).iloc[-1] for found in (early, usual))
        # with as many pairs as expected: √(2 · ln(2 / 0.05²)) against 1.645 of 90 %
        assert math.sqrt(2 * math.log(800)) / 1.645 == pytest.approx(width / usual_width, rel=0.01)
        assert early["value"].iloc[-1] == usual["value"].iloc[-1]

    def test_members_who_have_not_had_their_days_are_left_out(self):
        rows = trial({"a": "digest", "d": "control"}, at="2026-03-20")
        found = measurement.experiment_effect_anytime(rows, PEOPLE, visits(), Q1, days=28).iloc[-1]
        assert ("not_mature", 2) == (found["status"], found["left_out"])

    def test_looking_every_week_is_wrong_in_at_most_65_of_a_thousand(self):
        """
        A thousand experiments without effect, 40 pairs more at each of 50 weekly looks.

        The usual interval is wrong at some look in about a third of them: the figure on its card.
        """
        rng = np.random.default_rng(3)
        wrong = {"early": 0, "usual": 0}
        looks = np.arange(1, 51) * 40
        looks = looks[looks >= FEWEST_TO_LOOK]
        for _ in range(1000):
            apart = rng.poisson(1.2, looks[-1]) - rng.poisson(1.2, looks[-1])
            sums, squares = apart.cumsum()[looks - 1], (apart**2).cumsum()[looks - 1]
            means = sums / looks
            variances = (squares - looks * means**2) / (looks - 1)
            limits = [
                anytime_interval(mean, variance, int(n), prior=500 * variance)
                for mean, variance, n in zip(means, variances, looks, strict=True)
            ]
            wrong["early"] += any(low > 0 or high < 0 for low, high in limits)
            wrong["usual"] += bool((np.abs(means) > 1.96 * np.sqrt(variances / looks)).any())
        assert wrong["early"] <= 65
        assert 250 < wrong["usual"] < 400


def tickets(*rows: tuple[str, str, str]):
    return table(
        TICKETS,
        [
            {"ticket_id": f"t{i}", "account_id": who, "created_at": day, "category": category}
            for i, (who, day, category) in enumerate(rows)
        ],
    )


class TestInvitation:
    @pytest.fixture
    def accounts(self):
        return table(
            ACCOUNTS,
            [{"account_id": f"A{i}", "started_on": date(2024, 1, 1)} for i in range(400)],
        )

    def of(self, accounts, *, moved: int, saved: float, define):
        """200 invited and 200 others; `moved` of the invited join, and each saves tickets."""
        start = datetime.fromisoformat(ASSIGNED)
        arms = {f"A{i}": "invited" if i < 200 else "control" for i in range(400)}
        joins = {f"A{i}": "2026-01-20" for i in range(moved)}
        rows = []
        for i in range(400):
            usual = 2 + i % 3 - (saved if i < moved else 0)
            rows += [
                (f"A{i}", str(start + timedelta(days=k + 1)), "how_to") for k in range(int(usual))
            ]
        rows.append(("A0", "2026-01-08", "bug"))
        return define(trial(arms, **joins), accounts, tickets(*rows), Q1, days=60).iloc[-1]

    def test_intention_to_treat_and_the_effect_on_those_who_were_moved(self, accounts):
        """
        100 of 200 invited join and have 2 tickets less each: −1 on all, −2 on them.

        METRICS X6: an effect of the invitation by the share it moved.
        """
        itt = self.of(accounts, moved=100, saved=2, define=measurement.invitation_effect)
        late = self.of(
            accounts, moved=100, saved=2, define=measurement.joining_effect_by_invitation
        )
        base = self.of(accounts, moved=0, saved=0, define=measurement.invitation_effect)
        assert -1 == pytest.approx(itt["value"] - base["value"])
        assert itt["value"] / 0.5 == pytest.approx(late["value"])
        assert ("B", 400) == (late["grade"], late["n"])
        assert late["high"] < 0

    def test_where_it_moved_too_few_there_is_no_effect_of_joining(self, accounts):
        late = self.of(accounts, moved=2, saved=2, define=measurement.joining_effect_by_invitation)
        assert "not_applicable" == late["status"]


class TestDrawnInvitations:
    @pytest.fixture
    def accounts(self):
        rows = [
            {"account_id": f"A{i:02d}", "started_on": date(2024, 1, 1)}
            | {"size": "large" if i < 10 else "small"}
            for i in range(40)
        ]
        rows += [
            {"account_id": "inside", "started_on": date(2024, 1, 1)}
            | {"first_community_at": "2025-01-01"},
            {"account_id": "gone", "started_on": date(2024, 1, 1), "ended_on": date(2026, 1, 1)},
            {"account_id": "later", "started_on": date(2026, 5, 1)},
        ]
        return table(ACCOUNTS, rows)

    def drawn(self, accounts, seed: int) -> pd.DataFrame:
        return measurement.drawn_invitations(accounts, Q1, experiment="X", seed=seed)

    def test_half_of_each_size_outside_the_community(self, accounts):
        found = self.drawn(accounts, 1)
        assert 40 == len(found)
        large = found["unit_id"] < "A10"
        invited = found["arm"] == "invited"
        assert (5, 15) == ((invited & large).sum(), (invited & ~large).sum())

    def test_the_same_seed_draws_the_same_and_another_others(self, accounts):
        pd.testing.assert_frame_equal(self.drawn(accounts, 1), self.drawn(accounts, 1))
        assert (self.drawn(accounts, 1)["arm"] != self.drawn(accounts, 2)["arm"]).any()

    def test_what_was_drawn_can_be_evaluated(self, accounts):
        drawn = self.drawn(accounts, 1).drop(columns="exposed_at")
        rows = table(EXPERIMENTS, drawn.to_dict("records"))
        a_year_later = last_quarters("2027-Q2", 1)
        asked = tickets(*((name, "2026-07-01", "how_to") for name in drawn["unit_id"]))
        found = measurement.invitation_effect(rows, accounts, asked, a_year_later).iloc[-1]
        assert ("ok", 40, 0) == (found["status"], found["n"], found["value"])


class TestSmallestVisibleEffect:
    def test_from_the_interval_of_an_estimate(self):
        """Sd 0.5; 400 and 400: (1.645 + 0.842) · 0.5 · √(2 / 400) = 0.0879."""
        half = 1.959964 * 0.5 / math.sqrt(100)
        row = pd.Series({"low": 0.5 - half, "high": 0.5 + half, "level": 0.95, "n": 100})
        assert 0.0879 == pytest.approx(measurement.smallest_visible_effect(row, 800), abs=1e-4)
