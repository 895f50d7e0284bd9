"""Contributors, new and returning: by hand and at the edges."""

import pandas as pd
import pytest
from growth_tables import act, participation, roles

from conftest import members, written
from tacheles import growth
from tacheles.privacy import protect
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)


class TestActiveMembers:
    def active(self, *rows: dict, people: tuple[dict, ...] = (), quarters=Q1) -> pd.Series:
        return growth.active_members(participation(*rows, people=people), quarters).iloc[-1]

    def test_active_in_two_months_is_one_member(self):
        """METRICS K5."""
        assert 1 == self.active(written("2026-01-31", "a"), written("2026-02-01", "a"))["value"]

    def test_a_comment_is_a_contribution(self):
        assert 1 == self.active(written("2026-01-31", "a", kind="comment"))["value"]

    @pytest.mark.parametrize(
        "person",
        [
            {"is_bot": True}, {"role": "staff"}, {"role": "community_manager"}, {"role": "admin"},
        ],
    )  # fmt: skip
    def test_bots_and_staff_are_no_members(self, person):
        found = self.active(
            written("2026-01-31", "a"),
            written("2026-01-31", "x"),
            people=({"member_id": "x", **person},),
        )
        assert 1 == found["value"]

    @pytest.mark.parametrize("role", ["member", "champion", "expert", "moderator"])
    def test_volunteers_with_a_role_are_members(self, role):
        found = self.active(written("2026-01-31", "x"), people=({"member_id": "x", "role": role},))
        assert 1 == found["value"]

    def test_a_deleted_post_is_no_contribution(self):
        found = self.active(written("2026-01-31", "a", deleted_at="2026-02-01"))
        assert (0, "ok") == (found["value"], found["status"])

    def test_posts_without_an_author_are_counted_as_left_out(self):
        found = self.active(written("2026-01-31", "a"), written("2026-01-31", None))
        assert (1, 1) == (found["value"], found["left_out"])

    def test_a_quarter_without_any_record_is_no_data(self):
        """Silence and a hole in the export look the same."""
        assert "no_data" == self.active(written("2025-01-31", "a"))["status"]

    def test_a_full_count_has_no_interval(self):
        found = self.active(written("2026-01-31", "a"))
        assert found[["low", "high", "level"]].isna().all()


class TestRolesAndActs:
    """What a contribution is, and whose, where there is more than posts."""

    def test_a_vote_and_an_event_attended_are_contributions_and_a_visit_is_none(self):
        """METRICS L1."""
        acts = (
            act("2026-01-05", "a", "vote"), act("2026-01-05", "b", "attend"),
            act("2026-01-05", "c", "visit"), act("2026-01-05", "d", "like"),
        )  # fmt: skip
        found = growth.active_members(participation(activity=acts), Q1).iloc[-1]
        assert 2 == found["value"]

    def test_the_role_at_the_time_of_the_post_counts(self):
        """Hired in February: a member's post in January, the staff's in March."""
        hired = (("x", "staff", "2026-02-01"),)
        people = ({"member_id": "x", "role": "staff"},)
        for day, expected in (("2026-01-31", 1), ("2026-02-01", 0), ("2026-03-01", 0)):
            made = participation(written(day, "x"), people=people, changes=hired)
            assert expected == growth.active_members(made, Q1).iloc[-1]["value"]

    def test_who_left_the_staff_is_a_member_again(self):
        changes = (("x", "staff", "2025-01-01"), ("x", "member", "2026-02-01"))
        made = participation(written("2026-02-01", "x"), changes=changes)
        assert 1 == growth.active_members(made, Q1).iloc[-1]["value"]

    def test_of_whom_no_change_is_recorded_the_exported_role_holds(self):
        made = participation(
            written("2026-01-31", "y"),
            people=({"member_id": "y", "role": "admin"},),
            changes=(("x", "staff", "2026-02-01"),),
        )
        assert 0 == growth.active_members(made, Q1).iloc[-1]["value"]

    def test_a_bot_that_is_also_staff_is_left_out_once(self):
        made = participation(
            written("2026-01-31", "r"), written("2026-01-31", "a"),
            people=({"member_id": "r", "role": "staff", "is_bot": True},),
        )  # fmt: skip
        assert 1 == growth.active_members(made, Q1).iloc[-1]["value"]

    def test_a_quarter_begins_at_midnight_of_the_local_clock(self):
        """METRICS K1: 23:00 UTC of New Year's Eve is the first moment of the quarter in Berlin."""
        berlin = last_quarters("2026-Q1", 1, time_zone="Europe/Berlin")
        made = participation(
            written("2025-12-31 23:00", "a"), written("2025-12-31 22:59:59", "b"),
            written("2026-03-31 21:59:59", "c"), written("2026-03-31 22:00", "d"),
            calendar=berlin.calendar,
        )  # fmt: skip
        assert 2 == growth.active_members(made, berlin).iloc[-1]["value"]


