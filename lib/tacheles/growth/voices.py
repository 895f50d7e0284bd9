"""Does every voice count: newcomers like regulars, in every language and segment?"""

from datetime import timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import REPLY_KINDS, STAFF_ROLES
from tacheles.estimate import LEVEL, by_quarter, kaplan_meier, metric, quarter_of, without_number
from tacheles.growth.clusters import cluster_sums, clustered_rates
from tacheles.growth.contributions import contributions
from tacheles.growth.groups import complete
from tacheles.quarter import Quarters

#: Those with few contributions before the question, and the others.
NEWCOMERS, REGULARS = "newcomers", "regulars"

_MINUTE = 60_000_000  # [µs]


@metric(unit="share", better="up")
def answered_by_experience(
    threads: ir.Table,
    posts: ir.Table,
    members: ir.Table,
    quarters: Quarters,
    *,
    hours: float = 24,
    few: int = 3,
) -> pd.DataFrame:
    """
    Chance that a question of a newcomer, and one of a regular, is answered within the time allowed.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`), from the community's first day.
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.
    hours : float, default 24
        Time allowed for the first answer. [h]
    few : int, default 3
        Contributions before the question with which one still is a newcomer.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and group, newcomers first; `n` counts questions. [share]

    Notes
    -----
    One minus the Kaplan-Meier estimate, in whole minutes: questions that are too young or were
    closed, merged or deleted before anybody answered count as long as they could be answered. The
    interval counts askers, not questions: those of one asker are not independent
    (:func:`clustered_rates`). Questions of unknown authors are left out and counted in `left_out`;
    those of staff are in no group. A cut-off export does not know who is new: `clipped`.
    """
    grouped = _by_experience(threads, posts, members, few)
    rows = _answered(grouped, quarters, hours, [NEWCOMERS, REGULARS])
    return without_number(rows, [quarters.history_from is not None] * len(rows), "clipped")


@metric(unit="share", better="up")
def answered_by_language(
    threads: ir.Table, posts: ir.Table, quarters: Quarters, *, hours: float = 24
) -> pd.DataFrame:
    """
    Chance that a question is answered within the time allowed, for each language it is asked in.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`): tells the language.
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.
    hours : float, default 24
        Time allowed for the first answer. [h]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and language, that of most questions first. [share]

    Notes
    -----
    As :func:`answered_by_experience`. Questions without a language are left out too.
    """
    grouped = _by_language(threads, posts)
    return _answered(grouped, quarters, hours, _largest_first(grouped, quarters))


@metric(unit="share", better="up")
def answered_by_segment(
    threads: ir.Table, members: ir.Table, quarters: Quarters, *, hours: float = 24
) -> pd.DataFrame:
    """
    Chance that a question is answered within the time allowed, for each segment of the askers.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells the segment.
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.
    hours : float, default 24
        Time allowed for the first answer. [h]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment, that of most questions first. [share]

    Notes
    -----
    As :func:`answered_by_experience`. Questions of members without a segment are left out too, and
    a member's segment is as exported.
    """
    grouped = _by_segment(threads, members)
    return _answered(grouped, quarters, hours, _largest_first(grouped, quarters))


@metric(unit="percentage_points", better="up")
def voice_equity_gap(
    threads: ir.Table,
    posts: ir.Table,
    members: ir.Table,
    quarters: Quarters,
    *,
    hours: float = 24,
    few: int = 3,
) -> pd.DataFrame:
    """
    Chance of an answer in the time allowed for newcomers' questions, less that for regulars'.

    Parameters
    ----------
    threads, posts, members, quarters, hours, few
        As in :func:`answered_by_experience`.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; below 0 newcomers are worse off. [percentage points]

    Notes
    -----
    The difference of the two estimates of :func:`answered_by_experience`; its interval is made of
    theirs (Zou and Donner's MOVER), which count askers. Who asks first as a newcomer and then as a
    regular is in both: that makes the interval a little wide, never narrow. The persons behind the
    number are those of the smaller group.
    """
    grouped = _by_experience(threads, posts, members, few)
    rows = _gaps(_answered(grouped, quarters, hours, [NEWCOMERS, REGULARS]), REGULARS)
    rows = rows.drop(columns="segment")
    return without_number(rows, [quarters.history_from is not None] * len(rows), "clipped")


@metric(unit="percentage_points", better="up")
def voice_equity_gap_by_language(
    threads: ir.Table, posts: ir.Table, quarters: Quarters, *, hours: float = 24
) -> pd.DataFrame:
    """
    Chance of an answer in the time allowed in each language, less that in the most used one.

    Parameters
    ----------
    threads, posts, quarters, hours
        As in :func:`answered_by_language`.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and language but the most used one. [percentage points]

    Notes
    -----
    The most used language is that of most questions in all the quarters. With one language there is
    nothing to compare: `not_applicable`. Otherwise as :func:`voice_equity_gap`.
    """
    grouped = _by_language(threads, posts)
    languages = _largest_first(grouped, quarters)
    return _gaps(_answered(grouped, quarters, hours, languages), *languages[:1])


