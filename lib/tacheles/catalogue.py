"""
All definitions by name: what a metric that a plan names means, and its history.

A metric is written as one writes the call, `answered_within(hours=24)`, or as a department names a
number of its own in `partner_metrics`. The tables of a definition are bound by name: `posts` is the
workbook's table, `threads` the table that the level makes of it, and the name of another definition
is what that one returns. Nothing is computed twice for one workbook.
"""

import ast
import difflib
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd

from tacheles import foundation, growth, measurement, roi
from tacheles.contract import PLANS, RECORDS
from tacheles.errors import TachelesError
from tacheles.estimate import DEFINITIONS, Estimates
from tacheles.findings import finding, findings
from tacheles.foundation.goals import measured
from tacheles.foundation.plan import rows_of
from tacheles.quarter import Quarters
from tacheles.workbook import Workbook

#: The levels whose definitions can be named, and whose other functions make tables of records.
LEVELS: tuple[ModuleType, ...] = (foundation, growth, measurement, roi)

#: Names told for one that is not known, and how like it they must be (difflib's ratio).
_NEAREST, _LIKENESS = 3, 0.5

#: What a workbook gives by itself.
_GIVEN = frozenset(
    (
        *(*RECORDS, *PLANS, "service_hours", "calendar", "quarters"),
        *("how_to_categories", "evidence_threshold", "sentiment_model"),
    )
)

#: What was computed for a workbook, by call.
_made: WeakKeyDictionary[Workbook, dict[Any, Any]] = WeakKeyDictionary()


@dataclass(frozen=True)
class _Call:
    """A definition and the options it is called with."""

    name: str
    options: tuple[tuple[str, Any], ...]


def history(metric: str, book: Workbook, quarters: Quarters) -> Estimates:
    """
    What a metric was, quarter by quarter.

    Parameters
    ----------
    metric : str
        A definition as one writes its call, or a metric of the table `partner_metrics`.
    book : Workbook
        The tables are bound to its own, by name.
    quarters : Quarters

    Returns
    -------
    Estimates
        What the definition returns.

    Raises
    ------
    TachelesError
        If no definition and no department has such a metric; told with the nearest names.
    """
    call = _understood(metric, book)
    if call is None:
        near = nearest(metric, book)
        raise TachelesError(
            f"metric {metric}: nobody knows it",
            f"nearest are {', '.join(near)}" if near else "nothing is named like it",
            "write it as one of the report's numbers is called, or as in partner_metrics",
        )
    found = _computed(call, book, quarters)
    return found.copy()


def histories(metrics: Iterable[str], book: Workbook, quarters: Quarters) -> dict[str, Estimates]:
    """
    What several metrics were, by their names as they are written.

    Parameters
    ----------
    metrics : iterable of str
        As in :func:`history`; an empty cell is passed over.
    book : Workbook
    quarters : Quarters

    Returns
    -------
    dict of Estimates
        A metric that nobody knows is missing (:func:`unknown` tells it).
    """
    return {
        name: history(name, book, quarters)
        for name in metrics
        if not pd.isna(name) and _understood(name, book) is not None
    }


def unknown(goals: pd.DataFrame, book: Workbook, quarters: Quarters) -> pd.DataFrame:
    """
    Goals whose metric nobody knows, or has several numbers a quarter.

    Parameters
    ----------
    goals : DataFrame
        One row per goal (:data:`contract.GOALS`).
    book : Workbook
    quarters : Quarters

    Returns
    -------
    DataFrame
        FINDINGS: `unknown_metric` with the `nearest` names, `metric_of_several` of the segments it
        has, `unknown_counter_metric`.
    """
    found = []
    for goal in rows_of(goals):
        subject, facts = goal["goal_id"], {"metric": goal["metric"], "letter": "M"}
        facts["needed_by"] = [goal["objective_id"]] if goal["objective_id"] else []
        own = histories([goal["metric"]], book, quarters)
        if not own:
            facts["nearest"] = nearest(goal["metric"], book)
            found.append(finding(subject, "unknown_metric", "fault", **facts))
        elif measured(goal, own) is None:
            segments = own[goal["metric"]]["segment"].unique()
            facts["segments"] = sorted(filter(None, segments))
            found.append(finding(subject, "metric_of_several", "fault", **facts))
        counter = goal["counter_metric"]
        if counter and _understood(counter, book) is None:
            facts = {"metric": counter, "nearest": nearest(counter, book)}
            found.append(finding(subject, "unknown_counter_metric", "warning", **facts))
    return findings(found)


