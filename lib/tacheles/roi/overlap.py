"""Three circles: where goals of the business, needs of users and priorities of departments meet."""

import numpy as np
import pandas as pd

from tacheles.estimate import metric
from tacheles.quarter import Quarters

#: The three circles, as `initiatives` scores them.
CIRCLES = ("goal_fit", "need_fit", "stakeholder_fit")

#: Among how many of the best an initiative has to be, for how many draws of weights.
_TOP, _WEIGHTS = 5, 1000


@metric(unit="score", better="up")
def overlap_score(initiatives: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    How far an initiative serves a business goal, a user need and a department's priority at once.

    Parameters
    ----------
    initiatives : DataFrame
        One row per candidate (:data:`contract.INITIATIVES`).
    quarters : Quarters
        The score is told for the last one.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per initiative, best first; `segment` is its id. [0 to 1]

    Notes
    -----
    The geometric mean of the three fits: what serves one of the three circles not at all scores
    zero, however well it serves the others. A missing fit is no zero: `no_data`.
    """
    fits = initiatives[list(CIRCLES)].astype(float)
    scores = (fits.prod(axis="columns", skipna=False) ** (1 / len(CIRCLES))).astype(float)
    return _best_first(initiatives, scores, quarters)


@metric(unit="share", better="up")
def rank_stability(initiatives: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Share of random weights of the three circles under which an initiative is among the best five.

    Parameters
    ----------
    initiatives : DataFrame
        One row per candidate (:data:`contract.INITIATIVES`).
    quarters : Quarters
        The share is told for the last one.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per initiative, most stable first; `segment` is its id. [share]

    Notes
    -----
    1,000 weights, each as likely as any other (Dirichlet, fixed seed); ranked by the weighted
    geometric mean. Ties count for all of the tied. An initiative that scores zero is never among
    the best; one with a missing fit is `no_data`.
    """
    fits = initiatives[list(CIRCLES)].to_numpy(float)
    weights = np.random.default_rng(0).dirichlet(np.ones(len(CIRCLES)), _WEIGHTS)
    with np.errstate(divide="ignore"):
        scores = np.exp(np.log(np.nan_to_num(fits)) @ weights.T)
    better = (scores[None, :, :] > scores[:, None, :]).sum(axis=1)
    share = ((better < _TOP) & (scores > 0)).mean(axis=1)
    known = ~np.isnan(fits).any(axis=1)
    return _best_first(initiatives, pd.Series(share, initiatives.index).where(known), quarters)


def _best_first(initiatives: pd.DataFrame, values: pd.Series, quarters: Quarters) -> pd.DataFrame:
    if initiatives.empty:
        return pd.DataFrame([{"quarter": quarters.until, "persons": 0, "status": "no_data"}])
    rows = pd.DataFrame(
        {
            "quarter": quarters.until,
            "segment": initiatives["initiative_id"],
            "value": values,
            "persons": 0,
            "status": np.where(values.notna(), "ok", "no_data"),
        }
    )
    return rows.sort_values(["value", "segment"], ascending=[False, True], kind="stable")


def intersections(
    initiatives: pd.DataFrame,
    business_goals: pd.DataFrame,
    needs: pd.DataFrame,
    stakeholders: pd.DataFrame,
) -> pd.DataFrame:
    """
    Who meets whom: each initiative with the goal, the need and the priority that it serves.

    Parameters
    ----------
    initiatives, business_goals, needs, stakeholders : DataFrame
        The plan tables of these names.

    Returns
    -------
    DataFrame
        One row per initiative that serves all three, best first: `initiative_id, name, goal, need,
        importance, satisfaction, department, priority, evidence_ready, score` and the three fits.
    """
    met = (
        initiatives.merge(_said(business_goals, "business_goal_id", goal="statement"), how="left")
        .merge(
            _said(
                needs,
                "need_id",
                need="statement",
                importance="importance",
                satisfaction="satisfaction",
            ),
            how="left",
        )
        .merge(
            _said(stakeholders, "stakeholder_id", department="department", priority="priority"),
            how="left",
        )
    )
    met["score"] = met[list(CIRCLES)].astype(float).prod(axis=1, skipna=False) ** (1 / len(CIRCLES))
    columns = ["initiative_id", "name", "goal", "need", "importance", "satisfaction"]
    columns += ["department", "priority", *CIRCLES, "evidence_ready", "score"]
    serving = met[met["score"] > 0].sort_values(["score", "initiative_id"], ascending=[False, True])
    return serving[columns].reset_index(drop=True)


def _said(table: pd.DataFrame, key: str, **columns: str) -> pd.DataFrame:
    """A key with some columns under other names."""
    renamed = {old: new for new, old in columns.items()}
    return table[[key, *columns.values()]].rename(columns=renamed)


def by_score(initiatives: pd.DataFrame) -> pd.DataFrame:
    """Initiatives with all three fits, the one with the largest overlap first."""
    scored = initiatives.dropna(subset=list(CIRCLES))
    score = scored[list(CIRCLES)].astype(float).prod(axis="columns")
    return scored.assign(score=score).sort_values(
        ["score", "initiative_id"], ascending=[False, True], ignore_index=True
    )
