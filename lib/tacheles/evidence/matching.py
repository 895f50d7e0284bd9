"""Matched comparison: how do comparable others fare? What nobody measured stays in it."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tacheles.evidence.effect import Effect
from tacheles.evidence.grade import Check, Evidence
from tacheles.evidence.regression import logistic, shares, solved

#: Units with a propensity outside have nobody to be compared with.
OVERLAP = (0.05, 0.95)

#: Largest standardised difference of means that counts as balanced.
BALANCED = 0.1

#: Units are resampled this often.
DRAWS = 500

#: Fewest units of either side that a comparison is made of.
_FEWEST = 10

#: Numbers of units in the resamples that are fitted at once.
_AT_ONCE = 1_000_000


@dataclass(frozen=True, eq=False)
class MatchedComparison:
    """
    Difference between those who joined and comparable others (:func:`matched_comparison`).

    Parameters
    ----------
    effect : Effect
        On those who joined, in the unit of the outcome; a yes or no as a difference of shares.
        `no_data` if too few on either side can be compared.
    naive : float
        Difference between all who joined and all others.
    joined_mean, others_mean : float
        Mean outcome of those who joined, and what the others let expect of them.
    balance : DataFrame
        One row per covariate: standardised difference of means `before` and `after` weighting.
    left_out : int
        Units that have nobody to be compared with.
    evidence : Evidence
    """

    effect: Effect
    naive: float
    joined_mean: float
    others_mean: float
    balance: pd.DataFrame
    left_out: int
    evidence: Evidence

    @property
    def e_values(self) -> tuple[float, float]:
        """
        How strong an unmeasured cause would have to be to explain the effect, of a yes or no.

        As ratios of risks, of both joining and outcome: for the effect, and for the limit of its
        interval that is nearer to none. 1: nothing is needed.

        References
        ----------
        VanderWeele, T. J. and Ding, P. (2017). Sensitivity analysis in observational research:
        introducing the E-value. Annals of Internal Medicine 167, 268-274.
        """
        limits = self.effect.interval()
        nearer = 0.0 if limits[0] <= 0 <= limits[1] else min(limits, key=abs)
        value, limit = (
            e_value(self.joined_mean / (self.joined_mean - effect))
            for effect in (self.effect.value, nearer)
        )
        return value, limit


def e_value(risk_ratio: float) -> float:
    """How strong an unmeasured cause would have to be to explain a ratio of risks."""
    ratio = risk_ratio if risk_ratio >= 1 else 1 / risk_ratio if risk_ratio > 0 else math.inf
    return ratio + math.sqrt(ratio * (ratio - 1))


def matched_comparison(
    outcome: pd.Series,
    has_joined: pd.Series,
    covariates: pd.DataFrame,
    rng: np.random.Generator,
    *,
    placebo: str | None = None,
    draws: int = DRAWS,
) -> MatchedComparison:
    """
    Effect of joining on those who joined, against others made comparable, with its checks.

    Parameters
    ----------
    outcome : Series
        One per unit; 0 and 1 for no and yes.
    has_joined : Series of bool
    covariates : DataFrame
        What was known strictly before joining. Words become a yes or no each; what is missing
        becomes the mean, and a yes or no of its own.
    rng : numpy.random.Generator
    placebo : str, optional
        A covariate that is an outcome from before anybody could join: compared in the same way,
        without itself among the covariates, it must show nothing.
    draws : int
        How often units are resampled.

    Notes
    -----
    Augmented inverse propensity weighting: right if either the propensity (logistic) or the others'
    outcome (logistic for a yes or no, else linear) is. Units with a propensity outside 0.05 to 0.95
    are left out once; resamples fit both models anew.

    References
    ----------
    Robins, J. M., Rotnitzky, A. and Zhao, L. P. (1994). Estimation of regression coefficients when
    some regressors are not always observed. Journal of the American Statistical Association 89,
    846-866.
    """
    y, joined = outcome.to_numpy(float), has_joined.to_numpy(bool)
    columns = _design(covariates)
    kept = _has_counterpart(joined, columns.to_numpy())
    overlap = _overlap(joined, kept)
    naive = float(y[joined].mean() - y[~joined].mean()) if overlap.passed else math.nan
    y, joined, columns = y[kept], joined[kept], columns[kept]
    balance = _balance(joined, columns)
    checks = [overlap, _balanced(balance)]
    if placebo is not None:
        checks.append(_placebo_outcome(placebo, has_joined, covariates, rng, draws))
    effect = Effect.missing("no_data", len(y))
    if overlap.passed:
        effect = _effect(y, joined, columns.to_numpy(), rng, draws)
    mean = float(y[joined].mean()) if joined.any() else math.nan
    return MatchedComparison(
        effect=effect,
        naive=naive,
        joined_mean=mean,
        others_mean=mean - effect.value,
        balance=balance,
        left_out=int((~kept).sum()),
        evidence=Evidence("matched_comparison", tuple(checks)),
    )


def _design(covariates: pd.DataFrame) -> pd.DataFrame:
    """Covariates as numbers around 0 with standard deviation 1, those that vary."""
    words = list(covariates.select_dtypes(exclude=["number", "bool"]).columns)
    numbers = pd.get_dummies(covariates, columns=words, drop_first=True).astype(float)
    gaps = numbers.isna()
    gaps = gaps.loc[:, gaps.any()].astype(float).add_prefix("without_")
    complete = numbers.fillna(numbers.mean()).join(gaps)
    centred = complete - complete.mean()
    varies = centred.abs().max() > 0
    return centred.loc[:, varies] / centred.loc[:, varies].std()


def _with_constant(columns: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(columns)), columns])


def _has_counterpart(joined: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Whether somebody like each unit is on the other side."""
    if not 0 < joined.sum() < len(joined):
        return np.zeros(len(joined), dtype=bool)
    columns = _with_constant(columns)
    propensity = shares(columns, logistic(joined.astype(float), columns))
    return (propensity >= OVERLAP[0]) & (propensity <= OVERLAP[1])


