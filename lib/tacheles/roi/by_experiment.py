"""Claims on which chance decided: what was given changed those to whom it was given."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.evidence import Effect, randomised_experiment
from tacheles.quarter import Quarters
from tacheles.roi.compared import first_due
from tacheles.roi.money import generator
from tacheles.roi.outcome import TICKET_METRICS, Outcome, claims_of, counted_by_quarter
from tacheles.roi.spans import local_day

#: The arm that got nothing.
CONTROL = "control"

#: Metrics of claims that an experiment can measure.
_METRICS = (*TICKET_METRICS[:2], "revenue", "renewal_rate")

_MONTHS_PER_QUARTER = 3

#: Fewest days after the assignment: each weekday alike, and nearly a month's payments.
_FEWEST_DAYS = 28


def measured_by_experiment(
    claims: pd.DataFrame,
    experiments: ir.Table,
    tickets: ir.Table,
    how_to_categories: Collection[str],
    revenue: ir.Table,
    renewals: ir.Table,
    quarters: Quarters,
) -> list[Outcome]:
    """
    What customers did otherwise because chance gave them something that others did not get.

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`): those on how-to tickets, revenue or
        `renewal_rate` that rest on an experiment; `population` names it.
    experiments : ibis.Table
        One row per unit and experiment (:data:`contract.EXPERIMENTS`); units are accounts, and the
        arm `control` got nothing.
    tickets, revenue, renewals : ibis.Table
        Support tickets, payments, and contracts by their due date.
    how_to_categories : collection of str
        Categories of tickets that ask how something is done.
    quarters : Quarters
        What was gained is counted in these; all since the assignment teaches the effect.

    Returns
    -------
    list of Outcome
        One per claim; `study` is the :class:`evidence.Experiment`.

    Notes
    -----
    Everybody counts in the arm assigned, whatever they did with it (intention to treat), so the
    effect applies to all who were assigned. Tickets and payments are those of as many days for
    everybody, from each assignment on, at most the claim's horizon, freed of what as many days
    before explain (CUPED); before four weeks are over it is `not_mature`. Of contracts it is the
    first one due. Payments of a month count on its first day.
    """
    outcomes = []
    for claim in claims_of(claims, _METRICS, "experiment"):
        units = _units(claim, experiments, quarters)
        if claim["metric"] == "renewal_rate":
            units = first_due(renewals, units, quarters)
            outcomes.append(_renewed(claim, units, quarters))
            continue
        events, amount = (
            (revenue.filter((_.kind == "subscription").fill_null(True)), "amount")
            if claim["metric"] == "revenue"
            else (tickets.filter(_.category.isin(how_to_categories)), "")
        )
        outcomes.append(_events_changed(claim, units, events, amount, quarters))
    return outcomes


def _units(claim: Mapping[Any, Any], experiments: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """Accounts of the claim's experiment, by id, with their arm and the moment they got it."""
    found = (
        experiments.filter(
            _.experiment_id == str(claim["population"]),
            _.assigned_at < ibis.literal(quarters.as_of),
        )
        .select("arm", "assigned_at", account_id="unit_id")
        .to_pandas()
        .sort_values("account_id", ignore_index=True)
    )
    return found.assign(is_treated=found["arm"] != CONTROL)


def _renewed(claim: Mapping[Any, Any], units: pd.DataFrame, quarters: Quarters) -> Outcome:
    """Contracts kept because of what was given."""
    if units["is_treated"].nunique() < 2:
        return Outcome.missing(claim, quarters, "no_data")
    treated = units[units["is_treated"]]
    base = counted_by_quarter(treated["due_on"], np.ones(len(treated)), claim, quarters)
    return _outcome(claim, units, units["renewed"].to_numpy(float), None, base, sign=1)


def _events_changed(
    claim: Mapping[Any, Any],
    units: pd.DataFrame,
    events: ir.Table,
    amount: str,
    quarters: Quarters,
) -> Outcome:
    """Events, or an amount summed, that came or did not come because of what was given."""
    if units["is_treated"].nunique() < 2:
        return Outcome.missing(claim, quarters, "no_data")
    days = _days(claim, units, quarters)
    if days < _FEWEST_DAYS:
        return Outcome.missing(claim, quarters, "not_mature")
    counted = _before_and_after(units, events, amount, days)
    treated = units.loc[units["is_treated"], "assigned_at"]
    # what one account gained is spread evenly over its days
    starts = np.add.outer(
        treated.to_numpy("datetime64[D]"), np.arange(days).astype("timedelta64[D]")
    )
    base = counted_by_quarter(starts.ravel(), np.full(starts.size, 1 / days), claim, quarters)
    sign = 1 if amount else -1
    return _outcome(claim, units, *counted, base, sign=sign)


def _days(claim: Mapping[Any, Any], units: pd.DataFrame, quarters: Quarters) -> int:
    """Whole days that everybody has had since the assignment, at most the claim's horizon."""
    last = units["assigned_at"].max().to_pydatetime()
    had = (local_day(quarters.as_of, quarters) - local_day(last, quarters)).days
    horizon = claim.get("horizon_quarters")
    if pd.isna(horizon):
        return had
    ends = pd.Timestamp(last) + pd.DateOffset(months=_MONTHS_PER_QUARTER * int(horizon))
    return min(had, (ends - pd.Timestamp(last)).days)


def _before_and_after(
    units: pd.DataFrame, events: ir.Table, amount: str, days: int
) -> tuple[np.ndarray, np.ndarray]:
    """Outcome of each account in so many days after its assignment, and before it."""
    happened = "month" if amount else "created_at"
    of = events.select(
        "account_id",
        at=_[happened].cast("timestamp"),
        many=_[amount] if amount else ibis.literal(1),
    )
    those = ibis.memtable(units[["account_id", "assigned_at"]])
    since = _.at.delta(_.assigned_at, unit="second")
    span = int(timedelta(days=days).total_seconds())
    found = (
        of.join(those, "account_id")
        .group_by("account_id")
        .aggregate(
            after=_.many.sum(where=(since >= 0) & (since < span)),
            before=_.many.sum(where=(since < 0) & (since >= -span)),
        )
        .to_pandas()
        .set_index("account_id")
        .reindex(units["account_id"])
        .astype(float)
        .fillna(0.0)
    )
    return found["after"].to_numpy(), found["before"].to_numpy()


def _outcome(
    claim: Mapping[Any, Any],
    units: pd.DataFrame,
    outcome: np.ndarray,
    history: np.ndarray | None,
    base: np.ndarray,
    *,
    sign: int,
) -> Outcome:
    """What the arms' difference says; `sign` −1 where fewer is better."""
    is_treated = units["is_treated"].to_numpy(bool)
    found = randomised_experiment(
        outcome, is_treated, generator(claim["claim_id"]), history=history
    )
    change = found.effect
    gained = Effect(sign * change.value, sign * change.draws, change.n, change.status)
    treated = units.loc[is_treated, "account_id"]
    return Outcome(
        claim=claim,
        base=base,
        effect=gained,
        change=change,
        evidence=found.evidence,
        persons=int(min(is_treated.sum(), (~is_treated).sum())),
        by_account=pd.Series(1.0, index=pd.Index(treated, name="account_id")),
        study=found,
    )
