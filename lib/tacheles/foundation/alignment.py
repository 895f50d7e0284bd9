"""Whom does the community serve, and which goals of the company?"""

from collections.abc import Iterator
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from tacheles.estimate import metric
from tacheles.findings import finding, findings
from tacheles.foundation.goals import Histories, measured
from tacheles.foundation.plan import count_of_plan, named_in, rows_of
from tacheles.quarter import Quarters

#: Columns by which a goal or an initiative names what it serves, and the plan that holds it.
SERVED = {
    "business_goal_id": "business_goals",
    "stakeholder_id": "stakeholders",
    "need_id": "needs",
    "value_id": "values",
}


@metric(unit="share", better="up")
def alignment_coverage(
    goals: pd.DataFrame,
    values: pd.DataFrame,
    business_goals: pd.DataFrame,
    histories: Histories,
    quarters: Quarters,
) -> pd.DataFrame:
    """
    Share of the goals that live a value, serve a goal of the company and have a known metric.

    Parameters
    ----------
    goals : DataFrame
        One row per goal (:data:`contract.GOALS`).
    values : DataFrame
        One row per value (:data:`contract.VALUES`).
    business_goals : DataFrame
        One row per goal of the company (:data:`contract.BUSINESS_GOALS`).
    histories : mapping
        History of each goal's metric, by its name as the goal writes it; what nobody knows is
        missing.
    quarters : Quarters
        The plan is told for the last one.

    Returns
    -------
    DataFrame
        ESTIMATES, one row. [share] A full count: no interval.

    Notes
    -----
    An id that its table does not hold serves nothing.
    """
    aligned = sum(
        goal["value_id"] in set(values["value_id"])
        and goal["business_goal_id"] in set(business_goals["business_goal_id"])
        and measured(goal, histories) is not None
        for goal in rows_of(goals)
    )
    return pd.DataFrame([count_of_plan(quarters, aligned, len(goals), n=len(goals))])


def alignment_faults(
    goals: pd.DataFrame,
    values: pd.DataFrame,
    business_goals: pd.DataFrame,
    stakeholders: pd.DataFrame,
    needs: pd.DataFrame,
    initiatives: pd.DataFrame,
    shared_kpis: pd.DataFrame,
    costs: ir.Table,
) -> pd.DataFrame:
    """
    Orphans on every side, ids that lead nowhere, and a community that serves nobody.

    Parameters
    ----------
    goals, values, business_goals, stakeholders, needs, initiatives, shared_kpis : DataFrame
        Plans, each with the columns of its contract.
    costs : ibis.Table
        One row per month and category (:data:`contract.COSTS`).

    Returns
    -------
    DataFrame
        FINDINGS: `orphan_value`, `orphan_business_goal`, `orphan_stakeholder`, `orphan_need`,
        `orphan_kpi`, `leads_nowhere`, `serves_nobody`, `costs_without_goal`.

    Notes
    -----
    A value or a shared KPI is an orphan if no goal carries it, a need if neither a goal nor an
    initiative does: a need may be met by what is not a goal. A goal of the company and a
    department's priority want a goal, for an initiative without one cannot be missed. As long as
    there are no goals at all, nothing else is an orphan: that alone is to be told.
    """
    served = {
        "values": values,
        "business_goals": business_goals,
        "stakeholders": stakeholders,
        "needs": needs,
    }
    found = [
        *_nowhere(goals, "goal_id", served),
        *_nowhere(initiatives, "initiative_id", served),
        *_hobby(goals, business_goals, stakeholders, costs),
    ]
    if len(goals):
        found += _orphans(goals, initiatives, served)
        found += _orphan_kpis(goals, shared_kpis)
    return findings(found)


def _nowhere(
    plan: pd.DataFrame, key: str, served: dict[str, pd.DataFrame]
) -> Iterator[dict[str, Any]]:
    """Ids that are written down but not in the table that should hold them."""
    for row in rows_of(plan):
        for column, table in SERVED.items():
            named = row.get(column)
            if named is not None and named not in set(served[table][column]):
                yield finding(str(row[key]), "leads_nowhere", "fault", id=named, table=table)


def _hobby(
    goals: pd.DataFrame, business_goals: pd.DataFrame, stakeholders: pd.DataFrame, costs: ir.Table
) -> Iterator[dict[str, Any]]:
    """Goals that serve nobody, or costs that no goal carries."""
    serves = goals["business_goal_id"].isin(business_goals["business_goal_id"]) | goals[
        "stakeholder_id"
    ].isin(stakeholders["stakeholder_id"])
    if len(goals) and not serves.any():
        yield finding("goals", "serves_nobody", "fault", needed_by=goals["goal_id"].tolist())
    if goals.empty and costs.count().execute():
        yield finding("costs", "costs_without_goal", "fault")


def _orphans(
    goals: pd.DataFrame, initiatives: pd.DataFrame, served: dict[str, pd.DataFrame]
) -> Iterator[dict[str, Any]]:
    """What no goal serves; of needs, what no initiative serves either."""
    for column, table in SERVED.items():
        said = "priority" if table == "stakeholders" else "statement"
        kind = f"orphan_{table[:-1]}"
        for row in rows_of(served[table]):
            wanted_by = (
                named_in(initiatives, column, row[column], "initiative_id")
                if column in initiatives
                else []
            )
            is_served = named_in(goals, column, row[column], "goal_id") or (
                table == "needs" and wanted_by
            )
            if not is_served:
                facts = {"statement": row[said], "needed_by": wanted_by}
                yield finding(str(row[column]), kind, "warning", **facts)


def _orphan_kpis(goals: pd.DataFrame, shared_kpis: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """KPIs agreed with another department neither side of which is the metric of a goal."""
    for name, versions in shared_kpis.groupby("shared_kpi_id", sort=False):
        latest = versions.sort_values("version").iloc[-1]
        if not set(goals["metric"]) & {latest["metric"], latest["activity_metric"]}:
            yield finding(str(name), "orphan_kpi", "warning", metric=latest["metric"])
