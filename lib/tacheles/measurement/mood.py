"""In which mood do people write, and how far can a tool that judges it be believed?"""

from collections.abc import Callable, Sequence
from statistics import NormalDist

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import STAFF_ROLES
from tacheles.estimate import LEVEL, metric, quarter_of, rates
from tacheles.quarter import Quarters
from tacheles.sentiment import (
    NOT_APPLICABLE,
    SENTIMENTS,
    LocalModel,
    agreement,
    corrected_mean,
    judge,
)

#: Labels from which on a share can be corrected; below, it is not validated.
FEWEST_LABELS = 100

#: What is judged, and the column that says when it was written.
_WRITTEN_AT = {"posts": "posted_at", "tickets": "created_at", "surveys": "responded_at"}

_SEED = 0

_COLUMNS = [
    *("quarter", "segment", "value", "low", "high", "level"),
    *("n", "left_out", "persons", "status"),
]

#: Makes a row's numbers of a quarter's texts and the labelled ones.
_Define = Callable[[pd.DataFrame, pd.DataFrame], dict[str, object]]


def judged_texts(
    posts: ir.Table,
    tickets: ir.Table,
    surveys: ir.Table,
    members: ir.Table,
    labels: pd.DataFrame,
    quarters: Quarters,
    *,
    per_quarter: int = 1000,
    model: LocalModel | None = None,
) -> pd.DataFrame:
    """
    Texts of posts, tickets and surveys with what the tool and what people say of their mood.

    Parameters
    ----------
    posts, tickets, surveys : ibis.Table
        Where people write (:data:`contract.POSTS`, :data:`contract.TICKETS`,
        :data:`contract.SURVEYS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    labels : DataFrame
        One row per text and labeller (:data:`contract.LABELS`).
    quarters : Quarters
        Quarters whose texts are judged.
    per_quarter : int, default 1000
        Most texts of each table and quarter that the tool judges, drawn at random: more would
        hardly make the interval narrower, which the labels decide.
    model : LocalModel, optional
        A model that the community chose itself.

    Returns
    -------
    DataFrame
        One row per text: `source` (posts, tickets, surveys), `quarter, person, feature` (of the
        product, if it is known), `by_hand` (what
        people said; empty: nobody was asked), `by_tool, out_of_fold` (the same, never having seen
        the label), `is_drawn` (whether it stands for the quarter, or is there for its label only),
        `tool, macro_f1`. Several definitions share it: make it once.

    Notes
    -----
    Posts of staff and bots, deleted posts and what has no text are not judged. Of a text that
    several people labelled the word of the one who labelled most counts; `cannot_tell` is none.
    """
    truth = _first_labels(labels)
    parts = [
        _drawn(texts, source, truth, quarters, per_quarter)
        for source, texts in written(posts, tickets, surveys, members).items()
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows["by_hand"] = [truth.get(item, "") for item in rows["item_id"]]
    languages = list(rows["language"].fillna(""))
    said = judge(list(rows["text"]), languages, rows["by_hand"].to_numpy(), model)
    rows = rows.assign(by_tool=said.labels, out_of_fold=said.out_of_fold)
    rows = rows.assign(tool=said.tool, macro_f1=said.macro_f1)
    return rows.drop(columns=["item_id", "text", "language"])


def written(
    posts: ir.Table, tickets: ir.Table, surveys: ir.Table, members: ir.Table
) -> dict[str, ir.Table]:
    """Texts by their source: `item_id, written_at, person, language, feature, text`."""
    own = members.filter(_.is_bot.fill_null(False) | _.role.isin(STAFF_ROLES).fill_null(False))
    others = posts.filter(_.deleted_at.isnull()).anti_join(own, "member_id")
    person = ibis.coalesce(_.member_id, _.account_id, _.response_id)
    found = {
        "posts": others.mutate(item_id=_.post_id, person=_.member_id),
        "tickets": tickets.mutate(
            item_id=_.ticket_id, person=_.account_id, language=ibis.null(str)
        ),
        "surveys": surveys.mutate(
            item_id=_.response_id, person=person, language=ibis.null(str), feature=ibis.null(str)
        ),
    }
    return {
        source: texts.filter(_.text.notnull(), _.text.strip() != "").select(
            *("item_id", "person", "language", "feature", "text"), written_at=_WRITTEN_AT[source]
        )
        for source, texts in found.items()
    }


def _first_labels(labels: pd.DataFrame) -> dict[str, str]:
    """What the busiest labeller said of each text, by the text's id."""
    known = labels[(labels["kind"] == "sentiment") & labels["label"].isin(SENTIMENTS)]
    busiest = known["labeller"].value_counts().sort_index().sort_values(kind="stable")
    order = known["labeller"].map({name: place for place, name in enumerate(busiest.index)})
    last = known.assign(order=order).sort_values("order").groupby("item_id")["label"].last()
    return {str(item): str(label) for item, label in last.items()}


def _drawn(
    texts: ir.Table, source: str, truth: dict[str, str], quarters: Quarters, per_quarter: int
) -> pd.DataFrame:
    """Texts drawn at random from each quarter, and those that people labelled."""
    dated = texts.mutate(quarter=quarter_of(_.written_at, quarters)).filter(_.quarter.notnull())
    ids = dated.select("item_id", "quarter").distinct().to_pandas().sort_values("item_id")
    rng = np.random.default_rng(_SEED)
    chosen: set[str] = set()
    for name in quarters:
        there = ids.loc[ids["quarter"] == name, "item_id"].to_numpy()
        chosen |= set(rng.choice(there, min(per_quarter, len(there)), replace=False))
    wanted = chosen | (set(truth) & set(ids["item_id"]))
    keys = ibis.memtable(pd.DataFrame({"wanted": sorted(wanted)}, dtype="str"))
    rows = dated.semi_join(keys, _.item_id == keys.wanted).to_pandas()
    rows = rows.sort_values(["item_id", "text"]).drop_duplicates("item_id")
    return rows.assign(source=source, is_drawn=rows["item_id"].isin(chosen))


@metric(unit="points", better="up")
def sentiment_balance(judged_texts: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Positive texts less negative ones, of a hundred, corrected by texts that people labelled.

    Parameters
    ----------
    judged_texts : DataFrame
        One row per text (:func:`judged_texts`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and source (`posts`, `tickets`, `surveys`); `n` counts the
        labels behind the correction. [points]

    Notes
    -----
    What the tool says of all texts is corrected by what it got wrong among the labelled ones
    (:func:`sentiment.corrected_mean`). A quarter with at least 100 labels of its own is corrected
    by them. Another is corrected by the labels of all quarters, which assumes that the tool errs
    alike in all of them; the interval of its change counts the error of the correction twice, so
    that the assumption does not make a change look clear. With fewer than 100 labels in all nobody
    knows how far the tool is off: `not_applicable`. Texts in a language without a word list are
    left out and counted.
    """
    return _by_source(judged_texts, quarters, _corrected)


@metric(unit="points", better="none")
def uncorrected_sentiment_balance(judged_texts: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Positive texts less negative ones, of a hundred, as the tool says and nobody has checked.

    Parameters
    ----------
    judged_texts : DataFrame
        One row per text (:func:`judged_texts`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and source. [points] No interval: the error of the tool is
        larger than that of the draw, and unknown.

    Notes
    -----
    What other products print. It stands beside :func:`sentiment_balance` to show the difference.
    """
    return _by_source(judged_texts, quarters, _uncorrected)


def _by_source(judged: pd.DataFrame, quarters: Quarters, define: _Define) -> pd.DataFrame:
    """Rows for every quarter and source."""
    rows = []
    for source in _WRITTEN_AT:
        of_source = judged[judged["source"] == source]
        is_known = of_source["by_tool"] != NOT_APPLICABLE
        pool = of_source[is_known & (of_source["by_hand"] != "")]
        for name in quarters:
            of_quarter = of_source[(of_source["quarter"] == name) & of_source["is_drawn"]]
            known = of_quarter[of_quarter["by_tool"] != NOT_APPLICABLE]
            told = {"quarter": name, "segment": source, "persons": known["person"].nunique()}
            told["left_out"] = len(of_quarter) - len(known)
            own = pool[pool["quarter"] == name]
            labelled = own if len(own) >= FEWEST_LABELS else pool
            said = define(known, labelled) if len(known) else {"status": "no_data"}
            rows.append(told | said)
    return pd.DataFrame(rows).reindex(columns=_COLUMNS)


def _corrected(known: pd.DataFrame, labelled: pd.DataFrame) -> dict[str, object]:
    """The balance of a quarter's texts, corrected by the labelled ones."""
    if len(labelled) < FEWEST_LABELS:
        return {"status": "not_applicable", "n": len(labelled)}
    by_hand, unseen = _numbers(labelled["by_hand"]), _numbers(labelled["out_of_fold"])
    found = corrected_mean(by_hand, unseen, _numbers(known["by_tool"]))
    low, high = found.interval(LEVEL)
    numbers = {"value": 100 * found.value, "low": 100 * low, "high": 100 * high}
    return numbers | {"level": LEVEL, "n": found.n, "status": "ok"}


def _uncorrected(known: pd.DataFrame, _labelled: pd.DataFrame) -> dict[str, object]:
    """The balance as the tool says."""
    said = _numbers(known["by_tool"])
    return {"value": 100 * said.mean(), "n": len(said), "status": "ok"}


def _numbers(labels: Sequence[str] | pd.Series) -> np.ndarray:
    """Labels as −1, 0 and 1."""
    return np.array([SENTIMENTS[label] for label in labels], dtype=float)


@metric(unit="share", better="up")
def sentiment_tool_precision(judged_texts: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the texts that the tool calls negative, neutral or positive and people call so too.

    Parameters
    ----------
    judged_texts : DataFrame
        One row per text (:func:`judged_texts`).
    quarters : Quarters
        The labelled texts of all of them count, for the last.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per mood; `n` counts labelled texts. [share]
    """
    return _checked(judged_texts, quarters, "out_of_fold")


@metric(unit="share", better="up")
def sentiment_tool_recall(judged_texts: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the texts that people call negative, neutral or positive and the tool calls so too.

    Parameters
    ----------
    judged_texts : DataFrame
        One row per text (:func:`judged_texts`).
    quarters : Quarters
        The labelled texts of all of them count, for the last.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per mood; `n` counts labelled texts. [share]
    """
    return _checked(judged_texts, quarters, "by_hand")


def _checked(judged: pd.DataFrame, quarters: Quarters, by: str) -> pd.DataFrame:
    """Of the labelled texts that `by` calls so, those that both call so."""
    known = judged[(judged["by_hand"] != "") & (judged["by_tool"] != NOT_APPLICABLE)]
    both = known["by_hand"] == known["out_of_fold"]
    rows = [
        {
            "quarter": quarters.until,
            "segment": mood,
            "successes": int((both & (known[by] == mood)).sum()),
            "n": int((known[by] == mood).sum()),
            "persons": known.loc[known[by] == mood, "person"].nunique(),
            "left_out": 0,
        }
        for mood in SENTIMENTS
    ]
    return rates(pd.DataFrame(rows))


@metric(unit="score", better="up")
def label_agreement(labels: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    How far two people who labelled the same texts agree beyond chance: 1 always, 0 by chance alone.

    Parameters
    ----------
    labels : DataFrame
        One row per text and labeller (:data:`contract.LABELS`).
    quarters : Quarters
        All labels count, for the last.

    Returns
    -------
    DataFrame
        ESTIMATES, one row; `n` counts texts that both labelled. [Cohen's kappa]

    Notes
    -----
    The two who labelled most texts. Where people disagree no tool can be right: their agreement is
    the ceiling. With one labeller nobody knows: `not_applicable`.
    """
    known = labels[(labels["kind"] == "sentiment") & labels["label"].isin(SENTIMENTS)]
    busiest = known["labeller"].value_counts().sort_index().sort_values(kind="stable").index[-2:]
    wide = known[known["labeller"].isin(busiest)].pivot(
        index="item_id", columns="labeller", values="label"
    )
    both = wide.dropna() if len(busiest) == 2 else wide.iloc[:0]
    told = {"quarter": quarters.until, "persons": 0, "n": len(both)}
    if known.empty or len(both) < 2:
        return pd.DataFrame([told | {"status": "no_data" if known.empty else "not_applicable"}])
    kappa, error = agreement(both.iloc[:, 0].to_numpy(), both.iloc[:, 1].to_numpy())
    if np.isnan(kappa):
        return pd.DataFrame([told | {"status": "not_applicable"}])
    half = NormalDist().inv_cdf((1 + LEVEL) / 2) * error
    numbers = {"value": kappa, "low": kappa - half, "high": min(kappa + half, 1.0)}
    return pd.DataFrame([told | numbers | {"level": LEVEL, "status": "ok"}])
