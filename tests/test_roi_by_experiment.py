"""Claims on which chance decided: the arms' difference, counted where it was caused."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from tacheles.contract import EXPERIMENTS, RENEWALS, REVENUE, TICKETS
from tacheles.quarter import last_quarters
from tacheles.roi import by_experiment, effects
from tests.roi_tables import claim, table

#: Q1 and Q2 2026; everybody is assigned on the first day of Q1.
QUARTERS = last_quarters("2026-Q2", 2)
ASSIGNED = datetime(2026, 1, 1)


def arms(treated, others, at=ASSIGNED):
    units = {f"t{i:03d}": "digest" for i in range(treated)}
    units |= {f"c{i:03d}": "control" for i in range(others)}
    return table(
        EXPERIMENTS,
        [
            {"experiment_id": "X", "unit_id": name, "arm": arm, "assigned_at": at}
            for name, arm in units.items()
        ],
    )


def sent(many, days=10, category="how_to"):
    """So many tickets of each account, one every few days from the assignment on."""
    return [
        {"created_at": ASSIGNED + timedelta(days=days * (k + 1)), "account_id": name}
        | {"category": category}
        for name, number in many.items()
        for k in range(number)
    ]


def measured(metric, experiments, *, tickets=(), revenue=(), renewals=(), **more):
    told = claim("C9", metric=metric, design="experiment", population="X", **more)
    numbered = [{"ticket_id": f"k{i}"} | row for i, row in enumerate(tickets)]
    return by_experiment.measured_by_experiment(
        pd.DataFrame([told]),
        experiments,
        table(TICKETS, numbered),
        ["how_to"],
        table(REVENUE, list(revenue)),
        table(RENEWALS, list(renewals)),
        QUARTERS,
    )[0]


class TestTickets:
    MANY = {f"t{i:03d}": 1 + i % 2 for i in range(40)} | {f"c{i:03d}": 3 + i % 2 for i in range(40)}

    def test_the_arms_difference_is_the_effect_and_fewer_is_a_gain(self):
        """1.5 tickets against 3.5: two fewer each."""
        one = measured("how_to_tickets", arms(40, 40), tickets=sent(self.MANY))
        assert -2 == pytest.approx(one.change.value)
        assert 2 == pytest.approx(one.effect.value)
        assert one.effect.interval()[0] > 0
        assert ("A", 40) == (one.evidence.grade, one.persons)

    def test_it_applies_to_all_who_were_assigned_and_to_the_quarters_by_their_days(self):
        """181 days of 40 accounts: 90 of them in Q1, 91 in Q2."""
        one = measured("how_to_tickets", arms(40, 40), tickets=sent(self.MANY))
        assert [40 * 90 / 181, 40 * 91 / 181] == pytest.approx(list(one.base))

    def test_it_is_counted_for_the_claims_horizon_only(self):
        """A quarter: tickets after it do not count, and no base is left in Q2."""
        late = [
            {"created_at": datetime(2026, 5, 4), "account_id": f"c{i:03d}", "category": "how_to"}
            for i in range(40)
        ]
        rows = [*sent(self.MANY), *late]
        one = measured("how_to_tickets", arms(40, 40), tickets=rows, horizon_quarters=1)
        assert 2 == pytest.approx(one.effect.value)
        assert [40, 0] == pytest.approx(list(one.base))

    def test_tickets_of_another_category_do_not_count(self):
        rows = [*sent(self.MANY), *sent({"t000": 50}, days=1, category="bug")]
        assert -2 == pytest.approx(
            measured("how_to_tickets", arms(40, 40), tickets=rows).change.value
        )

    def test_what_an_account_always_sent_is_no_effect(self):
        """Exactly as many before as after: the difference is explained by it."""
        after = sent(self.MANY)
        before = [row | {"created_at": _mirrored(row)} for row in after]
        one = measured("how_to_tickets", arms(40, 40), tickets=[*before, *after])
        assert 1 == pytest.approx(one.study.variance_reduction)
        assert 0 == pytest.approx(one.change.value, abs=1e-9)

    def test_arms_of_odd_sizes_tell_nothing(self):
        one = measured("how_to_tickets", arms(60, 10), tickets=sent(self.MANY))
        assert ("not_applicable", "F") == (one.effect.status, one.evidence.grade)

    def test_an_experiment_that_is_not_there_has_no_data(self):
        assert "no_data" == measured("how_to_tickets", arms(0, 0)).effect.status

    def test_before_four_weeks_are_over_it_is_too_early(self):
        at = datetime(2026, 6, 5, 12)
        one = measured("how_to_tickets", arms(40, 40, at), tickets=sent(self.MANY))
        assert "not_mature" == one.effect.status


def _mirrored(row):
    """As long before the assignment as the ticket came after it."""
    return ASSIGNED - (row["created_at"] - ASSIGNED)


def test_revenue_is_what_an_account_pays_more():
    """30 against 10 a month, in each of the five months after the first."""
    rows = [
        {"account_id": f"{arm}{i:03d}", "month": date(2026, month, 1), "kind": "subscription"}
        | {"amount": amount + i % 3}
        for arm, amount in (("t", 30.0), ("c", 10.0))
        for i in range(30)
        for month in range(2, 7)
    ]
    rows.append(rows[0] | {"kind": "course", "amount": 999.0})
    one = measured("revenue", arms(30, 30), revenue=rows)
    assert 100 == pytest.approx(one.effect.value)
    told = effects.revenue_difference_by_experiment([one], QUARTERS).iloc[0]
    assert ("A", "C9", 60) == (told["grade"], told["segment"], told["n"])


def test_a_contract_kept_counts_where_it_was_due():
    """Nine of ten against seven of ten; 25 of the treated are due in Q1, 25 in Q2."""
    rows = [
        {"account_id": f"{arm}{i:03d}", "renewed": i % 10 < kept}
        | {"due_on": date(2026, 2 + 3 * (i % 2), 1)}
        for arm, kept in (("t", 9), ("c", 7))
        for i in range(50)
    ]
    rows.append({"account_id": "t000", "renewed": False, "due_on": date(2025, 12, 1)})
    one = measured("renewal_rate", arms(50, 50), renewals=rows)
    assert 0.2 == pytest.approx(one.effect.value)
    assert [25, 25] == list(one.base)
    told = effects.renewal_difference([one], QUARTERS).iloc[0]
    assert ("A", 0.2) == (told["grade"], pytest.approx(told["value"]))


def test_the_order_of_the_rows_changes_nothing():
    rng = np.random.default_rng(1)
    rows = sent(TestTickets.MANY)
    mixed = [rows[i] for i in rng.permutation(len(rows))]
    once, again = (measured("how_to_tickets", arms(40, 40), tickets=it) for it in (rows, mixed))
    assert list(once.effect.draws) == list(again.effect.draws)
