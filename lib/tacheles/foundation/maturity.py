"""How far has the team's craft come?"""

import pandas as pd

from tacheles.estimate import metric
from tacheles.foundation.plan import nothing_planned
from tacheles.quarter import Quarters


@metric(unit="stage", better="up")
def maturity_stage(maturity: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Stage of maturity, from 1 to 4, that a competency was given when it was last assessed.

    Parameters
    ----------
    maturity : DataFrame
        One row per competency and date (:data:`contract.MATURITY`).
    quarters : Quarters
        Quarters to report; an assessment counts from the quarter of its date on.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and competency, in the order of the plan. [stage] `no_data`
        before its first assessment.

    Notes
    -----
    A judgement of the team, not a measurement: no interval. The stages are an order, not a scale;
    a mean over competencies would hide the one that holds up the others, and is not told.
    """
    found = _stages(maturity, quarters)
    if found.empty:
        return nothing_planned(quarters)
    status = found["value"].notna().map({True: "ok", False: "no_data"})
    return found.assign(n=found["value"].notna().astype(int), persons=0, status=status)


@metric(unit="stage", better="up")
def maturity_minimum(maturity: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Lowest stage of maturity, from 1 to 4, among the competencies assessed.

    Parameters
    ----------
    maturity : DataFrame
        One row per competency and date (:data:`contract.MATURITY`).
    quarters : Quarters
        Quarters to report; an assessment counts from the quarter of its date on.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `left_out` counts competencies without a stage. [stage]
    """
    return _over_competencies(maturity, quarters, "min")


@metric(unit="stage", better="up")
def maturity_median(maturity: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Median stage of maturity, from 1 to 4, of the competencies assessed.

    Parameters
    ----------
    maturity : DataFrame
        One row per competency and date (:data:`contract.MATURITY`).
    quarters : Quarters
        Quarters to report; an assessment counts from the quarter of its date on.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `left_out` counts competencies without a stage. [stage]
    """
    return _over_competencies(maturity, quarters, "median")


def _over_competencies(maturity: pd.DataFrame, quarters: Quarters, how: str) -> pd.DataFrame:
    found = _stages(maturity, quarters)
    if found.empty:
        return nothing_planned(quarters)
    rows = found.groupby("quarter", sort=False)["value"].agg(
        value=how, n="count", left_out=lambda stages: stages.isna().sum()
    )
    status = (rows["n"] > 0).map({True: "ok", False: "no_data"})
    return rows.assign(persons=0, status=status).reset_index()


def _stages(maturity: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """Each quarter with each competency and the stage that was its last until then."""
    rows = []
    for quarter, ends_on in zip(quarters, quarters.first_days[1:], strict=True):
        known = maturity[maturity["assessed_on"] < pd.Timestamp(ends_on)]
        last = known.sort_values("assessed_on").groupby("competency")["stage"].last()
        for competency in maturity["competency"].unique():
            stage = float(last.get(competency, float("nan")))
            rows.append({"quarter": quarter, "segment": competency, "value": stage})
    return pd.DataFrame(rows)
