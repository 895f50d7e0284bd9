"""Tables prepared for each design; what it found comes out in the claim's own units."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from tacheles import table_file
from tacheles.contract import (
    ACCOUNTS,
    DEALS,
    EXPERIMENTS,
    IDEAS,
    LABELS,
    POSTS,
    RENEWALS,
    REVENUE,
    TICKETS,
    USAGE,
)
from tacheles.quarter import last_quarters
from tacheles.roi import compared, effects, over_accounts, over_time, unmeasured
from tests.roi_tables import claim, outcome, programme, table

#: A year and a half in which everything happens on Wednesdays at noon.
QUARTERS = last_quarters("2026-Q2", 2, time_zone="Europe/Berlin")
FIRST_WEDNESDAY = date(2024, 12, 4)
WEEKS = 82
START = date(2026, 1, 5)

NO_LABELS = table_file.frame(table(LABELS, []), LABELS)


def tickets(rows):
    """Tickets by hand: numbered."""
    numbered = [{"ticket_id": f"t{i}"} | row for i, row in enumerate(rows)]
    return table(TICKETS, numbered)


def weekly(counts, **more):
    """So many tickets of a category every Wednesday."""
    return [
        {
            "created_at": datetime.combine(FIRST_WEDNESDAY, datetime.min.time())
            + timedelta(weeks=week, hours=12),
            "category": category,
        }
        | more
        for category, numbers in counts.items()
        for week, number in enumerate(numbers)
        for _n in range(int(number))
    ]


def accounts(number, **more):
    rows = [
        {"account_id": f"a{i:03d}", "started_on": date(2020, 1, 1)} | more for i in range(number)
    ]
    return table(ACCOUNTS, rows)


def series(effect, size=30, seed=5):
    """How-to tickets and two controls of `size` a week; from START on `effect` more."""
    rng = np.random.default_rng(seed)
    opened = (START - FIRST_WEDNESDAY).days // 7 + 1
    demand = np.exp(rng.normal(0, 0.05, WEEKS))
    change = np.where(np.arange(WEEKS) >= opened, 1 + effect, 1.0)
    controls = {name: rng.poisson(size * demand) for name in ("bug", "billing")}
    # one by one, so that another effect changes nothing before it
    target = [rng.poisson(mean) for mean in size * demand * change]
    return {"how_to": np.array(target), **controls}


def its_claim(**more):
    told = {"design": "interrupted_time_series", "control": "bug; billing"}
    return claim("C1", **(told | {"intervention_on": pd.Timestamp(START)} | more))


class TestTicketsOverTime:
    def found(self, counts, **more):
        claims = pd.DataFrame([its_claim(**more)])
        args = tickets(weekly(counts)), accounts(50), NO_LABELS, ("how_to",), QUARTERS
        (one,) = over_time.tickets_over_time(claims, *args)
        return one

    def test_it_finds_what_fell_and_counts_what_was_observed(self):
        counts = series(-0.4)
        one = self.found(counts)
        low, high = one.change.interval()
        assert low < -0.4 < high < 0
        # the Wednesdays of 7 January to 1 April, whose Monday is still in March, and until 24 June
        after = counts["how_to"][57:]
        assert [after[:13].sum(), after[13:].sum()] == list(one.base)

    def test_units_are_expected_less_observed(self):
        """Fallen by 40 %: for each ticket seen two thirds of one did not come."""
        one = self.found(series(-0.4))
        assert 2 / 3 == pytest.approx(one.effect.value, abs=0.25)

    def test_a_rise_is_a_loss(self):
        assert self.found(series(0.6)).effect.is_fall()

    def test_without_controls_the_design_is_worth_less(self):
        one = self.found(series(0.0), control=None)
        assert "D" == one.evidence.grade

    def test_an_intervention_without_weeks_before_it_is_too_early_to_judge(self):
        one = self.found(series(0.0), intervention_on=pd.Timestamp("2024-12-20"))
        assert "not_mature" == one.effect.status
        later = self.found(series(0.0), intervention_on=pd.Timestamp("2027-01-04"))
        assert "not_mature" == later.effect.status

    def test_without_tickets_there_is_no_data(self):
        assert "no_data" == self.found({}).effect.status

    def test_after_its_horizon_a_claim_counts_no_more(self):
        one = self.found(series(-0.4), horizon_quarters=1)
        assert one.base[1] == 0 < one.base[0]

    def test_an_audit_frees_the_counts_of_errors(self):
        """Every other how-to ticket was recorded as a bug: twice as many are counted."""
        counts = series(0.0)
        rows = weekly({name: counts[name] for name in ("how_to", "bug")})
        labelled = [(f"t{i}", "how_to") for i in range(10)] + [
            (f"t{len(rows) - 1 - i}", "how_to" if i < 10 else "bug") for i in range(20)
        ]
        labels = pd.DataFrame(labelled, columns=["item_id", "label"]).assign(
            kind="ticket_category", labelled_on=pd.Timestamp("2026-06-01"), labeller="L1"
        )
        told = its_claim(control="bug")
        args = tickets(rows), accounts(50), labels, ("how_to",)
        weeks = over_time.weekly_counts(*args, told, QUARTERS)
        assert 2 * counts["how_to"][1:].sum() == pytest.approx(weeks.target.sum())  # whole weeks

    def test_a_week_belongs_to_its_monday_in_local_time(self):
        """Sunday 23:30 in London is Monday in Berlin."""
        rows = [
            {"created_at": datetime(2026, 4, day, 22, 30), "category": "how_to"}
            for day in (5, 12, 19)
        ]
        counts = over_time.weekly_counts(
            tickets(rows), accounts(1), NO_LABELS, ("how_to",), its_claim(control=None), QUARTERS
        )
        assert pd.Timestamp("2026-04-06") == counts.target.index[0]
        assert [1, 1, 1] == list(counts.target[:3])


class TestSmallestVisibleChange:
    def found(self, counts, weeks):
        claims = pd.DataFrame([its_claim()])
        args = tickets(weekly(counts)), accounts(50), NO_LABELS, ("how_to",), QUARTERS
        return over_time.smallest_visible_change(claims, *args, weeks=weeks).iloc[0]

    def test_more_tickets_let_see_smaller(self):
        few, many = (self.found(series(0.0, size), 26)["value"] for size in (6, 60))
        assert -1 < few < many < 0

    def test_it_looks_only_at_the_weeks_before(self):
        assert self.found(series(0.0), 26)["value"] == self.found(series(-0.9), 26)["value"]

    def test_without_tickets_there_is_no_data(self):
        assert "no_data" == self.found({}, 26)["status"]


MONTHS = [date(2025 + m // 12, m % 12 + 1, 1) for m in range(18)]


def joining(number, effect, seed=2):
    """Half of the accounts join in the tenth month, and then send `effect` more tickets."""
    rng = np.random.default_rng(seed)
    joins = [i % 2 == 0 for i in range(number)]
    rows = [
        {
            "created_at": datetime(month.year, month.month, 15, 12),
            "account_id": f"a{i:03d}",
            "category": "how_to",
        }
        for i in range(number)
        for place, month in enumerate(MONTHS)
        for _n in range(rng.poisson(3 * (1 + effect * (joins[i] and place >= 10))))
    ]
    first = {"created_at": datetime(2025, 1, 1, 12), "account_id": "a000", "category": "bug"}
    known = [
        {
            "account_id": f"a{i:03d}",
            "started_on": date(2020, 1, 1),
            "first_community_at": datetime(2025, 11, 2, 9) if joins[i] else None,
        }
        for i in range(number)
    ]
    return tickets([first, *rows]), table(ACCOUNTS, known)


class TestTicketsOverAccounts:
    def found(self, effect, number=100):
        asked, known = joining(number, effect)
        claims = pd.DataFrame([claim("C4")])
        (one,) = over_accounts.tickets_over_accounts(claims, asked, known, ("how_to",), QUARTERS)
        return one

    def test_it_finds_what_joiners_no_longer_ask(self):
        one = self.found(-0.4)
        low, high = one.change.interval()
        assert low < -0.4 < high < 0
        assert 50 == one.persons
        assert one.effect.value > 0

    def test_the_base_is_what_joiners_asked_in_each_quarter(self):
        one = self.found(-0.4)
        asked, _known = joining(100, -0.4)
        rows = asked.to_pandas()
        joined = rows["account_id"].str[-1].astype(int) % 2 == 0
        in_2026 = rows[joined & (rows["created_at"] >= "2026-01-01")]
        by_half = in_2026["created_at"].dt.quarter.value_counts()
        assert [by_half[1], by_half[2]] == list(one.base)
        assert by_half.sum() == one.by_account.sum()

    def test_nobody_joined_means_that_the_design_does_not_apply(self):
        asked, _known = joining(20, 0.0)
        claims = pd.DataFrame([claim("C4")])
        args = asked, accounts(20), ("how_to",), QUARTERS
        (one,) = over_accounts.tickets_over_accounts(claims, *args)
        assert "not_applicable" == one.effect.status

    def test_an_account_has_no_number_before_it_started(self):
        known = table(ACCOUNTS, [{"account_id": "a1", "started_on": date(2025, 2, 10)}])
        rows = [{"created_at": datetime(2025, 3, 4), "account_id": "a1", "category": "how_to"}]
        found = over_accounts.account_months(
            tickets(rows), "created_at", MONTHS[:4], known, QUARTERS
        )
        outcomes = found.outcomes.loc["a1"]
        assert [True, True, False] == list(outcomes.isna())
        assert 1 == outcomes.iloc[2]


def test_revenue_of_joiners_is_counted_as_what_came_in_addition():
    """They pay half as much again: of each euro a third came because they joined."""
    rng = np.random.default_rng(3)
    known = [
        {
            "account_id": f"a{i:03d}",
            "started_on": date(2020, 1, 1),
            "first_community_at": datetime(2025, 11, 2, 9) if i % 2 else None,
        }
        for i in range(100)
    ]
    rows = [
        {
            "account_id": f"a{i:03d}",
            "month": month,
            "kind": "subscription",
            "amount": 100 * rng.lognormal(0, 0.1) * (1.5 if i % 2 and place >= 10 else 1.0),
        }
        for i in range(100)
        for place, month in enumerate(MONTHS)
    ]
    claims = pd.DataFrame([claim("C7", metric="revenue")])
    (one,) = over_accounts.revenue_over_accounts(
        claims, table(REVENUE, rows), table(ACCOUNTS, known), QUARTERS
    )
    assert 0.5 == pytest.approx(one.change.value, abs=0.1)
    assert 1 / 3 == pytest.approx(one.effect.value, abs=0.05)


def due(number, renewed_if_joined, renewed_else, seed=4):
    """Contracts due in May 2026; every second customer joined in summer 2025."""
    rng = np.random.default_rng(seed)
    known, contracts, used = [], [], []
    for i in range(number):
        joined = i % 2 == 0
        name = f"a{i:04d}"
        rate = renewed_if_joined if joined else renewed_else
        known.append(
            {
                "account_id": name,
                "started_on": date(2020, 5, 1 + i % 28),
                "segment": "x",
                "size": "s",
                "csm_tier": "none",
                "first_community_at": datetime(2025, 7, 1) if joined else None,
            }
        )
        contracts.append(
            {"account_id": name, "due_on": date(2026, 5, 2), "renewed": bool(rng.random() < rate)}
        )
        used += [
            {"account_id": name, "month": month, "amount": 10.0 + i % 7} for month in MONTHS[:5]
        ]
    return table(RENEWALS, contracts), table(ACCOUNTS, known), table(USAGE, used)


class TestRenewalsCompared:
    def found(self, *rates, number=400):
        claims = pd.DataFrame([claim("C2", metric="renewal_rate", design="matched_comparison")])
        (one,) = compared.renewals_compared(claims, *due(number, *rates), tickets([]), QUARTERS)
        return one

    def test_it_finds_the_difference_and_applies_it_to_the_members_contracts(self):
        one = self.found(0.95, 0.7)
        low, high = one.effect.interval()
        assert 0 < low < 0.25 < high
        assert [0, 200] == list(one.base)
        assert "D" == one.evidence.grade

    def test_where_nobody_had_joined_there_is_nothing_to_compare(self):
        claims = pd.DataFrame([claim("C2", metric="renewal_rate", design="matched_comparison")])
        contracts, _known, used = due(20, 0.9, 0.9)
        known = table(
            ACCOUNTS,
            [{"account_id": f"a{i:04d}", "started_on": date(2020, 1, 1)} for i in range(20)],
        )
        (one,) = compared.renewals_compared(claims, contracts, known, used, tickets([]), QUARTERS)
        assert "no_data" == one.effect.status

    def test_contracts_due_after_the_export_are_not_failures(self):
        contracts = table(
            RENEWALS, [{"account_id": "a0000", "due_on": date(2026, 7, 1), "renewed": True}]
        )
        _contracts, known, used = due(2, 1.0, 1.0)
        claims = pd.DataFrame([claim("C2", metric="renewal_rate", design="matched_comparison")])
        (one,) = compared.renewals_compared(claims, contracts, known, used, tickets([]), QUARTERS)
        assert "no_data" == one.effect.status


class TestRenewalsEncouraged:
    def found(self, moved):
        """Every second customer is invited; of the invited `moved` join, and all who join renew."""
        rng = np.random.default_rng(5)
        known, contracts, arms = [], [], []
        for i in range(600):
            invited = i % 2 == 0
            joins = rng.random() < (moved if invited else 0.1)
            name = f"a{i:04d}"
            at = datetime(2026, 2, 1) if joins else None
            known.append(
                {"account_id": name, "started_on": date(2020, 1, 1), "first_community_at": at}
            )
            kept = bool(joins or i // 2 % 5 < 3)
            contracts.append({"account_id": name, "due_on": date(2026, 5, 1), "renewed": kept})
            arm = "invited" if invited else "control"
            arms.append(
                {
                    "experiment_id": "X2",
                    "unit_id": name,
                    "arm": arm,
                    "assigned_at": datetime(2026, 1, 15),
                }
            )
        claims = pd.DataFrame(
            [claim("C2", metric="renewal_rate", design="encouragement", population="X2")]
        )
        (one,) = compared.renewals_encouraged(
            claims,
            table(RENEWALS, contracts),
            table(ACCOUNTS, known),
            table(EXPERIMENTS, arms),
            QUARTERS,
        )
        return one

    def test_joining_keeps_what_it_moved(self):
        """Without joining 60 % renew, with it all: 40 points."""
        one = self.found(0.6)
        low, high = one.effect.interval()
        assert low < 0.4 < high
        assert "B" == one.evidence.grade

    def test_an_invitation_that_moves_nobody_tells_nothing(self):
        assert "not_applicable" == self.found(0.1).effect.status


class TestDealsCompared:
    def found(self, wins_with, wins_without):
        rng = np.random.default_rng(6)
        rows = [
            {
                "deal_id": f"d{i:04d}",
                "created_on": date(2025, 1 + i % 12, 1),
                "closed_on": date(2026, 5, 4),
                "stage": "won" if rng.random() < (wins_with if i % 2 else wins_without) else "lost",
                "amount": 1000.0 + i % 5,
                "source": "web" if i % 3 else "fair",
                "needed_reference": True,
                "had_reference": bool(i % 2),
            }
            for i in range(400)
        ]
        claims = pd.DataFrame([claim("C3", metric="win_rate", design="matched_comparison")])
        (one,) = compared.deals_compared(claims, table(DEALS, rows), QUARTERS)
        return one

    def test_it_finds_the_difference_and_applies_it_to_deals_with_a_reference(self):
        one = self.found(0.6, 0.3)
        assert 0.3 == pytest.approx(one.effect.value, abs=0.1)
        assert [0, 200] == list(one.base)

    def test_without_deals_there_is_no_data(self):
        claims = pd.DataFrame([claim("C3", metric="win_rate", design="matched_comparison")])
        (one,) = compared.deals_compared(claims, table(DEALS, []), QUARTERS)
        assert "no_data" == one.effect.status


class TestUnmeasured:
    def test_views_count_in_the_quarter_in_which_an_answer_was_accepted(self):
        rows = [
            {"post_id": "q1", "thread_id": "q1", "kind": "question", "views": 70},
            {"post_id": "r1", "thread_id": "q1", "kind": "answer", "views": 40}
            | {"is_accepted": True, "accepted_at": datetime(2026, 5, 1)},
            {"post_id": "r2", "thread_id": "q1", "kind": "answer", "views": 5},
            {"post_id": "q2", "thread_id": "q2", "kind": "question", "views": 9},
            {"post_id": "r3", "thread_id": "q2", "kind": "answer", "is_accepted": True}
            | {"accepted_at": datetime(2026, 2, 1)},
        ]
        posts = table(POSTS, [row | {"posted_at": datetime(2026, 1, 10)} for row in rows])
        claims = pd.DataFrame([claim("C6", metric="naive_deflection", design="multiplier")])
        (one,) = unmeasured.unproven(claims, posts, table(IDEAS, []), QUARTERS)
        assert [9, 40] == list(one.base)  # the answer without views has those of its question
        assert "E" == one.evidence.grade

    def test_a_delivered_idea_is_a_unit_and_its_grade_an_opinion(self):
        rows = [
            {"idea_id": "i1", "status": "delivered", "status_at": datetime(2026, 4, 2)},
            {"idea_id": "i2", "status": "planned", "status_at": datetime(2026, 4, 2)},
        ]
        told = {"created_at": datetime(2026, 1, 1), "feature": "x", "votes": 3}
        ideas = table(IDEAS, [row | told for row in rows])
        claims = pd.DataFrame([claim("C5", metric="delivered_votes_share", design="opinion")])
        (one,) = unmeasured.unproven(claims, table(POSTS, []), ideas, QUARTERS)
        assert [0, 1] == list(one.base)
        assert "F" == one.evidence.grade


class TestChanges:
    def test_each_effect_is_told_with_its_grade_by_its_own_definition(self):
        outcomes = [
            outcome("C1", [50], -0.2, design="interrupted_time_series"),
            outcome("C4", [50], -0.1),
            outcome("C2", [50], 0.03, metric="renewal_rate", design="matched_comparison"),
            outcome("C3", [50], 0.04, metric="win_rate", design="matched_comparison"),
            outcome("C7", [50], 0.05, metric="revenue"),
        ]
        told = {
            "C1": effects.tickets_change_over_time,
            "C4": effects.tickets_change_of_joiners,
            "C2": effects.renewal_difference,
            "C3": effects.win_rate_difference,
            "C7": effects.revenue_change_of_joiners,
        }
        for name, define in told.items():
            rows = define(outcomes, QUARTERS)
            assert [name] == list(rows["segment"])
            assert rows["grade"].iloc[0] in ("C", "D")
            assert 0.9 == rows["level"].iloc[0]

    def test_without_such_a_claim_it_does_not_apply(self):
        found = effects.win_rate_difference([outcome("C1", [5])], QUARTERS)
        assert ["not_applicable"] == list(found["status"])

    def test_units_are_told_by_quarter_with_the_interval_of_the_effect(self):
        program = programme(
            outcome("C1", [50, 100], 0.5, spread=0.5), paid=[1, 1], quarters=QUARTERS
        )
        rows = effects.avoided_tickets(program, QUARTERS)
        assert [25, 50] == pytest.approx(list(rows["value"]), abs=0.1)
        assert [2.5, 5] == pytest.approx(list(rows["low"]), abs=0.2)
        assert [50, 100] == list(rows["n"])

    def test_contracts_are_no_tickets(self):
        program = programme(
            outcome("C2", [50, 100], 0.1, metric="renewal_rate", unit_value="A_margin"),
            paid=[1, 1],
            quarters=QUARTERS,
        )
        found = effects.avoided_tickets(program, QUARTERS)
        assert ["not_applicable"] == list(found["status"])
        assert [5, 10] == pytest.approx(list(effects.contracts_kept(program, QUARTERS)["value"]))
