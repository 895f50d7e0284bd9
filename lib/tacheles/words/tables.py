"""Tables and lists of a page: estimates, inventories, what is missing, what was corrected."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from tacheles import contract
from tacheles.estimate import DEFINITIONS, Estimates, called
from tacheles.privacy import protect
from tacheles.quarter import Quarters
from tacheles.service_hours import DAYS, ServiceHours
from tacheles.words.phrases import CAUSES, PAGES, PHRASES
from tacheles.words.sentences import (
    Row,
    begun,
    interval,
    name_of,
    named,
    point_of,
    quarters_later,
    reason_in_cell,
)
from tacheles.words.shown import BottomLine, Table, Text
from tacheles.words.spoken import (
    _,
    _n,
    date,
    day_names,
    duration,
    number,
    quarter,
    segment,
    translated,
    value,
)
from tacheles.workbook import Settings, Source

#: The place of a table that was drawn at random.
MADE_UP = "made up"


def table(estimates: Estimates) -> Table:
    """
    Estimates of one metric as a table: a row per quarter, or per point of a curve over hours.

    Points in quarters make a triangle: a row per quarter, a column per quarter since then. Of
    segments the last quarter is told, a row per segment.

    Parameters
    ----------
    estimates : Estimates
        Estimates of one metric.
    """
    shown = protect(estimates)
    metric, _options_used = called(shown.iloc[-1]["metric"])
    levels = estimates["level"].dropna()
    has_points, has_interval = shown["at"].notna().any(), len(levels) > 0
    if has_points and PHRASES[metric].points == "quarters":
        return _triangle(shown, metric)
    has_segments = shown["segment"].ne("").any()
    if has_segments:
        shown = shown[shown["quarter"] == shown["quarter"].iloc[-1]]
    first = _("Of") if has_segments else _("After") if has_points else _("Quarter")
    head = [first, named(shown.iloc[-1])]
    if has_interval:
        head += [_("{level}% interval").format(level=number(100 * levels.iloc[-1]))]
        head += [translated(PHRASES[metric].counted)]
    head += [_("Left out")]
    rows = []
    for _index, row in shown.iterrows():
        cells = [duration(row["at"]) if has_points else quarter(row["quarter"])]
        if has_segments:
            cells = [segment(row["segment"])]
        is_ok = row["status"] == "ok"
        cells.append(cell(row))
        if has_interval:
            cells += [interval(row) if is_ok else "", number(row["n"]) if is_ok else ""]
        rows.append([*cells, number(row["left_out"]) if is_ok else ""])
    return Table(translated(DEFINITIONS[metric].statement), head, rows)


def cell(row: Row) -> str:
    """The value with its unit, or a dash and the reason."""
    if row["status"] != "ok":
        return f"— ({reason_in_cell(row)})"
    return value(float(row["value"]), row["unit"])


def _triangle(shown: pd.DataFrame, metric: str) -> Table:
    """A row per quarter, a column per quarter since then; what lies ahead stays empty."""
    points = [at for at in shown["at"].unique() if at > 0]
    head = [_("Quarter"), translated(PHRASES[metric].counted)]
    rows = []
    for name, cohort in shown.groupby("quarter", sort=False):
        n = cohort["n"].iloc[0]
        later = [row for _index, row in cohort.iterrows() if row["at"] > 0]
        cells = ["" if row["status"] == "not_mature" else cell(row) for row in later]
        rows.append([quarter(str(name)), "" if pd.isna(n) else number(n), *cells])
    statement = translated(DEFINITIONS[metric].statement)
    return Table(statement, [*head, *(begun(quarters_later(at)) for at in points)], rows)


def service_hours(of: ServiceHours) -> Text:
    """
    When the community promises that somebody is there.

    Parameters
    ----------
    of : ServiceHours
        :attr:`workbook.Workbook.service_hours`.
    """
    if not of.hours:
        return Text(_("No service hours are set: write service_hours in community.toml."))
    hours = of.hours
    for day, name in zip(DAYS, day_names(), strict=True):
        hours = hours.replace(day, name)
    said = {"hours": hours.replace("-", "–"), "time_zone": of.time_zone, "place": of.holidays}
    if of.holidays:
        return Text(
            _("Service hours: {hours} ({time_zone}), public holidays of {place} closed.").format(
                **said
            )
        )
    return Text(_("Service hours: {hours} ({time_zone}), public holidays open.").format(**said))


def inventory(found: pd.DataFrame) -> Table:
    """
    The tables that a report is built from; how many are missing is in the caption.

    Parameters
    ----------
    found : DataFrame
        :meth:`workbook.Workbook.inventory`.
    """
    rows = []
    for row in found.to_dict("records"):
        if not row["file"]:
            continue
        is_dated = not pd.isna(row["first_at"])
        first, last = (date(row[at]) if is_dated else "" for at in ("first_at", "last_at"))
        rows.append([row["table"], number(row["rows"]), first, last or _("as exported")])
    head = [_("Table"), _("Rows"), _("From"), _("Until")]
    caption = _("What is known up to the end of the quarter.")
    if missing := len(found) - len(rows):
        caption += " " + _n("{n} table is missing.", "{n} tables are missing.", missing)
    return Table(caption, head, rows)


def built_from(found: pd.DataFrame) -> Text:
    """
    What a report is built from, in a sentence, where there is no room for the table.

    Parameters
    ----------
    found : DataFrame
        :meth:`workbook.Workbook.inventory`.
    """
    there = found[found["file"].ne("") & found["rows"].gt(0)]
    is_plan = there["table"].isin(list(contract.PLANS))
    records, plans = int((~is_plan).sum()), int(is_plan.sum())
    if not records:
        return Text(_("Nothing is recorded yet."))
    tables = _n("{n} table of records", "{n} tables of records", records)
    if plans:
        decided = _n("{n} table of decisions", "{n} tables of decisions", plans)
        tables = _("{records} and {plans}").format(records=tables, plans=decided)
    return Text(
        _(
            "Built from {tables}, {rows} rows in all; each page behind this one lists its own."
        ).format(tables=tables, rows=number(there["rows"].sum()))
    )


def lacking(found: pd.DataFrame, *tables: str) -> Text:
    """
    What a section would be made from: the tables that are there, and which files to add.

    Parameters
    ----------
    found : DataFrame
        :meth:`workbook.Workbook.inventory`.
    *tables : str
        Tables of the section.
    """
    rows = found.set_index("table").loc[list(tables), "rows"].fillna(0)
    there = [f"{name} ({number(rows[name])})" for name in tables if rows[name] > 0]
    said = []
    if there:
        said.append(_("There, with their rows: {tables}.").format(tables=", ".join(there)))
    return Text(" ".join(filter(None, [*said, to_be_added(found, tables)])))


def to_be_added(found: pd.DataFrame, tables: Sequence[str]) -> str:
    """
    Which files are to be added, and what a row of each is; empty if none.

    Parameters
    ----------
    found : DataFrame
        :meth:`workbook.Workbook.inventory`.
    tables : sequence of str
        Tables that are wanted.
    """
    rows = found.set_index("table")["rows"].fillna(0)
    missing = [
        f"{_place(name)}: {translated(_table(name).grain)}" for name in tables if not rows[name]
    ]
    return _("Missing, to be added: {files}.").format(files="; ".join(missing)) if missing else ""


def not_yet(found: pd.DataFrame, *tables: str) -> BottomLine:
    """
    The bottom line of a page that needs tables which are not there: what it lacks, and how much.

    Parameters
    ----------
    found : DataFrame
        :meth:`workbook.Workbook.inventory`.
    *tables : str
        Tables without which the page's question has no answer, the first to add first.
    """
    rows = found.set_index("table").loc[list(tables), "rows"].fillna(0)
    missing = [name for name in tables if not rows[name]]
    if not missing:
        return BottomLine(_("The tables are there; their definitions are still to come"), [], [])
    said = {"missing": number(len(missing)), "all": number(len(tables)), "file": _place(missing[0])}
    return BottomLine(
        _("No answer yet: {missing} of {all} tables are missing").format(**said),
        [_("The first to add is {file}.").format(**said)],
        [],
    )


def _table(name: str) -> contract.Table:
    return (contract.RECORDS | contract.PLANS)[name]


def _place(name: str) -> str:
    """The file that a table would be in."""
    return f"plans/{name}.csv" if name in contract.PLANS else f"records/{name}.parquet"


def badges(quarters: Quarters, settings: Settings) -> list[str]:
    """
    What must be known before the first number: on top of every page.

    Parameters
    ----------
    quarters : Quarters
    settings : Settings
    """
    said = [_("Made-up company: no number here is real")] if settings.made_up else []
    if quarters.is_running:
        said.append(
            _("quarter not complete: records until {date}").format(date=date(quarters.as_of))
        )
    return said


def how_to_read(settings: Settings) -> str:
    """What holds for every number: at the foot of every page and paper."""
    return _(
        "Numbers about fewer than {minimum} people are not shown. Where nothing else is said, "
        "intervals are 95% intervals; ranges of returns and amounts of money run from the 10th to "
        "the 90th percentile, effects have 90% intervals. Grades run from A (experiment) to F "
        "(judgement). Nothing on this page names or ranks a person."
    ).format(minimum=settings.thresholds.customers)


def tells_the_same(then: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether a reader would see the same number in both."""
    return cell(then) == cell(now)


