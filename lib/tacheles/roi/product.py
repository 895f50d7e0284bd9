"""What product got: what hurts customers, how soon it was known, what was delivered."""

from statistics import NormalDist

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import ASKING_KINDS
from tacheles.estimate import LEVEL, exact_sum, metric, quarter_of, quarter_of_day
from tacheles.quarter import Quarters
from tacheles.sentiment import NOT_APPLICABLE, corrected_mean

#: Accounts that have to raise a feature until somebody looks at it.
_TENTH = 10

#: What a text is called that complains.
NEGATIVE = "negative"

#: Labels from which on a share can be corrected; below, nobody knows how far the tool is off.
FEWEST_LABELS = 100

_OK = {"level": LEVEL, "status": "ok"}

_NEGATIVE = [
    *("quarter", "segment", "value", "low", "high", "level"),
    *("n", "left_out", "persons", "status"),
]

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


def feature_threads(
    feature_reports: ir.Table, quarters: Quarters, *, most: int = 3
) -> pd.DataFrame:
    """
    The last quarter's latest public threads about each feature: for whoever mends it.

    Parameters
    ----------
    feature_reports : ibis.Table
        One row per report (:func:`feature_reports`).
    quarters : Quarters
        Threads of the last one.
    most : int, default 3
        How many of each feature.

    Returns
    -------
    DataFrame
        Columns `feature, thread_id, at`, by feature, the latest first; nobody's name or pseudonym.
    """
    found = (
        feature_reports.mutate(quarter=quarter_of(_.at, quarters.latest))
        .filter(_.quarter.notnull(), _.thread_id.notnull())
        .group_by("feature", "thread_id")
        .aggregate(at=_.at.max())
        .to_pandas()
    )
    ordered = found.sort_values(["feature", "at", "thread_id"], ascending=[True, False, True])
    return ordered.groupby("feature").head(most).reset_index(drop=True)


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


@metric(unit="share", better="down")
def feature_negative_share(judged_texts: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the last quarter's texts about a feature that are negative, corrected by labelled ones.

    Parameters
    ----------
    judged_texts : DataFrame
        One row per text, with its feature and what the tool and people say of its mood
        (:func:`measurement.judged_texts`).
    quarters : Quarters
        The last one is reported.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per feature, `segment` its name, the most negative first, with its 95 %
        interval; `n` counts texts, `left_out` those in a language without a word list. [share]

    Notes
    -----
    A feature with 100 labels of its own is corrected by them (:func:`sentiment.corrected_mean`).
    Another is freed of the tool's errors as all labelled texts show them, (share − false alarms) /
    (found − false alarms): that assumes that the tool finds complaints about every feature alike,
    and does not draw the feature towards the others, as a mean with their labels would. With fewer
    than 100 labels in all, or a tool that calls a complaint so no more often than another text,
    nobody knows: `not_applicable`. Each text counts, and not each customer.

    References
    ----------
    Rogan, W. J. and Gladen, B. (1978). Estimating prevalence from the results of a screening test.
    American Journal of Epidemiology 107, 71-76.
    """
    pool = judged_texts[_is_told(judged_texts) & (judged_texts["by_hand"] != "")]
    last = judged_texts[judged_texts["is_drawn"] & (judged_texts["quarter"] == quarters.until)]
    rows = [
        {"quarter": quarters.until, "segment": str(name)} | _negative(texts, pool, str(name))
        for name, texts in last.dropna(subset=["feature"]).groupby("feature")
    ]
    if not rows:
        return pd.DataFrame([{"quarter": quarters.until, "persons": 0, "status": "no_data"}])
    return (
        pd.DataFrame(rows)
        .reindex(columns=_NEGATIVE)
        .sort_values(["value", "segment"], ascending=[False, True])
    )


def _negative(texts: pd.DataFrame, pool: pd.DataFrame, feature: str) -> dict[str, object]:
    """The negative share of some texts, corrected by the labelled ones."""
    told = texts[_is_told(texts)]
    row = {"n": len(told), "left_out": len(texts) - len(told), "persons": told["person"].nunique()}
    own = pool[pool["feature"] == feature]
    if told.empty or len(pool) < FEWEST_LABELS:
        return row | {"status": "no_data" if told.empty else "not_applicable"}
    by_tool = (told["by_tool"] == NEGATIVE).to_numpy(float)
    if len(own) >= FEWEST_LABELS:
        found = corrected_mean(*_labelled(own), by_tool)
        value, error = found.value, found.standard_error
    else:
        value, error = _freed_of_errors(*_labelled(pool), by_tool)
    if not np.isfinite(value):
        return row | {"status": "not_applicable"}
    half = NormalDist().inv_cdf((1 + LEVEL) / 2) * error
    ends = np.clip([value, value - half, value + half], 0, 1)
    return row | dict(zip(("value", "low", "high"), ends, strict=True)) | _OK


def _labelled(texts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Which labelled texts people call negative, and which of them the tool, not having seen it."""
    by_hand, by_tool = (texts[name] == NEGATIVE for name in ("by_hand", "out_of_fold"))
    return by_hand.to_numpy(float), by_tool.to_numpy(float)


def _freed_of_errors(
    by_hand: np.ndarray, unseen: np.ndarray, by_tool: np.ndarray
) -> tuple[float, float]:
    """A share freed of the tool's errors, with its standard error; NaN if it tells nothing."""
    hits, alarms = unseen[by_hand == 1], unseen[by_hand == 0]
    if not len(hits) or not len(alarms) or hits.mean() <= alarms.mean():
        return np.nan, np.nan
    apart = hits.mean() - alarms.mean()
    share = (by_tool.mean() - alarms.mean()) / apart
    inside = float(np.clip(share, 0, 1))
    errors = [part.var() / len(part) for part in (by_tool, hits, alarms)]
    variance = errors[0] + inside**2 * errors[1] + (1 - inside) ** 2 * errors[2]
    return float(share), float(np.sqrt(variance)) / apart


def _is_told(texts: pd.DataFrame) -> "pd.Series[bool]":
    """Texts of which the tool can say something."""
    return texts["by_tool"] != NOT_APPLICABLE


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
