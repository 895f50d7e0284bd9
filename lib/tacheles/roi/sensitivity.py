"""On what does the return hang: break-even, tornado, and what is most worth learning?"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from tacheles.estimate import metric
from tacheles.quarter import Quarters
from tacheles.roi.claims import EFFECT, Programme

#: Inputs are varied between these shares of their draws.
_LOW, _HIGH = 0.1, 0.9

#: What moves the net present value by less moves nothing.
_CENT = 0.01

#: How far beyond its median a break-even is sought, and at how many points the way there is looked
#: at first.
_FURTHEST, _POINTS = 20.0, 9


def segment_of(name: str) -> str:
    """An input as a segment: the id of the assumption, or of the claim whose effect it is."""
    return name.removeprefix(EFFECT)


def _moving(programme: Programme) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Inputs that move what counts: name, their percentiles, and what these make of it."""
    for name, draws in sorted(programme.inputs.items()) if programme.counted else ():
        if np.ptp(draws) > 0:
            ends = np.quantile(draws, [_LOW, 0.5, _HIGH])
            found = _net(programme, name, ends)
            if np.ptp(found) >= _CENT:
                yield name, ends, found


def _net(programme: Programme, name: str, values: np.ndarray) -> np.ndarray:
    """Net present value at some values of one input, all others at their medians."""
    held = {other: np.repeat(median, len(values)) for other, median in programme.medians.items()}
    return programme.flows({**held, name: values}).net_present_value


def _none(quarters: Quarters) -> pd.DataFrame:
    return pd.DataFrame([{"quarter": quarters.until, "persons": 0, "status": "not_applicable"}])


@metric(unit="money", better="none")
def tornado(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Net present value when one input goes from its 10th to its 90th percentile, others at medians.

    Parameters
    ----------
    programme : Programme
        The claims that count (:func:`claims.programme`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per input, the widest first; `segment` is the id of the assumption, or of
        the claim whose effect it is; `low` and `high` are the ends, `value` the net present value
        with all inputs at their medians. Inputs that move nothing are left out. [currency]
    """
    rows: list[dict[str, Any]] = []
    for name, _ends, found in _moving(programme):
        row = {"quarter": quarters.until, "segment": segment_of(name), "persons": 0}
        told = {"value": found[1], "low": min(found), "high": max(found), "level": _HIGH - _LOW}
        rows.append(row | told | {"status": "ok"})
    if not rows:
        return _none(quarters)
    rows.sort(key=lambda row: row["low"] - row["high"])
    return pd.DataFrame(rows)


@metric(unit="amount", better="none")
def break_even(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Value of one input at which the programme would just have paid for itself, others at medians.

    Parameters
    ----------
    programme : Programme
        The claims that count (:func:`claims.programme`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per input: `value` is the break-even, `low` and `high` the 10th and 90th
        percentile of what is believed; `segment` as in :func:`tornado`. `not_applicable` where no
        value up to twenty times the median would do, or a higher one does not always help. [the
        input's own unit]
    """
    rows = []
    for name, (low, middle, high), _found in _moving(programme):
        row = {"quarter": quarters.until, "segment": segment_of(name), "persons": 0}
        root = _root(programme, name, middle)
        row["status"] = "not_applicable" if root is None else "ok"
        if root is not None:
            row |= {"value": root, "low": low, "high": high, "level": _HIGH - _LOW}
        rows.append(row)
    return pd.DataFrame(rows) if rows else _none(quarters)


def _root(programme: Programme, name: str, median: float) -> float | None:
    """Where the net present value is zero; None if it never is, or not only once."""
    from scipy.optimize import brentq  # costs a third of a second: only where it is needed

    distribution = programme.assumed.rows["distribution"].get(name, "")
    top = 1.0 if distribution == "beta" else _FURTHEST * abs(median)
    points = np.linspace(0.0, top, _POINTS)
    found = _net(programme, name, points)
    steps = np.diff(found)
    is_monotone = (steps >= 0).all() or (steps <= 0).all()
    if not is_monotone or found[0] * found[-1] > 0 or found[0] == found[-1]:
        return None
    return float(brentq(lambda x: float(_net(programme, name, np.array([x]))[0]), 0.0, top))


@metric(unit="share", better="none")
def uncertainty_share(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the uncertainty of the net present value that comes from one input.

    Parameters
    ----------
    programme : Programme
        The claims that count (:func:`claims.programme`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per input, the most uncertain first: what is most worth learning next;
        `segment` as in :func:`tornado`. [share]

    Notes
    -----
    Squared standardised rank regression coefficients, scaled to what the inputs explain together;
    they need no further draws, and correlated inputs share what they have in common.

    References
    ----------
    Saltelli, A. et al. (2008). Global Sensitivity Analysis: The Primer. Section 1.2.
    """
    moving = [name for name, _ends, _found in _moving(programme)]
    if not moving:
        return _none(quarters)
    ranks = np.column_stack([_ranks(programme.inputs[name]) for name in moving])
    target = _ranks(programme.drawn.net_present_value)
    coefficients, *_rest = np.linalg.lstsq(ranks, target, rcond=None)
    squared = coefficients**2
    share = squared / squared.sum() if squared.sum() > 0 else squared
    rows = pd.DataFrame(
        {
            "quarter": quarters.until,
            "segment": [segment_of(name) for name in moving],
            "value": share,
            "persons": 0,
            "status": "ok",
        }
    )
    return rows.sort_values("value", ascending=False, kind="stable")


def _ranks(draws: np.ndarray) -> np.ndarray:
    """Ranks of draws, with mean 0 and variance 1."""
    ranks = np.argsort(np.argsort(draws, kind="stable"), kind="stable").astype(float)
    spread = ranks.std()
    return (ranks - ranks.mean()) / spread if spread else ranks * 0
