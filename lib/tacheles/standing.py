"""Where a metric stands: its history, and its change on the quarter and on the year before."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tacheles.estimate import Estimates, change, latest_change
from tacheles.privacy import protect

#: Quarters of a year.
_YEAR = 4


@dataclass(frozen=True, eq=False)
class Standing:
    """
    A metric's history and its last changes.

    Parameters
    ----------
    metric : str
        What is measured, as one writes the call.
    history : Estimates or None
        One row per quarter, oldest first; None if nobody can compute it.
    on_quarter, on_year : Series or None
        Change on the quarter before, and on the same quarter a year before, which no season can
        explain; None without one.
    """

    metric: str
    history: Estimates | None = None
    on_quarter: pd.Series | None = None
    on_year: pd.Series | None = None

    @property
    def latest(self) -> pd.Series | None:
        """The last quarter's row as it may be shown; None without a history."""
        return None if self.history is None else protect(self.history).iloc[-1]

    @property
    def value(self) -> float:
        """The last quarter's number if it may be shown, else NaN."""
        row = self.latest
        return float("nan") if row is None or row["status"] != "ok" else float(row["value"])

    @property
    def unit(self) -> str:
        """Unit of the metric; empty without a history."""
        return "" if self.history is None else str(self.history["unit"].iloc[-1])


@dataclass(frozen=True, eq=False)
class GoalStanding:
    """
    A goal, where its metric stands, and its counter-metric beside it.

    Parameters
    ----------
    goal : mapping
        A row of `goals` (:data:`contract.GOALS`).
    standing : Standing
    counter : Standing or None
        Of what must not suffer while the goal is pursued.
    state : {"reached", "open", "not_reached", "overdue", "unknown"}
        Whether the target lies below, inside or beyond the interval; overdue if its day has passed
        and it is not reached; unknown without a number that may be shown.
    """

    goal: Mapping[Hashable, Any]
    standing: Standing
    counter: Standing | None = None
    state: str = "unknown"

    @property
    def is_on_a_way(self) -> bool:
        """Whether it has a number that may be shown, and a way from its baseline to its target."""
        begun, target = self.goal["baseline"], self.goal["target"]
        has_way = pd.notna(begun) and pd.notna(target) and begun != target
        return has_way and bool(np.isfinite(self.standing.value))


@dataclass(frozen=True, eq=False)
class DecisionStanding:
    """
    A decision, what was expected of it, and what happened since.

    Parameters
    ----------
    decision : mapping
        A row of `decisions` (:data:`contract.DECISIONS`).
    metric : str
        What was to move; empty: none was named.
    since : Series or None
        Change of the metric from the quarter before the decision to now. It stands beside the
        decision; it is not its effect.
    from_quarter : str
        The quarter before the decision; empty if nobody knows.
    """

    decision: Mapping[Hashable, Any]
    metric: str = ""
    since: pd.Series | None = None
    from_quarter: str = ""


@dataclass(frozen=True, eq=False)
class Improvement:
    """
    Where to improve next, and what it takes to see whether it worked.

    Parameters
    ----------
    goal : mapping
        A row of `goals`.
    metric : str
        The number that would show success.
    score : float
        Gap, in the spread of its quarterly changes, by the goals that depend on it and by how often
        it has moved enough.
    smallest_change : float
        Smallest change worth having. [unit of the metric]
    unit : str
    units_needed, weeks_needed : float
        What it takes to see a change of that size (80 % power, 5 % one-sided): what the metric
        counts, half of it without the improvement; and how long that many take to come.
    initiatives : tuple of str
        Candidates that serve the goal's need or business goal, the cheapest first.
    facts : mapping
        The parts of the score.
    """

    goal: Mapping[Hashable, Any]
    metric: str
    score: float
    smallest_change: float
    unit: str
    units_needed: float
    weeks_needed: float
    initiatives: tuple[str, ...] = ()
    facts: Mapping[str, float] = field(default_factory=dict)


def standing(metric: str, history: Estimates | None) -> Standing:
    """Where a metric stands, from its history."""
    if history is None or history.empty:
        return Standing(metric)
    return Standing(metric, history, latest_change(history), change_on_year(history))


def change_on_year(history: Estimates) -> pd.Series | None:
    """
    Change of the last quarter against the same one a year before; None without it.

    Notes
    -----
    A full count is held against how much it usually changes from year to year.
    """
    if len(history) <= _YEAR or history["at"].nunique() > 1 or history["segment"].nunique() > 1:
        return None
    values = history["value"].to_numpy()[:-1]
    yearly = values[_YEAR:] - values[:-_YEAR]
    known = yearly[~np.isnan(yearly)]
    # a series whose steps are the yearly changes
    return change(history.iloc[-1], history.iloc[-1 - _YEAR], history=list(np.cumsum([0, *known])))


def is_shown(history: Estimates, *places: int) -> bool:
    """Whether the rows at these places have a number that may be shown."""
    return bool((protect(history)["status"].iloc[list(places)] == "ok").all())
