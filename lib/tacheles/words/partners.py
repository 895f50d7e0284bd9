"""What was agreed with the departments, and what each of them got, in its own units."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from tacheles.estimate import Estimates, of_segment
from tacheles.privacy import protect
from tacheles.words.growth import Links, thread_address
from tacheles.words.phrases import roi
from tacheles.words.roi import (
    department,
    each_segment,
    metric_said,
    ranged,
    rows_by_segment,
    table_or_sentence,
)
from tacheles.words.sentences import difference, named, shown_change
from tacheles.words.shown import Table, Text
from tacheles.words.spoken import _, date, number, quarter, segment
from tacheles.words.summary import movements
from tacheles.words.tables import cell

#: Numbers from here on are told without decimals.
_LARGE = 100


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
            _shared(row),
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
    return table_or_sentence(
        _("What two departments agreed on before it was measured."), head, rows
    )


def _shared(row: Mapping[Any, Any]) -> str:
    """A shared number by its id and its name; a department's own is called as it calls it."""
    return f"{row['shared_kpi_id']}: {metric_said(row['metric'])}"


def both_sides(delivered: Estimates, received: Estimates) -> Table | Text:
    """
    What the community delivered, and what the partner's number did, quarter by quarter.

    Parameters
    ----------
    delivered, received : Estimates
        The community's activity metric and the partner's, of the same quarters.
    """
    sides = [protect(rows).set_index("quarter") for rows in (delivered, received)]
    rows = [[quarter(name), *(cell(side.loc[name]) for side in sides)] for name in sides[0].index]
    head = [_("Quarter"), *(named(rows.iloc[-1]) for rows in (delivered, received))]
    return table_or_sentence(_("Both sides of the agreement."), head, rows)


def both_sides_subtitle() -> str:
    """What the two halves of the figure of an agreement show."""
    return _(
        "Above: what the community delivered. Below: what the number of the department did. That "
        "both move does not say that one moved the other. Band: 95% interval."
    )


def business_goals(
    planned: pd.DataFrame, metrics: Mapping[str, str], histories: Mapping[str, Estimates]
) -> Table | Text:
    """
    What the business wants, and how the number by which it judges each goal stands.

    Parameters
    ----------
    planned : DataFrame
        The plan table of business goals.
    metrics : mapping
        Metric of each goal, by its id, in the order in which they are told.
    histories : mapping
        History of each metric, by its name.
    """
    wanted = planned.set_index(planned["business_goal_id"].astype(str))["statement"]
    parts = [(goal, one) for goal in metrics for one in _parts(histories[metrics[goal]])]
    told = movements(*(one for _goal, one in parts))
    rows = _under_heads([str(wanted[goal]) for goal, _one in parts], parts, told)
    caption = _("What the business wants, the weightiest first, and where its numbers stand.")
    return table_or_sentence(caption, [_("Goal of the business"), *told.head], rows)


def _parts(estimates: Estimates) -> Iterator[Estimates]:
    """Each segment of the last quarter as a metric of its own."""
    last = estimates[estimates["quarter"] == estimates["quarter"].iloc[-1]]
    for name in last["segment"]:
        yield of_segment(estimates, name)


def department_figures(**groups: Sequence[Estimates]) -> Table:
    """
    What each department got, in its own units.

    Parameters
    ----------
    **groups
        Estimates by department, those by which it judges itself; one with segments has a row for
        each.
    """
    parts = [
        (name, one)
        for name, estimates in groups.items()
        for rows in estimates
        for one in _parts(rows)
    ]
    told = movements(*(one for _name, one in parts))  # all of them held against each other
    rows = _under_heads([department(name) for name, _one in parts], parts, told)
    caption = _("What each department got, in its own units. None of it is an effect.")
    return Table(caption, [_("Department"), *told.head], rows)


def _under_heads(
    heads: Sequence[str], parts: Sequence[tuple[str, Estimates]], told: Table
) -> list[list[str]]:
    """Rows of numbers, each below what it is of, which is written once; segments by their name."""
    rows = []
    for place, (head, (_name, one), line) in enumerate(zip(heads, parts, told.rows, strict=True)):
        is_first = place == 0 or heads[place - 1] != head
        part = one["segment"].iloc[-1]
        title = f"{line[0]}, {segment(part)}" if part else line[0]
        rows.append([head if is_first else "", title, *line[1:]])
    return rows


