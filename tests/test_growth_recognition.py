"""Recognition: whom it reaches, by hand."""

import ibis.expr.types as ir
import pandas as pd
from growth_tables import participation

from conftest import members, table, written
from tacheles import growth
from tacheles.contract import RECOGNITIONS
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)
AGENT = {"member_id": "agent", "role": "staff"}


def awards(*rows: tuple[str, str]):
    """Awards by hand: member and moment, numbered."""
    return table(
        RECOGNITIONS,
        [{"member_id": who, "awarded_at": at, "name": f"n{i}"} for i, (who, at) in enumerate(rows)],
    )


def took_part(*rows: dict) -> ir.Table:
    return participation(*rows, people=(AGENT,))


def active(*contributions: int) -> ir.Table:
    """Each number is a member m0, m1, … with so many posts."""
    return took_part(
        *[
            written("2026-01-05", f"m{i}")
            for i, many in enumerate(contributions)
            for _ in range(many)
        ],
        written("2026-01-05", "agent"),
    )


def given(*who: str):
    """Awards in the quarter."""
    return awards(*((name, "2026-02-01") for name in who))


class TestReach:
    def reach(self, made, recognised, quarters=Q1) -> pd.DataFrame:
        return growth.recognition_reach(recognised, made, members(AGENT), quarters)

    def test_members_recognised_of_the_active_each_once(self):
        found = self.reach(active(1, 1, 1, 1), given("m0", "m0", "m1")).iloc[0]
        assert (0.5, 4, 4) == (found["value"], found["n"], found["persons"])

    def test_the_inactive_are_left_out_and_staff_in_neither_part(self):
        found = self.reach(active(1, 1), given("m0", "away", "agent")).iloc[0]
        assert (0.5, 2, 1) == (found["value"], found["n"], found["left_out"])

    def test_nobody_recognised_is_0_once_awards_are_on_record(self):
        two = last_quarters("2026-Q2", 3)
        made = took_part(
            *(written(f"{month}-05", "a") for month in ("2025-11", "2026-01", "2026-05"))
        )
        found = self.reach(made, given("a"), two)
        assert ["no_data", "ok", "ok"] == found["status"].tolist()
        assert [1.0, 0.0] == found["value"].dropna().tolist()

    def test_nobody_active_is_no_data(self):
        found = self.reach(took_part(), given("away")).iloc[0]
        assert ("no_data", 1) == (found["status"], found["left_out"])

    def test_without_any_award_there_is_no_data(self):
        assert ["no_data"] == self.reach(active(1), given())["status"].tolist()


class TestTopDecile:
    def share(self, made, recognised) -> pd.Series:
        return growth.top_decile_recognition_share(recognised, made, members(AGENT), Q1).iloc[0]

    def test_awards_to_the_most_active_tenth_of_all_awards(self):
        """Of 20 the tenth is two: 3 of 4 awards."""
        made = active(9, 8, *[1] * 18)
        found = self.share(made, given("m0", "m0", "m1", "m7"))
        assert (0.75, 4, 2) == (found["value"], found["n"], found["persons"])

    def test_a_tenth_is_rounded_up_and_takes_in_the_tied(self):
        """Of eleven two places; three are tied for the second."""
        made = active(9, 5, 5, 5, *[1] * 7)
        found = self.share(made, given("m1", "m2", "m3", "m9"))
        assert 0.75 == found["value"]

    def test_awards_to_the_inactive_count_and_to_staff_do_not(self):
        found = self.share(active(9, *[1] * 9), given("m0", "away", "agent"))
        assert (0.5, 2, 1) == (found["value"], found["n"], found["left_out"])

    def test_a_tenth_of_everybody_says_nothing(self):
        found = self.share(active(1, 1, 1), given("m0"))
        assert "not_applicable" == found["status"]
        assert found[["value", "low", "high"]].isna().all()

    def test_the_interval_counts_those_recognised(self):
        """Ten awards of two members are worth less than four of four."""
        made = active(9, 8, *[1] * 18)
        two = self.share(made, given(*["m0"] * 5, *["m5"] * 5))
        four = self.share(made, given("m0", "m1", "m5", "m6"))
        assert (0.5, 0.5) == (two["value"], four["value"])
        assert two["high"] - two["low"] > four["high"] - four["low"]

    def test_no_award_is_no_data(self):
        assert "no_data" == self.share(active(9, 1), given())["status"]
