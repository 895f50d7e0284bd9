"""
Does an interval of 90 % hold the truth in 90 % of the cases, and how often is nothing claimed?

python benchmarks/calibration.py                          all tables, 200 runs a row, all cores
python benchmarks/calibration.py --table accounts         one of them; may be given several times
python benchmarks/calibration.py --scenario "no effect"   only rows whose name has this; likewise
python benchmarks/calibration.py --runs 50 --csv out.csv

Simulated communities whose true effects are known (`tacheles.demo.panels`) go through the product's
own code. Beside each figure stands, in brackets, that of the study which the designs were chosen
by: other code, other random numbers, and segmented regressions on the log rate with Newey-West
errors where these are quasi-Poisson. All figures are percent. A share has a binomial error: of 200
runs ± 2 points at 90 %.
"""

import argparse
import csv
import os
import time
import timeit
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from functools import partial
from multiprocessing import Pool
from multiprocessing.pool import Pool as PoolType
from pathlib import Path
from typing import Any

import numpy as np

from tacheles.demo.panels import (
    ACCOUNTS,
    WEEKLY,
    AccountPanel,
    AccountScenario,
    WeeklyScenario,
    account_panel,
    weekly_panel,
)
from tacheles.evidence.cohorts import AccountMonths, cohorts
from tacheles.evidence.comparison import (
    before_after,
    members_against_others,
    members_before_after,
    segmented_regression,
)
from tacheles.evidence.counts import Counts, log_ratio
from tacheles.evidence.effect import LEVEL, PRELIMINARY_LEVEL, Estimate
from tacheles.evidence.grade import Evidence
from tacheles.evidence.panel import DifferenceInDifferences, difference_in_differences
from tacheles.evidence.staggered import group_time_effects, two_way_fixed_effects
from tacheles.evidence.time_series import interrupted_time_series, smallest_visible_fall

BIGGER = "joiners twice as big, season and growth, no effect"
IMPROVING = "joiners already improving 2 % a month, no effect"
SPIKE = "joined after a spike of tickets, no effect"

_BY_NAME = {scenario.name: scenario for scenario in WEEKLY}
_Run = tuple[float, ...]


@dataclass(frozen=True)
class Column:
    """
    A figure of a table.

    Parameters
    ----------
    name : str
        What it is.
    summarise : {"mean", "median"}
        How the runs become one number.
    decimals : int
        As printed.
    """

    name: str
    summarise: str = "mean"
    decimals: int = 0

    def of(self, values: Sequence[float]) -> tuple[float, float]:
        """The figure, and its standard error. [%]"""
        known = 100 * np.asarray(values, dtype=float)
        known = known[~np.isnan(known)]
        if not len(known):
            return float("nan"), float("nan")
        if self.summarise == "median":
            return float(np.median(known)), float(1.2533 * known.std() / np.sqrt(len(known)))
        return float(known.mean()), float(known.std() / np.sqrt(len(known)))


@dataclass(frozen=True)
class Table:
    """
    A table: a row per scenario, each of many runs.

    Parameters
    ----------
    title : str
    scenarios : sequence
    run : callable
        One simulated community: scenario and seed in, figures out.
    columns : sequence of Column
    study : dict
        The study's figures by scenario, in the order of the columns; None: not in it.
    """

    title: str
    scenarios: Sequence[Any]
    run: Callable[[Any, int], _Run]
    columns: Sequence[Column]
    study: dict[str, Sequence[float | None]]

    @property
    def head(self) -> str:
        """The line of the columns' names."""
        return f"{'':52s}" + "".join(f"{column.name:>18s}" for column in self.columns)

    def results(self, name: str, scenario: str, runs: Sequence[_Run]) -> list["Result"]:
        """The figures of a row."""
        study = self.study.get(scenario, [None] * len(self.columns))
        return [
            Result(name, scenario, column.name, *column.of(values), len(runs), known)
            for column, values, known in zip(
                self.columns, zip(*runs, strict=True), study, strict=True
            )
        ]


