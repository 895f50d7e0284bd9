"""Stages of maturity: the profile and its minimum, never only a mean."""

from conftest import plan
from tacheles import foundation
from tacheles.contract import MATURITY
from tacheles.quarter import last_quarters

TWO = last_quarters("2026-Q3", 2)


def assessed(*rows: tuple[str, int, str]):
    names = ("competency", "stage", "assessed_on")
    return plan(MATURITY, *(dict(zip(names, row, strict=True)) for row in rows))


HELD = assessed(
    ("listen", 2, "2026-03-31"),
    ("answer", 4, "2026-03-31"),
    ("answer", 1, "2026-09-30"),
    ("prove", 3, "2026-09-30"),
    ("listen", 4, "2026-10-01"),
)


def test_a_stage_holds_from_the_quarter_of_its_assessment_until_the_next():
    """What is assessed after the quarter does not exist yet."""
    found = foundation.maturity_stage(HELD, TWO)
    told = [
        (row["quarter"], row["segment"], row["value"] if row["status"] == "ok" else row["status"])
        for row in found.to_dict("records")
    ]
    assert [
        ("2026-Q2", "listen", 2),
        ("2026-Q2", "answer", 4),
        ("2026-Q2", "prove", "no_data"),
        ("2026-Q3", "listen", 2),
        ("2026-Q3", "answer", 1),
        ("2026-Q3", "prove", 3),
    ] == told


def test_minimum_and_median_count_what_is_not_assessed_yet():
    lowest, middle = (
        f(HELD, TWO) for f in (foundation.maturity_minimum, foundation.maturity_median)
    )
    assert [2, 1] == lowest["value"].tolist()
    assert [3, 2] == middle["value"].tolist()
    assert [(2, 1), (3, 0)] == list(zip(lowest["n"], lowest["left_out"], strict=True))


def test_nothing_assessed_has_no_stage():
    for define in (
        foundation.maturity_stage,
        foundation.maturity_minimum,
        foundation.maturity_median,
    ):
        assert {"no_data"} == set(define(assessed(), TWO)["status"])
    assert ["no_data", "ok"] == foundation.maturity_minimum(
        assessed(("listen", 2, "2026-09-30")), TWO
    )["status"].tolist()
