"""Figures: the finding as title, the interval drawn, text as text, the same bytes every time."""

import re

import numpy as np
import pandas as pd
import pytest
from test_words import active, answered, waited

from tacheles import charts
from tacheles.estimate import Estimates, _finished
from tacheles.workbook import Source

TEXTS = {"title": "A finding <b>", "subtitle": "Of whom", "source": Source("Slack")}
BAND = "fill: #a9b4bc; fill-opacity: 0.28"


def curve(*points: tuple[float, float, str]):
    rows = pd.DataFrame(points, columns=["at", "value", "status"])
    rows = rows.assign(quarter="2026-Q3", level=0.95, n=9, persons=9)
    rows = rows.assign(low=rows["value"] - 0.1, high=rows["value"] + 0.1)
    return _finished(rows, metric="first_response_curve", unit="share", persons_needed=5)


def test_the_five_texts_are_demanded():
    with pytest.raises(TypeError):
        charts.trend(answered((8, 10)), title="A finding")


def test_it_carries_its_texts_and_alt_text_on_the_page():
    html = charts.trend(answered((8, 10)), **TEXTS).html()
    assert "<h2>A finding &lt;b&gt;</h2>" in html
    assert '<p class="subtitle">Of whom</p>' in html
    assert "<figcaption>Source: Slack</figcaption>" in html
    assert 2 == html.count('role="img" aria-label="A finding &lt;b&gt;. Of whom"')


def test_it_is_drawn_for_a_wide_page_and_for_a_phone():
    drawn = charts.trend(answered(*[(8, 10)] * 8), **TEXTS).svg
    quarters = {width: len(re.findall(r">Q[1-4] 20\d\d<", svg)) for width, svg in drawn.items()}
    assert {"wide": 8, "narrow": 4} == quarters
    assert "Q3 2026" in drawn["narrow"]  # the last one always has its name


def test_the_same_estimates_give_the_same_bytes():
    first, second = (charts.trend(answered((8, 10), (9, 10)), **TEXTS).svg for _ in range(2))
    assert first == second


def test_text_stays_text_and_nothing_is_loaded():
    svg = charts.trend(answered((8, 10)), **TEXTS).svg["wide"]
    assert ">80%</text>" in svg
    assert "<metadata" not in svg
    namespaces = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert namespaces == set(re.findall(r"https?://[^\"'\s]+", svg))


def test_a_rate_has_its_band():
    assert BAND in charts.trend(answered((8, 10), (9, 10)), **TEXTS).svg["wide"]


def test_one_quarter_alone_has_its_interval_as_a_line():
    """Between two gaps a band has no width."""
    lonely = answered((8, 10), (0, 0), (9, 10), (0, 0), (9, 10))
    drawn = charts.trend(lonely, **TEXTS).svg["wide"]
    assert 3 == drawn.count('style="fill: none; stroke: #a9b4bc')


def test_a_suppressed_quarter_leaves_no_trace_but_a_dash():
    """Whatever its value was, the drawing is the same."""
    few = [answered((8, 10), (successes, 10)) for successes in (2, 9)]
    for rows in few:
        rows.loc[1, "persons"] = 4
    drawings = [charts.trend(rows, **TEXTS).svg for rows in few]
    assert drawings[0] == drawings[1]
    assert ">—</text>" in drawings[0]["wide"]


def test_without_a_single_number_the_texts_stand_alone():
    """Empty axes tell nothing."""
    for chart in (charts.trend(answered((0, 0)), **TEXTS), charts.trend(active(3, 4), **TEXTS)):
        assert {} == chart.svg
        assert "<h2>A finding &lt;b&gt;</h2>" in chart.html()
        assert "<svg" not in chart.html()


def test_a_share_is_drawn_from_0_to_1():
    svg = charts.trend(answered((98, 100), (99, 100)), **TEXTS).svg["wide"]
    assert [">0%<", ">25%<", ">50%<", ">75%<", ">100%<"] == re.findall(r">\d+%<", svg)[:5]


def test_an_open_interval_reaches_the_edge_and_is_not_lost():
    svg = charts.trend(waited(40, 30, float("inf")), **TEXTS).svg["wide"]
    assert BAND in svg
    assert "inf" not in svg


def test_never_reached_is_named_at_the_edge():
    svg = charts.trend(waited(float("inf"), 30, float("inf")), **TEXTS).svg["wide"]
    assert ">not reached</text>" in svg


def test_a_curve_ends_where_its_estimates_end():
    svg = charts.curve(curve((1, 0.2, "ok"), (24, 0.6, "ok"), (168, 0.9, "not_mature")), **TEXTS)
    assert ">60%</text>" in svg.svg["wide"]
    assert "90%" not in svg.svg["wide"]


def test_a_curve_of_few_people_is_not_drawn():
    rows = curve((1, 0.2, "ok"), (24, 0.6, "ok"))
    rows["persons"] = 3
    assert {} == charts.curve(rows, **TEXTS).svg


def by_segment(*rows: tuple[str, float, float, float, str]) -> Estimates:
    found = pd.DataFrame(rows, columns=["segment", "value", "low", "high", "status"])
    found = found.assign(quarter="2026-Q3", n=40, persons=40, level=0.95)
    return _finished(found, metric="answered_within(hours=24)", unit="share", persons_needed=5)


def test_groups_side_by_side_have_their_interval_and_say_where_there_is_none():
    rows = by_segment(("new", 0.6, 0.4, 0.8, "ok"), ("old", np.nan, np.nan, np.nan, "no_data"))
    drawn = charts.comparison(rows, **TEXTS, accent="new").svg["wide"]
    assert all(text in drawn for text in (">new<", ">old<", ">60%<", ">—<"))


def test_what_fell_below_zero_is_drawn_below_a_zero_line():
    rows = active(30, 40).assign(value=[4.0, -6.0])
    drawn = charts.trend(rows, **TEXTS).svg["wide"]
    assert ">−6<" in drawn or ">−10<" in drawn
