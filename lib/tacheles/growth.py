"""
Level 2: does the community grow, and does everybody get an answer?

Definitions of `02-growth`. Tables and quarters in, estimates out.
"""

from collections.abc import Hashable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.contract import ANSWER_KINDS, ASKING_KINDS, REPLY_KINDS, STAFF_ROLES
from tacheles.estimate import (
    LEVEL,
    Survival,
    by_quarter,
    counts,
    kaplan_meier,
    metric,
    quarter_of,
    rates,
    without_number,
)
from tacheles.quarter import Quarters, name_of, ordinal

#: Points of the curve of first answers. [h]
CURVE_HOURS = (0.5, 1, 2, 4, 8, 16, 24, 48, 72, 120, 168, 336, 720)


def threads(posts: ir.Table, members: ir.Table) -> ir.Table:
    """
    Threads that ask for an answer, each with the first answer by another person.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells which authors are bots.

    Returns
    -------
    ibis.Table
        One row per thread: `thread_id, member_id` (who asked; empty if the author is unknown),
        `opened_at, first_reply_at` (empty while it waits), `ended_at` (closed, merged or deleted),
        `is_removed` (merged or deleted), `hours_waited` (opening to first reply). [h]
        Several definitions share it: it is computed once and kept by the engine.

    Notes
    -----
    A thread counts if its opener is a question or a discussion; in an export without kinds every
    thread counts. Threads opened by bots do not. A reply counts if it is an answer or a reply,
    later than the opener, not deleted and by another person who is no bot; a comment never does.
    A reply whose author is unknown is by somebody else if the asker is known: an account that was
    deleted is not the account that asked.
    """
    posts = _without_bots(posts, members)
    openers = (
        posts.filter(~_.kind.isin(REPLY_KINDS).fill_null(False))
        .mutate(
            place=ibis.row_number().over(group_by="thread_id", order_by=["posted_at", "post_id"])
        )
        .filter(_.place == 0, _.kind.isin(ASKING_KINDS).fill_null(True))
        .mutate(
            opened_at=_.posted_at,
            ended_at=ibis.least(_.closed_at, _.merged_at, _.deleted_at),
            is_removed=_.merged_at.notnull() | _.deleted_at.notnull(),
        )
        .select("thread_id", "post_id", "member_id", "opened_at", "ended_at", "is_removed")
    )
    replies = posts.filter(_.deleted_at.isnull(), _.kind.isin(ANSWER_KINDS).fill_null(True)).select(
        "thread_id", reply_id=_.post_id, reply_by=_.member_id, replied_at=_.posted_at
    )
    first_replies = (
        replies.join(openers, "thread_id")
        .filter(
            _.reply_id != _.post_id,
            _.replied_at > _.opened_at,
            (_.reply_by != _.member_id).fill_null(True),
        )
        .group_by("thread_id")
        .aggregate(first_reply_at=_.replied_at.min())
    )
    return (
        openers.drop("post_id")
        .left_join(first_replies, "thread_id")
        .drop("thread_id_right")
        .mutate(hours_waited=_.first_reply_at.delta(_.opened_at, unit="microsecond") / 3.6e9)
        .cache()
    )


@metric(unit="share", better="up")
def answered_within(threads: ir.Table, quarters: Quarters, *, hours: float = 24) -> pd.DataFrame:
    """
    Share of the quarter's questions that somebody else answered within the time allowed.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.
    hours : float, default 24
        Time allowed for the first answer. [h]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Questions younger than `hours` at `quarters.as_of`, questions without a known author and
    questions that were deleted or merged are left out and counted in `left_out`. Unanswered
    questions are failures, never dropped; so are those closed before anybody answered.
    Bots' answers do not count; staff answers do.
    """
    is_young = _.opened_at > ibis.literal(quarters.as_of - timedelta(hours=hours))
    is_counted = ~is_young & _.member_id.notnull() & ~_.is_removed
    counted = by_quarter(
        threads,
        "opened_at",
        quarters,
        successes=(is_counted & (_.hours_waited <= hours).fill_null(False)).sum(),
        n=is_counted.sum(),
        left_out=(~is_counted).sum(),
        too_young=is_young.sum(),
        persons=_.member_id.nunique(where=is_counted),
    )
    return rates(counted)


