"""What two departments agreed on, and the number they share."""

import csv
from datetime import date, datetime
from pathlib import Path

import ibis
import pandas as pd
import pytest

from tacheles import ROOT, table_file
from tacheles.contract import ACCOUNTS, LABELS, PLANS, TICKETS
from tacheles.quarter import last_quarters
from tacheles.roi import shared_kpi
from tests.roi_tables import table

QUARTERS = last_quarters("2026-Q2", 2)


def tickets(*categories, at=datetime(2026, 5, 4, 10)):
    rows = [
        {"ticket_id": f"t{i}", "created_at": at, "category": category}
        for i, category in enumerate(categories, 1)
    ]
    return table(TICKETS, rows)


def accounts(number, **more):
    rows = [
        {"account_id": f"a{i}", "started_on": date(2025, 1, 1)} | more for i in range(1, number + 1)
    ]
    return table(ACCOUNTS, rows)


def labels(*pairs, labeller="L1"):
    rows = [
        {
            "item_id": item,
            "kind": "ticket_category",
            "label": label,
            "labelled_on": date(2026, 6, 1),
            "labeller": labeller,
        }
        for item, label in pairs
    ]
    return table_file.frame(table(LABELS, rows), LABELS)


def per_1000(tickets, accounts, labels):
    found = shared_kpi.how_to_tickets_per_1000_accounts(
        tickets, accounts, labels, ("how_to",), QUARTERS
    )
    return found.iloc[-1]


class TestHowToTickets:
    def test_without_an_audit_the_category_is_taken_as_recorded(self):
        """Three how-to tickets of ten accounts."""
        found = per_1000(tickets(*["how_to"] * 3, "bug"), accounts(10), labels())
        assert 300 == found["value"]
        assert 10 == found["n"]
        assert pd.isna(found["low"])

    def test_recorded_categories_are_freed_of_their_errors(self):
        """Recorded 0.30 with sensitivity 0.85 and specificity 0.90 is 0.2667."""
        # an audit of 40: 20 how-to tickets of which 17 were recorded so, 20 others of which 18
        categories = ["how_to"] * 17 + ["bug"] * 3 + ["how_to"] * 2 + ["bug"] * 18
        audit = [(f"t{i}", "how_to" if i <= 20 else "bug") for i in range(1, 41)]
        # 60 more tickets so that 30 of 100 are recorded as how-to
        found = per_1000(
            tickets(*categories, *["how_to"] * 11, *["bug"] * 49), accounts(100), labels(*audit)
        )
        assert 1000 * 0.2667 == pytest.approx(found["value"], abs=0.1)
        assert found["low"] < found["value"] < found["high"]

    def test_an_audit_that_is_no_better_than_chance_tells_nothing(self):
        audit = [("t1", "bug"), ("t2", "how_to")]  # both recorded wrongly
        found = per_1000(tickets("how_to", "bug"), accounts(5), labels(*audit))
        assert "not_applicable" == found["status"]

    def test_of_two_labellers_one_is_believed(self):
        twice = pd.concat(
            [labels(("t1", "how_to"), ("t2", "bug")), labels(("t1", "bug"), labeller="L2")]
        )
        found = per_1000(tickets("how_to", "bug"), accounts(2), twice)
        assert 500 == found["value"]

    def test_an_account_counts_if_it_was_a_customer_for_a_day_of_the_quarter(self):
        """Ended on the last day before the quarter: not; on its second day: yes."""
        gone = table(
            ACCOUNTS,
            [
                {"account_id": "a1", "started_on": date(2025, 1, 1), "ended_on": date(2026, 4, 1)},
                {"account_id": "a2", "started_on": date(2025, 1, 1), "ended_on": date(2026, 4, 2)},
                {"account_id": "a3", "started_on": date(2026, 6, 30)},
                {"account_id": "a4", "started_on": date(2026, 7, 1)},
            ],
        )
        assert 2 == per_1000(tickets("how_to"), gone, labels())["n"]

    def test_no_tickets_or_no_customers_is_no_data_and_not_zero(self):
        assert "no_data" == per_1000(tickets(), accounts(10), labels())["status"]
        assert "no_data" == per_1000(tickets("how_to"), accounts(0), labels())["status"]

    def test_tickets_without_a_category_are_left_out_and_counted(self):
        assert 1 == per_1000(tickets("how_to", None), accounts(10), labels())["left_out"]


