"""Does content come when it was promised, who writes it, and what does it set in motion?"""

from collections.abc import Hashable, Sequence
from datetime import timedelta
from math import comb
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import STAFF_ROLES
from tacheles.errors import TachelesError
from tacheles.estimate import LEVEL, by_quarter, metric, quarter_of, rates, without_number
from tacheles.growth.clusters import cluster_sums, clustered_rates
from tacheles.growth.contributions import held, holds, without_bots
from tacheles.growth.groups import UNKNOWN, by_quarter_and_group, complete
from tacheles.quarter import Quarters, ordinal

#: What content can be grouped by.
GROUPS = ("format", "purpose", "goal_id", "value_id")

_DAY, _A_DAY = timedelta(days=1), np.timedelta64(1, "D")

_IN_TIME = {
    "successes": (~_.is_young & ~_.is_called_off & _.is_in_time).sum(),
    "n": (~_.is_young & ~_.is_called_off).sum(),
    "left_out": (_.is_young | _.is_called_off).sum(),
    "too_young": _.is_young.sum(),
}


@metric(unit="share", better="up")
def on_time_publishing_rate(
    content: ir.Table,
    quarters: Quarters,
    *,
    tolerance_days: int = 0,
    notice_hours: float = 48,
) -> pd.DataFrame:
    """
    Share of the items planned for the quarter that were published on their day or before.

    Parameters
    ----------
    content : ibis.Table
        One row per planned or published item (:data:`contract.CONTENT`).
    quarters : Quarters
        Quarters to report; an item belongs to the quarter it was planned for.
    tolerance_days : int, default 0
        Days after the planned one on which it is still in time. [d]
    notice_hours : float, default 48
        An item called off earlier than this before its moment was not planned any more. [h]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    A day is a day of the community's clock. Items that were due and are not out count as late, and
    so do those called off at the last moment. Items whose day is not over at `quarters.as_of` and
    those called off in good time are left out and counted in `left_out`. No person is behind it.
    """
    planned = _planned(content, quarters, tolerance_days, notice_hours)
    counted = by_quarter(planned, "planned_at", quarters, **_IN_TIME)
    return rates(counted.assign(persons=0))


@metric(unit="share", better="up")
def on_time_publishing_rate_by_format(
    content: ir.Table,
    quarters: Quarters,
    *,
    tolerance_days: int = 0,
    notice_hours: float = 48,
) -> pd.DataFrame:
    """
    Share of each format's items planned for the quarter that were published on their day or before.

    Parameters
    ----------
    content : ibis.Table
        One row per planned or published item (:data:`contract.CONTENT`).
    quarters : Quarters
        Quarters to report; an item belongs to the quarter it was planned for.
    tolerance_days, notice_hours
        As in :func:`on_time_publishing_rate`.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and format. [share]

    Notes
    -----
    As :func:`on_time_publishing_rate`, for each format that was planned in any of the quarters.
    """
    planned = _planned(content, quarters, tolerance_days, notice_hours)
    counted = by_quarter_and_group(planned, "planned_at", quarters, _.format, **_IN_TIME)
    return rates(counted.assign(persons=0))


def _planned(
    content: ir.Table, quarters: Quarters, tolerance_days: int, notice_hours: float
) -> ir.Table:
    """Items planned for the quarters, each with what is known of it at `quarters.as_of`."""
    days = _days(quarters, tolerance_days)
    planned = content.join(
        days, [content.planned_at >= days.starts_at, content.planned_at < days.ends_at]
    )
    notice = _.planned_at.delta(_.cancelled_at, unit="microsecond") / 3.6e9
    return planned.mutate(is_called_off=(notice > notice_hours).fill_null(False)).mutate(
        is_young=(_.due_at > ibis.literal(quarters.as_of)) & ~_.is_called_off,
        is_in_time=(_.published_at < _.due_at).fill_null(False),
    )


def _days(quarters: Quarters, tolerance_days: int) -> ir.Table:
    """The days of the quarters by the community's clock, and when what is due on them is late."""
    calendar, first = quarters.calendar, quarters.calendar.starts_on(ordinal(quarters.names[0]))
    many = (calendar.starts_on(ordinal(quarters.until) + 1) - first).days
    midnights = [calendar.midnight(first + i * _DAY) for i in range(many + tolerance_days + 1)]
    rows = {
        "starts_at": midnights[:many],
        "ends_at": midnights[1 : many + 1],
        "due_at": midnights[tolerance_days + 1 :],
    }
    return ibis.memtable(pd.DataFrame(rows).astype("datetime64[us]"))