def names(book: Workbook) -> list[str]:
    """Names of all metrics that a plan may name: definitions, and the departments' own."""
    defined = (name for name in DEFINITIONS if _is_bindable(name))
    return sorted({*defined, *_of_departments(book)} - {"partner_metric"})


def nearest(metric: str, book: Workbook) -> list[str]:
    """The known names that are most like an unknown one."""
    name = metric.partition("(")[0].strip()
    return difflib.get_close_matches(name, names(book), n=_NEAREST, cutoff=_LIKENESS)


def _understood(metric: str, book: Workbook) -> _Call | None:
    """
    The definition and the options that a text names; None if there is no such call.

    A definition goes before a department's number of the same name: it has a unit and a direction.
    """
    if metric in _of_departments(book) and metric not in DEFINITIONS:
        return _Call("partner_metric", (("name", metric),))
    try:
        written = ast.parse(metric.strip(), mode="eval").body
        if isinstance(written, ast.Name):
            name, options = written.id, {}
        elif isinstance(written, ast.Call) and isinstance(written.func, ast.Name):
            name = written.func.id
            options = {str(o.arg): ast.literal_eval(o.value) for o in written.keywords}
            if written.args:
                return None
        else:
            return None
    except (SyntaxError, ValueError):
        return None
    if name not in DEFINITIONS or not _is_bindable(name) or not _fit(name, options):
        return None
    return _Call(name, tuple(sorted(options.items())))


def _of_departments(book: Workbook) -> set[str]:
    """Metrics that the departments count themselves."""
    kept = _made.setdefault(book, {})
    if "partner_metrics" not in kept:
        told = book.partner_metrics.select("metric").distinct().to_pandas()
        kept["partner_metrics"] = set(told["metric"])
    return kept["partner_metrics"]


def _is_bindable(name: str, above: tuple[str, ...] = ()) -> bool:
    """Whether everything that a definition, or the maker of a table, takes is found by its name."""
    return all(
        table in _GIVEN
        or (
            table not in above and _maker(table) is not None and _is_bindable(table, (*above, name))
        )
        for table in _tables(name)
    )


def _tables(name: str) -> Iterator[str]:
    """Names of the tables that a definition, or the maker of a table, takes."""
    for parameter in inspect.signature(_maker(name)).parameters.values():
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            yield parameter.name


def _maker(name: str) -> Any:
    """The definition of this name, or the function of a level that makes a table of this name."""
    if name in DEFINITIONS:
        return DEFINITIONS[name].compute
    makers = (getattr(level, name, None) for level in LEVELS)
    return next((maker for maker in makers if inspect.isfunction(maker)), None)


def _fit(name: str, options: dict[str, Any]) -> bool:
    """Whether a definition has these options, each of the type of its default."""
    known = {
        parameter.name: parameter.default
        for parameter in inspect.signature(DEFINITIONS[name].compute).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    required = {option for option, default in known.items() if default is inspect.Parameter.empty}
    if not required <= options.keys() <= known.keys():
        return False
    return all(_is_like(value, known[option]) for option, value in options.items())


def _is_like(value: Any, default: Any) -> bool:
    """Whether a value is of the type of a default; a whole number will do for any number."""
    if default in (None, inspect.Parameter.empty):
        return True
    if isinstance(default, bool) or isinstance(value, bool):
        return type(value) is type(default)
    if isinstance(default, int | float):
        return isinstance(value, int | float)
    return isinstance(value, type(default))


def _computed(call: _Call, book: Workbook, quarters: Quarters) -> Any:
    """What a call returns for a workbook; computed once."""
    kept = _made.setdefault(book, {})
    if (call, quarters) not in kept:
        tables = {name: _bound(name, book, quarters) for name in _tables(call.name)}
        kept[call, quarters] = _maker(call.name)(**tables, **dict(call.options))
    return kept[call, quarters]


def _bound(name: str, book: Workbook, quarters: Quarters) -> Any:
    """The table, or what else a definition asks for by its name."""
    if name == "quarters":
        return quarters
    if name in _GIVEN:
        return getattr(book, name)
    return _computed(_Call(name, ()), book, quarters)
