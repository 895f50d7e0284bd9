"""What is noticed of answers and people, in simulated communities where it happens or not."""

from datetime import timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest
from growth_tables import acts, roles

from conftest import members, posts
from tacheles import growth, words
from tacheles.quarter import Quarters, last_quarters

QUARTERS = last_quarters("2026-Q4", 8)
STEADY = (100, 103, 98, 101, 99, 102, 100, 101)
WELL = (0.9,) * 8
WORSE = (0.9, 0.88, 0.84, 0.8, 0.75, 0.7, 0.65, 0.6)
GROWING = (60, 80, 100, 120, 140, 160, 180, 205)
LEAVING = (200, 203, 198, 201, 199, 202, 200, 120)


@cache
def community(
    people: tuple[int, ...], answered: tuple[float, ...], *, helpers: int = 30, chatter: int = 0
) -> dict[str, object]:
    """
    What the definitions say of eight quarters.

    In each quarter the first so many of all people ask two questions each, of which a share is
    answered within an hour by the helpers in turn; three people write so much more each.
    """
    random = np.random.default_rng(11)
    rows = []
    for start, many, share in zip(QUARTERS.borders[:-1], people, answered, strict=True):
        place = random.permutation(2 * many)
        for i in range(2 * many):
            asked_at = start + timedelta(minutes=int(random.integers(80 * 1440)))
            name = f"{start:%y%m}-{i}"
            rows.append(
                {"post_id": name, "thread_id": name, "posted_at": str(asked_at)}
                | {"member_id": f"m{i % many}", "kind": "question"}
            )
            if place[i] < share * 2 * many:  # exactly that share: no luck
                rows.append(
                    {"post_id": f"{name}a", "thread_id": name, "kind": "answer"}
                    | {"posted_at": str(asked_at + timedelta(hours=1))}
                    | {"member_id": f"h{i % helpers}"}
                )
        rows += [
            {"post_id": f"{start:%y%m}c{i}", "thread_id": f"{start:%y%m}c{i}", "kind": "comment"}
            | {"posted_at": str(start + timedelta(days=1)), "member_id": f"c{i % 3}"}
            for i in range(3 * chatter)
        ]
    return said_of(rows, QUARTERS)


def said_of(rows: list[dict], quarters: Quarters) -> dict[str, object]:
    """The estimates from which something is noticed."""
    made, nobody = posts(*rows), members()
    took_part = growth.participation(made, nobody, roles(), acts(), quarters.calendar)
    return {
        "answered": growth.answered_within(growth.threads(made, nobody), quarters),
        "active": growth.active_members(took_part, quarters),
        "returning": growth.returning_contributor_rate(took_part, quarters),
        "lost": growth.lost_contributors(took_part, quarters),
        "half": growth.absence_factor(took_part, quarters),
    }


@pytest.mark.parametrize(
    ("people", "answered", "expected"),
    [
        (STEADY, WORSE, ["answers_fall_while_activity_holds"]),
        (GROWING, WORSE, ["people_grow_while_answers_fall"]),
        (LEAVING, WELL, ["people_leave_while_answers_hold"]),
        (STEADY, WELL, []),
        (GROWING, WELL, []),
        (LEAVING, WORSE, []),
        (STEADY, WORSE[::-1], []),
    ],
    ids=["fall", "grow and fall", "leave", "steady", "grow", "leave and fall", "better"],
)
def test_what_the_numbers_say_only_together(people, answered, expected):
    """
    Each happens where it is simulated, and nowhere else.

    Answers that fall while people leave are no surprise: the headline says that they fall.
    """
    found = growth.growth_findings(**community(people, answered))
    assert expected == found["kind"].tolist()


def test_half_on_fewer_than_may_be_counted_is_said_without_a_number():
    """Three people write as much as the hundred others."""
    estimates = community(STEADY, WELL, chatter=600)
    found = growth.growth_findings(**estimates)
    assert ["few_carry_half"] == found["kind"].tolist()
    assert [{}] == found["detail"].tolist()
    said = words.findings(found).rows[0][1]
    assert not any(letter.isdigit() for letter in said)


def test_a_community_too_small_to_show_says_nothing_of_the_few():
    """Of four people it would say no more than that they are four."""
    rows = [
        {"post_id": f"{day}{who}", "thread_id": f"{day}{who}", "posted_at": f"2026-10-{day}"}
        | {"member_id": who, "kind": "question"}
        for day in ("05", "06")
        for who in "abcd"
    ]
    found = growth.growth_findings(**said_of(rows, last_quarters("2026-Q4", 1)))
    assert found.empty


def test_what_is_noticed_is_the_headline_and_the_page_s_own_finding_the_next_sentence():
    estimates = community(GROWING, WORSE, chatter=900)
    found = growth.growth_findings(**estimates)
    line = words.bottom_line(estimates["answered"], estimates["active"], noticed=found)
    assert line.finding.startswith("More people take part, and fewer of their questions")
    assert line.sentences[0].startswith("Contributions rest on very few; how many stays untold")
    assert "had an answer" in line.sentences[1]
    plain = words.bottom_line(estimates["answered"], estimates["active"])
    assert "had an answer" in plain.finding


def test_the_share_that_is_told_is_that_of_the_comparison_that_is_clear():
    found = growth.growth_findings(**community(STEADY, WORSE))
    told = found["detail"].iloc[0]
    assert told["since"] == "2025-Q4"
    assert told["percent"] == 60
    assert told["before_percent"] == 80


def test_a_number_that_may_not_be_shown_is_not_noticed():
    estimates = community(STEADY, WORSE)
    hidden = estimates["answered"].copy()
    hidden["persons"] = 3
    found = growth.growth_findings(**(estimates | {"answered": hidden}))
    assert "answers_fall_while_activity_holds" not in found["kind"].tolist()


def test_threads_that_wait_are_those_without_an_answer_the_oldest_first():
    rows = [
        {"posted_at": "2026-10-05", "member_id": "a", "kind": "question", "category": "Planung"},
        {"posted_at": "2026-10-01", "member_id": None, "kind": "question"},
        {
            "posted_at": "2026-10-02",
            "member_id": "a",
            "kind": "question",
            "closed_at": "2026-10-03",
        },
        {"posted_at": "2026-10-02", "member_id": "a", "kind": "question"},
        {"posted_at": "2026-10-03", "member_id": "b", "kind": "answer", "thread_id": "p4"},
    ]
    quarters = last_quarters("2026-Q4", 1, exported_at=pd.Timestamp("2026-10-06"))
    threads = growth.threads(posts(*rows), members())
    found = growth.waiting_threads(threads, quarters)
    assert ["p2", "p1"] == found["thread_id"].tolist()
    assert [120, 24] == found["hours_waited"].tolist()
    assert not {"member_id", "first_reply_by"} & set(found.columns)
    assert ["p2"] == growth.waiting_threads(threads, quarters, oldest=1)["thread_id"].tolist()
