"""Do people look forward to the events, attend them, and come back?"""

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.contract import STAFF_ROLES
from tacheles.estimate import by_quarter, metric, rates, without_number
from tacheles.growth.clusters import cluster_sums, clustered_rates
from tacheles.quarter import Quarters, ordinal


@metric(unit="share", better="up")
def event_attendance_rate(content: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of those registered for the quarter's events who attended.

    Parameters
    ----------
    content : ibis.Table
        One row per planned or published item (:data:`contract.CONTENT`).
    quarters : Quarters
        Quarters to report; an event belongs to the quarter it was held in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts registrations. [share]

    Notes
    -----
    An event is an item with registrations, held when it was published. Events whose attendance was
    not counted are left out, and their registrations are in `left_out`. Who came unregistered
    cannot be told from the others: where more came than were registered, everybody did. The
    interval counts events, not guests (:func:`clustered_rates`). Of how many different people one
    cannot know; the persons behind the number are those registered for the largest event.
    """
    return _of_registered(content, quarters, _.attended)


@metric(unit="share", better="up")
def early_registration_rate(content: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of those registered for the quarter's events who had registered a week before.

    Parameters
    ----------
    content : ibis.Table
        One row per planned or published item (:data:`contract.CONTENT`).
    quarters : Quarters
        Quarters to report; an event belongs to the quarter it was held in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts registrations. [share]

    Notes
    -----
    Who registers early looks forward to it. Otherwise as in :func:`event_attendance_rate`.
    """
    return _of_registered(content, quarters, _.registered_7d_before)


def _of_registered(content: ir.Table, quarters: Quarters, part: ir.Value) -> pd.DataFrame:
    """Share of the registered of all events of a quarter, from the sums over its events."""
    held = content.filter(_.published_at.notnull(), (_.registered > 0).fill_null(False))
    is_known = part.notnull()
    of_event, all_of_event = (
        is_known.ifelse(many, 0) for many in (ibis.least(part, _.registered), _.registered)
    )
    sums = by_quarter(
        held,
        "published_at",
        quarters,
        persons=_.registered.max(where=is_known),
        left_out=is_known.ifelse(0, _.registered).sum(),
        **cluster_sums(of_event, all_of_event),
    )
    return clustered_rates(sums)


@metric(unit="share", better="up")
def event_return_rate(
    activity: ir.Table, members: ir.Table, quarters: Quarters, *, later_quarters: int = 2
) -> pd.DataFrame:
    """
    Share of those who attended an event in the quarter who attended another one soon after.

    Parameters
    ----------
    activity : ibis.Table
        One row per act (:data:`contract.ACTIVITY`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    quarters : Quarters
        Quarters to report; a guest belongs to each quarter in which an event was attended.
    later_quarters : int, default 2
        Quarters after the reported one in which there is time to come back. [quarters]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter, at the point of `later_quarters`; `n` counts guests. [share]

    Notes
    -----
    Another event is one with another `item_id`, in the quarter itself or in the following ones.
    Until they are over it is `not_mature`. Staff and bots are no guests. Attendances without an
    `item_id` are left out and counted in `left_out`: nobody knows whether it was another event.
    """
    spans = ibis.memtable(_windows(quarters, later_quarters))
    hosts = members.filter(
        _.role.isin(STAFF_ROLES).fill_null(False) | _.is_bot.fill_null(False)
    ).select("member_id")
    attended = activity.filter(_.type == "attend").anti_join(hosts, "member_id")
    guests = attended.filter(_.item_id.notnull())
    of_guest = (
        guests.join(spans, [guests.acted_at >= spans.starts_at, guests.acted_at < spans.until])
        .group_by("quarter", "member_id")
        .aggregate(first_at=_.acted_at.min(), ends_at=_.ends_at.max(), events=_.item_id.nunique())
        .filter(_.first_at < _.ends_at)
    )
    counted = by_quarter(
        of_guest, "first_at", quarters, n=_.count(), successes=(_.events > 1).sum()
    )
    unknown = by_quarter(attended, "acted_at", quarters, left_out=_.item_id.isnull().sum())
    rows = counted.merge(unknown, on="quarter")
    rows = rates(rows.assign(persons=rows["n"], at=later_quarters))
    is_young = _windows(quarters, later_quarters)["until"] > quarters.as_of
    return without_number(rows, is_young & (rows["n"] > 0), "not_mature")


def _windows(quarters: Quarters, later_quarters: int) -> pd.DataFrame:
    """Each quarter with its borders, and until when its guests may come back."""
    borders = quarters.borders
    rows = {
        "quarter": list(quarters),
        "starts_at": borders[:-1],
        "ends_at": borders[1:],
        "until": [
            quarters.calendar.starts_at(ordinal(name) + 1 + later_quarters) for name in quarters
        ],
    }
    moments = ["starts_at", "ends_at", "until"]
    return pd.DataFrame(rows).astype(dict.fromkeys(moments, "datetime64[us]"))
