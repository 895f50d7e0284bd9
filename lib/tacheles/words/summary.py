"""What a page says first, what moved and what did not work: changes held against each other."""

from collections.abc import Sequence

import pandas as pd

from tacheles.estimate import DEFINITIONS, Estimates, called, moved
from tacheles.privacy import protect
from tacheles.words.findings import said as finding_said
from tacheles.words.phrases import STATUS_OF_ALL
from tacheles.words.sentences import (
    difference,
    direction_of,
    headline_towards,
    interval,
    named,
    reason_in_cell,
    shown_change,
)
from tacheles.words.shown import BottomLine, Card, Table, Text
from tacheles.words.spoken import _, number, quarter, translated, value


def bottom_line(
    *estimates: Estimates,
    beside: Sequence[Estimates] = (),
    noticed: pd.DataFrame | None = None,
) -> BottomLine:
    """
    What the page found, most important metric first; directions are held against each other (Holm).

    Parameters
    ----------
    *estimates : Estimates
        Estimates of one metric each; the first is the page's own question.
    beside : sequence of Estimates
        What the page shows as well and the bottom line does not tell: the more comparisons, the
        clearer a change must be.
    noticed : DataFrame, optional
        FINDINGS that are told before all metrics: the first of them is the headline.
    """
    shown = [protect(rows).iloc[-1] for rows in estimates]
    statuses = {row["status"] for row in shown}
    if len(statuses) == 1 and statuses <= STATUS_OF_ALL.keys():
        return BottomLine(translated(STATUS_OF_ALL[statuses.pop()]), [], [])
    changes, directions = _judged([*estimates, *beside])
    changes, directions = changes[: len(estimates)], directions[: len(estimates)]
    found = [] if noticed is None else noticed.to_dict("records")
    said = [finding_said(row).removesuffix(".") for row in found]
    said += [
        headline_towards(rows, direction)
        for rows, direction in zip(estimates, directions, strict=True)
    ]
    sentences = [f"{sentence}." for sentence in said[1:]]
    known = [change for change in changes if change is not None]
    judged = [pd.notna(change["low"]) for change in known]
    if any(judged) and set(directions) == {"level"}:
        sentences.append(
            _("Nothing changed by more than chance could bring among so many numbers.")
            if all(judged)
            else _(
                "Of what can be judged yet, nothing changed by more than chance could bring among "
                "so many numbers."
            )
        )
    cards = [
        card(rows, change, direction)
        for rows, change, direction in zip(estimates, changes, directions, strict=True)
    ]
    return BottomLine(said[0], sentences, cards[:4])


def _judged(
    estimates: Sequence[Estimates],
) -> tuple[list[pd.Series | None], list[str]]:
    """Each metric's last change, and its direction when all are held against each other (Holm)."""
    changes = [shown_change(rows) for rows in estimates]
    directions = [
        direction_of(change) if has_moved else "level"
        for change, has_moved in zip(changes, moved(changes), strict=True)
    ]
    return changes, directions


def movements(*estimates: Estimates) -> Table:
    """
    Every metric's last quarter, its change and whether that is clear among all of them.

    Parameters
    ----------
    *estimates : Estimates
        Estimates of one metric each.
    """
    rows = []
    for metric, change, direction in zip(estimates, *_judged(estimates), strict=True):
        told = card(metric, change, direction)
        rows.append([told.title, told.value, told.known, told.change or "—"])
    head = [_("Number"), _("Now"), _("Known how well"), _("Against the quarter before")]
    return Table(_("A change is named clear only if it stands out among all of these."), head, rows)


def setbacks(*estimates: Estimates) -> Text:
    """
    What got clearly worse, said as plainly as what got better.

    Parameters
    ----------
    *estimates : Estimates
        Estimates of one metric each.
    """
    worse = [
        headline_towards(metric, direction) + "."
        for metric, direction in zip(estimates, _judged(estimates)[1], strict=True)
        if _mood(metric["metric"].iloc[-1], direction) == "bad"
    ]
    return Text(" ".join(worse) or _("Nothing that is measured here got clearly worse."))


def card(estimates: Estimates, change: pd.Series | None, direction: str = "level") -> Card:
    """
    One number of a bottom line.

    Parameters
    ----------
    estimates : Estimates
        Estimates of one metric, oldest quarter first.
    change : Series or None
        Its last change.
    direction : {"level", "up", "down"}
        What may be said of the change: nothing clear, unless it was held against the others.
    """
    shown = protect(estimates)
    row = shown.iloc[-1]
    if row["status"] != "ok":
        return Card(named(row), "—", reason_in_cell(row))
    known = _("full count")
    if not pd.isna(row["low"]):
        known = _("{interval}, n\u00a0=\u00a0{n}").format(
            interval=interval(row), n=number(row["n"])
        )
    told, mood = _told_change(shown, change, direction)
    return Card(named(row), value(row["value"], row["unit"]), known, told, mood)


def _told_change(shown: pd.DataFrame, change: pd.Series | None, direction: str) -> tuple[str, str]:
    """The change in a card, by arrow and words, and its mood by what is desirable."""
    if change is None:
        return "", ""
    before = quarter(shown.iloc[-2]["quarter"])
    said = {"difference": difference(change["value"], change["unit"]), "before": before}
    if pd.isna(change["low"]):
        return _("{difference} on {before}: too early to judge").format(**said), ""
    if direction == "level":
        return _("{difference} on {before}: not clear").format(**said), ""
    arrow = "▲" if direction == "up" else "▼"
    told = arrow + " " + _("{difference} on {before}").format(**said)
    return told, _mood(change["metric"], direction)


def _mood(called_metric: str, direction: str) -> str:
    """`good` or `bad` by what is desirable; empty if nothing is, or nothing moved."""
    better = DEFINITIONS[called(called_metric)[0]].better
    if direction == "level" or better == "none":
        return ""
    return "good" if direction == better else "bad"
