"""How well is the company known and rated, and do its customers come and stay?"""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import by_quarter, exact_sum, metric, quarter_of_day, rates
from tacheles.measurement.means import means, ratios, sums_by_quarter
from tacheles.quarter import Quarters


@metric(unit="share", better="up")
def aided_awareness(partner_metrics: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of those asked who know the company when they hear its name, by marketing's own survey.

    Parameters
    ----------
    partner_metrics : ibis.Table
        One row per department, metric and month (:data:`contract.PARTNER_METRICS`): the metric
        `aided_awareness`.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    The last wave of the quarter, as the department counted it; never computed from what is written
    in the community. How many were asked is not known here: there is no interval.
    """
    return _of_department(partner_metrics, "aided_awareness", quarters)


@metric(unit="score", better="up")
def review_score(advocacy: ir.Table, partner_metrics: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Mean score of the quarter's public reviews, each platform on its own scale.

    Parameters
    ----------
    advocacy : ibis.Table
        One row per act of advocacy (:data:`contract.ADVOCACY`): the reviews with a score.
    partner_metrics : ibis.Table
        One row per department, metric and month (:data:`contract.PARTNER_METRICS`): the metric
        `review_score`, where no review is recorded.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and platform. [points of the platform]

    Notes
    -----
    Scales are never mixed. Reviews without a score are left out and counted. Without any recorded
    review the last number of the quarter that a department counted itself is told, in one row
    without a platform and without an interval.
    """
    reviews = advocacy.filter(_.kind == "review").mutate(platform=_.platform.fill_null(""))
    platforms = sorted(reviews.select("platform").distinct().to_pandas()["platform"])
    if not platforms:
        return _of_department(partner_metrics, "review_score", quarters)
    rows = [
        _scored(reviews.filter(_.platform == name), quarters).assign(segment=name)
        for name in platforms
    ]
    return pd.concat(rows).sort_values(["quarter", "segment"], kind="stable", ignore_index=True)


def _scored(reviews: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """Mean score of one platform's reviews."""
    is_scored = _.score.notnull()
    counted = by_quarter(
        reviews,
        "acted_at",
        quarters,
        n=is_scored.sum(),
        left_out=(~is_scored).sum(),
        persons=ibis.coalesce(_.member_id, _.account_id).nunique(where=is_scored),
    )
    sums = sums_by_quarter(
        reviews, "acted_at", quarters, total=exact_sum(_.score), squares=exact_sum(_.score**2)
    )
    return means(counted.merge(sums, on="quarter"))


def _of_department(partner_metrics: ir.Table, name: str, quarters: Quarters) -> pd.DataFrame:
    """The last number of each quarter that a department counted itself."""
    months = (
        partner_metrics.filter(_.metric == name)
        .mutate(quarter=quarter_of_day(_.month, quarters))
        .filter(_.quarter.notnull())
        .select("quarter", "month", "value")
        .to_pandas()
    )
    last = months.sort_values(["month", "value"]).groupby("quarter")["value"].last()
    values = pd.Series(list(quarters)).map(last).astype(float)
    return pd.DataFrame(
        {
            "quarter": list(quarters),
            "value": values,
            "persons": 0,
            "status": np.where(values.notna(), "ok", "no_data"),
        }
    )


@metric(unit="customers", better="up")
def customers_gained(accounts: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Customers who started in the quarter.

    Parameters
    ----------
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [customers] A full count: no interval.
    """
    rows = _started_and_ended(accounts, quarters)
    return rows.assign(value=rows["started"].where(rows["status"] == "ok"), n=rows["started"])


@metric(unit="customers", better="up")
def net_customers_gained(accounts: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Customers who started in the quarter, less those who ended in it.

    Parameters
    ----------
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts both. [customers] A full count: no interval.
    """
    rows = _started_and_ended(accounts, quarters)
    net = rows["started"] - rows["ended"]
    return rows.assign(value=net.where(rows["status"] == "ok"), n=rows["started"] + rows["ended"])


def _started_and_ended(accounts: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """Customers by the quarter they started and ended in; a quarter before all of them is empty."""
    started = by_quarter(accounts, "started_on", quarters, started=_.count())
    ended = by_quarter(accounts, "ended_on", quarters, ended=_.count())
    first = accounts.started_on.min().execute()
    is_known = np.array(
        [not pd.isna(first) and pd.Timestamp(first).date() < day for day in quarters.first_days[1:]]
    )
    rows = started.merge(ended, on="quarter")
    persons = (rows["started"] + rows["ended"]).where(is_known, 0)
    return rows.assign(persons=persons, status=np.where(is_known, "ok", "no_data"))


@metric(unit="share", better="none")
def community_share_of_customers_gained(accounts: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the quarter's new customers of whom somebody had joined the community by its end.

    Parameters
    ----------
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    A description: nobody knows from it whether they came because of the community.
    """
    ends = zip(quarters, quarters.borders[1:], strict=True)
    known = accounts.mutate(quarter=quarter_of_day(accounts.started_on, quarters))
    joined = known.mutate(
        has_joined=(_.first_community_at < _.quarter.cases(*ends, else_=None)).fill_null(False)
    )
    counted = by_quarter(joined, "started_on", quarters, successes=_.has_joined.sum(), n=_.count())
    return rates(counted.assign(persons=counted["n"], left_out=0))


@metric(unit="share", better="up")
def renewal_rate(renewals: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Contracts that were renewed, as a share of those due in the quarter.

    Parameters
    ----------
    renewals : ibis.Table
        One row per customer and due date (:data:`contract.RENEWALS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Contracts that are not due yet at `quarters.as_of` are left out and counted, even if they were
    renewed early: those who leave do not say so early.
    """
    return rates(_due(renewals, quarters))


@metric(unit="share", better="up")
def renewal_rate_by_amount(renewals: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Money of the contracts that were renewed, as a share of the money due in the quarter.

    Parameters
    ----------
    renewals : ibis.Table
        One row per customer and due date (:data:`contract.RENEWALS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts contracts. [share]

    Notes
    -----
    As :func:`renewal_rate`, each contract weighted with its amount; contracts without an amount are
    left out and counted too.
    """
    has_amount = renewals.filter(_.amount.notnull())
    counted, known = _due(renewals, quarters), _due(has_amount, quarters)
    missing = counted["n"] - known["n"]
    kept = _.amount * _.renewed.cast("float64")
    due = has_amount.filter(~_is_young(quarters))
    sums = sums_by_quarter(
        due,
        "due_on",
        quarters,
        part=exact_sum(kept),
        whole=exact_sum(_.amount),
        part_squares=exact_sum(kept**2),
        whole_squares=exact_sum(_.amount**2),
        products=exact_sum(kept * _.amount),
    )
    known["left_out"] = counted["left_out"] + missing
    rows = ratios(known.merge(sums, on="quarter"))
    return rows.assign(low=rows["low"].clip(lower=0), high=rows["high"].clip(upper=1))


@metric(unit="share", better="none")
def renewal_rate_by_membership(
    renewals: ir.Table, accounts: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Contracts that were renewed, as a share of those due, of customers in the community and others.

    Parameters
    ----------
    renewals : ibis.Table
        One row per customer and due date (:data:`contract.RENEWALS`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`): tells who joined the community, and when.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment (`members`, `others`). [share]

    Notes
    -----
    A description, never an effect: customers who will stay join more readily. A customer is in the
    community if somebody had joined before the day the contract was due.
    """
    joined = accounts.filter(_.first_community_at.notnull()).select(
        inside_id="account_id", joined_on=_.first_community_at.date()
    )
    told = renewals.left_join(joined, renewals.account_id == joined.inside_id).mutate(
        is_inside=(_.joined_on < _.due_on).fill_null(False)
    )
    parts = {"members": told.filter(_.is_inside), "others": told.filter(~_.is_inside)}
    rows = [rates(_due(part, quarters)).assign(segment=name) for name, part in parts.items()]
    return pd.concat(rows).sort_values(["quarter", "segment"], kind="stable", ignore_index=True)


def _due(renewals: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """Contracts that were due, and those of them that were renewed."""
    is_young = _is_young(quarters)
    return by_quarter(
        renewals,
        "due_on",
        quarters,
        successes=(~is_young & _.renewed).sum(),
        n=(~is_young).sum(),
        left_out=is_young.sum(),
        too_young=is_young.sum(),
        persons=_.account_id.nunique(where=~is_young),
    )


def _is_young(quarters: Quarters) -> ir.Value:
    """Whether a contract is not due yet: its day was not over when the records were exported."""
    return _.due_on >= ibis.literal(quarters.calendar.day_of(quarters.as_of))
