import numpy as np
import pandas as pd
import pytest

from tacheles.evidence.cohorts import NO_DRIFT, AccountMonths, Drift, cohorts, draws_of, drift_of
from tacheles.evidence.regression import poisson

MONTHS = pd.date_range("2025-01-01", periods=8, freq="MS")


def accounts(outcomes: np.ndarray, *joined: str | None) -> AccountMonths:
    names = [f"a{i}" for i in range(len(outcomes))]
    frame = pd.DataFrame(outcomes, names, MONTHS[: np.shape(outcomes)[1]])
    return AccountMonths(frame, pd.Series(pd.to_datetime(list(joined)), names))


@pytest.fixture
def three():
    """One joins in June, one in February, one never."""
    return accounts(np.ones((3, 8)), "2025-06-17", "2025-02-01", None)


class TestAccountMonths:
    def test_a_day_belongs_to_its_month(self, three):
        assert [5, 1, 8] == three.places.tolist()

    def test_who_joins_after_the_last_month_has_not_joined_yet(self):
        assert [7, 8] == accounts(np.ones((2, 8)), "2025-08-31", "2025-09-01").places.tolist()

    def test_who_joined_before_the_first_month_has_no_month_before(self):
        early = accounts(np.ones((2, 8)), "2024-12-31", None)
        assert [False, True] == cohorts(early).kept.tolist()

    def test_an_account_that_began_later_is_not_complete(self):
        outcomes = np.ones((2, 8))
        outcomes[0, 0] = np.nan
        assert [False, True] == accounts(outcomes, None, None).is_complete.tolist()

    def test_what_cannot_be_analysed_is_refused(self, three):
        with pytest.raises(ValueError, match="not of the same accounts"):
            AccountMonths(three.outcomes, three.joined.iloc[:2])
        with pytest.raises(ValueError, match="not in order"):
            AccountMonths(three.outcomes[MONTHS[::-1]], three.joined)
        with pytest.raises(ValueError, match="negative"):
            cohorts(AccountMonths(-three.outcomes, three.joined))


class TestCohorts:
    def test_the_donut_is_neither_learned_from_nor_judged(self, three):
        """Joined in month 5: months 0 and 1 are learned from, 2 to 4 nothing, 5 to 7 judged."""
        groups = cohorts(three)
        assert [True, False, True] == groups.kept.tolist()
        assert [5, 8] == groups.joins.tolist()
        assert [1, 1, 0, 0, 0, 0, 0, 0] == groups.learned[0].astype(int).tolist()
        assert [0, 0, 0, 0, 0, 1, 1, 1] == groups.judged[0].astype(int).tolist()
        assert groups.learned[1].all()
        assert not groups.judged[1].any()
        assert (1, 1) == (groups.joiners, groups.others)

    def test_without_a_donut_who_joined_in_february_has_a_month_before(self, three):
        groups = cohorts(three, donut=0)
        assert [1, 5, 8] == groups.joins.tolist()
        assert [1, 0, 0, 0, 0, 0, 0, 0] == groups.learned[0].astype(int).tolist()

    def test_months_in_which_everybody_has_joined_are_not_judged(self):
        """The last one joins in month 7, its donut begins in month 4: nobody teaches after it."""
        both = accounts(np.ones((2, 8)), "2025-05-01", "2025-08-01")
        groups = cohorts(both, donut=0)
        assert [4, 5, 6] == groups.covered.tolist()
        assert [] == cohorts(both).covered.tolist()

    def test_a_placebo_is_judged_only_before_the_donut_of_the_true_date(self):
        """Joined in month 7, put back by 3 with a donut of 1: month 4 and 5 are judged."""
        one = accounts(np.ones((2, 8)), "2025-08-01", None)
        groups = cohorts(one, donut=1, earlier=3)
        assert [1, 1, 1, 0, 0, 0, 0, 0] == groups.learned[0].astype(int).tolist()
        assert [0, 0, 0, 0, 1, 1, 0, 0] == groups.judged[0].astype(int).tolist()

    def test_month_effects_can_be_learned_from_those_alone_who_never_joined(self, three):
        groups = cohorts(three, never_only=True)
        assert groups.teaching[1].all()
        assert not groups.teaching[0].any()
        assert groups.learned[0].any()


