"""An effect over time: what happened, and what was to be expected without the intervention."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tacheles import words
from tacheles.charts.figure import Chart, label, round_ticks, value_axis
from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.workbook import Source

#: Weeks over which a line is smoothed; the weeks themselves are drawn pale.
_SMOOTH = 5

#: Controls are drawn at this part of their height, so that they lie below and hide nothing.
_BELOW = 0.4


def counterfactual(
    path: Estimates, *, start: date | None, title: str, subtitle: str, source: Source
) -> Chart:
    """
    A number by week since before an intervention, with what was to be expected without it.

    Parameters
    ----------
    path : Estimates
        By week (`at`, 0 the first of the intervention): segments observed, expected with its band,
        and controls if there are any.
    start : date or None
        First day of the intervention's first week; None if nothing is known.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table comes from.
    """
    shown = protect(path)
    unit, is_ok = shown["unit"].iloc[-1], bool((shown["status"] == "ok").all() and start)
    lines = {name: rows.set_index("at").sort_index() for name, rows in shown.groupby("segment")}
    ticks = round_ticks(shown[["value", "low", "high"]], unit) if is_ok else np.array([0.0, 1.0])

    def draw(axes: Axes, width: str) -> None:
        assert start is not None
        grey = axes.yaxis.label.get_color()
        observed, expected = lines["observed"]["value"], lines["expected"]
        if "controls" in lines:
            below = _BELOW * _smooth(lines["controls"]["value"])
            axes.plot(below, color="C1", linewidth=1.2)
            if width == "wide":
                _label(axes, below.index[-1], below.iloc[-1], "controls")
        axes.fill_between(
            expected.index, expected["low"], expected["high"], color="C1", alpha=0.28, linewidth=0
        )
        axes.plot(observed, color=grey, linewidth=0.7, alpha=0.4)
        axes.plot(_smooth(expected["value"]), color=grey, linestyle=(0, (4, 3)))
        before, after = observed[observed.index < 0], observed[observed.index >= 0]
        axes.plot(_smooth(before), color=axes.title.get_color())
        axes.plot(_smooth(after), color="C0", linewidth=2.4)
        axes.axvline(0, color=grey, linewidth=1)
        axes.annotate(
            words.date(start), (0, ticks[-1]), (-6, -4), textcoords="offset points", ha="right",
            va="top",
        )  # fmt: skip
        if width == "wide":
            last = after.index[-1]
            now, else_ = (line.tail(_SMOOTH).mean() for line in (after, expected["value"]))
            ends = _apart(float(now), float(else_), ticks)
            label(axes, last, ends[0], words.segment("observed"))
            _label(axes, last, ends[1], "expected")
        _month_axis(axes, observed.index, start, width)
        value_axis(axes, ticks, unit)

    return Chart(
        draw if is_ok else None, title=title, subtitle=subtitle, source=words.source(source)
    )


def _label(axes: Axes, x: float, y: float, segment: str) -> None:
    """The name of a line that is not the accent, at its end."""
    axes.annotate(
        words.segment(segment), (x, y), (9, 0), textcoords="offset points", va="center",
        color=axes.yaxis.label.get_color(), annotation_clip=False,
    )  # fmt: skip


def _smooth(line: pd.Series) -> pd.Series:
    """A line's moving mean, shorter at its ends."""
    return line.rolling(_SMOOTH, center=True, min_periods=1).mean()


def _apart(first: float, second: float, ticks: np.ndarray) -> tuple[float, float]:
    """Two heights for labels, moved apart where they would touch."""
    least = (ticks[-1] - ticks[0]) * 0.09
    gap = abs(first - second)
    if gap >= least:
        return first, second
    half = (least - gap) / 2
    return (first - half, second + half) if first <= second else (first + half, second - half)


def _month_axis(axes: Axes, at: pd.Index, start: date, width: str) -> None:
    """Names of quarters where they begin."""
    first = start + timedelta(weeks=int(at.min()))
    months = pd.date_range(first, start + timedelta(weeks=int(at.max())), freq="QS")
    kept = months if width == "wide" else months[::3]
    places = [(month.date() - start).days / 7 for month in kept]
    names = [words.quarter(f"{month.year}-Q{month.quarter}") for month in kept]
    axes.set_xticks(places, names)
    axes.set_xlim(float(at.min()), float(at.max()) + (24 if width == "wide" else 2))
