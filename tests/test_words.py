"""Numbers become text here alone; a direction is named only where the interval allows."""

import math
from datetime import datetime

import pandas as pd
import pytest

from tacheles import words
from tacheles.estimate import (
    DEFINITIONS,
    Estimates,
    _finished,
    at_point,
    counts,
    rates,
    without_number,
)
from tacheles.findings import finding
from tacheles.quarter import last_quarters
from tacheles.service_hours import ServiceHours
from tacheles.workbook import Source


def answered(*quarters: tuple[int, int], persons: int = 50, left_out: int = 0) -> Estimates:
    """Answered and asked, quarter by quarter."""
    names = last_quarters("2026-Q3", len(quarters)).names
    rows = rates(
        pd.DataFrame(
            {"quarter": names, "successes": [k for k, _ in quarters], "n": [n for _, n in quarters]}
            | {"persons": persons, "left_out": left_out}
        )
    )
    return _finished(rows, metric="answered_within(hours=168)", unit="share", persons_needed=5)


def active(*members: int, metric: str = "active_members") -> Estimates:
    names = last_quarters("2026-Q3", len(members)).names
    rows = counts(
        pd.DataFrame({"quarter": names, "persons": members, "left_out": 0, "records": 100})
    )
    return _finished(rows, metric=metric, unit="members", persons_needed=5)


def waited(value: float, low: float, high: float, before: float = 4.0) -> Estimates:
    rows = pd.DataFrame(
        {"quarter": ["2026-Q2", "2026-Q3"], "value": [before, value], "low": [before - 1, low]}
        | {"high": [before + 1, high], "level": 0.95, "n": 40, "persons": 40, "status": "ok"}
    )
    name = "time_to_first_response_hours"
    return _finished(rows, metric=name, unit="hours", persons_needed=5)


def retained(*cohorts: tuple[int, ...], persons: int = 50) -> Estimates:
    """Members of each cohort, and how many of them wrote in each later quarter."""
    names = last_quarters("2026-Q3", len(cohorts)).names
    rows = [
        {"quarter": name, "at": at, "successes": stayed, "n": cohort[0]}
        for name, cohort in zip(names, cohorts, strict=True)
        for at, stayed in enumerate([*cohort, *[0] * (len(cohorts) - len(cohort))])
    ]
    told = rates(pd.DataFrame(rows).assign(left_out=0, persons=persons))
    ahead = [at >= len(cohort) for cohort in cohorts for at in range(len(cohorts))]
    told = without_number(told, ahead, "not_mature")
    return _finished(told, metric="cohort_retention_rate", unit="share", persons_needed=5)


def without(status: str, metric: str) -> Estimates:
    rows = pd.DataFrame({"quarter": ["2026-Q3"], "persons": 0, "status": status})
    return _finished(rows, metric=metric, unit="share", persons_needed=5)


