"""A text as its words: without code, links, names and tags, with its emoticons apart."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LEXICONS = Path(__file__).parent / "lexicons"

_NOISE = re.compile(r"```.*?```|`[^`]*`|https?://\S+|www\.\S+|<[^>]*>|[@#]\w+", re.DOTALL)

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


@dataclass(frozen=True)
class Text:
    """
    What a word list looks at.

    Parameters
    ----------
    words : tuple of str
        As written.
    emoticons : tuple of str
    exclamations : int
        Marks of exclamation.
    """

    words: tuple[str, ...]
    emoticons: tuple[str, ...]
    exclamations: int


def read(text: str) -> Text:
    """The words and emoticons of a text; code, links, `@names` and `#tags` are none of its own."""
    plain = _NOISE.sub(" ", text.replace("’", "'"))
    emoticons = tuple(_emoticon().findall(plain))
    if emoticons:
        plain = _emoticon().sub(" ", plain)
    return Text(tuple(_WORD.findall(plain)), emoticons, plain.count("!"))


@cache
def valences(name: str) -> dict[str, float]:
    """The words of a list, or the emoticons, and how positive or negative they are, −4 to 4."""
    lines = (_LEXICONS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if "\t" in line)
    return {word: float(valence) for word, valence in rows}


@cache
def grammar() -> dict[str, dict[str, frozenset[str]]]:
    """By language the words that turn, strengthen and weaken others; `known_by` by language."""
    written = tomllib.loads((_LEXICONS / "grammar.toml").read_text(encoding="utf-8"))
    return {
        language: {role: frozenset(words.split()) for role, words in roles.items()}
        for language, roles in written.items()
    }


@cache
def _emoticon() -> re.Pattern[str]:
    longest_first = sorted(valences("emoticons"), key=lambda face: (-len(face), face))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])")
