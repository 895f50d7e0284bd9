"""Does every voice count: newcomers like regulars, in every language and segment?"""

from datetime import timedelta

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import STAFF_ROLES
from tacheles.estimate import (
    LEVEL,
    exact_sum,
    kaplan_meier,
    metric,
    quarter_of,
    without_number,
)
from tacheles.growth.clusters import cluster_sums, clustered_rates
from tacheles.growth.contributions import contributions, per_quarter, within
from tacheles.growth.groups import complete
from tacheles.quarter import Quarters, name_of

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
    staff = members.filter(_.role.isin(STAFF_ROLES)).select("member_id")
    made = contributions(posts, members).group_by("member_id")
    # up to and including the one after the few, everything is a newcomer's
    last = made.aggregate(last_at=_earliest(_.posted_at, few + 1)[few])
    known = threads.anti_join(staff, "member_id").left_join(last, "member_id")
    is_new = (_.opened_at <= _.last_at).fill_null(True)
    rows = _answered(
        known, is_new.ifelse(NEWCOMERS, REGULARS), quarters, hours, [NEWCOMERS, REGULARS]
    )
    return without_number(rows, [quarters.history_from is not None] * len(rows), "clipped")


@metric(unit="share", better="up")
def answered_by_language(
    threads: ir.Table, quarters: Quarters, *, hours: float = 24
) -> pd.DataFrame:
    """
    Chance that a question is answered within the time allowed, for each language it is asked in.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`), with the language of its question.
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
    return _answered(threads, _.language, quarters, hours)


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
    segments = members.select("member_id", "segment")
    return _answered(threads.left_join(segments, "member_id"), _.segment, quarters, hours)


@metric(unit="percentage_points", better="up")
def voice_equity_gap(answered_by_experience: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Chance of an answer in the time allowed for newcomers' questions, less that for regulars'.

    Parameters
    ----------
    answered_by_experience : DataFrame
        ESTIMATES of :func:`answered_by_experience`.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; below 0 newcomers are worse off. [percentage points]

    Notes
    -----
    The difference of two estimates; its interval is made of theirs (Zou and Donner's MOVER), which
    count askers. Who asks first as a newcomer and then as a regular is in both: that makes the
    interval a little wide, never narrow. The persons behind the number are those of the smaller
    group.
    """
    return _gaps(answered_by_experience, quarters, REGULARS).drop(columns="segment")