@dataclass(frozen=True)
class Result:
    """A figure with its error, the number of runs, and what the study found. [%]"""

    table: str
    scenario: str
    figure: str
    value: float
    standard_error: float
    runs: int
    study: float | None

    def shown(self, decimals: int) -> str:
        """The figure, and in brackets the study's."""
        value = "–" if np.isnan(self.value) else f"{self.value:.{decimals}f}"
        return f"{value} [{'–' if self.study is None else self.study}]"


# One run of each table


def time_series(scenario: WeeklyScenario, seed: int) -> _Run:
    """What three common analyses and the model say, and whether it is so."""
    counts, known, truth = _weekly(scenario, seed)
    low, high = log_ratio(counts, known).interval(LEVEL)
    return (
        _holds(before_after(counts, known).interval(), truth),
        _holds(segmented_regression(counts.alone, known).interval(), truth),
        _holds(segmented_regression(counts, known).interval(), truth),
        _holds((low, high), truth),
        high < 0,
        np.exp(high) - np.exp(low),
    )


def checks(scenario: WeeklyScenario, seed: int) -> _Run:
    """Which checks fail, and what is still claimed."""
    counts, known, _ = _weekly(scenario, seed)
    start = counts.target.index[known]
    result = interrupted_time_series(counts, start, np.random.default_rng(seed))
    falls = result.relative.is_fall()
    names = (
        *("controls_jumped", "without_controls", "placebo_date", "before_the_start"),
        *("reacting_control", "controls_disagree", "leave_one_control_out"),
    )
    failed = [_failed(result.evidence, name) for name in names]
    return (falls, *failed, falls and result.evidence.meets("C"))


def accounts(scenario: AccountScenario, seed: int) -> _Run:
    """What common analyses and the panel's model say, and whether it is so."""
    given, panel, result = _accounts(scenario, seed)
    judged, after = _judged(given), np.arange(scenario.months) >= given.places[:, None]
    truth, truth_after = _truth(panel, judged), _truth(panel, after)
    figures: list[float] = [
        _holds(estimate(given).interval(), np.log1p(truth_after))
        for estimate in (members_against_others, members_before_after)
    ]
    for added in (two_way_fixed_effects(given), group_time_effects(given).simple()):
        value, low, high = _relative(added, given, after)
        figures += [_holds((low, high), truth_after), value - truth_after]
    for effect in (result.without_drift, result.relative):
        figures += [_holds(effect.interval(), truth), effect.value - truth]
    return tuple(figures)


def account_claims(scenario: AccountScenario, seed: int) -> _Run:
    """What the panel claims, how fragile it is, and which checks fail."""
    _, _, result = _accounts(scenario, seed)
    low, high = result.relative.interval()
    breakdown = result.breakdown_drift
    names = ("drift_before_joining", "placebo_joining", "never_joined_only", "other_donut")
    return (
        high < 0,
        high < 0 and result.evidence.meets("C"),
        high - low,
        breakdown if breakdown is not None and np.isfinite(breakdown) else np.nan,
        *(_failed(result.evidence, name) for name in names),
    )


def _accounts(
    scenario: AccountScenario, seed: int
) -> tuple[AccountMonths, AccountPanel, DifferenceInDifferences]:
    """Simulated accounts and the panel's effect."""
    rng = np.random.default_rng([seed, 11])
    panel = account_panel(scenario, rng)
    given = AccountMonths(panel.tickets, panel.joined)
    return given, panel, difference_in_differences(given, rng, draws=400)


def wrong_date(scenario: WeeklyScenario, seed: int) -> _Run:
    """What a start that is two weeks off does to the estimate."""
    counts, known, truth = _weekly(scenario, seed)
    effects = [log_ratio(counts, date) for date in (known - 2, known, known + 2)]
    return (
        *(np.expm1(effect.median) - np.expm1(truth) for effect in effects),
        *(_holds(effect.interval(LEVEL), truth) for effect in effects),
    )


