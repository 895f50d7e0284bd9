"""Does everybody get an answer, how soon, and from whom?"""

from collections.abc import Hashable
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
    kaplan_meier,
    metric,
    quarter_of,
    rates,
    without_number,
)
from tacheles.growth.contributions import without_bots
from tacheles.quarter import Quarters
from tacheles.service_hours import ServiceHours

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
        One row per member (:data:`contract.MEMBERS`): tells which authors are bots or staff.

    Returns
    -------
    ibis.Table
        One row per thread: `thread_id, member_id` (who asked; empty if the author is unknown),
        `opened_at, first_reply_at` (empty while it waits), `ended_at` (closed, merged or deleted),
        `is_removed` (merged or deleted), `hours_waited` (opening to first reply) [h],
        `first_reply_by` (empty if unknown), `is_first_reply_by_staff` (empty if
        no member's role is known).
        Several definitions share it: it is computed once and kept by the engine.

    Notes
    -----
    A thread counts if its opener is a question or a discussion; in an export without kinds every
    thread counts. Threads opened by bots do not. A reply counts if it is an answer or a reply,
    later than the opener, not deleted and by another person who is no bot; a comment never does.
    A reply whose author is unknown is by somebody else if the asker is known: an account that was
    deleted is not the account that asked.
    """
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
    openers = without_bots(openers, members)  # only now: who follows a bot opens no thread
    answers = without_bots(posts, members).filter(
        _.deleted_at.isnull(), _.kind.isin(ANSWER_KINDS).fill_null(True)
    )
    replies = answers.select(
        "thread_id", reply_id=_.post_id, reply_by=_.member_id, replied_at=_.posted_at
    )
    first_replies = (
        replies.join(openers, "thread_id")
        .filter(
            _.reply_id != _.post_id,
            _.replied_at > _.opened_at,
            (_.reply_by != _.member_id).fill_null(True),
        )
        .mutate(
            place=ibis.row_number().over(group_by="thread_id", order_by=["replied_at", "reply_id"])
        )
        .filter(_.place == 0)
        .select("thread_id", first_reply_at=_.replied_at, first_reply_by=_.reply_by)
    )
    staff = members.filter(members.role.isin(STAFF_ROLES)).select(staff_id="member_id")
    has_roles = members.role.count().as_scalar() > 0
    return (
        openers.drop("post_id")
        .left_join(first_replies, "thread_id")
        .drop("thread_id_right")
        .left_join(staff, _.first_reply_by == staff.staff_id)
        .mutate(
            hours_waited=_.first_reply_at.delta(_.opened_at, unit="microsecond") / 3.6e9,
            is_first_reply_by_staff=ibis.ifelse(has_roles, _.staff_id.notnull(), None),
        )
        .drop("staff_id")
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
    counted = _judged(
        threads,
        quarters,
        has_property=_.hours_waited <= hours,
        is_young=_.opened_at > ibis.literal(quarters.as_of - timedelta(hours=hours)),
    )
    return rates(counted)


@metric(unit="share", better="up")
def answered_within_service_hours(
    threads: ir.Table, service_hours: ServiceHours, quarters: Quarters, *, hours: float = 8
) -> pd.DataFrame:
    """
    Share of the quarter's questions that somebody else answered within the service hours allowed.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    service_hours : ServiceHours
        When the community promises that somebody is there.
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.
    hours : float, default 8
        Service hours allowed for the first answer. [h]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Only service hours count: asked on Friday at 16:30 and answered on Monday at 09:30 is one hour
    where the day has 09:00 to 17:00. An answer outside service hours counts at once. Left out and
    counted as failures are the same questions as in :func:`answered_within`; young is a question
    that has had fewer than `hours` service hours at `quarters.as_of`. Today's service hours are
    applied to every quarter. Without service hours nothing was promised: `not_applicable`.
    """
    start, as_of = quarters.borders[0], quarters.as_of
    if not service_hours.hours:
        return pd.DataFrame({"quarter": list(quarters), "persons": 0, "status": "not_applicable"})
    allowed = timedelta(hours=hours) // timedelta(microseconds=1)
    by_now = service_hours.between(start, as_of) // timedelta(microseconds=1)
    # a day more, so that an answer of the moment of the export lies in a piece too
    clock = pd.DataFrame(service_hours.pieces(start, as_of + timedelta(days=1)))
    timed = _with_served(_with_served(threads, "opened_at", clock), "first_reply_at", clock)
    counted = _judged(
        timed,
        quarters,
        has_property=_.first_reply_at_served - _.opened_at_served <= allowed,
        is_young=(by_now - _.opened_at_served < allowed).fill_null(True),
    )
    return rates(counted)


def _with_served(table: ir.Table, moment: str, clock: pd.DataFrame) -> ir.Table:
    """A table with `<moment>_served`, the service up to a moment; null outside the clock. [µs]"""
    # joined by day and then by span: not every engine has an as-of join
    pieces = ibis.memtable(clock.astype({"day": "datetime64[us]"})).mutate(day=_.day.date())
    found = table.left_join(
        pieces,
        [
            table[moment].date() == pieces.day,
            table[moment] >= pieces.starts_at,
            table[moment] < pieces.ends_at,
        ],
    )
    since = _[moment].delta(_.starts_at, unit="microsecond")
    served = _.served + _.is_open.ifelse(since, 0)
    return found.mutate(**{f"{moment}_served": served}).drop(pieces.columns)


@metric(unit="share", better="down")
def unanswered_share(
    threads: ir.Table, quarters: Quarters, *, min_age_hours: float = 168
) -> pd.DataFrame:
    """
    Share of the quarter's questions that nobody else had answered when the quarter ended.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.
    min_age_hours : float, default 168
        Younger questions are not judged yet. [h]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    The share falls with the age of the questions, so each quarter is seen from its own end: its
    questions are then `min_age_hours` to a quarter old, in every quarter alike. Seen from today, an
    old quarter would look better only because it had more time. A later answer does not change it.
    The running quarter is seen from `quarters.as_of`; its questions are younger, its share higher.
    Younger questions, questions without a known author and questions that were deleted or merged
    are left out and counted in `left_out`. An answer however late, even after closing, is an
    answer; bots' answers are none.
    """
    return rates(_unanswered(threads, quarters, min_age_hours))


@metric(unit="questions", better="down")
def unanswered_questions(
    threads: ir.Table, quarters: Quarters, *, min_age_hours: float = 168
) -> pd.DataFrame:
    """
    Number of the quarter's questions that nobody else had answered when the quarter ended.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.
    min_age_hours : float, default 168
        Younger questions are not judged yet. [h]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [questions] A full count: no interval.

    Notes
    -----
    The numerator of :func:`unanswered_share`, with the same questions left out; the persons behind
    it are those behind its denominator, so that the two are shown or suppressed together.
    """
    told = rates(_unanswered(threads, quarters, min_age_hours))
    told["value"] = told["successes"].where(told["status"] == "ok").astype(float)
    return told.assign(low=float("nan"), high=float("nan"), level=float("nan"))


def _unanswered(threads: ir.Table, quarters: Quarters, min_age_hours: float) -> pd.DataFrame:
    """Questions without an answer at the end of their own quarter, and those old enough."""
    age, ends = timedelta(hours=min_age_hours), quarters.borders[1:]
    end = ibis.cases(*((_.opened_at < end, end) for end in ends), else_=None)
    youngest = ((_.opened_at < end, min(end, quarters.as_of) - age) for end in ends)
    return _judged(
        threads,
        quarters,
        has_property=~(_.first_reply_at < end).fill_null(False),
        is_young=_.opened_at > ibis.cases(*youngest, else_=None),
    )


def _judged(
    threads: ir.Table, quarters: Quarters, *, has_property: ir.Value, is_young: ir.Value
) -> pd.DataFrame:
    """Questions with a property, of those old enough, of known authors and not removed."""
    is_counted = ~is_young & _.member_id.notnull() & ~_.is_removed
    return by_quarter(
        threads,
        "opened_at",
        quarters,
        successes=(is_counted & has_property.fill_null(False)).sum(),
        n=is_counted.sum(),
        left_out=(~is_counted).sum(),
        too_young=is_young.sum(),
        persons=_.member_id.nunique(where=is_counted),
    )


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


@metric(unit="share", better="up")
def peer_answer_share(threads: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the quarter's first answers that came from members outside the company's staff.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report; a first answer belongs to the quarter it was given in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Only first answers count: later ones say little about who carries the load. They are taken by
    their own day, not by the question's: so the last quarter lacks none, and the slow are not
    missing. First answers by an unknown author, to a question of an unknown author (it may be the
    asker's own) and to a question that was deleted or merged are left out and counted in
    `left_out`. Who is staff is known as exported, for all quarters alike; where the export tells
    nobody's role the share would be 1 whoever answered: `not_applicable`. The persons behind the
    number are those who answered.
    """
    is_known = _.is_first_reply_by_staff.notnull()
    is_counted = is_known & _.first_reply_by.notnull() & _.member_id.notnull() & ~_.is_removed
    counted = by_quarter(
        threads,
        "first_reply_at",
        quarters,
        successes=(is_counted & ~_.is_first_reply_by_staff).sum(),
        n=is_counted.sum(),
        left_out=(~is_counted).sum(),
        unknown=(~is_known).sum(),
        persons=_.first_reply_by.nunique(where=is_counted),
    )
    return without_number(rates(counted), counted["unknown"] > 0, "not_applicable")
