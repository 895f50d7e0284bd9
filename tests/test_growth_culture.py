"""Rules and moderation: by hand, with open cases, and the refusals."""

import math

import numpy as np
import pandas as pd
import pytest

from conftest import members, posts, table, written
from tacheles import growth
from tacheles.contract import ACTIVITY, MODERATION
from tacheles.privacy import protect
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)


def cases(*rows: dict):
    """Moderation cases by hand: flagged by members on 5 January unless said otherwise."""
    usual = {"opened_at": "2026-01-05", "source": "user_flag"}
    return table(MODERATION, [{"case_id": f"c{i}"} | usual | row for i, row in enumerate(rows)])


def decided(at: str, decision: str | None = "action", **more: object) -> dict:
    """A decided case."""
    return {"decided_at": at, "decision": decision} | more


class TestFlags:
    made = posts(*[written("2026-01-05", f"m{i % 5}") for i in range(50)])

    def test_flags_per_1000_posts_and_the_automatic_ones_apart(self):
        """2 and 1 of 50 posts; cases of the staff are in neither."""
        found = cases({}, {}, {"source": "automatic"}, {"source": "staff"}, {"source": "notice"})
        by_users = growth.user_flags_per_1000_posts(found, self.made, members(), Q1).iloc[0]
        automatic = growth.automatic_flags_per_1000_posts(found, self.made, members(), Q1).iloc[0]
        assert (40.0, 20.0) == (by_users["value"], automatic["value"])
        assert (50, 5) == (by_users["n"], by_users["persons"])

    def test_its_interval_is_the_exact_one_of_a_count(self):
        """Garwood's for 2 events: 0.2422 to 7.2247; for none: 0 to 3.6889."""
        two = growth.user_flags_per_1000_posts(cases({}, {}), self.made, members(), Q1).iloc[0]
        assert (4.844, 144.494) == (round(two["low"], 3), round(two["high"], 3))
        quiet = cases({"source": "staff"})
        none = growth.user_flags_per_1000_posts(quiet, self.made, members(), Q1).iloc[0]
        assert (0.0, 0.0, 73.778) == (none["value"], none["low"], round(none["high"], 3))

    def test_before_the_first_case_on_record_nobody_knows(self):
        two = last_quarters("2026-Q1", 2)
        made = posts(written("2025-11-05", "a"), written("2026-01-05", "a"))
        found = growth.user_flags_per_1000_posts(cases({}), made, members(), two)
        assert ["no_data", "ok"] == found["status"].tolist()

    def test_without_posts_or_cases_there_is_no_data(self):
        without_posts = growth.user_flags_per_1000_posts(cases({}), posts(), members(), Q1)
        without_cases = growth.user_flags_per_1000_posts(cases(), self.made, members(), Q1)
        assert ["no_data", "no_data"] == [*without_posts["status"], *without_cases["status"]]
        assert without_posts["value"].isna().all()


class TestCases:
    def test_opened_and_decided_belong_to_their_own_quarters(self):
        two = last_quarters("2026-Q2", 2)
        made = cases(decided("2026-04-02"), decided("2026-01-06"), {})
        assert [3.0, 0.0] == growth.moderation_cases_opened(made, two)["value"].tolist()
        assert [1.0, 1.0] == growth.moderation_cases_decided(made, two)["value"].tolist()

    def test_fewer_cases_than_the_threshold_for_employees_are_not_shown(self):
        nine, ten = (growth.moderation_cases_opened(cases(*[{}] * n), Q1) for n in (9, 10))
        assert ["suppressed", "ok"] == [*protect(nine)["status"], *protect(ten)["status"]]

    def test_without_any_case_there_is_no_data(self):
        for define in (growth.moderation_cases_opened, growth.moderation_cases_decided):
            assert ["no_data"] == define(cases(), Q1)["status"].tolist()


