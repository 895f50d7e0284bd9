"""Groups in words: a difference is named only beyond chance."""

import numpy as np
import pytest

from tacheles import words
from tacheles.estimate import Estimates, wilson

NAME = "Answered within 24 hours, by segment"


def groups(*counts: tuple[str, int, int], metric: str = "answered_by_segment(hours=24)", **more):
    """Rates of groups: name, with the property, all."""
    rows = []
    for segment, k, n in counts:
        low, high = wilson(k, n)
        usual = {"metric": metric, "quarter": "2026-Q1", "segment": segment, "at": np.nan}
        usual |= {"value": k / n, "low": float(low), "high": float(high), "level": 0.95, "n": n}
        usual |= {"left_out": 0, "unit": "share", "status": "ok", "persons": n}
        rows.append(usual | {"persons_needed": 5} | more)
    return Estimates(rows)


class TestGroupsHeadline:
    def test_the_highest_and_the_lowest_if_they_differ(self):
        found = groups(("A", 80, 100), ("B", 50, 100), ("C", 60, 100))
        assert f"{NAME}: A 80%, B 50%" == words.groups_headline(found)

    def test_groups_that_chance_could_bring_are_not_ordered(self):
        found = groups(("A", 55, 100), ("B", 50, 100))
        expected = f"{NAME}: the 2 groups differ by no more than chance could bring"
        assert expected == words.groups_headline(found)

    def test_one_of_many_must_stand_apart_more(self):
        """65 and 50 of 100 differ alone, and not as the extremes of ten groups (Holm)."""
        alone = groups(("A", 65, 100), ("B", 50, 100))
        many = groups(("A", 65, 100), ("B", 50, 100), *((f"C{i}", 57, 100) for i in range(8)))
        assert words.groups_headline(alone).endswith("A 65%, B 50%")
        assert "the 10 groups differ by no more" in words.groups_headline(many)

    def test_a_group_too_small_is_not_among_them(self):
        found = groups(("A", 80, 100), ("B", 50, 100), ("C", 0, 4))
        assert f"{NAME}: A 80%, B 50%" == words.groups_headline(found)

    def test_of_one_group_left_only_that_one_is_told(self):
        found = groups(("A", 80, 100), ("B", 1, 4))
        expected = "A: about four in five questions had an answer within 24 hours"
        assert expected == words.groups_headline(found)

    def test_without_any_the_reason_is_told(self):
        found = groups(("A", 1, 4), ("B", 1, 4))
        assert f"{NAME}: not shown, to protect few people" == words.groups_headline(found)

    def test_full_counts_have_no_chance_in_them(self):
        found = groups(("blog", 3, 1), ("ama", 1, 1), metric="planned_items", unit="items")
        found[["low", "high", "level"]] = np.nan
        found["persons"] = 0
        assert "Items planned: Blog 3, Ask me anything 1" == words.groups_headline(found)
        equal = found.assign(value=2.0)
        assert "the 2 groups differ by no more" in words.groups_headline(Estimates(equal))

    def test_only_the_last_quarter_speaks(self):
        found = groups(("A", 80, 100), ("B", 50, 100), ("A", 50, 100), ("B", 50, 100))
        found.loc[:1, "quarter"] = "2025-Q4"
        assert "the 2 groups differ by no more" in words.groups_headline(found)


def test_both_marks_of_a_pair_are_explained():
    planned = groups(("blog", 3, 1), metric="planned_items", unit="items")
    published = groups(("blog", 2, 1), metric="published_items", unit="items")
    said = words.pair_subtitle(planned, published)
    assert said.startswith("Q1 2026. Coloured: Items published. Grey: Items planned.")


@pytest.mark.parametrize("language", ["en", "de"])
def test_findings_name_groups_as_a_reader_says_them(language):
    from tacheles.findings import finding, findings

    words.use(language)
    found = findings([finding("ama", "rhythm_lost", "warning", n=3)])
    assert words.segment("ama") == words.findings(found).rows[0][0]
    assert words.findings(found).rows[0][1].startswith(f"{words.segment('ama')}:")


def test_a_score_changes_by_its_own_decimals():
    assert "+0.25" == words.difference(0.25, "score")
    assert "−3" == words.difference(-3.2, "percentage_points")
