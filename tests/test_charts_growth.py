"""The triangle of cohorts and the stacked backlog: what is drawn, and what is not."""

import re

import pandas as pd

from tacheles import charts, words
from tacheles.estimate import Estimates, _finished
from tacheles.workbook import Source

TEXTS = {"title": "A finding", "subtitle": "Of whom", "source": Source("Forum")}


def text_of(chart: charts.Chart, width: str = "wide") -> list[str]:
    """The texts of a drawing."""
    return [text.strip() for text in re.findall(r">([^<>]+)</text>", chart.svg[width])]


def cohorts(*rows: tuple[str, int, float, str], persons: int = 40) -> Estimates:
    made = pd.DataFrame(rows, columns=["quarter", "at", "value", "status"])
    made = made.assign(low=made["value"] - 0.1, high=made["value"] + 0.1, level=0.95)
    made = made.assign(n=persons, persons=persons)
    return _finished(made, metric="cohort_retention_rate", unit="share", persons_needed=5)


def backlog(*rows: tuple[str, str, int], persons: int = 40) -> Estimates:
    made = pd.DataFrame(rows, columns=["quarter", "segment", "value"])
    made = made.assign(n=made["value"], persons=persons, status="ok")
    name = "open_questions(stale_days=30, fresh_days=7)"
    return _finished(made, metric=name, unit="questions", persons_needed=5)


class TestTriangle:
    rows = (
        ("2026-Q1", 0, 1.0, "ok"), ("2026-Q1", 1, 0.42, "ok"), ("2026-Q1", 2, 0.3, "ok"),
        ("2026-Q2", 0, 1.0, "ok"), ("2026-Q2", 1, 0.38, "ok"), ("2026-Q2", 2, 0.0, "not_mature"),
    )  # fmt: skip

    def test_each_share_has_its_interval_below_it(self):
        texts = text_of(charts.triangle(cohorts(*self.rows), **TEXTS))
        assert {"42%", "38%", "30%", "32 to 52%"} <= set(texts)

    def test_what_lies_ahead_is_empty_and_the_beginning_is_not_drawn(self):
        texts = text_of(charts.triangle(cohorts(*self.rows), **TEXTS))
        assert 3 == sum(bool(re.fullmatch(r"\d+%", text)) for text in texts)
        assert "100%" not in texts

    def test_a_phone_has_no_room_for_the_intervals(self):
        texts = text_of(charts.triangle(cohorts(*self.rows), **TEXTS), "narrow")
        assert "42%" in texts
        assert not any(" to " in text for text in texts)

    def test_a_cohort_too_small_to_show_is_a_dash(self):
        small = cohorts(("2026-Q2", 1, 0.5, "ok"), persons=4)
        large = cohorts(("2026-Q1", 1, 0.4, "ok"))
        both = Estimates(pd.concat([pd.DataFrame(large), pd.DataFrame(small)], ignore_index=True))
        assert "—" in text_of(charts.triangle(both, **TEXTS))

    def test_without_a_number_the_texts_stand_alone(self):
        assert {} == charts.triangle(cohorts(("2026-Q1", 1, 0.0, "not_mature")), **TEXTS).svg


class TestStacked:
    def test_the_last_bar_names_its_parts_with_their_numbers(self):
        rows = [("2026-Q1", "fresh", 9), ("2026-Q1", "staling", 12), ("2026-Q1", "stale", 70)]
        texts = text_of(charts.stacked(backlog(*rows), **TEXTS, accent="stale"))
        assert {"Fresh 9", "Getting old 12", "Stale 70"} <= set(texts)

    def test_a_quarter_with_a_hidden_part_has_no_bar(self):
        """From the bar and the other parts the hidden one could be read off."""
        open_then = backlog(("2026-Q1", "fresh", 9), ("2026-Q1", "stale", 70))
        hidden = backlog(("2026-Q2", "fresh", 8), persons=3)
        shown = backlog(("2026-Q2", "stale", 60))
        parts = [pd.DataFrame(one) for one in (open_then, hidden, shown)]
        both = Estimates(pd.concat(parts, ignore_index=True))
        texts = text_of(charts.stacked(both, **TEXTS))
        assert "—" in texts
        assert not any("Stale" in text for text in texts)

    def test_its_headline_is_how_many_have_been_open_for_long(self):
        rows = [("2026-Q1", "fresh", 9), ("2026-Q1", "staling", 12), ("2026-Q1", "stale", 70)]
        assert "Open for 30 days or more: 70 questions" == words.backlog_headline(backlog(*rows))
        hidden = words.backlog_headline(backlog(*rows, persons=3))
        assert "Open questions, by age: not shown, to protect few people" == hidden

    def test_without_a_whole_quarter_the_texts_stand_alone(self):
        assert {} == charts.stacked(backlog(("2026-Q1", "fresh", 3), persons=3), **TEXTS).svg


class TestWaiting:
    threads = pd.DataFrame(
        {"thread_id": ["topic-7", "post-8", "h9"], "hours_waited": [200.0, 5.0, 1.0]}
    ).assign(category=["Planung", None, None])

    def test_links_lead_to_the_platform_s_own_page(self):
        html = words.waiting(self.threads, "forum.example").html()
        assert '<a href="https://forum.example/t/7">topic-7</a>: 8.3 days, Planung' in html
        assert '<a href="https://forum.example/questions/8">post-8</a>: 5 hours' in html

    def test_what_has_no_known_address_is_no_link(self):
        assert "<li>h9: 1 hour</li>" in words.waiting(self.threads, "forum.example").html()
        assert "<a " not in words.waiting(self.threads, "").html()

    def test_nobody_waiting_is_said(self):
        assert "Nobody waits" in words.waiting(self.threads[:0], "forum.example").html()

    def test_what_is_written_by_others_is_escaped(self):
        rough = pd.DataFrame({"thread_id": ["<b>"], "hours_waited": [1.0], "category": ["<i>"]})
        html = words.waiting(rough, "x").html()
        assert "<b>" not in html
        assert "<i>" not in html
