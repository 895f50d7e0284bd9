"""What happens to the answers if the most active leave?"""

from datetime import timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.estimate import by_quarter, metric, quarter_of, rates, without_number
from tacheles.growth.conversations import eligible_replies
from tacheles.growth.dependence import most_active
from tacheles.quarter import Quarters


@metric(unit="share", better="down")
def answers_lost_without_top(
    posts: ir.Table,
    members: ir.Table,
    threads: ir.Table,
    participation: ir.Table,
    quarters: Quarters,
    *,
    top: int = 10,
    hours: float = 24,
) -> pd.DataFrame:
    """
    Share of the quarter's questions that only its most active members had answered in time.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots.
    threads : ibis.Table
        One row per thread (:func:`threads`).
    participation : ibis.Table
        One row per member and quarter (:func:`participation`): tells who was most active.
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.
    top : int, default 10
        How many of the most active members.
    hours : float, default 24
        Time allowed for the first answer. [h]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    By how many points :func:`answered_within` would be lower if these members' answers were taken
    away and nobody wrote others instead: the worst case. In the best case the staff writes each of
    them (:func:`answers_by_top`) and nothing is lost but the cost of it. The most active are those
    with the most contributions of the quarter, with whoever is tied with the last of them; their
    own questions stay. Left out are the same questions as in :func:`answered_within`. Where the
    group is everybody: `not_applicable`. The persons behind the number are that group, or those
    who asked if they are fewer.
    """
    top_members, sizes = most_active(participation, quarters, lambda _members: top)
    is_young = _.opened_at > ibis.literal(quarters.as_of - timedelta(hours=hours))
    is_counted = ~is_young & _.member_id.notnull() & ~_.is_removed
    asked = threads.mutate(quarter=quarter_of(_.opened_at, quarters))
    in_time = asked.filter(is_counted, _.hours_waited <= hours)
    at_stake = (
        in_time.semi_join(top_members, _is(in_time.first_reply_by, in_time, top_members))
        .select("thread_id", "member_id", "opened_at", "quarter")
        .cache()
    )
    replies = eligible_replies(posts.semi_join(at_stake, "thread_id"), members, at_stake)
    replies = replies.join(at_stake.select("thread_id", "quarter"), "thread_id")
    waited = replies.replied_at.delta(replies.opened_at, unit="microsecond") / 3.6e9
    replies = replies.filter(waited <= hours)
    by_others = replies.anti_join(top_members, _is(replies.reply_by, replies, top_members))
    lost = at_stake.anti_join(by_others, "thread_id")
    counted = by_quarter(
        threads,
        "opened_at",
        quarters,
        n=is_counted.sum(),
        left_out=(~is_counted).sum(),
        too_young=is_young.sum(),
        askers=_.member_id.nunique(where=is_counted),
        unthreaded=(~_.has_threads).sum(),
    )
    counted = counted.merge(by_quarter(lost, "opened_at", quarters, successes=_.count()))
    return _where_some_stay(counted, sizes)


@metric(unit="share", better="down")
def solutions_lost_without_top(
    threads: ir.Table,
    participation: ir.Table,
    quarters: Quarters,
    *,
    top: int = 10,
    days: int = 30,
) -> pd.DataFrame:
    """
    Share of the quarter's questions whose accepted answer came from its most active members.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    participation : ibis.Table
        One row per member and quarter (:func:`participation`): tells who was most active.
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.
    top : int, default 10
        How many of the most active members.
    days : int, default 30
        Time allowed until an answer is accepted. [d]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    By how many points :func:`solution_rate` would be lower without these answers, in the worst
    case as in :func:`answers_lost_without_top`. Left out are the same questions as in
    :func:`solution_rate`. Where no accepted answers are marked: `not_applicable`.
    """
    top_members, sizes = most_active(participation, quarters, lambda _members: top)
    waited = _.solved_at.delta(_.opened_at, unit="second")
    is_young = _.opened_at > ibis.literal(quarters.as_of - timedelta(days=days))
    is_counted = ~is_young & _.member_id.notnull() & ~_.is_removed
    questions = threads.filter(_.is_question)
    asked = questions.mutate(quarter=quarter_of(_.opened_at, quarters))
    in_time = asked.filter(is_counted, _.is_solved, (waited <= days * 86400).fill_null(True))
    lost = in_time.semi_join(top_members, _is(in_time.solution_by, in_time, top_members))
    counted = by_quarter(
        questions,
        "opened_at",
        quarters,
        n=is_counted.sum(),
        left_out=(~is_counted).sum(),
        too_young=is_young.sum(),
        askers=_.member_id.nunique(where=is_counted),
        unthreaded=(~_.has_solutions).sum(),
    )
    counted = counted.merge(by_quarter(lost, "opened_at", quarters, successes=_.count()))
    return _where_some_stay(counted, sizes)


@metric(unit="answers", better="none")
def answers_by_top(
    posts: ir.Table,
    members: ir.Table,
    threads: ir.Table,
    participation: ir.Table,
    quarters: Quarters,
    *,
    top: int = 10,
) -> pd.DataFrame:
    """
    Answers that the quarter's most active members gave: what the staff would have to write instead.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots.
    threads : ibis.Table
        One row per thread (:func:`threads`).
    participation : ibis.Table
        One row per member and quarter (:func:`participation`): tells who was most active.
    quarters : Quarters
        Quarters to report; an answer belongs to the quarter it was given in.
    top : int, default 10
        How many of the most active members.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [answers] A full count: no interval.

    Notes
    -----
    Every answer or reply to another person's question counts, not only the first. Times the cost of
    an answer by staff it is the upper bound of what it costs to lose them. The persons behind it
    are the group itself.
    """
    top_members, sizes = most_active(participation, quarters, lambda _members: top)
    theirs = posts.semi_join(top_members, posts.member_id == top_members.top_id)
    theirs = theirs.mutate(quarter=quarter_of(_.posted_at, quarters))
    theirs = theirs.semi_join(top_members, _is(theirs.member_id, theirs, top_members))
    replies = eligible_replies(theirs, members, threads)
    rows = by_quarter(replies, "replied_at", quarters, n=_.count()).merge(sizes, on="quarter")
    rows = rows.assign(value=rows["n"], persons=rows["group"], status="ok")
    return without_number(rows, rows["group"] == 0, "no_data")


def _is(person: ir.Value, table: ir.Table, top_members: ir.Table) -> list[ir.BooleanValue]:
    """What joins a person with the most active of a row's quarter."""
    return [person == top_members.top_id, table.quarter == top_members.top_quarter]


def _where_some_stay(counted: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """Rates of what is lost, where the most active are not everybody."""
    rows = counted.merge(sizes, on="quarter")
    rows = rates(rows.assign(persons=rows[["group", "askers"]].min(axis=1)))
    is_all = (rows["group"] == rows["contributors"]) | (rows["unthreaded"] > 0)
    return without_number(rows, is_all & (rows["n"] > 0), "not_applicable")
