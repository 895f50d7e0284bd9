"""Three circles: what serves one of them not at all serves nobody."""

import pandas as pd
import pytest

from tacheles.quarter import last_quarters
from tacheles.roi import overlap

QUARTERS = last_quarters("2026-Q3", 2)


def initiatives(**fits):
    rows = [
        {
            "initiative_id": name,
            "name": name,
            "business_goal_id": "B1",
            "need_id": "N1",
            "stakeholder_id": "S1",
            "goal_fit": goal,
            "need_fit": need,
            "stakeholder_fit": stakeholder,
            "evidence_ready": 0.5,
        }
        for name, (goal, need, stakeholder) in fits.items()
    ]
    return pd.DataFrame(rows)


def by_segment(rows):
    return rows.set_index("segment")["value"].to_dict()


class TestOverlapScore:
    def test_zero_in_one_circle_is_zero(self):
        found = overlap.overlap_score(initiatives(I1=(1, 1, 0), I2=(0.8, 0.9, 0.5)), QUARTERS)
        assert 0 == by_segment(found)["I1"]
        assert 0.711 == pytest.approx(by_segment(found)["I2"], abs=5e-4)

    def test_the_best_stands_first_and_belongs_to_the_last_quarter(self):
        found = overlap.overlap_score(initiatives(I1=(0.2, 0.2, 0.2), I2=(0.9, 0.9, 0.9)), QUARTERS)
        assert ["I2", "I1"] == list(found["segment"])
        assert {"2026-Q3"} == set(found["quarter"])

    def test_a_missing_fit_is_no_zero(self):
        found = overlap.overlap_score(initiatives(I1=(1, None, 1)), QUARTERS)
        assert "no_data" == found["status"].iloc[0]


class TestRankStability:
    def test_the_best_of_all_circles_is_always_among_the_first(self):
        others = {f"I{n}": (0.5, 0.5, 0.5 - n / 100) for n in range(2, 9)}
        found = by_segment(overlap.rank_stability(initiatives(I1=(1, 1, 1), **others), QUARTERS))
        assert 1 == found["I1"]
        assert 0 == found["I8"]  # seven are better whatever the weights

    def test_one_that_is_good_in_a_single_circle_depends_on_the_weights(self):
        others = {f"I{n}": (0.6, 0.6, 0.6) for n in range(2, 8)}
        found = by_segment(
            overlap.rank_stability(initiatives(I1=(1, 0.3, 0.3), **others), QUARTERS)
        )
        # better than 0.6 where w > (ln 0.6 − ln 0.3) / (ln 1 − ln 0.3) = 0.5757: (1 − w)² = 0.18
        assert 0.18 == pytest.approx(found["I1"], abs=0.03)
        assert 1 == found["I2"]  # the six tied are behind one at most

    def test_zero_is_never_among_the_best(self):
        found = by_segment(overlap.rank_stability(initiatives(I1=(1, 1, 0)), QUARTERS))
        assert 0 == found["I1"]


def test_intersections_say_who_meets_whom():
    goals = pd.DataFrame({"business_goal_id": ["B1"], "statement": ["grow"]})
    needs = pd.DataFrame(
        {"need_id": ["N1"], "statement": ["learn"], "importance": [9.0], "satisfaction": [4.0]}
    )
    stakeholders = pd.DataFrame(
        {"stakeholder_id": ["S1"], "department": ["support"], "priority": ["less work"]}
    )
    found = overlap.intersections(
        initiatives(I1=(0.5, 0.5, 0.5), I2=(1, 1, 0)), goals, needs, stakeholders
    )
    assert ["I1"] == list(found["initiative_id"])
    assert ["grow", "learn", "support", "less work"] == list(
        found.loc[0, ["goal", "need", "department", "priority"]]
    )
