"""What a quarter is: a name such as 2026-Q3, and its borders as UTC moments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tacheles.errors import TachelesError
from tacheles.privacy import Thresholds

_NAME = re.compile(r"(19|20|21)\d\d-Q[1-4]", re.ASCII)


def ordinal(name: str) -> int:
    """
    Number of a quarter on an endless line, so that neighbours differ by one.

    Raises
    ------
    TachelesError
        If the name is not a year, `-Q` and a number from 1 to 4.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise TachelesError(
            "quarter: not the name of a quarter", repr(name), "write it like 2026-Q3"
        )
    return int(name[:4]) * 4 + int(name[-1]) - 1


def name_of(number: int) -> str:
    """Name of the quarter with this ordinal."""
    return f"{number // 4:04d}-Q{number % 4 + 1}"


def names_from_to(text: str) -> list[str]:
    """
    Names of the quarters of a span, oldest first.

    Parameters
    ----------
    text : str
        The first and the last quarter, like 2026-Q1..2026-Q4, or a single one.

    Raises
    ------
    TachelesError
        If one of them is not the name of a quarter, or the last comes before the first.
    """
    first, dots, last = text.partition("..")
    numbers = range(ordinal(first), ordinal(last if dots else first) + 1)
    if not numbers:
        raise TachelesError(
            "quarters: the last one comes before the first", repr(text), f"write {last}..{first}"
        )
    return [name_of(number) for number in numbers]


@dataclass(frozen=True)
class Calendar:
    """
    Where and when a community's quarters begin.

    Parameters
    ----------
    time_zone : str
        Zone whose midnight begins a quarter, e.g. Europe/Berlin.
    fiscal_year_start : int
        First month of the fiscal year. A year that does not begin in January carries the
        number of the calendar year in which it ends.
    """

    time_zone: str = "UTC"
    fiscal_year_start: int = 1

    def starts_on(self, number: int) -> date:
        """First day of the quarter with this ordinal."""
        months = number * 3 + self.fiscal_year_start - 1 - (12 if self.fiscal_year_start > 1 else 0)
        return date(months // 12, months % 12 + 1, 1)

    def starts_at(self, number: int) -> datetime:
        """First moment of the quarter with this ordinal, in UTC without an offset."""
        return self.midnight(self.starts_on(number))

    def midnight(self, day: date) -> datetime:
        """First moment of a day, in UTC without an offset."""
        begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.time_zone))
        return begins.astimezone(UTC).replace(tzinfo=None)

    def day_of(self, moment: datetime) -> date:
        """Day of the local clock on which a UTC moment lies."""
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(self.time_zone)).date()

    def containing(self, moment: datetime) -> str:
        """Name of the quarter in which a UTC moment lies."""
        number = moment.year * 4 + (moment.month - 1) // 3 - 2
        while self.starts_at(number + 1) <= moment:
            number += 1
        return name_of(number)


@dataclass(frozen=True)
class Quarters:
    """
    The quarters a report is about, oldest first; the last one is `until`.

    Parameters
    ----------
    names : tuple of str
        Neighbouring quarters, oldest first.
    calendar : Calendar
    as_of : datetime
        The earlier of the wall (the end of the last quarter) and the moment of the export. [UTC]
    first_record_at : datetime, optional
        First moment of which there is a record. [UTC]
    history_from : datetime, optional
        Earlier records exist but were cut off by the export. [UTC]
    thresholds : Thresholds
        Fewest persons behind a cell that may be shown.
    """

    names: tuple[str, ...]
    calendar: Calendar
    as_of: datetime
    first_record_at: datetime | None = None
    history_from: datetime | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def until(self) -> str:
        """Name of the last quarter."""
        return self.names[-1]

    @property
    def latest(self) -> "Quarters":
        """The last quarter alone."""
        return replace(self, names=self.names[-1:])

    @property
    def borders(self) -> tuple[datetime, ...]:
        """Start of each quarter and the end of the last: half-open intervals [start, end). [UTC]"""
        first = ordinal(self.names[0])
        return tuple(self.calendar.starts_at(first + i) for i in range(len(self.names) + 1))

    @property
    def first_days(self) -> tuple[date, ...]:
        """First day of each quarter and the day after the last: of what has a day and no hour."""
        first = ordinal(self.names[0])
        return tuple(self.calendar.starts_on(first + i) for i in range(len(self.names) + 1))

    @property
    def wall(self) -> datetime:
        """End of the last quarter: nothing at or after it exists for the report. [UTC]"""
        return self.borders[-1]

    @property
    def is_running(self) -> bool:
        """Whether the last quarter was not over when the records were exported."""
        return self.as_of < self.wall

    def before(self, name: str) -> tuple[datetime, datetime]:
        """Start and end of the quarter before the one named. [UTC]"""
        number = ordinal(name)
        return self.calendar.starts_at(number - 1), self.calendar.starts_at(number)


def last_quarters(
    until: str,
    last: int,
    *,
    time_zone: str = "UTC",
    fiscal_year_start: int = 1,
    exported_at: datetime | None = None,
    first_record_at: datetime | None = None,
    history_from: datetime | None = None,
    thresholds: Thresholds | None = None,
) -> Quarters:
    """
    The `last` quarters up to and including `until`.

    Parameters
    ----------
    until : str
        Name of the last quarter, e.g. 2026-Q3.
    last : int
        How many quarters, at least one.
    time_zone, fiscal_year_start
        See :class:`Calendar`.
    exported_at : datetime, optional
        When the records were exported; by default after the last quarter. [UTC]
    first_record_at, history_from, thresholds
        See :class:`Quarters`.

    Raises
    ------
    TachelesError
        If `until` is not the name of a quarter, or `last` is no number of quarters.
    """
    number = ordinal(until)
    if not isinstance(last, int) or last < 1:
        raise TachelesError(
            "last: not a number of quarters", repr(last), "write a whole number from 1 up"
        )
    calendar = Calendar(time_zone, fiscal_year_start)
    wall = calendar.starts_at(number + 1)
    return Quarters(
        names=tuple(name_of(n) for n in range(number - last + 1, number + 1)),
        calendar=calendar,
        as_of=min(wall, exported_at or wall),
        first_record_at=first_record_at,
        history_from=history_from,
        thresholds=thresholds or Thresholds(),
    )
