"""
What a series would have done next: a regression whose noise has a memory.

The noise is a mixture of autocorrelated and white noise whose parameters nobody knows; the forecast
is averaged over them, so that its interval is as wide as their uncertainty makes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tacheles.evidence.effect import normal_scores

#: Autocorrelations considered, the high ones closer together and with more weight: a memory that
#: is taken for too short makes intervals too narrow.
_CORRELATIONS = np.array([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88, 0.94, 0.97, 0.99])
_PLAUSIBLE = np.where(_CORRELATIONS >= 0.8, 4.0, 1.0)

#: Shares of the noise that is autocorrelated.
_SHARES = np.array([0.02, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 0.99])

_RHO = np.repeat(_CORRELATIONS, len(_SHARES))
_SHARE = np.tile(_SHARES, len(_CORRELATIONS))
_LOG_PRIOR = np.log(np.repeat(_PLAUSIBLE, len(_SHARES)) / (_PLAUSIBLE.sum() * len(_SHARES)))

#: Components of a mixture that are less likely than the likeliest by this factor are left out.
_NEGLIGIBLE = 1e-4

#: Normal scores at which a mixture's distribution function is computed; between them it is smooth.
_KNOTS = np.sinh(np.linspace(-3.2, 3.2, 65)) / 2

#: A series without any scatter is given this much. [log]
_LEAST_SCATTER = 1e-6


@dataclass(frozen=True, eq=False)
class Mixture:
    """
    Mixture of Student t distributions.

    Parameters
    ----------
    weights, means, scales : ndarray
        One entry per component.
    freedom : int
        Degrees of freedom, common to all.
    """

    weights: np.ndarray
    means: np.ndarray
    scales: np.ndarray
    freedom: int

    @cached_property
    def sd(self) -> float:
        """Standard deviation."""
        variance = self.scales**2 * self.freedom / max(self.freedom - 2, 1)
        return float(np.sqrt(self.weights @ (variance + (self.means - self.mean) ** 2)))

    @cached_property
    def mean(self) -> float:
        """Mean."""
        return float(self.weights @ self.means)

    @cached_property
    def _table(self) -> tuple[np.ndarray, np.ndarray]:
        """Normal scores of the distribution function, and the points they belong to."""
        from scipy.special import stdtr  # costs a third of a second: only where it is needed

        points = self.mean + self.sd * _KNOTS
        likely = self.weights > _NEGLIGIBLE * self.weights.max()
        standard = (points[:, None] - self.means[likely]) / self.scales[likely]
        below = stdtr(self.freedom, standard) @ self.weights[likely] / self.weights[likely].sum()
        inside = (below > 0) & (below < 1)
        return normal_scores(below[inside]), points[inside]

    def quantile(self, share: np.ndarray) -> np.ndarray:
        """Value below which a share of the distribution lies."""
        # on normal scores the quantiles of a bell are a line: it can be drawn between few points
        return np.interp(normal_scores(share), *self._table)

    def interval(self, level: float) -> tuple[float, float]:
        """Limits with the same probability on both sides."""
        low, high = self.quantile(np.array([(1 - level) / 2, (1 + level) / 2]))
        return float(low), float(high)

    @property
    def certainty(self) -> float:
        """Level of the widest interval that leaves out zero."""
        from scipy.special import stdtr

        below = self.weights @ stdtr(self.freedom, -self.means / self.scales)
        return float(abs(1 - 2 * below))

    @property
    def median(self) -> float:
        """Value above and below which half of the distribution lies."""
        return float(self.quantile(np.array(0.5)))


@dataclass(frozen=True, eq=False)
class Terms:
    """
    What a series is explained by.

    Parameters
    ----------
    columns : ndarray
        One row per point of the series, one column per term.
    means, sds : sequence of float
        Where a term's coefficient is expected, normal; an infinite standard deviation: anywhere.
    """

    columns: np.ndarray
    means: Sequence[float]
    sds: Sequence[float]

    def precision(self, scatter: float) -> np.ndarray:
        """Weight of what was expected against a series with this scatter."""
        return np.square(scatter / np.asarray(self.sds, dtype=float))

    def first_fit(self, series: np.ndarray) -> tuple[np.ndarray, float]:
        """Coefficients by least squares on the first points, and the residuals' scatter."""
        known = len(series)
        columns, means = self.columns[:known], np.asarray(self.means, dtype=float)
        coefficients = np.linalg.lstsq(columns, series, rcond=None)[0]
        for _ in range(2):
            residuals = series - columns @ coefficients
            scatter = np.sqrt(residuals @ residuals / max(known - columns.shape[1], 1))
            scatter = max(float(scatter), _LEAST_SCATTER)
            weight = self.precision(scatter)
            normal = columns.T @ columns + np.diag(weight)
            coefficients = np.linalg.solve(normal, columns.T @ series + weight * means)
        return coefficients, scatter