def ticket_costs(full: Estimates, avoidable: Estimates) -> Text:
    """
    What a ticket costs in full, beside the part of it that goes away when it does not come.

    Parameters
    ----------
    full, avoidable : Estimates
        Cost of a ticket by the department's own numbers, and what is assumed to be avoidable.
    """
    said = {
        "full": cell(protect(full).iloc[-1]),
        "avoidable": ranged(protect(avoidable).iloc[-1]),
    }
    return Text(
        _(
            "A ticket in full: {full}. What goes away when it does not come: {avoidable}. Only "
            "that is counted as saved."
        ).format(**said)
    )


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
        cells = [ranged(row) for _i, row in last.iterrows()]
        rows.append([named(last.iloc[-1]), *cells])
    head = [_("Number"), *(segment(name) for name in ("community_care", "named_care"))]
    return table_or_sentence(_("Members without a manager beside customers with one."), head, rows)


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
    head = [_("Kind"), *map(quarter, dict.fromkeys(shown["quarter"]))]
    return table_or_sentence(
        _("Customers speaking up for the company: counts, and no euros."),
        head,
        rows_by_segment(acts),
    )


def forecasts(judged: pd.DataFrame, coverage: Estimates, score: Estimates) -> Table | Text:
    """
    Forecasts whose day has come, with what came.

    Parameters
    ----------
    judged : DataFrame
        One row per forecast: its range, its target, what came.
    coverage, score : Estimates
        Share of the forecasts whose range held what came; Brier score of their chances.
    """
    if judged.empty:
        return Text(_("No forecast has come to its day yet."))
    rows = [
        [
            _shared(row),
            _("{low} to {high}").format(
                **{end: number(row[end], _decimals(row["target"])) for end in ("low", "high")}
            ),
            *(number(row[name], _decimals(row["target"])) for name in ("target", "actual")),
            _("yes") if row["is_inside"] else _("no"),
            _("yes") if row["is_reached"] else _("no"),
        ]
        for row in judged.to_dict("records")
    ]
    head = [_("Forecast"), _("P10 to P90"), _("Target"), _("What came"), _("Held"), _("Reached")]
    record = {"record": ranged(protect(coverage).iloc[-1]), "score": cell(protect(score).iloc[-1])}
    caption = _("Forecasts and what came. Held what came: {record}. Brier score: {score}.")
    return table_or_sentence(caption.format(**record), head, rows)


def features(
    rank: Estimates,
    pain: Estimates,
    negative: Estimates,
    revenue: Estimates,
    waited: Estimates,
) -> Table | Text:
    """
    Features that customers raised: how many, in which mood, what they pay, how soon it was known.

    Parameters
    ----------
    rank, pain, negative, revenue, waited : Estimates
        By feature: place, customers quarter by quarter, share of negative texts, subscriptions
        behind it, days until the tenth customer.
    """
    sides = [protect(rows).set_index("segment") for rows in (negative, revenue, waited)]
    rows = []
    for _i, row in each_segment(rank).iterrows():
        name = row["segment"]
        place = _("{low} to {high}").format(low=number(row["low"]), high=number(row["high"]))
        cells = [ranged(side.loc[name]) if name in side.index else "—" for side in sides]
        raised = [number(row["n"]), _since(pain, name), f"{number(row['value'])} ({place})"]
        rows.append([name, *raised, *cells])
    head = [_("Feature"), _("Customers"), _("Quarter before"), _("Place and its range")]
    head += [_("Negative"), _("They pay a quarter"), _("Tenth customer after")]
    return table_or_sentence(_("Features that customers raised in the quarter."), head, rows)


def _decimals(amount: float) -> int:
    """Decimals that a number of this size is told with."""
    return 0 if abs(amount) >= _LARGE else 2


def _since(pain: Estimates, feature: str) -> str:
    """How many customers more raised a feature than the quarter before."""
    change = shown_change(of_segment(pain, feature))
    if change is None or change["status"] != "ok":
        return "—"
    return difference(change["value"], change["unit"])


def feature_threads(found: pd.DataFrame, site: str) -> Links:
    """
    Public threads in which features were raised, as links for whoever mends them; in no report.

    Parameters
    ----------
    found : DataFrame
        Columns `feature, thread_id, at`.
    site : str
        Where the community is, from its settings; empty: no links.
    """
    links = [
        (
            row["thread_id"],
            thread_address(row["thread_id"], site),
            f"{row['feature']}, {date(row['at'])}",
        )
        for row in found.to_dict("records")
    ]
    caption = _("The latest public threads about each feature:")
    return Links(caption if links else _("No public thread names a feature."), links)
