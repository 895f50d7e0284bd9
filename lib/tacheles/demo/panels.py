"""Simulated panels with a known effect, by which the designs of `evidence` are judged."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

#: Weeks of a year, months of a year.
WEEKS, MONTHS = 52, 12


@dataclass(frozen=True)
class WeeklyScenario:
    """
    What a community's weekly tickets are like, and what its intervention does to them.

    Parameters
    ----------
    name : str
        What is special about it.
    effect : float
        Relative change of the target that the intervention reaches. [share]
    shape : {"step", "ramp", "saturating"}
        How it gets there: at once, on a line until the last week, or as 1 − exp(−weeks/6).
    before, after : int
        Weeks before and after the start.
    tickets : float
        Mean of the target at 500 customers. [per week]
    controls : int
        Number of control categories.
    control_tickets : (float, float)
        Range of their means, log-uniform. [per week]
    loadings : (float, float)
        Range of the controls' loadings on the common demand factor.
    own_correlation : float
        Autocorrelation of each series' own noise, whose standard deviation is 0.08.
    random_walk : float
        Standard deviation of the weekly steps of a random walk in the target. [log]
    customer_growth : float
        Yearly growth of the customers. [share]
    target_drift, control_drift : float
        Drift over the whole span. [log per week]
    shock_to_all, shock_to_controls : float
        Jump of all series, or of the controls, at the start. [share]
    after_spike : bool
        The target's own noise lies above one standard deviation in the four weeks before.
    incidents : float
        Share of weeks in which a series doubles.
    relabelled : float
        Jump of the target half-way before the start, because tickets are filed elsewhere. [share]
    is_beyond_the_data : bool
        The data cannot tell it from an effect, or hides one: told apart in the calibration.
    """

    name: str
    effect: float = 0.0
    shape: str = "step"
    before: int = 78
    after: int = 26
    tickets: float = 80.0
    controls: int = 3
    control_tickets: tuple[float, float] = (60.0, 120.0)
    loadings: tuple[float, float] = (0.7, 1.2)
    own_correlation: float = 0.5
    random_walk: float = 0.0
    customer_growth: float = 0.15
    target_drift: float = 0.0
    control_drift: float = 0.0
    shock_to_all: float = 0.0
    shock_to_controls: float = 0.0
    after_spike: bool = False
    incidents: float = 0.0
    relabelled: float = 0.0
    is_beyond_the_data: bool = False


#: The communities of the calibration.
WEEKLY = (
    WeeklyScenario("no effect"),
    WeeklyScenario("effect −20 %", effect=-0.2),
    WeeklyScenario("effect −10 %", effect=-0.1),
    WeeklyScenario("white noise, no effect", own_correlation=0.0),
    WeeklyScenario("strong autocorrelation (0.85), no effect", own_correlation=0.85),
    WeeklyScenario("random-walk drift, no effect", random_walk=0.03, is_beyond_the_data=True),
    WeeklyScenario("44 + 16 weeks, no effect", before=44, after=16),
    WeeklyScenario("44 + 16 weeks, −20 %", effect=-0.2, before=44, after=16),
    WeeklyScenario("120 + 30 weeks, no effect", before=120, after=30),
    WeeklyScenario("6 tickets a week, no effect", tickets=6.0, control_tickets=(5.0, 20.0)),
    WeeklyScenario(
        "6 tickets a week, −30 %", effect=-0.3, tickets=6.0, control_tickets=(5.0, 20.0)
    ),
    WeeklyScenario("customers double in a year, no effect", customer_growth=1.0),
    WeeklyScenario("target drifts −0.4 % a week, no effect", target_drift=-0.004),
    WeeklyScenario("shock +20 % to all, no effect", shock_to_all=0.2),
    WeeklyScenario(
        "shock +20 % to the controls alone, no effect",
        shock_to_controls=0.2,
        is_beyond_the_data=True,
    ),
    WeeklyScenario(
        "spill-over: controls −8 %, true −20 %",
        effect=-0.2,
        shock_to_controls=-0.08,
        is_beyond_the_data=True,
    ),
    WeeklyScenario("ramp to −30 %", effect=-0.3, shape="ramp"),
    WeeklyScenario("saturating to −20 %", effect=-0.2, shape="saturating"),
    WeeklyScenario("launched after a spike, no effect", after_spike=True, is_beyond_the_data=True),
    WeeklyScenario("one weak control, no effect", controls=1, loadings=(0.2, 0.6)),
    WeeklyScenario("five controls, no effect", controls=5),
    WeeklyScenario("controls drift +0.3 % a week, no effect", control_drift=0.003),
    WeeklyScenario("incidents double 3 % of the weeks, no effect", incidents=0.03),
    WeeklyScenario("relabelling −25 % half-way before, no effect", relabelled=-0.25),
)


class WeeklyPanel(NamedTuple):
    """Weekly counts of a simulated community, indexed by the Monday of the week."""

    target: pd.Series
    controls: pd.DataFrame
    customers: pd.Series
    start: pd.Timestamp
    #: Relative change of the tickets expected after the start. [share]
    true_effect: float


def weekly_panel(scenario: WeeklyScenario, rng: np.random.Generator) -> WeeklyPanel:
    """
    Weekly tickets of a simulated community.

    Notes
    -----
    Counts are negative binomial with dispersion 0.005. The log mean is the sum of a base rate per
    customer, a season that is quiet around Christmas, a loading × a common demand factor (AR(1),
    0.7, standard deviation 0.10), and the series' own AR(1) noise. The span begins in a random week
    of the year.
    """
    common = _Common.drawn(scenario, rng)
    own = _own_noise(scenario, rng)
    expected = common.expected(scenario.tickets, rng.uniform(0.7, 1.2), 1.0, own, rng)
    before = scenario.before
    reached = np.concatenate([np.zeros(before), _reached(scenario.shape, scenario.after)])
    changed = expected * (1 + scenario.effect * reached)
    controls = {f"control_{i}": _control(common, rng) for i in range(1, scenario.controls + 1)}
    index = common.weeks
    return WeeklyPanel(
        target=pd.Series(_counted(changed, rng), index, name="target"),
        controls=pd.DataFrame(controls, index),
        customers=pd.Series(common.customers, index, name="customers"),
        start=index[before],
        true_effect=float(changed[before:].sum() / expected[before:].sum() - 1),
    )


@dataclass(frozen=True)
class _Common:
    """What all series of a community have in common."""

    scenario: WeeklyScenario
    weeks: pd.DatetimeIndex
    customers: np.ndarray
    season: np.ndarray
    demand: np.ndarray

    @classmethod
    def drawn(cls, scenario: WeeklyScenario, rng: np.random.Generator) -> "_Common":
        """Customers that grow by small steps, a season from a random week on, and demand."""
        weeks, first = scenario.before + scenario.after, int(rng.integers(WEEKS))
        steps = np.log1p(scenario.customer_growth) / WEEKS + rng.normal(0, 0.002, weeks)
        return cls(
            scenario=scenario,
            weeks=pd.date_range("2024-01-01", periods=first + weeks, freq="7D")[first:],
            customers=np.round(500 * np.exp(np.cumsum(steps))),
            season=_yearly_season(first + np.arange(weeks)),
            demand=_ar1(0.7, 0.10, weeks, rng),
        )

    @property
    def is_after(self) -> np.ndarray:
        """Whether each week lies after the start."""
        return np.arange(len(self.weeks)) >= self.scenario.before

    def expected(
        self,
        tickets: float,
        loading: float,
        seasonal: float,
        own: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:
        """Tickets to be expected of a series without an effect."""
        log_rate = seasonal * self.season + loading * self.demand + own
        mean = tickets * self.customers / 500 * np.exp(log_rate)
        is_incident = rng.random(len(mean)) < self.scenario.incidents
        shock = 1 + self.scenario.shock_to_all * self.is_after
        return mean * np.where(is_incident, 2.0, 1.0) * shock


def _control(common: _Common, rng: np.random.Generator) -> np.ndarray:
    """Counts of a category that the intervention cannot touch."""
    scenario, weeks = common.scenario, len(common.weeks)
    tickets = np.exp(rng.uniform(*np.log(scenario.control_tickets)))
    own = _ar1(scenario.own_correlation, 0.08, weeks, rng)
    own += scenario.control_drift * np.arange(weeks)
    loading, seasonal = rng.uniform(*scenario.loadings), rng.uniform(0.7, 1.3)
    mean = common.expected(tickets, loading, seasonal, own, rng)
    return _counted(mean * (1 + scenario.shock_to_controls * common.is_after), rng)


def _yearly_season(week: np.ndarray) -> np.ndarray:
    """Season of the week of the year. [log]"""
    turn = 2 * np.pi * week / WEEKS
    is_christmas = np.isin(week % WEEKS, (51, 0))
    return 0.15 * np.sin(turn + 0.5) + 0.06 * np.cos(2 * turn) - 0.35 * is_christmas


def _own_noise(scenario: WeeklyScenario, rng: np.random.Generator) -> np.ndarray:
    """What happens to the target alone. [log]"""
    before, weeks = scenario.before, scenario.before + scenario.after
    own = _ar1(scenario.own_correlation, 0.08, weeks, rng)
    while scenario.after_spike and (own[before - 4 : before] < 0.08).any():
        own = _ar1(scenario.own_correlation, 0.08, weeks, rng)
    own += np.cumsum(rng.normal(0, scenario.random_walk, weeks))
    own += scenario.target_drift * np.arange(weeks)
    own[before // 2 :] += np.log1p(scenario.relabelled)
    return own


def _reached(shape: str, after: int) -> np.ndarray:
    """Share of the effect that is reached in each week after the start."""
    week = np.arange(1, after + 1)
    shapes = {"step": np.ones(after), "ramp": week / after, "saturating": -np.expm1(-week / 6)}
    return shapes[shape]


def _ar1(
    correlation: float, sd: float, n: int, rng: np.random.Generator, rows: int | None = None
) -> np.ndarray:
    """Stationary autoregressive noise: one series, or `rows` of them."""
    noise = rng.normal(0, sd, (rows or 1, n))
    for t in range(1, n):
        noise[:, t] = correlation * noise[:, t - 1] + np.sqrt(1 - correlation**2) * noise[:, t]
    return noise if rows else noise[0]


def _counted(mean: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Negative binomial counts with dispersion 0.005."""
    return rng.poisson(mean * rng.gamma(200, 1 / 200, mean.shape))


