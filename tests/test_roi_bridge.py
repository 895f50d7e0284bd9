"""From the usual formula to what can be defended: it adds up to the cent."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacheles.estimate import COLUMNS, Estimates
from tacheles.roi import bridge, returns
from tacheles.roi.money import DEFLECTION_MULTIPLIER
from tests.roi_tables import QUARTER, assumed, outcome, programme


def naive(value):
    rows = pd.DataFrame({"quarter": list(QUARTER), "value": [value]})
    return Estimates(rows.reindex(columns=COLUMNS))


def steps(program, promised):
    rows = bridge.return_bridge(program, naive(promised), QUARTER)
    return dict(zip(rows["segment"], rows["value"], strict=True))


def test_each_step_takes_away_what_cannot_be_defended():
    """10,000 promised; 100 tickets measured, at 60 full and 20 avoidable; 5 deals not proven."""
    program = programme(
        outcome("C1", [100]),
        outcome("C2", [5], metric="win_rate", unit_value="A_margin", design="opinion"),
        pool=1500,
        known=assumed(rate=0.0),
    )
    assert {
        "usual_formula": 10_000,
        "measured_effect": -4_000,
        "avoidable_cost": -4_000,
        "other_claims": 20_000,
        "below_threshold": -20_000,
        "counted_once": -500,
        "full_cost": -1_000,
        "discounting": 0,
        "defensible": 500,
    } == steps(program, 10_000.0)


def test_a_claim_on_the_usual_formula_is_where_the_bridge_begins():
    formula = outcome("C1", [100], metric="naive_deflection", design="multiplier")
    formula = replace(formula, multiplier=DEFLECTION_MULTIPLIER)
    with_it = programme(outcome("C2", [100]), formula)
    assert steps(programme(outcome("C2", [100])), 10.0) == steps(with_it, 10.0)


@settings(max_examples=20, deadline=None)
@given(
    promised=st.floats(0, 1e6),
    units=st.lists(st.floats(-100, 1000), min_size=1, max_size=3),
    paid=st.floats(1, 1e5),
    rate=st.floats(0, 0.3),
    pool=st.floats(0, 1e5),
)
def test_it_adds_up_to_the_cent(promised, units, paid, rate, pool):
    outcomes = [outcome(f"C{i}", [1], one, spread=0.3) for i, one in enumerate(units)]
    program = programme(*outcomes, paid=[paid], pool=pool, known=assumed(rate=rate))
    found = [round(100 * value) for value in steps(program, promised).values()]
    assert sum(found[:-1]) == found[-1]
    headline = returns.net_present_value(program, QUARTER)["value"].iloc[0]
    assert headline == pytest.approx(found[-1] / 100, abs=0.006)


def test_without_a_claim_that_counts_there_is_no_bridge():
    found = bridge.return_bridge(
        programme(outcome("C1", [1], design="opinion")), naive(1.0), QUARTER
    )
    assert ["not_applicable"] == list(found["status"])


def test_without_the_usual_formula_there_is_no_beginning():
    found = bridge.return_bridge(programme(outcome("C1", [1])), naive(np.nan), QUARTER)
    assert ["no_data"] == list(found["status"])
