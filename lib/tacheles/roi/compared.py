"""Yes or no: contracts renewed and deals won, against comparable ones or by invitation."""

from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.evidence import (
    matched_comparison,
    randomised_encouragement,
)
from tacheles.quarter import Quarters
from tacheles.roi.money import generator
from tacheles.roi.outcome import Outcome, claims_of, counted_by_quarter
from tacheles.roi.over_accounts import by_account_and_month, whole_months
from tacheles.roi.spans import local_day, local_days

#: Months from which a customer is described before it joined.
_DESCRIBED = 3


def renewals_compared(
    claims: pd.DataFrame,
    renewals: ir.Table,
    accounts: ir.Table,
    usage: ir.Table,
    tickets: ir.Table,
    quarters: Quarters,
) -> list[Outcome]:
    """
    Contracts kept because a customer had joined, against comparable customers that had not.

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`): those on `renewal_rate` that rest on a
        matched comparison.
    renewals : ibis.Table
        One row per account and due date (:data:`contract.RENEWALS`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    usage, tickets : ibis.Table
        Use of the product and support tickets: describe customers before they joined.
    quarters : Quarters
        Contracts due in these.

    Returns
    -------
    list of Outcome
        One per claim; `study` is the :class:`evidence.MatchedComparison`.

    Notes
    -----
    Customers are described by segment, size, care, tenure, and by use of the product and tickets in
    their first three months on record; those that joined within these are left out. There is no
    placebo: whoever is due again has renewed before, joined or not.
    """
    outcomes = []
    for claim in claims_of(claims, ("renewal_rate",), "matched_comparison"):
        due = _due(renewals, accounts, usage, tickets, quarters)
        if due.empty or not due["has_joined"].any():
            outcomes.append(Outcome.missing(claim, quarters, "no_data"))
            continue
        described = due[due["is_described"]]
        found = matched_comparison(
            described["renewed"].astype(float),
            described["has_joined"],
            described[["tenure", "segment", "size", "csm_tier", "usage", "tickets"]],
            generator(claim["claim_id"]),
        )
        joined = due[due["has_joined"]]
        outcomes.append(
            Outcome(
                claim=claim,
                base=counted_by_quarter(joined["due_on"], np.ones(len(joined)), claim, quarters),
                effect=found.effect,
                change=found.effect,
                evidence=found.evidence,
                persons=int(joined["account_id"].nunique()),
                by_account=joined.groupby("account_id").size().astype(float),
                study=found,
            )
        )
    return outcomes


