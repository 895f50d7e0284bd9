"""On how few does it all depend?"""

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import LEVEL, by_quarter, metric, quarter_of, without_number
from tacheles.growth.contributions import contributions
from tacheles.quarter import Quarters

#: Resamples behind an interval: enough for its second digit.
_RESAMPLES = 2000


@metric(unit="share", better="none")
def top_contributor_share(
    posts: ir.Table, members: ir.Table, quarters: Quarters, *, top: int = 10
) -> pd.DataFrame:
    """
    Share of the quarter's contributions that its few most active members made.

    Parameters
    ----------
    posts : ibis.Table
        One row per post (:data:`contract.POSTS`).
    members : ibis.Table
        One row per member (:data:`contract.MEMBERS`): tells bots and staff.
    quarters : Quarters
        Quarters to report.
    top : int, default 10
        How many of the most active members.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts contributions. [share]

    Notes
    -----
    Contributions as in :func:`active_members`; those of staff are in neither part, those without a
    known author are left out and counted in `left_out`. Whoever is tied with the last of the `top`
    is among them, so the group can be larger. Where that is everybody the share would be 1 whatever
    they did: `not_applicable`. The persons behind the number are the group itself.

    The interval is how much the share would vary with other members of the same kind: members are
    drawn again with their contributions (percentile bootstrap, fixed seed). Where a handful writes
    a hundred times more than the rest it is too narrow: in simulations with an infinite mean it
    held the true share in 80 to 86 of 100 communities, without such members in 98 or more.

    References
    ----------
    Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapter 13.
    """
    made = contributions(posts, members).mutate(quarter=quarter_of(_.posted_at, quarters))
    frequencies = (
        made.filter(_.quarter.notnull())
        .group_by("quarter", "member_id")
        .aggregate(contributions=_.count())
        .group_by("quarter", "contributions")
        .aggregate(members=_.count())
        .to_pandas()
        .sort_values(["quarter", "contributions"], ascending=[True, False])
    )
    recorded = by_quarter(posts, "posted_at", quarters, left_out=_.member_id.isnull().sum())
    found = [_share_of_top(frequencies[frequencies["quarter"] == q], top) for q in quarters]
    rows = pd.concat([recorded, pd.DataFrame(found)], axis="columns").assign(level=LEVEL)
    rows = without_number(rows, rows["persons"] == rows["members"], "not_applicable")
    return without_number(rows, rows["members"] == 0, "no_data")


def _share_of_top(frequencies: pd.DataFrame, top: int) -> dict[str, object]:
    """The share of the most active with its interval, from contributions and members."""
    each, members = (frequencies[name].to_numpy() for name in ("contributions", "members"))
    total = int(members.sum())
    told = {"n": int(each @ members), "members": total, "persons": total, "status": "ok"}
    if total <= top:
        return told
    drawn = np.random.default_rng(0).multinomial(total, members / total, size=_RESAMPLES)
    share, in_group = _top_shares(each, members[None, :], top)
    shares, _sizes = _top_shares(each, drawn, top)
    low, high = np.quantile(shares, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    low, high = min(low, share[0]), max(high, share[0])
    return told | {"value": share[0], "low": low, "high": high, "persons": int(in_group[0])}


def _top_shares(each: np.ndarray, members: np.ndarray, top: int) -> tuple[np.ndarray, np.ndarray]:
    """
    Share of the `top` most active and of those tied with the last of them, and how many they are.

    `each` holds contributions, most first; `members` one row of counts per resample.
    """
    before = members.cumsum(axis=1) - members
    in_top = np.where(before < top, members, 0)
    return (in_top @ each) / (members @ each), in_top.sum(axis=1)
