"""
Which revenue did the community touch? Credit by a rule, never a cause.

What the community *brought* is a question of evidence and stands with the return.
"""

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import by_quarter, exact_sum, metric, quarter_of_day
from tacheles.measurement.means import sums_by_quarter
from tacheles.quarter import Quarters

#: Kinds of channel that are the community's own (:data:`contract.TOOLS`).
_COMMUNITY_KINDS = ("forum", "chat")

#: Rules that share out the credit for a deal among its touches, by the place of a touch.
MODELS = ("first_touch", "last_touch", "linear", "position_based")

#: What the first and the last touch have in a position-based rule; those between share the rest.
_AT_THE_ENDS = 0.4


@metric(unit="share", better="none")
def attributed_revenue_share(
    deals: ir.Table, tools: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    Amount of the deals won in the quarter that a rule credits to the community, of their amount.

    Parameters
    ----------
    deals : ibis.Table
        One row per opportunity (:data:`contract.DEALS`).
    tools : DataFrame
        One row per channel or tool (:data:`contract.TOOLS`): a forum or chat is the community's.
    quarters : Quarters
        Quarters to report; a deal belongs to the quarter it was closed in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and rule in `segment`; `n` counts deals. [share]

    Notes
    -----
    Credit, not cause: the rules disagree about the same deals, which is why all are told.
    `first_touch` and `last_touch` give everything to one, `linear` the same to each,
    `position_based` 40 % each to the first and the last and the rest to those between (of two, half
    each). Deals without recorded touches or without an amount are left out and counted. Without a
    channel of the community in `tools` nobody can tell which touches were its own:
    `not_applicable`.
    """
    won = _won(deals, tools, quarters)
    rows = [_credited(won, model, quarters) for model in MODELS]
    told = pd.concat(rows, ignore_index=True)
    return _where_known(told, tools).sort_values("quarter", kind="stable", ignore_index=True)


@metric(unit="money", better="up")
def sourced_revenue(deals: ir.Table, tools: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Amount of the deals won in the quarter whose first touch was the community.

    Parameters
    ----------
    deals : ibis.Table
        One row per opportunity (:data:`contract.DEALS`); the amount is that of twelve months.
    tools : DataFrame
        One row per channel or tool (:data:`contract.TOOLS`): a forum or chat is the community's.
    quarters : Quarters
        Quarters to report; a deal belongs to the quarter it was closed in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts these deals. [money] A full count: no interval.

    Notes
    -----
    Credit, not cause. Part of :func:`influenced_revenue`, never to be added to it. Deals without
    recorded touches or an amount are left out and counted.
    """
    return _summed(deals, tools, quarters, "is_sourced")


@metric(unit="money", better="up")
def influenced_revenue(deals: ir.Table, tools: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Amount of the deals won in the quarter that the community touched at least once before.

    Parameters
    ----------
    deals : ibis.Table
        One row per opportunity (:data:`contract.DEALS`); the amount is that of twelve months.
    tools : DataFrame
        One row per channel or tool (:data:`contract.TOOLS`): a forum or chat is the community's.
    quarters : Quarters
        Quarters to report; a deal belongs to the quarter it was closed in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts these deals. [money] A full count: no interval.

    Notes
    -----
    Credit, not cause: other channels touched the same deals and can claim them as well. Deals
    without recorded touches or an amount are left out and counted.
    """
    return _summed(deals, tools, quarters, "is_influenced")


def _won(deals: ir.Table, tools: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """Deals won in the quarters, each with the community's part by every rule."""
    won = (
        deals.filter(_.stage == "won")
        .mutate(quarter=quarter_of_day(_.closed_on, quarters))
        .filter(_.quarter.notnull())
        .select("quarter", "deal_id", "account_id", "amount", "touches")
        .to_pandas()
        .sort_values("deal_id", ignore_index=True)  # so that sums are the same to the last bit
    )
    ours = {name.strip().casefold() for name in _channels(tools)}
    touches = [_listed(text) for text in won["touches"]]
    is_ours = [np.array([name in ours for name in names], dtype=bool) for names in touches]
    won["is_known"] = np.array([len(names) > 0 for names in touches], bool) & won["amount"].notna()
    won["is_influenced"] = np.array([which.any() for which in is_ours], bool)
    won["is_sourced"] = np.array([which[:1].any() for which in is_ours], bool)
    for model in MODELS:
        won[model] = np.array([_weights(len(which), model) @ which for which in is_ours], float)
    return won


def _channels(tools: pd.DataFrame) -> list[str]:
    """Names of the channels that are or were the community's own."""
    is_ours = tools["kind"].isin(_COMMUNITY_KINDS) & (tools["status"] != "planned")
    return list(tools.loc[is_ours, "name"])


def _listed(touches: str | None) -> list[str]:
    """Channels in their order, in small letters."""
    names = "" if pd.isna(touches) else str(touches)
    return [name.strip().casefold() for name in names.split(";") if name.strip()]


def _weights(touches: int, model: str) -> np.ndarray:
    """Each touch's part of the credit."""
    weights = np.zeros(touches)
    if touches == 0:
        return weights
    if model == "first_touch":
        weights[0] = 1
    elif model == "last_touch":
        weights[-1] = 1
    elif model == "linear" or touches <= 2:
        weights[:] = 1 / touches
    else:
        weights[:] = (1 - 2 * _AT_THE_ENDS) / (touches - 2)
        weights[[0, -1]] = _AT_THE_ENDS
    return weights


def _credited(won: pd.DataFrame, model: str, quarters: Quarters) -> pd.DataFrame:
    """The community's part of the amounts by one rule."""
    known = won[won["is_known"]]
    part = (known[model] * known["amount"]).groupby(known["quarter"]).sum()
    whole = known["amount"].groupby(known["quarter"]).sum()
    rows = _rows(won, known, quarters)
    share = (part / whole.where(whole > 0)).reindex(rows["quarter"]).to_numpy()
    is_ok = ~np.isnan(share)
    return rows.assign(segment=model, value=share, status=np.where(is_ok, "ok", "no_data"))


def _summed(deals: ir.Table, tools: pd.DataFrame, quarters: Quarters, which: str) -> pd.DataFrame:
    """Amounts of the deals that the community touched in one way."""
    won = _won(deals, tools, quarters)
    known = won[won["is_known"]]
    rows = _rows(won, known, quarters)
    touched = known[known[which]]
    amounts = touched["amount"].groupby(touched["quarter"]).sum()
    is_ok = rows["n"] > 0
    rows["value"] = rows["quarter"].map(amounts).fillna(0.0).where(is_ok)
    rows["n"] = rows["quarter"].map(touched["quarter"].value_counts()).fillna(0)
    rows["persons"] = rows["quarter"].map(_customers(touched)).fillna(0)
    return _where_known(rows.assign(status=np.where(is_ok, "ok", "no_data")), tools)


def _rows(won: pd.DataFrame, known: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """A row per quarter: deals counted and left out, and the customers behind them."""
    rows = pd.DataFrame({"quarter": list(quarters)})
    rows["n"] = rows["quarter"].map(known["quarter"].value_counts()).fillna(0)
    rows["left_out"] = rows["quarter"].map(won["quarter"].value_counts()).fillna(0) - rows["n"]
    return rows.assign(persons=rows["quarter"].map(_customers(known)).fillna(0))


def _customers(deals: pd.DataFrame) -> pd.Series:
    """Customers by quarter; a deal without one is a customer of its own."""
    return deals["account_id"].fillna(deals["deal_id"]).groupby(deals["quarter"]).nunique()


def _where_known(rows: pd.DataFrame, tools: pd.DataFrame) -> pd.DataFrame:
    """Rows without a number if no channel is known to be the community's."""
    if _channels(tools):
        return rows
    return rows.assign(value=np.nan, status="not_applicable")


@metric(unit="money", better="up")
def direct_revenue(revenue: ir.Table, costs: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Revenue of the quarter from events, courses and sponsorships, less what the events cost.

    Parameters
    ----------
    revenue : ibis.Table
        One row per customer, month and kind (:data:`contract.REVENUE`).
    costs : ibis.Table
        One row per month and category (:data:`contract.COSTS`): the category `events`.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts payments. [money] A full count: no interval.

    Notes
    -----
    The community's own income. Subscriptions are the product's, with or without a community. It can
    be negative. A quarter without any recorded revenue is `no_data`, whatever its events cost.
    """
    own = _.kind.isin(["event", "course", "sponsorship"]).fill_null(False)
    counted = by_quarter(
        revenue,
        "month",
        quarters,
        records=_.count(),
        n=own.sum(),
        persons=_.account_id.nunique(where=own),
    )
    earned = sums_by_quarter(revenue.filter(own), "month", quarters, earned=exact_sum(_.amount))
    spent = sums_by_quarter(
        costs.filter(_.category == "events"), "month", quarters, spent=exact_sum(_.amount)
    )
    rows = counted.merge(earned, on="quarter").merge(spent, on="quarter")
    is_ok = rows["records"] > 0
    return rows.assign(
        value=(rows["earned"] - rows["spent"]).where(is_ok),
        status=np.where(is_ok, "ok", "no_data"),
    )
