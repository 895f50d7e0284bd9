"""What is noticed, and what holds for all definitions of content, needs, rules and voices."""

import inspect
from collections.abc import Callable

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pytest

from conftest import table
from tacheles import growth
from tacheles.contract import RECORDS
from tacheles.estimate import DEFINITIONS, Estimates
from tacheles.quarter import last_quarters

MODULES = ("content", "events", "needs", "culture", "voices", "recognition")
OWN = [
    name
    for name, definition in sorted(DEFINITIONS.items())
    if definition.compute.__module__ in {f"tacheles.growth.{module}" for module in MODULES}
]
QUARTERS = last_quarters("2026-Q1", 3)
NEEDS = pd.DataFrame({"need_id": ["N1"], "statement": ["learn"], "categories": ["c0;c1"]})
CADENCE = pd.DataFrame(
    {"format": ["blog"], "channel": ["Blog"], "every_days": [7.0], "since": [pd.NaT]}
)
GUIDELINES = pd.DataFrame(
    {"rule_id": ["R1"], "kind": ["conduct"], "reviewed_on": [pd.Timestamp("2026-01-01")]}
)


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict]]:
    """Records of a year with everything that makes an order matter: ties."""
    random = np.random.default_rng(7)

    def at(day: int) -> str:
        return str(pd.Timestamp("2025-04-01") + pd.Timedelta(hours=12 * day))

    def who() -> str:
        return f"m{min(random.zipf(1.5), 40)}"

    made: dict[str, list[dict]] = {"members": [], "posts": [], "activity": [], "content": []}
    for i in range(1, 41):
        role = ("community_manager", "expert", "member", None)[min(i % 8, 3)]
        origin = {"country": ("DE", "CH", None)[i % 3], "segment": ("A", "B", None)[i % 3]}
        made["members"].append({"member_id": f"m{i}", "role": role, "is_bot": i == 7} | origin)
    for i in range(500):
        thread, day = i % 120, i % 120 * 6 + int(random.integers(0, 4)) * (i >= 120)
        post = {"post_id": f"p{i:03d}", "thread_id": f"t{thread}", "posted_at": at(day)}
        post |= {"member_id": None if i % 41 == 0 else who(), "category": f"c{thread % 3}"}
        post |= {"kind": "answer" if i >= 120 else "question", "language": ("de", "en")[thread % 2]}
        if i % 9 == 5 and i >= 120:
            post |= {"is_accepted": True, "accepted_at": at(day + 2)}
        made["posts"].append(post)
        act = {"member_id": who(), "acted_at": at(i % 700), "item_id": f"c{i % 19}"}
        made["activity"].append(act | {"type": ("attend", "visit")[i % 2]})
    for i in range(90):
        item = {"item_id": f"c{i}", "format": ("blog", "event")[i % 2], "channel": "Blog"}
        item |= {"planned_at": at(i * 8), "published_at": None if i % 7 == 3 else at(i * 8 + i % 3)}
        item |= {"views": 90 + 3 * i, "reactions": i, "comments": 2, "purpose": "inform"}
        item |= {"registered": 30 + i, "registered_7d_before": 9, "attended": 20} if i % 2 else {}
        made["content"].append(item)
    made["moderation"] = [
        {"case_id": f"k{i}", "opened_at": at(i * 7), "source": ("user_flag", "automatic")[i % 2]}
        | {"decided_at": at(i * 7 + i % 5), "decision": ("action", "no_action")[i % 2]}
        | {"appealed_at": at(i * 7 + 9), "appeal_decision": ("upheld", "reversed", None)[i % 3]}
        for i in range(100)
    ]
    made["recognitions"] = [
        {"member_id": who(), "awarded_at": at(i * 6), "name": f"a{i}"} for i in range(110)
    ]
    made["member_roles"] = [
        {"member_id": "m2", "role": role, "from_at": day}
        for role, day in (("staff", "2025-09-01"), ("member", "2026-02-01"))
    ]
    return made


def as_exported(rows: list[dict], name: str) -> ir.Table:
    return table(RECORDS[name], rows)


