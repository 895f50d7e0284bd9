"""What somebody is changing in a plan: checked as it goes, undone step by step, saved whole."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import ibis

from tacheles import table_file
from tacheles.contract import PLANS, Column, Table
from tacheles.errors import TachelesError
from tacheles.plans import saved
from tacheles.plans.sheet import Line, Sheet

#: What two rows of the same key are told.
TWICE = "a key occurs twice"


@dataclass(frozen=True, eq=False)
class Row:
    """
    A row of a draft.

    Parameters
    ----------
    number : int
        Its own in this draft; it stays the same whatever happens to the others.
    line : int or None
        Which line of the file it is; None: a new row.
    copied : int or None
        Of which line a new row is a copy.
    texts : mapping
        What was typed, by column; other cells are as in the file.
    """

    number: int
    line: int | None = None
    copied: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """
    A cell that two people have changed, or one of them.

    Parameters
    ----------
    row : str
        The row's key.
    column : str
        Empty if the whole row was added or deleted.
    before, theirs, mine : str
        What it held when it was opened, what is saved by now, what is drafted here.
    """

    row: str
    column: str
    before: str
    theirs: str
    mine: str


class Draft:
    """
    A plan that somebody is changing.

    Parameters
    ----------
    folder : Path
        The community's folder.
    name : str
        Name of the plan table.

    Raises
    ------
    TachelesError
        If the file is no CSV, or lacks a required column.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / "plans" / f"{name}.csv"
        self.table = PLANS[name]
        self._open(saved.content_of(self.path))

    def _open(self, content: bytes | None) -> None:
        self.sheet = Sheet.read(self.path, self.table, content)
        self.rows = tuple(Row(number, line) for number, line in enumerate(self.sheet.rows))
        self._next = len(self.rows)
        self._past: list[tuple[tuple[Row, ...], tuple[int, str] | None]] = []
        self._judged: dict[Row, _Judged] = {}

    # What it holds

    def row(self, number: int) -> Row:
        """The row of this number."""
        return next(row for row in self.rows if row.number == number)

    def text(self, row: Row, column: str) -> str:
        """What a cell holds, as it was typed or as it is in the file."""
        if column in row.texts:
            return row.texts[column]
        return self._before(row, column)

    def _before(self, row: Row, column: str) -> str:
        line = row.line if row.line is not None else row.copied
        return "" if line is None else self.sheet.text(line, column)

    def is_changed(self, row: Row, column: Column) -> bool:
        """Whether a cell will be written otherwise than it is in the file."""
        if row.line is None:
            return bool(self.text(row, column.name))
        return column.name in self._written(row)

    def _written(self, row: Row) -> dict[str, str]:
        """Cells of a row that differ from the file, in its notation."""
        columns = {column.name: column for column in self.table.columns}
        texts = {name: self._in_notation(row, columns[name]) for name in row.texts}
        return {name: text for name, text in texts.items() if text != self._before(row, name)}

    def _in_notation(self, row: Row, column: Column) -> str:
        typed = self.text(row, column.name).strip()
        before = self._before(row, column.name)
        is_same = typed.splitlines() == before.splitlines()
        return before if is_same else self.sheet.normalised(typed, column)

    @property
    def unsaved(self) -> int:
        """How many rows were changed, added or deleted."""
        kept = {row.line for row in self.rows}
        changed = [row for row in self.rows if row.line is None or self._written(row)]
        return len(changed) + len(set(self.sheet.rows) - kept)

    # What is wrong with it

    def mistake(self, row: Row, column: Column) -> TachelesError | None:
        """What is wrong with a cell, in the contract's own words."""
        return self.sheet.mistake(self.text(row, column.name), column)

    def mistakes(self) -> Iterator[tuple[Row, Column, TachelesError]]:
        """Every cell with a mistake, and every key that occurs twice."""
        judged = [(row, self._judge(row)) for row in self.rows]
        keys = Counter(known.key for _row, known in judged)
        for row, known in judged:
            yield from ((row, column, error) for column, error in known.mistakes)
            if not known.mistakes and keys[known.key] > 1:
                yield row, self.table.column(self.table.key[0]), self._twice(row)

    def _judge(self, row: Row) -> "_Judged":
        """What is known of a row; a row never changes, it is replaced."""
        if row not in self._judged:
            found = [(column, self.mistake(row, column)) for column in self.table.columns]
            wrong = [(column, error) for column, error in found if error]
            self._judged[row] = _Judged(self.key(row), wrong)
        return self._judged[row]

    def _twice(self, row: Row) -> TachelesError:
        hint = f"the table {self.table.name} has {self.table.grain}; take the duplicate out"
        return TachelesError(TWICE, self.name_of(row), hint)

    def key(self, row: Row) -> tuple[object, ...]:
        """What makes a row unique, as values of their types."""
        columns = map(self.table.column, self.table.key)
        return tuple(_value(self.text(row, column.name), column) for column in columns)

    def name_of(self, row: Row) -> str:
        """A row's key, as a reader would say it."""
        return ", ".join(filter(None, (self.text(row, name) for name in self.table.key)))

    # What is done to it

    def set(self, number: int, column: str, text: str) -> None:
        """Type a text into a cell; typing on in the same cell is one step."""
        cell = (number, column)
        if not (self._past and self._past[-1][1] == cell):
            self._past.append((self.rows, cell))
        self.rows = tuple(
            replace(row, texts={**row.texts, column: text}) if row.number == number else row
            for row in self.rows
        )

    def add(self, **texts: str) -> int:
        """Add a row at the end, with texts in some of its cells; its number."""
        return self._insert(len(self.rows), Row(self._next, texts=texts))

    def duplicate(self, number: int) -> int:
        """Add a copy of a row below it; its number."""
        place = self.rows.index(self.row(number))
        copied = self.rows[place]
        line = copied.line if copied.line is not None else copied.copied
        return self._insert(place + 1, Row(self._next, None, line, copied.texts))

    def _insert(self, place: int, row: Row) -> int:
        self._past.append((self.rows, None))
        self.rows = (*self.rows[:place], row, *self.rows[place:])
        self._next += 1
        return row.number

    def delete(self, number: int) -> None:
        """Take a row out."""
        self._past.append((self.rows, None))
        self.rows = tuple(row for row in self.rows if row.number != number)

    def undo(self) -> None:
        """Take the last step back."""
        if self._past:
            self.rows, _cell = self._past.pop()

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    # Into the file

    def content(self) -> bytes:
        """The file as it will be: what nobody changed byte for byte as it is."""
        if not self.unsaved and self.sheet.content is not None:
            return self.sheet.content
        return self.sheet.joined(self._widened(self._lines()))

    def _lines(self) -> Iterator[tuple[Line, Row | None]]:
        """All lines of the file to be, in their order, and what row each is."""
        lines, place = self.sheet.lines, self.sheet.head + 1
        yield from ((line, None) for line in lines[:place])
        end = max(self.sheet.rows, default=self.sheet.head) + 1
        for row in self.rows:
            if row.line is not None:
                between = range(place, row.line)
                yield from ((lines[at], None) for at in between if lines[at].is_blank)
                place = row.line + 1
            before = lines[row.line] if row.line is not None else self._copied(row)
            yield self.sheet.changed(before, self._written(row)), row
        rest = (at for at in range(place, len(lines)) if at >= end or lines[at].is_blank)
        yield from ((lines[at], None) for at in rest)

    def _copied(self, row: Row) -> Line:
        if row.copied is None:
            return self.sheet.empty_line()
        return replace(self.sheet.lines[row.copied], end=self.sheet.newline)

    def _widened(self, lines: Iterator[tuple[Line, Row | None]]) -> Iterator[Line]:
        """Lines with the columns that the file lacked until now, and that somebody filled."""
        lacking = [column.name for column in self.table.columns if self._is_new(column.name)]
        for place, (line, row) in enumerate(lines):
            if row is not None:
                written = self._written(row)
                more = [self.sheet.written(written.get(name, "")) for name in lacking]
            else:
                more = lacking if place == self.sheet.head else [""] * len(lacking)
            is_passed_over = row is None and place != self.sheet.head
            yield line if is_passed_over else replace(line, cells=(*line.cells, *more))

    def _is_new(self, column: str) -> bool:
        return column not in self.sheet.places and any(
            row.texts.get(column, "").strip() for row in self.rows
        )

    def check(self) -> None:
        """
        Hold what will be saved against the contract, as the next run will.

        Raises
        ------
        TachelesError
            As for a file with this mistake.
        """
        read = table_file.read_csv(self.path, self.table, self.content())
        table_file.check(ibis.memtable(read), self.path, self.table)

    def save(self) -> None:
        """
        Write the file, whole or not at all, if it is correct and still the one that was opened.

        Raises
        ------
        ChangedMeanwhileError
            If somebody else has saved it meanwhile: see :meth:`differences`, then :meth:`rebase` or
            :meth:`reopen`.
        TachelesError
            If it breaks its contract or cannot be written.
        """
        content = self.content()
        if content != self.sheet.content:
            self.check()
            saved.replace(self.path, self.sheet.content, content)
        self._open(content)

    def reopen(self) -> None:
        """Begin again with what the file holds now."""
        self._open(saved.content_of(self.path))

    def differences(self, theirs: bytes | None) -> list[Difference]:
        """
        What somebody else has changed since this draft was opened, and what this draft changes.

        Parameters
        ----------
        theirs : bytes or None
            What the file holds now.
        """
        base = _cells(self.sheet, self.table)
        other = _cells(Sheet.read(self.path, self.table, theirs), self.table)
        mine = self._cells()
        found = []
        for key in dict.fromkeys((*base, *other, *mine)):
            versions = [cells.get(key, {}) for cells in (base, other, mine)]
            for column in dict.fromkeys(name for cells in versions for name in cells):
                before, their, own = (cells.get(column, "") for cells in versions)
                if not before == their == own:
                    found.append(
                        Difference(", ".join(filter(None, key)), column, before, their, own)
                    )
        return found

    def _cells(self) -> dict[tuple[str, ...], dict[str, str]]:
        """The filled cells of this draft by column and key; of a row in the file, its key there."""
        found = {}
        for row in self.rows:
            texts = {c.name: self._in_notation(row, c) for c in self.table.columns}
            from_file = row.line is not None
            key = tuple(
                self._before(row, name) if from_file else texts[name] for name in self.table.key
            )
            found[key] = {name: text for name, text in texts.items() if text}
        return found

    def rebase(self) -> list[str]:
        """
        Begin again with what the file holds now, and do the same to it as before.

        Returns
        -------
        list of str
            Rows that could not be treated as before: those that were to be deleted, but somebody
            else has changed them. Those that somebody else has deleted are new rows now.
        """
        before, rows = self.sheet, self.rows
        mine = {self._key_in(before, row.line): row for row in rows if row.line is not None}
        gone = [self._key_in(before, line) for line in before.rows]
        gone = [key for key in gone if key not in mine]
        changes = {key: self._written(row) for key, row in mine.items() if self._written(row)}
        whole = {
            row.number: {c.name: self._in_notation(row, c) for c in self.table.columns}
            for row in rows
        }
        added = [whole[row.number] for row in rows if row.line is None]
        base = _cells(before, self.table)
        self.reopen()
        return self._redo(changes, gone, added, {k: whole[mine[k].number] for k in changes}, base)

    def _redo(
        self,
        changes: Mapping[tuple[str, ...], Mapping[str, str]],
        gone: list[tuple[str, ...]],
        added: list[dict[str, str]],
        whole: Mapping[tuple[str, ...], dict[str, str]],
        base: Mapping[tuple[str, ...], Mapping[str, str]],
    ) -> list[str]:
        here = {
            self._key_in(self.sheet, row.line): row.number
            for row in self.rows
            if row.line is not None
        }
        now = _cells(self.sheet, self.table)
        for key, texts in changes.items():
            if key not in here:
                added.append(whole[key])
                continue
            for column, text in texts.items():
                self.set(here[key], column, text)
        kept = [key for key in gone if key in here and now[key] != base[key]]
        for key in gone:
            if key in here and key not in kept:
                self.delete(here[key])
        for texts in added:
            self.add(**{name: text for name, text in texts.items() if text})
        return [", ".join(filter(None, key)) for key in kept]

    def _key_in(self, sheet: Sheet, line: int | None) -> tuple[str, ...]:
        return tuple("" if line is None else sheet.text(line, name) for name in self.table.key)


@dataclass(frozen=True)
class _Judged:
    """A row's key and its mistakes."""

    key: tuple[object, ...]
    mistakes: list[tuple[Column, TachelesError]]


def _cells(sheet: Sheet, table: Table) -> dict[tuple[str, ...], dict[str, str]]:
    """The filled cells of a sheet by key and column."""
    return {
        tuple(sheet.text(line, name) for name in table.key): {
            column.name: text for column in table.columns if (text := sheet.text(line, column.name))
        }
        for line in sheet.rows
    }


def _value(text: str, column: Column) -> object:
    """What a cell stands for; its text if it stands for nothing of its type."""
    try:
        return table_file.value_of(text.strip(), column) if text.strip() else ""
    except TachelesError:
        return text.strip()
