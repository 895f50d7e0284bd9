"""What every editor of a file has: saving, taking back, and what is shown if two save."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from tacheles.errors import TachelesError
from tacheles.forms.view import Act, Element, View, element
from tacheles.plans import ChangedMeanwhileError
from tacheles.words import counted_rows, translated

_ = translated


class _Draft(Protocol):
    """What an editor asks of a draft."""

    def save(self) -> None:
        """Write the file."""

    def undo(self) -> None:
        """Take the last step back."""

    def reopen(self) -> None:
        """Begin again with what the file holds now."""

    def rebase(self) -> object:
        """Begin again with what the file holds now, and do the same to it."""


def button(text: str, act: Act, *, key: str, main: bool = False, disabled: bool = False) -> Element:
    """A button with its text."""
    kind = "main" if main else None
    return element(
        "button",
        text,
        key=key,
        type="button",
        class_=kind,
        disabled=disabled,
        acts={"click": act},
    )


def told(text: str, *, key: str = "told", wrong: bool = False) -> Element:
    """A sentence that a screen reader says too when it appears."""
    kind = ("told wrong" if wrong else "told") if text else "visually-hidden"
    return element("div", text, key=key, class_=kind, role="status")


def complaint(error: TachelesError) -> str:
    """A mistake as its three lines."""
    return _("{problem}.\nFound: {found}.\nHint: {hint}.").format(
        problem=error.problem, found=error.found, hint=_(error.hint)
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, key: str, caption: str) -> Element:
    """A plain table to read."""
    return element(
        "table",
        element("caption", caption, class_="visually-hidden"),
        element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
        element(
            "tbody",
            *(
                element(
                    "tr",
                    element("th", row[0], scope="row"),
                    *(element("td", cell) for cell in row[1:]),
                )
                for row in rows
            ),
        ),
        key=key,
    )


class Editor(View):
    """
    A form over a draft of a file.

    Parameters
    ----------
    draft : Draft
    """

    def __init__(self, draft: _Draft) -> None:
        self.draft = draft
        self.note = ""
        self.conflict: ChangedMeanwhileError | None = None
        super().__init__()

    @property
    def unsaved(self) -> int:
        """How much differs from the file."""
        raise NotImplementedError

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        raise NotImplementedError

    def versions(self) -> Element:
        """What somebody else saved beside what is drafted here."""
        raise NotImplementedError

    def after_saving(self) -> None:
        """What follows from a changed file."""

    def save(self, _value: object = None) -> None:
        """Write the file; if somebody else was faster, show both versions."""
        self.note = ""
        try:
            self.draft.save()
        except ChangedMeanwhileError as error:
            self.conflict = error
            self.focus("rebase")
            return
        self.conflict = None
        self.note = _("Saved. The next run reads exactly this.")
        self.after_saving()

    def undo(self, _value: object = None) -> None:
        """Take the last step back."""
        self.note = ""
        self.draft.undo()

    def rebase(self, _value: object = None) -> None:
        """Put what is drafted here on top of what is saved."""
        self.draft.rebase()
        self.conflict = None
        self.note = _("Your changes now stand on top of what was saved. Look, then save.")
        self.focus("save")

    def reopen(self, _value: object = None) -> None:
        """Drop what is drafted here and show what is saved."""
        self.draft.reopen()
        self.conflict = None
        self.note = _("This is what is saved now; your changes are gone.")
        self.focus("save")

    def bar(self, *others: Element) -> Element:
        """Buttons for the whole file, and whether anything is unsaved."""
        return element(
            "div",
            button(_("Save"), self.save, key="save", main=True),
            button(_("Undo"), self.undo, key="undo", disabled=not self.can_undo),
            *others,
            element("span", self.state(), key="state", class_="state", role="status"),
            key="bar",
            class_="bar",
        )

    def state(self) -> str:
        """Whether anything is unsaved, in words."""
        return counted_rows(self.unsaved) if self.unsaved else _("Nothing unsaved")

    def messages(self) -> Element:
        """What went wrong, what went well, and both versions if two have saved."""
        text = complaint(self.error) if self.error else self.note
        return element(
            "div",
            told(text, wrong=self.error is not None),
            self._both_versions() if self.conflict else None,
            key="messages",
        )

    def _both_versions(self) -> Element:
        return element(
            "section",
            element("h4", _("Somebody else has saved this file meanwhile"), key="conflict.head"),
            element(
                "p",
                _("Nothing was overwritten. Both versions, wherever they differ:"),
                key="conflict.told",
            ),
            self.versions(),
            element(
                "div",
                button(_("Put my changes on top"), self.rebase, key="rebase", main=True),
                button(_("Drop my changes, show what is saved"), self.reopen, key="reopen"),
                key="conflict.bar",
                class_="bar",
            ),
            key="conflict",
            class_="conflict",
            aria_label=_("Two versions"),
        )
