"""Experiments: chance decided who got it, so the difference is the effect."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from tacheles.evidence.effect import Effect, Estimate
from tacheles.evidence.grade import Check, Evidence

#: Below this p, chance did not make the arms' sizes: something lost units of one arm.
_BROKEN_ASSIGNMENT = 0.001

#: Fewest units before the anytime-valid interval may be looked at: its variance is an estimate.
FEWEST_TO_LOOK = 100

_NORMAL = NormalDist()


@dataclass(frozen=True, eq=False)
class Experiment:
    """
    Difference between two arms (:func:`randomised_experiment`).

    Parameters
    ----------
    difference : Estimate
        Of the means; with a history, freed of what the history explains.
    effect : Effect
        The same with draws; `not_applicable` if a check stopped the analysis.
    variance_reduction : float or None
        Share of the variance that the history explains; None without a history.
    pairs : int
        Units of the smaller arm.
    evidence : Evidence
    """

    difference: Estimate
    effect: Effect
    variance_reduction: float | None
    pairs: int
    evidence: Evidence

    def early_interval(self, prior: float, level: float = 0.95) -> tuple[float, float]:
        """
        Limits of the difference for those who look before the end (:func:`anytime_interval`).

        Parameters
        ----------
        prior : float
            Units that were expected in an arm × variance of the difference of a pair, fixed before
            the start.
        level : float
        """
        variance = self.pairs * self.difference.standard_error**2
        return anytime_interval(self.difference.value, variance, self.pairs, prior, level)


def randomised_experiment(
    outcome: np.ndarray,
    is_treated: np.ndarray,
    rng: np.random.Generator,
    *,
    share: float = 0.5,
    history: np.ndarray | None = None,
) -> Experiment:
    """
    Difference of means between those assigned to the treatment and the others.

    Parameters
    ----------
    outcome : ndarray
        One per unit assigned, whether it took part or not: intention to treat.
    is_treated : ndarray of bool
        What chance assigned.
    rng : numpy.random.Generator
    share : float
        Planned share of treated units.
    history : ndarray, optional
        The same outcome strictly before the assignment; empty (NaN) for units without one.
    """
    difference, reduction = adjusted_difference(outcome, is_treated, history)
    treated, others = int(is_treated.sum()), int((~is_treated).sum())
    evidence = Evidence("experiment", (sample_ratio(treated, others, share),))
    stopped = Effect.missing("not_applicable", difference.n)
    effect = stopped if evidence.is_stopped else difference.effect(rng)
    return Experiment(difference, effect, reduction, min(treated, others), evidence)


def difference_of_means(outcome: np.ndarray, is_treated: np.ndarray) -> Estimate:
    """Difference of the arms' means, each arm with a variance of its own."""
    arms = [np.asarray(outcome, float)[which] for which in (is_treated, ~is_treated)]
    variance = sum(arm.var(ddof=1) / len(arm) for arm in arms)
    value = arms[0].mean() - arms[1].mean()
    return Estimate(float(value), math.sqrt(variance), len(outcome))


def adjusted_difference(
    outcome: np.ndarray, is_treated: np.ndarray, history: np.ndarray | None
) -> tuple[Estimate, float | None]:
    """
    Difference of means freed of what each unit's history explains (CUPED).

    Returns
    -------
    difference : Estimate
    variance_reduction : float or None
        Squared correlation of outcome and history within the arms; None without a history.

    Notes
    -----
    θ is pooled over the arms. A unit without a history gets the mean history, which moves nothing.

    References
    ----------
    Deng, A., Xu, Y., Kohavi, R. and Walker, T. (2013). Improving the sensitivity of online
    controlled experiments by utilizing pre-experiment data. WSDM '13, 123-132.
    """
    if history is None:
        return difference_of_means(outcome, is_treated), None
    known = np.where(np.isnan(history), np.nanmean(history), history)
    x, y = (_within_arms(series, is_treated) for series in (known, np.asarray(outcome, float)))
    if not x.any():
        return difference_of_means(outcome, is_treated), 0.0
    theta = (x @ y) / (x @ x)
    explained = theta * (known - known.mean())
    reduction = (x @ y) ** 2 / ((x @ x) * (y @ y))
    return difference_of_means(outcome - explained, is_treated), float(reduction)


