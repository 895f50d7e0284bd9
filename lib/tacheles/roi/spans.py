"""Spans of time, and in which of them a day or a moment lies."""

import itertools
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.quarter import Quarters

#: Quarters of a year: money is discounted by the quarter, at a yearly rate.
QUARTERS_PER_YEAR = 4


def place_in(moment: ir.Value, borders: Sequence[datetime] | Sequence[date]) -> ir.IntegerValue:
    """Number of the half-open span, from 0, in which a moment or a day lies; null outside them."""
    spans = itertools.pairwise(borders)
    lies_in = [
        ((moment >= ibis.literal(start)) & (moment < ibis.literal(end)), ibis.literal(place))
        for place, (start, end) in enumerate(spans)
    ]
    return ibis.cases(*lies_in, else_=None)


def month_starts(first: date, end: date) -> list[date]:
    """First days of the whole months from `first` on, and of the one that is cut by `end`."""
    start = first if first.day == 1 else _next_month(first)
    found = [start]
    while _next_month(found[-1]) <= end:
        found.append(_next_month(found[-1]))
    return found


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def mondays(first: date, end: date) -> list[date]:
    """Mondays of the whole weeks from `first` on, and the one after the last before `end`."""
    start = first + timedelta(days=-first.weekday() % 7)
    return [start + timedelta(weeks=place) for place in range((end - start).days // 7 + 1)]


def quarters_of(starts: "Sequence[date] | pd.DatetimeIndex", quarters: Quarters) -> np.ndarray:
    """Place of the quarter in which each span begins; −1 outside them."""
    borders = np.array(quarters.first_days, dtype="datetime64[D]")
    places = np.searchsorted(borders, np.asarray(starts, dtype="datetime64[D]"), side="right") - 1
    return np.where(places < len(quarters), places, -1)


def local_day(moment: datetime, quarters: Quarters) -> date:
    """The day of the local clock on which a UTC moment lies."""
    utc = moment.replace(tzinfo=ZoneInfo("UTC"))
    return utc.astimezone(ZoneInfo(quarters.calendar.time_zone)).date()


def local_days(moments: pd.Series, quarters: Quarters) -> pd.Series:
    """Days of the local clock on which UTC moments lie."""
    utc = pd.to_datetime(moments).dt.tz_localize("UTC")
    return utc.dt.tz_convert(quarters.calendar.time_zone).dt.tz_localize(None).dt.normalize()


def customers(accounts: ir.Table, quarters: Quarters) -> list[int]:
    """Accounts that were customers on at least one day, quarter by quarter."""
    borders = quarters.first_days
    counts = {
        name: (
            (_.started_on < ibis.literal(end))
            & (_.ended_on.isnull() | (_.ended_on > ibis.literal(start)))
        ).sum()
        for name, start, end in zip(quarters, borders, borders[1:], strict=False)
    }
    counted = accounts.aggregate(**counts).to_pandas().iloc[0]
    return [int(counted[name]) if pd.notna(counted[name]) else 0 for name in quarters]
