"""
Estimates into sentences: the only place where a number becomes text.

Every sentence is a whole message of the gettext catalogue `locale/<language>.po` with placeholders,
per metric and direction. A direction is named only if the interval of the change leaves out zero.
"""

import io
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any

import pandas as pd
from babel import Locale, dates, numbers, units
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tacheles import contract
from tacheles.estimate import DEFINITIONS, Estimates, called, latest_change, moved
from tacheles.privacy import protect
from tacheles.quarter import Quarters
from tacheles.service_hours import DAYS, ServiceHours
from tacheles.words.phrases import (
    CAUSES,
    FRACTIONS,
    PAGES,
    PHRASES,
    STATUS,
    STATUS_IN_CELL,
    STATUS_OF_ALL,
)
from tacheles.words.shown import BottomLine, Card, Table, Text
from tacheles.words.shown import Shown as Shown
from tacheles.workbook import Source

#: A row of ESTIMATES, in memory or as it was handed on.
_Row = pd.Series | Mapping[str, Any]

_CATALOGUES = Path(__file__).parents[1] / "locale"

_translations: NullTranslations = NullTranslations()
_locale = Locale("en")


def use(language: str) -> None:
    """
    Speak this language from now on, in the whole process.

    Parameters
    ----------
    language : {"en", "de"}
    """
    global _translations, _locale
    catalogue = _CATALOGUES / f"{language}.po"
    _locale = Locale(language)
    _translations = NullTranslations()
    if catalogue.exists():
        compiled = io.BytesIO()
        with catalogue.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language))
        compiled.seek(0)
        _translations = GNUTranslations(compiled)


def language() -> str:
    """The language spoken."""
    return _locale.language


def translated(message: str) -> str:
    """A message in the language spoken; of messages that are marked elsewhere."""
    return _translations.gettext(message)


_ = translated


def _n(one: str, many: str, count: float) -> str:
    return _translations.ngettext(one, many, 1 if count == 1 else 2).format(n=number(count))


# Numbers, spans and dates


def number(value: float, digits: int = 0) -> str:
    """A number with at most so many decimals, and a true minus sign."""
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return numbers.format_decimal(value, pattern, locale=_locale).replace("-", "−")


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return numbers.format_percent(share, locale=_locale)


def value(amount: float, unit: str) -> str:
    """An amount with its unit, as in a table or a card."""
    if math.isinf(amount):
        return _("not reached")
    if unit == "share":
        return percent(amount)
    if unit == "hours":
        return duration(amount)
    return number(amount)


def duration(hours: float) -> str:
    """A span of time in minutes, hours or days, whichever reads best."""
    amount, unit = _span(hours)
    return units.format_unit(
        amount, f"duration-{unit}", length="long", format=_digits(amount), locale=_locale
    )


def within(hours: float) -> str:
    """`within 7 days`."""
    amount, unit = _span(hours)
    return {
        "minute": _n("within {n} minute", "within {n} minutes", amount),
        "hour": _n("within {n} hour", "within {n} hours", amount),
        "day": _n("within {n} day", "within {n} days", amount),
    }[unit]


def after(hours: float) -> str:
    """`after 4.6 hours`."""
    amount, unit = _span(hours)
    shown = round(amount, 0 if amount >= 10 else 1)
    one, many = {
        "minute": (_("after {n} minute"), _("after {n} minutes")),
        "hour": (_("after {n} hour"), _("after {n} hours")),
        "day": (_("after {n} day"), _("after {n} days")),
    }[unit]
    return (one if shown == 1 else many).format(n=number(shown, 1))


def _span(hours: float) -> tuple[float, str]:
    if hours < 1:
        return round(hours * 60), "minute"
    return (hours, "hour") if hours < 72 else (hours / 24, "day")


def _digits(amount: float) -> str:
    return "#,##0" if amount >= 10 else "#,##0.#"


def quarter(name: str) -> str:
    """A quarter as a reader says it: Q3 2011."""
    return f"{name[-2:]} {name[:4]}"


def months(quarters: Quarters) -> str:
    """The months of the last quarter: July to September 2011."""
    start, end = quarters.borders[-2:]
    first, last = (
        dates.format_date(moment, "LLLL", locale=_locale)
        for moment in (start + (end - start) / 6, end - (end - start) / 6)
    )
    year = (start + (end - start) / 2).year
    return _("{first} to {last} {year}").format(first=first, last=last, year=year)


