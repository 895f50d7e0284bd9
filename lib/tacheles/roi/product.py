"""What product got: what hurts customers, how soon it was known, what was delivered."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import ASKING_KINDS
from tacheles.estimate import LEVEL, exact_sum, metric, quarter_of, quarter_of_day
from tacheles.quarter import Quarters

#: Accounts that have to raise a feature until somebody looks at it.
_TENTH = 10

#: Resamples behind the range of a rank.
_RESAMPLES = 500


@metric(unit="share", better="up")
def delivered_votes_share(ideas: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the votes on ideas, closed ones aside, whose idea had been delivered by quarter's end.

    Parameters
    ----------
    ideas : ibis.Table
        One row per product feedback item (:data:`contract.IDEAS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts votes, `left_out` those on closed ideas. A full
        count: no interval. [share]

    Notes
    -----
    Votes are as exported, each idea in the state that it had at the end of the quarter; planned
    ideas are open. No euros: what research it spared is a claim with a budget of its own.
    """
    rows = []
    ideas = ideas.select("created_at", "votes", "status", "status_at")
    for name, end in zip(quarters, quarters.borders[1:], strict=True):
        then = ibis.literal(end)
        is_changed = (_.status_at < then).fill_null(False)
        delivered = is_changed & (_.status == "delivered")
        closed = is_changed & (_.status == "closed")
        there = ideas.filter(_.created_at < then)
        counted = there.aggregate(
            delivered=_.votes.sum(where=delivered),
            closed=_.votes.sum(where=closed),
            votes=_.votes.sum(),
        )
        counted = counted.to_pandas().astype(float).fillna(0).iloc[0]
        open_and_delivered = counted["votes"] - counted["closed"]
        some = open_and_delivered > 0
        row = {"quarter": name, "n": open_and_delivered, "left_out": counted["closed"]}
        row |= {"persons": 0, "status": "ok" if some else "no_data"}
        row["value"] = counted["delivered"] / open_and_delivered if some else np.nan
        rows.append(row)
    return pd.DataFrame(rows)


def feature_reports(
    posts: ir.Table, members: ir.Table, tickets: ir.Table, ideas: ir.Table
) -> ir.Table:
    """
    Who raised which feature when: accounts in posts that ask, in tickets and in ideas.

    Parameters
    ----------
    posts, members, tickets, ideas : ibis.Table
        The record tables of these names.

    Returns
    -------
    ibis.Table
        One row per report: `account_id, feature, at, thread_id` (of a public thread), kept by the
        engine, for several definitions share it.
    """
    of = members.filter(_.account_id.notnull()).select("member_id", "account_id")
    asking = posts.filter(
        _.feature.notnull(), _.kind.isin((*ASKING_KINDS, "idea")), _.deleted_at.isnull()
    )
    written = asking.join(of, "member_id").select(
        "account_id", "feature", at="posted_at", thread_id="thread_id"
    )
    sent = tickets.filter(_.feature.notnull(), _.account_id.notnull()).select(
        "account_id", "feature", at="created_at"
    )
    sent = sent.mutate(thread_id=ibis.null("string"))
    wished = (
        ideas.filter(_.thread_id.notnull())
        .join(posts.filter(_.post_id == _.thread_id).select("thread_id", "member_id"), "thread_id")
        .join(of, "member_id")
        .select("account_id", "feature", at="created_at", thread_id="thread_id")
    )
    return written.union(sent).union(wished, distinct=True).cache()