def agreed(**changed):
    row = dict.fromkeys(shared_kpi.SEALED) | {
        "shared_kpi_id": "K1",
        "version": 1,
        "baseline": 1800.0,
        "target": 1450.0,
        "agreed_on": pd.Timestamp("2025-09-15"),
        "smallest_visible_effect": 300.0,
        "judged_on": pd.Timestamp("2026-06-30"),
    }
    row |= changed
    return row | {"sha256": shared_kpi.seal(row)}


def kinds(*rows, started=None):
    claims = pd.DataFrame({"shared_kpi_id": ["K1"], "intervention_on": pd.to_datetime([started])})
    found = shared_kpi.contract_findings(pd.DataFrame(list(rows)), claims, QUARTERS)
    return list(found["kind"])


class TestSeal:
    def test_csv_and_the_table_in_memory_give_the_same_seal(self):
        """The sample's plans were sealed from the text of their CSV."""
        path = ROOT / "lib" / "tacheles" / "demo" / "plans" / "shared_kpis.csv"
        with Path(path).open(encoding="utf-8", newline="") as file:
            written = [row["sha256"] for row in csv.DictReader(file)]
        contract = PLANS["shared_kpis"]
        read = ibis.memtable(table_file.read_csv(path, contract)).drop("row_in_file")
        rows = table_file.frame(read, contract)
        assert written == [shared_kpi.seal(row) for row in rows.to_dict("records")]

    def test_a_number_has_one_way_of_being_written(self):
        assert shared_kpi.seal(agreed()) == shared_kpi.seal(agreed(baseline=1800))
        assert shared_kpi.seal(agreed()) != shared_kpi.seal(agreed(baseline=1800.5))


class TestContractFindings:
    def test_an_agreement_as_it_was_sealed_has_no_finding(self):
        assert [] == kinds(agreed(), started="2025-10-06")

    def test_a_field_changed_under_the_seal_breaks_it(self):
        assert ["shared_kpi_seal_broken"] == kinds(agreed() | {"target": 1500.0})

    def test_without_a_seal_nobody_can_tell(self):
        assert ["shared_kpi_unsealed"] == kinds(agreed() | {"sha256": None})

    def test_a_new_version_tells_what_it_changed(self):
        later = agreed(version=2, target=1500.0, agreed_on=pd.Timestamp("2026-03-24"))
        claims = pd.DataFrame({"shared_kpi_id": [], "intervention_on": []})
        found = shared_kpi.contract_findings(pd.DataFrame([agreed(), later]), claims, QUARTERS)
        changed = found["detail"].iloc[0]
        assert ["shared_kpi.target"] == changed["fields"]
        assert (["1450"], ["1500"]) == (changed["before"], changed["after"])
        assert date(2026, 3, 24) == found["detail"].iloc[0]["on"]

    def test_what_was_agreed_after_the_start_is_no_forecast(self):
        assert ["shared_kpi_agreed_late"] == kinds(agreed(), started="2025-09-01")

    def test_a_target_below_what_the_design_can_see_is_told(self):
        assert ["shared_kpi_too_small_to_see"] == kinds(agreed(target=1600.0))

    def test_before_its_date_the_effect_is_preliminary(self):
        later = agreed(judged_on=pd.Timestamp("2026-07-01"))
        assert ["shared_kpi_not_judged_yet"] == kinds(later)


class TestActivityMetric:
    AGREED = pd.DataFrame(
        [("K1", 1, "tickets", "answered"), ("K1", 2, "tickets", "waited"), ("K2", 1, "csat", "x")],
        columns=["shared_kpi_id", "version", "metric", "activity_metric"],
    )

    def test_it_is_that_of_the_latest_version(self):
        assert "waited" == shared_kpi.activity_metric(self.AGREED, "tickets", "nothing")

    def test_where_nothing_was_agreed_another_is_told(self):
        assert "nothing" == shared_kpi.activity_metric(self.AGREED, "awareness", "nothing")
