"""Label texts and tickets: one after the other, drawn by chance, without the tool's guess."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from tacheles import words
from tacheles.errors import TachelesError
from tacheles.forms.editor import button, complaint, told
from tacheles.forms.view import Element, View, element
from tacheles.plans import ChangedMeanwhileError, Draft
from tacheles.sentiment import SENTIMENTS, agreement
from tacheles.words import translated
from tacheles.workbook import Workbook

_ = translated

#: What a person says who cannot tell; it is no label for the audit.
CANNOT_TELL = "cannot_tell"

#: Every so many texts one that somebody else has labelled: it shows how far people agree.
_AGAIN = 4


def label(book: Workbook, drawn: pd.DataFrame, *, today: date | None = None) -> "LabelForm":
    """
    Ask for the label of one text after the other; each is saved at once.

    Parameters
    ----------
    book : Workbook
    drawn : DataFrame
        What is asked for, in this order (:func:`measurement.texts_to_label`,
        :func:`measurement.tickets_to_label`).
    today : date, optional
        Day that is written beside a label; by default this day.

    Returns
    -------
    LabelForm
        Shown by JupyterLab.
    """
    return LabelForm(book, drawn, today or date.today())


class LabelForm(View):
    """
    The form of :func:`label`.

    Parameters
    ----------
    book : Workbook
    drawn : DataFrame
    today : date
    """

    def __init__(self, book: Workbook, drawn: pd.DataFrame, today: date) -> None:
        self.book, self.today = book, today
        self.kind = str(drawn["kind"].iloc[0]) if len(drawn) else "sentiment"
        self._texts = dict(zip(drawn["item_id"].astype(str), drawn["text"], strict=True))
        self.labeller, self.note = "", ""
        self._mine: list[str] = []
        self._read()
        super().__init__()

    def _read(self) -> None:
        """The labels of this kind as they are saved now: by labeller and text."""
        self.book.forget("labels")
        rows = self.book.plan("labels")
        rows = rows[rows["kind"] == self.kind]
        self._labels: dict[str, dict[str, str]] = {}
        for who, item, said in zip(rows["labeller"], rows["item_id"], rows["label"], strict=True):
            self._labels.setdefault(str(who), {})[str(item)] = str(said)

    @cached_property
    def choices(self) -> list[str]:
        """What can be said of a text."""
        if self.kind == "sentiment":
            return [*SENTIMENTS, CANNOT_TELL]
        known = self.book.tickets.select("category").distinct().to_pandas()["category"]
        return [*sorted(known.dropna()), CANNOT_TELL]

    @property
    def item(self) -> str:
        """The text that is asked for; empty if there is none left."""
        own = self._labels.get(self.labeller, {})
        others = {i for who, said in self._labels.items() if who != self.labeller for i in said}
        left = [item for item in self._texts if item not in own]
        again = [item for item in left if item in others]
        fresh = [item for item in left if item not in others]
        first = again if len(own) % _AGAIN == _AGAIN - 1 else fresh
        return next(iter([*first, *fresh, *again]), "")

    # What is done

    def introduce(self, code: Any) -> None:
        """Say who labels, by a code."""
        self.labeller, self._mine, self.note = str(code).strip(), [], ""

    def say(self, said: str) -> None:
        """Label the text that is asked for, and save it."""
        self.note = ""
        if not self.labeller:
            self.focus("labeller")
            raise TachelesError(
                _("Nobody has said who labels"),
                _("no code"),
                _("choose a code for yourself, like L1; never write a name"),
            )
        item = self.item
        self._write(item, said)
        self._mine.append(item)

    def _write(self, item: str, said: str) -> None:
        draft = Draft(self.book.folder, "labels")
        draft.add(
            item_id=item,
            kind=self.kind,
            label=said,
            labelled_on=self.today.isoformat(),
            labeller=self.labeller,
        )
        self._save(draft)

    def back(self, _value: Any = None) -> None:
        """Take the last label of this sitting back."""
        item = self._mine.pop()
        draft = Draft(self.book.folder, "labels")
        wanted = (item, self.kind, self.labeller)
        for row in draft.rows:
            if draft.key(row) == wanted:
                draft.delete(row.number)
        self._save(draft)
        self.note = _("The last label is taken back.")

    def _save(self, draft: Draft) -> None:
        """Save; what somebody else labelled in the same moment is kept."""
        try:
            draft.save()
        except ChangedMeanwhileError:
            draft.rebase()
            draft.save()
        self._read()

    # What is shown

    def build(self) -> Element:
        """The text and what can be said of it."""
        title = _("Label texts") if self.kind == "sentiment" else _("Label tickets")
        return element(
            "div",
            element("h3", title, key="title"),
            element(
                "p",
                _(
                    "The texts are drawn by chance, the same for everybody. What the tool says of "
                    "them is not shown. Each label is saved at once."
                ),
                key="how",
            ),
            element(
                "div",
                element("label", _("Your code"), key="who.label", for_=f"{self.model_id}-who"),
                element(
                    "input",
                    key="labeller",
                    id=f"{self.model_id}-who",
                    type="text",
                    value=self.labeller,
                    placeholder="L1",
                    acts={"input": self.introduce},
                ),
                element("span", self._progress(), key="progress", role="status"),
                key="who",
                class_="bar",
            ),
            *self._question(),
            told(complaint(self.error) if self.error else self.note, wrong=bool(self.error)),
            element("p", self._agreed(), key="agreed"),
            key="form",
            class_="tacheles-form",
            role="group",
            aria_label=title,
        )

    def _question(self) -> list[Element]:
        if not self.item:
            return [element("p", _("There is no text left to label."), key="none")]
        asked = (
            _("Which mood is in this text?")
            if self.kind == "sentiment"
            else _("What is this ticket about?")
        )
        return [
            element("h4", asked, key="asked"),
            element("blockquote", str(self._texts[self.item]).strip(), key="text"),
            element(
                "div",
                *(self._answer(said) for said in self.choices),
                button(_("Take back"), self.back, key="back", disabled=not self._mine),
                key="answers",
                class_="bar",
            ),
        ]

    def _answer(self, said: str) -> Element:
        return button(words.choice(said), lambda _value: self.say(said), key=f"say.{said}")

    def _progress(self) -> str:
        own = self._labels.get(self.labeller, {})
        return _("{n} labelled by you, {left} left").format(
            n=words.number(len(own)),
            left=words.number(sum(item not in own for item in self._texts)),
        )

    def _agreed(self) -> str:
        """How far the two busiest labellers agree."""
        busiest = sorted(self._labels, key=lambda who: (-len(self._labels[who]), who))[:2]
        if len(busiest) < 2:
            return _("When two people have labelled the same texts, their agreement is shown here.")
        one, other = (self._labels[who] for who in busiest)
        common = [item for item in one if item in other]
        both = [item for item in common if CANNOT_TELL not in (one[item], other[item])]
        kappa, error = _kappa([one[item] for item in both], [other[item] for item in both])
        if np.isnan(kappa):
            return _(
                "{one} and {other} have too few texts in common to tell their agreement."
            ).format(one=busiest[0], other=busiest[1])
        return _(
            "{one} and {other} agree beyond chance on {n} texts: {kappa} ± {error} (Cohen's κ)."
        ).format(
            one=busiest[0],
            other=busiest[1],
            n=words.number(len(both)),
            kappa=words.number(kappa, 2),
            error=words.number(1.96 * error, 2),
        )


def _kappa(one: Sequence[str], other: Sequence[str]) -> tuple[float, float]:
    if not one:
        return np.nan, np.nan
    return agreement(np.array(one, dtype=object), np.array(other, dtype=object))
