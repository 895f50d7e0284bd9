"""Two counts of each group as bars."""

import pytest

from tacheles import charts
from tacheles.estimate import Estimates
from tacheles.workbook import Source

TEXTS = {"title": "T", "subtitle": "S", "source": Source()}


def items(metric: str, **many: float) -> Estimates:
    """Items of each format in the last quarter."""
    usual = {"metric": metric, "quarter": "2026-Q1", "unit": "items", "status": "ok", "n": 1}
    usual |= {"low": None, "high": None, "level": None, "at": None, "left_out": 0, "grade": ""}
    rows = [usual | {"segment": name, "value": value} for name, value in many.items()]
    return Estimates(rows).assign(persons=0, persons_needed=5).astype({"low": float, "high": float})


def drawing(first: Estimates, second: Estimates) -> str:
    return charts.pairs(first, second, **TEXTS).svg["wide"]


def test_each_group_has_its_name_and_both_counts():
    svg = drawing(items("planned_items", blog=13, ama=3), items("published_items", blog=12, ama=3))
    for text in (">Blog<", ">Ask me anything<", ">12 / 13<", ">3 / 3<"):
        assert text in svg


def test_groups_are_matched_by_name_and_not_by_order():
    svg = drawing(items("planned_items", blog=13, ama=3), items("published_items", ama=2, blog=9))
    assert ">9 / 13<" in svg
    assert ">2 / 3<" in svg


def test_none_published_is_a_zero():
    assert ">0 / 4<" in drawing(items("planned_items", blog=4), items("published_items", blog=0))


def test_a_group_without_a_number_is_a_dash():
    few = items("planned_items", blog=4, ama=3)
    few.loc[1, "persons"] = 2
    svg = drawing(few, items("published_items", blog=4, ama=3))
    assert ">—<" in svg
    assert ">3 / 3<" not in svg


def test_without_any_number_the_texts_stand_alone():
    nothing = items("planned_items", blog=4).assign(status="no_data", value=float("nan"))
    chart = charts.pairs(Estimates(nothing), Estimates(nothing), **TEXTS)
    assert {} == chart.svg
    assert "T. S" == chart.alt


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_it_is_drawn_the_same_every_time(width):
    made = [
        charts.pairs(items("planned_items", blog=4), items("published_items", blog=3), **TEXTS)
        for _ in range(2)
    ]
    assert made[0].svg[width] == made[1].svg[width]
