"""Accounts over time: what became of those that joined, against those that had not (yet)."""

from collections.abc import Callable, Collection
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import exact_sum
from tacheles.evidence import (
    AccountMonths,
    Effect,
    difference_in_differences,
)
from tacheles.quarter import Quarters
from tacheles.roi.money import generator
from tacheles.roi.outcome import Outcome, claims_of, counted_by_quarter
from tacheles.roi.spans import local_day, local_days, month_starts, place_in

#: Accounts are resampled this often: enough for the second digit of an interval's limits.
_RESAMPLES = 400


def tickets_over_accounts(
    claims: pd.DataFrame,
    tickets: ir.Table,
    accounts: ir.Table,
    how_to_categories: Collection[str],
    quarters: Quarters,
) -> list[Outcome]:
    """
    How-to tickets that accounts did not send since they joined, against those that had not (yet).

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`): those on how-to tickets that rest on
        difference-in-differences.
    tickets, accounts, how_to_categories
        See :func:`shared_kpi.how_to_tickets_per_1000_accounts`.
    quarters : Quarters
        The tickets that did not come are counted in these; the panel is as long as the records.

    Returns
    -------
    list of Outcome
        One per claim; `study` is the :class:`evidence.DifferenceInDifferences`.

    Notes
    -----
    Joining is `first_community_at`. Categories are taken as recorded: a how-to ticket recorded
    wrongly makes the effect smaller, never larger. Tickets of all other categories are the outcome
    that joining cannot touch.
    """
    is_how_to = _.category.isin(how_to_categories)

    def _panels() -> tuple[AccountMonths, AccountMonths] | None:
        firsts = whole_months(tickets, "created_at", quarters)
        target, others = (
            account_months(tickets.filter(which), "created_at", firsts, accounts, quarters)
            for which in (is_how_to, ~is_how_to)
        )
        return (target, others) if target and others else None

    chosen = ("how_to_tickets_per_1000_accounts", "how_to_tickets")
    return _over_accounts(claims, chosen, _panels, quarters, sign=-1)


def revenue_over_accounts(
    claims: pd.DataFrame, revenue: ir.Table, accounts: ir.Table, quarters: Quarters
) -> list[Outcome]:
    """
    Subscriptions that accounts pay more since they joined, against those that had not (yet).

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`): those on `revenue` that rest on
        difference-in-differences.
    revenue : ibis.Table
        One row per account, month and kind (:data:`contract.REVENUE`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    quarters : Quarters
        The revenue is counted in these; the panel is as long as the records.

    Returns
    -------
    list of Outcome
        One per claim; a unit is one of the currency.
    """

    def _panels() -> tuple[AccountMonths, None] | None:
        subscribed = revenue.filter((_.kind == "subscription").fill_null(True))
        firsts = whole_months(subscribed, "month", quarters)
        target = account_months(subscribed, "month", firsts, accounts, quarters, amount="amount")
        return (target, None) if target else None

    return _over_accounts(claims, ("revenue",), _panels, quarters, sign=1)


def _over_accounts(
    claims: pd.DataFrame,
    metrics: tuple[str, ...],
    panels: Callable[[], "tuple[AccountMonths, AccountMonths | None] | None"],
    quarters: Quarters,
    sign: int,
) -> list[Outcome]:
    """Outcomes of difference-in-differences; `sign` −1 where fewer is better."""
    outcomes = []
    for claim in claims_of(claims, metrics, "difference_in_differences"):
        panel = panels()
        if panel is None:
            outcomes.append(Outcome.missing(claim, quarters, "no_data"))
            continue
        rng = generator(claim["claim_id"])
        try:
            found = difference_in_differences(panel[0], rng, draws=_RESAMPLES, untouched=panel[1])
        except ValueError:
            outcomes.append(Outcome.missing(claim, quarters, "not_applicable"))
            continue
        gained = sign * -np.expm1(-found.log_ratio)
        value = sign * -np.expm1(-np.log1p(found.relative.value))
        outcomes.append(
            Outcome(
                claim=claim,
                base=counted_by_quarter(found.months, found.observed, claim, quarters),
                effect=Effect(float(value), gained, found.joiners),
                change=found.relative,
                evidence=found.evidence,
                persons=found.joiners,
                by_account=_after_joining(panel[0], quarters),
                study=found,
            )
        )
    return outcomes


def account_months(
    events: ir.Table,
    happened: str,
    firsts: list[date],
    accounts: ir.Table,
    quarters: Quarters,
    *,
    amount: str = "",
) -> AccountMonths | None:
    """
    Events of accounts by whole month of the local clock, and when each account joined.

    Parameters
    ----------
    events : ibis.Table
        With `account_id`.
    happened : str
        Column with the moment, or the day, of the event.
    firsts : list of date
        First days of the months, and the day after them.
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    quarters : Quarters
    amount : str
        Column that is summed; empty: events are counted.

    Returns
    -------
    AccountMonths or None
        None if there is no whole month. Before its first whole month an account has no number;
        after its end it has 0.
    """
    if len(firsts) < 2:
        return None
    by_month = by_account_and_month(events, happened, firsts, quarters, amount)
    counted = by_month.pivot_table(index="account_id", columns="place", values="many", fill_value=0)
    columns = ["account_id", "started_on", "first_community_at"]
    known = accounts.select(*columns).to_pandas().set_index("account_id").sort_index()
    index = pd.DatetimeIndex(firsts[:-1])
    outcomes = counted.reindex(index=known.index, columns=range(len(index)), fill_value=0.0)
    outcomes = outcomes.set_axis(index, axis="columns").astype(float).clip(lower=0.0)
    started = known["started_on"].to_numpy(dtype="datetime64[ns]")
    outcomes = outcomes.mask(started[:, None] > index.to_numpy()[None, :])
    return AccountMonths(outcomes, local_days(known["first_community_at"], quarters))


def by_account_and_month(
    events: ir.Table, happened: str, firsts: list[date], quarters: Quarters, amount: str
) -> pd.DataFrame:
    """Events, or an amount summed, by account and place of the month: `account_id, place, many`."""
    is_day = events[happened].type().is_date()
    borders = firsts if is_day else [quarters.calendar.midnight(day) for day in firsts]
    return (
        events.mutate(place=place_in(events[happened], borders))
        .filter(_.place.notnull(), _.account_id.notnull())
        .group_by("account_id", "place")
        .aggregate(many=exact_sum(_[amount]) if amount else _.count())
        .order_by("account_id", "place")
        .to_pandas()
        .sort_values(["account_id", "place"])  # so that sums are the same to the last bit
    )


def whole_months(events: ir.Table, happened: str, quarters: Quarters) -> list[date]:
    """First days of the whole months on record, and the day after them."""
    first = events[happened].min().execute()
    if pd.isna(first):
        return []
    moment = pd.Timestamp(first)
    is_day = events[happened].type().is_date()
    begins = moment.date() if is_day else local_day(moment.to_pydatetime(), quarters)
    return month_starts(begins, local_day(quarters.as_of, quarters))


def _after_joining(accounts: AccountMonths, quarters: Quarters) -> pd.Series:
    """Outcome of each account that joined, since then, in the quarters counted."""
    columns = pd.DatetimeIndex(accounts.outcomes.columns)
    counted = columns >= pd.Timestamp(quarters.first_days[0])
    has_joined = np.arange(len(columns)) >= accounts.places[:, None]
    cells = accounts.outcomes.to_numpy(float) * (has_joined & counted)
    totals = pd.Series(np.nansum(cells, axis=1), accounts.outcomes.index)
    return totals[accounts.places < len(columns)]
