"""Both sides of an agreement: what one delivered, and what the other's number did."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from tacheles import words
from tacheles.charts.figure import Chart
from tacheles.charts.over_time import draw_trend, is_drawn
from tacheles.estimate import Estimates
from tacheles.workbook import Source


def both_sides(
    delivered: Estimates,
    received: Estimates,
    *,
    title: str,
    subtitle: str,
    sources: Sequence[Source],
) -> Chart:
    """
    Two metrics over the same quarters, one above the other, each on its own scale.

    Parameters
    ----------
    delivered, received : Estimates
        Estimates of one metric each, of the same quarters, oldest first: what the community did,
        and the number of the department.
    title, subtitle : str
        From :mod:`words`.
    sources : sequence of Source
        Where the tables of both come from.
    """

    def draw(axes: Axes, width: str) -> None:
        figure = axes.get_figure()
        assert figure is not None
        axes.remove()
        above, below = figure.subplots(2, 1, sharex=True)
        for half, estimates in ((above, delivered), (below, received)):
            draw_trend(half, estimates, width)
            half.set_title(words.name(estimates), loc="left", fontsize="medium")
        above.tick_params(bottom=False)

    told = dict.fromkeys(map(words.source, sources))
    return Chart(
        draw if is_drawn(delivered) and is_drawn(received) else None,
        title=title,
        subtitle=subtitle,
        source=" · ".join(told),
        inches_high=4.6,
    )
