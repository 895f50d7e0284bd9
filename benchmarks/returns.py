"""
How long does the return take, and does its range hold the truth?

python benchmarks/returns.py               time of a flagship fit with its checks, of the notebook
python benchmarks/returns.py --runs 200    calibration of the headline on so many made-up companies

Each made-up company has an effect of its own, and a true value of a ticket drawn from the very
range that its assumption states. Its cost is drawn around what an average effect would be worth, so
that about half of the companies are worth it. The range from P10 to P90 should hold the true return
in about four of five, and the probability that it paid should come true as often as it says.
"""

import argparse
import io
import time
import timeit
from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd

from tacheles import ROOT, workbook
from tacheles.contract import SHARED_KPIS
from tacheles.demo import simulate
from tacheles.demo.plans import plans
from tacheles.evidence import Counts, interrupted_time_series
from tacheles.evidence.counts import log_ratio
from tacheles.quarter import last_quarters
from tacheles.roi import over_time
from tacheles.roi.claims import programme
from tacheles.roi.cost import Costs
from tacheles.roi.forecast import brier_score
from tacheles.roi.money import assumed, generator, quantile

#: Milliseconds that one fit took where the model was tried.
FIT_IN_THE_STUDY = "25 to 35"

_YEAR = last_quarters("2026-Q3", 4, time_zone="Europe/Berlin")
_EFFECTS = (0.0, -0.12, -0.24, -0.36)
_NO_PAIRS = pd.DataFrame({"assumption_id": [], "other_id": [], "rho": []})
_TICKET = "A_ticket_cost_avoidable"


@dataclass(frozen=True)
class Run:
    """What was said of one company, and what is true: returns, and the chance that it paid."""

    low: float
    middle: float
    high: float
    chance: float
    truth: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[1])
    parser.add_argument("--runs", type=int, default=0, help="companies for the calibration")
    runs = parser.parse_args(arguments).runs
    _calibrate(runs) if runs else _time()


def _time() -> None:
    """Time of a flagship fit with all its checks, and of the whole notebook."""
    book = workbook.open("nordlicht")
    claim = next(iter(book.claims.to_dict("records")))
    tables = book.tickets, book.accounts, book.labels, book.how_to_categories
    counts = over_time.weekly_counts(*tables, claim, _YEAR)
    rng = np.random.default_rng(0)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        interrupted_time_series(counts, claim["intervention_on"], rng)
        took.append(time.perf_counter() - began)
    told = f"{1000 * min(took):.0f} ms, {FIT_IN_THE_STUDY} ms in the study"
    print(f"one interval of the flagship: {_interval_time(counts, claim)}")
    print(f"the flagship's fit with 4,000 draws and all its checks: {told}")
    import papermill

    began = time.perf_counter()
    papermill.execute_notebook(
        ROOT / "notebooks" / "04-roi.ipynb", None, {"language": "en"}, progress_bar=False
    )
    print(f"notebook 04-roi: {time.perf_counter() - began:.0f} s")


def _interval_time(counts: Counts, claim: dict) -> str:
    """Time of the model alone, without draws and checks."""
    known = counts.before(claim["intervention_on"])
    way = timeit.repeat(lambda: log_ratio(counts, known).interval(0.9), number=1, repeat=5)
    return f"{1000 * min(way):.0f} ms"


def _calibrate(runs: int) -> None:
    """Coverage of the range, and how far the probability can be trusted."""
    found = [_company(seed) for seed in range(runs)]
    covered = np.array([run.low <= run.truth <= run.high for run in found])
    error = np.sqrt(covered.mean() * (1 - covered.mean()) / runs)
    print(f"P10 to P90 holds the true return: {covered.mean():.0%} ± {error:.0%} of {runs}")
    chance, paid = (
        np.array(x) for x in zip(*((r.chance, r.truth > 0) for r in found), strict=True)
    )
    always = brier_score(np.full(runs, paid.mean()), paid)
    print(f"Brier score {brier_score(chance, paid):.3f}; of the constant base rate: {always:.3f}")
    for low in np.arange(0, 1, 0.2):
        inside = (chance >= low) & (chance <= low + 0.2)
        if inside.any():
            told = f"{chance[inside].mean():.0%} said, {paid[inside].mean():.0%} true"
            print(f"  chance {low:.0%} to {low + 0.2:.0%}: {told} ({inside.sum()})")


def _company(seed: int) -> Run:
    """One company: simulated, measured, and held against its truth."""
    rng = np.random.default_rng(seed)
    made = simulate(
        seed,
        size=0.5,
        tables=("tickets", "accounts"),
        texts=False,
        forum_on_how_to=float(rng.choice(_EFFECTS)),
    )
    claims = pd.read_csv(_plan("claims"), parse_dates=["intervention_on"]).head(1)
    assumptions = pd.read_csv(_plan("assumptions"), parse_dates=["review_on"])
    tables = {name: ibis.memtable(table) for name, table in made.tables.items()}
    outcomes = over_time.tickets_over_time(
        claims, tables["tickets"], tables["accounts"], made.labels, ("how_to",), _YEAR
    )
    row = assumptions.set_index("assumption_id").loc[_TICKET].to_dict()
    value = float(quantile(row, generator("truth", seed).random(1))[0])
    paid = row["value"] * 800 * np.exp(rng.normal(0, 0.5)) / 4  # an average effect: 800 tickets
    costs = Costs(pd.DataFrame({"staff": np.full(4, paid)}), np.zeros(4))
    pools = pd.DataFrame({"pool_id": ["P1"], "amount_per_quarter": [np.inf]})
    kpis = pd.DataFrame(columns=[column.name for column in SHARED_KPIS.columns])
    known = assumed(assumptions, _NO_PAIRS, _YEAR)
    drawn = programme(outcomes, known, pools, costs, kpis, None, "F", _YEAR).drawn
    returns = drawn.return_on_investment
    low, middle, high = np.quantile(returns, [0.1, 0.5, 0.9])
    truth = made.truth["realised"]["avoided_how_to_tickets"] * value / (4 * paid) - 1
    return Run(low, middle, high, float((returns > 0).mean()), truth)


def _plan(name: str) -> io.StringIO:
    """A plan of the made-up team as a file."""
    return io.StringIO(plans()[name])


if __name__ == "__main__":
    main()
