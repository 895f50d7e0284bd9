"""Who of those who could takes part, and what does it bring each other?"""

from datetime import datetime, timedelta
from itertools import pairwise

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.contract import REPLY_KINDS, STAFF_ROLES
from tacheles.estimate import Estimates, by_quarter, metric, quarter_of, rates, without_number
from tacheles.measurement.means import means, ratios, sums_by_quarter
from tacheles.quarter import Quarters

#: Age at which an item's interactions are counted, and how long they are counted.
_MATURE = timedelta(days=14)

#: Time within which searching again says that the first search failed.
_RESEARCH = timedelta(minutes=5)


def people(members: ir.Table) -> ir.Table:
    """Members who are neither bots nor staff."""
    return members.filter(~_.is_bot.fill_null(False), ~_.role.isin(STAFF_ROLES).fill_null(False))


def wrote_something(posts: ir.Table, members: ir.Table, quarters: Quarters) -> ir.Table:
    """Members who wrote, by quarter: `quarter, member_id`, each once; no bots, no staff."""
    others = members.filter(
        _.is_bot.fill_null(False) | _.role.isin(STAFF_ROLES).fill_null(False)
    ).select(other_id="member_id")
    return (
        posts.filter(_.member_id.notnull(), _.deleted_at.isnull())
        .anti_join(others, _.member_id == others.other_id)
        .mutate(quarter=quarter_of(_.posted_at, quarters))
        .filter(_.quarter.notnull())
        .select("quarter", "member_id")
        .distinct()
    )


