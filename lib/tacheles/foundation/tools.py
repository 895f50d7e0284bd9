"""Which tools and processes are in place?"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from tacheles.estimate import metric
from tacheles.findings import finding, findings
from tacheles.foundation.plan import count_of_plan, nothing_planned, rows_of
from tacheles.quarter import Quarters

#: Kinds of tools that a community needs live; one of each group will do.
NEEDED_KINDS = (("social",), ("forum", "chat"), ("crm",), ("analytics",), ("support",))


@metric(unit="share", better="up")
def checklist_readiness(processes: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Weight of the checklist's items that are done, of the weight of all items that apply.

    Parameters
    ----------
    processes : DataFrame
        One row per item (:data:`contract.PROCESSES`).
    quarters : Quarters
        The checklist is told for the last one.

    Returns
    -------
    DataFrame
        ESTIMATES, one row; `n` counts the items that apply, `left_out` the others. [share] A full
        count: no interval.

    Notes
    -----
    An item is done if it is marked so and its evidence is named: done without evidence counts as
    not done. An item applies unless it says that it does not; without a weight it weighs 1.
    """
    return pd.DataFrame([_readiness(processes, quarters, "")])


@metric(unit="share", better="up")
def checklist_readiness_by_area(processes: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Weight of an area's items that are done, of the weight of all its items that apply.

    Parameters
    ----------
    processes : DataFrame
        One row per item (:data:`contract.PROCESSES`).
    quarters : Quarters
        The checklist is told for the last one.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per area, in the order of the checklist. [share] Items count as in
        :func:`checklist_readiness`.
    """
    areas = processes.groupby("area", sort=False)
    rows = [_readiness(items, quarters, str(area)) for area, items in areas]
    return pd.DataFrame(rows) if rows else nothing_planned(quarters)


def _readiness(items: pd.DataFrame, quarters: Quarters, segment: str) -> dict[str, Any]:
    applies = items["applicable"].fillna(True).astype(bool)
    weight = items["weight"].fillna(1)
    done = items["done"].fillna(False).astype(bool) & items["evidence"].notna()
    return count_of_plan(
        quarters,
        weight[done & applies].sum(),
        weight[applies].sum(),
        n=applies.sum(),
        segment=segment,
        left_out=(~applies).sum(),
    )


def tool_faults(tools: pd.DataFrame) -> pd.DataFrame:
    """
    Tools that nobody owns or proves, and kinds of tools of which none is live.

    Parameters
    ----------
    tools : DataFrame
        One row per channel or tool (:data:`contract.TOOLS`).

    Returns
    -------
    DataFrame
        FINDINGS: `tool_without_owner`, `tool_without_evidence` of live tools, `no_tool_of_kind`.
    """
    live = tools[tools["status"] == "live"]
    found = [
        finding(tool["name"], f"tool_without_{lacking}", "warning")
        for tool in rows_of(live)
        for lacking in ("owner", "evidence")
        if tool[lacking] is None
    ]
    missing = [kinds for kinds in NEEDED_KINDS if not live["kind"].isin(kinds).any()]
    if len(tools):
        found += [finding("tools", "no_tool_of_kind", "warning", kinds=kinds) for kinds in missing]
    return findings(found)


def process_faults(processes: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Items of the checklist that nobody proves, that are late, or that have no date to be done by.

    Parameters
    ----------
    processes : DataFrame
        One row per item (:data:`contract.PROCESSES`).
    quarters : Quarters
        Late is what was due before `quarters.as_of`.

    Returns
    -------
    DataFrame
        FINDINGS: `done_without_evidence`, `overdue`, `undated`.
    """
    applies = processes["applicable"].fillna(True).astype(bool)
    return findings(_process_faults(processes[applies], quarters))


def _process_faults(items: pd.DataFrame, quarters: Quarters) -> Iterator[dict[str, Any]]:
    today = quarters.calendar.day_of(quarters.as_of)
    for item in rows_of(items):
        if item["done"]:
            if item["evidence"] is None:
                yield finding(item["item"], "done_without_evidence", "warning")
        elif item["due_on"] is None:
            yield finding(item["item"], "undated", "warning")
        elif item["due_on"].date() < today:
            yield finding(item["item"], "overdue", "warning", due_on=item["due_on"].date())
