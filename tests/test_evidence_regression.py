import numpy as np
import pytest

from tacheles.evidence.regression import logistic, poisson, shares

BOTH = np.column_stack([np.ones(4), [0, 0, 1, 1]])


class TestPoisson:
    def test_two_groups_have_the_ratio_of_their_means(self):
        """10 and 14 against 5 and 7: half; the log's variance is 1/24 + 1/12."""
        fit = poisson(np.array([10.0, 14, 5, 7]), BOTH)
        assert [np.log(12), np.log(0.5)] == pytest.approx(fit.coefficients)
        assert 1 / 24 + 1 / 12 == pytest.approx(fit.covariance[1, 1])
        assert [12, 12, 6, 6] == pytest.approx(fit.expected)

    def test_counts_grow_with_what_they_come_from(self):
        fit = poisson(np.array([10.0, 28, 5, 14]), BOTH, np.array([1.0, 3, 2, 8]))
        assert [38 / 4, (19 / 10) / (38 / 4)] == pytest.approx(np.exp(fit.coefficients))

    def test_the_dispersion_is_pearsons(self):
        """Squares 4/12 and 4/12, 1/6 and 1/6, by two degrees of freedom."""
        assert (8 / 12 + 2 / 6) / 2 == pytest.approx(
            poisson(np.array([10.0, 14, 5, 7]), BOTH).dispersion
        )

    def test_a_count_of_zero_is_a_count(self):
        fit = poisson(np.array([0.0, 4, 1, 0]), BOTH)
        assert [2, 2, 0.5, 0.5] == pytest.approx(fit.expected)


class TestLogistic:
    def test_two_groups_have_the_ratio_of_their_odds(self):
        """20 of 80 say yes, and 60 of 80: odds 1/3 and 3."""
        columns = np.column_stack([np.ones(160), np.repeat([0, 1], 80)])
        outcome = np.concatenate([np.arange(80) < 20, np.arange(80) < 60]).astype(float)
        fit = logistic(outcome, columns)
        assert [np.log(1 / 3), np.log(9)] == pytest.approx(fit, abs=0.01)

    def test_a_weight_counts_a_unit_several_times(self):
        columns, outcome = BOTH, np.array([0.0, 1, 0, 1])
        once = logistic(np.repeat(outcome, 3), np.repeat(columns, 3, axis=0))
        assert once == pytest.approx(logistic(outcome, columns, 3.0))

    def test_resamples_fitted_at_once_are_each_as_if_alone(self):
        outcome = np.array([0.0, 1, 0, 1])
        weights = np.array([[1.0, 2, 3, 1], [2.0, 2, 1, 4]])
        alone = [logistic(outcome, BOTH, row) for row in weights]
        assert np.array(alone) == pytest.approx(logistic(outcome, BOTH, weights))

    def test_where_yes_and_no_are_apart_the_odds_stay_finite(self):
        odds = logistic(np.array([0.0, 0, 1, 1]), BOTH)
        share = shares(BOTH, odds)
        assert np.isfinite(odds).all()
        assert (share[:2] < 0.1).all()
        assert (share[2:] > 0.9).all()
