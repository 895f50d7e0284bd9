"""Money: a bridge of steps, ranges beside each other, and what they hang on."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from tacheles import words
from tacheles.charts.figure import Chart, tick_label, wrapped
from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.workbook import Source

#: Characters of a name in a line, by width of the figure.
_LINE = {"wide": 34, "narrow": 18}


def bridge(steps: Estimates, *, title: str, subtitle: str, source: Source) -> Chart:
    """
    A waterfall from the first level to the last: bars of what each step takes away or adds.

    Parameters
    ----------
    steps : Estimates
        One row per step, `segment` its name; the first and the last are levels.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the tables come from.
    """
    shown = protect(steps)
    is_ok = (shown["status"] == "ok").all()
    amounts = shown["value"].to_numpy(float)
    ends = np.append(np.cumsum(amounts[:-1]), amounts[-1])
    begins = np.append(np.append(0, ends[:-2]), 0)
    y = np.arange(len(shown))[::-1]
    reach = pd.DataFrame({"value": [*ends, *begins]})
    ticks = _ticks(reach, shown["unit"].iloc[-1]) if is_ok else np.array([0.0, 1.0])

    def draw(axes: Axes, width: str) -> None:
        ink, grey = axes.title.get_color(), axes.yaxis.label.get_color()
        for i, (begin, end) in enumerate(zip(begins, ends, strict=True)):
            is_level = i in (0, len(ends) - 1)
            colour = ("C0" if i else ink) if is_level else "C2" if end < begin else "C1"
            axes.barh(y[i], end - begin, left=begin, height=0.62, color=colour)
            if i < len(ends) - 1:
                axes.vlines(end, y[i] - 0.69, y[i] + 0.31, color=grey, linewidth=0.8)
            told = words.money(amounts[i]) if is_level else _signed(amounts[i])
            right = max(begin, end, 0)  # not across the line at zero
            axes.annotate(
                told, (right, y[i]), (6, 0), textcoords="offset points", va="center",
                weight=600 if is_level else 400, color=grey if colour == "C1" else colour,
                annotation_clip=False,
            )  # fmt: skip
        axes.axvline(0, color=ink, linewidth=1)
        names = [wrapped(words.segment(name), _LINE[width]) for name in shown["segment"]]
        _rows(axes, y, names, ticks, "money", width)

    return Chart(
        draw if is_ok else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high=0.7 + 0.4 * len(shown),
    )


def _signed(amount: float) -> str:
    """An amount with its sign."""
    return ("+" if amount > 0 else "") + words.money(amount)


def ranges(
    estimates: Estimates,
    *,
    names: Mapping[str, str],
    accents: "pd.Series[bool] | list[bool]",
    title: str,
    subtitle: str,
    source: Source,
) -> Chart:
    """
    Values with their ranges, one row each, with the grade and the numbers beside them.

    Parameters
    ----------
    estimates : Estimates
        One row per segment, in the order to be drawn.
    names : mapping
        What each segment stands for.
    accents : sequence of bool
        Which rows are coloured; the others are grey. A guess (grade E or F) that lies beyond what
        was measured runs out of the picture, with an arrow and its number beside it.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the tables come from.
    """
    shown = protect(estimates).reset_index(drop=True)
    unit = shown["unit"].iloc[-1] if len(shown) else "money"
    is_ok = (shown["status"] == "ok").to_numpy()
    y = np.arange(len(shown))[::-1]
    drawn = shown[["value", "low", "high"]].astype(float).where(shown["status"] == "ok")
    measured = drawn[~shown["grade"].isin(("E", "F"))].dropna(how="all")
    shaping = measured if len(measured) else drawn
    # a guess does not decide how much may be won, but what may be lost is never cut off
    shaping = pd.concat([shaping, drawn.clip(upper=float(shaping.max().max()))])
    ticks = _ticks(shaping, unit) if is_ok.any() else np.array([0.0, 1.0])
    inside = drawn.clip(lower=ticks[0], upper=ticks[-1])
    runs_out = (drawn["high"] > ticks[-1]).to_numpy()
    coloured = list(accents)

    def draw(axes: Axes, width: str) -> None:
        grey, ink = axes.yaxis.label.get_color(), axes.title.get_color()
        for i, row in enumerate(inside.to_dict("records")):
            colour = "C0" if coloured[i] else grey
            if is_ok[i]:
                axes.hlines(
                    y[i], row["low"], row["high"], color="C0" if coloured[i] else "C1", linewidth=6,
                    alpha=0.5,
                )  # fmt: skip
                if drawn["value"][i] <= ticks[-1]:
                    axes.plot(row["value"], y[i], color=colour, marker="o", markersize=7)
                if runs_out[i]:
                    axes.plot(ticks[-1], y[i], color="C1", marker=">", markersize=8, clip_on=False)
            if width == "wide":
                axes.annotate(
                    _beside(shown.iloc[i], unit), (1.01, y[i]), xycoords=("axes fraction", "data"),
                    va="center", annotation_clip=False, color=ink,
                )  # fmt: skip
        axes.axvline(0, color=ink, linewidth=1)
        told = [names.get(name, name) for name in shown["segment"]]
        grades = [f" ({grade})" if grade else "" for grade in shown["grade"]]
        lines = [
            wrapped(name, _LINE[width]) + grade for name, grade in zip(told, grades, strict=True)
        ]
        _rows(axes, y, lines, ticks, unit, width)

    return Chart(
        draw if is_ok.any() else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high=0.7 + 0.5 * max(len(shown), 2),
    )


def _beside(row: pd.Series, unit: str) -> str:
    if row["status"] != "ok":
        return "—"
    told = words.value(row["value"], unit)
    return told if pd.isna(row["low"]) else f"{told} ({words.interval(row)})"


def tornado(
    estimates: Estimates, *, names: Mapping[str, str], title: str, subtitle: str, source: Source
) -> Chart:
    """
    What a result becomes when one input is low or high: bars around the middle, the widest on top.

    Parameters
    ----------
    estimates : Estimates
        One row per input, the widest first: `low`, `high` and the middle `value`.
    names : mapping
        What each segment stands for.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the tables come from.
    """
    shown = protect(estimates).head(7).reset_index(drop=True)
    is_ok = (shown["status"] == "ok").all()
    y = np.arange(len(shown))[::-1]
    ends = shown[["low", "high"]].to_numpy(float) if is_ok else np.array([[0.0, 1.0]])
    reach = float(np.ptp(ends)) or 1.0
    ticks = np.asarray(MaxNLocator(4).tick_values(ends.min(), ends.max()))

    def draw(axes: Axes, width: str) -> None:
        ink, middle = axes.title.get_color(), float(shown["value"].iloc[0])
        for i, row in enumerate(shown.to_dict("records")):
            axes.barh(y[i], row["high"] - middle, left=middle, height=0.5, color="C0")
            axes.barh(y[i], middle - row["low"], left=row["low"], height=0.5, color="C2")
            for end, side in ((row["low"], -1), (row["high"], 1)):
                axes.annotate(
                    words.money(end), (end, y[i]), (5 * side, 0), textcoords="offset points",
                    va="center", ha="left" if side > 0 else "right", annotation_clip=False,
                )  # fmt: skip
        axes.axvline(middle, color=ink, linewidth=1)
        lines = [wrapped(names.get(name, name), _LINE[width]) for name in shown["segment"]]
        _rows(axes, y, lines, ticks, "money", width)
        room = 0.3 if width == "wide" else 1.1
        if width == "narrow":
            axes.set_xticks(ticks[[0, -1]], [tick_label(tick, "money") for tick in ticks[[0, -1]]])
        axes.set_xlim(ends.min() - room * reach, ends.max() + room * reach)

    return Chart(
        draw if is_ok else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high=0.8 + 0.5 * max(len(shown), 2),
    )


def _ticks(drawn: pd.DataFrame, unit: str) -> np.ndarray:
    """Few round ticks from the lowest end to the highest, through zero."""
    ends = drawn.to_numpy(float)
    lowest, highest = min(float(np.nanmin(ends)), 0.0), max(float(np.nanmax(ends)), 0.0)
    steps = {"steps": [1, 2, 2.5, 5, 10]} if unit == "share" else {}
    return np.asarray(MaxNLocator(5, **steps).tick_values(lowest, highest))


def _rows(
    axes: Axes, y: np.ndarray, names: list[str], ticks: np.ndarray, unit: str, width: str
) -> None:
    """Names on the left, round ticks below, a vertical grid."""
    axes.set_yticks(y, names)
    axes.set_ylim(-0.6, len(y) - 0.4)
    kept = ticks if width == "wide" else ticks[:: max(1, len(ticks) // 3)]
    axes.set_xticks(kept, [tick_label(tick, unit) for tick in kept])
    room = (ticks[-1] - ticks[0]) * (0.12 if width == "wide" else 0.3)
    axes.set_xlim(ticks[0], ticks[-1] + room * (unit == "money"))
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
