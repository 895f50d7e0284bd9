"""Goals, decisions and improvements as tables, and what a page says first about them."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from tacheles.estimate import DEFINITIONS, Estimates, called, moved
from tacheles.privacy import protect
from tacheles.standing import DecisionStanding, GoalStanding, Improvement, Standing
from tacheles.words.phrases import PHRASES
from tacheles.words.phrases.phrase import N2_, N_
from tacheles.words.sentences import (
    difference,
    direction_of,
    interval,
    is_unchanged,
    name_of,
    reason_in_cell,
)
from tacheles.words.shown import BottomLine, Table, Text
from tacheles.words.spoken import _, _n, date, number, percent, quarter, translated, value
from tacheles.words.summary import bottom_line

#: What takes longer to be seen is no plan: two years.
_WEEKS_AHEAD = 104

_STATES = {
    "reached": N_("reached"),
    "open": N_("target within the interval"),
    "not_reached": N_("not reached yet"),
    "overdue": N_("not reached in time"),
    "unknown": N_("no number"),
}

#: In which words a table counts the goals of each state.
_TOLD = {
    "reached": N2_("{n} is reached", "{n} are reached"),
    "open": N2_("{n} may be reached", "{n} may be reached"),
    "not_reached": N2_("{n} is not reached yet", "{n} are not reached yet"),
    "overdue": N2_("{n} was not reached in time", "{n} were not reached in time"),
    "unknown": N2_("{n} has no number", "{n} have no number"),
}


def goals(board: Sequence[GoalStanding]) -> Table | Text:
    """
    Every goal against its target, its changes, and its counter-metric beside it.

    Parameters
    ----------
    board : sequence of GoalStanding
        :func:`measurement.board`.

    Notes
    -----
    A change is marked by an arrow only if it stands out among all changes of the table (Holm).
    """
    if not board:
        return Text(_("No goals are written down: add plans/goals.csv."))
    clear = _clear(board)
    rows = []
    for one in board:
        target = _amount(one.goal["target"], one.standing)
        rows.append(
            [
                goal_name(one),
                _now(one.standing),
                _("{target} by {date}").format(target=target, date=date(one.goal["due_on"])),
                translated(_STATES[one.state]),
                _changed(one.standing.on_quarter, clear, _wanted(one)),
                _changed(one.standing.on_year, clear, _wanted(one)),
                _beside(one.counter, clear),
            ]
        )
    head = [_("Goal"), _("Now"), _("Target"), _("State"), _("On the quarter before")]
    head += [_("On the year before"), _("Beside it, what must not suffer")]
    return Table(
        _("A change is marked only if it stands out among all changes of this table."), head, rows
    )


def _clear(board: Sequence[GoalStanding]) -> set[int]:
    """Which changes of the table stand out among all of them, by their identity."""
    standings = [one.standing for one in board] + [one.counter for one in board if one.counter]
    changes = [change for it in standings for change in (it.on_quarter, it.on_year)]
    judged = zip(changes, moved(changes), strict=True)
    return {id(change) for change, has_moved in judged if has_moved}


def _wanted(one: GoalStanding) -> str:
    """What is desirable: what the goal says, else what its definition does."""
    direction = one.goal["direction"]
    if direction in ("up", "down"):
        return str(direction)
    return "none" if direction == "keep" else _better(one.standing)


def _better(standing: Standing) -> str:
    if standing.history is None:
        return "none"
    return DEFINITIONS[called(standing.history.iloc[-1]["metric"])[0]].better


def _name(standing: Standing) -> str:
    """Name of what is measured; as it is written if nobody knows it."""
    if standing.history is not None:
        metric = standing.history.iloc[-1]["metric"]
        if called(metric)[0] in PHRASES:
            return name_of(metric)
    return standing.metric


def _now(standing: Standing) -> str:
    row = standing.latest
    if row is None:
        return _("— (this report does not know this metric)")
    if row["status"] != "ok":
        return f"— ({reason_in_cell(row)})"
    said = value(row["value"], row["unit"])
    return said if pd.isna(row["low"]) else f"{said} ({interval(row)})"


def _amount(amount: float, standing: Standing) -> str:
    """A target in the unit of its metric."""
    row = standing.latest
    return number(amount, 2) if row is None else value(float(amount), row["unit"])


def _changed(change: pd.Series | None, clear: set[int], wanted: str) -> str:
    """A change; with an arrow and what it is worth if it stands out."""
    if change is None or change["status"] != "ok":
        return "—"
    if is_unchanged(change):
        return _("unchanged")
    said = difference(change["value"], change["unit"])
    direction = direction_of(change)
    if pd.isna(change["low"]):
        return _("{difference}: too early to judge").format(difference=said)
    if id(change) not in clear or direction == "level":
        return _("{difference}: not clear").format(difference=said)
    arrow = "▲" if direction == "up" else "▼"
    if wanted == "none":
        return f"{arrow} {said}"
    worth = _("better") if direction == wanted else _("worse")
    return f"{arrow} {said}, {worth}"


def _beside(counter: Standing | None, clear: set[int]) -> str:
    """The counter-metric, and whether it suffered."""
    if counter is None:
        return _("none named")
    said = f"{_name(counter)}: {_now(counter)}"
    if counter.on_quarter is None:
        return said
    return f"{said}; {_changed(counter.on_quarter, clear, _better(counter))}"


def goals_reached(board: Sequence[GoalStanding]) -> str:
    """How many goals are reached, are not yet, or may be, as one sentence."""
    states = [one.state for one in board]
    counts = {state: states.count(state) for state in _TOLD}
    said = [_n(*_TOLD[state], count) for state, count in counts.items() if count]
    whole = _n("Of {n} goal", "Of {n} goals", len(states))
    return f"{whole}: {', '.join(said)}"


def goal_name(one: GoalStanding, *, short: bool = False) -> str:
    """A goal by its id and what it measures; in short by its id alone."""
    return str(one.goal["goal_id"]) if short else f"{one.goal['goal_id']}: {_name(one.standing)}"


def goals_title(board: Sequence[GoalStanding]) -> str:
    """The finding of a figure of goals."""
    return goals_reached(board) if board else _("No goals are written down")


def goals_subtitle(board: Sequence[GoalStanding]) -> str:
    """What a figure of goals shows, and how many goals it cannot show."""
    said = _("How far each goal has come from its baseline to its target, with its 95% interval.")
    missing = sum(not one.is_on_a_way for one in board)
    if missing:
        said += " " + _n(
            "One goal is not drawn: it has no number or no baseline.",
            "{n} goals are not drawn: they have no number or no baseline.",
            missing,
        )
    return said


def way_marks() -> list[str]:
    """What stands at the beginning, the middle and the end of a goal's way."""
    return [_("baseline"), _("half of the way"), _("target")]


