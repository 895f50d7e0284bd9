"""
Simulated communities with known effects: intervals cover them, and zero stays zero.

A few of the rows that `benchmarks/calibration.py` prints, with fewer runs. The bounds leave room
for chance: each is passed by a true rate at the floor of the calibration in 999 of 1,000 cases.
"""

import numpy as np
import pytest
from scipy.stats import binom

from tacheles.demo.panels import ACCOUNTS, WEEKLY, account_panel, weekly_panel
from tacheles.evidence.cohorts import AccountMonths, cohorts, draws_of, drift_of
from tacheles.evidence.counts import Counts, log_ratio
from tacheles.evidence.time_series import interrupted_time_series

SCENARIOS = {scenario.name: scenario for scenario in WEEKLY}

#: Least coverage of a 90 % interval, most claims of a fall where there is none, and most of them at
#: grade C where the data cannot tell.
COVERED, FALSE, FALSE_AT_C = 0.85, 0.12, 0.15

#: Chance of a false alarm of each test.
ALARM = 0.001


def least(share: float, runs: int) -> int:
    """Hits that a true share of this size falls short of by chance only once in a thousand."""
    return int(binom.ppf(ALARM, runs, share))


def most(share: float, runs: int) -> int:
    """Hits that a true share of this size exceeds by chance only once in a thousand."""
    return int(binom.ppf(1 - ALARM, runs, share))


def community(name: str, seed: int) -> tuple[Counts, int, float]:
    panel = weekly_panel(SCENARIOS[name], np.random.default_rng([seed, 5]))
    counts = Counts(panel.target, panel.controls, panel.customers)
    return counts, SCENARIOS[name].before, float(np.log1p(panel.true_effect))


@pytest.mark.parametrize(
    "name",
    [
        "no effect",
        "effect −20 %",
        "strong autocorrelation (0.85), no effect",
        "44 + 16 weeks, no effect",
        "shock +20 % to all, no effect",
        "ramp to −30 %",
    ],
)
def test_time_series_cover_the_truth(name):
    runs, hits, falls = 60, 0, 0
    for seed in range(runs):
        counts, known, truth = community(name, seed)
        low, high = log_ratio(counts, known).interval(0.9)
        hits += low <= truth <= high
        falls += high < 0
    assert hits >= least(COVERED, runs)
    if "no effect" in name:
        assert falls <= most(FALSE, runs)


def test_an_effect_of_a_fifth_is_found():
    """The study found 83 % of them."""
    runs, falls = 60, 0
    for seed in range(runs):
        counts, known, _ = community("effect −20 %", seed)
        falls += log_ratio(counts, known).interval(0.9)[1] < 0
    assert falls >= least(0.8, runs)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["random-walk drift, no effect", "shock +20 % to the controls alone, no effect"]
)
def test_where_the_data_cannot_tell_the_grade_does(name):
    runs, falls = 15, 0
    for seed in range(runs):
        counts, known, _ = community(name, seed)
        start = counts.target.index[known]
        result = interrupted_time_series(counts, start, np.random.default_rng(seed))
        falls += result.relative.is_fall() and result.evidence.meets("C")
    assert falls <= most(FALSE_AT_C, runs)


@pytest.mark.parametrize(
    "name",
    [
        "no effect",
        "−25 % at once",
        "joiners twice as big, season and growth, no effect",
        "joined after a spike of tickets, no effect",
    ],
)
def test_accounts_cover_the_truth(name):
    scenario = next(one for one in ACCOUNTS if one.name == name)
    runs, hits, falls = 30, 0, 0
    for seed in range(runs):
        rng = np.random.default_rng([seed, 6])
        panel = account_panel(scenario, rng)
        accounts = AccountMonths(panel.tickets, panel.joined)
        groups = cohorts(accounts)
        cells = np.zeros(panel.tickets.shape, dtype=bool)
        cells[groups.kept] = groups.judged[groups.cohort]
        expected, without = (
            frame.to_numpy()[cells].sum() for frame in (panel.expected, panel.expected_without)
        )
        draws = draws_of(groups, drift_of(groups), rng, 200)
        low, high = np.quantile(draws, [0.05, 0.95])
        hits += low <= np.log(expected / without) <= high
        falls += high < 0
    assert hits >= least(COVERED, runs)
    if "no effect" in name:
        assert falls <= most(FALSE, runs)
