import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacheles.estimate import COLUMNS
from tacheles.evidence.effect import PRELIMINARY_LEVEL, Effect, Estimate, spread

HUNDRED = np.arange(101) / 100


@pytest.fixture
def rng():
    return np.random.default_rng(1)


class TestEffect:
    def test_its_interval_leaves_five_percent_on_each_side(self):
        assert (0.05, 0.95) == pytest.approx(Effect(0.5, HUNDRED, 10).interval())

    def test_before_it_is_judged_it_leaves_half_a_percent(self):
        effect = Effect(0.5, HUNDRED, 10)
        assert (0.005, 0.995) == pytest.approx(effect.interval(PRELIMINARY_LEVEL))

    @pytest.mark.parametrize(
        ("shift", "falls", "rises"),
        [(-0.96, True, False), (-0.5, False, False), (-0.04, False, True)],
    )
    def test_a_claim_is_an_interval_without_zero(self, shift, falls, rises):
        effect = Effect(0.5 + shift, HUNDRED + shift, 10)
        assert (falls, rises) == (effect.is_fall(), effect.is_rise())

    def test_the_probability_counts_draws(self):
        assert 0.25 == Effect(0.0, np.array([-2.0, -1.0, 0.0, 3.0]), 4).probability_above(0)

    def test_it_becomes_a_row_of_estimates(self):
        row = Effect(0.5, HUNDRED, 10).row(grade="C", quarter="2026-Q3", persons=7)
        assert {*row} <= {*COLUMNS}
        assert (0.5, 0.9, 10, "ok", "C") == tuple(
            row[name] for name in ("value", "level", "n", "status", "grade")
        )
        assert (0.05, 0.95) == pytest.approx((row["low"], row["high"]))
        assert ("2026-Q3", 7) == (row["quarter"], row["persons"])

    def test_without_a_number_the_row_says_why(self):
        effect = Effect.missing("not_applicable", 12)
        row = effect.row(grade="B", persons=12)
        assert ("not_applicable", 12) == (row["status"], row["n"])
        assert all(math.isnan(row[name]) for name in ("value", "low", "high", "level"))
        assert not effect.is_fall()
        assert not effect.is_rise()
        assert math.isnan(effect.probability_above())

    @pytest.mark.parametrize("draws", [3, 202, 350])
    def test_resizing_uses_each_draw_as_often_as_any_other(self, draws, rng):
        found = Effect(0.5, HUNDRED, 10).resized(rng, draws)
        _, often = np.unique(found, return_counts=True)
        assert draws == len(found)
        assert np.ptp(often) <= 1


class TestSpread:
    def test_it_hits_the_quantiles_whatever_the_seed(self):
        normal = np.vectorize(NormalDist(2, 3).inv_cdf)
        for seed in (1, 2):
            draws = spread(normal, np.random.default_rng(seed))
            low, high = np.quantile(draws, [0.05, 0.95])
            assert (2 - 1.6449 * 3, 2 + 1.6449 * 3) == pytest.approx((low, high), abs=0.01)

    def test_two_effects_of_one_generator_are_independent(self, rng):
        """4,000 draws: a correlation beyond 0.08 comes by chance once in two million."""
        first, second = (spread(lambda share: share, rng) for _ in range(2))
        assert abs(np.corrcoef(first, second)[0, 1]) < 0.08


class TestEstimate:
    def test_its_interval_is_the_normal_one(self):
        assert (10 - 1.6449 * 2, 10 + 1.6449 * 2) == pytest.approx(
            Estimate(10, 2, 5).interval(), abs=1e-3
        )

    def test_two_standard_errors_are_rarely_chance(self):
        assert 0.0455 == pytest.approx(Estimate(-4, 2, 5).p_value, abs=1e-4)

    def test_its_draws_have_its_interval(self, rng):
        effect = Estimate(10, 2, 5).effect(rng)
        assert (10, 5) == (effect.value, effect.n)
        assert Estimate(10, 2, 5).interval() == pytest.approx(effect.interval(), abs=0.01)

    def test_the_log_of_a_ratio_becomes_a_change(self, rng):
        """Log 0.8 is a fall by a fifth."""
        effect = Estimate(math.log(0.8), 0.1, 5).relative(rng)
        assert -0.2 == pytest.approx(effect.value)
        assert 0.8 * math.exp(0.16449) - 1 == pytest.approx(effect.interval()[1], abs=1e-3)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50), st.floats(0.5, 0.98))
def test_a_higher_level_is_never_narrower(draws, level):
    effect = Effect(0.0, np.array(draws), len(draws))
    low, high = effect.interval(level)
    lower, higher = effect.interval(level + 0.02)
    assert lower <= low <= high <= higher
