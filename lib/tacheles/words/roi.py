"""What is said of the return: what came back, what each claim rests on, what is asked for."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from tacheles.estimate import Estimates, called
from tacheles.evidence import Evidence
from tacheles.privacy import protect
from tacheles.words.phrases import PHRASES, roi
from tacheles.words.sentences import (
    begun,
    direction_of,
    interval,
    name_of,
    named,
    reason_in_cell,
    subtitle_of,
)
from tacheles.words.shown import BottomLine, Card, Table, Text
from tacheles.words.spoken import (
    _,
    _n,
    money,
    number,
    percent,
    quarter,
    segment,
    three_figures,
    translated,
    value,
)
from tacheles.words.summary import bottom_line
from tacheles.words.tables import cell, not_yet

#: Above this chance something is more likely than not.
EVEN = 0.5

#: A value smaller than this part of the largest beside it is nothing to speak of.
_VANISHING = 1000

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


def metric_said(metric: Any) -> str:
    """A metric by its name; a department's own is called as it calls it."""
    if pd.isna(metric):
        return "—"
    return name_of(metric) if called(metric)[0] in PHRASES else str(metric)


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
        Card(named(_last(net)), *value_and_range(_last(net))),
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


def each_segment(estimates: Estimates) -> pd.DataFrame:
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
    told = _("chance that it paid: {chance}").format(chance=percent(chance))
    mood = "good" if row["low"] > 0 else "bad" if row["high"] < 0 else ""
    return Card(named(row), *value_and_range(row), told, mood)


def _naive_card(naive: Estimates) -> Card:
    row = _last(naive)
    if row["status"] != "ok":
        return Card(named(row), "—", reason_in_cell(row))
    return Card(named(row), percent(row["value"]), _("assumed, not measured: grade E"))


def _effect_cards(effects: Estimates) -> list[Card]:
    if effects.empty:
        return []
    row = _first(effects)
    title, (told, known) = named(row), value_and_range(row)
    return [Card(title, told, _("{range}, grade {grade}").format(range=known, grade=row["grade"]))]


def value_and_range(row: pd.Series) -> tuple[str, str]:
    """A value, and its interval if it has one that ends; without a value, a dash and why."""
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
        told, known = value_and_range(row) if pd.notna(row["low"]) else (cell(row), "")
        rows.append([named(row), told, known, str(row["grade"]) or "—"])
    head = [_("Number"), _("Median"), _("P10 to P90"), _("Grade")]
    return table_or_sentence(
        _("What came back, with its range and the grade of what it rests on."), head, rows
    )


# What each claim rests on


def costs(by_category: Estimates, whole: Estimates) -> Table | Text:
    """
    What the community cost, by category and quarter, and in full.

    Parameters
    ----------
    by_category, whole : Estimates
        Cost of the same quarters: by category, and of the programme.
    """
    shown = protect(whole)
    if (shown["status"] != "ok").all():
        return Text(_("No cost is recorded: add records/costs.parquet."))
    head = [_("Category"), *(quarter(name) for name in shown["quarter"])]
    rows = rows_by_segment(by_category)
    rows.append([_("All together"), *(cell(row) for _i, row in shown.iterrows())])
    return Table(_("What the community cost, the dearest category first."), head, rows)


def rows_by_segment(estimates: Estimates) -> list[list[str]]:
    """A row for each segment, a cell for each quarter."""
    shown = each_segment(estimates)
    return [
        [segment(str(name)), *(cell(row) for _i, row in ones.iterrows())]
        for name, ones in shown.groupby("segment", sort=False)
    ]


def cash_and_capacity(split: Estimates) -> Table | Text:
    """
    Which part of what counts becomes cash, and which frees people for other work.

    Parameters
    ----------
    split : Estimates
        The two parts.
    """
    caption = _("What counts, apart: what becomes cash, and what frees people for other work.")
    return _by_segment(split, _("Part"), _("Present value"), caption)


