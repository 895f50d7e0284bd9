"""What others would print: formulas of the industry, for comparison only."""

from collections.abc import Mapping
from datetime import timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import ANSWER_KINDS
from tacheles.estimate import LEVEL, by_quarter, metric, quarter_of, quarter_of_day, rates, wilson
from tacheles.quarter import Quarters
from tacheles.roi.money import (
    AVOIDABLE_TICKET_COST,
    DEFLECTION_MULTIPLIER,
    FULL_TICKET_COST,
    Assumed,
)
from tacheles.roi.spans import QUARTERS_PER_YEAR
from tacheles.roi.unmeasured import views_of_accepted_answers

#: Grade of a figure that rests on a multiplier or on what people say they would have done.
_NAIVE = "E"


def annual(per_quarter: float, unit_value: float) -> float:
    """A quarter's count at its pace for a year, each at one value: 500 a month at 10 is 60,000."""
    return per_quarter * QUARTERS_PER_YEAR * unit_value


@metric(unit="money", better="up")
def answers_value(
    posts: ir.Table,
    assumed: Assumed,
    quarters: Quarters,
    *,
    unit_value: str = FULL_TICKET_COST,
) -> pd.DataFrame:
    """
    Answers given in the quarter, at its pace for a year, each at the value of one answer.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    assumed : Assumed
        What is assumed (:func:`money.assumed`).
    quarters : Quarters
        Quarters to report.
    unit_value : str
        Id of the assumption that says what an answer is worth.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter, grade E: nobody measured what an answer spared. [currency]

    References
    ----------
    The Community Roundtable, community ROI calculator (reconstructed).
    """
    is_answer = _.kind.isin(ANSWER_KINDS).fill_null(False) & _.deleted_at.isnull()
    counted = by_quarter(posts, "posted_at", quarters, many=is_answer.sum(), records=_.count())
    return _valued(counted, annual(1.0, _worth(assumed, unit_value)))


@metric(unit="money", better="up")
def networked_value(
    activity: ir.Table,
    assumed: Assumed,
    quarters: Quarters,
    *,
    unit_value: str = FULL_TICKET_COST,
) -> pd.DataFrame:
    """
    Searches with a click in the quarter, at its pace for a year, each at the value of one answer.

    Parameters
    ----------
    activity : ibis.Table
        One row per act (:data:`contract.ACTIVITY`).
    assumed : Assumed
        What is assumed (:func:`money.assumed`).
    quarters : Quarters
        Quarters to report.
    unit_value : str
        Id of the assumption that says what an answer is worth.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter, grade E, never in the headline. [currency]

    References
    ----------
    The Community Roundtable, community ROI calculator (reconstructed).
    """
    counted = by_quarter(
        activity,
        "acted_at",
        quarters,
        many=(_.type == "search_click").sum(),
        records=_.type.isin(("search", "search_click")).sum(),
    )
    return _valued(counted, annual(1.0, _worth(assumed, unit_value)))


@metric(unit="money", better="up")
def naive_deflection_value(
    posts: ir.Table,
    assumed: Assumed,
    quarters: Quarters,
    *,
    multiplier: str = DEFLECTION_MULTIPLIER,
    unit_value: str = FULL_TICKET_COST,
) -> pd.DataFrame:
    """
    Views of the answers accepted in the quarter, times the usual share, times a ticket's full cost.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    assumed : Assumed
        What is assumed (:func:`money.assumed`).
    quarters : Quarters
        Quarters to report.
    multiplier : str
        Id of the assumption that says which share of the views spares a ticket.
    unit_value : str
        Id of the assumption that says what a ticket costs.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter, grade E. [currency]

    References
    ----------
    FeverBee, "The real ROI of support communities": 5 % of views as a rule of thumb.
    """
    views = views_of_accepted_answers(posts, quarters)
    counted = by_quarter(posts, "posted_at", quarters, records=_.count())
    counted["many"] = views
    return _valued(counted, _worth(assumed, multiplier) * _worth(assumed, unit_value))


