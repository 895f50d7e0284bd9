"""A department's own numbers: shown as it counts them."""

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import metric
from tacheles.quarter import Quarters
from tacheles.roi.spans import quarter_of_day


def of_partner(partner_metrics: ir.Table, name: str, quarters: Quarters) -> pd.DataFrame:
    """
    A department's monthly numbers by quarter: `mean`, `sum`, `months`; empty without any.

    Parameters
    ----------
    partner_metrics : ibis.Table
        One row per department, metric and month (:data:`contract.PARTNER_METRICS`).
    name : str
        Name of the metric.
    quarters : Quarters
        The index; a month belongs to the quarter in which it begins.
    """
    counted = (
        partner_metrics.filter(_.metric == name)
        .mutate(quarter=quarter_of_day(_.month, quarters))
        .filter(_.quarter.notnull())
        .group_by("quarter")
        .aggregate(mean=_.value.mean(), sum=_.value.sum(), months=_.month.nunique())
        .to_pandas()
    )
    return counted.set_index("quarter").reindex(list(quarters))


@metric(unit="amount", better="none")
def partner_metric(partner_metrics: ir.Table, quarters: Quarters, *, name: str) -> pd.DataFrame:
    """
    A department's own number, as it counts it: the mean of the quarter's months.

    Parameters
    ----------
    partner_metrics : ibis.Table
        One row per department, metric and month (:data:`contract.PARTNER_METRICS`).
    quarters : Quarters
        Quarters to report.
    name : str
        Name of the metric.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts months. [the department's own unit]
    """
    rows = of_partner(partner_metrics, name, quarters).reset_index()
    some = rows["mean"].notna()
    return pd.DataFrame(
        {
            "quarter": rows["quarter"],
            "value": rows["mean"].astype(float),
            "n": rows["months"].fillna(0).astype(int),
            "persons": 0,
            "status": np.where(some, "ok", "no_data"),
        }
    )
