"""An effect: a value with draws of where it may lie, ready to be multiplied by a unit value."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

import numpy as np

#: Level of an effect's interval, 5 % on each side: what boards read as the likely range.
LEVEL = 0.90

#: Level before the date at which the effect is judged, because somebody who looks often sees much.
PRELIMINARY_LEVEL = 0.99

#: Draws of an effect, unless its design says otherwise.
DRAWS = 4000


_NORMAL = NormalDist()


@dataclass(frozen=True, eq=False)
class Effect:
    """
    What an intervention changed.

    Parameters
    ----------
    value : float
        Best estimate.
    draws : ndarray
        Where it may lie, in random order; draws of effects made with one generator are independent.
        Empty if there is no number.
    n : int
        Units behind it.
    status : {"ok", "not_applicable", "no_data"}
        Why there is no number, if there is none.
    """

    value: float
    draws: np.ndarray = field(repr=False)
    n: int
    status: str = "ok"

    @classmethod
    def missing(cls, status: str, n: int = 0) -> "Effect":
        """No number, and why."""
        return cls(float("nan"), np.empty(0), n, status)

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Limits between which the effect lies with this probability."""
        if self.status != "ok":
            return float("nan"), float("nan")
        low, high = np.quantile(self.draws, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    def is_fall(self, level: float = LEVEL) -> bool:
        """Whether the interval lies below zero."""
        return self.interval(level)[1] < 0

    def is_rise(self, level: float = LEVEL) -> bool:
        """Whether the interval lies above zero."""
        return self.interval(level)[0] > 0

    def probability_above(self, bound: float = 0.0) -> float:
        """Probability that the effect is greater than `bound`."""
        return float(np.mean(self.draws > bound)) if self.status == "ok" else float("nan")

    def resized(self, rng: np.random.Generator, draws: int) -> np.ndarray:
        """So many draws, each of the effect's own as often as any other, in random order."""
        return rng.permutation(np.resize(self.draws, draws))

    def row(self, *, grade: str, level: float = LEVEL, **more: Any) -> dict[str, Any]:
        """
        The effect as a row of ESTIMATES.

        Parameters
        ----------
        grade : str
            Grade of its evidence (:attr:`grade.Evidence.grade`).
        level : float
            Level of the interval; :data:`PRELIMINARY_LEVEL` before the date it is judged at.
        **more
            Further columns: quarter, segment, persons …
        """
        low, high = self.interval(level)
        numbers = {"value": self.value, "low": low, "high": high}
        told = level if self.status == "ok" else float("nan")
        return numbers | {"level": told, "n": self.n, "status": self.status, "grade": grade} | more


def normal_scores(share: np.ndarray) -> np.ndarray:
    """Values below which a share of the standard normal distribution lies."""
    from scipy.special import ndtri  # costs a third of a second: only where it is needed

    return ndtri(share)


def spread(
    quantile: Callable[[np.ndarray], np.ndarray], rng: np.random.Generator, draws: int = DRAWS
) -> np.ndarray:
    """
    Draws of a distribution that hit its quantiles, in random order.

    Parameters
    ----------
    quantile : callable
        Value below which a given share of the distribution lies.
    rng : numpy.random.Generator
        Orders the draws, so that they are independent of other effects' draws.
    draws : int

    Notes
    -----
    One draw from the middle of each of `draws` equally likely slices: an interval read from them is
    that of the distribution, and does not change with the seed.
    """
    return rng.permutation(quantile((np.arange(draws) + 0.5) / draws))


@dataclass(frozen=True)
class Estimate:
    """
    A value with the standard error of its normal distribution.

    Parameters
    ----------
    value, standard_error : float
    n : int
        Units behind it.
    """

    value: float
    standard_error: float
    n: int

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Limits between which it lies with this probability."""
        half = _NORMAL.inv_cdf((1 + level) / 2) * self.standard_error
        return self.value - half, self.value + half

    @property
    def p_value(self) -> float:
        """Two-sided p of zero."""
        return 2 * _NORMAL.cdf(-abs(self.value) / self.standard_error)

    def effect(self, rng: np.random.Generator, draws: int = DRAWS) -> Effect:
        """The same with draws."""
        return Effect(self.value, self._drawn(rng, draws), self.n)

    def relative(self, rng: np.random.Generator, draws: int = DRAWS) -> Effect:
        """Of the log of a ratio: the change in percent of what was to be expected. [share]"""
        return Effect(float(np.expm1(self.value)), np.expm1(self._drawn(rng, draws)), self.n)

    def _drawn(self, rng: np.random.Generator, draws: int) -> np.ndarray:
        return spread(
            lambda share: self.value + self.standard_error * normal_scores(share), rng, draws
        )
