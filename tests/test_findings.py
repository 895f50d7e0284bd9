"""Lists of faults: what matters most comes first, and nothing unknown is told."""

import pytest

from tacheles import words
from tacheles.findings import COLUMNS, finding, findings


def test_what_matters_most_comes_first_else_the_order_stays():
    rows = [finding(s, "k", how) for s, how in (("a", "note"), ("b", "fault"), ("c", "fault"))]
    assert ["b", "c", "a"] == findings(rows)["subject"].tolist()


def test_none_is_an_empty_list_of_the_same_shape():
    assert COLUMNS == findings([]).columns.tolist()
    assert "Nothing in this section" in words.findings(findings([])).said


def test_a_severity_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="catastrophe"):
        finding("a", "k", "catastrophe")