def date(moment: datetime) -> str:
    """A day: 3 September 2023."""
    return dates.format_date(moment, "d MMMM y" if language() == "en" else "long", locale=_locale)


def share_of(share: float) -> str:
    """A share before a plural noun: `four in five`, `87 % of`, `all`."""
    if share in (0, 1):
        return _("all") if share else _("none of the")
    near = min(FRACTIONS, key=lambda fraction: abs(fraction - share))
    if abs(near - share) < 0.015:
        return _("about {fraction}").format(fraction=translated(FRACTIONS[near]))
    return _("{percent} of").format(percent=percent(share))


# Sentences about estimates


def name(estimates: pd.DataFrame) -> str:
    """Name of what is measured."""
    return _named(estimates.iloc[-1])


def _named(row: pd.Series) -> str:
    return _name_of(row["metric"])


def _name_of(called_metric: str) -> str:
    metric, options = called(called_metric)
    return _begun(translated(PHRASES[metric].name).format(**_options(options)))


def _begun(sentence: str) -> str:
    """A sentence with a capital at its beginning, where a placeholder may stand."""
    return sentence[0].upper() + sentence[1:]


def _options(options: dict[str, float]) -> dict[str, str]:
    said = {}
    if "hours" in options:
        hours = options["hours"]
        said["within"] = within(hours)
        said["service"] = _n("{n} service hour", "{n} service hours", hours)
    if "min_age_hours" in options:
        said["age"] = duration(options["min_age_hours"])
    if "top" in options:
        said["top"] = number(options["top"])
    return said


def _point(row: pd.Series) -> dict[str, str]:
    """The quarter of a row, and how many quarters later it was looked at."""
    later = {} if pd.isna(row["at"]) else {"later": quarters_later(row["at"])}
    return {"quarter": quarter(row["quarter"])} | later


def _at(row: _Row) -> str:
    """The point of a curve over hours, or of a triangle over quarters."""
    counts = PHRASES[called(row["metric"])[0]].points
    return quarters_later(float(row["at"])) if counts == "quarters" else after(float(row["at"]))


def quarters_later(at: float) -> str:
    """`2 quarters later`."""
    return _n("one quarter later", "{n} quarters later", at)


def _reason(row: pd.Series) -> str:
    """Why there is no number, as a sentence."""
    phrases = PHRASES[called(row["metric"])[0]]
    why = STATUS | {"not_applicable": phrases.not_applicable}
    return translated(why[row["status"]]).format(name=_named(row))


def _reason_in_cell(row: _Row) -> str:
    """Why there is no number, in few words."""
    phrases = PHRASES[called(row["metric"])[0]]
    why = STATUS_IN_CELL | {"not_applicable": phrases.not_applicable_in_cell}
    return translated(why[row["status"]])


def headline(estimates: Estimates) -> str:
    """
    The finding of the last quarter as a sentence; a direction only if the change leaves out zero.

    Parameters
    ----------
    estimates : Estimates
        Estimates of one metric, oldest quarter first.
    """
    return _headline(estimates, _direction(_shown_change(estimates)))


def _headline(estimates: Estimates, direction: str) -> str:
    shown = protect(estimates)
    row = _row_of_headline(shown)
    metric, options = called(row["metric"])
    phrases = PHRASES[metric]
    if row["status"] != "ok":
        return _reason(row)
    if math.isinf(row["value"]):
        return _("Fewer than half of the questions have a first answer yet")
    said = _options(options) | _point(row) | {"value": value(row["value"], row["unit"])}
    if direction != "level":
        said["before"] = value(shown.iloc[-2]["value"], row["unit"])
    if row["unit"] == "share":
        said["share"] = share_of(row["value"])
    elif row["unit"] == "hours":
        said["after"] = after(row["value"])
        said["before"] = after(shown.iloc[-2]["value"]) if direction != "level" else ""
    elif row["unit"] == "questions":
        said["questions"] = _n("{n} question", "{n} questions", row["value"])
    else:
        said["members"] = _n("{n} member", "{n} members", row["value"])
    return _begun(translated(getattr(phrases, direction)).format(**said))


