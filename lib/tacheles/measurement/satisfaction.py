"""How satisfied are the customers, by their own word?"""

from collections.abc import Callable
from statistics import NormalDist

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import LEVEL, by_quarter, exact_sum, metric, rates, without_number
from tacheles.measurement.means import means, sums_by_quarter
from tacheles.quarter import Quarters

#: Answers that count as satisfied, of 5; promoters and detractors, of 10.
_SATISFIED, _PROMOTERS, _DETRACTORS = 4, 9, 6

#: Answers from which on a change of the net promoter score is told.
FEWEST_TO_COMPARE = 30

_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


@metric(unit="share", better="up", people="survey_answers")
def customer_satisfaction_score(
    surveys: ir.Table, quarters: Quarters, *, item: str = ""
) -> pd.DataFrame:
    """
    Share of the quarter's answers about satisfaction that are a 4 or a 5 of 5.

    Parameters
    ----------
    surveys : ibis.Table
        One row per answer to one item (:data:`contract.SURVEYS`).
    quarters : Quarters
        Quarters to report.
    item : str
        What was asked about; empty: everything.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Answers outside 1 to 5 belong to another scale: they are left out and counted. Only those who
    answered are known: the response rate stands beside it.
    """
    asked = _asked(surveys, "csat", item)
    return rates(_counted(asked, quarters, _.answer >= _SATISFIED, _.answer.between(1, 5)))


