"""The made-up company has every table: a definition has a number wherever it can have one."""

import pytest

from tacheles import catalogue, workbook
from tacheles.estimate import DEFINITIONS

#: Definitions that take what another has measured; the tests of the foundation hold them.
OF_GOALS = {
    *("alignment_coverage", "goal_attainment", "objective_score", "smart_checks", "smart_score"),
    "partner_metric",
}

#: Each format of the company has a promised rhythm, so none is left that has none; no claim of its
#: team rests on an experiment with customers.
WITHOUT_A_CASE = {
    *("publishing_regularity", "revenue_difference_by_experiment"),
    "ticket_difference_by_experiment",
}

#: Surveys are sent in every other quarter.
HALF_YEARLY = {"response_rate", "sense_of_community"}

#: Mature whatever a definition looks ahead for, and not the first in which anything happened.
MATURE = ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]


@pytest.fixture(scope="module")
def book():
    return workbook.open("nordlicht")


def test_the_exceptions_are_definitions():
    assert OF_GOALS | WITHOUT_A_CASE | HALF_YEARLY <= DEFINITIONS.keys()


@pytest.mark.parametrize("name", sorted(DEFINITIONS.keys() - OF_GOALS - WITHOUT_A_CASE))
def test_a_definition_has_a_number(name, book):
    rows = catalogue.history(name, book, book.quarters(8))
    is_one_number = not rows["segment"].any() and rows["at"].isna().all()
    is_of_today = set(rows["quarter"]) == {book.until}  # what is in place, not what happened
    told = rows if is_of_today else rows[rows["quarter"].isin(MATURE)]

    assert (told["status"] == "ok").any()
    if is_one_number and not is_of_today and name not in HALF_YEARLY:
        assert MATURE == told["quarter"].tolist()
        assert (told["status"] == "ok").all()