class TestNumbers:
    def test_a_minus_is_a_true_minus(self):
        assert "−1,234" == words.number(-1234)

    def test_german_numbers(self):
        words.use("de")
        assert ("1.234,5", "87\N{NO-BREAK SPACE}%") == (
            words.number(1234.5, 1),
            words.percent(0.87),
        )

    @pytest.mark.parametrize(
        ("hours", "told"),
        [
            (0.5, "30 minutes"), (1, "1 hour"), (4.62, "4.6 hours"), (24, "24 hours"),
            (71.9, "72 hours"), (72, "3 days"), (168, "7 days"),
        ],
    )  # fmt: skip
    def test_a_span_is_told_in_the_unit_that_reads_best(self, hours, told):
        assert told == words.duration(hours)

    @pytest.mark.parametrize(
        ("share", "told"),
        [
            (0, "none of the"), (1, "all"), (0.8, "about four in five"),
            (0.251, "about one in four"), (0.86, "86% of"), (0.5, "50% of"), (0.999, "100% of"),
        ],
    )  # fmt: skip
    def test_a_share_is_a_simple_fraction_where_it_is_close_to_one(self, share, told):
        assert told == words.share_of(share)

    @pytest.mark.parametrize(
        ("amount", "unit", "told"),
        [
            (0.07, "share", "+7 points"), (-0.01, "share", "−1 point"), (0, "members", "±0"),
            (37, "members", "+37"), (-2.5, "hours", "−2.5 hours"), (0.004, "score", "±0"),
            (math.inf, "hours", "without limit"),
        ],
    )  # fmt: skip
    def test_a_difference_has_its_sign_and_unit(self, amount, unit, told):
        assert told == words.difference(amount, unit)

    @pytest.mark.parametrize(
        ("amount", "told"),
        [
            (0, "0 €"), (0.001, "0 €"), (-1.14, "−1.14 €"), (63.04, "63.04 €"), (63, "63.00 €"),
            (99.996, "100 €"), (123.4, "123 €"), (68_234, "68,200 €"), (-28_349, "−28,300 €"),
        ],
    )  # fmt: skip
    def test_money_is_told_to_the_cent_or_without_decimals(self, amount, told):
        assert told == words.money(amount).replace("\N{NO-BREAK SPACE}", " ")

    def test_the_months_of_a_quarter(self):
        assert "July to September 2011" == words.months(last_quarters("2011-Q3", 1))
        berlin = last_quarters("2026-Q1", 1, time_zone="Europe/Berlin")
        assert "January to March 2026" == words.months(berlin)

    def test_a_source_tells_system_place_and_day(self):
        of = Source("Discourse", "forum.example", datetime(2023, 9, 3))
        assert "Source: Discourse, forum.example; exported 3 September 2023" == words.source(of)
        assert "Source: table in the workbook" == words.source(Source())


class TestHeadline:
    def test_no_direction_where_the_interval_holds_zero(self):
        """From 8 of 10 to 9 of 10 is nothing to announce."""
        told = words.headline(answered((8, 10), (9, 10)))
        assert "About nine in ten questions had an answer within 7 days" == told

    def test_a_clear_rise_is_named(self):
        told = words.headline(answered((400, 1000), (600, 1000)))
        assert "More questions had an answer within 7 days: 60%, 40% the quarter before" == told

    def test_a_clear_fall_is_named_as_plainly(self):
        told = words.headline(answered((600, 1000), (400, 1000)))
        assert "Fewer questions had an answer within 7 days: 40%, 60% the quarter before" == told

    def test_a_longer_wait_is_told_in_hours(self):
        told = words.headline(waited(40, 30, 50))
        assert (
            "The wait for a first answer grew: half had one after 40 hours, "
            "the quarter before after 4 hours" == told
        )

    def test_half_never_answered(self):
        told = words.headline(waited(math.inf, 50, math.inf))
        assert "Fewer than half of the questions have a first answer yet" == told

    def test_a_count_has_a_direction_only_with_a_history(self):
        assert "90 members took part" == words.headline(active(10, 90))
        told = words.headline(active(50, 51, 50, 51, 50, 90))
        assert told.startswith("More people took part than the usual ups and downs explain: 90")

    @pytest.mark.parametrize(
        ("persons", "told"),
        [
            (4, "Questions answered within 7 days: not shown, to protect few people"),
            (5, "All questions"),
        ],
    )
    def test_few_people_are_not_told_about(self, persons, told):
        assert words.headline(answered((3, 3), (3, 3), persons=persons)).startswith(told)

    def test_nothing_asked(self):
        told = words.headline(answered((1, 2), (0, 0)))
        assert "Questions answered within 7 days: nothing recorded in this quarter" == told

    def test_a_triangle_is_told_at_one_age(self):
        stayed = at_point(retained((40, 10, 9), (20, 8), (30,)), 1)
        assert "About two in five newcomers of Q2 2026 wrote again one quarter later" == (
            words.headline(stayed)
        )
        assert "wrote again one quarter later. Band: 95% interval." in words.subtitle(stayed)

    @pytest.mark.parametrize(
        ("metric", "told"),
        [
            (
                "answered_within_service_hours(hours=8)",
                "Questions answered within 8 service hours: no service hours in "
                "community.toml, or no threads in the export",
            ),
            (
                "top_contributor_share(top=10)",
                "Contributions of the 10 most active: with those who are tied, that is everybody",
            ),
            (
                "peer_answer_share",
                "First answers by members: unknown, the export tells nobody's role",
            ),
            (
                "returning_contributor_rate",
                "Contributors who came back: there was no quarter before",
            ),
        ],
    )
    def test_each_metric_has_its_own_reason_not_to_apply(self, metric, told):
        assert told == words.headline(without("not_applicable", metric))

    @pytest.mark.parametrize(("count", "told"), [(1, "1 question had"), (6, "6 questions had")])
    def test_questions_are_counted_as_questions(self, count, told):
        rows = active(count, metric="unanswered_questions(min_age_hours=168)")
        rows["unit"], rows["persons"] = "questions", 9
        assert words.headline(rows).startswith(told)