@metric(unit="points", better="up", people="survey_answers", fewest=FEWEST_TO_COMPARE)
def net_promoter_score(surveys: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Promoters (9 and 10 of 10) less detractors (0 to 6), of a hundred answers of the quarter.

    Parameters
    ----------
    surveys : ibis.Table
        One row per answer to one item (:data:`contract.SURVEYS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter, from −100 to 100. [points]

    Notes
    -----
    The interval is that of a difference of two shares of the same answers; it may reach beyond
    −100 or 100 where there are few. With fewer than 30 answers in one of two quarters no change
    between them is told. Answers outside 0 to 10 are left out and counted.
    """
    return _net_promoters(_asked(surveys, "nps"), quarters)


@metric(unit="points_of_7", better="up", people="survey_answers")
def customer_effort_score(surveys: ir.Table, quarters: Quarters, *, item: str = "") -> pd.DataFrame:
    """
    Mean of the quarter's answers to "it was easy", from 1 (not at all) to 7 (entirely).

    Parameters
    ----------
    surveys : ibis.Table
        One row per answer to one item (:data:`contract.SURVEYS`).
    quarters : Quarters
        Quarters to report.
    item : str
        Which variant of the question; empty: the only one there is.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [points of 7]

    Notes
    -----
    Variants of the question are never mixed: where a quarter holds answers to several and none is
    named, it is `not_applicable`. Answers outside 1 to 7 are left out and counted.
    """
    asked = _asked(surveys, "ces", item).mutate(variant=_.item.fill_null(""))
    is_valid = _.answer.between(1, 7)
    counted = _counted(asked, quarters, _.answer > 0, is_valid, variants=_.variant.nunique())
    sums = sums_by_quarter(
        asked.filter(is_valid),
        "responded_at",
        quarters,
        total=exact_sum(_.answer),
        squares=exact_sum(_.answer**2),
    )
    rows = means(counted.merge(sums, on="quarter"))
    return without_number(rows, rows["variants"] > 1, "not_applicable")


@metric(unit="share", better="none", people="survey_answers")
def satisfaction_by_membership(
    surveys: ir.Table, accounts: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of the quarter's satisfied answers, of customers in the community and of others.

    Parameters
    ----------
    surveys : ibis.Table
        One row per answer to one item (:data:`contract.SURVEYS`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`): tells who joined the community, and when.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment (`members`, `others`). [share]

    Notes
    -----
    A description, never an effect: satisfied customers join more readily. A customer is in the
    community from its first member on. Answers without a known customer are left out and counted
    under `others`.
    """
    asked = _by_membership(_asked(surveys, "csat"), accounts)
    is_valid = _.answer.between(1, 5) & _.is_inside.notnull()
    return _both(
        asked, lambda part: rates(_counted(part, quarters, _.answer >= _SATISFIED, is_valid))
    )


@metric(unit="points", better="none", people="survey_answers", fewest=FEWEST_TO_COMPARE)
def net_promoter_score_by_membership(
    surveys: ir.Table, accounts: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Promoters less detractors of a hundred answers, of customers in the community and of others.

    Parameters
    ----------
    surveys : ibis.Table
        One row per answer to one item (:data:`contract.SURVEYS`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`): tells who joined the community, and when.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment (`members`, `others`). [points]

    Notes
    -----
    As :func:`net_promoter_score`, told apart as in :func:`satisfaction_by_membership`: a
    description, never an effect.
    """
    asked = _by_membership(_asked(surveys, "nps"), accounts)
    return _both(asked, lambda part: _net_promoters(part, quarters, _.is_inside.notnull()))


def _asked(surveys: ir.Table, instrument: str, item: str = "") -> ir.Table:
    """Answers to one instrument, each with the person behind it."""
    asked = surveys.filter(_.instrument == instrument)
    if item:
        asked = asked.filter(_.item == item)
    return asked.mutate(person=ibis.coalesce(_.member_id, _.account_id, _.response_id))


def _counted(
    asked: ir.Table,
    quarters: Quarters,
    has_property: ir.Value,
    is_valid: ir.Value,
    **more: ir.Value,
) -> pd.DataFrame:
    """Valid answers with a property, of all valid ones; the others are left out."""
    is_valid = is_valid.fill_null(False)
    return by_quarter(
        asked,
        "responded_at",
        quarters,
        successes=(is_valid & has_property).sum(),
        n=is_valid.sum(),
        left_out=(~is_valid).sum(),
        persons=_.person.nunique(where=is_valid),
        **more,
    )


def _net_promoters(
    asked: ir.Table, quarters: Quarters, is_known: ir.Value | bool = True
) -> pd.DataFrame:
    """Promoters less detractors in points, with the interval of their difference."""
    is_valid = _.answer.between(0, 10) & is_known
    detractors = (is_valid.fill_null(False) & (_.answer <= _DETRACTORS)).sum()
    rows = _counted(asked, quarters, _.answer >= _PROMOTERS, is_valid, detractors=detractors)
    n = rows["n"].where(rows["n"] > 0).astype(float)
    promoters, against = rows["successes"] / n, rows["detractors"] / n
    value = promoters - against
    half = _Z * np.sqrt((promoters + against - value**2) / n)
    return rows.assign(
        value=100 * value,
        low=100 * (value - half),
        high=100 * (value + half),
        level=np.where(n.notna(), LEVEL, np.nan),
        status=np.where(n.notna(), "ok", "no_data"),
    )


def _by_membership(asked: ir.Table, accounts: ir.Table) -> ir.Table:
    """Answers with `is_inside`: whether the customer was in the community; empty if unknown."""
    joined = accounts.select(known_id="account_id", joined_at="first_community_at")
    return asked.left_join(joined, asked.account_id == joined.known_id).mutate(
        is_inside=ibis.ifelse(
            _.known_id.isnull(), ibis.null(bool), (_.joined_at < _.responded_at).fill_null(False)
        )
    )


def _both(asked: ir.Table, define: Callable[[ir.Table], pd.DataFrame]) -> pd.DataFrame:
    """What is defined of both segments, quarter by quarter; the unknown are with the others."""
    inside = asked.is_inside.fill_null(False)
    parts = {"members": asked.filter(inside), "others": asked.filter(~inside)}
    rows = [define(part).assign(segment=name) for name, part in parts.items()]
    return pd.concat(rows).sort_values(["quarter", "segment"], kind="stable", ignore_index=True)
