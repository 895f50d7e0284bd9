import numpy as np
import pandas as pd
import pytest

from tacheles.evidence.cohorts import AccountMonths
from tacheles.evidence.comparison import (
    before_after,
    members_against_others,
    members_before_after,
    segmented_regression,
)
from tacheles.evidence.counts import Counts

WEEKS = pd.date_range("2024-01-01", periods=8, freq="7D")


def counts(target: list[float], customers: float | list[float] = 10.0) -> Counts:
    index = WEEKS[: len(target)]
    return Counts(pd.Series(target, index), pd.DataFrame(index=index), pd.Series(customers, index))


class TestBeforeAfter:
    def test_it_is_the_ratio_of_mean_rates(self):
        """2 a customer before, 1 after."""
        assert np.log(0.5) == pytest.approx(before_after(counts([18, 22, 9, 11]), 2).value)

    def test_its_error_is_that_of_two_means(self):
        """Of 18 and 22: variance 8, by 2 weeks and 20²; of 9 and 11: 2, by 2 and 10²."""
        found = before_after(counts([18, 22, 9, 11]), 2).standard_error
        assert np.sqrt(8 / 2 / 400 + 2 / 2 / 100) == pytest.approx(found)

    def test_more_customers_are_no_change(self):
        found = before_after(counts([18, 22, 36, 44], [10, 10, 20, 20]), 2)
        assert 0 == pytest.approx(found.value)


class TestSegmentedRegression:
    def test_a_step_beside_a_trend_is_found(self):
        time = np.arange(8)
        target = 1000 * np.exp(0.05 * time) * np.where(time < 5, 1, 0.7)
        found = segmented_regression(counts(target.tolist()), 5, waves=0)
        assert np.log(0.7) == pytest.approx(found.value)

    def test_without_overdispersion_the_error_is_poissons(self):
        """A hundred times what is to be expected of counts: ten times the error."""
        noisy = counts([100, 130, 90, 120, 80, 140, 90, 110])
        plain = segmented_regression(noisy, 4, waves=0, overdispersed=False)
        wide = segmented_regression(noisy, 4, waves=0)
        assert plain.value == wide.value
        assert wide.standard_error > 1.5 * plain.standard_error

    def test_controls_explain_what_moves_both(self):
        index = WEEKS
        moves = np.array([1, 2, 1, 3, 2, 4, 2, 3.0])
        target = pd.Series(1000 * moves, index)
        both = Counts(target, pd.DataFrame({"bug": 5000 * moves}, index), pd.Series(1.0, index))
        assert 0 == pytest.approx(segmented_regression(both, 4, waves=0).value, abs=1e-3)


class TestMembers:
    @pytest.fixture
    def accounts(self):
        """Two join in March; members halve from 8 to 4, others stay at 2."""
        months = pd.date_range("2025-01-01", periods=4, freq="MS")
        outcomes = [[8, 8, 4, 4], [8, 8, 4, 4], [2, 2, 2, 2], [2, 2, 2, 2]]
        frame = pd.DataFrame(outcomes, list("abcd"), months, dtype=float)
        march = pd.Timestamp("2025-03-01")
        return AccountMonths(frame, pd.Series([march, march, pd.NaT, pd.NaT], list("abcd")))

    def test_members_against_others_tells_who_joins(self, accounts):
        assert np.log(4 / 2) == pytest.approx(members_against_others(accounts).value)

    def test_members_before_and_after_tells_what_changed_for_them(self, accounts):
        assert np.log(4 / 8) == pytest.approx(members_before_after(accounts).value)

    def test_the_error_is_by_account(self, accounts):
        """Members with 6 and 2 instead of 4: each is half off, of two: √(2 · (1/4)²)."""
        outcomes = accounts.outcomes.copy()
        outcomes.loc["a", outcomes.columns[2:]] = 6
        outcomes.loc["b", outcomes.columns[2:]] = 2
        found = members_against_others(AccountMonths(outcomes, accounts.joined))
        assert np.sqrt(2 * 0.25**2) == pytest.approx(found.standard_error)

    def test_months_before_an_account_began_are_no_zeros(self, accounts):
        outcomes = accounts.outcomes.copy()
        outcomes.loc["c", outcomes.columns[:3]] = np.nan
        found = members_against_others(AccountMonths(outcomes, accounts.joined))
        assert np.log(4 / 2) == pytest.approx(found.value)
