"""What customer success got: more customers cared for with the same people."""

from collections.abc import Collection

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import ANSWER_KINDS, ASKING_KINDS
from tacheles.estimate import exact_sum, metric, quarter_of, quarter_of_day, rates
from tacheles.quarter import Quarters
from tacheles.roi.money import DISCOUNT_RATE, Assumed
from tacheles.roi.partner import of_partner
from tacheles.roi.spans import customers, local_day


@metric(unit="share", better="up")
def scaled_coverage(
    accounts: ir.Table,
    members: ir.Table,
    posts: ir.Table,
    activity: ir.Table,
    quarters: Quarters,
) -> pd.DataFrame:
    """
    Share of customers without a customer success manager whom the community helped in the quarter.

    Parameters
    ----------
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`): those without a named manager.
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells the account.
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`): answers that a member got.
    activity : ibis.Table
        One row per act (:data:`contract.ACTIVITY`): threads read, events attended.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts customers, `left_out` those whose care is not
        known. [share]

    Notes
    -----
    Helped is an account if a member of it got an answer by somebody else, read a thread or attended
    an event in the quarter; searching or visiting alone is not enough.
    """
    uncared = accounts.filter((_.csm_tier != "named").fill_null(False))
    helped = _helped(members, posts, activity, quarters)
    unknown = accounts.filter(_.csm_tier.isnull())
    cared_by_nobody = uncared.select("account_id", "ended_on")
    reached = (
        helped.join(cared_by_nobody, "account_id")
        .filter(_.ended_on.isnull() | (_.at < _.ended_on.cast("timestamp")))
        .group_by("quarter")
        .aggregate(successes=_.account_id.nunique())
        .to_pandas()
        .set_index("quarter")["successes"]
    )
    rows = pd.DataFrame({"quarter": list(quarters)})
    rows["n"] = rows["persons"] = customers(uncared, quarters)
    rows["left_out"] = customers(unknown, quarters)
    rows["successes"] = reached.reindex(list(quarters), fill_value=0).to_numpy(int)
    return rates(rows)


def _helped(members: ir.Table, posts: ir.Table, activity: ir.Table, quarters: Quarters) -> ir.Table:
    """Account and quarter of everybody who got an answer, read a thread or attended an event."""
    opened = posts.filter(_.kind.isin(ASKING_KINDS), _.post_id == _.thread_id)
    opened = opened.select("thread_id", asker="member_id")
    answers = posts.filter(_.kind.isin(ANSWER_KINDS), _.deleted_at.isnull())
    answered = (
        answers.join(opened, "thread_id")
        .filter((_.member_id != _.asker).fill_null(True))
        .select(member_id="asker", at="posted_at")
    )
    used = activity.filter(_.type.isin(("read", "attend"))).select("member_id", at="acted_at")
    acts = answered.union(used).mutate(quarter=quarter_of(_.at, quarters))
    known = members.filter(_.account_id.notnull()).select("member_id", "account_id")
    return acts.filter(_.quarter.notnull()).join(known, "member_id")


