"""What do customers need, how well is it met, and do they feel they belong?"""

from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import LEVEL, exact_sum, metric, quarter_of
from tacheles.quarter import Quarters

#: Items of the sense-of-community instrument, in four subscales of six.
ITEMS_OF_SUBSCALE = 6

#: Its subscales in the order of their items.
SUBSCALES = ("reinforcement of needs", "membership", "influence", "shared emotional connection")

#: Share of a subscale's items that must be answered.
LEAST_ANSWERED = 0.8

#: Highest score of one item, coded from 0.
_MOST = 3

#: Highest opportunity score: importance 10 and satisfaction 0.
_HIGHEST_GAP = 20


@metric(unit="gap", better="down", people="survey_answers")
def need_gap(surveys: ir.Table, needs: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Mean importance of a need plus what its mean satisfaction lacks to it, both from 0 to 10.

    Parameters
    ----------
    surveys : ibis.Table
        One row per answer to one item (:data:`contract.SURVEYS`): `need_importance` and
        `need_satisfaction`, with the need's id as item.
    needs : DataFrame
        One row per need (:data:`contract.NEEDS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and need, in the order of the plan; the need's statement is
        the segment. [points, 0 to 20] Student's interval over those who answered both.

    Notes
    -----
    Opportunity score: importance + max(importance - satisfaction, 0). Who answered only one of the
    two is left out and counted. A need of one segment is judged by the answers of that segment.
    Where no survey asks for needs at all, the means written in the plan are told for the last
    quarter: with `n` 0 and without an interval.

    References
    ----------
    Ulwick, A. W. (2002). Turn customer input into innovation. Harvard Business Review 80 (1).
    """
    asked = _both_answers(surveys, quarters)
    if asked.empty:
        return _as_planned(needs, quarters)
    rows = []
    for need in needs.to_dict("records"):
        of_need = asked[asked["item"] == need["need_id"]]
        if pd.notna(need["segment"]):
            of_need = of_need[of_need["segment"] == need["segment"]]
        sums = of_need.drop(columns=["item", "segment"]).groupby("quarter").sum()
        sums = sums.reindex(list(quarters), fill_value=0)
        rows += [_gap(row) | {"segment": need["statement"]} for row in _rows_of(sums)]
    order = {name: place for place, name in enumerate(quarters)}
    return pd.DataFrame(rows).sort_values("quarter", key=lambda q: q.map(order), kind="stable")


def _both_answers(surveys: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """Sums of importance, satisfaction and their products, per quarter, need and segment."""
    is_importance = _.instrument == "need_importance"
    pairs = (
        surveys.filter(_.instrument.isin(["need_importance", "need_satisfaction"]))
        .mutate(quarter=quarter_of(_.responded_at, quarters))
        .filter(_.quarter.notnull())
        .group_by("quarter", "item", "segment", "response_id")
        .aggregate(i=_.answer.max(where=is_importance), s=_.answer.max(where=~is_importance))
        .mutate(has_both=_.i.notnull() & _.s.notnull())
    )
    has_both = _.has_both
    return (
        pairs.group_by("quarter", "item", "segment")
        .aggregate(
            n=has_both.sum(),
            left_out=(~has_both).sum(),
            i=exact_sum(_.i, has_both),
            s=exact_sum(_.s, has_both),
            ii=exact_sum(_.i * _.i, has_both),
            ss=exact_sum(_.s * _.s, has_both),
            si=exact_sum(_.s * _.i, has_both),
        )
        .order_by("quarter", "item", "segment")
        .to_pandas()
        .fillna({"i": 0, "s": 0, "ii": 0, "ss": 0, "si": 0})
    )


def _gap(sums: dict[Any, Any]) -> dict[str, Any]:
    """The opportunity score of one need in one quarter."""
    n = int(sums["n"])
    row = {"quarter": sums["quarter"], "n": n, "left_out": sums["left_out"], "persons": n}
    if not n:
        return row | {"status": "no_data"}
    weight = (2, -1) if sums["i"] > sums["s"] else (1, 0)  # of importance and satisfaction
    total = weight[0] * sums["i"] + weight[1] * sums["s"]
    squares = (
        weight[0] ** 2 * sums["ii"]
        + weight[1] ** 2 * sums["ss"]
        + 2 * weight[0] * weight[1] * sums["si"]
    )
    return row | mean_with_interval(total, squares, n, most=_HIGHEST_GAP)


def _as_planned(needs: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """What the plan says of the needs: for the last quarter, without an interval."""
    if needs.empty:
        return pd.DataFrame([{"quarter": quarters.until, "persons": 0, "status": "no_data"}])
    lacking = (needs["importance"] - needs["satisfaction"]).clip(lower=0)
    value = needs["importance"] + lacking
    return pd.DataFrame(
        {
            "quarter": quarters.until,
            "segment": needs["statement"],
            "value": value,
            "persons": 0,
            "status": np.where(value.notna(), "ok", "no_data"),
        }
    )


@metric(unit="belonging", better="up", people="survey_answers")
def sense_of_community(surveys: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Mean score, from 0 to 72, of the members' answers to the 24 items on their sense of community.

    Parameters
    ----------
    surveys : ibis.Table
        One row per answer to one item (:data:`contract.SURVEYS`): `sense_of_community`, items
        numbered 1 to 24 and coded 0 to 3.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [points] Student's interval over those who answered.

    Notes
    -----
    Only numbers are evaluated; the wording of the items belongs to their authors, and whoever asks
    them needs their licence. A subscale counts if at least 80 % of its six items were answered; it
    is then scaled to all six. Who lacks a subscale is left out and counted.

    References
    ----------
    Chavis, D. M., Lee, K. S. and Acosta, J. D. (2008). The Sense of Community (SCI) revised.
    """
    of_person = _subscale_scores(surveys, quarters).group_by("quarter", "response_id")
    scored = of_person.aggregate(
        score=exact_sum(_.score), is_whole=_.score.count() == len(SUBSCALES)
    ).mutate(segment=ibis.literal(""))
    return _mean_scores(scored, quarters, [""], most=len(SUBSCALES) * ITEMS_OF_SUBSCALE * _MOST)


@metric(unit="belonging", better="up", people="survey_answers")
def sense_of_community_by_subscale(surveys: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Mean score, from 0 to 18, of the members' answers to the six items of one part of belonging.

    Parameters
    ----------
    surveys : ibis.Table
        One row per answer to one item (:data:`contract.SURVEYS`): `sense_of_community`, items
        numbered 1 to 24 and coded 0 to 3.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and subscale (:data:`SUBSCALES`). [points] Answers count as
        in :func:`sense_of_community`.
    """
    names = [(place, name) for place, name in enumerate(SUBSCALES)]
    scored = _subscale_scores(surveys, quarters).mutate(
        is_whole=_.score.notnull(), segment=_.subscale.cases(*names, else_=None)
    )
    return _mean_scores(scored, quarters, list(SUBSCALES), most=ITEMS_OF_SUBSCALE * _MOST)


def _subscale_scores(surveys: ir.Table, quarters: Quarters) -> ir.Table:
    """Each response's score per subscale; null where too few of its items were answered."""
    numbered = surveys.filter(_.instrument == "sense_of_community").mutate(
        number=_.item.try_cast("int64"), quarter=quarter_of(_.responded_at, quarters)
    )
    items = len(SUBSCALES) * ITEMS_OF_SUBSCALE
    answered = (
        numbered.filter(_.quarter.notnull(), _.number.between(1, items))
        .mutate(subscale=((_.number - 1) / ITEMS_OF_SUBSCALE).floor().cast("int64"))
        .group_by("quarter", "response_id", "subscale")
        .aggregate(answered=_.count(), mean=exact_sum(_.answer) / _.count())
    )
    is_enough = _.answered >= LEAST_ANSWERED * ITEMS_OF_SUBSCALE
    return answered.mutate(score=is_enough.ifelse(_.mean * ITEMS_OF_SUBSCALE, None))


def _mean_scores(
    scored: ir.Table, quarters: Quarters, segments: list[str], *, most: float
) -> pd.DataFrame:
    """Means over those whose score is whole, per quarter and segment."""
    counted = (
        scored.group_by("quarter", "segment")
        .aggregate(
            n=_.is_whole.sum(),
            left_out=(~_.is_whole).sum(),
            total=exact_sum(_.score, _.is_whole),
            squares=exact_sum(_.score * _.score, _.is_whole),
        )
        .to_pandas()
        .set_index(["quarter", "segment"])
        .reindex(
            pd.MultiIndex.from_product([list(quarters), segments], names=["quarter", "segment"])
        )
        .fillna(0)
    )
    rows = []
    for row in _rows_of(counted):
        told = {name: row[name] for name in ("quarter", "segment", "n", "left_out")}
        told |= {"persons": row["n"], "status": "no_data"}
        if row["n"]:
            told |= mean_with_interval(row["total"], row["squares"], int(row["n"]), most=most)
        rows.append(told)
    return pd.DataFrame(rows)


def _rows_of(counted: pd.DataFrame) -> list[dict[Any, Any]]:
    return counted.reset_index().to_dict("records")


def mean_with_interval(total: float, squares: float, n: int, *, most: float) -> dict[str, Any]:
    """
    A mean with Student's interval, from the sums that the engine made, within 0 and `most`.

    One answer alone has a mean and no interval.
    """
    from scipy.special import stdtrit  # costs a third of a second: only where it is needed

    mean = total / n
    if n == 1:
        return {"value": mean, "status": "ok"}
    variance = max(squares - n * mean**2, 0) / (n - 1)
    half = stdtrit(n - 1, (1 + LEVEL) / 2) * np.sqrt(variance / n)
    low, high = max(mean - half, 0.0), min(mean + half, most)
    return {"value": mean, "low": low, "high": high, "level": LEVEL, "status": "ok"}
