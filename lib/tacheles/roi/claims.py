"""What the claims are worth: threshold, overlap, pools, ceiling, and the return that is left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from tacheles.estimate import Estimates
from tacheles.evidence import GRADES
from tacheles.findings import finding, findings
from tacheles.quarter import Quarters
from tacheles.roi.cost import Costs
from tacheles.roi.money import (
    DISCOUNT_RATE,
    PERSISTENCE,
    Assumed,
    generator,
    payback,
    present_value,
    return_on_capital,
)
from tacheles.roi.outcome import Outcome
from tacheles.roi.shared_kpi import is_preliminary
from tacheles.roi.spans import QUARTERS_PER_YEAR

#: Tickets and what is claimed to have spared them may exceed the worst quarter by this factor.
CEILING = 1.1

#: Grade of a claim whose unit value has no source.
_UNSOURCED = "E"

#: Amounts below one unit of the currency are not told.
_WORTH_TELLING = 1.0

#: Groups of accounts: the claims that touch them, and the share that each has in the group.
_Cells = list[tuple[list[str], list[float]]]

#: What the name of a claim's effect begins with among the inputs.
EFFECT = "effect of "


def risk_adjusted(benefit: float, risk: float) -> float:
    """
    A benefit less its risk; only where no distribution is modelled, never both.

    Parameters
    ----------
    benefit : float
    risk : float
        Share of the benefit that may not come. [share]

    References
    ----------
    Forrester, Total Economic Impact.
    """
    return benefit * (1 - risk)


def pooled(
    values: Mapping[str, np.ndarray], grades: Mapping[str, str], amount: float
) -> dict[str, np.ndarray]:
    """
    Claims on one pool, cut so that together they never take more than it holds.

    Parameters
    ----------
    values : mapping
        Value of each claim, by draw.
    grades : mapping
        Grade of each claim: better ones are served first, equal ones in proportion.
    amount : float
        What the pool holds.

    Notes
    -----
    A harm is no claim on a pool: it is counted in full, and leaves the others no more room.
    """
    left = np.full_like(next(iter(values.values())), amount, dtype=float)
    kept = {}
    for grade in sorted({grades[name] for name in values}):
        same = sorted(name for name in values if grades[name] == grade)
        wanted = sum(np.maximum(values[name], 0) for name in same)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            part = np.where(wanted > left, left / wanted, 1.0)
        for name in same:
            kept[name] = np.where(values[name] > 0, values[name] * part, values[name])
        left = left - np.minimum(wanted, left)
    return kept


def counted_once(
    values: Mapping[str, np.ndarray], by_account: Mapping[str, pd.Series]
) -> dict[str, np.ndarray]:
    """
    Claims of one pool, each account counted in the larger claim only.

    Parameters
    ----------
    values : mapping
        Value of each claim: one row per quarter, one column per draw.
    by_account : mapping
        What each claim applies to, by account; empty where no account is known.

    Notes
    -----
    A claim is shared out over its accounts in proportion to what it applies to. The larger claim is
    the one with the larger mean, the same in every draw: the maximum draw by draw would turn noise
    into value. Claims without accounts overlap with nobody.
    """
    return _once(values, _cells({name: by_account[name] for name in values}))


def _once(values: Mapping[str, np.ndarray], cells: _Cells) -> dict[str, np.ndarray]:
    """Claims whose accounts are known by group: each group counts in the larger claim only."""
    kept = {name: np.zeros_like(value) for name, value in values.items()}
    for names, shares in cells:
        parts = np.stack([values[name] * share for name, share in zip(names, shares, strict=True)])
        larger = parts.mean(axis=2).argmax(axis=0)
        for place, name in enumerate(names):
            kept[name] = kept[name] + parts[place] * (larger == place)[:, None]
    return kept


def _cells(by_account: Mapping[str, pd.Series]) -> _Cells:
    """Groups of accounts that the same claims touch, with the share that each claim has in them."""
    known = sorted(name for name, base in by_account.items() if base.sum() > 0)
    alone: _Cells = [([name], [1.0]) for name in sorted(by_account) if name not in known]
    if not known:
        return alone
    table = pd.concat({name: by_account[name] for name in known}, axis="columns").fillna(0.0)
    table = table / table.sum()
    shares = table.groupby([table[name] > 0 for name in known]).sum()
    for pattern, row in zip(shares.index, shares.to_numpy(), strict=True):
        touched = np.atleast_1d(pattern)
        names = [name for name, is_in in zip(known, touched, strict=True) if is_in]
        if names:  # an account to which no claim applies any more touches nothing
            alone.append((names, [float(row[known.index(name)]) for name in names]))
    return alone


@dataclass(frozen=True, eq=False)
class Flows:
    """
    What the claims bring and the programme costs, step by step: quarters by draws.

    Parameters
    ----------
    gross : mapping
        Value that each claim caused in each quarter, before anything is taken away.
    distinct, capped, kept : mapping
        What is left of the claims that count: each account once, within the pools, below the
        ceiling.
    benefit : ndarray
        What the kept value brings, in the quarter in which it comes.
    cost : ndarray
        What the programme costs, in the same quarters.
    rate : ndarray
        Yearly discount rate. [share]
    """

    gross: Mapping[str, np.ndarray]
    distinct: Mapping[str, np.ndarray]
    capped: Mapping[str, np.ndarray]
    kept: Mapping[str, np.ndarray]
    benefit: np.ndarray
    cost: np.ndarray
    rate: np.ndarray

    @property
    def net_present_value(self) -> np.ndarray:
        """Benefit less cost, both at the start."""
        return present_value(self.benefit, self.rate) - present_value(self.cost, self.rate)

    @property
    def return_on_investment(self) -> np.ndarray:
        """Net present value by the present value of the cost. [share]"""
        return return_on_capital(
            present_value(self.benefit, self.rate), present_value(self.cost, self.rate)
        )

    @property
    def payback_quarters(self) -> np.ndarray:
        """Quarters until the programme has paid for itself; infinite if it does not."""
        return payback(self.benefit - self.cost)


@dataclass(frozen=True, eq=False)
class Programme:
    """
    The claims with all that their worth rests on (:func:`programme`).

    Parameters
    ----------
    outcomes : tuple of Outcome
        What each claim changed, in the order of their ids.
    grades : mapping
        Grade of each claim.
    counted : frozenset of str
        Claims in the headline.
    inputs : mapping
        Draws of every assumption and of every claim's effect, by name.
    pools : mapping
        What each pool holds in a quarter.
    costs : Costs
    room : ndarray or None
        Tickets that may be claimed in each quarter; None: unlimited.
    assumed : Assumed
    """

    outcomes: tuple[Outcome, ...]
    grades: Mapping[str, str]
    counted: frozenset[str]
    inputs: Mapping[str, np.ndarray]
    pools: Mapping[str, float]
    costs: Costs
    room: np.ndarray | None
    assumed: Assumed

    @cached_property
    def drawn(self) -> Flows:
        """The flows in every draw."""
        return self.flows(self.inputs)

    @property
    def gross(self) -> Mapping[str, np.ndarray]:
        """Value that each known claim caused, by quarter and draw."""
        return self.drawn.gross if self.known else {}

    @cached_property
    def medians(self) -> dict[str, np.ndarray]:
        """Every input at its median."""
        return {name: np.array([np.median(draws)]) for name, draws in self.inputs.items()}

    @property
    def known(self) -> list[Outcome]:
        """Claims of which something is known, whether they count or not."""
        return [outcome for outcome in self.outcomes if outcome.is_known]

    def of(self, claim_id: str) -> Outcome:
        """What the claim of this id changed."""
        return next(outcome for outcome in self.outcomes if outcome.claim_id == claim_id)

    def units(self, outcome: Outcome, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Units that a claim gained, by quarter and draw."""
        gained = outcome.base[:, None] * inputs[EFFECT + outcome.claim_id][None, :]
        return gained * inputs[outcome.multiplier] if outcome.multiplier else gained

    def flows(self, inputs: Mapping[str, np.ndarray]) -> Flows:
        """
        The flows for some values of the inputs.

        Parameters
        ----------
        inputs : mapping
            Draws by name, all of the same length.
        """
        gross = {
            outcome.claim_id: self.units(outcome, inputs) * inputs[outcome.claim["unit_value"]]
            for outcome in self.known
        }
        distinct: dict[str, np.ndarray] = {}
        capped: dict[str, np.ndarray] = {}
        for pool, names in self._by_pool.items():
            once = _once({name: gross[name] for name in names}, self._cells_by_pool[pool])
            distinct |= once
            capped |= pooled(once, self.grades, self.pools.get(pool, np.inf))
        kept = self._below_ceiling(capped, inputs)
        benefit = self.unfolded(kept, inputs)
        return Flows(
            gross=gross,
            distinct=distinct,
            capped=capped,
            kept=kept,
            benefit=benefit,
            cost=self._cost(inputs, len(benefit)),
            rate=inputs[DISCOUNT_RATE],
        )

    @property
    def _by_pool(self) -> dict[str, list[str]]:
        """Claims that count, by the pool they draw from."""
        pools: dict[str, list[str]] = {}
        for outcome in self.outcomes:
            if outcome.claim_id in self.counted:
                pools.setdefault(str(outcome.claim["pool"]), []).append(outcome.claim_id)
        return pools

    @cached_property
    def _cells_by_pool(self) -> dict[str, _Cells]:
        """Which claims on a pool touch the same accounts; that hangs on no assumption."""
        return {
            pool: _cells({name: self.of(name).by_account for name in names})
            for pool, names in self._by_pool.items()
        }

    def _below_ceiling(
        self, values: Mapping[str, np.ndarray], inputs: Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Values of tickets cut so that no more are claimed than could have come."""
        kept = dict(values)
        tickets = {name: self.of(name) for name in values if self.of(name).is_tickets}
        if self.room is None or not tickets:
            return kept
        with np.errstate(invalid="ignore", divide="ignore"):
            claimed = sum(
                np.fmax(values[name] / inputs[outcome.claim["unit_value"]], 0)
                for name, outcome in tickets.items()
            )
            part = np.where(claimed > self.room[:, None], self.room[:, None] / claimed, 1.0)
        for name in tickets:
            kept[name] = np.where(values[name] > 0, values[name] * part, values[name])
        return kept

    def unfolded(
        self, values: Mapping[str, np.ndarray], inputs: Mapping[str, np.ndarray]
    ) -> np.ndarray:
        """
        What values bring, quarter by quarter: most at once, a customer kept over later quarters.

        Parameters
        ----------
        values : mapping
            Value that claims caused, by quarter and draw; of a customer kept, that of a year.
        inputs : mapping
            See :meth:`flows`.
        """
        quarters = len(self.costs.hours)
        lasting = [self.of(name).horizon for name in values if self.of(name).lasts]
        draws = len(inputs[DISCOUNT_RATE])
        flow = np.zeros((quarters + max(lasting, default=1) - 1, draws))
        for name, value in values.items():
            outcome = self.of(name)
            if not outcome.lasts:
                flow[:quarters] += value
                continue
            for later in range(outcome.horizon):
                stays = inputs[PERSISTENCE] ** later / QUARTERS_PER_YEAR
                flow[later : later + quarters] += value * stays
        return flow

    def _cost(self, inputs: Mapping[str, np.ndarray], quarters: int) -> np.ndarray:
        """Cost by quarter and draw; nothing after the quarters counted."""
        draws = len(inputs[DISCOUNT_RATE])
        paid = self.costs.drawn(replace(self.assumed, draws=inputs))
        cost = np.zeros((quarters, draws))
        cost[: len(paid)] = paid
        return cost


def programme(
    outcomes: Iterable[Outcome],
    assumed: Assumed,
    pools: pd.DataFrame,
    costs_by_quarter: Costs,
    shared_kpis: pd.DataFrame,
    ceiling_room: np.ndarray | None,
    evidence_threshold: str,
    quarters: Quarters,
) -> Programme:
    """
    The claims that count, with all that their worth rests on.

    Parameters
    ----------
    outcomes : iterable of Outcome
        What each claim changed (:mod:`effects`).
    assumed : Assumed
        What is assumed (:func:`money.assumed`).
    pools : DataFrame
        One row per pool of money that claims draw from (:data:`contract.POOLS`).
    costs_by_quarter : Costs
        What the programme cost (:func:`cost.costs_by_quarter`).
    shared_kpis : DataFrame
        One row per agreed KPI and version (:data:`contract.SHARED_KPIS`): tells when an effect is
        judged; before that day it is preliminary and does not count.
    ceiling_room : ndarray or None
        Tickets that may be claimed in each quarter (:func:`ceiling_room`); None: no ceiling.
    evidence_threshold : str
        Grade that a claim needs to count.
    quarters : Quarters
        Quarters in which benefits are caused and costs paid.

    Notes
    -----
    In this order: claims below the threshold leave, so that they take nothing from a pool; each
    account is counted in one claim of a pool only; no pool pays more than it holds; no more tickets
    are claimed than could have come. A claim whose unit value has no source has grade E at best.
    What a saving would bring after these quarters is not counted, for the programme would have to
    go on for it; a customer that was kept in them goes on paying, less each quarter.
    """
    ordered = tuple(sorted(outcomes, key=lambda outcome: outcome.claim_id))
    for outcome in ordered:
        assumed[outcome.claim["unit_value"]]  # tells which one is missing
    grades = {outcome.claim_id: _grade(outcome, assumed) for outcome in ordered}
    early = _preliminary(shared_kpis, quarters)
    counted = frozenset(
        outcome.claim_id
        for outcome in ordered
        if outcome.is_known
        and GRADES.index(grades[outcome.claim_id]) <= GRADES.index(evidence_threshold)
        and outcome.claim.get("shared_kpi_id") not in early
    )
    draws = len(assumed[DISCOUNT_RATE]) if ordered else 0
    effects = {
        EFFECT + outcome.claim_id: outcome.effect.resized(
            generator(EFFECT + outcome.claim_id), draws
        )
        for outcome in ordered
        if outcome.is_known
    }
    amounts = dict(zip(pools["pool_id"], pools["amount_per_quarter"].astype(float), strict=True))
    inputs = {**assumed.draws, **effects}
    return Programme(
        ordered, grades, counted, inputs, amounts, costs_by_quarter, ceiling_room, assumed
    )


def _grade(outcome: Outcome, assumed: Assumed) -> str:
    """Grade of a claim: that of its evidence, and at best E without a source for its value."""
    grade = outcome.evidence.grade
    return (
        max(grade, _UNSOURCED) if outcome.claim["unit_value"] in assumed.without_source else grade
    )


def _preliminary(shared_kpis: pd.DataFrame, quarters: Quarters) -> set[str]:
    """Shared KPIs whose effect is judged later."""
    latest = shared_kpis.sort_values("version").drop_duplicates("shared_kpi_id", keep="last")
    return {
        row["shared_kpi_id"]
        for row in latest.to_dict("records")
        if is_preliminary(row["judged_on"], quarters)
    }


def ceiling_room(
    how_to_tickets_per_1000_accounts: Estimates, quarters: Quarters
) -> np.ndarray | None:
    """
    Tickets that may be claimed in each quarter: as many as the worst one on record, a tenth more.

    Parameters
    ----------
    how_to_tickets_per_1000_accounts : Estimates
        See :func:`shared_kpi.how_to_tickets_per_1000_accounts`; of all quarters on record.
    quarters : Quarters
        Quarters in which tickets are claimed.

    Returns
    -------
    ndarray or None
        None if no quarter is on record.
    """
    rows = how_to_tickets_per_1000_accounts.set_index("quarter")
    highest = rows["value"].max()
    if pd.isna(highest):
        return None
    here = rows.reindex(list(quarters))
    room = (CEILING * highest - here["value"].fillna(0.0)) * here["n"].fillna(0) / 1000
    return np.maximum(room.to_numpy(float), 0.0)


def claim_findings(
    programme: Programme, claims: pd.DataFrame, shared_kpis: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    What is the matter with claims and assumptions: why some do not count, and what weakens others.

    Parameters
    ----------
    programme : Programme
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`).
    shared_kpis : DataFrame
        One row per agreed KPI and version (:data:`contract.SHARED_KPIS`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        FINDINGS.
    """
    known = {outcome.claim_id: outcome for outcome in programme.outcomes}
    early = _preliminary(shared_kpis, quarters)
    found = []
    for claim in claims.to_dict("records"):
        name = str(claim["claim_id"])
        if name not in known:
            facts = {"metric": claim["metric"], "design": claim["design"]}
            found.append(finding(name, "claim_without_design", "fault", **facts))
        elif not known[name].is_known:
            found.append(finding(name, f"claim_{known[name].effect.status}", "note"))
        elif claim["shared_kpi_id"] in early:
            found.append(finding(name, "claim_preliminary", "note"))
        elif name not in programme.counted:
            grade = programme.grades[name]
            found.append(finding(name, "claim_below_threshold", "note", grade=grade))
    return findings([*found, *_used_findings(programme), *_limit_findings(programme)])


def _used_findings(programme: Programme) -> list[dict[str, object]]:
    """Assumptions that have expired or have no source."""
    assumed = programme.assumed
    expired = [
        finding(
            name,
            "assumption_expired",
            "warning",
            on=pd.Timestamp(assumed.rows["review_on"].loc[name]).date(),
            owner=str(assumed.rows["owner"].loc[name]),
        )
        for name in assumed.expired
    ]
    return expired + [
        finding(name, "assumption_without_source", "fault") for name in assumed.without_source
    ]


def _limit_findings(programme: Programme) -> list[dict[str, object]]:
    """Claims that were cut by overlap, pool or ceiling, and by how much."""
    if not programme.counted:
        return []
    flows = programme.drawn
    steps = (
        ("claim_counted_elsewhere", flows.gross, flows.distinct),
        ("claim_above_pool", flows.distinct, flows.capped),
        ("claim_above_ceiling", flows.capped, flows.kept),
    )
    found = []
    for name in sorted(programme.counted):
        for kind, before, after in steps:
            removed = float(np.median((before[name] - after[name]).sum(axis=0)))
            if removed >= _WORTH_TELLING:
                found.append(finding(name, kind, "warning", amount=removed))
    return found
