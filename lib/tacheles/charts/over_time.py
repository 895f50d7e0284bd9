"""A metric over the quarters, and a share over the hours since the beginning."""

import numpy as np
from matplotlib.axes import Axes

from tacheles import words
from tacheles.charts.figure import Chart, highlight, label, round_ticks, value_axis
from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.workbook import Source

_HOUR_TICKS = {"wide": (0.5, 1, 4, 8, 24, 72, 168, 720), "narrow": (1, 24, 168)}


def trend(estimates: Estimates, *, title: str, subtitle: str, source: Source) -> Chart:
    """
    A metric over the quarters, its last value highlighted.

    Parameters
    ----------
    estimates : Estimates
        Estimates of one metric, one row per quarter, oldest first.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table comes from.
    """
    return Chart(
        (lambda axes, width: draw_trend(axes, estimates, width)) if is_drawn(estimates) else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
    )


def is_drawn(estimates: Estimates) -> bool:
    """Whether a quarter has a number that may be shown."""
    return bool((protect(estimates)["status"] == "ok").any())


def draw_trend(axes: Axes, estimates: Estimates, width: str) -> None:
    """
    A metric over the quarters on some axes.

    Parameters
    ----------
    axes : Axes
    estimates : Estimates
        Estimates of one metric, one row per quarter, oldest first.
    width : {"wide", "narrow"}
    """
    shown = protect(estimates)
    unit, is_ok = shown["unit"].iloc[-1], (shown["status"] == "ok").to_numpy()
    drawn = shown[["value", "low", "high"]].where(shown["status"] == "ok")
    ticks = round_ticks(drawn, unit)
    inside = drawn.clip(lower=ticks[0], upper=ticks[-1])
    x = np.arange(len(shown))
    grey = axes.yaxis.label.get_color()
    axes.fill_between(x, inside["low"], inside["high"], color="C1", alpha=0.28, linewidth=0)
    lonely = is_ok & ~np.append(is_ok[1:], False) & ~np.append(False, is_ok[:-1])
    axes.vlines(x[lonely], inside["low"][lonely], inside["high"][lonely], color="C1")
    axes.plot(x, inside["value"], color=grey, marker="o", markersize=3.5, clip_on=False)
    for i in x[~is_ok]:
        axes.annotate("—", (i, ticks[0]), (0, 6), textcoords="offset points", ha="center")
    if is_ok[-1]:
        highlight(axes, x[-1], inside.iloc[-1])
        label(axes, x[-1], inside["value"].iloc[-1], words.value(drawn["value"].iloc[-1], unit))
    step = 1 if width == "wide" else max(1, -(-len(x) // 4))
    kept = x[::-1][::step][::-1]
    axes.set_xticks(kept, [words.quarter(shown["quarter"].iloc[i]) for i in kept])
    axes.set_xlim(-0.3, len(x) - 0.4 + (0.5 if width == "wide" else 0.9))
    value_axis(axes, ticks, unit)


def curve(estimates: Estimates, *, title: str, subtitle: str, source: Source) -> Chart:
    """
    The last quarter's share over the hours since the beginning, the first day spread out.

    Parameters
    ----------
    estimates : Estimates
        Estimates of one metric with points `at` in hours.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table comes from.
    """
    shown = protect(estimates)
    last = shown[shown["quarter"] == shown["quarter"].iloc[-1]]

    drawn = last[last["status"] == "ok"]

    def draw(axes: Axes, width: str) -> None:
        axes.fill_between(
            drawn["at"], drawn["low"], drawn["high"], color="C1", alpha=0.28, linewidth=0
        )
        axes.plot(drawn["at"], drawn["value"], color="C0", linewidth=2.4, clip_on=False)
        axes.set_xscale("log")
        ticks = _HOUR_TICKS[width]
        axes.set_xticks(ticks, [words.duration(hours) for hours in ticks])
        axes.minorticks_off()
        axes.set_xlim(last["at"].min() * 0.9, last["at"].max() * 1.9)
        value_axis(axes, round_ticks(drawn, "share"), "share")
        end = drawn.iloc[-1]
        label(axes, end["at"], end["value"], words.value(end["value"], "share"))

    return Chart(
        None if drawn.empty else draw, title=title, subtitle=subtitle, source=words.source(source)
    )
