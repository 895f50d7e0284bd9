"""A plan as the text of its file: every cell where it stands, everything else untouched."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from tacheles import table_file
from tacheles.contract import Column, Table
from tacheles.errors import TachelesError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: Words for yes and no, as a spreadsheet or a person writes them.
_YES_NO = (("true", "false"), ("t", "f"), ("yes", "no"), ("wahr", "falsch"), ("1", "0"))

_GERMAN_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")


@dataclass(frozen=True)
class Line:
    """
    A row of the file as it is written: its cells with their quotes, and how it ends.

    Parameters
    ----------
    cells : tuple of str
    end : str
        A line feed, with or without a carriage return; empty at the end of a file.
    """

    cells: tuple[str, ...]
    end: str

    def text(self, place: int) -> str:
        """What a cell holds."""
        return _unquoted(self.cells[place])

    @property
    def is_blank(self) -> bool:
        """Whether nothing is in it: such a row is passed over."""
        return not any(_unquoted(cell) for cell in self.cells)


def _unquoted(raw: str) -> str:
    text = raw[1:-1].replace('""', '"') if raw.startswith('"') else raw
    return text.strip()


@dataclass(frozen=True)
class Sheet:
    """
    The text of a plan (:func:`read`).

    Parameters
    ----------
    path : Path
    table : Table
    content : bytes or None
        What the file holds; None: there is none yet.
    lines : tuple of Line
        All rows of the file, the blank ones too.
    head : int
        Which of them holds the names of the columns.
    delimiter : str
    """

    path: Path
    table: Table
    content: bytes | None
    lines: tuple[Line, ...]
    head: int
    delimiter: str

    @classmethod
    def read(cls, path: Path, table: Table, content: bytes | None) -> "Sheet":
        """
        The sheet of a file.

        Parameters
        ----------
        path : Path
        table : Table
        content : bytes or None
            What the file holds; None: the sheet has the columns of the contract and no row.

        Raises
        ------
        TachelesError
            If it is no CSV with the contract's required columns. A cell that is wrong is no reason:
            it can be corrected.
        """
        if content is None:
            names = Line(tuple(column.name for column in table.columns), "\n")
            return cls(path, table, None, (names,), 0, ",")
        for _row in table_file.csv_rows(path, table, content):
            pass  # read to its end: what is no table is refused
        text = content.decode("utf-8-sig")
        delimiter = table_file.delimiter_of(text)
        lines = tuple(_lines(text, delimiter))
        head = next(place for place, line in enumerate(lines) if not line.is_blank)
        return cls(path, table, content, lines, head, delimiter)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where in a row each named column stands."""
        names = [_unquoted(cell) for cell in self.lines[self.head].cells]
        return {name: place for place, name in enumerate(names) if name}

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """Which lines hold a row of the table."""
        after = range(self.head + 1, len(self.lines))
        return tuple(place for place in after if not self.lines[place].is_blank)

    def text(self, row: int, column: str) -> str:
        """What a cell holds; nothing where the file has no such column."""
        return self.lines[row].text(self.places[column]) if column in self.places else ""

    @cached_property
    def newline(self) -> str:
        """How rows of this file end."""
        ends = [line.end for line in self.lines if line.end]
        return max(set(ends), key=ends.count) if ends else "\n"

    @cached_property
    def _texts(self) -> dict[str, list[str]]:
        """The filled cells by the type of their column."""
        found: dict[str, list[str]] = {}
        for column in self.table.columns:
            texts = found.setdefault(column.type, [])
            texts += filter(None, (self.text(row, column.name) for row in self.rows))
        return found

    @cached_property
    def has_decimal_comma(self) -> bool:
        """Whether numbers are written 0,5 here."""
        return table_file.has_decimal_comma(self._texts.get("number", []), self.delimiter)

    @cached_property
    def has_german_dates(self) -> bool:
        """Whether days are written 31.12.2026 here."""
        days = self._texts.get("date", [])
        return sum(bool(_GERMAN_DATE.match(text)) for text in days) * 2 > len(days)

    @cached_property
    def yes_no(self) -> tuple[str, str]:
        """The words for yes and no that this file uses."""
        used = {text.lower(): text for text in self._texts.get("boolean", [])}
        for words in _YES_NO:
            there = [used[word] for word in words if word in used]
            if there and there[0].isupper():
                return words[0].upper(), words[1].upper()
            if there:
                return words
        return _YES_NO[0]

    def mistake(self, text: str, column: Column) -> TachelesError | None:
        """
        What is wrong with a cell of this file, see :func:`table_file.mistake`.

        Parameters
        ----------
        text : str
        column : Column
        """
        wrong = table_file.mistake(text, column)
        if wrong or column.type != "number" or not table_file.is_doubtful(text.strip()):
            return wrong
        return table_file.doubt(text.strip()) if self.has_decimal_comma else None

    def normalised(self, text: str, column: Column) -> str:
        """
        What somebody typed, in the notation of this file; as typed if it stands for nothing.

        Parameters
        ----------
        text : str
        column : Column
        """
        text = text.strip()
        if not text or self.mistake(text, column):
            return text
        if column.type in ("number", "integer"):
            return self._number(text)
        if column.type == "date":
            day = table_file.value_of(text, column)
            return f"{day:%d.%m.%Y}" if self.has_german_dates else f"{day:%Y-%m-%d}"
        if column.type == "boolean":
            return self.yes_no[0 if table_file.value_of(text, column) else 1]
        return str(table_file.value_of(text, column)) if column.type == "time" else text

    def _number(self, text: str) -> str:
        text = table_file.with_decimal_point(text)
        return text.replace(".", ",") if self.has_decimal_comma else text

    def written(self, text: str, before: str = "") -> str:
        """
        A cell as it is written into the file.

        Parameters
        ----------
        text : str
            What it shall hold.
        before : str
            How it was written: what was quoted stays so.
        """
        if "\n" in text and "\r\n" in before:
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        needs_quotes = text.startswith('"') or any(
            mark in text for mark in (self.delimiter, "\n", "\r")
        )
        if needs_quotes or before.startswith('"'):
            return '"' + text.replace('"', '""') + '"'
        return text

    def changed(self, line: Line, texts: Mapping[str, str]) -> Line:
        """A row with other texts in some cells; those that hold what they held stay as they are."""
        cells = list(line.cells)
        for name, text in texts.items():
            if name in self.places and _plain(text) != _plain(line.text(self.places[name])):
                place = self.places[name]
                cells[place] = self.written(text, cells[place])
        return replace(line, cells=tuple(cells))

    def empty_line(self) -> Line:
        """A row with nothing in it."""
        return Line(("",) * len(self.lines[self.head].cells), self.newline)

    def joined(self, lines: Iterable[Line]) -> bytes:
        """Rows as the bytes of a file that begins and ends as this one does."""
        *others, last = [
            (self.delimiter.join(line.cells), line.end or self.newline) for line in lines
        ]
        ends_open = self.content is not None and not self.lines[-1].end
        text = "".join(cells + end for cells, end in others)
        text += last[0] + ("" if ends_open else last[1])
        mark = _BYTE_ORDER_MARK if (self.content or b"").startswith(_BYTE_ORDER_MARK) else b""
        return mark + text.encode()


def _plain(text: str) -> str:
    """A text whose lines end as a browser ends them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _lines(text: str, delimiter: str) -> Iterable[Line]:
    """The rows of a readable CSV, as they are written."""
    cell = re.compile(rf'"[^"]*(?:""[^"]*)*"|[^{delimiter}\r\n]*')
    cells: list[str] = []
    place = 0
    while place < len(text) or cells:
        found = cell.match(text, place)
        cells.append(found[0] if found else "")
        place += len(cells[-1])
        if text[place : place + 1] == delimiter:
            place += 1
            continue
        end = "\r\n" if text[place : place + 2] == "\r\n" else text[place : place + 1]
        yield Line(tuple(cells), end)
        cells, place = [], place + len(end)
