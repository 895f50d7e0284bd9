"""What a cell shows: the same facts as HTML for a page, and without markup for the paper."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

#: How the cells of a column of numbers begin.
_NUMBER = re.compile(r"[\d+−±—]|$")


def number_columns(rows: Sequence[Sequence[str]]) -> list[bool]:
    """Which columns are set to the right: those that hold numbers alone, and not the first."""
    columns = zip(*rows, strict=True)
    return [i > 0 and all(map(_NUMBER.match, cells)) for i, cells in enumerate(columns)]


class Shown:
    """
    What a cell shows: as HTML for a page and for JupyterLab, and as plain facts for the paper.

    A subclass has `html()`, and `facts()` that JSON can hold.
    """

    MIME = "application/vnd.tacheles.shown+json"

    def html(self) -> str:
        """The output as it stands on a page, escaped."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """The output's texts, without markup."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        facts = {"kind": type(self).__name__, **self.facts()}
        return {"text/html": self.html(), self.MIME: facts, "text/plain": repr(self)}


class Text(Shown):
    """A paragraph of computed sentences."""

    def __init__(self, said: str) -> None:
        self.said = said

    def __repr__(self) -> str:
        return self.said

    def html(self) -> str:
        """A paragraph."""
        return f"<p>{escape(self.said)}</p>"

    def facts(self) -> dict[str, Any]:
        """`said`."""
        return {"said": self.said}


class Table(Shown):
    """A small table for readers: a caption, a head with units, numbers on the same digit."""

    def __init__(self, caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.caption, self.head, self.rows = caption, list(head), [list(row) for row in rows]

    def __repr__(self) -> str:
        return "\n".join("\t".join(row) for row in (self.head, *self.rows))

    def facts(self) -> dict[str, Any]:
        """`caption`, `head` and `rows`."""
        return {"caption": self.caption, "head": self.head, "rows": self.rows}

    def html(self) -> str:
        """A table with its caption, its heads marked as such."""
        kinds = ["" if is_number else ' class="text"' for is_number in number_columns(self.rows)]
        kinds = kinds or [""] * len(self.head)
        head = "".join(
            f'<th scope="col"{kind}>{escape(cell)}</th>'
            for kind, cell in zip(kinds, self.head, strict=True)
        )
        rows = "".join(
            f'<tr><th scope="row">{escape(row[0])}</th>'
            + "".join(
                f"<td{kind}>{escape(cell)}</td>"
                for kind, cell in zip(kinds[1:], row[1:], strict=True)
            )
            + "</tr>"
            for row in self.rows
        )
        return (
            f"<table><caption>{escape(self.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


@dataclass(frozen=True)
class Card:
    """One number of a bottom line: its name, its value, what is known of it, how it changed."""

    title: str
    value: str
    known: str
    change: str = ""
    mood: str = ""  # "good" or "bad" if the change is clear

    def html(self) -> str:
        """A box; the change is coloured by what is desirable."""
        change = escape(self.change)
        if self.mood:
            change = f'<span class="{self.mood}">{change}</span>'
        return (
            f'<div><h3>{escape(self.title)}</h3><div class="value">{escape(self.value)}</div>'
            f'<div class="known">{escape(self.known)}{"<br>" if change else ""}{change}</div></div>'
        )


class BottomLine(Shown):
    """What a page says first: the finding, three sentences, four numbers."""

    def __init__(self, finding: str, sentences: Sequence[str], cards: Sequence[Card]) -> None:
        self.finding, self.sentences, self.cards = finding, list(sentences), list(cards)

    def __repr__(self) -> str:
        return " ".join((f"{self.finding}.", *self.sentences))

    def facts(self) -> dict[str, Any]:
        """`finding`, `sentences` and `cards`."""
        cards = [asdict(card) for card in self.cards]
        return {"finding": self.finding, "sentences": self.sentences, "cards": cards}

    def html(self) -> str:
        """The page's only heading of the first order, a paragraph and the cards."""
        cards = "".join(card.html() for card in self.cards)
        return (
            f'<h1>{escape(self.finding)}</h1><p class="bottom-line">'
            f"{escape(' '.join(self.sentences))}</p>"
            + (f'<div class="cards">{cards}</div>' if cards else "")
        )
