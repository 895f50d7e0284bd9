"""Which tool judges a community's texts, and what it says of those that people labelled."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tacheles.sentiment import trained
from tacheles.sentiment.correction import macro_f1
from tacheles.sentiment.judgement import NOT_APPLICABLE, labelled, scored
from tacheles.sentiment.local_model import LocalModel


@dataclass(frozen=True, eq=False)
class Judged:
    """
    What a tool says of all texts, and of the labelled ones as if it had not seen their labels.

    Parameters
    ----------
    tool : {"word_list", "trained", "local_model"}
    labels : ndarray of str
        Of all texts.
    out_of_fold : ndarray of str
        The same, but of a trained tool and a labelled text what it says without having seen it.
    macro_f1 : float
        How well it finds what people said; NaN without labels.
    """

    tool: str
    labels: np.ndarray
    out_of_fold: np.ndarray
    macro_f1: float


def judge(
    texts: Sequence[str],
    languages: Sequence[str | None],
    by_hand: np.ndarray,
    model: LocalModel | None = None,
) -> Judged:
    """
    Judge texts with the best tool there is for them.

    Parameters
    ----------
    texts : sequence of str
    languages : sequence of str
        Language of each text; empty: told by the text itself.
    by_hand : ndarray of str
        What people said of a text; empty where nobody did.
    model : LocalModel, optional
        A model that the community chose itself: it is used whatever the others say.

    Notes
    -----
    Without a model the word lists judge. From 200 labels on a tool is trained on them, and used if
    it finds what people said better than the lists do, each text judged without its own label.
    Texts in another language than the lists know are `not_applicable` for every tool.
    """
    scores = scored(texts, languages)
    by_list = labelled(scores)
    is_known = by_list != NOT_APPLICABLE
    is_labelled = (by_hand != "") & is_known
    truth, known = by_hand[is_labelled], _chosen(texts, is_known)
    said = by_list.copy()
    if model is not None:
        said[is_known] = model.label(known)
        return Judged("local_model", said, said, _f1(truth, said[is_labelled]))
    listed = Judged("word_list", by_list, by_list, _f1(truth, by_list[is_labelled]))
    if not trained.is_worth_it(truth) or not trained.can_train():
        return listed
    taught = _chosen(texts, is_labelled), scores[is_labelled]
    unseen = trained.out_of_fold(*taught, truth)
    if _f1(truth, unseen) <= listed.macro_f1:
        return listed
    said[is_known] = trained.trained(*taught, truth).label(known, scores[is_known])
    out_of_fold = said.copy()
    out_of_fold[is_labelled] = unseen
    return Judged("trained", said, out_of_fold, _f1(truth, unseen))


def _chosen(texts: Sequence[str], which: np.ndarray) -> list[str]:
    return [text for text, is_chosen in zip(texts, which, strict=True) if is_chosen]


def _f1(truth: np.ndarray, said: np.ndarray) -> float:
    return macro_f1(truth, said) if len(truth) else float("nan")
