"""What counts as a contribution, and whose: shared by the questions of growth."""

import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.contract import STAFF_ROLES
from tacheles.estimate import by_quarter
from tacheles.quarter import Quarters


def without_bots(posts: ir.Table, members: ir.Table) -> ir.Table:
    """Posts whose author is not known to be a bot."""
    bots = members.filter(members.is_bot.fill_null(False)).select(bot_id="member_id")
    return posts.anti_join(bots, posts.member_id == bots.bot_id)


def contributions(posts: ir.Table, members: ir.Table) -> ir.Table:
    """Posts that were not deleted, by known authors who are neither bots nor staff."""
    staff = members.filter(members.role.isin(STAFF_ROLES)).select(staff_id="member_id")
    human = without_bots(posts, members)
    return human.anti_join(staff, human.member_id == staff.staff_id).filter(
        _.member_id.notnull(), _.deleted_at.isnull()
    )


def contributors(posts: ir.Table, members: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """Contributors per quarter (`persons`), records of any kind, and those without an author."""
    recorded = by_quarter(
        posts, "posted_at", quarters, records=_.count(), left_out=_.member_id.isnull().sum()
    )
    persons = by_quarter(
        contributions(posts, members), "posted_at", quarters, persons=_.member_id.nunique()
    )
    return recorded.merge(persons, on="quarter")
