"""Sentences about estimates; a direction only if the interval of the change leaves out zero."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from tacheles.estimate import DEFINITIONS, Estimates, called, latest_change
from tacheles.privacy import protect
from tacheles.words.phrases import PHRASES, STATUS, STATUS_IN_CELL
from tacheles.words.shown import Text
from tacheles.words.spoken import (
    _,
    _n,
    _span,
    after,
    counted,
    duration,
    money,
    number,
    percent,
    quarter,
    segment,
    share_of,
    translated,
    value,
    within,
)
from tacheles.words.units import COUNTED, DECIMALS

#: A row of ESTIMATES, in memory or as it was handed on.
Row = pd.Series | Mapping[str, Any]


def name(estimates: pd.DataFrame) -> str:
    """Name of what is measured."""
    return named(estimates.iloc[-1])


def named(row: pd.Series) -> str:
    """Name of what a row measures."""
    return name_of(row["metric"])


def name_of(called_metric: str) -> str:
    """Name of what a call measures, with its options; a plan may name the metric alone."""
    metric, options = called(called_metric)
    if metric in DEFINITIONS:
        options = DEFINITIONS[metric].options | options
    return begun(translated(PHRASES[metric].name).format(**options_said(options)))


def begun(sentence: str) -> str:
    """A sentence with a capital at its beginning, unless that is an id, which is no word."""
    is_id = "_" in sentence.split(maxsplit=1)[0]
    return sentence if is_id else sentence[0].upper() + sentence[1:]


def options_said(options: dict[str, Any]) -> dict[str, str]:
    """The options of a call as they are said."""
    said = {
        name: str(it) if isinstance(it, str | bool) else number(it, 2)
        for name, it in options.items()
    }
    if "hours" in options:
        hours = options["hours"]
        said["within"] = within(hours)
        said["service"] = _n("{n} service hour", "{n} service hours", hours)
    if "min_age_hours" in options:
        said["age"] = duration(options["min_age_hours"])
    if "top" in options:
        said["top"] = number(options["top"])
    return said


def point_said(row: pd.Series) -> dict[str, str]:
    """Quarter and segment of a row, and how many quarters later it was looked at."""
    later = {} if pd.isna(row["at"]) else {"later": quarters_later(row["at"])}
    return {"quarter": quarter(row["quarter"]), "segment": segment(row["segment"])} | later


def point_of(row: Row) -> str:
    """The point of a curve over hours, or of a triangle over quarters."""
    counts = PHRASES[called(row["metric"])[0]].points
    return quarters_later(float(row["at"])) if counts == "quarters" else after(float(row["at"]))


def quarters_later(at: float) -> str:
    """`2 quarters later`."""
    return _n("one quarter later", "{n} quarters later", at)


def _reason(row: pd.Series) -> str:
    """Why there is no number, as a sentence."""
    phrases = PHRASES[called(row["metric"])[0]]
    why = STATUS | {
        "not_applicable": phrases.not_applicable,
        "no_data": phrases.no_data,
        "not_mature": phrases.not_mature,
    }
    return translated(why[row["status"]]).format(name=named(row))


def reason_in_cell(row: Row) -> str:
    """Why there is no number, in few words."""
    phrases = PHRASES[called(row["metric"])[0]]
    why = STATUS_IN_CELL | {
        "not_applicable": phrases.not_applicable_in_cell,
        "no_data": phrases.no_data_in_cell,
        "not_mature": phrases.not_mature_in_cell,
    }
    return translated(why[row["status"]])


def headline(estimates: Estimates) -> str:
    """
    The finding of the last quarter as a sentence; a direction only if the change leaves out zero.

    Parameters
    ----------
    estimates : Estimates
        Estimates of one metric, oldest quarter first.
    """
    return headline_towards(estimates, direction_of(shown_change(estimates)))


def headline_towards(estimates: Estimates, direction: str) -> str:
    """The last quarter's finding, told in the direction given: `up`, `down` or `level`."""
    shown = protect(estimates)
    row = _row_of_headline(shown)
    metric, options = called(row["metric"])
    phrases = PHRASES[metric]
    if row["status"] != "ok":
        return _reason(row)
    said = {"name": named(row)} | options_said(options) | point_said(row)
    if math.isinf(row["value"]):
        return begun(translated(phrases.never).format(**said))
    said["value"] = value(row["value"], row["unit"])
    if direction != "level":
        said["before"] = value(shown.iloc[-2]["value"], row["unit"])
    if row["unit"] == "share":
        said["share"] = share_of(row["value"])
    elif row["unit"] == "hours":
        said["after"] = after(row["value"])
        said["before"] = after(shown.iloc[-2]["value"]) if direction != "level" else ""
    elif row["unit"] in COUNTED:
        said[row["unit"]] = counted(row["value"], row["unit"])
    return begun(translated(getattr(phrases, direction)).format(**said))


