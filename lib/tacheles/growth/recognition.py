"""Whom does recognition reach?"""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import STAFF_ROLES
from tacheles.estimate import by_quarter, metric, quarter_of, rates, without_number
from tacheles.growth.clusters import cluster_sums, clustered_rates
from tacheles.growth.contributions import within
from tacheles.quarter import Quarters, ordinal


@metric(unit="share", better="up")
def recognition_reach(
    recognitions: ir.Table, participation: ir.Table, members: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of the quarter's active members who were recognised at least once in it.

    Parameters
    ----------
    recognitions : ibis.Table
        One row per award (:data:`contract.RECOGNITIONS`).
    participation : ibis.Table
        One row per member and quarter (:func:`participation`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts active members. [share]

    Notes
    -----
    Active members as in :func:`active_members`. Whoever was recognised without being active in the
    quarter, outside the staff, is in neither part and counted in `left_out`. Before the first award
    on record: `no_data`.
    """
    awarded = _awards(recognitions, members, quarters).group_by("quarter", "member_id")
    recognised = awarded.aggregate(awards=_.count())
    both = _active(participation, quarters).outer_join(recognised, ["quarter", "member_id"])
    counted = (
        both.mutate(quarter=ibis.coalesce(_.quarter, _.quarter_right))
        .group_by("quarter")
        .aggregate(
            successes=(_.contributions.notnull() & _.awards.notnull()).sum(),
            n=_.contributions.count(),
            left_out=_.contributions.isnull().sum(),
        )
    )
    rows = _each_quarter(counted.to_pandas(), quarters)
    rows = rates(rows.assign(persons=rows["n"]))
    return without_number(rows, ~_is_recorded(recognitions, quarters), "no_data")


@metric(unit="share", better="none")
def top_decile_recognition_share(
    recognitions: ir.Table, participation: ir.Table, members: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of the quarter's awards that went to the most active tenth of its active members.

    Parameters
    ----------
    recognitions : ibis.Table
        One row per award (:data:`contract.RECOGNITIONS`).
    participation : ibis.Table
        One row per member and quarter (:func:`participation`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    quarters : Quarters
        Quarters to report.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts awards. [share]

    Notes
    -----
    The most active tenth by contributions, rounded up, with whoever is tied with the last of them;
    where that is everybody it says nothing: `not_applicable`. Awards to members who were not active
    in the quarter count and are not in the tenth; those to staff and bots do not count and are in
    `left_out`. The interval counts those recognised, not awards (:func:`clustered_rates`). The
    persons behind the number are those recognised, or the tenth if it is smaller.
    """
    awards = _awards(recognitions, members, quarters)
    of_member = awards.group_by("quarter", "member_id").aggregate(awards=_.count())
    top = _top_tenth(_active(participation, quarters))
    sums = (
        of_member.left_join(top, ["quarter", "member_id"])
        .mutate(to_top=_.place.notnull().ifelse(_.awards, 0))
        .group_by("quarter")
        .aggregate(**cluster_sums(_.to_top, _.awards))
    )
    sizes = top.group_by("quarter").aggregate(top=_.count(), active=_.active.max())
    rows = _each_quarter(sums.to_pandas(), quarters)
    rows = rows.merge(_each_quarter(sizes.to_pandas(), quarters), on="quarter")
    given = by_quarter(recognitions, "awarded_at", quarters, left_out=_.count())
    rows = clustered_rates(rows.merge(given, on="quarter"))
    rows = rows.assign(
        left_out=rows["left_out"] - rows["n"],
        persons=np.minimum(rows["clusters"], rows["top"].where(rows["top"] > 0, rows["clusters"])),
    )
    is_everybody = (rows["top"] == rows["active"]) & (rows["n"] > 0)
    return without_number(rows, is_everybody, "not_applicable")


def _awards(recognitions: ir.Table, members: ir.Table, quarters: Quarters) -> ir.Table:
    """Awards of the quarters to members who are neither staff nor bots."""
    others = members.filter(
        _.role.isin(STAFF_ROLES).fill_null(False) | _.is_bot.fill_null(False)
    ).select("member_id")
    given = recognitions.anti_join(others, "member_id")
    return given.mutate(quarter=quarter_of(_.awarded_at, quarters)).filter(_.quarter.notnull())


def _active(participation: ir.Table, quarters: Quarters) -> ir.Table:
    """Active members of each quarter with their contributions."""
    names = {ordinal(name): name for name in quarters}
    name = ibis.cases(*((_.quarter == number, name) for number, name in names.items()), else_=None)
    made = within(participation, quarters).filter(_.member_id.notnull())
    return made.select("member_id", "contributions", quarter=name)


def _top_tenth(active: ir.Table) -> ir.Table:
    """The most active tenth of each quarter with those tied, and of how many it is the tenth."""
    most_first = ibis.window(group_by="quarter", order_by=ibis.desc("contributions"))
    ranked = active.mutate(
        place=ibis.rank().over(most_first), active=_.count().over(group_by="quarter")
    )
    return ranked.filter(_.place * 10 < _.active)


def _each_quarter(counted: pd.DataFrame, quarters: Quarters) -> pd.DataFrame:
    """A row per quarter, zeros where nothing was found."""
    rows = pd.DataFrame({"quarter": list(quarters)}).merge(counted, on="quarter", how="left")
    measures = rows.columns.drop("quarter")
    rows[measures] = rows[measures].astype("float64").fillna(0)
    return rows


def _is_recorded(recognitions: ir.Table, quarters: Quarters) -> pd.Series:
    """Whether the first award lies before each quarter's end."""
    first = recognitions.awarded_at.min().execute()
    ends = pd.Series(quarters.borders[1:])
    return ends > first if pd.notna(first) else ends != ends
