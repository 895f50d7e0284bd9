"""Who is there, and what does a platform mean by active?"""

from datetime import date, datetime, timedelta
from itertools import pairwise

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import metric, rates, without_number
from tacheles.growth.contributions import (
    bots_and_staff,
    holds,
    in_quarters,
    per_quarter,
    within,
)
from tacheles.quarter import Calendar, Quarters, ordinal

#: Days over which a member counts as active for stickiness. [d]
_WINDOW = 30

#: Contributions of a quarter above which a member contributes much.
_SEVERAL = 3

#: The usual meanings of an active member, each with the column that counts it.
MEANINGS = {
    "contributed": "contributions",
    "contributed_28_days": "in_last_28_days",
    "contributed_60_days": "in_last_60_days",
    "ten_contributions_30_days": "in_last_30_days",
    "any_activity": "acts",
    "visited_30_days": "visits_in_last_30_days",
    "visited_month": "visits_since_month_3",
    "read_month": "reads_since_month_3",
    "visited_and_acted": "deeds",
}


def presence(
    activity: ir.Table, members: ir.Table, member_roles: ir.Table, calendar: Calendar
) -> ir.Table:
    """
    Who was there in which quarter: visited, read, liked, voted, searched or attended.

    Parameters
    ----------
    activity : ibis.Table
        One row per act (:data:`contract.ACTIVITY`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    member_roles : ibis.Table
        One row per member and change of role (:data:`contract.MEMBER_ROLES`).
    calendar : Calendar
        Where and when the community's quarters begin.

    Returns
    -------
    ibis.Table
        One row per member and quarter with an act: `member_id, quarter` (its
        :func:`~tacheles.quarter.ordinal`), `acts`, `visits_in_last_30_days`,
        `visits_since_month_3` and `reads_since_month_3` (of the quarter's last days and last
        month), `deeds` (likes, votes, events attended). Computed once and kept by the engine.

    Notes
    -----
    Bots and who was staff at that time are not in it. Every act is a visit: whoever read was there.
    """
    acts = in_quarters(_by_members(activity, members, member_roles), "acted_at", calendar)
    last_month = _.acted_at >= _.since_month_3_at
    return (
        acts.group_by("member_id", "quarter")
        .aggregate(
            acts=_.count(),
            visits_in_last_30_days=_.count(where=_.acted_at >= _.in_last_30_days_at),
            visits_since_month_3=_.count(where=last_month),
            reads_since_month_3=_.count(where=last_month & (_.type == "read")),
            deeds=_.count(where=_.type.isin(["like", "vote", "attend"])),
        )
        .cache()
    )


