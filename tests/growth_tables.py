"""Tables by hand that the questions of growth share."""

import ibis.expr.types as ir

from conftest import members, posts, table
from tacheles import growth
from tacheles.contract import ACTIVITY, MEMBER_ROLES
from tacheles.quarter import Calendar

UTC = Calendar()


def acts(*rows: dict) -> ir.Table:
    """Acts by hand."""
    return table(ACTIVITY, list(rows))


def act(at: str, by: str, type: str = "visit", **more: object) -> dict:  # noqa: A002  # its column
    """An act."""
    return {"acted_at": at, "member_id": by, "type": type, **more}


def roles(*rows: tuple[str, str, str]) -> ir.Table:
    """Changes of role by hand: who, to what, from when."""
    return table(
        MEMBER_ROLES, [dict(zip(("member_id", "role", "from_at"), r, strict=True)) for r in rows]
    )


def participation(
    *rows: dict,
    people: tuple[dict, ...] = (),
    changes: tuple[tuple[str, str, str], ...] = (),
    activity: tuple[dict, ...] = (),
    calendar: Calendar = UTC,
) -> ir.Table:
    """Who contributed in which quarter, from posts by hand."""
    return growth.participation(
        posts(*rows), members(*people), roles(*changes), acts(*activity), calendar
    )


def presence(*rows: dict, people: tuple[dict, ...] = (), calendar: Calendar = UTC) -> ir.Table:
    """Who was there in which quarter, from acts by hand."""
    return growth.presence(acts(*rows), members(*people), roles(), calendar)
