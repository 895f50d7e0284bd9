"""What counts as a contribution, whose, and when: shared by the questions of growth."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.contract import STAFF_ROLES
from tacheles.quarter import Calendar, Quarters, name_of, ordinal

#: Acts that contribute without a post.
CONTRIBUTING_ACTS = ("vote", "attend")


def _month(months: int) -> Callable[[Calendar, int], date]:
    """The first day of a later month of a quarter."""

    def first_day(calendar: Calendar, number: int) -> date:
        """The day on which it begins in the quarter of this number."""
        start = calendar.starts_on(number)
        month = start.year * 12 + start.month - 1 + months
        return date(month // 12, month % 12 + 1, 1)

    return first_day


def _last_days(days: int) -> Callable[[Calendar, int], date]:
    """The first of a quarter's last days."""
    return lambda calendar, number: calendar.starts_on(number + 1) - timedelta(days=days)


#: Parts of a quarter in which contributions are counted once more, and the first day of each.
PARTS = {f"since_month_{months + 1}": _month(months) for months in (1, 2)} | {
    f"in_last_{days}_days": _last_days(days) for days in (28, 30, 60, 90)
}

#: Moments of tables that are put together are of one type.
MOMENT = "timestamp(6)"

#: A role without a date was always held.
_ALWAYS = (datetime(1900, 1, 1), datetime(2200, 1, 1))


def without_bots(posts: ir.Table, members: ir.Table) -> ir.Table:
    """Posts whose author is not known to be a bot."""
    robots = bots(members)
    return posts.anti_join(robots, posts.member_id == robots.bot_id)


def bots(members: ir.Table) -> ir.Table:
    """Ids of the members that are bots: `bot_id`."""
    return members.filter(members.is_bot.fill_null(False)).select(bot_id="member_id")


def held(members: ir.Table, member_roles: ir.Table | None, roles: Iterable[str]) -> ir.Table:
    """
    When somebody held one of these roles.

    Parameters
    ----------
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): the role as exported.
    member_roles : ibis.Table, optional
        One row per member and change of role (:data:`contract.MEMBER_ROLES`).
    roles : iterable of str

    Returns
    -------
    ibis.Table
        One row per member and unbroken time: `holder_id, from_at, until_at`.

    Notes
    -----
    Before the first change that is recorded nobody holds a role. Of whom no change is recorded, the
    role as exported holds for all times.
    """
    from_at, until_at = (ibis.literal(moment).cast(MOMENT) for moment in _ALWAYS)
    exported = members.filter(members.role.isin(list(roles))).select(
        holder_id="member_id", from_at=from_at, until_at=until_at
    )
    if member_roles is None:
        return exported
    undated = exported.anti_join(member_roles, exported.holder_id == member_roles.member_id)
    dated = (
        member_roles.mutate(
            until_at=_.from_at.lead().over(group_by="member_id", order_by="from_at")
        )
        .filter(_.role.isin(list(roles)))
        .select(
            holder_id="member_id",
            from_at=_.from_at.cast(MOMENT),
            until_at=_.until_at.cast(MOMENT).fill_null(until_at),
        )
    )
    return ibis.union(undated, dated)


def holds(person: ir.Value, moment: ir.Value, roles: ir.Table) -> list[ir.BooleanValue]:
    """What joins a person at a moment with :func:`held`."""
    return [person == roles.holder_id, roles.from_at <= moment, moment < roles.until_at]


def participation(
    posts: ir.Table,
    members: ir.Table,
    member_roles: ir.Table,
    activity: ir.Table,
    calendar: Calendar,
) -> ir.Table:
    """
    Who contributed in which quarter, and how much.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`), from the community's first day.
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    member_roles : ibis.Table
        One row per member and change of role (:data:`contract.MEMBER_ROLES`).
    activity : ibis.Table
        One row per act (:data:`contract.ACTIVITY`).
    calendar : Calendar
        Where and when the community's quarters begin.

    Returns
    -------
    ibis.Table
        One row per member and quarter with a contribution: `member_id, quarter` (its
        :func:`~tacheles.quarter.ordinal`), `contributions` and of them those
        `since_month_2`, `since_month_3` and `in_last_28_days` … `in_last_90_days`, `first_at`,
        `first_quarter` and `first_ever_at` (the member's first contribution of all), `before_at`
        (the last one before this quarter) and `next_quarter` (with a contribution; empty: none).
        One more row per quarter without a member holds what is not counted, with `left_out`, the
        posts without a known author. Computed once and kept by the engine.

    Notes
    -----
    A contribution is a post of any kind that was not deleted, comments and ideas included, a vote,
    or an event attended; by a known author who is no bot and was not staff at that time.
    """
    made = _made(posts, activity)
    uncounted = bots_and_staff(members, member_roles)
    marked = made.left_join(uncounted, holds(made.member_id, made.made_at, uncounted))
    is_counted = _.member_id.notnull() & _.holder_id.isnull() & _.is_there
    told = marked.select(
        "made_at",
        member_id=ibis.ifelse(is_counted, _.member_id, ibis.null("string")),
        is_lost=_.member_id.isnull() & _.is_there,
    )
    rows = (
        in_quarters(told, "made_at", calendar)
        .group_by("member_id", "quarter")
        .aggregate(
            contributions=_.member_id.count().cast("int32"),
            first_at=_.made_at.min(),
            last_at=_.made_at.max(),
            left_out=_.is_lost.sum().cast("int32"),
            **{
                part: _.member_id.count(where=_.made_at >= _[f"{part}_at"]).cast("int32")
                for part in PARTS
            },
        )
    )
    in_order = ibis.window(group_by="member_id", order_by="quarter")
    return (
        rows.mutate(
            first_quarter=_.quarter.first().over(in_order),
            first_ever_at=_.first_at.first().over(in_order),
            before_at=_.last_at.lag().over(in_order),
            next_quarter=_.quarter.lead().over(in_order),
        )
        .drop("last_at")
        .cache()
    )


