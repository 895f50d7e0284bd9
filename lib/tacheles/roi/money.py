"""Assumptions into draws, and flows of money into what they are worth today."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from tacheles.errors import TachelesError
from tacheles.quarter import Quarters
from tacheles.roi.spans import QUARTERS_PER_YEAR

#: Draws behind every amount of money.
DRAWS = 20_000

#: Ids of the assumptions that every return rests on, whatever is claimed.
DISCOUNT_RATE = "A_discount_rate"
PERSISTENCE = "A_effect_persistence"
FULL_TICKET_COST = "A_ticket_cost_full"
AVOIDABLE_TICKET_COST = "A_ticket_cost_avoidable"
DEFLECTION_MULTIPLIER = "A_deflection_multiplier"
STAFF_HOUR_RATE = "A_staff_hour_rate"

#: How far low and high of an expired assumption move away from its value, by their distance.
_EXPIRED = 0.5

#: Normal score of the 90th percentile.
_P90 = 1.2815515655446004

#: Least share of the distance to 0 or 1 that a beta's standard deviation leaves.
_WIDEST_BETA = 0.95


@dataclass(frozen=True, eq=False)
class Assumed:
    """
    What is assumed, each with draws of where it may lie (:func:`assumed`).

    Parameters
    ----------
    rows : DataFrame
        The assumptions by id, `low` and `high` as used: wider where one has expired.
    draws : mapping
        Draws by id, all of the same length.
    """

    rows: pd.DataFrame
    draws: Mapping[str, np.ndarray]

    def __getitem__(self, assumption_id: str) -> np.ndarray:
        if assumption_id not in self.draws:
            raise TachelesError(
                f"plans/assumptions.csv: there is no assumption {assumption_id}",
                f"assumptions: {', '.join(self.draws) or 'none'}",
                "add a row with its value, low, high, unit, source, owner and review date",
            )
        return self.draws[assumption_id]

    def __contains__(self, assumption_id: str) -> bool:
        return assumption_id in self.draws

    def value(self, assumption_id: str) -> float:
        """Its stated value."""
        self[assumption_id]  # tells which one is missing
        return float(self.rows["value"].loc[assumption_id])

    @property
    def expired(self) -> list[str]:
        """Ids of those whose review was due before the quarter's end."""
        return list(self.rows.index[self.rows["is_expired"]])

    @property
    def without_source(self) -> list[str]:
        """Ids of those for which nobody said where they come from."""
        return list(self.rows.index[~self.rows["has_source"]])

    def fixed(self, **values: float) -> "Assumed":
        """The same with some of them known: what if?"""
        held = {name: np.full_like(self[name], value) for name, value in values.items()}
        return replace(self, draws={**self.draws, **held})


