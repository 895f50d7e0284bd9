"""
Simulated companies whose truth is known: no effect, a harm, a saving.

One company each, half the size of the sample: an interval of 90 % misses the truth in one company
of ten, so these look at what a wrong sign or a lost factor would break, and the calibration
(`benchmarks/calibration.py`) at how often the truth is held.
"""

import ibis
import pandas as pd
import pytest

from tacheles import words
from tacheles.contract import LABELS
from tacheles.demo import simulate
from tacheles.estimate import COLUMNS, Estimates
from tacheles.quarter import last_quarters
from tacheles.roi import claims, cost, effects, over_time, returns
from tests.roi_tables import assumed, claim, shared_kpis

YEAR = last_quarters("2026-Q3", 4, time_zone="Europe/Berlin")


def company(effect, seed=12):
    """The saving of how-to tickets that is claimed, and what is true."""
    made = simulate(
        seed,
        size=0.5,
        tables=("tickets", "accounts", "costs"),
        texts=False,
        forum_on_how_to=effect,
    )
    tables = {name: ibis.memtable(table) for name, table in made.tables.items()}
    labels = made.labels.reindex(columns=[column.name for column in LABELS.columns])
    row = claim(
        "C1",
        design="interrupted_time_series",
        control="bug;billing;outage",
        intervention_on=pd.Timestamp("2025-10-06"),
    )
    outcomes = over_time.tickets_over_time(
        pd.DataFrame([row]), tables["tickets"], tables["accounts"], labels, ("how_to",), YEAR
    )
    pools = pd.DataFrame({"pool_id": ["P1"], "amount_per_quarter": [84_000.0]})
    costs = cost.costs_by_quarter(tables["costs"], YEAR)
    program = claims.programme(outcomes, assumed(), pools, costs, shared_kpis(), None, "C", YEAR)
    return program, made.truth["realised"]


def headline(program):
    """What the page says first of a company with these claims."""
    row = {"metric": "naive_return_on_investment", "status": "no_data"}
    nothing = Estimates(pd.DataFrame([row]).reindex(columns=COLUMNS))
    return words.returned(
        returns.return_on_investment(program, YEAR),
        nothing,
        returns.probability_of_recovery(program, YEAR),
        returns.net_present_value(program, YEAR),
        nothing,
        effects.tickets_change_over_time(program.outcomes, YEAR),
    )


@pytest.fixture(scope="module")
def saving():
    return company(-0.24)


def test_a_saving_is_found_and_its_size_is_held(saving):
    program, truth = saving
    (one,) = program.outcomes
    low, high = one.change.interval()
    assert low <= truth["forum_on_how_to_average"] <= high
    assert "C" == one.evidence.grade
    fewest, most = (one.base.sum() * limit for limit in one.effect.interval())
    assert fewest <= truth["avoided_how_to_tickets"] <= most


def test_a_saving_that_is_smaller_than_the_cost_is_told_as_that(saving):
    program, truth = saving
    row = returns.return_on_investment(program, YEAR).iloc[0]
    paid = program.costs.amounts.to_numpy().sum()
    expected = truth["avoided_how_to_tickets"] * 20 / paid - 1  # at 20 a ticket
    assert row["low"] <= expected <= row["high"] < 0
    assert 0 == returns.probability_of_recovery(program, YEAR).iloc[0]["value"]


def test_no_effect_is_told_as_costs_that_were_not_recovered():
    program, truth = company(0.0)
    (one,) = program.outcomes
    low, high = one.change.interval()
    assert 0 == truth["avoided_how_to_tickets"]
    assert low < 0 < high
    row = returns.return_on_investment(program, YEAR).iloc[0]
    assert row["high"] < 0
    assert "ok" == row["status"]
    said = headline(program)
    assert "has not recovered its costs" in said.finding
    assert any("No effect on how-to tickets can be told" in one for one in said.sentences)


def test_a_harm_is_told_as_a_return_below_the_loss_of_all_costs():
    program, _truth = company(0.4)
    (one,) = program.outcomes
    assert one.change.is_rise()
    row = returns.return_on_investment(program, YEAR).iloc[0]
    assert row["high"] < -1
    said = headline(program)
    assert "did harm" in said.finding
    assert any("above what was to be expected" in one for one in said.sentences)