def test_a_metric_that_a_plan_names_without_options_has_its_usual_ones():
    import tacheles.catalogue  # noqa: F401  # registers the definitions

    assert "Questions answered within 24 hours" == words.name_of("answered_within")
    assert "Questions answered within 7 days" == words.name_of("answered_within(hours=168)")


class TestSentence:
    def test_it_tells_number_interval_and_what_was_left_out(self):
        told = words.sentence(answered((8, 10), left_out=3)).said
        assert told == (
            "Questions answered within 7 days in Q3 2026: 80% (49 to 94%, n = 10). 3 questions are "
            "left out: too young, removed, or without a known author."
        )

    def test_it_says_that_a_change_may_be_chance(self):
        assert words.sentence(answered((8, 10), (9, 10))).said.endswith(
            "+10 points on Q2 2026 (−24 to +42 points): no more than chance could bring."
        )

    def test_a_limit_keeps_its_side_of_zero(self):
        """Newcombe's interval of these is −0.09 to +6.69 points: it ends a little below zero."""
        told = words.sentence(answered((800, 1000), (833, 1000))).said
        assert "+3 points on Q2 2026 (−0.1 to +7 points): no more than chance" in told

    def test_it_says_that_a_change_is_more_than_chance_only_by_itself(self):
        """Among many numbers it need not stand out: the bottom line judges that."""
        told = words.sentence(answered((400, 1000), (600, 1000))).said
        assert told.endswith("taken by itself more than chance would bring.")

    def test_a_change_without_any_limit_is_not_told_between_two(self):
        """Of so few answers neither side may bound the change of the score."""
        rows = pd.DataFrame(
            {"quarter": ["2026-Q2", "2026-Q3"], "value": [40.0, 20.0], "low": [10.0, -10.0]}
            | {"high": [70.0, 50.0], "level": 0.95, "n": 6, "persons": 50, "status": "ok"}
        )
        found = _finished(rows, metric="net_promoter_score", unit="points", persons_needed=5)
        told = words.sentence(found).said
        assert "That is −20 on Q2 2026 (cannot be told how precisely): no more than" in told

    def test_it_says_that_a_count_has_too_short_a_history(self):
        assert "too few quarters yet" in words.sentence(active(10, 90)).said

    def test_it_does_not_compare_with_what_is_not_shown(self):
        told = words.sentence(active(4, 90)).said
        assert told.endswith("There is no number of the quarter before to compare it with.")
        assert "86" not in told  # the difference would give the 4 away

    def test_it_is_escaped_on_a_page(self):
        assert "<p>a &lt; b</p>" == words.Text("a < b").html()

    def test_newcomers_are_told_with_their_quarter_and_its_age(self):
        told = words.sentence(at_point(retained((40, 10, 9), (20, 8), (30,)), 1)).said
        assert told.startswith(
            "Newcomers of Q2 2026 who wrote again one quarter later: 40% (22 to 61%, n = 20). "
            "That is +15 points on Q1 2026"
        )


