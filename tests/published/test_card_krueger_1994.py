"""
Minimum wage and fast food in New Jersey and Pennsylvania: a difference of changes.

Card, D. and Krueger, A. (1994). Minimum wages and employment: a case study of the fast-food
industry in New Jersey and Pennsylvania. American Economic Review 84, 772-793, table 3, row 3: 2.76
(1.36) in full-time equivalents; the data set `njmin3` of R's package POE5Rdata gives 2.754.
"""

import bz2
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tacheles.evidence.two_groups import difference_of_changes

HEADER = b"RDX2\nX\n"


class RData:
    """As much of R's binary format as a data frame of numbers needs."""

    def __init__(self, path: Path) -> None:
        self.bytes = bz2.decompress(path.read_bytes())
        assert self.bytes.startswith(HEADER)
        self.at = len(HEADER) + 12  # three version numbers
        self.symbols: list[str] = []

    def take(self, size: int) -> bytes:
        self.at += size
        return self.bytes[self.at - size : self.at]

    def number(self) -> int:
        return struct.unpack(">i", self.take(4))[0]

    def item(self) -> Any:
        """The next object; a pair list becomes a dict, a vector with attributes a pair."""
        flags = self.number()
        kinds: dict[int, Callable[[], Any]] = {
            1: self.symbol,
            9: self.text,
            10: lambda: self.vector(">i4"),
            13: lambda: self.vector(">i4"),
            14: lambda: self.vector(">f8"),
            16: self.items,
            19: self.items,
            254: dict,
            255: lambda: self.symbols[(flags >> 8) - 1],
        }
        kind, has_attributes = flags & 255, flags & 512
        if kind == 2:
            return {self.item(): self.item()} | self.item()
        value = kinds[kind]()
        return (value, self.item()) if has_attributes else value

    def symbol(self) -> str:
        self.symbols.append(self.item())
        return self.symbols[-1]

    def text(self) -> str:
        return self.take(self.number()).decode("latin-1")

    def vector(self, kind: str) -> np.ndarray:
        return np.frombuffer(self.take(self.number() * int(kind[-1])), kind).astype(float)

    def items(self) -> list[Any]:
        return [self.item() for _ in range(self.number())]


@pytest.fixture
def stores(exports):
    columns, attributes = RData(exports / "causal" / "njmin3.rda").item()["njmin3"]
    return pd.DataFrame(dict(zip(attributes["names"], columns, strict=True)))


def test_the_difference_of_the_changes_in_employment(stores):
    assert (820, 14) == stores.shape
    before, after = (stores[stores["d"] == wave].reset_index(drop=True) for wave in (0, 1))
    assert before["nj"].equals(after["nj"])
    employed = pd.DataFrame({"before": before["fte"], "after": after["fte"]})
    found = difference_of_changes(employed, before["nj"] == 1, np.array([False, True]))
    assert 2.754 == round(found.difference.value, 3)
    assert found.evidence.checks[0].passed is False  # two periods show no trend
    assert "D" == found.evidence.grade
