"""Who does what, and is there time for it?"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from tacheles.estimate import metric
from tacheles.findings import finding, findings
from tacheles.foundation.plan import count_of_plan, nothing_planned, rows_of
from tacheles.quarter import Quarters


@metric(unit="share", better="up")
def raci_validity(
    responsibilities: pd.DataFrame, roles: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of the tasks with exactly one role accountable, one or more to do it, and all roles known.

    Parameters
    ----------
    responsibilities : DataFrame
        One row per task, role and letter (:data:`contract.RESPONSIBILITIES`).
    roles : DataFrame
        One row per role (:data:`contract.ROLES`).
    quarters : Quarters
        The plan is told for the last one.

    Returns
    -------
    DataFrame
        ESTIMATES, one row. [share] A full count: no interval.

    Notes
    -----
    A (accountable) and R (responsible) may be the same role. A role that the table of roles does
    not hold makes its tasks invalid.
    """
    tasks = responsibilities["task"].nunique()
    invalid = {fault["subject"] for fault in _task_faults(responsibilities, roles)}
    return pd.DataFrame([count_of_plan(quarters, tasks - len(invalid), tasks, n=tasks)])


@metric(unit="share", better="none")
def role_load(
    responsibilities: pd.DataFrame, roles: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    Weekly hours that a role's tasks take, of the weekly hours that its people have for them.

    Parameters
    ----------
    responsibilities : DataFrame
        One row per task, role and letter (:data:`contract.RESPONSIBILITIES`).
    roles : DataFrame
        One row per role (:data:`contract.ROLES`); hours are those of all its people together.
    quarters : Quarters
        The plan is told for the last one.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per role that does a task; `n` counts its tasks, `left_out` those without
        hours. [share] More than 1 is more than there is time for. A full count: no interval.

    Notes
    -----
    Hours of those who do a task (R) count. A role without hours is `not_applicable`. The hours are
    what was planned for a role, not what a person worked.
    """
    does = responsibilities[responsibilities["letter"] == "R"]
    rows = []
    for role in rows_of(roles[roles["role"].isin(does["role"])]):
        hours = does.loc[does["role"] == role["role"], "hours_per_week"]
        row = count_of_plan(
            quarters,
            hours.sum(),
            role["hours_per_week"] or 0,
            n=len(hours),
            segment=role["role"],
            left_out=hours.isna().sum(),
        )
        rows.append(row if row["status"] == "ok" else row | {"status": "not_applicable"})
    return pd.DataFrame(rows) if rows else nothing_planned(quarters)


def role_faults(responsibilities: pd.DataFrame, roles: pd.DataFrame) -> pd.DataFrame:
    """
    Tasks with no or several roles accountable or nobody to do them, and roles with too much to do.

    Parameters
    ----------
    responsibilities : DataFrame
        One row per task, role and letter (:data:`contract.RESPONSIBILITIES`).
    roles : DataFrame
        One row per role (:data:`contract.ROLES`).

    Returns
    -------
    DataFrame
        FINDINGS: `several_accountable`, `nobody_accountable`, `nobody_responsible`,
        `task_of_unknown_role`, `reports_to_unknown_role`, `overloaded`.
    """
    found = [*_task_faults(responsibilities, roles), *_overloaded(responsibilities, roles)]
    for role in rows_of(roles):
        boss = role["reports_to"]
        if boss is not None and boss not in set(roles["role"]):
            found.append(finding(role["role"], "reports_to_unknown_role", "warning", role=boss))
    return findings(found)


def _task_faults(responsibilities: pd.DataFrame, roles: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for name, of_task in responsibilities.groupby("task", sort=False):
        task = str(name)
        by_letter = of_task.groupby("letter")["role"].agg(list)
        accountable = by_letter.get("A", [])
        if len(accountable) > 1:
            yield finding(task, "several_accountable", "fault", roles=accountable)
        if not accountable:
            yield finding(task, "nobody_accountable", "fault")
        if "R" not in by_letter:
            yield finding(task, "nobody_responsible", "fault")
        unknown = sorted(set(of_task["role"]) - set(roles["role"]))
        if unknown:
            yield finding(task, "task_of_unknown_role", "fault", roles=unknown)


def _overloaded(responsibilities: pd.DataFrame, roles: pd.DataFrame) -> Iterator[dict[str, Any]]:
    does = responsibilities[responsibilities["letter"] == "R"]
    for role in rows_of(roles):
        of_role = does[does["role"] == role["role"]]
        hours, capacity = of_role["hours_per_week"].sum(), role["hours_per_week"]
        if capacity is not None and hours > capacity:
            facts = {"hours": hours, "capacity": capacity, "needed_by": of_role["task"].tolist()}
            yield finding(role["role"], "overloaded", "warning", **facts)
