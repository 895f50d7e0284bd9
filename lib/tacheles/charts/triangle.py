"""A triangle: what became of each quarter's people, one quarter after the other."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tacheles import words
from tacheles.charts.figure import Chart
from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.workbook import Source


def triangle(estimates: Estimates, *, title: str, subtitle: str, source: Source) -> Chart:
    """
    Every quarter's share at every age, darker where it is higher; what lies ahead stays empty.

    Parameters
    ----------
    estimates : Estimates
        Shares of one metric with points `at` in quarters.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table comes from.

    Notes
    -----
    The interval stands small below its share; on a narrow page there is no room for it, and it is
    in the table of the same numbers.
    """
    shown = protect(estimates)
    later = shown[(shown["at"] > 0) & (shown["status"] != "not_mature")]
    names, points = list(dict.fromkeys(later["quarter"])), sorted(set(later["at"]))
    is_ok = (later["status"] == "ok").any()
    highest = later["value"].max()

    def draw(axes: Axes, width: str) -> None:
        for _index, row in later.iterrows():
            x, y = points.index(row["at"]), -names.index(row["quarter"])
            if row["status"] != "ok":
                axes.annotate("—", (x, y), ha="center", va="center")
                continue
            depth = float(row["value"] / highest) if highest > 0 else 0.0
            cell = Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, color="C0", linewidth=0)
            cell.set_alpha(0.1 + 0.75 * depth)
            axes.add_patch(cell)
            ink = "white" if depth > 0.55 else axes.title.get_color()
            shift = 0.14 if width == "wide" else 0
            axes.annotate(
                words.percent(row["value"]), (x, y + shift), ha="center", va="center", color=ink,
                weight=600,
            )  # fmt: skip
            if width == "wide":
                axes.annotate(
                    words.interval(row), (x, y - 0.24), ha="center", va="center", color=ink,
                    fontsize="x-small",
                )  # fmt: skip
        step = 1 if width == "wide" else max(1, -(-len(points) // 4))
        kept = points[::step]
        axes.set_xticks([points.index(at) for at in kept], [words.number(at) for at in kept])
        axes.set_xlabel(words.quarters_since())
        axes.set_yticks(-np.arange(len(names)), [words.quarter(name) for name in names])
        axes.set_xlim(-0.55, len(points) - 0.45)
        axes.set_ylim(-len(names) + 0.45, 0.55)
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(length=0)

    return Chart(
        draw if is_ok else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high=0.7 + 0.46 * len(names),
    )