def in_another_form(rows: list[dict], name: str) -> ir.Table:
    """Shuffled, exported twice and read once, and in two files."""
    order = np.random.default_rng(3).permutation(len(rows))
    shuffled = [rows[i] for i in order]
    half = len(rows) // 2
    files = [table(RECORDS[name], part) for part in (shuffled[half:], shuffled[:half], rows)]
    return ibis.union(*files, distinct=True)


def values(rows: dict, form: Callable[[list[dict], str], ir.Table]) -> dict[str, pd.DataFrame]:
    """What each definition says of these records, all its parameters bound by name."""
    given = {name: form(own, name).cache() for name, own in rows.items()}
    given |= {"threads": growth.threads(given["posts"], given["members"])}
    given |= {"needs": NEEDS, "cadence": CADENCE, "guidelines": GUIDELINES, "quarters": QUARTERS}
    found = {}
    for name in OWN:
        compute = DEFINITIONS[name].compute
        known = inspect.signature(compute).parameters.values()
        named = [p.name for p in known if p.kind is not p.KEYWORD_ONLY]
        found[name] = pd.DataFrame(compute(**{name: given[name] for name in named}))
    return found


@pytest.fixture(scope="module")
def once(rows) -> dict[str, pd.DataFrame]:
    return values(rows, as_exported)


@pytest.fixture(scope="module")
def otherwise(rows) -> dict[str, pd.DataFrame]:
    return values(rows, in_another_form)


@pytest.mark.parametrize("definition", OWN)
class TestInvariances:
    def test_it_has_something_to_count(self, definition, once):
        """Else the other proves nothing."""
        assert (once[definition]["status"] == "ok").any()
        assert (once[definition]["n"] > 0).any()

    def test_the_same_records_in_another_form_say_the_same(self, definition, once, otherwise):
        pd.testing.assert_frame_equal(once[definition], otherwise[definition])

    def test_what_has_no_number_says_why_and_the_others_hold_theirs(self, definition, once):
        found = once[definition]
        is_ok = found["status"] == "ok"
        assert found.loc[~is_ok, ["value", "low", "high"]].isna().all(axis=None)
        assert found.loc[is_ok, "value"].notna().all()
        told = found[is_ok & found["low"].notna()]
        assert (told["low"] <= told["value"]).all()
        assert (told["value"] <= told["high"]).all()


def estimates(metric: str, unit: str, *rows: dict) -> Estimates:
    """One metric's last quarter by hand: enough persons unless said otherwise."""
    usual = {"metric": metric, "quarter": "2026-Q1", "segment": "", "unit": unit, "status": "ok"}
    usual |= {"persons": 50, "persons_needed": 5, "n": 40, "left_out": 0, "level": 0.95}
    return Estimates([usual | row for row in rows])


def number(value: float, low: float, high: float, segment: str = "", **more: object) -> dict:
    return {"value": value, "low": low, "high": high, "segment": segment} | more