@metric(unit="percentage_points", better="up")
def voice_equity_gap_by_segment(
    threads: ir.Table, members: ir.Table, quarters: Quarters, *, hours: float = 24
) -> pd.DataFrame:
    """
    Chance of an answer in the time allowed for each segment, less that for the largest one.

    Parameters
    ----------
    threads, members, quarters, hours
        As in :func:`answered_by_segment`.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment but the largest one. [percentage points]

    Notes
    -----
    The largest segment is that of most questions in all the quarters. With one segment there is
    nothing to compare: `not_applicable`. Otherwise as :func:`voice_equity_gap`.
    """
    grouped = _by_segment(threads, members)
    segments = _largest_first(grouped, quarters)
    return _gaps(_answered(grouped, quarters, hours, segments), *segments[:1])


def _by_experience(threads: ir.Table, posts: ir.Table, members: ir.Table, few: int) -> ir.Table:
    """Threads with whether who asked had few contributions before; staff in no group."""
    in_order = ibis.row_number().over(group_by="member_id", order_by=["posted_at", "post_id"])
    # up to and including the one after the few, everything is a newcomer's
    last = (
        contributions(posts, members)
        .mutate(place=in_order)
        .filter(_.place == few)
        .select("member_id", last_at="posted_at")
    )
    staff = members.filter(_.role.isin(STAFF_ROLES)).select("member_id")
    is_new = (_.opened_at <= _.last_at).fill_null(True)
    asked = threads.anti_join(staff, "member_id").left_join(last, "member_id")
    return asked.mutate(group=is_new.ifelse(NEWCOMERS, REGULARS)).drop("member_id_right")


def _by_language(threads: ir.Table, posts: ir.Table) -> ir.Table:
    """Threads with the language of their opener."""
    openers = posts.filter(~_.kind.isin(REPLY_KINDS).fill_null(False))
    in_order = [_.posted_at, _.post_id]
    languages = openers.group_by("thread_id").aggregate(group=_.language.first(order_by=in_order))
    return threads.left_join(languages, "thread_id")


def _by_segment(threads: ir.Table, members: ir.Table) -> ir.Table:
    """Threads with the segment of who asked."""
    return threads.left_join(members.select("member_id", group="segment"), "member_id")


def _largest_first(grouped: ir.Table, quarters: Quarters) -> list[str]:
    """Groups with a question in the quarters, that of most questions first."""
    asked = grouped.filter(quarter_of(_.opened_at, quarters).notnull(), _.group.notnull())
    sizes = asked.group_by("group").aggregate(n=_.count()).to_pandas()
    return list(sizes.sort_values(["n", "group"], ascending=[False, True])["group"])


