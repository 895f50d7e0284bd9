"""
The one shape that flows through: ESTIMATES, one row per quarter, segment and point.

Rates carry a Wilson interval, waiting times a Kaplan-Meier estimate; a full count of what happened
has no interval, its change has one.
"""

import ast
import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from tacheles.privacy import PRIVATE, protect
from tacheles.quarter import Quarters

COLUMNS = [
    *("metric", "quarter", "segment", "at", "value", "low", "high", "level"),
    *("n", "left_out", "unit", "status", "grade"),
    *PRIVATE,
]

_NORMAL = NormalDist()

#: Confidence level of rates, medians and their changes.
LEVEL = 0.95

#: Earlier changes it takes to say how much a count usually changes from quarter to quarter.
FEWEST_CHANGES = 4


class Estimates(pd.DataFrame):
    """ESTIMATES in memory: raw, with private counts of persons; what it displays is protected."""

    @property
    def _constructor(self) -> type["Estimates"]:
        return Estimates

    def _shown(self) -> pd.DataFrame:
        if set(PRIVATE) <= set(self.columns):
            return protect(self).dropna(axis="columns", how="all")
        return pd.DataFrame({"": ["part of an unprotected estimate: not shown"]})

    def __repr__(self) -> str:
        return repr(self._shown())

    def _repr_html_(self) -> str:
        return self._shown().to_html()


@dataclass(frozen=True)
class Definition:
    """A definition with what a card and a chart need to know about it."""

    name: str
    unit: str
    better: str
    people: str
    compute: Callable[..., Estimates]
    fewest: int = 0

    @property
    def statement(self) -> str:
        """The definition as a sentence: the first line of its docstring."""
        return (inspect.getdoc(self.compute) or "").partition("\n")[0]

    @property
    def options(self) -> dict[str, Any]:
        """Its options, as they are if nobody sets them."""
        known = inspect.signature(self.compute).parameters.values()
        return {of.name: of.default for of in known if of.kind is of.KEYWORD_ONLY}


#: All definitions by name.
DEFINITIONS: dict[str, Definition] = {}


def metric(
    *, unit: str, better: str, people: str = "customers", fewest: int = 0
) -> Callable[[Callable[..., pd.DataFrame]], Callable[..., Estimates]]:
    """
    Register a definition, and finish what it returns to ESTIMATES.

    Parameters
    ----------
    unit : str
        Unit of the value: `share`, `hours`, `days`, `money`, a count or another unit that
        `words.units` knows.
    better : {"up", "down", "none"}
        What is desirable.
    people : {"customers", "survey_answers", "employees"}
        Kind of people behind the cells: decides how many it takes to show one.
    fewest : int
        Units it takes on both sides for a change to be told.
    """

    def register(define: Callable[..., pd.DataFrame]) -> Callable[..., Estimates]:
        signature = inspect.signature(define)

        @functools.wraps(define)
        def compute(*args: Any, **kwargs: Any) -> Estimates:
            call = signature.bind(*args, **kwargs)
            call.apply_defaults()
            quarters: Quarters = call.arguments["quarters"]
            options = {
                name: call.arguments[name]
                for name, parameter in signature.parameters.items()
                if parameter.kind is parameter.KEYWORD_ONLY
            }
            rows = define(*args, **kwargs)
            return _finished(
                rows,
                metric=_call_name(define.__name__, options),
                unit=unit,
                persons_needed=getattr(quarters.thresholds, people),
            )

        DEFINITIONS[define.__name__] = Definition(
            define.__name__, unit, better, people, compute, fewest
        )
        return compute

    return register


def _call_name(name: str, options: dict[str, Any]) -> str:
    """What is measured, as one would write the call: `answered_within(hours=24)`."""
    if not options:
        return name
    return f"{name}({', '.join(f'{key}={value!r}' for key, value in options.items())})"


def called(metric: str) -> tuple[str, dict[str, Any]]:
    """Name and options of what is measured: the inverse of the metric column."""
    name, _, options = metric.partition("(")
    if not options:
        return name, {}
    call = ast.parse(metric, mode="eval").body
    assert isinstance(call, ast.Call)
    return name, {str(key.arg): ast.literal_eval(key.value) for key in call.keywords}


