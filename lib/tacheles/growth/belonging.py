"""Who takes part, who is new, who comes back, who goes?"""

from datetime import timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.contract import STAFF_ROLES
from tacheles.estimate import by_quarter, counts, metric, rates, without_number
from tacheles.growth.contributions import bots, held, holds, per_quarter, within
from tacheles.quarter import Quarters, name_of, ordinal

#: Contributions in the ninety days before that make a member one who can be missed.
REGULAR = 4

#: Silence after which a member who writes again is called reactivated. [d]
SILENCE_DAYS = 90


@metric(unit="members", better="up")
def active_members(participation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Members outside the company's staff who contributed at least once in the quarter.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [members] A full count: no interval.

    Notes
    -----
    A contribution is a post of any kind, comments included, that was not deleted, a vote or an
    event attended. A member who is active in two months of the quarter counts once. Posts without
    a known author cannot be counted and are in `left_out`. Where votes and events are recorded only
    from some day on, the number rises there without anybody having done more.
    """
    return counts(_contributors(participation, quarters))


@metric(unit="members", better="up")
def new_contributors(participation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Members whose first contribution ever was in the quarter.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`), from the community's first day.
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
    return _unless_clipped(counts(_contributors(participation, quarters, _is_new())), quarters)


@metric(unit="members", better="up")
def reactivated_contributors(participation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Members who contributed in the quarter again after at least ninety days of silence.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`), from the community's first day.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [members] A full count: no interval.

    Notes
    -----
    Contributions as in :func:`active_members`. The silence lies between the member's first
    contribution of the quarter and the last one before it. If the export was cut off at its
    beginning, those back from an earlier time look new: the status is `clipped`.
    """
    counted = _contributors(participation, quarters, _is_reactivated())
    return _unless_clipped(counts(counted), quarters)


@metric(unit="members", better="down")
def lost_contributors(participation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Members with four or more contributions in the ninety days before and none in the quarter.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [members] A full count: no interval.

    Notes
    -----
    Contributions as in :func:`active_members`. Who contributes again later was lost in this quarter
    all the same, and is reactivated then. While a quarter runs everybody who has not written yet
    would look lost: `not_mature`. Where the records begin with the quarter itself nobody could be
    missed: `not_applicable`; where the export cut off the quarter before: `clipped`.
    """
    counted = _contributors(participation, quarters)
    rows = counts(counted.assign(persons=_lost(participation, quarters)))
    rows = without_number(rows, _is_running(quarters), "not_mature")
    return _where_before_is_known(rows, quarters)


@metric(unit="members", better="up")
def net_contributor_growth(participation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    New and reactivated contributors of the quarter less those who were lost in it.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`), from the community's first day.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [members] A full count: no interval. Negative where more
        were lost than came.

    Notes
    -----
    From :func:`new_contributors`, :func:`reactivated_contributors` and :func:`lost_contributors`,
    with no number where one of them has none. It is no difference of two counts of active members:
    who pauses for less than ninety days, or was lost with fewer than four contributions, is in
    neither part. The persons behind it are the fewest in any of its parts, so that no part that is
    hidden can be computed back.
    """
    came = per_quarter(
        participation,
        quarters,
        left_out=_.left_out.sum(),
        records=_.count(),
        new=_.member_id.count(where=_is_new()),
        back=_.member_id.count(where=_is_reactivated()),
    )
    parts = came[["new", "back"]].assign(lost=_lost(participation, quarters))
    rows = counts(came.assign(persons=parts.where(parts > 0).min(axis=1).fillna(0)))
    rows["value"] = (parts["new"] + parts["back"] - parts["lost"]).where(rows["status"] == "ok")
    rows["n"] = parts.sum(axis=1)
    rows = without_number(rows, _is_running(quarters), "not_mature")
    return _unless_clipped(_where_before_is_known(rows, quarters), quarters)


def _contributors(
    participation: ir.Table, quarters: Quarters, which: ir.Value | None = None
) -> pd.DataFrame:
    """Contributors per quarter (`persons`), rows of any kind, and posts without an author."""
    return per_quarter(
        participation,
        quarters,
        persons=_.member_id.count(where=which),
        left_out=_.left_out.sum(),
        records=_.count(),
    )


def _is_new() -> ir.Value:
    return _.quarter == _.first_quarter


def _is_reactivated() -> ir.Value:
    silent_for = _.first_at.delta(_.before_at, unit="second")
    return (silent_for >= SILENCE_DAYS * 86400).fill_null(False)


def _lost(participation: ir.Table, quarters: Quarters) -> pd.Series:
    """Members who contributed regularly in the quarter before, and not in this one."""
    came_back = (_.next_quarter == _.quarter).fill_null(False)
    seen_before = participation.mutate(quarter=_.quarter + 1)
    is_lost = (_.in_last_90_days >= REGULAR) & ~came_back
    return per_quarter(seen_before, quarters, lost=_.member_id.count(where=is_lost))["lost"]


def _is_running(quarters: Quarters) -> list[bool]:
    """Which of the quarters was not over when the records were exported."""
    return [quarters.is_running and name == quarters.until for name in quarters]


def _unless_clipped(rows: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """Rows without a number where the export was cut off at its beginning."""
    return without_number(rows, [quarters.history_from is not None] * len(rows), "clipped")


def _where_before_is_known(rows: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """Rows without a number where there was no quarter before, or none in the export."""
    starts = [quarters.before(name) for name in quarters]
    first, clipped = quarters.first_record_at, quarters.history_from
    is_first = [first is not None and end <= first for _start, end in starts]
    is_cut = [clipped is not None and start < clipped for start, _end in starts]
    return without_number(without_number(rows, is_first, "not_applicable"), is_cut, "clipped")


@metric(unit="share", better="up")
def returning_contributor_rate(participation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the quarter's contributors who had contributed in the quarter before as well.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`).
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
    seen_before = participation.mutate(quarter=_.quarter + 1)
    came_back = per_quarter(
        seen_before, quarters, successes=_.member_id.count(where=_.next_quarter == _.quarter)
    )
    rows = _contributors(participation, quarters).merge(came_back, on="quarter")
    return _where_before_is_known(rates(rows.assign(n=rows["persons"])), quarters)


@metric(unit="share", better="up")
def cohort_retention_rate(participation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of a quarter's new contributors who contributed in a given later quarter.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`), from the community's first day.
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
    Posts of the first quarter without a known author are in `left_out`.
    """
    took_part = within(participation, quarters).filter(_.member_id.notnull())
    stayed = (
        took_part.group_by("first_quarter", later=_.quarter)
        .aggregate(successes=_.count())
        .to_pandas()
    )
    return _triangle(participation, quarters, stayed)


@metric(unit="share", better="up")
def cohort_unbounded_retention_rate(participation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of a quarter's new contributors who contributed in a given later quarter or after it.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`), from the community's first day.
    quarters : Quarters
        Quarters whose new contributors are followed.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter of the first contribution and point `at`, the number of
        quarters after it. [share]

    Notes
    -----
    The unbounded sibling of :func:`cohort_retention_rate`, with the same points, statuses and
    `left_out`: who pauses and comes back was never gone. It is never lower, it never rises along a
    row, and a number of an old quarter still grows when somebody comes back: compare equal ages
    only, and not the last points of a row, which nobody has had time to return after.
    """
    took_part = within(participation, quarters).filter(_.member_id.notnull())
    last = took_part.group_by("member_id", "first_quarter").aggregate(later=_.quarter.max())
    ends = (
        last.group_by("first_quarter", "later")
        .aggregate(successes=_.count())
        .to_pandas()
        .sort_values("later", ascending=False)
    )
    numbers = range(ordinal(quarters.names[0]), ordinal(quarters.until) + 1)
    grid = pd.MultiIndex.from_product([numbers, numbers[::-1]], names=["first_quarter", "later"])
    ended = ends.set_index(["first_quarter", "later"])["successes"].reindex(grid, fill_value=0)
    stayed = ended.groupby("first_quarter").cumsum().reset_index()
    return _triangle(participation, quarters, stayed[stayed["later"] >= stayed["first_quarter"]])


def _triangle(participation: ir.Table, quarters: Quarters, stayed: pd.DataFrame) -> pd.DataFrame:
    """Rows of ESTIMATES from those of each first quarter that were there in a `later` one."""
    points = pd.DataFrame(
        [(ordinal(name), at) for name in quarters for at in range(max(2, len(quarters)))],
        columns=["first_quarter", "at"],
    ).assign(later=lambda point: point["first_quarter"] + point["at"])
    begun = per_quarter(
        participation, quarters, n=_.member_id.count(where=_is_new()), left_out=_.left_out.sum()
    )
    rows = points.merge(stayed, how="left", on=["first_quarter", "later"]).fillna({"successes": 0})
    rows = rows.assign(quarter=rows["first_quarter"].map(name_of)).merge(begun, on="quarter")
    rows = rates(rows.assign(persons=rows["n"]))
    rows.loc[(rows["at"] == 0) & (rows["n"] > 0), "low"] = 1.0
    is_ahead = [quarters.calendar.starts_at(n + 1) > quarters.as_of for n in rows["later"]]
    return _unless_clipped(without_number(rows, is_ahead, "not_mature"), quarters)


@metric(unit="members", better="up")
def new_members(members: ir.Table, member_roles: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Members outside the company's staff who joined in the quarter.

    Parameters
    ----------
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`).
    member_roles : ibis.Table
        One row per member and change of role (:data:`contract.MEMBER_ROLES`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [members] A full count: no interval.

    Notes
    -----
    Bots do not count. Accounts that were deleted before the export are missing, so an old quarter
    shows fewer than joined. Where no day of joining is recorded at all: `no_data`.
    """
    joined = _joiners(members, member_roles)
    rows = by_quarter(joined, "joined_at", quarters, persons=_.count())
    return counts(rows.assign(records=int(members.joined_at.count().execute()), left_out=0))


@metric(unit="share", better="up")
def activation_rate(
    participation: ir.Table,
    members: ir.Table,
    member_roles: ir.Table,
    quarters: Quarters,
    *,
    days: int = 14,
) -> pd.DataFrame:
    """
    Share of the quarter's new members who contributed within the days allowed after joining.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`).
    member_roles : ibis.Table
        One row per member and change of role (:data:`contract.MEMBER_ROLES`).
    quarters : Quarters
        Quarters to report; a member belongs to the quarter of joining.
    days : int, default 14
        Time allowed for the first contribution. [d]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Members as in :func:`new_members`, contributions as in :func:`active_members`. Who joined fewer
    than `days` ago at `quarters.as_of` is left out and counted in `left_out`. Who contributed
    before joining, as a guest or elsewhere, is active. Who never contributes is not left out.
    """
    firsts = participation.filter(_is_new(), _.member_id.notnull()).select(
        contributor_id="member_id", first_ever_at="first_ever_at"
    )
    joined = _joiners(members, member_roles)
    known = joined.left_join(firsts, joined.member_id == firsts.contributor_id)
    is_young = _.joined_at > ibis.literal(quarters.as_of - timedelta(days=days))
    waited = _.first_ever_at.delta(_.joined_at, unit="second")
    counted = by_quarter(
        known,
        "joined_at",
        quarters,
        successes=(~is_young & (waited <= days * 86400).fill_null(False)).sum(),
        n=(~is_young).sum(),
        left_out=is_young.sum(),
        too_young=is_young.sum(),
    )
    return rates(counted.assign(persons=counted["n"]))


def _joiners(members: ir.Table, member_roles: ir.Table) -> ir.Table:
    """Members with a day of joining who are no bots and did not join as staff."""
    people = members.filter(_.joined_at.notnull()).select("member_id", "joined_at")
    robots, staff = bots(members), held(members, member_roles, STAFF_ROLES)
    people = people.anti_join(robots, people.member_id == robots.bot_id)
    return people.anti_join(staff, holds(people.member_id, people.joined_at, staff))
