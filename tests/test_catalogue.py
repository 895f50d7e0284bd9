"""A metric by its name: bound to the workbook's tables, computed once, unknown ones told."""

import functools

import ibis
import pandas as pd
import pytest

from conftest import plan
from tacheles import catalogue, growth, workbook
from tacheles.contract import GOALS
from tacheles.errors import TachelesError
from tacheles.estimate import DEFINITIONS

POSTS = """\
post_id,thread_id,posted_at,member_id,kind
p1,p1,2026-07-06 10:00,asker,question
p2,p1,2026-07-06 12:00,helper,answer
p3,p3,2026-07-07 10:00,asker,question
p4,p3,2026-07-09 10:00,helper,answer
"""
COUNTED = "department,metric,month,value\nmarketing,case_studies,2026-07-01,4\n"
SURVEYS = "response_id,responded_at,instrument,answer,item,segment\nr1,2026-08-01,nps,9,,craft\n"
MEMBERS = "member_id,segment\nasker,craft\nhelper,public\n"


@pytest.fixture
def book(workbook_folder):
    tables = {"posts": POSTS, "partner_metrics": COUNTED, "surveys": SURVEYS, "members": MEMBERS}
    folder = workbook_folder(**tables)
    return workbook.open(folder.name, until="2026-Q3", data=folder.parent)


def goal(metric: str, **told: object) -> dict:
    return {"goal_id": "g1", "metric": metric, "due_on": "2027-03-31"} | told


def unknown(book, **told: object) -> list[tuple[str, dict]]:
    found = catalogue.unknown(plan(GOALS, goal(**told)), book, book.quarters())
    return list(zip(found["kind"], found["detail"], strict=True))


class TestHistory:
    def test_a_call_is_bound_by_the_names_of_its_tables(self, book):
        """`threads` is no table of the workbook: the level makes it of posts and members."""
        by_hand = growth.answered_within(
            growth.threads(book.posts, book.members), book.quarters(), hours=24
        )
        found = catalogue.history("answered_within(hours=24)", book, book.quarters())
        assert 0.5 == found["value"].iloc[-1]
        assert by_hand.equals(found)

    def test_options_have_their_defaults_and_may_be_told(self, book):
        assert 0.5 == catalogue.history("answered_within", book, book.quarters())["value"].iloc[-1]
        found = catalogue.history("answered_within(hours=72)", book, book.quarters())
        assert 1.0 == found["value"].iloc[-1]

    def test_a_departments_own_number_is_known_by_its_name(self, book):
        found = catalogue.history("case_studies", book, book.quarters())
        assert 4.0 == found["value"].iloc[-1]
        assert "partner_metric(name='case_studies', total=False)" == found["metric"].iloc[-1]

    def test_a_definition_goes_before_a_departments_number_of_its_name(self, workbook_folder):
        counted = "department,metric,month,value\nmarketing,aided_awareness,2026-02-01,0.3\n"
        folder = workbook_folder(partner_metrics=counted)
        book = workbook.open(folder.name, data=folder.parent)
        found = catalogue.history("aided_awareness", book, book.quarters())
        assert ("aided_awareness", 0.3) == tuple(found.iloc[-1][["metric", "value"]])

    @pytest.mark.parametrize(
        "metric",
        [
            "answer_within",
            "answered_within(days=1)",
            "answered_within(hours='a day')",
            "answered_within(24)",
            "answered_within(hours=",
            "partner_metric",
            "smart_score",
            "a goal of ours",
            "",
        ],
    )
    def test_what_is_no_call_of_a_definition_is_refused(self, book, metric):
        """A misspelt name, an unknown or mistyped option, half a call, a missing option, a table
        that no workbook has.
        """
        with pytest.raises(TachelesError) as refused:
            catalogue.history(metric, book, book.quarters())
        assert f"metric {metric}: nobody knows it" == refused.value.problem

    def test_the_nearest_names_are_told(self, book):
        with pytest.raises(TachelesError) as refused:
            catalogue.history("answer_within(hours=24)", book, book.quarters())
        assert "nearest are answered_within" in refused.value.found
        assert "case_studies" == catalogue.nearest("casestudies", book)[0]

    def test_nothing_is_computed_twice_for_one_workbook(self, book, monkeypatch):
        made = []
        threads = growth.threads

        def counted(posts, members):
            made.append(1)
            return threads(posts, members)

        monkeypatch.setattr(growth, "threads", counted)
        for metric in (
            "answered_within(hours=24)",
            "unanswered_share",
            "answered_within(hours=24)",
        ):
            catalogue.history(metric, book, book.quarters())
        assert [1] == made

    def test_whoever_changes_a_history_changes_their_own(self, book):
        found = catalogue.history("active_members", book, book.quarters())
        found["value"] = -1.0
        assert 2 == catalogue.history("active_members", book, book.quarters())["value"].iloc[-1]


class TestNames:
    def test_every_definition_that_a_workbook_can_be_bound_to_is_there(self, book):
        names = catalogue.names(book)
        assert {"active_members", "answered_within", "case_studies"} <= set(names)
        assert not {"smart_score", "goal_attainment", "partner_metric"} & set(names)
        assert names == sorted(set(names))

    @pytest.mark.slow
    def test_all_of_them_can_be_computed(self, book):
        """A definition that cannot be called by its name alone is not offered."""
        for name in catalogue.names(book):
            found = catalogue.history(name, book, book.quarters())
            assert len(found), name
            assert name in (*DEFINITIONS, "case_studies")


class TestHistories:
    def test_by_their_names_and_the_unknown_are_missing(self, book):
        metrics = ["active_members", "nobody's", None, "case_studies"]
        found = catalogue.histories(metrics, book, book.quarters())
        assert ["active_members", "case_studies"] == list(found)


class TestUnknown:
    def test_a_goal_of_a_known_metric_is_no_finding(self, book):
        assert [] == unknown(book, metric="active_members", counter_metric="unanswered_share")

    def test_an_unknown_one_is_told_with_the_nearest_and_what_needs_it(self, book):
        ((kind, facts),) = unknown(book, metric="activ_members", objective_id="o1")
        assert "unknown_metric" == kind
        assert ("activ_members", "active_members") == (facts["metric"], facts["nearest"][0])
        assert (["o1"], "M") == (facts["needed_by"], facts["letter"])

    def test_a_metric_of_several_segments_wants_one_of_them(self, book):
        ((kind, facts),) = unknown(book, metric="share_heard")
        assert ("metric_of_several", ["craft", "public"]) == (kind, facts["segments"])
        assert [] == unknown(book, metric="share_heard", segment="craft")

    def test_the_counter_metric_is_looked_at_too(self, book):
        ((kind, facts),) = unknown(book, metric="active_members", counter_metric="nobody's")
        assert ("unknown_counter_metric", "nobody's") == (kind, facts["metric"])


@pytest.mark.slow
def test_the_number_of_cores_changes_no_digit(monkeypatch):
    """On several cores an engine adds in another order each time."""
    connect, told = ibis.duckdb.connect, []
    for cores in (1, 5):
        monkeypatch.setattr(ibis.duckdb, "connect", functools.partial(connect, threads=cores))
        book = workbook.open("nordlicht")
        told.append(catalogue.histories(sorted(DEFINITIONS), book, book.quarters(2)))
    assert 100 < len(told[0])
    for name, estimates in told[0].items():
        pd.testing.assert_frame_equal(estimates, told[1][name], check_exact=True, obj=name)
