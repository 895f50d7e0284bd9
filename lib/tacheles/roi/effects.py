"""What each claim changed, as figures: effects with their grades, and the units they came to."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from tacheles.estimate import metric
from tacheles.evidence import LEVEL
from tacheles.quarter import Quarters
from tacheles.roi.claims import Programme
from tacheles.roi.outcome import Outcome, rows_or_none

#: Metrics of claims on tickets that were measured.
TICKETS = ("how_to_tickets_per_1000_accounts", "how_to_tickets")

#: Shares below the limits of an interval and its middle.
_LIMITS = [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]


def _changes(
    outcomes: Iterable[Outcome], quarters: Quarters, *designs: str, metrics: tuple[str, ...]
) -> pd.DataFrame:
    """Effects of the claims of a kind as rows, one per claim."""
    rows = [
        outcome.change.row(
            grade=outcome.evidence.grade,
            quarter=quarters.until,
            segment=outcome.claim_id,
            persons=outcome.persons,
        )
        for outcome in outcomes
        if outcome.evidence.design in designs and outcome.metric in metrics
    ]
    return rows_or_none(rows, quarters)


@metric(unit="share", better="down")
def tickets_change_over_time(outcomes: Sequence[Outcome], quarters: Quarters) -> pd.DataFrame:
    """
    Change of how-to tickets since the intervention, against what past and controls let expect.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What each claim changed (:func:`effects.tickets_over_time`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim, `segment` its id, with its 90 % interval and grade. [share]
    """
    designs = "interrupted_time_series", "time_series_without_controls"
    return _changes(outcomes, quarters, *designs, metrics=TICKETS)


@metric(unit="share", better="down")
def tickets_change_of_joiners(outcomes: Sequence[Outcome], quarters: Quarters) -> pd.DataFrame:
    """
    Change of an account's how-to tickets since it joined, against those that had not joined yet.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What each claim changed (:func:`effects.tickets_over_accounts`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim, `segment` its id, with its 90 % interval and grade. [share]
    """
    return _changes(outcomes, quarters, "difference_in_differences", metrics=TICKETS)


@metric(unit="share", better="up")
def renewal_difference(outcomes: Sequence[Outcome], quarters: Quarters) -> pd.DataFrame:
    """
    Share of due contracts that were renewed because the customer had joined the community.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What each claim changed (:func:`effects.renewals_compared`, `renewals_encouraged`,
        `measured_by_experiment`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim, `segment` its id, with its 90 % interval and grade. [share]
    """
    designs = "matched_comparison", "encouragement", "experiment"
    return _changes(outcomes, quarters, *designs, metrics=("renewal_rate",))


@metric(unit="share", better="up")
def win_rate_difference(outcomes: Sequence[Outcome], quarters: Quarters) -> pd.DataFrame:
    """
    Share of deals with a reference that were won because of it, against comparable deals without.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What each claim changed (:func:`effects.deals_compared`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim, `segment` its id, with its 90 % interval and grade. [share]
    """
    return _changes(outcomes, quarters, "matched_comparison", metrics=("win_rate",))


@metric(unit="share", better="up")
def revenue_change_of_joiners(outcomes: Sequence[Outcome], quarters: Quarters) -> pd.DataFrame:
    """
    Change of what an account pays since it joined, against those that had not joined yet.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What each claim changed (:func:`effects.revenue_over_accounts`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim, `segment` its id, with its 90 % interval and grade. [share]
    """
    return _changes(outcomes, quarters, "difference_in_differences", metrics=("revenue",))


@metric(unit="tickets_per_account", better="down")
def ticket_difference_by_experiment(
    outcomes: Sequence[Outcome], quarters: Quarters
) -> pd.DataFrame:
    """
    How-to tickets more per account because of what chance gave it, against those without it.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What each claim changed (:func:`by_experiment.measured_by_experiment`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim, `segment` its id, with its 90 % interval and grade; of the
        days since the assignment, at most the claim's horizon. [tickets per customer]
    """
    return _changes(outcomes, quarters, "experiment", metrics=TICKETS)


@metric(unit="money", better="up")
def revenue_difference_by_experiment(
    outcomes: Sequence[Outcome], quarters: Quarters
) -> pd.DataFrame:
    """
    Subscriptions that an account pays more because of what chance gave it, against those without.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What each claim changed (:func:`by_experiment.measured_by_experiment`).
    quarters : Quarters

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim, `segment` its id, with its 90 % interval and grade; of the
        days since the assignment, at most the claim's horizon. [currency]
    """
    return _changes(outcomes, quarters, "experiment", metrics=("revenue",))


def _units(programme: Programme, quarters: Quarters, metrics: tuple[str, ...]) -> pd.DataFrame:
    """Units that claims of a kind gained, by quarter, with the interval of the effect."""
    rows = []
    for outcome in programme.outcomes:
        if outcome.metric not in metrics or outcome.multiplier:
            continue
        gained = programme.units(outcome, programme.inputs) if outcome.is_known else None
        for place, name in enumerate(quarters):
            row = {"quarter": name, "segment": outcome.claim_id, "persons": outcome.persons}
            row |= {"grade": programme.grades[outcome.claim_id], "status": outcome.effect.status}
            if gained is not None:
                low, middle, high = np.quantile(
                    gained[place], [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]
                )
                row |= {"value": middle, "low": low, "high": high, "level": LEVEL}
                row["n"] = round(outcome.base[place])
            rows.append(row)
    return rows_or_none(rows, quarters)


@metric(unit="tickets", better="up")
def avoided_tickets(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    How-to tickets that would have come in the quarter without the community: expected less seen.

    Parameters
    ----------
    programme : Programme
        The claims (:func:`programme`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim on tickets and quarter, `segment` its id, with its 90 %
        interval; negative if there were more. `n` counts the tickets observed. [tickets]
    """
    return _units(programme, quarters, TICKETS)


@metric(unit="contracts", better="up")
def contracts_kept(programme: Programme, quarters: Quarters) -> pd.DataFrame:
    """
    Contracts due in the quarter that were kept because the customer had joined the community.

    Parameters
    ----------
    programme : Programme
        The claims (:func:`programme`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per claim on renewals and quarter, `segment` its id, with its 90 %
        interval. `n` counts the contracts of members that were due. [contracts]
    """
    return _units(programme, quarters, ("renewal_rate",))
