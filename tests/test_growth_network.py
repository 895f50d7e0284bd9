"""Who talks with whom: by hand and at the edges."""

import pandas as pd
import pytest

from conftest import answer, members, posts, question
from tacheles import growth
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)


def density(*rows: dict, people: tuple[dict, ...] = (), quarters=Q1) -> pd.DataFrame:
    given = posts(*rows), members(*people)
    found = growth.reply_network_density(*given, growth.threads(*given), quarters)
    return found.set_index(["quarter", "segment"])


def talk(day: str, *pairs: str) -> list[dict]:
    """For each pair, the second answers the first."""
    rows = []
    for i, (asker, helper) in enumerate(pairs):
        thread = f"{day}-{i}"
        rows += [
            question(f"{day} 08:00", by=asker, thread_id=thread, post_id=thread),
            answer(f"{day} 09:00", by=helper, to=thread),
        ]
    return rows


class TestReplyNetworkDensity:
    def test_six_of_ten_pairs(self):
        """METRICS G7 ✓: five members, six pairs: 0.6."""
        found = density(*talk("2026-01-05", "ab", "ac", "ad", "ae", "bc", "de"))
        row = found.loc[("2026-Q1", "everybody")]
        assert (0.6, 5) == (pytest.approx(row["value"]), row["n"])

    def test_both_directions_and_many_answers_are_one_pair(self):
        found = density(*talk("2026-01-05", "ab", "ba", "ab", "bc"))
        assert 2 / 3 == pytest.approx(found["value"].iloc[0])

    def test_who_asks_in_vain_is_a_member_without_a_pair(self):
        found = density(*talk("2026-01-05", "ab"), question("2026-01-05", by="c"))
        assert (1 / 3, 3) == (pytest.approx(found["value"].iloc[0]), found["n"].iloc[0])

    def test_one_member_has_no_pair(self):
        found = density(question("2026-01-05", by="a"))
        assert {"not_applicable"} == set(found["status"])

    def test_silence_is_no_data(self):
        assert {"no_data"} == set(density()["status"])

    def test_bots_are_no_members(self):
        people = ({"member_id": "r", "is_bot": True},)
        found = density(*talk("2026-01-05", "ab", "ar"), people=people)
        assert (1, 2) == (found["value"].iloc[0], found["n"].iloc[0])

    def test_a_larger_quarter_is_compared_when_it_was_as_large(self):
        """
        Three members and all three pairs in Q4; in Q1 the same in the first week, then a fourth.

        Everybody: 1 and 4 of 6 pairs. When three had taken part: 1 and 1.
        """
        found = density(
            *talk("2025-11-03", "ab", "bc", "ca"),
            *talk("2026-01-05", "ab", "bc", "ca"), *talk("2026-02-05", "da"),
            quarters=last_quarters("2026-Q1", 2),
        )["value"]  # fmt: skip
        assert [1, 4 / 6] == pytest.approx(found.xs("everybody", level=1).tolist())
        assert [1, 1] == found.xs("equal_size", level=1).tolist()
