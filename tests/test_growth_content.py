"""Content: by hand, with the edges that change the number, and the refusals."""

import math

import numpy as np
import pandas as pd
import pytest

from conftest import members, posts, table, written
from tacheles import growth
from tacheles.contract import CONTENT, MEMBER_ROLES
from tacheles.errors import TachelesError
from tacheles.estimate import wilson
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)
BERLIN = last_quarters("2026-Q1", 1, time_zone="Europe/Berlin")


def content(*rows: dict):
    """Items by hand: numbered blog posts unless said otherwise."""
    usual = {"format": "blog", "channel": "Blog"}
    return table(CONTENT, [{"item_id": f"c{i}"} | usual | row for i, row in enumerate(rows)])


def item(planned: str, published: str | None = None, **more: object) -> dict:
    """An item planned, and published if it was."""
    return {"planned_at": planned, "published_at": published} | more


def daily(*published: str, **more: object) -> list[dict]:
    """Items that came out as planned."""
    return [item(at, at, **more) for at in published]


def cadence(*rows: tuple[str, str, float, str | None]) -> pd.DataFrame:
    """Promises by hand: format, channel, days, since."""
    made = pd.DataFrame(list(rows), columns=["format", "channel", "every_days", "since"])
    return made.assign(since=pd.to_datetime(made["since"]))


class TestOnTimePublishingRate:
    def test_on_the_day_is_in_time_and_the_day_after_is_not(self):
        """Out before its hour, later on its day, the day after; and never: two of four."""
        made = content(
            item("2026-01-05 09:00", "2026-01-04 12:00"),
            item("2026-01-06 09:00", "2026-01-06 23:59"),
            item("2026-01-07 09:00", "2026-01-08 00:00"),
            item("2026-01-08 09:00"),
        )
        found = growth.on_time_publishing_rate(made, Q1).iloc[0]
        assert (0.5, 4, 0, 0) == tuple(found[["value", "n", "left_out", "persons"]])
        low, high = wilson(2, 4)
        assert (low, high) == (found["low"], found["high"])

    def test_a_day_is_a_day_of_the_communitys_clock(self):
        """Planned for 12 January in Berlin; 23:30 UTC is already the 13th there."""
        made = content(item("2026-01-12 09:00", "2026-01-12 23:30"))
        assert 1.0 == growth.on_time_publishing_rate(made, Q1)["value"].iloc[0]
        assert 0.0 == growth.on_time_publishing_rate(made, BERLIN)["value"].iloc[0]

    def test_the_day_on_which_the_clock_changes_has_23_hours(self):
        """29 March 2026 ends in Berlin at 22:00 UTC."""
        made = content(
            item("2026-03-29 08:00", "2026-03-29 21:59"),
            item("2026-03-29 08:00", "2026-03-29 22:00"),
        )
        assert 0.5 == growth.on_time_publishing_rate(made, BERLIN)["value"].iloc[0]

    def test_with_tolerance_the_days_after_are_in_time(self):
        made = content(item("2026-01-05", "2026-01-07 23:59"), item("2026-01-05", "2026-01-08"))
        found = growth.on_time_publishing_rate(made, Q1, tolerance_days=2).iloc[0]
        assert 0.5 == found["value"]

    def test_called_off_in_good_time_was_not_planned_any_more(self):
        """49 hours before is in good time, 48 is not: one late of one."""
        made = content(
            item("2026-01-10 12:00", cancelled_at="2026-01-08 11:00"),
            item("2026-01-10 12:00", cancelled_at="2026-01-08 12:00"),
        )
        found = growth.on_time_publishing_rate(made, Q1).iloc[0]
        assert (0.0, 1, 1) == (found["value"], found["n"], found["left_out"])

    def test_what_is_not_due_yet_is_left_out(self):
        """Exported on 10 January: that day is not over, even if the item is out already."""
        now = last_quarters("2026-Q1", 1, exported_at=pd.Timestamp("2026-01-10 15:00"))
        made = content(
            item("2026-01-09", "2026-01-09"), item("2026-01-10", "2026-01-10"), item("2026-02-01")
        )
        found = growth.on_time_publishing_rate(made, now).iloc[0]
        assert (1.0, 1, 2) == (found["value"], found["n"], found["left_out"])

    def test_only_future_items_are_too_early_to_judge(self):
        now = last_quarters("2026-Q1", 1, exported_at=pd.Timestamp("2026-01-10"))
        found = growth.on_time_publishing_rate(content(item("2026-02-01")), now).iloc[0]
        assert "not_mature" == found["status"]

    def test_nothing_planned_is_no_data(self):
        found = growth.on_time_publishing_rate(content(), Q1).iloc[0]
        assert "no_data" == found["status"]
        assert math.isnan(found["value"])

    def test_by_format_each_has_its_own_and_a_silent_one_says_so(self):
        two = last_quarters("2026-Q1", 2)
        made = content(
            item("2026-01-05", "2026-01-05"),
            item("2026-01-05", format="video"),
            item("2025-11-05", "2025-11-05", format="video"),
        )
        found = growth.on_time_publishing_rate_by_format(made, two)
        assert ["blog", "video"] * 2 == found["segment"].tolist()
        assert ["no_data", "ok", "ok", "ok"] == found["status"].tolist()
        assert [1.0, 1.0, 0.0] == found["value"].dropna().tolist()


