"""Needs and belonging: means with intervals, from those who answered enough."""

import math

import pandas as pd
import pytest

from conftest import plan, table
from tacheles import foundation
from tacheles.contract import NEEDS, SURVEYS
from tacheles.privacy import protect
from tacheles.quarter import last_quarters

Q3 = last_quarters("2026-Q3", 1)
NEED = {"need_id": "N1", "statement": "A quick answer"}


def asked(*persons: tuple[float | None, float | None], item: str = "N1", segment: str = "craft"):
    """Each person's importance and satisfaction."""
    kinds = ("need_importance", "need_satisfaction")
    return [
        {
            "response_id": f"{segment}{i}",
            "instrument": kind,
            "item": item,
            "responded_at": "2026-08-01",
            "answer": answer,
            "segment": segment,
        }
        for i, answers in enumerate(persons)
        for kind, answer in zip(kinds, answers, strict=True)
        if answer is not None
    ]


def gaps(*rows: dict, needs: tuple[dict, ...] = (NEED,)) -> pd.DataFrame:
    return foundation.need_gap(table(SURVEYS, list(rows)), plan(NEEDS, *needs), Q3)


class TestNeedGap:
    def test_importance_and_what_satisfaction_lacks_to_it(self):
        """METRICS F10: importance 9, satisfaction 4 make 14."""
        found = gaps(*asked((9, 4), (8, 4), (10, 4))).iloc[0]
        assert (14, 3) == (found["value"], found["n"])
        # 2 I − S is 14, 12 and 16: a spread of 2, t of two degrees is 4.303
        half = 4.3027 * 2 / math.sqrt(3)
        assert (14 - half, 14 + half) == pytest.approx((found["low"], found["high"]), abs=1e-3)

    def test_a_need_met_better_than_it_matters_is_as_large_as_it_matters(self):
        found = gaps(*asked((5, 9), (6, 9), (7, 9))).iloc[0]
        assert 6 == found["value"]

    def test_the_interval_stays_on_the_scale(self):
        found = gaps(*asked((10, 0), (10, 1), (10, 0))).iloc[0]
        assert 20 == found["high"]
        assert 20 - 1 / 3 == pytest.approx(found["value"])

    def test_who_answered_only_one_of_the_two_is_left_out(self):
        found = gaps(*asked((9, 4), (1, None), (None, 10))).iloc[0]
        assert (14, 1, 2) == (found["value"], found["n"], found["left_out"])
        assert math.isnan(found["low"])

    def test_a_need_of_one_segment_is_judged_by_that_segment(self):
        rows = asked((9, 4)) + asked((2, 10), segment="public")
        found = gaps(*rows, needs=(NEED | {"segment": "craft"},)).iloc[0]
        assert (14, 1) == (found["value"], found["n"])

    def test_fewer_than_ten_are_not_shown(self):
        assert ["suppressed"] == protect(gaps(*asked(*[(9, 4)] * 9)))["status"].tolist()
        assert ["ok"] == protect(gaps(*asked(*[(9, 4)] * 10)))["status"].tolist()

    def test_without_a_survey_the_plans_own_means_are_told_without_an_interval(self):
        planned = NEED | {"importance": 9.0, "satisfaction": 4.0}
        found = gaps(needs=(planned, NEED | {"need_id": "N2", "statement": "Experts"}))
        assert [("ok", 14.0, 0), ("no_data", None, 0)] == [
            (row["status"], row["value"] if row["status"] == "ok" else None, row["n"])
            for row in found.to_dict("records")
        ]
        assert found["low"].isna().all()

    def test_a_need_nobody_was_asked_about_has_no_number(self):
        found = gaps(*asked((9, 4)), needs=(NEED, {"need_id": "N2", "statement": "Experts"}))
        assert ["A quick answer", "Experts"] == found["segment"].tolist()
        assert ["ok", "no_data"] == found["status"].tolist()

    def test_no_needs_are_no_data(self):
        assert ["no_data"] == gaps(needs=())["status"].tolist()


def belonging(*persons: dict[int, float]) -> list[dict]:
    """Each person's answers by the number of the item."""
    return [
        {
            "response_id": f"r{i}",
            "instrument": "sense_of_community",
            "item": str(item),
            "responded_at": "2026-08-01",
            "answer": answer,
        }
        for i, answers in enumerate(persons)
        for item, answer in answers.items()
    ]


def all_items(answer: float, without: tuple[int, ...] = ()) -> dict[int, float]:
    return {item: answer for item in range(1, 25) if item not in without}


class TestSenseOfCommunity:
    def score(self, *persons: dict[int, float]) -> pd.Series:
        rows = table(SURVEYS, belonging(*persons))
        return foundation.sense_of_community(rows, Q3).iloc[0]

    def by_subscale(self, *persons: dict[int, float]) -> pd.DataFrame:
        rows = table(SURVEYS, belonging(*persons))
        return foundation.sense_of_community_by_subscale(rows, Q3).set_index("segment")

    def test_twenty_four_items_from_0_to_3_make_72(self):
        """METRICS F11."""
        assert 72 == self.score(all_items(3))["value"]
        assert 36 == self.score(all_items(3), all_items(0))["value"]

    def test_each_subscale_is_six_items_and_at_most_18(self):
        found = self.by_subscale({item: (item - 1) // 6 for item in range(1, 25)})
        assert [0, 6, 12, 18] == found["value"].tolist()
        assert "reinforcement of needs" == found.index[0]

    def test_five_of_six_answered_are_scaled_to_six_and_four_are_too_few(self):
        assert 48 == self.score(all_items(2, without=(1,)))["value"]
        found = self.score(all_items(2, without=(1, 2)), all_items(3))
        assert (72, 1, 1) == (found["value"], found["n"], found["left_out"])
        of_parts = self.by_subscale(all_items(2, without=(1, 2)))
        assert ["no_data", "ok", "ok", "ok"] == of_parts["status"].tolist()

    def test_whoever_skipped_a_whole_subscale_has_no_score(self):
        found = self.score(all_items(2, without=(1, 2, 3, 4, 5, 6)))
        assert ("no_data", 1) == (found["status"], found["left_out"])

    def test_the_interval_is_students(self):
        """Scores of 72 and 48: a spread of 16.97, t of one degree is 12.706: cut at 72 and 0."""
        found = self.score(all_items(3), all_items(2))
        assert (60, 0, 72) == (found["value"], found["low"], found["high"])
        three = self.score(all_items(2), all_items(2), {**all_items(2), 1: 3})
        half = 4.3027 * math.sqrt(1 / 3) / math.sqrt(3)
        assert 48 + 1 / 3 - half == pytest.approx(three["low"], abs=1e-3)

    def test_what_is_no_item_of_the_instrument_is_passed_over(self):
        answers = belonging(all_items(2))
        rows = [*answers, answers[0] | {"item": "25"}, answers[0] | {"item": "other"}]
        assert 48 == foundation.sense_of_community(table(SURVEYS, rows), Q3).loc[0, "value"]

    def test_nobody_asked_is_no_data(self):
        assert "no_data" == self.score()["status"]
