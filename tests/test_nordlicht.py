"""The made-up company has every table: a definition has a number wherever it can have one."""

import pytest

from tacheles import catalogue, workbook
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
