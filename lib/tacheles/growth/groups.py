"""Groups side by side: per quarter and format, need, language, reason."""

import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.estimate import quarter_of
from tacheles.quarter import Quarters

#: Segment of what belongs to no group that the export names.
UNKNOWN = "unknown"


def by_quarter_and_group(
    table: ir.Table, moment: str, quarters: Quarters, group: ir.Value, **measures: ir.Value
) -> pd.DataFrame:
    """
    Measures per quarter and group, zeros where nothing happened.

    Parameters
    ----------
    table : ibis.Table
    moment : str
        Column that says in which quarter a row lies.
    quarters : Quarters
    group : ibis string expression
        To which group a row belongs; empty: :data:`UNKNOWN`.
    **measures : ibis scalar expressions
        Aggregations over the rows of a quarter and group.

    Returns
    -------
    DataFrame
        Columns `quarter, segment` and the measures: each quarter with each group of any of them,
        groups in alphabetical order; without a group at all, a row per quarter.
    """
    found = (
        table.mutate(quarter=quarter_of(table[moment], quarters))
        .filter(_.quarter.notnull())
        .mutate(segment=group.fill_null(UNKNOWN))
        .group_by("quarter", "segment")
        .aggregate(**measures)
        .to_pandas()
    )
    return complete(found, quarters, sorted(found["segment"].unique()))


def complete(found: pd.DataFrame, quarters: Quarters, segments: list[str]) -> pd.DataFrame:
    """Every quarter with every segment named, in this order, zeros where nothing was found."""
    pairs = pd.MultiIndex.from_product([list(quarters), segments or [""]])
    rows = pairs.to_frame(index=False, name=["quarter", "segment"])
    rows = rows.merge(found, on=["quarter", "segment"], how="left")
    measures = rows.columns.drop(["quarter", "segment"])
    rows[measures] = rows[measures].astype("float64").fillna(0)
    return rows
