"""What support got: its cost per ticket, and what customers say of its answers."""

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import by_quarter, metric, rates
from tacheles.quarter import Quarters
from tacheles.roi.money import AVOIDABLE_TICKET_COST, Assumed
from tacheles.roi.partner import of_partner
from tacheles.roi.returns import likely

#: Answers to a satisfaction question that count as satisfied, on a scale to 5.
_SATISFIED = 4


@metric(unit="money", better="down")
def cost_per_ticket(
    partner_metrics: ir.Table, tickets: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    What support cost in the quarter in full, by the tickets that it solved in the quarter.

    Parameters
    ----------
    partner_metrics : ibis.Table
        One row per department, metric and month (:data:`contract.PARTNER_METRICS`): `support_cost`.
    tickets : ibis.Table
        One row per support ticket (:data:`contract.TICKETS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts solved tickets. [currency]

    Notes
    -----
    The full cost: most of it stays when a ticket does not come. What goes away is an assumption,
    the avoidable cost, and stands beside it.
    """
    solved = by_quarter(tickets, "solved_at", quarters, n=_.count(), persons=_.account_id.nunique())
    cost = of_partner(partner_metrics, "support_cost", quarters)["sum"]
    some = (solved["n"] > 0).to_numpy() & cost.notna().to_numpy()
    return solved.assign(
        value=np.where(some, cost.to_numpy(float) / np.maximum(solved["n"], 1), np.nan),
        status=np.where(some, "ok", "no_data"),
    )


@metric(unit="share", better="up")
def ticket_csat(tickets: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the answers about solved tickets that gave four or five of five.

    Parameters
    ----------
    tickets : ibis.Table
        One row per support ticket (:data:`contract.TICKETS`).
    quarters : Quarters
        Quarters to report; an answer belongs to the quarter in which its ticket was solved.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter with its Wilson interval; `left_out` counts solved tickets
        without an answer. [share]
    """
    answered = _.satisfaction.notnull()
    counted = by_quarter(
        tickets,
        "solved_at",
        quarters,
        successes=(_.satisfaction >= _SATISFIED).fill_null(False).sum(),
        n=answered.sum(),
        left_out=(~answered).sum(),
        persons=_.account_id.nunique(where=answered),
    )
    return rates(counted)


@metric(unit="money", better="none")
def avoidable_cost_per_ticket(assumed: Assumed, quarters: Quarters) -> pd.DataFrame:
    """
    What goes away when a ticket does not come, as it is assumed: less than its full cost.

    Parameters
    ----------
    assumed : Assumed
        What is assumed (:func:`money.assumed`).
    quarters : Quarters
        Told for the last one.

    Returns
    -------
    DataFrame
        ESTIMATES, one row: the median with the 10th and 90th percentile of what is believed.
        [currency]

    Notes
    -----
    It stands beside :func:`cost_per_ticket`: rent and management stay when a ticket does not come,
    so only this part of it is counted as saved.
    """
    row: dict[str, object] = {"quarter": quarters.until, "persons": 0}
    if AVOIDABLE_TICKET_COST not in assumed:
        return pd.DataFrame([row | {"status": "no_data"}])
    return pd.DataFrame([row | likely(assumed[AVOIDABLE_TICKET_COST]) | {"status": "ok"}])
