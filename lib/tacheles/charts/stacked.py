"""Parts of a count on top of each other, quarter by quarter."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tacheles import words
from tacheles.charts.figure import Chart, round_ticks, value_axis
from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.workbook import Source


def stacked(
    estimates: Estimates, *, title: str, subtitle: str, source: Source, accent: str = ""
) -> Chart:
    """
    The parts of each quarter's count as one bar, the last bar's parts with their names.

    Parameters
    ----------
    estimates : Estimates
        Full counts of one metric with segments that add up, the lowest part first.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table comes from.
    accent : str
        Segment that is a loss or a warning; the others are grey.

    Notes
    -----
    A quarter of which one part may not be shown has no bar: the part could be read off it.
    """
    shown = protect(estimates)
    names, parts = (list(dict.fromkeys(shown[column])) for column in ("quarter", "segment"))
    values = shown.pivot(index="quarter", columns="segment", values="value").loc[names, parts]
    values = values.astype(float)
    whole = values.notna().all(axis=1)
    drawn = values.where(whole, 0.0)
    before = drawn.cumsum(axis=1) - drawn
    x = np.arange(len(names))
    whole_bars = pd.DataFrame({"value": drawn.sum(axis=1), "low": np.nan, "high": np.nan})
    ticks = round_ticks(whole_bars, shown["unit"].iloc[-1])

    def draw(axes: Axes, width: str) -> None:
        grey = axes.yaxis.label.get_color()
        for place, part in enumerate(parts):
            colour = "C2" if part == accent else grey
            faint = 0.9 if part == accent else 0.25 + 0.3 * place
            axes.bar(x, drawn[part], bottom=before[part], width=0.62, color=colour, alpha=faint)
        for i in x[~whole.to_numpy()]:
            axes.annotate("—", (i, 0), (0, 6), textcoords="offset points", ha="center")
        if whole.iloc[-1]:
            middles = (before + drawn / 2).iloc[-1].tolist()
            for part, y in zip(parts, _apart(middles, ticks[-1] / 9), strict=True):
                axes.annotate(
                    f"{words.segment(part)} {words.number(drawn[part].iloc[-1])}",
                    (x[-1] + 0.31, y), (6, 0), textcoords="offset points", va="center",
                    color="C2" if part == accent else grey, weight=600, annotation_clip=False,
                )  # fmt: skip
        step = 1 if width == "wide" else max(1, -(-len(x) // 3))
        kept = x[::-1][::step][::-1]
        axes.set_xticks(kept, [words.quarter(names[i]) for i in kept])
        axes.set_xlim(-0.5, len(x) - 0.5 + (1.6 if width == "wide" else 3.2))
        value_axis(axes, ticks, "")

    return Chart(
        draw if whole.any() else None, title=title, subtitle=subtitle, source=words.source(source)
    )


def _apart(places: list[float], least: float) -> list[float]:
    """Places from the lowest up, moved so that they keep so far from each other and the axis."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + least if moved else least / 2))
    return moved
