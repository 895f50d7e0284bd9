"""Two counts of each group: what was meant, and what came of it."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tacheles import words
from tacheles.charts.figure import Chart, round_ticks, tick_label
from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.workbook import Source


def pairs(
    first: Estimates, second: Estimates, *, title: str, subtitle: str, source: Source
) -> Chart:
    """
    The last quarter's two counts of every group: a grey bar, and a coloured one inside it.

    Parameters
    ----------
    first, second : Estimates
        Estimates of two metrics of one unit, with the same segments: what was meant, what came.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table comes from.
    """
    shown = [protect(estimates) for estimates in (first, second)]
    meant, came = (
        rows[rows["quarter"] == rows["quarter"].iloc[-1]].set_index("segment") for rows in shown
    )
    names, unit = list(meant.index), meant["unit"].iloc[-1]
    is_ok = (meant["status"] == "ok") & (came["status"].reindex(names) == "ok")
    drawn = [rows["value"].reindex(names).where(is_ok) for rows in (meant, came)]
    ticks = round_ticks(pd.concat([meant, came])[["value", "low", "high"]], unit)
    y = np.arange(len(names))[::-1]

    def draw(axes: Axes, _width: str) -> None:
        grey = axes.yaxis.label.get_color()
        axes.barh(y, drawn[0].fillna(0), height=0.62, color=grey, alpha=0.3)
        axes.barh(y, drawn[1].fillna(0), height=0.3, color="C0")
        for i, name in enumerate(names):
            told = "—"
            if is_ok[name]:
                told = " / ".join(words.value(float(column[name]), unit) for column in drawn[::-1])
            reach = np.nanmax([0.0, *(column[name] for column in drawn)])
            axes.annotate(
                told, (reach, y[i]), (6, 0), textcoords="offset points", va="center",
                color="C0", weight=600, annotation_clip=False,
            )  # fmt: skip
        axes.set_yticks(y, [words.segment(name) for name in names])
        axes.set_ylim(-0.6, len(names) - 0.4)
        axes.set_xticks(ticks, [tick_label(tick, unit) for tick in ticks])
        axes.set_xlim(ticks[0], ticks[-1])
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x")

    return Chart(
        draw if is_ok.any() else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high=0.8 + 0.42 * len(names),
    )
