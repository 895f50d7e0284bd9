"""What is noticed of content, needs, rules and voices: by hand and at the edges."""

import numpy as np
import pytest

from conftest import table
from tacheles import growth
from tacheles.contract import RECORDS
from tacheles.estimate import Estimates
from tacheles.quarter import last_quarters

QUARTERS = last_quarters("2026-Q1", 3)


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
            estimates("voice_equity_gap_by_language", "percentage_points", *rows)
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
        gap = estimates("voice_equity_gap", "percentage_points", number(-9, -13, -5))
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
        gap = growth.voice_equity_gap_by_language(
            growth.answered_by_language(threads, QUARTERS.latest), QUARTERS.latest
        )
        assert [("answered_less", "en")] == self.noticed(gap)
