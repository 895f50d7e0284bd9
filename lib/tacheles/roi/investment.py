"""What do we invest in next: what it costs, what it may return, what refusing costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tacheles.estimate import metric
from tacheles.quarter import Quarters
from tacheles.roi.claims import Programme
from tacheles.roi.money import DRAWS, generator, quantile
from tacheles.roi.outcome import rows_or_none
from tacheles.roi.returns import LIKELY

#: Grade of a value that somebody judged.
JUDGED = "F"

#: A quarter of a year. [days]
_QUARTER = 365.25 / 4


@dataclass(frozen=True, eq=False)
class Investment:
    """
    An initiative that is asked for (:func:`investments`).

    Parameters
    ----------
    initiative : mapping
        Its row of `initiatives`.
    value : ndarray
        What it may bring while it runs, by draw. [currency]
    quarters : float
        How long it runs.
    grade : str
        Of the evidence behind the value: F if it is judgement alone.
    claim_id : str
        Claim whose effect the value comes from; empty: judgement.
    """

    initiative: Mapping[Any, Any]
    value: np.ndarray
    quarters: float
    grade: str
    claim_id: str = ""

    @property
    def cost(self) -> float:
        """What it costs. [currency]"""
        return float(self.initiative["cost"])

    @property
    def initiative_id(self) -> str:
        """Id of the initiative."""
        return str(self.initiative["initiative_id"])

    @property
    def returned(self) -> np.ndarray:
        """Return by draw: value less cost, by cost. [share]"""
        return (self.value - self.cost) / self.cost


def investments(
    initiatives: pd.DataFrame,
    shared_kpis: pd.DataFrame,
    programme: Programme,
    quarters: Quarters,
) -> list[Investment]:
    """
    Initiatives that cost something and are not over, with what they may bring.

    Parameters
    ----------
    initiatives : DataFrame
        One row per candidate (:data:`contract.INITIATIVES`).
    shared_kpis : DataFrame
        One row per agreed KPI and version (:data:`contract.SHARED_KPIS`): ties an initiative to the
        claim that measures it.
    programme : Programme
        The claims with what they brought (:func:`claims.programme`).
    quarters : Quarters

    Returns
    -------
    list of Investment
        The one most likely to pay back first.

    Notes
    -----
    Where a claim measures the initiative, its value is what the claim brought in a quarter, for as
    many quarters as the initiative runs. Else it is the range that somebody judged (`value_low`,
    `value_mid`, `value_high` as PERT), and its grade says so. Neither is discounted: candidates run
    for about a year.
    """
    over = pd.to_datetime(initiatives["ends_on"]) < pd.Timestamp(quarters.first_days[-1])
    asked = initiatives[(initiatives["cost"] > 0).fillna(False) & ~over]
    measured = _measured_by(shared_kpis, programme)
    found = []
    for row in asked.sort_values("initiative_id").to_dict("records"):
        span = _span(row)
        claim = measured.get(row["initiative_id"])
        if claim:
            gross = programme.drawn.gross[claim].mean(axis=0) * span
            found.append(Investment(row, gross, span, programme.grades[claim], claim))
        elif not any(pd.isna(row[f"value_{name}"]) for name in ("low", "mid", "high")):
            found.append(Investment(row, _judged_value(row), span, JUDGED))
    return sorted(found, key=lambda one: -float((one.value > one.cost).mean()))


def _measured_by(shared_kpis: pd.DataFrame, programme: Programme) -> dict[Any, str]:
    """The counted claim that measures each initiative."""
    initiative = shared_kpis.drop_duplicates("shared_kpi_id").set_index("shared_kpi_id")
    return {
        initiative.at[kpi, "initiative_id"]: name
        for name in sorted(programme.counted)
        if (kpi := programme.of(name).claim.get("shared_kpi_id")) in initiative.index
    }


def _span(row: Mapping[Any, Any]) -> float:
    """Quarters for which an initiative runs; one at least."""
    if pd.isna(row["starts_on"]) or pd.isna(row["ends_on"]):
        return 4.0
    ran = (pd.Timestamp(row["ends_on"]) - pd.Timestamp(row["starts_on"])).days + 1
    return max(ran / _QUARTER, 1.0)


def _judged_value(row: Mapping[Any, Any]) -> np.ndarray:
    """Draws of a judged range."""
    share = generator(f"value of {row['initiative_id']}").permutation(
        (np.arange(DRAWS) + 0.5) / DRAWS
    )
    ends = {name: row[f"value_{other}"] for name, other in _ENDS.items()}
    return quantile(ends | {"distribution": "pert"}, share)


_ENDS = {"low": "low", "value": "mid", "high": "high"}


def _rows(asked: list[Investment], quarters: Quarters, told: Any) -> pd.DataFrame:
    """One row per investment, with what `told` says of each."""
    rows = [
        {
            "quarter": quarters.until,
            "segment": one.initiative_id,
            "persons": 0,
            "status": "ok",
            "grade": one.grade,
        }
        | told(one)
        for one in asked
    ]
    return rows_or_none(rows, quarters)


def _range(draws: np.ndarray) -> dict[str, float]:
    low, middle, high = np.quantile(draws, [(1 - LIKELY) / 2, 0.5, (1 + LIKELY) / 2])
    return {"value": middle, "low": low, "high": high, "level": LIKELY}


@metric(unit="money", better="none")
def investment_cost(asked: list[Investment], quarters: Quarters) -> pd.DataFrame:
    """
    Sum that is asked for an initiative.

    Parameters
    ----------
    asked : list of Investment
        See :func:`investments`.
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per initiative, `segment` its id. [currency]
    """
    return _rows(asked, quarters, lambda one: {"value": one.cost})


@metric(unit="share", better="up")
def investment_return(asked: list[Investment], quarters: Quarters) -> pd.DataFrame:
    """
    Return that an initiative may bring while it runs: value less cost, by cost.

    Parameters
    ----------
    asked : list of Investment
        See :func:`investments`.
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per initiative, `segment` its id: the median with the 10th and 90th
        percentile; grade F if its value is judgement alone. [share]
    """
    return _rows(asked, quarters, lambda one: _range(one.returned))


@metric(unit="share", better="up")
def probability_of_payback(asked: list[Investment], quarters: Quarters) -> pd.DataFrame:
    """
    Probability that an initiative brings more while it runs than it costs.

    Parameters
    ----------
    asked : list of Investment
        See :func:`investments`.
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per initiative, `segment` its id. [share]
    """
    return _rows(asked, quarters, lambda one: {"value": float((one.value > one.cost).mean())})


@metric(unit="quarters", better="down")
def investment_payback_quarters(asked: list[Investment], quarters: Quarters) -> pd.DataFrame:
    """
    Quarters until an initiative has brought what it costs, if it brings the same in each.

    Parameters
    ----------
    asked : list of Investment
        See :func:`investments`.
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per initiative, `segment` its id: at the median value; infinite if that
        takes longer than it runs. [quarters]
    """

    def _told(one: Investment) -> dict[str, float]:
        middle = float(np.median(one.value))
        needed = one.cost / middle * one.quarters if middle > 0 else np.inf
        return {"value": needed if needed <= one.quarters else np.inf}

    return _rows(asked, quarters, _told)


@metric(unit="share", better="down")
def investment_break_even(asked: list[Investment], quarters: Quarters) -> pd.DataFrame:
    """
    Share of an initiative's likely value that has to come true for it to pay for itself.

    Parameters
    ----------
    asked : list of Investment
        See :func:`investments`.
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per initiative, `segment` its id; above 1 it does not pay even if all of
        it comes true. `not_applicable` if no value is likely. [share]
    """

    def _told(one: Investment) -> dict[str, Any]:
        middle = float(np.median(one.value))
        return {"value": one.cost / middle} if middle > 0 else {"status": "not_applicable"}

    return _rows(asked, quarters, _told)


@metric(unit="money", better="none")
def cost_of_refusing(asked: list[Investment], quarters: Quarters) -> pd.DataFrame:
    """
    Value that is likely to be missed in each quarter in which an initiative is not begun.

    Parameters
    ----------
    asked : list of Investment
        See :func:`investments`.
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per initiative, `segment` its id: the median with the 10th and 90th
        percentile of its value in a quarter; its cost would be saved. [currency]
    """
    return _rows(asked, quarters, lambda one: _range(one.value / one.quarters))
