"""What may be shown: the one gate between an estimate and a reader."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

#: Columns of a raw estimate that never leave: persons behind a cell, and how many it needs.
PRIVATE = ["persons", "persons_needed"]

#: Columns a suppressed cell loses: each of them would tell how few they are.
TELLING = ["value", "low", "high", "level", "n", "left_out"]


@dataclass(frozen=True)
class Thresholds:
    """Fewest persons behind a cell that may be shown, by the kind of people it is about (P1)."""

    customers: int = 5
    survey_answers: int = 10
    employees: int = 10


def protect(estimates: pd.DataFrame) -> pd.DataFrame:
    """
    Estimates as they may be shown: cells with fewer persons than needed are suppressed.

    Parameters
    ----------
    estimates : Estimates
        Raw estimates, with the private count of persons behind each cell.

    Returns
    -------
    DataFrame
        ESTIMATES without the private columns; a cell with 0 < persons < persons_needed, or whose
        persons nobody counted, has the status `suppressed` and neither value, interval nor counts.

    Raises
    ------
    ValueError
        If the private columns are missing: nobody could say whether the cells may be shown.
    """
    missing = set(PRIVATE) - set(estimates.columns)
    if missing:
        raise ValueError(f"cannot protect estimates without {', '.join(sorted(missing))}")
    shown = pd.DataFrame(estimates).drop(columns=PRIVATE)
    persons, needed = (
        estimates[name].to_numpy(dtype=float, na_value=np.nan)  # nobody counted: no comparison
        for name in PRIVATE
    )
    few = ~((persons == 0) | (persons >= needed))
    shown = shown.astype({"n": "Int64", "left_out": "Int64"})
    if few.any():
        shown.loc[few, TELLING] = pd.NA
        shown.loc[few, "status"] = "suppressed"
    return shown
