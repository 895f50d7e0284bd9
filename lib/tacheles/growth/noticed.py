"""What a reader should notice about answers and people, without being told where to look."""

from typing import Any

import pandas as pd

from tacheles.estimate import Estimates, change, latest_change, moved
from tacheles.findings import finding, findings
from tacheles.privacy import protect

#: Quarters between a quarter and the one a year before it.
_A_YEAR = 4


def growth_findings(
    answered: Estimates,
    active: Estimates,
    returning: Estimates,
    lost: Estimates,
    half: Estimates,
    *,
    tolerance: float = 0.1,
) -> pd.DataFrame:
    """
    What the numbers on answers and people say only together.

    Parameters
    ----------
    answered : Estimates
        Share of the questions answered in time (:func:`answered_within`).
    active : Estimates
        Members who took part (:func:`active_members`).
    returning : Estimates
        Share of the contributors who came back (:func:`returning_contributor_rate`).
    lost : Estimates
        Members who fell silent (:func:`lost_contributors`).
    half : Estimates
        Fewest members who made half of the contributions (:func:`absence_factor`).
    tolerance : float, default 0.1
        How far the number of active members may fall and activity still holds. [share]

    Returns
    -------
    DataFrame
        FINDINGS of these kinds, each only where it is so: `people_grow_while_answers_fall`,
        `answers_fall_while_activity_holds`, `people_leave_while_answers_hold`, `few_carry_half`.

    Notes
    -----
    The last quarter is held against the one before, shares also against the one a year before, for
    a slow fall is clear in no single quarter. A direction counts if its interval leaves out zero,
    held against all these comparisons (Holm). Answers hold if they did not fall and more than half
    of the questions are certainly answered. Nothing that may not be shown is in a finding: of the
    few who carry half it says only that they are fewer than a number needs.
    """
    comparisons = {
        name: _comparisons(rows)
        for name, rows in (
            ("answered", answered), ("active", active), ("returning", returning), ("lost", lost),
        )
    }  # fmt: skip
    went = _directions(comparisons)
    told = _told(answered, comparisons["answered"], went["answered"])
    is_leaving = "down" in (went["active"], went["returning"]) or went["lost"] == "up"
    kinds = []
    if went["answered"] == "down" and went["active"] == "up":
        kinds.append("people_grow_while_answers_fall")
    elif went["answered"] == "down" and _holds(active, went["active"], tolerance):
        kinds.append("answers_fall_while_activity_holds")
    elif is_leaving and went["answered"] != "down" and answered["low"].iloc[-1] > 0.5:
        kinds.append("people_leave_while_answers_hold")
    found = [finding(answered["quarter"].iloc[-1], kind, "warning", **told) for kind in kinds]
    if _is_too_few(half) and not _is_too_few(active):
        found.append(finding(half["quarter"].iloc[-1], "few_carry_half", "warning"))
    return findings(found)


def _comparisons(rows: Estimates) -> list[pd.Series]:
    """Changes to the last quarter: from the one before, of a share also from a year before."""
    against = [latest_change(rows)]
    if len(rows) > _A_YEAR and rows["low"].notna().iloc[-1]:
        against.append(change(rows.iloc[-1], rows.iloc[-1 - _A_YEAR]))
    shown = protect(rows)["status"] == "ok"
    return [
        one
        for one, back in zip(against, (1, _A_YEAR), strict=False)
        if one is not None and one["status"] == "ok" and shown.iloc[[-1, -1 - back]].all()
    ]


def _directions(comparisons: dict[str, list[pd.Series]]) -> dict[str, str]:
    """Where each metric went in any of its comparisons, all held against each other."""
    every = [one for of_metric in comparisons.values() for one in of_metric]
    clear = iter(moved(every))
    went = {}
    for name, of_metric in comparisons.items():
        ways = {"up" if one["value"] > 0 else "down" for one in of_metric if next(clear)}
        went[name] = ways.pop() if len(ways) == 1 else ""
    return went


def _told(answered: Estimates, comparisons: list[pd.Series], went: str) -> dict[str, Any]:
    """The share answered now and before, in per cent; before is the comparison that is clear."""
    if not comparisons:
        return {}
    furthest = max(comparisons, key=lambda one: abs(one["value"])) if went else comparisons[0]
    back = 1 if furthest is comparisons[0] else _A_YEAR
    now, before = answered.iloc[-1], answered.iloc[-1 - back]
    return {
        "percent": round(100 * now["value"]),
        "before_percent": round(100 * before["value"]),
        "since": before["quarter"],
    }


def _holds(active: Estimates, went: str, tolerance: float) -> bool:
    """Whether as many take part as in the quarter before."""
    now, before = active["value"].iloc[-1], active["value"].shift().iloc[-1]
    return went != "down" and now >= (1 - tolerance) * before


def _is_too_few(rows: Estimates) -> bool:
    """Whether the last quarter's number has persons behind it, and fewer than it needs."""
    last = rows.iloc[-1]
    return 0 < last["persons"] < last["persons_needed"]
