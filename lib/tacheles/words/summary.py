"""What a page says first, what moved and what did not work: changes held against each other."""

from collections.abc import Sequence

import pandas as pd

from tacheles.estimate import DEFINITIONS, Estimates, called, moved
from tacheles.privacy import protect
from tacheles.words.findings import by_severity
from tacheles.words.findings import said as finding_said
from tacheles.words.phrases import STATUS_OF_ALL
from tacheles.words.sentences import (
    difference,
    direction_of,
    headline_towards,
    interval,
    is_unchanged,
    named,
    reason_in_cell,
    shown_change,
)
from tacheles.words.shown import BottomLine, Card, Table, Text
from tacheles.words.spoken import _, number, quarter, translated, value

#: How many numbers that changed clearly are named among those that are not told.
_NAMED = 3


def bottom_line(
    *estimates: Estimates,
    beside: Sequence[Estimates] = (),
    noticed: pd.DataFrame | None = None,
    found: pd.DataFrame | None = None,
) -> BottomLine:
    """
    What the page found, most important metric first; directions are held against each other (Holm).

    Parameters
    ----------
    *estimates : Estimates
        Estimates of one metric each; the first is the page's own question.
    beside : sequence of Estimates
        What the page shows as well: the more comparisons, the clearer a change must be, and of
        these only what changed clearly is named.
    noticed : DataFrame, optional
        FINDINGS that are told before all metrics: the first of them is the headline.
    found : DataFrame, optional
        FINDINGS of which the most pressing one is told after all metrics.
    """
    shown = [protect(rows).iloc[-1] for rows in estimates]
    statuses = {row["status"] for row in shown}
    if len(statuses) == 1 and statuses <= STATUS_OF_ALL.keys():
        return BottomLine(translated(STATUS_OF_ALL[statuses.pop()]), [], [])
    judged = list(zip(*_judged([*estimates, *beside]), strict=True))
    told, others = judged[: len(estimates)], judged[len(estimates) :]
    changes, directions = zip(*told, strict=True)
    said = [] if noticed is None else [finding_said(row) for row in noticed.to_dict("records")]
    said = [sentence.removesuffix(".") for sentence in said]
    said += [
        headline_towards(rows, direction)
        for rows, direction in zip(estimates, directions, strict=True)
    ]
    sentences = [f"{sentence}." for sentence in said[1:]]
    if set(directions) == {"level"}:
        sentences += _nothing_moved(changes)
    sentences += _moved_beside(others)
    if found is not None and len(found):
        sentences.append(finding_said(by_severity(found).iloc[0]))
    cards = [
        card(rows, change, direction)
        for rows, change, direction in zip(estimates, changes, directions, strict=True)
    ]
    return BottomLine(said[0], sentences, cards[:4])


def _nothing_moved(changes: Sequence[pd.Series | None]) -> list[str]:
    """That nothing told changed clearly, as far as it can be judged."""
    is_known = [pd.notna(change["low"]) for change in changes if change is not None]
    if not any(is_known):
        return []
    if all(is_known):
        return [_("None of these numbers changed by more than chance could bring among so many.")]
    return [
        _(
            "Those of these numbers that can be judged yet changed by no more than chance could "
            "bring among so many."
        )
    ]


def _moved_beside(judged: Sequence[tuple[pd.Series | None, str]]) -> list[str]:
    """What else changed clearly, by name."""
    said = [
        f"{named(change)} {difference(change['value'], change['unit'])}"
        for change, direction in judged
        if change is not None and direction != "level"
    ]
    if not said:
        return []
    listed = "; ".join(said[:_NAMED])
    if len(said) > _NAMED:
        rest = number(len(said) - _NAMED)
        listed = _("{listed} and {rest} more").format(listed=listed, rest=rest)
    return [_("Further down this changed clearly: {listed}.").format(listed=listed)]


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


def movements(*estimates: Estimates, beside: Sequence[Estimates] = ()) -> Table:
    """
    Every metric's last quarter, its change and whether that is clear among all of them.

    Parameters
    ----------
    *estimates : Estimates
        Estimates of one metric each.
    beside : sequence of Estimates
        What else the page shows, all of it: a change must be clear among these as well.
    """
    rows = []
    judged = _judged([*estimates, *beside])
    for metric, change, direction in zip(estimates, *judged, strict=False):
        told = card(metric, change, direction)
        moved_by = "—" if change is None or not told.change else _told_change(change, direction)
        rows.append([told.title, told.value, told.known, moved_by])
    head = [_("Number"), _("Now"), _("Known how well"), _("Against the quarter before")]
    if beside:
        caption = _("A change is named clear only if it stands out among all numbers of this page.")
    else:
        caption = _("A change is named clear only if it stands out among all of these.")
    return Table(caption, head, rows)


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
    nothing = _("Nothing that is measured here got clearly worse against the quarter before.")
    return Text(" ".join(worse) or nothing)


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
    if change is None:
        return Card(named(row), value(row["value"], row["unit"]), known)
    told = _told_change(change, direction, before=quarter(shown.iloc[-2]["quarter"]))
    mood = _mood(change["metric"], direction)
    return Card(named(row), value(row["value"], row["unit"]), known, told, mood)


def _told_change(change: pd.Series, direction: str, before: str = "") -> str:
    """A change and whether it is clear, against the quarter before that is named."""
    unchanged = is_unchanged(change)
    said = _("unchanged") if unchanged else difference(change["value"], change["unit"])
    if before:
        said = _("{difference} on {before}").format(difference=said, before=before)
    if unchanged:
        return said
    if pd.isna(change["low"]):
        return _("{difference}: too early to judge").format(difference=said)
    if direction == "level":
        return _("{difference}: not clear").format(difference=said)
    return f"{'▲' if direction == 'up' else '▼'} {said}"


def _mood(called_metric: str, direction: str) -> str:
    """`good` or `bad` by what is desirable; empty if nothing is, or nothing moved."""
    better = DEFINITIONS[called(called_metric)[0]].better
    if direction == "level" or better == "none":
        return ""
    return "good" if direction == better else "bad"