def _finished(rows: pd.DataFrame, **constants: Any) -> Estimates:
    """Rows with every column of ESTIMATES, each of one type, whatever the engine returned."""
    if "persons" not in rows:
        raise ValueError(f"{constants['metric']} does not count the persons behind its cells")
    complete = rows.assign(**constants).reindex(columns=COLUMNS)
    if "persons_needed" in rows:  # made from other estimates: as many persons as they ask for
        asked_for = rows["persons_needed"].fillna(0)
        complete["persons_needed"] = asked_for.clip(lower=constants["persons_needed"])
    numbers = ["at", "value", "low", "high", "level"]
    complete[numbers] = complete[numbers].astype("float64")
    complete[["n", "left_out"]] = complete[["n", "left_out"]].fillna(0)
    complete[["n", "left_out", *PRIVATE]] = complete[["n", "left_out", *PRIVATE]].astype("int64")
    texts = ["metric", "quarter", "segment", "unit", "status", "grade"]
    complete[texts] = complete[texts].astype("object").fillna("").astype("str")
    complete = complete.reset_index(drop=True)
    if others := _tell_another(complete):
        complete.loc[others, "persons_needed"] = complete["persons"] + 1
    return Estimates(complete)


def _tell_another(rows: pd.DataFrame) -> list[Any]:
    """
    Segments that are shown beside a single one of too few persons: the smallest of each quarter.

    The whole is often printed too, and what is missing to it would be the one that is not shown.
    """
    rows = rows[rows["persons"] > 0]
    few = rows["persons"] < rows["persons_needed"]
    if not few.any() or rows["segment"].nunique() < 2:
        return []
    found = []
    for _place, beside in rows.groupby(["quarter", "at"], dropna=False):
        is_few = few[beside.index]
        if is_few.sum() == 1 and len(beside) > 1:
            found.append(beside.loc[~is_few, "persons"].idxmin())
    return found


