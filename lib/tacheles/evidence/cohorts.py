"""Accounts that joined at different times, and what they would have done if they had not."""

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np
import pandas as pd

#: A monthly drift of joiners against the others: what is expected before the data speak, 15 % a
#: year. [log per month]
DRIFT_SD = 0.0125

#: Months before joining that are neither learned from nor judged: people join because of what
#: happens then.
DONUT = 3

#: Rounds of scaling and steps of a slope until they have settled, and when they have.
_ROUNDS, _STEPS, _SETTLED = 500, 30, 1e-8

#: Added to sums, so that a resample in which nothing happened has a logarithm.
_LEAST = 1e-12

#: Accounts in the resamples that are summed at once.
_AT_ONCE = 5_000_000

_NORMAL = NormalDist()


@dataclass(frozen=True, eq=False)
class AccountMonths:
    """
    Outcomes of accounts by month, and when each joined.

    Parameters
    ----------
    outcomes : DataFrame
        One row per account, one column per month, named by its first day, oldest first: counts or
        money. 0 where nothing happened, also after an account has ended; empty before it started.
    joined : Series
        Day on which each account joined, or that of its month; empty: not yet.

    Raises
    ------
    ValueError
        If the two are not of the same accounts, or the months are out of order.
    """

    outcomes: pd.DataFrame
    joined: pd.Series

    def __post_init__(self) -> None:
        months = self.outcomes.columns
        if not self.outcomes.index.equals(self.joined.index):
            raise ValueError("outcomes and joining dates are not of the same accounts")
        if not (months.is_monotonic_increasing and months.is_unique):
            raise ValueError("the months are not in order, or one is there twice")

    @cached_property
    def places(self) -> np.ndarray:
        """Column of the month in which each account joined; one past the last: not yet."""
        months = pd.DatetimeIndex(self.outcomes.columns)
        end = months[-1] + pd.offsets.MonthBegin()
        joined = pd.to_datetime(self.joined)
        inside = np.searchsorted(months, joined.fillna(end), side="right") - 1
        return np.where(joined.isna() | (joined >= end), len(months), inside)

    @cached_property
    def is_complete(self) -> np.ndarray:
        """Whether an account was there from the first month on."""
        return self.outcomes.notna().all(axis="columns").to_numpy()


@dataclass(frozen=True, eq=False)
class Cohorts:
    """
    Accounts by the month in which they joined (:func:`cohorts`).

    Parameters
    ----------
    kept : ndarray
        Whether each account can be used: it was there from the first month on, and has a month
        before joining.
    outcomes : ndarray
        One row per account kept, one column per month.
    cohort : ndarray
        Cohort of each account.
    joins : ndarray
        Month of joining of each cohort; one past the last month: not yet.
    learned, judged : ndarray
        Cells, cohort by month, that are fitted, and whose outcome is held against the fit.
    teaching : ndarray
        Those of the fitted cells that month effects are learned from.
    """

    kept: np.ndarray
    outcomes: np.ndarray
    cohort: np.ndarray
    joins: np.ndarray
    learned: np.ndarray
    judged: np.ndarray
    teaching: np.ndarray

    @cached_property
    def sums(self) -> np.ndarray:
        """Outcomes summed over the accounts of a cohort."""
        return self.resampled(np.ones((1, len(self.outcomes))))[0]

    @cached_property
    def clock(self) -> np.ndarray:
        """Months from the middle of the span for cohorts that join, 0 for the others."""
        months = self.learned.shape[1]
        since = np.arange(months) - months / 2
        return np.where((self.joins < months)[:, None], since, 0.0)

    @property
    def covered(self) -> np.ndarray:
        """Months in which something is judged."""
        return np.flatnonzero(self.judged.any(axis=0))

    @property
    def joiners(self) -> int:
        """Accounts that joined and are judged."""
        return int(np.isin(self.cohort, np.flatnonzero(self.judged.any(axis=1))).sum())

    @property
    def others(self) -> int:
        """Accounts that had not (yet) joined, in the month covered in which they were fewest."""
        waiting = np.bincount(self.cohort) @ self.learned
        return int(waiting[self.covered].min(initial=len(self.cohort)))

    def resampled(self, weights: np.ndarray) -> np.ndarray:
        """Sums by cohort if the accounts counted as often as each row of `weights` says."""
        rows = [self.cohort == number for number in range(len(self.joins))]
        return np.stack([weights[:, row] @ self.outcomes[row] for row in rows], axis=1)

    def log_ratio(self, drift: np.ndarray | float, sums: np.ndarray | None = None) -> np.ndarray:
        """
        Log of observed by imputed outcomes over the judged cells.

        Parameters
        ----------
        drift : ndarray or float
            Drift of joiners against the others. [log per month]
        sums : ndarray, optional
            Sums by cohort, one table per drift; by default those of all accounts.
        """
        sums = self.sums if sums is None else sums
        growth = np.exp(np.multiply.outer(drift, self.clock))
        accounts, months = _scaled(sums, self.learned, self.teaching, growth)
        imputed = accounts[..., :, None] * months[..., None, :] * growth
        observed, expected = (
            (cells * self.judged).sum(axis=(-1, -2)) + _LEAST for cells in (sums, imputed)
        )
        return np.log(observed / expected)