def measured_bottom_line(
    board: Sequence[GoalStanding], *estimates: Estimates, beside: Sequence[Estimates] = ()
) -> BottomLine:
    """
    What the page says first: the goals, then what moved; numbers that are missing are passed over.

    Parameters
    ----------
    board : sequence of GoalStanding
        :func:`measurement.board`.
    *estimates : Estimates
        Estimates of one metric each, the most important first.
    beside : sequence of Estimates
        What the page shows as well.
    """
    known = [one for one in estimates if protect(one)["status"].iloc[-1] == "ok"]
    told = bottom_line(*(known or estimates[:1]), beside=beside)
    if not board:
        return told
    first = [f"{told.finding}."] if known else []
    return BottomLine(goals_reached(board), [*first, *told.sentences], told.cards)


def decisions(reviewed: Sequence[DecisionStanding]) -> Table | Text:
    """
    What was expected of each decision, beside what happened since.

    Parameters
    ----------
    reviewed : sequence of DecisionStanding
        :func:`measurement.reviewed_decisions`.
    """
    if not reviewed:
        return Text(_("No decisions are written down: add plans/decisions.csv."))
    rows = [
        [
            f"{one.decision['decision_id']}: {one.decision['statement']}",
            _cell(one.decision["owner"]),
            _cell(one.decision["expected_effect"]),
            _since(one),
            _cell(one.decision["outcome"]),
        ]
        for one in reviewed
    ]
    head = [_("Decision"), _("Owner"), _("Expected"), _("Measured since"), _("What the team says")]
    caption = _("What happened since stands beside a decision; it is not its effect.")
    return Table(caption, head, rows)


