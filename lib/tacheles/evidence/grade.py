"""How good the evidence is: a design's grade, and what failed checks cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd

#: Grades from the best to the worst.
GRADES = "ABCDEF"

#: The ladder: the grade a design starts with.
DESIGNS: Mapping[str, str] = MappingProxyType(
    {
        "experiment": "A",
        "encouragement": "B",
        "interrupted_time_series": "C",
        "difference_in_differences": "C",
        "time_series_without_controls": "D",
        "matched_comparison": "D",
        "before_after": "E",
        "members_against_others": "E",
        "multiplier": "E",
        "survey_intent": "E",
        "opinion": "F",
    }
)

#: What it costs to fail a check: at most this grade, a grade down, nothing (it is printed), or all.
AT_MOST_D, AT_MOST_E, ONE_DOWN, PRINTED, STOPS = "D", "E", "one_down", "printed", "stops"

#: Failed checks bring no design below a naive comparison; only a stopped analysis is worth less.
_WORST = "E"

#: The checks, and what each costs.
COSTS: Mapping[str, str] = MappingProxyType(
    {
        # of every design
        "enough_data": AT_MOST_D,
        "untouched_outcome": AT_MOST_D,
        # interrupted time series
        "controls_jumped": AT_MOST_D,
        "without_controls": AT_MOST_D,
        "placebo_date": ONE_DOWN,
        "before_the_start": ONE_DOWN,
        "reacting_control": PRINTED,
        "controls_disagree": ONE_DOWN,
        "leave_one_control_out": ONE_DOWN,
        "other_date": PRINTED,
        # difference-in-differences
        "parallel_trends": AT_MOST_D,
        "drift_before_joining": PRINTED,
        "placebo_joining": ONE_DOWN,
        "never_joined_only": ONE_DOWN,
        "other_donut": PRINTED,
        # matched comparison
        "overlap": AT_MOST_E,
        "balance": AT_MOST_E,
        "placebo_outcome": AT_MOST_E,
        # experiment and encouragement
        "sample_ratio": STOPS,
        "first_stage": PRINTED,
    }
)


@dataclass(frozen=True)
class Check:
    """
    What a check found.

    Parameters
    ----------
    name : str
        One of :data:`COSTS`.
    passed : bool or None
        None if it could not be made; that costs nothing and is told.
    facts : mapping
        What a sentence about it needs.
    """

    name: str
    passed: bool | None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.name not in COSTS:
            raise ValueError(f"{self.name}: no check of this name has a cost")

    @property
    def cost(self) -> str:
        """What it cost: empty unless it failed."""
        return COSTS[self.name] if self.passed is False else ""


@dataclass(frozen=True)
class Evidence:
    """
    A design and the checks that were made on it; its grade follows, and nobody sets it by hand.

    Parameters
    ----------
    design : str
        One of :data:`DESIGNS`.
    checks : tuple of Check
    """

    design: str
    checks: tuple[Check, ...] = ()

    def __post_init__(self) -> None:
        if self.design not in DESIGNS:
            raise ValueError(f"{self.design}: no design of this name has a grade")

    @property
    def grade(self) -> str:
        """The design's grade, lowered by each failed check; F if a check stopped the analysis."""
        costs = [check.cost for check in self.checks]
        start = DESIGNS[self.design]
        if STOPS in costs:
            return GRADES[-1]
        ceiling = max([start, *(cost for cost in costs if cost in (AT_MOST_D, AT_MOST_E))])
        lowered = GRADES.index(ceiling) + costs.count(ONE_DOWN)
        return max(start, GRADES[min(lowered, GRADES.index(_WORST))])

    @property
    def is_stopped(self) -> bool:
        """Whether a check says that nothing may be read from the data."""
        return any(check.cost == STOPS for check in self.checks)

    def meets(self, threshold: str) -> bool:
        """Whether the grade is as good as the threshold, or better."""
        return GRADES.index(self.grade) <= GRADES.index(threshold)

    def table(self) -> pd.DataFrame:
        """One row per check: `check, passed, cost, facts`."""
        rows = [(check.name, check.passed, check.cost, dict(check.facts)) for check in self.checks]
        return pd.DataFrame(rows, columns=["check", "passed", "cost", "facts"])
