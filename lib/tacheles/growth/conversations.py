"""Who asked, and who answered first: the threads that the questions about answers share."""

import ibis
import ibis.expr.types as ir
from ibis import _

from tacheles.contract import (
    ANSWER_KINDS,
    ASKING_KINDS,
    EXPERT_ROLES,
    REPLY_KINDS,
    STAFF_ROLES,
)
from tacheles.growth.contributions import held, holds, without_bots


def threads(posts: ir.Table, members: ir.Table, member_roles: ir.Table | None = None) -> ir.Table:
    """
    Threads that ask for an answer, each with the first answer by another person.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells which authors are bots or staff.
    member_roles : ibis.Table, optional
        One row per member and change of role (:data:`contract.MEMBER_ROLES`); without it, or for
        whom it has no row, the role as exported holds for all times.

    Returns
    -------
    ibis.Table
        One row per thread: `thread_id, member_id` (who asked; empty if the author is unknown),
        `opened_at, is_question` (else a discussion), `category, language, channel`,
        `first_reply_at` (empty while it waits), `ended_at` (closed, merged or deleted),
        `is_removed` (merged or deleted), `hours_waited` (opening to first reply) [h],
        `first_reply_by` (empty if unknown), `is_first_reply_by_staff` and
        `is_first_reply_by_expert` (empty if no member's role is known), `is_solved` (an answer is
        accepted), `solved_at` (empty if not recorded), `solution_at` (when that answer was
        written), `solution_by, is_solution_by_staff`, `has_threads` (whether the export knows
        threads at all), `has_solutions` (whether it marks accepted answers). Several definitions
        share it: it is computed once and kept by the engine.

    Notes
    -----
    A thread counts if its opener is a question or a discussion; in an export without kinds every
    thread counts. Threads opened by bots do not. A reply counts if it is an answer or a reply,
    later than the opener, not deleted and by another person who is no bot; a comment never does.
    A reply whose author is unknown is by somebody else if the asker is known: an account that was
    deleted is not the account that asked. An export without kinds in which no post stands below
    another, as of Slack before 2017, knows no threads: what is asked about answers is then
    `not_applicable`, and not "nobody answered". Roles are those at the time of the reply. Of
    several accepted answers the one that was accepted first is the solution; with a day only, that
    day's end is meant. An accepted answer that was deleted is none.
    """
    openers = _openers(posts, members).cache()
    replies = eligible_replies(posts, members, openers)
    first_replies = _first_of(replies, ["replied_at", "reply_id"]).select(
        "thread_id", first_reply_at="replied_at", first_reply_by="reply_by"
    )
    has_kinds = bool(posts.kind.count().execute())
    has_threads = has_kinds or bool((posts.count() - posts.thread_id.nunique()).execute())
    made = (
        openers.drop("post_id")
        .left_join(first_replies, "thread_id")
        .drop("thread_id_right")
        .left_join(_solutions(posts), "thread_id")
        .drop("thread_id_right")
    )
    by_staff, by_expert = (held(members, member_roles, of) for of in (STAFF_ROLES, EXPERT_ROLES))
    made = _marked(made, by_staff, "first_reply", "is_first_reply_by_staff")
    made = _marked(made, by_expert, "first_reply", "is_first_reply_by_expert")
    made = _marked(made, by_staff, "solution", "is_solution_by_staff")
    if not members.role.count().execute():
        unknown = {name: ibis.null("boolean") for name in made.columns if "_by_" in name}
        made = made.mutate(**unknown)
    return made.mutate(
        hours_waited=_.first_reply_at.delta(_.opened_at, unit="microsecond") / 3.6e9,
        is_solved=_.solution_at.notnull(),
        has_threads=ibis.literal(has_threads),
        has_solutions=ibis.literal(bool(posts.is_accepted.any().fill_null(False).execute())),
    ).cache()


def _openers(posts: ir.Table, members: ir.Table) -> ir.Table:
    """The posts that open a thread which asks for an answer, by people."""
    first = _first_of(
        posts.filter(~_.kind.isin(REPLY_KINDS).fill_null(False)), ["posted_at", "post_id"]
    )
    openers = first.filter(_.kind.isin(ASKING_KINDS).fill_null(True)).select(
        *("thread_id", "post_id", "member_id", "category", "language", "channel"),
        opened_at="posted_at",
        is_question=(_.kind == "question").fill_null(True),
        ended_at=ibis.least(_.closed_at, _.merged_at, _.deleted_at),
        is_removed=_.merged_at.notnull() | _.deleted_at.notnull(),
    )
    return without_bots(openers, members)  # only now: who follows a bot opens no thread


def eligible_replies(posts: ir.Table, members: ir.Table, openers: ir.Table) -> ir.Table:
    """
    Answers by another person who is no bot.

    `thread_id, reply_id, reply_by, replied_at`, and of the opener `asker` and `opened_at`.
    """
    answers = without_bots(posts, members).filter(
        _.deleted_at.isnull(), _.kind.isin(ANSWER_KINDS).fill_null(True)
    )
    replies = answers.select(
        "thread_id", reply_id=_.post_id, reply_by=_.member_id, replied_at=_.posted_at
    )
    asked = openers.select("thread_id", "opened_at", asker="member_id")
    return replies.join(asked, "thread_id").filter(
        # later than the opener, and so never the opener itself
        _.replied_at > _.opened_at,
        (_.reply_by != _.asker).fill_null(True),
    )


def _first_of(table: ir.Table, order_by: list[str]) -> ir.Table:
    """The first row of each thread."""
    place = ibis.row_number().over(group_by="thread_id", order_by=order_by)
    return table.mutate(place=place).filter(_.place == 0).drop("place")


def _solutions(posts: ir.Table) -> ir.Table:
    """The accepted answer of each thread: `thread_id, solution_at, solution_by, solved_at`."""
    accepted = posts.filter(_.is_accepted.fill_null(False), _.deleted_at.isnull())
    first = _first_of(accepted, ["accepted_at", "posted_at", "post_id"])
    return first.select(
        "thread_id", solution_at="posted_at", solution_by="member_id", solved_at="accepted_at"
    )


def _marked(table: ir.Table, roles: ir.Table, what: str, mark: str) -> ir.Table:
    """A table with a mark: whether a reply's author held a role when it was written."""
    found = table.left_join(roles, holds(table[f"{what}_by"], table[f"{what}_at"], roles))
    return found.mutate(**{mark: _.holder_id.notnull()}).drop("holder_id", "from_at", "until_at")
