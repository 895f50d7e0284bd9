"""Did the improvement work? Chance decided who got it, so the difference is the effect."""

import math
from datetime import datetime, timedelta
from statistics import NormalDist

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import LEVEL, metric
from tacheles.evidence.encouragement import randomised_encouragement
from tacheles.evidence.experiment import (
    FEWEST_TO_LOOK,
    Experiment,
    random_assignment,
    randomised_experiment,
    smallest_visible_difference,
)
from tacheles.quarter import Quarters

#: What the arm without the treatment is called.
_CONTROL = "control"

_SEED = 0

_COLUMNS = [
    *("quarter", "segment", "value", "low", "high", "level"),
    *("n", "left_out", "persons", "status", "grade"),
]


@metric(unit="visits_per_member", better="up")
def experiment_effect(
    experiments: ir.Table,
    members: ir.Table,
    activity: ir.Table,
    quarters: Quarters,
    *,
    days: int = 84,
) -> pd.DataFrame:
    """
    Visits more per member because of what an experiment's members were given by chance.

    Parameters
    ----------
    experiments : ibis.Table
        One row per unit and experiment (:data:`contract.EXPERIMENTS`); the arm `control` got
        nothing.
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): an experiment whose units are members counts.
    activity : ibis.Table
        One row per act (:data:`contract.ACTIVITY`): visits.
    quarters : Quarters
        An experiment is seen from the end of the last one.
    days : int, default 84
        How long after the assignment visits are counted, and before it for a member's usual. [d]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per experiment in `segment`, with its grade; `n` counts members.
        [visits per member]

    Notes
    -----
    Everybody assigned counts in the arm assigned, whatever they did with it (intention to treat).
    The difference is freed of what each member's own visits before explain (CUPED). Where the arms'
    sizes could hardly be chance, something lost members of one arm: `not_applicable`. Before
    `days` have passed for every member it is `not_mature`: who looks early takes
    :func:`experiment_effect_anytime`.
    """
    rows = []
    for name, units in _trials(experiments, members.select(known_id="member_id"), quarters):
        told = {"quarter": quarters.until, "segment": name, "persons": len(units)}
        if _is_young(units, days, quarters):
            rows.append(told | {"status": "not_mature", "left_out": len(units)})
            continue
        found = _compared(_visits(units, activity, days))
        rows.append(told | found.effect.row(grade=found.evidence.grade))
    return _told(rows, quarters)


@metric(unit="visits_per_member", better="up")
def experiment_effect_anytime(
    experiments: ir.Table,
    members: ir.Table,
    activity: ir.Table,
    quarters: Quarters,
    *,
    days: int = 28,
    pairs_expected: int = 500,
) -> pd.DataFrame:
    """
    Visits more per member, at whatever look: wrong in 5 of 100 at most, the usual interval in 33.

    Parameters
    ----------
    experiments : ibis.Table
        One row per unit and experiment (:data:`contract.EXPERIMENTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): an experiment whose units are members counts.
    activity : ibis.Table
        One row per act (:data:`contract.ACTIVITY`): visits.
    quarters : Quarters
        An experiment is seen from the end of the last one.
    days : int, default 28
        How long after the assignment visits are counted, and before it for a member's usual. [d]
    pairs_expected : int, default 500
        Pairs expected at the end, said before the start: the interval is narrowest around there.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per experiment in `segment`, with its grade; `n` counts pairs, the
        members of the smaller arm. [visits per member]

    Notes
    -----
    For experiments into which members come one after the other and at which somebody looks every
    week: the difference because of what chance gave them, with an anytime-valid interval. Without
    an effect this interval leaves out zero at some look in at most 5 of 100
    experiments, however often one looks; the usual 95 % interval does so in 33 of 100 with 50
    looks. The price is its width, nearly twice the usual. Members who have not had their `days`
    yet are left out and counted; with fewer than 100 pairs it is `not_mature`.
    """
    rows = []
    for name, units in _trials(experiments, members.select(known_id="member_id"), quarters):
        ripe = units[units["assigned_at"] <= quarters.as_of - timedelta(days=days)]
        told = {"quarter": quarters.until, "segment": name, "persons": len(ripe)}
        told["left_out"] = len(units) - len(ripe)
        rows.append(told | _looked_at(_visits(ripe, activity, days), pairs_expected))
    return _told(rows, quarters)


