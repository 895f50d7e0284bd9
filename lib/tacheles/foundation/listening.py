"""Whom do we listen to, and does it change anything?"""

from datetime import timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import (
    LEVEL,
    by_quarter,
    kaplan_meier,
    metric,
    quarter_of,
    quarter_of_day,
    rates,
    wilson,
    without_number,
)
from tacheles.findings import finding, findings
from tacheles.quarter import Quarters

#: Conversations with people: interviews, and groups of them.
CONVERSATIONS = ("interview", "focus_group")


@metric(unit="share", better="up")
def feedback_coverage(
    surveys: ir.Table,
    feedback: ir.Table,
    accounts: ir.Table,
    quarters: Quarters,
    *,
    conversations: int = 3,
) -> pd.DataFrame:
    """
    Share of the customers' segments that were heard in the quarter, by survey or in conversation.

    Parameters
    ----------
    surveys : ibis.Table
        One row per answer to one item (:data:`contract.SURVEYS`).
    feedback : ibis.Table
        One row per survey wave, focus group or interview (:data:`contract.FEEDBACK`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`): tells which segments there are.
    quarters : Quarters
        Quarters to report.
    conversations : int, default 3
        People in interviews and focus groups that make a segment heard. [persons]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts the segments. [share] A full count: no interval.

    Notes
    -----
    Heard is a segment of which as many persons answered a survey as may be told without singling
    somebody out (`thresholds.survey_answers`), or of which the number of conversations allowed was
    reached. A focus group counts as many conversations as it had people. Where answers are not
    recorded one by one, those that the survey waves completed count. Segments are those of the
    customers of the quarter. Without any survey or conversation on record: `no_data`.
    """
    heard = _heard(surveys, feedback, accounts, quarters, conversations)
    counted = heard.groupby("quarter").agg(successes=("is_heard", "sum"), n=("is_heard", "size"))
    rows = pd.DataFrame({"quarter": list(quarters)}).merge(counted, on="quarter", how="left")
    known = (rows["n"] > 0) & _has_rows(surveys, feedback)
    return rows.assign(
        value=(rows["successes"] / rows["n"]).where(known),
        persons=0,
        status=np.where(known, "ok", "no_data"),
    )


def unheard_segments(
    surveys: ir.Table,
    feedback: ir.Table,
    accounts: ir.Table,
    quarters: Quarters,
    *,
    conversations: int = 3,
) -> pd.DataFrame:
    """
    Segments of the customers that nobody heard in the last quarter.

    Parameters
    ----------
    surveys, feedback, accounts, quarters, conversations
        As in :func:`feedback_coverage`.

    Returns
    -------
    DataFrame
        FINDINGS: `unheard_segment`.
    """
    if not _has_rows(surveys, feedback):
        return findings([])
    heard = _heard(surveys, feedback, accounts, quarters.latest, conversations)
    facts = {"answers": quarters.thresholds.survey_answers, "conversations": conversations}
    silent = heard.loc[~heard["is_heard"], "segment"]
    return findings(finding(name, "unheard_segment", "warning", **facts) for name in silent)


def _has_rows(surveys: ir.Table, feedback: ir.Table) -> bool:
    return bool((surveys.count().as_scalar() + feedback.count().as_scalar()).execute())


def _heard(
    surveys: ir.Table,
    feedback: ir.Table,
    accounts: ir.Table,
    quarters: Quarters,
    conversations: int,
) -> pd.DataFrame:
    """Each quarter with each segment of its customers, and whether it was heard."""
    answered = _by_segment(surveys, "responded_at", quarters, answers=_person().nunique())
    people = _.completed.fill_null(ibis.ifelse(_.method == "interview", 1, 0))
    held = _by_segment(
        feedback,
        "held_on",
        quarters,
        completed=people.sum(where=_.method == "survey"),
        spoken=people.sum(where=_.method.isin(CONVERSATIONS)),
    )
    rows = _segments(accounts, quarters)
    rows = rows.merge(answered, on=["quarter", "segment"], how="left")
    rows = rows.merge(held, on=["quarter", "segment"], how="left").fillna(0)
    answers = rows[["answers", "completed"]].max(axis=1)
    enough = answers >= quarters.thresholds.survey_answers
    return rows.assign(is_heard=enough | (rows["spoken"] >= conversations))


