"""The checks of a difference-in-differences: is nothing found where nothing should be found?"""

import numpy as np

from tacheles.evidence.cohorts import (
    DONUT,
    AccountMonths,
    Cohorts,
    Drift,
    cohorts,
    draws_of,
    drift_of,
)
from tacheles.evidence.effect import LEVEL
from tacheles.evidence.grade import Check, Evidence

#: Below this a panel cannot carry grade C.
MONTHS, JOINERS, OTHERS = 12, 40, 40

#: Level of the checks that look where nothing should be found.
CHECK_LEVEL = 0.99

#: Months by which the placebo joins earlier.
_EARLIER = 6


def evidence_of(
    accounts: AccountMonths,
    draws: np.ndarray,
    drift: Drift,
    rng: np.random.Generator,
    untouched: AccountMonths | None = None,
) -> Evidence:
    """
    Evidence of a difference-in-differences, with its checks.

    Parameters
    ----------
    accounts : AccountMonths
    draws : ndarray
        Of the log ratio.
    drift : Drift
        Of the joiners.
    rng : numpy.random.Generator
    untouched : AccountMonths, optional
        An outcome of the same accounts that the community cannot touch.
    """
    checks = [
        _enough_data(cohorts(accounts)),
        _drift_before_joining(drift),
        _placebo_joining(accounts, rng, len(draws)),
        _never_joined_only(accounts, drift),
        _other_donut(accounts, draws),
    ]
    if untouched is not None:
        checks.append(_finds_nothing("untouched_outcome", cohorts(untouched), rng, len(draws)))
    return Evidence("difference_in_differences", tuple(checks))


def _enough_data(groups: Cohorts) -> Check:
    """Enough months, enough who joined, and always as many who have not (yet)."""
    facts = {
        "months": groups.outcomes.shape[1],
        "joiners": groups.joiners,
        "others": groups.others,
    }
    enough = facts["months"] >= MONTHS and facts["joiners"] >= JOINERS and facts["others"] >= OTHERS
    return Check("enough_data", enough, facts)


def _drift_before_joining(drift: Drift) -> Check:
    """Joiners did not drift from the others before; that this passes proves little."""
    facts = {"drift": drift.estimate, "standard_error": drift.standard_error, "p": drift.p_value}
    return Check("drift_before_joining", drift.p_value >= 1 - LEVEL, facts)


def _placebo_joining(accounts: AccountMonths, rng: np.random.Generator, draws: int) -> Check:
    """Nothing happens half a year before joining."""
    return _finds_nothing("placebo_joining", cohorts(accounts, earlier=_EARLIER), rng, draws)


def _never_joined_only(accounts: AccountMonths, drift: Drift) -> Check:
    """Against those alone that never joined, the effect has the same sign."""
    alone = cohorts(accounts, never_only=True)
    if not alone.judged.any():
        return Check("never_joined_only", None)
    ratios = [float(groups.log_ratio(drift.mean)) for groups in (alone, cohorts(accounts))]
    changes = np.expm1(ratios)
    facts = {"never_joined_only": float(changes[0]), "all": float(changes[1])}
    return Check("never_joined_only", ratios[0] * ratios[1] > 0, facts)


def _other_donut(accounts: AccountMonths, draws: np.ndarray) -> Check:
    """With the months before joining, the effect lies inside the interval without them."""
    groups = cohorts(accounts, donut=0)
    found = float(groups.log_ratio(drift_of(groups).mean))
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    facts = {"change": float(np.expm1(found)), "months": DONUT}
    return Check("other_donut", bool(low <= found <= high), facts)


def _finds_nothing(name: str, groups: Cohorts, rng: np.random.Generator, draws: int) -> Check:
    """A check that passes unless zero lies outside the interval."""
    if not groups.judged.any():
        return Check(name, None)
    found = draws_of(groups, drift_of(groups), rng, draws)
    tails = [(1 - CHECK_LEVEL) / 2, 0.5, (1 + CHECK_LEVEL) / 2]
    low, middle, high = np.expm1(np.quantile(found, tails)).tolist()
    facts = {"change": middle, "low": low, "high": high, "level": CHECK_LEVEL}
    return Check(name, low <= 0 <= high, facts)