@metric(unit="items", better="none")
def planned_items(content: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Number of each format's items that were planned for the quarter.

    Parameters
    ----------
    content : ibis.Table
        One row per planned or published item (:data:`contract.CONTENT`).
    quarters : Quarters
        Quarters to report; an item belongs to the quarter it was planned for.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and format. [items] A full count: no interval.

    Notes
    -----
    Items called off before their moment, however late, were planned and count. No person is behind
    it.
    """
    return _items(content, quarters)[0]


@metric(unit="items", better="none")
def published_items(content: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Number of each format's items that were published in the quarter.

    Parameters
    ----------
    content : ibis.Table
        One row per planned or published item (:data:`contract.CONTENT`).
    quarters : Quarters
        Quarters to report; an item belongs to the quarter it came out in, whenever it was planned.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and format. [items] A full count: no interval.

    Notes
    -----
    A format that was planned but never published is 0. No person is behind it.
    """
    return _items(content, quarters)[1]


def _items(content: ir.Table, quarters: Quarters) -> list[pd.DataFrame]:
    """Items planned, and items published, per quarter and format: both of the same formats."""
    found = [
        by_quarter_and_group(content, moment, quarters, _.format, n=_.count())
        for moment in ("planned_at", "published_at")
    ]
    formats = sorted({*found[0]["segment"], *found[1]["segment"]} - {""})
    status = "ok" if formats else "no_data"
    counted = [complete(rows, quarters, formats) for rows in found]
    return [
        rows.assign(value=rows["n"] if formats else np.nan, persons=0, status=status)
        for rows in counted
    ]


@metric(unit="score", better="up")
def cadence_regularity(
    content: ir.Table, cadence: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    One less a format's mean deviation from the promised gap, relative to that gap; 0 at worst.

    Parameters
    ----------
    content : ibis.Table
        One row per planned or published item (:data:`contract.CONTENT`).
    cadence : DataFrame
        One row per promised rhythm (:data:`contract.CADENCE`).
    quarters : Quarters
        Quarters to report; a gap belongs to the quarter it ends in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and format promised; `n` counts gaps. [score, 0 to 1]

    Notes
    -----
    Gaps are those between two publications of a format in one channel, from the last one before the
    quarter on. Silence counts as a gap once it is as long as the promised one: after the promise
    began (`since`), and up to the quarter's end or `quarters.as_of`. Else whoever stops publishing
    would look regular. Fewer than three publications, made or missed, are no rhythm, and before the
    promise there is none to keep: `not_applicable`. Every gap is counted, so there is no interval.
    No person is behind it.
    """
    published = _publications(content)
    rows = []
    for quarter, start, end in _spans(quarters):
        for name, promises in cadence.groupby("format"):
            kept = [
                _against_promise(published, promise, quarters, start, end)
                for promise in promises.to_dict("records")
            ]
            deviations = np.concatenate([deviation for deviation, _missed in kept])
            is_rhythm = sum(len(d) + missed for d, missed in kept) >= 2
            value = max(0.0, 1 - deviations.mean()) if is_rhythm else np.nan
            rows.append((quarter, name, value, len(deviations)))
    return _told(rows, quarters, published.empty)


@metric(unit="score", better="up")
def publishing_regularity(
    content: ir.Table, cadence: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    One less the coefficient of variation of the gaps of a format without a promise; 0 at worst.

    Parameters
    ----------
    content : ibis.Table
        One row per planned or published item (:data:`contract.CONTENT`).
    cadence : DataFrame
        One row per promised rhythm (:data:`contract.CADENCE`): these formats are left to
        :func:`cadence_regularity`.
    quarters : Quarters
        Quarters to report; a gap belongs to the quarter it ends in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and format not promised; `n` counts gaps. [score, 0 to 1]

    Notes
    -----
    Equal gaps are 1, however long: it says how even the rhythm is, not whether it is the right one.
    Gaps are relative to the mean gap of their channel; their standard deviation has n - 1. Fewer
    than three publications are no rhythm: `not_applicable`. Every gap is counted, so there is no
    interval. No person is behind it.
    """
    published = _publications(content)
    free = published[~published["format"].isin(cadence["format"])]
    rows = []
    for quarter, start, end in _spans(quarters):
        for name, items in free.groupby("format"):
            gaps = [
                _gaps(own["published_at"].to_numpy(), start, end)
                for _channel, own in items.groupby("channel", dropna=False)
            ]
            even = np.concatenate([own / max(own.mean(), 1e-9) for own in gaps if len(own)] or [[]])
            value = max(0.0, 1 - even.std(ddof=1)) if len(even) >= 2 else np.nan
            rows.append((quarter, name, value, len(even)))
    return _told(rows, quarters, published.empty)


def _publications(content: ir.Table) -> pd.DataFrame:
    """When each item came out, oldest first."""
    published = content.filter(_.published_at.notnull())
    return (
        published.select("format", "channel", "published_at")
        .to_pandas()
        .sort_values("published_at")
    )


def _spans(quarters: Quarters) -> list[tuple[str, np.datetime64, np.datetime64]]:
    """Each quarter with its start and with its end, or the moment up to which it is known."""
    borders = quarters.borders
    return [
        (name, np.datetime64(start), np.datetime64(min(end, quarters.as_of)))
        for name, start, end in zip(quarters, borders, borders[1:], strict=False)
    ]


def _gaps(moments: np.ndarray, start: np.datetime64, end: np.datetime64) -> np.ndarray:
    """Gaps between moments that end in a span. [d]"""
    return np.diff(moments)[(start <= moments[1:]) & (moments[1:] < end)] / _A_DAY


def _against_promise(
    published: pd.DataFrame,
    promise: dict[Hashable, Any],
    quarters: Quarters,
    start: np.datetime64,
    end: np.datetime64,
) -> tuple[np.ndarray, int]:
    """Deviations of the gaps from the promised one, relative to it, and publications missed."""
    own = published[["format", "channel"]].eq([promise["format"], promise["channel"]]).all(axis=1)
    moments = published.loc[own, "published_at"].to_numpy()
    moments = moments[moments < end]
    promised = promise["every_days"]
    if pd.notna(promise["since"]):
        since = np.datetime64(quarters.calendar.midnight(promise["since"]))
        moments = moments[moments >= since]
        first = moments[0] if len(moments) else end
        if (first - since) / _A_DAY >= promised:
            moments = np.insert(moments, 0, since)
    gaps = _gaps(moments, start, end)
    silence = (end - moments[-1]) / _A_DAY if len(moments) else 0.0
    missed = int(silence // promised)
    if missed:
        gaps = np.append(gaps, silence)
    return np.abs(gaps - promised) / promised, missed


def _told(
    rows: Sequence[tuple[str, Hashable, float, int]], quarters: Quarters, nothing: bool
) -> pd.DataFrame:
    """Rows of ESTIMATES from a value per quarter and format, `not_applicable` without one."""
    told = pd.DataFrame(rows, columns=["quarter", "segment", "value", "n"])
    if nothing or told.empty:
        formats = sorted(told["segment"].unique())
        return complete(told[:0], quarters, formats).assign(
            value=np.nan, persons=0, status="no_data"
        )
    status = np.where(told["value"].isna(), "not_applicable", "ok")
    return told.assign(persons=0, status=status)


@metric(unit="share", better="none")
def user_generated_content_share(
    posts: ir.Table, members: ir.Table, member_roles: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of the quarter's posts that members outside the company's staff wrote.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots, and roles as exported.
    member_roles : ibis.Table
        One row per member and change of role (:data:`contract.MEMBER_ROLES`); may be empty.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts posts. [share]

    Notes
    -----
    Who was staff when the post was written counts as staff. Before a member's first known role
    nobody knows it: the post is a member's. Members without any known change have the role that was
    exported, for all quarters alike. Posts of every kind count, comments included; deleted ones,
    and bots', do not. Posts by an unknown author are left out and counted in `left_out`. Where no
    role is known the share would be 1 whoever wrote: `not_applicable`. The interval counts authors,
    not posts (:func:`clustered_rates`).
    """
    human = without_bots(posts, members).filter(_.deleted_at.isnull())
    staff = held(members, member_roles, STAFF_ROLES)
    written = human.left_join(staff, holds(human.member_id, human.posted_at, staff))
    by_author = (
        written.mutate(quarter=quarter_of(_.posted_at, quarters))
        .filter(_.quarter.notnull())
        .group_by("quarter", "member_id")
        # of an unknown author there is one row, and nothing in it counts
        .aggregate(
            by_member=_.count(where=_.member_id.notnull() & _.holder_id.isnull()),
            written=_.member_id.count(),
            left_out=_.member_id.isnull().sum(),
        )
    )
    sums = by_author.group_by("quarter").aggregate(
        **cluster_sums(_.by_member, _.written), left_out=_.left_out.sum()
    )
    rows = pd.DataFrame({"quarter": list(quarters)}).merge(sums.to_pandas(), "left").fillna(0)
    rows = clustered_rates(rows.assign(persons=rows["clusters"]))
    is_told = members.role.count().execute() + member_roles.count().execute() > 0
    return without_number(rows, [not is_told] * len(rows), "not_applicable")


@metric(unit="per_1000", better="up")
def resonance_per_1000_views(
    content: ir.Table, quarters: Quarters, *, by: str = "format", min_views: int = 100
) -> pd.DataFrame:
    """
    Reactions and comments per 1,000 views of the quarter's middle item, for each group of items.

    Parameters
    ----------
    content : ibis.Table
        One row per planned or published item (:data:`contract.CONTENT`).
    quarters : Quarters
        Quarters to report; an item belongs to the quarter it was published in.
    by : {"format", "purpose", "goal_id", "value_id"}
        What the items are grouped by.
    min_views : int, default 100
        Items seen less often say nothing about resonance yet. [views]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and group; `n` counts items. [per 1,000 views]

    Notes
    -----
    The median over the items, so that one item that spread does not speak for its format; of an
    even number the lower of the two in the middle. Its interval is made of two items by their rank
    and holds the median of such items in 95 of 100 cases or more; below six items there are no two
    such, and it reaches from 0 without an upper limit. Views, reactions and comments are as
    exported: older items have had more time. Items with fewer views are left out and counted in
    `left_out`. Items without a group are a group of their own. No person is behind it.

    References
    ----------
    Conover, W. J. (1999). Practical Nonparametric Statistics. Chapter 3.2.
    """
    if by not in GROUPS:
        raise TachelesError(
            "resonance_per_1000_views: nothing to group content by",
            repr(by),
            f"write {', '.join(GROUPS)}",
        )
    is_seen = (_.views >= min_views).fill_null(False)
    counted = by_quarter_and_group(
        content,
        "published_at",
        quarters,
        _[by],
        n=is_seen.sum(),
        left_out=(~is_seen).sum(),
    )
    answered = _.reactions.fill_null(0) + _.comments.fill_null(0)
    items = (
        content.filter(is_seen)
        .mutate(quarter=quarter_of(_.published_at, quarters), segment=_[by].fill_null(UNKNOWN))
        .filter(_.quarter.notnull())
        .select("quarter", "segment", rate=answered.cast("float64") / _.views * 1000)
        .to_pandas()
    )
    medians = [
        _median(items.loc[(items["quarter"] == quarter) & (items["segment"] == segment), "rate"])
        for quarter, segment in zip(counted["quarter"], counted["segment"], strict=True)
    ]
    found = pd.DataFrame(medians, columns=["value", "low", "high"])
    rows = pd.concat([counted, found], axis=1).assign(persons=0, level=LEVEL, status="ok")
    return without_number(rows, rows["n"] == 0, "no_data")


def _median(rates: pd.Series) -> tuple[float, float, float]:
    """The middle value, the lower of two, with the interval between two values by their rank."""
    ordered, n = np.sort(rates.to_numpy()), len(rates)
    if n == 0:
        return np.nan, np.nan, np.nan
    chances = np.array([comb(n, k) / 2**n for k in range(n)])
    rank = int((chances.cumsum() <= (1 - LEVEL) / 2).sum())
    low, high = (ordered[rank - 1], ordered[n - rank]) if rank else (0.0, np.inf)
    return float(ordered[(n - 1) // 2]), float(low), float(high)