@dataclass(frozen=True, eq=False)
class Forecast:
    """
    Later points of a series, given the first ones (:func:`forecast`).

    Arrays have one entry per pair of autocorrelation and share of autocorrelated noise.
    """

    series: np.ndarray
    terms: Terms
    noise: np.ndarray
    known: int
    weights: np.ndarray
    coefficients: np.ndarray
    #: Inverse of the coefficients' covariance, in units of the noise's variance.
    information: np.ndarray
    variance: np.ndarray
    #: The autocorrelated noise at the first later point: of series and terms, and its variance.
    carried: np.ndarray
    carried_variance: np.ndarray
    freedom: int

    def departure(self, weights: np.ndarray) -> Mixture:
        """
        Distribution of the weighted sum of the later points minus what was to be expected of them.

        Parameters
        ----------
        weights : ndarray
            One weight per later point.
        """
        columns, later = self.terms.columns[self.known :], self.series[self.known :]
        reach, unforeseen = _ahead(weights)
        explained = weights @ columns
        carried = self.carried[:, 0] - _dot(self.carried[:, 1:], self.coefficients)
        mean = weights @ later - self.coefficients @ explained - reach * carried
        gap = explained - reach[:, None] * self.carried[:, 1:]
        solved = np.linalg.solve(self.information, gap[:, :, None])[:, :, 0]
        white = (1 - _SHARE) * (weights**2 @ self.noise[self.known :])
        unknown = _dot(gap, solved) + reach**2 * self.carried_variance + unforeseen + white
        return Mixture(self.weights, mean, np.sqrt(self.variance * unknown), self.freedom)


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Dot product of each row."""
    return np.einsum("gi,gi->g", a, b)


def _ahead(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How the noise carried over enters a sum of later points; variance of what is new in them."""
    fresh = _SHARE * (1 - _RHO**2)
    reach, unforeseen = np.zeros_like(_RHO), np.zeros_like(_RHO)
    for weight in weights[:0:-1]:
        reach = weight + _RHO * reach
        unforeseen += fresh * reach**2
    return weights[0] + _RHO * reach, unforeseen


def forecast(series: np.ndarray, terms: Terms, noise: np.ndarray, known: int) -> Forecast:
    """
    Forecast the later points of a series from the first ones.

    Parameters
    ----------
    series : ndarray
        All points; only the first `known` are learned from.
    terms : Terms
        What it is explained by, for all points.
    noise : ndarray
        Relative variance of the white noise of each point, around 1.
    known : int
        Points before the start.

    Returns
    -------
    Forecast

    Notes
    -----
    series = terms · coefficients + u, Cov(u) = σ² (s ρ^|i−j| + (1 − s) diag(noise)). Expectations
    of coefficients are weighed against the scatter of a first fit, so that given (ρ, s) all is
    conjugate: generalised least squares with informative rows, Student t forecasts. The posterior
    over the grid of (ρ, s) is exact. The noise is a first-order state, so a Kalman filter whitens
    series and terms for all pairs at once, in a time that grows with the length and not its cube.

    References
    ----------
    Harvey, A. C. (1989). Forecasting, structural time series models and the Kalman filter.
    Cambridge University Press, section 3.4: generalised least squares by the Kalman filter.
    """
    scatter = terms.first_fit(series[:known])[1]
    weight, means = terms.precision(scatter), np.asarray(terms.means, dtype=float)
    observed = np.column_stack([series, terms.columns])[:known]
    products, log_determinant, carried, carried_variance = _filtered(observed, noise)
    information = products[:, 1:, 1:] + np.diag(weight)
    pull = products[:, 1:, 0] + weight * means
    coefficients = np.linalg.solve(information, pull[:, :, None])[:, :, 0]
    squares = products[:, 0, 0] + weight @ means**2 - _dot(pull, coefficients)
    squares = np.maximum(squares, known * _LEAST_SCATTER**2)  # a difference that may round below 0
    freedom = known - int(np.count_nonzero(weight == 0))
    log_likelihood = (
        _LOG_PRIOR
        - log_determinant / 2
        - np.linalg.slogdet(information)[1] / 2
        - freedom / 2 * np.log(squares)
    )
    likelihood = np.exp(log_likelihood - log_likelihood.max())
    return Forecast(
        series=series,
        terms=terms,
        noise=noise,
        known=known,
        weights=likelihood / likelihood.sum(),
        coefficients=coefficients,
        information=information,
        variance=squares / freedom,
        carried=carried,
        carried_variance=carried_variance,
        freedom=freedom,
    )


def _filtered(
    observed: np.ndarray, noise: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Products of the whitened columns, log determinant, and the state carried over the end."""
    state, variance = np.zeros((observed.shape[1], len(_RHO))), _SHARE
    fresh, decay, white = _SHARE * (1 - _RHO**2), _RHO**2, np.outer(noise, 1 - _SHARE)
    surprises = np.empty((len(observed), *state.shape))
    variances = np.empty((len(observed), len(_RHO)))
    for t, row in enumerate(observed[:, :, None]):
        total = variances[t] = variance + white[t]
        surprise = surprises[t] = row - state
        gain = variance / total
        state = _RHO * (state + gain * surprise)
        variance = decay * (variance - gain * variance) + fresh
    surprises /= np.sqrt(variances)[:, None, :]
    by_pair = surprises.transpose(2, 0, 1)
    products = by_pair.transpose(0, 2, 1) @ by_pair
    return products, np.log(variances).sum(axis=0), state.T, variance
