"""On what does the return hang?"""

import pytest

from tacheles.roi import sensitivity
from tests.roi_tables import QUARTER, assumed, assumption, outcome, programme


def cost_per_ticket(low=10.0, high=30.0):
    return assumed(
        assumption("A_ticket", 20.0, low, high, "triangular"),
        assumption("A_idle", 1.0, 0.0, 2.0),
    )


class TestTornado:
    def test_an_input_goes_from_its_tenth_to_its_ninetieth_percentile(self):
        """100 tickets at a triangular of 10, 20, 30: P10 and P90 are 10 + √20 and 30 − √20."""
        rows = sensitivity.tornado(
            programme(outcome("C1", [100]), known=cost_per_ticket()), QUARTER
        )
        assert ["A_ticket"] == list(rows["segment"])
        reach = 20**0.5
        expected = [100 * (10 + reach) - 1000, 1000, 100 * (30 - reach) - 1000]
        assert expected == pytest.approx(list(rows.iloc[0][["low", "value", "high"]]), abs=1.0)

    def test_the_widest_stands_first_and_an_effect_is_named_by_its_claim(self):
        program = programme(outcome("C1", [100], spread=0.9), known=cost_per_ticket())
        assert ["C1", "A_ticket"] == list(sensitivity.tornado(program, QUARTER)["segment"])

    def test_where_nothing_counts_nothing_hangs_on_anything(self):
        program = programme(outcome("C1", [1], design="opinion"), known=cost_per_ticket())
        assert ["not_applicable"] == list(sensitivity.tornado(program, QUARTER)["status"])


class TestBreakEven:
    def test_it_is_the_value_at_which_the_cost_is_just_recovered(self):
        """100 tickets for 2,500: at 25 each."""
        program = programme(outcome("C1", [100]), paid=[2500], known=cost_per_ticket())
        row = sensitivity.break_even(program, QUARTER).iloc[0]
        assert 25 == pytest.approx(row["value"])
        assert row["low"] < 20 < row["high"]

    def test_where_no_value_would_do_it_says_so(self):
        program = programme(outcome("C1", [1]), paid=[10_000], known=cost_per_ticket())
        row = sensitivity.break_even(program, QUARTER).iloc[0]
        assert "not_applicable" == row["status"]


class TestUncertaintyShare:
    def test_it_goes_to_what_is_least_known(self):
        """Effect 1 ± 0.9 uniform against a cost of 20 ± 2: nearly all from the effect."""
        program = programme(outcome("C1", [100], spread=0.9), known=cost_per_ticket(18.0, 22.0))
        rows = sensitivity.uncertainty_share(program, QUARTER)
        assert "C1" == rows["segment"].iloc[0]
        assert rows["value"].iloc[0] > 0.95
        assert 1 == pytest.approx(rows["value"].sum())

    def test_what_moves_nothing_is_left_out(self):
        program = programme(outcome("C1", [100]), known=cost_per_ticket())
        assert ["A_ticket"] == list(sensitivity.uncertainty_share(program, QUARTER)["segment"])
