from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacheles.errors import TachelesError
from tacheles.quarter import Calendar, last_quarters, name_of, ordinal

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Asuncion",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Chatham",
]


def test_neighbouring_quarters_differ_by_one_over_the_turn_of_the_year():
    assert 1 == ordinal("2026-Q1") - ordinal("2025-Q4")


@given(st.integers(1900 * 4, 2199 * 4 + 3))
def test_a_name_and_its_ordinal_are_inverse(number):
    assert number == ordinal(name_of(number))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "2026",
        "2026Q3",
        "2026-Q0",
        "2026-Q5",
        "2026-q3",
        "26-Q3",
        "02026-Q3",
        "1899-Q4",
        "2200-Q1",
        "Q3-2026",
        "2026-Q33",
        " 2026-Q3",
        "2026-Q3\n",
        "2026–Q3",
        "２０２６-Q３",
        "٢٠٢٦-Q3",
        "last",
        None,
        2026,
        b"2026-Q3",
        ("2026-Q3",),
    ],
)
def test_a_malformed_name_is_refused_in_three_lines(name):
    with pytest.raises(TachelesError) as refused:
        ordinal(name)

    assert (
        f"quarter: not the name of a quarter.\nFound: {name!r}.\nHint: write it like 2026-Q3."
    ) == str(refused.value)


def test_the_borders_are_local_midnights_told_in_utc():
    """K1: the quarter in which clocks go forward has 2,159 hours, not 2,160."""
    start, end = last_quarters("2026-Q1", 1, time_zone="Europe/Berlin").borders

    assert datetime(2025, 12, 31, 23) == start
    assert datetime(2026, 3, 31, 22) == end
    assert timedelta(hours=2159) == end - start


def test_the_quarter_in_which_clocks_go_back_has_an_hour_more():
    """92 days of October to December are 2,208 hours."""
    start, end = last_quarters("2026-Q4", 1, time_zone="Europe/Berlin").borders

    assert timedelta(hours=2209) == end - start


def test_a_quarter_begins_after_a_midnight_that_the_clocks_leave_out():
    """Paraguay's clocks went from 00:00 to 01:00 on 1 October 2017: the day began at 04:00 UTC."""
    starts_at = Calendar("America/Asuncion").starts_at(ordinal("2017-Q4"))

    assert datetime(2017, 10, 1, 4) == starts_at


@pytest.mark.parametrize(
    ("first_month", "name", "start", "end"),
    [
        (1, "2026-Q1", datetime(2026, 1, 1), datetime(2026, 4, 1)),
        (2, "2026-Q1", datetime(2025, 2, 1), datetime(2025, 5, 1)),
        (2, "2026-Q4", datetime(2025, 11, 1), datetime(2026, 2, 1)),
        (4, "2026-Q1", datetime(2025, 4, 1), datetime(2025, 7, 1)),
        (4, "2026-Q4", datetime(2026, 1, 1), datetime(2026, 4, 1)),
        (7, "2026-Q3", datetime(2026, 1, 1), datetime(2026, 4, 1)),
        (10, "2026-Q1", datetime(2025, 10, 1), datetime(2026, 1, 1)),
        (12, "2026-Q1", datetime(2025, 12, 1), datetime(2026, 3, 1)),
        (12, "2026-Q4", datetime(2026, 9, 1), datetime(2026, 12, 1)),
    ],
)
def test_a_fiscal_year_carries_the_number_of_the_year_in_which_it_ends(
    first_month, name, start, end
):
    quarters = last_quarters(name, 1, fiscal_year_start=first_month)

    assert (start, end) == quarters.borders


@given(
    zone=st.sampled_from(ZONES),
    first_month=st.integers(1, 12),
    number=st.integers(1902 * 4, 2198 * 4),
    share=st.floats(0, 1, exclude_max=True),
)
def test_a_moment_lies_in_the_quarter_between_whose_borders_it_is(zone, first_month, number, share):
    """Half-open intervals: the start belongs to the quarter, the end to the next."""
    calendar = Calendar(zone, first_month)
    start, end = calendar.starts_at(number), calendar.starts_at(number + 1)
    last = end - timedelta(microseconds=1)

    assert name_of(number) == calendar.containing(start)
    assert name_of(number) == calendar.containing(start + (last - start) * share)
    assert name_of(number) == calendar.containing(last)
    assert name_of(number + 1) == calendar.containing(end)


def test_the_last_quarters_are_named_oldest_first():
    quarters = last_quarters("2026-Q2", 3)

    assert ["2025-Q4", "2026-Q1", "2026-Q2"] == list(quarters)
    assert 3 == len(quarters)
    assert "2026-Q2" == quarters.until


def test_one_quarter_ends_where_the_next_begins():
    assert (
        datetime(2025, 10, 1),
        datetime(2026, 1, 1),
        datetime(2026, 4, 1),
    ) == last_quarters("2026-Q1", 2).borders


@pytest.mark.parametrize("last", [0, -1, "8", 1.5, None])
def test_no_quarter_at_all_is_refused(last):
    with pytest.raises(TachelesError) as refused:
        last_quarters("2026-Q1", last)

    assert (
        f"last: not a number of quarters.\nFound: {last!r}.\nHint: write a whole number from 1 up."
    ) == str(refused.value)


def test_a_malformed_until_is_refused():
    with pytest.raises(TachelesError, match="not the name of a quarter"):
        last_quarters("running", 8)


def test_as_of_is_the_wall_if_nobody_knows_when_the_records_were_exported():
    quarters = last_quarters("2026-Q1", 1)

    assert datetime(2026, 4, 1) == quarters.wall
    assert datetime(2026, 4, 1) == quarters.as_of
    assert not quarters.is_running


def test_as_of_is_the_wall_if_the_export_came_later():
    quarters = last_quarters("2026-Q1", 1, exported_at=datetime(2026, 4, 15))

    assert datetime(2026, 4, 1) == quarters.as_of
    assert not quarters.is_running


def test_as_of_is_the_export_if_it_came_before_the_quarter_was_over():
    quarters = last_quarters("2026-Q1", 1, exported_at=datetime(2026, 2, 15))

    assert datetime(2026, 2, 15) == quarters.as_of
    assert quarters.is_running


def test_a_quarter_exported_at_its_very_end_is_over():
    assert not last_quarters("2026-Q1", 1, exported_at=datetime(2026, 4, 1)).is_running


def test_before_is_the_quarter_before_the_one_named_even_outside_the_report():
    quarters = last_quarters("2026-Q1", 1, time_zone="Europe/Berlin")

    assert (datetime(2025, 9, 30, 22), datetime(2025, 12, 31, 23)) == quarters.before("2026-Q1")


def test_the_latest_quarter_keeps_all_but_the_names():
    quarters = last_quarters("2026-Q2", 3, exported_at=datetime(2026, 5, 1))

    assert ("2026-Q2",) == quarters.latest.names
    assert datetime(2026, 5, 1) == quarters.latest.as_of
    assert quarters.wall == quarters.latest.wall