def restated_question() -> str:
    """The question over the numbers that earlier reports told otherwise."""
    return _("What did earlier reports say otherwise?")


def restated(
    changes: Sequence[tuple[dict[str, Any], dict[str, Any], str, str]], is_restatement: bool
) -> Table:
    """
    Numbers that an earlier report told otherwise: then, now and why.

    Parameters
    ----------
    changes : sequence of (then, now, published_in, cause)
        Protected rows of ESTIMATES, the quarter whose report told the first, and the cause.
    is_restatement : bool
        Whether they were corrected; else they only became mature.
    """
    caption = (
        _("Published numbers that have been corrected since.")
        if is_restatement
        else _("Published numbers that are complete only now; nothing was corrected.")
    )
    head = [_("Number"), _("Quarter"), _("Told in"), _("Then"), _("Now"), _("Because")]
    rows = []
    for then, now, published_in, cause in changes:
        named = name_of(now["metric"])
        if now["at"] not in (None, ""):
            named = _("{name}, {after}").format(name=named, after=point_of(now))
        told = [cell(then), cell(now), translated(CAUSES[cause])]
        rows.append([named, quarter(now["quarter"]), quarter(published_in), *told])
    return Table(caption, head, rows)


def source(of: Source) -> str:
    """Where a table comes from: system, place and moment of the export."""
    if not of.system:
        return _("Source: table in the workbook")
    place = _("made up") if of.place == MADE_UP else of.place
    said = {"system": of.system, "place": place}
    where = _("{system}, {place}").format(**said) if of.place else of.system
    if of.exported_at is None:
        return _("Source: {where}").format(where=where)
    return _("Source: {where}; exported {date}").format(where=where, date=date(of.exported_at))


def glossary(statements: dict[str, str]) -> list[tuple[str, str]]:
    """
    Name and definition of each metric of a page, in the order of appearance.

    Parameters
    ----------
    statements : dict of str
        Definition of each metric, as it was handed on.
    """
    cards = {}
    for metric, statement in statements.items():
        cards[name_of(metric)] = translated(statement)
    return list(cards.items())


def page_title(name: str) -> str:
    """Short name of a notebook's page, for the navigation."""
    return translated(PAGES[name]) if name in PAGES else name