class TestLogRatio:
    @pytest.fixture
    def exact(self):
        """Sizes 2, 4 and 10 times a month's 1 to 8; the first halves from June on."""
        outcomes = np.outer([2.0, 4.0, 10.0], np.arange(1, 9))
        outcomes[0, 5:] /= 2
        return accounts(outcomes, "2025-06-01", None, None)

    def test_without_noise_the_effect_is_exact(self, exact):
        assert np.log(0.5) == pytest.approx(float(cohorts(exact).log_ratio(0.0)))

    def test_a_drift_is_taken_from_the_joiners(self, exact):
        """Months 0 and 1 give the level; from there on 10 % growth a month is not the effect."""
        months, growth = np.arange(1, 9), np.exp(0.1 * np.arange(8))
        level = 2 * months[:2].sum() / (months * growth)[:2].sum()
        expected = np.log(months[5:].sum() / (level * months * growth)[5:].sum())
        found = cohorts(exact, never_only=True).log_ratio(0.1)
        assert expected == pytest.approx(float(found))

    def test_accounts_without_tickets_stay_in(self, exact):
        silent = exact.outcomes.copy()
        silent.loc["a9"] = 0.0
        joined = pd.concat([exact.joined, pd.Series([MONTHS[5]], ["a9"])])
        groups = cohorts(AccountMonths(silent, joined))
        assert 2 == groups.joiners
        assert np.log(0.5) == pytest.approx(float(groups.log_ratio(0.0)))

    def test_the_order_of_accounts_does_not_matter(self, exact):
        turned = AccountMonths(exact.outcomes.iloc[::-1], exact.joined.iloc[::-1])
        assert float(cohorts(exact).log_ratio(0.1)) == pytest.approx(
            float(cohorts(turned).log_ratio(0.1))
        )

    def test_a_resample_is_a_sum_over_accounts_drawn(self, exact):
        groups = cohorts(exact)
        sums = groups.resampled(np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 1.0]]))
        assert (8 * np.arange(1, 9)).tolist() == sums[0, 1].tolist()
        assert 0 == sums[1, 0].sum()


class TestDrift:
    @pytest.fixture
    def noisy(self):
        """Thirty accounts, of which ten join at different times and drift by 5 % a month."""
        rng = np.random.default_rng(8)
        joins = np.where(np.arange(30) < 10, 4 + np.arange(30) % 4, 99)
        mean = np.outer(rng.uniform(2, 9, 30), np.exp(0.1 * np.sin(np.arange(8))))
        mean[:10] *= np.exp(0.05 * np.arange(8))
        joined = [str(MONTHS[j].date()) if j < 8 else None for j in joins]
        return accounts(rng.poisson(mean), *joined)

    def test_it_is_the_slope_of_a_poisson_regression_with_all_effects(self, noisy):
        """The same model with a column per account and month, and its errors by account."""
        groups = cohorts(noisy, donut=1)
        found = drift_of(groups)
        account, month = np.nonzero(groups.learned[groups.cohort])
        seen = groups.outcomes[account, month]
        clock = groups.clock[groups.cohort][account, month]
        effects = np.hstack([np.eye(30)[account], np.eye(8)[month][:, 1:]])
        columns = np.column_stack([clock, effects])
        fit = poisson(seen, columns)
        assert fit.coefficients[0] == pytest.approx(found.estimate, abs=1e-6)
        by_account = np.array(
            [columns[account == i].T @ (seen - fit.expected)[account == i] for i in range(30)]
        )
        sandwich = fit.covariance @ (by_account.T @ by_account) @ fit.covariance
        assert np.sqrt(sandwich[0, 0]) == pytest.approx(found.standard_error, rel=1e-5)

    def test_an_exact_drift_is_found(self):
        outcomes = np.outer([2.0, 4.0, 10.0], np.arange(1.0, 9))
        outcomes[0] *= np.exp(0.02 * np.arange(8))
        exact = accounts(outcomes, "2025-08-01", None, None)
        assert 0.02 == pytest.approx(drift_of(cohorts(exact)).estimate)

    def test_where_all_join_at_once_drift_and_season_are_one(self):
        both = accounts(np.random.default_rng(1).poisson(5, (2, 8)), "2025-07-01", "2025-07-01")
        assert np.inf == drift_of(cohorts(both)).standard_error

    @pytest.mark.parametrize(
        ("drift", "mean", "sd"),
        [
            (Drift(0.04, 0.0125), 0.02, 0.0125 / np.sqrt(2)),  # data and expectation weigh the same
            (Drift(0.0, float("inf")), 0.0, 0.0125),
            (NO_DRIFT, 0.0, 0.0),
        ],
    )
    def test_what_is_believed_lies_between_data_and_expectation(self, drift, mean, sd):
        assert (mean, sd) == pytest.approx((drift.mean, drift.sd))

    def test_its_p_is_two_sided(self):
        assert 0.0455 == pytest.approx(Drift(-0.02, 0.01).p_value, abs=1e-4)

    def test_draws_carry_the_drifts_uncertainty(self, noisy):
        groups = cohorts(noisy, donut=1)
        draws = [
            draws_of(groups, drift, np.random.default_rng(1), 300)
            for drift in (NO_DRIFT, Drift(0.0, 1.0))
        ]
        assert draws[0].std() < draws[1].std()
        assert 300 == len(draws[0])
