"""Who talks with whom?"""

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.estimate import metric, quarter_of, without_number
from tacheles.growth.contributions import MOMENT
from tacheles.growth.conversations import eligible_replies
from tacheles.quarter import Quarters


@metric(unit="share", better="none")
def reply_network_density(
    posts: ir.Table, members: ir.Table, threads: ir.Table, quarters: Quarters
) -> pd.DataFrame:
    """
    Share of all possible pairs of members of whom one answered the other in the quarter.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots.
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report; a pair belongs to every quarter in which one answered the other.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter and segment; `n` counts the members. [share] A full count: no
        interval.

    Notes
    -----
    Members are those who asked or answered in the quarter, staff included, bots not; answers as in
    :func:`threads`. Nobody has time for everybody: the share falls as the community grows, without
    anybody talking less. So the segment `everybody` is compared with no other quarter, and
    `equal_size` tells the share of the pairs when, counted from the quarter's first day, as many
    members had taken part as in the smallest of these quarters, just before one more came. (To
    draw members at random would not do: it leaves the expected share as it is.) With fewer than two
    members there are no pairs: `not_applicable`.

    References
    ----------
    Wasserman, S. and Faust, K. (1994). Social Network Analysis. Chapter 4.
    """
    asked = threads.filter(_.member_id.notnull())
    met = (
        eligible_replies(posts, members, asked)
        .filter(_.reply_by.notnull())
        .mutate(quarter=quarter_of(_.replied_at, quarters))
        .filter(_.quarter.notnull())
        .group_by(
            "quarter",
            one=ibis.least(_.asker, _.reply_by),
            other=ibis.greatest(_.asker, _.reply_by),
        )
        .aggregate(met_at=_.replied_at.min())
        .cache()
    )
    came = _came(asked, met, quarters)
    n = came.group_by("quarter").aggregate(n=_.count()).to_pandas().set_index("quarter")["n"]
    smallest = int(n[n >= 2].min()) if (n >= 2).any() else 0
    in_order = ibis.row_number().over(group_by="quarter", order_by=["came_at", "person"])
    one_more = came.mutate(place=in_order).filter(_.place == smallest).to_pandas()
    cutoffs = [(_.quarter == row.quarter, row.came_at) for row in one_more.itertuples()]
    is_early = (
        (_.met_at < ibis.cases(*cutoffs, else_=None)).fill_null(True)
        if cutoffs
        else ibis.literal(True)
    )
    pairs = met.group_by("quarter").aggregate(
        everybody=_.count(), equal_size=_.count(where=is_early)
    )
    found = pairs.to_pandas().set_index("quarter").reindex(list(quarters)).fillna(0)
    n = n.reindex(list(quarters)).fillna(0)
    members_of = {"everybody": n, "equal_size": n.clip(upper=smallest)}
    rows = [
        {"quarter": name, "segment": size, "n": members_of[size][name], "persons": n[name]}
        | {"pairs": found[size][name]}
        for name in quarters
        for size in members_of
    ]
    told = pd.DataFrame(rows).assign(status="ok")
    told["value"] = told["pairs"] / (told["n"] * (told["n"] - 1) / 2).where(told["n"] > 1)
    told = without_number(told, told["n"] < 2, "not_applicable")
    return without_number(told, told["persons"] == 0, "no_data")


def _came(asked: ir.Table, met: ir.Table, quarters: Quarters) -> ir.Table:
    """When somebody first asked, answered or was answered in a quarter."""
    seen = [
        asked.select(
            quarter=quarter_of(_.opened_at, quarters),
            person="member_id",
            at=_.opened_at.cast(MOMENT),
        ),
        *(met.select("quarter", person=who, at=_.met_at.cast(MOMENT)) for who in ("one", "other")),
    ]
    return (
        ibis.union(*seen)
        .filter(_.quarter.notnull())
        .group_by("quarter", "person")
        .aggregate(came_at=_.at.min())
        .cache()
    )
