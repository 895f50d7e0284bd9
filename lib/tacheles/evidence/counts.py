"""Counts over time, and what their past and comparable counts let expect of them."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from tacheles.evidence.forecast import Forecast, Mixture, Terms, forecast

#: A yearly drift against the controls, and how closely the target follows them: what is expected
#: before the data speak. [log per year; log per log]
_DRIFT_SD = 0.15
_FOLLOWS, _FOLLOWS_SD = 1.0, 0.5

#: What a control category does on its own, beside chance, from week to week. [log]
_OWN_NOISE_SD = 0.1

#: Yearly waves that stand in for controls, and how high they may be expected. [log]
_WAVES, _WAVE_SD = 2, 0.15


@dataclass(frozen=True, eq=False)
class Counts:
    """
    Counts of what an intervention aims at and of what it cannot touch, with those they come from.

    Parameters
    ----------
    target : Series
        Counts by period, indexed by its first day: whole periods without gaps, oldest first.
    controls : DataFrame
        Counts of categories that the intervention cannot touch; without columns: no controls.
    customers : Series
        Active customers.
    per_year : int
        Periods of a year: 52 weeks, 12 months.

    Raises
    ------
    ValueError
        If the three are not of the same periods, a period is out of order, or a count is missing
        or negative, or a period has no customers.
    """

    target: pd.Series
    controls: pd.DataFrame
    customers: pd.Series
    per_year: int = 52

    def __post_init__(self) -> None:
        index = self.target.index
        if not (index.equals(self.controls.index) and index.equals(self.customers.index)):
            raise ValueError("target, controls and customers are not of the same periods")
        if not (index.is_monotonic_increasing and index.is_unique):
            raise ValueError("the periods are not in order, or one is there twice")
        counted = (self.target, self.controls, self.customers)
        if not all((part.to_numpy(float) >= 0).all() for part in counted):
            raise ValueError("a count is missing or negative")
        if (self.customers.to_numpy() == 0).any():
            raise ValueError("a period without customers has no rate")

    def __len__(self) -> int:
        return len(self.target)

    def before(self, start: Any) -> int:
        """Number of periods that begin before the start."""
        return int((self.target.index < pd.Timestamp(start)).sum())

    def at(self, places: slice | np.ndarray) -> "Counts":
        """Some of the periods."""
        return replace(
            self,
            target=self.target.iloc[places],
            controls=self.controls.iloc[places],
            customers=self.customers.iloc[places],
        )

    def without(self, *names: str) -> "Counts":
        """The same counts without some controls."""
        kept = [place for place, name in enumerate(self.control_names) if name not in names]
        return replace(self, controls=self.controls.iloc[:, kept])

    @property
    def control_names(self) -> list[str]:
        """Names of the controls."""
        return [str(name) for name in self.controls]

    @property
    def alone(self) -> "Counts":
        """The target without controls."""
        return self.without(*self.control_names)

    def with_target(self, name: str) -> "Counts":
        """A control in the place of the target, against the other controls."""
        return replace(self.without(name), target=self.controls[name])

    @property
    def has_controls(self) -> bool:
        """Whether there are controls."""
        return bool(self.control_names)

    @cached_property
    def rate(self) -> np.ndarray:
        """Target by customer. [log]"""
        return np.log((self.target.to_numpy(float) + 0.5) / self.customers.to_numpy(float))

    def control_rate(self, known: int) -> np.ndarray:
        """
        Controls by customer, mean over the controls. [log]

        Weighted by how exactly each is measured in the first `known` periods: one that counts two a
        week tells little, and in a plain mean its noise would be everybody's.
        """
        counted = self.controls.to_numpy(float) + 0.5
        weights = 1 / (_OWN_NOISE_SD**2 + 1 / counted[:known].mean(axis=0))
        rates = np.log(counted / self.customers.to_numpy(float)[:, None])
        return rates @ weights / weights.sum()

    @property
    def quarter(self) -> int:
        """Periods of a quarter of a year."""
        return max(round(self.per_year / 4), 1)


def fitted(counts: Counts, known: int) -> Forecast:
    """
    What the first `known` periods let expect of the later ones, given their controls.

    Notes
    -----
    On the log rate z, t in years from the start, x the mean log rate of the controls:
    z = a + b·t + c·x + u, with b ~ N(0, 0.15²), c ~ N(1, 0.5²) and u as in
    :func:`forecast.forecast`. Without controls two yearly waves stand in for x.
    """
    noise = _sampling_noise(counts.target.to_numpy(float), known, counts.quarter)
    return forecast(counts.rate, _terms(counts, known), noise, known)


def log_ratio(counts: Counts, known: int) -> Mixture:
    """
    Distribution of the log of observed by expected counts after the first `known` periods.

    Notes
    -----
    The mean over the later periods, weighted by the expected counts: weighted by the observed ones
    a period would count the more, the more happened in it by chance.
    """
    terms = _terms(counts, known)
    coefficients, _ = terms.first_fit(counts.rate[:known])
    later = counts.customers.to_numpy(float)[known:] * np.exp(terms.columns[known:] @ coefficients)
    return fitted(counts, known).departure(later / later.sum())


def controls_log_ratio(counts: Counts, known: int) -> Mixture:
    """The same of the controls themselves, from their own past and season."""
    total = counts.controls.sum(axis="columns").to_numpy(float)
    noise = _sampling_noise(total, known, counts.quarter)
    later = np.full(len(counts) - known, 1 / (len(counts) - known))
    terms = _terms(counts.alone, known)
    return forecast(counts.control_rate(known), terms, noise, known).departure(later)


def _terms(counts: Counts, known: int) -> Terms:
    """Level and drift, and the controls or, without them, the season."""
    years = (np.arange(len(counts)) - known) / counts.per_year
    level_and_drift = [np.ones_like(years), years]
    means, sds = [0.0, 0.0], [np.inf, _DRIFT_SD]
    if counts.has_controls:
        follows = counts.control_rate(known)
        columns = [follows - follows[:known].mean()]
        means, sds = [*means, _FOLLOWS], [*sds, _FOLLOWS_SD]
    else:
        turns = [2 * np.pi * number * years for number in range(1, _WAVES + 1)]
        columns = [wave(turn) for turn in turns for wave in (np.sin, np.cos)]
        means, sds = means + [0.0] * len(columns), sds + [_WAVE_SD] * len(columns)
    return Terms(np.column_stack(level_and_drift + columns), means, sds)


def _sampling_noise(counts: np.ndarray, known: int, window: int) -> np.ndarray:
    """
    Relative variance of the counts' own noise, mean 1 before the start.

    From expected counts, smooth over a quarter of a year: from the counts themselves a period would
    be trusted the more, the more happened in it by chance. After the start as in the last quarter.
    """
    place, half = np.arange(known), window // 2
    first, last = np.maximum(place - half, 0), np.minimum(place + half + 1, known)
    totals = np.concatenate([[0.0], counts[:known].cumsum()])
    before = 1 / ((totals[last] - totals[first]) / (last - first) + 0.5)
    before /= before.mean()
    return np.concatenate([before, np.full(len(counts) - known, before[-window:].mean())])