@dataclass(frozen=True)
class AccountScenario:
    """
    What a community's accounts are like, and what joining does to their tickets.

    Parameters
    ----------
    name : str
        What is special about it.
    effect : float
        Relative change of an account's tickets that joining reaches. [share]
    months_to_reach : int
        Months after joining until the effect is reached, on a line; 0: at once.
    accounts, months : int
        Size of the panel.
    joiners_size : float
        How many times bigger joiners are than the others.
    joiners_drift : float
        Drift of joiners against the others over the whole span. [log per month]
    season, growth : float
        Amplitude of the common season [log] and common yearly growth [share].
    after_spike : bool
        Accounts join the likelier the more tickets they had in the month before.
    is_beyond_the_data : bool
        The data cannot tell it from an effect: told apart in the calibration.
    """

    name: str
    effect: float = 0.0
    months_to_reach: int = 0
    accounts: int = 400
    months: int = 18
    joiners_size: float = 1.0
    joiners_drift: float = 0.0
    season: float = 0.1
    growth: float = 0.05
    after_spike: bool = False
    is_beyond_the_data: bool = False


#: The accounts of the calibration.
ACCOUNTS = (
    AccountScenario("no effect"),
    AccountScenario("−25 % at once", effect=-0.25),
    AccountScenario("growing to −40 %", effect=-0.4, months_to_reach=6),
    AccountScenario(
        "joiners twice as big, season and growth, no effect",
        joiners_size=2.0,
        season=0.25,
        growth=0.3,
    ),
    AccountScenario(
        "joiners already improving 2 % a month, no effect",
        joiners_drift=float(np.log(0.98)),
        is_beyond_the_data=True,
    ),
    AccountScenario("joined after a spike of tickets, no effect", after_spike=True),
    AccountScenario("80 accounts, −25 %", effect=-0.25, accounts=80),
)


