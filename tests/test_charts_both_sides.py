"""Both sides of an agreement on one figure, each on its own scale."""

import pytest

from tacheles import charts
from tacheles.estimate import Estimates
from tacheles.workbook import Source

TEXTS = {"title": "T", "subtitle": "S"}


def metric(name: str, unit: str, *values: float, status: str = "ok") -> Estimates:
    rows = [
        {"metric": name, "quarter": f"2026-Q{i}", "segment": "", "at": None, "value": value}
        | {"low": value * 0.9, "high": value * 1.1, "level": 0.95, "n": 100, "left_out": 0}
        | {"unit": unit, "status": status, "grade": "", "persons": 100, "persons_needed": 5}
        for i, value in enumerate(values, 1)
    ]
    return Estimates(rows)


ANSWERED = metric("answered_within(hours=24)", "share", 0.6, 0.7, 0.8)
TICKETS = metric(
    "how_to_tickets_per_1000_accounts", "tickets_per_1000_accounts", 1800.0, 1500.0, 1200.0
)


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_both_are_named_and_end_with_their_last_value(width):
    sources = [Source(), Source()]
    svg = charts.both_sides(ANSWERED, TICKETS, **TEXTS, sources=sources).svg[width]
    for text in ("Questions answered within 24", "How-to tickets per 1,000 customers", "80%"):
        assert text in svg.replace("\u00a0", " ")
    assert ">1,200<" in svg
    assert ">100%<" in svg  # a share's own scale
    assert 1 == svg.count(">Q3 2026<")  # and one axis of quarters


def test_both_sources_are_told_and_one_only_once():
    forum, desk = Source(system="Forum"), Source(system="Desk")
    both = charts.both_sides(ANSWERED, TICKETS, **TEXTS, sources=[forum, desk]).source
    assert "Source: Forum · Source: Desk" == both
    assert "Source: Forum" == (
        charts.both_sides(ANSWERED, TICKETS, **TEXTS, sources=[forum, forum]).source
    )


def test_where_one_side_has_no_number_the_texts_stand_alone():
    nothing = metric("answered_within(hours=24)", "share", 0.6, status="no_data")
    assert {} == charts.both_sides(nothing, TICKETS, **TEXTS, sources=[Source()]).svg
