"""A tool trained on the community's own labels: the words and pairs of words beside the list."""

from collections.abc import Sequence
from typing import Any

import numpy as np

#: Labels from which on it is worth training a tool of one's own.
FEWEST_TO_TRAIN = 200

_FOLDS, _SEED = 5, 0

#: Words, emoticons and marks.
_TOKEN = r"(?u)\b\w+\b|[:;=][-o^]?[)(DPp/\\|]+|[!?]"


def is_worth_it(labels: np.ndarray) -> bool:
    """Whether there are enough labels, and of each kind enough for every fold."""
    fewest = min((int(np.sum(labels == one)) for one in set(labels)), default=0)
    return len(labels) >= FEWEST_TO_TRAIN and fewest >= _FOLDS


def can_train() -> bool:
    """Whether the optional extra `sentiment` is installed."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        return False
    return True


def out_of_fold(texts: Sequence[str], scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """
    What a trained tool says of each labelled text without having seen it (five folds).

    Parameters
    ----------
    texts : sequence of str
    scores : ndarray
        What the word list says of each (:func:`judgement.scored`).
    labels : ndarray of str
    """
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    rows = _rows(texts, scores)
    return np.asarray(cross_val_predict(_classifier(), rows, labels, cv=folds), dtype=object)


def trained(texts: Sequence[str], scores: np.ndarray, labels: np.ndarray) -> "Trained":
    """A tool trained on all labelled texts; parameters as in :func:`out_of_fold`."""
    return Trained(_classifier().fit(_rows(texts, scores), labels))


class Trained:
    """
    Words and pairs of words, the list's score with its signs, and the length; logistic regression.

    Parameters
    ----------
    classifier : sklearn.pipeline.Pipeline
        Fitted.
    """

    def __init__(self, classifier: Any) -> None:
        self._classifier = classifier

    def label(self, texts: Sequence[str], scores: np.ndarray) -> np.ndarray:
        """Negative, neutral or positive."""
        return np.asarray(self._classifier.predict(_rows(texts, scores)), dtype=object)


def _rows(texts: Sequence[str], scores: np.ndarray) -> np.ndarray:
    """A text and its score per row; a text that no list can score counts as 0."""
    return np.array(list(zip(texts, np.nan_to_num(scores), strict=True)), dtype=object)


def _classifier() -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    columns = ColumnTransformer(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), token_pattern=_TOKEN, min_df=2), 0),
            ("score", FunctionTransformer(_signs), [0, 1]),
        ]
    )
    one = LogisticRegression(C=10, class_weight="balanced", solver="liblinear", random_state=_SEED)
    return make_pipeline(columns, OneVsRestClassifier(one))


def _signs(rows: np.ndarray) -> np.ndarray:
    """The list's score, whether it is positive or negative, and how long the text is."""
    score = rows[:, 1].astype(float)
    length = np.log1p([len(text) for text in rows[:, 0]]) / 10
    return np.column_stack([score, score > 0, score < 0, length]).astype(float)