def _within_arms(series: np.ndarray, is_treated: np.ndarray) -> np.ndarray:
    """Deviations from the arm's own mean."""
    means = np.where(is_treated, series[is_treated].mean(), series[~is_treated].mean())
    return series - means


def sample_ratio(treated: int, others: int, share: float = 0.5) -> Check:
    """
    Whether the arms are as large as planned; if not, something lost units of one arm.

    Parameters
    ----------
    treated, others : int
        Units in the arms.
    share : float
        Planned share of treated units.

    References
    ----------
    Fabijan, A. et al. (2019). Diagnosing sample ratio mismatch in online controlled experiments.
    KDD '19, 2156-2164.
    """
    total = treated + others
    surprise = abs(treated - share * total) / math.sqrt(total * share * (1 - share))
    p = 2 * _NORMAL.cdf(-surprise)  # of a chi-square with one degree of freedom
    facts = {"treated": treated, "others": others, "share": share, "p": p}
    return Check("sample_ratio", p >= _BROKEN_ASSIGNMENT, facts)


def anytime_interval(
    mean: float, variance: float, n: int, prior: float = 100.0, level: float = 0.95
) -> tuple[float, float]:
    """
    Interval of a mean that stays right however often and whenever one looks.

    Parameters
    ----------
    mean, variance : float
        Of the units seen so far; for two arms, of the differences of pairs.
    n : int
        Units seen, at least :data:`FEWEST_TO_LOOK`.
    prior : float
        Variance of the mixture: units expected × their variance, fixed before the start. The
        interval is narrowest around there.
    level : float

    Raises
    ------
    ValueError
        If there are too few units for their variance to be trusted.

    References
    ----------
    Howard, S. R., Ramdas, A., McAuliffe, J. and Sekhon, J. (2021). Time-uniform, nonparametric,
    nonasymptotic confidence sequences. Annals of Statistics 49, 1055-1080: two-sided normal
    mixture.
    """
    if n < FEWEST_TO_LOOK:
        raise ValueError(f"{n} units are too few to look: at least {FEWEST_TO_LOOK}")
    seen = n * variance
    half = math.sqrt((seen + prior) * math.log((seen + prior) / (prior * (1 - level) ** 2))) / n
    return mean - half, mean + half


def smallest_visible_difference(
    sd: float,
    treated: int,
    others: int,
    *,
    variance_reduction: float = 0.0,
    cluster_size: float = 1.0,
    intraclass_correlation: float = 0.0,
) -> float:
    """
    Smallest difference that is found with 80 % power at 5 % one-sided.

    Parameters
    ----------
    sd : float
        Standard deviation of the outcome.
    treated, others : int
        Units of the arms.
    variance_reduction : float
        Share of the variance that a history explains.
    cluster_size, intraclass_correlation : float
        If not units but groups of them are assigned: their mean size, and how alike they are.
    """
    design_effect = 1 + (cluster_size - 1) * intraclass_correlation
    variance = sd**2 * (1 / treated + 1 / others) * (1 - variance_reduction) * design_effect
    return (_NORMAL.inv_cdf(0.95) + _NORMAL.inv_cdf(0.8)) * math.sqrt(variance)


def random_assignment(
    units: pd.DataFrame, seed: int, *, share: float = 0.5, strata: str | None = None
) -> pd.Series:
    """
    Who is invited or treated, drawn by chance before anybody is told, within strata alike.

    Parameters
    ----------
    units : DataFrame
        One row per unit, with an index of its own.
    seed : int
        Written down before the drawing; the same seed draws the same units, in whatever order the
        rows stand.
    share : float
        Share that is assigned.
    strata : str, optional
        Column within whose values the share is kept.

    Returns
    -------
    Series
        Whether each unit is assigned.
    """
    rng = np.random.default_rng(seed)
    ordered = units.sort_index()
    groups = ordered[strata].to_numpy() if strata else np.zeros(len(units))
    is_assigned = pd.Series(False, ordered.index, name="is_assigned")
    for group in sorted(set(groups)):
        members = np.flatnonzero(groups == group)
        exact = share * len(members)
        size = int(exact) + int(rng.random() < exact % 1)  # so that small strata get their share
        is_assigned.iloc[rng.choice(members, size, replace=False)] = True
    return is_assigned.reindex(units.index)
