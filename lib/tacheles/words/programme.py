"""Whom the initiatives serve, what is invested in next, who does what, what is decided."""

from typing import Any

import pandas as pd

from tacheles.estimate import Estimates
from tacheles.privacy import protect
from tacheles.words.phrases import roi
from tacheles.words.roi import (
    EVEN,
    department,
    each_segment,
    metric_said,
    ranged,
    statements,
    table_or_sentence,
    value_and_range,
)
from tacheles.words.shown import Table, Text
from tacheles.words.spoken import _, date, number, percent, translated
from tacheles.words.tables import cell


def circles() -> dict[str, str]:
    """The three circles, by the column that holds how well each is served."""
    return {
        "goal_fit": _("Goal of the business"),
        "need_fit": _("Need of the users"),
        "stakeholder_fit": _("Priority of a department"),
    }


def needs(planned: pd.DataFrame, gap: Estimates, served: Estimates) -> Table | Text:
    """
    Needs by how much is to be gained: how important, how often expressed, how far they are met.

    Parameters
    ----------
    planned : DataFrame
        The plan table of needs.
    gap : Estimates
        Opportunity score by need, of the last survey.
    served : Estimates
        Share of the questions about each need that were answered for good.
    """
    gaps, answers = map(_last_by_segment, (gap, served))
    scores = {need: row["value"] for need, row in gaps.items()}
    ranked = planned.assign(score=planned["statement"].map(scores).astype(float)).sort_values(
        "score", ascending=False, kind="stable", na_position="last"
    )
    rows = [
        [
            need["statement"],
            *(_of_ten(need[name]) for name in ("importance", "satisfaction")),
            ranged(gaps[need["statement"]]) if need["statement"] in gaps else "—",
            *_served(answers.get(need["statement"])),
        ]
        for need in ranked.to_dict("records")
    ]
    head = [_("Need"), _("Importance, of 10"), _("Satisfaction, of 10")]
    head += [_("Opportunity score, 0 to 20"), _("Questions about it"), _("Served")]
    return table_or_sentence(_("Needs of the users, the largest opportunity first."), head, rows)


def _last_by_segment(estimates: Estimates) -> dict[str, pd.Series]:
    """The last quarter's rows that may be shown, by segment."""
    shown = protect(estimates)
    last = shown[shown["quarter"] == shown["quarter"].iloc[-1]]
    return {str(row["segment"]): row for _i, row in last.iterrows() if row["segment"]}


def _of_ten(score: Any) -> str:
    return "—" if pd.isna(score) else number(float(score), 1)


def _served(row: pd.Series | None) -> tuple[str, str]:
    """How many questions express a need, and which part of them was served."""
    if row is None or row["status"] != "ok":
        return "—", "—"
    return number(row["n"]), ranged(row)


def intersections(found: pd.DataFrame, score: Estimates, stability: Estimates) -> Table | Text:
    """
    Who meets whom: initiatives with the goal, the need and the priority that they serve.

    Parameters
    ----------
    found : DataFrame
        One row per initiative, best first, with what it serves.
    score, stability : Estimates
        Overlap score, and how often it is among the best whatever the weights.
    """
    scores, shares = (protect(rows).set_index("segment") for rows in (score, stability))
    rows = [
        [
            row["name"],
            row["goal"],
            row["need"],
            f"{department(row['department'])}: {row['priority']}",
            cell(scores.loc[row["initiative_id"]]),
            cell(shares.loc[row["initiative_id"]]),
        ]
        for row in found.head(7).to_dict("records")
    ]
    head = [_("Initiative"), _("Goal of the business"), _("Need of the users")]
    head += [_("Priority of the department"), _("Overlap"), _("Stays among the best")]
    return table_or_sentence(_("Where the three circles overlap most."), head, rows)


def overlap_headline(found: pd.DataFrame, score: Estimates) -> str:
    """The initiative that serves all three circles best."""
    if found.empty:
        return _("No initiative serves a goal, a need and a priority at once")
    zero = int((protect(score)["value"] == 0).sum())
    message = _("All three circles meet best in: {name}")
    if zero:
        message = _("All three circles meet best in: {name}; initiatives that miss one: {zero}")
    return message.format(name=found["name"].iloc[0], zero=number(zero))


def overlap_subtitle() -> str:
    """What the circles stand for."""
    return _(
        "How well each initiative serves a goal of the business, a need of the users and a "
        "priority of a department: the larger the circle, the better. One empty circle, and it "
        "serves nobody."
    )


def investments(
    initiatives: pd.DataFrame,
    cost: Estimates,
    returns: Estimates,
    chance: Estimates,
    payback: Estimates,
    break_even: Estimates,
    refusing: Estimates,
) -> Table | Text:
    """
    Each initiative that is asked for: the sum, its return, its chance, what is missed.

    Parameters
    ----------
    initiatives : DataFrame
        The plan table of initiatives.
    cost, returns, chance, payback, break_even, refusing : Estimates
        One row per initiative each.
    """
    names = statements(initiatives, "initiative_id", "name")
    columns = [
        protect(rows).set_index("segment")
        for rows in (cost, returns, chance, payback, break_even, refusing)
    ]
    likely = each_segment(chance).sort_values("value", ascending=False, kind="stable")
    rows = []
    for name in likely["segment"]:
        at = [column.loc[name] for column in columns]
        told, known = value_and_range(at[1])
        cells = [cell(at[0]), f"{told} ({known})", *map(cell, at[2:])]
        rows.append([names[name], *cells, at[1]["grade"]])
    head = [_("Initiative"), _("Sum asked"), _("Return, P10 to P90"), _("Pays back")]
    head += [_("After quarters"), _("Must come true"), _("Missed a quarter if refused"), _("Grade")]
    caption = _(
        "What may be invested in next. Grade F: the value is somebody's judgement alone. Missed if "
        "refused: value, before the costs that refusing saves."
    )
    return table_or_sentence(caption, head, rows)


