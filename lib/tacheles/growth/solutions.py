"""What is solved, and what is still open?"""

from datetime import timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.estimate import by_quarter, metric, rates, without_number
from tacheles.quarter import Quarters


@metric(unit="share", better="up")
def solution_rate(threads: ir.Table, quarters: Quarters, *, days: int = 30) -> pd.DataFrame:
    """
    Share of the quarter's questions that had an accepted answer within the days allowed.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.
    days : int, default 30
        Time allowed until an answer is accepted. [d]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Of the questions asked in the quarter, not of the acceptances made in it: a quarter with few new
    questions does not look better because old ones were solved. Questions younger than `days` at
    `quarters.as_of`, those without a known author and removed ones are left out and counted in
    `left_out`; discussions ask for no solution and are in neither part. An acceptance that was
    withdrawn does not count. Where the moment of acceptance is not recorded the answer counts as
    exported, whenever it was accepted. Where the export marks no accepted answers at all:
    `not_applicable`.
    """
    waited = _.solved_at.delta(_.opened_at, unit="second")
    is_solved = _.is_solved & (waited <= days * 86400).fill_null(True)
    is_young = _.opened_at > ibis.literal(quarters.as_of - timedelta(days=days))
    is_counted = ~is_young & _.member_id.notnull() & ~_.is_removed
    counted = by_quarter(
        threads.filter(_.is_question),
        "opened_at",
        quarters,
        successes=(is_counted & is_solved).sum(),
        n=is_counted.sum(),
        left_out=(~is_counted).sum(),
        too_young=is_young.sum(),
        unmarked=(~_.has_solutions).sum(),
        persons=_.member_id.nunique(where=is_counted),
    )
    return without_number(rates(counted), counted["unmarked"] > 0, "not_applicable")


@metric(unit="questions", better="down")
def open_questions(
    threads: ir.Table, quarters: Quarters, *, stale_days: int = 30, fresh_days: int = 7
) -> pd.DataFrame:
    """
    Questions that were neither solved nor closed when the quarter ended, by their age.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report: the questions open at the end of each, whenever they were asked.
    stale_days : int, default 30
        Age from which an open question is stale. [d]
    fresh_days : int, default 7
        Age below which it is fresh. [d]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment (`fresh`, `staling`, `stale`). [questions] A full
        count: no interval.

    Notes
    -----
    Each quarter is seen from its own end, the running one from `quarters.as_of`. Discussions are
    left out: nothing closes them. So are questions of unknown authors, and those merged or deleted
    by then; neither is counted, for they are no backlog of anybody. A solution without a recorded
    moment counts from its question's day on. Where accepted answers are not marked, or nobody
    accepts them, answered questions stay open here: then a question counts as done with its first
    answer. An export without threads knows no answers at all: `not_applicable`.
    """
    ends = [min(end, quarters.as_of) for end in quarters.borders[1:]]
    has_solutions = bool(threads.has_solutions.any().fill_null(True).execute())
    done = _.solved_at.fill_null(_.opened_at) if has_solutions else _.first_reply_at
    is_done = _.is_solved if has_solutions else _.first_reply_at.notnull()
    asked = threads.filter(_.is_question, _.member_id.notnull()).select(
        "member_id", "opened_at", over_at=ibis.least(ibis.ifelse(is_done, done, None), _.ended_at)
    )
    rows = []
    for name, end in zip(quarters, ends, strict=True):
        moment = ibis.literal(end)
        was_open = asked.filter(_.opened_at < moment, (_.over_at >= moment).fill_null(True))
        is_stale = _.opened_at <= ibis.literal(end - timedelta(days=stale_days))
        is_fresh = _.opened_at > ibis.literal(end - timedelta(days=fresh_days))
        parts = {"fresh": is_fresh, "staling": ~is_fresh & ~is_stale, "stale": is_stale}
        counted = was_open.aggregate(
            **{age: _.count(where=part) for age, part in parts.items()},
            **{f"of_{age}": _.member_id.nunique(where=part) for age, part in parts.items()},
        ).to_pandas()
        rows += [
            {"quarter": name, "segment": age, "value": counted[age][0]}
            | {"n": counted[age][0], "persons": counted[f"of_{age}"][0]}
            for age in parts
        ]
    recorded = by_quarter(threads, "opened_at", quarters, records=_.count())
    told = pd.DataFrame(rows).assign(status="ok").merge(recorded, on="quarter")
    everything = told.groupby("quarter")["n"].transform("sum") + told["records"]
    told = without_number(told, everything == 0, "no_data")
    has_threads = bool(threads.has_threads.any().fill_null(True).execute())
    return without_number(told, (everything > 0) & (not has_threads), "not_applicable")
