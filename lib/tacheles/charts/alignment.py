"""What serves what: values, goals, goals of the company and departments, side by side."""

import textwrap
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes

from tacheles import words
from tacheles.charts.figure import Chart
from tacheles.workbook import Source

#: Letters of a node's text in a line, and its lines, where the page is wide.
_LETTERS, _LINES = 27, 2

#: Height of a node. [in]
_INCHES = 0.46

#: Where each column of nodes begins and how wide it is, of the drawing's width.
_LEFT, _WIDTH = (0.0, 0.262, 0.524, 0.786), 0.214


def alignment(
    goals: pd.DataFrame,
    values: pd.DataFrame,
    business_goals: pd.DataFrame,
    stakeholders: pd.DataFrame,
    *,
    title: str,
    subtitle: str,
    source: Source,
) -> Chart:
    """
    A map from value to goal to goal of the company to department; what nothing leads to is marked.

    Parameters
    ----------
    goals, values, business_goals, stakeholders : DataFrame
        Plan tables, each with the columns of its contract.
    title, subtitle : str
        From :mod:`words`.
    source : Source
        Where the tables come from.
    """
    nodes = _nodes(goals, values, business_goals, stakeholders)
    links = _links(goals, nodes)
    linked = {end for link in links for end in link}
    incomplete = _incomplete(goals, links)
    rows = max(map(len, nodes), default=0)

    def draw(axes: Axes, width: str) -> None:
        grey, adverse = axes.yaxis.label.get_color(), "C2"
        place = {
            (column, name): 1 - (i + 0.5) / len(found)
            for column, found in enumerate(nodes)
            for i, name in enumerate(found)
        }
        for start, end in links:
            ends = [_LEFT[start[0]] + _WIDTH, _LEFT[end[0]]]
            axes.plot(ends, [place[start], place[end]], color="C1", linewidth=1.4, zorder=1)
        for (column, name), y in place.items():
            is_lost = (column, name) not in linked or (column, name) in incomplete
            axes.annotate(
                _label(name, nodes[column][name], width),
                (_LEFT[column] + 0.008, y), va="center", fontsize=8.5, linespacing=1.1,
                color=adverse if is_lost else axes.title.get_color(),
                bbox={"boxstyle": "square,pad=0.25", "facecolor": "white", "alpha": 0.9,
                      "edgecolor": adverse if is_lost else "none",
                      "linestyle": "--"},
            )  # fmt: skip
        heads = words.alignment_heads()
        for column, head in enumerate(heads if width == "wide" else ()):
            axes.annotate(
                head, (_LEFT[column], 1.0), (0, 8), textcoords="offset points",
                color=grey, weight=600, annotation_clip=False,
            )  # fmt: skip
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_axis_off()

    return Chart(
        draw if len(goals) else None,
        title=title,
        subtitle=subtitle,
        source=words.source(source),
        inches_high={"wide": 0.4 + _INCHES * rows, "narrow": 0.3 + 0.8 * _INCHES * rows},
    )


def _nodes(*plans: pd.DataFrame) -> list[dict[str, str]]:
    """The four columns: ids with their texts."""
    goals, values, business_goals, stakeholders = plans
    columns = (
        (values, "value_id", "statement"),
        (goals, "goal_id", "statement"),
        (business_goals, "business_goal_id", "statement"),
        (stakeholders, "stakeholder_id", "priority"),
    )
    return [dict(zip(plan[key], plan[text], strict=True)) for plan, key, text in columns]


#: A node: its column and its id.
_Node = tuple[int, str]


def _links(goals: pd.DataFrame, nodes: list[dict[str, str]]) -> list[tuple[_Node, _Node]]:
    """Lines between nodes that there are, each once."""
    found: dict[tuple[_Node, _Node], None] = {}
    for goal in goals.to_dict("records"):
        way: list[_Node] = [
            (0, goal["value_id"]),
            (1, goal["goal_id"]),
            (2, goal["business_goal_id"]),
            (3, goal["stakeholder_id"]),
        ]
        for start, end in pairwise(way):
            if start[1] in nodes[start[0]] and end[1] in nodes[end[0]]:
                found[start, end] = None
    return list(found)


def _incomplete(goals: pd.DataFrame, links: list[tuple[_Node, _Node]]) -> set[_Node]:
    """Goals that lack a line on one of their sides."""
    starts, ends = {start for start, _end in links}, {end for _start, end in links}
    of_goals: set[_Node] = {(1, name) for name in goals["goal_id"]}
    return of_goals - (starts & ends)


def _label(name: str, text: str, width: str) -> str:
    if width == "narrow":
        return name
    return textwrap.fill(
        f"{name} {text}", _LETTERS, max_lines=_LINES, placeholder=" …", break_long_words=True
    )
