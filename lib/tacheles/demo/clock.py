"""When things happen in Hamburg: days, working hours, holidays, the two rhythms of the year."""

from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from tacheles.quarter import Calendar, name_of, ordinal
from tacheles.service_hours import public_holidays

#: Where the company is, whose holidays it keeps, and the last quarter on record.
TIME_ZONE, HOLIDAYS, UNTIL = "Europe/Berlin", "DE-HH", "2026-Q3"

#: What happened when. The forum opens on the first Monday of the fourth quarter before the end.
FORUM_OPENS = date(2025, 10, 6)
RELEASE = date(2025, 3, 3)
TRADE_FAIR = (date(2025, 7, 7), date(2025, 9, 26))
SUPERUSER_LEAVES = date(2026, 2, 13)

#: A column of anything, and one of moments by the second, or of days.
Array = NDArray[Any]
Moments = NDArray[Any]

_HOUR = np.timedelta64(3600, "s")

#: How likely each hour of the local day is: at the service desk, and in the community.
_AT_WORK = [0, 0, 0, 0, 0, 1, 6, 34, 78, 96, 92, 70, 42, 66, 84, 72, 44, 16, 6, 4, 3, 2, 1, 0]
_AT_LEISURE = [
    1,
    0,
    0,
    0,
    0,
    2,
    10,
    30,
    58,
    74,
    70,
    60,
    48,
    56,
    60,
    54,
    46,
    38,
    32,
    34,
    36,
    28,
    14,
    5,
]

#: How much of a usual day's events each weekday has, Monday first.
_WEEK_AT_WORK = [1.28, 1.14, 1.05, 1.0, 0.83, 0.05, 0.03]
_WEEK_AT_LEISURE = [1.12, 1.14, 1.1, 1.05, 0.85, 0.3, 0.34]


