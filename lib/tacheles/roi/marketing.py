"""What marketing and sales got: customers who speak up, and deals that needed them."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import ANSWER_KINDS
from tacheles.estimate import metric, quarter_of, quarter_of_day, rates
from tacheles.quarter import Quarters


@metric(unit="acts", better="up")
def advocacy_acts(advocacy: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Acts by which customers spoke up for the company: case studies, references, reviews and more.

    Parameters
    ----------
    advocacy : ibis.Table
        One row per act of advocacy (:data:`contract.ADVOCACY`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and kind, `segment` the kind. A full count: no interval, and
        no euros: a case study is evidence, not revenue.
    """
    counted = (
        advocacy.mutate(quarter=quarter_of(_.acted_at, quarters))
        .filter(_.quarter.notnull())
        .group_by("quarter", "kind")
        .aggregate(
            value=_.count(),
            persons=ibis.greatest(_.account_id.nunique(), _.member_id.nunique()),
        )
        .to_pandas()
    )
    kinds = sorted(counted["kind"].unique())
    wanted = pd.MultiIndex.from_product([list(quarters), kinds], names=["quarter", "kind"])
    rows = counted.set_index(["quarter", "kind"]).reindex(wanted, fill_value=0).reset_index()
    rows = rows.rename(columns={"kind": "segment"}).assign(n=_n_of, status="ok")
    if len(rows):
        return rows
    return pd.DataFrame({"quarter": list(quarters), "persons": 0, "status": "no_data"})


def _n_of(rows: pd.DataFrame) -> pd.Series:
    return rows["value"].astype(int)


@metric(unit="share", better="up")
def reference_share(deals: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the decided opportunities that needed a reference in which a customer gave one.

    Parameters
    ----------
    deals : ibis.Table
        One row per opportunity (:data:`contract.DEALS`).
    quarters : Quarters
        Quarters to report; an opportunity belongs to the quarter in which it was decided.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter with its Wilson interval. [share]
    """
    return _of_decided(deals.filter(_.needed_reference.fill_null(False)), _.had_reference, quarters)


@metric(unit="share", better="up")
def win_rate(deals: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the opportunities decided in the quarter that were won.

    Parameters
    ----------
    deals : ibis.Table
        One row per opportunity (:data:`contract.DEALS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter with its Wilson interval. [share]
    """
    return _of_decided(deals, _.stage == "won", quarters)


def _of_decided(deals: ir.Table, has_property: ir.Value, quarters: Quarters) -> pd.DataFrame:
    """A share of the opportunities decided in each quarter."""
    decided = deals.filter(_.stage.isin(("won", "lost")), _.closed_on.notnull())
    counted = (
        decided.mutate(quarter=quarter_of_day(_.closed_on, quarters))
        .filter(_.quarter.notnull())
        .group_by("quarter")
        .aggregate(successes=has_property.fill_null(False).sum(), n=_.count())
        .to_pandas()
    )
    rows = pd.DataFrame({"quarter": list(quarters)}).merge(counted, how="left").fillna(0)
    rows[["successes", "n"]] = rows[["successes", "n"]].astype(int)
    return rates(rows.assign(left_out=0, persons=rows["n"]))


def advocates(
    members: ir.Table, accounts: ir.Table, posts: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Members who agreed to speak for the company, in random order, with what makes them fit.

    Parameters
    ----------
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): those with `advocacy_consent_at`.
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    quarters : Quarters
        Consent given before their end.

    Returns
    -------
    DataFrame
        One row per member: `member_id` (the pseudonym that only the source system resolves),
        `segment`, `size`, `customer_since`, `has_answered` (whether the member ever helped). No
        ranking: the order is drawn by chance, the same for the same quarter.
    """
    helped = posts.filter(_.kind.isin(ANSWER_KINDS), _.deleted_at.isnull())
    helped = helped.select("member_id").distinct().mutate(has_answered=ibis.literal(True))
    known = accounts.select(
        "account_id", "size", account_segment="segment", customer_since="started_on"
    )
    consented = members.filter(
        _.advocacy_consent_at.notnull(),
        _.advocacy_consent_at < ibis.literal(quarters.as_of),
        _.left_at.isnull(),
    )
    found = (
        consented.left_join(known, "account_id")
        .left_join(helped, "member_id")
        .mutate(
            segment=ibis.coalesce(_.account_segment, _.segment),
            has_answered=_.has_answered.fill_null(False),
        )
        .select("member_id", "segment", "size", "customer_since", "has_answered")
        .to_pandas()
        .sort_values("member_id")
    )
    rng = np.random.default_rng([*quarters.until.encode()])
    return found.iloc[rng.permutation(len(found))].reset_index(drop=True)
