"""A department's own numbers: shown as it counts them."""

import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.estimate import exact_sum, quarter_of_day
from tacheles.quarter import Quarters


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
        .aggregate(
            mean=exact_sum(_.value) / _.value.count(),
            sum=exact_sum(_.value),
            months=_.month.nunique(),
        )
        .to_pandas()
    )
    return counted.set_index("quarter").reindex(list(quarters))
