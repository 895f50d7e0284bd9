"""Two groups and one date: how much more did one change than the other?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tacheles.evidence.effect import LEVEL, Estimate
from tacheles.evidence.grade import Check, Evidence

#: Below this the comparison cannot carry grade C.
PERIODS, UNITS = 12, 40


@dataclass(frozen=True, eq=False)
class DifferenceOfChanges:
    """Difference of two groups' changes, in the outcome's unit, and its evidence."""

    difference: Estimate
    evidence: Evidence


def difference_of_changes(
    outcomes: pd.DataFrame, has_joined: pd.Series, is_after: np.ndarray
) -> DifferenceOfChanges:
    """
    Change of the mean of those who joined, minus change of the mean of the others.

    Parameters
    ----------
    outcomes : DataFrame
        One row per unit, one column per period, oldest first; empty where it is not known.
    has_joined : Series of bool
        One per unit; all of them joined on one date.
    is_after : ndarray of bool
        Whether each period lies after that date.

    Notes
    -----
    The standard error is by unit; a group of one unit has none. Unlike the panel's effect
    (:func:`panel.difference_in_differences`) this adds and takes parallel trends for granted, so
    they are tested: that they pass proves little, that they fail says enough.
    """
    table, joined = outcomes.to_numpy(float), has_joined.to_numpy(bool)
    is_known = ~np.isnan(table)
    told = np.where(is_known, table, 0.0)
    value, influence = 0.0, np.zeros(len(table))
    for group, sign in ((joined, 1.0), (~joined, -1.0)):
        for periods, direction in ((is_after, sign), (~is_after, -sign)):
            cells = group[:, None] & periods & is_known
            mean = float(told[cells].mean())
            value += direction * mean
            influence += direction * ((told - mean) * cells).sum(axis=1) / cells.sum()
    difference = Estimate(value, float(np.sqrt(influence @ influence)), len(table))
    checks = (_enough_data(table, joined), _parallel_trends(table[:, ~is_after], joined))
    return DifferenceOfChanges(difference, Evidence("difference_in_differences", checks))


def _enough_data(table: np.ndarray, joined: np.ndarray) -> Check:
    """Enough periods, and enough units in either group."""
    facts = {
        "periods": table.shape[1],
        "joiners": int(joined.sum()),
        "others": int((~joined).sum()),
    }
    enough = facts["periods"] >= PERIODS and min(facts["joiners"], facts["others"]) >= UNITS
    return Check("enough_data", enough, facts)


def _parallel_trends(before: np.ndarray, joined: np.ndarray) -> Check:
    """
    Before the date, the groups' means kept their distance.

    The slope of their distance, its standard error widened by how alike neighbouring residuals are.
    """
    periods = before.shape[1]
    if periods < 4:
        return Check("parallel_trends", None, {"periods": periods})
    distance = np.nanmean(before[joined], axis=0) - np.nanmean(before[~joined], axis=0)
    time = np.arange(periods) - (periods - 1) / 2
    slope = time @ distance / (time @ time)
    residuals = distance - distance.mean() - slope * time
    squares = residuals @ residuals
    alike = max(residuals[1:] @ residuals[:-1] / squares, 0.0) if squares else 0.0
    variance = squares / (periods - 2) / (time @ time) * (1 + alike) / (1 - alike)
    trend = Estimate(float(slope), float(np.sqrt(variance)), periods)
    low, high = trend.interval(LEVEL)
    facts = {"slope": trend.value, "low": low, "high": high, "periods": periods}
    return Check("parallel_trends", low <= 0 <= high, facts)
