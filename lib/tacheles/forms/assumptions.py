"""Try assumptions: the return follows beside the saved one, and a trial is kept as a scenario."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

import pandas as pd

from tacheles import table_file, words
from tacheles.contract import SCENARIOS
from tacheles.errors import TachelesError
from tacheles.estimate import Estimates
from tacheles.forms.editor import button, complaint, table, told
from tacheles.forms.view import Element, View, element
from tacheles.plans import Draft
from tacheles.privacy import protect
from tacheles.words import translated
from tacheles.workbook import Workbook

_ = translated

#: Steps of a slider from the low end of an assumption to the high one.
_STEPS = 100

#: Widest bars that are shown.
_BARS = 8

#: What is told as saved and as tried.
_COMPARED = ("return_on_investment", "net_present_value", "probability_of_recovery")


class Supposed(Protocol):
    """What comes back under some assumptions (:class:`roi.what_if.Supposed`)."""

    @property
    def return_on_investment(self) -> Estimates:
        """One row, with its range."""

    @property
    def net_present_value(self) -> Estimates:
        """One row, with its range."""

    @property
    def probability_of_recovery(self) -> Estimates:
        """One row."""

    @property
    def tornado(self) -> Estimates:
        """One row per input, the widest first."""


class WhatIf(Protocol):
    """What can be asked about other assumptions (:func:`roi.what_if`)."""

    def supposed(self, values: Mapping[str, float]) -> Supposed:
        """What the return would be if these were known."""


def assumptions(book: Workbook, what_if: WhatIf) -> "AssumptionsForm":
    """
    A slider and a field for each assumption; return, probability and tornado follow at once.

    Parameters
    ----------
    book : Workbook
    what_if : WhatIf
        The programme to try them on (:func:`roi.what_if`).

    Returns
    -------
    AssumptionsForm
        Shown by JupyterLab. What is tried changes no assumption; it is kept as a named scenario, or
        not at all.
    """
    return AssumptionsForm(book, what_if)


class AssumptionsForm(View):
    """
    The form of :func:`assumptions`.

    Parameters
    ----------
    book : Workbook
    what_if : WhatIf
    """

    def __init__(self, book: Workbook, what_if: WhatIf) -> None:
        self.book, self._what_if = book, what_if
        rows = book.assumptions
        self._rows = {str(row["assumption_id"]): row for row in rows.to_dict("records")}
        self._names = words.named_segments(
            words.claim_names(book.claims), words.statements(rows, "assumption_id")
        )
        #: What is tried, as it was typed, by the assumption's id.
        self.tried: dict[str, str] = {}
        self.name, self.note = "", ""
        self._saved = what_if.supposed({})
        self._now = self._saved
        self._as_saved = {name: protect(getattr(self._saved, name)).iloc[-1] for name in _COMPARED}
        self._widest = [str(name) for name in protect(self._saved.tornado)["segment"]]
        super().__init__()

    # What is done

    def try_out(self, assumption: str, text: Any) -> None:
        """Suppose that an assumption is known to be this."""
        self.note = ""
        self.tried[assumption] = str(text)
        if self._value(assumption) == self._rows[assumption]["value"]:
            del self.tried[assumption]
        self._compute()

    def slide(self, assumption: str, text: Any) -> None:
        """Move its slider, which always speaks with a point."""
        self.try_out(assumption, words.typed_number(float(text)))

    def forget(self, _value: Any = None) -> None:
        """Go back to what is saved."""
        self.tried, self.note = {}, ""
        self._compute()

    def recall(self, scenario: Any) -> None:
        """Try what was kept as a scenario."""
        kept = self.book.scenarios
        kept = kept[kept["scenario"] == scenario]
        self.tried = {
            str(row["assumption_id"]): words.typed_number(row["value"])
            for row in kept.to_dict("records")
            if row["assumption_id"] in self._rows
        }
        self.name, self.note = str(scenario), ""
        self._compute()

    def call_it(self, text: Any) -> None:
        """Name the trial."""
        self.name = str(text).strip()

    def keep(self, _value: Any = None) -> None:
        """Keep the trial as a scenario of its own; the assumptions stay as they are."""
        self.note = ""
        draft = Draft(self.book.folder, "scenarios")
        known = {draft.text(row, "scenario") for row in draft.rows}
        self._require_keepable(known)
        for assumption, text in self.tried.items():
            draft.add(scenario=self.name, assumption_id=assumption, value=text)
        draft.save()
        self.book.forget("scenarios")
        self.note = _("Kept as the scenario {name}. The assumptions are as they were.").format(
            name=self.name
        )

    def _require_keepable(self, known: set[str]) -> None:
        """Refuses a trial without a name or a change, and the name of another."""
        if not self.name or self.name in known:
            self.focus("name")
            raise TachelesError(
                _("The scenario has no name of its own"),
                self.name or _("no name"),
                _("give it a name that no other has; none is ever overwritten"),
            )
        if not self._values() or any(map(self._mistake, self.tried)):
            raise TachelesError(
                _("There is nothing to keep"),
                _("no assumption that differs from the saved one, or one that is no number"),
                _("move a slider first"),
            )

    # What is known

    def _value(self, assumption: str) -> float | None:
        """What is tried for an assumption; None if that is no number it can have."""
        text = self.tried[assumption]
        if table_file.mistake(text, SCENARIOS.column("value")):
            return None
        return float(table_file.value_of(text.strip(), SCENARIOS.column("value")))

    def _mistake(self, assumption: str) -> TachelesError | None:
        if assumption not in self.tried:
            return None
        wrong = table_file.mistake(self.tried[assumption], SCENARIOS.column("value"))
        value = self._value(assumption)
        is_share = self._rows[assumption]["distribution"] == "beta"
        if wrong or value is None or not is_share or 0 <= value <= 1:
            return wrong
        return TachelesError(_("not a share"), str(value), _("write it between 0 and 1"))

    def _values(self) -> dict[str, float]:
        """What is tried, as far as it is a number."""
        tried = ((name, self._value(name)) for name in self.tried if not self._mistake(name))
        return {name: value for name, value in tried if value is not None}

    def _compute(self) -> None:
        values = self._values()
        self._now = self._what_if.supposed(values) if values else self._saved

    # What is shown

    def build(self) -> Element:
        """Sliders on one side, what follows on the other."""
        title = _("Try assumptions")
        return element(
            "div",
            element("h3", title, key="title"),
            element(
                "p",
                _(
                    "A moved slider means: suppose we knew this. Everything else stays as "
                    "uncertain as it is. Nothing here changes an assumption."
                ),
                key="told.how",
            ),
            element(
                "div",
                element(
                    "div",
                    self._bar(),
                    element("div", *self._fields(), key="fields", class_="fields"),
                    key="left",
                ),
                element("div", *self._result(), key="right"),
                key="sides",
                class_="sides",
            ),
            key="form",
            class_="tacheles-form",
            role="group",
            aria_label=title,
        )

    def _bar(self) -> Element:
        kept = list(dict.fromkeys(self.book.scenarios["scenario"]))
        return element(
            "div",
            button(_("Back to what is saved"), self.forget, key="forget", disabled=not self.tried),
            element("label", _("Scenario"), key="recall.label", for_=f"{self.model_id}-recall"),
            element(
                "select",
                key="recall",
                id=f"{self.model_id}-recall",
                options=[("", "—"), *((name, name) for name in kept)],
                value=self.name if self.name in kept else "",
                acts={"change": self.recall},
            ),
            key="bar",
            class_="bar",
        )

    def _fields(self) -> list[Element]:
        """The assumptions, those on which most hangs first."""
        widest = self._widest
        order = sorted(
            self._rows, key=lambda name: widest.index(name) if name in widest else len(widest)
        )
        return [part for name in order for part in self._field(name)]

    def _field(self, name: str) -> tuple[Element, Element]:
        row, wrong = self._rows[name], self._mistake(name)
        low, high = float(row["low"]), float(row["high"])
        value = row["value"] if wrong else self._values().get(name, row["value"])
        text = self.tried.get(name, words.typed_number(row["value"]))
        field, mistake = f"{self.model_id}-{name}", f"{self.model_id}-{name}-mistake"

        tried = partial(self.try_out, name)
        slider = element(
            "input",
            key=f"{name}.slider",
            type="range",
            min=words.plain_number(low),
            max=words.plain_number(high),
            step=words.plain_number((high - low) / _STEPS),
            value=words.plain_number(value),
            aria_label=_("Slider: {name}").format(name=row["statement"]),
            acts={"input": partial(self.slide, name)},
        )
        typed = element(
            "input",
            key=name,
            id=field,
            type="text",
            class_="typed",
            inputmode="decimal",
            value=text,
            aria_invalid="true" if wrong else None,
            aria_describedby=mistake if wrong else None,
            acts={"input": tried},
        )
        beside = slider if high > low else element("span", _("fixed"), key=f"{name}.fixed")
        return (
            element("label", str(row["statement"]), key=f"{name}.label", for_=field),
            element(
                "div",
                element("div", beside, typed, key=f"{name}.both", class_="slider"),
                element("span", self._known(name), key=f"{name}.unit", class_="unit"),
                element(
                    "span",
                    words.mistake(wrong) if wrong else "",
                    key=f"{name}.mistake",
                    id=mistake,
                    class_="mistake",
                ),
                key=f"{name}.field",
                class_="changed" if name in self.tried else None,
            ),
        )

    def _known(self, name: str) -> str:
        """Unit and range of an assumption, and what is saved."""
        row = self._rows[name]
        low, value, high = (words.number(row[side], 2) for side in ("low", "value", "high"))
        return _("{unit}: {low} to {high}, saved {value}").format(
            unit=row["unit"], low=low, high=high, value=value
        )

    def _result(self) -> list[Element]:
        rows = [
            row
            for name, saved in self._as_saved.items()
            for row in _compared(saved, protect(getattr(self._now, name)).iloc[-1])
        ]
        head = [_("Number"), _("As saved"), _("As tried")]
        caption = _("What would come back")
        return [
            element("h4", caption, key="result.head"),
            table(head, rows, key="result", caption=caption),
            element("h4", _("On what it hangs"), key="tornado.head"),
            self._tornado(protect(self._now.tornado)),
            element("h4", _("Keep as a scenario"), key="keep.head"),
            self._keeping(),
        ]

    def _tornado(self, rows: pd.DataFrame) -> Element:
        """A bar for each of the widest inputs, and its ends in words."""
        rows = rows[rows["status"] == "ok"].head(_BARS)
        if rows.empty:
            return element("p", _("No claim counts yet"), key="tornado")
        low, high = float(rows["low"].min()), float(rows["high"].max())
        lines = []
        for row in rows.to_dict("records"):
            name = self._names.get(str(row["segment"]), str(row["segment"]))
            ends = _("{low} to {high}").format(
                low=words.value(row["low"], "money"), high=words.value(row["high"], "money")
            )
            lines.append(
                element(
                    "tr",
                    element("th", name, scope="row"),
                    element("td", _track(row, low, high), aria_hidden="true"),
                    element("td", ends),
                    key=f"tornado.{row['segment']}",
                    class_="now",
                )
            )
        caption = _("Net present value from the tenth to the ninetieth percentile of each input")
        heads = [_("Input"), _("Range"), _("From, to")]
        return element(
            "table",
            element("caption", caption),
            element("thead", element("tr", *(element("th", h, scope="col") for h in heads))),
            element("tbody", *lines, key="tornado.rows"),
            key="tornado",
            class_="bars",
        )

    def _keeping(self) -> Element:
        return element(
            "div",
            element(
                "div",
                element("label", _("Name"), key="name.label", for_=f"{self.model_id}-name"),
                element(
                    "input",
                    key="name",
                    id=f"{self.model_id}-name",
                    type="text",
                    value=self.name,
                    acts={"input": self.call_it},
                ),
                button(_("Keep as scenario"), self.keep, key="keep", main=True),
                key="keep.bar",
                class_="bar",
            ),
            told(complaint(self.error) if self.error else self.note, wrong=bool(self.error)),
            key="keeping",
        )


def _compared(saved: pd.Series, tried: pd.Series) -> list[list[str]]:
    """A number as saved and as tried; where it has a range, its percentiles too."""
    name = words.name_of(saved["metric"])
    sides = {"value": name}
    if pd.notna(saved["low"]):
        sides = {
            "low": _("{name}, P10").format(name=name),
            "value": _("{name}, P50").format(name=name),
            "high": _("{name}, P90").format(name=name),
        }
    return [[said, *(_told(row, side) for row in (saved, tried))] for side, said in sides.items()]


def _told(row: pd.Series, side: str) -> str:
    if row["status"] != "ok" or pd.isna(row[side]):
        return "—"
    return words.value(float(row[side]), row["unit"])


def _track(row: Mapping[Any, Any], low: float, high: float) -> Element:
    """A bar between two ends, with a mark where all inputs are in the middle."""
    span = (high - low) or 1.0
    left, width = (row["low"] - low) / span * 100, (row["high"] - row["low"]) / span * 100
    middle = (row["value"] - low) / span * 100
    return element(
        "span",
        element("span", class_="range", style=f"left:{left:.1f}%;width:{width:.1f}%"),
        element("span", class_="mark", style=f"left:{middle:.1f}%"),
        class_="track",
    )
