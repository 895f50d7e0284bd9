"""What an earlier report told otherwise is told with its cause; what matured is told apart."""

import json

import pytest

from tacheles import __version__
from tacheles.report.publish import _write_results
from tacheles.report.restated import changes

INPUTS = {"posts.parquet": "aaa"}


def row(value, *, quarter="2026-Q1", status="ok", n=10, left_out=0, metric="answered", at=None):
    told = {"metric": metric, "quarter": quarter, "segment": "", "at": at, "value": value}
    told |= {"low": None, "high": None, "level": None, "n": n, "left_out": left_out}
    return told | {"unit": "share", "status": status, "grade": ""}


@pytest.fixture
def published(tmp_path):
    """Writes an earlier report with these rows."""

    def write(*rows, quarter="2026-Q1", inputs=INPUTS, version=__version__):
        folder = tmp_path / quarter
        folder.mkdir()
        _write_results(list(rows), folder / "results.csv")
        manifest = {"tacheles": version, "inputs": inputs}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return tmp_path

    return write


def causes(rows, reports, inputs=INPUTS):
    return [change.cause for change in changes(rows, inputs, reports, "2026-Q2")]


def test_the_same_number_is_not_told(published):
    silent = row(None, status="no_data", quarter="2025-Q4")
    assert [] == causes([row(0.1 + 0.2), silent], published(row(0.3), silent))


def test_on_the_same_inputs_a_number_can_only_have_matured(published):
    assert ["matured"] == causes([row(0.6)], published(row(0.5)))


def test_what_was_too_young_has_matured(published):
    reports = published(row(None, status="not_mature", n=0, left_out=4))
    assert ["matured"] == causes([row(0.5, n=4)], reports, {"posts.parquet": "bbb"})


def test_what_was_left_out_and_is_counted_now_has_matured(published):
    reports = published(row(0.5, n=10, left_out=3))
    assert ["matured"] == causes([row(0.6, n=13)], reports, {"posts.parquet": "bbb"})


def test_late_data_is_a_restatement(published):
    reports = published(row(0.5, n=10))
    found = changes([row(0.6, n=12)], {"posts.parquet": "bbb"}, reports, "2026-Q2")
    assert [("records", True)] == [(change.cause, change.is_restatement) for change in found]
    assert (0.5, 0.6) == (found[0].then["value"], found[0].now["value"])


def test_another_version_is_another_definition(published):
    assert ["definition"] == causes([row(0.6)], published(row(0.5), version="0.0.1"))


def test_a_number_no_longer_shown_is_told(published):
    reports = published(row(0.5))
    now = row(None, status="suppressed", n=None, left_out=None)
    assert ["records"] == causes([now], reports, {"posts.parquet": "bbb"})


def test_the_last_report_that_told_it_counts(published):
    published(row(0.4, quarter="2025-Q3"), quarter="2025-Q4")
    reports = published(row(0.5, quarter="2025-Q3"), quarter="2026-Q1")
    found = changes([row(0.6, quarter="2025-Q3")], INPUTS, reports, "2026-Q2")
    assert [("2026-Q1", 0.5)] == [(change.published_in, change.then["value"]) for change in found]


def test_a_later_report_is_not_looked_at(published):
    assert [] == causes([row(0.6)], published(row(0.5), quarter="2026-Q3"))


def test_points_of_a_curve_are_different_numbers(published):
    reports = published(row(0.5, at=1), row(0.7, at=24))
    found = changes([row(0.5, at=1.0), row(0.8, at=24.0)], INPUTS, reports, "2026-Q2")
    assert [24.0] == [change.now["at"] for change in found]


def test_never_reached_is_a_value(published):
    assert [] == causes([row("inf")], published(row("inf")))
