"""
What holds for all definitions of growth at once: the same records in another form say the same.

Every registered definition is bound by the names of its parameters, so none can be forgotten.
"""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pytest

from conftest import table
from tacheles import contract, growth
from tacheles.estimate import DEFINITIONS
from tacheles.quarter import Calendar, last_quarters
from tacheles.service_hours import ServiceHours

#: The definitions of this level, whatever else is registered.
GROWTH = sorted(
    name for name, of in DEFINITIONS.items() if of.compute.__module__.startswith("tacheles.growth.")
)

KINDS = ("question", "answer", "reply", "comment", "discussion", "announcement", "idea")
TYPES = ("visit", "visit", "read", "like", "vote", "attend")

#: Definitions whose options of the test community make a group smaller than everybody.
OPTIONS = {"top": 3}

Rows = dict[str, list[dict]]


@cache
def community() -> Rows:
    """Records of three quarters, with everything that makes an order matter: ties."""
    random = np.random.default_rng(7)

    def moment(minutes: float) -> str:
        return str(pd.Timestamp("2025-07-01") + pd.Timedelta(minutes=int(minutes)))

    def somebody() -> str:
        return f"m{min(random.zipf(1.6), 40)}"

    posts = []
    for i in range(500):
        thread = random.integers(100)
        minutes = thread * 2500 + random.integers(0, 6) * 300
        gone = moment(minutes + 13000) if random.random() < 0.04 else None
        kind = KINDS[random.integers(len(KINDS))]
        posts.append(
            {"post_id": f"p{i:03d}", "thread_id": f"t{thread}", "posted_at": moment(minutes)}
            | {"member_id": None if random.random() < 0.05 else somebody(), "kind": kind}
            | {"deleted_at": gone, "channel": ("Forum", "Chat")[random.integers(2)]}
            | {"category": ("Planung", "Technik")[random.integers(2)], "likes": i % 3}
            | {"language": ("de", "en")[random.integers(2)], "views": 100 + i}
        )
        if kind == "answer" and random.random() < 0.5:
            posts[-1] |= {"is_accepted": True, "accepted_at": moment(minutes + 900)}
    acts = [
        {"member_id": somebody(), "acted_at": moment(random.integers(390_000)), "type": kind}
        | {"item_id": f"c{random.integers(12)}" if kind == "attend" else None}
        for kind in TYPES * 100
    ]
    people = [
        {"member_id": f"m{i}", "joined_at": moment(i * 9_000), "is_bot": i == 7}
        | {"role": ("member", "staff", "expert")[0 if i % 5 else i % 3]}
        | {"segment": ("Handwerk", "Industrie")[i % 2], "country": "DE"}
        | {"left_at": moment(i * 9_000 + 40_000) if i % 11 == 3 else None}
        for i in range(1, 39)
    ]
    changes = [
        {"member_id": f"m{i}", "role": role, "from_at": moment(i * 9_000 + after)}
        for i in (3, 5, 9)
        for role, after in (("staff", 0), ("member", 30_000), ("expert", 90_000))
    ]
    cases = [
        {"case_id": f"k{i}", "opened_at": moment(i * 4_000), "reason": ("spam", "insult")[i % 2]}
        | {"source": ("user_flag", "automatic", "staff")[i % 3], "content_kind": "post"}
        | {"decided_at": moment(i * 4_000 + 2_000) if i % 4 else None}
        | {"decision": ("action", "no_action")[i % 3 == 1] if i % 4 else None}
        | {"appealed_at": moment(i * 4_000 + 3_000) if i % 8 == 1 else None}
        | {"appeal_decision": ("upheld", "reversed")[i % 16 == 1] if i % 8 == 1 else None}
        for i in range(90)
    ]
    awards = [
        {"member_id": somebody(), "awarded_at": moment(i * 5_000), "name": f"award {i % 3}"}
        for i in range(70)
    ]
    content = [
        {"item_id": f"c{i}", "planned_at": moment(i * 12_000), "channel": "Blog"}
        | {"format": ("blog", "event", "webinar")[i % 3], "views": 150 + i, "comments": i % 7}
        | {"purpose": ("inform", "educate", "entertain")[i % 3], "reactions": i % 11}
        | {"published_at": moment(i * 12_000 + (i % 4) * 900) if i % 9 else None}
        | {"registered": 40 + i, "registered_7d_before": 20, "attended": 30, "goal_id": "G1"}
        for i in range(32)
    ]
    return {
        "posts": posts, "activity": acts, "members": people, "member_roles": changes,
        "moderation": cases, "recognitions": awards, "content": content,
    }  # fmt: skip


