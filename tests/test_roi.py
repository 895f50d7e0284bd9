"""What the return is made of besides its questions: spans of time, all outcomes together."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from tacheles import catalogue, roi, workbook
from tacheles.quarter import last_quarters
from tacheles.roi import spans
from tacheles.roi.outcome import counted_by_quarter, design_of
from tests.roi_tables import claim

YEAR = last_quarters("2026-Q3", 4, time_zone="Europe/Berlin")


class TestSpans:
    def test_weeks_are_whole_and_begin_on_monday(self):
        """From Wednesday the 1st to Sunday the 19th: the weeks of the 6th and of the 13th."""
        found = spans.mondays(date(2026, 7, 1), date(2026, 7, 20))
        assert [date(2026, 7, day) for day in (6, 13, 20)] == found

    def test_a_week_that_is_cut_is_none(self):
        assert [date(2026, 7, 6)] == spans.mondays(date(2026, 7, 6), date(2026, 7, 12))

    def test_months_are_whole(self):
        found = spans.month_starts(date(2025, 11, 2), date(2026, 2, 28))
        assert [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)] == found

    def test_a_moment_lies_in_the_span_that_begins_with_it(self):
        borders = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
        days = [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 1)]
        table = ibis.memtable(
            pd.DataFrame({"n": range(4), "day": days}), schema={"n": "int64", "day": "date"}
        )
        placed = table.mutate(place=spans.place_in(table.day, borders)).order_by("n").to_pandas()
        assert [None, 0, 1, None] == [None if pd.isna(x) else int(x) for x in placed["place"]]

    def test_a_span_belongs_to_the_quarter_in_which_it_begins(self):
        starts = [date(2025, 9, 29), date(2025, 10, 1), date(2026, 9, 28), date(2026, 10, 5)]
        assert [-1, 0, 3, -1] == list(spans.quarters_of(starts, YEAR))


class TestCountedByQuarter:
    starts = pd.DatetimeIndex(["2025-10-06", "2026-01-05", "2026-07-06"])
    amounts = np.array([1.0, 2.0, 4.0])

    def test_spans_add_up_in_their_quarters(self):
        found = counted_by_quarter(self.starts, self.amounts, claim("C1"), YEAR)
        assert [1, 2, 0, 4] == list(found)

    def test_a_claim_ends_with_its_horizon(self):
        """Three quarters from 6 October 2025: until 5 July 2026."""
        told = claim("C1", intervention_on=pd.Timestamp("2025-10-06"), horizon_quarters=3)
        assert [1, 2, 0, 0] == list(counted_by_quarter(self.starts, self.amounts, told, YEAR))


def test_a_design_that_nobody_knows_is_an_opinion():
    assert "opinion" == design_of(claim("C1", design="hope"))


@pytest.mark.slow
def test_each_claim_of_the_sample_is_measured_by_its_design():
    """The sample's six claims, by five designs, each with a number."""
    book = workbook.open("nordlicht")
    found = roi.outcomes(
        *(book.claims, book.tickets, book.accounts, book.labels, book.how_to_categories),
        *(book.renewals, book.usage, book.deals, book.revenue, book.posts, book.ideas),
        *(book.experiments, book.quarters(last=4)),
    )
    assert sorted(book.claims["claim_id"]) == sorted(one.claim_id for one in found)
    assert all(one.is_known for one in found)


@pytest.mark.slow
def test_the_return_of_the_sample_is_bound_by_name():
    book = workbook.open("nordlicht")
    row = catalogue.history("return_on_investment", book, book.quarters(last=4)).iloc[-1]
    assert "ok" == row["status"]
    assert row["low"] <= row["value"] <= row["high"]