@metric(unit="share", better="up")
def engagement_rate_of_members(
    active_members: Estimates, members: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Members who contributed in the quarter, as a share of the members registered at its middle.

    Parameters
    ----------
    active_members : Estimates
        Members who contributed, a row per quarter, as the second level defines them.
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Staff and bots are in neither part. A member without a date of joining counts as registered at
    all times; who has left by the middle does not count. Where nobody's joining is known, the
    members of today would be those of every quarter, and where more members contributed than were
    registered at the middle, the community grew too fast for this rate: `not_applicable`. A quarter
    in which nobody knows who contributed has no rate either.
    """
    active = active_members.set_index("quarter").reindex(list(quarters))
    registered = _numbers(_there(people(members), "joined_at", "left_at", quarters))
    rows = pd.DataFrame({"quarter": list(quarters)})
    many = rows["quarter"].map(registered.set_index("quarter")["number"])
    rows["n"] = many.fillna(0).astype("int64")
    rows["successes"] = active["value"].fillna(0).to_numpy().astype("int64")
    rows["left_out"] = active["left_out"].fillna(0).to_numpy()
    told = _rates_of_numbers(rows)
    status = active["status"].fillna("no_data").to_numpy()
    unknown = (status != "ok") & (rows["n"] > 0).to_numpy()
    told.loc[unknown, ["value", "low", "high", "level"]] = float("nan")
    told.loc[unknown, "status"] = status[unknown]
    is_undated = members.joined_at.count().execute() == 0
    return without_number(told, is_undated & (told["n"] > 0), "not_applicable")


@metric(unit="share", better="up")
def engagement_rate_of_visitors(
    posts: ir.Table, members: ir.Table, activity: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Members who wrote in the quarter, as a share of the members who visited in it.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`).
    activity : ibis.Table
        One row per act (:data:`contract.ACTIVITY`); any act is a visit.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Staff and bots are in neither part. Who wrote was there, whether or not the export of
    visits knows it. Contributions without a known author are in `left_out`. A quarter without any
    recorded act has no known visitors: `no_data`.
    """
    wrote = wrote_something(posts, members, quarters)
    came = (
        activity.semi_join(people(members), "member_id")
        .mutate(quarter=quarter_of(_.acted_at, quarters))
        .filter(_.quarter.notnull())
        .select("quarter", "member_id")
        .distinct()
    )
    visited = _numbers(ibis.union(came, wrote, distinct=True).semi_join(came, "quarter"))
    return _rates_of(_numbers(wrote), visited, posts, quarters)


@metric(unit="share", better="up")
def engagement_rate_of_accounts(
    posts: ir.Table, members: ir.Table, accounts: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Customers of whom somebody wrote in the quarter, as a share of its customers.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells the member's customer.
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    A customer counts who was one at the quarter's middle; of the others' contributions nothing
    counts. The member's customer is as exported. Contributions without a known author are in
    `left_out`.
    """
    customers = _there(accounts, "started_on", "ended_on", quarters)
    customers = customers.filter(_.started_on.notnull()).select("account_id", "quarter")
    wrote = wrote_something(posts, members, quarters).join(
        members.select("member_id", "account_id"), "member_id"
    )
    active = customers.semi_join(wrote, ["quarter", "account_id"])
    return _rates_of(_numbers(active), _numbers(customers), posts, quarters)


def _middles(quarters: Quarters) -> list[datetime]:
    """Moments in the middle of each quarter. [UTC]"""
    return [start + (end - start) / 2 for start, end in pairwise(quarters.borders)]


def _there(table: ir.Table, starts: str, ends: str, quarters: Quarters) -> ir.Table:
    """Rows with each quarter at whose middle they were there; without a start, at all times."""
    is_date = table[starts].type().is_date()
    middles = [moment.date() if is_date else moment for moment in _middles(quarters)]
    of_quarters = ibis.memtable({"quarter": list(quarters), "middle": middles})
    return table.join(
        of_quarters,
        [
            table[starts].isnull() | (table[starts] <= of_quarters.middle),
            table[ends].isnull() | (table[ends] > of_quarters.middle),
        ],
    )


def _numbers(table: ir.Table) -> pd.DataFrame:
    """How many rows each quarter has."""
    return table.group_by("quarter").aggregate(number=_.count()).to_pandas()


def _rates_of(
    part: pd.DataFrame, whole: pd.DataFrame, posts: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """Rates of numbers by quarter; posts without an author are left out of the part."""
    rows = by_quarter(posts, "posted_at", quarters, left_out=_.member_id.isnull().sum())
    for name, numbers in (("successes", part), ("n", whole)):
        known = rows["quarter"].map(numbers.set_index("quarter")["number"])
        rows[name] = known.fillna(0).astype("int64")
    return _rates_of_numbers(rows)


def _rates_of_numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """Rates of `successes` among `n` members or customers; of more than all there is none."""
    is_above = (rows["n"] > 0) & (rows["successes"] > rows["n"])
    rows = rows.assign(successes=rows[["successes", "n"]].min(axis="columns"), persons=rows["n"])
    return without_number(rates(rows), is_above, "not_applicable")


@metric(unit="share", better="up")
def engagement_rate_of_views(content: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Reactions and comments on what was published in the quarter, per view of it.

    Parameters
    ----------
    content : ibis.Table
        One row per planned or published item (:data:`contract.CONTENT`).
    quarters : Quarters
        Quarters to report; an item belongs to the quarter it was published in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts items. [share]

    Notes
    -----
    A ratio of sums, so that an item with many views weighs more. Views, reactions and comments are
    as exported: older items had more time. Items without a number of views are left out and
    counted in `left_out`. Views are not people: nobody can be singled out by them.
    """
    published = content.filter(_.published_at.notnull(), _.cancelled_at.isnull()).mutate(
        acts=(_.reactions.fill_null(0) + _.comments.fill_null(0)).cast("float64"),
        seen=_.views.cast("float64"),
    )
    is_known = (_.seen > 0).fill_null(False)
    counted = by_quarter(
        published, "published_at", quarters, n=is_known.sum(), left_out=(~is_known).sum()
    )
    sums = sums_by_quarter(
        published.filter(is_known),
        "published_at",
        quarters,
        part=_.acts.sum(),
        whole=_.seen.sum(),
        part_squares=(_.acts**2).sum(),
        whole_squares=(_.seen**2).sum(),
        products=(_.acts * _.seen).sum(),
    )
    return ratios(counted.merge(sums, on="quarter").assign(persons=0))


@metric(unit="per_item", better="up")
def interactions_per_item(posts: ir.Table, members: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Answers, comments and likes that an item opened in the quarter got, on average.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots.
    quarters : Quarters
        Quarters to report; an item belongs to the quarter it was opened in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts items. [interactions per item]

    Notes
    -----
    An item is the first post of a thread that was not deleted. Answers, replies and comments count
    that somebody else than its author and no bot wrote within 14 days, so that old items do not win
    by their age; likes are those of the item itself, as exported. Items younger than 14 days and
    items without a known author are left out and counted in `left_out`.
    """
    theirs = bots(members)
    human = posts.filter(_.deleted_at.isnull()).anti_join(theirs, _.member_id == theirs.bot_id)
    first = ibis.row_number().over(group_by="thread_id", order_by=["posted_at", "post_id"])
    items = (
        human.filter(~_.kind.isin(REPLY_KINDS).fill_null(False))
        .mutate(place=first)
        .filter(_.place == 0)
        .select("thread_id", "post_id", "member_id", "posted_at", "likes")
    )
    replies = human.select(
        "thread_id", reply_id="post_id", reply_by="member_id", replied_at="posted_at"
    )
    after = _.replied_at.delta(_.posted_at, unit="second")
    counts = (
        items.join(replies, "thread_id")
        .filter(
            _.reply_id != _.post_id,
            (_.reply_by != _.member_id).fill_null(True),
            after >= 0,
            after <= int(_MATURE.total_seconds()),
        )
        .group_by("post_id")
        .aggregate(replies=_.count())
    )
    told = items.left_join(counts, "post_id").mutate(
        acts=(_.replies.fill_null(0) + _.likes.fill_null(0)).cast("float64")
    )
    is_young = _.posted_at > ibis.literal(quarters.as_of - _MATURE)
    is_counted = ~is_young & _.member_id.notnull()
    counted = by_quarter(
        told,
        "posted_at",
        quarters,
        n=is_counted.sum(),
        left_out=(~is_counted).sum(),
        too_young=is_young.sum(),
        persons=_.member_id.nunique(where=is_counted),
    )
    sums = sums_by_quarter(
        told.filter(is_counted),
        "posted_at",
        quarters,
        total=_.acts.sum(),
        squares=(_.acts**2).sum(),
    )
    rows = means(counted.merge(sums, on="quarter"))
    young = (rows["n"] == 0) & (rows["too_young"] > 0)
    return without_number(rows, young, "not_mature")


@metric(unit="share", better="up")
def search_success_rate(activity: ir.Table, members: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the quarter's searches after which a result was opened and not searched again.

    Parameters
    ----------
    activity : ibis.Table
        One row per act (:data:`contract.ACTIVITY`): searches and clicks on their results.
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts searches. [share]

    Notes
    -----
    A search succeeded if a click is what the same member did next of searching and clicking, and no
    further search follows within five minutes of it. Searches of the last five minutes before
    `quarters.as_of` are left out and counted. Whoever finds the answer in the list of results
    without opening one counts as failed. An export without a single click cannot tell:
    `not_applicable`.
    """
    mine = ibis.window(group_by="member_id", order_by=["acted_at", "type"])
    theirs = bots(members)
    human = activity.anti_join(theirs, _.member_id == theirs.bot_id)
    acts = human.filter(_.type.isin(["search", "search_click"]))
    searches = (
        acts.mutate(next_type=_.type.lead().over(mine))
        .filter(_.type == "search")
        .mutate(next_search_at=_.acted_at.lead().over(mine))
    )
    again = _.next_search_at.delta(_.acted_at, unit="second") <= int(_RESEARCH.total_seconds())
    succeeded = (_.next_type == "search_click") & ~again.fill_null(False)
    is_young = _.acted_at > ibis.literal(quarters.as_of - _RESEARCH)
    counted = by_quarter(
        searches,
        "acted_at",
        quarters,
        successes=(~is_young & succeeded.fill_null(False)).sum(),
        n=(~is_young).sum(),
        left_out=is_young.sum(),
        too_young=is_young.sum(),
        persons=_.member_id.nunique(where=~is_young),
    )
    has_clicks = acts.filter(_.type == "search_click").count().execute() > 0
    rows = rates(counted)
    return without_number(rows, (rows["n"] > 0) & (not has_clicks), "not_applicable")


def bots(members: ir.Table) -> ir.Table:
    """Ids of the bots, as `bot_id`."""
    return members.filter(_.is_bot.fill_null(False)).select(bot_id="member_id")
