"""A text into negative, neutral or positive by the word lists, whatever its language."""

from collections.abc import Sequence

import numpy as np

from tacheles.sentiment.language import LANGUAGES, spoken
from tacheles.sentiment.text import read
from tacheles.sentiment.word_list import CUT, score

#: What a text can be, and the number it counts as.
SENTIMENTS = {"negative": -1, "neutral": 0, "positive": 1}

#: What a text is that has no words, or is in a language without a list.
NOT_APPLICABLE = "not_applicable"


def label(texts: Sequence[str | None], language: str | Sequence[str | None] = "") -> np.ndarray:
    """
    Whether each text is negative, neutral or positive, by the words in it.

    Parameters
    ----------
    texts : sequence of str
        A text may be missing.
    language : str or sequence of str
        `de` or `en`, for all or one for each text; empty: told by the text itself.

    Returns
    -------
    ndarray of str
        `negative`, `neutral`, `positive`; `not_applicable` for a text that is missing, has no
        words, or is in another or an unknown language: the wrong list would answer, and be wrong.
    """
    return labelled(scored(texts, language))


def labelled(scores: np.ndarray) -> np.ndarray:
    """Whether each score is that of a negative, a neutral or a positive text."""
    return np.select(
        [np.isnan(scores), scores >= CUT, scores <= -CUT],
        [NOT_APPLICABLE, "positive", "negative"],
        "neutral",
    ).astype(object)


def scored(texts: Sequence[str | None], language: str | Sequence[str | None] = "") -> np.ndarray:
    """How positive or negative each text is, −1 to 1; NaN where :func:`label` has no answer."""
    named = [language] * len(texts) if isinstance(language, str) else list(language)
    return np.array(
        [_score(text, name) for text, name in zip(texts, named, strict=True)], dtype=float
    )


def _score(text: str | None, named: str | None) -> float:
    words = read(text or "")
    if not words.words and not words.emoticons:
        return float("nan")
    language = _short(named) if named else spoken(words)
    return score(words, language) if language in LANGUAGES else float("nan")


def _short(language: str) -> str:
    """`de` of `de-AT` or `de_DE`."""
    return language.replace("_", "-").partition("-")[0].lower()
