"""
Difference-in-differences: what accounts became that joined, against those that had not (yet).

On seven kinds of simulated accounts, 200 panels of each (`benchmarks/calibration.py`), the 90 %
interval holds the true effect in 93 to 98 % of the runs, and a fall is claimed without an effect in
at most 2 %; where joiners were already improving by 2 % a month, in 81 and 19 %. Two-way fixed
effects hold it in 20 to 90 %, staggered effects in 2 to 90 %.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tacheles.evidence.cohorts import (
    NO_DRIFT,
    AccountMonths,
    Cohorts,
    Drift,
    cohorts,
    draws_of,
    drift_of,
)
from tacheles.evidence.effect import LEVEL, Effect
from tacheles.evidence.grade import Evidence
from tacheles.evidence.panel_checks import evidence_of

#: Accounts are resampled this often.
DRAWS = 1000

#: Drifts among which the breakdown is sought. [log per month]
_LARGEST_DRIFT = 0.2


@dataclass(frozen=True, eq=False)
class DifferenceInDifferences:
    """
    Effect of joining on an outcome of accounts (:func:`difference_in_differences`).

    Parameters
    ----------
    months : DatetimeIndex
        Months that the effect covers: those in which somebody has not joined yet.
    observed : ndarray
        Outcomes of the accounts that have joined, in each of these months.
    joiners, left_out : int
        Accounts that joined and are judged, and those that cannot be used: without a month before
        joining, or not there from the first month on.
    log_ratio : ndarray
        Draws of the log of observed by imputed outcomes.
    relative : Effect
        Change of the outcome against what was to be expected. [share]
    without_drift : Effect
        The same if joiners would have developed like the others.
    drift : Drift
        Of joiners against the others before they joined.
    breakdown_drift : float or None
        Drift of joiners at which the claim would vanish, infinite if none would do; None if there
        is no claim even without drift. [log per month]
    evidence : Evidence
    """

    months: pd.DatetimeIndex
    observed: np.ndarray
    joiners: int
    left_out: int
    log_ratio: np.ndarray
    relative: Effect
    without_drift: Effect
    drift: Drift
    breakdown_drift: float | None
    evidence: Evidence

    def avoided(self, months: Any = slice(None)) -> Effect:
        """
        Outcome that did not come about: imputed minus observed; negative if there was more.

        Parameters
        ----------
        months : slice or boolean array
            Which of the months covered; by default all. Each has the effect of the whole span.
        """
        observed = self.observed[months].sum()
        value = observed * (1 / (1 + self.relative.value) - 1)
        return Effect(float(value), observed * np.expm1(-self.log_ratio), self.joiners)


def difference_in_differences(
    accounts: AccountMonths,
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
    untouched: AccountMonths | None = None,
) -> DifferenceInDifferences:
    """
    Effect of joining on an outcome, against accounts that have not joined (yet), with its checks.

    Parameters
    ----------
    accounts : AccountMonths
    rng : numpy.random.Generator
    draws : int
        How often accounts are resampled.
    untouched : AccountMonths, optional
        An outcome of the same accounts that the community cannot touch.

    Raises
    ------
    ValueError
        If no account joined in a month in which another had not, with a month to learn from.

    Notes
    -----
    Poisson means exp(α_account + λ_month + δ·month for joiners) are fitted before joining, without
    a donut of three months, and imputed after it. δ is pulled towards zero (N(0, 0.0125²) a month),
    and its uncertainty carried on. The interval comes from resampled accounts, each resample with a
    draw of δ. Months in which everybody has joined are not judged.

    References
    ----------
    Borusyak, K., Jaravel, X. and Spiess, J. (2024). Revisiting event-study designs: robust and
    efficient estimation. Review of Economic Studies 91, 3253-3285.
    Wooldridge, J. M. (2023). Simple approaches to nonlinear difference-in-differences with panel
    data. Econometrics Journal 26, C31-C66.
    """
    groups = cohorts(accounts)
    if not groups.judged.any():
        raise ValueError("no account joined in a month in which another had not")
    drift = drift_of(groups)
    log_ratio = draws_of(groups, drift, rng, draws)
    without_drift = _effect(groups, NO_DRIFT, draws_of(groups, NO_DRIFT, rng, draws))
    return DifferenceInDifferences(
        months=pd.DatetimeIndex(accounts.outcomes.columns[groups.covered]),
        observed=(groups.sums * groups.judged).sum(axis=0)[groups.covered],
        joiners=groups.joiners,
        left_out=int((~groups.kept).sum()),
        log_ratio=log_ratio,
        relative=_effect(groups, drift, log_ratio),
        without_drift=without_drift,
        drift=drift,
        breakdown_drift=_breakdown(groups, without_drift),
        evidence=evidence_of(accounts, log_ratio, drift, rng, untouched),
    )


def _effect(groups: Cohorts, drift: Drift, log_ratio: np.ndarray) -> Effect:
    value = float(np.expm1(groups.log_ratio(drift.mean)))
    return Effect(value, np.expm1(log_ratio), groups.joiners)


def _breakdown(groups: Cohorts, without_drift: Effect) -> float | None:
    """
    Drift at which the interval reaches zero.

    The interval is moved by as much as the estimate moves with the drift: nearly what resampling
    with that drift gives, and a thousand times quicker.
    """
    low, high = without_drift.interval(LEVEL)
    if low <= 0 <= high:
        return None
    from scipy.optimize import brentq  # costs a third of a second: only where it is needed

    nearest = np.log1p(high if high < 0 else low)
    gone = groups.log_ratio(0.0) - nearest
    furthest = float(np.copysign(_LARGEST_DRIFT, nearest))
    if (groups.log_ratio(furthest) - gone) * nearest > 0:
        return float(np.copysign(np.inf, nearest))
    return float(brentq(lambda drift: groups.log_ratio(drift) - gone, 0.0, furthest, xtol=1e-5))
