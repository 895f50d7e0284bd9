"""Any plan as a table to edit, made from its contract."""

from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any

from tacheles import table_file, words
from tacheles.contract import PLANS, Column
from tacheles.errors import TachelesError
from tacheles.forms import references
from tacheles.forms.editor import Editor, button, table
from tacheles.forms.view import Element, element
from tacheles.plans import Draft, Row
from tacheles.words import translated
from tacheles.workbook import Workbook

_ = translated

#: Rows that are shown at once; a longer table is filtered, or shown further.
_AT_ONCE = 50

#: Values of a column that are offered for the next one, at most.
_OFFERED = 30


def edit(book: Workbook, name: str) -> "TableForm":
    """
    A table editor for a plan: add, copy, delete, change, undo, filter, save.

    Parameters
    ----------
    book : Workbook
    name : str
        Name of the plan table, like `goals`.

    Returns
    -------
    TableForm
        Shown by JupyterLab as a table; each cell is checked while one types.

    Raises
    ------
    TachelesError
        If there is no such plan, or its file is no CSV.
    """
    if name not in PLANS:
        raise TachelesError(
            f"forms.edit: there is no plan table {name}",
            repr(name),
            f"plan tables are {', '.join(PLANS)}",
        )
    return TableForm(book, name)


class TableForm(Editor):
    """
    The editor of a plan table (:func:`edit`).

    Parameters
    ----------
    book : Workbook
    name : str
    """

    draft: Draft

    def __init__(self, book: Workbook, name: str) -> None:
        self.book, self.name = book, name
        self._filter, self._first = "", 0
        self._shown_rows: list[int] = []
        super().__init__(Draft(book.folder, name))
        self._look()

    @property
    def unsaved(self) -> int:
        """How many rows differ from the file."""
        return self.draft.unsaved

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self.draft.can_undo

    def after_saving(self) -> None:
        """The workbook reads the plan again."""
        self.book.forget(self.name)
        self._look()

    # What is done

    def type(self, row: int, column: str, text: Any) -> None:
        """Type into a cell."""
        self.note = ""
        self.draft.set(row, column, str(text))

    def add(self, _value: Any = None) -> None:
        """Add an empty row at the end."""
        self._appeared(self.draft.add())

    def duplicate(self, row: int) -> None:
        """Add a copy of a row below it."""
        self._appeared(self.draft.duplicate(row))

    def delete(self, row: int) -> None:
        """Take a row out; undo brings it back."""
        self.note = _("Deleted: {row}. Undo brings it back.").format(row=self._title(row))
        self.draft.delete(row)
        self.focus("undo")

    def undo(self, _value: Any = None) -> None:
        """Take the last step back."""
        super().undo()
        self._look()

    def rebase(self, _value: Any = None) -> None:
        """Put what is drafted here on top of what is saved."""
        kept = self.draft.rebase()
        self.conflict = None
        self.note = _("Your changes now stand on top of what was saved. Look, then save.")
        if kept:
            self.note += " " + _("Not deleted, because somebody has changed it: {rows}.").format(
                rows="; ".join(kept)
            )
        self._look()
        self.focus("save")

    def reopen(self, _value: Any = None) -> None:
        """Drop what is drafted here and show what is saved."""
        super().reopen()
        self._look()

    def save(self, _value: Any = None) -> None:
        """Write the file, or go to the first cell that is wrong."""
        mistake = next(self.draft.mistakes(), None)
        if mistake is None:
            super().save()
            return
        row, column, _error = mistake
        self.note = ""
        self._turn_to(row.number)
        self.focus(f"{row.number}.{column.name}")

    def filter(self, text: Any) -> None:
        """Show the rows in which a text occurs."""
        self._filter, self._first = str(text), 0
        self._look()

    def turn(self, rows: int) -> None:
        """Show the rows after those that are shown, or before them."""
        self._first = max(0, self._first + rows)

    def _appeared(self, row: int) -> None:
        self.note = ""
        self._turn_to(row)
        self.focus(f"{row}.{self.draft.table.key[0]}")

    def _turn_to(self, row: int) -> None:
        """Show the page of all rows on which this one is."""
        self.filter("")
        self._first = self._shown_rows.index(row) // _AT_ONCE * _AT_ONCE

    def _look(self) -> None:
        """Which rows are shown; a row does not vanish while somebody types into it."""
        self.__dict__.pop("_options", None)
        self.__dict__.pop("_used", None)
        wanted = self._filter.casefold().strip()
        self._shown_rows = [
            row.number
            for row in self.draft.rows
            if not wanted or wanted in "\n".join(self._texts(row)).casefold()
        ]

    def _texts(self, row: Row) -> list[str]:
        return [self.draft.text(row, column.name) for column in self.draft.table.columns]

    def _title(self, row: int) -> str:
        return self.draft.name_of(self.draft.row(row)) or _("new row")

    # What is offered

    @cached_property
    def _options(self) -> dict[str, list[tuple[str, str]]]:
        """Ids of the tables that are referred to, with what each stands for."""
        named = {column.refers_to for column in self.draft.table.columns} - {"", "metrics"}
        return {name: references.rows_of(self.book, name) for name in sorted(named)}

    @cached_property
    def _metrics(self) -> references.Options:
        return references.metrics(self.book)

    @cached_property
    def _used(self) -> dict[str, list[tuple[str, str]]]:
        """What a column of short texts holds already: the same thing is written the same way."""
        short = [c.name for c in self.draft.table.columns if _offers_used(c)]
        found = {}
        for name in short:
            texts = dict.fromkeys(self.draft.text(row, name) for row in self.draft.rows)
            found[name] = [(text, text) for text in texts if text][:_OFFERED]
        return found

    # What is shown

    def build(self) -> Element:
        """The table with its tools."""
        name = words.plan_name(self.name)
        found = self.draft.mistakes()
        mistakes = {(row.number, column.name): error for row, column, error in found}
        return element(
            "div",
            element("h3", name, key="title"),
            element("p", words.plan_grain(self.name), key="grain"),
            self._tools(len(mistakes)),
            self.messages(),
            self._table(name, mistakes),
            self._pages(),
            *self._lists(),
            key="form",
            class_="tacheles-form",
            role="group",
            aria_label=_("Edit: {name}").format(name=name),
        )

    def _tools(self, mistakes: int) -> Element:
        return self.bar(
            button(_("Add a row"), self.add, key="add"),
            element("label", _("Filter"), key="filter.label", for_="tacheles-filter-" + self.name),
            element(
                "input",
                key="filter",
                id="tacheles-filter-" + self.name,
                type="search",
                value=self._filter,
                acts={"input": self.filter},
            ),
            element(
                "span",
                words.counted_mistakes(mistakes) if mistakes else "",
                key="mistakes",
                class_="mistake",
                role="status",
            ),
        )

    def _table(self, name: str, mistakes: dict[tuple[int, str], TachelesError]) -> Element:
        columns = self.draft.table.columns
        shown = set(self._shown_rows[self._first : self._first + _AT_ONCE])
        rows = [row for row in self.draft.rows if row.number in shown]
        heads = (_head(column) for column in columns)
        return element(
            "div",
            element(
                "table",
                element("caption", name, key="caption", class_="visually-hidden"),
                element(
                    "thead",
                    element("tr", element("th", _("Row"), key="h", scope="col"), *heads, key="hr"),
                    key="thead",
                ),
                element("tbody", *(self._row(row, mistakes) for row in rows), key="tbody"),
                key="table",
            ),
            key="scrolled",
            class_="scrolled",
            tabindex="0",
            role="region",
            aria_label=name,
        )

    def _row(self, row: Row, mistakes: dict[tuple[int, str], TachelesError]) -> Element:
        title = self.draft.name_of(row) or _("new row")
        changed = any(self.draft.is_changed(row, column) for column in self.draft.table.columns)
        mark = _("new") if row.line is None else _("changed") if changed else ""
        copy = _("Copy row {row}").format(row=title)
        delete = _("Delete row {row}").format(row=title)
        key = str(row.number)
        cells = [
            self._cell(row, column, title, mistakes.get((row.number, column.name)))
            for column in self.draft.table.columns
        ]
        return element(
            "tr",
            element(
                "th",
                element("span", f"{title} ({mark})" if mark else title, key=f"{key}.title"),
                element(
                    "div",
                    _small(_("Copy"), copy.format(row=title), f"{key}.copy", row, self.duplicate),
                    _small(
                        _("Delete"), delete.format(row=title), f"{key}.delete", row, self.delete
                    ),
                    key=f"{key}.acts",
                ),
                key=f"{key}.head",
                scope="row",
            ),
            *cells,
            key=f"{key}.row",
        )

    def _cell(self, row: Row, column: Column, title: str, wrong: TachelesError | None) -> Element:
        key = f"{row.number}.{column.name}"
        name = _("{column}, {row}").format(column=words.column_name(column.name), row=title)
        described = f"{self.model_id}-{key}" if wrong else None
        field = self._control(row, column, key)
        field.attributes |= {"aria-label": name}
        if wrong:
            field.attributes |= {"aria-invalid": "true", "aria-describedby": described}
        own = "own " if column.name in self.draft.table.key else ""
        changed = "changed" if self.draft.is_changed(row, column) else ""
        return element(
            "td",
            field,
            _picker(self, row.number, column, key, field.attributes["value"], name),
            element(
                "span",
                words.mistake(wrong) if wrong else self._misread(row, column),
                key=f"{key}.mistake",
                id=described,
                class_="mistake",
            ),
            key=f"{key}.cell",
            class_=f"{_kind(column)} {own}{changed}".strip(),
        )

    def _misread(self, row: Row, column: Column) -> str:
        """What a number that was just typed is read as, if another may be meant."""
        return words.misread(row.texts.get(column.name, ""), column)

    def _control(self, row: Row, column: Column, key: str) -> Element:
        """The right control for a column."""
        text = self.draft.text(row, column.name)

        typed = partial(self.type, row.number, column.name)
        options = self._choices(column, text)
        if options is not None:
            acts = {"change": typed}
            return element("select", key=key, acts=acts, options=options, value=text)
        if column.is_long or "\n" in text:
            return element("textarea", key=key, rows="1", value=text, acts={"input": typed})
        offers = column.refers_to or _offers_used(column)
        return element(
            "input",
            key=key,
            type="text",
            class_="typed",
            value=text,
            inputmode="decimal" if column.type in ("number", "integer") else None,
            placeholder=_PLACEHOLDERS.get(column.type),
            list=self._list_id(column) if offers else None,
            autocomplete="off",
            acts={"input": typed},
        )

    def _choices(self, column: Column, text: str) -> list[tuple[str, str]] | None:
        """What can be chosen; None where anything can be written."""
        if column.allowed:
            found = [(str(value), words.choice(str(value))) for value in column.allowed]
        elif column.type == "boolean":
            yes, no = self.draft.sheet.yes_no
            found = [(yes, _("yes")), (no, _("no"))]
        elif column.type == "id" and column.refers_to:
            found = self._options[column.refers_to]
        else:
            return None
        return references.with_current(found, text)

    def _list_id(self, column: Column) -> str:
        return f"{self.model_id}-{column.refers_to or column.name}"

    def _lists(self) -> list[Element]:
        """What is offered where anything can be written."""
        lists: dict[str, list[tuple[str, str]]] = {}
        for column in self.draft.table.columns:
            if column.refers_to == "metrics":
                lists[self._list_id(column)] = self._metrics
            elif column.refers_to and column.type != "id":
                lists[self._list_id(column)] = self._options[column.refers_to]
            elif _offers_used(column):
                lists[self._list_id(column)] = self._used[column.name]
        return [
            element("datalist", key=f"list.{name}", id=name, options=options)
            for name, options in lists.items()
        ]

    def _pages(self) -> Element | None:
        """Which rows of a long table are shown, and the way to the others."""
        count = len(self._shown_rows)
        if count <= _AT_ONCE:
            return None
        last = min(self._first + _AT_ONCE, count)
        shown = _("Rows {first} to {last} of {all}").format(
            first=self._first + 1, last=last, all=count
        )
        return element(
            "div",
            button(
                _("Earlier rows"),
                lambda _value: self.turn(-_AT_ONCE),
                key="earlier",
                disabled=self._first == 0,
            ),
            button(
                _("Later rows"),
                lambda _value: self.turn(_AT_ONCE),
                key="later",
                disabled=last == count,
            ),
            element("span", shown, key="pages.told", role="status"),
            key="pages",
            class_="bar",
        )

    def versions(self) -> Element:
        """The cells that differ, as saved and as drafted."""
        theirs = self.conflict.theirs if self.conflict else None
        head = [_("Row"), _("Column"), _("When opened"), _("Saved by somebody else"), _("Yours")]
        rows: Sequence[Sequence[str]] = [
            [one.row, words.column_name(one.column), one.before, one.theirs, one.mine]
            for one in self.draft.differences(theirs)
        ]
        return table(head, rows, key="versions", caption=_("Two versions"))