def _by_segment(estimates: Estimates, first: str, second: str, caption: str) -> Table | Text:
    """A row for each segment with its median and its range."""
    rows = [
        [begun(segment(row["segment"])), *value_and_range(row)]
        for _i, row in each_segment(estimates).iterrows()
    ]
    return table_or_sentence(caption, [first, second, _("P10 to P90")], rows)


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
    for row in (one for rows in estimates for _i, one in each_segment(rows).iterrows()):
        claim = by_id[row["segment"]]
        told, known = value_and_range(row)
        design = translated(roi.DESIGNS.get(claim["design"], claim["design"]))
        rows.append([_claim(claim["metric"]), design, told, known, row["grade"]])
    head = [_("Claim"), _("Design"), _("Effect"), _("90% interval"), _("Grade")]
    caption = _("What each claim changed, against what would have happened without.")
    return table_or_sentence(caption, head, rows)


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
    return table_or_sentence(
        _("The checks, made automatically; they decide the grade."), head, rows
    )


def table_or_sentence(
    caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]
) -> Table | Text:
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
    names, adds = claim_names(claims), each_segment(counted).set_index("segment")
    shown, largest = each_segment(worth), float(adds["value"].abs().max())
    rows = []
    for _i, row in shown[shown["grade"] <= weakest].iterrows():
        counts = row["segment"] in adds.index
        added = _added(adds.loc[row["segment"]], largest) if counts else _("left out")
        rows.append([names[row["segment"]], row["grade"], *value_and_range(row), added])
    head = [_("Claim"), _("Grade"), _("Median"), _("P10 to P90"), _("In the return")]
    caption = _(
        "The claims, those that count and those that do not. Medians do not add up; customers who "
        "stand in two claims count in the larger one only."
    )
    return table_or_sentence(caption, head, rows)


def _added(row: pd.Series, largest: float) -> str:
    """What a claim adds; nothing to speak of where it vanishes beside the largest."""
    if row["status"] == "ok" and abs(row["value"]) < largest / _VANISHING:
        return _("about {amount}").format(amount=money(0.0))
    return cell(row)


def claims_headline(claims: pd.DataFrame, counted: Estimates) -> str:
    """How many of the claims written down count, by the grade of their evidence."""
    if claims.empty:
        return _("No claims are written down")
    said = {"counted": number(len(each_segment(counted))), "all": number(len(claims))}
    return _("Claims that count by the grade of their evidence: {counted} of {all}").format(**said)


def claims_subtitle(counted: Estimates, *effects: Estimates) -> str:
    """
    What a figure of claims shows, and how many of those that count may have changed nothing.

    Parameters
    ----------
    counted : Estimates
        Value by claim of those that count.
    *effects : Estimates
        Effects of one kind each, a row per claim.
    """
    names = set(each_segment(counted)["segment"])
    known = (row for one in effects for _i, row in each_segment(one).iterrows())
    uncertain = sum(
        row["status"] == "ok" and row["segment"] in names and direction_of(row) == "level"
        for row in known
    )
    said = subtitle_of("claim_value")
    if uncertain:
        said += " " + _n(
            "For one of the claims that count the interval of the effect includes zero: it counts "
            "with its whole range, and is not certain.",
            "For {n} of the claims that count the interval of the effect includes zero: they count "
            "with their whole range, and are not certain.",
            uncertain,
        )
    return said


def bridge_headline(bridge: Estimates, net: Estimates) -> str:
    """What the usual formula promises, and what can be defended of it, with its range."""
    promised, left, defended = _first(bridge), _last(bridge), _last(net)
    for row in (left, defended):
        if row["status"] != "ok":
            return _("There is no bridge from the usual formula: {reason}").format(
                reason=reason_in_cell(row)
            )
    return _("The usual formula promises {promised}; {left} can be defended ({range})").format(
        promised=money(promised["value"]), left=money(left["value"]), range=interval(defended)
    )