@metric(unit="members", better="up")
def active_members_by_meaning(
    participation: ir.Table, presence: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Members who were active in the quarter, by each of the usual meanings of the word.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`).
    presence : ibis.Table
        One row per member and quarter with an act (:func:`presence`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment (:data:`MEANINGS`). [members] A full count: no
        interval.

    Notes
    -----
    `contributed` is the house definition, :func:`active_members`. Last days and months are those of
    the quarter: while it runs they lie ahead, and the meanings that need them are `not_mature`.
    Staff and bots are in none of them, though platforms count staff: what differs is the meaning
    alone. Where no acts are recorded the meanings that need them are `no_data`.
    """
    contributed = _members_by(participation, quarters, list(MEANINGS)[:3], at_least=1)
    often = _members_by(participation, quarters, list(MEANINGS)[3:4], at_least=10)
    was_there = _members_by(presence, quarters, list(MEANINGS)[4:], at_least=1)
    rows = pd.concat([contributed, often, was_there], ignore_index=True)
    rows["place"] = rows["segment"].map(list(MEANINGS).index)
    rows = rows.sort_values(["quarter", "place"]).reset_index(drop=True)
    rows = rows.assign(value=rows["persons"], n=rows["persons"], status="ok")
    rows = without_number(rows, rows["records"] == 0, "no_data")
    is_last = rows["segment"].str.contains("_days|_month", regex=True)
    is_running = quarters.is_running & (rows["quarter"] == quarters.until)
    return without_number(rows, is_last & is_running, "not_mature")


def _members_by(
    table: ir.Table, quarters: Quarters, meanings: list[str], *, at_least: int
) -> pd.DataFrame:
    """Members with so many of what each meaning counts: `quarter, segment, persons, records`."""
    measures = {
        meaning: _.member_id.count(where=_[MEANINGS[meaning]] >= at_least) for meaning in meanings
    }
    counted = per_quarter(table, quarters, records=_.count(), **measures)
    return counted.melt(["quarter", "records"], var_name="segment", value_name="persons")


@metric(unit="share", better="up")
def stickiness(
    activity: ir.Table,
    presence: ir.Table,
    members: ir.Table,
    member_roles: ir.Table,
    quarters: Quarters,
) -> pd.DataFrame:
    """
    Mean share of the members active in thirty days who were active on the last of them.

    Parameters
    ----------
    activity : ibis.Table
        One row per act (:data:`contract.ACTIVITY`).
    presence : ibis.Table
        One row per member and quarter with an act (:func:`presence`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    member_roles : ibis.Table
        One row per member and change of role (:data:`contract.MEMBER_ROLES`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts days. [share] A full count: no interval.

    Notes
    -----
    DAU / MAU: of each day the members with an act, divided by those with one on that day or the 29
    before; the mean of the quarter's days. Days are days of the local clock. A day on which nobody
    was active in thirty days has no quotient and is left out (some platforms say 0). So are the
    first 29 days of the records, whose thirty days are not whole, and in a running quarter the day
    of the export; all are counted in `left_out`. Bots and staff do not count.

    References
    ----------
    Discourse, Admin dashboard: DAU/MAU.
    """
    acts = _by_members(activity, members, member_roles)
    rows = per_quarter(presence, quarters, persons=_.count())
    daily = _daily(acts, quarters)
    first_act = activity.acted_at.min().to_pandas()
    if not pd.isna(first_act):
        known_from = first_act + pd.Timedelta(days=_WINDOW - 1)
        daily = daily[daily["begins_at"] > known_from - pd.Timedelta(days=1)]
    ratio = daily["active"] / daily["active_30_days"].where(daily["active_30_days"] > 0)
    of_quarter = ratio.groupby(daily["quarter"]).agg(["mean", "count"]).reindex(list(quarters))
    days = [(end - start).total_seconds() / 86400 for start, end in pairwise(quarters.borders)]
    rows["value"] = of_quarter["mean"].to_numpy()
    rows["n"] = of_quarter["count"].fillna(0).to_numpy()
    rows["left_out"] = np.round(days) - rows["n"]
    rows["status"] = np.select(
        [rows["n"] > 0, rows["persons"] > 0], ["ok", "not_mature"], "no_data"
    )
    return rows


def _daily(acts: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Members active on each whole local day of the quarters, and in the thirty days up to it.

    Columns `quarter, begins_at, active, active_30_days`. Nobody is looked for thirty times: who
    comes on a day is active in the thirty days from it, or until coming again.
    """
    calendar, first = quarters.calendar, quarters.calendar.starts_on(ordinal(quarters.names[0]))
    earliest = first - timedelta(days=_WINDOW - 1)
    seen = acts.filter(
        _.acted_at >= ibis.literal(calendar.midnight(earliest)),
        _.acted_at < ibis.literal(quarters.as_of),
    )
    days = seen.select(
        "member_id", day=local_time(_.acted_at, calendar, earliest, quarters.as_of).date()
    ).distinct()
    again = _.day.lead().over(group_by="member_id", order_by="day").delta(_.day, unit="day")
    came = (
        days.mutate(stays=ibis.least(again.fill_null(_WINDOW), _WINDOW))
        .group_by("day", "stays")
        .aggregate(members=_.count())
        .to_pandas()
    )
    came["day"] = pd.to_datetime(came["day"])
    went = came["day"] + pd.to_timedelta(came["stays"], unit="D")
    span = pd.date_range(earliest, quarters.calendar.starts_on(ordinal(quarters.until) + 1))
    active = came.groupby("day")["members"].sum().reindex(span, fill_value=0)
    gone = came.groupby(went)["members"].sum().reindex(span, fill_value=0)
    daily = pd.DataFrame({"active": active, "active_30_days": (active - gone).cumsum()})
    daily["begins_at"] = [calendar.midnight(day.date()) for day in span]
    daily["quarter"] = pd.cut(
        daily["begins_at"], pd.DatetimeIndex(quarters.borders), right=False, labels=list(quarters)
    ).astype("object")
    is_whole = daily["begins_at"].shift(-1) <= quarters.as_of
    return daily[is_whole & daily["quarter"].notna()]


def local_time(moment: ir.Value, calendar: Calendar, first: date, last: datetime) -> ir.Value:
    """A UTC moment between these by the community's own clock, without an engine's time zones."""
    utc = pd.date_range(first - timedelta(days=2), last + timedelta(days=2), freq="15min")
    clock = utc.tz_localize("UTC").tz_convert(calendar.time_zone).tz_localize(None)
    ahead = ((clock - utc).total_seconds()).astype(int)
    changes = np.flatnonzero(np.diff(ahead)) + 1
    shifts = [(moment < utc[int(i)].to_pydatetime(), int(ahead[int(i) - 1])) for i in changes]
    seconds = ibis.cases(*shifts, else_=int(ahead[-1])) if shifts else ibis.literal(int(ahead[-1]))
    return moment + seconds.as_interval("s")


@metric(unit="share", better="none")
def participation_split(
    participation: ir.Table, presence: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of the quarter's visiting members who only read, contributed a little, or more than that.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`).
    presence : ibis.Table
        One row per member and quarter with an act (:func:`presence`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment (`read_only`, `contributed_little`: up to three
        contributions, `contributed_more`). [share]

    Notes
    -----
    Contributions as in :func:`active_members`. Who contributed without a recorded visit is in no
    part. Without acts recorded in a quarter nobody knows who read: `no_data`, never an assumed
    nine in ten. The parts of a quarter add up to 1.
    """
    there = within(presence, quarters).select("quarter", reader_id="member_id")
    made = within(participation, quarters).select("member_id", "contributions", of="quarter")
    seen = there.left_join(made, [there.reader_id == made.member_id, there.quarter == made.of])
    many = _.contributions.fill_null(0)
    parts = {
        "read_only": many == 0,
        "contributed_little": many.between(1, _SEVERAL),
        "contributed_more": many > _SEVERAL,
    }
    counted = per_quarter(
        seen, quarters, n=_.count(), **{name: _.count(where=part) for name, part in parts.items()}
    )
    rows = counted.melt(["quarter", "n"], var_name="segment", value_name="successes")
    rows["place"] = rows["segment"].map(list(parts).index)
    rows = rows.sort_values(["quarter", "place"]).reset_index(drop=True)
    return rates(rows.assign(left_out=0, persons=rows["n"]))


def _by_members(activity: ir.Table, members: ir.Table, member_roles: ir.Table) -> ir.Table:
    """Acts of those who are no bots and were not staff at the time."""
    uncounted = bots_and_staff(members, member_roles)
    return activity.anti_join(uncounted, holds(activity.member_id, activity.acted_at, uncounted))
