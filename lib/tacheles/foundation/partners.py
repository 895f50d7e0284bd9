"""What do the departments count themselves?"""

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import metric, quarter_of_day
from tacheles.quarter import Quarters


@metric(unit="amount", better="none")
def partner_metric(
    partner_metrics: ir.Table, quarters: Quarters, *, name: str, total: bool = False
) -> pd.DataFrame:
    """
    A department's own number, as it told it last in the quarter, or the sum of its months.

    Parameters
    ----------
    partner_metrics : ibis.Table
        One row per department, metric and month (:data:`contract.PARTNER_METRICS`).
    quarters : Quarters
        Quarters to report.
    name : str
        The metric, as the department names it.
    total : bool, default False
        Whether the months are added up, as of something counted anew each month. By default the
        quarter's last month is told, as of a state.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [as the department counts it] Its error is not known here:
        no interval.

    Notes
    -----
    A metric that two departments tell is told by the one that comes first in the alphabet; nothing
    is averaged. Numbers are taken as the department gives them, with nobody's persons behind them.
    """
    months = (
        partner_metrics.filter(_.metric == name)
        .mutate(quarter=quarter_of_day(_.month, quarters))
        .filter(_.quarter.notnull())
        .select("department", "quarter", "month", "value")
        .to_pandas()
    )
    own = months[months["department"] == months["department"].min()].sort_values("month")
    by_quarter = own.groupby("quarter")["value"]
    values = (by_quarter.sum() if total else by_quarter.last()).reindex(list(quarters))
    return pd.DataFrame(
        {
            "quarter": list(quarters),
            "value": values.to_numpy(dtype=float),
            "n": by_quarter.size().reindex(list(quarters), fill_value=0).to_numpy(),
            "persons": 0,
            "status": np.where(values.notna(), "ok", "no_data"),
        }
    )