def looks(scenario: WeeklyScenario, seed: int) -> _Run:
    """What is found at some look, if one looks every second week from the fourth on."""
    counts, known, _ = _weekly(scenario, seed)
    effects = [log_ratio(counts.at(slice(known + weeks)), known) for weeks in range(4, 27, 2)]
    found = []
    for level in (LEVEL, PRELIMINARY_LEVEL):
        limits = [effect.interval(level) for effect in effects]
        found += [any(low > 0 or high < 0 for low, high in limits)]
        found += [any(high < 0 for _, high in limits)]
    return tuple(found)


def visible(scenario: WeeklyScenario, seed: int) -> _Run:
    """Smallest fall that the weeks before the start let expect to be found."""
    counts, known, _ = _weekly(scenario, seed)
    return (smallest_visible_fall(counts.at(slice(known)), scenario.after),)


def _weekly(scenario: WeeklyScenario, seed: int) -> tuple[Counts, int, float]:
    """A simulated community, its weeks before the start, and the log of its true ratio."""
    panel = weekly_panel(scenario, np.random.default_rng([seed, 7]))
    counts = Counts(panel.target, panel.controls, panel.customers)
    return counts, scenario.before, float(np.log1p(panel.true_effect))


def _holds(interval: tuple[float, float], truth: float) -> bool:
    return interval[0] <= truth <= interval[1]


def _failed(evidence: Evidence, name: str) -> float:
    """Whether a check failed; empty if it could not be made."""
    passed = next(check.passed for check in evidence.checks if check.name == name)
    return float("nan") if passed is None else float(not passed)


def _judged(given: AccountMonths) -> np.ndarray:
    """Cells of accounts and months that the panel's effect is about."""
    groups = cohorts(given)
    cells = np.zeros(given.outcomes.shape, dtype=bool)
    cells[groups.kept] = groups.judged[groups.cohort]
    return cells


def _truth(panel: AccountPanel, cells: np.ndarray) -> float:
    expected, without = (
        frame.to_numpy()[cells].sum() for frame in (panel.expected, panel.expected_without)
    )
    return float(expected / without - 1)


def _relative(added: Estimate, given: AccountMonths, cells: np.ndarray) -> list[float]:
    """An effect that adds, as a share of what it says would have been: estimate and limits."""
    observed = given.outcomes.to_numpy(float)[cells].mean()
    return [observed / (observed - value) - 1 for value in (added.value, *added.interval())]


# The tables, with the study's figures

