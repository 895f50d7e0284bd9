"""What is planned: whom initiatives serve, and the road on a time line."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tacheles import words
from tacheles.charts.figure import Chart, wrapped
from tacheles.workbook import Source

#: Characters of a name in a line, by width of the figure.
_LINE = {"wide": 46, "narrow": 26}

#: Area of a full circle, by width of the figure. [points²]
_FULL = {"wide": 300, "narrow": 150}

#: Initiatives and departments that are drawn, the best or first ones.
_MOST = 12


def circles(
    initiatives: pd.DataFrame,
    *,
    heads: Mapping[str, str],
    title: str,
    subtitle: str,
    source: Source,
) -> Chart:
    """
    How well each initiative serves the three circles: a row each, a circle for each fit.

    Parameters
    ----------
    initiatives : DataFrame
        `name` and a column of fits between 0 and 1 for each head, best first.
    heads : mapping
        What each column of fits stands for, by its name.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table comes from.
    """
    drawn = initiatives.head(_MOST)
    y = np.arange(len(drawn))[::-1]

    def draw(axes: Axes, width: str) -> None:
        grey = axes.yaxis.label.get_color()
        fits = drawn[list(heads)].to_numpy(float)
        serves_nobody = (fits == 0).any(axis=1)
        for place, (name, head) in enumerate(heads.items()):
            filled = np.nan_to_num(drawn[name].to_numpy(float))
            x = np.full(len(y), place)
            axes.scatter(x, y, s=_FULL[width], facecolors="none", edgecolors="C1", linewidths=0.8)
            colours = ["C1" if nobody else "C0" for nobody in serves_nobody]
            axes.scatter(x, y, s=_FULL[width] * filled**2, c=colours, linewidths=0)
            axes.annotate(
                wrapped(head, 16 if width == "wide" else 12, 3), (place, len(y) - 0.3), (0, 4),
                textcoords="offset points", ha="center", va="bottom", color=grey,
                annotation_clip=False, fontsize="medium" if width == "wide" else "x-small",
            )  # fmt: skip
        axes.set_yticks(
            y,
            [wrapped(name, _LINE[width], 1 if width == "narrow" else 2) for name in drawn["name"]],
        )
        axes.set_xticks([])
        axes.set_xlim(-0.5, len(heads) - 0.5)
        axes.set_ylim(-0.7, len(y) - 0.3)
        axes.spines["bottom"].set_visible(False)
        axes.grid(visible=False)

    return Chart(
        draw if len(drawn) else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high=0.9 + 0.36 * len(drawn),
    )


def roadmap(
    milestones: pd.DataFrame,
    *,
    names: Mapping[str, str],
    until: date,
    title: str,
    subtitle: str,
    source: Source,
) -> Chart:
    """
    Milestones on a time line, a row per department: filled if done, open if ahead.

    Parameters
    ----------
    milestones : DataFrame
        `department, due_on, status`.
    names : mapping
        Departments as a reader says them.
    until : date
        End of the quarter: the line between what was and what is ahead.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table comes from.
    """
    rows = milestones[milestones["department"].isin(names)]
    lanes = list(dict.fromkeys(rows.sort_values("due_on")["department"]))
    y = {name: len(lanes) - 1 - place for place, name in enumerate(lanes)}

    def draw(axes: Axes, width: str) -> None:
        grey = axes.yaxis.label.get_color()
        for name in lanes:
            axes.axhline(y[name], color=grey, linewidth=0.7, alpha=0.4)
        for row in rows.sort_values("due_on").to_dict("records"):
            is_done, is_dropped = row["status"] == "done", row["status"] == "dropped"
            axes.plot(
                [_day(row["due_on"])], [y[row["department"]]],
                marker="x" if is_dropped else "o", markersize=9,
                color="C2" if is_dropped else "C0",
                markerfacecolor="C0" if is_done else "white", markeredgewidth=1.8,
            )  # fmt: skip
        axes.axvline(_day(until), color=grey, linewidth=1, linestyle=(0, (4, 3)))
        axes.set_yticks([y[name] for name in lanes], [names[name] for name in lanes])
        axes.set_ylim(-0.7, len(lanes) - 0.3)
        _quarter_axis(axes, rows["due_on"], width)
        axes.grid(visible=False)

    return Chart(
        draw if len(rows) else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high=0.8 + 0.45 * len(lanes),
    )


def _day(moment: Any) -> float:
    """A day as its number."""
    return float(pd.Timestamp(moment).toordinal())


def _quarter_axis(axes: Axes, dates: pd.Series, width: str) -> None:
    """Quarters where they begin."""
    days = pd.to_datetime(dates)
    first, last = days.min() - pd.Timedelta(days=30), days.max() + pd.Timedelta(days=30)
    starts = pd.date_range(first.to_period("Q").start_time, last, freq="QS")
    kept = starts if width == "wide" else starts[:: max(1, len(starts) // 3)]
    names = [words.quarter(f"{day.year}-Q{day.quarter}") for day in kept]
    axes.set_xticks([_day(day) for day in kept], names)
    axes.set_xlim(_day(first), _day(last))