def investments_asked(
    initiatives: pd.DataFrame,
    cost: Estimates,
    returns: Estimates,
    chance: Estimates,
    refusing: Estimates,
    *,
    most: int = 3,
) -> Table | Text:
    """
    The initiatives likeliest to pay back, in short: the sum, its return, its chance.

    Parameters
    ----------
    initiatives : DataFrame
        The plan table of initiatives.
    cost, returns, chance, refusing : Estimates
        One row per initiative each.
    most : int
        How many are told.
    """
    names = statements(initiatives, "initiative_id", "name")
    columns = [protect(rows).set_index("segment") for rows in (cost, returns, chance, refusing)]
    likely = each_segment(chance).sort_values("value", ascending=False, kind="stable")
    rows = []
    for name in likely["segment"].head(most):
        at = [column.loc[name] for column in columns]
        told = f"{ranged(at[1])} · {at[1]['grade']}"
        rows.append([names[name], cell(at[0]), told, cell(at[2]), cell(at[3])])
    head = [_("Initiative"), _("Sum asked"), _("Return, P10 to P90, grade"), _("Pays back")]
    head += [_("Missed a quarter if refused")]
    caption = _(
        "The initiatives likeliest to pay back. Missed if refused: value, before the costs that "
        "refusing saves."
    )
    return table_or_sentence(caption, head, rows)


def investment_headline(chance: Estimates, initiatives: pd.DataFrame) -> str:
    """How many of the initiatives asked for pay back more likely than not."""
    rows = each_segment(chance)
    if rows.empty:
        return _("No initiative is asked for")
    best = rows.sort_values("value", ascending=False, kind="stable").iloc[0]
    said = {"likely": number(int((rows["value"] > EVEN).sum())), "all": number(len(rows))}
    said["name"] = statements(initiatives, "initiative_id", "name")[best["segment"]]
    said["chance"] = percent(best["value"])
    return _(
        "Of {all} initiatives, {likely} pay back more likely than not; the likeliest: {name} "
        "({chance})"
    ).format(**said)


def roadmap(milestones: pd.DataFrame, initiatives: pd.DataFrame) -> Table | Text:
    """
    Milestones that lie ahead or are open, by department.

    Parameters
    ----------
    milestones, initiatives : DataFrame
        The plan tables of the road map and of the initiatives.
    """
    names = statements(initiatives, "initiative_id", "name")
    open_ones = milestones[milestones["status"].isin(("planned", "running"))]
    rows = [
        [
            department(row["department"]),
            row["milestone"],
            names.get(row["initiative_id"], row["initiative_id"]),
            metric_said(row["metric"]),
            date(row["due_on"]),
            translated(roi.MILESTONES[row["status"]]),
            str(row["owner"] or "—"),
        ]
        for row in open_ones.sort_values(["department", "due_on"]).to_dict("records")
    ]
    head = [_("Department"), _("Next step"), _("Initiative"), _("Is to move"), _("Due")]
    head += [_("State"), _("Owner")]
    return table_or_sentence(_("Next steps, with an owner and a date."), head, rows)


def roadmap_headline(milestones: pd.DataFrame) -> str:
    """How many milestones are done and how many lie ahead."""
    if milestones.empty:
        return _("No milestones are written down")
    states = milestones["status"].value_counts()
    ahead = int(states.get("planned", 0) + states.get("running", 0))
    return _("Milestones reached: {done}; ahead: {ahead}; dropped: {dropped}").format(
        done=number(int(states.get("done", 0))),
        ahead=number(ahead),
        dropped=number(int(states.get("dropped", 0))),
    )


def roadmap_subtitle() -> str:
    """What the marks of the road map mean."""
    return _(
        "Milestones by department. Filled: done. Open: ahead. Crossed: dropped. The line is the "
        "end of the quarter."
    )


def asked_for(decided: pd.DataFrame) -> Table | Text:
    """
    Decisions that are asked for, at most three, with owner and date.

    Parameters
    ----------
    decided : DataFrame
        The plan table of decisions: those without an outcome.
    """
    chosen = decided[decided["outcome"].isna()].sort_values("due_on").head(3)
    if chosen.empty:
        return Text(_("No decision is asked for."))
    rows = [
        [row["statement"], row["owner"], date(row["due_on"])] for row in chosen.to_dict("records")
    ]
    return Table(_("Decisions asked for."), [_("What"), _("Owner"), _("By")], rows)


def what_became(decided: pd.DataFrame) -> Table | Text:
    """
    What became of the last decisions, the latest two.

    Parameters
    ----------
    decided : DataFrame
        The plan table of decisions: those with an outcome.
    """
    chosen = decided[decided["outcome"].notna()].sort_values("due_on", ascending=False).head(2)
    if chosen.empty:
        return Text(_("No decision has an outcome yet."))
    rows = [
        [row["statement"], _text(row["expected_effect"]), _text(row["outcome"])]
        for row in chosen.to_dict("records")
    ]
    head = [_("Decided"), _("Expected"), _("What became of it")]
    return table_or_sentence(_("What became of the last decisions."), head, rows)


def _text(cell: Any) -> str:
    return "—" if pd.isna(cell) else str(cell)