@metric(unit="share", better="up")
def renewal_rate_by_care(
    renewals: ir.Table, accounts: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of due contracts renewed: members without a named manager, and customers with one.

    Parameters
    ----------
    renewals : ibis.Table
        One row per account and due date (:data:`contract.RENEWALS`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, two rows per quarter, `segment` community_care and named_care. [share]

    Notes
    -----
    A description and never an effect: large customers have a manager, and those who join are not
    like those who do not. `left_out` counts contracts of neither.
    """
    due = _of_care(renewals, accounts, "due_on", quarters)
    counted = (
        due.group_by("quarter", "segment")
        .aggregate(successes=_.renewed.sum(), n=_.count(), persons=_.account_id.nunique())
        .to_pandas()
    )
    return rates(_each_care(counted, quarters).assign(left_out=0))


@metric(unit="tickets_per_account", better="down")
def how_to_tickets_by_care(
    tickets: ir.Table,
    accounts: ir.Table,
    how_to_categories: Collection[str],
    quarters: Quarters,
) -> pd.DataFrame:
    """
    How-to tickets per customer: members without a named manager, and customers with one.

    Parameters
    ----------
    tickets : ibis.Table
        One row per support ticket (:data:`contract.TICKETS`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    how_to_categories : collection of str
        Categories of tickets that ask how something is done.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, two rows per quarter, `segment` community_care and named_care; `n` counts
        customers. A full count: no interval.

    Notes
    -----
    A description and never an effect. Members are those who had joined when the quarter began.
    """
    asked = tickets.filter(_.category.isin(how_to_categories))
    cared = _of_care(asked, accounts, "created_at", quarters)
    counted = cared.group_by("quarter", "segment").aggregate(many=_.count()).to_pandas()
    rows = _each_care(counted, quarters)
    named = customers(accounts.filter(_.csm_tier == "named"), quarters)
    uncared = accounts.filter((_.csm_tier != "named").fill_null(False))
    joined = [
        customers(uncared.filter(_.first_community_at < ibis.literal(start)), quarters)[place]
        for place, start in enumerate(quarters.borders[:-1])
    ]
    sizes = {"named_care": named, "community_care": joined}
    rows["n"] = rows["persons"] = [
        sizes[segment][list(quarters).index(name)]
        for name, segment in zip(rows["quarter"], rows["segment"], strict=True)
    ]
    some = rows["n"] > 0
    return rows.assign(
        value=(rows["many"] / rows["n"].where(some)).astype(float),
        status=np.where(some, "ok", "no_data"),
    )


def _of_care(events: ir.Table, accounts: ir.Table, happened: str, quarters: Quarters) -> ir.Table:
    """Events of customers with a named manager, and of members without one, by quarter."""
    at = events[happened]
    quarter = quarter_of_day if at.type().is_date() else quarter_of
    known = accounts.select("account_id", "csm_tier", "first_community_at")
    begins = ibis.cases(
        *(
            (_.quarter == name, ibis.literal(start))
            for name, start in zip(quarters, quarters.borders, strict=False)
        )
    )
    is_member = (_.csm_tier != "named") & (_.first_community_at < begins)
    segment = ibis.cases(
        (_.csm_tier == "named", "named_care"), (is_member, "community_care"), else_=None
    )
    return (
        events.mutate(quarter=quarter(at, quarters))
        .filter(_.quarter.notnull())
        .join(known, "account_id")
        .mutate(segment=segment)
        .filter(_.segment.notnull())
    )


def _each_care(counted: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """A row for each quarter and kind of care, zeros where nothing happened."""
    wanted = pd.MultiIndex.from_product(
        [list(quarters), ["community_care", "named_care"]], names=["quarter", "segment"]
    )
    rows = counted.set_index(["quarter", "segment"]).reindex(wanted, fill_value=0)
    return rows.astype("int64").reset_index()


@metric(unit="accounts", better="up")
def accounts_per_csm(
    partner_metrics: ir.Table, accounts: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Customers for each post in customer success: capacity, and no cash.

    Parameters
    ----------
    partner_metrics : ibis.Table
        One row per department, metric and month (:data:`contract.PARTNER_METRICS`): `csm_posts`.
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter: customers of the quarter by the mean of its months' posts.
    """
    posts = of_partner(partner_metrics, "csm_posts", quarters)["mean"].to_numpy(float)
    cared = np.array(customers(accounts, quarters))
    some = (posts > 0) & (cared > 0)
    return pd.DataFrame(
        {
            "quarter": list(quarters),
            "value": np.where(some, cared / np.where(some, posts, 1), np.nan),
            "n": cared,
            "persons": cared,
            "status": np.where(some, "ok", "no_data"),
        }
    )


@metric(unit="money", better="up")
def customer_lifetime_value(
    revenue: ir.Table, renewals: ir.Table, assumed: Assumed, quarters: Quarters
) -> pd.DataFrame:
    """
    Margin that a customer brings until it goes, discounted, at the quarter's prices and renewals.

    Parameters
    ----------
    revenue : ibis.Table
        One row per account, month and kind (:data:`contract.REVENUE`).
    renewals : ibis.Table
        One row per account and due date (:data:`contract.RENEWALS`).
    assumed : Assumed
        What is assumed (:func:`money.assumed`): the discount rate, and `A_contribution_margin`
        where a row of revenue has no margin of its own.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts customers that paid. [currency]

    Notes
    -----
    Yearly margin m, renewed each year with probability q, discounted at r: m / (1 − q / (1 + r)).
    It says what a customer is worth, and nothing about why it stays.
    """
    if "A_contribution_margin" not in assumed:
        return pd.DataFrame({"quarter": list(quarters), "persons": 0, "status": "no_data"})
    margin = ibis.coalesce(_.margin_rate, assumed.value("A_contribution_margin"))
    paid = (
        revenue.mutate(quarter=quarter_of_day(_.month, quarters))
        .filter(_.quarter.notnull())
        .group_by("quarter")
        .aggregate(margin=exact_sum(_.amount * margin), customers=_.account_id.nunique())
        .to_pandas()
        .set_index("quarter")
        .reindex(list(quarters))
    )
    due = renewals.mutate(quarter=quarter_of_day(_.due_on, quarters)).filter(
        _.quarter.notnull(), _.due_on < ibis.literal(local_day(quarters.as_of, quarters))
    )
    kept = due.group_by("quarter").aggregate(rate=_.renewed.cast("float64").mean()).to_pandas()
    rate = kept.set_index("quarter")["rate"].reindex(list(quarters)).to_numpy(float)
    yearly = 4 * (paid["margin"] / paid["customers"]).to_numpy(float)
    value = lifetime_value(yearly, rate, assumed.value(DISCOUNT_RATE))
    some = ~np.isnan(value)
    paying = paid["customers"].fillna(0).astype(int).to_numpy()
    return pd.DataFrame(
        {
            "quarter": list(quarters),
            "value": value,
            "n": paying,
            "persons": paying,
            "status": np.where(some, "ok", "no_data"),
        }
    )


def lifetime_value(
    yearly_margin: np.ndarray, renewal_rate: np.ndarray, discount_rate: float
) -> np.ndarray:
    """Margin of a customer until it goes: Σ margin · renewal^t / (1 + discount)^t, t from 0."""
    return np.asarray(yearly_margin / (1 - renewal_rate / (1 + discount_rate)))


def simple_lifetime_value(
    orders_per_month: float, order_value: float, months: float, margin_rate: float
) -> float:
    """
    Margin of a customer over the months that it stays, as it is usually computed, not discounted.

    Notes
    -----
    Orders a month × value of an order × months × margin. The months already hold the churn: a rate
    of churn is never multiplied in as well.
    """
    return orders_per_month * order_value * months * margin_rate
