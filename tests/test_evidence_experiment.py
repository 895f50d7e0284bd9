import math

import numpy as np
import pandas as pd
import pytest

from tacheles.evidence.experiment import (
    adjusted_difference,
    anytime_interval,
    difference_of_means,
    random_assignment,
    randomised_experiment,
    sample_ratio,
    smallest_visible_difference,
)


@pytest.fixture
def rng():
    return np.random.default_rng(1)


FOUR = np.array([3.0, 5.0, 1.0, 1.0])
TWO_TREATED = np.array([True, True, False, False])


class TestDifference:
    def test_it_is_that_of_the_arms_means(self):
        """4 against 1; the variance is 2 by two units, and none in the other arm."""
        found = difference_of_means(FOUR, TWO_TREATED)
        assert (3, 1, 4) == (found.value, found.standard_error, found.n)

    def test_what_history_explains_is_taken_out(self):
        """The outcome is twice the history, plus 1 for the treated: nothing else is left."""
        history = np.array([1.0, 2.0, 5.0, 9.0])
        found, reduction = adjusted_difference(2 * history + TWO_TREATED, TWO_TREATED, history)
        assert (1, 0) == pytest.approx((found.value, found.standard_error))
        assert 1 == pytest.approx(reduction)

    def test_theta_is_pooled_within_the_arms(self):
        """The arms differ in history by chance; the effect of 10 is not taken for history's."""
        history = np.array([1.0, 2.0, 8.0, 9.0])
        outcome = history + 10 * TWO_TREATED
        assert 10 == pytest.approx(adjusted_difference(outcome, TWO_TREATED, history)[0].value)

    def test_who_has_no_history_gets_the_mean_one(self):
        history = np.array([1.0, np.nan, 3.0, 2.0])
        filled = np.array([1.0, 2.0, 3.0, 2.0])
        expected, found = (
            adjusted_difference(FOUR, TWO_TREATED, given) for given in (filled, history)
        )
        assert expected == found

    def test_a_history_that_is_the_same_for_all_explains_nothing(self):
        found, reduction = adjusted_difference(FOUR, TWO_TREATED, np.ones(4))
        assert (3, 0) == (found.value, reduction)

    def test_the_variance_reduction_is_the_squared_correlation(self, rng):
        """10,000 units, correlation 0.6 within the arms: 0.36, give or take 0.04."""
        treated = np.arange(10_000) < 5_000
        history = rng.normal(0, 1, 10_000)
        outcome = 0.6 * history + 0.8 * rng.normal(0, 1, 10_000) + treated
        assert 0.36 == pytest.approx(adjusted_difference(outcome, treated, history)[1], abs=0.04)


class TestExperiment:
    def test_it_carries_grade_a(self, rng):
        treated = np.arange(200) % 2 == 0
        found = randomised_experiment(rng.normal(0, 1, 200) + 2 * treated, treated, rng)
        assert ("experiment", "A") == (found.evidence.design, found.evidence.grade)
        assert found.effect.is_rise()
        assert found.difference.value == found.effect.value
        assert found.variance_reduction is None

    def test_a_broken_assignment_leaves_no_number(self, rng):
        treated = np.arange(1000) < 600
        found = randomised_experiment(rng.normal(0, 1, 1000), treated, rng)
        assert ("F", "not_applicable") == (found.evidence.grade, found.effect.status)

    @pytest.mark.parametrize(
        ("treated", "others", "share", "passed"),
        [
            (500, 500, 0.5, True),
            (551, 449, 0.5, True),  # 3.23 standard deviations: p 0.0013
            (553, 447, 0.5, False),  # 3.35: p 0.0008
            (200, 800, 0.2, True),
            (500, 500, 0.2, False),
        ],
    )
    def test_the_arms_must_be_as_large_as_planned(self, treated, others, share, passed):
        assert passed == sample_ratio(treated, others, share).passed