def tornado_headline(tornado: Estimates, names: Mapping[str, str]) -> str:
    """The input on which most of the result hangs."""
    row = _first(tornado)
    if row["status"] != "ok":
        return _("No claim counts yet")
    return _("Most of the result hangs on this: {name}").format(
        name=names.get(row["segment"], row["segment"])
    )


def break_evens(
    found: Estimates, uncertainty: Estimates, names: Mapping[str, str], units: Mapping[str, str]
) -> Table | Text:
    """
    What each input would have to be for the programme to just pay for itself.

    Parameters
    ----------
    found : Estimates
        Break-even by input.
    uncertainty : Estimates
        Share of the result's uncertainty that comes from each input: what is worth learning.
    names : mapping
        What each segment stands for.
    units : mapping
        Unit of each assumption; a claim's effect has none.
    """
    shares = each_segment(uncertainty).set_index("segment")
    rows = []
    for _i, row in each_segment(found).iterrows():
        told, believed = _break_even(row, units.get(row["segment"], ""))
        name = names.get(row["segment"], row["segment"])
        share = cell(shares.loc[row["segment"]]) if row["segment"] in shares.index else "—"
        rows.append([begun(name), told, believed, share])
    head = [_("Input"), _("Would have to be"), _("Believed, P10 to P90")]
    head += [_("Share of the uncertainty")]
    return table_or_sentence(
        _("Break-even of each input, all others at their medians."), head, rows
    )


def _break_even(row: pd.Series, unit: str) -> tuple[str, str]:
    """What an input would have to be, in its unit, and where it is believed to be."""
    if row["status"] != "ok":
        return _("no value would do"), ""
    believed = {end: three_figures(row[end]) for end in ("low", "high")}
    told = f"{three_figures(row['value'])} {unit}".rstrip()
    return told, _("{low} to {high}").format(**believed)


def ranged(row: pd.Series) -> str:
    """A value with its interval, if it has one."""
    told = cell(row)
    return told if row["status"] != "ok" or pd.isna(row["low"]) else f"{told} ({interval(row)})"


def units_gained(claims: pd.DataFrame, *estimates: Estimates) -> Table | Text:
    """
    What claims gained in their own units, quarter by quarter: tickets spared, contracts kept.

    Parameters
    ----------
    claims : DataFrame
        The plan table of claims.
    *estimates : Estimates
        Units by claim and quarter, of one kind each.
    """
    names, rows, head = claim_names(claims), [], [_("Claim")]
    for shown in filter(len, map(each_segment, estimates)):
        head = [_("Claim"), *(quarter(name) for name in dict.fromkeys(shown["quarter"]))]
        for claim_id, ones in shown.groupby("segment", sort=False):
            title = f"{names[str(claim_id)]} ({ones['grade'].iloc[-1]})"
            rows.append([title, *(ranged(row) for _i, row in ones.iterrows())])
    caption = _("What each claim gained in its own units, with its 90% interval.")
    return table_or_sentence(caption, head, rows)


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
            rows.append([named(row) + part, ranged(row), row["grade"]])
    head = [_("Usual figure"), _("Last quarter"), _("Grade")]
    return table_or_sentence(_("What others would print. None of it is in the return."), head, rows)


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
    rows = each_segment(worth)
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


def scenarios(returns: Estimates) -> Table | Text:
    """
    What would come back in each named scenario, beside what is believed.

    Parameters
    ----------
    returns : Estimates
        Return by scenario, the base first.
    """
    if len(each_segment(returns)) < 2:
        return Text(_("No scenario is named: add plans/scenarios.csv."))
    caption = _(
        "The return if the assumptions were as each scenario says, the effects as measured."
    )
    return _by_segment(returns, _("Scenario"), _("Return on investment"), caption)


def named_segments(*names: Mapping[str, str]) -> dict[str, str]:
    """Names of segments from several plan tables together."""
    return {key: said for one in names for key, said in one.items()}