class TestServiceHours:
    def test_they_are_told_with_their_zone_and_holidays(self):
        hours = ServiceHours("Mo-Th 09:00-17:00", "Europe/Berlin", "DE-BY")
        assert (
            "Service hours: Mo–Th 09:00–17:00 (Europe/Berlin), public holidays of DE-BY closed."
            == words.service_hours(hours).said
        )

    def test_days_are_named_in_the_language_spoken(self):
        words.use("de")
        assert "Di–Do 09:00–17:00" in words.service_hours(ServiceHours("Tu-Th 09:00-17:00")).said

    def test_without_them_it_says_where_to_write_them(self):
        assert "write service_hours in community.toml" in words.service_hours(ServiceHours()).said


class TestTable:
    def test_its_caption_is_the_definition(self):
        import tacheles.catalogue  # noqa: F401  # registers the definitions

        table = words.table(answered((8, 10)))
        assert DEFINITIONS["answered_within"].statement == table.caption
        assert table.head == [
            "Quarter", "Questions answered within 7 days", "95% interval", "Questions", "Left out"
        ]  # fmt: skip
        assert [["Q3 2026", "80%", "49 to 94%", "10", "0"]] == table.rows

    def test_a_suppressed_row_has_a_reason_and_no_number(self):
        table = words.table(answered((3, 4), persons=4))
        assert [["Q3 2026", "— (to protect few people)", "", "", ""]] == table.rows

    def test_points_in_quarters_make_a_triangle(self):
        import tacheles.catalogue  # noqa: F401  # registers the definitions

        table = words.table(retained((40, 10, 8), (20, 8), (30,)))
        assert ["Quarter", "Newcomers", "One quarter later", "2 quarters later"] == table.head
        assert table.rows == [
            ["Q1 2026", "40", "25%", "20%"], ["Q2 2026", "20", "40%", ""], ["Q3 2026", "30", "", ""]
        ]  # fmt: skip

    def test_a_cohort_of_few_people_has_neither_its_size_nor_its_shares(self):
        import tacheles.catalogue  # noqa: F401  # registers the definitions

        table = words.table(retained((4, 2), (3,), persons=4))
        few = "— (to protect few people)"
        assert [["Q2 2026", "", few], ["Q3 2026", "", few]] == table.rows

    def test_its_heads_are_marked_as_such(self):
        html = words.Table("c <", ["a", "b"], [["x", "1"]]).html()
        assert "<caption>c &lt;</caption>" in html
        assert '<th scope="col">a</th>' in html
        assert '<th scope="row">x</th><td>1</td>' in html


def found(**rows: int) -> pd.DataFrame:
    """An inventory: rows of each table; a table with none is missing."""
    told = [
        {"table": name, "file": f"{name}.csv" if n else "", "rows": n or math.nan}
        | {"first_at": pd.NaT, "last_at": pd.NaT}
        for name, n in rows.items()
    ]
    return pd.DataFrame(told)


class TestMissingTables:
    def test_an_inventory_lists_what_is_there_and_counts_the_rest(self):
        table = words.inventory(found(posts=1234, goals=0, claims=0))
        assert [["posts", "1,234", "", "as exported"]] == table.rows
        assert table.caption.endswith("2 tables are missing.")
        assert "missing" not in words.inventory(found(posts=1)).caption

    def test_a_section_says_which_file_to_add_and_what_a_row_of_it_is(self):
        told = words.lacking(found(posts=12, goals=0, tickets=0), "posts", "goals", "tickets").said
        assert told == (
            "There, with their rows: posts (12). Missing, to be added: plans/goals.csv: one row "
            "per SMART goal; records/tickets.parquet: one row per support ticket."
        )

    def test_a_page_without_its_tables_says_what_to_add_first(self):
        line = words.not_yet(found(posts=12, goals=0, tickets=0), "posts", "goals", "tickets")
        assert "No answer yet: 2 of 3 tables are missing" == line.finding
        assert ["The first to add is plans/goals.csv."] == line.sentences


