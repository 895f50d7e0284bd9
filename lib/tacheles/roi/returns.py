"""What came back: return, net present value, payback, and what each claim adds to them."""

from collections.abc import Mapping, Sequence

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import Estimates, by_quarter, metric
from tacheles.quarter import Quarters
from tacheles.roi.claims import Programme
from tacheles.roi.effects import TICKETS
from tacheles.roi.money import DISCOUNT_RATE, Assumed, present_value
from tacheles.roi.outcome import Outcome, rows_or_none

#: Level of a range from the 10th to the 90th percentile.
LIKELY = 0.8


def likely(draws: np.ndarray) -> dict[str, float]:
    """Median with the 10th and the 90th percentile."""
    low, middle, high = np.quantile(draws, [(1 - LIKELY) / 2, 0.5, (1 + LIKELY) / 2])
    return {"value": float(middle), "low": float(low), "high": float(high), "level": LIKELY}


def headline(programme: Programme, quarters: Quarters, **told: object) -> pd.DataFrame:
    """One row of the whole programme, with the worst grade of the claims that count."""
    counted = [programme.of(name) for name in sorted(programme.counted)]
    row = {
        "quarter": quarters.until,
        "n": len(counted),
        "left_out": len(programme.outcomes) - len(counted),
        "persons": min((outcome.persons for outcome in counted), default=0),
        "grade": max((programme.grades[outcome.claim_id] for outcome in counted), default=""),
    }
    has_cost = programme.drawn.cost.any() if counted else False
    status = "ok" if has_cost else "no_data" if counted else "not_applicable"
    numbers = told if status == "ok" else {}
    return pd.DataFrame([row | {"status": status} | numbers])


