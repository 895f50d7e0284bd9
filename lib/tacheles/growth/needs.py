"""Did people get what they came for?"""

from datetime import timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.contract import ANSWER_KINDS, REPLY_KINDS, STAFF_ROLES
from tacheles.estimate import by_quarter, metric, rates, without_number
from tacheles.growth.groups import by_quarter_and_group, complete
from tacheles.quarter import Quarters

#: Roles of those whom people come to ask.
_ASKED_ROLES = ("expert", *STAFF_ROLES)


@metric(unit="share", better="up")
def need_served_rate(
    threads: ir.Table, posts: ir.Table, needs: pd.DataFrame, quarters: Quarters, *, days: float = 30
) -> pd.DataFrame:
    """
    Share of the quarter's questions about a need in which an answer was accepted in the time given.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`): tells categories and accepted answers.
    needs : DataFrame
        One row per need (:data:`contract.NEEDS`), with the categories that express it.
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.
    days : float, default 30
        Time allowed for the accepted answer. [d]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and need, in the order of the plan. [share]

    Notes
    -----
    A question in the categories of two needs counts for both. Questions without an accepted answer
    are failures. Questions younger than `days` at `quarters.as_of`, of unknown authors, and deleted
    or merged ones are left out and counted in `left_out`. Where the export has the acceptance and
    not its day, it counts as in time. A need that no category expresses cannot be followed, and
    neither can any where the export knows no accepted answers: `not_applicable`.
    """
    allowed = int(days * 86_400_000_000)
    took = _.accepted_at.delta(_.opened_at, unit="microsecond")
    asked = (
        _with_category(threads, posts)
        .left_join(_solutions(posts), "thread_id")
        .mutate(
            is_young=_.opened_at > ibis.literal(quarters.as_of - timedelta(days=days)),
            is_served=_.is_accepted.fill_null(False) & (took <= allowed).fill_null(True),
            is_known=_.member_id.notnull() & ~_.is_removed,
        )
        .mutate(is_counted=_.is_known & ~_.is_young)
    )
    expressed = _categories(needs)
    named = ibis.memtable(expressed, schema=dict.fromkeys(expressed, "string"))
    counted = by_quarter_and_group(
        asked.join(named, "category"),
        "opened_at",
        quarters,
        _.statement,
        successes=(_.is_counted & _.is_served).sum(),
        n=_.is_counted.sum(),
        left_out=(~_.is_counted).sum(),
        too_young=_.is_young.sum(),
        persons=_.member_id.nunique(where=_.is_counted),
    )
    rows = rates(complete(counted, quarters, list(needs["statement"])))
    is_followed = rows["segment"].isin(expressed["statement"])
    if posts.is_accepted.count().execute() == 0:
        is_followed &= False
    return without_number(rows, ~is_followed & (rows["segment"] != ""), "not_applicable")


def _with_category(threads: ir.Table, posts: ir.Table) -> ir.Table:
    """Threads with the category of their opener; without those that have none."""
    written = posts.filter(~_.kind.isin(REPLY_KINDS).fill_null(False), _.category.notnull())
    asked = threads.select("thread_id", "member_id", "opened_at", "is_removed")
    openers = written.join(
        asked, [written.thread_id == asked.thread_id, written.posted_at == asked.opened_at]
    )
    categories = openers.group_by("thread_id").aggregate(category=_.category.min())
    return asked.join(categories, "thread_id")


def _solutions(posts: ir.Table) -> ir.Table:
    """Threads in which an answer is accepted, and since when the first of them is."""
    accepted = posts.filter(_.is_accepted.fill_null(False), _.deleted_at.isnull())
    return accepted.group_by("thread_id").aggregate(
        is_accepted=_.is_accepted.any(), accepted_at=_.accepted_at.min()
    )


def _categories(needs: pd.DataFrame) -> pd.DataFrame:
    """Each category with the need that it expresses."""
    listed = needs["categories"].fillna("").astype("str").str.split(";")
    rows = needs.assign(category=listed).explode("category")
    rows = rows.assign(category=rows["category"].str.strip())[["statement", "category"]]
    return rows[rows["category"] != ""].astype("str").drop_duplicates()


@metric(unit="share", better="up")
def expert_answer_rate(
    threads: ir.Table, posts: ir.Table, members: ir.Table, quarters: Quarters, *, days: float = 7
) -> pd.DataFrame:
    """
    Share of the quarter's questions that an expert or the staff answered in the time given.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and roles.
    quarters : Quarters
        Quarters to report; a question belongs to the quarter it was opened in.
    days : float, default 7
        Time allowed for the expert's answer. [d]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Access to experts is a reason to join. Any of their answers counts, not only the first; comments
    do not. Questions that experts ask count like any other, but never by their own answer. Who is
    an expert is known as exported, for all quarters alike; where the export tells nobody's role it
    is `not_applicable`. Left out are the same questions as in :func:`need_served_rate`.
    """
    experts = members.filter(_.role.isin(_ASKED_ROLES), ~_.is_bot.fill_null(False))
    answers = posts.filter(_.deleted_at.isnull(), _.kind.isin(ANSWER_KINDS).fill_null(True))
    by_experts = answers.semi_join(experts, "member_id").select(
        "thread_id", answered_by="member_id", answered_at="posted_at"
    )
    first = (
        by_experts.join(threads.select("thread_id", "member_id", "opened_at"), "thread_id")
        .filter((_.answered_by != _.member_id).fill_null(True), _.answered_at > _.opened_at)
        .group_by("thread_id")
        .aggregate(answered_at=_.answered_at.min())
    )
    took = _.answered_at.delta(_.opened_at, unit="microsecond")
    is_young = _.opened_at > ibis.literal(quarters.as_of - timedelta(days=days))
    is_counted = _.member_id.notnull() & ~_.is_removed & ~is_young
    counted = by_quarter(
        threads.left_join(first, "thread_id"),
        "opened_at",
        quarters,
        successes=(is_counted & (took <= int(days * 86_400_000_000)).fill_null(False)).sum(),
        n=is_counted.sum(),
        left_out=(~is_counted).sum(),
        too_young=is_young.sum(),
        persons=_.member_id.nunique(where=is_counted),
        unthreaded=(~_.has_threads).sum(),
    )
    is_unknown = (counted["unthreaded"] > 0) | (members.role.count().execute() == 0)
    return without_number(rates(counted), is_unknown, "not_applicable")