class TestTimeToDisposition:
    def test_open_cases_are_counted_as_open(self):
        """
        METRICS R2's example in hours: decided after 1, 2 and 4, open since 3 and 5.

        The median is 4, although that of the decided is 2.
        """
        quarters = last_quarters("2026-Q1", 1, exported_at=pd.Timestamp("2026-01-05 10:00"))
        made = cases(
            {"opened_at": "2026-01-05 01:00", "decided_at": "2026-01-05 02:00"},
            {"opened_at": "2026-01-05 01:00", "decided_at": "2026-01-05 03:00"},
            {"opened_at": "2026-01-05 07:00"},
            {"opened_at": "2026-01-05 01:00", "decided_at": "2026-01-05 05:00"},
            {"opened_at": "2026-01-05 05:00"},
        )
        found = growth.time_to_disposition_hours(made, quarters).iloc[0]
        assert (4.0, 5) == (found["value"], found["n"])
        late = growth.time_to_disposition_hours(made, quarters, percent=90).iloc[0]
        assert math.isinf(late["value"])

    def test_all_but_a_tenth(self):
        """Ten cases, one more hour each: nine of them within nine hours."""
        made = cases(*[decided(f"2026-01-05 {hour:02d}:00") for hour in range(1, 11)])
        found = growth.time_to_disposition_hours(made, Q1, percent=90).iloc[0]
        assert 9.0 == found["value"]
        assert "time_to_disposition_hours(percent=90)" == found["metric"]

    def test_without_cases_there_is_no_data(self):
        found = growth.time_to_disposition_hours(cases(), Q1).iloc[0]
        assert "no_data" == found["status"]
        assert found[["value", "low", "high"]].isna().all()


class TestUpheldAndOverturned:
    def test_cases_with_action_of_those_decided(self):
        made = cases(
            decided("2026-01-06"),
            decided("2026-01-06", "no_action"),
            decided("2026-01-06"),
            decided("2026-01-06", None),
            {},
            decided("2026-04-06"),
        )
        found = growth.upheld_case_share(made, Q1).iloc[0]
        assert (pytest.approx(2 / 3), 3, 1) == (found["value"], found["n"], found["left_out"])

    def test_by_reason_and_those_without_one_apart(self):
        made = cases(
            decided("2026-01-06", reason="spam"),
            decided("2026-01-06", "no_action", reason="spam"),
            decided("2026-01-06"),
        )
        found = growth.upheld_case_share_by_reason(made, Q1)
        assert [("spam", 0.5), ("unknown", 1.0)] == list(
            zip(found["segment"], found["value"], strict=True)
        )

    def test_reversed_of_the_appeals_decided(self):
        appeal = {"appealed_at": "2026-01-09"}
        appealed = [appeal | {"appeal_decision": it} for it in ("reversed", "upheld")]
        found = growth.appeal_overturn_rate(cases(*appealed * 2, {}), Q1).iloc[0]
        assert (0.5, 4) == (found["value"], found["n"])

    def test_undecided_appeals_are_left_out_and_alone_not_mature(self):
        waiting = {"appealed_at": "2026-01-09"}
        found = growth.appeal_overturn_rate(cases(waiting), Q1).iloc[0]
        assert ("not_mature", 1) == (found["status"], found["left_out"])

    def test_few_appeals_are_not_shown(self):
        nine = [{"appealed_at": "2026-01-09", "appeal_decision": "upheld"}] * 9
        found = growth.appeal_overturn_rate(cases(*nine), Q1)
        assert ["suppressed"] == protect(found)["status"].tolist()

    def test_nothing_decided_is_no_data(self):
        assert ["no_data"] == growth.upheld_case_share(cases({}), Q1)["status"].tolist()
        assert ["no_data"] == growth.appeal_overturn_rate(cases({}), Q1)["status"].tolist()
        assert ["no_data"] == growth.upheld_case_share_by_reason(cases({}), Q1)["status"].tolist()


def acts(*rows: tuple[str, str]):
    """Visits by hand: member and moment."""
    return table(
        ACTIVITY, [{"member_id": who, "acted_at": at, "type": "visit"} for who, at in rows]
    )


