"""What would the return be, if an assumption were known?"""

import pytest

from tacheles import roi
from tests.roi_tables import QUARTER, assumed, assumption, outcome, programme


@pytest.fixture
def what_if():
    """100 tickets at 10 to 30 each, 20 in the middle, for a cost of 2,000: an even chance."""
    known = assumed(
        assumption("A_ticket", 20.0, 10.0, 30.0, "triangular"),
        assumption("A_idle", 1.0, 0.0, 2.0),
    )
    return roi.what_if(programme(outcome("C1", [100]), paid=[2000], known=known), QUARTER)


def test_without_a_supposition_it_is_what_is_reported(what_if):
    supposed = what_if.supposed({})
    reported = roi.return_on_investment(what_if.programme, QUARTER)
    assert reported.equals(supposed.return_on_investment)
    assert 0.5 == pytest.approx(supposed.probability_of_recovery["value"].iloc[0], abs=0.01)


def test_a_supposed_value_is_known_and_no_longer_uncertain(what_if):
    supposed = what_if.supposed({"A_ticket": 30.0})
    row = supposed.net_present_value.iloc[0]
    assert [1000.0] * 3 == pytest.approx(list(row[["low", "value", "high"]]))
    assert 0.5 == pytest.approx(supposed.return_on_investment["value"].iloc[0])
    assert 1.0 == supposed.probability_of_recovery["value"].iloc[0]
    assert ["not_applicable"] == list(supposed.tornado["status"])


def test_what_is_supposed_leaves_the_programme_as_it_is(what_if):
    what_if.supposed({"A_ticket": 30.0})
    assert ["A_ticket"] == list(what_if.supposed({}).tornado["segment"])


def test_other_assumptions_keep_their_draws(what_if):
    """A supposition about something that moves nothing moves nothing, not even by chance."""
    supposed = what_if.supposed({"A_idle": 2.0})
    assert what_if.supposed({}).net_present_value.equals(supposed.net_present_value)