class TestAnytimeInterval:
    def test_it_is_the_two_sided_normal_mixture(self):
        """V = 400, ρ = 100: half of it is √(500 · ln(500 / (100 · 0.05²))) / 400, with ln 2000."""
        half = math.sqrt(500 * math.log(2000)) / 400
        assert (7 - half, 7 + half) == pytest.approx(anytime_interval(7, 1, 400))

    def test_few_units_are_refused(self):
        with pytest.raises(ValueError, match="99 units are too few"):
            anytime_interval(0, 1, 99)

    def test_who_looks_fifty_times_is_rarely_wrong(self, rng):
        """
        400 null runs of 50 looks: by the usual interval a third finds something, by this one 2 %.

        2.2 % of 400 are 9; more than 22 come by chance once in ten thousand.
        """
        looks = np.linspace(100, 5000, 50).astype(int)
        draws = rng.normal(0, 1, (400, 5000))
        means = draws.cumsum(axis=1)[:, looks - 1] / looks
        variances = (draws**2).cumsum(axis=1)[:, looks - 1] / looks - means**2
        usual = np.abs(means) > 1.96 * np.sqrt(variances / looks)
        halves = np.array(
            [
                [
                    anytime_interval(0, variance, n)[1]
                    for variance, n in zip(row, looks, strict=True)
                ]
                for row in variances
            ]
        )
        assert (np.abs(means) > halves).any(axis=1).sum() <= 22
        assert usual.any(axis=1).mean() > 0.2

    def test_two_arms_are_seen_as_pairs(self, rng):
        """A hundred pairs whose differences have variance 2: √(V + ρ …)/n with V = 200."""
        treated = np.arange(200) % 2 == 0
        outcome = np.repeat([1.0, -1.0] * 50, 2) * math.sqrt(99 / 100)
        found = randomised_experiment(outcome, treated, rng)
        half = math.sqrt(300 * math.log(300 / (100 * 0.05**2))) / 100
        assert (-half, half) == pytest.approx(found.early_interval(prior=100.0))

    def test_its_price_is_a_wider_interval(self):
        """1.6 times the usual one at 5,000 units."""
        assert 1.6 == pytest.approx(
            anytime_interval(0, 1, 5000)[1] / (1.96 / math.sqrt(5000)), abs=0.05
        )


class TestSmallestVisibleDifference:
    def test_it_is_two_and_a_half_standard_errors(self):
        """√(2/200) = 0.1; 1.645 + 0.842 = 2.487."""
        assert 0.2487 == pytest.approx(smallest_visible_difference(1, 200, 200), abs=1e-4)

    def test_history_lets_see_more_and_clusters_less(self):
        """A history that explains 75 % halves it; groups of 21 with 0.15 in common double it."""
        plain = smallest_visible_difference(1, 200, 200)
        history = smallest_visible_difference(1, 200, 200, variance_reduction=0.75)
        clusters = smallest_visible_difference(
            1, 200, 200, cluster_size=21, intraclass_correlation=0.15
        )
        assert (0.5, 2) == pytest.approx((history / plain, clusters / plain))

    def test_its_power_is_what_it_says(self, rng):
        """2,000 experiments: 80 % found; below 76 or above 84 once in a hundred thousand."""
        difference = smallest_visible_difference(1, 100, 100)
        found = rng.normal(difference, math.sqrt(2 / 100), 2000) > 1.645 * math.sqrt(2 / 100)
        assert 0.76 < found.mean() < 0.84


class TestRandomAssignment:
    @pytest.fixture
    def accounts(self):
        sizes = np.repeat(["small", "large", "huge"], [60, 30, 1])
        return pd.DataFrame({"size": sizes}, [f"a{i:02d}" for i in range(91)])

    def test_each_stratum_gives_its_share(self, accounts):
        drawn = random_assignment(accounts, 7, share=0.4, strata="size")
        by_size = drawn.groupby(accounts["size"]).sum()
        assert (24, 12) == (by_size["small"], by_size["large"])

    def test_without_strata_the_share_is_that_of_all(self, accounts):
        assert random_assignment(accounts, 7).sum() in (45, 46)

    def test_the_seed_alone_decides_not_the_order_of_rows(self, accounts):
        drawn = random_assignment(accounts, 7, strata="size")
        turned = random_assignment(accounts.iloc[::-1], 7, strata="size")
        assert drawn.to_dict() == turned.to_dict()
        assert drawn.to_dict() != random_assignment(accounts, 8, strata="size").to_dict()

    def test_a_single_one_of_its_kind_is_drawn_as_often_as_not(self, accounts):
        """200 seeds: 100 times, below 60 or above 140 once in a hundred million."""
        often = sum(
            random_assignment(accounts, seed, strata="size").iloc[-1] for seed in range(200)
        )
        assert 60 <= often <= 140
