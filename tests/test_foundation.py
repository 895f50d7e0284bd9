"""The level as a whole: what to mend first, and every planted fault of the made-up company."""

import pandas as pd
import pytest

from conftest import plan, table
from tacheles import catalogue, foundation, workbook
from tacheles.contract import ASSUMPTIONS, CLAIMS, PARTNER_METRICS
from tacheles.demo.plans import FAULTS
from tacheles.findings import finding, findings
from tacheles.quarter import last_quarters
from tacheles.workbook import TEMPLATE

Q3 = last_quarters("2026-Q3", 1, time_zone="Europe/Berlin")


def found_in(book: workbook.Workbook) -> pd.DataFrame:
    """All that the first level finds in a workbook."""
    quarters = book.quarters(last=12)
    known = catalogue.histories(book.goals["metric"], book, quarters)
    return foundation.mend_first(
        catalogue.unknown(book.goals, book, quarters),
        foundation.smart_faults(
            book.goals, known, book.business_goals, book.stakeholders, quarters
        ),
        foundation.alignment_faults(
            *(book.goals, book.values, book.business_goals, book.stakeholders),
            *(book.needs, book.initiatives, book.shared_kpis, book.costs),
        ),
        foundation.tool_faults(book.tools),
        foundation.process_faults(book.processes, quarters),
        foundation.role_faults(book.responsibilities, book.roles),
        foundation.roster_faults(book.roster, book.roles, book.service_hours),
        foundation.unheard_segments(book.surveys, book.feedback, book.accounts, quarters),
        foundation.expired_assumptions(book.assumptions, book.claims, quarters),
        foundation.missing_foundations(
            book.inventory(), mission=book.settings.mission, vision=book.settings.vision
        ),
    )


@pytest.fixture(scope="module")
def found():
    """What is found in the made-up company."""
    return found_in(workbook.open("nordlicht"))


class TestNordlicht:
    def test_every_planted_fault_is_named_and_no_other_is(self, found):
        day, span = FAULTS["service_hours_without_moderator"].split()
        of_plans = {
            (FAULTS["goal_without_baseline"], "no_baseline"),
            (FAULTS["goal_that_asks_for_too_much"], "asks_too_much"),
            (FAULTS["goal_with_an_unknown_metric"], "unknown_metric"),
            (FAULTS["goal_without_business_goal_and_stakeholder"], "no_business_goal"),
            (FAULTS["goal_without_business_goal_and_stakeholder"], "no_stakeholder"),
            (FAULTS["goal_whose_date_is_past"], "date_past"),
            (FAULTS["task_with_two_accountable"], "several_accountable"),
            (day, "roster_gap"),
            (FAULTS["segment_that_nobody_hears"], "unheard_segment"),
            (FAULTS["need_that_nothing_serves"], "orphan_need"),
            (FAULTS["expired_assumption"], "expired_assumption"),
        }
        assert of_plans == set(zip(found["subject"], found["kind"], strict=True))
        assert len(of_plans) == len(found)
        gap = found.loc[found["kind"] == "roster_gap", "detail"].iloc[0]
        assert span == f"{gap['starts']}-{gap['ends']}"

    def test_the_unknown_metric_is_told_with_names_like_it(self, found):
        rows = found[found["kind"] == "unknown_metric"]
        facts = {row["subject"]: row["detail"] for row in rows.to_dict("records")}["G8"]
        assert "solved_rate(days=30)" == facts["metric"]
        assert facts["nearest"]


class TestEmptyTemplate:
    def test_it_reads_as_a_list_of_what_to_do_in_order(self):
        book = workbook.open(TEMPLATE.name, until="2026-Q3", data=TEMPLATE.parent)
        rows = found_in(book)
        todo = rows["subject"].tolist()
        assert "community.toml" == todo[0]
        for first, then in (
            ("needs", "goals"),
            ("business_goals", "goals"),
            ("roles", "roster"),
            ("goals", "tools"),
        ):
            assert todo.index(first) < todo.index(then)
        assert {"no_mission", "no_vision", "no_records", "table_missing"} == set(rows["kind"])

    def test_a_missing_table_tells_its_file_and_what_a_row_of_it_is(self):
        inventory = pd.DataFrame({"table": ["goals"], "rows": [1]})
        rows = foundation.missing_foundations(inventory, mission="a", vision="b")
        facts = {row["subject"]: row["detail"] for row in rows.to_dict("records")}
        assert "goals" not in facts
        assert "plans/values.csv" == facts["values"]["file"]
        assert "one row per value of the company" == facts["values"]["grain"]
        assert "records/surveys.parquet" == facts["surveys"]["file"]
        assert ["claims", "content", "goals", "shared_kpis"] == facts["values"]["needed_by"]


class TestMendFirst:
    def test_what_matters_most_then_that_on_which_most_depends_else_as_given(self):
        first, second = (
            findings(finding(s, "k", how, needed_by=by) for s, how, by in rows)
            for rows in (
                [("a", "warning", ["x", "y"]), ("b", "fault", [])],
                [("c", "fault", ["x"]), ("d", "fault", [])],
            )
        )
        assert ["c", "b", "d", "a"] == foundation.mend_first(first, second)["subject"].tolist()

    def test_nothing_is_an_empty_list(self):
        assert foundation.mend_first(findings([])).empty


def test_an_assumption_expires_after_its_day_of_review():
    """Seen from the midnight before 1 October: one of the day before has expired."""
    rows = [
        {"assumption_id": name, "statement": name, "owner": "finance", "review_on": day}
        for name, day in (("past", "2026-09-30"), ("today", "2026-10-01"))
    ]
    claims = [{"claim_id": f"c{i}", "unit_value": "past"} for i in (1, 2)]
    found = foundation.expired_assumptions(plan(ASSUMPTIONS, *rows), plan(CLAIMS, *claims), Q3)
    assert ["past"] == found["subject"].tolist()
    assert ["c1", "c2"] == found.loc[0, "detail"]["needed_by"]


class TestPartnerMetric:
    MONTHS = table(
        PARTNER_METRICS,
        [
            {"department": department, "metric": "cases", "month": pd.Timestamp(month), "value": v}
            for department, month, v in (
                ("sales", "2026-07-01", 90.0),
                ("marketing", "2026-08-01", 2.0),
                ("marketing", "2026-07-01", 1.0),
                ("marketing", "2026-06-01", 9.0),
            )
        ],
    )

    def test_the_last_month_of_the_quarter_or_the_sum_of_its_months(self):
        last = foundation.partner_metric(self.MONTHS, Q3, name="cases").iloc[0]
        assert (2.0, 2, "ok") == (last["value"], last["n"], last["status"])
        added = foundation.partner_metric(self.MONTHS, Q3, name="cases", total=True)
        assert 3.0 == added.loc[0, "value"]

    def test_what_nobody_told_is_no_data(self):
        found = foundation.partner_metric(self.MONTHS, Q3, name="leads")
        assert ["no_data"] == found["status"].tolist()
