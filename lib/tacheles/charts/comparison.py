"""Groups side by side: one row each, its value as a dot on its interval."""

import numpy as np
from matplotlib.axes import Axes

from tacheles import words
from tacheles.charts.figure import Chart, round_ticks, tick_label
from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.workbook import Source


def comparison(
    estimates: Estimates, *, title: str, subtitle: str, source: Source, accent: str = ""
) -> Chart:
    """
    The last quarter's value of every segment, in the order given.

    Parameters
    ----------
    estimates : Estimates
        Estimates of one metric, with segments.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table comes from.
    accent : str
        Segment that is highlighted; the others are grey.
    """
    shown = protect(estimates)
    last = shown[shown["quarter"] == shown["quarter"].iloc[-1]].reset_index(drop=True)
    is_ok, unit = last["status"] == "ok", last["unit"].iloc[-1]
    drawn = last[["value", "low", "high"]].where(is_ok)
    ticks = round_ticks(drawn, unit)
    inside = drawn.clip(lower=ticks[0], upper=ticks[-1])
    y = np.arange(len(last))[::-1]

    def draw(axes: Axes, _width: str) -> None:
        grey = axes.yaxis.label.get_color()
        for i, row in inside.iterrows():
            colour = "C0" if last["segment"][i] == accent else grey
            if not is_ok[i]:
                axes.annotate(
                    "—", (ticks[0], y[i]), (4, 0), textcoords="offset points", va="center"
                )
                continue
            axes.hlines(y[i], row["low"], row["high"], color=colour, linewidth=3, alpha=0.45)
            axes.plot(row["value"], y[i], color=colour, marker="o", markersize=7, clip_on=False)
            axes.annotate(
                words.value(drawn["value"][i], unit), (row["value"], y[i]), (0, 6),
                textcoords="offset points", ha="center", color=colour, weight=600,
            )  # fmt: skip
        axes.set_yticks(y, [words.segment(name) for name in last["segment"]])
        axes.set_ylim(-0.6, len(last) - 0.2)
        axes.set_xticks(ticks, [tick_label(tick, unit) for tick in ticks])
        axes.set_xlim(ticks[0], ticks[-1])
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x")

    return Chart(
        draw if is_ok.any() else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high=0.8 + 0.42 * len(last),
    )
