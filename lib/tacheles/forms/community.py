"""The settings of a community, one field each; comments and order of the file stay."""

import calendar
from functools import partial
from typing import Any

from tacheles import words
from tacheles.errors import TachelesError
from tacheles.evidence import GRADES
from tacheles.forms.editor import Editor, table
from tacheles.forms.view import Element, element
from tacheles.plans import SettingsDraft
from tacheles.words import translated
from tacheles.workbook import SETTINGS, Workbook, default_setting

_ = translated

#: Settings for which a sentence or two are written.
_LONG = ("mission", "vision")


def community(book: Workbook) -> "CommunityForm":
    """
    A form for `community.toml`: mission, vision, language, quarter, thresholds and the rest.

    Parameters
    ----------
    book : Workbook

    Returns
    -------
    CommunityForm
        Shown by JupyterLab; each setting is checked while one types.
    """
    return CommunityForm(book)


class CommunityForm(Editor):
    """
    The form of :func:`community`.

    Parameters
    ----------
    book : Workbook
    """

    draft: SettingsDraft

    def __init__(self, book: Workbook) -> None:
        super().__init__(SettingsDraft(book.folder))

    @property
    def unsaved(self) -> int:
        """How many settings differ from the file."""
        return len(self.draft.changes)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self.draft.changes)

    def state(self) -> str:
        """Whether anything is unsaved, in words."""
        return words.counted_settings(self.unsaved) if self.unsaved else super().state()

    def type(self, key: str, typed: Any) -> None:
        """Give a setting what was typed or chosen."""
        self.note = ""
        self.draft.set(key, _understood(typed, default_setting(key)))

    def build(self) -> Element:
        """A field for each setting."""
        fields = [part for key in SETTINGS for part in self._field(key)]
        title = _("The community")
        return element(
            "div",
            element("h3", title, key="title"),
            self.bar(),
            self.messages(),
            element("div", *fields, key="fields", class_="fields"),
            key="form",
            class_="tacheles-form",
            role="group",
            aria_label=title,
        )

    def _field(self, key: str) -> tuple[Element, Element]:
        wrong = self.draft.mistake(key)
        control = self._control(key)
        control.attributes["id"] = f"{self.model_id}-{key}"
        told = f"{self.model_id}-{key}-mistake" if wrong else None
        if wrong:
            control.attributes |= {"aria-invalid": "true", "aria-describedby": told}
        label = element(
            "label", words.setting_name(key), key=f"{key}.label", for_=f"{self.model_id}-{key}"
        )
        mistake = element("span", _told(wrong), key=f"{key}.mistake", class_="mistake", id=told)
        kind = "changed" if key in self.draft.changes else None
        return label, element("div", control, mistake, key=f"{key}.field", class_=kind)

    def _control(self, key: str) -> Element:
        value = self.draft.value(key)

        typed = partial(self.type, key)
        options = _options(key)
        if options:
            acts = {"change": typed}
            return element("select", key=key, options=options, value=str(value), acts=acts)
        if isinstance(value, bool):
            acts = {"change": typed}
            return element("input", key=key, type="checkbox", checked=value, acts=acts)
        acts = {"input": typed}
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if key in _LONG:
            return element("textarea", key=key, rows="2", value=text, acts=acts)
        return element("input", key=key, type="text", class_="typed", value=text, acts=acts)

    def versions(self) -> Element:
        """The settings that differ, as saved and as drafted."""
        theirs = self.conflict.theirs if self.conflict else None
        head = [_("Setting"), _("When opened"), _("Saved by somebody else"), _("Yours")]
        rows = [
            [words.setting_name(key), *map(str, three)]
            for key, *three in self.draft.differences(theirs)
        ]
        return table(head, rows, key="versions", caption=_("Two versions"))


def _options(key: str) -> list[tuple[str, str]]:
    """What can be chosen for a setting; none where anything can be written."""
    if key == "language":
        return [("de", "Deutsch"), ("en", "English")]
    if key == "evidence_threshold":
        return [(grade, grade) for grade in GRADES]
    if key == "fiscal_year_start":
        return [(str(month), words.month(month)) for month in range(1, len(calendar.month_name))]
    return []


def _understood(typed: Any, default: Any) -> Any:
    """What was typed, in the type of the setting; as typed if it cannot be of that type."""
    if isinstance(default, list):
        return [part.strip() for part in str(typed).split(",") if part.strip()]
    if isinstance(default, bool) or not isinstance(default, int):
        return typed
    return int(typed) if str(typed).strip().isdecimal() else typed


def _told(wrong: TachelesError | None) -> str:
    return f"{wrong.found}: {wrong.hint}" if wrong else ""
