"""The forecast against plain matrix algebra, which is slow and easy to check."""

import numpy as np
import pytest
from scipy import stats

from tacheles.evidence.forecast import Forecast, Mixture, Terms, forecast

CORRELATIONS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88, 0.94, 0.97, 0.99]
SHARES = [0.02, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 0.99]
KNOWN, ALL = 20, 26


@pytest.fixture
def series():
    return np.random.default_rng(3).normal(0, 0.1, ALL).cumsum()


@pytest.fixture
def terms():
    time = np.arange(ALL) / ALL
    columns = np.column_stack([np.ones(ALL), time, np.sin(9 * time)])
    return Terms(columns, (0.0, 0.0, 1.0), (np.inf, 0.15, 0.5))


@pytest.fixture
def noise():
    return np.linspace(0.8, 1.2, ALL)


@pytest.fixture
def later():
    return np.linspace(1, 2, ALL - KNOWN) / 9


def by_matrices(series, terms, noise, later):
    """Weights, means and scales of all pairs, by inverting the covariance of the whole series."""
    x, past = terms.columns, slice(KNOWN)
    scatter = terms.first_fit(series[past])[1]
    prior = np.diag((scatter / np.array(terms.sds)) ** 2)
    expected = np.array(terms.means)
    logs, means, scales = [], [], []
    apart = np.abs(np.subtract.outer(np.arange(ALL), np.arange(ALL)))
    for rho in CORRELATIONS:
        for share in SHARES:
            k = share * float(rho) ** apart + (1 - share) * np.diag(noise)
            inverse = np.linalg.inv(k[past, past])
            information = x[past].T @ inverse @ x[past] + prior
            pull = x[past].T @ inverse @ series[past] + prior @ expected
            b = np.linalg.solve(information, pull)
            squares = series[past] @ inverse @ series[past] + expected @ prior @ expected - pull @ b
            carry = later @ k[KNOWN:, past] @ inverse
            means.append(later @ (series[KNOWN:] - x[KNOWN:] @ b) - carry @ (series - x @ b)[past])
            gap = later @ x[KNOWN:] - carry @ x[past]
            unknown = later @ k[KNOWN:, KNOWN:] @ later - carry @ k[past, KNOWN:] @ later
            unknown += gap @ np.linalg.solve(information, gap)
            scales.append(np.sqrt(squares / (KNOWN - 1) * unknown))
            plausible = 4 if rho >= 0.8 else 1
            logs.append(
                np.log(plausible)
                - np.linalg.slogdet(k[past, past])[1] / 2
                - np.linalg.slogdet(information)[1] / 2
                - (KNOWN - 1) / 2 * np.log(squares)
            )
    weights = np.exp(np.array(logs) - max(logs))
    return weights / weights.sum(), np.array(means), np.array(scales)


def test_the_forecast_is_that_of_the_whole_covariance(series, terms, noise, later):
    found = forecast(series, terms, noise, KNOWN).departure(later)
    weights, means, scales = by_matrices(series, terms, noise, later)
    assert weights == pytest.approx(found.weights, abs=1e-10)
    assert means == pytest.approx(found.means, abs=1e-10)
    assert scales == pytest.approx(found.scales, abs=1e-10)
    assert KNOWN - 1 == found.freedom


def test_later_points_teach_nothing(series, terms, noise, later):
    """What happens after the start moves the departure, one to one, and never its scale."""
    before = forecast(series, terms, noise, KNOWN).departure(later)
    raised = np.where(np.arange(ALL) < KNOWN, series, series + 3)
    after = forecast(raised, terms, noise, KNOWN).departure(later)
    assert before.scales == pytest.approx(after.scales)
    assert before.means + 3 * later.sum() == pytest.approx(after.means)


def test_expectations_are_weighed_by_the_scatter():
    """Ten times the scatter, and ten times as wide expectations: the same, ten times as large."""
    rng = np.random.default_rng(5)
    small = rng.normal(0, 0.1, ALL)
    columns = np.column_stack([np.ones(ALL), np.arange(ALL) / ALL])
    later = np.full(ALL - KNOWN, 1 / (ALL - KNOWN))
    found = [
        forecast(size * small, Terms(columns, (0, 0), (np.inf, size * 0.2)), np.ones(ALL), KNOWN)
        for size in (1, 10)
    ]
    one, ten = (one.departure(later) for one in found)
    assert 10 * one.mean == pytest.approx(ten.mean)
    assert 10 * one.sd == pytest.approx(ten.sd)


def test_a_series_without_any_scatter_is_forecast_as_it_was(later):
    columns = np.column_stack([np.ones(ALL), np.arange(ALL) / ALL])
    flat = np.full(ALL, 2.0)
    made = forecast(flat, Terms(columns, (0, 0), (np.inf, 0.2)), np.ones(ALL), KNOWN)
    assert isinstance(made, Forecast)
    assert 0 == pytest.approx(made.departure(later).median, abs=1e-4)


class TestMixture:
    def test_one_component_is_a_student_t(self):
        one = Mixture(np.ones(1), np.array([2.0]), np.array([3.0]), 10)
        shares = np.array([0.005, 0.05, 0.5, 0.95, 0.995])
        assert stats.t.ppf(shares, 10, 2, 3) == pytest.approx(one.quantile(shares), abs=0.02)
        assert 3 * np.sqrt(10 / 8) == pytest.approx(one.sd)
        assert 2.0 == pytest.approx(one.median, abs=1e-3)

    def test_two_far_apart_share_the_probability(self):
        """Half of it lies around −10, half around 10: the quartiles are the two middles."""
        two = Mixture(np.array([0.5, 0.5]), np.array([-10.0, 10.0]), np.ones(2), 200)
        assert [-10, 10] == pytest.approx(two.quantile(np.array([0.25, 0.75])), abs=0.1)
        assert np.sqrt(100 + 200 / 198) == pytest.approx(two.sd)

    @pytest.mark.parametrize("sign", [-1, 1])
    def test_certainty_is_the_level_at_which_zero_is_on_the_limit(self, sign):
        one = Mixture(np.ones(1), np.array([sign * 2.0]), np.ones(1), 30)
        low, high = one.interval(one.certainty)
        assert 0 == pytest.approx(min(abs(low), abs(high)), abs=5e-3)
        assert stats.t.cdf(2, 30) - stats.t.cdf(-2, 30) == pytest.approx(one.certainty)
