"""The ladder, gravity and love: by hand and at the edges."""

import pandas as pd
import pytest
from growth_tables import participation, roles

from conftest import members, written
from tacheles import growth
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)
LADDER = pd.DataFrame(
    {"level": [1, 2, 3], "min_contributions_90d": [0, 1, 3], "weight": [0.0, 1.0, 2.0]}
)


def moves(*rows: dict, people: tuple[dict, ...], ladder=LADDER, quarters=Q1) -> pd.DataFrame:
    made = participation(*rows, people=people)
    return growth.ladder_moves(made, members(*people), roles(), ladder, quarters)


def joined(*names: str, at: str = "2025-01-01", **more: object) -> tuple[dict, ...]:
    return tuple({"member_id": name, "joined_at": at, **more} for name in names)


class TestLadderMoves:
    def test_a_level_is_what_the_last_ninety_days_reached(self):
        """A climbs from 2 to 3, b sinks from 2 to 1, c stays on 1."""
        found = moves(
            written("2025-12-01", "a"), written("2025-12-01", "b"),
            *[written("2026-02-01", "a")] * 3, people=joined("a", "b", "c"),
        )  # fmt: skip
        expected = {(2, 3, 1), (2, 1, 1), (1, 1, 1)}
        assert expected == set(
            found[["level", "later", "members"]].itertuples(index=False, name=None)
        )

    def test_who_left_and_who_was_not_there_yet_is_off_the_ladder(self):
        people = (*joined("a", left_at="2026-02-01"), *joined("b", at="2026-02-01"))
        found = moves(people=people)
        expected = {(1, 0, 1), (0, 1, 1)}
        assert expected == set(
            found[["level", "later", "members"]].itertuples(index=False, name=None)
        )

    def test_bots_and_staff_are_on_no_level(self):
        people = (*joined("r", is_bot=True), *joined("s", role="staff"), *joined("a"))
        assert 1 == moves(people=people)["members"].sum()

    def test_a_level_given_by_hand_is_not_counted(self):
        by_hand = LADDER.assign(min_contributions_90d=[0, 1, None])
        found = moves(*[written("2026-02-01", "a")] * 9, people=joined("a"), ladder=by_hand)
        assert [2] == found["later"].tolist()


class TestLadderTransitionShare:
    def test_the_shares_of_a_level_add_up_to_one(self):
        """METRICS L8: of two on level 2 one climbs and one sinks."""
        found = growth.ladder_transition_share(
            moves(
                written("2025-12-01", "a"), written("2025-12-01", "b"),
                *[written("2026-02-01", "a")] * 3, people=joined("a", "b", "c"),
            ),
            Q1,
        ).set_index("segment")  # fmt: skip
        from_two = found.loc[["2 → 0", "2 → 1", "2 → 2"]]
        assert [0, 0.5, 0] == from_two["value"].tolist()
        assert {2} == set(from_two["n"])
        assert 1 == found["value"]["1 → 1"]

    def test_without_a_ladder_there_is_no_data(self):
        found = growth.ladder_transition_share(moves(people=joined("a"), ladder=LADDER[:0]), Q1)
        assert ["no_data"] == found["status"].tolist()

    def test_a_running_quarter_is_not_over(self):
        running = last_quarters("2026-Q1", 1, exported_at=pd.Timestamp("2026-02-01"))
        found = growth.ladder_transition_share(moves(people=joined("a"), quarters=running), running)
        assert {"not_mature"} == set(found["status"])


class TestLadderMovementShare:
    def test_who_rose_stayed_sank_and_left(self):
        people = (*joined("a", "b", "c"), *joined("d", left_at="2026-03-01"))
        found = growth.ladder_movement_share(
            moves(
                written("2025-12-01", "a"), written("2025-12-01", "b"),
                *[written("2026-02-01", "a")] * 3, people=people,
            ),
            Q1,
        ).set_index("segment")  # fmt: skip
        assert {"rose": 0.25, "sank": 0.25, "stayed": 0.25, "left": 0.25} == found[
            "value"
        ].to_dict()


class TestGravityGrowth:
    @pytest.mark.parametrize(
        ("went", "expected"),
        [
            ({(1, 1): 10, (1, 3): 1, (2, 2): 8, (2, 3): 1, (3, 3): 10}, 2.1),
            ({(1, 1): 4, (1, 2): 2, (1, 3): 4, (2, 2): 8, (3, 3): 12}, 5.4),
        ],
    )
    def test_the_change_of_squared_weights_per_member(self, went, expected):
        """
        METRICS L9 ✓: 441 → 504 → 666 with 30 members: +2.1, +5.4.

        Weights 0, 3 and 6: 9·9 + 10·36 = 441; 8·9 + 12·36 = 504; 10·9 + 16·36 = 666.
        """
        ladder = pd.DataFrame({"level": [1, 2, 3], "weight": [0.0, 3.0, 6.0]})
        rows = [("2026-Q1", *levels, many) for levels, many in went.items()]
        made = pd.DataFrame(rows, columns=["quarter", "level", "later", "members"])
        found = growth.gravity_growth(made, ladder, Q1).iloc[0]
        assert expected == pytest.approx(found["value"])
        assert 30 == found["n"]

    def test_newcomers_add_and_do_not_divide(self):
        one = pd.DataFrame(
            {"quarter": "2026-Q1", "level": [3, 0], "later": [3, 2], "members": [2, 4]}
        )
        found = growth.gravity_growth(one, LADDER, Q1).iloc[0]
        assert (2, 2) == (found["value"], found["n"])

    def test_nobody_on_the_ladder_is_no_data(self):
        empty = pd.DataFrame(columns=["quarter", "level", "later", "members"])
        assert "no_data" == growth.gravity_growth(empty, LADDER, Q1).iloc[0]["status"]


class TestLove:
    def love(self, *rows: dict, **options: object) -> pd.Series:
        return growth.love(participation(*rows), Q1, **options).iloc[-1]

    @pytest.mark.parametrize(
        ("written_on", "expected"),
        [
            (["2026-02-28"] * 6, 5.4),
            (["2026-03-01"] * 3 + ["2025-12-31"], 3.729),
            (["2026-01-31"], 0.81),
        ],
    )
    def test_each_calendar_month_takes_a_tenth(self, written_on, expected):
        """METRICS L10 ✓: 6 x 0.9 = 5.4; 3 + 0.9^3 = 3.729; 0.9^2 = 0.81."""
        found = self.love(*[written(day, "a") for day in written_on])
        assert expected == pytest.approx(found["value"])

    def test_what_was_long_ago_still_counts(self):
        assert 0.9**14 == pytest.approx(self.love(written("2025-01-01", "a"))["value"])

    def test_the_decay_is_an_option(self):
        assert 0.5 == self.love(written("2026-02-01", "a"), decay=0.5)["value"]

    def test_nothing_ever_is_no_data(self):
        assert "no_data" == self.love()["status"]

    def test_the_last_month_of_a_running_quarter_lies_ahead(self):
        running = last_quarters("2026-Q1", 1, exported_at=pd.Timestamp("2026-02-01"))
        found = growth.love(participation(written("2026-01-05", "a")), running)
        assert ["not_mature"] == found["status"].tolist()