@dataclass(frozen=True)
class Drift:
    """
    Drift of joiners against the others before they joined. [log per month]

    Parameters
    ----------
    estimate, standard_error : float
        From the data alone.
    """

    estimate: float
    standard_error: float

    @property
    def p_value(self) -> float:
        """Two-sided p of no drift."""
        return 2 * _NORMAL.cdf(-abs(self.estimate) / self.standard_error)

    @property
    def sd(self) -> float:
        """Standard deviation of what is believed, expectation and data together."""
        return DRIFT_SD * math.sqrt(1 - self._trust)

    @property
    def mean(self) -> float:
        """What is believed: the estimate, pulled towards zero."""
        return self.estimate * self._trust

    @property
    def _trust(self) -> float:
        """Weight of the data against what was expected."""
        return DRIFT_SD**2 / (DRIFT_SD**2 + self.standard_error**2)


#: Joiners would have developed like the others: nothing is doubted.
NO_DRIFT = Drift(0.0, 0.0)


def cohorts(
    accounts: AccountMonths, *, donut: int = DONUT, earlier: int = 0, never_only: bool = False
) -> Cohorts:
    """
    Accounts by the month in which they joined.

    Parameters
    ----------
    accounts : AccountMonths
    donut : int
        Months before joining that are neither learned from nor judged.
    earlier : int
        Months by which joining is put back for a placebo: then only what came before the donut of
        the true date is judged.
    never_only : bool
        Whether month effects are learned only from accounts that have not joined at all.

    Raises
    ------
    ValueError
        If an outcome is negative: accounts are multiplied, and a negative one has no growth.
    """
    if (accounts.outcomes.to_numpy(float) < 0).any():
        raise ValueError("an outcome is negative")
    months = accounts.outcomes.shape[1]
    never = accounts.places == months
    starts = np.where(never, months, accounts.places - earlier)
    kept = accounts.is_complete & (starts > donut)
    joins, cohort = np.unique(starts[kept], return_inverse=True)
    at, has_not = np.arange(months), (joins == months)[:, None]
    learned = (at < joins[:, None] - donut) | has_not
    judged = (at >= joins[:, None]) & ~has_not
    if earlier:
        judged &= at < joins[:, None] + earlier - donut
    teaching = learned & has_not if never_only else learned
    return Cohorts(
        kept=kept,
        outcomes=accounts.outcomes.to_numpy(float)[kept],
        cohort=cohort,
        joins=joins,
        learned=learned,
        judged=judged & teaching.any(axis=0),
        teaching=teaching,
    )


def drift_of(groups: Cohorts) -> Drift:
    """
    Drift of joiners against the others before joining, with the standard error by account.

    Notes
    -----
    Poisson regression on the fitted cells with effects of account and month; Newton steps on the
    score of the slope, profiled over the effects. Where nobody stays out, drift and month effects
    are one, and the standard error is infinite.
    """
    sums, learned, clock = groups.sums, groups.learned, groups.clock
    slope = 0.0
    for _ in range(_STEPS):
        growth = np.exp(slope * clock)
        by_account, by_month = _scaled(sums, learned, learned, growth)
        expected = learned * by_account[:, None] * by_month * growth
        profiled = _without_effects(clock, expected)
        information = float((expected * profiled**2).sum())
        if information < _SETTLED:
            return Drift(0.0, float("inf"))
        step = float(((sums * learned - expected) * profiled).sum() / information)
        slope += step
        if abs(step) < _SETTLED:
            break
    shape = learned * by_month * growth
    share = (shape / shape.sum(axis=1, keepdims=True))[groups.cohort]
    seen = groups.outcomes * learned[groups.cohort]
    surprise = seen - seen.sum(axis=1, keepdims=True) * share
    scores = (surprise * profiled[groups.cohort]).sum(axis=1)
    return Drift(slope, float(np.sqrt(scores @ scores) / information))


def draws_of(groups: Cohorts, drift: Drift, rng: np.random.Generator, draws: int) -> np.ndarray:
    """
    Draws of the log ratio: over resampled accounts and over the drifts believed.

    Parameters
    ----------
    groups : Cohorts
    drift : Drift
        Of the joiners; :data:`NO_DRIFT` if they would have developed like the others.
    rng : numpy.random.Generator
    draws : int
    """
    accounts = len(groups.outcomes)
    parts = np.array_split(
        rng.normal(drift.mean, drift.sd, draws), accounts * draws // _AT_ONCE + 1
    )
    shares = np.full(accounts, 1 / accounts)
    sums = [
        groups.resampled(rng.multinomial(accounts, shares, len(part)).astype(float))
        for part in parts
    ]
    return groups.log_ratio(np.concatenate(parts), np.concatenate(sums))


def _scaled(
    sums: np.ndarray, learned: np.ndarray, teaching: np.ndarray, growth: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Poisson effects of cohort and month, scaled until rows and columns add up."""
    rows, columns = (sums * learned).sum(axis=-1), (sums * teaching).sum(axis=-2)
    by_month = np.ones_like(columns)
    for _ in range(_ROUNDS):
        expected = (learned * growth * by_month[..., None, :]).sum(axis=-1)
        by_cohort = _divided(rows, expected)
        expected = (teaching * growth * by_cohort[..., :, None]).sum(axis=-2)
        before, by_month = by_month, _divided(columns, expected)
        if np.abs(by_month - before).max() <= _SETTLED * by_month.max():
            break
    return by_cohort, by_month


def _divided(observed: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Observed by expected; 0 where nothing was expected."""
    return np.divide(observed, expected, out=np.zeros_like(observed), where=expected > 0)


def _without_effects(clock: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What a table keeps when weighted effects of rows and columns are taken out."""
    rows, columns = clock.shape
    effects = np.hstack(
        [np.kron(np.eye(rows), np.ones((columns, 1))), np.kron(np.ones((rows, 1)), np.eye(columns))]
    )
    root = np.sqrt(weights.ravel())
    fit = np.linalg.lstsq(effects * root[:, None], clock.ravel() * root, rcond=None)[0]
    return clock - (effects @ fit).reshape(clock.shape)