def _answered(
    grouped: ir.Table, quarters: Quarters, hours: float, groups: list[str]
) -> pd.DataFrame:
    """Chance of an answer per quarter and group, with an interval that counts askers."""
    last = round(hours * 60)
    seen_until = ibis.least(_.first_reply_at, _.ended_at, ibis.literal(quarters.as_of))
    waited = seen_until.delta(_.opened_at, unit="microsecond")
    asked = (
        grouped.mutate(quarter=quarter_of(_.opened_at, quarters), segment=_.group)
        .filter(_.quarter.notnull(), _.segment.notnull(), _.member_id.notnull())
        .mutate(
            # begun minutes count whole, so that the last one ends with the time allowed
            minutes=ibis.least((waited + (_MINUTE - 1)) // _MINUTE, last + 1),
            is_seen=(_.first_reply_at == seen_until).fill_null(False),
        )
        .mutate(is_event=_.is_seen & (_.minutes <= last))
    )
    by_asker = (
        asked.left_join(_still_to_come(asked, last), ["quarter", "segment", "minutes", "is_event"])
        .group_by("quarter", "segment", "member_id")
        .aggregate(
            answered=(_.is_event.cast("float64") + _.expected.fill_null(0.0)).sum(),
            asked=_.count(),
        )
    )
    sums = by_asker.group_by("quarter", "segment").aggregate(**cluster_sums(_.answered, _.asked))
    rows = clustered_rates(complete(sums.to_pandas(), quarters, groups))
    unknown = by_quarter(
        grouped,
        "opened_at",
        quarters,
        left_out=(_.group.isnull() | _.member_id.isnull()).sum(),
        unthreaded=(~_.has_threads).sum(),
    )
    rows = rows.assign(persons=rows["clusters"]).merge(unknown, on="quarter")
    latest = quarters.as_of - timedelta(hours=hours)
    young = [
        name for name, start in zip(quarters, quarters.borders, strict=False) if start > latest
    ]
    is_young = rows["quarter"].isin(young)
    rows = without_number(rows, is_young & (rows["n"] > 0), "not_mature")
    return without_number(rows, rows["unthreaded"] > 0, "not_applicable")


def _still_to_come(asked: ir.Table, last: int) -> ir.Table:
    """
    Expected answers of those no longer seen before their time was over (Efron's redistribution).

    With them the share answered is the Kaplan-Meier estimate, and can be told asker by asker.
    """
    counted = asked.group_by("quarter", "segment", "minutes", "is_event").aggregate(units=_.count())
    found = []
    for (quarter, segment), own in counted.to_pandas().groupby(["quarter", "segment"]):
        curve = kaplan_meier(own.rename(columns={"minutes": "time"}))
        for minutes in own.loc[~own["is_event"] & (own["minutes"] <= last), "minutes"]:
            expected = 1 - curve.at(last)[0] / curve.at(minutes)[0]
            found.append((quarter, segment, minutes, False, expected))
    names = ["quarter", "segment", "minutes", "is_event", "expected"]
    types = ["string", "string", "int64", "boolean", "float64"]
    rows = pd.DataFrame(found, columns=names)
    return ibis.memtable(rows, schema=dict(zip(names, types, strict=True)))


def _gaps(rows: pd.DataFrame, reference: str | None = None) -> pd.DataFrame:
    """Each group's chance less that of the reference, in percentage points."""
    others = rows[rows["segment"] != reference]
    if reference is None or others.empty:
        status = "no_data" if reference is None else "not_applicable"
        return rows.assign(segment="", value=np.nan, low=np.nan, high=np.nan, status=status)
    of_reference = rows[rows["segment"] == reference].set_index("quarter")
    base = of_reference.loc[others["quarter"]].reset_index(drop=True)
    own = others.reset_index(drop=True)
    gap = own["value"] - base["value"]
    low = gap - np.hypot(own["value"] - own["low"], base["high"] - base["value"])
    high = gap + np.hypot(own["high"] - own["value"], base["value"] - base["low"])
    gaps = own.assign(
        value=100 * gap,
        low=100 * low,
        high=100 * high,
        level=LEVEL,
        n=own["n"] + base["n"],
        persons=np.minimum(own["persons"], base["persons"]),
        status=own["status"].where(own["status"] != "ok", base["status"]),
    )
    gaps.loc[gaps["status"] != "ok", ["value", "low", "high", "level"]] = np.nan
    return gaps


@metric(unit="share", better="up")
def contribution_breadth(posts: ir.Table, members: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Overlap of contributions and members over segments: the sum of the smaller of their two shares.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells segments, bots and staff.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts contributions. [share] A full count: no interval.

    Notes
    -----
    1 where every segment writes in proportion to its members; what is missing to 1 is the part of
    the contributions that would have to come from other segments. Members are those who had joined
    by the quarter's end (all, where nobody's joining is known) and had not left before it began,
    without bots and staff. Contributions of members without a segment are left out and counted in
    `left_out`. With one segment there is nothing to overlap: `not_applicable`. The persons behind
    the number are the contributors.
    """
    written = _contributions_by_segment(posts, members, quarters)
    there = _members_by_segment(members, quarters)
    unknown = by_quarter(posts, "posted_at", quarters, left_out=_.member_id.isnull().sum())
    rows = []
    for quarter in quarters:
        all_of_quarter = written[written["quarter"] == quarter]
        own = all_of_quarter.dropna(subset="segment").set_index("segment")
        people = there[there["quarter"] == quarter].set_index("segment")["members"]
        n = own["contributions"].sum()
        shares = pd.concat([own["contributions"] / n, people / people.sum()], axis=1).fillna(0)
        is_split = n > 0 and len(people) > 1
        rows.append(
            {
                "n": n,
                "persons": own["persons"].sum(),
                "value": shares.min(axis=1).sum() if is_split else np.nan,
                "without_segment": all_of_quarter["contributions"].sum() - n,
                "status": "ok" if is_split else "not_applicable" if n else "no_data",
            }
        )
    told = pd.concat([unknown, pd.DataFrame(rows)], axis=1)
    return told.assign(left_out=told["left_out"] + told["without_segment"])


def _contributions_by_segment(
    posts: ir.Table, members: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """Contributions and contributors per quarter and segment; an empty segment is unknown."""
    made = contributions(posts, members).select("member_id", "posted_at")
    of_segment = made.left_join(members.select("member_id", "segment"), "member_id")
    return (
        of_segment.mutate(quarter=quarter_of(_.posted_at, quarters))
        .filter(_.quarter.notnull())
        .group_by("quarter", "segment")
        .aggregate(contributions=_.count(), persons=_.member_id.nunique())
        .to_pandas()
    )


def _members_by_segment(members: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """Members there in a quarter, per segment."""
    borders = quarters.borders
    spans = {"quarter": list(quarters), "starts_at": borders[:-1], "ends_at": borders[1:]}
    moments = dict.fromkeys(["starts_at", "ends_at"], "datetime64[us]")
    is_known = members.joined_at.count().execute() > 0
    customers = members.filter(
        _.segment.notnull(),
        ~_.role.isin(STAFF_ROLES).fill_null(False),
        ~_.is_bot.fill_null(False),
    )
    return (
        customers.cross_join(ibis.memtable(pd.DataFrame(spans).astype(moments)))
        .filter(
            (_.joined_at < _.ends_at).fill_null(not is_known),
            (_.left_at >= _.starts_at).fill_null(True),
        )
        .group_by("quarter", "segment")
        .aggregate(members=_.count())
        .to_pandas()
    )
