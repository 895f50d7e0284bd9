import pandas as pd
import pytest

from tacheles.estimate import COLUMNS, Estimates
from tacheles.privacy import PRIVATE, TELLING, Thresholds, protect


def cell(persons: float, needed: float = 5, **others: object) -> Estimates:
    """One estimate whose numbers would be noticed wherever they are shown."""
    row = {
        "metric": "answered_within(hours=24)",
        "quarter": "2026-Q1",
        "segment": "",
        "at": float("nan"),
        "value": 0.7531,
        "low": 0.6421,
        "high": 0.8642,
        "level": 0.95,
        "n": 7531,
        "left_out": 8642,
        "unit": "share",
        "status": "ok",
        "grade": "",
        "persons": persons,
        "persons_needed": needed,
    }
    return Estimates([row | others], columns=COLUMNS)


@pytest.mark.parametrize("persons", [1, 4])
def test_a_cell_with_too_few_persons_is_suppressed(persons):
    assert "suppressed" == protect(cell(persons)).iloc[0]["status"]


@pytest.mark.parametrize("persons", [0, 5, 6])
def test_a_cell_with_enough_persons_or_with_nobody_is_shown(persons):
    """Nobody can be singled out where nobody is."""
    shown = protect(cell(persons)).iloc[0]

    assert "ok" == shown["status"]
    assert 0.7531 == shown["value"]
    assert 7531 == shown["n"]


@pytest.mark.parametrize(("persons", "status"), [(9, "suppressed"), (10, "ok")])
def test_each_cell_has_the_threshold_of_its_own_kind_of_people(persons, status):
    assert status == protect(cell(persons, needed=10)).iloc[0]["status"]


@pytest.mark.parametrize("counts", [(float("nan"), 5), (4, float("nan"))])
def test_a_cell_whose_persons_nobody_counted_is_suppressed(counts):
    """Stacking with rows of another origin leaves gaps: a gap is no permission."""
    assert "suppressed" == protect(cell(*counts)).iloc[0]["status"]


@pytest.mark.parametrize("column", TELLING)
def test_every_column_that_tells_how_few_they_are_is_emptied(column):
    assert pd.isna(protect(cell(4)).iloc[0][column])


def test_only_the_cell_that_needs_it_is_suppressed():
    both = pd.concat([cell(4, quarter="2025-Q4"), cell(5)])

    assert ["suppressed", "ok"] == protect(both)["status"].tolist()
    assert ["2025-Q4", "2026-Q1"] == protect(both)["quarter"].tolist()


@pytest.mark.parametrize("column", PRIVATE)
def test_the_count_of_persons_never_leaves(column):
    assert column not in protect(cell(5)).columns


@pytest.mark.parametrize("column", PRIVATE)
def test_estimates_whose_persons_are_unknown_are_refused(column):
    with pytest.raises(ValueError, match=f"without {column}"):
        protect(cell(5).drop(columns=column))


def test_what_is_protected_stays_raw_in_memory():
    estimates = cell(4)
    protect(estimates)

    assert 0.7531 == estimates.iloc[0]["value"]


def test_no_estimates_are_no_mistake():
    assert protect(cell(5).iloc[:0]).empty


def test_the_thresholds_are_those_of_the_rules():
    """P1: customers 5, survey answers 10, employees 10."""
    assert (5, 10, 10) == (
        Thresholds().customers,
        Thresholds().survey_answers,
        Thresholds().employees,
    )


@pytest.fixture
def _wide():
    """A terminal wide enough for every column: nothing is hidden by chance."""
    with pd.option_context("display.width", 1000, "display.max_columns", None):
        yield


VIEWS = {
    "alone": lambda rows: rows,
    "first rows": lambda rows: rows.head(1),
    "chosen rows": lambda rows: rows[rows["value"] > 0],
    "chosen columns": lambda rows: rows[["quarter", "value", "n"]],
    "without the count": lambda rows: rows.drop(columns="persons"),
    "stacked": lambda rows: pd.concat([rows, cell(4)]),
    "copied": lambda rows: rows.copy(),
    "sorted": lambda rows: rows.sort_values("value"),
    "turned": lambda rows: rows.T,
}


@pytest.mark.usefixtures("_wide")
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("display", [repr, str, lambda rows: rows._repr_html_()])
def test_displayed_estimates_never_show_a_suppressed_number(view, display):
    text = display(view(cell(4)))

    assert not [number for number in ("7531", "6421", "8642") if number in text]


@pytest.mark.usefixtures("_wide")
@pytest.mark.parametrize("display", [repr, lambda rows: rows._repr_html_()])
def test_displayed_estimates_show_the_others(display):
    assert "0.7531" in display(cell(5))
    assert "persons" not in display(cell(5))