class TestRecipients:
    people = members(
        {"member_id": "a", "country": "DE"},
        {"member_id": "b", "country": "at"},
        {"member_id": "swiss", "country": "CH"},
        {"member_id": "somewhere"},
        {"member_id": "host", "country": "DE", "role": "staff"},
        {"member_id": "robot", "country": "DE", "is_bot": True},
    )
    everybody = ("a", "b", "swiss", "somewhere", "host", "robot")

    def test_the_mean_of_six_distinct_monthly_counts_in_the_eu(self):
        """October: a and b; January: a, twice; February: a by a post: 4 member months in six."""
        seen = acts(
            *((who, "2025-10-01 10:00") for who in self.everybody),
            ("a", "2026-01-05"),
            ("a", "2026-01-06"),
        )
        made = posts(written("2026-02-05", "a"), written("2026-02-05", None))
        found = growth.average_monthly_active_recipients(seen, made, self.people, Q1).iloc[0]
        assert (pytest.approx(4 / 6), 2, 1) == (found["value"], found["n"], found["left_out"])

    def test_months_are_those_of_the_communitys_clock(self):
        """30 September 22:30 UTC is October in Berlin; 31 March 22:30 UTC is April."""
        berlin = last_quarters("2026-Q1", 1, time_zone="Europe/Berlin")
        seen = acts(("a", "2025-09-30 22:30"), ("b", "2026-03-31 22:30"))
        found = growth.average_monthly_active_recipients(seen, posts(), self.people, berlin).iloc[0]
        assert (pytest.approx(1 / 6), 1) == (found["value"], found["n"])

    def test_less_than_six_months_of_visits_are_clipped(self):
        seen = acts(("a", "2025-10-05"))
        found = growth.average_monthly_active_recipients(seen, posts(), self.people, Q1).iloc[0]
        assert "clipped" == found["status"]

    def test_without_visits_nobody_knows_who_only_reads(self):
        made = posts(written("2026-02-05", "a"))
        found = growth.average_monthly_active_recipients(acts(), made, self.people, Q1).iloc[0]
        assert "no_data" == found["status"]
        assert np.isnan(found["value"])


def rules(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    """Rules by hand: id, kind, and the day of the last review."""
    made = pd.DataFrame(list(rows), columns=["rule_id", "kind", "reviewed_on"])
    return made.assign(reviewed_on=pd.to_datetime(made["reviewed_on"]))


class TestGuidelines:
    some = rules(
        ("R1", "content", "2025-04-01"),
        ("R2", "conduct", "2025-03-31"),
        ("R3", "conflict", None),
        ("R4", "conduct", "2026-04-01"),
    )

    def test_reviewed_within_a_year_before_the_quarters_end(self):
        """A year before the first of April is in time, a day less is not; a later one is."""
        found = growth.guidelines_reviewed_share(self.some, Q1).iloc[0]
        assert (0.5, 4, 0) == (found["value"], found["n"], found["persons"])

    def test_only_the_last_quarter_is_reported(self):
        found = growth.guidelines_reviewed_share(self.some, last_quarters("2026-Q1", 4))
        assert ["2026-Q1"] == found["quarter"].tolist()

    def test_without_rules_there_is_no_data(self):
        assert ["no_data"] == growth.guidelines_reviewed_share(rules(), Q1)["status"].tolist()

    def test_what_is_missing_and_what_is_old_are_found(self):
        found = growth.guideline_findings(self.some, Q1)
        assert [
            ("best_practice", "guideline_kind_missing"),
            ("R2", "guideline_review_overdue"),
            ("R3", "guideline_never_reviewed"),
        ] == list(zip(found["subject"], found["kind"], strict=True))
        assert pd.Timestamp("2025-03-31") == found["detail"].iloc[1]["reviewed_on"]

    def test_rules_of_every_kind_and_fresh_leave_nothing_to_find(self):
        kinds = ("content", "conduct", "conflict", "best_practice")
        fresh = rules(*[(f"R{i}", kind, "2026-01-01") for i, kind in enumerate(kinds)])
        assert growth.guideline_findings(fresh, Q1).empty
