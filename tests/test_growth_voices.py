"""Every voice: by hand, with waiting counted as waiting, against a bootstrap, and the refusals."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from growth_tables import participation

from conftest import answer, members, posts, question, written
from tacheles import growth
from tacheles.estimate import change
from tacheles.quarter import last_quarters

Q1 = last_quarters("2026-Q1", 1)
WEEK = last_quarters("2026-Q1", 1, exported_at=datetime(2026, 1, 12))


def asked(many: int, *, answered: int, who: str = "a", **more: object) -> list[dict]:
    """Questions by as many people on 5 January, the first of them answered after an hour."""
    names = [f"{who}{i}" for i in range(1, many + 1)]
    rows = [question("2026-01-05", name, post_id=name, thread_id=name, **more) for name in names]
    return rows + [answer("2026-01-05 01:00", to=name) for name in names[:answered]]


def experience(*rows: dict, quarters=Q1, people=(), **options) -> pd.DataFrame:
    made, known = posts(*rows), members(*people)
    threads = growth.threads(made, known)
    return growth.answered_by_experience(threads, made, known, quarters, **options)


class TestByExperience:
    def test_the_first_four_contributions_are_a_newcomers(self):
        """Three before the fourth: newcomer; four before the fifth, which is answered: regular."""
        rows = [question(f"2026-01-0{day}", "a", thread_id=f"t{day}") for day in range(1, 6)]
        found = experience(*rows, answer("2026-01-05 01:00", to="t5"))
        assert ["newcomers", "regulars"] == found["segment"].tolist()
        assert [(0.0, 4), (1.0, 1)] == list(zip(found["value"], found["n"], strict=True))

    def test_few_can_be_another_number_and_any_contribution_counts(self):
        rows = [written("2025-12-01", "a"), question("2026-01-05", "a", thread_id="t")]
        found = experience(*rows, few=0)
        assert [0, 1] == found["n"].tolist()

    def test_within_the_time_to_the_moment(self):
        rows = [question("2026-01-05", f"a{i}", thread_id=f"t{i}") for i in range(2)]
        late = (answer("2026-01-06 00:00:00", to="t0"), answer("2026-01-06 00:00:01", to="t1"))
        assert 0.5 == experience(*rows, *late)["value"].iloc[0]

    def test_those_still_waiting_count_as_long_as_they_waited(self):
        """
        METRICS R2 in hours: answered after 1, 2 and 4, no longer seen after 3 and 5.

        Within 4 hours S = 0.8 · 0.75 · 0.5 = 0.3, although 3 of 5 were answered.
        """
        quarters = last_quarters("2026-Q1", 1, exported_at=datetime(2026, 1, 5, 10))
        opened = {"a": 1, "b": 1, "c": 7, "d": 1, "e": 5}
        rows = [question(f"2026-01-05 0{at}:00", who, thread_id=who) for who, at in opened.items()]
        waits = {"a": 1, "b": 2, "d": 4}
        replies = [answer(f"2026-01-05 0{1 + h}:00", to=who) for who, h in waits.items()]
        found = experience(*rows, *replies, quarters=quarters, hours=4).iloc[0]
        assert (pytest.approx(0.7), 5, 5) == (found["value"], found["n"], found["persons"])

    def test_closed_before_anybody_answered_is_no_longer_seen(self):
        """Closed after 2 hours, answered after 1 and never: 1/3 + 1/3 · chance of 0 = 1/3."""
        rows = asked(3, answered=1)
        rows[2] |= {"closed_at": "2026-01-05 02:00"}
        assert pytest.approx(1 / 3) == experience(*rows)["value"].iloc[0]

    def test_the_interval_counts_askers(self):
        """40 askers of one question know more than 4 of ten each with the same luck."""
        many = experience(*asked(40, answered=20)).iloc[0]
        rows = asked(40, answered=20)
        for i, row in enumerate(rows[:40]):
            row["member_id"] = f"one{i // 10}"
        few = experience(*rows, few=99).iloc[0]
        assert (0.5, 0.5) == (many["value"], few["value"])
        assert few["high"] - few["low"] > 2 * (many["high"] - many["low"])
        assert (40, 4) == (many["persons"], few["persons"])

    def test_unknown_authors_are_left_out_and_staff_in_no_group(self):
        rows = [
            question("2026-01-05", None),
            question("2026-01-05", "host"),
            question("2026-01-05", "a"),
        ]
        found = experience(*rows, people=[{"member_id": "host", "role": "staff"}])
        assert ([1, 0], [1, 1]) == (found["n"].tolist(), found["left_out"].tolist())
        assert ["ok", "no_data"] == found["status"].tolist()

    def test_a_cut_off_export_does_not_know_who_is_new(self):
        clipped = replace(Q1, history_from=datetime(2026, 1, 1))
        assert {"clipped"} == set(experience(*asked(2, answered=1), quarters=clipped)["status"])

    def test_a_quarter_younger_than_the_time_allowed_is_not_mature(self):
        quarters = last_quarters("2026-Q1", 1, exported_at=datetime(2026, 1, 1, 20))
        found = experience(question("2026-01-01 03:00", "a"), quarters=quarters)
        assert "not_mature" == found["status"].iloc[0]

    def test_without_threads_it_is_not_applicable(self):
        found = experience({"posted_at": "2026-01-05", "member_id": "a"})
        assert "not_applicable" == found["status"].iloc[0]


class TestByLanguageAndSegment:
    def test_each_language_that_of_most_questions_first(self):
        made = posts(
            *asked(4, answered=1, who="en", language="en"),
            *asked(5, answered=5, who="de", language="de"),
            *asked(1, answered=0, who="x"),
        )
        threads = growth.threads(made, members())
        found = growth.answered_by_language(threads, Q1)
        assert [("de", 1.0, 5), ("en", 0.25, 4)] == list(
            zip(found["segment"], found["value"], found["n"], strict=True)
        )
        assert [1, 1] == found["left_out"].tolist()
        gap = growth.voice_equity_gap_by_language(found, Q1).iloc[0]
        assert ("en", -75.0, 9, 4) == tuple(gap[["segment", "value", "n", "persons"]])

    def test_the_language_is_the_openers(self):
        made = posts(
            question("2026-01-05", "a", language="de"), answer("2026-01-06", language="en")
        )
        found = growth.answered_by_language(growth.threads(made, members()), Q1)
        assert ["de"] == found["segment"].tolist()

    def test_the_segment_is_the_askers(self):
        made = posts(*asked(3, answered=3, who="a"), *asked(2, answered=1, who="b"))
        people = [{"member_id": f"a{i}", "segment": "Industry"} for i in range(1, 4)]
        known = members(*people, {"member_id": "b1", "segment": "Trade"})
        threads = growth.threads(made, known)
        found = growth.answered_by_segment(threads, known, Q1)
        assert ["Industry", "Trade"] == found["segment"].tolist()
        assert [1, 1] == found["left_out"].tolist()  # b2 has no segment
        gap = growth.voice_equity_gap_by_segment(found, Q1)
        assert [("Trade", 0.0)] == list(zip(gap["segment"], gap["value"], strict=True))

    def test_one_language_has_nothing_to_be_compared_with(self):
        made = posts(*asked(2, answered=1, language="de"))
        found = growth.voice_equity_gap_by_language(
            growth.answered_by_language(growth.threads(made, members()), Q1), Q1
        )
        assert [("not_applicable", "")] == list(zip(found["status"], found["segment"], strict=True))

    def test_no_language_at_all_is_no_data(self):
        made = posts(*asked(2, answered=1))
        threads = growth.threads(made, members())
        found = growth.answered_by_language(threads, Q1)
        gap = growth.voice_equity_gap_by_language(found, Q1)
        assert [["no_data"]] * 2 == [found["status"].tolist(), gap["status"].tolist()]


class TestGap:
    def gap(self, *rows: dict, quarters=Q1) -> pd.Series:
        return growth.voice_equity_gap(experience(*rows, quarters=quarters), quarters).iloc[0]

    def regulars(self, many: int, answered: int) -> list[dict]:
        """Regulars with a past, who ask."""
        past = [written("2025-11-01", f"r{i}") for i in range(1, many + 1) for _ in range(4)]
        return past + asked(many, answered=answered, who="r")

    def test_newcomers_less_regulars_in_percentage_points(self):
        """5 of 20 and 15 of 20: minus 50 points; the interval is that of two independent shares."""
        rows = [*asked(20, answered=5), *self.regulars(20, 15)]
        found = self.gap(*rows)
        assert (-50.0, 40, 20, "") == tuple(found[["value", "n", "persons", "segment"]])
        both = experience(*rows)
        expected = change(both.iloc[0], both.iloc[1])
        assert (pytest.approx(100 * expected["low"]), pytest.approx(100 * expected["high"])) == (
            found["low"],
            found["high"],
        )

    def test_all_answered_in_both_is_no_gap_but_not_without_doubt(self):
        found = self.gap(*asked(5, answered=5), *self.regulars(5, 5))
        assert 0.0 == found["value"]
        assert found["low"] < -20 < 20 < found["high"]

    def test_without_regulars_there_is_no_gap(self):
        found = self.gap(*asked(5, answered=5))
        assert "no_data" == found["status"]
        assert found[["value", "low", "high", "level"]].isna().all()

    def test_it_is_as_wide_as_a_bootstrap_by_asker(self):
        """Two groups of 80 askers of 1 to 6 questions with luck of their own; 2000 resamples."""
        random = np.random.default_rng(3)
        rows, luck = [], {"a": (1.5, 1.5), "r": (3.0, 1.0)}
        counts = []
        for who, (good, bad) in luck.items():
            for i in range(80):
                rows += [written("2025-11-01", f"{who}{i}") for _ in range(99 * (who == "r"))]
                many = random.integers(1, 5 if who == "a" else 7)
                got = random.binomial(many, random.beta(good, bad))
                counts.append((who, many, got))
                for q in range(many):
                    name = f"{who}{i}q{q}"
                    rows.append(question("2026-01-05", f"{who}{i}", thread_id=name))
                    rows += [answer("2026-01-05 01:00", to=name)] * (q < got)
        found = self.gap(*rows)
        table = pd.DataFrame(counts, columns=["who", "many", "got"])
        shares = {}
        for who, own in table.groupby("who"):
            drawn = random.integers(0, len(own), (2000, len(own)))
            many, got = (own[name].to_numpy()[drawn].sum(axis=1) for name in ("many", "got"))
            shares[who] = got / many
        low, high = 100 * np.quantile(shares["a"] - shares["r"], [0.025, 0.975])
        assert (pytest.approx(low, abs=2), pytest.approx(high, abs=2)) == (
            found["low"],
            found["high"],
        )


class TestContributionBreadth:
    people = (
        *({"member_id": f"a{i}", "segment": "A"} for i in range(3)),
        {"member_id": "b0", "segment": "B"},
    )

    def breadth(self, *rows: dict, people=people, quarters=Q1) -> pd.Series:
        return growth.contribution_breadth(
            participation(*rows, people=people), members(*people), quarters
        ).iloc[-1]

    def test_the_sum_of_the_smaller_shares(self):
        """Members 75 and 25 %, contributions 50 and 50 %: 0.5 + 0.25."""
        found = self.breadth(written("2026-01-05", "a0"), written("2026-01-05", "b0"))
        assert (0.75, 2, 2) == (found["value"], found["n"], found["persons"])
        assert np.isnan(found["low"])

    def test_in_proportion_it_is_1(self):
        rows = [written("2026-01-05", who) for who in ("a0", "a0", "a1", "b0")]
        assert 1.0 == self.breadth(*rows)["value"]

    def test_a_segment_that_writes_nothing_is_missing(self):
        assert 0.75 == self.breadth(written("2026-01-05", "a0"))["value"]

    def test_who_has_no_segment_is_left_out(self):
        rows = (
            written("2026-01-05", "a0"),
            written("2026-01-05", "x"),
            written("2026-01-05", None),
        )
        assert (1, 2) == tuple(self.breadth(*rows)[["n", "left_out"]])

    def test_members_are_those_who_were_there(self):
        """b0 joined after the quarter, c0 left before it: A alone is there."""
        people = (
            {"member_id": "a0", "segment": "A", "joined_at": "2025-01-01"},
            {"member_id": "b0", "segment": "B", "joined_at": "2026-04-01"},
            {"member_id": "c0", "segment": "C", "joined_at": "2025-01-01", "left_at": "2025-12-31"},
        )
        found = self.breadth(written("2026-01-05", "a0"), people=people)
        assert ("not_applicable", 1) == (found["status"], found["n"])

    def test_nothing_written_is_no_data(self):
        found = self.breadth()
        assert "no_data" == found["status"]
        assert np.isnan(found["value"])