class TestItems:
    def test_planned_and_published_belong_to_their_own_quarters(self):
        """Planned in March, out in April: planned in the first, published in the second."""
        two = last_quarters("2026-Q2", 2)
        made = content(
            item("2026-03-30", "2026-04-02"), item("2026-05-01", "2026-05-01", format="video")
        )
        planned, published = growth.planned_items(made, two), growth.published_items(made, two)
        assert planned["segment"].tolist() == published["segment"].tolist()
        assert [1, 0, 0, 1] == planned["value"].tolist()
        assert [0, 0, 1, 1] == published["value"].tolist()

    def test_without_a_plan_there_is_no_data(self):
        assert ["no_data"] == growth.published_items(content(), Q1)["status"].tolist()


class TestCadenceRegularity:
    weekly = cadence(("blog", "Blog", 7, None))

    def test_gaps_as_promised_are_1(self):
        made = content(*daily("2026-03-11", "2026-03-18", "2026-03-25"))
        found = growth.cadence_regularity(made, self.weekly, Q1).iloc[0]
        # silence from 25 March to 1 April is a gap of 7 days: as promised too
        assert (1.0, 3, "blog") == (found["value"], found["n"], found["segment"])

    def test_gaps_off_the_promise_count_by_how_far(self):
        """Gaps of 7, 14 and 7 days and 3 days of silence: deviations 0, 1, 0."""
        made = content(*daily("2026-03-01", "2026-03-08", "2026-03-22", "2026-03-29"))
        found = growth.cadence_regularity(made, self.weekly, Q1).iloc[0]
        assert pytest.approx(1 - 1 / 3) == found["value"]

    def test_who_stops_publishing_is_not_regular(self):
        """Two gaps of 7 days, then 74 days of silence: deviations 0, 0 and 67/7; 0 at worst."""
        made = content(*daily("2026-01-03", "2026-01-10", "2026-01-17"))
        found = growth.cadence_regularity(made, self.weekly, Q1).iloc[0]
        assert (0.0, 3) == (found["value"], found["n"])

    def test_the_gap_that_began_before_the_quarter_belongs_to_it(self):
        two = last_quarters("2026-Q1", 2)
        made = content(*daily("2025-12-20", "2026-03-18", "2026-03-25"))
        found = growth.cadence_regularity(made, cadence(("blog", "Blog", 88, None)), two)
        assert [0, 2] == found["n"].tolist()  # 88 and 7 days
        assert pytest.approx(1 - (0 + 81 / 88) / 2) == found["value"].iloc[1]

    def test_fewer_than_three_publications_are_no_rhythm(self):
        made = content(*daily("2026-03-20", "2026-03-27"))
        found = growth.cadence_regularity(made, self.weekly, Q1).iloc[0]
        assert ("not_applicable", 1) == (found["status"], found["n"])

    def test_publications_missed_count_like_those_made(self):
        """Nothing since December, and one a week promised: that is off by more than a gap."""
        made = content(*daily("2025-12-20"))
        found = growth.cadence_regularity(made, self.weekly, Q1).iloc[0]
        assert ("ok", 0.0) == (found["status"], found["value"])

    def test_a_promise_binds_from_its_day_on(self):
        """Chaos before 1 March; then 14 days until the first, and two gaps of 7: 1, 0, 0."""
        promised = cadence(("blog", "Blog", 7, "2026-03-01"))
        made = content(*daily("2026-01-02", "2026-01-03", "2026-03-15", "2026-03-22", "2026-03-29"))
        found = growth.cadence_regularity(made, promised, Q1).iloc[0]
        assert (pytest.approx(2 / 3), 3) == (found["value"], found["n"])

    def test_before_the_promise_there_is_none_to_keep(self):
        promised = cadence(("blog", "Blog", 7, "2026-05-01"))
        made = content(*daily("2026-01-02", "2026-01-03", "2026-03-15"))
        found = growth.cadence_regularity(made, promised, Q1).iloc[0]
        assert "not_applicable" == found["status"]

    def test_channels_keep_their_own_promise(self):
        """Two blogs, every 7 and every 14 days, each exactly so."""
        promised = cadence(("blog", "Blog", 7, None), ("blog", "LinkedIn", 14, None))
        made = content(
            *daily("2026-03-14", "2026-03-21", "2026-03-28"),
            *daily("2026-03-04", "2026-03-18", channel="LinkedIn"),
        )
        found = growth.cadence_regularity(made, promised, Q1).iloc[0]
        assert (1.0, 4) == (found["value"], found["n"])

    def test_without_content_or_promise_there_is_no_data(self):
        nothing = growth.cadence_regularity(content(), self.weekly, Q1)
        assert [("blog", "no_data")] == list(
            zip(nothing["segment"], nothing["status"], strict=True)
        )
        made = content(*daily("2026-03-14"))
        assert ["no_data"] == growth.cadence_regularity(made, cadence(), Q1)["status"].tolist()