class Clock:
    """
    The days on record and their rhythm.

    Parameters
    ----------
    quarters : int
        How many quarters, up to and including :data:`UNTIL`.

    Notes
    -----
    Moments are UTC, as in every record; only their density follows the local clock.
    """

    def __init__(self, quarters: int) -> None:
        calendar, end = Calendar(TIME_ZONE), ordinal(UNTIL) + 1
        self.quarters = tuple(name_of(n) for n in range(end - quarters, end))
        self.first = calendar.starts_on(end - quarters)
        self.end = calendar.starts_on(end)
        self.starts_at = np.datetime64(calendar.midnight(self.first), "s")
        self.ends_at = np.datetime64(calendar.midnight(self.end), "s")
        self.days = np.arange(np.datetime64(self.first), np.datetime64(self.end))
        self.weekdays = weekday(self.days)
        months = np.arange(np.datetime64(self.first, "M"), np.datetime64(self.end, "M"))
        self.months = months.astype("datetime64[D]")
        self.month_of_day = month_number(self.days) - month_number(self.months[:1])

    @cached_property
    def is_closed(self) -> Array:
        """Whether each day is a Saturday, a Sunday or a holiday."""
        known = public_holidays(HOLIDAYS)
        holiday = np.array([day in known for day in self.days.tolist()])
        return holiday | (self.weekdays >= 5)

    @cached_property
    def _is_quiet(self) -> Array:
        """Whether each day lies between Christmas and New Year."""
        month_day = [(day.month, day.day) for day in self.days.tolist()]
        return np.array([one >= (12, 22) or one <= (1, 3) for one in month_day])

    def at_work(self) -> Array:
        """How much of a usual day's tickets each day has."""
        usual = np.array(_WEEK_AT_WORK)[self.weekdays]
        usual = np.where(self.is_closed & (self.weekdays < 5), 0.06, usual)
        return usual * np.where(self._is_quiet, 0.7, 1.0)

    def at_leisure(self) -> Array:
        """How much of a usual day's posts each day has."""
        usual = np.array(_WEEK_AT_LEISURE)[self.weekdays]
        usual = np.where(self.is_closed & (self.weekdays < 5), 0.3, usual)
        summer = np.isin(month_number(self.days) % 12, (6, 7))
        return usual * np.where(self._is_quiet, 0.35, 1.0) * np.where(summer, 0.86, 1.0)

    def on(self, rng: Generator, days: Array, *, working: bool) -> Moments:
        """Moments on these days (their numbers), at hours of work or of leisure. [UTC]"""
        hours = np.array(_AT_WORK if working else _AT_LEISURE, dtype=float)
        hour = rng.choice(24, size=len(days), p=hours / hours.sum())
        second = hour * 3600 + rng.integers(0, 3600, len(days))
        return self.utc(self.days[days].astype("datetime64[s]") + second.astype("timedelta64[s]"))

    def between(self, rng: Generator, number: int, day_weights: Array) -> Moments:
        """So many moments over all the days, more on days that weigh more, in order. [UTC]"""
        weights = day_weights / day_weights.sum()
        days = np.repeat(np.arange(len(self.days)), rng.multinomial(number, weights))
        return np.sort(self.on(rng, days, working=False))

    def day_of(self, moments: Moments) -> Array:
        """Number of the local day of each moment, kept within those on record."""
        days = self.local(moments).astype("datetime64[D]") - self.days[0]
        return np.clip(days.astype(np.int64), 0, len(self.days) - 1)

    def quarter_of(self, moments: Moments) -> Array:
        """Number of the quarter of each moment among those on record."""
        return (month_number(self.local(moments)) - month_number(self.months)[0]) // 3

    def when_awake(self, rng: Generator, moments: Moments) -> Moments:
        """Moments of people: those at night, and most at weekends, wait for the morning. [UTC]"""
        local = self.local(moments)
        hour = (local - local.astype("datetime64[D]")) // _HOUR
        is_night = (hour < 6) | ((hour >= 22) & (rng.random(len(local)) < 0.8))
        is_weekend = (weekday(local) >= 5) & (rng.random(len(local)) < 0.6)
        day = local.astype("datetime64[D]") + (hour >= 22)
        day = np.where(is_weekend, np.busday_offset(day, 0, roll="forward"), day)
        morning = _morning(rng, day)
        return self.utc(np.where(is_night | is_weekend, np.maximum(morning, local), local))

    def when_at_work(self, rng: Generator, moments: Moments) -> Moments:
        """Moments of staff: those outside working hours wait for the next working day. [UTC]"""
        local = self.local(moments)
        hour = (local - local.astype("datetime64[D]")) // _HOUR
        day = local.astype("datetime64[D]")
        open_on = np.busday_offset(day + (hour >= 17), 0, roll="forward", holidays=self._holidays)
        is_at_work = (open_on == day) & (hour >= 8)
        return self.utc(np.where(is_at_work, local, np.maximum(_morning(rng, open_on), local)))

    @cached_property
    def _holidays(self) -> Array:
        return self.days[self.is_closed & (self.weekdays < 5)]

    @cached_property
    def _offsets(self) -> tuple[np.datetime64, Array]:
        """The first hour known, and by how much the local clock is ahead from then on, by hour."""
        first = datetime(self.first.year - 1, 1, 1, tzinfo=UTC)
        hours = (self.end.year + 2 - first.year) * 366 * 24
        zone = ZoneInfo(TIME_ZONE)
        three_hourly = [
            (first + timedelta(hours=hour)).astimezone(zone).utcoffset() or timedelta()
            for hour in range(1, hours, 3)  # the clocks are changed at 01:00 UTC
        ]
        offsets = np.array(three_hourly, dtype="timedelta64[s]")
        return np.datetime64(first.replace(tzinfo=None), "s"), offsets

    def local(self, moments: Moments) -> Moments:
        """What the clock on the wall shows."""
        first, offsets = self._offsets
        place = (moments - first - _HOUR) // (3 * _HOUR)
        return moments + offsets[np.clip(place, 0, len(offsets) - 1)]

    def utc(self, local: Moments) -> Moments:
        """The moments at which the clock on the wall shows this. [UTC]"""
        first, offsets = self._offsets
        place = (local - first - 2 * _HOUR) // (3 * _HOUR)  # an hour ahead of UTC, or two
        return local - offsets[np.clip(place, 0, len(offsets) - 1)]


def weekday(days: Moments) -> Array:
    """Number of the weekday, Monday 0."""
    return (days.astype("datetime64[D]").astype(np.int64) + 3) % 7


def month_number(days: Moments) -> Array:
    """Number of the month on an endless line; January has the remainder 0 to 12."""
    return days.astype("datetime64[M]").astype(np.int64)


def hours(values: Array | float) -> Array:
    """Spans of so many hours, by the second."""
    return (np.asarray(values) * 3600).astype(np.int64).astype("timedelta64[s]")


def days_since(then: Any, moments: Any) -> Array:
    """How many days the moments are later than then, with fractions; below 0 if earlier."""
    return (moments - np.datetime64(then, "s")).astype("timedelta64[s]").astype(float) / 86400


def moments_of(column: pd.Series) -> Moments:
    """A column of moments, by the second."""
    return column.to_numpy().astype("datetime64[s]")


def _morning(rng: Generator, days: Moments) -> Moments:
    """Some time in the morning of these days, by the local clock."""
    return days.astype("datetime64[s]") + hours(7.4 + rng.gamma(2.0, 0.75, len(days)))
