"""Where a metric stands: against the quarter before, and against the same quarter a year before."""

import math

import pandas as pd
import pytest

from tacheles.estimate import Estimates, _finished
from tacheles.standing import Standing, change_on_year, is_shown, standing


def history(*values: float | None, half: float | None = None, persons: int = 50) -> Estimates:
    """Quarters from 2024-Q1 on; a share with an interval if `half` is given, else a full count."""
    rows = pd.DataFrame(
        {
            "quarter": [f"{2024 + i // 4}-Q{i % 4 + 1}" for i in range(len(values))],
            "value": [math.nan if value is None else value for value in values],
            "persons": persons,
            "n": 50,
            "status": ["no_data" if value is None else "ok" for value in values],
        }
    )
    if half is not None:
        rows = rows.assign(low=rows["value"] - half, high=rows["value"] + half, level=0.95)
    return _finished(rows, metric="number", unit="members", persons_needed=5)


class TestChangeOnYear:
    def test_the_same_quarter_a_year_before(self):
        found = change_on_year(history(10, 20, 30, 40, 16, half=1))
        assert 6 == found["value"]
        assert math.sqrt(2) == pytest.approx(found["high"] - found["value"])

    def test_a_count_is_held_against_its_earlier_yearly_changes(self):
        """Yearly changes so far 1, 3, 1, 3: sd 1.1547; t with three degrees of freedom 3.1824."""
        found = change_on_year(history(10, 20, 30, 40, 11, 23, 31, 43, 21))
        assert 10 == found["value"]
        half = 3.18245 * 1.154700 * math.sqrt(1 + 1 / 4)
        assert half == pytest.approx(found["high"] - found["value"], abs=1e-4)

    def test_with_fewer_than_four_of_them_it_has_no_interval(self):
        assert math.isnan(change_on_year(history(10, 20, 30, 40, 16))["low"])

    def test_without_a_year_there_is_none(self):
        assert change_on_year(history(10, 20, 30, 40)) is None


class TestStanding:
    def test_without_a_history_nothing_is_known(self):
        assert math.isnan(standing("unknown_metric", None).value)
        assert Standing("unknown_metric").latest is None

    def test_a_number_of_too_few_people_is_not_shown(self):
        few = standing("number", history(1, 2, persons=3))
        assert math.isnan(few.value)
        assert "suppressed" == few.latest["status"]

    def test_both_changes(self):
        found = standing("number", history(10, 20, 30, 40, 16, half=1))
        assert (-24, 6) == (found.on_quarter["value"], found.on_year["value"])

    def test_shown_are_only_rows_with_a_number(self):
        assert is_shown(history(1, 2), 0, 1)
        assert not is_shown(history(1, None), 0, 1)