class TestWhatMoved:
    def test_every_number_is_told_with_its_change(self):
        table = words.movements(answered((600, 1000), (400, 1000)), active(10, 90))
        assert [
            ["Questions answered within 7 days", "40%", "37 to 43%, n\xa0=\xa01,000",
             "▼ −20 points"],
            ["Active members", "90", "full count", "+80: too early to judge"],
        ] == table.rows  # fmt: skip

    def test_a_change_must_be_clear_among_what_stands_beside_as_well(self):
        just = answered((80, 200), (101, 200))
        others = [answered((8, 10), (8, 10))] * 4
        alone, among = words.movements(just), words.movements(just, beside=others)
        assert "▲ +10 points" == alone.rows[0][3]
        assert ["+10 points: not clear"] == [row[3] for row in among.rows]
        assert "among all numbers of this page" in among.caption

    @pytest.mark.parametrize("history", [(10, 90, 50, 70, 20, 30, 30), (30, 30)])
    def test_a_full_count_that_is_what_it_was_is_unchanged(self, history):
        assert "unchanged" == words.movements(active(*history)).rows[0][3]
        assert "unchanged on Q2 2026" == words.bottom_line(active(*history)).cards[0].change

    def test_a_share_that_is_what_it_was_may_have_changed(self):
        """The same of ten twice: the interval of the change is wide."""
        row = words.movements(answered((8, 10), (8, 10))).rows[0]
        assert "±0 points: not clear" == row[3]

    def test_what_got_worse_is_said_plainly(self):
        told = words.setbacks(answered((600, 1000), (400, 1000)), active(10, 90)).said
        assert "Fewer questions had an answer within 7 days: 40%, 60% the quarter before." == told

    def test_a_longer_wait_is_a_setback(self):
        assert words.setbacks(waited(40, 30, 50)).said.startswith(
            "The wait for a first answer grew"
        )

    def test_nothing_worse_is_said_too(self):
        told = words.setbacks(answered((400, 1000), (600, 1000))).said
        assert "Nothing that is measured here got clearly worse against the quarter before." == told


class TestRestated:
    def test_it_tells_then_now_and_why(self):
        then = {"metric": "active_members", "quarter": "2026-Q1", "at": None, "unit": "members"}
        then |= {"value": 40.0, "status": "ok"}
        table = words.restated([(then, then | {"value": 42.0}, "2026-Q2", "records")], True)
        assert [
            ["Active members", "Q1 2026", "Q2 2026", "40", "42", "the records have changed"]
        ] == table.rows

    def test_what_is_no_longer_shown_keeps_its_secret(self):
        then = {"metric": "active_members", "quarter": "2026-Q1", "at": None, "unit": "members"}
        then |= {"value": 40.0, "status": "ok"}
        now = then | {"value": None, "status": "suppressed"}
        table = words.restated([(then, now, "2026-Q2", "records")], True)
        assert "— (to protect few people)" == table.rows[0][4]