@metric(unit="accounts", better="down")
def feature_pain(feature_reports: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Distinct customers that raised a feature in the quarter, in posts, tickets or ideas.

    Parameters
    ----------
    feature_reports : ibis.Table
        One row per report (:func:`feature_reports`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and feature, `segment` the feature, most raised first. A full
        count: no interval.
    """
    counted = (
        feature_reports.mutate(quarter=quarter_of(_.at, quarters))
        .filter(_.quarter.notnull())
        .group_by("quarter", "feature")
        .aggregate(value=_.account_id.nunique())
        .to_pandas()
    )
    if counted.empty:
        return pd.DataFrame({"quarter": list(quarters), "persons": 0, "status": "no_data"})
    rows = counted.assign(n=counted["value"], persons=counted["value"], status="ok")
    rows = rows.rename(columns={"feature": "segment"})
    return rows.sort_values(["quarter", "value", "segment"], ascending=[True, False, True])


@metric(unit="rank", better="none")
def feature_rank(feature_reports: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Place of a feature by the customers that raised it in the last quarter, 1 the most.

    Parameters
    ----------
    feature_reports : ibis.Table
        One row per report (:func:`feature_reports`).
    quarters : Quarters
        The last one is reported.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per feature, `segment` its name, the most raised first, with the 95 %
        range of its place.

    Notes
    -----
    The range: customers are drawn again with what they raised (percentile bootstrap, fixed seed). A
    place whose range is wide is no place to plan by.
    """
    raised = (
        feature_reports.mutate(quarter=quarter_of(_.at, quarters.latest))
        .filter(_.quarter.notnull())
        .select("account_id", "feature")
        .distinct()
        .to_pandas()
    )
    if raised.empty:
        return pd.DataFrame([{"quarter": quarters.until, "persons": 0, "status": "no_data"}])
    table = pd.crosstab(raised["account_id"], raised["feature"]).sort_index()
    matrix = table.to_numpy(float)
    accounts = len(matrix)
    rng = np.random.default_rng(0)
    weights = rng.multinomial(accounts, np.full(accounts, 1 / accounts), _RESAMPLES)
    places = _places(weights @ matrix)
    limits = np.quantile(places, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    place = _places(matrix.sum(axis=0)[None, :])[0]
    rows = pd.DataFrame(
        {
            "quarter": quarters.until,
            "segment": table.columns,
            "value": place,
            "low": np.minimum(limits[0], place),
            "high": np.maximum(limits[1], place),
            "level": LEVEL,
            "n": matrix.sum(axis=0).astype(int),
            "persons": matrix.sum(axis=0).astype(int),
            "status": "ok",
        }
    )
    return rows.sort_values(["value", "segment"])


def _places(counts: np.ndarray) -> np.ndarray:
    """Place of each column, 1 the largest; ties share the better place."""
    return 1 + (counts[:, None, :] > counts[:, :, None]).sum(axis=2)


@metric(unit="money", better="none")
def feature_revenue(
    feature_reports: ir.Table, revenue: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    What the customers that raised a feature in the last quarter pay for subscriptions in it.

    Parameters
    ----------
    feature_reports : ibis.Table
        One row per report (:func:`feature_reports`).
    revenue : ibis.Table
        One row per account, month and kind (:data:`contract.REVENUE`).
    quarters : Quarters
        The last one is reported.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per feature, `segment` its name, most revenue first; `n` counts
        customers. Nobody knows how much of it is at risk. [currency]
    """
    raised = (
        feature_reports.mutate(quarter=quarter_of(_.at, quarters.latest))
        .filter(_.quarter.notnull())
        .select("account_id", "feature")
        .distinct()
    )
    paid = (
        revenue.filter((_.kind == "subscription").fill_null(True))
        .mutate(quarter=quarter_of_day(_.month, quarters.latest))
        .filter(_.quarter.notnull())
        .group_by("account_id")
        .aggregate(amount=exact_sum(_.amount))
    )
    counted = (
        raised.left_join(paid, "account_id")
        .group_by("feature")
        .aggregate(value=exact_sum(_.amount.fill_null(0.0)), n=_.account_id.nunique())
        .to_pandas()
    )
    if counted.empty:
        return pd.DataFrame([{"quarter": quarters.until, "persons": 0, "status": "no_data"}])
    rows = counted.rename(columns={"feature": "segment"})
    rows = rows.assign(quarter=quarters.until, persons=rows["n"], status="ok")
    return rows.sort_values(["value", "segment"], ascending=[False, True])


@metric(unit="days", better="down")
def days_to_tenth_account(feature_reports: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Days from the first report of a feature until ten different customers had raised it.

    Parameters
    ----------
    feature_reports : ibis.Table
        One row per report (:func:`feature_reports`).
    quarters : Quarters
        Features first raised in these; told with the last one.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per feature, `segment` its name, the quickest first; infinite where ten
        have not raised it yet. `n` counts the customers that have. [days]
    """
    firsts = (
        feature_reports.filter(_.at < ibis.literal(quarters.as_of))
        .group_by("feature", "account_id")
        .aggregate(at=_.at.min())
        .mutate(place=ibis.row_number().over(group_by="feature", order_by=["at", "account_id"]))
    )
    counted = (
        firsts.group_by("feature")
        .aggregate(first=_.at.min(), tenth=_.at.max(where=_.place == _TENTH - 1), n=_.count())
        .to_pandas()
    )
    counted = counted[counted["first"] >= quarters.borders[0]]
    if counted.empty:
        return pd.DataFrame([{"quarter": quarters.until, "persons": 0, "status": "no_data"}])
    waited = (counted["tenth"] - counted["first"]) / pd.Timedelta(days=1)
    rows = pd.DataFrame(
        {
            "quarter": quarters.until,
            "segment": counted["feature"],
            "value": waited.fillna(np.inf),
            "n": counted["n"],
            "persons": counted["n"],
            "status": "ok",
        }
    )
    return rows.sort_values(["value", "segment"])