def plausible(board: Sequence[GoalStanding], shares: Estimates) -> Table | Text:
    """
    How many of the past quarters brought less than each goal needs in each one from now on.

    Parameters
    ----------
    board : sequence of GoalStanding
        :func:`measurement.board`.
    shares : Estimates
        :func:`measurement.target_plausibility`, a row per goal.
    """
    if not board:
        return Text(_("No goals are written down: add plans/goals.csv."))
    shown = {row["segment"]: row for _i, row in protect(shares).iterrows()}
    rows = []
    for one in board:
        row = shown[str(one.goal["goal_id"])]
        is_ok = row["status"] == "ok"
        told = value(row["value"], row["unit"]) if is_ok else f"— ({reason_in_cell(row)})"
        rows.append([goal_name(one), told, number(row["n"]) if is_ok else ""])
    head = [_("Goal"), _("Past quarters that brought less than it needs"), _("Quarters compared")]
    return Table(
        _("What each goal needs a quarter, against what quarters have brought."), head, rows
    )


def _cell(text: Any) -> str:
    return "—" if text is None or pd.isna(text) else str(text)


def _since(one: DecisionStanding) -> str:
    if not one.metric:
        return _("no metric named")
    if one.since is None:
        return _("— ({metric}: no number then or now)").format(metric=one.metric)
    said = {"difference": difference(one.since["value"], one.since["unit"])}
    said["name"] = name_of(one.since["metric"])
    said["before"] = quarter(one.from_quarter)
    if pd.isna(one.since["low"]):
        return _("{name}: {difference} since {before}, too early to judge").format(**said)
    if direction_of(one.since) == "level":
        return _("{name}: {difference} since {before}, no more than chance").format(**said)
    return _("{name}: {difference} since {before}, more than chance").format(**said)


def improvements(areas: Sequence[Improvement]) -> Table | Text:
    """
    Where to improve next: what would show success, how little is worth it, how long it takes.

    Parameters
    ----------
    areas : sequence of Improvement
        :func:`measurement.improvement_areas`.
    """
    if not areas:
        return Text(
            _(
                "Nothing stands out: a goal needs a number, a gap, a smallest change worth having "
                "and enough quarters in which it moved by that much."
            )
        )
    rows = [
        [
            f"{area.goal['goal_id']}: {_area_name(area)}",
            _("by at least {difference}").format(
                difference=difference(area.smallest_change, area.unit).lstrip("+")
            ),
            _needed(area),
            ", ".join(area.initiatives) or _("none planned"),
        ]
        for area in areas
    ]
    head = [_("Improve"), _("Smallest change worth having"), _("To see it takes")]
    return Table(
        _("A change of this size is then found in four of five cases."),
        [*head, _("Candidates, the cheapest first")],
        rows,
    )


def _area_name(area: Improvement) -> str:
    return name_of(area.metric) if called(area.metric)[0] in PHRASES else area.metric


def _needed(area: Improvement) -> str:
    weeks = _n("{n} week", "{n} weeks", area.weeks_needed)
    if area.weeks_needed > _WEEKS_AHEAD:
        return _("not to be seen within two years ({weeks})").format(weeks=weeks)
    if pd.isna(area.units_needed):
        return _("{weeks} as against as many before").format(weeks=weeks)
    noun = translated(PHRASES[called(area.metric)[0]].counted)
    said = {"weeks": weeks, "n": number(area.units_needed), "counted": noun}
    return _("{n} ({counted}), half of them without it: {weeks}").format(**said)


def tool(judged: pd.DataFrame, agreement: Estimates) -> Text:
    """
    Which tool judged the texts, how well it does, and how far people agree.

    Parameters
    ----------
    judged : DataFrame
        :func:`measurement.judged_texts`.
    agreement : Estimates
        :func:`measurement.label_agreement`.
    """
    if judged.empty:
        return Text(_("There is no text to judge: the export keeps none."))
    names = {
        "word_list": _("the word lists for German and English"),
        "trained": _("a tool trained on this community's own labels"),
        "local_model": _("the model that community.toml names"),
    }
    labels = int((judged["by_hand"] != "").sum())
    said = [_("Judged by {tool}.").format(tool=names[judged["tool"].iloc[0]])]
    if labels:
        said.append(
            _n(
                "One text was labelled by hand.",
                "{n} texts were labelled by hand.",
                labels,
            )
        )
        share = float((judged["by_hand"] == judged["out_of_fold"])[judged["by_hand"] != ""].mean())
        said.append(
            _("Of these the tool calls {percent} as people do.").format(percent=percent(share))
        )
    row = agreement.iloc[-1]
    if row["status"] == "ok":
        said.append(
            _(
                "Beyond chance two people agree to {kappa} (1 would be always; {interval}); the "
                "tool is to be measured by that."
            ).format(kappa=value(row["value"], row["unit"]), interval=interval(row))
        )
    return Text(" ".join(said))
