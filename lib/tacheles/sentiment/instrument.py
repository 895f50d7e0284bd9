"""Which tool judges a community's texts, and what it says of those that people labelled."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tacheles.sentiment import trained
from tacheles.sentiment.correction import macro_f1
from tacheles.sentiment.judgement import label
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
    by_list = label(texts, languages)
    is_known = by_list != "not_applicable"
    is_labelled = (by_hand != "") & is_known
    truth = by_hand[is_labelled]
    if model is not None:
        said = by_list.copy()
        said[is_known] = model.label(*_chosen(is_known, texts, languages))
        return Judged("local_model", said, said, _f1(truth, said[is_labelled]))
    listed = Judged("word_list", by_list, by_list, _f1(truth, by_list[is_labelled]))
    rarest = min((np.sum(truth == one) for one in set(truth)), default=0)
    if len(truth) < trained.FEWEST_TO_TRAIN or rarest < 5 or not trained.can_train():
        return listed
    known = _chosen(is_labelled, texts, languages)
    unseen = trained.out_of_fold(*known, truth)
    if _f1(truth, unseen) <= listed.macro_f1:
        return listed
    said = by_list.copy()
    said[is_known] = trained.trained(*known, truth).label(*_chosen(is_known, texts, languages))
    out_of_fold = said.copy()
    out_of_fold[is_labelled] = unseen
    return Judged("trained", said, out_of_fold, _f1(truth, unseen))


def _chosen(
    which: np.ndarray, texts: Sequence[str], languages: Sequence[str | None]
) -> tuple[list[str], list[str | None]]:
    places = [int(i) for i in np.flatnonzero(which)]
    return [texts[i] for i in places], [languages[i] for i in places]


def _f1(truth: np.ndarray, said: np.ndarray) -> float:
    return macro_f1(truth, said) if len(truth) else float("nan")