_PLACEHOLDERS = {"date": "2026-12-31", "time": "09:30"}


def _offers_used(column: Column) -> bool:
    """Whether what stands in a column already is offered again."""
    return column.type == "text" and not (column.is_long or column.allowed or column.refers_to)


def _kind(column: Column) -> str:
    """How a column looks."""
    if column.is_long:
        return "long"
    return "number" if column.type == "integer" else column.type


def _head(column: Column) -> Element:
    """A column's name with its unit, and whether it must be filled."""
    unit = words.column_unit(column)
    needed = _("required") if column.required else ""
    said = ", ".join(filter(None, (unit, needed)))
    return element(
        "th",
        element("span", words.column_name(column.name), key=f"h.{column.name}.name"),
        element("span", said, key=f"h.{column.name}.unit", class_="unit") if said else None,
        key=f"h.{column.name}",
        scope="col",
    )


def _small(word: str, name: str, key: str, row: Row, act: Any) -> Element:
    """A button for a row: a word, and for those who do not see the row its whole name."""
    return element(
        "button",
        word,
        key=key,
        type="button",
        class_="small",
        aria_label=name,
        acts={"click": lambda _value: act(row.number)},
    )


def _picker(
    form: TableForm, row: int, column: Column, key: str, text: str, name: str
) -> Element | None:
    """A calendar beside a date, for the mouse; the keyboard types into the cell itself."""
    if column.type != "date":
        return None
    known = bool(text) and not table_file.mistake(text, column)
    day = table_file.value_of(text.strip(), column).isoformat() if known else ""
    return element(
        "input",
        key=f"{key}.picker",
        class_="picker",
        type="date",
        tabindex="-1",
        value=day,
        aria_label=_("Calendar: {name}").format(name=name),
        acts={"change": lambda value: form.type(row, column.name, value)},
    )
