"""Claims that nobody measured: a multiplier, an opinion."""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import quarter_of
from tacheles.evidence import (
    Effect,
    Evidence,
)
from tacheles.quarter import Quarters
from tacheles.roi.money import DEFLECTION_MULTIPLIER
from tacheles.roi.outcome import Outcome, claims_of, design_of


def unproven(
    claims: pd.DataFrame, posts: ir.Table, ideas: ir.Table, quarters: Quarters
) -> list[Outcome]:
    """
    Claims that rest on a multiplier or an opinion: views of accepted answers, delivered ideas.

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`).
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    ideas : ibis.Table
        One row per product feedback item (:data:`contract.IDEAS`).
    quarters : Quarters

    Returns
    -------
    list of Outcome
        One per claim on `naive_deflection`, which takes its effect from the assumption of the
        industry's multiplier, or on `delivered_votes_share`, a unit per delivered idea.
    """
    outcomes = []
    for claim in claims_of(claims, ("naive_deflection",), "multiplier"):
        views = views_of_accepted_answers(posts, quarters)
        outcomes.append(_believed(claim, views, multiplier=DEFLECTION_MULTIPLIER))
    for claim in claims_of(claims, ("delivered_votes_share",), "opinion", "survey_intent"):
        delivered = ideas.filter(_.status == "delivered")
        counted = delivered.mutate(quarter=quarter_of(_.status_at, quarters))
        many = counted.group_by("quarter").aggregate(many=_.count()).to_pandas()
        outcomes.append(_believed(claim, _by_name(many, "many", quarters)))
    return outcomes


def _believed(claim: Mapping[Any, Any], base: np.ndarray, multiplier: str = "") -> Outcome:
    """An outcome that nobody measured: a unit for each of its base."""
    one = Effect(1.0, np.ones(1), round(base.sum()))
    return Outcome(
        claim=claim,
        base=base,
        effect=one,
        change=one,
        evidence=Evidence(design_of(claim)),
        persons=0,
        multiplier=multiplier,
    )


def views_of_accepted_answers(posts: ir.Table, quarters: Quarters) -> np.ndarray:
    """
    Views, as exported, of the answers accepted in each quarter.

    Notes
    -----
    Views have no date: those of an answer all count in the quarter in which it was accepted. Where
    an export counts views by question only, those of the question count.
    """
    questions = posts.filter(posts.post_id == posts.thread_id)
    seen = questions.select(thread_id="thread_id", seen="views")
    accepted = posts.filter(_.is_accepted.fill_null(False), _.deleted_at.isnull())
    views = (
        accepted.left_join(seen, "thread_id")
        .mutate(
            quarter=quarter_of(ibis.coalesce(_.accepted_at, _.posted_at), quarters),
            many=ibis.coalesce(_.views, _.seen, 0),
        )
        .group_by("quarter")
        .aggregate(many=_.many.sum())
        .to_pandas()
    )
    return _by_name(views, "many", quarters)


def _by_name(counted: pd.DataFrame, column: str, quarters: Quarters) -> np.ndarray:
    """A column by quarter, zero where there is none."""
    found = counted.dropna(subset=["quarter"]).set_index("quarter")[column]
    return found.reindex(list(quarters), fill_value=0).to_numpy(float)