def _worth(assumed: Assumed, assumption_id: str) -> float:
    """The value of an assumption; NaN if nobody wrote it down."""
    return assumed.value(assumption_id) if assumption_id in assumed else np.nan


def _valued(counted: pd.DataFrame, unit_value: float) -> pd.DataFrame:
    """Counts of `many` at one value each; without records no data."""
    recorded = (counted["records"] > 0) & ~np.isnan(unit_value)
    return pd.DataFrame(
        {
            "quarter": counted["quarter"],
            "value": (counted["many"] * unit_value).where(recorded).astype(float),
            "n": counted["many"].round().astype(int),
            "persons": 0,
            "status": np.where(recorded, "ok", "no_data"),
            "grade": _NAIVE,
        }
    )


#: Items of the survey at the exit: came for support, got it solved, would have written a ticket.
_INTENT = ("support", "resolved", "would_have_contacted")


@metric(unit="money", better="up", people="survey_answers")
def survey_deflection_value(
    surveys: ir.Table,
    traffic: ir.Table,
    assumed: Assumed,
    quarters: Quarters,
    *,
    unit_value: str = AVOIDABLE_TICKET_COST,
) -> pd.DataFrame:
    """
    Visits times the share who came for help, found it and would have written a ticket, times cost.

    Parameters
    ----------
    surveys : ibis.Table
        One row per answer to one item (:data:`contract.SURVEYS`): the instrument `support_intent`
        with the items `support`, `resolved` and `would_have_contacted`.
    traffic : ibis.Table
        One row per day and channel (:data:`contract.TRAFFIC`).
    assumed : Assumed
        What is assumed (:func:`money.assumed`).
    quarters : Quarters
        Quarters to report.
    unit_value : str
        Id of the assumption that says what a ticket costs: the avoidable cost, as a rule.

    Returns
    -------
    DataFrame
        ESTIMATES, two rows per quarter: `segment` joint, the share of persons to whom all three
        apply, with its Wilson interval; and marginals, the product of the three shares, which is
        what is usually printed. Grade E: what people say they would have done. [currency]

    Notes
    -----
    Whoever did not answer all three items is left out, and counted. Where the survey's `segment`
    names the channel of the visit, answers weigh as much as their channel's visits, for some
    channels are asked more readily than others: then answers from no channel with visits are left
    out too, and the interval is that of as many answers as the weights are worth (Kish).

    References
    ----------
    Kish, L. (1965). Survey Sampling. Section 11.7.
    """
    answers, visits = _intents(surveys, quarters), _visits(traffic, quarters)
    worth = _worth(assumed, unit_value)
    rows = []
    for name in quarters:
        asked = answers[answers["quarter"] == name]
        here = visits[name]
        whole, weight = _weighed(asked.dropna(subset=list(_INTENT)), here)
        n, amount = len(whole), sum(here.values()) * worth
        yes = whole[list(_INTENT)].ge(1).to_numpy(float)
        share = float(weight @ yes.all(axis=1)) if n else np.nan
        as_many = 1 / float(weight @ weight) if n else 0.0  # answers that would tell as much
        low, high = map(float, wilson(share * as_many, as_many))
        status = "ok" if n and amount > 0 else "no_data"
        told = {"quarter": name, "n": n, "left_out": len(asked) - n, "persons": n}
        told |= {"status": status, "grade": _NAIVE}
        product = float((weight @ yes).prod()) if n else np.nan
        limits = {"low": low * amount, "high": high * amount, "level": LEVEL}
        rows.append(told | {"segment": "joint", "value": share * amount} | limits)
        rows.append(told | {"segment": "marginals", "value": product * amount})
    found = pd.DataFrame(rows)
    empty = found["status"] != "ok"
    found.loc[empty, ["value", "low", "high", "level"]] = np.nan
    return found