def assumed(
    assumptions: pd.DataFrame,
    correlations: pd.DataFrame,
    quarters: Quarters,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Assumed:
    """
    Draws of every assumption, from the distribution that its row declares.

    Parameters
    ----------
    assumptions : DataFrame
        One row per assumption (:data:`contract.ASSUMPTIONS`).
    correlations : DataFrame
        One row per pair of assumptions that move together (:data:`contract.CORRELATIONS`).
    quarters : Quarters
        An assumption whose review was due before their end has expired.
    draws : int
    seed : int
        The same seed gives each assumption the same uniform numbers, whichever others there are
        and in whatever order they stand: comparisons do not jitter.

    Raises
    ------
    TachelesError
        If a range does not hold its value, a distribution cannot have it, or the correlations
        contradict each other.

    Notes
    -----
    `pert` and `triangular` run from low to high with the value as mode. A `lognormal` has low and
    high as its 10th and 90th percentile; a `beta` has the value as mean and the standard deviation
    of a bell with these percentiles. Correlations are those of normal scores (Gaussian copula), so
    each assumption keeps its own distribution.

    References
    ----------
    Iman, R. L. and Conover, W. J. (1982). A distribution-free approach to inducing rank correlation
    among input variables. Communications in Statistics - Simulation and Computation 11, 311-334.
    """
    rows = _judged(assumptions, quarters)
    shares = _shares(list(rows.index), correlations, draws, seed)
    drawn = {
        str(name): quantile(row, shares[str(name)]) for name, row in rows.to_dict("index").items()
    }
    return Assumed(rows, drawn)


def _judged(assumptions: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """Assumptions by id, with what is the matter with each; expired ones are less certain."""
    rows = assumptions.set_index("assumption_id").sort_index()
    ends = pd.Timestamp(quarters.first_days[-1])
    source = rows["source"].astype("object").fillna("").astype(str).str.strip()
    rows["is_expired"] = (pd.to_datetime(rows["review_on"]) < ends).fillna(False).astype(bool)
    rows["has_source"] = source != ""
    rows["distribution"] = rows["distribution"].astype("object").fillna("pert")
    for name, row in rows.to_dict("index").items():
        _require_range(str(name), row)
        if row["is_expired"]:
            rows.loc[name, ["low", "high"]] = _widened(row)
    return rows


def _require_range(name: str, row: Mapping[Any, Any]) -> None:
    inside = row["low"] <= row["value"] <= row["high"]
    limits = {"lognormal": row["low"] > 0, "beta": row["low"] >= 0 and row["high"] <= 1}
    if inside and limits.get(row["distribution"], True):
        return
    hint = "correct the row: low, value and high stand in this order"
    if inside:
        hint = "a lognormal is above 0 and a beta between 0 and 1; choose pert, or correct the row"
    raise TachelesError(
        f"plans/assumptions.csv, {name}: not a usable range",
        f"{row['distribution']} from {row['low']} over {row['value']} to {row['high']}",
        hint,
    )


def _widened(row: Mapping[Any, Any]) -> list[float]:
    """Low and high of an expired assumption: half their distance further from the value."""
    value, low, high = row["value"], row["low"], row["high"]
    if row["distribution"] == "lognormal":
        return [low * (low / value) ** _EXPIRED, high * (high / value) ** _EXPIRED]
    further = [low - _EXPIRED * (value - low), high + _EXPIRED * (high - value)]
    is_share = row["distribution"] == "beta"
    return [max(further[0], 0.0), min(further[1], 1.0)] if is_share else further


def _shares(
    names: list[str], correlations: pd.DataFrame, draws: int, seed: int
) -> dict[str, np.ndarray]:
    """Uniform numbers by assumption: one from each of `draws` slices, those correlated together."""
    slices = (np.arange(draws) + 0.5) / draws
    shares = {name: generator(name, seed).permutation(slices) for name in names}
    pairs = [
        (row["assumption_id"], row["other_id"], float(row["rho"]))
        for row in correlations.to_dict("records")
        if row["assumption_id"] in shares and row["other_id"] in shares
    ]
    together = sorted({name for first, second, _rho in pairs for name in (first, second)})
    if not together:
        return shares
    from scipy.special import ndtr, ndtri  # costs a third of a second: only where it is needed

    root = _root(together, pairs)
    scores = np.stack([ndtri(shares[name]) for name in together])
    return shares | dict(zip(together, ndtr(root @ scores), strict=True))


def _root(names: list[str], pairs: list[tuple[str, str, float]]) -> np.ndarray:
    """Triangular root of the matrix of correlations; refuses one that no numbers can have."""
    matrix = np.eye(len(names))
    for first, second, rho in pairs:
        i, j = names.index(first), names.index(second)
        matrix[i, j] = matrix[j, i] = rho
    if np.linalg.eigvalsh(matrix)[0] <= 0:
        raise TachelesError(
            "plans/correlations.csv: correlations that contradict each other",
            ", ".join(f"{first} with {second} {rho}" for first, second, rho in pairs),
            "what two of them have in common with a third limits what they have with each other: "
            "bring the largest ones closer to 0",
        )
    return np.linalg.cholesky(matrix)


def generator(name: str, seed: int = 0) -> np.random.Generator:
    """The random numbers that belong to this name, whichever others are drawn."""
    return np.random.default_rng([seed, *name.encode()])


def quantile(row: Mapping[Any, Any], share: np.ndarray) -> np.ndarray:
    """
    Value below which a share of an assumption's distribution lies.

    Parameters
    ----------
    row : mapping
        `value, low, high, distribution`.
    share : ndarray
        Between 0 and 1.
    """
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    if row["distribution"] == "fixed" or low == high:
        return np.full_like(share, value)
    if row["distribution"] == "triangular":
        return _triangular(value, low, high, share)
    from scipy.special import betaincinv, ndtri  # costs a third of a second

    if row["distribution"] == "lognormal":
        middle, sd = np.log(low * high) / 2, np.log(high / low) / (2 * _P90)
        return np.asarray(np.exp(middle + sd * ndtri(share)))
    if row["distribution"] == "beta":
        sd = min((high - low) / (2 * _P90), _WIDEST_BETA * np.sqrt(value * (1 - value)))
        weight = value * (1 - value) / sd**2 - 1
        return np.asarray(betaincinv(value * weight, (1 - value) * weight, share))
    rises = 1 + 4 * (value - low) / (high - low)
    falls = 1 + 4 * (high - value) / (high - low)
    return np.asarray(low + (high - low) * betaincinv(rises, falls, share))


def _triangular(mode: float, low: float, high: float, share: np.ndarray) -> np.ndarray:
    width, at_mode = high - low, (mode - low) / (high - low)
    rising = low + np.sqrt(share * width * (mode - low))
    falling = high - np.sqrt((1 - share) * width * (high - mode))
    return np.where(share < at_mode, rising, falling)


def discount(
    rate: "np.ndarray | float", quarters: int, per_year: int = QUARTERS_PER_YEAR
) -> np.ndarray:
    """What an amount at the end of each quarter is worth at the start: (1 + rate)^(−q/4)."""
    ends = np.arange(1, quarters + 1) / per_year
    return np.asarray((1 + np.asarray(rate)) ** -ends[:, None])


def present_value(
    flows: np.ndarray, rate: "np.ndarray | float", per_year: int = QUARTERS_PER_YEAR
) -> np.ndarray:
    """
    What flows of money are worth at the start: each discounted from the end of its quarter.

    Parameters
    ----------
    flows : ndarray
        One row per quarter, one column per draw; or one number per quarter.
    rate : ndarray or float
        Yearly discount rate, by draw or for all. [share]
    per_year : int
        Flows of a year.
    """
    rows = np.asarray(flows, dtype=float)
    rows = rows[:, None] if rows.ndim == 1 else rows
    return np.asarray((rows * discount(rate, len(rows), per_year)).sum(axis=0))


def return_on_capital(benefit: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Return on investment, (benefit − cost) / cost, both present values; NaN without a cost."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(cost > 0, (benefit - cost) / cost, np.nan)


def payback(flows: np.ndarray) -> np.ndarray:
    """
    Quarters until the flows have paid for themselves for good, part of a quarter in proportion.

    Parameters
    ----------
    flows : ndarray
        Benefit less cost: one row per quarter, one column per draw.

    Returns
    -------
    ndarray
        By draw; infinite if they do not within these quarters.
    """
    level = np.cumsum(flows, axis=0)
    before = np.vstack([np.zeros_like(level[:1]), level[:-1]])
    is_short = level < 0
    last = len(level) - np.argmax(is_short[::-1], axis=0)  # quarters up to the last one short
    turns = np.where(is_short.any(axis=0), last, 0)
    place = np.minimum(turns, len(level) - 1)
    columns = np.arange(level.shape[1])
    missing, gained = -before[place, columns], flows[place, columns]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(turns > 0, missing / gained, 0.0)
    return np.where(turns == len(level), np.inf, turns + part)
