"""How positive or negative a text is by the words in it: rated lists and a little grammar."""

import math
from functools import cache

from tacheles.sentiment.text import Text, grammar, valences

#: From this score on, either way, a text is not neutral.
CUT = 0.15

#: What a word that turns makes of one that follows within three words.
_TURNED = -0.74

#: What a word that strengthens or weakens adds to one right after it, and a little further on.
_STRONGER = (0.293, 0.278, 0.264)

#: What capitals in a text of small letters add, and each of up to four exclamation marks.
_CAPITALS, _EXCLAMATION = 0.733, 0.292

#: What a sentence's halves weigh before and after its "but".
_BEFORE_BUT, _AFTER_BUT = 0.5, 1.5

#: Sum at which the score is 0.71 of the 1 that it never reaches, squared.
_LARGE = 15


def score(text: Text, language: str) -> float:
    """
    How positive or negative a text is, between −1 and 1.

    Parameters
    ----------
    text : Text
    language : str
        One of :data:`language.LANGUAGES`.

    References
    ----------
    Hutto, C. J. and Gilbert, E. E. (2014). VADER: a parsimonious rule-based model for sentiment
    analysis of social media text. ICWSM-14: what turns, strengthens and weakens, and by how much.
    """
    words = [word.lower() for word in text.words]
    roles = grammar()[language]
    found = [
        (i, _valence(word, language)) for i, word in enumerate(words) if _valence(word, language)
    ]
    but = min((words.index(word) for word in roles["opposing"] if word in words), default=None)
    capitals = _in_capitals(text.words) if found else set()
    total = 0.0
    for i, valence in found:
        sign = math.copysign(1.0, valence)
        valence += sign * (_CAPITALS * (i in capitals) + _strength(words, i, roles))
        if any(_turns(word, roles) for word in words[max(0, i - 3) : i]):
            valence *= _TURNED
        if but is not None and i != but:
            valence *= _BEFORE_BUT if i < but else _AFTER_BUT
        total += valence
    total += sum(valences("emoticons")[face] for face in text.emoticons)
    if total:
        total += math.copysign(_EXCLAMATION, total) * min(text.exclamations, 4)
    return total / math.sqrt(total**2 + _LARGE)


@cache
def _valence(word: str, language: str) -> float:
    """Of the word as it stands, else of the word it is a form of; 0 if the list knows neither."""
    rated, roles = valences(language), grammar()[language]
    if any(word in roles[role] for role in ("turning", "strengthening", "weakening")):
        return 0.0
    return next((rated[form] for form in _forms(word, language) if form in rated), 0.0)


def _forms(word: str, language: str) -> list[str]:
    """The word, and the words it may be an inflected form of, the likeliest first."""
    forms = [word]
    endings = sorted(grammar()[language]["endings"], key=lambda ending: (len(ending), ending))
    for ending in endings:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3:
            forms += [stem, f"{stem}en", f"{stem}n"]
            if stem.startswith("ge"):  # a participle
                forms.append(f"{stem.removeprefix('ge')}en")
    return forms


def _turns(word: str, roles: dict[str, frozenset[str]]) -> bool:
    return word in roles["turning"] or word.endswith("n't")


def _strength(words: list[str], i: int, roles: dict[str, frozenset[str]]) -> float:
    """What the three words before add to or take from a word."""
    before = zip(words[max(0, i - 3) : i][::-1], _STRONGER, strict=False)
    return sum(
        step * ((word in roles["strengthening"]) - (word in roles["weakening"]))
        for word, step in before
    )


def _in_capitals(words: tuple[str, ...]) -> set[int]:
    """Places of words in capitals; none if all are."""
    places = {i for i, word in enumerate(words) if len(word) > 1 and word.isupper()}
    return places if len(places) < len(words) else set()