#: Plan tables: small frames, whole, and so without another form.
PLANS = {
    "ladder": pd.DataFrame(
        {
            "level": [1, 2, 3],
            "name": ["new", "there", "often"],
            "criterion": "",
            "min_contributions_90d": [0, 1, 5],
            "weight": [0.0, 1.0, 2.0],
        }
    ),
    "needs": pd.DataFrame(
        {"need_id": ["N1", "N2"], "statement": ["a", "b"], "categories": ["Planung", "Technik"]}
    ),
    "cadence": pd.DataFrame(
        {"format": ["blog"], "channel": ["Blog"], "every_days": [25.0], "since": [pd.NaT]}
    ),
    "guidelines": pd.DataFrame(
        {
            "rule_id": ["r1", "r2"],
            "kind": ["conduct", "best_practice"],
            "statement": ["a", "b"],
            "reviewed_on": [pd.Timestamp("2026-01-10"), pd.NaT],
        }
    ),
}


def once(name: str, rows: list[dict]) -> ir.Table:
    return table(contract.RECORDS[name], rows)


def shuffled(name: str, rows: list[dict]) -> ir.Table:
    order = np.random.default_rng(3).permutation(len(rows))
    return once(name, [rows[i] for i in order])


def exported_twice(name: str, rows: list[dict]) -> ir.Table:
    """Two exports put together: the workbook refuses a key that occurs twice, a union has none."""
    return ibis.union(once(name, rows), once(name, rows[::-1]), distinct=True)


def in_two_files(name: str, rows: list[dict]) -> ir.Table:
    third = len(rows) // 3
    return ibis.union(once(name, rows[third:]), once(name, rows[:third]))


@cache
def tables_of(form: Callable[[str, list[dict]], ir.Table]) -> dict[str, Any]:
    """All tables by name in this form, those made from them included."""
    quarters = last_quarters("2026-Q1", 3)
    given: dict[str, Any] = {name: once(name, []) for name in contract.RECORDS}
    given |= {name: form(name, rows) for name, rows in community().items()}
    given |= PLANS | {
        "quarters": quarters,
        "calendar": Calendar(),
        "service_hours": ServiceHours("Mo-Fr 09:00-17:00", "Europe/Berlin", "DE-BY"),
    }
    for shared in ("threads", "participation", "presence", "ladder_moves"):
        given[shared] = bound(getattr(growth, shared), given)
    return given


def bound(define: Callable[..., Any], given: dict[str, Any]) -> Any:
    """What it says of these tables; tables, and what other definitions say, bound by name."""
    known = inspect.signature(define).parameters.values()
    for name in (p.name for p in known if p.name in GROWTH and p.name not in given):
        given[name] = bound(DEFINITIONS[name].compute, given)
    named = {p.name: given[p.name] for p in known if p.kind is not p.KEYWORD_ONLY}
    options = {p.name: OPTIONS[p.name] for p in known if p.name in OPTIONS}
    return define(**named, **options)


@cache
def told(definition: str, form: Callable[[str, list[dict]], ir.Table]) -> pd.DataFrame:
    return pd.DataFrame(bound(DEFINITIONS[definition].compute, tables_of(form)))


@pytest.mark.parametrize("definition", GROWTH)
class TestInvariances:
    def test_it_has_something_to_count(self, definition):
        """Else the others prove nothing."""
        found = told(definition, once)
        assert (found["status"] == "ok").any()
        assert (found["n"] > 0).any()

    @pytest.mark.parametrize("form", [shuffled, exported_twice, in_two_files])
    def test_the_same_records_in_another_form_say_the_same(self, definition, form):
        pd.testing.assert_frame_equal(told(definition, once), told(definition, form))

    def test_what_has_no_number_says_why_and_intervals_hold_their_values(self, definition):
        found = told(definition, once)
        is_ok = found["status"] == "ok"
        assert found.loc[~is_ok, ["value", "low", "high"]].isna().all(axis=None)
        assert found.loc[is_ok, "value"].notna().all()
        known = found[is_ok & found["low"].notna()]
        assert (known["low"] <= known["value"] + 1e-9).all()
        assert (known["value"] <= known["high"] + 1e-9).all()
