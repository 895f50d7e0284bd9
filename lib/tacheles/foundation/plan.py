"""What plans have in common: full counts of their rows, empty cells, references between them."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from tacheles.quarter import Quarters

#: A row of a plan, by column.
Row = dict[Hashable, Any]


def rows_of(plan: pd.DataFrame) -> list[Row]:
    """The rows of a plan, with None in an empty cell."""
    return plan.astype(object).where(plan.notna(), None).to_dict("records")


def count_of_plan(
    quarters: Quarters, part: float, whole: float, *, n: int, segment: str = "", left_out: int = 0
) -> dict[str, Any]:
    """
    A share of a plan as it stands: of the last quarter, for a plan has no history.

    A plan is counted in full: no interval. Nobody is behind it: roles, not persons.
    """
    return {
        "quarter": quarters.until,
        "segment": segment,
        "value": part / whole if whole else float("nan"),
        "n": n,
        "left_out": left_out,
        "persons": 0,
        "status": "ok" if whole else "no_data",
    }


def nothing_planned(quarters: Quarters) -> pd.DataFrame:
    """The one row of a definition whose plan has no rows."""
    return pd.DataFrame([count_of_plan(quarters, 0, 0, n=0)])


def named_in(plan: pd.DataFrame, column: str, subject: Any, key: str) -> list[str]:
    """Keys of the rows of a plan that name the subject in a column."""
    return plan.loc[(plan[column] == subject).fillna(False).astype(bool), key].astype(str).tolist()