@metric(unit="share", better="up")
def return_on_investment(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Present value of what claims with enough evidence brought, less the full cost, by that cost.

    Parameters
    ----------
    programme : Programme
        The claims that count (:func:`programme`).
    quarters : Quarters
        Quarters in which benefits were caused and costs paid.

    Returns
    -------
    DataFrame
        ESTIMATES, one row: the median with the 10th and 90th percentile; `n` counts the claims in
        it, `left_out` the others; `grade` is the worst of them. [share]

    Notes
    -----
    Without a claim that counts there is no return to tell, and not one of −100 %:
    `not_applicable`. Without costs `no_data`.
    """
    draws = programme.drawn.return_on_investment if programme.counted else np.zeros(1)
    return headline(programme, quarters, **likely(draws))


@metric(unit="money", better="up")
def net_present_value(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Present value of what claims with enough evidence brought, less that of the full cost.

    Parameters
    ----------
    programme : Programme
        The claims that count (:func:`programme`).
    quarters : Quarters
        Quarters in which benefits were caused and costs paid.

    Returns
    -------
    DataFrame
        ESTIMATES, one row: the median with the 10th and 90th percentile. [currency]
    """
    draws = programme.drawn.net_present_value if programme.counted else np.zeros(1)
    return headline(programme, quarters, **likely(draws))


@metric(unit="share", better="up")
def probability_of_recovery(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Probability that claims with enough evidence brought more than the programme cost in full.

    Parameters
    ----------
    programme : Programme
        The claims that count (:func:`programme`).
    quarters : Quarters
        Quarters in which benefits were caused and costs paid.

    Returns
    -------
    DataFrame
        ESTIMATES, one row: the share of draws in which the return is above zero. [share]
    """
    draws = programme.drawn.return_on_investment if programme.counted else np.zeros(1)
    return headline(programme, quarters, value=float((draws > 0).mean()))


@metric(unit="quarters", better="down")
def payback_quarters(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Quarters until what claims with enough evidence bring has paid for the programme.

    Parameters
    ----------
    programme : Programme
        The claims that count (:func:`programme`).
    quarters : Quarters
        Quarters in which benefits were caused and costs paid.

    Returns
    -------
    DataFrame
        ESTIMATES, one row: the median with the 10th and 90th percentile; infinite if it does not
        within these quarters and those in which customers kept go on paying. [quarters]
    """
    draws = programme.drawn.payback_quarters if programme.counted else np.zeros(1)
    # one of the draws, not a point between two: one of them may be infinite
    low, middle, high = np.quantile(draws, [0.1, 0.5, 0.9], method="higher")
    told = {"value": middle, "low": low, "high": high, "level": LIKELY}
    return headline(programme, quarters, **told)


@metric(unit="share", better="up")
def naive_return_on_investment(
    programme: Programme, naive: Estimates, quarters: Quarters
) -> pd.DataFrame:
    """
    What the usual formula promises for the quarters, less the full cost, by that cost.

    Parameters
    ----------
    programme : Programme
        Its costs.
    naive : Estimates
        Value of deflection by the usual formula (:func:`naive.naive_deflection_value`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row, grade E: stands beside :func:`return_on_investment`, as large. [share]
    """
    worth, cost = _summed(naive, quarters), float(programme.costs.amounts.to_numpy().sum())
    has_both = cost > 0 and worth is not None
    row = {"quarter": quarters.until, "persons": 0, "grade": "E"}
    row["status"] = "ok" if has_both else "no_data"
    row["value"] = (worth - cost) / cost if has_both and worth is not None else np.nan
    return pd.DataFrame([row])


def _summed(estimates: Estimates, quarters: Quarters) -> float | None:
    """Sum over the quarters; None if one of them has no number."""
    rows = estimates.set_index("quarter").reindex(list(quarters))
    return None if rows["value"].isna().any() else float(rows["value"].sum())


@metric(unit="money", better="up")
def claim_value(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Present value of what each claim brought by itself, whether it counts or not.

    Parameters
    ----------
    programme : Programme
        The claims (:func:`programme`).
    quarters : Quarters
        Quarters in which benefits were caused.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim, the best grade first: the median with the 10th and 90th
        percentile, before overlap, pools and ceiling; `segment` is the claim's id. [currency]
    """
    order = sorted(
        programme.outcomes, key=lambda one: (programme.grades[one.claim_id], one.claim_id)
    )
    return _by_claim(programme, order, programme.gross, quarters)


@metric(unit="money", better="up")
def counted_value(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Present value of what each claim adds to the headline, every euro counted once.

    Parameters
    ----------
    programme : Programme
        The claims that count (:func:`programme`).
    quarters : Quarters
        Quarters in which benefits were caused.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim that counts: the median with the 10th and 90th percentile,
        after overlap, pools and ceiling; `segment` is the claim's id. [currency]
    """
    order = [one for one in programme.outcomes if one.claim_id in programme.counted]
    kept = programme.drawn.kept if order else {}
    return _by_claim(programme, order, kept, quarters)


def _by_claim(
    programme: Programme,
    order: Sequence[Outcome],
    values: Mapping[str, np.ndarray],
    quarters: Quarters,
) -> pd.DataFrame:
    rows = []
    for outcome in order:
        name = outcome.claim_id
        row = {"quarter": quarters.until, "segment": name, "n": outcome.effect.n}
        row |= {"persons": outcome.persons, "grade": programme.grades[name]}
        row["status"] = outcome.effect.status
        if outcome.is_known:
            flow = programme.unfolded({name: values[name]}, programme.inputs)
            row |= likely(present_value(flow, programme.inputs[DISCOUNT_RATE]))
        rows.append(row)
    return rows_or_none(rows, quarters)


@metric(unit="money", better="up")
def cash_and_capacity(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Present value of what counts, apart: what becomes cash, and what frees people for other work.

    Parameters
    ----------
    programme : Programme
        The claims that count (:func:`programme`).
    quarters : Quarters
        Quarters in which benefits were caused.

    Returns
    -------
    DataFrame
        ESTIMATES, two rows, `segment` cash and capacity: the median with the 10th and 90th
        percentile. [currency]

    Notes
    -----
    Each claim's `cash_share` says which part becomes cash, agreed with the department that would
    have to save it; a claim without one is all capacity.
    """
    rows = []
    for segment in ("cash", "capacity"):
        told = likely(_in_part(programme, segment)) if programme.counted else {}
        rows.append(headline(programme, quarters, **told).assign(segment=segment))
    return pd.concat(rows, ignore_index=True)


def _in_part(programme: Programme, segment: str) -> np.ndarray:
    """Present value of the part of what counts that becomes cash, or capacity."""
    shared = {
        name: value * _part(programme.of(name), segment)
        for name, value in programme.drawn.kept.items()
    }
    flow = programme.unfolded(shared, programme.inputs)
    return present_value(flow, programme.inputs[DISCOUNT_RATE])


def _part(outcome: Outcome, segment: str) -> float:
    share = outcome.claim.get("cash_share")
    cash = 0.0 if pd.isna(share) else float(share)
    return cash if segment == "cash" else 1 - cash


def _value_of(programme: Programme, quarters: Quarters, metrics: tuple[str, ...]) -> pd.DataFrame:
    order = [
        outcome
        for outcome in programme.outcomes
        if outcome.metric in metrics and not outcome.multiplier
    ]
    return _by_claim(programme, order, programme.gross, quarters)


@metric(unit="money", better="up")
def support_saving(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    How-to tickets that did not come, each at the cost that goes away when a ticket does not come.

    Parameters
    ----------
    programme : Programme
        The claims (:func:`programme`).
    quarters : Quarters
        Quarters in which tickets did not come.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim on tickets: present value, median with the 10th and 90th
        percentile; freed work is not cash, see :func:`cash_and_capacity`. [currency]
    """
    return _value_of(programme, quarters, TICKETS)


@metric(unit="money", better="up")
def retention_value(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Contracts kept because the customer had joined, each at its margin for as long as it is counted.

    Parameters
    ----------
    programme : Programme
        The claims (:func:`programme`).
    quarters : Quarters
        Quarters in which contracts were due.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim on renewals: present value, median with the 10th and 90th
        percentile. [currency]

    Notes
    -----
    A quarter of the yearly margin each quarter, for `horizon_quarters` and three years at most,
    less in each later one by the assumption of how long an effect lasts.
    """
    return _value_of(programme, quarters, ("renewal_rate",))


@metric(unit="money", better="up")
def incremental_revenue(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Revenue that came because accounts had joined, against those that had not, times its margin.

    Parameters
    ----------
    programme : Programme
        The claims (:func:`programme`).
    quarters : Quarters
        Quarters in which the revenue came.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim on revenue: present value, median with the 10th and 90th
        percentile, with its grade. Without a claim that compares, there is no effect to tell:
        `not_applicable`. [currency]
    """
    return _value_of(programme, quarters, ("revenue",))


@metric(unit="money", better="up")
def sourced_lead_value(
    deals: ir.Table,
    assumed: Assumed,
    quarters: Quarters,
    *,
    channel: str = "Forum",
    unit_value: str = "A_deal_margin",
) -> pd.DataFrame:
    """
    Opportunities whose first touch was the community, times their share won, times the margin.

    Parameters
    ----------
    deals : ibis.Table
        One row per opportunity (:data:`contract.DEALS`).
    assumed : Assumed
        What is assumed (:func:`money.assumed`).
    quarters : Quarters
        Quarters to report; an opportunity belongs to the one in which it was created.
    channel : str
        The community, as `touches` names it.
    unit_value : str
        Id of the assumption that says what a deal is worth.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter, grade E: a credit, no cause. `n` counts opportunities.

    Notes
    -----
    The share won is that of all decided opportunities of the channel on record.
    """
    sourced = deals.filter((_.touches == channel) | _.touches.startswith(f"{channel};"))
    created = sourced.mutate(at=_.created_on.cast("timestamp"))
    counted = by_quarter(created, "at", quarters, n=_.count())
    decided = sourced.aggregate(won=(_.stage == "won").sum(), lost=(_.stage == "lost").sum())
    won, lost = decided.to_pandas().fillna(0).iloc[0]
    worth = assumed.value(unit_value) if unit_value in assumed else np.nan
    some = (counted["n"] > 0) & (won + lost > 0) & ~np.isnan(worth)
    rate = won / (won + lost) if won + lost else np.nan
    return counted.assign(
        value=(counted["n"] * rate * worth).where(some),
        persons=0,
        status=np.where(some, "ok", "no_data"),
        grade="E",
    )
