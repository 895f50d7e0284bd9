"""Who climbs the ladder of recognition, and how much pull does the community have?"""

from itertools import pairwise

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import STAFF_ROLES
from tacheles.estimate import metric, rates, without_number
from tacheles.growth.contributions import bots, held, per_quarter
from tacheles.quarter import Quarters, name_of, ordinal

#: The level of who is not, or no longer, on the ladder.
OFF = 0


def ladder_moves(
    participation: ir.Table,
    members: ir.Table,
    member_roles: ir.Table,
    ladder: pd.DataFrame,
    quarters: Quarters,
) -> pd.DataFrame:
    """
    How many members stood on which level when a quarter began, and on which when it ended.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells who joined, who left, and bots.
    member_roles : ibis.Table
        One row per member and change of role (:data:`contract.MEMBER_ROLES`).
    ladder : DataFrame
        One row per level (:data:`contract.LADDER`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        `quarter, level, later, members`: how many went from one level to the other; level 0 is who
        had not joined, had left, or had too few contributions for any level.

    Notes
    -----
    A member's level is the highest whose `min_contributions_90d` was reached in the ninety days up
    to that moment; a level without this number is given by hand and cannot be counted. Bots, and
    who was staff at any time in these quarters, stand on no level.
    """
    numbers = range(ordinal(quarters.names[0]) - 1, ordinal(quarters.until) + 1)
    steps = ladder.dropna(subset="min_contributions_90d").sort_values("min_contributions_90d")
    columns = ["quarter", "level", "later", "members"]
    if steps.empty:
        return pd.DataFrame(columns=columns)
    recent = (
        participation.filter(_.member_id.notnull(), _.quarter.between(numbers[0], numbers[-1]))
        .group_by(contributor_id="member_id")
        .aggregate(**{f"of_{n}": _.in_last_90_days.sum(where=_.quarter == n) for n in numbers})
    )
    people = _people(members, member_roles, quarters)
    stood = (
        people.left_join(recent, people.member_id == recent.contributor_id)
        .select(**{f"level_{n}": _level(steps, n, quarters).cast("int16") for n in numbers})
        .cache()
    )
    moves = [
        stood.group_by(level=f"level_{before}", later=f"level_{after}")
        .aggregate(members=_.count())
        .to_pandas()
        .assign(quarter=name_of(after))
        for before, after in pairwise(numbers)
    ]
    return pd.concat(moves, ignore_index=True)[columns]


def _people(members: ir.Table, member_roles: ir.Table, quarters: Quarters) -> ir.Table:
    """Members who are no bots and were not staff in these quarters."""
    robots, staff = bots(members), held(members, member_roles, STAFF_ROLES)
    lately = staff.filter(_.until_at > ibis.literal(quarters.borders[0]))
    human = members.anti_join(robots, members.member_id == robots.bot_id)
    return human.anti_join(lately, human.member_id == lately.holder_id)


def _level(steps: pd.DataFrame, number: int, quarters: Quarters) -> ir.Value:
    """The level on which a member stands when the quarter of this number ends."""
    ends_at = ibis.literal(quarters.calendar.starts_at(number + 1))
    made = _[f"of_{number}"].fill_null(0)
    joined = (_.joined_at < ends_at).fill_null(made > 0)
    is_there = joined & (_.left_at >= ends_at).fill_null(True)
    reached = [
        (is_there & (made >= int(step["min_contributions_90d"])), int(step["level"]))
        for step in steps.iloc[::-1].to_dict("records")
    ]
    return ibis.cases(*reached, else_=OFF)


