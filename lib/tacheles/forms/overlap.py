"""Score initiatives on the three circles; what serves all three comes first."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from tacheles import table_file, words
from tacheles.contract import INITIATIVES
from tacheles.estimate import Estimates
from tacheles.forms.editor import Editor, table
from tacheles.forms.view import Element, element
from tacheles.plans import Draft, Row
from tacheles.privacy import protect
from tacheles.quarter import Quarters
from tacheles.words import translated
from tacheles.workbook import Workbook

_ = translated

#: What an initiative is scored on; the last one does not enter the score.
_SCORED = ("goal_fit", "need_fit", "stakeholder_fit", "evidence_ready")

#: Computes a number of each initiative.
Score = Callable[[pd.DataFrame, Quarters], Estimates]


def overlap(book: Workbook, score: Score, stability: Score, quarters: Quarters) -> "OverlapForm":
    """
    A slider for each circle of each initiative; score, rank and its stability follow at once.

    Parameters
    ----------
    book : Workbook
    score, stability : callable
        :func:`roi.overlap_score` and :func:`roi.rank_stability`.
    quarters : Quarters

    Returns
    -------
    OverlapForm
        Shown by JupyterLab; saves the plan `initiatives`.
    """
    return OverlapForm(book, score, stability, quarters)


class OverlapForm(Editor):
    """
    The form of :func:`overlap`.

    Parameters
    ----------
    book : Workbook
    score, stability : callable
    quarters : Quarters
    """

    draft: Draft

    def __init__(self, book: Workbook, score: Score, stability: Score, quarters: Quarters) -> None:
        self.book, self._quarters = book, quarters
        self._score, self._stability = score, stability
        super().__init__(Draft(book.folder, "initiatives"))

    @property
    def unsaved(self) -> int:
        """How many initiatives differ from the file."""
        return self.draft.unsaved

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self.draft.can_undo

    def after_saving(self) -> None:
        """The workbook reads the initiatives again."""
        self.book.forget("initiatives")

    def rate(self, row: int, circle: str, text: Any) -> None:
        """Say how far an initiative serves a circle."""
        self.note = ""
        self.draft.set(row, circle, str(text))

    def _rated(self) -> pd.DataFrame:
        """The initiatives as they are scored now."""
        rows = [
            {
                "initiative_id": self.draft.text(row, "initiative_id"),
                **{circle: self._fit(row, circle) for circle in _SCORED},
            }
            for row in self.draft.rows
        ]
        return pd.DataFrame(rows, columns=["initiative_id", *_SCORED])

    def _fit(self, row: Row, circle: str) -> float | None:
        text, column = self.draft.text(row, circle), INITIATIVES.column(circle)
        if not text.strip() or table_file.mistake(text, column):
            return None
        return min(max(float(table_file.value_of(text.strip(), column)), 0.0), 1.0)

    def _by_initiative(self, define: Score) -> dict[str, str]:
        rows = protect(define(self._rated(), self._quarters))
        return {
            str(row["segment"]): words.value(row["value"], row["unit"])
            if row["status"] == "ok"
            else "—"
            for row in rows.to_dict("records")
        }

    def build(self) -> Element:
        """A row of sliders for each initiative."""
        title = _("Score the initiatives")
        scores, stable = self._by_initiative(self._score), self._by_initiative(self._stability)
        heads = [
            *(words.column_name(circle) for circle in _SCORED),
            *(_("Score"), _("Rank"), _("Among the first five")),
        ]
        ranks = {name: place for place, name in enumerate(scores, start=1)}
        rows = (self._row(row, scores, ranks, stable) for row in self.draft.rows)
        return element(
            "div",
            element("h3", title, key="title"),
            element(
                "p",
                _("From 0, not at all, to 1, entirely. What leaves out one circle scores zero."),
                key="how",
            ),
            self.bar(),
            self.messages(),
            element(
                "div",
                element(
                    "table",
                    element("caption", title, key="caption", class_="visually-hidden"),
                    element(
                        "thead",
                        element(
                            "tr",
                            element("th", _("Initiative"), scope="col"),
                            *(element("th", head, scope="col") for head in heads),
                        ),
                    ),
                    element("tbody", *rows, key="rows"),
                    key="table",
                ),
                key="scrolled",
                class_="scrolled",
                tabindex="0",
                role="region",
                aria_label=title,
            ),
            key="form",
            class_="tacheles-form",
            role="group",
            aria_label=title,
        )

    def _row(
        self, row: Row, scores: dict[str, str], ranks: dict[str, int], stable: dict[str, str]
    ) -> Element:
        name = self.draft.text(row, "initiative_id")
        title = f"{name}: {self.draft.text(row, 'name')}"
        told = [scores.get(name, "—"), str(ranks.get(name, "—")), stable.get(name, "—")]
        return element(
            "tr",
            element("th", title, scope="row"),
            *(self._circle(row, circle, title) for circle in _SCORED),
            *(element("td", cell) for cell in told),
            key=f"{row.number}.row",
        )

    def _circle(self, row: Row, circle: str, title: str) -> Element:
        column = INITIATIVES.column(circle)
        fit, wrong = self._fit(row, circle), self.draft.mistake(row, column)
        name = _("{column}, {row}").format(column=words.column_name(circle), row=title)
        key = f"{row.number}.{circle}"

        rated = partial(self.rate, row.number, circle)
        slider = element(
            "input",
            key=f"{key}.slider",
            type="range",
            min="0",
            max="1",
            step="0.05",
            value=words.plain_number(fit or 0.0),
            aria_label=_("Slider: {name}").format(name=name),
            acts={"input": rated},
        )
        typed = element(
            "input",
            key=key,
            type="text",
            class_="typed",
            inputmode="decimal",
            value=self.draft.text(row, circle),
            aria_label=name,
            aria_invalid="true" if wrong else None,
            acts={"input": rated},
        )
        changed = "changed" if self.draft.is_changed(row, column) else None
        return element(
            "td",
            element("div", slider, typed, key=f"{key}.both", class_="slider"),
            element("span", words.mistake(wrong) if wrong else "", class_="mistake"),
            key=f"{key}.cell",
            class_=changed,
        )

    def versions(self) -> Element:
        """The cells that differ, as saved and as drafted."""
        theirs = self.conflict.theirs if self.conflict else None
        head = [_("Row"), _("Column"), _("When opened"), _("Saved by somebody else"), _("Yours")]
        rows = [
            [one.row, words.column_name(one.column), one.before, one.theirs, one.mine]
            for one in self.draft.differences(theirs)
        ]
        return table(head, rows, key="versions", caption=_("Two versions"))
