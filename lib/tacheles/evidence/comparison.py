"""
The figures that others would print: before and after, members and others, a segmented regression.

They are shown beside the product's own, as large, and are never its claim. All are estimates of the
log of a ratio; their intervals are as narrow as is usual, and hold the truth far less often than
they say (`benchmarks/calibration.py`).
"""

import numpy as np

from tacheles.evidence.cohorts import AccountMonths
from tacheles.evidence.counts import Counts
from tacheles.evidence.effect import Estimate
from tacheles.evidence.regression import poisson


def before_after(counts: Counts, known: int) -> Estimate:
    """
    Rate after the start by rate before it, as if nothing else had changed. [log]

    Parameters
    ----------
    counts : Counts
        Its controls are not looked at.
    known : int
        Periods before the start.
    """
    rates = (counts.target / counts.customers).to_numpy(float)
    sides = rates[known:], rates[:known]
    variance = sum(side.var(ddof=1) / len(side) / side.mean() ** 2 for side in sides)
    ratio = np.log(sides[0].mean() / sides[1].mean())
    return Estimate(float(ratio), float(np.sqrt(variance)), len(rates))


def segmented_regression(
    counts: Counts, known: int, *, waves: int = 2, overdispersed: bool = True
) -> Estimate:
    """
    Step of the rate at the start, beside a trend, yearly waves and the controls. [log]

    Parameters
    ----------
    counts : Counts
    known : int
        Periods before the start.
    waves : int
        Yearly waves, each a sine and a cosine.
    overdispersed : bool
        Whether the variance may be larger than a Poisson count's (quasi-Poisson).

    Notes
    -----
    Takes neighbouring periods for independent.

    References
    ----------
    Lopez Bernal, J., Cummins, S. and Gasparrini, A. (2017). Interrupted time series regression for
    the evaluation of public health interventions: a tutorial. International Journal of Epidemiology
    46, 348-355.
    """
    time = np.arange(len(counts))
    turns = [2 * np.pi * number * time / counts.per_year for number in range(1, waves + 1)]
    columns = [np.ones(len(counts)), time >= known, time / counts.per_year]
    columns += [wave(turn) for turn in turns for wave in (np.sin, np.cos)]
    columns += [counts.control_rate(known)] if counts.has_controls else []
    target, customers = counts.target.to_numpy(float), counts.customers.to_numpy(float)
    fit = poisson(target, np.column_stack(columns), customers)
    variance = fit.covariance[1, 1] * (fit.dispersion if overdispersed else 1.0)
    return Estimate(float(fit.coefficients[1]), float(np.sqrt(variance)), len(counts))


def members_against_others(accounts: AccountMonths) -> Estimate:
    """Outcome by account and month of those who have joined by that of the others. [log]"""
    has_joined = _has_joined(accounts)
    return _ratio(accounts, has_joined, ~has_joined & has_joined.any(axis=0))


def members_before_after(accounts: AccountMonths) -> Estimate:
    """Outcome by account and month after joining by that before it, of those who joined. [log]"""
    has_joined = _has_joined(accounts)
    joins = has_joined.any(axis=1, keepdims=True)
    return _ratio(accounts, has_joined, ~has_joined & joins)


def _has_joined(accounts: AccountMonths) -> np.ndarray:
    return np.arange(accounts.outcomes.shape[1]) >= accounts.places[:, None]


def _ratio(accounts: AccountMonths, above: np.ndarray, below: np.ndarray) -> Estimate:
    """Log of a ratio of mean outcomes of two sets of cells; standard error by account."""
    outcomes = accounts.outcomes.to_numpy(float)
    value, influence = 0.0, np.zeros(len(outcomes))
    for cells, sign in ((above, 1.0), (below, -1.0)):
        known = cells & ~np.isnan(outcomes)
        total, mean = np.nansum(outcomes * known), np.nansum(outcomes * known) / known.sum()
        value += sign * np.log(mean)
        influence += sign * np.nansum((outcomes - mean) * known, axis=1) / total
    return Estimate(float(value), float(np.sqrt(influence @ influence)), len(outcomes))
