"""What the first level shows: goals letter by letter, tools, stages, and what to mend first."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.quarter import Quarters
from tacheles.service_hours import ServiceHours, public_holidays
from tacheles.words.findings import said, severity
from tacheles.words.phrases.competencies import COMPETENCIES
from tacheles.words.sentences import shown_change
from tacheles.words.shown import BottomLine, Table, Text
from tacheles.words.spoken import _, _n, date, number, segment, translated
from tacheles.words.summary import card
from tacheles.words.tables import cell, to_be_added

_YES, _NO, _OPEN = "✓", "✗", "–"


def mission(mission: str, vision: str) -> Text:
    """
    What the community is there for and where it shall be, as `community.toml` says.

    Parameters
    ----------
    mission, vision : str
        Empty if nobody has written it down.
    """
    told = [
        _("Mission: {text}").format(text=mission) if mission else "",
        _("Vision: {text}").format(text=vision) if vision else "",
    ]
    return Text(" ".join(filter(None, told)) or _("Neither mission nor vision is written down."))


def alignment_heads() -> list[str]:
    """Heads of the columns of the map: values, goals, goals of the company, priorities."""
    return [_("Value"), _("Goal"), _("Goal of the company"), _("Department's priority")]


def alignment_subtitle() -> str:
    """What the lines of the map mean."""
    return _(
        "A line means: serves. Dashed in orange: nothing leads there, or a goal lacks one of its "
        "sides. Written down by the team; a full count."
    )


def paths_subtitle() -> str:
    """What the lines of a goal's way mean."""
    return _(
        "Each goal's metric by quarter with its interval; dotted: the baseline; dashed: the even "
        "way to the target and its day. Orange: the day is past."
    )


def smart_table(checks: Estimates, *found: pd.DataFrame) -> Table | Text:
    """
    Goals letter by letter, with the reason for each that is missing.

    Parameters
    ----------
    checks : Estimates
        One row per goal (the segment) and letter (`at`, from 1).
    *found : DataFrame
        FINDINGS of goals, with the letter they belong to.
    """
    if checks["at"].isna().all():
        return Text(_("No goals are written down yet: fill in plans/goals.csv."))
    faults = [row for frame in found for row in frame.to_dict("records") if row["detail"]]
    rows = []
    for goal, of_goal in checks.groupby("segment", sort=False):
        ordered = of_goal.sort_values("at")
        letters = [
            _OPEN if row["status"] != "ok" else _YES if row["value"] else _NO
            for row in ordered.to_dict("records")
        ]
        reasons = [
            said(row) for row in faults if row["subject"] == goal and "letter" in row["detail"]
        ]
        rows.append([str(goal), *letters, " ".join(reasons)])
    caption = _("Specific, measurable, achievable, relevant, time-bound; – cannot be judged.")
    return Table(caption, [_("Goal"), *"SMART", _("Because")], rows)


def goals_table(goals: pd.DataFrame, attainment: Estimates) -> Table | Text:
    """
    Goals with their day, and how far each has gone from its baseline to its target.

    Parameters
    ----------
    goals : DataFrame
        One row per goal.
    attainment : Estimates
        How far each goal is (the segment), quarter by quarter.
    """
    if goals.empty:
        return Text(_("No goals are written down yet: fill in plans/goals.csv."))
    shown = protect(attainment)
    last = shown[shown["quarter"] == shown["quarter"].iloc[-1]].set_index("segment")
    rows = [
        [goal["goal_id"], goal["statement"], date(goal["due_on"]), cell(last.loc[goal["goal_id"]])]
        for goal in goals.to_dict("records")
    ]
    caption = _("The way from the baseline to the target that each goal has gone.")
    return Table(caption, [_("Goal"), _("What"), _("By"), _("Gone")], rows)


def goals_headline(attainment: Estimates) -> str:
    """
    How many goals can be followed, and how many have arrived.

    Parameters
    ----------
    attainment : Estimates
        How far each goal is (the segment), quarter by quarter.
    """
    shown = protect(attainment)
    last = shown[shown["quarter"] == shown["quarter"].iloc[-1]]
    followed = last[last["status"] == "ok"]
    if followed.empty:
        return _("No goal can be followed yet")
    arrived = (followed["low"].fillna(followed["value"]) >= 1).sum()
    said_of_all = {"followed": number(len(followed)), "all": number(len(last))}
    if not arrived:
        return _("{followed} of {all} goals can be followed; none has clearly arrived").format(
            **said_of_all
        )
    return _("{followed} of {all} goals can be followed; {arrived} clearly arrived").format(
        arrived=number(arrived), **said_of_all
    )


def tools_table(tools: pd.DataFrame) -> Table | Text:
    """
    Channels and tools: of which kind, who owns them, whether they are live.

    Parameters
    ----------
    tools : DataFrame
        One row per channel or tool.
    """
    if tools.empty:
        return Text(_("No tools are written down yet: fill in plans/tools.csv."))
    rows = [
        [row["name"], segment(row["kind"]), row["owner"] or "—", segment(row["status"] or "—")]
        for row in tools.astype(object).where(tools.notna(), None).to_dict("records")
    ]
    head = [_("Tool"), _("Kind"), _("Owner"), _("State")]
    return Table(_("The channels and tools of the community."), head, rows)


