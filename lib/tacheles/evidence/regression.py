"""Generalised linear models for counts and for yes or no, by iteratively reweighted squares."""

from dataclasses import dataclass

import numpy as np

#: Steps until a fit has settled, and the change of the coefficients at which it has.
_STEPS, _SETTLED = 50, 1e-8

#: Weight of the pull of log odds towards zero, longest step, and log odds that are as good as sure.
_PULL, _LONGEST, _FURTHEST = 0.01, 5.0, 30.0


@dataclass(frozen=True, eq=False)
class Fit:
    """
    A fitted model of counts.

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
    squares = np.sum((counts - expected) ** 2 / expected)
    return Fit(
        coefficients,
        covariance=np.linalg.pinv((columns.T * expected) @ columns),
        expected=expected,
        dispersion=float(squares / max(len(counts) - columns.shape[1], 1)),
    )


def logistic(
    outcome: np.ndarray, columns: np.ndarray, weights: np.ndarray | float = 1.0
) -> np.ndarray:
    """
    Coefficients of the log odds of a yes or no.

    Parameters
    ----------
    outcome : ndarray
        0 or 1.
    columns : ndarray
        One row per unit, one column per term, the constant among them.
    weights : ndarray or float
        How often each unit counts; with one row per resample all are fitted at once.

    Notes
    -----
    Where a term separates yes from no, its coefficient would be infinite: a weak pull towards zero
    (normal, standard deviation 10 on terms of unit scale) keeps it finite.
    """
    weights = np.broadcast_to(weights, np.broadcast_shapes(np.shape(weights), outcome.shape))
    coefficients = np.zeros((*weights.shape[:-1], columns.shape[1]))
    for _ in range(_STEPS):
        share = shares(columns, coefficients)
        gradient = (weights * (outcome - share)) @ columns - _PULL * coefficients
        step = solved(columns, weights * share * (1 - share), gradient, _PULL)
        coefficients = coefficients + np.clip(step, -_LONGEST, _LONGEST)
        if np.abs(step).max() < _SETTLED:
            break
    return coefficients


def shares(columns: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Probability of a yes, of each unit."""
    return 1 / (1 + np.exp(-np.clip(coefficients @ columns.T, -_FURTHEST, _FURTHEST)))


def solved(columns: np.ndarray, weights: np.ndarray, right: np.ndarray, ridge: float) -> np.ndarray:
    """Solution of the weighted normal equations, one per row of weights."""
    terms = columns.shape[1]
    products = (columns[:, :, None] * columns[:, None, :]).reshape(len(columns), -1)
    normal = (weights @ products).reshape(*weights.shape[:-1], terms, terms)
    return np.linalg.solve(normal + ridge * np.eye(terms), right[..., None])[..., 0]


def _weighted(columns: np.ndarray, series: np.ndarray, weights: np.ndarray) -> np.ndarray:
    root = np.sqrt(weights)
    return np.linalg.lstsq(columns * root[:, None], series * root, rcond=None)[0]
