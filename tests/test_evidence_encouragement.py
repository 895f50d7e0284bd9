import math

import numpy as np
import pytest

from tacheles.evidence.encouragement import FirstStage, first_stage, randomised_encouragement


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def invited(n: int, moved: float, effect: float, rng: np.random.Generator):
    """Half are invited; of 100 invited so many more use it; use adds `effect` to an outcome."""
    is_invited = np.arange(n) % 2 == 0
    uses = rng.random(n) < 0.02 + moved * is_invited
    return 104 + rng.normal(0, 1, n) + effect * uses, uses, is_invited


class TestEffects:
    def test_the_effect_of_use_is_that_of_the_invitation_by_those_it_moved(self, rng):
        """105 against 104 with 22 % against 2 % using it: (105 − 104) / (0.22 − 0.02) = 5."""
        is_invited = np.arange(200) < 100
        uses = np.concatenate([np.arange(100) < 22, np.arange(100) < 2])
        outcome = np.where(is_invited, 105.0, 104.0) + np.tile([0.1, -0.1], 100)
        found = randomised_encouragement(outcome, uses, is_invited, rng)
        assert 1 == pytest.approx(found.invitation.value)
        assert 0.2 == pytest.approx(found.moved.value)
        assert 5 == pytest.approx(found.use.value)
        assert ("encouragement", "B") == (found.evidence.design, found.evidence.grade)

    def test_an_invitation_that_moved_nobody_has_no_effect_of_use(self, rng):
        found = randomised_encouragement(*invited(2000, 0.0, 3.0, rng), rng)
        assert "not_applicable" == found.use.status
        assert "ok" == found.invitation.status
        assert found.evidence.checks[1].passed is False

    def test_a_broken_draw_stops_it(self, rng):
        outcome, uses, is_invited = invited(2000, 0.2, 3.0, rng)
        kept = ~is_invited | (np.arange(2000) % 4 == 0)
        found = randomised_encouragement(outcome[kept], uses[kept], is_invited[kept], rng)
        assert {"not_applicable"} == {found.invitation.status, found.use.status}
        assert found.evidence.is_stopped

    @pytest.mark.parametrize("moved", [0.05, 0.4])
    def test_its_interval_holds_the_truth_however_weak_the_invitation(self, moved, rng):
        """
        300 experiments: 90 % hold it; fewer than 84 % come by chance once in a thousand.

        Where the invitation moved too few the answer is no number, which is never wrong.
        """
        held = []
        for _ in range(300):
            use = randomised_encouragement(*invited(300, moved, 2.0, rng), rng).use
            low, high = use.interval()
            held.append(use.status != "ok" or low <= 2.0 <= high)
        assert np.mean(held) > 0.84


class TestFirstStage:
    def test_it_is_two_differences_and_how_they_hang_together(self):
        """Outcomes 2 and 4 with use 0 and 1 against 1 and 1 with none: variances by two units."""
        found = first_stage(
            np.array([2.0, 4, 1, 1]),
            np.array([0, 1, 0, 0]),
            np.array([True, True, False, False]),
        )
        assert (2, 0.5) == (found.outcome, found.use)
        assert (2 / 2, 0.5 / 2, 1 / 2) == pytest.approx(
            (found.outcome_variance, found.use_variance, found.covariance)
        )

    @pytest.mark.parametrize("use", [0.2, -0.2])
    @pytest.mark.parametrize("score", [-1.645, 1.645])
    def test_a_limit_is_where_the_test_would_just_not_reject(self, use, score):
        stage = FirstStage(1.0, use, 0.04, 0.0004, 0.001)
        limit = float(stage.limit(score))
        gap = stage.outcome - limit * stage.use
        variance = 0.04 + limit**2 * 0.0004 - 2 * limit * 0.001
        assert 1.645 == pytest.approx(abs(gap) / math.sqrt(variance))
        assert (limit > stage.outcome / use) == (score > 0)

    def test_where_use_is_certain_it_always_has_limits(self):
        assert math.inf == FirstStage(1.0, 1.0, 0.04, 0.0, 0.0).largest_score
