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
from dataclasses import dataclass, field
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

#: What a text and its title speak of alike, once it is said.
TOPICS = {"do", "bug", "error"}

#: A line of a symbol: what is read out, piece by piece.
Line = tuple["str | Symbol | Number | Subject", ...]
Phrases = dict[str, tuple[Line, ...]]


class Symbol(tuple[str, int]):
    """A symbol's name, and how often of a hundred times it is said at all."""

    __slots__ = ()


class Number(tuple[int, int]):
    """A whole number from the first to the last."""

    __slots__ = ()


class Subject(tuple["str | Symbol | Number | Subject", ...]):
    """The subject of a ticket that says the rest of the line; it is not part of the text."""

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
    return [
        writer.text(f"{kind}.{mood}")
        for writer, kind, mood in zip(
            _writers(rng, languages, features), kinds, sentiments, strict=True
        )
    ]


def with_titles(
    rng: Generator,
    kinds: Sequence[str],
    languages: Sequence[str],
    sentiments: Sequence[str],
    features: Sequence[str | None],
) -> tuple[list[str], list[str]]:
    """Titles and texts of posts that open threads: a title says what its text is about."""
    found = [
        (writer.text(f"{kind}.{mood}"), writer.title(f"{kind}.title"))
        for writer, kind, mood in zip(
            _writers(rng, languages, features), kinds, sentiments, strict=True
        )
    ]
    return [title for _text, title in found], [text for text, _title in found]


def with_subjects(
    rng: Generator,
    categories: Sequence[str],
    languages: Sequence[str],
    sentiments: Sequence[str],
    features: Sequence[str | None],
) -> tuple[list[str], list[str]]:
    """Subjects and texts of tickets: a subject says what its text is about."""
    found = [
        (writer.text(f"ticket.{mood}"), writer.title("subject"))
        for writer, mood in zip(
            _writers(rng, languages, features, categories), sentiments, strict=True
        )
    ]
    return [subject for _text, subject in found], [text for text, _subject in found]


def subjects(
    rng: Generator,
    categories: Sequence[str],
    languages: Sequence[str],
    features: Sequence[str | None],
) -> list[str]:
    """Subjects of tickets without a text: what an agent types who was called."""
    return [writer.title("subject") for writer in _writers(rng, languages, features, categories)]


def _writers(
    rng: Generator,
    languages: Sequence[str],
    features: Sequence[str | None],
    categories: Sequence[str] | None = None,
) -> Iterator["Writer"]:
    """Somebody for each text, who knows what it is about."""
    draw = _draws(rng).__next__
    if categories is None:  # a ticket that nobody has sorted yet is one of these
        categories = [("how_to", "bug")[draw() % 2] for _ in languages]
    for language, feature, category in zip(languages, features, categories, strict=True):
        about = feature if feature in FEATURES else FEATURES[draw() % len(FEATURES)]
        yield Writer(language, phrases(language, about, category), draw)


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
            yield above + name, tuple(map(_line, below.removesuffix("\n").split("\n")))


def _line(text: str) -> Line:
    """A line in pieces; what stands before a bar is the subject of what stands behind it."""
    subject, bar, rest = text.partition(" | ")
    return (Subject(_pieces(subject)), *_pieces(rest)) if bar else _pieces(text)


def _pieces(text: str) -> Line:
    """Words cut at symbols: `{name}`, `{name?}` (every other time), `{name?30}`, `{#2-9}`."""
    pieces: list[str | Symbol | Number | Subject] = []
    for words, code in re.findall(r"([^{]*)(?:\{([^}]+)\})?", text.replace("¶", "\n")):
        if words:
            pieces.append(words)
        if code.startswith("#"):
            first, last = code[1:].split("-")
            pieces.append(Number((int(first), int(last))))
        elif code:
            name, asks, chance = code.partition("?")
            pieces.append(Symbol((name, int(chance or 50) if asks else 100)))
    return tuple(pieces)


@dataclass(slots=True)
class Writer:
    """
    Somebody who writes one text, and remembers what it was about when it comes to the title.

    Parameters
    ----------
    language : str
    known : dict
        Phrases by the names of their symbols.
    draw : callable
        Gives the next whole number at random.
    """

    language: str
    known: Phrases
    draw: Callable[[], int]
    topics: dict[str, str] = field(default_factory=dict)
    subject: str = ""
    is_written: bool = False

    def text(self, name: str) -> str:
        """A text, spelled as well as its writer cares."""
        words = _spelled(self._symbol(name), self.language)
        self.is_written = True
        return _hurried(words, self.language, self.draw)

    def title(self, name: str) -> str:
        """A title: of the text, if one was written, else of any."""
        if name not in self.known:
            self._symbol("need")  # which brings its own subject
        if self.subject:
            return _spelled(self.subject, self.language)
        line = self._drawn(name)
        while self.is_written and not _topics(line) <= self.topics.keys():
            line = self._drawn(name)  # until one names nothing that the text does not
        return _spelled(self._line(line), self.language)

    def _symbol(self, name: str) -> str:
        """A symbol in words; a message is the same throughout, and so is what a title repeats."""
        if name in self.topics and (self.is_written or name == "error"):
            return self.topics[name]
        words = self._line(self._drawn(name))
        if name in TOPICS:
            self.topics.setdefault(name, words)
        return words

    def _drawn(self, name: str) -> Line:
        lines = self.known[name]
        return lines[self.draw() % len(lines)]

    def _line(self, line: Line) -> str:
        words = ""
        for piece in line:
            if type(piece) is str:
                words += piece
            elif type(piece) is Symbol:
                name, chance = piece
                if chance == 100 or self.draw() % 100 < chance:
                    words += self._symbol(name)
            elif type(piece) is Number:
                first, last = piece
                words += str(first + self.draw() % (last - first + 1))
            elif type(piece) is Subject and not self.subject:
                self.subject = self._line(piece)
        return words


@cache
def _topics(line: Line) -> frozenset[str]:
    """Topics that a line names."""
    return frozenset(piece[0] for piece in line if isinstance(piece, Symbol)) & TOPICS


#: More space than is meant, and how much is; each is looked for until none is left.
_SPACES = (("  ", " "), (" \n", "\n"), ("\n ", "\n"), ("\n\n\n", "\n\n"))

#: Stops that meet another one.
_STOPS = re.compile(r"\.!+|[?!]\.(?!\w)|\?!+")

#: Where a sentence begins after the end of another; in English after a greeting too.
_BEGINNINGS = {
    "de": re.compile(r"[.!?…][ \n]+[„\"]?[a-zäöü]"),
    "en": re.compile(r"(?:[.!?…] |\n)[\"]?[a-z]"),
}


def _spelled(text: str, language: str) -> str:
    """A text with one space between words, one stop after a sentence, and capital letters."""
    for several, one in _SPACES:
        while several in text:
            text = text.replace(several, one)
    if ".!" in text or "?!" in text or "?." in text or "!." in text:
        text = _STOPS.sub(lambda found: found[0].replace(".", "").replace("?!!", "?!"), text)
    text = text.strip()
    first = 2 if text[:1] in ("„", '"') else 1
    rest = _BEGINNINGS[language].sub(lambda found: found[0].upper(), text[first:])
    return text[:first].upper() + rest


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
        return text.removesuffix(".") if "!!" in text else text.replace("!", "!!")
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
