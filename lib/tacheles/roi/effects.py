"""What each claim changed, by its design: the tables prepared, the effect from `evidence`."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import quarter_of
from tacheles.evidence import (
    AccountMonths,
    Counts,
    Effect,
    Evidence,
    difference_in_differences,
    interrupted_time_series,
    matched_comparison,
    randomised_encouragement,
)
from tacheles.quarter import Quarters
from tacheles.roi.money import DEFLECTION_MULTIPLIER, generator
from tacheles.roi.outcome import (
    Outcome,
    claims_of,
    counted_by_quarter,
    design_of,
)
from tacheles.roi.shared_kpi import Audit
from tacheles.roi.spans import days, local_day, months, place_in, weeks

#: Months from which a customer is described before it joined.
_DESCRIBED = 3


# Tickets over time


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
    mondays = _whole_weeks(tickets, quarters)
    if len(mondays) < 2:
        return None
    borders = [quarters.calendar.midnight(monday) for monday in mondays]
    counted = (
        tickets.mutate(week=place_in(_.created_at, borders))
        .filter(_.week.notnull(), _.category.notnull())
        .group_by("week", "category")
        .aggregate(tickets=_.count())
        .to_pandas()
        .pivot_table(index="week", columns="category", values="tickets", fill_value=0)
    )
    index = pd.DatetimeIndex(mondays[:-1])
    counted = counted.reindex(range(len(index)), fill_value=0).set_axis(index).astype(float)
    customers = _customers_on(accounts, mondays[:-1])
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
    return weeks(begins, local_day(quarters.as_of, quarters))


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


# Accounts that joined at different times


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

    def panels() -> tuple[AccountMonths, AccountMonths] | None:
        firsts = _whole_months(tickets, "created_at", quarters)
        target, others = (
            account_months(tickets.filter(which), "created_at", firsts, accounts, quarters)
            for which in (is_how_to, ~is_how_to)
        )
        return (target, others) if target and others else None

    chosen = ("how_to_tickets_per_1000_accounts", "how_to_tickets")
    return _over_accounts(claims, chosen, panels, quarters, sign=-1)


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

    def panels() -> tuple[AccountMonths, None] | None:
        subscribed = revenue.filter((_.kind == "subscription").fill_null(True))
        firsts = _whole_months(subscribed, "month", quarters)
        target = account_months(subscribed, "month", firsts, accounts, quarters, amount="amount")
        return (target, None) if target else None

    return _over_accounts(claims, ("revenue",), panels, quarters, sign=1)


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
            found = difference_in_differences(panel[0], rng, untouched=panel[1])
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
    by_month = _by_account_and_month(events, happened, firsts, quarters, amount)
    counted = by_month.pivot_table(index="account_id", columns="place", values="many", fill_value=0)
    columns = ["account_id", "started_on", "first_community_at"]
    known = accounts.select(*columns).to_pandas().set_index("account_id").sort_index()
    index = pd.DatetimeIndex(firsts[:-1])
    outcomes = counted.reindex(index=known.index, columns=range(len(index)), fill_value=0.0)
    outcomes = outcomes.set_axis(index, axis="columns").astype(float).clip(lower=0.0)
    started = known["started_on"].to_numpy(dtype="datetime64[ns]")
    outcomes = outcomes.mask(started[:, None] > index.to_numpy()[None, :])
    return AccountMonths(outcomes, _local_days(known["first_community_at"], quarters))


def _by_account_and_month(
    events: ir.Table, happened: str, firsts: list[date], quarters: Quarters, amount: str
) -> pd.DataFrame:
    """Events, or an amount summed, by account and place of the month: `account_id, place, many`."""
    is_day = events[happened].type().is_date()
    borders = firsts if is_day else [quarters.calendar.midnight(day) for day in firsts]
    return (
        events.mutate(place=place_in(events[happened], borders))
        .filter(_.place.notnull(), _.account_id.notnull())
        .group_by("account_id", "place")
        .aggregate(many=_[amount].sum() if amount else _.count())
        .to_pandas()
    )


def _local_days(moments: pd.Series, quarters: Quarters) -> pd.Series:
    """Days of the local clock on which UTC moments lie."""
    utc = pd.to_datetime(moments).dt.tz_localize("UTC")
    return utc.dt.tz_convert(quarters.calendar.time_zone).dt.tz_localize(None).dt.normalize()


def _whole_months(events: ir.Table, happened: str, quarters: Quarters) -> list[date]:
    """First days of the whole months on record, and the day after them."""
    first = events[happened].min().execute()
    if pd.isna(first):
        return []
    moment = pd.Timestamp(first)
    is_day = events[happened].type().is_date()
    begins = moment.date() if is_day else local_day(moment.to_pydatetime(), quarters)
    return months(begins, local_day(quarters.as_of, quarters))


def _after_joining(accounts: AccountMonths, quarters: Quarters) -> pd.Series:
    """Outcome of each account that joined, since then, in the quarters counted."""
    columns = pd.DatetimeIndex(accounts.outcomes.columns)
    counted = columns >= pd.Timestamp(days(quarters)[0])
    has_joined = np.arange(len(columns)) >= accounts.places[:, None]
    cells = accounts.outcomes.to_numpy(float) * (has_joined & counted)
    totals = pd.Series(np.nansum(cells, axis=1), accounts.outcomes.index)
    return totals[accounts.places < len(columns)]


# Renewals: yes or no


def renewals_compared(
    claims: pd.DataFrame,
    renewals: ir.Table,
    accounts: ir.Table,
    usage: ir.Table,
    tickets: ir.Table,
    quarters: Quarters,
) -> list[Outcome]:
    """
    Contracts kept because a customer had joined, against comparable customers that had not.

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`): those on `renewal_rate` that rest on a
        matched comparison.
    renewals : ibis.Table
        One row per account and due date (:data:`contract.RENEWALS`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    usage, tickets : ibis.Table
        Use of the product and support tickets: describe customers before they joined.
    quarters : Quarters
        Contracts due in these.

    Returns
    -------
    list of Outcome
        One per claim; `study` is the :class:`evidence.MatchedComparison`.

    Notes
    -----
    Customers are described by segment, size, care, tenure, and by use of the product and tickets in
    their first three months on record; those that joined within these are left out. There is no
    placebo: whoever is due again has renewed before, joined or not.
    """
    outcomes = []
    for claim in claims_of(claims, ("renewal_rate",), "matched_comparison"):
        due = _due(renewals, accounts, usage, tickets, quarters)
        if due.empty or not due["has_joined"].any():
            outcomes.append(Outcome.missing(claim, quarters, "no_data"))
            continue
        described = due[due["is_described"]]
        found = matched_comparison(
            described["renewed"].astype(float),
            described["has_joined"],
            described[["tenure", "segment", "size", "csm_tier", "usage", "tickets"]],
            generator(claim["claim_id"]),
        )
        joined = due[due["has_joined"]]
        outcomes.append(
            Outcome(
                claim=claim,
                base=counted_by_quarter(joined["due_on"], np.ones(len(joined)), claim, quarters),
                effect=found.effect,
                change=found.effect,
                evidence=found.evidence,
                persons=int(joined["account_id"].nunique()),
                by_account=joined.groupby("account_id").size().astype(float),
                study=found,
            )
        )
    return outcomes


def _due(
    renewals: ir.Table, accounts: ir.Table, usage: ir.Table, tickets: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """Contracts due in the quarters, with what was known of each customer before it joined."""
    borders = days(quarters)
    end = local_day(quarters.as_of, quarters)
    due = (
        renewals.filter(
            _.due_on >= ibis.literal(borders[0]),
            _.due_on < ibis.literal(min(borders[-1], end)),
        )
        .select("account_id", "due_on", "renewed")
        .join(accounts, "account_id")
        .to_pandas()
    )
    due["due_on"] = pd.to_datetime(due["due_on"])
    joined_on = _local_days(due["first_community_at"], quarters)
    due["has_joined"] = joined_on < due["due_on"]
    due["tenure"] = (due["due_on"] - pd.to_datetime(due["started_on"])).dt.days / 365.25
    described = [
        _first_months(table, column, quarters, amount)
        for table, column, amount in ((usage, "month", "amount"), (tickets, "created_at", ""))
    ]
    for name, table in zip(("usage", "tickets"), described, strict=True):
        due[name] = due["account_id"].map(table["mean"]) if len(table) else 0.0
    until = due["account_id"].map(described[0]["until"]) if len(described[0]) else pd.NaT
    due["is_described"] = (joined_on.isna() | (joined_on >= until)).to_numpy(bool)
    return due.sort_values(["account_id", "due_on"]).reset_index(drop=True)


def _first_months(events: ir.Table, happened: str, quarters: Quarters, amount: str) -> pd.DataFrame:
    """Mean of each account over its first months on record, and the day on which they end."""
    firsts = _whole_months(events, happened, quarters)
    if len(firsts) <= _DESCRIBED:
        return pd.DataFrame({"mean": [], "until": []})
    by_month = _by_account_and_month(events, happened, firsts, quarters, amount)
    first = by_month.groupby("account_id")["place"].min()
    early = by_month[by_month["place"] < by_month["account_id"].map(first) + _DESCRIBED]
    ends = pd.DatetimeIndex(firsts)[np.minimum(first.to_numpy() + _DESCRIBED, len(firsts) - 1)]
    mean = early.groupby("account_id")["many"].sum() / _DESCRIBED
    return pd.DataFrame({"mean": np.log1p(mean), "until": pd.Series(ends, first.index)})


def renewals_encouraged(
    claims: pd.DataFrame,
    renewals: ir.Table,
    accounts: ir.Table,
    experiments: ir.Table,
    quarters: Quarters,
) -> list[Outcome]:
    """
    Contracts kept by those whom a random invitation moved to join.

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`): those on `renewal_rate` that rest on
        encouragement; `population` names the experiment, its arm `control` was not invited.
    renewals : ibis.Table
        One row per account and due date (:data:`contract.RENEWALS`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    experiments : ibis.Table
        One row per unit and experiment (:data:`contract.EXPERIMENTS`); units are accounts.
    quarters : Quarters
        Contracts due in these are counted; all due since the invitation teach the effect.

    Returns
    -------
    list of Outcome
        One per claim; `study` is the :class:`evidence.Encouragement`.

    Notes
    -----
    Each account's first contract due after the invitation is its outcome. If the invitation moved
    too few, the effect of joining has no limit: `not_applicable`.
    """
    outcomes = []
    for claim in claims_of(claims, ("renewal_rate",), "encouragement"):
        units = _invited(claim["population"], renewals, accounts, experiments, quarters)
        if units.empty or units["is_invited"].nunique() < 2:
            outcomes.append(Outcome.missing(claim, quarters, "no_data"))
            continue
        found = randomised_encouragement(
            units["renewed"].to_numpy(float),
            units["has_joined"].to_numpy(float),
            units["is_invited"].to_numpy(bool),
            generator(claim["claim_id"]),
        )
        joined = units[units["has_joined"]]
        outcomes.append(
            Outcome(
                claim=claim,
                base=counted_by_quarter(joined["due_on"], np.ones(len(joined)), claim, quarters),
                effect=found.use,
                change=found.use,
                evidence=found.evidence,
                persons=len(units),
                by_account=joined.groupby("account_id").size().astype(float),
                study=found,
            )
        )
    return outcomes


def _invited(
    experiment: Any,
    renewals: ir.Table,
    accounts: ir.Table,
    experiments: ir.Table,
    quarters: Quarters,
) -> pd.DataFrame:
    """Units of an experiment with the first contract that was due after their assignment."""
    end = min(days(quarters)[-1], local_day(quarters.as_of, quarters))
    units = experiments.filter(_.experiment_id == str(experiment))
    units = units.select("arm", "assigned_at", account_id="unit_id")
    due = (
        renewals.filter(_.due_on < ibis.literal(end))
        .join(units, "account_id")
        .join(accounts.select("account_id", "first_community_at"), "account_id")
        .to_pandas()
    )
    due["due_on"] = pd.to_datetime(due["due_on"])
    due = due[due["due_on"] > pd.to_datetime(due["assigned_at"])]
    due = due.sort_values(["account_id", "due_on"]).drop_duplicates("account_id")
    joined_on = _local_days(due["first_community_at"], quarters)
    return due.assign(is_invited=due["arm"] != "control", has_joined=joined_on < due["due_on"])


# Deals: won or lost


def deals_compared(claims: pd.DataFrame, deals: ir.Table, quarters: Quarters) -> list[Outcome]:
    """
    Deals won because of a reference, against comparable deals that needed one and had none.

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`): those on `win_rate` that rest on a
        matched comparison.
    deals : ibis.Table
        One row per opportunity (:data:`contract.DEALS`): those decided that needed a reference.
    quarters : Quarters
        Deals decided in these are counted; all on record teach the effect.

    Returns
    -------
    list of Outcome
        One per claim; `study` is the :class:`evidence.MatchedComparison`.

    Notes
    -----
    Compared are deals of the same source, amount, calendar month and kind of buyer, new or known.
    """
    outcomes = []
    for claim in claims_of(claims, ("win_rate",), "matched_comparison"):
        decided = (
            deals.filter(
                _.needed_reference.fill_null(False),
                _.stage.isin(("won", "lost")),
                _.had_reference.notnull(),
            )
            .select(
                "deal_id", "stage", "closed_on", "created_on", "amount", "source", "had_reference"
            )
            .to_pandas()
            .sort_values("deal_id")
            .reset_index(drop=True)
        )
        if decided.empty or decided["had_reference"].nunique() < 2:
            outcomes.append(Outcome.missing(claim, quarters, "no_data"))
            continue
        covariates = pd.DataFrame(
            {
                "source": decided["source"].astype("object"),
                "amount": np.log1p(decided["amount"].astype(float)),
                "created": pd.to_datetime(decided["created_on"]).astype("int64") / 1e18,
            }
        )
        has_reference = decided["had_reference"].astype(bool)
        found = matched_comparison(
            (decided["stage"] == "won").astype(float),
            has_reference,
            covariates,
            generator(claim["claim_id"]),
        )
        closed = decided.loc[has_reference, "closed_on"]
        outcomes.append(
            Outcome(
                claim=claim,
                base=counted_by_quarter(
                    pd.to_datetime(closed), np.ones(len(closed)), claim, quarters
                ),
                effect=found.effect,
                change=found.effect,
                evidence=found.evidence,
                persons=int(has_reference.sum()),
                study=found,
            )
        )
    return outcomes


# What was not measured


def unmeasured(
    claims: pd.DataFrame, posts: ir.Table, ideas: ir.Table, quarters: Quarters
) -> list[Outcome]:
    """
    Claims that rest on a multiplier or an opinion: views of accepted answers, delivered ideas.

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`).
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    ideas : ibis.Table
        One row per product feedback item (:data:`contract.IDEAS`).
    quarters : Quarters

    Returns
    -------
    list of Outcome
        One per claim on `naive_deflection`, which takes its effect from the assumption of the
        industry's multiplier, or on `delivered_votes_share`, a unit per delivered idea.
    """
    outcomes = []
    for claim in claims_of(claims, ("naive_deflection",), "multiplier"):
        views = views_of_accepted_answers(posts, quarters)
        outcomes.append(_believed(claim, views, multiplier=DEFLECTION_MULTIPLIER))
    for claim in claims_of(claims, ("delivered_votes_share",), "opinion", "survey_intent"):
        delivered = ideas.filter(_.status == "delivered")
        counted = delivered.mutate(quarter=quarter_of(_.status_at, quarters))
        many = counted.group_by("quarter").aggregate(many=_.count()).to_pandas()
        outcomes.append(_believed(claim, _by_name(many, "many", quarters)))
    return outcomes


def _believed(claim: Mapping[Any, Any], base: np.ndarray, multiplier: str = "") -> Outcome:
    """An outcome that nobody measured: a unit for each of its base."""
    one = Effect(1.0, np.ones(1), round(base.sum()))
    return Outcome(
        claim=claim,
        base=base,
        effect=one,
        change=one,
        evidence=Evidence(design_of(claim)),
        persons=0,
        multiplier=multiplier,
    )


def views_of_accepted_answers(posts: ir.Table, quarters: Quarters) -> np.ndarray:
    """
    Views, as exported, of the answers accepted in each quarter.

    Notes
    -----
    Views have no date: those of an answer all count in the quarter in which it was accepted. Where
    an export counts views by question only, those of the question count.
    """
    questions = posts.filter(posts.post_id == posts.thread_id)
    seen = questions.select(thread_id="thread_id", seen="views")
    accepted = posts.filter(_.is_accepted.fill_null(False), _.deleted_at.isnull())
    views = (
        accepted.left_join(seen, "thread_id")
        .mutate(
            quarter=quarter_of(ibis.coalesce(_.accepted_at, _.posted_at), quarters),
            many=ibis.coalesce(_.views, _.seen, 0),
        )
        .group_by("quarter")
        .aggregate(many=_.many.sum())
        .to_pandas()
    )
    return _by_name(views, "many", quarters)


def _by_name(counted: pd.DataFrame, column: str, quarters: Quarters) -> np.ndarray:
    """A column by quarter, zero where there is none."""
    found = counted.dropna(subset=["quarter"]).set_index("quarter")[column]
    return found.reindex(list(quarters), fill_value=0).to_numpy(float)