class TestPublishingRegularity:
    def test_even_gaps_are_1_however_long(self):
        made = content(*daily("2026-01-10", "2026-02-09", "2026-03-11"))
        found = growth.publishing_regularity(made, cadence(), Q1).iloc[0]
        assert (1.0, 2) == (found["value"], found["n"])

    def test_it_is_one_less_the_coefficient_of_variation(self):
        """Gaps of 10 and 20 days: mean 15, standard deviation with n - 1 7.07."""
        made = content(*daily("2026-01-01", "2026-01-11", "2026-01-31"))
        found = growth.publishing_regularity(made, cadence(), Q1).iloc[0]
        assert pytest.approx(1 - math.sqrt(50) / 15) == found["value"]

    def test_formats_with_a_promise_are_judged_by_it_alone(self):
        made = content(
            *daily("2026-01-10", "2026-02-09", "2026-03-11"), *daily("2026-01-01", format="ama")
        )
        found = growth.publishing_regularity(made, cadence(("blog", "Blog", 30, None)), Q1)
        assert [("ama", "not_applicable")] == list(
            zip(found["segment"], found["status"], strict=True)
        )


def roles(*rows: tuple[str, str, str]):
    """Changes of role by hand: member, role, from."""
    names = ("member_id", "role", "from_at")
    return table(MEMBER_ROLES, [dict(zip(names, row, strict=True)) for row in rows])


