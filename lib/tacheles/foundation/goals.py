"""Are the goals clear enough to be missed, and how near are they?"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from tacheles.estimate import FEWEST_CHANGES, Estimates, metric, of_segment
from tacheles.findings import finding, findings
from tacheles.foundation.plan import Row, count_of_plan, nothing_planned, rows_of
from tacheles.quarter import Quarters, ordinal

#: History of each metric, as one writes the call; a metric that nobody can compute is missing.
Histories = Mapping[str, Estimates]

#: The letters of SMART, in the order of the points `at` of :func:`smart_checks`, from 1.
LETTERS = ("S", "M", "A", "R", "T")

#: Quarters ahead within which a goal is due, if it has a date one can plan for.
QUARTERS_AHEAD = 5

#: Percentiles between which nearly all earlier changes of a metric lie.
USUAL_CHANGES = (5, 95)


def measured(goal: Row, histories: Histories) -> Estimates | None:
    """
    What a goal measures, of its segment if it names one.

    Parameters
    ----------
    goal : dict
        A row of :data:`contract.GOALS`, with None in an empty cell.
    histories : mapping
        History of each goal's metric, by its name as the goal writes it.

    Returns
    -------
    Estimates or None
        One row per quarter; None if nobody knows the metric, or it has not one number a quarter.
    """
    past = histories.get(goal["metric"])
    if past is not None and goal["segment"] is not None:
        past = of_segment(past, goal["segment"])
    return None if past is None or past.empty or past["quarter"].duplicated().any() else past


@metric(unit="score", better="up")
def smart_score(
    goals: pd.DataFrame,
    histories: Histories,
    business_goals: pd.DataFrame,
    stakeholders: pd.DataFrame,
    quarters: Quarters,
) -> pd.DataFrame:
    """
    Checks of SMART that a goal passes, as a share of those that can be made.

    Parameters
    ----------
    goals, histories, business_goals, stakeholders, quarters
        As in :func:`smart_checks`.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per goal (its id is the segment); `n` counts the checks made, `left_out`
        those that cannot be made. [score, 0 to 1] A full count: no interval.
    """
    rows = []
    for goal in rows_of(goals):
        verdicts = _verdicts(goal, histories, business_goals, stakeholders, quarters)
        made = [faults for faults in verdicts.values() if faults is not None]
        passed, checks = sum(not faults for faults in made), len(made)
        out = len(LETTERS) - checks
        rows.append(
            count_of_plan(quarters, passed, checks, n=checks, segment=goal["goal_id"], left_out=out)
        )
    return pd.DataFrame(rows) if rows else nothing_planned(quarters)


@metric(unit="check", better="up")
def smart_checks(
    goals: pd.DataFrame,
    histories: Histories,
    business_goals: pd.DataFrame,
    stakeholders: pd.DataFrame,
    quarters: Quarters,
) -> pd.DataFrame:
    """
    Whether a goal is specific, measurable, achievable, relevant and time-bound: 1 if it is, else 0.

    Parameters
    ----------
    goals : DataFrame
        One row per goal (:data:`contract.GOALS`).
    histories : mapping
        History of each goal's metric, by its name as the goal writes it; what nobody knows is
        missing.
    business_goals : DataFrame
        One row per goal of the company (:data:`contract.BUSINESS_GOALS`).
    stakeholders : DataFrame
        One row per priority of a department (:data:`contract.STAKEHOLDERS`).
    quarters : Quarters
        The goals are judged as of the last one.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per goal (its id is the segment) and point `at`, the place of the letter
        in :data:`LETTERS` from 1. [check]

    Notes
    -----
    S: unit and direction are written down. M: the metric is known, and there is a baseline; a value
    to be kept needs a tolerance too. A: the change asked for, per quarter that is left, is no more
    than 19 of 20 earlier changes brought, or the goal is marked as a stretch. R: it names a goal of
    the company and a department's priority. T: it is due after `quarters.as_of` and within
    five quarters. A cannot be judged (`not_applicable`) without a baseline, with fewer than four
    earlier changes, or when the date has passed. The running quarter is no earlier change.
    """
    rows = []
    for goal in rows_of(goals):
        verdicts = _verdicts(goal, histories, business_goals, stakeholders, quarters)
        for at, letter in enumerate(LETTERS, 1):
            faults = verdicts[letter]
            row = count_of_plan(quarters, int(not faults), 1, n=1, segment=goal["goal_id"])
            if faults is None:
                row |= {"value": float("nan"), "n": 0, "status": "not_applicable"}
            rows.append(row | {"at": at})
    return pd.DataFrame(rows) if rows else nothing_planned(quarters)


def smart_faults(
    goals: pd.DataFrame,
    histories: Histories,
    business_goals: pd.DataFrame,
    stakeholders: pd.DataFrame,
    quarters: Quarters,
) -> pd.DataFrame:
    """
    Why a goal fails a check of SMART, each with its `letter`.

    Parameters
    ----------
    goals, histories, business_goals, stakeholders, quarters
        As in :func:`smart_checks`.

    Returns
    -------
    DataFrame
        FINDINGS: `no_unit`, `no_direction`, `no_baseline`, `no_tolerance`, `asks_too_much`,
        `no_business_goal`, `no_stakeholder`, `date_past`, `date_too_far`. That nobody knows a
        metric is told by `catalogue.unknown`, which knows the nearest names.
    """
    found = []
    for goal in rows_of(goals):
        verdicts = _verdicts(goal, histories, business_goals, stakeholders, quarters)
        objective = [goal["objective_id"]] if goal["objective_id"] else []
        for letter in LETTERS:
            for kind, facts in verdicts[letter] or []:
                if kind != "unknown_metric":
                    facts |= {"letter": letter, "needed_by": objective}
                    found.append(finding(goal["goal_id"], kind, "fault", **facts))
    return findings(found)


#: A fault's kind and its facts.
_Fault = tuple[str, dict[str, Any]]


def _verdicts(
    goal: Row,
    histories: Histories,
    business_goals: pd.DataFrame,
    stakeholders: pd.DataFrame,
    quarters: Quarters,
) -> dict[str, list[_Fault] | None]:
    """The faults by letter: none if the check is passed, None if it cannot be made."""
    past = measured(goal, histories)
    return {
        "S": [(f"no_{name}", {}) for name in ("unit", "direction") if goal[name] is None],
        "M": _not_measurable(goal, past),
        "A": _not_achievable(goal, past, quarters),
        "R": [
            (f"no_{name}", {})
            for name, known in (("business_goal", business_goals), ("stakeholder", stakeholders))
            if goal[f"{name}_id"] not in set(known[f"{name}_id"])
        ],
        "T": _not_dated(goal["due_on"].date(), quarters),
    }


def _not_measurable(goal: Row, past: Estimates | None) -> list[_Fault]:
    faults: list[_Fault] = [] if past is not None else [("unknown_metric", {})]
    if goal["baseline"] is None:
        faults.append(("no_baseline", {}))
    if goal["direction"] == "keep" and goal["tolerance"] is None:
        faults.append(("no_tolerance", {}))
    return faults


def _not_achievable(goal: Row, past: Estimates | None, quarters: Quarters) -> list[_Fault] | None:
    if goal["stretch"]:
        return []
    calendar, due_on = quarters.calendar, goal["due_on"].date()
    if past is None or goal["baseline"] is None or _is_past(due_on, quarters):
        return None
    whole = past.iloc[:-1] if quarters.is_running else past
    values = whole["value"].where(np.isfinite(whole["value"])).to_numpy()
    changes = np.diff(values)
    changes = changes[~np.isnan(changes)]
    if len(changes) < FEWEST_CHANGES:
        return None
    now, since = values[~np.isnan(values)][-1], whole["quarter"].iloc[-1]
    due_in = calendar.containing(calendar.midnight(due_on))
    asked = (goal["target"] - now) / max(ordinal(due_in) - ordinal(since), 1)
    least, most = np.percentile(changes, USUAL_CHANGES)
    too_much = {
        "up": asked > most,
        "down": asked < least,
    }.get(goal["direction"], abs(asked) > max(abs(least), abs(most)))
    usual = most if asked > 0 else least
    facts = {"asked": asked, "usual": usual, "unit": past["unit"].iloc[-1], "changes": len(changes)}
    return [("asks_too_much", facts)] if too_much else []


def _not_dated(due_on: date, quarters: Quarters) -> list[_Fault]:
    today = quarters.calendar.day_of(quarters.as_of)
    if _is_past(due_on, quarters):
        return [("date_past", {"due_on": due_on})]
    if due_on > (pd.Timestamp(today) + pd.DateOffset(months=3 * QUARTERS_AHEAD)).date():
        return [("date_too_far", {"due_on": due_on})]
    return []


def _is_past(day: date, quarters: Quarters) -> bool:
    """Whether a day of the local clock was over when the records were exported."""
    return quarters.calendar.midnight(day + timedelta(days=1)) <= quarters.as_of


@metric(unit="share", better="up")
def goal_attainment(
    goals: pd.DataFrame,
    histories: Histories,
    quarters: Quarters,
    *,
    clamped: bool = True,
) -> pd.DataFrame:
    """
    Share of the way from a goal's baseline to its target that its metric has gone by then.

    Parameters
    ----------
    goals : DataFrame
        One row per goal (:data:`contract.GOALS`).
    histories : mapping
        History of each goal's metric, by its name as the goal writes it; what nobody knows is
        missing.
    quarters : Quarters
        Quarters to report.
    clamped : bool, default True
        Whether less than nothing counts as 0 and more than asked for as 1.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and goal (its id is the segment). [share] The interval is
        that of the metric, on the way from baseline to target.

    Notes
    -----
    Works for decreases too. A value that is to be kept is attained (1) within its tolerance of the
    target, else not (0), and has no interval. A goal without a baseline, of an unknown metric, with
    a target equal to its baseline, or to be kept without a tolerance is `not_applicable`.
    """
    rows = [
        row
        for goal in rows_of(goals)
        for row in _way(goal, measured(goal, histories), quarters, clamped)
    ]
    found = pd.DataFrame(rows) if rows else nothing_planned(quarters)
    order = {name: place for place, name in enumerate(quarters)}
    return found.sort_values("quarter", key=lambda names: names.map(order), kind="stable")


def _way(
    goal: Row, past: Estimates | None, quarters: Quarters, clamped: bool
) -> list[dict[str, Any]]:
    """How far one goal is, quarter by quarter."""
    baseline, target, tolerance = goal["baseline"], goal["target"], goal["tolerance"]
    keeps = goal["direction"] == "keep"
    judged = tolerance is not None if keeps else baseline not in (None, target)
    if past is None or not judged:
        row = {"segment": goal["goal_id"], "persons": 0, "status": "not_applicable"}
        return [row | {"quarter": name} for name in quarters]
    rows = past[past["quarter"].isin(list(quarters))].drop(columns=["metric", "unit", "at"])
    rows = rows.assign(segment=goal["goal_id"])
    if keeps:
        held = ((rows["value"] - target).abs() <= tolerance).astype(float)
        rows["value"] = held.where(rows["value"].notna())
        rows[["low", "high", "level"]] = np.nan
    else:
        way = (rows[["value", "low", "high"]] - baseline) / (target - baseline)
        rows[["value", "low", "high"]] = way if target > baseline else way[["value", "high", "low"]]
    if clamped:
        rows[["value", "low", "high"]] = rows[["value", "low", "high"]].clip(0, 1)
    return pd.DataFrame(rows).to_dict("records")  # type: ignore[return-value]


@metric(unit="score", better="up")
def objective_score(
    goals: pd.DataFrame, goal_attainment: Estimates, quarters: Quarters
) -> pd.DataFrame:
    """
    Mean attainment of the goals that belong to one objective.

    Parameters
    ----------
    goals : DataFrame
        One row per goal (:data:`contract.GOALS`).
    goal_attainment : Estimates
        How far each goal is (:func:`goal_attainment`, clamped).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and objective (its id is the segment). [score, 0 to 1] The
        interval adds up those of the goals (squares of their half widths); a full count adds none.

    Notes
    -----
    Goals that have no number in a quarter are left out and counted; without any the status is
    `no_data`. Goals without an objective belong to none.

    References
    ----------
    Doerr, J. (2018). Measure What Matters. Portfolio. (0.7 and more is good, below 0.4 is not.)
    """
    of_goal = dict(zip(goals["goal_id"], goals["objective_id"], strict=True))
    known = pd.DataFrame(goal_attainment)
    known = known.assign(objective=known["segment"].map(of_goal))
    rows = [
        _mean_way(of_quarter) | {"quarter": quarter, "segment": objective}
        for quarter in quarters
        for objective, of_quarter in known[known["quarter"] == quarter].groupby("objective")
    ]
    return pd.DataFrame(rows) if rows else nothing_planned(quarters)


def _mean_way(goals: pd.DataFrame) -> dict[str, Any]:
    """The mean over the goals of one objective that have a number."""
    there = goals[goals["status"] == "ok"]
    if there.empty:
        return {"persons": 0, "left_out": len(goals), "status": "no_data"}
    value = there["value"].mean()
    below, above = (
        np.sqrt((there[limit] - there["value"]).fillna(0).pow(2).sum()) / len(there)
        for limit in ("low", "high")
    )
    has_interval = there["low"].notna().any()
    counted = there[there["persons"] > 0]  # of full counts of nobody, none may be singled out
    return {
        "value": value,
        "low": value - below if has_interval else np.nan,
        "high": value + above if has_interval else np.nan,
        "level": there["level"].max(),
        "n": len(there),
        "left_out": len(goals) - len(there),
        "persons": counted["persons"].min() if len(counted) else 0,
        "persons_needed": there["persons_needed"].max(),
        "status": "ok",
    }
