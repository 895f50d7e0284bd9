"""Assumptions into draws; flows of money into their worth."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacheles.errors import TachelesError
from tacheles.quarter import last_quarters
from tacheles.roi import money

QUARTERS = last_quarters("2026-Q3", 4, time_zone="Europe/Berlin")


def assumption(name="A_cost", value=20.0, low=10.0, high=40.0, **more):
    row = {"assumption_id": name, "statement": name, "value": value, "low": low, "high": high}
    told = {"unit": "EUR", "source": "ledger", "owner": "controlling", "distribution": "pert"}
    return row | told | {"review_on": date(2027, 1, 31)} | more


def assumed(*rows, pairs=(), **options):
    table = pd.DataFrame(list(rows))
    correlations = pd.DataFrame(list(pairs), columns=["assumption_id", "other_id", "rho"])
    return money.assumed(table, correlations, QUARTERS, **options)


class TestAssumed:
    def test_a_pert_has_the_mean_and_spread_of_its_closed_form(self):
        """PERT(1, 3, 8): mean (1 + 4·3 + 8) / 6 = 3.5, standard deviation 1.2677."""
        draws = assumed(assumption(value=3, low=1, high=8))["A_cost"]
        assert 3.5 == pytest.approx(draws.mean(), abs=1e-4)
        assert 1.2677 == pytest.approx(draws.std(), abs=1e-3)

    def test_a_triangular_has_the_mean_of_its_closed_form(self):
        """Triangular(1, 3, 8): mean (1 + 3 + 8) / 3 = 4."""
        row = assumption(value=3, low=1, high=8, distribution="triangular")
        assert 4 == pytest.approx(assumed(row)["A_cost"].mean(), abs=1e-4)

    def test_a_lognormal_has_low_and_high_as_its_tenth_and_ninetieth_percentile(self):
        draws = assumed(assumption(distribution="lognormal"))["A_cost"]
        assert [10, 20, 40] == pytest.approx(list(np.quantile(draws, [0.1, 0.5, 0.9])), rel=1e-3)

    def test_a_beta_has_its_value_as_mean_and_stays_a_share(self):
        row = assumption(value=0.85, low=0.7, high=0.95, distribution="beta")
        draws = assumed(row)["A_cost"]
        assert 0.85 == pytest.approx(draws.mean(), abs=1e-4)
        assert 0.25 / 2.5631 == pytest.approx(draws.std(), rel=1e-3)
        assert 0 < draws.min() < draws.max() < 1

    def test_a_fixed_value_and_a_range_without_width_do_not_vary(self):
        draws = assumed(
            assumption("A_rate", distribution="fixed"), assumption("A_same", 5.0, 5.0, 5.0)
        )
        assert {20.0} == set(draws["A_rate"])
        assert {5.0} == set(draws["A_same"])

    def test_no_distribution_is_a_pert(self):
        named = assumed(assumption())["A_cost"]
        assert np.array_equal(named, assumed(assumption(distribution=None))["A_cost"])

    def test_an_expired_assumption_is_half_as_wide_again(self):
        """Low 10 and high 40 around 20 become 5 and 50."""
        expired = assumed(assumption(review_on=date(2026, 9, 30)))
        row = expired.rows.loc["A_cost"]
        assert ["A_cost"] == expired.expired
        assert [5, 50] == [row["low"], row["high"]]

    def test_a_review_on_the_day_after_the_quarter_is_in_time(self):
        assert [] == assumed(assumption(review_on=date(2026, 10, 1))).expired

    def test_an_expired_lognormal_stays_positive(self):
        row = assumption(low=1.0, distribution="lognormal", review_on=date(2026, 1, 1))
        used = assumed(row).rows.loc["A_cost"]
        assert 1 * (1 / 20) ** 0.5 == pytest.approx(used["low"])
        assert 40 * 2**0.5 == pytest.approx(used["high"])

    def test_one_without_a_source_is_named(self):
        known = assumed(assumption(), assumption("A_guess", source="  "))
        assert ["A_guess"] == known.without_source

    def test_correlated_assumptions_move_together_and_keep_their_distributions(self):
        rows = assumption("A_a"), assumption("A_b", distribution="lognormal")
        both = assumed(*rows, pairs=[("A_a", "A_b", 0.7)])
        ranks = [pd.Series(both[name]).rank() for name in ("A_a", "A_b")]
        # the rank correlation of a Gaussian copula: 6/π · arcsin(ρ/2) = 0.683
        assert 0.683 == pytest.approx(np.corrcoef(*ranks)[0, 1], abs=0.01)
        alone = assumed(*rows)
        assert alone["A_b"].mean() == pytest.approx(both["A_b"].mean(), rel=0.01)

    def test_neither_the_order_nor_other_assumptions_change_ones_numbers(self):
        first, second = assumption("A_a"), assumption("A_b")
        assert np.array_equal(assumed(first, second)["A_a"], assumed(second, first)["A_a"])
        assert np.array_equal(assumed(first, second)["A_a"], assumed(first)["A_a"])

    def test_what_is_known_replaces_the_draws_and_leaves_the_others(self):
        before = assumed(assumption("A_a"), assumption("A_b"))
        after = before.fixed(A_a=7.0)
        assert {7.0} == set(after["A_a"])
        assert before["A_b"] is after["A_b"]

    @pytest.mark.parametrize(
        "row",
        [
            assumption(value=50.0),
            assumption(low=0.0, distribution="lognormal"),
            assumption(value=1.2, low=0.5, high=1.5, distribution="beta"),
        ],
    )
    def test_an_impossible_range_is_refused(self, row):
        with pytest.raises(TachelesError, match="not a usable range"):
            assumed(row)

    def test_correlations_that_contradict_each_other_are_refused(self):
        pairs = [("A_a", "A_b", 0.9), ("A_b", "A_c", 0.9), ("A_a", "A_c", -0.9)]
        with pytest.raises(TachelesError, match="contradict"):
            assumed(*map(assumption, ("A_a", "A_b", "A_c")), pairs=pairs)

    def test_a_missing_assumption_is_named_with_what_to_do(self):
        with pytest.raises(TachelesError, match="no assumption A_discount_rate"):
            assumed(assumption())["A_discount_rate"]


class TestPresentValue:
    def test_a_quarter_is_discounted_by_the_fourth_root_of_a_year(self):
        """30,000 and 20,000 a quarter for a year at 8 %: 114,391 and 76,261."""
        benefit, cost = (money.present_value(np.full(4, x), 0.08)[0] for x in (30_000, 20_000))
        assert 114_391 == round(benefit)
        assert 76_261 == round(cost)
        assert 38_130 == round(benefit - cost)
        assert 0.5 == pytest.approx(float(money.return_on_capital(benefit, cost)))

    def test_without_a_cost_there_is_no_return(self):
        assert np.isnan(money.return_on_capital(np.array(10.0), np.array(0.0)))

    @settings(deadline=None)
    @given(
        flows=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12),
        rate=st.floats(0.001, 0.5),
    )
    def test_later_money_is_worth_less(self, flows, rate):
        gains = np.abs(flows)
        assert money.present_value(gains, rate)[0] <= gains.sum() * (1 + 1e-9)


class TestPayback:
    def flows(self, *amounts):
        return float(money.payback(np.array(amounts, dtype=float)[:, None])[0])

    def test_it_lies_in_the_quarter_in_which_the_level_turns_in_proportion(self):
        """−100, then 40 a quarter: after three quarters 20 are missing, half a quarter's gain."""
        assert 3.5 == self.flows(-100, 40, 40, 40)

    def test_what_never_turns_is_not_within_the_horizon(self):
        assert np.inf == self.flows(-100, 40, 40)

    def test_what_turns_and_falls_back_has_not_paid_yet(self):
        """Above water in the second quarter, below in the third, for good in the fourth."""
        assert 3.25 == self.flows(-10, 20, -15, 20)

    def test_what_never_cost_anything_paid_at_once(self):
        assert 0 == self.flows(10, 10)