@metric(unit="share", better="none")
def experiment_variance_explained(
    experiments: ir.Table,
    members: ir.Table,
    activity: ir.Table,
    quarters: Quarters,
    *,
    days: int = 84,
) -> pd.DataFrame:
    """
    Share of the variance of an experiment's visits that members' own visits before it explain.

    Parameters
    ----------
    experiments, members, activity, quarters, days
        As in :func:`experiment_effect`.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per experiment in `segment`; `n` counts members. [share]

    Notes
    -----
    By as much CUPED reduces the variance of the difference: at 0.5 half the members would do. Where
    nobody's history is known it is 0.
    """
    rows = []
    for name, units in _trials(experiments, members.select(known_id="member_id"), quarters):
        told = {"quarter": quarters.until, "segment": name, "persons": len(units)}
        if _is_young(units, days, quarters):
            rows.append(told | {"status": "not_mature", "left_out": len(units)})
            continue
        explained = _compared(_visits(units, activity, days)).variance_reduction
        rows.append(told | {"value": explained, "n": len(units), "status": "ok"})
    return _told(rows, quarters)


def _looked_at(counted: pd.DataFrame, pairs_expected: int) -> dict[str, object]:
    """The difference so far with its anytime-valid interval."""
    is_treated = counted["is_treated"].to_numpy(bool)
    pairs = int(min(is_treated.sum(), (~is_treated).sum()))
    if pairs < FEWEST_TO_LOOK:
        return {"status": "not_mature", "n": pairs}
    found = _compared(counted)
    if found.evidence.is_stopped:
        return {"status": "not_applicable", "n": pairs, "grade": found.evidence.grade}
    pair_variance = found.pairs * found.difference.standard_error**2
    low, high = found.early_interval(pairs_expected * pair_variance, LEVEL)
    numbers = {"value": found.difference.value, "low": low, "high": high, "level": LEVEL}
    return numbers | {"n": pairs, "status": "ok", "grade": found.evidence.grade}


def _compared(counted: pd.DataFrame) -> Experiment:
    """The arms' difference, freed of what each unit's own history explains."""
    return randomised_experiment(
        counted["after"].to_numpy(float),
        counted["is_treated"].to_numpy(bool),
        np.random.default_rng(_SEED),
        history=counted["before"].to_numpy(float),
    )


@metric(unit="tickets_per_account", better="down")
def invitation_effect(
    experiments: ir.Table,
    accounts: ir.Table,
    tickets: ir.Table,
    quarters: Quarters,
    *,
    days: int = 365,
    category: str = "how_to",
) -> pd.DataFrame:
    """
    Tickets more per customer because the customer was invited by chance (intention to treat).

    Parameters
    ----------
    experiments : ibis.Table
        One row per unit and experiment (:data:`contract.EXPERIMENTS`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`): an experiment whose units are customers
        counts.
    tickets : ibis.Table
        One row per ticket (:data:`contract.TICKETS`).
    quarters : Quarters
        An invitation is seen from the end of the last one.
    days : int, default 365
        How long after the invitation tickets are counted. [d]
    category : str, default how_to
        Which tickets.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per experiment in `segment`, with its grade; `n` counts customers.
        [tickets per customer]

    Notes
    -----
    Everybody counts as invited or not, whether or not they came. Where the numbers of invited and
    others could hardly be chance: `not_applicable`. Before `days` have passed: `not_mature`.
    """
    return _encouraged(experiments, accounts, tickets, quarters, days, category, "invitation")


@metric(unit="tickets_per_account", better="down")
def joining_effect_by_invitation(
    experiments: ir.Table,
    accounts: ir.Table,
    tickets: ir.Table,
    quarters: Quarters,
    *,
    days: int = 365,
    category: str = "how_to",
) -> pd.DataFrame:
    """
    Tickets more per customer who joined only because of the invitation (local average effect).

    Parameters
    ----------
    experiments, accounts, tickets, quarters, days, category
        As in :func:`invitation_effect`; who joined has an `exposed_at` within `days`.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per experiment in `segment`, with its grade; `n` counts customers.
        [tickets per customer]

    Notes
    -----
    The interval is Anderson and Rubin's, right however few the invitation moved; where they are too
    few it has no limits: `not_applicable`. It is assumed that the invitation changes tickets only
    by joining, which no data can show. It says nothing of those who would have joined anyway.
    """
    return _encouraged(experiments, accounts, tickets, quarters, days, category, "use")


def drawn_invitations(
    accounts: ir.Table,
    quarters: Quarters,
    *,
    experiment: str,
    seed: int,
    share: float = 0.5,
    drawn_at: datetime | None = None,
) -> pd.DataFrame:
    """
    Draw by chance which of the customers outside the community are invited.

    Parameters
    ----------
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    quarters : Quarters
        Customers are those of the end of the last one.
    experiment : str
        Name of the experiment.
    seed : int
        Written down before the drawing: the same seed draws the same customers.
    share : float, default 0.5
        Share that is invited, within customers of the same size.
    drawn_at : datetime, optional
        Moment of the drawing, from which on effects are counted; by default `quarters.as_of`. [UTC]

    Returns
    -------
    DataFrame
        Rows of `experiments` (:data:`contract.EXPERIMENTS`), the arms `invited` and `control`, to
        be saved before anybody is written to.
    """
    day = ibis.literal(quarters.calendar.day_of(quarters.as_of))
    may = accounts.filter(
        _.started_on <= day,
        (_.ended_on > day).fill_null(True),
        _.first_community_at.isnull(),
    )
    units = may.select("account_id", size=_.size.fill_null("")).to_pandas()
    units = units.set_index("account_id").sort_index()
    is_drawn = random_assignment(units, seed, share=share, strata="size")
    return pd.DataFrame(
        {
            "experiment_id": experiment,
            "unit_id": units.index,
            "arm": np.where(is_drawn.loc[units.index], "invited", _CONTROL),
            "assigned_at": drawn_at or quarters.as_of,
            "exposed_at": pd.NaT,
        }
    )


