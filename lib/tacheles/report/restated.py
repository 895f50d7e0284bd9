"""
Published numbers that have changed since: old, new and why, from the earlier reports themselves.

A number that only became mature is told apart: more time has passed, nothing was corrected.
"""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tacheles import __version__

#: Columns that say which number it is.
KEY = ("metric", "quarter", "segment", "at")

#: A difference smaller than this, relative to the number, is one of arithmetic.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Change:
    """
    A number that an earlier report told otherwise.

    Parameters
    ----------
    then, now : dict
        Rows of ESTIMATES, protected, as published and as found today.
    published_in : str
        Quarter of the report that told it last.
    cause : {"matured", "definition", "records"}
        More time has passed; the product computes it otherwise; the records changed.
    """

    then: dict[str, Any]
    now: dict[str, Any]
    published_in: str
    cause: str

    @property
    def is_restatement(self) -> bool:
        """Whether a published number was corrected, not only completed."""
        return self.cause != "matured"


def changes(
    estimates: list[dict[str, Any]], inputs: dict[str, str], reports: Path, quarter: str
) -> list[Change]:
    """
    Numbers that the reports of earlier quarters told otherwise.

    Parameters
    ----------
    estimates : list of dict
        Protected rows of ESTIMATES of the report that is being made.
    inputs : dict of str
        Hash of each input by its name.
    reports : Path
        Folder of the community's published reports.
    quarter : str
        Quarter of the report that is being made.

    Returns
    -------
    list of Change
        In the order of `estimates`; each number against the last earlier report that has it.
    """
    told: dict[tuple[str, ...], tuple[str, dict[str, Any]]] = {}
    manifests = {}
    for folder in sorted(reports.glob("[0-9][0-9][0-9][0-9]-Q[1-4]")):
        if folder.name < quarter and (folder / "manifest.json").exists():
            manifests[folder.name] = json.loads((folder / "manifest.json").read_text("utf-8"))
            for row in _read(folder / "results.csv"):
                told[_key(row)] = (folder.name, row)
    found = []
    for row in estimates:
        published_in, then = told.get(_key(row), ("", {}))
        if then and not _same(then, row):
            cause = _cause(then, row, manifests[published_in], inputs)
            found.append(Change(then, row, published_in, cause))
    return found


def _read(path: Path) -> list[dict[str, Any]]:
    """Rows of a published results.csv, numbers as numbers."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = ("at", "value", "low", "high", "level", "n", "left_out")
    return [
        row | {name: float(row[name]) if row[name] else None for name in numbers} for row in rows
    ]


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    at = "" if row["at"] in (None, "") else str(float(row["at"]))
    return (row["metric"], row["quarter"], row["segment"] or "", at)


def _same(then: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether both tell the same value, or the same reason why there is none."""
    if then["status"] != now["status"]:
        return False
    old, new = (float(row["value"]) if row["value"] is not None else None for row in (then, now))
    if old is None or new is None or old == new:
        return old == new
    return abs(old - new) <= _ROUNDING * max(abs(old), abs(new))


def _cause(
    then: dict[str, Any], now: dict[str, Any], manifest: dict[str, Any], inputs: dict[str, str]
) -> str:
    """
    Why a number changed, from what is known of both reports.

    The same product on the same inputs can only differ by the time that has passed. On newer
    inputs a number has matured if it was too young to be told, or if what it left out then is
    counted now; else the records of its quarter changed.
    """
    if manifest["tacheles"] != __version__:
        return "definition"
    if manifest["inputs"] == inputs or then["status"] == "not_mature":
        return "matured"
    came_of_age = (then["left_out"] or 0) - (now["left_out"] or 0)
    counted_more = (now["n"] or 0) - (then["n"] or 0)
    return "matured" if came_of_age == counted_more > 0 else "records"
