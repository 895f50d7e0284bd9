"""The checklist and the tools: done only with evidence, live only with an owner."""

import pytest

from conftest import plan
from tacheles import foundation
from tacheles.contract import PROCESSES, TOOLS
from tacheles.quarter import last_quarters

Q3 = last_quarters("2026-Q3", 1, time_zone="Europe/Berlin")


def item(name: str, **told: object) -> dict:
    proven = {"item": name, "area": "Crisis", "done": True, "evidence": "wiki", "weight": 1.0}
    return proven | told


def faults(*rows: dict) -> list[tuple[str, str]]:
    found = foundation.process_faults(plan(PROCESSES, *rows), Q3)
    return list(zip(found["subject"], found["kind"], strict=True))


class TestChecklistReadiness:
    def test_weights_of_what_is_done_by_weights_of_what_applies(self):
        """METRICS F7: 3 of 3 + 1; the item that does not apply weighs nothing."""
        rows = [
            item("a", weight=3.0),
            item("b", done=False),
            item("c", weight=9.0, applicable=False),
        ]
        found = foundation.checklist_readiness(plan(PROCESSES, *rows), Q3).iloc[0]
        assert (0.75, 2, 1) == (found["value"], found["n"], found["left_out"])

    def test_done_without_evidence_is_not_done(self):
        rows = plan(PROCESSES, item("a"), item("b", evidence=None))
        assert 0.5 == foundation.checklist_readiness(rows, Q3).loc[0, "value"]

    def test_an_item_without_a_weight_weighs_one(self):
        rows = plan(PROCESSES, item("a", weight=None), item("b", weight=3.0, done=None))
        assert 0.25 == foundation.checklist_readiness(rows, Q3).loc[0, "value"]

    @pytest.mark.parametrize("rows", [(), (item("a", applicable=False),)])
    def test_a_list_on_which_nothing_applies_has_no_share(self, rows):
        found = foundation.checklist_readiness(plan(PROCESSES, *rows), Q3).iloc[0]
        assert "no_data" == found["status"]

    def test_areas_stand_in_the_order_of_the_list(self):
        rows = [item("a"), item("b", area="Access", done=False), item("c", done=False)]
        found = foundation.checklist_readiness_by_area(plan(PROCESSES, *rows), Q3)
        assert [("Crisis", 0.5), ("Access", 0.0)] == list(
            zip(found["segment"], found["value"], strict=True)
        )


class TestFaults:
    def test_of_processes(self):
        """Seen from the midnight before 1 October: what was due on the day before is late."""
        assert [
            ("proof", "done_without_evidence"),
            ("late", "overdue"),
            ("some day", "undated"),
        ] == faults(
            item("done"),
            item("proof", evidence=None),
            item("late", done=False, due_on="2026-09-30"),
            item("soon", done=False, due_on="2026-10-01"),
            item("some day", done=False),
            item("not ours", done=False, applicable=False),
        )

    def test_of_tools(self):
        live = {"owner": "lead", "status": "live", "evidence": "wiki"}
        rows = [
            {"name": "Forum", "kind": "forum"} | live,
            {"name": "LinkedIn", "kind": "social"} | live | {"owner": None},
            {"name": "Tickets", "kind": "support"} | live | {"evidence": None},
            {"name": "Old CRM", "kind": "crm"} | live | {"status": "retired", "owner": None},
        ]
        found = foundation.tool_faults(plan(TOOLS, *rows))
        assert [
            ("LinkedIn", "tool_without_owner"),
            ("Tickets", "tool_without_evidence"),
            ("tools", "no_tool_of_kind"),
            ("tools", "no_tool_of_kind"),
        ] == list(zip(found["subject"], found["kind"], strict=True))
        missing = [detail["kinds"] for detail in found["detail"][2:]]
        assert [("crm",), ("analytics",)] == missing

    def test_an_empty_list_of_tools_lacks_no_kind(self):
        """That the whole list is missing is told elsewhere, once."""
        assert foundation.tool_faults(plan(TOOLS)).empty
