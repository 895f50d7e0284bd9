"""How far each goal has come: its number on the way from where it began to its target."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tacheles import words
from tacheles.charts.figure import Chart
from tacheles.standing import GoalStanding
from tacheles.workbook import Source

#: Part of the way that is drawn; what lies further out stands at the edge.
_FROM, _TO = -0.5, 1.5

#: Room beside them, so that what is held at an edge lies beside the names.
_MARGIN = 0.06


def goals(board: Sequence[GoalStanding], *, title: str, subtitle: str, source: Source) -> Chart:
    """
    Every goal that has a number and a baseline, on its way: 0 where it began, 1 its target.

    Parameters
    ----------
    board : sequence of GoalStanding
        :func:`measurement.board`.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table of goals comes from.
    """
    drawn = [one for one in board if one.is_on_a_way]
    ways = [_way(one) for one in drawn]
    y = np.arange(len(drawn))[::-1]

    def draw(axes: Axes, width: str) -> None:
        grey = axes.yaxis.label.get_color()
        axes.axvline(0, color=grey, linewidth=0.8)
        axes.axvline(1, color="C0", linewidth=1.3)
        for place, one, (value, low, high) in zip(y, drawn, ways, strict=True):
            colour = "C0" if one.state == "reached" else grey
            axes.hlines(place, low, high, color=colour, linewidth=3, alpha=0.45)
            axes.plot(value, place, color=colour, marker="o", markersize=7, clip_on=False)
            side = {_FROM: "left", _TO: "right"}.get(value, "center")  # held inside the axes
            axes.annotate(
                words.value(one.standing.value, one.standing.unit), (value, place), (0, 6),
                textcoords="offset points", ha=side, color=colour, weight=600,
            )  # fmt: skip
        named = [words.goal_name(one, short=width == "narrow") for one in drawn]
        axes.set_yticks(y, named)
        axes.set_ylim(-0.6, len(drawn) - 0.2)
        axes.set_xticks([0, 0.5, 1], words.way_marks())
        axes.set_xlim(_FROM - _MARGIN, _TO + _MARGIN)
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x")

    return Chart(
        draw if drawn else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high=0.8 + 0.42 * len(drawn),
    )


def _way(one: GoalStanding) -> tuple[float, float, float]:
    """A goal's number and the limits of its interval as parts of its way, held at the edges."""
    row, begun = one.standing.latest, float(one.goal["baseline"])
    assert row is not None  # it is drawn, so it has a number
    span = float(one.goal["target"]) - begun
    numbers = [
        row["value"] if pd.isna(row[part]) else row[part] for part in ("value", "low", "high")
    ]
    value, *limits = np.clip((np.array(numbers, float) - begun) / span, _FROM, _TO)
    return float(value), float(min(limits)), float(max(limits))
