"""Are the rules there, kept, and applied fairly and in time?"""

from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import GUIDELINES, STAFF_ROLES
from tacheles.estimate import (
    LEVEL,
    by_quarter,
    kaplan_meier,
    metric,
    quarter_of,
    rates,
    without_number,
)
from tacheles.findings import finding, findings
from tacheles.growth.contributions import without_bots
from tacheles.growth.groups import by_quarter_and_group
from tacheles.quarter import Quarters, ordinal

#: Member states of the European Union since 2020-02-01, as ISO 3166-1 writes them.
EU_COUNTRIES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)

#: Months over which the recipients of a service are averaged: Article 24 (2) of the act.
_MONTHS = 6


@metric(unit="per_1000", better="down")
def user_flags_per_1000_posts(
    moderation: ir.Table, posts: ir.Table, members: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Cases that members opened by a flag in the quarter, per 1,000 posts written in it.

    Parameters
    ----------
    moderation : ibis.Table
        One row per case (:data:`contract.MODERATION`).
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts posts. [per 1,000 posts]

    Notes
    -----
    Posts of every kind count, those deleted later included; bots' do not. The interval takes the
    flags as independent events; where one quarrel brings many it is too narrow. Before the first
    case on record nobody knows whether flags were written down: `no_data`. The persons behind the
    number are those who wrote.
    """
    return _per_1000_posts(moderation, posts, members, quarters, "user_flag")


@metric(unit="per_1000", better="none")
def automatic_flags_per_1000_posts(
    moderation: ir.Table, posts: ir.Table, members: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Cases that software opened in the quarter, per 1,000 posts written in it.

    Parameters
    ----------
    moderation : ibis.Table
        One row per case (:data:`contract.MODERATION`).
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts posts. [per 1,000 posts]

    Notes
    -----
    Apart from :func:`user_flags_per_1000_posts`: a filter that was set otherwise would look like
    another mood. Otherwise the same.
    """
    return _per_1000_posts(moderation, posts, members, quarters, "automatic")


def _per_1000_posts(
    moderation: ir.Table, posts: ir.Table, members: ir.Table, quarters: Quarters, source: str
) -> pd.DataFrame:
    """Cases of a source per 1,000 posts, with the exact interval of a count."""
    cases = _opened(moderation, quarters, flags=(_.source == source).sum())
    written = by_quarter(
        without_bots(posts, members),
        "posted_at",
        quarters,
        n=_.count(),
        persons=_.member_id.nunique(),
    )
    rows = written.merge(cases, on="quarter")
    per = 1000 / rows["n"].where(rows["n"] > 0)
    low, high = _poisson(rows["flags"])
    rows = rows.assign(
        value=rows["flags"] * per, low=low * per, high=high * per, level=LEVEL, status="ok"
    )
    return without_number(rows, (rows["n"] == 0) | ~rows["is_recorded"], "no_data")


def _poisson(events: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Exact interval of the expected number of events (Garwood)."""
    from scipy.special import gammaincinv  # costs a third of a second: only where it is needed

    tail, seen = (1 - LEVEL) / 2, events.to_numpy(dtype=float)
    low = np.where(seen > 0, gammaincinv(np.maximum(seen, 1), tail), 0.0)
    return low, gammaincinv(seen + 1, 1 - tail)


def _opened(moderation: ir.Table, quarters: Quarters, **measures: ir.Value) -> pd.DataFrame:
    """Measures of the cases opened per quarter, and whether cases were on record by its end."""
    rows = by_quarter(moderation, "opened_at", quarters, **measures)
    first = moderation.opened_at.min().execute()
    ends = pd.Series(quarters.borders[1:])
    return rows.assign(is_recorded=(ends > first) if pd.notna(first) else False)


@metric(unit="cases", better="none", people="employees")
def moderation_cases_opened(moderation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Number of moderation cases opened in the quarter.

    Parameters
    ----------
    moderation : ibis.Table
        One row per case (:data:`contract.MODERATION`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [cases] A full count: no interval.

    Notes
    -----
    Flags, automatic cases, those of the staff and legal notices together. Nothing is split by
    moderator: the table does not name any. As nobody counted the persons, cases stand for them:
    fewer than the threshold for employees are not shown. `no_data` before the first case on record.
    """
    rows = _opened(moderation, quarters, n=_.count())
    rows = rows.assign(value=rows["n"].astype(float), persons=rows["n"], status="ok")
    return without_number(rows, ~rows["is_recorded"], "no_data")


@metric(unit="cases", better="none", people="employees")
def moderation_cases_decided(moderation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Number of moderation cases decided in the quarter, whenever they were opened.

    Parameters
    ----------
    moderation : ibis.Table
        One row per case (:data:`contract.MODERATION`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [cases] A full count: no interval.

    Notes
    -----
    Persons as in :func:`moderation_cases_opened`.
    """
    decided = by_quarter(moderation, "decided_at", quarters, n=_.count())
    rows = decided.merge(_opened(moderation, quarters, opened=_.count()), on="quarter")
    rows = rows.assign(value=rows["n"].astype(float), persons=rows["n"], status="ok")
    return without_number(rows, ~rows["is_recorded"], "no_data")


@metric(unit="hours", better="down", people="employees")
def time_to_disposition_hours(
    moderation: ir.Table, quarters: Quarters, *, percent: float = 50
) -> pd.DataFrame:
    """
    Time after which so many per cent of the quarter's cases were decided, the open ones included.

    Parameters
    ----------
    moderation : ibis.Table
        One row per case (:data:`contract.MODERATION`).
    quarters : Quarters
        Quarters to report; a case belongs to the quarter it was opened in.
    percent : float, default 50
        Part of the cases: 50 is the median, 90 what all but a tenth did not exceed. [%]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts cases. [h] Infinite while fewer are decided.

    Notes
    -----
    Kaplan-Meier estimate with the Brookmeyer-Crowley interval: a case without a decision waits
    until `quarters.as_of`. Cases decided the moment they were opened are decided at once. Nothing
    is split by moderator; persons as in :func:`moderation_cases_opened`.
    """
    counted = by_quarter(moderation, "opened_at", quarters, n=_.count())
    seen_until = ibis.coalesce(_.decided_at, ibis.literal(quarters.as_of))
    waits = (
        moderation.mutate(
            quarter=quarter_of(_.opened_at, quarters),
            time=seen_until.delta(_.opened_at, unit="microsecond") / 3.6e9,
            is_event=_.decided_at.notnull(),
        )
        .filter(_.quarter.notnull())
        .group_by("quarter", "time", "is_event")
        .aggregate(units=_.count())
        .to_pandas()
    )
    times = [kaplan_meier(own).time_until(percent / 100) for own in _each(waits, quarters)]
    found = pd.DataFrame(times, columns=["value", "low", "high"])
    rows = pd.concat([counted, found], axis=1)
    rows = rows.assign(persons=rows["n"], level=LEVEL, status="ok")
    return without_number(rows, rows["n"] == 0, "no_data")


def _each(rows: pd.DataFrame, quarters: Quarters) -> list[pd.DataFrame]:
    """The rows of each quarter."""
    return [rows[rows["quarter"] == name] for name in quarters]


@metric(unit="share", better="none", people="employees")
def upheld_case_share(moderation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the moderation cases decided in the quarter that led to action.

    Parameters
    ----------
    moderation : ibis.Table
        One row per case (:data:`contract.MODERATION`).
    quarters : Quarters
        Quarters to report; a case belongs to the quarter it was decided in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts cases. [share]

    Notes
    -----
    Cases with a day of decision and no decision are left out and counted in `left_out`. Persons as
    in :func:`moderation_cases_opened`.
    """
    return _persons_are_cases(by_quarter(moderation, "decided_at", quarters, **_UPHELD))


@metric(unit="share", better="none", people="employees")
def upheld_case_share_by_reason(moderation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of each reason's moderation cases decided in the quarter that led to action.

    Parameters
    ----------
    moderation : ibis.Table
        One row per case (:data:`contract.MODERATION`).
    quarters : Quarters
        Quarters to report; a case belongs to the quarter it was decided in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and reason; `n` counts cases. [share]

    Notes
    -----
    As :func:`upheld_case_share`. Cases without a reason are a group of their own.
    """
    counted = by_quarter_and_group(moderation, "decided_at", quarters, _.reason, **_UPHELD)
    return _persons_are_cases(counted)


_UPHELD = {
    "successes": (_.decision == "action").fill_null(False).sum(),
    "n": _.decision.count(),
    "left_out": _.decision.isnull().sum(),
}


@metric(unit="share", better="down", people="employees")
def appeal_overturn_rate(moderation: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the decided appeals of the quarter that reversed the decision.

    Parameters
    ----------
    moderation : ibis.Table
        One row per case (:data:`contract.MODERATION`).
    quarters : Quarters
        Quarters to report; an appeal belongs to the quarter it was made in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts appeals. [share]

    Notes
    -----
    The day of the appeal's decision is not on record, so the last quarters change as appeals are
    decided. Undecided ones are left out and counted in `left_out`. Persons as in
    :func:`moderation_cases_opened`.
    """
    counted = by_quarter(
        moderation,
        "appealed_at",
        quarters,
        successes=(_.appeal_decision == "reversed").fill_null(False).sum(),
        n=_.appeal_decision.count(),
        left_out=_.appeal_decision.isnull().sum(),
        too_young=_.appeal_decision.isnull().sum(),
    )
    return _persons_are_cases(counted)


def _persons_are_cases(counted: pd.DataFrame) -> pd.DataFrame:
    """Rates of cases, which stand for the persons that nobody counted."""
    return rates(counted.assign(persons=counted["n"]))


@metric(unit="recipients", better="none")
def average_monthly_active_recipients(
    activity: ir.Table, posts: ir.Table, members: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Mean over six calendar months of the members in the EU who visited, read or wrote in the month.

    Parameters
    ----------
    activity : ibis.Table
        One row per act (:data:`contract.ACTIVITY`).
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells countries, bots and staff.
    quarters : Quarters
        Quarters to report; the six months end with the quarter.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts distinct recipients. A full count: no interval.

    Notes
    -----
    Who is active in two months counts in both; the mean is taken of six distinct counts. Staff and
    bots are no recipients. Readers who are not logged in cannot be counted and come on top: a
    published figure needs an estimate of them. Active members whose country is unknown are left out
    and counted in `left_out`. A member's country is as exported. Where visits are not on record for
    all six months the number would be too low: `no_data` without any, else `clipped`.

    References
    ----------
    Regulation (EU) 2022/2065 (Digital Services Act), Articles 3 (p), 24 (2) and Recital 77.
    """
    months = _months(quarters)
    first = activity.acted_at.min().execute()
    rows = pd.DataFrame({"quarter": list(quarters), "persons": 0, "status": "no_data"})
    if pd.isna(first):
        return rows
    counted = _recipients(activity, posts, members, months)
    rows = rows.merge(counted, on="quarter", how="left").fillna(0)
    rows = rows.assign(value=rows["member_months"] / _MONTHS, persons=rows["n"], status="ok")
    # the first visit on record need not come in the first minute
    begins = months.groupby("quarter", sort=False)["starts_at"].min()
    rows = without_number(rows, [first > at + timedelta(days=1) for at in begins], "clipped")
    return without_number(rows, [first >= end for end in quarters.borders[1:]], "no_data")


def _recipients(
    activity: ir.Table, posts: ir.Table, members: ir.Table, months: pd.DataFrame
) -> pd.DataFrame:
    """Members in the EU active in the six months of each quarter, and in how many of them."""
    each = months.drop_duplicates("starts_at")
    spans = list(zip(each["starts_at"], each["ends_at"], strict=True))
    active = [
        acts.filter(_.member_id.notnull(), _.at >= spans[0][0], _.at < spans[-1][1]).select(
            "member_id",
            month=ibis.cases(*((_.at < end, start) for start, end in spans), else_=None),
        )
        for acts in (
            activity.select("member_id", at="acted_at"),
            posts.select("member_id", at="posted_at"),
        )
    ]
    people = members.filter(
        ~_.role.isin(STAFF_ROLES).fill_null(False), ~_.is_bot.fill_null(False)
    ).select("member_id", "country")
    named = ibis.memtable(months.rename(columns={"starts_at": "month"})[["quarter", "month"]])
    is_there = _.country.upper().isin(EU_COUNTRIES).fill_null(False)
    each_member = (
        ibis.union(*active)
        .distinct()
        .join(people, "member_id")
        .join(named, "month")
        .group_by("quarter", "member_id", "country")
        .aggregate(months=_.count())
    )
    return (
        each_member.group_by("quarter")
        .aggregate(
            member_months=_.months.sum(where=is_there),
            n=is_there.sum(),
            left_out=_.country.isnull().sum(),
        )
        .to_pandas()
    )


def _months(quarters: Quarters) -> pd.DataFrame:
    """The six months that end with each quarter, with their borders."""
    rows = []
    for name in quarters:
        first = quarters.calendar.starts_on(ordinal(name) - 1)
        count = first.year * 12 + first.month - 1
        for i in range(_MONTHS):
            starts, ends = (
                quarters.calendar.midnight(date(month // 12, month % 12 + 1, 1))
                for month in (count + i, count + i + 1)
            )
            rows.append({"quarter": name, "starts_at": starts, "ends_at": ends})
    return pd.DataFrame(rows).astype(dict.fromkeys(["starts_at", "ends_at"], "datetime64[us]"))


@metric(unit="share", better="up")
def guidelines_reviewed_share(
    guidelines: pd.DataFrame, quarters: Quarters, *, months: int = 12
) -> pd.DataFrame:
    """
    Share of the community's rules that were reviewed within the months before the quarter's end.

    Parameters
    ----------
    guidelines : DataFrame
        One row per rule (:data:`contract.GUIDELINES`).
    quarters : Quarters
        Only the last is reported: of each rule only its last review is known.
    months : int, default 12
        How long a review holds. [months]

    Returns
    -------
    DataFrame
        ESTIMATES, one row; `n` counts rules. A full count: no interval. [share]

    Notes
    -----
    Rules that were never reviewed count as not reviewed. A review after the quarter's end counts:
    when the rule had been reviewed before is not on record. No person is behind it.
    """
    is_current = _reviewed_since(guidelines, quarters, months)
    n = len(guidelines)
    row = {"quarter": quarters.until, "n": n, "persons": 0, "status": "ok" if n else "no_data"}
    if n:
        row["value"] = float(is_current.mean())
    return pd.DataFrame([row])


def guideline_findings(
    guidelines: pd.DataFrame, quarters: Quarters, *, months: int = 12
) -> pd.DataFrame:
    """
    Which kinds of rule are missing, and which rules nobody has looked at for long.

    Parameters
    ----------
    guidelines : DataFrame
        One row per rule (:data:`contract.GUIDELINES`).
    quarters : Quarters
        The quarter's end says what is long ago.
    months : int, default 12
        How long a review holds. [months]

    Returns
    -------
    DataFrame
        FINDINGS of the kinds `guideline_kind_missing`, `guideline_never_reviewed` and
        `guideline_review_overdue`; nothing if there are no guidelines at all but the kinds missing.
    """
    kinds = [str(kind) for kind in GUIDELINES.column("kind").allowed]
    found = [
        finding(kind, "guideline_kind_missing", "fault")
        for kind in kinds
        if kind not in set(guidelines["kind"])
    ]
    is_current = _reviewed_since(guidelines, quarters, months)
    for row in guidelines[~is_current].to_dict("records"):
        found.append(_of_rule(row))
    return findings(found)


def _of_rule(row: dict[Any, Any]) -> dict[str, Any]:
    """The finding on a rule that has no current review."""
    if pd.isna(row["reviewed_on"]):
        return finding(row["rule_id"], "guideline_never_reviewed", "warning")
    on = row["reviewed_on"]
    return finding(row["rule_id"], "guideline_review_overdue", "warning", reviewed_on=on)


def _reviewed_since(guidelines: pd.DataFrame, quarters: Quarters, months: int) -> pd.Series:
    """Whether each rule was reviewed within the months before the last quarter's end, or later."""
    end = pd.Timestamp(quarters.calendar.starts_on(ordinal(quarters.until) + 1))
    return pd.to_datetime(guidelines["reviewed_on"]) >= end - pd.DateOffset(months=months)
