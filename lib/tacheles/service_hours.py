"""When a community promises that somebody is there to answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

#: Weekdays as they are written, Monday first.
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = timedelta(days=1)
_MIDNIGHT = 24 * 60

#: Spans of one weekday, each from minute to minute of the day.
Spans = tuple[tuple[int, int], ...]


class Piece(NamedTuple):
    """
    A piece of a UTC day that is open, or closed, from its beginning to its end.

    `served` says how much service there was before it: [µs]
    """

    day: date
    starts_at: datetime
    ends_at: datetime
    is_open: bool
    served: int


@dataclass(frozen=True)
class ServiceHours:
    """
    Hours in which a community promises that somebody is there, week by week.

    Parameters
    ----------
    hours : str
        Weekdays and times like `Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-14:00`, as OpenStreetMap
        writes opening hours; empty: nothing is promised.
    time_zone : str
        Zone whose clock is meant.
    holidays : str
        Place whose public holidays are closed, like `DE-BY`; empty: none.

    Notes
    -----
    Public holidays are those of the whole place: the Assumption of Mary, a holiday only in
    Bavaria's Catholic parishes, is open. Where the clock is put back, an hour that it shows twice
    is open twice.

    References
    ----------
    OpenStreetMap Wiki, "Key:opening_hours/specification".
    """

    hours: str = ""
    time_zone: str = "UTC"
    holidays: str = ""

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Service from one UTC moment to another."""
        spans = ((closes - opens) for opens, closes in self._open(start, end))
        return sum(spans, timedelta(0))

    def pieces(self, start: datetime, end: datetime) -> list[Piece]:
        """
        The time between two UTC moments without a gap, in pieces of one UTC day each.

        A moment lies in exactly one piece: service up to it is what the piece begins with and, if
        that is open, the time since. Pieces end at midnight so that an engine finds them by day.
        """
        found, served = [], 0
        for starts_at, ends_at, is_open in self._without_gaps(start, end):
            for begins, ends in _by_day(starts_at, ends_at):
                found.append(Piece(begins.date(), begins, ends, is_open, served))
                served += (ends - begins) // timedelta(microseconds=1) if is_open else 0
        return found

    def _without_gaps(
        self, start: datetime, end: datetime
    ) -> Iterator[tuple[datetime, datetime, bool]]:
        """Closed and open spans in turn."""
        reached = start
        for opens, closes in self._open(start, end):
            yield reached, opens, False
            yield opens, closes, True
            reached = closes
        yield reached, end, False

    def _open(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open spans between two UTC moments, in order, none touching the one before twice."""
        zone, week, reached = ZoneInfo(self.time_zone), read_hours(self.hours), start
        day = start.replace(tzinfo=UTC).astimezone(zone).date()
        while (midnight := datetime(day.year, day.month, day.day)) < end + _DAY:
            for first, last in () if self._is_holiday(day) else week[day.weekday()]:
                opens, closes = (
                    (midnight + timedelta(minutes=minute))
                    .replace(tzinfo=zone)
                    .astimezone(UTC)
                    .replace(tzinfo=None)
                    for minute in (first, last)
                )
                opens, closes = max(opens, reached), min(closes, end)
                if opens < closes:
                    yield opens, closes
                    reached = closes
            day += _DAY

    def _is_holiday(self, day: date) -> bool:
        return bool(self.holidays) and day in public_holidays(self.holidays)


def read_hours(text: str) -> tuple[Spans, ...]:
    """
    Spans of each weekday, Monday first.

    Raises
    ------
    ValueError
        If the text cannot be understood; its message says what to write.
    """
    week: list[Spans] = [()] * 7
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        found = re.fullmatch(r"(\S+) +(\S.*)", rule)
        if not found:
            raise ValueError('write days and times like "Mo-Fr 09:00-17:00; Sa 10:00-14:00"')
        spans = tuple(sorted(_span(part.strip()) for part in found[2].split(",")))
        for day in _days(found[1]):
            if week[day]:
                raise ValueError(f"{DAYS[day]} stands twice; write its times after each other: ,")
            week[day] = spans
        if any(end > start for (_s, end), (start, _e) in pairwise(spans)):
            raise ValueError("times of one day overlap; write each hour once")
    return tuple(week)


def _days(text: str) -> list[int]:
    """Weekdays of `Mo-Fr,Su`."""
    found: list[int] = []
    for part in text.split(","):
        first, _dash, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(f"days are {', '.join(DAYS)}, like Mo-Fr or Sa,Su")
        low, high = DAYS.index(first), DAYS.index(last or first)
        if high < low:
            raise ValueError("a week begins on Monday: write Sa,Su,Mo instead of Sa-Mo")
        found.extend(range(low, high + 1))
    return found


def _span(text: str) -> tuple[int, int]:
    """First and last minute of `09:00-17:00`."""
    found = re.fullmatch(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)", text, re.ASCII)
    if not found:
        raise ValueError("times are like 09:00-17:00")
    first, last = (int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3))
    if not first < last <= _MIDNIGHT:
        raise ValueError("a span ends after it begins, by 24:00; write a night as two")
    return first, last


@cache
def public_holidays(place: str) -> Any:
    """
    Public holidays of a country, or of a part of it: `DE-BY`.

    Raises
    ------
    ValueError
        If the place is not known; its message says what to write.
    """
    import holidays  # costs a third of a second: only where a place is named

    country, _dash, part = place.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        raise ValueError('write a country or a part of it like "DE" or "DE-BY"') from None


def _by_day(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """A span, cut at each midnight."""
    while start < end:
        midnight = datetime(start.year, start.month, start.day) + _DAY
        yield start, min(midnight, end)
        start = midnight