@metric(unit="percentage_points", better="up")
def voice_equity_gap_by_language(
    answered_by_language: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    Chance of an answer in the time allowed in each language, less that in the most used one.

    Parameters
    ----------
    answered_by_language : DataFrame
        ESTIMATES of :func:`answered_by_language`, the most used language first.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and language but the most used one. [percentage points]

    Notes
    -----
    The most used language is that of most questions in all the quarters. With one language there is
    nothing to compare: `not_applicable`. Otherwise as :func:`voice_equity_gap`.
    """
    return _gaps(answered_by_language, quarters, answered_by_language["segment"].iloc[0])


@metric(unit="percentage_points", better="up")
def voice_equity_gap_by_segment(
    answered_by_segment: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    Chance of an answer in the time allowed for each segment, less that for the largest one.

    Parameters
    ----------
    answered_by_segment : DataFrame
        ESTIMATES of :func:`answered_by_segment`, the largest segment first.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment but the largest one. [percentage points]

    Notes
    -----
    The largest segment is that of most questions in all the quarters. With one segment there is
    nothing to compare: `not_applicable`. Otherwise as :func:`voice_equity_gap`.
    """
    return _gaps(answered_by_segment, quarters, answered_by_segment["segment"].iloc[0])


@ibis.udf.agg.builtin(name="min")
def _earliest(moment: dt.timestamp, number: int) -> dt.Array[dt.timestamp]:
    """So many of a group's earliest moments, in order: the engine's `min` with a number."""


def _answered(
    threads: ir.Table,
    group: ir.StringValue,
    quarters: Quarters,
    hours: float,
    groups: list[str] | None = None,
) -> pd.DataFrame:
    """
    Chance of an answer per quarter and group, with an interval that counts askers.

    Without `groups`, each with a question, that of most questions first.
    """
    last = round(hours * 60)
    opened = _waits(threads, group, quarters, last).cache()
    is_known = _.segment.notnull() & _.member_id.notnull()
    by_asker = _by_asker(opened.filter(is_known), last).group_by("quarter", "segment")
    found = by_asker.aggregate(**cluster_sums(_.answered, _.asked)).to_pandas()
    if groups is None:
        sizes = found.groupby("segment", as_index=False)["whole"].sum()
        groups = list(sizes.sort_values(["whole", "segment"], ascending=[False, True])["segment"])
    rows = clustered_rates(complete(found, quarters, groups))
    unknown = opened.group_by("quarter").aggregate(
        left_out=(~is_known).sum(), unthreaded=(~_.has_threads).sum()
    )
    rows = rows.assign(persons=rows["clusters"]).merge(unknown.to_pandas(), "left", on="quarter")
    latest = quarters.as_of - timedelta(hours=hours)
    young = [
        name for name, start in zip(quarters, quarters.borders, strict=False) if start > latest
    ]
    is_young = rows["quarter"].isin(young)
    rows = without_number(rows, is_young & (rows["n"] > 0), "not_mature")
    return without_number(rows, rows["unthreaded"] > 0, "not_applicable")


def _waits(threads: ir.Table, group: ir.StringValue, quarters: Quarters, last: int) -> ir.Table:
    """How long the askers of the quarters waited, in minutes, and whether they were answered."""
    seen_until = ibis.least(_.first_reply_at, _.ended_at, ibis.literal(quarters.as_of))
    waited = seen_until.delta(_.opened_at, unit="microsecond")
    # begun minutes count whole, so that the last one ends with the time allowed
    minutes = ibis.least((waited + (_MINUTE - 1)) // _MINUTE, last + 1)
    is_seen = (_.first_reply_at == seen_until).fill_null(False)
    inside = threads.filter(_.opened_at >= quarters.borders[0], _.opened_at < quarters.borders[-1])
    return inside.select(
        *("member_id", "has_threads"),
        quarter=quarter_of(_.opened_at, quarters),
        segment=group,
        minutes=minutes,
        is_event=is_seen & (minutes <= last),
    )


def _by_asker(asked: ir.Table, last: int) -> ir.Table:
    """Questions of each asker, and how many of them are or can be expected to be answered."""
    keys = ["quarter", "segment", "member_id"]
    # those no longer seen are few: only they are looked up
    unseen = asked.filter(~_.is_event, _.minutes <= last)
    expected = unseen.join(_still_to_come(asked, last), ["quarter", "segment", "minutes"])
    expected = expected.group_by(*keys).aggregate(expected=exact_sum(_.expected))
    return (
        asked.group_by(*keys)
        .aggregate(answered=_.is_event.sum(), asked=_.count())
        .left_join(expected, keys)
        .mutate(answered=_.answered + _.expected.fill_null(0))
    )


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
            found.append((quarter, segment, minutes, expected))
    names = ["quarter", "segment", "minutes", "expected"]
    types = ["string", "string", "int64", "float64"]
    rows = pd.DataFrame(found, columns=names)
    return ibis.memtable(rows, schema=dict(zip(names, types, strict=True)))


def _gaps(answered: pd.DataFrame, quarters: Quarters, reference: str) -> pd.DataFrame:
    """Each group's chance less that of the reference, in percentage points."""
    rows = pd.DataFrame(answered[answered["quarter"].isin(list(quarters))])
    others = rows[rows["segment"] != reference]
    if not reference or others.empty:
        status = "not_applicable" if reference else "no_data"
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
def contribution_breadth(
    participation: ir.Table, members: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Overlap of contributions and members over segments: the sum of the smaller of their two shares.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`).
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
    written = _contributions_by_segment(participation, members, quarters)
    there = _members_by_segment(members, quarters)
    unknown = per_quarter(participation, quarters, left_out=_.left_out.sum())
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
                "value": shares.min(axis=1).sort_index().sum() if is_split else np.nan,
                "without_segment": all_of_quarter["contributions"].sum() - n,
                "status": "ok" if is_split else "not_applicable" if n else "no_data",
            }
        )
    told = pd.concat([unknown, pd.DataFrame(rows)], axis=1)
    return told.assign(left_out=told["left_out"] + told["without_segment"])


def _contributions_by_segment(
    participation: ir.Table, members: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """Contributions and contributors per quarter and segment; an empty segment is unknown."""
    made = within(participation, quarters).filter(_.member_id.notnull())
    counted = (
        made.left_join(members.select("member_id", "segment"), "member_id")
        .group_by("quarter", "segment")
        .aggregate(contributions=_.contributions.sum(), persons=_.count())
        .to_pandas()
    )
    return counted.assign(quarter=counted["quarter"].map(name_of))


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