@metric(unit="share", better="none")
def ladder_transition_share(ladder_moves: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the members on a level when the quarter began who were on a given level when it ended.

    Parameters
    ----------
    ladder_moves : DataFrame
        Members by their level before and after (:func:`ladder_moves`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment, the two levels: `2 → 3`; 0 is who left or has
        too few contributions for any level. [share]

    Notes
    -----
    The shares of one level add up to 1. Who joined in the quarter stood on no level when it began.
    A running quarter is `not_mature`: its last ninety days are not over. Without a ladder whose
    levels can be counted: `no_data`.
    """
    stood = ladder_moves[ladder_moves["level"] != OFF]
    levels = sorted({*stood["level"], *stood["later"]} - {OFF})
    grid = pd.MultiIndex.from_product(
        [list(quarters), levels, [OFF, *levels]], names=["quarter", "level", "later"]
    )
    counted = stood.set_index(["quarter", "level", "later"])["members"]
    rows = counted.reindex(grid, fill_value=0).rename("successes").reset_index()
    rows["n"] = rows.groupby(["quarter", "level"])["successes"].transform("sum")
    rows["segment"] = rows["level"].astype(str) + " → " + rows["later"].astype(str)
    return _known(rows, quarters)


@metric(unit="share", better="none")
def ladder_movement_share(ladder_moves: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the members on the ladder when the quarter began who rose, stayed, sank or left it.

    Parameters
    ----------
    ladder_moves : DataFrame
        Members by their level before and after (:func:`ladder_moves`).
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment (`rose`, `stayed`, `sank`, `left`). [share]

    Notes
    -----
    :func:`ladder_transition_share` summed up, with the same statuses. Levels are compared by their
    number. Most members stand on the lowest level, from where nobody can sink: a small share that
    rose can be many.
    """
    stood = ladder_moves[ladder_moves["level"] != OFF]
    step = np.sign((stood["later"] - stood["level"]).astype(float))
    moved = np.select(
        [stood["later"] == OFF, step > 0, step < 0], ["left", "rose", "sank"], "stayed"
    )
    segments = ["rose", "stayed", "sank", "left"]
    grid = pd.MultiIndex.from_product([list(quarters), segments], names=["quarter", "segment"])
    counted = stood.groupby(["quarter", moved])["members"].sum()
    rows = counted.reindex(grid, fill_value=0).rename("successes").reset_index()
    rows["n"] = rows.groupby("quarter")["successes"].transform("sum")
    return _known(rows.astype({"successes": "int64", "n": "int64"}), quarters)


def _known(rows: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """Rates of a ladder, or a row per quarter that says why there are none."""
    if rows.empty:
        return pd.DataFrame({"quarter": list(quarters), "persons": 0, "status": "no_data"})
    told = rates(rows.assign(left_out=0, persons=rows["n"]))
    is_running = quarters.is_running & (told["quarter"] == quarters.until)
    return without_number(told, is_running, "not_mature")


@metric(unit="gravity", better="up")
def gravity_growth(
    ladder_moves: pd.DataFrame, ladder: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    Change in the quarter of the squared weights of all members' levels, per member at its start.

    Parameters
    ----------
    ladder_moves : DataFrame
        Members by their level before and after (:func:`ladder_moves`).
    ladder : DataFrame
        One row per level (:data:`contract.LADDER`) with its `weight`.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [squared weight per member] A full count: no interval.

    Notes
    -----
    Gravity is the sum over the levels of their squared weight times the members on them; its change
    is divided by the members on the ladder when the quarter began, which is `n`. The origin does
    not say which count of members it divides by. A level without a weight weighs nothing.

    References
    ----------
    Orbit model, community gravity.
    """
    weights = ladder.set_index("level")["weight"].fillna(0).astype(float) ** 2
    moves = ladder_moves.assign(
        change=ladder_moves["members"]
        * (
            ladder_moves["later"].map(weights).fillna(0)
            - ladder_moves["level"].map(weights).fillna(0)
        ),
        n=ladder_moves["members"].where(ladder_moves["level"] != OFF, 0),
    )
    summed = moves.groupby("quarter")[["change", "n"]].sum().reindex(list(quarters), fill_value=0)
    rows = summed.reset_index().assign(status="ok", persons=summed["n"].to_numpy())
    rows["value"] = rows["change"].astype(float) / rows["n"].astype(float).where(rows["n"] > 0)
    is_running = quarters.is_running & (rows["quarter"] == quarters.until)
    rows = without_number(rows, is_running, "not_mature")
    return without_number(rows, rows["n"] == 0, "no_data")


@metric(unit="love", better="up")
def love(participation: ir.Table, quarters: Quarters, *, decay: float = 0.9) -> pd.DataFrame:
    """
    All contributions up to the quarter's end, each counting a tenth less for every month since.

    Parameters
    ----------
    participation : ibis.Table
        One row per member and quarter (:func:`participation`), from the community's first day.
    quarters : Quarters
        Quarters to report.
    decay : float, default 0.9
        What a contribution keeps of its weight from month to month. [share]

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [contributions] A full count: no interval.

    Notes
    -----
    Months are those of the calendar; a contribution of the quarter's last month counts whole, one
    of the month before `decay`. Contributions as in :func:`active_members`, all of the same
    weight. In a running quarter the last month may lie ahead: `not_mature`. If the export was cut
    off, what came before is missing: `clipped`. The persons behind it are the quarter's
    contributors.

    References
    ----------
    Orbit model, love, in its version of 2020.
    """
    made = (
        participation.filter(_.quarter <= ordinal(quarters.until))
        .group_by("quarter")
        .aggregate(
            first=_.contributions.sum() - _.since_month_2.sum(),
            second=_.since_month_2.sum() - _.since_month_3.sum(),
            third=_.since_month_3.sum(),
        )
        .to_pandas()
    )
    fresh = made["third"] + decay * made["second"] + decay**2 * made["first"]
    rows = per_quarter(
        participation,
        quarters,
        n=_.contributions.sum(),
        persons=_.member_id.count(),
        left_out=_.left_out.sum(),
    )
    numbers = np.array([ordinal(name) for name in quarters])
    age = 3 * (numbers[:, None] - made["quarter"].to_numpy(dtype=float)[None, :])
    faded = np.where(age >= 0, float(decay) ** np.abs(age), 0.0)
    rows["value"] = faded @ fresh.to_numpy(dtype=float)
    rows = without_number(rows.assign(status="ok"), rows["value"] == 0, "no_data")
    is_running = quarters.is_running & (rows["quarter"] == quarters.until)
    rows = without_number(rows, is_running, "not_mature")
    return without_number(rows, [quarters.history_from is not None] * len(rows), "clipped")