def _encouraged(
    experiments: ir.Table,
    accounts: ir.Table,
    tickets: ir.Table,
    quarters: Quarters,
    days: int,
    category: str,
    which: str,
) -> pd.DataFrame:
    """One of the effects of an invitation, per experiment."""
    rows = []
    wanted = tickets.filter(_.category == category, _.account_id.notnull()).select(
        happened_at="created_at", owner_id="account_id"
    )
    for name, units in _trials(experiments, accounts.select(known_id="account_id"), quarters):
        told = {"quarter": quarters.until, "segment": name, "persons": len(units)}
        if _is_young(units, days, quarters):
            rows.append(told | {"status": "not_mature", "left_out": len(units)})
            continue
        counted = _counted(units, wanted, days)
        uses = counted["exposed_at"] <= counted["assigned_at"] + timedelta(days=days)
        found = randomised_encouragement(
            counted["after"].to_numpy(float),
            uses.to_numpy(float),
            counted["is_treated"].to_numpy(),
            np.random.default_rng(_SEED),
        )
        rows.append(told | getattr(found, which).row(grade=found.evidence.grade))
    return _told(rows, quarters)


def _trials(
    experiments: ir.Table, known: ir.Table, quarters: Quarters
) -> list[tuple[str, pd.DataFrame]]:
    """Experiments with two arms whose units are known, each with its units, the oldest first."""
    units = (
        experiments.semi_join(known, _.unit_id == known.known_id)
        .filter(_.assigned_at < ibis.literal(quarters.wall))
        .select("experiment_id", "unit_id", "arm", "assigned_at", "exposed_at")
        .to_pandas()
        .assign(is_treated=lambda rows: rows["arm"] != _CONTROL)
        .sort_values(["assigned_at", "experiment_id", "unit_id"])
    )
    whole = [(str(name), part) for name, part in units.groupby("experiment_id", sort=False)]
    return [(name, part) for name, part in whole if part["is_treated"].nunique() == 2]


def _is_young(units: pd.DataFrame, days: int, quarters: Quarters) -> bool:
    """Whether somebody has not had all the days yet."""
    return bool(units["assigned_at"].max() > quarters.as_of - timedelta(days=days))


def _visits(units: pd.DataFrame, activity: ir.Table, days: int) -> pd.DataFrame:
    """Visits of each member, before and after the assignment."""
    visits = activity.filter(_.type == "visit").select(happened_at="acted_at", owner_id="member_id")
    return _counted(units, visits, days)


def _counted(units: pd.DataFrame, events: ir.Table, days: int) -> pd.DataFrame:
    """Units with how many of their events lie in the `days` before and after the assignment."""
    if units.empty:
        return units.assign(before=0.0, after=0.0)
    those = ibis.memtable(units[["unit_id", "assigned_at"]])
    span = days * 86400
    since = _.happened_at.delta(_.assigned_at, unit="second")
    found = (
        events.join(those, events.owner_id == those.unit_id)
        .group_by("unit_id")
        .aggregate(
            before=((since < 0) & (since >= -span)).sum(),
            after=((since >= 0) & (since < span)).sum(),
        )
        .to_pandas()
        .set_index("unit_id")
    )
    numbers = {side: units["unit_id"].map(found[side]).fillna(0.0) for side in ("before", "after")}
    return units.assign(**numbers)


def _told(rows: list[dict[str, object]], quarters: Quarters) -> pd.DataFrame:
    """The experiments' rows; without one a row that says so."""
    nothing = {"quarter": quarters.until, "persons": 0, "status": "no_data"}
    return pd.DataFrame(rows or [nothing]).reindex(columns=_COLUMNS)


def smallest_visible_effect(estimate: pd.Series, units: int) -> float:
    """
    Smallest difference that two groups of so many units together would show (80 %, 5 % one-sided).

    Parameters
    ----------
    estimate : Series
        A row of ESTIMATES with an interval: how much its units vary.
    units : int
        Units of both groups together.
    """
    score = NormalDist().inv_cdf((1 + estimate["level"]) / 2)
    deviation = (estimate["high"] - estimate["low"]) / 2 / score * math.sqrt(estimate["n"])
    return smallest_visible_difference(deviation, units // 2, units - units // 2)
