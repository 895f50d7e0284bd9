"""What a claim changed, in its own units: an effect, what it applies to, and how good it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tacheles.evidence import DESIGNS, Effect, Evidence
from tacheles.quarter import Quarters
from tacheles.roi.spans import quarters_of

#: A saving or a gain is counted for three years at most.
LONGEST_HORIZON = 12

#: Metrics of claims whose units are tickets that did not come.
TICKET_METRICS = ("how_to_tickets_per_1000_accounts", "how_to_tickets", "naive_deflection")

#: Metrics of claims whose units go on: a customer kept pays again.
LASTING_METRICS = ("renewal_rate",)


@dataclass(frozen=True, eq=False)
class Outcome:
    """
    What a claim changed, in its own units.

    Parameters
    ----------
    claim : mapping
        Its row of `claims`.
    base : ndarray
        What the effect applies to, by quarter: tickets observed, renewals due, deals with a
        reference.
    effect : Effect
        Units gained for each unit of the base; positive is good for the company.
    change : Effect
        The effect as it is told: a change in per cent, or a difference of shares.
    evidence : Evidence
        Its grade follows from the design and its checks.
    persons : int
        Distinct accounts behind it.
    by_account : Series
        The base by account, where accounts are known: tells which claims touch the same ones.
    multiplier : str
        Id of an assumption that stands in for an effect; empty: the effect was measured.
    study : object
        The result of the design, for its figure.
    """

    claim: Mapping[Any, Any]
    base: np.ndarray
    effect: Effect
    change: Effect
    evidence: Evidence
    persons: int
    by_account: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    multiplier: str = ""
    study: Any = None

    @classmethod
    def missing(cls, claim: Mapping[Any, Any], quarters: Quarters, status: str) -> "Outcome":
        """Nothing could be measured, and why."""
        nothing = Effect.missing(status)
        evidence = Evidence(design_of(claim))
        return cls(claim, np.zeros(len(quarters)), nothing, nothing, evidence, 0)

    @property
    def claim_id(self) -> str:
        """Id of the claim."""
        return str(self.claim["claim_id"])

    @property
    def metric(self) -> str:
        """What was to change."""
        return str(self.claim["metric"])

    @property
    def is_known(self) -> bool:
        """Whether there is a number."""
        return self.effect.status == "ok"

    @property
    def is_tickets(self) -> bool:
        """Whether its units are tickets that did not come."""
        return self.metric in TICKET_METRICS

    @property
    def lasts(self) -> bool:
        """Whether its units go on paying in later quarters."""
        return self.metric in LASTING_METRICS

    @property
    def horizon(self) -> int:
        """Quarters for which it is counted."""
        stated = self.claim.get("horizon_quarters")
        return LONGEST_HORIZON if pd.isna(stated) else min(int(stated), LONGEST_HORIZON)


def design_of(claim: Mapping[Any, Any]) -> str:
    """The design of a claim, an opinion if nobody knows it."""
    return claim["design"] if claim["design"] in DESIGNS else "opinion"


def claims_of(
    claims: pd.DataFrame, metrics: tuple[str, ...], *designs: str
) -> Iterator[dict[Any, Any]]:
    """The claims of some metrics that rest on some designs."""
    for claim in claims.to_dict("records"):
        if claim["metric"] in metrics and claim["design"] in designs:
            yield claim


def counted_by_quarter(
    starts: Any, amounts: np.ndarray, claim: Mapping[Any, Any], quarters: Quarters
) -> np.ndarray:
    """
    Amounts of shorter spans summed by the quarter in which each begins.

    A claim with a date of its own is counted for its horizon from there on, and then no more:
    nobody knows any longer what would have happened without.
    """
    places = quarters_of(starts, quarters)
    since = claim.get("intervention_on")
    horizon = claim.get("horizon_quarters")
    if pd.notna(since) and pd.notna(horizon):
        ends = pd.Timestamp(since) + pd.DateOffset(months=3 * int(horizon))
        places = np.where(np.asarray(starts, dtype="datetime64[D]") < ends, places, -1)
    inside = places >= 0
    return np.bincount(places[inside], amounts[inside], minlength=len(quarters))


def rows_or_none(rows: list[dict[str, Any]], quarters: Quarters) -> pd.DataFrame:
    """Rows of claims; where there is no claim of the kind, one row that says so."""
    nothing = {"quarter": quarters.until, "persons": 0, "status": "not_applicable"}
    return pd.DataFrame(rows or [nothing])
