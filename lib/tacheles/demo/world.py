"""What every part of the company is made from; and how its tables are typed."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator

from tacheles.contract import RECORDS
from tacheles.demo.clock import Array, Clock
from tacheles.demo.effects import Effects
from tacheles.table_file import in_memory

#: Segments of the customers, and how many are of each.
SEGMENTS = {"Handwerk": 0.4, "Industrie": 0.22, "Gebäudetechnik": 0.26, "Öffentliche Hand": 0.12}

#: Features of the product, and how much is asked about each.
FEATURES = {
    "Einsatzplanung": 0.21,
    "Mobile App": 0.18,
    "Schnittstellen": 0.15,
    "Auswertungen": 0.12,
    "Rechnungen": 0.12,
    "Rechte": 0.07,
    "Lager": 0.07,
    "Kalender": 0.08,
}

#: Moods of a text, in the order in which their shares are written.
SENTIMENTS = ("negative", "neutral", "positive")


@dataclass(frozen=True)
class World:
    """
    Seed, clock, size and effects.

    Parameters
    ----------
    seed : int
    clock : Clock
    size : float
        1: about 900 customers and 6,000 members.
    effects : Effects
    has_texts : bool
        Whether titles and texts are written.
    """

    seed: int
    clock: Clock
    size: float
    effects: Effects
    has_texts: bool = True

    def rng(self, name: str) -> Generator:
        """A generator of its own for each name: another table more changes none of the others."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def many(self, usual: float) -> int:
        """So many of what there are `usual` of at size 1; at least one."""
        return max(round(usual * self.size), 1)


def typed(name: str, columns: dict[str, Any] | pd.DataFrame) -> pa.Table:
    """A record table of its contract's types, in its order; a column that is not given is empty."""
    frame = pd.DataFrame(columns)
    schema = in_memory(RECORDS[name], []).schema
    arrays = [
        pa.array(frame[field.name], from_pandas=True, safe=False).cast(field.type)
        if field.name in frame
        else pa.nulls(len(frame), field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


def ids(letter: str, numbers: Array | Sequence[int], width: int = 5) -> Array:
    """Ids like `a00017`."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(letter, digits, "").to_numpy(zero_copy_only=False)


def pick(rng: Generator, shares: dict[str, float], number: int) -> Array:
    """So many names, each as often as its share says."""
    weights = np.array(list(shares.values()))
    names = np.array(list(shares), dtype=object)
    return names[rng.choice(len(names), size=number, p=weights / weights.sum())]


def pick_each(rng: Generator, shares: Array) -> Array:
    """A place for each row, whose own shares stand in the row."""
    reached = np.cumsum(shares, axis=1)
    drawn = rng.random(len(shares)) * reached[:, -1]
    return (drawn[:, None] >= reached).sum(axis=1)


def autoregressive(rng: Generator, shape: tuple[int, ...], rho: float, sd: float) -> Array:
    """Noise along the last axis that remembers itself; standard deviation `sd` throughout."""
    noise = rng.normal(size=shape)
    noise[..., 1:] *= np.sqrt(1 - rho**2)
    for place in range(1, shape[-1]):
        noise[..., place] += rho * noise[..., place - 1]
    return noise * sd


def where(condition: Array, values: Array) -> Array:
    """The values where the condition holds, elsewhere nothing."""
    if np.issubdtype(values.dtype, np.datetime64):
        return np.where(condition, values, np.datetime64("NaT"))
    return np.where(condition, values, np.array(None))
