"""What is to be mended first?"""

from collections.abc import Iterator

import pandas as pd

from tacheles.contract import PLANS, RECORDS
from tacheles.findings import SEVERITIES, finding, findings
from tacheles.foundation.plan import named_in, rows_of
from tacheles.quarter import Quarters

#: What names the rows of a table, or cannot be told without it; in the order in which one begins.
NEEDED_BY = {
    "business_goals": ("goals", "initiatives"),
    "stakeholders": ("goals", "initiatives"),
    "values": ("goals", "content"),
    "needs": ("goals", "initiatives", "feedback", "surveys"),
    "goals": ("content", "shared_kpis"),
    "initiatives": ("roadmap", "shared_kpis"),
    "shared_kpis": ("claims",),
    "assumptions": ("claims", "scenarios", "correlations"),
    "roles": ("responsibilities", "roster"),
    "responsibilities": (),
    "roster": (),
    "tools": (),
    "processes": (),
    "maturity": (),
    "accounts": ("surveys", "feedback"),
    "feedback": (),
    "surveys": (),
}


def missing_foundations(
    inventory: pd.DataFrame, *, mission: str = "", vision: str = ""
) -> pd.DataFrame:
    """
    What nobody has written down yet, that on which most depends first.

    Parameters
    ----------
    inventory : DataFrame
        One row per table: `table, rows`, and whatever else (`workbook.Workbook.inventory`).
    mission, vision : str
        What `community.toml` says.

    Returns
    -------
    DataFrame
        FINDINGS: `no_mission`, `no_vision`, `no_records`, `table_missing` with its `file`, what a
        row of it stands for (`grain`) and the tables that need it (`needed_by`).
    """
    rows = inventory.set_index("table")["rows"].fillna(0)
    found = []
    if not mission:
        found.append(finding("community.toml", "no_mission", "fault", needed_by=[*NEEDED_BY]))
    if not vision:
        found.append(finding("community.toml", "no_vision", "warning"))
    if not rows[rows.index.isin(list(RECORDS))].any():
        found.append(finding("records", "no_records", "warning", needed_by=["goals"]))
    for name in NEEDED_BY:
        if not rows.get(name, 0):
            is_plan = name in PLANS
            facts = {
                "file": f"plans/{name}.csv" if is_plan else f"records/{name}.parquet",
                "grain": (PLANS | RECORDS)[name].grain,
                "needed_by": sorted(set(_dependants(name))),
            }
            found.append(finding(name, "table_missing", "fault" if is_plan else "warning", **facts))
    return mend_first(findings(found))


def _dependants(table: str) -> Iterator[str]:
    """Tables that need this one, and those that need them."""
    for name in NEEDED_BY.get(table, ()):
        yield name
        yield from _dependants(name)


def expired_assumptions(
    assumptions: pd.DataFrame, claims: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    Assumptions whose day of review has passed, each with the claims whose value rests on it.

    Parameters
    ----------
    assumptions : DataFrame
        One row per assumption (:data:`contract.ASSUMPTIONS`).
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`).
    quarters : Quarters
        Passed is what lies before the day of `quarters.as_of`.

    Returns
    -------
    DataFrame
        FINDINGS: `expired_assumption`.
    """
    today = quarters.calendar.day_of(quarters.as_of)
    return findings(
        finding(
            row["assumption_id"],
            "expired_assumption",
            "fault",
            statement=row["statement"],
            review_on=row["review_on"].date(),
            owner=row["owner"],
            needed_by=named_in(claims, "unit_value", row["assumption_id"], "claim_id"),
        )
        for row in rows_of(assumptions)
        if row["review_on"].date() < today
    )


def mend_first(*found: pd.DataFrame) -> pd.DataFrame:
    """
    All that was found in one list: what matters most first, then that on which most depends.

    Parameters
    ----------
    *found : DataFrame
        FINDINGS; what depends on a subject stands in the fact `needed_by`.

    Returns
    -------
    DataFrame
        FINDINGS; else in the order given.
    """
    rows = [row for frame in found for row in frame.to_dict("records")]
    rows.sort(
        key=lambda row: (
            SEVERITIES.index(row["severity"]),
            -len(row["detail"].get("needed_by", ())),
        )
    )
    return findings(rows)  # type: ignore[arg-type]
