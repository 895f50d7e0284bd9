"""Tickets over time: a count since an intervention, against its past and its controls."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import metric
from tacheles.evidence import (
    LEVEL,
    Counts,
    Effect,
    InterruptedTimeSeries,
    interrupted_time_series,
    smallest_visible_fall,
)
from tacheles.evidence.time_series_checks import FEWEST_BEFORE
from tacheles.quarter import Quarters
from tacheles.roi.money import generator
from tacheles.roi.outcome import Outcome, claims_of, counted_by_quarter, rows_or_none
from tacheles.roi.shared_kpi import Audit
from tacheles.roi.spans import local_day, mondays, place_in


def tickets_over_time(
    claims: pd.DataFrame,
    tickets: ir.Table,
    accounts: ir.Table,
    labels: pd.DataFrame,
    how_to_categories: Collection[str],
    quarters: Quarters,
) -> list[Outcome]:
    """
    How-to tickets that did not come since an intervention, against their past and controls.

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`): those on how-to tickets that rest on an
        interrupted time series; `intervention_on` is its date, `control` the categories that the
        community cannot touch, `;` between.
    tickets, accounts, labels, how_to_categories
        See :func:`shared_kpi.how_to_tickets_per_1000_accounts`.
    quarters : Quarters
        The tickets that did not come are counted in these; the series is as long as the records.

    Returns
    -------
    list of Outcome
        One per claim; `study` is the :class:`evidence.InterruptedTimeSeries`.

    Notes
    -----
    A week belongs to the quarter in which its Monday lies. The counts are freed of the errors of
    the recorded category if there is an audit. Before the intervention, and for eleven weeks of
    records before it, nothing can be said: `not_mature`.
    """
    chosen = ("how_to_tickets_per_1000_accounts", "how_to_tickets")
    designs = ("interrupted_time_series", "time_series_without_controls")
    outcomes = []
    for claim in claims_of(claims, chosen, *designs):
        counts = weekly_counts(tickets, accounts, labels, how_to_categories, claim, quarters)
        if counts is None:
            outcomes.append(Outcome.missing(claim, quarters, "no_data"))
            continue
        try:
            series = interrupted_time_series(
                counts, claim["intervention_on"], generator(claim["claim_id"])
            )
        except ValueError:
            outcomes.append(Outcome.missing(claim, quarters, "not_mature"))
            continue
        later = counts.target.iloc[series.known :]
        by_account = _of_accounts(
            tickets.filter(_.category.isin(how_to_categories)), quarters, since=later.index[0]
        )
        gained = np.expm1(-series.log_ratio)
        outcomes.append(
            Outcome(
                claim=claim,
                base=counted_by_quarter(later.index, later.to_numpy(float), claim, quarters),
                effect=Effect(float(np.median(gained)), gained, round(later.sum())),
                change=series.relative,
                evidence=series.evidence,
                persons=int(counts.customers.min()),
                by_account=by_account,
                study=series,
            )
        )
    return outcomes


def weekly_counts(
    tickets: ir.Table,
    accounts: ir.Table,
    labels: pd.DataFrame,
    how_to_categories: Collection[str],
    claim: Mapping[Any, Any],
    quarters: Quarters,
) -> Counts | None:
    """
    How-to tickets, their controls and the customers, by whole week of the local clock.

    Parameters
    ----------
    tickets, accounts, labels, how_to_categories, quarters
        See :func:`tickets_over_time`.
    claim : mapping
        A row of `claims`: `control` names the controls.

    Returns
    -------
    Counts or None
        None if there is no week with tickets and customers.
    """
    starts = _whole_weeks(tickets, quarters)
    if len(starts) < 2:
        return None
    borders = [quarters.calendar.midnight(monday) for monday in starts]
    counted = (
        tickets.mutate(week=place_in(_.created_at, borders))
        .filter(_.week.notnull(), _.category.notnull())
        .group_by("week", "category")
        .aggregate(tickets=_.count())
        .to_pandas()
        .pivot_table(index="week", columns="category", values="tickets", fill_value=0)
    )
    index = pd.DatetimeIndex(starts[:-1])
    counted = counted.reindex(range(len(index)), fill_value=0).set_axis(index).astype(float)
    customers = _customers_on(accounts, starts[:-1])
    first = int(np.argmax(customers > 0))
    if not customers[first:].all() or not len(counted.columns):
        return None
    recorded = counted[[name for name in counted if name in how_to_categories]].sum(axis=1)
    audit = Audit.of(tickets, labels, how_to_categories)
    target = audit.corrected_counts(recorded.to_numpy(), counted.sum(axis=1).to_numpy())
    controls = [name for name in _listed(claim.get("control")) if name in counted]
    is_controlled = claim["design"] != "time_series_without_controls"
    return Counts(
        pd.Series(target, index).iloc[first:],
        counted[controls if is_controlled else []].iloc[first:],
        pd.Series(customers, index).iloc[first:],
    )


def _whole_weeks(tickets: ir.Table, quarters: Quarters) -> list[date]:
    """Mondays of the whole weeks on record, and the one after them."""
    first = tickets.created_at.min().execute()
    if pd.isna(first):
        return []
    begins = local_day(pd.Timestamp(first).to_pydatetime(), quarters)
    return mondays(begins, local_day(quarters.as_of, quarters))


def _customers_on(accounts: ir.Table, on: list[date]) -> np.ndarray:
    """Accounts that are customers on each day."""
    events = [
        accounts.group_by(day=accounts[column]).aggregate(many=_.count()).to_pandas().dropna()
        for column in ("started_on", "ended_on")
    ]
    wanted = np.array(on, dtype="datetime64[D]")
    totals = []
    for event in events:
        event = event.assign(day=event["day"].to_numpy(dtype="datetime64[D]")).sort_values("day")
        before = np.searchsorted(event["day"].to_numpy(dtype="datetime64[D]"), wanted, side="right")
        totals.append(np.concatenate([[0], event["many"].cumsum()])[before])
    return np.asarray(totals[0] - totals[1], dtype=float)


def _listed(text: Any) -> list[str]:
    """Names with `;` between."""
    return [] if pd.isna(text) else [name.strip() for name in str(text).split(";")]


def _of_accounts(tickets: ir.Table, quarters: Quarters, since: Any) -> pd.Series:
    """Tickets by account in the quarters counted, from a day on."""
    begins = max(quarters.calendar.midnight(pd.Timestamp(since).date()), quarters.borders[0])
    counted = (
        tickets.filter(_.created_at >= ibis.literal(begins), _.account_id.notnull())
        .group_by("account_id")
        .aggregate(many=_.count())
        .to_pandas()
    )
    return counted.set_index("account_id")["many"].astype(float).sort_index()


@metric(unit="share", better="down")
def smallest_visible_change(
    claims: pd.DataFrame,
    tickets: ir.Table,
    accounts: ir.Table,
    labels: pd.DataFrame,
    how_to_categories: Collection[str],
    quarters: Quarters,
    *,
    weeks: int = 52,
) -> pd.DataFrame:
    """
    Smallest fall of how-to tickets that the design would find in four cases of five.

    Parameters
    ----------
    claims, tickets, accounts, labels, how_to_categories, quarters
        See :func:`tickets_over_time`.
    weeks : int, default 52
        Weeks after the start at which the effect is judged.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim, `segment` its id, from the weeks before its date. [share]

    Notes
    -----
    A forum that is expected to save less cannot be shown to do so by this design: both departments
    should know that before they sign. Fewer than twelve weeks before: `not_mature`.
    """
    chosen = ("how_to_tickets_per_1000_accounts", "how_to_tickets")
    rows = []
    for claim in claims_of(claims, chosen, "interrupted_time_series"):
        counts = weekly_counts(tickets, accounts, labels, how_to_categories, claim, quarters)
        known = counts.before(claim["intervention_on"]) if counts is not None else 0
        row = {"quarter": quarters.until, "segment": claim["claim_id"], "n": known, "persons": 0}
        if counts is None or known < FEWEST_BEFORE:
            rows.append(row | {"status": "no_data" if counts is None else "not_mature"})
            continue
        before = counts.at(slice(known))
        row["persons"] = int(before.customers.min())
        rows.append(row | {"value": smallest_visible_fall(before, weeks), "status": "ok"})
    return rows_or_none(rows, quarters)


def started_on(outcomes: Sequence[Outcome]) -> date | None:
    """First day of the first week of the intervention that is told; None if there is none."""
    series = [one.study for one in outcomes if isinstance(one.study, InterruptedTimeSeries)]
    return pd.Timestamp(series[0].start).date() if series else None


@metric(unit="tickets_per_1000_accounts", better="down")
def counterfactual_tickets(outcomes: Sequence[Outcome], quarters: Quarters) -> pd.DataFrame:
    """
    How-to tickets of a week per 1,000 customers, beside those to be expected without intervention.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What each claim changed (:func:`tickets_over_time`): the first one is told.
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES; `at` is the week, 0 the first of the intervention; `segment` is observed,
        controls (the mean of the controls on the target's level before the start) or expected,
        which has its 90 % band and begins with the intervention.
    """
    known = [one for one in outcomes if isinstance(one.study, InterruptedTimeSeries)]
    if not known:
        return pd.DataFrame([{"quarter": quarters.until, "persons": 0, "status": "no_data"}])
    series, path = known[0].study, 1000 * known[0].study.path()
    at = np.arange(len(path)) - series.known
    names = [name for name in ("observed", "controls") if name in path]
    lines = [pd.DataFrame({"at": at, "value": path[name].to_numpy()}) for name in names]
    later = path.iloc[series.known :]
    band = {name: later[name].to_numpy() for name in ("low", "high")}
    expected = {"at": at[series.known :], "value": later["expected"].to_numpy(), "level": LEVEL}
    lines.append(pd.DataFrame(expected | band))
    rows = pd.concat(lines, keys=[*names, "expected"], names=["segment", None])
    rows = rows.reset_index("segment")
    return rows.assign(quarter=quarters.until, persons=known[0].persons, status="ok")