class TestBottomLine:
    def test_it_begins_with_the_first_finding(self):
        line = words.bottom_line(answered((8, 10), (9, 10)), active(60, 61))
        assert "About nine in ten questions had an answer within 7 days" == line.finding
        assert "61 members took part." == line.sentences[0]

    def test_it_says_that_nothing_moved(self):
        line = words.bottom_line(answered((8, 10), (9, 10)))
        assert (
            "None of these numbers changed by more than chance could bring among so many."
            == line.sentences[-1]
        )

    def test_it_does_not_judge_what_cannot_be_judged(self):
        line = words.bottom_line(answered((8, 10), (9, 10)), active(10, 90))
        assert line.sentences[-1].startswith("Those of these numbers that can be judged yet")

    def test_directions_are_held_against_each_other(self):
        """A change that is just clear alone is not among five: a headline would name it."""
        alone = answered((80, 200), (101, 200))
        assert words.headline(alone).startswith("More questions")
        others = [answered((8, 10), (8, 10))] * 4
        assert not words.bottom_line(alone, *others).finding.startswith("More questions")

    def test_directions_are_held_against_what_stands_beside_as_well(self):
        alone = answered((80, 200), (101, 200))
        others = [answered((8, 10), (8, 10))] * 4
        assert not words.bottom_line(alone, beside=others).finding.startswith("More questions")
        assert 1 == len(words.bottom_line(alone, beside=others).cards)

    def test_what_changed_beside_it_is_named(self):
        """Nobody shall read that nothing changed, and further down that something did."""
        still, more = answered((8, 10), (9, 10)), answered((400, 1000), (600, 1000))
        line = words.bottom_line(still, beside=[still, more])
        assert line.sentences == [
            "None of these numbers changed by more than chance could bring among so many.",
            "Further down this changed clearly: Questions answered within 7 days +20 points.",
        ]

    def test_of_many_that_changed_beside_it_some_are_named_and_the_others_counted(self):
        still, more = answered((8, 10), (9, 10)), answered((400, 1000), (600, 1000))
        line = words.bottom_line(still, beside=[more] * 5)
        assert line.sentences[-1].endswith(
            "Questions answered within 7 days +20 points and 2 more."
        )
        assert 3 == line.sentences[-1].count("+20 points")

    def test_the_most_pressing_finding_is_told_last(self):
        rows = [
            finding("fr", "answered_less", severity, points=points, low=1, high=20)
            for severity, points in (("note", 9), ("warning", 12))
        ]
        line = words.bottom_line(answered((8, 10), (9, 10)), found=pd.DataFrame(rows))
        assert "12 percentage points below" in line.sentences[-1]
        assert not any("9 percentage points" in sentence for sentence in line.sentences)

    def test_a_change_that_is_neither_good_nor_bad_has_no_colour(self):
        import tacheles.catalogue  # noqa: F401  # registers the definitions

        rows = answered((400, 1000), (600, 1000))
        rows["metric"] = "top_contributor_share(top=10)"
        assert "▲ +20 points on Q2 2026" in words.bottom_line(rows).cards[0].html()
        assert "" == words.bottom_line(rows).cards[0].mood

    def test_a_worse_number_is_marked_as_worse(self):
        card = words.bottom_line(answered((600, 1000), (400, 1000))).cards[0]
        assert '<span class="bad">▼ −20 points on Q2 2026</span>' in card.html()

    def test_a_longer_wait_is_worse_although_it_rises(self):
        card = words.bottom_line(waited(40, 30, 50)).cards[0]
        assert '<span class="bad">▲ ' in card.html()

    def test_too_few_people_is_said_once(self):
        few = answered((3, 4), (3, 4), persons=4)
        line = words.bottom_line(few, active(3, 4))
        assert [] == [*line.sentences, *line.cards]
        assert line.finding.startswith("Too few people took part")
        assert not any(character.isdigit() for character in repr(line))

    def test_nothing_recorded_is_said_once(self):
        line = words.bottom_line(answered((1, 2), (0, 0)))
        assert "Nothing was recorded in this quarter" == line.finding


def test_every_definition_has_its_phrases():
    import tacheles.catalogue  # noqa: F401  # registers the definitions

    assert set(DEFINITIONS) == set(words.phrases.PHRASES)


def test_the_glossary_leads_from_name_to_definition():
    cards = words.glossary({"answered_within(hours=24)": "A share.", "active_members": "A count."})
    assert [
        ("Questions answered within 24 hours", "A share."),
        ("Active members", "A count."),
    ] == cards


def test_what_a_report_is_built_from_fits_a_sentence():
    """Members have no date, and are a record all the same."""
    names = ["posts", "members", "goals", "costs"]
    found = pd.DataFrame({"table": names, "file": ["posts.csv", "members.csv", "goals.csv", ""]})
    found["rows"] = [1200, 30, 8, None]
    said = words.built_from(found).said
    assert said.startswith("Built from 2 tables of records and 1 table of decisions, 1,238 rows")
    assert words.built_from(found[:2]).said.startswith("Built from 2 tables of records, 1,230 rows")
    assert "Nothing" in words.built_from(found.assign(rows=0)).said
