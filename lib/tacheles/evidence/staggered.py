"""
What textbooks estimate where units join at different times: group-time effects, two-way effects.

Both add: an effect is so many tickets an account and month. The page prints them beside the panel's
own effect, which multiplies; where accounts and seasons are of different size, they go astray.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tacheles.evidence.cohorts import AccountMonths
from tacheles.evidence.effect import Estimate


@dataclass(frozen=True, eq=False)
class GroupTimeEffects:
    """
    Average effects on the treated, of each cohort in each period (:func:`group_time_effects`).

    Parameters
    ----------
    groups, periods : ndarray
        Period of joining and period of each effect, counted from 0.
    effects : ndarray
    influence : ndarray
        Of each unit on each effect, one row per unit.
    shares : ndarray
        Share of all units that are in the cohort of each effect.
    is_member : ndarray
        Whether a unit is in the cohort of an effect, one row per unit.
    """

    groups: np.ndarray
    periods: np.ndarray
    effects: np.ndarray
    influence: np.ndarray
    shares: np.ndarray
    is_member: np.ndarray

    @property
    def standard_errors(self) -> np.ndarray:
        """Of each effect."""
        return np.sqrt((self.influence**2).mean(axis=0) / len(self.influence))

    @property
    def is_after(self) -> np.ndarray:
        """Whether the cohort had joined by the effect's period."""
        return self.periods >= self.groups

    def simple(self) -> Estimate:
        """Mean over all effects after joining, weighted by the cohorts' size."""
        return self._estimate(*self._weighted(self.is_after))

    def by_group(self) -> Estimate:
        """Mean over the cohorts, each with its mean over the periods after joining."""
        groups = np.unique(self.groups[self.is_after])
        picked = [self.is_after & (self.groups == group) for group in groups]
        effects = np.array([self.effects[pick].mean() for pick in picked])
        influence = np.column_stack([self.influence[:, pick].mean(axis=1) for pick in picked])
        first = np.array([np.flatnonzero(pick)[0] for pick in picked])
        return self._estimate(
            *_averaged(effects, influence, self.shares[first], self.is_member[:, first])
        )

    def dynamic(self) -> Estimate:
        """Mean over the times since joining, each with its mean over the cohorts."""
        since = self.periods - self.groups
        parts = [self._weighted(since == time) for time in np.unique(since[self.is_after])]
        effects, influences = zip(*parts, strict=True)
        return self._estimate(float(np.mean(effects)), np.mean(influences, axis=0))

    def pre_trend(self) -> tuple[float, float]:
        """Wald statistic of all effects before joining, and its p: were they all zero?"""
        from scipy.special import chdtrc  # costs a third of a second: only where it is needed

        before = ~self.is_after
        influence, units = self.influence[:, before], len(self.influence)
        covariance = influence.T @ influence / units
        effects = self.effects[before]
        statistic = units * effects @ np.linalg.solve(covariance, effects)
        return float(statistic), float(chdtrc(before.sum(), statistic))

    def _weighted(self, pick: np.ndarray) -> tuple[float, np.ndarray]:
        return _averaged(
            self.effects[pick], self.influence[:, pick], self.shares[pick], self.is_member[:, pick]
        )

    def _estimate(self, value: float, influence: np.ndarray) -> Estimate:
        units = len(influence)
        return Estimate(value, float(np.sqrt((influence**2).mean() / units)), units)


def _averaged(
    effects: np.ndarray, influence: np.ndarray, shares: np.ndarray, is_member: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean weighted by the cohorts' shares, which are estimates themselves."""
    total = shares.sum()
    weights = shares / total
    of_weights = (is_member - shares) / total
    of_weights = of_weights - np.outer(of_weights.sum(axis=1), weights)
    return float(effects @ weights), influence @ weights + of_weights @ effects


def group_time_effects(
    units: AccountMonths, control: Literal["never", "not_yet"] = "not_yet"
) -> GroupTimeEffects:
    """
    Average effect on each cohort in each period, against units that had not joined by then.

    Parameters
    ----------
    units : AccountMonths
        Those that are not there from the first period on are left out, as are those that had joined
        before it.
    control : {"never", "not_yet"}
        Against those that never join, or against all that have not joined by then.

    Notes
    -----
    Without covariates. An effect after joining is the change since the last period before it;
    one before joining is the change against the period before.

    References
    ----------
    Callaway, B. and Sant'Anna, P. (2021). Difference-in-differences with multiple time periods.
    Journal of Econometrics 225, 200-230.
    """
    kept = units.is_complete & (units.places > 0)
    outcomes, joins = units.outcomes.to_numpy(float)[kept], units.places[kept]
    last = outcomes.shape[1]
    cells, effects, influences = [], [], []
    for group in np.unique(joins[joins < last]):
        for period in range(1, last):
            base = group - 1 if period >= group else period - 1
            stays_out = last if control == "never" else max(period, base) + 1
            is_control = (joins >= stays_out) & (joins != group)
            if is_control.any():
                change = outcomes[:, period] - outcomes[:, base]
                effect, influence = _difference(change, joins == group, is_control)
                cells.append((group, period))
                effects.append(effect)
                influences.append(influence)
    groups, periods = np.array(cells).T
    is_member = joins[:, None] == groups
    return GroupTimeEffects(
        groups=groups,
        periods=periods,
        effects=np.array(effects),
        influence=np.column_stack(influences),
        shares=is_member.mean(axis=0),
        is_member=is_member,
    )


def _difference(
    change: np.ndarray, is_joined: np.ndarray, is_control: np.ndarray
) -> tuple[float, np.ndarray]:
    """Difference of mean changes, and each unit's influence on it."""
    means = [change[which].mean() for which in (is_joined, is_control)]
    influence = sum(
        sign * which * (change - mean) / which.mean()
        for sign, which, mean in zip((1, -1), (is_joined, is_control), means, strict=True)
    )
    return means[0] - means[1], np.asarray(influence)


def two_way_fixed_effects(units: AccountMonths) -> Estimate:
    """
    Coefficient of having joined, with effects of unit and period; standard error by unit.

    Notes
    -----
    Compares also those who joined late with those who joined early, as if these had not joined:
    wrong where effects grow.

    References
    ----------
    Goodman-Bacon, A. (2021). Difference-in-differences with variation in treatment timing. Journal
    of Econometrics 225, 254-277.
    """
    outcomes = units.outcomes.to_numpy(float)[units.is_complete]
    joins = units.places[units.is_complete]
    has_joined = (np.arange(outcomes.shape[1]) >= joins[:, None]).astype(float)
    joined, left = _demeaned(has_joined), _demeaned(outcomes)
    squares = (joined**2).sum()
    slope = float((joined * left).sum() / squares)
    scores = (joined * (left - slope * joined)).sum(axis=1)
    number = len(scores)
    spread = np.sqrt(number / (number - 1) * (scores @ scores))
    return Estimate(slope, float(spread / squares), number)


def _demeaned(table: np.ndarray) -> np.ndarray:
    """A table without the means of its rows and columns."""
    rows, columns = table.mean(axis=1, keepdims=True), table.mean(axis=0)
    return table - rows - columns + table.mean()
