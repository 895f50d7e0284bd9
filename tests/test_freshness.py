"""Holes and ages, on counts small enough to see."""

from datetime import datetime

import pandas as pd
import pytest

from conftest import posts
from tacheles import freshness, workbook
from tacheles.workbook import Source

TODAY = datetime(2026, 2, 2, 23, 59, 59)


def counts(*rows, first="2025-01"):
    return pd.Series(rows, index=pd.period_range(first, periods=len(rows), freq="M"))


def found(folder, today=TODAY):
    """Findings of the folder's check."""
    book = workbook.Workbook(folder, workbook.read_settings(folder))
    return freshness.check(book, today)


def posts_on(*days):
    rows = "".join(f"p{i},p{i},{day}\n" for i, day in enumerate(days))
    return f"post_id,thread_id,posted_at\n{rows}"


# Months


def test_a_month_without_a_row_is_counted_as_none():
    table = posts(
        {"posted_at": "2025-03-31T23:59:59"},
        {"posted_at": "2025-01-01"},
        {"posted_at": "2025-01-31"},
    )

    assert {"2025-01": 2, "2025-02": 0, "2025-03": 1} == {
        str(month): rows for month, rows in freshness.months(table, "posted_at").items()
    }


# Gaps


def test_months_without_records_are_gaps_and_neighbours_are_one():
    assert ["2025-02", "2025-04 to 2025-06"] == freshness.gaps(counts(1, 0, 1, 0, 0, 0, 1))


@pytest.mark.parametrize("rows", [(1,), (1, 1, 1)])
def test_months_with_records_are_no_gaps(rows):
    assert [] == freshness.gaps(counts(*rows))


# Breaks


def test_less_than_a_fifth_of_what_is_usual_around_is_a_break():
    assert [
        "2025-04 has 19 of usually 100 records: looks like a hole in the export"
    ] == freshness.breaks(counts(100, 90, 110, 19, 100, 95, 105))


def test_a_fifth_of_what_is_usual_around_is_no_break():
    assert [] == freshness.breaks(counts(100, 100, 100, 20, 100, 100, 100))


def test_a_community_that_grew_from_little_has_no_break_in_its_youth():
    """The median looks at both sides: three small months before keep a small month usual."""
    assert [] == freshness.breaks(counts(2, 3, 2, 3, 100, 110))


def test_the_first_and_the_last_month_are_not_judged():
    """The records begin and end within them."""
    assert [] == freshness.breaks(counts(1, 100, 100, 100, 100, 1))


def test_an_empty_month_is_a_gap_and_no_break():
    assert [] == freshness.breaks(counts(100, 100, 0, 100, 100))


# Ages


def test_ages_are_told_against_the_export_and_today():
    assert (
        "newest record of 2026-01-10: 1 day before the export, 23 days before 2026-02-02"
        == freshness.age(datetime(2026, 1, 10), datetime(2026, 1, 11), TODAY)
    )


def test_a_record_of_later_has_no_negative_age():
    assert "newest record of 2026-02-28: 0 days before 2026-02-02" == freshness.age(
        datetime(2026, 2, 28), None, TODAY
    )


# Tables


def test_a_steady_table_that_ends_more_than_a_quarter_ago_is_stale(workbook_folder):
    folder = workbook_folder(posts=posts_on("2026-01-10"))

    assert ["age"] == found(folder, datetime(2026, 4, 12)).kind.tolist()
    stale = found(folder, datetime(2026, 4, 13))
    assert [("posts", "stale", "warning")] == list(
        stale[["subject", "kind", "severity"]].itertuples(index=False, name=None)
    )


def test_records_that_reach_the_quarter_reported_by_default_are_not_stale(workbook_folder):
    folder = workbook_folder(
        'name = "Sample"\ndefault_quarter = "2026-Q1"\n', posts=posts_on("2026-01-10")
    )

    assert ["age"] == found(folder, datetime(2030, 1, 1)).kind.tolist()


def test_a_table_that_ends_a_month_before_its_own_export_is_stale(workbook_folder):
    """It was not exported whole."""
    folder = workbook_folder()
    one = posts({"posted_at": "2026-01-10"}).to_pyarrow()
    source = Source("Forum", "", datetime(2026, 2, 11))
    workbook.store(folder, {"posts": one}, {"posts": source}, "f")

    assert ["stale"] == found(folder, datetime(2026, 2, 12)).kind.tolist()


def test_a_month_is_as_new_as_its_last_day(workbook_folder):
    folder = workbook_folder(costs="month;category;amount\n2026-01;staff;1.000,50\n")

    told = found(folder).iloc[0]

    assert ("age", "newest record of 2026-01-31: 2 days before 2026-02-02") == (
        told["kind"],
        told["detail"],
    )


def test_a_table_that_may_rest_is_told_but_not_judged(workbook_folder):
    """A survey a year is no hole."""
    folder = workbook_folder(
        surveys="response_id,responded_at,instrument,answer\n"
        "r1,2024-01-10,nps,9\nr2,2025-01-10,nps,9\n"
    )

    assert [("surveys", "age", "note")] == list(
        found(folder)[["subject", "kind", "severity"]].itertuples(index=False, name=None)
    )


@pytest.mark.parametrize(
    ("day", "kinds"),
    [("2026-02-03", ["age"]), ("2026-02-04", ["future"]), ("2062-01-10", ["future"])],
)
def test_a_record_of_the_future_is_a_mistake(workbook_folder, day, kinds):
    """Tomorrow has begun elsewhere; beyond it a report would end in a quarter that is to come."""
    assert kinds == found(workbook_folder(posts=posts_on("2026-01-10", day))).kind.tolist()


def test_it_says_of_which_day_it_is(workbook_folder):
    told = found(workbook_folder(posts=posts_on("2062-01-10"))).iloc[0]
    assert "newest record of 2062-01-10, after 2026-02-02: correct its date" == told["detail"]
    assert "warning" == told["severity"]


def test_what_is_planned_ahead_has_no_age(workbook_folder):
    folder = workbook_folder(content="item_id,format,planned_at\ni1,blog,2027-01-01\n")

    assert [] == found(folder).kind.tolist()


def test_gaps_and_breaks_are_told_of_their_table(workbook_folder):
    days = [f"2025-{month}-{day:02d}" for month in ("08", "10") for day in range(1, 12)]
    folder = workbook_folder(posts=posts_on(*days, "2025-09-09", "2025-12-01", "2026-01-10"))

    told = found(folder)

    assert ["age", "gap", "break"] == told.kind.tolist()
    assert "no records in 2025-11" == told.detail[1]
    assert told.detail[2].startswith("2025-09 has 1 of usually ")
