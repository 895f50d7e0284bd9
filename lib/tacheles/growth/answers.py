"""Does everybody get an answer, how soon, and from whom?"""

from collections.abc import Hashable
from datetime import timedelta
from statistics import NormalDist
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import (
    LEVEL,
    Survival,
    by_quarter,
    exact_sum,
    kaplan_meier,
    metric,
    quarter_of,
    rates,
    without_number,
)
from tacheles.quarter import Quarters
from tacheles.service_hours import ServiceHours

#: Points of the curve of first answers. [h]
CURVE_HOURS = (0.5, 1, 2, 4, 8, 16, 24, 48, 72, 120, 168, 336, 720, 2160)


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
    return _where_applicable(rates(counted))


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
    return _where_applicable(rates(counted))


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
    return _where_applicable(rates(_unanswered(threads, quarters, min_age_hours)))


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
    told = _where_applicable(rates(_unanswered(threads, quarters, min_age_hours)))
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
        unthreaded=_unthreaded(),
    )


def _unthreaded() -> ir.Value:
    """Counts the questions of an export that knows no threads."""
    return (~_.has_threads).sum()


def _where_applicable(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows without a number where nobody can know who answered whom."""
    return without_number(rows, rows["unthreaded"] > 0, "not_applicable")


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
    return _where_applicable(without_number(told, told["n"] == 0, "no_data"))


@metric(unit="hours", better="down")
def platform_mean_first_response_hours(threads: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Mean wait for a first answer among the answered questions alone, as platforms print it (compat).

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts answered questions. [h]

    Notes
    -----
    For comparison with a platform's own number, not for judging: whoever never gets an answer is
    not in it, so that answering less, or deleting the slow answers, makes it better; and one answer
    after a year moves it more than a hundred within the hour. Questions without an answer, without
    a known author and removed ones are left out and counted in `left_out`. The interval knows that
    the questions of one asker belong together (cluster-robust variance of a ratio).

    References
    ----------
    Discourse, Admin dashboard: time to first response.
    Cochran, W. G. (1977). Sampling Techniques. Chapter 6.
    """
    is_counted = _.member_id.notnull() & ~_.is_removed & _.hours_waited.notnull()
    of_asker = (
        threads.mutate(quarter=quarter_of(_.opened_at, quarters))
        .filter(_.quarter.notnull(), is_counted)
        .group_by("quarter", "member_id")
        .aggregate(hours=exact_sum(_.hours_waited), questions=_.count())
    )
    sums = of_asker.group_by("quarter").aggregate(
        persons=_.count(),
        n=_.questions.sum(),
        hours=exact_sum(_.hours),
        squares=exact_sum(_.hours * _.hours),
        products=exact_sum(_.hours * _.questions),
        counts=(_.questions * _.questions).sum(),
    )
    of_all = by_quarter(
        threads, "opened_at", quarters, left_out=(~is_counted).sum(), unthreaded=_unthreaded()
    )
    rows = of_all.merge(sums.to_pandas(), on="quarter", how="left").fillna({"n": 0, "persons": 0})
    rows["value"] = rows["hours"] / rows["n"].where(rows["n"] > 0)
    spread = rows["squares"] - 2 * rows["value"] * rows["products"]
    spread += rows["value"] ** 2 * rows["counts"]
    more = rows["persons"] / (rows["persons"] - 1).where(rows["persons"] > 1)
    half = NormalDist().inv_cdf((1 + LEVEL) / 2) * np.sqrt(more * spread.clip(lower=0)) / rows["n"]
    rows = rows.assign(low=(rows["value"] - half).clip(lower=0), high=rows["value"] + half)
    rows["level"] = half.where(half.isna(), LEVEL)
    rows = without_number(rows.assign(status="ok"), rows["n"] == 0, "no_data")
    return _where_applicable(rows)


@metric(unit="share", better="up")
def answered_within_by_channel(
    threads: ir.Table, quarters: Quarters, *, hours: float = 24
) -> pd.DataFrame:
    """
    Share of the quarter's questions in each channel that somebody else answered within the time.

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
        ESTIMATES, one row per quarter and segment, the channel as exported: forum, chat, a social
        network. [share]

    Notes
    -----
    As :func:`answered_within`, channel by channel. An export that names no channel has nothing to
    compare: `not_applicable`. A comment is no answer in any channel.
    """
    found = threads.select("channel").distinct().to_pandas()["channel"].dropna()
    if found.empty:
        return pd.DataFrame({"quarter": list(quarters), "persons": 0, "status": "not_applicable"})
    is_young = _.opened_at > ibis.literal(quarters.as_of - timedelta(hours=hours))
    in_time = _.hours_waited <= hours
    rows = [
        _judged(
            threads.filter(_.channel == channel), quarters, has_property=in_time, is_young=is_young
        ).assign(segment=channel)
        for channel in sorted(found)
    ]
    told = _where_applicable(rates(pd.concat(rows, ignore_index=True)))
    return told.sort_values("quarter", kind="stable").reset_index(drop=True)


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
    return _where_applicable(without_number(told, told["n"] == 0, "no_data"))


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
        unthreaded=_unthreaded(),
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


def waiting_threads(threads: ir.Table, quarters: Quarters, *, oldest: int = 20) -> pd.DataFrame:
    """
    Threads that wait for a first answer, the oldest first: for whoever answers, not for a report.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Waiting is who waits at `quarters.as_of`.
    oldest : int, default 20
        How many.

    Returns
    -------
    DataFrame
        Columns `thread_id, opened_at, hours_waited, category`; nobody's name or pseudonym.

    Notes
    -----
    Closed, merged and deleted threads do not wait; who asked need not be known.
    """
    as_of = ibis.literal(quarters.as_of)
    waiting = threads.filter(_.first_reply_at.isnull(), _.ended_at.isnull(), _.opened_at < as_of)
    return (
        waiting.order_by("opened_at", "thread_id")
        .limit(oldest)
        .select(
            *("thread_id", "opened_at", "category"),
            hours_waited=-_.opened_at.delta(as_of, unit="microsecond") / 3.6e9,
        )
        .to_pandas()
    )