TABLES = {
    "time-series": Table(
        "Interrupted time series: how often an interval of 90 % holds the true effect",
        WEEKLY,
        time_series,
        (
            Column("naive"),
            Column("without controls"),
            Column("with controls"),
            Column("model"),
            Column("claims a fall"),
            Column("width", "median"),
        ),
        {
            "no effect": (27, 74, 82, 93, 4, None),
            "effect −20 %": (26, 74, 80, 91, 83, None),
            "effect −10 %": (27, 72, 80, 90, 32, None),
            "white noise, no effect": (26, 74, 82, 93, 4, None),
            "strong autocorrelation (0.85), no effect": (28, 73, 72, 88, 6, None),
            "random-walk drift, no effect": (18, 64, 52, 81, 8, None),
            "44 + 16 weeks, no effect": (45, 48, 79, 94, 3, None),
            "44 + 16 weeks, −20 %": (50, 48, 78, 94, 68, None),
            "120 + 30 weeks, no effect": (4, 78, 82, 92, 4, None),
            "6 tickets a week, no effect": (54, 84, 88, 96, 4, None),
            "6 tickets a week, −30 %": (57, 82, 84, 94, 68, None),
            "customers double in a year, no effect": (0, 74, 80, 94, 4, None),
            "target drifts −0.4 % a week, no effect": (44, 74, 82, 88, 12, None),
            "shock +20 % to all, no effect": (2, 44, 71, 87, 2, None),
            "shock +20 % to the controls alone, no effect": (27, 74, 32, 60, 40, None),
            "spill-over: controls −8 %, true −20 %": (26, 74, 74, 90, 60, None),
            "ramp to −30 %": (30, 76, 87, 90, 69, None),
            "saturating to −20 %": (30, 78, 84, 92, 66, None),
            "launched after a spike, no effect": (32, 76, 77, 90, 10, None),
            "one weak control, no effect": (26, 78, 80, 92, 4, None),
            "five controls, no effect": (27, 74, 83, 92, 6, None),
            "controls drift +0.3 % a week, no effect": (27, 74, 78, 90, 8, None),
            "incidents double 3 % of the weeks, no effect": (33, 81, 80, 93, 4, None),
            "relabelling −25 % half-way before, no effect": (50, 60, 46, 96, 0, None),
        },
    ),
    "checks": Table(
        "Interrupted time series: how often a check fails, and what is claimed in spite of them",
        [
            _BY_NAME[name]
            for name in (
                "no effect",
                "effect −20 %",
                "random-walk drift, no effect",
                "44 + 16 weeks, no effect",
                "target drifts −0.4 % a week, no effect",
                "shock +20 % to all, no effect",
                "shock +20 % to the controls alone, no effect",
                "spill-over: controls −8 %, true −20 %",
                "launched after a spike, no effect",
            )
        ],
        checks,
        (
            Column("claims a fall"),
            Column("controls jumped"),
            Column("outside"),
            Column("placebo date"),
            Column("before the start"),
            Column("control dropped"),
            Column("controls disagree"),
            Column("leave one out"),
            Column("claims at C"),
        ),
        {
            "no effect": (3, 11, 4, 0, 0, None, None, None, 3),
            "effect −20 %": (77, 11, 3, 0, 0, None, None, None, 66),
            "random-walk drift, no effect": (13, 21, 7, 2, 1, None, None, None, 9),
            "44 + 16 weeks, no effect": (5, 1, 2, 0, 0, None, None, None, 5),
            "target drifts −0.4 % a week, no effect": (5, 9, 3, 0, 1, None, None, None, 4),
            "shock +20 % to all, no effect": (0, 58, 31, 0, 1, None, None, None, 0),
            "shock +20 % to the controls alone, no effect": (35, 59, 30, 0, 1, *[None] * 3, 13),
            "spill-over: controls −8 %, true −20 %": (58, 30, 14, 0, 1, None, None, None, 38),
            "launched after a spike, no effect": (8, 9, 3, 0, 1, None, None, None, 7),
        },
    ),
    "accounts": Table(
        "Difference-in-differences over accounts: coverage of 90 % intervals, and mean bias",
        ACCOUNTS,
        accounts,
        (
            Column("members/others"),
            Column("before/after"),
            Column("two-way"),
            Column("bias two-way"),
            Column("staggered"),
            Column("bias staggered"),
            Column("without drift"),
            Column("bias w/o drift"),
            Column("model"),
            Column("bias model"),
        ),
        {
            "no effect": (None, None, 90, 0, 92, 0, 84, 2, 90, 2),
            "−25 % at once": (None, None, 85, 0, 88, 0, 84, 2, 96, 2),
            "growing to −40 %": (None, None, 73, 5, 87, 0, 82, 0, 92, -1),
            BIGGER: (None, None, 17, 10, 26, 12, 84, 1, 96, 1),
            IMPROVING: (None, None, 18, -17, 71, -11, 18, -21, 77, -11),
            SPIKE: (None, None, 85, -4, 1, -51, 86, 6, 92, 2),
            "80 accounts, −25 %": (None, None, 89, 0, 90, -1, 78, -3, 94, -4),
        },
    ),
    "account-claims": Table(
        "Difference-in-differences over accounts: what is claimed, and which checks fail",
        ACCOUNTS,
        account_claims,
        (
            Column("claims a fall"),
            Column("claims at C"),
            Column("width", "median"),
            Column("breakdown drift", "median", decimals=1),
            Column("drift check"),
            Column("placebo joining"),
            Column("never joined"),
            Column("other donut"),
        ),
        {
            "no effect": (2, None, 36, *[None] * 5),
            BIGGER: (2, *[None] * 7),
            IMPROVING: (22, *[None] * 3, 20, *[None] * 3),
            SPIKE: (0, *[None] * 7),
        },
    ),
    "wrong-date": Table(
        "Interrupted time series: what a date does that is two weeks off",
        [_BY_NAME["no effect"], _BY_NAME["effect −20 %"]],
        wrong_date,
        (
            *(Column(f"bias {name}") for name in ("early", "right", "late")),
            *(Column(f"holds {name}") for name in ("early", "right", "late")),
        ),
        {},
    ),
    "looks": Table(
        "Interrupted time series: what is found at some of twelve looks, without an effect",
        [_BY_NAME["no effect"]],
        looks,
        (
            Column("not 0 at 90 %"),
            Column("a fall at 90 %"),
            Column("not 0 at 99 %"),
            Column("a fall at 99 %"),
        ),
        {"no effect": (35, 22, 12, 7)},
    ),
    "visible": Table(
        "Interrupted time series: the smallest change that would be found with 80 % power",
        [
            replace(
                _BY_NAME["no effect"],
                name=f"{tickets} tickets a week, {before} + {after} weeks",
                tickets=float(tickets),
                control_tickets=(0.75 * tickets, 1.5 * tickets),
                before=before,
                after=after,
            )
            for tickets in (6, 15, 40, 100, 300)
            for before, after in ((44, 16), (52, 13), (52, 26), (78, 26), (104, 26), (104, 52))
        ],
        visible,
        (Column("smallest", "median"),),
        {
            f"{tickets} tickets a week, {before} + {after} weeks": (fall,)
            for tickets, falls in (
                (6, (-44, -42, -40, -37, -33, -34)),
                (15, (-33, -31, -30, -30, -26, -25)),
                (40, (-25, -26, -24, -22, -19, -20)),
                (100, (-21, -21, -21, -18, -16, -15)),
                (300, (-19, -19, -19, -18, -16, -15)),
            )
            for (before, after), fall in zip(
                ((44, 16), (52, 13), (52, 26), (78, 26), (104, 26), (104, 52)), falls, strict=True
            )
        },
    ),
}


