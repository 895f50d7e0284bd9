"""Rates of things of which some belong together: questions of one asker, guests of one event."""

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from tacheles.estimate import LEVEL, exact_sum, wilson


def cluster_sums(part: ir.Value, whole: ir.Value) -> dict[str, ir.Value]:
    """
    The sums from which :func:`clustered_rates` makes a rate and its interval.

    Parameters
    ----------
    part, whole : ibis expressions
        Of one cluster: how many of its units have the property, and all its units.

    Returns
    -------
    dict of ibis scalar expressions
        Aggregations over the clusters of a group.
    """
    y, x = part.cast("float64"), whole.cast("float64")
    return {
        "clusters": (whole > 0).sum(),
        "part": exact_sum(y),
        "whole": x.sum(),
        "part_squared": exact_sum(y * y),
        "product": exact_sum(y * x),
        "whole_squared": (x * x).sum(),
    }


def clustered_rates(sums: pd.DataFrame) -> pd.DataFrame:
    """
    Rates whose interval counts the clusters, and not only the units in them.

    Parameters
    ----------
    sums : DataFrame
        Columns of :func:`cluster_sums`, and any others.

    Returns
    -------
    DataFrame
        Rows of ESTIMATES with `value, low, high, level, n, status`, `no_data` without a unit.

    Notes
    -----
    Ten questions of one asker tell less than those of ten. The variance of the ratio between
    clusters says how many independent units would be as uncertain; Wilson's interval is that of so
    many, never of more than there are. Where nobody or everybody has the property there is no
    variance, and each cluster counts as one.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24, 193-201.
    Kish, L. (1965). Survey Sampling. Chapter 6.
    """
    rows = sums.reset_index(drop=True)
    clusters, whole = (rows[name].to_numpy(dtype=float) for name in ("clusters", "whole"))
    some = whole > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        share = rows["part"].to_numpy(dtype=float) / whole
        squares = (
            rows["part_squared"] - 2 * share * rows["product"] + share**2 * rows["whole_squared"]
        ).to_numpy(dtype=float)
        variance = np.maximum(squares, 0) / whole**2 * clusters / (clusters - 1)
        independent = share * (1 - share) / variance
    is_split = (share > 0) & (share < 1) & (clusters > 1)
    independent = np.where(is_split, np.minimum(independent, whole), clusters)
    low, high = wilson(share * independent, independent)
    return rows.assign(
        value=share,
        low=low,
        high=high,
        level=np.where(some, LEVEL, np.nan),
        n=whole.astype("int64"),
        status=np.where(some, "ok", "no_data"),
    )
