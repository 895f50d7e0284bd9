"""
Texts of the made-up community, as people might have written them, in German and in English.

A text is grown from phrases (`phrases_de.toml`, `phrases_en.toml`): a symbol is replaced by one of
its lines, drawn at random, and the symbols in that line in turn, until only words are left. The
symbol's name carries kind and mood (`answer.negative`), so each text is labelled with the mood it
was written with. Moods are hard on purpose, as in life: neutral texts name problems, negative ones
are polite or ironic, positive ones say what is no longer wrong.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from numpy.random import Generator

#: Features of the product, which have phrases of their own.
FEATURES = (
    "Einsatzplanung",
    "Mobile App",
    "Schnittstellen",
    "Auswertungen",
    "Rechnungen",
    "Rechte",
    "Lager",
    "Kalender",
)

#: Categories of tickets, which have phrases of their own.
TICKET_CATEGORIES = ("how_to", "bug", "billing", "outage", "account")

#: A line of a symbol: what is read out, piece by piece.
Line = tuple["str | Symbol | Number", ...]
Phrases = dict[str, tuple[Line, ...]]


class Symbol(tuple[str, int]):
    """A symbol's name, and how often of a hundred times it is said at all."""

    __slots__ = ()


class Number(tuple[int, int]):
    """A whole number from the first to the last."""

    __slots__ = ()


def written(
    rng: Generator,
    kinds: Sequence[str],
    languages: Sequence[str],
    sentiments: Sequence[str],
    features: Sequence[str | None],
) -> list[str]:
    """
    Texts of posts, tickets and survey answers.

    Parameters
    ----------
    rng : Generator
        The only source of chance: the same one gives the same texts.
    kinds : sequence of str
        question, answer, reply, comment, idea, announcement, article, discussion, ticket, survey.
    languages : sequence of str
        de or en.
    sentiments : sequence of str
        negative, neutral or positive.
    features : sequence of str
        What each is about; without one, any.
    """
    symbols = [f"{kind}.{mood}" for kind, mood in zip(kinds, sentiments, strict=True)]
    return _grown(rng, symbols, languages, features, styled=True)


def tickets(
    rng: Generator,
    categories: Sequence[str],
    languages: Sequence[str],
    sentiments: Sequence[str],
    features: Sequence[str | None],
) -> list[str]:
    """Texts of tickets that fit their category: how_to, bug, billing, outage or account."""
    symbols = [f"ticket.{mood}" for mood in sentiments]
    return _grown(rng, symbols, languages, features, categories, styled=True)


def titles(
    rng: Generator,
    kinds: Sequence[str],
    languages: Sequence[str],
    features: Sequence[str | None],
) -> list[str]:
    """Titles of threads, by the kind of the post that opens them."""
    return _grown(rng, [f"{kind}.title" for kind in kinds], languages, features)


def subjects(
    rng: Generator,
    categories: Sequence[str],
    languages: Sequence[str],
    features: Sequence[str | None],
) -> list[str]:
    """Subjects of tickets, by their category."""
    symbols = ["subject"] * len(categories)
    return _grown(rng, symbols, languages, features, categories)


def _grown(
    rng: Generator,
    symbols: Sequence[str],
    languages: Sequence[str],
    features: Sequence[str | None],
    categories: Sequence[str] | None = None,
    *,
    styled: bool = False,
) -> list[str]:
    """One text for each symbol."""
    draw = _draws(rng).__next__
    either = ("how_to", "bug")  # what a ticket is about that nobody has sorted yet
    found = []
    for place, (symbol, language, feature) in enumerate(
        zip(symbols, languages, features, strict=True)
    ):
        about = feature if feature in FEATURES else FEATURES[draw() % len(FEATURES)]
        category = categories[place] if categories is not None else either[draw() % 2]
        text = _said(Symbol((symbol, 100)), phrases(language, about, category), draw)
        text = _spelled(text, language)
        found.append(_hurried(text, language, draw) if styled else text)
    return found


