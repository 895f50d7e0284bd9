"""What the community costs, in full."""

from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import RECORDS
from tacheles.estimate import exact_sum, metric, quarter_of_day
from tacheles.findings import finding, findings
from tacheles.quarter import Quarters
from tacheles.roi.money import STAFF_HOUR_RATE, Assumed

#: What members give for nothing: shown, and never added to what the company pays.
VOLUNTEERS = "volunteer_shadow"

#: Categories of cost, as the contract knows them.
CATEGORIES = tuple(
    str(category)
    for category in RECORDS["costs"].column("category").allowed
    if category != VOLUNTEERS
)

#: Categories without which a programme's cost is hardly whole.
EXPECTED = ("platform", "staff", "content", "events", "overhead")


#: What the name of a category begins with as a segment.
SEGMENT = "cost of "


@dataclass(frozen=True, eq=False)
class Costs:
    """
    Cost of a programme by quarter (:func:`costs_by_quarter`).

    Parameters
    ----------
    amounts : DataFrame
        What was paid: one row per quarter, one column per category.
    hours : ndarray
        Staff hours of each quarter for which nobody wrote down an amount. [h]
    """

    amounts: pd.DataFrame
    hours: np.ndarray

    def drawn(self, assumed: Assumed) -> np.ndarray:
        """Cost by quarter and draw: what was paid, and unpaid hours at their loaded rate."""
        paid = self.amounts.sum(axis="columns").to_numpy(float)[:, None]
        if not self.hours.any():
            return paid
        return np.asarray(paid + self.hours[:, None] * assumed[STAFF_HOUR_RATE][None, :])


def costs_by_quarter(costs: ir.Table, quarters: Quarters) -> Costs:
    """
    What the programme cost in each quarter, by category, without volunteers' hours.

    Parameters
    ----------
    costs : ibis.Table
        One row per month and category (:data:`contract.COSTS`).
    quarters : Quarters
        A month belongs to the quarter in which it begins.
    """
    paid = costs.filter(_.category != VOLUNTEERS)
    counted = (
        paid.mutate(quarter=quarter_of_day(_.month, quarters))
        .filter(_.quarter.notnull())
        .group_by("quarter", "category")
        .aggregate(
            amount=exact_sum(_.amount),
            hours=exact_sum((_.amount == 0).ifelse(_.hours, 0.0).fill_null(0.0)),
        )
        .to_pandas()
        .sort_values(["quarter", "category"])  # so that sums are the same to the last bit
    )
    amounts = counted.pivot_table(
        index="quarter", columns="category", values="amount", fill_value=0.0
    ).reindex(list(quarters), fill_value=0.0)
    hours = counted.groupby("quarter")["hours"].sum().reindex(list(quarters), fill_value=0.0)
    return Costs(amounts, hours.to_numpy(float))


@metric(unit="money", better="down")
def programme_cost(costs: ir.Table, assumed: Assumed, quarters: Quarters) -> pd.DataFrame:
    """
    What the company paid for the community in the quarter, in full, staff at their loaded rate.

    Parameters
    ----------
    costs : ibis.Table
        One row per month and category (:data:`contract.COSTS`).
    assumed : Assumed
        What is assumed (:func:`money.assumed`): the rate of an hour for which no amount is known.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [currency]

    Notes
    -----
    A row with hours and an amount of 0 counts as its hours at the loaded rate; one with an amount
    counts as that, never as both. Volunteers' hours are not in it: see :func:`volunteer_value`.
    """
    found = costs_by_quarter(costs, quarters)
    known = found.amounts.sum(axis="columns").to_numpy(float)
    if found.hours.any():
        known = known + found.hours * assumed.value(STAFF_HOUR_RATE)
    return _money_rows(
        known, (found.amounts != 0).any(axis=1).to_numpy() | (found.hours > 0), quarters
    )


@metric(unit="money", better="down")
def cost_by_category(costs: ir.Table, assumed: Assumed, quarters: Quarters) -> pd.DataFrame:
    """
    What the company paid for the community in the quarter, by category of cost.

    Parameters
    ----------
    costs : ibis.Table
        One row per month and category (:data:`contract.COSTS`).
    assumed : Assumed
        What is assumed (:func:`money.assumed`): the rate of an hour for which no amount is known.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and category, `segment` its name, the dearest category
        first; together they are :func:`programme_cost`. [currency]
    """
    found = costs_by_quarter(costs, quarters)
    amounts = found.amounts.assign(**_unpaid(found, assumed))
    by_cost = amounts.sum().sort_values(ascending=False, kind="stable")
    told = [name for name, amount in by_cost.items() if amount]
    if not told:
        return pd.DataFrame({"quarter": list(quarters), "persons": 0, "status": "no_data"})
    rows = amounts[told].rename_axis("quarter").reset_index()
    rows = rows.melt(id_vars="quarter", var_name="segment", value_name="value")
    return rows.assign(segment=SEGMENT + rows["segment"], persons=0, status="ok")


def _unpaid(found: Costs, assumed: Assumed) -> dict[str, np.ndarray]:
    """Staff with the hours for which nobody wrote down an amount, at their loaded rate."""
    if not found.hours.any():
        return {}
    paid = found.amounts.get("staff", 0.0)
    return {"staff": np.asarray(paid + found.hours * assumed.value(STAFF_HOUR_RATE))}


@metric(unit="money", better="none")
def volunteer_value(costs: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    What the hours that volunteers gave in the quarter would have cost, had they been paid.

    Parameters
    ----------
    costs : ibis.Table
        One row per month and category (:data:`contract.COSTS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [currency]

    Notes
    -----
    It stands below the line: nobody paid it, and no return is computed from it.
    """
    given = costs.filter(_.category == VOLUNTEERS).mutate(quarter=quarter_of_day(_.month, quarters))
    counted = given.group_by("quarter").aggregate(amount=exact_sum(_.amount)).to_pandas()
    amounts = counted.dropna().set_index("quarter")["amount"].reindex(list(quarters))
    return _money_rows(amounts.to_numpy(float), amounts.notna().to_numpy(), quarters)


def cost_findings(costs: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Categories of cost that nobody has entered: what is missing makes every return look better.

    Parameters
    ----------
    costs : ibis.Table
        One row per month and category (:data:`contract.COSTS`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        FINDINGS.
    """
    found = costs_by_quarter(costs, quarters).amounts
    entered = set(found.columns[found.any()])
    if not entered:
        return findings([])
    return findings(
        finding(category, "cost_missing", "warning")
        for category in EXPECTED
        if category not in entered
    )


def _money_rows(amounts: np.ndarray, known: np.ndarray, quarters: Quarters) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "quarter": list(quarters),
            "value": np.where(known, amounts, np.nan),
            "persons": 0,
            "status": np.where(known, "ok", "no_data"),
        }
    )