def contributions(posts: ir.Table, members: ir.Table) -> ir.Table:
    """Posts that were not deleted, by known authors who are neither bots nor staff as exported."""
    is_uncounted = _.is_bot.fill_null(False) | _.role.isin(STAFF_ROLES).fill_null(False)
    there = posts.filter(_.member_id.notnull(), _.deleted_at.isnull())
    return there.anti_join(members.filter(is_uncounted), "member_id")


def _made(posts: ir.Table, activity: ir.Table) -> ir.Table:
    """Whatever could be a contribution: by whom, when, and whether it is still there."""
    acts = activity.filter(activity.type.isin(CONTRIBUTING_ACTS))
    return ibis.union(
        posts.select("member_id", made_at=_.posted_at.cast(MOMENT), is_there=_.deleted_at.isnull()),
        acts.select("member_id", made_at=_.acted_at.cast(MOMENT), is_there=ibis.literal(True)),
    )


def bots_and_staff(members: ir.Table, member_roles: ir.Table | None) -> ir.Table:
    """Whose contributions do not count, and when: `holder_id, from_at, until_at`, each once."""
    robots = bots(members)
    staff = held(members, member_roles, STAFF_ROLES)
    from_at, until_at = (ibis.literal(moment).cast(MOMENT) for moment in _ALWAYS)
    return ibis.union(
        staff.anti_join(robots, staff.holder_id == robots.bot_id),
        robots.select(holder_id="bot_id", from_at=from_at, until_at=until_at),
    )


def in_quarters(table: ir.Table, moment: str, calendar: Calendar) -> ir.Table:
    """
    A table with the quarter of each row and when that quarter's parts begin.

    Parameters
    ----------
    table : ibis.Table
    moment : str
        Column that says in which quarter a row lies.
    calendar : Calendar

    Returns
    -------
    ibis.Table
        The same rows with `quarter`, its :func:`~tacheles.quarter.ordinal`, and the moment at which
        each of :data:`PARTS` begins in it: `since_month_2_at` …, midnights of local time.
    """
    found = table.aggregate(first=table[moment].min(), last=table[moment].max()).to_pandas()
    first, last = found.fillna(pd.Timestamp(_ALWAYS[0])).iloc[0]
    first, last = (ordinal(calendar.containing(at.to_pydatetime())) for at in (first, last))
    numbers = range(first, last + 1)
    begins = {
        f"{part}_at": [calendar.midnight(first_day(calendar, number)) for number in numbers]
        for part, first_day in PARTS.items()
    }
    types = {"number": "int32"} | dict.fromkeys(begins, "datetime64[us]")
    parts = ibis.memtable(pd.DataFrame({"number": numbers} | begins).astype(types))
    ends = ((table[moment] < calendar.starts_at(number + 1), number) for number in numbers)
    placed = table.mutate(quarter=ibis.cases(*ends, else_=None).cast("int32"))
    return placed.join(parts, placed.quarter == parts.number).drop("number")


def per_quarter(table: ir.Table, quarters: Quarters, **measures: ir.Value) -> pd.DataFrame:
    """
    Measures of a table with quarters, one row per quarter, zeros where nothing happened.

    Parameters
    ----------
    table : ibis.Table
        With a column `quarter`, its :func:`~tacheles.quarter.ordinal`.
    quarters : Quarters
    **measures : ibis scalar expressions
        Aggregations over the rows of a quarter.

    Returns
    -------
    DataFrame
        Column `quarter`, its name, and one integer column per measure.
    """
    counted = within(table, quarters).group_by("quarter").aggregate(**measures).to_pandas()
    counted["quarter"] = counted["quarter"].map(name_of)
    rows = pd.DataFrame({"quarter": list(quarters)}).merge(counted, on="quarter", how="left")
    names = list(measures)
    rows[names] = rows[names].fillna(0).astype("int64")
    return rows


def within(table: ir.Table, quarters: Quarters) -> ir.Table:
    """The rows of a table with quarters that lie in these."""
    return table.filter(_.quarter.between(ordinal(quarters.names[0]), ordinal(quarters.until)))
