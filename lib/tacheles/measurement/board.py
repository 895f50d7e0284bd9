"""Where do the goals stand, what became of the decisions, and where to improve next?"""

import math
from collections.abc import Hashable, Mapping
from datetime import date
from statistics import NormalDist
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.errors import TachelesError
from tacheles.estimate import Estimates, change, metric, of_segment, quarter_of_day
from tacheles.privacy import PRIVATE
from tacheles.quarter import Quarters, name_of, ordinal
from tacheles.standing import (
    DecisionStanding,
    GoalStanding,
    Improvement,
    Standing,
    is_shown,
    standing,
)

#: History of each metric, as one writes the call; a metric that nobody can compute is missing.
Histories = Mapping[str, Estimates]

#: A row of a plan table.
Row = Mapping[Hashable, Any]

#: Past changes it takes to say how much a metric usually changes.
_FEWEST_CHANGES = 4

#: Largest difference between a number of the tree and what its parts make of it.
_TOLERANCE = 1e-9

_WEEKS = 13

_COLUMNS = ["quarter", "segment", "value", "n", "left_out", *PRIVATE, "status"]

#: Normal score of 5 % one-sided and 80 % power together.
_POWER = NormalDist().inv_cdf(0.95) + NormalDist().inv_cdf(0.80)


def board(goals: pd.DataFrame, histories: Histories, quarters: Quarters) -> list[GoalStanding]:
    """
    Where every goal stands: its metric against its target, and its counter-metric beside it.

    Parameters
    ----------
    goals : DataFrame
        One row per goal (:data:`contract.GOALS`).
    histories : mapping
        History of each goal's metric and counter-metric, by its name.
    quarters : Quarters
        A goal is seen from the end of the last one.

    Returns
    -------
    list of GoalStanding
    """
    return [_goal(goal, histories, quarters) for goal in goals.to_dict("records")]


def _goal(goal: Row, histories: Histories, quarters: Quarters) -> GoalStanding:
    own = standing(goal["metric"], _history(goal["metric"], goal["segment"], histories))
    named = _text(goal["counter_metric"])
    counter = standing(named, _history(named, "", histories)) if named else None
    return GoalStanding(goal, own, counter, _state(goal, own, quarters))


def _history(called_metric: str, segment: Any, histories: Histories) -> Estimates | None:
    """The history of a metric, of one segment if the metric has it."""
    history = histories.get(called_metric)
    name = _text(segment)
    if history is None or not name or name not in set(history["segment"]):
        return history
    return of_segment(history, name)


def _state(goal: Row, own: Standing, quarters: Quarters) -> str:
    """Whether the target is reached, as far as anybody can say."""
    row = own.latest
    if row is None or row["status"] != "ok":
        return "unknown"
    low, high = (row[limit] if pd.notna(row[limit]) else row["value"] for limit in ("low", "high"))
    least, most = _aim(goal)
    if least <= low and high <= most:
        return "reached"
    is_past = pd.Timestamp(goal["due_on"]).date() < quarters.calendar.day_of(quarters.as_of)
    is_beside = high < least or low > most
    return "overdue" if is_past else "not_reached" if is_beside else "open"


def _aim(goal: Row) -> tuple[float, float]:
    """Between which numbers the goal is reached."""
    target, direction = float(goal["target"]), _text(goal["direction"])
    if direction == "keep":
        margin: float = 0.0 if pd.isna(goal["tolerance"]) else float(goal["tolerance"])
        return target - margin, target + margin
    return (-math.inf, target) if direction == "down" else (target, math.inf)


def _text(value: Any) -> str:
    """A text of a table; empty where there is none."""
    return "" if value is None or pd.isna(value) else str(value)