class TestNoticed:
    def noticed(self, *found: Estimates) -> list[tuple[str, str]]:
        rows = growth.engagement_findings(*found)
        return list(zip(rows["kind"], rows["subject"], strict=True))

    def test_more_often_late_than_not_is_noticed_only_beyond_chance(self):
        metric = "on_time_publishing_rate_by_format(tolerance_days=0, notice_hours=48)"
        late, unsure = number(0.2, 0.1, 0.45, "video"), number(0.3, 0.1, 0.6, "blog")
        found = growth.engagement_findings(estimates(metric, "share", late, unsure))
        assert [("format_mostly_late", "video")] == list(
            zip(found["kind"], found["subject"], strict=True)
        )
        assert {"n": 40, "percent": 20} == found["detail"].iloc[0]

    @pytest.mark.parametrize(
        ("metric", "unit", "row", "kind"),
        [
            ("cadence_regularity", "score", number(0.0, np.nan, np.nan, "ama"), "rhythm_lost"),
            ("need_served_rate(days=30)", "share", number(0.4, 0.3, 0.49), "need_mostly_unserved"),
            ("time_to_disposition_hours(percent=50)", "hours", number(np.inf, 9, np.inf),
             "cases_mostly_open"),
            ("appeal_overturn_rate", "share", number(0.7, 0.51, 0.9), "mostly_overturned"),
            ("recognition_reach", "share", number(0.0, 0.0, 0.1), "nobody_recognised"),
            ("top_decile_recognition_share", "share", number(0.8, 0.6, 0.9), "recognition_to_few"),
        ],
    )  # fmt: skip
    def test_each_is_noticed_when_it_happens(self, metric, unit, row, kind):
        assert [kind] == [found for found, _ in self.noticed(estimates(metric, unit, row))]

    @pytest.mark.parametrize(
        ("metric", "unit", "row"),
        [
            ("cadence_regularity", "score", number(0.1, np.nan, np.nan, "ama")),
            ("need_served_rate(days=30)", "share", number(0.4, 0.3, 0.51)),
            ("time_to_disposition_hours(percent=50)", "hours", number(90, 9, np.inf)),
            ("appeal_overturn_rate", "share", number(0.7, 0.49, 0.9)),
            ("recognition_reach", "share", number(0.01, 0.0, 0.1)),
            ("top_decile_recognition_share", "share", number(0.8, 0.5, 0.9)),
            ("event_attendance_rate", "share", number(0.1, 0.05, 0.2)),
        ],
    )
    def test_and_not_when_it_does_not(self, metric, unit, row):
        assert [] == self.noticed(estimates(metric, unit, row))

    def test_a_group_that_is_answered_less_is_noticed_with_positive_points(self):
        rows = [number(-12.4, -20.2, -4.6, "en"), number(14.0, 6.0, 22.0, "fr")]
        found = growth.engagement_findings(
            estimates("voice_equity_gap_by_language(hours=24)", "percentage_points", *rows)
        )
        assert [("answered_less", "en")] == list(zip(found["kind"], found["subject"], strict=True))
        assert {"points": 12, "low": 5, "high": 20} == found["detail"].iloc[0]

    def test_of_many_groups_the_last_is_no_news(self):
        """The same gap, just beyond zero, alone and among seven (Holm)."""
        gap = "voice_equity_gap_by_segment(hours=24)"
        last = number(-8.0, -15.5, -0.5, "s0")
        others = [number(0.0, -8.0, 8.0, f"s{i}") for i in range(1, 7)]
        alone = estimates(gap, "percentage_points", last)
        among = estimates(gap, "percentage_points", last, *others)
        assert [("answered_less", "s0")] == self.noticed(alone)
        assert [] == self.noticed(among)

    def test_newcomers_are_named_as_such(self):
        gap = estimates(
            "voice_equity_gap(hours=24, few=3)", "percentage_points", number(-9, -13, -5)
        )
        assert [("answered_less", "newcomers")] == self.noticed(gap)

    def test_what_may_not_be_shown_is_not_noticed(self):
        few = number(0.0, 0.0, 0.1, persons=4)
        gap = number(-40.0, -60.0, -20.0, "s0", persons=4)
        assert [] == self.noticed(
            estimates("recognition_reach", "share", few),
            estimates("voice_equity_gap_by_segment(hours=24)", "percentage_points", gap),
        )

    def test_earlier_quarters_are_no_news(self):
        rows = estimates("recognition_reach", "share", number(0.0, 0.0, 0.1), number(0.2, 0.1, 0.3))
        rows.loc[0, "quarter"] = "2025-Q4"
        assert [] == self.noticed(rows)

    def test_of_a_made_up_community_the_slow_language_is_noticed(self):
        """Through the definitions: 60 questions in each language, 50 and 20 of them answered."""
        made = []
        for language, answered in (("de", 50), ("en", 20)):
            for i in range(60):
                name = f"{language}{i}"
                usual = {"thread_id": name, "language": language}
                asked = {"post_id": name, "posted_at": "2026-01-05", "member_id": f"m{name}"}
                made.append(usual | asked | {"kind": "question"})
                reply = {
                    "post_id": f"r{name}",
                    "posted_at": "2026-01-05 03:00",
                    "member_id": "helper",
                }
                made += [usual | reply | {"kind": "answer"}] * (i < answered)
        posts, members = table(RECORDS["posts"], made), table(RECORDS["members"], [])
        threads = growth.threads(posts, members)
        gap = growth.voice_equity_gap_by_language(threads, posts, QUARTERS.latest)
        assert [("answered_less", "en")] == self.noticed(gap)
