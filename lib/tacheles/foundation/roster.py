"""Is somebody there when it was promised?"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from tacheles.contract.plans import WEEKDAYS
from tacheles.estimate import metric
from tacheles.findings import finding, findings
from tacheles.foundation.plan import rows_of
from tacheles.quarter import Quarters
from tacheles.service_hours import ServiceHours, public_holidays, read_hours

_MINUTES = 24 * 60
_WEEK = (len(WEEKDAYS), _MINUTES)


@metric(unit="share", better="up")
def moderation_coverage(
    roster: pd.DataFrame, service_hours: ServiceHours, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of the quarter's promised service hours in which at least one moderator is on the roster.

    Parameters
    ----------
    roster : DataFrame
        One row per shift (:data:`contract.ROSTER`).
    service_hours : ServiceHours
        When the community promises that somebody is there.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts the promised hours. [share] A full count: no
        interval.

    Notes
    -----
    Whoever has a shift moderates, whatever the role. Several at once count once; public holidays
    are not promised and do not count. A shift that ends before it begins ends on the next day.
    Today's roster and today's service hours are applied to every quarter. Hours are those of the
    local clock. Without service hours nothing was promised: `not_applicable`.
    """
    promised, covered = _promised(service_hours), _rostered(roster)
    rows = []
    for quarter, days in zip(quarters, _open_days(service_hours, quarters), strict=True):
        minutes = (days * promised.sum(axis=1)).sum()
        there = (days * (promised & covered).sum(axis=1)).sum()
        rows.append({"quarter": quarter, "value": there / max(minutes, 1), "n": minutes // 60})
    return _told(pd.DataFrame(rows), promised.any(axis=None), roster)


@metric(unit="share", better="up")
def moderation_coverage_by_hour(
    roster: pd.DataFrame, service_hours: ServiceHours, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of the promised service in one hour of the week in which a moderator is on the roster.

    Parameters
    ----------
    roster : DataFrame
        One row per shift (:data:`contract.ROSTER`).
    service_hours : ServiceHours
        When the community promises that somebody is there.
    quarters : Quarters
        The roster is told for the last one.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per day of the week (the segment) and hour of the day (`at`), from the
        first promised hour to the last. [share] Hours in which nothing is promised are
        `not_applicable`; `n` counts promised minutes.

    Notes
    -----
    The week as it is planned, as in :func:`moderation_coverage` but without holidays.
    """
    promised = _promised(service_hours)
    there = promised & _rostered(roster)
    by_hour = [minutes.reshape(len(WEEKDAYS), 24, 60).sum(axis=2) for minutes in (promised, there)]
    hours = np.flatnonzero(by_hour[0].any(axis=0))
    if not len(hours):
        rows = pd.DataFrame([{"quarter": quarters.until, "value": np.nan, "n": 0}])
        return _told(rows, False, roster)
    rows = pd.DataFrame(
        [
            {"segment": day, "at": hour, "n": by_hour[0][i, hour], "there": by_hour[1][i, hour]}
            for i, day in enumerate(WEEKDAYS)
            for hour in range(hours[0], hours[-1] + 1)
        ]
    )
    rows = rows.assign(quarter=quarters.until, value=rows["there"] / rows["n"].where(rows["n"] > 0))
    return _told(rows, rows["n"] > 0, roster)


def _told(rows: pd.DataFrame, promised: Any, roster: pd.DataFrame) -> pd.DataFrame:
    """Rows with their status: without a roster nobody can say who is there."""
    status = np.where(promised, "no_data" if roster.empty else "ok", "not_applicable")
    rows = rows.assign(status=status, persons=0)
    return rows.assign(value=rows["value"].where(rows["status"] == "ok"))


def roster_faults(
    roster: pd.DataFrame, roles: pd.DataFrame, service_hours: ServiceHours
) -> pd.DataFrame:
    """
    Stretches of the week that are promised and that nobody has a shift in, and unknown roles.

    Parameters
    ----------
    roster : DataFrame
        One row per shift (:data:`contract.ROSTER`).
    roles : DataFrame
        One row per role (:data:`contract.ROLES`).
    service_hours : ServiceHours
        When the community promises that somebody is there.

    Returns
    -------
    DataFrame
        FINDINGS: `roster_gap` (of a day of the week, from `starts` to `ends`),
        `shift_of_unknown_role`, `no_service_hours`.
    """
    unknown = sorted(set(roster["role"]) - set(roles["role"]))
    found = [finding(role, "shift_of_unknown_role", "warning") for role in unknown]
    if len(roster):
        if not service_hours.hours:
            found.append(finding("community.toml", "no_service_hours", "warning"))
        gaps = _promised(service_hours) & ~_rostered(roster)
        for day, minutes in zip(WEEKDAYS, gaps, strict=True):
            found += [
                finding(day, "roster_gap", "fault", starts=starts, ends=ends)
                for starts, ends in _stretches(minutes)
            ]
    return findings(found)


def _stretches(minutes: np.ndarray) -> Iterator[tuple[str, str]]:
    """Beginning and end of each run of true minutes, as times of day."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], minutes, [False])).astype(int)))
    for starts, ends in pairwise(edges.tolist()):
        if minutes[starts]:
            yield (f"{starts // 60:02d}:{starts % 60:02d}", f"{ends // 60:02d}:{ends % 60:02d}")


def _promised(service_hours: ServiceHours) -> np.ndarray:
    """Minutes of the week in which somebody is promised, a row per day."""
    promised = np.zeros(_WEEK, dtype=bool)
    for day, spans in enumerate(read_hours(service_hours.hours)):
        for first, last in spans:
            promised[day, first:last] = True
    return promised


def _rostered(roster: pd.DataFrame) -> np.ndarray:
    """Minutes of the week in which somebody has a shift, a row per day."""
    there = np.zeros(_WEEK, dtype=bool)
    for shift in rows_of(roster):
        day = WEEKDAYS.index(shift["weekday"])
        starts, ends = (int(at[:2]) * 60 + int(at[3:5]) for at in (shift["starts"], shift["ends"]))
        if ends > starts:
            there[day, starts:ends] = True
        else:
            there[day, starts:] = True
            there[(day + 1) % len(WEEKDAYS), :ends] = True
    return there


def _open_days(service_hours: ServiceHours, quarters: Quarters) -> Iterator[np.ndarray]:
    """Of each quarter, how many of each day of the week are no public holiday."""
    closed = public_holidays(service_hours.holidays) if service_hours.holidays else ()
    for start, end in pairwise(quarters.first_days):
        counted = np.zeros(len(WEEKDAYS), dtype=int)
        for day in _days(start, end):
            counted[day.weekday()] += day not in closed
        yield counted


def _days(start: date, end: date) -> Iterator[date]:
    return (start + timedelta(days=i) for i in range((end - start).days))
