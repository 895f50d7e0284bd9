"""Means and ratios with their intervals, from the sums that the engine made."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from tacheles.estimate import LEVEL, quarter_of, quarter_of_day
from tacheles.quarter import Quarters


def sums_by_quarter(
    table: ir.Table, moment: str, quarters: Quarters, **measures: ir.Value
) -> pd.DataFrame:
    """
    Sums that need not be whole, one row per quarter, zeros where nothing happened.

    Parameters
    ----------
    table : ibis.Table
    moment : str
        Column that says in which quarter a row lies.
    quarters : Quarters
    **measures : ibis scalar expressions
        Aggregations over the rows of a quarter.
    """
    place = quarter_of_day if table[moment].type().is_date() else quarter_of
    inside = table.mutate(quarter=place(table[moment], quarters)).filter(ibis._.quarter.notnull())
    found = inside.group_by("quarter").aggregate(**measures).to_pandas()
    rows = pd.DataFrame({"quarter": list(quarters)}).merge(found, on="quarter", how="left")
    names = list(measures)
    rows[names] = rows[names].astype("float64").fillna(0.0)
    return rows


def means(counted: pd.DataFrame) -> pd.DataFrame:
    """
    Means with Student's interval.

    Parameters
    ----------
    counted : DataFrame
        Columns `quarter, total, squares, n, left_out, persons`: sum and sum of squares of n values.

    Returns
    -------
    DataFrame
        Rows of ESTIMATES without a unit. One value alone has a mean and no interval.
    """
    n = counted["n"].where(counted["n"] > 0).astype(float)
    value = counted["total"] / n
    spread = (counted["squares"] - n * value**2).clip(lower=0) / (n - 1).where(n > 1)
    return _finished(counted, value, np.sqrt(spread / n), n)


def ratios(counted: pd.DataFrame) -> pd.DataFrame:
    """
    Ratios of two sums over the same units, with the interval of a linearised ratio.

    Parameters
    ----------
    counted : DataFrame
        Columns `quarter, n, left_out, persons` and, over the n units, the sums `part, whole,
        part_squares, whole_squares, products`.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd edition. Section 6.3.
    """
    n = counted["n"].where((counted["n"] > 0) & (counted["whole"] > 0)).astype(float)
    value = (counted["part"] / counted["whole"].where(n.notna())).astype(float)
    squares = (
        counted["part_squares"]
        - 2 * value * counted["products"]
        + value**2 * counted["whole_squares"]
    )
    error = np.sqrt(squares.clip(lower=0) * n / (n - 1).where(n > 1)) / counted["whole"]
    return _finished(counted, value, error, n)


def _finished(
    counted: pd.DataFrame, value: pd.Series, error: pd.Series, n: pd.Series
) -> pd.DataFrame:
    from scipy.special import stdtrit  # costs a third of a second: only where it is needed

    half = stdtrit((n - 1).where(n > 1), (1 + LEVEL) / 2) * error
    return counted.assign(
        value=value,
        low=value - half,
        high=value + half,
        level=np.where(half.notna(), LEVEL, np.nan),
        status=np.where(n.notna(), "ok", "no_data"),
    )
