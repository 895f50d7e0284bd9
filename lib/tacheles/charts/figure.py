"""A figure with its texts, and what all figures share: fonts, ticks, labels, the SVG."""

import io
import re
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from textwrap import fill, shorten
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tacheles import ROOT, words
from tacheles.words.units import COUNTED

_STYLE = ROOT / "templates" / "figure.mplstyle"
_FONTS = Path(__file__).parents[1] / "fonts"
_INCHES = {"wide": (8.2, 3.1), "narrow": (3.8, 2.85)}

#: Draws on the axes, for the width named.
Draw = Callable[[Axes, str], None]


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
    inches_high : float or dict of float, optional
        Height of the drawing where it depends on what is drawn, such as rows of bars; by the width
        (`"wide"`, `"narrow"`) where it depends on that too. [in]
    """

    def __init__(
        self,
        draw: Draw | None,
        *,
        title: str,
        subtitle: str,
        source: str,
        inches_high: float | dict[str, float] | None = None,
    ) -> None:
        self.title, self.subtitle, self.source = title, subtitle, source
        self.alt = f"{title}. {subtitle}"
        highs = (
            inches_high if isinstance(inches_high, dict) else dict.fromkeys(_INCHES, inches_high)
        )
        self.svg = (
            {width: _svg(draw, width, self.alt, highs[width]) for width in _INCHES} if draw else {}
        )

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


def round_ticks(drawn: pd.DataFrame, unit: str) -> np.ndarray:
    """Few round ticks through 0: a share up to 1, else as far as the intervals, huge ones cut."""
    is_signed = (drawn["value"] < 0).any()
    if unit == "share" and not is_signed and not (drawn["value"] > 1).any():
        return np.array([0, 0.25, 0.5, 0.75, 1])
    finite = drawn.replace([np.inf, -np.inf], np.nan)
    extreme = finite["value"].abs().max() if finite["value"].notna().any() else 1.0
    high = np.nanmax([finite["value"].max(), min(finite["high"].max(), 4 * extreme), 1e-9])
    low = np.nanmin([finite["value"].min(), max(finite["low"].min(), -4 * extreme), 0])
    locator = MaxNLocator(4, integer=unit in COUNTED, min_n_ticks=2)
    return np.asarray(locator.tick_values(low if is_signed else 0, high))


def highlight(axes: Axes, x: float, row: pd.Series) -> None:
    """The last point with its interval."""
    axes.vlines([x], row["low"], row["high"], color="C0", linewidth=1.3)
    axes.plot([x], [row["value"]], color="C0", marker="o", markersize=7, clip_on=False)


def label(axes: Axes, x: float, y: float, text: str) -> None:
    """A text at a line's end."""
    axes.annotate(
        text, (x, y), (9, 0), textcoords="offset points", va="center", color="C0", weight=600,
        annotation_clip=False,
    )  # fmt: skip


def value_axis(axes: Axes, ticks: np.ndarray, unit: str) -> None:
    """The vertical axis with its ticks in words of their unit."""
    axes.set_yticks(ticks, [tick_label(tick, unit) for tick in ticks])
    axes.set_ylim(ticks[0], ticks[-1])
    if ticks[0] < 0:
        axes.axhline(0, color=axes.yaxis.label.get_color(), linewidth=0.8)


def tick_label(tick: float, unit: str) -> str:
    """A tick in words of its unit."""
    return words.percent(tick) if unit == "share" else words.number(tick, 1)


def wrapped(text: str, line: int, lines: int = 2) -> str:
    """A text in few lines of so many characters, cut with an ellipsis where it is longer."""
    told = fill(shorten(text, line * lines, placeholder=" …"), line, break_long_words=False)
    return told or text[:line]


@cache
def _register_fonts() -> None:
    for path in sorted(_FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(path)


def _svg(draw: Draw, width: str, alt: str, inches_high: float | None) -> str:
    """The drawing as SVG: text as text, the same bytes every time, with its alt text."""
    _register_fonts()
    with matplotlib.rc_context(fname=_STYLE):
        matplotlib.rcParams["svg.hashsalt"] = f"{alt} {width}"
        figure = Figure(
            figsize=(_INCHES[width][0], inches_high or _INCHES[width][1]), layout="constrained"
        )
        draw(figure.add_subplot(), width)
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    svg = written.getvalue()[written.getvalue().index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[a-zA-Z_]+\.?[a-z]*_?\d+">', "<g>", svg)
    svg = svg.replace("'Tacheles Sans'", "'Tacheles Sans', sans-serif")
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)
