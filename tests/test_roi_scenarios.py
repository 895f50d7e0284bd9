"""What if? Only what a scenario names is held, and the draws stay the same."""

import numpy as np
import pandas as pd
import pytest

from tacheles.errors import TachelesError
from tacheles.roi import returns, scenarios
from tests.roi_tables import QUARTER, assumed, assumption, outcome, programme


def named(*rows):
    return pd.DataFrame(rows, columns=["scenario", "assumption_id", "value"])


def found(program, *rows):
    told = scenarios.scenario_return(program, named(*rows), QUARTER)
    return {row["segment"]: row for row in told.to_dict("records")}


def uncertain(*more):
    known = assumed(assumption("A_ticket", 20.0, 10.0, 30.0, "triangular"))
    return programme(outcome("C1", [100], spread=0.5), paid=[1000], known=known)


def test_a_scenario_gives_an_assumption_its_value():
    """100 tickets for 1,000: at 15 each 50 % come back on top, at 8 each 20 % are lost."""
    program = programme(outcome("C1", [100]), paid=[1000])
    rows = found(program, ("good", "A_ticket", 15.0), ("bad", "A_ticket", 8.0))
    assert ["base", "good", "bad"] == list(rows)
    assert [1.0, 0.5, -0.2] == pytest.approx([row["value"] for row in rows.values()])


def test_the_base_is_the_headline():
    program = uncertain()
    headline = returns.return_on_investment(program, QUARTER).iloc[0]
    base = found(program)["base"]
    assert [headline[name] for name in ("value", "low", "high", "grade", "n")] == [
        base[name] for name in ("value", "low", "high", "grade", "n")
    ]


def test_what_a_scenario_does_not_name_keeps_its_range():
    """With the ticket's cost held the effect alone is uncertain: 0.5 to 1.5 tickets of each."""
    held = found(uncertain(), ("held", "A_ticket", 20.0))["held"]
    assert [0.2, 1.0, 1.8] == pytest.approx([held["low"], held["value"], held["high"]], abs=0.01)


def test_an_assumption_that_moves_nothing_changes_nothing():
    rows = found(uncertain(), ("idle", "A_margin", 9.0))
    assert rows["base"]["value"] == rows["idle"]["value"]


def test_a_scenario_that_names_an_unknown_assumption_is_refused():
    with pytest.raises(TachelesError, match="there is no assumption A_nowhere"):
        found(uncertain(), ("typo", "A_nowhere", 1.0))


def test_where_nothing_counts_no_scenario_has_a_return():
    program = programme(outcome("C1", [1], design="opinion"))
    rows = found(program, ("good", "A_ticket", 15.0))
    assert {"not_applicable"} == {row["status"] for row in rows.values()}
    assert np.isnan(rows["good"]["value"])
