"""How good were the forecasts that were made before the quarter?"""

from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from tacheles.estimate import Estimates, metric, rates
from tacheles.quarter import Quarters
from tacheles.roi.shared_kpi import is_preliminary
from tacheles.roi.spans import quarters_of

#: Fewest forecasts before their record says anything about the next one.
FEWEST = 8

_NORMAL = NormalDist()


def judged_forecasts(
    shared_kpis: pd.DataFrame, actual: Estimates, quarters: Quarters
) -> pd.DataFrame:
    """
    Forecasts whose day has come, each with what came.

    Parameters
    ----------
    shared_kpis : DataFrame
        One row per agreed KPI and version (:data:`contract.SHARED_KPIS`): the first version is the
        forecast, whatever was changed later.
    actual : Estimates
        The metrics that were forecast, stacked, of all quarters in which one was due.
    quarters : Quarters

    Returns
    -------
    DataFrame
        One row per forecast: `shared_kpi_id, metric, low, mid, high, target, actual, is_inside`
        (between low and high), `is_reached` (the target), `chance` of that by the forecast.
    """
    rows = []
    first = shared_kpis.sort_values("version").drop_duplicates("shared_kpi_id")
    for kpi in first.to_dict("records"):
        forecast = [kpi[f"forecast_{name}"] for name in ("low", "mid", "high")]
        if any(map(pd.isna, [*forecast, kpi["judged_on"]])):
            continue
        came = _came(kpi, actual, quarters)
        if came is not None and not is_preliminary(kpi["judged_on"], quarters):
            low, mid, high = map(float, forecast)
            rows.append(_judged(kpi, low, mid, high, came))
    columns = ["shared_kpi_id", "metric", "low", "mid", "high", "target", "actual"]
    return pd.DataFrame(rows, columns=[*columns, "is_inside", "is_reached", "chance"])


def _came(kpi: dict[Any, Any], actual: Estimates, quarters: Quarters) -> float | None:
    """Value of the metric in the quarter in which it is judged; None if there is none."""
    place = quarters_of([pd.Timestamp(kpi["judged_on"]).date()], quarters)[0]
    if place < 0:
        return None
    is_it = (actual["metric"] == kpi["metric"]) & (actual["quarter"] == quarters.names[place])
    found = actual.loc[is_it & (actual["status"] == "ok"), "value"]
    return float(found.iloc[0]) if len(found) else None


def _judged(
    kpi: dict[Any, Any], low: float, mid: float, high: float, came: float
) -> dict[str, Any]:
    target, rises = float(kpi["target"]), kpi["target"] >= kpi["baseline"]
    below = chance_below(target, low, mid, high)
    return {
        **{name: kpi[name] for name in ("shared_kpi_id", "metric")},
        "low": low,
        "mid": mid,
        "high": high,
        "target": target,
        "actual": came,
        "is_inside": low <= came <= high,
        "is_reached": came >= target if rises else came <= target,
        "chance": 1 - below if rises else below,
    }


def chance_below(value: float, low: float, mid: float, high: float) -> float:
    """
    Chance that a number turns out lower, if `low`, `mid` and `high` are its P10, P50 and P90.

    Two halves of bells that meet in the middle; without a spread it is a step.
    """
    spread = (mid - low if value < mid else high - mid) / _NORMAL.inv_cdf(0.9)
    if spread <= 0:
        return float(value > mid)
    return _NORMAL.cdf((value - mid) / spread)


def brier_score(chance: "np.typing.ArrayLike", happened: "np.typing.ArrayLike") -> float:
    """
    Mean squared distance of a chance from what happened, 0 at best; 0.25 for always one half.

    References
    ----------
    Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly
    Weather Review 78, 1-3.
    """
    return float(np.mean((np.asarray(chance, float) - np.asarray(happened, float)) ** 2))


@metric(unit="share", better="none")
def forecast_coverage(
    shared_kpis: pd.DataFrame, actual: Estimates, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of the forecasts whose P10 to P90 held what came; four in five is right.

    Parameters
    ----------
    shared_kpis, actual, quarters
        See :func:`judged_forecasts`.

    Returns
    -------
    DataFrame
        ESTIMATES, one row with its Wilson interval; `n` counts forecasts. Below eight forecasts it
        is too early to say: `not_mature`. [share]
    """
    judged = judged_forecasts(shared_kpis, actual, quarters)
    counted = pd.DataFrame(
        {
            "quarter": [quarters.until],
            "successes": int(judged["is_inside"].sum()),
            "n": len(judged),
            "left_out": 0,
            "persons": 0,
        }
    )
    return _mature(rates(counted))


@metric(unit="score", better="down")
def forecast_score(
    shared_kpis: pd.DataFrame, actual: Estimates, quarters: Quarters
) -> pd.DataFrame:
    """
    Brier score of the forecasts: mean squared distance of the chance given to a target from fact.

    Parameters
    ----------
    shared_kpis, actual, quarters
        See :func:`judged_forecasts`.

    Returns
    -------
    DataFrame
        ESTIMATES, one row; `n` counts forecasts. Below eight forecasts it is too early to say:
        `not_mature`. [0 at best, 0.25 for always one half]
    """
    judged = judged_forecasts(shared_kpis, actual, quarters)
    score = brier_score(judged["chance"], judged["is_reached"]) if len(judged) else np.nan
    status = "ok" if len(judged) else "no_data"
    row = {"quarter": quarters.until, "value": score, "n": len(judged), "persons": 0}
    return _mature(pd.DataFrame([row | {"status": status}]))


def _mature(rows: pd.DataFrame) -> pd.DataFrame:
    few = (rows["n"] > 0) & (rows["n"] < FEWEST)
    told = [name for name in ("value", "low", "high", "level") if name in rows]
    rows.loc[few, told] = np.nan
    rows.loc[few, "status"] = "not_mature"
    return rows