def maturity_table(stages: Estimates) -> Table | Text:
    """
    Each competency with its stage, and what the next one takes, the lowest first.

    Parameters
    ----------
    stages : Estimates
        Stages of competencies (the segments), quarter by quarter. What the next stage takes is
        known of the eight competencies that :func:`competencies` tells, named in English or in the
        language spoken.
    """
    last = protect(stages[stages["quarter"] == stages["quarter"].iloc[-1]])
    assessed = last[last["status"] == "ok"].sort_values("value", kind="stable")
    if assessed.empty:
        return Text(_("No stage of maturity was assessed yet: fill in plans/maturity.csv."))
    rows = []
    for row in assessed.to_dict("records"):
        stage = int(row["value"])
        takes = _stages_of(row["segment"])[stage:]
        rows.append([row["segment"], number(stage), translated(takes[0]) if takes else ""])
    head = [_("Competency"), _("Stage"), _("The next stage takes")]
    if not any(takes for _competency, _stage, takes in rows):
        head, rows = head[:2], [row[:2] for row in rows]
    return Table(_("Competencies in four stages, the lowest first."), head, rows)


def competencies() -> Table:
    """The eight competencies and what their four stages mean: for whoever assesses them."""
    rows = [[translated(name), *map(translated, stages)] for name, stages in COMPETENCIES.items()]
    head = [_("Competency"), *(_("Stage {n}").format(n=number(n)) for n in range(1, 5))]
    return Table(_("Eight competencies, and what their four stages mean."), head, rows)


def _stages_of(competency: str) -> Sequence[str]:
    """What the stages of a competency mean; nothing of one that is the team's own."""
    for name, stages in COMPETENCIES.items():
        if competency in (name, translated(name)):
            return stages
    return ()


def holidays(of: ServiceHours, quarters: Quarters) -> Text:
    """
    Days of the last quarter on which nothing is promised, because they are public holidays.

    Parameters
    ----------
    of : ServiceHours
    quarters : Quarters
    """
    if not of.holidays:
        return Text(_("Public holidays are not taken out: community.toml names no place."))
    start, end = map(pd.Timestamp, quarters.first_days[-2:])
    closed = public_holidays(of.holidays)
    days = [day.date() for day in pd.date_range(start, end, inclusive="left") if day in closed]
    if not days:
        return Text(_("No public holiday falls into this quarter."))
    told = ", ".join(map(date, days))
    return Text(_("Closed for public holidays in this quarter: {days}.").format(days=told))


def listed(faults: pd.DataFrame, found: pd.DataFrame, *tables: str) -> Text:
    """
    What was found in a section that shows something else as well, and which files it lacks.

    Parameters
    ----------
    faults : DataFrame
        FINDINGS (:mod:`tacheles.findings`), those that matter most first.
    found : DataFrame
        :meth:`workbook.Workbook.inventory`.
    *tables : str
        Tables of the section.
    """
    sentences = [said(row) for row in faults.to_dict("records")]
    sentences = [*filter(None, [to_be_added(found, tables)]), *sentences]
    return Text(" ".join(sentences) or _("Nothing in this section was found that needs mending."))


def mend_first(found: pd.DataFrame) -> Table | Text:
    """
    What is to be mended, in this order, with what depends on it.

    Parameters
    ----------
    found : DataFrame
        FINDINGS, the first to mend first; `needed_by` names what depends on it.
    """
    if found.empty:
        return Text(_("Nothing was found that needs mending."))
    rows = [
        [
            said(row),
            ", ".join(map(str, row["detail"].get("needed_by", ()))) or "—",
            severity(row),
        ]
        for row in found.to_dict("records")
    ]
    head = [_("Found"), _("What depends on it"), ""]
    return Table(_("What to mend, in this order: first that on which most depends."), head, rows)


def foundation_line(found: pd.DataFrame, *estimates: Estimates) -> BottomLine:
    """
    The bottom line of the first level: how much is to be mended, the first of it, and four numbers.

    Parameters
    ----------
    found : DataFrame
        FINDINGS, the first to mend first.
    *estimates : Estimates
        What stands in the cards.
    """
    rows = found.to_dict("records")
    faults = sum(row["severity"] == "fault" for row in rows)
    missing = sum(row["kind"] == "table_missing" for row in rows)
    if missing:
        finding = _n(
            "The foundation is not laid yet: one table is empty",
            "The foundation is not laid yet: {n} tables are empty",
            missing,
        )
    elif faults:
        finding = _n(
            "The foundation is laid, with one fault to mend",
            "The foundation is laid, with {n} faults to mend",
            faults,
        )
    else:
        finding = _("The foundation is laid")
    sentences = _first_of(rows) or [_("Nothing was found that needs mending.")]
    cards = [card(rows, shown_change(rows)) for rows in estimates]
    return BottomLine(finding, sentences, cards[:4])


def _first_of(rows: Sequence[Mapping[Hashable, Any]]) -> list[str]:
    """The goals that fail a check in one sentence, and the first of everything else."""
    goals = dict.fromkeys(row["subject"] for row in rows if "letter" in row["detail"])
    others = [said(row) for row in rows if row["subject"] not in goals]
    if not goals:
        return others[:3]
    names = ", ".join(goals)
    return [_("Not SMART as they are written: {names}.").format(names=names), *others[:3]]