def _due(
    renewals: ir.Table, accounts: ir.Table, usage: ir.Table, tickets: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """Contracts due in the quarters, with what was known of each customer before it joined."""
    borders = quarters.first_days
    end = local_day(quarters.as_of, quarters)
    due = (
        renewals.filter(
            _.due_on >= ibis.literal(borders[0]),
            _.due_on < ibis.literal(min(borders[-1], end)),
        )
        .select("account_id", "due_on", "renewed")
        .join(accounts, "account_id")
        .to_pandas()
    )
    due["due_on"] = pd.to_datetime(due["due_on"])
    joined_on = local_days(due["first_community_at"], quarters)
    due["has_joined"] = joined_on < due["due_on"]
    due["tenure"] = (due["due_on"] - pd.to_datetime(due["started_on"])).dt.days / 365.25
    described = [
        _first_months(table, column, quarters, amount)
        for table, column, amount in ((usage, "month", "amount"), (tickets, "created_at", ""))
    ]
    for name, table in zip(("usage", "tickets"), described, strict=True):
        due[name] = due["account_id"].map(table["mean"]) if len(table) else 0.0
    until = due["account_id"].map(described[0]["until"]) if len(described[0]) else pd.NaT
    due["is_described"] = (joined_on.isna() | (joined_on >= until)).to_numpy(bool)
    return due.sort_values(["account_id", "due_on"]).reset_index(drop=True)


def _first_months(events: ir.Table, happened: str, quarters: Quarters, amount: str) -> pd.DataFrame:
    """Mean of each account over its first months on record, and the day on which they end."""
    firsts = whole_months(events, happened, quarters)
    if len(firsts) <= _DESCRIBED:
        return pd.DataFrame({"mean": [], "until": []})
    by_month = by_account_and_month(events, happened, firsts, quarters, amount)
    first = by_month.groupby("account_id")["place"].min()
    early = by_month[by_month["place"] < by_month["account_id"].map(first) + _DESCRIBED]
    ends = pd.DatetimeIndex(firsts)[np.minimum(first.to_numpy() + _DESCRIBED, len(firsts) - 1)]
    mean = early.groupby("account_id")["many"].sum() / _DESCRIBED
    return pd.DataFrame({"mean": np.log1p(mean), "until": pd.Series(ends, first.index)})


def renewals_encouraged(
    claims: pd.DataFrame,
    renewals: ir.Table,
    accounts: ir.Table,
    experiments: ir.Table,
    quarters: Quarters,
) -> list[Outcome]:
    """
    Contracts kept by those whom a random invitation moved to join.

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`): those on `renewal_rate` that rest on
        encouragement; `population` names the experiment, its arm `control` was not invited.
    renewals : ibis.Table
        One row per account and due date (:data:`contract.RENEWALS`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    experiments : ibis.Table
        One row per unit and experiment (:data:`contract.EXPERIMENTS`); units are accounts.
    quarters : Quarters
        Contracts due in these are counted; all due since the invitation teach the effect.

    Returns
    -------
    list of Outcome
        One per claim; `study` is the :class:`evidence.Encouragement`.

    Notes
    -----
    Each account's first contract due after the invitation is its outcome. If the invitation moved
    too few, the effect of joining has no limit: `not_applicable`.
    """
    outcomes = []
    for claim in claims_of(claims, ("renewal_rate",), "encouragement"):
        units = _invited(claim["population"], renewals, accounts, experiments, quarters)
        if units.empty or units["is_invited"].nunique() < 2:
            outcomes.append(Outcome.missing(claim, quarters, "no_data"))
            continue
        found = randomised_encouragement(
            units["renewed"].to_numpy(float),
            units["has_joined"].to_numpy(float),
            units["is_invited"].to_numpy(bool),
            generator(claim["claim_id"]),
        )
        joined = units[units["has_joined"]]
        outcomes.append(
            Outcome(
                claim=claim,
                base=counted_by_quarter(joined["due_on"], np.ones(len(joined)), claim, quarters),
                effect=found.use,
                change=found.use,
                evidence=found.evidence,
                persons=len(units),
                by_account=joined.groupby("account_id").size().astype(float),
                study=found,
            )
        )
    return outcomes


def _invited(
    experiment: Any,
    renewals: ir.Table,
    accounts: ir.Table,
    experiments: ir.Table,
    quarters: Quarters,
) -> pd.DataFrame:
    """Units of an experiment with the first contract that was due after their assignment."""
    units = (
        experiments.filter(_.experiment_id == str(experiment))
        .select("arm", "assigned_at", account_id="unit_id")
        .join(accounts.select("account_id", "first_community_at"), "account_id")
        .to_pandas()
    )
    due = first_due(renewals, units, quarters)
    joined_on = local_days(due["first_community_at"], quarters)
    return due.assign(is_invited=due["arm"] != "control", has_joined=joined_on < due["due_on"])


def first_due(renewals: ir.Table, units: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Units with the first contract that was due after their assignment; those without one are left.

    Parameters
    ----------
    renewals : ibis.Table
        One row per account and due date (:data:`contract.RENEWALS`).
    units : DataFrame
        One row per account, with `assigned_at`.
    quarters : Quarters
        Contracts due before their end.
    """
    end = min(quarters.first_days[-1], local_day(quarters.as_of, quarters))
    due = renewals.filter(_.due_on < ibis.literal(end)).select("account_id", "due_on", "renewed")
    due = due.to_pandas().merge(units, on="account_id")
    due["due_on"] = pd.to_datetime(due["due_on"])
    due = due[due["due_on"] > pd.to_datetime(due["assigned_at"])]
    return due.sort_values(["account_id", "due_on"]).drop_duplicates("account_id")


def deals_compared(claims: pd.DataFrame, deals: ir.Table, quarters: Quarters) -> list[Outcome]:
    """
    Deals won because of a reference, against comparable deals that needed one and had none.

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`): those on `win_rate` that rest on a
        matched comparison.
    deals : ibis.Table
        One row per opportunity (:data:`contract.DEALS`): those decided that needed a reference.
    quarters : Quarters
        Deals decided in these are counted; all on record teach the effect.

    Returns
    -------
    list of Outcome
        One per claim; `study` is the :class:`evidence.MatchedComparison`.

    Notes
    -----
    Compared are deals of the same source, amount, calendar month and kind of buyer, new or known.
    """
    outcomes = []
    for claim in claims_of(claims, ("win_rate",), "matched_comparison"):
        decided = (
            deals.filter(
                _.needed_reference.fill_null(False),
                _.stage.isin(("won", "lost")),
                _.had_reference.notnull(),
            )
            .select(
                "deal_id", "stage", "closed_on", "created_on", "amount", "source", "had_reference"
            )
            .to_pandas()
            .sort_values("deal_id")
            .reset_index(drop=True)
        )
        if decided.empty or decided["had_reference"].nunique() < 2:
            outcomes.append(Outcome.missing(claim, quarters, "no_data"))
            continue
        covariates = pd.DataFrame(
            {
                "source": decided["source"].astype("object"),
                "amount": np.log1p(decided["amount"].astype(float)),
                "created": pd.to_datetime(decided["created_on"]).astype("int64") / 1e18,
            }
        )
        has_reference = decided["had_reference"].astype(bool)
        found = matched_comparison(
            (decided["stage"] == "won").astype(float),
            has_reference,
            covariates,
            generator(claim["claim_id"]),
        )
        closed = decided.loc[has_reference, "closed_on"]
        outcomes.append(
            Outcome(
                claim=claim,
                base=counted_by_quarter(
                    pd.to_datetime(closed), np.ones(len(closed)), claim, quarters
                ),
                effect=found.effect,
                change=found.effect,
                evidence=found.evidence,
                persons=int(has_reference.sum()),
                study=found,
            )
        )
    return outcomes
