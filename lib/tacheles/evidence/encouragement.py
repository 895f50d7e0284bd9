"""Encouragement: an invitation is drawn by chance, use is free."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from tacheles.evidence.effect import LEVEL, Effect, Estimate, normal_scores, spread
from tacheles.evidence.experiment import difference_of_means, sample_ratio
from tacheles.evidence.grade import Check, Evidence

#: Draws further out than this share of the largest normal score that has a limit are held there.
_INSIDE = 0.98


@dataclass(frozen=True)
class FirstStage:
    """
    What an invitation changed in two things at once.

    Parameters
    ----------
    outcome, use : float
        Differences between invited and others: the effects of the invitation.
    outcome_variance, use_variance, covariance : float
        Of these differences.
    """

    outcome: float
    use: float
    outcome_variance: float
    use_variance: float
    covariance: float

    @property
    def largest_score(self) -> float:
        """Normal score from which on the effect of use has no limit any more."""
        if self.use == 0:
            return 0.0
        return abs(self.use) / math.sqrt(self.use_variance) if self.use_variance else math.inf

    def limit(self, score: np.ndarray | float) -> np.ndarray:
        """
        Effect of use that a one-sided test at this normal score would just not reject.

        Notes
        -----
        The test is of outcome − effect · use, which does not differ between invited and others if
        the effect is true (Anderson and Rubin): right however weak the invitation is.
        """
        square = np.square(score)
        leading = self.use**2 - square * self.use_variance
        middle = self.outcome * self.use - square * self.covariance
        last = self.outcome**2 - square * self.outcome_variance
        root = np.sqrt(np.maximum(middle**2 - leading * last, 0))
        return (middle + np.sign(score) * root) / leading


@dataclass(frozen=True, eq=False)
class Encouragement:
    """
    Effects of an invitation and of the use that it moved to (:func:`randomised_encouragement`).

    Parameters
    ----------
    invitation : Effect
        On everybody invited (intention to treat).
    use : Effect
        On those whom the invitation moved to use it; `not_applicable` if it moved too few.
    moved : Estimate
        Share of the invited who use it because of the invitation.
    evidence : Evidence
    """

    invitation: Effect
    use: Effect
    moved: Estimate
    evidence: Evidence


def randomised_encouragement(
    outcome: np.ndarray,
    uses: np.ndarray,
    is_invited: np.ndarray,
    rng: np.random.Generator,
    *,
    share: float = 0.5,
) -> Encouragement:
    """
    Effect of an invitation, and of use on those whom it moved, from a random invitation.

    Parameters
    ----------
    outcome : ndarray
        One per unit that could have been invited.
    uses : ndarray
        Whether, or how much, each unit uses it.
    is_invited : ndarray of bool
        What chance assigned.
    rng : numpy.random.Generator
    share : float
        Planned share of invited units.

    Notes
    -----
    It is assumed that the invitation changes the outcome only by use (exclusion restriction), and
    moves nobody to use it less: no data can show that, and the page says so.

    References
    ----------
    Anderson, T. W. and Rubin, H. (1949). Estimation of the parameters of a single equation in a
    complete system of stochastic equations. Annals of Mathematical Statistics 20, 46-63.
    """
    stage = first_stage(outcome, uses, is_invited)
    moved = Estimate(stage.use, math.sqrt(stage.use_variance), len(outcome))
    is_bounded = stage.largest_score > NormalDist().inv_cdf((1 + LEVEL) / 2)
    facts = {"moved": stage.use, "standard_error": moved.standard_error}
    checks = (
        sample_ratio(int(is_invited.sum()), int((~is_invited).sum()), share),
        Check("first_stage", is_bounded, facts),
    )
    evidence = Evidence("encouragement", checks)
    missing = Effect.missing("not_applicable", len(outcome))
    if evidence.is_stopped:
        return Encouragement(missing, missing, moved, evidence)
    invitation = difference_of_means(outcome, is_invited).effect(rng)
    use = _effect_of_use(stage, len(outcome), rng) if is_bounded else missing
    return Encouragement(invitation, use, moved, evidence)


def first_stage(outcome: np.ndarray, uses: np.ndarray, is_invited: np.ndarray) -> FirstStage:
    """Differences of outcome and use between invited and others, and how uncertain they are."""
    both = np.vstack([np.asarray(outcome, float), np.asarray(uses, float)])
    arms = [both[:, which] for which in (is_invited, ~is_invited)]
    means = arms[0].mean(axis=1) - arms[1].mean(axis=1)
    covariance = sum(np.cov(arm) / arm.shape[1] for arm in arms)
    return FirstStage(
        outcome=float(means[0]),
        use=float(means[1]),
        outcome_variance=float(covariance[0, 0]),
        use_variance=float(covariance[1, 1]),
        covariance=float(covariance[0, 1]),
    )


def _effect_of_use(stage: FirstStage, n: int, rng: np.random.Generator) -> Effect:
    """Outcome by use, with the limits of Anderson and Rubin at every level."""
    furthest = _INSIDE * stage.largest_score
    draws = spread(
        lambda share: stage.limit(np.clip(normal_scores(share), -furthest, furthest)), rng
    )
    return Effect(stage.outcome / stage.use, draws, n)