def _row_of_headline(shown: pd.DataFrame) -> pd.Series:
    """The last quarter's row; of a curve over hours, the point of one day."""
    counts = PHRASES[called(shown.iloc[-1]["metric"])[0]].points
    at_a_day = shown[(shown["at"] == 24) & (counts == "hours")]
    return at_a_day.iloc[-1] if len(at_a_day) else shown.iloc[-1]


def _shown_change(estimates: Estimates) -> pd.Series | None:
    """The last change if there is one and both its sides may be shown."""
    change = latest_change(estimates)
    if change is None or change["status"] != "ok":
        return None
    return change if (protect(estimates)["status"].iloc[-2:] == "ok").all() else None


def _direction(change: pd.Series | None) -> str:
    """`up` or `down` if the interval of the change leaves out zero, else `level`."""
    if change is None:
        return "level"
    return "up" if change["low"] > 0 else "down" if change["high"] < 0 else "level"


def subtitle(estimates: Estimates) -> str:
    """What is measured, of whom, and what the band means."""
    row = estimates.iloc[-1]
    metric, options = called(row["metric"])
    said = translated(PHRASES[metric].subtitle).format(**_options(options), **_point(row))
    levels = estimates["level"].dropna()
    if len(levels):
        said += " " + _("Band: {percent} interval.").format(percent=percent(levels.iloc[-1]))
    return said


def sentence(estimates: Estimates) -> "Text":
    """
    The last quarter's number with its interval, what was left out, and how it changed.

    Parameters
    ----------
    estimates : Estimates
        Estimates of one metric, oldest quarter first.
    """
    shown = protect(estimates)
    row = _row_of_headline(shown)
    said = [_now(row)]
    if row["status"] == "ok":
        if row["left_out"] > 0:
            said.append(_n(*PHRASES[called(row["metric"])[0]].left_out, row["left_out"]))
        said.append(_compared(_shown_change(estimates), shown))
    return Text(" ".join(filter(None, said)))


def _now(row: pd.Series) -> str:
    if row["status"] != "ok":
        return _reason(row) + "."
    said = {"name": _named(row), "n": number(row["n"])} | _point(row)
    said["value"] = value(row["value"], row["unit"])
    if pd.isna(row["low"]):
        return _("{name} in {quarter}: {value}.").format(**said)
    said["interval"] = interval(row)
    return translated(PHRASES[called(row["metric"])[0]].now).format(**said)


def interval(row: pd.Series) -> str:
    """`75 to 94 %`: the interval of an estimate, in its unit."""
    low, high, unit = row["low"], row["high"], row["unit"]
    if math.isinf(high):
        return _("{low} or more").format(low=value(low, unit))
    if unit == "share":
        return _("{low} to {high}").format(low=number(low * 100), high=percent(high))
    if unit == "hours" and _span(low)[1] == _span(high)[1]:
        return _("{low} to {high}").format(low=number(_span(low)[0], 1), high=duration(high))
    return _("{low} to {high}").format(low=value(low, unit), high=value(high, unit))


def _compared(change: pd.Series | None, shown: pd.DataFrame) -> str:
    if shown["quarter"].nunique() < 2:
        return ""
    if change is None:
        return _("There is no number of the quarter before to compare it with.")
    before = quarter(shown.iloc[-2]["quarter"])
    unit = change["unit"]
    said = {"difference": difference(change["value"], unit), "before": before}
    if pd.isna(change["low"]):
        return _(
            "That is {difference} on {before}; there are too few quarters yet to say how much "
            "it usually changes."
        ).format(**said)
    said["interval"] = _("{low} to {high}").format(
        low=difference(change["low"], unit), high=difference(change["high"], unit)
    )
    if unit == "share":
        said["interval"] = _("{low} to {high} points").format(
            low=signed(change["low"] * 100), high=signed(change["high"] * 100)
        )
    if _direction(change) == "level":
        return _(
            "That is {difference} on {before} ({interval}): no more than chance could bring."
        ).format(**said)
    return _("That is {difference} on {before} ({interval}): more than chance would bring.").format(
        **said
    )


def difference(amount: float, unit: str) -> str:
    """A change with its sign and unit: `+7 points`."""
    if math.isinf(amount):
        return _("without limit")
    if unit == "share":
        return _sign(amount) + _n("{n} point", "{n} points", abs(round(amount * 100)))
    if unit == "hours":
        return _sign(amount) + duration(abs(amount))
    return signed(amount)