@metric(unit="hours", better="down")
def time_to_first_response_hours(threads: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Time after which half of the quarter's questions had a first answer, those waiting included.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [h] Infinite while fewer than half have an answer.

    Notes
    -----
    Kaplan-Meier median with the Brookmeyer-Crowley interval: a question without an answer waits
    until `quarters.as_of`, or until it was closed, merged or deleted. The usual median over the
    answered questions alone is never longer: a community that answers less looks faster by it.
    Questions without a known author are left out and counted in `left_out`.
    """
    rows = []
    for row, curve in _waiting_by_quarter(threads, quarters):
        value, low, high = curve.median()
        rows.append(row | {"value": value, "low": low, "high": high})
    told = pd.DataFrame(rows)
    return without_number(told, told["n"] == 0, "no_data")


@metric(unit="share", better="up")
def first_response_curve(threads: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the quarter's questions that had a first answer after so many hours.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and point `at` (:data:`CURVE_HOURS`, in hours). [share]

    Notes
    -----
    One minus the Kaplan-Meier estimate of :func:`time_to_first_response_hours`. Points later than
    the oldest question could have been seen are `not_mature`.
    """
    rows = []
    for row, curve in _waiting_by_quarter(threads, quarters):
        for at in CURVE_HOURS:
            waiting, low, high = curve.at(at)
            rows.append(row | {"at": at, "value": 1 - waiting, "low": 1 - high, "high": 1 - low})
    told = pd.DataFrame(rows)
    told = without_number(told, told["at"] > told["hours_seen"], "not_mature")
    return without_number(told, told["n"] == 0, "no_data")


def _waiting_by_quarter(
    threads: ir.Table, quarters: Quarters
) -> list[tuple[dict[Hashable, Any], Survival]]:
    """Each quarter's counts and its Kaplan-Meier curve of the time to the first answer. [h]"""
    counted = by_quarter(
        threads,
        "opened_at",
        quarters,
        n=_.member_id.count(),
        left_out=_.member_id.isnull().sum(),
        persons=_.member_id.nunique(),
    )
    seen_until = ibis.least(_.first_reply_at, _.ended_at, ibis.literal(quarters.as_of))
    waits = (
        threads.filter(_.member_id.notnull())
        .mutate(
            quarter=quarter_of(_.opened_at, quarters),
            seconds=seen_until.delta(_.opened_at, unit="microsecond") / 1e6,
            is_event=(_.first_reply_at == seen_until).fill_null(False),
        )
        .filter(_.quarter.notnull())
        .group_by("quarter", "seconds", "is_event")
        .aggregate(units=_.count())
        .to_pandas()
    )
    waits["time"] = waits["seconds"] / 3600
    found = []
    for row in counted.to_dict("records"):
        own = waits[waits["quarter"] == row["quarter"]]
        _start_before, start = quarters.before(row["quarter"])
        row |= {
            "level": LEVEL,
            "status": "ok",
            "hours_seen": (quarters.as_of - start).total_seconds() / 3600,
        }
        found.append((row, kaplan_meier(own)))
    return found


@metric(unit="members", better="up")
def active_members(posts: ir.Table, members: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Members outside the company's staff who contributed at least once in the quarter.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [members] A full count: no interval.

    Notes
    -----
    A contribution is a post of any kind, comments included, that was not deleted. A member who is
    active in two months of the quarter counts once. Contributions without a known author cannot be
    counted and are in `left_out`.
    """
    return counts(_contributors(posts, members, quarters))


@metric(unit="members", better="up")
def new_contributors(posts: ir.Table, members: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Members whose first contribution ever was in the quarter.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`), from the community's first day.
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [members] A full count: no interval.

    Notes
    -----
    Contributions as in :func:`active_members`. If the export was cut off at its beginning nobody
    can know whose contribution was the first: the status is `clipped`.
    """
    made = _contributions(posts, members)
    firsts = made.group_by("member_id").aggregate(first_at=_.posted_at.min())
    new = by_quarter(firsts, "first_at", quarters, persons=_.count())
    recorded = _contributors(posts, members, quarters).drop(columns="persons")
    is_clipped = quarters.history_from is not None
    rows = counts(recorded.merge(new, on="quarter"))
    return without_number(rows, [is_clipped] * len(rows), "clipped")


@metric(unit="share", better="up")
def returning_contributor_rate(
    posts: ir.Table, members: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of the quarter's contributors who had contributed in the quarter before as well.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Contributions as in :func:`active_members`. Where the records begin with the quarter itself
    there was no quarter before: `not_applicable`. Where the export cut it off: `clipped`.
    """
    with_before = replace(quarters, names=(name_of(ordinal(quarters.names[0]) - 1), *quarters))
    next_quarter = dict(zip(with_before, quarters, strict=False))
    took_part = (
        _contributions(posts, members)
        .mutate(quarter=quarter_of(_.posted_at, with_before))
        .filter(_.quarter.notnull())
        .select("member_id", "quarter")
        .distinct()
    )
    before = took_part.select(
        came_back="member_id", quarter=_.quarter.cases(*next_quarter.items(), else_=None)
    )
    both = took_part.left_join(
        before, [took_part.member_id == before.came_back, took_part.quarter == before.quarter]
    )
    counted = both.group_by("quarter").aggregate(n=_.count(), successes=_.came_back.count())
    recorded = _contributors(posts, members, quarters)
    rows = recorded.merge(counted.to_pandas(), on="quarter", how="left").fillna(0)
    starts = [quarters.before(name) for name in quarters]
    first, clipped = quarters.first_record_at, quarters.history_from
    rows = without_number(
        rates(rows),
        [first is not None and end <= first for _start, end in starts],
        "not_applicable",
    )
    return without_number(
        rows, [clipped is not None and start < clipped for start, _end in starts], "clipped"
    )


def _without_bots(posts: ir.Table, members: ir.Table) -> ir.Table:
    """Posts whose author is not known to be a bot."""
    bots = members.filter(members.is_bot.fill_null(False)).select(bot_id="member_id")
    return posts.anti_join(bots, posts.member_id == bots.bot_id)


def _contributions(posts: ir.Table, members: ir.Table) -> ir.Table:
    """Posts that were not deleted, by known authors who are neither bots nor staff."""
    staff = members.filter(members.role.isin(STAFF_ROLES)).select(staff_id="member_id")
    human = _without_bots(posts, members)
    return human.anti_join(staff, human.member_id == staff.staff_id).filter(
        _.member_id.notnull(), _.deleted_at.isnull()
    )


def _contributors(posts: ir.Table, members: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """Contributors per quarter (`persons`), records of any kind, and those without an author."""
    recorded = by_quarter(
        posts, "posted_at", quarters, records=_.count(), left_out=_.member_id.isnull().sum()
    )
    persons = by_quarter(
        _contributions(posts, members), "posted_at", quarters, persons=_.member_id.nunique()
    )
    return recorded.merge(persons, on="quarter")
