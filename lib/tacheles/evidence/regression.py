"""Generalised linear models for counts and for yes or no, by iteratively reweighted squares."""

from dataclasses import dataclass

import numpy as np

#: Steps until a fit has settled, and the change of the coefficients at which it has.
_STEPS, _SETTLED = 50, 1e-10


@dataclass(frozen=True, eq=False)
class Fit:
    """
    A fitted model.

    Parameters
    ----------
    coefficients : ndarray
    covariance : ndarray
        Of the coefficients, if the variance is the model's own.
    expected : ndarray
        Mean of each observation.
    dispersion : float
        Pearson's statistic by its degrees of freedom: how many times larger the variance is than
        the model's own.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    expected: np.ndarray
    dispersion: float


def poisson(counts: np.ndarray, columns: np.ndarray, exposure: np.ndarray | float = 1.0) -> Fit:
    """
    Log-linear model of counts.

    Parameters
    ----------
    counts : ndarray
    columns : ndarray
        One row per count, one column per term, the constant among them.
    exposure : ndarray or float
        What the counts are counted from: they grow in proportion.
    """
    expected = (counts + counts.mean()) / 2
    offset = np.log(np.broadcast_to(exposure, counts.shape))
    coefficients = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        pseudo = np.log(expected) - offset + counts / expected - 1
        before, coefficients = coefficients, _weighted(columns, pseudo, expected)
        expected = np.exp(offset + columns @ coefficients)
        if np.abs(coefficients - before).max() < _SETTLED:
            break
    return _finished(counts, columns, coefficients, expected, expected)


def logistic(outcome: np.ndarray, columns: np.ndarray, weights: np.ndarray | float = 1.0) -> Fit:
    """
    Log odds of a yes or no.

    Parameters
    ----------
    outcome : ndarray
        0 or 1.
    columns : ndarray
        One row per unit, one column per term, the constant among them.
    weights : ndarray or float
        How often each unit counts.

    Notes
    -----
    Where a term separates yes from no, its coefficient would be infinite: a weak pull towards zero
    (normal, standard deviation 10 on terms of unit scale) keeps it finite.
    """
    weights = np.broadcast_to(weights, outcome.shape)
    coefficients = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        share = _share(columns, coefficients)
        spread = weights * share * (1 - share)
        pull = np.full(columns.shape[1], 0.01)
        gradient = columns.T @ (weights * (outcome - share)) - pull * coefficients
        step = np.linalg.solve((columns.T * spread) @ columns + np.diag(pull), gradient)
        coefficients = coefficients + np.clip(step, -5, 5)
        if np.abs(step).max() < _SETTLED:
            break
    share = _share(columns, coefficients)
    return _finished(outcome, columns, coefficients, share, weights * share * (1 - share))


def _share(columns: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(columns @ coefficients, -30, 30)))


def _weighted(columns: np.ndarray, series: np.ndarray, weights: np.ndarray) -> np.ndarray:
    root = np.sqrt(weights)
    return np.linalg.lstsq(columns * root[:, None], series * root, rcond=None)[0]


def _finished(
    observed: np.ndarray,
    columns: np.ndarray,
    coefficients: np.ndarray,
    expected: np.ndarray,
    variance: np.ndarray,
) -> Fit:
    covariance = np.linalg.pinv((columns.T * variance) @ columns)
    squares = np.sum((observed - expected) ** 2 / np.maximum(variance, 1e-12))
    dispersion = squares / max(len(observed) - columns.shape[1], 1)
    return Fit(coefficients, covariance, expected, float(dispersion))
