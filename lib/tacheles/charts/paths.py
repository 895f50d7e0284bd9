"""Where each goal's metric has been, and the way it still has to go."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tacheles import words
from tacheles.charts.figure import Chart, tick_label
from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.quarter import Quarters, ordinal
from tacheles.workbook import Source

#: Panels beside each other, and the height of one. [in]
_BESIDE, _INCHES = {"wide": 2, "narrow": 1}, 1.75


def paths(
    goals: pd.DataFrame,
    histories: Mapping[str, Estimates],
    quarters: Quarters,
    *,
    title: str,
    subtitle: str,
    source: Source,
) -> Chart:
    """
    A small figure per goal: its metric so far, its baseline, and the line to its target and day.

    Parameters
    ----------
    goals : DataFrame
        One row per goal.
    histories : mapping
        History of each goal's metric, by its name as the goal writes it. Goals whose metric has
        not one number a quarter are not drawn.
    quarters : Quarters
        Places a goal's day on the line of the quarters.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table of goals comes from.
    """
    drawn = [
        (goal, protect(past))
        for goal in goals.to_dict("records")
        if (past := histories.get(goal["metric"])) is not None
        and not past["quarter"].duplicated().any()
    ]
    drawn = [(goal, past) for goal, past in drawn if (past["status"] == "ok").any()]

    def draw(axes: Axes, width: str) -> None:
        figure: Any = axes.figure
        axes.remove()
        across = _BESIDE[width]
        grid = figure.subplots(-(-len(drawn) // across), across, squeeze=False)
        for panel, (goal, past) in zip(grid.flat, drawn, strict=False):
            _draw_path(panel, goal, past, _day_of(goal, quarters))
        for panel in list(grid.flat)[len(drawn) :]:
            panel.set_axis_off()

    return Chart(
        draw if drawn else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high={
            width: _INCHES * -(-len(drawn) // across) for width, across in _BESIDE.items()
        },
    )


def _day_of(goal: dict[Any, Any], quarters: Quarters) -> float:
    """Where a goal's day lies, in quarters after the last one that is reported."""
    calendar, day = quarters.calendar, goal["due_on"].date()
    number = ordinal(calendar.containing(calendar.midnight(day)))
    start, end = calendar.starts_on(number), calendar.starts_on(number + 1)
    # a quarter's value stands at its end
    return number - 1 - ordinal(quarters.until) + ((day - start).days + 1) / (end - start).days


def _draw_path(axes: Axes, goal: dict[Any, Any], past: pd.DataFrame, due: float) -> None:
    unit, grey = past["unit"].iloc[-1], axes.yaxis.label.get_color()
    rows = past[["value", "low", "high"]].where(past["status"] == "ok")
    rows = rows.astype(float).replace([np.inf, -np.inf], np.nan)
    x = np.arange(len(rows)) - len(rows) + 1.0
    seen = rows["value"].notna().to_numpy()
    axes.fill_between(x, rows["low"], rows["high"], color="C1", alpha=0.28, linewidth=0)
    axes.plot(x, rows["value"], color=grey)
    now, value = x[seen][-1], rows["value"][seen].iloc[-1]
    if due > now:
        axes.plot([now, due], [value, goal["target"]], color="C0", linestyle=(0, (3, 2)))
    if pd.notna(goal["baseline"]):
        axes.axhline(goal["baseline"], color=grey, linewidth=0.8, linestyle=":")
    axes.plot(now, value, color="C0", marker="o", markersize=6)
    colour = "C0" if due > now else "C2"
    axes.plot(due, goal["target"], color=colour, marker="o", markersize=6, markerfacecolor="white")
    axes.annotate(
        words.value(goal["target"], unit), (due, goal["target"]), (8, 0),
        textcoords="offset points", va="center", color=colour, weight=600, annotation_clip=False,
    )  # fmt: skip
    axes.set_title(f"{goal['goal_id']} {words.name_of(past['metric'].iloc[-1])}", loc="left")
    low, high = axes.get_ylim()
    axes.set_yticks(np.linspace(low, high, 5)[1::2])
    axes.set_yticklabels([tick_label(tick, unit) for tick in axes.get_yticks()])
    axes.set_xticks([x[0], 0], [words.quarter(past["quarter"].iloc[i]) for i in (0, -1)])
    axes.set_xlim(x[0] - 0.3, max(due, 0) + 1.6)
