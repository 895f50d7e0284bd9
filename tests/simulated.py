"""Simulated communities for tests of effects, and how to make something happen to them."""

from dataclasses import replace
from typing import Any

import numpy as np

from tacheles.demo.panels import ACCOUNTS, WEEKLY, account_panel, weekly_panel
from tacheles.evidence.cohorts import AccountMonths
from tacheles.evidence.counts import Counts
from tacheles.evidence.grade import Check
from tacheles.evidence.time_series import InterruptedTimeSeries, interrupted_time_series

SCENARIOS = {scenario.name: scenario for scenario in (*WEEKLY, *ACCOUNTS[1:])}

#: Weeks before the start of a community, and all of them.
KNOWN, ALL = 78, 104


def community(seed: int = 1, scenario: str = "no effect") -> Counts:
    panel = weekly_panel(SCENARIOS[scenario], np.random.default_rng(seed))
    return Counts(panel.target, panel.controls, panel.customers)


def jumping(counts: Counts, factor: float, *controls: str) -> Counts:
    """The same counts with the target, or some controls, multiplied from the start on."""
    after = np.where(np.arange(len(counts)) < KNOWN, 1, factor)
    if not controls:
        return replace(counts, target=(counts.target * after).round())
    changed = {name: (counts.controls[name] * after).round() for name in controls}
    return replace(counts, controls=counts.controls.assign(**changed))


def analysed(counts: Counts, rng: np.random.Generator) -> InterruptedTimeSeries:
    return interrupted_time_series(counts, counts.target.index[KNOWN], rng)


def check(result: Any, name: str) -> Check:
    return next(check for check in result.evidence.checks if check.name == name)


def accounts(scenario: str = "", seed: int = 1, **more: Any) -> AccountMonths:
    """Accounts of a scenario of the calibration; by default nothing happens to them."""
    named = SCENARIOS[scenario] if scenario else ACCOUNTS[0]
    panel = account_panel(replace(named, **more), np.random.default_rng(seed))
    return AccountMonths(panel.tickets, panel.joined)
