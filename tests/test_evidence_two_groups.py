import numpy as np
import pandas as pd
import pytest

from tacheles.evidence.two_groups import difference_of_changes

JOINED = pd.Series([True, True, False, False])
AFTER = np.array([False, True])


def outcomes(*rows: list[float]) -> pd.DataFrame:
    return pd.DataFrame(rows)


def test_it_is_one_change_minus_the_other():
    """From 10 to 16 against 20 to 22: 4."""
    found = difference_of_changes(outcomes([9, 15], [11, 17], [19, 22], [21, 22]), JOINED, AFTER)
    assert 4 == pytest.approx(found.difference.value)


def test_the_error_is_by_unit():
    """Changes 4 and 8 are 2 off their mean, 1 and 3 are 1 off theirs: √(2 · 1² + 2 · ½²)."""
    found = difference_of_changes(outcomes([9, 13], [11, 19], [19, 20], [21, 24]), JOINED, AFTER)
    assert np.sqrt(2.5) == pytest.approx(found.difference.standard_error)


def test_what_is_not_known_is_left_out_of_its_mean():
    """One of the joined is unknown before: 10 alone, then 16 on average."""
    table = outcomes([10, 12], [np.nan, 20], [19, 22], [21, 22])
    assert 4 == pytest.approx(difference_of_changes(table, JOINED, AFTER).difference.value)


class TestEvidence:
    @pytest.fixture
    def panel(self):
        """Forty and forty units, ten periods before and four after, with little noise."""
        rng = np.random.default_rng(6)
        season = np.sin(np.arange(14))
        return pd.DataFrame(np.arange(80)[:, None] + season + rng.normal(0, 0.2, (80, 14)))

    @pytest.fixture
    def joined(self):
        return pd.Series(np.arange(80) < 40)

    def test_parallel_groups_carry_grade_c(self, panel, joined):
        found = difference_of_changes(panel, joined, np.arange(14) >= 10)
        assert "C" == found.evidence.grade
        assert [True, True] == [check.passed for check in found.evidence.checks]

    def test_groups_that_were_drifting_apart_do_not(self, panel, joined):
        drifting = panel + 0.3 * np.outer(joined, np.arange(14))
        found = difference_of_changes(drifting, joined, np.arange(14) >= 10)
        trends = found.evidence.checks[1]
        assert ("parallel_trends", False) == (trends.name, trends.passed)
        assert 0.3 == pytest.approx(trends.facts["slope"], abs=0.05)
        assert "D" == found.evidence.grade

    def test_three_periods_show_no_trend(self, panel, joined):
        found = difference_of_changes(panel.iloc[:, :12], joined, np.arange(12) >= 3)
        assert found.evidence.checks[1].passed is None

    def test_few_units_are_worth_d(self, panel, joined):
        few = panel.iloc[1:]
        found = difference_of_changes(few, joined.iloc[1:], np.arange(14) >= 10)
        assert found.evidence.checks[0].passed is False
        assert {"periods": 14, "joiners": 39, "others": 40} == dict(found.evidence.checks[0].facts)
        assert "D" == found.evidence.grade