@metric(unit="share", better="none")
def target_plausibility(
    goals: pd.DataFrame, histories: Histories, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of a metric's past quarterly changes that were smaller than the goal needs from now on.

    Parameters
    ----------
    goals : DataFrame
        One row per goal (:data:`contract.GOALS`).
    histories : mapping
        History of each goal's metric, by its name.
    quarters : Quarters
        A goal is seen from the end of the last one.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per goal in `segment`; `n` counts past changes. [share]

    Notes
    -----
    What is needed is the way from the last number to the target, in equal steps over the quarters
    left until its day. At 1 no quarter ever brought as much. With fewer than four past changes, a
    goal of keeping, or a day that has passed, there is nothing to compare: `not_applicable`.
    """
    rows = [_plausible(goal, histories, quarters) for goal in goals.to_dict("records")]
    return pd.DataFrame(rows or [_nothing(quarters)]).reindex(columns=_COLUMNS)


def _nothing(quarters: Quarters) -> dict[str, Any]:
    """The row of a plan without an entry."""
    return {"quarter": quarters.until, "persons": 0, "status": "no_data"}


def _plausible(goal: Row, histories: Histories, quarters: Quarters) -> dict[str, Any]:
    told = {"quarter": quarters.until, "segment": goal["goal_id"], "persons": 0}
    history = _history(goal["metric"], goal["segment"], histories)
    left = _quarters_left(goal["due_on"], quarters)
    if history is None or history.iloc[-1]["status"] != "ok":
        return told | {"status": "no_data"}
    # the number tells about the people behind the metric, so it asks for as many
    told |= {name: history.iloc[-1][name] for name in PRIVATE}
    changes = _changes(history)
    sign = {"up": 1, "down": -1}.get(_text(goal["direction"]) or "up", 0)
    if len(changes) < _FEWEST_CHANGES or left < 1 or sign == 0:
        return told | {"status": "not_applicable", "n": len(changes)}
    needed = sign * (float(goal["target"]) - history.iloc[-1]["value"]) / left
    smaller = float(np.mean(sign * changes < needed))
    return told | {"value": smaller, "n": len(changes), "status": "ok"}


def _quarters_left(due_on: Any, quarters: Quarters) -> int:
    """Quarters after the last one up to and including the one in which a day lies."""
    day = pd.Timestamp(due_on).date()
    number = ordinal(quarters.until)
    left = 0
    while quarters.calendar.starts_on(number + left + 1) <= day:
        left += 1
    return left


def _changes(history: Estimates) -> np.ndarray:
    """Changes from each quarter to the next, where both have a finite number."""
    values = history["value"].where(history["status"] == "ok").to_numpy()
    changes = np.diff(values)
    return changes[np.isfinite(changes)]


def improvement_areas(
    goals: pd.DataFrame,
    histories: Histories,
    initiatives: pd.DataFrame,
    quarters: Quarters,
    *,
    most: int = 3,
) -> list[Improvement]:
    """
    The goals whose metric it pays most to improve next, and what it takes to see it.

    Parameters
    ----------
    goals : DataFrame
        One row per goal (:data:`contract.GOALS`).
    histories : mapping
        History of each goal's metric, by its name.
    initiatives : DataFrame
        One row per candidate (:data:`contract.INITIATIVES`): settles ties, the cheapest first.
    quarters : Quarters
        A goal is seen from the end of the last one.
    most : int, default 3
        How many are named.

    Notes
    -----
    A goal's score is its gap to the target, in standard deviations of the metric's quarterly
    changes, by the number of goals that name the metric as their own or as their counter-metric,
    by the share of past quarters in which it moved by its smallest change worth having. A goal that
    is reached, has no smallest change, fewer than four past changes, or a metric that never moved
    enough, is none: nobody could see it improve.
    """
    found = [
        area
        for one in board(goals, histories, quarters)
        if one.state not in ("reached", "unknown")
        and (area := _area(one, goals, initiatives)) is not None
        and area.score > 0
    ]
    cost = initiatives.set_index("initiative_id")["cost"].astype(float).to_dict()
    best: dict[str, Improvement] = {}
    for area in sorted(found, key=lambda area: _rank(area, cost)):
        best.setdefault(area.metric, area)
    return list(best.values())[:most]


def _rank(area: Improvement, cost: Mapping[Hashable, float]) -> tuple[float, float, str]:
    """The largest score first, then the cheapest, then by its name."""
    cheapest = min((cost[name] for name in area.initiatives), default=math.inf)
    return -area.score, cheapest, str(area.goal["goal_id"])


def _area(one: GoalStanding, goals: pd.DataFrame, initiatives: pd.DataFrame) -> Improvement | None:
    """What it would be to improve a goal's metric; None where nobody could see it."""
    history, goal = one.standing.history, one.goal
    smallest = goal["smallest_change"]
    if history is None or pd.isna(smallest) or smallest <= 0:
        return None
    changes, row = _changes(history), history.iloc[-1]
    spread = changes.std(ddof=1) if len(changes) >= _FEWEST_CHANGES else 0.0
    if spread == 0 or not np.isfinite(row["value"]):
        return None
    gap = _gap(goal, row["value"]) / spread
    depend = int(
        (
            (goals["metric"] == one.standing.metric)
            | (goals["counter_metric"] == one.standing.metric)
        ).sum()
    )
    moved = float(
        np.mean(np.abs(changes) > smallest * (1 - 1e-9))
    )  # as much counts, but for rounding
    needed, weeks = _needed(row, float(smallest), spread)
    return Improvement(
        goal, one.standing.metric, gap * depend * moved, float(smallest), row["unit"],
        needed, weeks, _serving(goal, initiatives),
        {"gap": gap, "goals": depend, "moved": moved},
    )  # fmt: skip


def _gap(goal: Row, value: float) -> float:
    """How far the number is from where the goal is reached."""
    least, most = _aim(goal)
    return max(least - value, value - most, 0.0)


def _needed(row: pd.Series, smallest: float, spread: float) -> tuple[float, float]:
    """Units, and weeks until they have come, to see a change of this size."""
    if pd.isna(row["low"]) or row["n"] < 1:
        # a count: the means of as many quarters after as before; a change has two ends
        return math.nan, float(math.ceil((_POWER * spread / smallest) ** 2) * _WEEKS)
    score = NormalDist().inv_cdf((1 + row["level"]) / 2)
    deviation = (row["high"] - row["low"]) / 2 / score * math.sqrt(row["n"])
    units = math.ceil(4 * (_POWER * deviation / smallest) ** 2)
    return float(units), float(math.ceil(units / row["n"] * _WEEKS))


def _serving(goal: Row, initiatives: pd.DataFrame) -> tuple[str, ...]:
    """Candidates for the goal's need or business goal, the cheapest first."""
    serves = pd.Series(False, index=initiatives.index)
    for key in ("need_id", "business_goal_id"):
        if _text(goal[key]):
            serves |= initiatives[key] == goal[key]
    ranked = initiatives[serves].sort_values(["cost", "initiative_id"], na_position="last")
    return tuple(ranked["initiative_id"])


def reviewed_decisions(
    decisions: pd.DataFrame, histories: Histories, quarters: Quarters
) -> list[DecisionStanding]:
    """
    What was expected of each decision, beside what happened to its metric since.

    Parameters
    ----------
    decisions : DataFrame
        One row per decision (:data:`contract.DECISIONS`).
    histories : mapping
        History of each decision's metric, by its name.
    quarters : Quarters
        Decisions taken after the last one are left out.

    Returns
    -------
    list of DecisionStanding
        The last decision first; one without a date of its own stands at the date it is due.
    """
    dated = decisions.assign(
        at=pd.to_datetime(decisions["decided_on"]).fillna(pd.to_datetime(decisions["due_on"]))
    )
    wall = pd.Timestamp(quarters.first_days[-1])
    dated = dated[dated["at"] < wall].sort_values(["at", "decision_id"], ascending=[False, True])
    return [_decision(row, histories, quarters) for row in dated.to_dict("records")]


def _decision(row: Row, histories: Histories, quarters: Quarters) -> DecisionStanding:
    named = _text(row["metric"])
    history = histories.get(named)
    before = name_of(ordinal(_quarter_on(row["at"].date(), quarters)) - 1)
    if history is None or history["segment"].nunique() > 1 or history["at"].nunique() > 1:
        return DecisionStanding(row, named)
    places = np.flatnonzero(history["quarter"] == before)
    if not len(places) or not is_shown(history, int(places[0]), -1):
        return DecisionStanding(row, named)
    earlier = history["value"].iloc[: int(places[0]) + 1].dropna()
    since = change(history.iloc[-1], history.iloc[int(places[0])], history=list(earlier))
    return DecisionStanding(row, named, since, before)


def _quarter_on(day: date, quarters: Quarters) -> str:
    """Name of the quarter in which a day lies."""
    return quarters.calendar.containing(quarters.calendar.midnight(day))


@metric(unit="relative_difference", better="none")
def kpi_tree_difference(
    partner_metrics: ir.Table, kpi_tree: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    Difference between a number of the KPI tree and what its parts make of it, relative to it.

    Parameters
    ----------
    partner_metrics : ibis.Table
        One row per department, metric and month (:data:`contract.PARTNER_METRICS`).
    kpi_tree : DataFrame
        One row per parent and child (:data:`contract.KPI_TREE`), children in their order.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and parent in `segment`, the largest difference of its
        months; `n` counts months.

    Notes
    -----
    A parent is the sum or product of its children, or the first child divided by the second. A
    month in which one of the numbers is missing is left out and counted.
    """
    numbers = _monthly(partner_metrics, quarters)
    rows = [
        _differences(numbers, str(parent), part, quarters)
        for parent, part in kpi_tree.groupby("parent", sort=False)
    ]
    told = pd.concat(rows) if rows else pd.DataFrame([_nothing(quarters)])
    return told.reindex(columns=_COLUMNS)


def _monthly(partner_metrics: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """Numbers by quarter and month, a column per metric."""
    found = (
        partner_metrics.mutate(quarter=quarter_of_day(_.month, quarters))
        .filter(_.quarter.notnull())
        .select("quarter", "month", "metric", "value")
        .to_pandas()
        .sort_values(["month", "metric", "value"])
    )
    return found.pivot_table(index=["quarter", "month"], columns="metric", values="value")


def _differences(
    numbers: pd.DataFrame, parent: str, part: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """The largest relative difference of each quarter."""
    formula, children = part["formula"].iloc[0], list(part["child"])
    if formula == "ratio" and len(children) != 2:
        raise TachelesError(
            f"plans/kpi_tree.csv: {parent} is a ratio of {len(children)} children",
            ", ".join(children),
            "a ratio has two: what is divided, then by what",
        )
    wide = numbers.reindex(columns=[parent, *children])
    known = wide[wide.notna().all(axis="columns")]
    made = {
        "sum": lambda: known[children].sum(axis="columns"),
        "product": lambda: known[children].prod(axis="columns"),
        "ratio": lambda: known[children[0]] / known[children[-1]],
    }[formula]()
    apart = (known[parent] - made) / known[parent].abs().clip(lower=1)
    largest = apart.groupby(level="quarter").apply(lambda one: one.loc[one.abs().idxmax()])
    months = wide.groupby(level="quarter").size()
    rows = pd.DataFrame({"quarter": list(quarters), "segment": parent, "persons": 0})
    rows["value"] = rows["quarter"].map(largest).astype(float)
    rows["n"] = rows["quarter"].map(apart.groupby(level="quarter").size()).fillna(0)
    rows["left_out"] = rows["quarter"].map(months).fillna(0) - rows["n"]
    return rows.assign(status=np.where(rows["n"] > 0, "ok", "no_data"))


def require_reconciled(differences: pd.DataFrame) -> pd.DataFrame:
    """
    The differences, if every number of the tree is what its parts make of it.

    Raises
    ------
    TachelesError
        If one is not: a report with a tree that does not add up is not published.
    """
    off = differences[differences["value"].abs() > _TOLERANCE]
    if len(off):
        row = off.iloc[int(off["value"].abs().argmax())]
        raise TachelesError(
            f"plans/kpi_tree.csv: {row['segment']} is not what its parts make of it",
            f"{row['value']:+.2%} apart in {row['quarter']}",
            "correct the formula or a part of the tree, or the numbers in partner_metrics",
        )
    return differences