def _intents(surveys: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """One row per response, with its quarter and its answers to the three items."""
    return (
        surveys.filter(_.instrument == "support_intent")
        .mutate(quarter=quarter_of(_.responded_at, quarters))
        .filter(_.quarter.notnull())
        .group_by("quarter", "response_id")
        .aggregate(
            channel=_.segment.max(),
            **{item: _.answer.max(where=_.item == item) for item in _INTENT},
        )
        .to_pandas()
        .sort_values("response_id")
    )


def _weighed(whole: pd.DataFrame, visits: Mapping[str, float]) -> tuple[pd.DataFrame, np.ndarray]:
    """Answers with their weights, which sum to 1: as their channel's visits where it is known."""
    known = whole[whole["channel"].map(visits).fillna(0.0) > 0]
    if known.empty:
        return whole, np.full(len(whole), 1 / max(len(whole), 1))
    weight = known["channel"].map(visits) / known.groupby("channel")["channel"].transform("size")
    return known, (weight / weight.sum()).to_numpy(float)


def _visits(traffic: ir.Table, quarters: Quarters) -> dict[str, dict[str, float]]:
    """Visits by quarter and channel."""
    counted = (
        traffic.mutate(quarter=quarter_of_day(traffic["on"], quarters))
        .filter(_.quarter.notnull())
        .group_by("quarter", "channel")
        .aggregate(visits=_.visits.sum())
        .to_pandas()
    )
    found: dict[str, dict[str, float]] = {name: {} for name in quarters}
    for row in counted.sort_values(["quarter", "channel"]).to_dict("records"):
        found[row["quarter"]][row["channel"]] = float(row["visits"])
    return found


@metric(unit="share", better="up")
def intent_deflection_rate(
    activity: ir.Table,
    tickets: ir.Table,
    members: ir.Table,
    quarters: Quarters,
    *,
    hours: float = 24,
) -> pd.DataFrame:
    """
    Share of visits to the ticket form after which a reader of the community sent no ticket.

    Parameters
    ----------
    activity : ibis.Table
        One row per act (:data:`contract.ACTIVITY`): opening the ticket form, reading a thread.
    tickets : ibis.Table
        One row per support ticket (:data:`contract.TICKETS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells the account.
    quarters : Quarters
        Quarters to report; a visit belongs to the quarter in which the form was opened.
    hours : float, default 24
        Time within which a thread was read before or after the form, and no ticket came. [h]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; grade E. `left_out` counts forms opened by members without
        an account. [share]

    Notes
    -----
    Of the forms opened by members who read a thread within the time, before or after. A ticket of
    anybody of the same account counts as one sent. Forms opened in the last `hours` are young:
    left out, and counted. Who is not signed in is not seen at all.
    """
    span = ibis.interval(minutes=round(60 * hours))
    accounts = members.select("member_id", "account_id")
    forms = (
        activity.filter(_.type == "ticket_form")
        .select("member_id", opened_at="acted_at")
        .left_join(accounts, "member_id")
        .drop("member_id_right")
        .mutate(form=ibis.row_number().over(order_by=["opened_at", "member_id"]))
    )
    reads = activity.filter(_.type == "read").select("member_id", read_at="acted_at")
    sent = tickets.filter(_.account_id.notnull()).select("account_id", "created_at")
    has_read = forms.join(
        reads,
        [
            forms.member_id == reads.member_id,
            reads.read_at >= forms.opened_at - span,
            reads.read_at <= forms.opened_at + span,
        ],
    ).select("form")
    has_sent = forms.join(
        sent,
        [
            forms.account_id == sent.account_id,
            sent.created_at >= forms.opened_at,
            sent.created_at <= forms.opened_at + span,
        ],
    ).select("form")
    read = forms.semi_join(has_read, "form")
    judged = read.left_join(has_sent.distinct(), "form").mutate(is_sent=_.form_right.notnull())
    is_young = _.opened_at > ibis.literal(quarters.as_of - timedelta(hours=hours))
    is_counted = _.account_id.notnull() & ~is_young
    counted = by_quarter(
        judged,
        "opened_at",
        quarters,
        successes=(is_counted & ~_.is_sent).sum(),
        n=is_counted.sum(),
        left_out=(~is_counted).sum(),
        too_young=is_young.sum(),
        persons=_.member_id.nunique(where=is_counted),
    )
    return rates(counted).assign(grade=_NAIVE)
