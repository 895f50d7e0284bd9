"""All records of the made-up company from one seed, and the truth about them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from tacheles.contract import RECORDS
from tacheles.demo.clock import Clock
from tacheles.demo.effects import Effects
from tacheles.demo.nordlicht import Nordlicht
from tacheles.demo.truth import known
from tacheles.demo.world import World

#: Fewest quarters: the forum needs a year before it and a year after.
FEWEST_QUARTERS = 8


@dataclass(frozen=True)
class Simulated:
    """
    What was simulated.

    Parameters
    ----------
    tables : dict of pyarrow.Table
        Record tables by name, as their contracts say.
    labels : DataFrame
        The plan table of labels: a random sample of these tables that people looked at.
    truth : dict
        What is true (:func:`truth.known`).
    sentiment : dict of pyarrow.Table
        The mood that each text was written with: `item_id, sentiment`, by record table.
    """

    tables: dict[str, pa.Table]
    labels: pd.DataFrame
    truth: dict[str, Any]
    sentiment: dict[str, pa.Table]


def simulate(
    seed: int,
    *,
    quarters: int = 10,
    size: float = 1.0,
    tables: Collection[str] = tuple(RECORDS),
    texts: bool = True,
    **effects: float,
) -> Simulated:
    """
    Simulate the company.

    Parameters
    ----------
    seed : int
        The same seed gives the same company.
    quarters : int, default 10
        Quarters up to and including 2026-Q3, at least eight.
    size : float, default 1
        1: about 900 customers and 6,000 members.
    tables : collection of str, default all
        Record tables that are wanted. A table is the same whatever else is wanted.
    texts : bool, default True
        Whether titles and texts are written.
    **effects : float
        The effects, by their names in :class:`Effects`.

    Returns
    -------
    Simulated

    Raises
    ------
    ValueError
        If there are too few quarters.
    TypeError
        If there is no such effect.
    """
    if quarters < FEWEST_QUARTERS:
        raise ValueError(f"quarters: {quarters} are too few, take {FEWEST_QUARTERS} or more")
    world = World(seed, Clock(quarters), size, Effects(**effects), texts)  # type: ignore[arg-type]
    company = Nordlicht(world)
    made = {name: company.table(name) for name in RECORDS if name in tables}
    sentiment = company.sentiment(made)
    return Simulated(made, company.labelled(made), known(company, sentiment), sentiment)