class AccountPanel(NamedTuple):
    """Monthly counts of simulated accounts."""

    #: One row per account, one column per month.
    tickets: pd.DataFrame
    #: Month in which an account joined; empty: never.
    joined: pd.Series
    #: Tickets expected in each cell if nobody had joined, and as it was.
    expected_without: pd.DataFrame
    expected: pd.DataFrame


def account_panel(scenario: AccountScenario, rng: np.random.Generator) -> AccountPanel:
    """
    Monthly tickets of simulated accounts, of which some join the community.

    Notes
    -----
    Counts are Poisson. Accounts' means are log-normal around 1.2 a month (0.6), their noise is
    AR(1) (0.5, standard deviation 0.5). Half never join, the others in months 7 to 15; after a
    spike the monthly hazard of joining is logistic in the account's noise of the month before.
    """
    n, months = scenario.accounts, np.arange(scenario.months)
    noise = _ar1(0.5, 0.5, scenario.months, rng, rows=n)
    joins = _joined_after_spike(noise, rng) if scenario.after_spike else _joined(n, rng)
    is_joiner = joins >= 0
    season = scenario.season * np.sin(2 * np.pi * (months + rng.integers(MONTHS)) / MONTHS)
    common = season + np.log1p(scenario.growth) * months / MONTHS
    size = np.log(1.2) + rng.normal(0, 0.6, n) + np.log(scenario.joiners_size) * is_joiner
    drift = scenario.joiners_drift * np.outer(is_joiner, months)
    without = np.exp(size[:, None] + common + drift + noise)
    since = np.where(is_joiner[:, None], months - joins[:, None] + 1, 0)
    reached = np.clip(since / max(scenario.months_to_reach, 1), 0, 1)
    expected = without * (1 + scenario.effect * reached)
    names = pd.Index([f"account_{i:03d}" for i in range(n)], name="account_id")
    columns = pd.period_range("2025-01", periods=scenario.months, freq="M").to_timestamp()
    joined = pd.Series(columns.take(joins).where(is_joiner), names, name="joined")
    frames = (pd.DataFrame(cells, names, columns) for cells in (without, expected))
    return AccountPanel(pd.DataFrame(rng.poisson(expected), names, columns), joined, *frames)


def _joined(n: int, rng: np.random.Generator) -> np.ndarray:
    """Month of joining, counted from 0, of half of the accounts; −1: never."""
    return np.where(np.arange(n) < n // 2, rng.integers(6, 15, n), -1)


def _joined_after_spike(noise: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Month of joining, the likelier the higher the noise of the month before; −1: never."""
    month = np.arange(6, 15)
    hazard = 1 / (1 + np.exp(4.2 - 2.2 * noise[:, month - 1]))
    does = rng.random(hazard.shape) < hazard
    return np.where(does.any(axis=1), month[does.argmax(axis=1)], -1)