def wilson(
    successes: "np.typing.ArrayLike", n: "np.typing.ArrayLike", level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """
    Wilson score interval of a rate.

    Parameters
    ----------
    successes, n : array_like of int
        Units with the property, and all units. `n` may be 0: then the interval is empty (NaN).
    level : float
        Confidence level.

    Returns
    -------
    low, high : ndarray
        Limits of the interval. [share]

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212.
    """
    k, n = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    z = _NORMAL.inv_cdf((1 + level) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (k + z**2 / 2) / (n + z**2)
        half = z / (n + z**2) * np.sqrt(k * (n - k) / n + z**2 / 4)
    low = np.where(k == 0, np.where(n > 0, 0.0, np.nan), centre - half)
    high = np.where(k == n, np.where(n > 0, 1.0, np.nan), centre + half)
    return low, high


def quarter_of(moment: ir.TimestampValue, quarters: Quarters) -> ir.StringValue:
    """Name of the quarter in which a moment lies, by its UTC borders; null outside them."""
    return _between(moment, quarters, quarters.borders)


def quarter_of_day(day: ir.DateValue, quarters: Quarters) -> ir.StringValue:
    """Name of the quarter in which a day of the local clock lies; null outside them."""
    return _between(day, quarters, quarters.first_days)


def _between(value: ir.Value, quarters: Quarters, borders: Sequence[date]) -> ir.StringValue:
    """Name of the quarter between whose borders a value lies."""
    start, *ends = borders
    # one comparison a quarter: what lies earlier was taken by the branch before
    before = (value < ibis.literal(start), ibis.null("string"))
    lies_in = ((value < ibis.literal(end), name) for name, end in zip(quarters, ends, strict=True))
    return ibis.cases(before, *lies_in, else_=None)


def by_quarter(
    table: ir.Table, moment: str, quarters: Quarters, **measures: ir.Value
) -> pd.DataFrame:
    """
    Measures of a table per quarter, one row per quarter, zeros where nothing happened.

    Parameters
    ----------
    table : ibis.Table
    moment : str
        Column that says in which quarter a row lies: a moment (UTC), or a day of the local clock.
    quarters : Quarters
    **measures : ibis scalar expressions
        Aggregations over the rows of a quarter.

    Returns
    -------
    DataFrame
        Column `quarter` and one integer column per measure.
    """
    place = quarter_of_day if table[moment].type().is_date() else quarter_of
    inside = table.mutate(quarter=place(table[moment], quarters)).filter(ibis._.quarter.notnull())
    counted = inside.group_by("quarter").aggregate(**measures).to_pandas()
    rows = pd.DataFrame({"quarter": list(quarters)}).merge(counted, on="quarter", how="left")
    names = list(measures)
    rows[names] = rows[names].fillna(0).astype("int64")
    return rows


def exact_sum(value: ir.Value, where: ir.Value | None = None) -> ir.Value:
    """
    Sum of fractions that is the same in whichever order the engine adds them.

    Parameters
    ----------
    value : ibis numeric expression
        Each below 1e29 in size; it counts to nine decimals.
    where : ibis boolean expression, optional
        Which rows are added.

    Notes
    -----
    An engine on several cores adds what it finds first, and a sum of floating-point numbers depends
    on the order in its last digit. Fixed-point numbers do not.
    """
    return value.cast("decimal(38, 9)").sum(where=where).cast("float64")


def rates(counted: pd.DataFrame) -> pd.DataFrame:
    """
    Rates with Wilson intervals from counts.

    Parameters
    ----------
    counted : DataFrame
        Columns `quarter, successes, n, left_out, persons`, and `too_young` if the definition
        looks ahead.

    Returns
    -------
    DataFrame
        Rows of ESTIMATES: without a unit, `not_mature` if there are young ones, else `no_data`.
    """
    some = counted["n"] > 0
    low, high = wilson(counted["successes"], counted["n"])
    too_young = counted.get("too_young", pd.Series(0, index=counted.index))
    return counted.assign(
        value=(counted["successes"] / counted["n"].where(some)).astype(float),
        low=low,
        high=high,
        level=np.where(some, LEVEL, np.nan),
        status=np.select([some, too_young > 0], ["ok", "not_mature"], "no_data"),
    )


def counts(counted: pd.DataFrame) -> pd.DataFrame:
    """
    Full counts of persons: no interval, and `no_data` for a quarter without any record.

    Parameters
    ----------
    counted : DataFrame
        Columns `quarter, persons, left_out, records`.

    Returns
    -------
    DataFrame
        Rows of ESTIMATES.
    """
    recorded = counted["records"] > 0
    return counted.assign(
        value=counted["persons"].where(recorded).astype(float),
        n=counted["persons"],
        status=np.where(recorded, "ok", "no_data"),
    )


def without_number(
    rows: pd.DataFrame, quarters: "Sequence[bool] | pd.Series[bool]", status: str
) -> pd.DataFrame:
    """Rows in which the marked quarters have a status instead of a number."""
    marked = np.asarray(quarters, dtype=bool)
    told = rows.copy()
    told.loc[marked, ["value", "low", "high", "level"]] = np.nan
    told.loc[marked, "status"] = status
    return told


@dataclass(frozen=True)
class Survival:
    """
    Kaplan-Meier estimate of the share still waiting.

    Parameters
    ----------
    times : ndarray
        Times at which somebody stopped waiting, ascending.
    waiting, low, high : ndarray
        Share still waiting just after each time, with its pointwise interval.
    n : int
        Units observed.
    """

    times: np.ndarray
    waiting: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: int

    def at(self, time: float) -> tuple[float, float, float]:
        """Share still waiting after `time`, with its interval."""
        i = int(np.searchsorted(self.times, time, side="right")) - 1
        if i < 0:
            low, high = wilson(self.n, self.n)
            return 1.0, float(low), float(high)
        return float(self.waiting[i]), float(self.low[i]), float(self.high[i])

    def median(self) -> tuple[float, float, float]:
        """Time after which half have stopped waiting, with its interval."""
        return self.time_until(0.5)

    def time_until(self, share: float) -> tuple[float, float, float]:
        """
        Time after which a share has stopped waiting, with the Brookmeyer-Crowley interval.

        Infinite where the curve, or a limit of its interval, never comes down so far.
        """
        still = 1 - share + 1e-12  # a curve that comes down to a tenth does so but for rounding
        return tuple(  # type: ignore[return-value]
            float(self.times[np.argmax(curve <= still)]) if (curve <= still).any() else float("inf")
            for curve in (self.waiting, self.low, self.high)
        )


def kaplan_meier(durations: pd.DataFrame, level: float = LEVEL) -> Survival:
    """
    Share still waiting after each time, with those who still wait counted as waiting.

    Parameters
    ----------
    durations : DataFrame
        Frequency table with columns `time` (> 0), `is_event` (stopped waiting; False: was still
        waiting when last seen) and `units`.
    level : float
        Confidence level of the pointwise interval.

    Returns
    -------
    Survival

    Notes
    -----
    Greenwood's variance on the log-log scale, so that the limits stay between 0 and 1. Once nobody
    waits any longer that scale has no value, and the Wilson interval of those last at risk is used.

    References
    ----------
    Kaplan, E. L. and Meier, P. (1958). Nonparametric estimation from incomplete observations.
    Journal of the American Statistical Association 53, 457-481.
    Brookmeyer, R. and Crowley, J. (1982). A confidence interval for the median survival time.
    Biometrics 38, 29-41.
    """
    units = durations["units"].to_numpy()
    stopped = units * durations["is_event"].to_numpy(dtype=bool)
    seen = pd.DataFrame({"time": durations["time"], "units": units, "stopped": stopped})
    seen = seen.groupby("time").sum().sort_index()
    total = int(units.sum())
    at_risk = total - seen["units"].cumsum().shift(fill_value=0)
    happened = seen["stopped"] > 0
    d = seen["stopped"][happened].to_numpy(dtype=float)
    r = at_risk[happened].to_numpy(dtype=float)
    waiting = np.cumprod(1 - d / r)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(d / (r * (r - d)))) / np.abs(np.log(waiting))
        z = _NORMAL.inv_cdf((1 + level) / 2)
        low, high = waiting ** np.exp(z * spread), waiting ** np.exp(-z * spread)
    over = waiting == 0
    last_low, last_high = wilson(np.zeros_like(r), r, level)
    low, high = np.where(over, last_low, low), np.where(over, last_high, high)
    return Survival(seen.index[happened].to_numpy(dtype=float), waiting, low, high, total)


def change(now: pd.Series, before: pd.Series, history: Sequence[float] = ()) -> pd.Series:
    """
    Change between two estimates of one metric, with the interval of the difference.

    Parameters
    ----------
    now, before : Series
        One row of ESTIMATES each.
    history : sequence of float
        Earlier values of a full count, oldest first, up to and including `before`: how much it
        usually changes. Not used where the estimates have intervals.

    Returns
    -------
    Series
        A row of ESTIMATES. The interval is that of the difference of two independent estimates
        (Zou and Donner's MOVER, which for two rates is Newcombe's); of a full count it is the
        range that the metric's own earlier changes let expect around this one. Without at least
        four earlier changes the change of a count has a value and no interval.

    Notes
    -----
    If one of the two has no number, neither has the change: it takes the status of `now`, else of
    `before`. A change from or to an infinite time (never reached) is `not_applicable`. Where one
    side has fewer units than its definition asks for, the interval is without limits.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions.
    Statistics in Medicine 17, 873-890.
    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures.
    Statistics in Medicine 27, 1693-1702.
    """
    difference = now.copy()
    difference["persons"] = min(now["persons"], before["persons"])
    difference[["value", "low", "high"]] = np.nan
    status = next((row["status"] for row in (now, before) if row["status"] != "ok"), "ok")
    if status == "ok" and not np.isfinite([now["value"], before["value"]]).all():
        status = "not_applicable"
    difference["status"] = status
    if status != "ok":
        return difference
    value = now["value"] - before["value"]
    fewest = _fewest(now.get("metric", ""))
    if fewest and min(now["n"], before["n"]) < fewest:
        low, high = -np.inf, np.inf
    elif np.isnan(now["low"]):
        half, p = _usual_change(history, value)
        low, high = value - half, value + half
        difference["p"] = p  # of few changes: the normal distribution would say too little
    else:
        low = value - np.hypot(now["value"] - now["low"], before["high"] - before["value"])
        high = value + np.hypot(now["high"] - now["value"], before["value"] - before["low"])
    difference[["value", "low", "high"]] = value, low, high
    difference["level"] = LEVEL if np.isfinite(low) or np.isfinite(high) else np.nan
    return difference


def _fewest(metric: str) -> int:
    """Units it takes for a change to be told; 0 of a metric that is not registered."""
    definition = DEFINITIONS.get(called(metric)[0])
    return definition.fewest if definition else 0


def _usual_change(history: Sequence[float], value: float) -> tuple[float, float]:
    """
    Half the width of the range in which the next change would lie, from the earlier ones.

    And how likely a change would be that is as large as this one or larger, either way.
    """
    earlier = np.diff(np.asarray(history, dtype=float))
    if len(earlier) < FEWEST_CHANGES:
        return float("nan"), 1.0
    from scipy.special import stdtr, stdtrit  # costs a third of a second: only where it is needed

    freedom, spread = len(earlier) - 1, earlier.std(ddof=1) * np.sqrt(1 + 1 / len(earlier))
    reach = float(stdtrit(freedom, (1 + LEVEL) / 2) * spread)
    if spread == 0:
        return reach, float(value == 0)
    return reach, float(2 * stdtr(freedom, -abs(value) / spread))


def at_point(estimates: Estimates, at: float) -> Estimates:
    """
    One point of a curve or a triangle, quarter by quarter, up to the last quarter that has it.

    Parameters
    ----------
    estimates : Estimates
        Estimates of one metric with points, oldest quarter first.
    at : float
        The point, one of the metric's own.

    Returns
    -------
    Estimates
        One row per quarter, without the last ones if they are `not_mature`; at least one row.
    """
    rows = estimates[estimates["at"] == at]
    mature = np.flatnonzero(rows["status"] != "not_mature")
    return rows.iloc[: mature.max(initial=0) + 1].reset_index(drop=True)


def of_segment(estimates: Estimates, segment: str) -> Estimates:
    """
    One segment, quarter by quarter.

    Parameters
    ----------
    estimates : Estimates
        Estimates of one metric with segments, oldest quarter first.
    segment : str
        The segment, one of the metric's own.
    """
    return estimates[estimates["segment"] == segment].reset_index(drop=True)


def latest_change(estimates: Estimates) -> pd.Series | None:
    """Change of the last quarter against the one before; None for one quarter, curves, segments."""
    if len(estimates) < 2 or estimates["at"].nunique() > 1 or estimates["segment"].nunique() > 1:
        return None
    values = estimates["value"].to_numpy()[:-1]
    gaps = np.flatnonzero(np.isnan(values))
    unbroken = values[gaps[-1] + 1 :] if len(gaps) else values
    return change(estimates.iloc[-1], estimates.iloc[-2], history=list(unbroken))


def moved(changes: Sequence[pd.Series | None], level: float = LEVEL) -> list[bool]:
    """
    Which of several changes leave out zero, held against all of them (Holm).

    Parameters
    ----------
    changes : sequence of Series or None
        Rows of :func:`change`; without an interval, a change has not moved.
    level : float
        One minus the chance that any of them is named although nothing moved.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
    of Statistics 6, 65-70.
    """
    p = [1.0 if row is None else _p_of_zero(row) for row in changes]
    judged = [i for i, row in enumerate(changes) if row is not None and row["status"] == "ok"]
    has_moved = [False] * len(p)
    for rank, i in enumerate(sorted(judged, key=lambda i: p[i])):
        if p[i] > (1 - level) / (len(judged) - rank):
            break
        has_moved[i] = True
    return has_moved


def _p_of_zero(row: pd.Series) -> float:
    """Two-sided p of no change, read from how far the interval's limit lies from zero."""
    limit = row["low"] if row["value"] > 0 else row["high"]
    reach = abs(row["value"] - limit)
    if row["status"] != "ok" or row["value"] == 0 or not np.isfinite(reach):
        return 1.0
    if reach == 0:
        return 0.0
    if pd.notna(row.get("p")):
        return float(row["p"])
    z = _NORMAL.inv_cdf((1 + row["level"]) / 2) * abs(row["value"]) / reach
    return 2 * _NORMAL.cdf(-z)


class Glued:
    """Protected rows of ESTIMATES as a notebook's output, each metric with its definition."""

    MIME = "application/vnd.tacheles.estimates+json"

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        records = self.rows.astype(object).where(self.rows.notna(), None)
        metrics = list(dict.fromkeys(self.rows["metric"]))
        return {
            self.MIME: {
                "rows": records.replace({np.inf: "inf"}).to_dict("records"),
                "statements": {
                    metric: DEFINITIONS[called(metric)[0]].statement for metric in metrics
                },
            },
            "text/plain": f"{len(self.rows)} estimates handed on",
        }


def glue(*estimates: Estimates) -> Glued:
    """
    Hand estimates on to the report, protected.

    Parameters
    ----------
    *estimates : Estimates
        What the notebook showed; none, if its tables are missing.
    """
    nothing = pd.DataFrame(columns=COLUMNS).drop(columns=PRIVATE)
    shown = [protect(rows) for rows in estimates] or [nothing]
    return Glued(pd.concat(shown, ignore_index=True))
