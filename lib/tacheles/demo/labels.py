"""The labels that people gave to texts and tickets drawn at random."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator

from tacheles.contract import LABELS
from tacheles.demo.clock import Array, Moments, moments_of
from tacheles.demo.support import Tickets
from tacheles.demo.world import World, ids

#: Texts labelled by record table, a fourth of them in each of the last quarters; tickets audited.
LABELLED, AUDITED = {"posts": 480, "tickets": 400, "surveys": 160}, 400

#: How often the second labeller errs, and what is then taken for what.
SECOND_ERRS = 0.08
MISTAKEN = {
    "negative": "neutral",
    "neutral": "positive",
    "positive": "neutral",
    "how_to": "account",
    "account": "how_to",
    "bug": "how_to",
    "billing": "account",
    "outage": "bug",
}


@dataclass(frozen=True)
class Judged:
    """
    Texts or tickets of a record table about which people can be asked.

    `may` says which can be drawn: no deleted post, no ticket without a text.
    """

    table: str
    item: Array
    at: Moments
    truth: Array
    may: Array


def posts_judged(posts: pd.DataFrame) -> Judged:
    """Posts and their moods."""
    may = posts["deleted_at"].isna() & (posts["member"] >= 0)
    return _judged("posts", posts["post_id"], posts["posted_at"], posts["sentiment"], may)


def tickets_judged(tickets: Tickets, truth: str) -> Judged:
    """Tickets and their moods, or their true categories."""
    rows = tickets.rows
    item = pd.Series(ids("t", range(1, len(rows) + 1)))
    may = (rows["channel"] != "Telefon") | (truth == "category")
    return _judged("tickets", item, rows["created_at"], rows[truth], may)


def surveys_judged(surveys: pd.DataFrame) -> Judged:
    """Answers with a text, and the moods of these."""
    told = surveys[surveys["sentiment"].notna()]
    may = told["sentiment"].notna()
    return _judged("surveys", told["response_id"], told["responded_at"], told["sentiment"], may)


def _judged(table: str, item: pd.Series, at: pd.Series, truth: pd.Series, may: pd.Series) -> Judged:
    return Judged(table, item.to_numpy(), moments_of(at), truth.to_numpy(), may.to_numpy())


def labels(world: World, texts: list[Judged], audited: list[Judged]) -> pd.DataFrame:
    """
    The labels that people gave to texts and tickets drawn at random; a part of them twice.

    Notes
    -----
    Of the texts of each of the last four quarters the same number is drawn, so that a change
    between two has labels in both; tickets are audited over the whole time. The first labeller
    sees the truth, the second errs now and then.
    """
    found = [pd.DataFrame(columns=[column.name for column in LABELS.columns])]
    for judged in texts:
        rng = world.rng(f"labels of {judged.table}")
        quarter = world.clock.quarter_of(judged.at)
        last = len(world.clock.quarters) - 1 - np.arange(4)
        chosen = [
            _sample(rng, judged.may & (quarter == one), LABELLED[judged.table] // 4) for one in last
        ]
        found.append(_labelled(rng, judged, np.concatenate(chosen), "sentiment"))
    for judged in audited:
        rng = world.rng("audit")
        found.append(_labelled(rng, judged, _sample(rng, judged.may, AUDITED), "ticket_category"))
    rows = pd.concat(found, ignore_index=True)
    return rows.sort_values(["kind", "item_id", "labeller"], kind="stable").reset_index(drop=True)


def _sample(rng: Generator, may: Array, many: int) -> Array:
    there = np.flatnonzero(may)
    return rng.choice(there, min(many, len(there)), replace=False)


def _labelled(rng: Generator, judged: Judged, chosen: Array, kind: str) -> pd.DataFrame:
    """What the first labeller said of each, and of every fourth what a second one said."""
    truth, day = judged.truth[chosen], judged.at[chosen].astype("datetime64[D]")
    errs = rng.random(len(chosen)) < SECOND_ERRS
    mistaken = np.array([MISTAKEN[one] for one in truth], dtype=object)
    first = pd.DataFrame(
        {
            "item_id": judged.item[chosen],
            "kind": kind,
            "label": truth,
            "labelled_on": day + rng.integers(3, 12, len(chosen)),
            "labeller": "L1",
        }
    )
    second = first.assign(label=np.where(errs, mistaken, truth), labeller="L2")
    return pd.concat([first, second[rng.random(len(chosen)) < 0.25]], ignore_index=True)