def main(arguments: list[str] | None = None) -> None:
    """Print the tables, and write them."""
    options = _parser().parse_args(arguments)
    results: list[Result] = []
    with Pool(options.processes) as pool:
        for name in options.table or TABLES:
            results += _printed(name, options, pool)
    print(f"\n{_fit_time()}")
    if options.csv:
        with options.csv.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(field.name for field in fields(Result))
            writer.writerows(astuple(result) for result in results)


def _fit_time() -> str:
    """How long one community takes."""
    counts, known, _ = _weekly(_BY_NAME["no effect"], 1)
    start, rng = counts.target.index[known], np.random.default_rng(1)
    ways: dict[str, Callable[[], object]] = {
        "an interval": lambda: log_ratio(counts, known).interval(LEVEL),
        "with 4,000 draws and all checks": lambda: interrupted_time_series(counts, start, rng),
    }
    took = {name: min(timeit.repeat(way, number=1, repeat=10)) for name, way in ways.items()}
    parts = [f"{name} {1000 * seconds:.0f} ms" for name, seconds in took.items()]
    return f"One time series of {len(counts)} weeks: {', '.join(parts)}"


def _printed(name: str, options: argparse.Namespace, pool: PoolType) -> list[Result]:
    """A table, row by row as they are ready."""
    table, printed = TABLES[name], []
    print(f"\n{table.title}\n\n{table.head}", flush=True)
    for scenario in table.scenarios:
        if options.scenario and not any(part in scenario.name for part in options.scenario):
            continue
        began = time.perf_counter()
        runs = pool.map(partial(table.run, scenario), range(options.runs), chunksize=5)
        row = table.results(name, scenario.name, runs)
        seconds = time.perf_counter() - began
        cells = "".join(
            f"{result.shown(column.decimals):>18s}"
            for column, result in zip(table.columns, row, strict=True)
        )
        print(f"{scenario.name:52s}{cells}   {seconds:.0f} s", flush=True)
        printed += row
    return printed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=200, metavar="N", help="(default: 200)")
    parser.add_argument("--table", action="append", choices=TABLES, help="only this table")
    parser.add_argument("--scenario", action="append", metavar="TEXT", help="only these rows")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), metavar="N")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write the figures here")
    return parser


if __name__ == "__main__":
    main()