def came_and_went(*rows: dict, quarters=Q1) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Reactivated, lost, and net growth of the last quarter."""
    made = participation(*rows)
    return tuple(
        define(made, quarters).iloc[-1]
        for define in (
            growth.reactivated_contributors,
            growth.lost_contributors,
            growth.net_contributor_growth,
        )
    )


class TestReactivatedLostAndNet:
    """METRICS L4."""

    def test_ninety_days_of_silence_make_a_return(self):
        """Back on the 31st of March: from New Year's Eve it is 90 days, from New Year's Day 89."""
        back, _lost, _net = came_and_went(
            written("2025-12-31", "a"), written("2026-03-31", "a"),
            written("2025-12-31", "b"), written("2026-03-30", "b"),
        )  # fmt: skip
        assert 1 == back["value"]

    def test_four_contributions_before_and_none_now_are_a_loss(self):
        """A wrote four times and is gone; b wrote three times; c wrote four times and is here."""
        _back, lost, _net = came_and_went(
            *[written("2025-11-01", "a")] * 4, *[written("2025-11-01", "b")] * 3,
            *[written("2025-11-01", "c")] * 4, written("2026-02-01", "c"),
        )  # fmt: skip
        assert 1 == lost["value"]

    def test_what_lies_more_than_ninety_days_before_the_quarter_makes_no_loss(self):
        """The fourth quarter has 92 days: its first two are too early."""
        early = came_and_went(*[written("2025-10-02", "a")] * 4, written("2026-01-01", "z"))[1]
        late = came_and_went(*[written("2025-10-03", "a")] * 4, written("2026-01-01", "z"))[1]
        assert (0, 1) == (early["value"], late["value"])

    def test_who_comes_back_later_was_lost_all_the_same(self):
        rows = [
            *[written("2025-11-01", "a")] * 4,
            written("2026-05-01", "a"),
            written("2026-01-02", "z"),
        ]
        two = last_quarters("2026-Q2", 2)
        lost = growth.lost_contributors(participation(*rows), two)
        assert [1, 0] == lost["value"].tolist()

    def test_net_is_new_and_back_less_lost(self):
        """Two new, one back, two lost."""
        rows = [
            written("2026-01-05", "n1"), written("2026-01-05", "n2"),
            written("2025-06-01", "back"), written("2026-01-05", "back"),
            *[written("2025-11-01", name) for name in ("l1", "l2") for _ in range(4)],
        ]  # fmt: skip
        net = came_and_went(*rows)[2]
        assert (1, 5) == (net["value"], net["n"])

    def test_net_can_be_negative(self):
        rows = [*[written("2025-11-01", "l")] * 4, *[written("2025-11-01", "s")] * 4]
        net = came_and_went(*rows, written("2026-01-05", "s"))[2]
        assert -1 == net["value"]

    def test_a_part_too_small_to_show_hides_the_net(self):
        """Six new and one lost: net and new would tell the one."""
        rows = [written("2026-01-05", f"n{i}") for i in range(6)]
        rows += [written("2025-11-01", "l")] * 4
        made = participation(*rows)
        shown = [
            protect(define(made, Q1))["status"].item()
            for define in (growth.new_contributors, growth.net_contributor_growth)
        ]
        assert ["ok", "suppressed"] == shown

    def test_a_running_quarter_has_lost_nobody_yet(self):
        running = last_quarters(
            "2026-Q1", 1, exported_at=pd.Timestamp("2026-02-01").to_pydatetime()
        )
        back, lost, net = came_and_went(
            *[written("2025-11-01", "a")] * 4, written("2026-01-05", "b"), quarters=running
        )
        assert ["ok", "not_mature", "not_mature"] == [back["status"], lost["status"], net["status"]]

    def test_without_a_quarter_before_nobody_can_be_missed(self):
        first = pd.Timestamp("2026-01-05").to_pydatetime()
        young = last_quarters("2026-Q1", 1, first_record_at=first)
        back, lost, net = came_and_went(written("2026-01-05", "a"), quarters=young)
        assert "ok" == back["status"]
        assert ["not_applicable"] * 2 == [lost["status"], net["status"]]

    def test_a_cut_history_is_clipped(self):
        cut = last_quarters("2026-Q1", 1, history_from=pd.Timestamp("2025-11-01").to_pydatetime())
        found = came_and_went(written("2026-01-05", "a"), quarters=cut)
        assert ["clipped"] * 3 == [row["status"] for row in found]


class TestNewContributors:
    def new(self, *rows: dict, **options: object) -> pd.DataFrame:
        quarters = last_quarters("2026-Q1", 2, **options)
        return growth.new_contributors(participation(*rows), quarters)

    def test_new_is_who_never_wrote_before(self):
        found = self.new(
            written("2024-01-01", "old"), written("2025-12-31", "a"),
            written("2026-01-01", "old"), written("2026-01-01", "a"), written("2026-01-01", "b"),
        )  # fmt: skip
        assert [1, 1] == found["value"].tolist()

    def test_a_cut_history_makes_them_unknown(self):
        cut = pd.Timestamp("2025-11-01").to_pydatetime()
        found = self.new(written("2026-01-01", "a"), history_from=cut)
        assert ["clipped", "clipped"] == found["status"].tolist()
        assert found["value"].isna().all()

    def test_nobody_new_is_zero(self):
        found = self.new(written("2024-01-01", "a"), written("2026-01-01", "a"))
        assert (0, "ok") == (found["value"].iloc[-1], found["status"].iloc[-1])


class TestReturningContributorRate:
    def returning(self, *rows: dict, last: int = 1, **options: object) -> pd.DataFrame:
        quarters = last_quarters("2026-Q1", last, **options)
        return growth.returning_contributor_rate(participation(*rows), quarters)

    def test_returning_is_who_wrote_in_the_quarter_before(self):
        """Of a, b, c in Q1 only a wrote in Q4; c wrote a year ago, not in the quarter before."""
        found = self.returning(
            written("2025-01-01", "c"), written("2025-12-31", "a"),
            written("2026-01-01", "a"), written("2026-03-31", "b"), written("2026-02-01", "c"),
        ).iloc[-1]  # fmt: skip
        assert 1 / 3 == pytest.approx(found["value"])
        assert (3, 3) == (found["n"], found["persons"])

    def test_many_posts_are_one_contributor(self):
        found = self.returning(
            *[written("2025-12-31", "a")] * 3, *[written("2026-01-01", "a")] * 4
        ).iloc[-1]  # fmt: skip
        assert (1, 1) == (found["value"], found["n"])

    def test_the_first_quarter_of_a_community_has_none_before(self):
        first = pd.Timestamp("2026-01-05").to_pydatetime()
        found = self.returning(written("2026-01-05", "a"), first_record_at=first)
        assert ["not_applicable"] == found["status"].tolist()

    def test_a_quarter_cut_off_before_is_clipped(self):
        cut = pd.Timestamp("2025-12-01").to_pydatetime()
        found = self.returning(
            written("2025-12-05", "a"), written("2026-01-05", "a"), history_from=cut
        )
        assert ["clipped"] == found["status"].tolist()

    def test_a_quarter_of_silence_is_no_data(self):
        found = self.returning(written("2025-12-05", "a"), last=2)
        assert "no_data" == found["status"].iloc[-1]


class TestCohortRetentionRate:
    def retained(self, *rows: dict, last: int = 3, **options: object) -> pd.Series:
        quarters = last_quarters("2026-Q3", last, **options)
        found = growth.cohort_retention_rate(participation(*rows), quarters)
        return found.set_index(["quarter", "at"])

    def test_of_two_newcomers_one_came_back(self):
        """METRICS L6, exact: a pauses in Q2 and is back in Q3; b comes back in Q2 only."""
        found = self.retained(
            written("2026-01-01", "a"), written("2026-03-31", "b"),
            written("2026-04-01", "b"), written("2026-04-02", "b"), written("2026-07-01", "a"),
        )["value"]  # fmt: skip
        assert [1, 0.5, 0.5] == found["2026-Q1"].tolist()

    def test_at_the_beginning_everybody_is_there(self):
        found = self.retained(written("2026-01-01", "a")).loc[("2026-Q1", 0)]
        assert (1, 1, 1) == (found["value"], found["low"], found["high"])

    def test_who_wrote_before_belongs_to_an_earlier_cohort(self):
        found = self.retained(
            written("2025-12-31", "a"), written("2026-01-01", "a"), written("2026-01-01", "b")
        )
        assert [1, 1, 1] == found.loc["2026-Q1", "n"].tolist()
        assert ["ok", "no_data"] == found["status"][[("2026-Q1", 0), ("2026-Q2", 0)]].tolist()

    def test_what_is_not_over_yet_is_not_mature(self):
        found = self.retained(written("2026-01-01", "a"), written("2026-04-01", "b"))["status"]
        assert ["ok", "ok", "ok"] == found["2026-Q1"].tolist()
        assert ["ok", "ok", "not_mature"] == found["2026-Q2"].tolist()

    def test_a_running_quarter_is_not_over(self):
        export = pd.Timestamp("2026-09-01")
        found = self.retained(
            written("2026-01-01", "a"), written("2026-08-01", "a"), exported_at=export
        )
        assert ["ok", "ok", "not_mature"] == found.loc["2026-Q1", "status"].tolist()
        assert found.loc[("2026-Q1", 2), ["value", "low", "high"]].isna().all()

    def test_one_quarter_alone_has_a_next_one_to_wait_for(self):
        found = self.retained(written("2026-07-01", "a"), last=1)["status"]
        assert ["ok", "not_mature"] == found["2026-Q3"].tolist()

    def test_the_persons_of_a_cell_are_its_cohort(self):
        """A cohort of four stays hidden at every age, whoever came back."""
        rows = [written("2026-01-01", name) for name in "abcd"]
        found = protect(self.retained(*rows, written("2026-04-01", "a")).reset_index())
        assert {"suppressed"} == set(found["status"][found["quarter"] == "2026-Q1"])

    def test_a_cut_history_makes_cohorts_unknown(self):
        cut = pd.Timestamp("2025-11-01")
        found = self.retained(written("2026-01-01", "a"), history_from=cut)
        assert {"clipped"} == set(found["status"])
        assert found["value"].isna().all()

    def test_unknown_authors_are_counted_as_left_out(self):
        found = self.retained(written("2026-01-01", "a"), written("2026-01-02", None))
        assert [1, 1, 1] == found.loc["2026-Q1", "left_out"].tolist()


class TestCohortUnboundedRetentionRate:
    def retained(self, *rows: dict, last: int = 3) -> pd.Series:
        quarters = last_quarters("2026-Q3", last)
        found = growth.cohort_unbounded_retention_rate(participation(*rows), quarters)
        return found.set_index(["quarter", "at"])

    def test_who_pauses_and_comes_back_was_never_gone(self):
        """METRICS L6, unbounded: a pauses in Q2 and is back in Q3; b comes in Q2 only."""
        found = self.retained(
            written("2026-01-01", "a"), written("2026-03-31", "b"),
            written("2026-04-01", "b"), written("2026-07-01", "a"),
        )["value"]  # fmt: skip
        assert [1, 1, 0.5] == found["2026-Q1"].tolist()

    def test_each_cohort_is_followed_by_itself(self):
        found = self.retained(
            written("2026-01-01", "a"), written("2026-07-01", "a"), written("2026-04-01", "b")
        )["value"]
        assert ([1, 1, 1], [1, 0]) == (found["2026-Q1"].tolist(), found["2026-Q2"].tolist()[:2])

    def test_what_is_not_over_yet_is_not_mature(self):
        found = self.retained(written("2026-04-01", "a"))["status"]
        assert ["ok", "ok", "not_mature"] == found["2026-Q2"].tolist()
        assert "no_data" == found[("2026-Q1", 0)]


class TestNewMembers:
    def joined(self, *people: dict, changes: tuple[tuple[str, str, str], ...] = ()) -> pd.Series:
        return growth.new_members(members(*people), roles(*changes), Q1).iloc[-1]

    def test_who_joined_in_the_quarter_counts(self):
        found = self.joined(
            {"member_id": "a", "joined_at": "2026-01-01"},
            {"member_id": "b", "joined_at": "2025-12-31"},
            {"member_id": "c"},
        )
        assert (1, 1) == (found["value"], found["n"])

    def test_bots_and_staff_do_not(self):
        found = self.joined(
            {"member_id": "r", "joined_at": "2026-01-01", "is_bot": True},
            {"member_id": "s", "joined_at": "2026-01-01", "role": "staff"},
            {"member_id": "t", "joined_at": "2026-01-01", "role": "staff"},
            changes=(("t", "member", "2026-01-01"), ("t", "staff", "2026-03-01")),
        )
        assert 1 == found["value"]

    def test_without_any_day_of_joining_there_is_no_data(self):
        assert "no_data" == self.joined({"member_id": "a"})["status"]


class TestActivationRate:
    def activated(self, *rows: dict, people: tuple[dict, ...], **options: object) -> pd.Series:
        made = participation(*rows, people=people)
        return growth.activation_rate(made, members(*people), roles(), Q1, **options).iloc[-1]

    def test_of_two_who_joined_one_wrote_within_a_fortnight(self):
        """METRICS L7: a on the last moment allowed, b a second later, c never."""
        people = tuple({"member_id": name, "joined_at": "2026-01-01"} for name in "abc")
        found = self.activated(
            written("2026-01-15", "a"), written("2026-01-15 00:00:01", "b"), people=people
        )
        assert 1 / 3 == pytest.approx(found["value"])
        assert (3, 3) == (found["n"], found["persons"])

    def test_who_joined_too_late_to_judge_is_left_out(self):
        people = (
            {"member_id": "a", "joined_at": "2026-03-18"},
            {"member_id": "b", "joined_at": "2026-03-18 00:00:01"},
        )
        found = self.activated(written("2026-03-19", "b"), people=people)
        assert (0, 1, 1) == (found["value"], found["n"], found["left_out"])

    def test_only_young_ones_are_not_mature(self):
        found = self.activated(people=({"member_id": "a", "joined_at": "2026-03-30"},))
        assert "not_mature" == found["status"]

    def test_who_wrote_before_joining_is_active(self):
        people = ({"member_id": "a", "joined_at": "2026-01-10"},)
        assert 1 == self.activated(written("2025-12-01", "a"), people=people)["value"]

    def test_the_days_are_an_option(self):
        people = ({"member_id": "a", "joined_at": "2026-01-01"},)
        found = self.activated(written("2026-01-04", "a"), people=people, days=2)
        assert (0, "activation_rate(days=2)") == (found["value"], found["metric"])
