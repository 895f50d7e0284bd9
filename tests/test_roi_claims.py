"""Every euro once: threshold, overlap, pools, ceiling."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacheles.errors import TachelesError
from tacheles.estimate import COLUMNS, Estimates
from tacheles.roi import claims
from tests.roi_tables import QUARTER, assumed, assumption, claim, outcome, programme, shared_kpis

amounts = st.floats(0, 1000)
grades = st.sampled_from("ABC")


def kept(program):
    """What is left of each claim, summed over quarters, in the mean draw."""
    return {name: float(value.sum(axis=0).mean()) for name, value in program.drawn.kept.items()}


class TestPool:
    def pooled(self, amount, **values):
        drawn = {name: np.array([value]) for name, (value, _grade) in values.items()}
        named = {name: grade for name, (_value, grade) in values.items()}
        return {name: float(left[0]) for name, left in claims.pooled(drawn, named, amount).items()}

    def test_better_evidence_is_served_first(self):
        """A pool of 100, a claim of 80 with grade A and one of 50 with grade E: 80 and 20."""
        assert {"C1": 80, "C2": 20} == self.pooled(100, C1=(80, "A"), C2=(50, "E"))

    def test_equal_evidence_is_cut_in_proportion(self):
        assert {"C1": 60, "C2": 40} == self.pooled(100, C1=(90, "C"), C2=(60, "C"))

    def test_a_harm_is_counted_and_leaves_the_others_no_more_room(self):
        assert {"C1": -30, "C2": 100} == self.pooled(100, C1=(-30, "A"), C2=(150, "C"))

    def test_what_fits_is_not_touched(self):
        assert {"C1": 40, "C2": 50} == self.pooled(100, C1=(40, "A"), C2=(50, "C"))

    @settings(deadline=None)
    @given(st.lists(st.tuples(amounts, grades), min_size=1, max_size=5), amounts)
    def test_removing_a_claim_never_raises_the_sum_and_no_pool_pays_more(self, values, amount):
        named = {f"C{i}": value for i, value in enumerate(values)}
        whole = sum(self.pooled(amount, **named).values())
        assert whole <= amount + 1e-6
        for name in named:
            others = {other: value for other, value in named.items() if other != name}
            assert not others or sum(self.pooled(amount, **others).values()) <= whole + 1e-6

    @settings(deadline=None)
    @given(st.lists(st.tuples(amounts, grades), min_size=2, max_size=4), amounts)
    def test_the_order_of_claims_changes_nothing(self, values, amount):
        named = {f"C{i}": value for i, value in enumerate(values)}
        expected = self.pooled(amount, **named)
        for order in itertools.permutations(named):
            assert expected == pytest.approx(
                self.pooled(amount, **{name: named[name] for name in order})
            )


class TestCountedOnce:
    def once(self, values, accounts):
        drawn = {name: np.array([[value]]) for name, value in values.items()}
        bases = {name: pd.Series(base, dtype=float) for name, base in accounts.items()}
        return {name: float(left[0, 0]) for name, left in claims.counted_once(drawn, bases).items()}

    def test_an_account_in_two_claims_counts_in_the_larger(self):
        """90 over three accounts is 30 each; 50 on the third is more: 60 and 50."""
        accounts = {"C1": {"a": 1, "b": 1, "c": 1}, "C2": {"c": 1}}
        assert {"C1": 60, "C2": 50} == self.once({"C1": 90, "C2": 50}, accounts)

    def test_the_smaller_of_two_claims_on_the_same_accounts_vanishes(self):
        accounts = {"C1": {"a": 2, "b": 1}, "C2": {"a": 2, "b": 1}}
        assert {"C1": 90, "C2": 0} == self.once({"C1": 90, "C2": 50}, accounts)

    def test_claims_on_different_accounts_or_on_unknown_ones_stay(self):
        accounts = {"C1": {"a": 1}, "C2": {"b": 1}, "C3": {}}
        values = {"C1": 10, "C2": 20, "C3": 30}
        assert values == self.once(values, accounts)

    def test_an_account_to_which_nothing_applies_any_more_touches_nothing(self):
        accounts = {"C1": {"a": 1, "b": 0}, "C2": {"b": 0, "c": 1}}
        assert {"C1": 10, "C2": 20} == self.once({"C1": 10, "C2": 20}, accounts)

    def test_the_larger_claim_is_the_same_in_every_draw(self):
        """Draw by draw the maximum of two claims worth nothing would be worth something."""
        noise = np.linspace(-1, 1, 1000)
        values = {"C1": noise[None, :], "C2": -noise[None, :] + 1e-9}
        bases = {name: pd.Series({"a": 1.0}) for name in values}
        total = sum(value.mean() for value in claims.counted_once(values, bases).values())
        assert 0 == pytest.approx(total, abs=1e-6)

    @settings(deadline=None)
    @given(
        st.lists(
            st.tuples(amounts, st.sets(st.sampled_from("abcd"), min_size=1)), min_size=2, max_size=4
        )
    )
    def test_removing_a_claim_never_raises_the_sum(self, drawn):
        values = {f"C{i}": value for i, (value, _names) in enumerate(drawn)}
        accounts = {
            f"C{i}": dict.fromkeys(sorted(names), 1.0) for i, (_value, names) in enumerate(drawn)
        }
        whole = sum(self.once(values, accounts).values())
        for name in values:
            others = {other: value for other, value in values.items() if other != name}
            assert sum(self.once(others, accounts).values()) <= whole + 1e-6


class TestThreshold:
    def test_a_claim_below_it_takes_nothing_from_the_pool(self):
        """An opinion of 100 tickets and a measured claim of 50 on a pool of 1,000."""
        program = programme(
            outcome("C1", [50]),
            outcome("C2", [100], design="opinion"),
            pool=1000,
        )
        assert {"C1"} == program.counted
        assert {"C1": 1000} == kept(program)

    def test_it_is_set_by_the_community(self):
        weak = outcome("C1", [50], design="matched_comparison")
        assert set() == programme(weak).counted
        assert {"C1"} == programme(weak, threshold="D").counted

    def test_a_unit_value_without_a_source_makes_the_best_evidence_worth_e(self):
        guessed = assumed(assumption("A_ticket", 20.0, source=""))
        program = programme(outcome("C1", [50]), known=guessed)
        assert {"C1": "E"} == program.grades
        assert set() == program.counted

    def test_before_its_date_an_effect_does_not_count(self):
        early = outcome("C1", [50], shared_kpi_id="K1")
        assert set() == programme(early, kpis=shared_kpis(K1="2026-12-31")).counted
        assert {"C1"} == programme(early, kpis=shared_kpis(K1="2026-09-30")).counted

    def test_a_unit_value_that_is_not_there_is_told(self):
        with pytest.raises(TachelesError, match="no assumption A_nowhere"):
            programme(outcome("C1", [50], unit_value="A_nowhere"))


class TestCeiling:
    def test_no_more_tickets_are_claimed_than_could_have_come(self):
        """Room for 30 tickets, 50 claimed at 20 each: 600."""
        program = programme(outcome("C1", [50]), room=np.array([30.0]))
        assert {"C1": 600} == pytest.approx(kept(program))

    def test_two_claims_are_cut_in_proportion(self):
        program = programme(outcome("C1", [40]), outcome("C2", [20]), room=np.array([30.0]))
        assert {"C1": 400, "C2": 200} == pytest.approx(kept(program))

    def test_it_does_not_touch_what_is_no_ticket(self):
        deals = outcome("C1", [50], metric="win_rate", unit_value="A_margin")
        assert {"C1": 200_000} == kept(programme(deals, room=np.array([1.0])))

    def test_the_room_is_a_tenth_above_the_worst_quarter_on_record(self):
        """At worst 2,000 per 1,000: with 1,500 now and 500 customers there is room for 350."""
        rows = pd.DataFrame(
            {"quarter": ["2025-Q1", "2026-Q3"], "value": [2000.0, 1500.0], "n": [400, 500]}
        )
        estimates = Estimates(rows.reindex(columns=COLUMNS))
        assert [350] == pytest.approx(list(claims.ceiling_room(estimates, QUARTER)))

    def test_without_any_record_there_is_no_ceiling(self):
        empty = Estimates(pd.DataFrame(columns=COLUMNS))
        assert claims.ceiling_room(empty, QUARTER) is None


class TestProgramme:
    claim_sets = st.lists(
        st.tuples(
            st.integers(-50, 100),
            st.sampled_from(["experiment", "difference_in_differences"]),
            st.sets(st.sampled_from("abc")),
        ),
        min_size=2,
        max_size=3,
    )

    @settings(max_examples=20, deadline=None)
    @given(claim_sets)
    def test_no_order_of_claims_changes_the_total(self, drawn):
        outcomes = [
            outcome(f"C{i}", [units], design=design, by_account=dict.fromkeys(sorted(names), 1.0))
            for i, (units, design, names) in enumerate(drawn)
        ]
        totals = {
            round(float(programme(*order, pool=1500).drawn.net_present_value.mean()), 6)
            for order in itertools.permutations(outcomes)
        }
        assert 1 == len(totals)

    def test_a_customer_kept_goes_on_paying_less_each_quarter(self):
        """A contract at 4,000 a year, half of it left a quarter later: 1,000, 500, 250."""
        kept_one = outcome(
            "C1", [1], metric="renewal_rate", unit_value="A_margin", horizon_quarters=3
        )
        flow = programme(kept_one).drawn.benefit
        assert [1000, 500, 250] == list(flow.mean(axis=1))

    def test_nothing_is_counted_beyond_three_years(self):
        forever = outcome(
            "C1", [1], metric="renewal_rate", unit_value="A_margin", horizon_quarters=40
        )
        assert 12 == len(programme(forever).drawn.benefit)

    def test_a_saving_ends_with_the_quarters_counted(self):
        assert 1 == len(programme(outcome("C1", [50], horizon_quarters=8)).drawn.benefit)


class TestFindings:
    def kinds(self, program, *rows, kpis=None):
        table = pd.DataFrame([claim("C1"), *rows])
        known = shared_kpis() if kpis is None else kpis
        found = claims.claim_findings(program, table, known, QUARTER)
        return list(zip(found["subject"], found["kind"], strict=True))

    def test_a_claim_that_counts_in_full_has_none(self):
        assert [] == self.kinds(programme(outcome("C1", [50])))

    def test_a_claim_that_nothing_can_measure_is_a_fault(self):
        unknown = claim("C2", metric="happiness", design="hope")
        found = self.kinds(programme(outcome("C1", [50])), unknown)
        assert [("C2", "claim_without_design")] == found

    def test_it_says_why_a_claim_does_not_count(self):
        weak = outcome("C1", [50], design="opinion")
        assert [("C1", "claim_below_threshold")] == self.kinds(programme(weak))
        early = outcome("C1", [50], shared_kpi_id="K1")
        kpis = shared_kpis(K1="2026-12-31")
        table = pd.DataFrame([claim("C1", shared_kpi_id="K1")])
        found = claims.claim_findings(programme(early, kpis=kpis), table, kpis, QUARTER)
        assert ["claim_preliminary"] == list(found["kind"])

    def test_it_says_what_was_cut(self):
        found = self.kinds(programme(outcome("C1", [50]), pool=600))
        assert [("C1", "claim_above_pool")] == found

    def test_an_expired_assumption_is_told_with_its_owner(self):
        old = assumed(assumption("A_ticket", 20.0, review_on=pd.Timestamp("2026-01-01")))
        found = self.kinds(programme(outcome("C1", [50]), known=old))
        assert [("A_ticket", "assumption_expired")] == found


def test_a_risk_is_taken_off_where_nothing_is_drawn():
    """0.66 with a risk of 70 %: 0.198."""
    assert 0.198 == pytest.approx(claims.risk_adjusted(0.66, 0.70))
