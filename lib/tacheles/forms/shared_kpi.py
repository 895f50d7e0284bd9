"""Agree on a KPI with another department: shown what can be seen at all, dated, and sealed."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from tacheles import catalogue, table_file, words
from tacheles.contract import SHARED_KPIS, Column
from tacheles.errors import TachelesError
from tacheles.evidence import smallest_visible_difference
from tacheles.forms import references
from tacheles.forms.editor import button, complaint, told
from tacheles.forms.view import Element, View, element
from tacheles.plans import Draft, Sheet, content_of
from tacheles.quarter import Quarters
from tacheles.words import translated
from tacheles.workbook import Workbook

_ = translated

#: What the form writes itself.
_MADE = ("shared_kpi_id", "version", "agreed_on", "sha256")

#: Fewest quarters from which it can be told how much a number varies by itself.
_FEWEST = 4

#: Decimals of an effect that is offered.
_DIGITS = 6


def shared_kpi(
    book: Workbook,
    seal: Callable[[Mapping[Any, Any]], str],
    quarters: Quarters,
    *,
    today: date | None = None,
) -> "SharedKpiForm":
    """
    Agree on a shared KPI, or on a new version of one: dated, sealed, and never changed in place.

    Parameters
    ----------
    book : Workbook
    seal : callable
        Makes the seal of what was agreed (:func:`roi.seal`).
    quarters : Quarters
        Quarters from which it is told what change can be seen.
    today : date, optional
        Day of the agreement; by default this day.

    Returns
    -------
    SharedKpiForm
        Shown by JupyterLab; adds a row to the plan `shared_kpis`.
    """
    return SharedKpiForm(book, seal, quarters, today or date.today())


class SharedKpiForm(View):
    """
    The form of :func:`shared_kpi`.

    Parameters
    ----------
    book : Workbook
    seal : callable
    quarters : Quarters
    today : date
    """

    def __init__(
        self,
        book: Workbook,
        seal: Callable[[Mapping[Any, Any]], str],
        quarters: Quarters,
        today: date,
    ) -> None:
        self.book, self._seal, self._quarters, self.today = book, seal, quarters, today
        #: What is to be agreed, as it was typed, by column.
        self.texts: dict[str, str] = {}
        self.note, self.visible = "", ""
        self._metrics = references.metrics(book)
        self._read()
        super().__init__()

    def _read(self) -> None:
        """The agreements as they are saved now."""
        path = self.book.folder / "plans" / "shared_kpis.csv"
        sheet = Sheet.read(path, SHARED_KPIS, content_of(path))
        names = [column.name for column in SHARED_KPIS.columns]
        self._agreed = [{name: sheet.text(row, name) for name in names} for row in sheet.rows]

    # What is done

    def begin(self, kpi: Any) -> None:
        """Begin with the last version of a KPI, or with nothing."""
        versions = [row for row in self._agreed if row["shared_kpi_id"] == kpi]
        last = max(versions, key=lambda row: int(row["version"] or 0), default={})
        self.texts = {name: text for name, text in last.items() if name not in _MADE[1:]}
        self.note, self.visible = "", ""

    def type(self, column: str, text: Any) -> None:
        """Type into a field."""
        self.note = ""
        self.texts[column] = str(text)

    def look(self, _value: Any = None) -> None:
        """
        Compute from the number's own past which change could be seen in one quarter.

        Raises
        ------
        TachelesError
            If nobody knows the metric, or it has too short a past.
        """
        rows = catalogue.history(self.texts.get("metric", ""), self.book, self._quarters)
        values = rows.loc[rows["status"] == "ok", "value"].astype(float).to_numpy()
        if rows["quarter"].duplicated().any() or len(values) < _FEWEST:
            raise TachelesError(
                _("The smallest visible effect cannot be computed"),
                _("{n} quarters with one number").format(n=len(values)),
                _("agree on a number with a longer past, or ask the department for its own"),
            )
        effect = smallest_visible_difference(float(values.std(ddof=1)), 1, len(values))
        self.texts["smallest_visible_effect"] = words.plain_number(round(effect, _DIGITS))
        self.visible = _(
            "From {n} quarters: a change by less than this within one quarter would not be told "
            "from chance in four cases of five."
        ).format(n=len(values))

    def agree(self, _value: Any = None) -> None:
        """
        Date what is agreed, seal it, and add it as a row of its own.

        Raises
        ------
        TachelesError
            If a field is wrong, or somebody else has agreed on the same version meanwhile.
        """
        self.note = ""
        wrong = next(filter(self._mistake, self._columns()), None)
        if wrong:
            self.focus(wrong.name)
            return
        self._read()
        draft = Draft(self.book.folder, "shared_kpis")
        texts = {name: text.strip() for name, text in self.texts.items() if text.strip()}
        texts |= {"version": str(self._version()), "agreed_on": self.today.isoformat()}
        columns = {column.name: column for column in SHARED_KPIS.columns}
        row = draft.row(draft.add(**texts))
        agreed = {
            name: table_file.value_of(draft.text(row, name), column) if texts.get(name) else None
            for name, column in columns.items()
        }
        draft.set(row.number, "sha256", self._seal(agreed))
        draft.save()
        self.book.forget("shared_kpis")
        self._read()
        self.note = _("Agreed on {date} as version {version}, seal {seal}.").format(
            date=words.date(self.today), version=texts["version"], seal=self._seal(agreed)[:8]
        )

    # What is known

    def _columns(self) -> list[Column]:
        return [column for column in SHARED_KPIS.columns if column.name not in _MADE[1:]]

    def _version(self) -> int:
        kpi = self.texts.get("shared_kpi_id", "").strip()
        return 1 + max(
            (int(row["version"]) for row in self._agreed if row["shared_kpi_id"] == kpi), default=0
        )

    def _mistake(self, column: Column) -> TachelesError | None:
        return table_file.mistake(self.texts.get(column.name, ""), column)

    def _number(self, column: str) -> float:
        text = self.texts.get(column, "").strip()
        if not text or table_file.mistake(text, SHARED_KPIS.column(column)):
            return np.nan
        return float(table_file.value_of(text, SHARED_KPIS.column(column)))

    def _warning(self) -> str:
        """Whether what is wanted is too small to be seen."""
        wanted = abs(self._number("target") - self._number("baseline"))
        visible = self._number("smallest_visible_effect")
        if not wanted < visible:
            return ""
        return _(
            "What is wanted, a change by {wanted}, is smaller than what can be seen, {visible}: "
            "nobody could tell whether it was reached."
        ).format(wanted=words.number(wanted, 3), visible=words.number(visible, 3))

    # What is shown

    def build(self) -> Element:
        """A field for everything that is agreed."""
        title = _("Agree on a shared KPI")
        known = list(dict.fromkeys(row["shared_kpi_id"] for row in self._agreed))
        chosen = self.texts.get("shared_kpi_id", "")
        return element(
            "div",
            element("h3", title, key="title"),
            element(
                "p",
                _(
                    "Before it is measured. What was agreed is never changed: a change is a new "
                    "version, and both are told. People are roles, never names."
                ),
                key="how",
            ),
            element(
                "div",
                element("label", _("Begin with"), key="begin.label", for_=f"{self.model_id}-begin"),
                element(
                    "select",
                    key="begin",
                    id=f"{self.model_id}-begin",
                    options=[("", _("a new KPI")), *((name, name) for name in known)],
                    value=chosen if chosen in known else "",
                    acts={"change": self.begin},
                ),
                element("span", _("Version {n}").format(n=self._version()), key="version"),
                key="begin.bar",
                class_="bar",
            ),
            element(
                "div",
                *(part for column in self._columns() for part in self._field(column)),
                key="fields",
                class_="fields",
            ),
            element(
                "div",
                button(_("Compute the smallest visible effect"), self.look, key="look"),
                button(_("Agree, date and seal"), self.agree, key="agree", main=True),
                key="bar",
                class_="bar",
            ),
            element(
                "datalist", key="metrics", id=f"{self.model_id}-metrics", options=self._metrics
            ),
            told(self._warning(), key="warning", wrong=True),
            told(self.visible, key="visible"),
            told(complaint(self.error) if self.error else self.note, wrong=bool(self.error)),
            key="form",
            class_="tacheles-form",
            role="group",
            aria_label=title,
        )

    def _field(self, column: Column) -> tuple[Element, Element]:
        text, key = self.texts.get(column.name, ""), column.name
        wrong = self._mistake(column) if text else None
        field, mistake = f"{self.model_id}-{key}", f"{self.model_id}-{key}-mistake"
        unit = words.column_unit(column)
        needed = _("required") if column.required else ""
        said = ", ".join(filter(None, (unit, needed)))
        control = self._control(column, text)
        control.attributes |= {"id": field}
        if wrong or (column.required and not text):
            control.attributes |= {"aria-describedby": mistake}
        if wrong:
            control.attributes |= {"aria-invalid": "true"}
        return (
            element("label", words.column_name(key), key=f"{key}.label", for_=field),
            element(
                "div",
                control,
                element("span", said, key=f"{key}.unit", class_="unit"),
                element(
                    "span",
                    words.mistake(wrong) if wrong else words.misread(text, column),
                    key=f"{key}.mistake",
                    id=mistake,
                    class_="mistake",
                ),
                key=f"{key}.field",
            ),
        )

    def _control(self, column: Column, text: str) -> Element:
        typed = partial(self.type, column.name)
        if column.refers_to and column.type == "id":
            rows = references.rows_of(self.book, column.refers_to)
            options = references.with_current(rows, text)
            return element(
                "select", key=column.name, options=options, value=text, acts={"change": typed}
            )
        if column.is_long:
            return element("textarea", key=column.name, rows="1", value=text, acts={"input": typed})
        return element(
            "input",
            key=column.name,
            type="text",
            class_="typed",
            value=text,
            list=f"{self.model_id}-metrics" if column.refers_to else None,
            autocomplete="off",
            acts={"input": typed},
        )
