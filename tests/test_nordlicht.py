"""The made-up company has every table: a definition has a number wherever it can have one."""

import tomllib

import numpy as np
import pytest

from tacheles import catalogue, roi, workbook
from tacheles.estimate import DEFINITIONS

#: Definitions that take what another has measured, or a choice; the tests of their level hold them.
OF_RESULTS = {
    *("alignment_coverage", "goal_attainment", "objective_score", "smart_checks", "smart_score"),
    *("cost_of_refusing", "investment_break_even", "investment_cost", "investment_return"),
    *("investment_payback_quarters", "probability_of_payback", "target_plausibility"),
    *("forecast_coverage", "forecast_score", "naive_return_on_investment", "return_bridge"),
    "partner_metric",
}

#: What the company has no case of, and why.
WITHOUT_A_CASE = {
    "publishing_regularity": "each format has a promised rhythm, so none is left that has none",
    "invitation_effect": "the lots were drawn in January 2026: judged after a year",
    "joining_effect_by_invitation": "as above",
    "revenue_change_of_joiners": "nobody claims that joining changes what a customer pays",
    "incremental_revenue": "as above",
    "ticket_difference_by_experiment": "no claim rests on an experiment with customers",
    "revenue_difference_by_experiment": "as above",
}

#: Surveys are sent in every other quarter.
HALF_YEARLY = {"response_rate", "sense_of_community"}

#: Mature whatever a definition looks ahead for, and not the first in which anything happened.
MATURE = ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]


@pytest.fixture(scope="module")
def book():
    return workbook.open("nordlicht")


def test_the_exceptions_are_definitions():
    assert OF_RESULTS | WITHOUT_A_CASE.keys() | HALF_YEARLY <= DEFINITIONS.keys()


@pytest.mark.parametrize("name", sorted(WITHOUT_A_CASE))
def test_an_exception_still_is_one(name, book):
    """What has a number by now belongs among the others."""
    assert not (catalogue.history(name, book, book.quarters(10))["status"] == "ok").any()


@pytest.mark.parametrize("name", sorted(DEFINITIONS.keys() - OF_RESULTS - WITHOUT_A_CASE.keys()))
def test_a_definition_has_a_number(name, book):
    rows = catalogue.history(name, book, book.quarters(10))
    is_one_number = not rows["segment"].any() and rows["at"].isna().all()
    is_of_today = set(rows["quarter"]) == {book.until}  # what is in place, not what happened
    told = rows if is_of_today else rows[rows["quarter"].isin(MATURE)]

    assert (told["status"] == "ok").any()
    if is_one_number and not is_of_today and name not in HALF_YEARLY:
        assert MATURE == told["quarter"].tolist()
        assert (told["status"] == "ok").all()


@pytest.fixture(scope="module")
def truth(book):
    return tomllib.loads((book.folder / "truth.toml").read_text(encoding="utf-8"))


class TestTruth:
    """What the report of the sample says, against what only its maker knows."""

    @staticmethod
    def told(book, name):
        """What the report of the last four quarters tells, by segment."""
        rows = catalogue.history(name, book, book.quarters(4))
        return rows.set_index("segment")

    @staticmethod
    def holds(row, true):
        return row["low"] <= true <= row["high"]

    def test_the_design_of_the_forum_passes_its_checks_and_holds_the_effect(self, book, truth):
        row = self.told(book, "tickets_change_over_time").loc["C1"]
        assert ("ok", "C") == (row["status"], row["grade"])
        assert self.holds(row, truth["realised"]["forum_on_how_to_average"])
        assert row["high"] < 0

    def test_joining_is_told_with_the_ticket_effect_it_has(self, book, truth):
        row = self.told(book, "tickets_change_of_joiners").loc["C4"]
        assert "C" == row["grade"]
        assert self.holds(row, truth["effects"]["joining_on_how_to"])

    def test_the_invitation_by_lot_holds_what_joining_does_to_renewals(self, book, truth):
        row = self.told(book, "renewal_difference").loc["C2"]
        assert "B" == row["grade"]
        assert self.holds(row, truth["realised"]["joining_on_renewals_of_joiners"])

    def test_comparable_customers_hold_it_too_with_weaker_evidence(self, book, truth):
        claims = book.claims[book.claims["claim_id"] == "C2"].assign(design="matched_comparison")
        tables = book.renewals, book.accounts, book.usage, book.tickets
        found = roi.renewals_compared(claims, *tables, book.quarters(4))
        row = roi.renewal_difference(found, book.quarters(4)).iloc[0]
        assert row["grade"] >= "D"
        assert self.holds(row, truth["realised"]["joining_on_renewals_of_joiners"])

    def test_comparable_deals_hold_what_a_reference_does(self, book, truth):
        row = self.told(book, "win_rate_difference").loc["C3"]
        assert "D" == row["grade"]
        assert self.holds(row, truth["effects"]["reference_on_win_rate"])

    def test_the_return_holds_what_really_came_back(self, book, truth):
        """Tickets that did not come and contracts kept, at their true values, against the cost."""
        values, realised = truth["unit_values"], truth["realised"]
        tickets = realised["avoided_how_to_tickets"] * values["A_ticket_cost_avoidable"]
        contracts = self.told(book, "contracts_kept").loc[["C2"], "n"].sum()
        kept = contracts * realised["joining_on_renewals_of_joiners"]
        years = (values["A_effect_persistence"] ** np.arange(8)).sum() / 4
        cost = self.told(book, "programme_cost")["value"].sum()
        true = (tickets + kept * years * values["A_account_margin_year"]) / cost - 1
        row = self.told(book, "return_on_investment").iloc[0]
        assert self.holds(row, true)
        assert "C" == row["grade"]

    def test_nobody_can_tell_yet_whether_it_pays_but_the_usual_formula_can(self, book):
        """A sample that is neither a fairy tale nor a farce."""
        year = book.quarters(4)
        chance = self.told(book, "probability_of_recovery")["value"].iloc[0]
        assert 0.2 <= chance <= 0.8
        row = self.told(book, "return_on_investment").iloc[0]
        usual = catalogue.history("naive_deflection_value", book, year)["value"].sum()
        cost = self.told(book, "programme_cost")["value"].sum()
        assert usual / cost - 1 > row["high"]