def _draws(rng: Generator) -> Iterator[int]:
    """Whole numbers at random without end, drawn in large batches."""
    while True:
        yield from rng.integers(0, 2**32, 2**14).tolist()


@cache
def phrases(language: str, feature: str, category: str) -> Phrases:
    """All phrases that may be said about a feature in a ticket of this category."""
    written = _read(language)
    found = {
        name: lines
        for name, lines in written.items()
        if not name.startswith(("features.", *(f"{one}." for one in TICKET_CATEGORIES)))
    }
    for room in (f"features.{feature}.", f"{category}."):
        found |= {
            name.removeprefix(room): lines
            for name, lines in written.items()
            if name.startswith(room)
        }
    return found


@cache
def _read(language: str) -> Phrases:
    """The phrases of a language by the full names of their symbols, cut into pieces."""
    path = Path(__file__).with_name(f"phrases_{language}.toml")
    return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))


def _flat(written: dict, above: str = "") -> Iterator[tuple[str, tuple[Line, ...]]]:
    for name, below in written.items():
        if isinstance(below, dict):
            yield from _flat(below, f"{above}{name}.")
        else:
            yield above + name, tuple(map(_pieces, below.removesuffix("\n").split("\n")))


def _pieces(line: str) -> Line:
    """A line cut at its symbols: `{name}`, `{name?}` (every other time), `{name?30}`, `{#2-9}`."""
    pieces: list[str | Symbol | Number] = []
    for words, code in re.findall(r"([^{]*)(?:\{([^}]+)\})?", line.replace("¶", "\n")):
        if words:
            pieces.append(words)
        if code.startswith("#"):
            first, last = code[1:].split("-")
            pieces.append(Number((int(first), int(last))))
        elif code:
            name, asks, chance = code.partition("?")
            pieces.append(Symbol((name, int(chance or 50) if asks else 100)))
    return tuple(pieces)


def _said(symbol: Symbol, known: Phrases, draw: Callable[[], int]) -> str:
    """A symbol in words."""
    name, chance = symbol
    if chance < 100 and draw() % 100 >= chance:
        return ""
    lines = known[name]
    said = ""
    for piece in lines[draw() % len(lines)]:
        if type(piece) is Symbol:
            said += _said(piece, known, draw)
        elif type(piece) is Number:
            said += str(piece[0] + draw() % (piece[1] - piece[0] + 1))
        else:
            said += piece
    return said


#: More space than is meant, and stops that meet another one.
_SPACES = re.compile(r" {2,}| *\n[ \n]*")
_STOPS = re.compile(r"\.!+|[?!]\.(?!\w)")

#: Where a sentence begins: the text itself, and after its end; in English after a greeting too.
_BEGINNINGS = {
    "de": re.compile(r"(?:^|[.!?…][ \n]+)[„\"]?[a-zäöü]"),
    "en": re.compile(r"(?:^|[.!?…] |\n)[\"]?[a-z]"),
}


def _spelled(text: str, language: str) -> str:
    """A text with one space between words, one stop after a sentence, and capital letters."""
    text = _SPACES.sub(lambda found: found[0].strip(" ")[:2] or " ", text)
    text = _STOPS.sub(lambda found: found[0].replace(".", ""), text).strip()
    return _BEGINNINGS[language].sub(lambda found: found[0].upper(), text)


#: Umlauts as people write them whose keyboard has none.
_WITHOUT_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)


def _hurried(text: str, language: str, draw: Callable[[], int]) -> str:
    """One text in seven as it leaves the hand of somebody in a hurry."""
    habit = draw() % 100
    if habit < 5:
        return _with_typo(text, draw)
    if habit < 9:
        return text.lower()
    if habit < 12:
        return text.removesuffix(".").replace("!", "!!")
    if habit < 14 and language == "de":
        return text.translate(_WITHOUT_UMLAUTS)
    return text


def _with_typo(text: str, draw: Callable[[], int]) -> str:
    """A text in which two letters of a longer word have changed places."""
    words = list(re.finditer(r"[a-zäöü]{6,}", text))
    if not words:
        return text
    at = words[draw() % len(words)].start() + 1 + draw() % 3
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