def signed(amount: float) -> str:
    """A whole number with its sign."""
    return _sign(amount) + number(abs(amount))


def _sign(amount: float) -> str:
    return "+" if amount > 0 else "−" if amount < 0 else "±"


# What a page shows


def table(estimates: Estimates) -> Table:
    """
    Estimates of one metric as a table: a row per quarter, or per point of a curve over hours.

    Points in quarters make a triangle: a row per quarter, a column per quarter since then.

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
    head = [_("After") if has_points else _("Quarter"), _named(shown.iloc[-1])]
    if has_interval:
        head += [_("{percent} interval").format(percent=percent(levels.iloc[-1]))]
        head += [translated(PHRASES[metric].counted)]
    head += [_("Left out")]
    rows = []
    for _index, row in shown.iterrows():
        cells = [duration(row["at"]) if has_points else quarter(row["quarter"])]
        is_ok = row["status"] == "ok"
        cells.append(_cell(row))
        if has_interval:
            cells += [interval(row) if is_ok else "", number(row["n"]) if is_ok else ""]
        rows.append([*cells, number(row["left_out"]) if is_ok else ""])
    return Table(translated(DEFINITIONS[metric].statement), head, rows)


def _cell(row: _Row) -> str:
    """The value with its unit, or a dash and the reason."""
    if row["status"] != "ok":
        return f"— ({_reason_in_cell(row)})"
    return value(float(row["value"]), row["unit"])


def _triangle(shown: pd.DataFrame, metric: str) -> Table:
    """A row per quarter, a column per quarter since then; what lies ahead stays empty."""
    points = [at for at in shown["at"].unique() if at > 0]
    head = [_("Quarter"), translated(PHRASES[metric].counted)]
    rows = []
    for name, cohort in shown.groupby("quarter", sort=False):
        n = cohort["n"].iloc[0]
        later = [row for _index, row in cohort.iterrows() if row["at"] > 0]
        cells = ["" if row["status"] == "not_mature" else _cell(row) for row in later]
        rows.append([quarter(str(name)), "" if pd.isna(n) else number(n), *cells])
    statement = translated(DEFINITIONS[metric].statement)
    return Table(statement, [*head, *(_begun(quarters_later(at)) for at in points)], rows)


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
    names = dates.get_day_names("short", locale=_locale)
    hours = of.hours
    for i, day in enumerate(DAYS):
        hours = hours.replace(day, names[i].rstrip("."))
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
    missing = [
        f"{_place(name)}: {translated(_table(name).grain)}" for name in tables if not rows[name]
    ]
    said = []
    if there:
        said.append(_("There, with their rows: {tables}.").format(tables=", ".join(there)))
    if missing:
        said.append(_("Missing, to be added: {files}.").format(files="; ".join(missing)))
    return Text(" ".join(said))


def not_yet(found: pd.DataFrame, *tables: str) -> "BottomLine":
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


def tells_the_same(then: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether a reader would see the same number in both."""
    return _cell(then) == _cell(now)


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
        named = _name_of(now["metric"])
        if now["at"] not in (None, ""):
            named = _("{name}, {after}").format(name=named, after=_at(now))
        told = [_cell(then), _cell(now), translated(CAUSES[cause])]
        rows.append([named, quarter(now["quarter"]), quarter(published_in), *told])
    return Table(caption, head, rows)


def source(of: Source) -> str:
    """Where a table comes from: system, place and moment of the export."""
    if not of.system:
        return _("Source: table in the workbook")
    said = {"system": of.system, "place": of.place}
    where = _("{system}, {place}").format(**said) if of.place else of.system
    if of.exported_at is None:
        return _("Source: {where}").format(where=where)
    return _("Source: {where}; exported {date}").format(where=where, date=date(of.exported_at))


