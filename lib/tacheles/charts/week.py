"""A week, hour by hour: what was promised, and whether somebody is there."""

from matplotlib.axes import Axes

from tacheles import words
from tacheles.charts.figure import Chart
from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.workbook import Source

#: Part of a cell that is filled, so that cells stand apart.
_FILLED = 0.9


def week(estimates: Estimates, *, title: str, subtitle: str, source: Source) -> Chart:
    """
    Days of the week by hours of the day: covered in colour, uncovered hatched, else empty.

    Parameters
    ----------
    estimates : Estimates
        A share per day of the week (the segment) and hour of the day (`at`).
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the table comes from.
    """
    shown = protect(estimates)
    cells = shown[shown["status"] == "ok"]
    days = list(shown["segment"].unique())

    def draw(axes: Axes, width: str) -> None:
        for cell in cells.to_dict("records"):
            y, hour = days.index(cell["segment"]) - _FILLED / 2, cell["at"] + (1 - _FILLED) / 2
            covered = _FILLED * cell["value"]
            axes.broken_barh([(hour, covered)], (y, _FILLED), color="C0", alpha=0.75)
            axes.broken_barh(
                [(hour + covered, _FILLED - covered)], (y, _FILLED), facecolor="none",
                edgecolor="C2", hatch="////", linewidth=0,
            )  # fmt: skip
        first, last = int(shown["at"].min()), int(shown["at"].max()) + 1
        for place, day in enumerate(days):
            of_day = cells[cells["segment"] == day]
            if len(of_day):
                covered = (of_day["value"] * of_day["n"]).sum() / of_day["n"].sum()
                axes.annotate(
                    words.percent(covered), (last, place), (8, 0), textcoords="offset points",
                    va="center", color="C0" if covered == 1 else "C2", weight=600,
                    annotation_clip=False,
                )  # fmt: skip
        axes.set_yticks(range(len(days)), [words.segment(day) for day in days])
        axes.set_ylim(len(days) - 0.4, -0.6)
        step = 1 if width == "wide" and last - first < 13 else 3
        hours = range(first, last + 1, step)
        axes.set_xticks(hours, [f"{hour:02d}:00" for hour in hours])
        axes.set_xlim(first, last + 0.12 * (last - first))
        axes.grid(visible=False)

    return Chart(
        None if cells.empty else draw,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high=0.5 + 0.34 * len(days),
    )
