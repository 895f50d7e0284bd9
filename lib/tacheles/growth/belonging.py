"""Who takes part, who is new, who comes back?"""

from dataclasses import replace

import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.estimate import by_quarter, counts, metric, quarter_of, rates, without_number
from tacheles.growth.contributions import contributions, contributors
from tacheles.quarter import Quarters, name_of, ordinal


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
    return counts(contributors(posts, members, quarters))


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
    made = contributions(posts, members)
    firsts = made.group_by("member_id").aggregate(first_at=_.posted_at.min())
    new = by_quarter(firsts, "first_at", quarters, persons=_.count())
    recorded = contributors(posts, members, quarters).drop(columns="persons")
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
        contributions(posts, members)
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
    recorded = contributors(posts, members, quarters)
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


@metric(unit="share", better="up")
def cohort_retention_rate(posts: ir.Table, members: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of a quarter's new contributors who contributed in a given later quarter.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`), from the community's first day.
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    quarters : Quarters
        Quarters whose new contributors are followed.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter of the first contribution and point `at`, the number of
        quarters after it. [share]

    Notes
    -----
    Contributions as in :func:`active_members`. The quarter meant must hold a contribution itself:
    whoever pauses for a quarter and writes in the one after is missing in the first and back in the
    second. At point 0 the share is 1 by definition. A point counts once its quarter is over; until
    then, and beyond the last quarter, it is `not_mature`. If the export was cut off at its
    beginning nobody can know whose contribution was the first: the status is `clipped`.
    Contributions of the first quarter without a known author are in `left_out`.
    """
    last = max(2, len(quarters))
    points = pd.DataFrame(
        [(name, at, name_of(ordinal(name) + at)) for name in quarters for at in range(last)],
        columns=["quarter", "at", "later"],
    )
    stayed = _stayed(contributions(posts, members), quarters)
    begun = stayed[stayed["quarter"] == stayed["later"]][["quarter", "members"]]
    rows = (
        points.merge(stayed.rename(columns={"members": "successes"}), how="left")
        .merge(begun.rename(columns={"members": "n"}), how="left", on="quarter")
        .fillna({"successes": 0, "n": 0})
        .merge(by_quarter(posts, "posted_at", quarters, left_out=_.member_id.isnull().sum()))
    )
    rows = rates(rows.assign(persons=rows["n"]))
    rows.loc[(rows["at"] == 0) & (rows["n"] > 0), "low"] = 1.0
    is_over = [quarters.calendar.starts_at(ordinal(q) + 1) <= quarters.as_of for q in rows["later"]]
    rows = without_number(rows, [not over for over in is_over], "not_mature")
    return without_number(rows, [quarters.history_from is not None] * len(rows), "clipped")


def _stayed(made: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """Members by the quarter of their first contribution and a `later` one with a contribution."""
    took_part = (
        made.mutate(later=quarter_of(_.posted_at, quarters).fill_null(""))
        .group_by("member_id", "later")
        .aggregate(first_at=_.posted_at.min())
        .mutate(first_at=_.first_at.min().over(group_by="member_id"))
        .mutate(quarter=quarter_of(_.first_at, quarters))
        .filter(_.quarter.notnull(), _.later != "")
    )
    return took_part.group_by("quarter", "later").aggregate(members=_.count()).to_pandas()
