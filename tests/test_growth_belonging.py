"""Contributors, new and returning: by hand and at the edges."""

import pandas as pd
import pytest

from conftest import members, posts, written
from tacheles import growth
from tacheles.privacy import protect
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)


class TestActiveMembers:
    def active(self, *rows: dict, people: tuple[dict, ...] = (), quarters=Q1) -> pd.Series:
        return growth.active_members(posts(*rows), members(*people), quarters).iloc[-1]

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


class TestNewContributors:
    def new(self, *rows: dict, **options: object) -> pd.DataFrame:
        quarters = last_quarters("2026-Q1", 2, **options)
        return growth.new_contributors(posts(*rows), members(), quarters)

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
        return growth.returning_contributor_rate(posts(*rows), members(), quarters)

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
        found = growth.cohort_retention_rate(posts(*rows), members(), quarters)
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
