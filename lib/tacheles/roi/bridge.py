"""From the formula of the industry to what can be defended, step by step, to the cent."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tacheles.estimate import Estimates, metric
from tacheles.quarter import Quarters
from tacheles.roi.claims import Programme
from tacheles.roi.effects import TICKETS
from tacheles.roi.money import FULL_TICKET_COST
from tacheles.roi.outcome import Outcome

#: The steps, in their order, each with what it takes away or adds; the first and the last are
#: levels.
STEPS = (
    "usual_formula",
    "measured_effect",
    "avoidable_cost",
    "other_claims",
    "below_threshold",
    "counted_once",
    "full_cost",
    "discounting",
    "defensible",
)


@metric(unit="money", better="none")
def return_bridge(programme: Programme, naive: Estimates, quarters: Quarters) -> pd.DataFrame:
    """
    From what the usual formula promises for the quarters to the net value that can be defended.

    Parameters
    ----------
    programme : Programme
        The claims that count (:func:`claims.programme`).
    naive : Estimates
        Value of deflection by the usual formula (:func:`naive.naive_deflection_value`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per step in the order of :data:`STEPS`, `segment` its name: the first and
        the last are levels, those between the steps from one to the other, which add up to the
        cent. The last one is the net present value of the headline. [currency]

    Notes
    -----
    The levels are medians: the usual formula; the tickets that were measured to be spared, at full
    cost, then at the cost that goes away; the other claims added; those below the threshold left
    out; each euro counted once, within pools and ceiling; less the programme's cost; discounted.
    Claims that rest on the usual formula are the beginning of the bridge and in no later step.
    """
    rows = naive.set_index("quarter").reindex(list(quarters))
    if rows["value"].isna().any() or not programme.counted:
        status = "no_data" if rows["value"].isna().any() else "not_applicable"
        return pd.DataFrame([{"quarter": quarters.until, "persons": 0, "status": status}])
    levels = [float(rows["value"].sum()), *_levels(programme)]
    cents = [round(100 * level) for level in levels]
    steps = [cents[0], *np.diff(cents).tolist(), cents[-1]]
    return pd.DataFrame(
        {
            "quarter": quarters.until,
            "segment": STEPS,
            "value": [step / 100 for step in steps],
            "persons": 0,
            "status": "ok",
        }
    )


def _levels(programme: Programme) -> list[float]:
    """The levels of the bridge after its beginning."""
    flows, inputs = programme.drawn, programme.inputs
    measured = [one for one in programme.known if not one.multiplier]
    tickets = [one for one in measured if one.metric in TICKETS]
    full = sum(
        (programme.units(one, inputs) * inputs[FULL_TICKET_COST]).sum(axis=0) for one in tickets
    )

    counted = sorted(programme.counted)
    kept = _total(programme, counted, flows.kept)
    levels = [
        full,
        _total(programme, _ids(tickets), flows.gross),
        _total(programme, _ids(measured), flows.gross),
        _total(programme, counted, flows.gross),
        kept,
        kept - flows.cost.sum(axis=0),
        flows.net_present_value,
    ]
    return [float(np.median(level)) for level in levels]


def _total(programme: Programme, names: list[str], values: Mapping[str, np.ndarray]) -> np.ndarray:
    """What some claims bring over all quarters, by draw."""
    flow = programme.unfolded({name: values[name] for name in names}, programme.inputs)
    return np.asarray(flow.sum(axis=0))


def _ids(outcomes: list[Outcome]) -> list[str]:
    return [outcome.claim_id for outcome in outcomes]
