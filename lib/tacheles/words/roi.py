"""What is said of the return: what came back, what each claim rests on, what is asked for."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from tacheles.estimate import Estimates
from tacheles.evidence import Evidence
from tacheles.privacy import protect
from tacheles.words.phrases import roi
from tacheles.words.sentences import begun, interval, named, reason_in_cell
from tacheles.words.shown import BottomLine, Card, Table, Text
from tacheles.words.spoken import (
    _,
    date,
    money,
    number,
    percent,
    quarter,
    segment,
    translated,
    value,
)
from tacheles.words.summary import bottom_line
from tacheles.words.summary import movements as movement_table
from tacheles.words.tables import not_yet

#: Above this chance something is more likely than not.
EVEN = 0.5


#: Tables without which nothing can be told of the return, the first to add first.
_NEEDED = ("claims", "assumptions", "costs", "tickets", "accounts")


class Checked(Protocol):
    """What a claim changed, with the evidence for it."""

    claim: Mapping[Any, Any]
    evidence: Evidence


def claim_names(claims: pd.DataFrame) -> dict[str, str]:
    """What each claim is about, by its id."""
    return {str(row["claim_id"]): _claim(str(row["metric"])) for row in claims.to_dict("records")}


def _claim(metric: str) -> str:
    return translated(roi.CLAIMS[metric]) if metric in roi.CLAIMS else metric


def statements(table: pd.DataFrame, key: str, text: str = "statement") -> dict[str, str]:
    """A text of each row of a plan table, by its id: what a segment stands for."""
    return dict(zip(table[key].astype(str), table[text].astype(str), strict=True))


def department(name: str) -> str:
    """A department as a reader says it."""
    return translated(roi.DEPARTMENTS[name]) if name in roi.DEPARTMENTS else name


# What came back


def returned(
    earned: Estimates,
    naive: Estimates,
    recovery: Estimates,
    net: Estimates,
    cost: Estimates,
    effects: Estimates,
    *,
    found: pd.DataFrame | None = None,
) -> BottomLine:
    """
    What came back, for each unit of money, with the chance that it paid; bad news as plainly.

    Parameters
    ----------
    earned, naive : Estimates
        Return on investment: defensible, and by the usual formula.
    recovery : Estimates
        Probability that it paid for itself.
    net : Estimates
        Net present value.
    cost : Estimates
        Cost of the programme, quarter by quarter.
    effects : Estimates
        Effect on tickets, one row per claim; the first is told.
    found : DataFrame, optional
        :meth:`workbook.Workbook.inventory`: where nothing counts because tables are missing, these
        are told.
    """
    row, paid = _last(earned), _total(cost)
    if row["status"] != "ok" and found is not None and _is_lacking(found):
        return not_yet(found, *_NEEDED)
    if row["status"] != "ok":
        sentences = [_("The programme cost {cost}.").format(cost=paid)] if paid else []
        sentences += [_naive_sentence(naive)]
        return BottomLine(_unknown_return(str(row["status"])), [*filter(None, sentences)], [])
    chance = float(_last(recovery)["value"])
    cards = [
        _return_card(row, chance),
        _naive_card(naive),
        Card(named(_last(net)), *_value_and_range(_last(net))),
        *_effect_cards(effects),
    ]
    sentences = [
        _return_sentence(row, paid, net),
        _naive_sentence(naive),
        _effect_sentence(effects),
    ]
    return BottomLine(_finding(row, chance), [*filter(None, sentences)], cards[:4])


def brief(
    earned: Estimates,
    naive: Estimates,
    recovery: Estimates,
    net: Estimates,
    cost: Estimates,
    effects: Estimates,
    *,
    movements: Sequence[Estimates],
) -> BottomLine:
    """
    What the quarter showed: the return if it is known, then what moved.

    Parameters
    ----------
    earned, naive, recovery, net, cost, effects : Estimates
        See :func:`returned`.
    movements : sequence of Estimates
        The community's own numbers, held against each other.
    """
    told = bottom_line(*movements)
    if _last(earned)["status"] != "ok":
        return told
    first = returned(earned, naive, recovery, net, cost, effects)
    sentences = [*first.sentences[1:], f"{told.finding}.", *told.sentences[-1:]]
    cards = [first.cards[0], first.cards[-1], *told.cards[:1], *told.cards[-1:]]
    return BottomLine(first.finding, sentences, cards)


def _each(estimates: Estimates) -> pd.DataFrame:
    """The rows that stand for something: not the one that says that there is nothing."""
    shown = protect(estimates)
    return shown[shown["segment"] != ""]


def _last(estimates: Estimates) -> pd.Series:
    return protect(estimates).iloc[-1]


def _is_lacking(found: pd.DataFrame) -> bool:
    """Whether a table is missing without which nothing can be told."""
    return bool((found.set_index("table").loc[list(_NEEDED), "rows"].fillna(0) == 0).any())


def _unknown_return(status: str) -> str:
    if status == "no_data":
        return _("What the community returned is not known: its costs are not recorded")
    if status == "suppressed":
        return _("What the community returned is not shown: too few people stand behind it")
    return _("What the community returned is not known: no claim is strong enough to count")


def _finding(row: pd.Series, chance: float) -> str:
    """The return as a sentence; a direction only where the range leaves out zero."""
    said = {"back": money_back(1 + row["value"]), "one": money(1.0)}
    said |= {"chance": percent(1 - chance), "paid": percent(chance)}
    if row["high"] < -1:
        message = _("The community cost more than its costs: what can be counted of it did harm")
    elif row["high"] < 0 and row["value"] <= -1:
        message = _("The community has not recovered its costs: no benefit can be told from chance")
    elif row["high"] < 0:
        message = _("The community has not recovered its costs: {back} back for every {one} spent")
    elif row["low"] > 0:
        message = _("The community has paid for itself: {back} back for every {one} spent")
    elif chance >= EVEN:
        message = _(
            "The community has probably paid for itself: {back} back for every {one} spent, and a "
            "chance of {chance} that it cost more than it brought"
        )
    else:
        message = _(
            "The community has probably not recovered its costs: {back} back for every {one} "
            "spent, and a chance of {paid} that it did"
        )
    return message.format(**said)


def money_back(amount: float) -> str:
    """Money back for each unit spent, to the cent: `0.22 €`."""
    return money(math.floor(100 * amount + 0.5) / 100) if abs(amount) < 10 else money(amount)


def _return_sentence(row: pd.Series, paid: str, net: Estimates) -> str:
    counted, left_out = int(row["n"]), int(row["left_out"])
    said = {"cost": paid, "counted": number(counted), "left_out": number(left_out)}
    said |= {"net": interval(_last(net)), "grade": str(row["grade"])}
    return _(
        "Cost in full: {cost}. Claims that count: {counted}, with evidence of grade {grade} or "
        "better; claims left out: {left_out}. Net value: {net}."
    ).format(**said)


def _naive_sentence(naive: Estimates) -> str:
    row = _last(naive)
    if row["status"] != "ok":
        return ""
    return _("The usual formula would print a return of {naive} for the same quarters.").format(
        naive=percent(row["value"])
    )


def _effect_sentence(effects: Estimates) -> str:
    """What happened to the tickets, with a direction only where the interval leaves out zero."""
    if effects.empty or _first(effects)["status"] != "ok":
        return ""
    row = _first(effects)
    said = {"change": percent(abs(row["value"])), "range": interval(row), "grade": row["grade"]}
    message = _("No effect on how-to tickets can be told from chance ({range}; grade {grade}).")
    if row["high"] < 0:
        message = _(
            "How-to tickets run {change} below what was to be expected ({range}; grade {grade})."
        )
    elif row["low"] > 0:
        message = _(
            "How-to tickets run {change} above what was to be expected ({range}; grade {grade})."
        )
    return message.format(**said)


def smallest_visible(visible: Estimates) -> Text:
    """The smallest fall that the design would find in four cases of five."""
    if visible.empty or _first(visible)["status"] != "ok":
        return Text(_("How small an effect this design could see is not known yet."))
    least = percent(abs(_first(visible)["value"]))
    return Text(
        _(
            "The smallest fall that this design would find in four cases of five: {least}. A "
            "smaller one may be there and stay unseen."
        ).format(least=least)
    )


def _first(estimates: Estimates) -> pd.Series:
    return protect(estimates).iloc[0]


def _return_card(row: pd.Series, chance: float) -> Card:
    told = _("pays for itself: {chance} likely").format(chance=percent(chance))
    mood = "good" if row["low"] > 0 else "bad" if row["high"] < 0 else ""
    return Card(named(row), *_value_and_range(row), told, mood)


def _naive_card(naive: Estimates) -> Card:
    row = _last(naive)
    if row["status"] != "ok":
        return Card(named(row), "—", reason_in_cell(row))
    return Card(named(row), percent(row["value"]), _("assumed, not measured: grade E"))


def _effect_cards(effects: Estimates) -> list[Card]:
    if effects.empty:
        return []
    row = _first(effects)
    title, (told, known) = named(row), _value_and_range(row)
    return [Card(title, told, _("{range}, grade {grade}").format(range=known, grade=row["grade"]))]


def _value_and_range(row: pd.Series) -> tuple[str, str]:
    if row["status"] != "ok":
        return "—", reason_in_cell(row)
    is_point = pd.isna(row["low"]) or math.isinf(row["low"])
    return value(row["value"], row["unit"]), "" if is_point else interval(row)


def _total(cost: Estimates) -> str:
    """Sum over the quarters as it is said; empty if a quarter has no number."""
    rows = protect(cost)
    return money(float(rows["value"].sum())) if (rows["status"] == "ok").all() else ""


def returns(*estimates: Estimates) -> Table | Text:
    """
    Figures of the whole programme, one row each.

    Parameters
    ----------
    *estimates : Estimates
        One row each: return, net value, probability, payback.
    """
    rows = []
    for row in map(_last, estimates):
        told, known = _value_and_range(row) if pd.notna(row["low"]) else (_cell(row), "")
        rows.append([named(row), told, known, str(row["grade"]) or "—"])
    head = [_("Number"), _("Median"), _("P10 to P90"), _("Grade")]
    return _table(
        _("What came back, with its range and the grade of what it rests on."), head, rows
    )


def _cell(row: pd.Series) -> str:
    if row["status"] != "ok":
        return f"— ({reason_in_cell(row)})"
    return value(float(row["value"]), row["unit"])


# What each claim rests on


def claim_effects(claims: pd.DataFrame, *estimates: Estimates) -> Table | Text:
    """
    What each claim changed, by which design, with its interval and grade.

    Parameters
    ----------
    claims : DataFrame
        The plan table of claims.
    *estimates : Estimates
        Effects of one kind each, a row per claim.
    """
    by_id = {str(row["claim_id"]): row for row in claims.to_dict("records")}
    rows: list[list[str]] = []
    for row in (one for rows in estimates for _i, one in _each(rows).iterrows()):
        claim = by_id[row["segment"]]
        told, known = _value_and_range(row)
        design = translated(roi.DESIGNS.get(claim["design"], claim["design"]))
        rows.append([_claim(claim["metric"]), design, told, known, row["grade"]])
    head = [_("Claim"), _("Design"), _("Effect"), _("90 % interval"), _("Grade")]
    caption = _("What each claim changed, against what would have happened without.")
    return _table(caption, head, rows)


def effect_headline(effects: Estimates) -> str:
    """The effect on tickets as a finding; a direction only where the interval leaves out zero."""
    if effects.empty or _first(effects)["status"] != "ok":
        return _("What the intervention did to how-to tickets is not known yet")
    row = _first(effects)
    message = _("How-to tickets: no effect that could be told from chance (grade {grade})")
    if row["high"] < 0:
        message = _(
            "How-to tickets fell by about {change} against what was to be expected (grade {grade})"
        )
    elif row["low"] > 0:
        message = _(
            "How-to tickets rose by about {change} against what was to be expected (grade {grade})"
        )
    return message.format(change=percent(abs(row["value"])), grade=row["grade"])


def checks(*outcomes: Checked) -> Table | Text:
    """
    The checks of each claim's evidence: what each asks, what it found, and what failing costs.

    Parameters
    ----------
    *outcomes
        What was measured of each claim: its `claim` and its `evidence`.
    """
    rows = []
    for one in outcomes:
        name = _claim(str(one.claim["metric"])) + f" ({one.evidence.grade})"
        for place, check in enumerate(one.evidence.checks):
            found = {True: _("yes"), False: _("no"), None: _("could not be made")}[check.passed]
            cost = translated(roi.COSTS[check.cost]) if check.cost else ""
            asked = translated(roi.CHECKS[check.name])
            rows.append(["" if place else name, asked, found, cost])
    head = [_("Claim, grade"), _("Check"), _("Passed"), _("What it costs")]
    return _table(_("The checks, made automatically; they decide the grade."), head, rows)


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table | Text:
    """A table, or a sentence where it would have no rows."""
    return Table(caption, head, rows) if rows else Text(_("There is nothing to show here yet."))


def claim_values(
    claims: pd.DataFrame, worth: Estimates, counted: Estimates, *, weakest: str = "F"
) -> Table | Text:
    """
    The claims, what each is worth by itself, and what it adds to the return.

    Parameters
    ----------
    claims : DataFrame
        The plan table of claims.
    worth, counted : Estimates
        Value by claim: by itself, and after every euro is counted once.
    weakest : str
        Grade below which a claim is not told.
    """
    names, adds = claim_names(claims), _each(counted).set_index("segment")
    shown = _each(worth)
    rows = []
    for _i, row in shown[shown["grade"] <= weakest].iterrows():
        told, known = _value_and_range(row)
        added = _cell(adds.loc[row["segment"]]) if row["segment"] in adds.index else _("left out")
        rows.append([names[row["segment"]], row["grade"], told, known, added])
    head = [_("Claim"), _("Grade"), _("Median"), _("P10 to P90"), _("In the return")]
    caption = _("The claims, those that count and those that do not.")
    return _table(caption, head, rows)


def claims_headline(worth: Estimates, counted: Estimates) -> str:
    """How many claims are strong enough to count."""
    said = {"counted": number(len(_each(counted))), "all": number(len(_each(worth)))}
    return _("Claims strong enough to count: {counted} of {all}").format(**said)


def bridge_headline(bridge: Estimates) -> str:
    """What stands up of what the usual formula promises."""
    rows = protect(bridge)
    if (rows["status"] != "ok").any():
        return _("There is no bridge from the usual formula: {reason}").format(
            reason=reason_in_cell(rows.iloc[-1])
        )
    ends = rows["value"].iloc[0], rows["value"].iloc[-1]
    said = {"promised": money(ends[0]), "left": money(ends[1])}
    if ends[1] < 0:
        return _(
            "The usual formula promises {promised}; what can be defended is a loss of {loss}"
        ).format(**said, loss=money(-ends[1]))
    return _("Of the {promised} that the usual formula promises, {left} stand up").format(**said)


def tornado_headline(tornado: Estimates, names: Mapping[str, str]) -> str:
    """The input on which most of the result hangs."""
    row = _first(tornado)
    if row["status"] != "ok":
        return _("Nothing counts, so nothing hangs on anything")
    return _("Most of the result hangs on this: {name}").format(
        name=names.get(row["segment"], row["segment"])
    )


def break_evens(found: Estimates, names: Mapping[str, str]) -> Table | Text:
    """
    What each input would have to be for the programme to just pay for itself.

    Parameters
    ----------
    found : Estimates
        Break-even by input.
    names : mapping
        What each segment stands for.
    """
    rows = []
    for _i, row in _each(found).iterrows():
        is_ok = row["status"] == "ok"
        told = number(row["value"], 2) if is_ok else _("no value would do")
        believed = _("{low} to {high}").format(
            low=number(row["low"], 2), high=number(row["high"], 2)
        )
        name = names.get(row["segment"], row["segment"])
        rows.append([begun(name), told, believed if is_ok else ""])
    head = [_("Input"), _("Would have to be"), _("Believed, P10 to P90")]
    return _table(_("Break-even of each input, all others at their medians."), head, rows)


# Agreements, departments, plans


def shared_kpis(agreed: pd.DataFrame) -> Table | Text:
    """
    What departments agreed on: the latest version of each shared KPI.

    Parameters
    ----------
    agreed : DataFrame
        The plan table of shared KPIs.
    """
    latest = agreed.sort_values("version").drop_duplicates("shared_kpi_id", keep="last")
    rows = [
        [
            f"{row['shared_kpi_id']}, {row['metric']}",
            f"{row['community_owner']} · {row['partner_owner']}",
            _("{baseline} → {target}").format(
                baseline=number(row["baseline"], 2), target=number(row["target"], 2)
            ),
            date(row["agreed_on"]),
            date(row["judged_on"]) if pd.notna(row["judged_on"]) else "—",
            str(row["sha256"] or "")[:8],
        ]
        for row in latest.to_dict("records")
    ]
    head = [_("KPI"), _("Agreed by"), _("From and to"), _("Agreed"), _("Judged"), _("Seal")]
    return _table(_("What two departments agreed on before it was measured."), head, rows)


def both_sides(delivered: Estimates, received: Estimates) -> Table | Text:
    """
    What the community delivered, and what the partner's number did, quarter by quarter.

    Parameters
    ----------
    delivered, received : Estimates
        The community's activity metric and the partner's, of the same quarters.
    """
    sides = [protect(rows).set_index("quarter") for rows in (delivered, received)]
    rows = [[quarter(name), *(_cell(side.loc[name]) for side in sides)] for name in sides[0].index]
    head = [_("Quarter"), *(named(rows.iloc[-1]) for rows in (delivered, received))]
    return _table(_("Both sides of the agreement."), head, rows)


def department_figures(**groups: Sequence[Estimates]) -> Table:
    """
    What each department got, in its own units.

    Parameters
    ----------
    **groups
        Estimates by department, those by which it judges itself.
    """
    everything = [rows for estimates in groups.values() for rows in estimates]
    told = iter(movement_table(*everything).rows)  # all of them held against each other
    rows = [
        [department(name) if place == 0 else "", *next(told)]
        for name, estimates in groups.items()
        for place in range(len(estimates))
    ]
    head = [_("Department"), *movement_table(*everything).head]
    caption = _("What each department got, in its own units. None of it is an effect.")
    return Table(caption, head, rows)


def departments() -> dict[str, str]:
    """Departments as a reader says them, by the names in the tables."""
    return {name: department(name) for name in roi.DEPARTMENTS}


def by_care(*estimates: Estimates) -> Table | Text:
    """
    Members without a manager beside customers with one: a description, never an effect.

    Parameters
    ----------
    *estimates : Estimates
        One metric each, by kind of care.
    """
    rows = []
    for metric in estimates:
        shown = protect(metric)
        last = shown[shown["quarter"] == shown["quarter"].iloc[-1]]
        cells = [_ranged(row) for _i, row in last.iterrows()]
        rows.append([named(last.iloc[-1]), *cells])
    head = [_("Number"), *(segment(name) for name in ("community_care", "named_care"))]
    return _table(_("Members without a manager beside customers with one."), head, rows)


def _ranged(row: pd.Series) -> str:
    """A value with its interval, if it has one."""
    told = _cell(row)
    return told if row["status"] != "ok" or pd.isna(row["low"]) else f"{told} ({interval(row)})"


def advocacy(acts: Estimates) -> Table | Text:
    """
    How often customers spoke up, by kind and quarter.

    Parameters
    ----------
    acts : Estimates
        Acts by quarter and kind.
    """
    shown = protect(acts)
    if (shown["segment"] == "").all():
        return Text(_("No act of advocacy is recorded."))
    quarters = list(dict.fromkeys(shown["quarter"]))
    rows = [
        [segment(str(kind)), *(_cell(row) for _i, row in ones.iterrows())]
        for kind, ones in shown.groupby("segment", sort=False)
    ]
    head = [_("Kind"), *map(quarter, quarters)]
    return _table(_("Customers speaking up for the company: counts, and no euros."), head, rows)


def circles() -> dict[str, str]:
    """The three circles, by the column that holds how well each is served."""
    return {
        "goal_fit": _("Goal of the business"),
        "need_fit": _("Need of the users"),
        "stakeholder_fit": _("Priority of a department"),
    }


def needs(planned: pd.DataFrame, gap: Estimates) -> Table | Text:
    """
    Needs by how much is to be gained: how important, and how far they are met.

    Parameters
    ----------
    planned : DataFrame
        The plan table of needs.
    gap : Estimates
        Opportunity score by need, of the last survey.
    """
    shown = protect(gap)
    last = shown[(shown["quarter"] == shown["quarter"].iloc[-1]) & shown["segment"].ne("")]
    names = statements(planned, "need_id")
    rows = [
        [names.get(row["segment"], row["segment"]), _ranged(row)]
        for _i, row in last.sort_values("value", ascending=False).iterrows()
    ]
    head = [_("Need"), _("Opportunity score, 0 to 20")]
    return _table(_("Needs of the users, the largest opportunity first."), head, rows)


def usual_figures(*estimates: Estimates) -> Table | Text:
    """
    What others would print: the last quarter of each, with its grade.

    Parameters
    ----------
    *estimates : Estimates
        One metric each.
    """
    rows = []
    for metric in estimates:
        shown = protect(metric)
        for _i, row in shown[shown["quarter"] == shown["quarter"].iloc[-1]].iterrows():
            part = f", {segment(row['segment'])}" if row["segment"] else ""
            rows.append([named(row) + part, _ranged(row), row["grade"]])
    head = [_("Usual figure"), _("Last quarter"), _("Grade")]
    return _table(_("What others would print. None of it is in the return."), head, rows)


def forecasts(judged: pd.DataFrame, coverage: Estimates) -> Table | Text:
    """
    Forecasts whose day has come, with what came.

    Parameters
    ----------
    judged : DataFrame
        One row per forecast: its range, its target, what came.
    coverage : Estimates
        Share of the forecasts whose range held what came.
    """
    if judged.empty:
        return Text(_("No forecast has come to its day yet."))
    rows = [
        [
            f"{row['shared_kpi_id']}, {row['metric']}",
            _("{low} to {high}").format(low=number(row["low"], 2), high=number(row["high"], 2)),
            number(row["target"], 2),
            number(row["actual"], 2),
            _("yes") if row["is_inside"] else _("no"),
            _("yes") if row["is_reached"] else _("no"),
        ]
        for row in judged.to_dict("records")
    ]
    head = [_("Forecast"), _("P10 to P90"), _("Target"), _("What came"), _("Held"), _("Reached")]
    record = _ranged(_last(coverage))
    return _table(_("Forecasts and what came. Record: {record}.").format(record=record), head, rows)


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
            _cell(scores.loc[row["initiative_id"]]),
            _cell(shares.loc[row["initiative_id"]]),
        ]
        for row in found.head(7).to_dict("records")
    ]
    head = [_("Initiative"), _("Goal of the business"), _("Need of the users")]
    head += [_("Priority of the department"), _("Overlap"), _("Stays among the best")]
    return _table(_("Where the three circles overlap most."), head, rows)


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
    Each initiative that is asked for: the sum, its return, its chance, what refusing costs.

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
    likely = _each(chance).sort_values("value", ascending=False, kind="stable")
    rows = []
    for name in likely["segment"]:
        at = [column.loc[name] for column in columns]
        told, known = _value_and_range(at[1])
        cells = [_cell(at[0]), f"{told} ({known})", *map(_cell, at[2:])]
        rows.append([names[name], *cells, at[1]["grade"]])
    head = [_("Initiative"), _("Sum asked"), _("Return, P10 to P90"), _("Pays back")]
    head += [_("After quarters"), _("Must come true"), _("Refusing costs a quarter"), _("Grade")]
    caption = _("What may be invested in next. Grade F: the value is somebody's judgement alone.")
    return _table(caption, head, rows)


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
    likely = _each(chance).sort_values("value", ascending=False, kind="stable")
    rows = []
    for name in likely["segment"].head(most):
        at = [column.loc[name] for column in columns]
        told = f"{_ranged(at[1])} · {at[1]['grade']}"
        rows.append([names[name], _cell(at[0]), told, _cell(at[2]), _cell(at[3])])
    head = [_("Initiative"), _("Sum asked"), _("Return, P10 to P90, grade"), _("Pays back")]
    head += [_("Refusing costs a quarter")]
    return _table(_("The initiatives likeliest to pay back."), head, rows)


def investment_headline(chance: Estimates, initiatives: pd.DataFrame) -> str:
    """How many of the initiatives asked for pay back more likely than not."""
    rows = _each(chance)
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
            date(row["due_on"]),
            translated(roi.MILESTONES[row["status"]]),
            str(row["owner"] or "—"),
        ]
        for row in open_ones.sort_values(["department", "due_on"]).to_dict("records")
    ]
    head = [_("Department"), _("Next step"), _("Initiative"), _("Due"), _("State"), _("Owner")]
    return _table(_("Next steps, with an owner and a date."), head, rows)


def roadmap_headline(milestones: pd.DataFrame) -> str:
    """How many milestones are done and how many lie ahead."""
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


def upgrade(worth: Estimates, counted: Estimates, claims: pd.DataFrame) -> Text:
    """
    Which better evidence would be worth most: the largest claim that does not count yet.

    Parameters
    ----------
    worth, counted : Estimates
        Value by claim: of all, and of those that count.
    claims : DataFrame
        The plan table of claims.
    """
    rows = _each(worth)
    is_measured = (rows["status"] == "ok") & ~rows["grade"].isin(("E", "F"))
    waiting = rows[is_measured & ~rows["segment"].isin(counted["segment"])]
    if waiting.empty:
        return Text(_("No measured claim waits for better evidence."))
    widest = int(np.argmax((waiting["high"] - waiting["low"]).to_numpy(float)))
    row = waiting.iloc[widest]
    said = {"claim": claim_names(claims)[row["segment"]], "grade": row["grade"]}
    message = _(
        "Better evidence would be worth most here: {claim}. It may be worth anything from {range}; "
        "at grade {grade} none of it counts."
    )
    return Text(message.format(range=interval(row), **said))


def features(rank: Estimates, revenue: Estimates, waited: Estimates) -> Table | Text:
    """
    Features that customers raised: how many, the range of the place, what they pay, how soon.

    Parameters
    ----------
    rank, revenue, waited : Estimates
        By feature: place, subscriptions behind it, days until the tenth customer.
    """
    paid, soon = (protect(rows).set_index("segment") for rows in (revenue, waited))
    rows = []
    for _i, row in _each(rank).iterrows():
        name = row["segment"]
        place = _("{low} to {high}").format(low=number(row["low"]), high=number(row["high"]))
        cells = [_cell(side.loc[name]) if name in side.index else "—" for side in (paid, soon)]
        rows.append([name, number(row["n"]), number(row["value"]), place, *cells])
    head = [_("Feature"), _("Customers"), _("Place"), _("Range of the place")]
    head += [_("They pay a quarter"), _("Tenth customer after")]
    return _table(_("Features that customers raised in the quarter."), head, rows)


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
    return _table(_("What became of the last decisions."), head, rows)


def _text(cell: Any) -> str:
    return "—" if pd.isna(cell) else str(cell)


def named_segments(*names: Mapping[str, str]) -> dict[str, str]:
    """Names of segments from several plan tables together."""
    return {key: said for one in names for key, said in one.items()}