def bottom_line(*estimates: Estimates, beside: Sequence[Estimates] = ()) -> BottomLine:
    """
    What the page found, most important metric first; directions are held against each other (Holm).

    Parameters
    ----------
    *estimates : Estimates
        Estimates of one metric each; the first is the page's own question.
    beside : sequence of Estimates
        What the page shows as well and the bottom line does not tell: the more comparisons, the
        clearer a change must be.
    """
    shown = [protect(rows).iloc[-1] for rows in estimates]
    statuses = {row["status"] for row in shown}
    if len(statuses) == 1 and statuses <= STATUS_OF_ALL.keys():
        return BottomLine(translated(STATUS_OF_ALL[statuses.pop()]), [], [])
    changes, directions = _judged([*estimates, *beside])
    changes, directions = changes[: len(estimates)], directions[: len(estimates)]
    said = [
        _headline(rows, direction) for rows, direction in zip(estimates, directions, strict=True)
    ]
    sentences = [f"{sentence}." for sentence in said[1:]]
    known = [change for change in changes if change is not None]
    judged = [pd.notna(change["low"]) for change in known]
    if any(judged) and set(directions) == {"level"}:
        sentences.append(
            _("Nothing changed by more than chance could bring.")
            if all(judged)
            else _("Of what can be judged yet, nothing changed by more than chance could bring.")
        )
    cards = [
        _card(rows, change, direction)
        for rows, change, direction in zip(estimates, changes, directions, strict=True)
    ]
    return BottomLine(said[0], sentences, cards[:4])


def _judged(
    estimates: Sequence[Estimates],
) -> tuple[list[pd.Series | None], list[str]]:
    """Each metric's last change, and its direction when all are held against each other (Holm)."""
    changes = [_shown_change(rows) for rows in estimates]
    directions = [
        _direction(change) if has_moved else "level"
        for change, has_moved in zip(changes, moved(changes), strict=True)
    ]
    return changes, directions


def movements(*estimates: Estimates) -> Table:
    """
    Every metric's last quarter, its change and whether that is clear among all of them.

    Parameters
    ----------
    *estimates : Estimates
        Estimates of one metric each.
    """
    rows = []
    for metric, change, direction in zip(estimates, *_judged(estimates), strict=True):
        card = _card(metric, change, direction)
        rows.append([card.title, card.value, card.known, card.change or "—"])
    head = [_("Number"), _("Now"), _("Known how well"), _("Against the quarter before")]
    return Table(_("A change is named clear only if it stands out among all of these."), head, rows)


def setbacks(*estimates: Estimates) -> Text:
    """
    What got clearly worse, said as plainly as what got better.

    Parameters
    ----------
    *estimates : Estimates
        Estimates of one metric each.
    """
    worse = [
        _headline(metric, direction) + "."
        for metric, direction in zip(estimates, _judged(estimates)[1], strict=True)
        if _mood(metric["metric"].iloc[-1], direction) == "bad"
    ]
    return Text(" ".join(worse) or _("Nothing that is measured here got clearly worse."))


def _card(estimates: Estimates, change: pd.Series | None, direction: str) -> Card:
    shown = protect(estimates)
    row = shown.iloc[-1]
    if row["status"] != "ok":
        return Card(_named(row), "—", _reason_in_cell(row))
    known = _("full count")
    if not pd.isna(row["low"]):
        known = _("{interval}, n = {n}").format(interval=interval(row), n=number(row["n"]))
    told, mood = _told_change(shown, change, direction)
    return Card(_named(row), value(row["value"], row["unit"]), known, told, mood)


def _told_change(shown: pd.DataFrame, change: pd.Series | None, direction: str) -> tuple[str, str]:
    """The change in a card, by arrow and words, and its mood by what is desirable."""
    if change is None:
        return "", ""
    before = quarter(shown.iloc[-2]["quarter"])
    said = {"difference": difference(change["value"], change["unit"]), "before": before}
    if pd.isna(change["low"]):
        return _("{difference} on {before}: too early to judge").format(**said), ""
    if direction == "level":
        return _("{difference} on {before}: not clear").format(**said), ""
    arrow = "▲" if direction == "up" else "▼"
    told = arrow + " " + _("{difference} on {before}").format(**said)
    return told, _mood(change["metric"], direction)


def _mood(called_metric: str, direction: str) -> str:
    """`good` or `bad` by what is desirable; empty if nothing is, or nothing moved."""
    better = DEFINITIONS[called(called_metric)[0]].better
    if direction == "level" or better == "none":
        return ""
    return "good" if direction == better else "bad"


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
        cards[_name_of(metric)] = translated(statement)
    return list(cards.items())


def page_title(name: str) -> str:
    """Short name of a notebook's page, for the navigation."""
    return translated(PAGES[name]) if name in PAGES else name


def translations() -> NullTranslations:
    """The catalogue spoken, for templates."""
    return _translations