def _person() -> ir.Value:
    """Who answered: a member, else somebody of an account, else the answer itself."""
    return ibis.coalesce(_.member_id, _.account_id, _.response_id)


def _by_segment(
    table: ir.Table, moment: str, quarters: Quarters, **measures: ir.Value
) -> pd.DataFrame:
    """Measures per quarter and segment."""
    place = quarter_of_day if table[moment].type().is_date() else quarter_of
    found = table.mutate(quarter=place(table[moment], quarters))
    found = found.filter(_.quarter.notnull(), _.segment.notnull())
    return found.group_by("quarter", "segment").aggregate(**measures).to_pandas()


def _segments(accounts: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """Segments of each quarter's customers, in alphabetical order."""
    named = accounts.filter(_.segment.notnull()).group_by("segment")
    spans = named.aggregate(
        first=_.started_on.min(),
        last=_.ended_on.max(),
        is_living=_.ended_on.isnull().any(),
    ).to_pandas()
    rows = []
    days = quarters.first_days
    for quarter, start, end in zip(quarters, days, days[1:], strict=False):
        began = pd.to_datetime(spans["first"]) < pd.Timestamp(end)
        goes_on = spans["is_living"] | (pd.to_datetime(spans["last"]) >= pd.Timestamp(start))
        there = sorted(spans.loc[began & goes_on.astype(bool), "segment"])
        rows += [(quarter, segment) for segment in there]
    return pd.DataFrame(rows, columns=["quarter", "segment"])


@metric(unit="ratio", better="none", people="survey_answers")
def share_heard(surveys: ir.Table, members: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    A segment's share of those who answered surveys, divided by its share of the members.

    Parameters
    ----------
    surveys : ibis.Table
        One row per answer to one item (:data:`contract.SURVEYS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment of the members. [ratio] 1 is proportional. The
        interval is Wilson's for the share of answers; the members are counted in full.

    Notes
    -----
    Whoever answers several surveys of a quarter counts once. Answers and members without a segment
    are left out and counted. Who left or is a bot is no member. The segment is as exported.
    """
    answered = _by_segment(surveys, "responded_at", quarters, answers=_person().nunique())
    inside = surveys.filter(_.segment.isnull())
    unknown = by_quarter(inside, "responded_at", quarters, left_out=_person().nunique())
    size = _members_by_segment(members, quarters)
    rows = size.merge(answered, on=["quarter", "segment"], how="left").fillna({"answers": 0})
    rows = rows.merge(unknown, on="quarter")
    if rows.empty:
        return pd.DataFrame({"quarter": list(quarters), "persons": 0, "status": "no_data"})
    n = rows.groupby("quarter")["answers"].transform("sum")
    expected = rows["members"] / rows.groupby("quarter")["members"].transform("sum")
    low, high = wilson(rows["answers"], n)
    return rows.assign(
        value=rows["answers"] / n.where(n > 0) / expected,
        low=low / expected,
        high=high / expected,
        level=np.where(n > 0, LEVEL, np.nan),
        n=n,
        persons=rows["answers"].where(rows["answers"] > 0, n),
        status=np.where(n > 0, "ok", "no_data"),
    )


def _members_by_segment(members: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """Members of each segment at the end of each quarter."""
    counted = members.filter(_.segment.notnull(), ~_.is_bot.fill_null(False)).group_by("segment")
    ends = dict(zip(quarters, quarters.borders[1:], strict=True))
    there = {
        quarter: (
            (_.joined_at.isnull() | (_.joined_at < end)) & (_.left_at.isnull() | (_.left_at >= end))
        ).sum()
        for quarter, end in ends.items()
    }
    wide = counted.aggregate(**there).order_by("segment").to_pandas()
    rows = wide.melt("segment", var_name="quarter", value_name="members")
    return rows[rows["members"] > 0].reset_index(drop=True)


@metric(unit="share", better="up", people="survey_answers")
def response_rate(feedback: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of those invited to the quarter's surveys who completed them.

    Parameters
    ----------
    feedback : ibis.Table
        One row per survey wave, focus group or interview (:data:`contract.FEEDBACK`).
    quarters : Quarters
        Quarters to report; a wave belongs to the quarter of its day.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Waves of which nobody wrote down how many were invited are left out and counted. Those who do
    not answer may think otherwise than those who do: a low rate makes every number from the survey
    less certain than its interval says.
    """
    is_counted = (_.invited > 0).fill_null(False) & _.completed.notnull()
    counted = by_quarter(
        feedback.filter(_.method == "survey"),
        "held_on",
        quarters,
        successes=_.completed.sum(where=is_counted),
        n=_.invited.sum(where=is_counted),
        left_out=(~is_counted).sum(),
    )
    return rates(counted.assign(persons=counted["n"]))


@metric(unit="share", better="up", people="survey_answers")
def acted_on_share(feedback: ir.Table, quarters: Quarters, *, days: float = 90) -> pd.DataFrame:
    """
    Share of what was learnt from customers in the quarter that was acted on within the time given.

    Parameters
    ----------
    feedback : ibis.Table
        One row per survey wave, focus group or interview (:data:`contract.FEEDBACK`).
    quarters : Quarters
        Quarters to report; an insight belongs to the quarter in which the session was held.
    days : float, default 90
        Time given. [d]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    What nobody acted on counts as not acted on, never dropped. Insights younger than `days` at
    `quarters.as_of` are left out and counted, so that old and young quarters can be compared.
    Sessions without an insight do not count.
    """
    learnt = feedback.filter(_.insight.notnull())
    due_by = quarters.calendar.day_of(quarters.as_of) - timedelta(days=days)
    is_old = _.held_on <= ibis.literal(due_by)
    took = _.acted_on_at.delta(_.held_on.cast("timestamp"), unit="day")
    counted = by_quarter(
        learnt,
        "held_on",
        quarters,
        successes=(is_old & (took <= days).fill_null(False)).sum(),
        n=is_old.sum(),
        left_out=(~is_old).sum(),
        too_young=(~is_old).sum(),
        persons=_.completed.fill_null(1).sum(where=is_old),
    )
    return rates(counted)


@metric(unit="days", better="down", people="survey_answers")
def days_to_act(feedback: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Days after which half of what was learnt in the quarter had been acted on, the open included.

    Parameters
    ----------
    feedback : ibis.Table
        One row per survey wave, focus group or interview (:data:`contract.FEEDBACK`).
    quarters : Quarters
        Quarters to report; an insight belongs to the quarter in which the session was held.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [d] Infinite while fewer than half were acted on.

    Notes
    -----
    Kaplan-Meier median with the Brookmeyer-Crowley interval: an open insight waits until
    `quarters.as_of`. Acted on within the day is one day.
    """
    as_of = quarters.calendar.day_of(quarters.as_of)
    acted_on = _.acted_on_at.date()
    waits = (
        feedback.filter(_.insight.notnull())
        .mutate(quarter=quarter_of_day(_.held_on, quarters), is_event=_.acted_on_at.notnull())
        .filter(_.quarter.notnull())
        .group_by("quarter", "held_on", "is_event", seen_on=acted_on.fill_null(ibis.literal(as_of)))
        .aggregate(units=_.count(), persons=_.completed.fill_null(1).sum())
        .to_pandas()
    )
    waited = pd.to_datetime(waits["seen_on"]) - pd.to_datetime(waits["held_on"])
    waits["time"] = waited.dt.days.clip(lower=1).astype(float)
    rows = []
    for quarter in quarters:
        own = waits[waits["quarter"] == quarter]
        value, low, high = kaplan_meier(own).median()
        row = {"quarter": quarter, "value": value, "low": low, "high": high, "level": LEVEL}
        n, persons = own["units"].sum(), own["persons"].sum()
        rows.append(row | {"n": n, "persons": persons, "status": "ok"})
    told = pd.DataFrame(rows)
    return without_number(told, told["n"] == 0, "no_data")
