"""What is true of Nordlicht, though nobody in it knows: read by tests only."""

import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from tacheles import table_file
from tacheles.contract import ASSUMPTIONS
from tacheles.demo.clock import FORUM_OPENS
from tacheles.demo.plans import FAULTS
from tacheles.demo.voices import NEEDS
from tacheles.demo.world import SENTIMENTS

if TYPE_CHECKING:
    from tacheles.demo.nordlicht import Nordlicht

#: What the made-up team assumes: the truth lies somewhere in its ranges.
ASSUMED = Path(__file__).parent / "plans" / "assumptions.csv"


def known(company: "Nordlicht", sentiment: dict[str, pa.Table]) -> dict[str, Any]:
    """
    Everything that is true of a company, in plain numbers.

    Returns
    -------
    dict
        `effects` (:class:`Effects`), `realised` (what follows from them in this company), `needs`,
        `sentiment` (shares by table), `unit_values` (one draw of each assumption), `faults` (what
        is wrong in the plans on purpose).
    """
    return {
        "effects": asdict(company.world.effects),
        "realised": _realised(company),
        "needs": {
            need: {
                "importance": important,
                "satisfaction": satisfied,
                "satisfaction_per_year": change,
            }
            for need, (important, satisfied, change) in NEEDS.items()
        },
        "sentiment": {name: _shares(table) for name, table in sentiment.items()},
        "unit_values": unit_values(company.world.rng("unit values")),
        "faults": FAULTS,
    }


def _realised(company: "Nordlicht") -> dict[str, float]:
    """What the effects came to in this company."""
    expected = company.tickets.expected
    after = expected[expected["week"] >= np.datetime64(FORUM_OPENS)]
    due = company.customers.renewals
    return {
        "forum_on_how_to_average": float(after["with"].sum() / after["without"].sum() - 1),
        "avoided_how_to_tickets": float((after["without"] - after["with"]).sum()),
        "joining_on_renewals_of_joiners": float(due.loc[due["has_joined"], "effect"].mean()),
    }


def _shares(table: pa.Table) -> dict[str, float]:
    counts = table["sentiment"].to_pandas().value_counts(normalize=True)
    return {mood: float(counts.get(mood, 0.0)) for mood in SENTIMENTS}


def unit_values(rng: Generator) -> dict[str, float]:
    """
    The true value behind each assumption, drawn from the range that the assumption states.

    Notes
    -----
    `low` and `high` are the ends of a `pert` and a `triangular`, the 10th and 90th percentile of a
    `lognormal` and of a `beta`; `value` is the mode of the first two and the mean of a `beta`.
    """
    assumptions = table_file.read_csv(ASSUMED, ASSUMPTIONS).to_pandas()
    return {
        row.assumption_id: float(_draw(rng, row.distribution, row.value, row.low, row.high))
        for row in assumptions.sort_values("assumption_id").itertuples()
    }


def _draw(rng: Generator, distribution: str, value: float, low: float, high: float) -> float:
    """One draw from a stated range."""
    if distribution == "pert":
        rises, falls = 1 + 4 * (value - low) / (high - low), 1 + 4 * (high - value) / (high - low)
        return low + (high - low) * rng.beta(rises, falls)
    if distribution == "triangular":
        return rng.triangular(low, value, high)
    spread = 2 * 1.2815515655  # from the 10th to the 90th percentile, in standard deviations
    if distribution == "lognormal":
        return math.exp(rng.normal(math.log(low * high) / 2, math.log(high / low) / spread))
    if distribution == "beta":
        weight = value * (1 - value) / ((high - low) / spread) ** 2 - 1
        return rng.beta(value * weight, (1 - value) * weight)
    return value