def _row_of_headline(shown: pd.DataFrame) -> pd.Series:
    """The last quarter's row; of a curve over hours, the point of one day."""
    counts = PHRASES[called(shown.iloc[-1]["metric"])[0]].points
    at_a_day = shown[(shown["at"] == 24) & (counts == "hours")]
    return at_a_day.iloc[-1] if len(at_a_day) else shown.iloc[-1]


def shown_change(estimates: Estimates) -> pd.Series | None:
    """The last change if there is one and both its sides may be shown."""
    change = latest_change(estimates)
    if change is None or change["status"] != "ok":
        return None
    return change if (protect(estimates)["status"].iloc[-2:] == "ok").all() else None


def direction_of(change: pd.Series | None) -> str:
    """`up` or `down` if the interval of the change leaves out zero, else `level`."""
    if change is None:
        return "level"
    return "up" if change["low"] > 0 else "down" if change["high"] < 0 else "level"


def subtitle(estimates: Estimates) -> str:
    """What is measured, of whom, and what the band means."""
    row = estimates.iloc[-1]
    metric, options = called(row["metric"])
    told = PHRASES[metric].subtitle or DEFINITIONS[metric].statement
    said = translated(told).format(**options_said(options), **point_said(row))
    levels = estimates["level"].dropna()
    if len(levels):
        said += " " + _("Band: {level}% interval.").format(level=number(100 * levels.iloc[-1]))
    return said


def subtitle_of(metric: str) -> str:
    """What a metric measures, of an estimate that may have no rows."""
    return translated(PHRASES[metric].subtitle or DEFINITIONS[metric].statement)


def sentence(estimates: Estimates) -> Text:
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
            one, many = PHRASES[called(row["metric"])[0]].left_out
            said.append(_n(one, many, row["left_out"]))
        said.append(_compared(shown_change(estimates), shown))
    return Text(" ".join(filter(None, said)))


def _now(row: pd.Series) -> str:
    if row["status"] != "ok":
        return _reason(row) + "."
    said = {"name": named(row), "n": number(row["n"])} | point_said(row)
    said["value"] = value(row["value"], row["unit"])
    if pd.isna(row["low"]):
        return _("{name} in {quarter}: {value}.").format(**said)
    said["interval"] = interval(row)
    return translated(PHRASES[called(row["metric"])[0]].now).format(**said)


def interval(row: pd.Series) -> str:
    """`75 to 94 %`: the interval of an estimate, in its unit."""
    low, high, unit = row["low"], row["high"], row["unit"]
    if math.isinf(low):
        return value(low, unit)
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
    said["interval"] = _interval_of(change)
    if direction_of(change) == "level":
        return _(
            "That is {difference} on {before} ({interval}): no more than chance could bring."
        ).format(**said)
    return _(
        "That is {difference} on {before} ({interval}): taken by itself more than chance would "
        "bring."
    ).format(**said)


def _interval_of(change: pd.Series) -> str:
    """`−2 to +7 points`: the interval of a change, or that it has no limits at all."""
    low, high, unit = change["low"], change["high"], change["unit"]
    if math.isinf(low) and math.isinf(high):
        return _("cannot be told how precisely")
    if unit == "share":
        return _("{low} to {high} points").format(low=_points(low), high=_points(high))
    return _("{low} to {high}").format(low=difference(low, unit), high=difference(high, unit))


def is_unchanged(change: pd.Series) -> bool:
    """Whether a full count is what it was: of that nothing is unclear."""
    is_full_count = "p" in change  # only its change is judged by a p of its own
    return bool(is_full_count and change["value"] == 0)


def difference(amount: float, unit: str) -> str:
    """A change with its sign and unit: `+7 points`."""
    if math.isinf(amount):
        return _("without limit")
    if unit == "share":
        points = round(amount * 100)
        return _sign(points) + _n("{n} point", "{n} points", abs(points))
    if unit in ("hours", "days"):
        return _sign(amount) + duration(abs(amount) * (24 if unit == "days" else 1))
    if unit == "money":
        return _sign(amount) + money(abs(amount))
    decimals = DECIMALS.get(unit, 0)
    rounded = round(amount, decimals)
    return _sign(rounded) + number(abs(rounded), decimals)


def _points(share: float) -> str:
    """Percentage points with their sign; less than half a one to a decimal, so that it has one."""
    decimals = 0 if abs(share) >= 0.005 else 1
    points = round(share * 100, decimals)
    return _sign(points) + number(abs(points), decimals)


def _sign(amount: float) -> str:
    return "+" if amount > 0 else "−" if amount < 0 else "±"