class TestUserGeneratedContentShare:
    def test_posts_by_members_of_all_posts(self):
        made = posts(*[written("2026-01-05", by) for by in ("a", "b", "b", "host")])
        people = members({"member_id": "host", "role": "community_manager"})
        found = growth.user_generated_content_share(made, people, roles(), Q1).iloc[0]
        assert (0.75, 4, 3) == (found["value"], found["n"], found["persons"])

    def test_the_role_when_the_post_was_written_counts(self):
        """Member until 1 February, staff until 1 March, then a member again: one of three."""
        made = posts(*[written(f"2026-0{month}-15", "a") for month in (1, 2, 3)])
        people = members({"member_id": "a", "role": "member"})
        changed = roles(("a", "staff", "2026-02-01"), ("a", "member", "2026-03-01"))
        found = growth.user_generated_content_share(made, people, changed, Q1).iloc[0]
        assert pytest.approx(2 / 3) == found["value"]

    def test_unknown_authors_bots_and_deleted_posts_are_not_in_it(self):
        made = posts(
            written("2026-01-05", "a"),
            written("2026-01-05", "robot"),
            written("2026-01-05", "a", deleted_at="2026-01-06"),
            written("2026-01-05", None),
        )
        people = members(
            {"member_id": "robot", "is_bot": True}, {"member_id": "a", "role": "member"}
        )
        found = growth.user_generated_content_share(made, people, roles(), Q1).iloc[0]
        assert (1.0, 1, 1) == (found["value"], found["n"], found["left_out"])

    def test_where_no_role_is_known_nobody_can_tell(self):
        made = posts(written("2026-01-05", "a"))
        found = growth.user_generated_content_share(made, members(), roles(), Q1).iloc[0]
        assert ("not_applicable", 1) == (found["status"], found["n"])


def seen(views: int, reactions: int | None, comments: int | None = 0, **more: object) -> dict:
    """An item that was published and seen."""
    counts = {"views": views, "reactions": reactions, "comments": comments}
    return item("2026-01-05", "2026-01-05") | counts | more


class TestResonance:
    def test_it_is_that_of_the_middle_item(self):
        """30, 40 and 900 per 1,000 views: 40, whatever spread; comments count too."""
        made = content(seen(100, 2, 1), seen(1000, 40), seen(1000, 900))
        found = growth.resonance_per_1000_views(made, Q1).iloc[0]
        assert (pytest.approx(40.0), 3) == (found["value"], found["n"])

    def test_few_items_have_no_upper_limit(self):
        found = growth.resonance_per_1000_views(content(*[seen(1000, 40)] * 5), Q1).iloc[0]
        assert (0.0, np.inf) == (found["low"], found["high"])

    def test_the_interval_lies_between_two_items_by_their_rank(self):
        """Of nine the second and the eighth: 2 · P(at most 1 of 9) = 20/512 = 3.9 %."""
        made = content(*[seen(1000, reactions) for reactions in range(10, 100, 10)])
        found = growth.resonance_per_1000_views(made, Q1).iloc[0]
        assert [50.0, 20.0, 80.0] == found[["value", "low", "high"]].tolist()

    def test_seldom_seen_items_are_counted_and_left_out(self):
        made = content(seen(99, 99), seen(100, 5), item("2026-01-05", "2026-01-05"))
        found = growth.resonance_per_1000_views(made, Q1).iloc[0]
        assert (pytest.approx(50.0), 1, 2) == (found["value"], found["n"], found["left_out"])

    def test_items_without_a_goal_are_a_group_of_their_own(self):
        made = content(seen(100, 5, goal_id="G1"), seen(100, 7))
        found = growth.resonance_per_1000_views(made, Q1, by="goal_id")
        assert ["G1", "unknown"] == found["segment"].tolist()
        assert "resonance_per_1000_views(by='goal_id', min_views=100)" == found["metric"].iloc[0]

    def test_nothing_seen_often_enough_is_no_data(self):
        assert ["no_data"] == growth.resonance_per_1000_views(content(seen(9, 1)), Q1)[
            "status"
        ].tolist()

    def test_another_column_is_refused(self):
        with pytest.raises(TachelesError, match="nothing to group content by"):
            growth.resonance_per_1000_views(content(), Q1, by="title")
