"""Stages of several things side by side, and where they stood before."""

import numpy as np
from matplotlib.axes import Axes

from tacheles import words
from tacheles.charts.figure import Chart
from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.workbook import Source

#: The stages there are.
_STAGES = (1, 2, 3, 4)


def profile(estimates: Estimates, *, title: str, subtitle: str, source: Source) -> Chart:
    """
    A row per segment from its first stage to its last; those that hold up the others stand out.

    Parameters
    ----------
    estimates : Estimates
        Stages from 1 to 4 per segment and quarter.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table comes from.
    """
    shown = protect(estimates)
    shown = shown[shown["status"] == "ok"]
    names = [name for name in shown["segment"].unique() if name]
    now = shown[shown["quarter"] == estimates["quarter"].iloc[-1]].set_index("segment")["value"]
    y = np.arange(len(names))[::-1]

    def draw(axes: Axes, _width: str) -> None:
        for place, name in zip(y, names, strict=True):
            stages = shown.loc[shown["segment"] == name, "value"].to_numpy(dtype=float)
            colour = "C2" if stages[-1] == now.min() < now.max() else "C0"
            axes.hlines(place, stages.min(), stages.max(), color="C1", linewidth=3)
            axes.plot(stages, np.full(len(stages), place), "o", color="C1", markersize=6)
            axes.plot(stages[-1], place, "o", color=colour, markersize=9, clip_on=False)
            axes.annotate(
                words.number(stages[-1]), (stages[-1], place), (10, 0), textcoords="offset points",
                va="center", color=colour, weight=600,
            )  # fmt: skip
        axes.set_yticks(y, [words.segment(name) for name in names])
        axes.set_ylim(-0.6, len(names) - 0.4)
        axes.set_xticks(_STAGES, [words.number(stage) for stage in _STAGES])
        axes.set_xlim(_STAGES[0] - 0.15, _STAGES[-1] + 0.3)
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x")

    return Chart(
        draw if names else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high=0.6 + 0.36 * len(names),
    )
