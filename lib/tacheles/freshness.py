"""
How far the records reach and where they have holes, found before anybody reports them.

An export that was cut off or lost a month looks like a community that fell silent. Only tables with
rows every month (`is_steady` in their contract) are judged: a survey may well rest for a quarter.
"""

from datetime import datetime, timedelta

import ibis.expr.types as ir
import pandas as pd

from tacheles.contract import RECORDS
from tacheles.workbook import Workbook

#: The shape of findings: of what, of which kind, told how, and whether it should be looked into.
FINDINGS = ["subject", "kind", "detail", "severity"]

#: A table whose newest record is further before its own export was not exported whole.
DAYS_BEFORE_THE_EXPORT = 31

#: Records that end earlier than this before the day of the check miss a whole quarter.
DAYS_BEFORE_TODAY = 92

#: Of this much later a record may be: somewhere else it is tomorrow already.
A_DAY_AHEAD = timedelta(days=1)

#: A month with a smaller share of what is usual around it looks like a hole.
LEAST_SHARE = 1 / 5

#: Months looked at on either side to know what is usual.
MONTHS_AROUND = 3


def check(book: Workbook, today: datetime) -> pd.DataFrame:
    """
    How old each record table is, and the months it lacks.

    Parameters
    ----------
    book : Workbook
    today : datetime
        The moment to which ages are told. [UTC]

    Returns
    -------
    DataFrame
        FINDINGS: `subject` (the table) `, kind` (age, stale, future, gap or break) `, detail,
        severity` (note or warning). Of records in the future nothing else is judged.

    Notes
    -----
    A community with a `default_quarter` reports that quarter: its records are not stale if they
    reach the quarter's end, however long ago it was.
    """
    needed = min(today, book.reported_until or today)
    rows = []
    for name, table in RECORDS.items():
        reach = book.reach(name)
        if reach is None or table.plans_ahead:
            continue
        newest = pd.Timestamp(reach[1]).to_pydatetime()
        if newest > today + A_DAY_AHEAD:
            rows.append((name, "future", ahead(newest, today), "warning"))
            continue
        if table.column(table.happened).type == "month":  # it stands for all of the month
            newest = (newest + pd.DateOffset(months=1, days=-1)).to_pydatetime()
        exported_at = book.source(name).exported_at
        is_stale = table.is_steady and _is_stale(newest, exported_at, needed)
        kind, severity = ("stale", "warning") if is_stale else ("age", "note")
        rows.append((name, kind, age(newest, exported_at, today), severity))
        if table.is_steady:
            counts = months(book.records(name), table.happened)
            if empty := gaps(counts):
                rows.append((name, "gap", f"no records in {', '.join(empty)}", "warning"))
            rows += [(name, "break", detail, "warning") for detail in breaks(counts)]
    return pd.DataFrame(rows, columns=FINDINGS)


def age(newest: datetime, exported_at: datetime | None, today: datetime) -> str:
    """How old the newest record is against the export (if it is known when) and against today."""
    told = f"newest record of {newest:%Y-%m-%d}: "
    if exported_at:
        told += f"{_days(exported_at - newest)} before the export, "
    return told + f"{_days(today - newest)} before {today:%Y-%m-%d}"


def ahead(newest: datetime, today: datetime) -> str:
    """That a record has not happened yet."""
    return f"newest record of {newest:%Y-%m-%d}, after {today:%Y-%m-%d}: correct its date"


def _days(age: timedelta) -> str:
    days = max(age.days, 0)
    return f"{days:,} day" if days == 1 else f"{days:,} days"


def _is_stale(newest: datetime, exported_at: datetime | None, needed: datetime) -> bool:
    is_cut_off = exported_at and (exported_at - newest).days > DAYS_BEFORE_THE_EXPORT
    return bool(is_cut_off) or (needed - newest).days > DAYS_BEFORE_TODAY


def months(records: ir.Table, happened: str) -> pd.Series:
    """
    Rows per calendar month, from the first month with a row to the last; 0 where there is none.

    Parameters
    ----------
    records : ibis.Table
        A record table with at least one row.
    happened : str
        Its column with the moment or date of the event.
    """
    month = records[happened].truncate("M")
    found = records.group_by(month=month).aggregate(rows=records.count()).to_pandas()
    counts = found.set_index(pd.PeriodIndex(found["month"], freq="M"))["rows"].sort_index()
    return counts.reindex(pd.period_range(counts.index[0], counts.index[-1]), fill_value=0)


def gaps(counts: pd.Series) -> list[str]:
    """Months without any record between months with records; neighbours as one span."""
    empty = counts.index[counts == 0]
    runs: list[list[pd.Period]] = []
    for month in empty:
        if runs and runs[-1][-1] + 1 == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return [f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]


def breaks(counts: pd.Series) -> list[str]:
    """
    Months with fewer than a fifth of the median of the months around them.

    Notes
    -----
    The three months before and the three after tell what is usual. The first and the last month are
    not judged: the records begin and end within them. A month without records is a gap instead.
    """
    found = []
    for place in range(1, len(counts) - 1):
        before = counts.iloc[max(place - MONTHS_AROUND, 0) : place]
        usual = pd.concat([before, counts.iloc[place + 1 : place + 1 + MONTHS_AROUND]]).median()
        count = counts.iloc[place]
        if 0 < count < LEAST_SHARE * usual:
            found.append(
                f"{counts.index[place]} has {count:,} of usually {usual:,.0f} records: "
                "looks like a hole in the export"
            )
    return found
