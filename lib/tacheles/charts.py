"""
Estimates into figures: a finding as title, the interval always drawn, alt text and a source.

Charts compute nothing that a reader could quote.
"""

import io
import re
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tacheles import ROOT, words
from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.workbook import Source

_STYLE = ROOT / "templates" / "figure.mplstyle"
_FONTS = Path(__file__).parent / "fonts"
_INCHES = {"wide": (8.2, 3.1), "narrow": (3.8, 2.85)}
_HOUR_TICKS = {"wide": (0.5, 1, 4, 8, 24, 72, 168, 720), "narrow": (1, 8, 24, 168)}

#: Draws on the axes, for the width named.
_Draw = Callable[[Axes, str], None]


class Chart(words.Shown):
    """
    A figure with its texts, drawn once for a wide page and once for a narrow one.

    Parameters
    ----------
    draw : callable or None
        Draws on the axes it is given, for `"wide"` or `"narrow"`. None where no estimate has a
        number: empty axes tell nothing, so the texts stand alone.
    title : str
        The finding, as a sentence.
    subtitle : str
        What is measured, of whom, in which unit, and what the band means.
    source : str
        System the table was exported from.
    """

    def __init__(self, draw: _Draw | None, *, title: str, subtitle: str, source: str) -> None:
        self.title, self.subtitle, self.source = title, subtitle, source
        self.alt = f"{title}. {subtitle}"
        self.svg = {width: _svg(draw, width, self.alt) for width in _INCHES} if draw else {}

    def __repr__(self) -> str:
        return f"{self.title} ({self.subtitle})"

    def facts(self) -> dict[str, Any]:
        """`title`, `subtitle`, `source`, `alt`, and `svg` by its width if there is a drawing."""
        texts = {name: getattr(self, name) for name in ("title", "subtitle", "source", "alt")}
        return texts | {"svg": self.svg}

    def html(self) -> str:
        """A figure with the finding as its heading."""
        drawings = "".join(
            f'<div class="{width}"{" hidden" if width == "narrow" else ""}>{svg}</div>'
            for width, svg in self.svg.items()
        )
        return (
            f"<figure><h2>{escape(self.title)}</h2>"
            f'<p class="subtitle">{escape(self.subtitle)}</p>{drawings}'
            f"<figcaption>{escape(self.source)}</figcaption></figure>"
        )


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
    shown = protect(estimates)
    unit, is_ok = shown["unit"].iloc[-1], (shown["status"] == "ok").to_numpy()
    drawn = shown[["value", "low", "high"]].where(shown["status"] == "ok")
    ticks = _ticks(drawn, unit)
    inside = drawn.clip(upper=ticks[-1])
    x = np.arange(len(shown))

    def draw(axes: Axes, width: str) -> None:
        grey = axes.yaxis.label.get_color()
        axes.fill_between(x, inside["low"], inside["high"], color="C1", alpha=0.28, linewidth=0)
        lonely = is_ok & ~np.append(is_ok[1:], False) & ~np.append(False, is_ok[:-1])
        axes.vlines(x[lonely], inside["low"][lonely], inside["high"][lonely], color="C1")
        axes.plot(x, inside["value"], color=grey, marker="o", markersize=3.5, clip_on=False)
        for i in x[~is_ok]:
            axes.annotate("—", (i, 0), (0, 6), textcoords="offset points", ha="center")
        if is_ok[-1]:
            _highlight(axes, x[-1], inside.iloc[-1])
            _label(
                axes, x[-1], inside["value"].iloc[-1], words.value(drawn["value"].iloc[-1], unit)
            )
        step = 1 if width == "wide" else max(1, -(-len(x) // 4))
        kept = x[::-1][::step][::-1]
        axes.set_xticks(kept, [words.quarter(shown["quarter"].iloc[i]) for i in kept])
        axes.set_xlim(-0.3, len(x) - 0.4 + (0.5 if width == "wide" else 0.9))
        _value_axis(axes, ticks, unit)

    return Chart(
        draw if is_ok.any() else None, title=title, subtitle=subtitle, source=words.source(source)
    )


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
        _value_axis(axes, _ticks(drawn, "share"), "share")
        end = drawn.iloc[-1]
        _label(axes, end["at"], end["value"], words.value(end["value"], "share"))

    return Chart(
        None if drawn.empty else draw, title=title, subtitle=subtitle, source=words.source(source)
    )


def _ticks(drawn: pd.DataFrame, unit: str) -> np.ndarray:
    """Few round ticks from 0: a share up to 1, else up to the intervals unless one is huge."""
    if unit == "share":
        return np.array([0, 0.25, 0.5, 0.75, 1])
    finite = drawn.replace(np.inf, np.nan)
    highest = finite["value"].max() if finite["value"].notna().any() else 1.0
    reach = np.nanmax([highest, min(finite["high"].max(), 4 * highest)])
    locator = MaxNLocator(4, integer=unit in ("members", "questions"), min_n_ticks=2)
    return np.asarray(locator.tick_values(0, max(reach, 1e-9)))


def _highlight(axes: Axes, x: float, row: pd.Series) -> None:
    """The last point with its interval."""
    axes.vlines([x], row["low"], row["high"], color="C0", linewidth=1.3)
    axes.plot([x], [row["value"]], color="C0", marker="o", markersize=7, clip_on=False)


def _label(axes: Axes, x: float, y: float, text: str) -> None:
    axes.annotate(
        text, (x, y), (9, 0), textcoords="offset points", va="center", color="C0", weight=600,
        annotation_clip=False,
    )  # fmt: skip


def _value_axis(axes: Axes, ticks: np.ndarray, unit: str) -> None:
    tell = words.percent if unit == "share" else lambda amount: words.number(amount, 1)
    axes.set_yticks(ticks, [tell(tick) for tick in ticks])
    axes.set_ylim(0, ticks[-1])


@cache
def _register_fonts() -> None:
    for path in sorted(_FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(path)


def _svg(draw: _Draw, width: str, alt: str) -> str:
    """The drawing as SVG: text as text, the same bytes every time, with its alt text."""
    _register_fonts()
    with matplotlib.rc_context(fname=_STYLE):
        matplotlib.rcParams["svg.hashsalt"] = f"{alt} {width}"
        figure = Figure(figsize=_INCHES[width], layout="constrained")
        draw(figure.add_subplot(), width)
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    svg = written.getvalue()[written.getvalue().index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[a-zA-Z_]+\.?[a-z]*_?\d+">', "<g>", svg)
    svg = svg.replace("'Tacheles Sans'", "'Tacheles Sans', sans-serif")
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)