def _overlap(joined: np.ndarray, kept: np.ndarray) -> Check:
    """Enough are left on both sides to be compared."""
    facts = {
        "joined": int(joined.sum()),
        "joined_compared": int((joined & kept).sum()),
        "others": int((~joined).sum()),
        "others_compared": int((~joined & kept).sum()),
    }
    sides = facts["joined_compared"], facts["others_compared"]
    return Check("overlap", min(sides) >= _FEWEST, facts)


def _odds(joined: np.ndarray, columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weights that make the others like those who joined; 0 for these."""
    share = shares(columns, logistic(joined.astype(float), columns, weights))
    return np.where(joined, 0.0, weights * share / (1 - share))


def _differences(
    y: np.ndarray, joined: np.ndarray, columns: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Doubly robust differences between those who joined and others, one per row of weights."""
    columns = _with_constant(columns)
    left = y - _expected_of_others(y, columns, weights * ~joined)
    odds, treated = _odds(joined, columns, weights), weights * joined
    return _mean(left, treated) - _mean(left, odds)


def _mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return (values * weights).sum(axis=-1) / weights.sum(axis=-1)


def _expected_of_others(y: np.ndarray, columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Outcome of each unit as the others' outcomes let expect."""
    if set(np.unique(y)) <= {0.0, 1.0}:
        return shares(columns, logistic(y, columns, weights))
    ridge = 1e-9 * len(y)  # so that a resample without one of the words has a solution
    return solved(columns, weights, (weights * y) @ columns, ridge) @ columns.T


def _effect(
    y: np.ndarray,
    joined: np.ndarray,
    columns: np.ndarray,
    rng: np.random.Generator,
    draws: int,
) -> Effect:
    units = len(y)
    weights = rng.multinomial(units, np.full(units, 1 / units), draws).astype(float)
    parts = np.array_split(weights, max(weights.size // _AT_ONCE, 1))
    drawn = np.concatenate([_differences(y, joined, columns, part) for part in parts])
    value = _differences(y, joined, columns, np.ones(units))
    return Effect(float(value), drawn, units)


def _balance(joined: np.ndarray, columns: pd.DataFrame) -> pd.DataFrame:
    """Standardised differences of means, before and after weighting."""
    if not 0 < joined.sum() < len(joined):
        return pd.DataFrame({"before": [], "after": []})
    odds = _odds(joined, _with_constant(columns.to_numpy()), np.ones(len(joined)))
    sides = columns[joined], columns[~joined]
    spread = np.sqrt((sides[0].var() + sides[1].var()) / 2).replace(0, np.nan)
    weighted = (columns.T @ odds) / odds.sum()
    before, after = (sides[0].mean() - mean for mean in (sides[1].mean(), weighted))
    return pd.DataFrame({"before": before / spread, "after": after / spread}).fillna(0.0)


def _balanced(balance: pd.DataFrame) -> Check:
    """After weighting, no covariate tells the two sides apart."""
    largest = float(balance["after"].abs().max()) if len(balance) else 0.0
    facts = {"largest": largest, "covariate": balance["after"].abs().idxmax() if largest else ""}
    return Check("balance", largest < BALANCED, facts)


def _placebo_outcome(
    name: str,
    has_joined: pd.Series,
    covariates: pd.DataFrame,
    rng: np.random.Generator,
    draws: int,
) -> Check:
    """What happened before anybody could join shows nothing."""
    known = covariates[name].notna()
    others = covariates[known].drop(columns=name)
    found = matched_comparison(
        covariates.loc[known, name], has_joined[known], others, rng, draws=draws
    ).effect
    low, high = found.interval()
    facts = {"outcome": name, "value": found.value, "low": low, "high": high}
    return Check("placebo_outcome", low <= 0 <= high if found.status == "ok" else None, facts)
