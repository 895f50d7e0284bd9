"""The forms: what a person does in them, without a browser; test_browser.py has the real one."""

import ast
import json
import shutil
import subprocess
import sys
from datetime import date

import nbformat
import numpy as np
import pandas as pd
import pytest

from tacheles import ROOT, forms, measurement, roi, table_file, words, workbook
from tacheles.contract import PLANS
from tacheles.forms.publish import served
from tacheles.forms.view import View, element
from tacheles.quarter import last_quarters
from tacheles.report import run
from tacheles.words.plans import CHOICES, COLUMNS, MISTAKES, SETTINGS, TABLES, UNITS

NORDLICHT = ROOT / "data" / "nordlicht"
YEAR = last_quarters("2026-Q3", 4, time_zone="Europe/Berlin")


def opened(folder):
    return workbook.Workbook(folder, workbook.read_settings(folder), "2026-Q3")


@pytest.fixture
def book(tmp_path):
    """The sample's settings and plans, without its records."""
    folder = tmp_path / "data" / "nordlicht"
    shutil.copytree(NORDLICHT / "plans", folder / "plans")
    shutil.copy(NORDLICHT / "community.toml", folder)
    return opened(folder)


@pytest.fixture
def empty(tmp_path):
    return opened(workbook.create("fresh", tmp_path / "data"))


def found(form, key):
    """The element of this key."""
    return next(one for one in form.elements() if one.key == key)


def texts(form):
    return [one.text for one in form.elements() if one.text]


class Recorded(View):
    """A view of one number, whose messages are kept instead of sent."""

    def __init__(self):
        super().__init__()
        self.number, self.sent = 0, []

    def build(self):
        return element(
            "div",
            element("button", "more", key="more", acts={"click": self.count}),
            element("p", str(self.number), key="number"),
            element("p", "always", key="fixed") if self.number < 2 else None,
            key="all",
        )

    def count(self, _value):
        self.number += 1

    def send(self, content, buffers=None):
        self.sent.append(content)


class TestView:
    def test_only_what_changed_is_sent(self):
        view = Recorded()
        view.show()
        view.act("more", "click")
        assert {"all", "more", "number", "fixed"} == view.sent[0]["nodes"].keys()
        assert {"number": "1"} == {k: one["text"] for k, one in view.sent[1]["nodes"].items()}

    def test_what_went_is_told(self):
        view = Recorded()
        for _time in range(2):
            view.act("more", "click")
        view.show()
        assert ["fixed"] == view.sent[1]["gone"]
        assert ["more", "number"] == view.sent[1]["nodes"]["all"]["children"]

    def test_a_view_that_opens_gets_all_of_it(self):
        view = Recorded()
        view.show()
        view._hear(view, {"key": "", "event": "open", "value": {}, "sent": 0}, [])
        assert {"all", "more", "number", "fixed"} == view.sent[-1]["nodes"].keys()

    def test_an_act_on_something_that_is_gone_does_nothing(self):
        view = Recorded()
        view.act("less", "click")
        assert [] == view.sent

    def test_nothing_of_a_workbook_is_in_the_state_that_a_notebook_keeps(self, book):
        form = forms.edit(book, "goals")
        form.show()
        kept = json.dumps({name: str(value) for name, value in form.get_state().items()})
        assert "Fragen" not in kept


class TestEdit:
    @pytest.mark.parametrize("name", PLANS)
    def test_every_plan_opens_and_saves_without_a_change(self, book, name):
        path = book.folder / "plans" / f"{name}.csv"
        before = path.read_bytes()
        form = forms.edit(book, name)
        assert [] == list(form.draft.mistakes())
        form.act("save", "click")
        assert before == path.read_bytes()
        assert form.error is None

    def test_a_changed_target_is_what_the_next_run_reads(self, book):
        form = forms.edit(book, "goals")
        form.act("0.target", "input", "0,8")
        assert "1 row unsaved" in texts(form)
        form.act("save", "click")
        assert "Saved. The next run reads exactly this." in texts(form)
        assert 0.8 == book.goals["target"].iloc[0]
        assert 0.8 == opened(book.folder).goals["target"].iloc[0]

    def test_a_wrong_date_is_told_at_its_cell_and_not_saved(self, book):
        before = (book.folder / "plans" / "goals.csv").read_bytes()
        form = forms.edit(book, "goals")
        form.act("1.due_on", "input", "31.02.2026")
        cell = found(form, "1.due_on")
        assert "true" == cell.attributes["aria-invalid"]
        said = next(e for e in form.elements() if e.key == "1.due_on.mistake")
        assert cell.attributes["aria-describedby"] == said.attributes["id"]
        assert said.text.startswith("not a date: this month has 28 days")
        form.act("save", "click")
        assert before == (book.folder / "plans" / "goals.csv").read_bytes()
        assert "1 cell to correct" in texts(form)

    def test_it_is_told_in_german_too(self, book):
        words.use("de")
        form = forms.edit(book, "goals")
        form.act("1.due_on", "input", "31.02.2026")
        assert found(form, "1.due_on.mistake").text.startswith(
            "kein Datum: dieser Monat hat 28 Tage"
        )
        assert "1 Zelle zu berichtigen" in texts(form)
        assert "Fällig am" in texts(form)

    @pytest.mark.parametrize(("language", "said"), [("de", "gelesen als 1,45;"), ("en", "")])
    def test_a_number_that_a_german_may_mean_otherwise_is_told_as_it_is_read(
        self, book, language, said
    ):
        words.use(language)
        form = forms.edit(book, "goals")
        form.act("0.target", "input", "1.450")
        assert found(form, "0.target.mistake").text.startswith(said)
        assert bool(said) == bool(found(form, "0.target.mistake").text)
        assert "aria-invalid" not in found(form, "0.target").attributes

    @pytest.mark.parametrize(
        ("table", "key", "tag"),
        [
            ("goals", "0.direction", "select"),
            ("goals", "0.stretch", "select"),
            ("goals", "0.need_id", "select"),
            ("goals", "0.statement", "textarea"),
            ("goals", "0.due_on", "input"),
            ("goals", "0.due_on.picker", "input"),
            ("goals", "0.metric", "input"),
        ],
    )
    def test_a_column_has_the_control_of_its_contract(self, book, table, key, tag):
        assert tag == found(forms.edit(book, table), key).tag

    def test_a_reference_offers_the_rows_of_the_other_table(self, book):
        options = dict(found(forms.edit(book, "goals"), "0.need_id").attributes["options"])
        assert options["N1"].startswith("N1: ")
        assert set(book.needs["need_id"]) | {""} == options.keys()

    def test_every_field_has_a_name_for_a_screen_reader(self, book):
        form = forms.edit(book, "goals")
        fields = [e for e in form.elements() if e.tag in ("input", "select", "textarea")]
        labelled = {e.attributes.get("for") for e in form.elements() if e.tag == "label"}
        for one in fields:
            assert one.attributes.get("aria-label") or one.attributes.get("id") in labelled

    def test_rows_are_added_copied_deleted_and_brought_back(self, book):
        form = forms.edit(book, "values")
        count = len(form.draft.rows)
        form.act("add", "click")
        form.act("0.copy", "click")
        assert count + 2 == len(form.draft.rows)
        assert "a key occurs twice" in " ".join(texts(form))
        form.act("1.delete", "click")
        assert count + 1 == len(form.draft.rows)
        for _step in range(3):
            form.act("undo", "click")
        assert count == len(form.draft.rows)
        assert "Nothing unsaved" in texts(form)

    def test_the_filter_shows_the_rows_in_which_a_text_occurs(self, book):
        form = forms.edit(book, "goals")
        form.act("filter", "input", "PEER_ANSWER")
        rows = [e.key for e in form.elements() if e.tag == "tr" and e.key.endswith(".row")]
        name, goals = "peer_answer_share", book.goals
        holding = (goals["metric"] == name) | (goals["counter_metric"] == name)
        assert [f"{place}.row" for place in np.flatnonzero(holding)] == rows
        assert 0 < len(rows) < len(goals)

    def test_a_long_table_is_shown_in_pages_and_a_new_row_on_its_own(self, book):
        form = forms.edit(book, "labels")
        form.act("add", "click")
        shown = [e for e in form.elements() if e.tag == "tr" and e.key.endswith(".row")]
        assert len(shown) <= 50
        assert "new row (new)" in texts(form)
        form.act("earlier", "click")
        assert "new row (new)" not in texts(form)

    def test_two_editors_of_one_file_are_shown_both_versions(self, book):
        first, second = forms.edit(book, "goals"), forms.edit(book, "goals")
        first.act("0.target", "input", "0.8")
        first.act("save", "click")
        second.act("0.target", "input", "0.9")
        second.act("save", "click")
        said = texts(second)
        place = said.index("0.78")
        assert ["G1", "Target value", "0.78", "0.8", "0.9"] == said[place - 2 : place + 3]
        assert b"0.9" not in (book.folder / "plans" / "goals.csv").read_bytes()
        second.act("rebase", "click")
        second.act("save", "click")
        assert 0.9 == opened(book.folder).goals["target"].iloc[0]

    def test_it_can_drop_its_changes_for_what_is_saved(self, book):
        first, second = forms.edit(book, "goals"), forms.edit(book, "goals")
        first.act("0.target", "input", "0.8")
        first.act("save", "click")
        second.act("0.target", "input", "0.9")
        second.act("save", "click")
        second.act("reopen", "click")
        assert "0.8" == found(second, "0.target").attributes["value"]
        assert "Nothing unsaved" in texts(second)

    def test_a_table_that_is_none_is_refused(self, book):
        with pytest.raises(workbook.TachelesError, match="no plan table gaols"):
            forms.edit(book, "gaols")

    def test_an_empty_workbook_is_filled_by_forms_alone(self, empty):
        """One row in every plan that has a form of its own, in the order of the references."""
        rows = {
            "values": {"value_id": "v1", "statement": "Plain words"},
            "business_goals": {"business_goal_id": "b1", "statement": "Fewer tickets"},
            "needs": {"need_id": "n1", "statement": "Fast answers", "importance": "8,5"},
            "stakeholders": {
                "stakeholder_id": "s1",
                "department": "support",
                "priority": "Less to answer",
                "metric": "how_to_tickets",
            },
            "goals": {
                "goal_id": "g1",
                "statement": "Four of five within a day",
                "metric": "answered_within(hours=24)",
                "target": "0,8",
                "due_on": "31.12.2026",
                "owner": "community lead",
                "need_id": "n1",
                "stretch": "false",
            },
            "roles": {"role": "host", "kind": "moderator", "people": "2"},
            "roster": {"weekday": "monday", "starts": "9:00", "ends": "17:00", "role": "host"},
        }
        for name, cells in rows.items():
            form = forms.edit(empty, name)
            form.act("add", "click")
            for column, text in cells.items():
                control = found(form, f"0.{column}")
                event = "change" if control.tag == "select" else "input"
                if control.tag == "select":
                    assert text in dict(control.attributes["options"])
                form.act(f"0.{column}", event, text)
            form.act("save", "click")
            assert "Saved. The next run reads exactly this." in texts(form), name
        reread = opened(empty.folder)
        assert [] == reread.check()
        assert 0.8 == reread.goals["target"].iloc[0]
        assert "2026-12-31" == str(reread.goals["due_on"].iloc[0].date())
        assert "09:00" == reread.roster["starts"].iloc[0]


class TestCommunity:
    def test_what_is_typed_is_checked_and_saved(self, book):
        form = forms.community(book)
        form.act("privacy.customers", "input", "2")
        assert "take a whole number from 3 up" in found(form, "privacy.customers.mistake").text
        form.act("save", "click")
        assert form.error is not None
        form.act("privacy.customers", "input", "7")
        form.act("mission", "input", "Nobody waits alone")
        form.act("keep_text", "change", False)
        form.act("how_to_categories", "input", "how_to, setup")
        form.act("save", "click")
        settings = workbook.read_settings(book.folder)
        assert 7 == settings.thresholds.customers
        assert ("Nobody waits alone", False) == (settings.mission, settings.keep_text)
        assert ["how_to", "setup"] == settings.how_to_categories
        assert "# fewest persons" in (book.folder / "community.toml").read_text()

    def test_two_versions_are_shown(self, book):
        first, second = forms.community(book), forms.community(book)
        first.act("currency", "input", "CHF")
        first.act("save", "click")
        second.act("currency", "input", "USD")
        second.act("save", "click")
        said = texts(second)
        assert ["EUR", "CHF", "USD"] == said[said.index("EUR") : said.index("EUR") + 3]
        second.act("reopen", "click")
        assert "CHF" == found(second, "currency").attributes["value"]


class FakeWhatIf:
    """A return that grows with the cost of a ticket; it is asked like a real one."""

    def __init__(self):
        self.asked = []

    def supposed(self, values):
        self.asked.append(dict(values))
        return FakeSupposed(values.get("A_ticket_cost_avoidable", 23.0))


class FakeSupposed:
    def __init__(self, cost):
        self.cost = cost

    def _row(self, metric, unit, **told):
        row = {"metric": metric, "quarter": "2026-Q3", "segment": "", "unit": unit, "at": np.nan}
        row |= {"value": np.nan, "low": np.nan, "high": np.nan, "level": 0.8, "n": 1, "left_out": 0}
        row |= {"status": "ok", "grade": "C", "persons": 0, "persons_needed": 5}
        return pd.DataFrame([row | told])

    @property
    def return_on_investment(self):
        worth = self.cost / 100
        told = {"value": worth, "low": worth - 0.1, "high": worth + 0.1}
        return self._row("return_on_investment", "share", **told)

    @property
    def net_present_value(self):
        worth = self.cost * 10
        told = {"value": worth, "low": worth - 100, "high": worth + 100}
        return self._row("net_present_value", "money", **told)

    @property
    def probability_of_recovery(self):
        return self._row("probability_of_recovery", "share", value=min(self.cost / 50, 1))

    @property
    def tornado(self):
        told = {"segment": "A_deal_margin", "value": 0.0, "low": -50.0, "high": 150.0}
        return self._row("tornado", "money", **told)


class TestAssumptions:
    def test_what_is_tried_stands_beside_what_is_saved(self, book):
        form = forms.assumptions(book, FakeWhatIf())
        form.act("A_ticket_cost_avoidable.slider", "input", "30")
        said = texts(form)
        place = said.index("Probability that it paid for itself")
        assert ["46%", "60%"] == said[place + 1 : place + 3]
        assert "30" == found(form, "A_ticket_cost_avoidable").attributes["value"]

    def test_a_value_as_saved_is_no_trial(self, book):
        what_if = FakeWhatIf()
        form = forms.assumptions(book, what_if)
        form.act("A_ticket_cost_avoidable", "input", "45")
        form.act("A_ticket_cost_avoidable", "input", "44")
        assert {} == form.tried
        assert [{}, {"A_ticket_cost_avoidable": 45.0}] == what_if.asked

    def test_what_is_no_number_is_told_and_not_asked(self, book):
        what_if = FakeWhatIf()
        form = forms.assumptions(book, what_if)
        form.act("A_ticket_cost_avoidable", "input", "much")
        form.act("A_effect_persistence", "input", "1.2")
        assert "not a number" in found(form, "A_ticket_cost_avoidable.mistake").text
        assert "not a share" in found(form, "A_effect_persistence.mistake").text
        assert [{}] == what_if.asked

    def test_the_assumption_on_which_most_hangs_comes_first(self, book):
        form = forms.assumptions(book, FakeWhatIf())
        labels = [e.key for e in form.elements() if e.tag == "label" and e.key.startswith("A_")]
        assert "A_deal_margin.label" == labels[0]

    def test_a_trial_is_kept_as_a_scenario_and_changes_no_assumption(self, book):
        before = (book.folder / "plans" / "assumptions.csv").read_bytes()
        form = forms.assumptions(book, FakeWhatIf())
        form.act("A_ticket_cost_avoidable", "input", "27,5")
        form.act("name", "input", "harder year")
        form.act("keep", "click")
        kept = opened(book.folder).scenarios
        kept = kept[kept["scenario"] == "harder year"]
        assert [("A_ticket_cost_avoidable", 27.5)] == list(
            zip(kept["assumption_id"], kept["value"], strict=True)
        )
        assert before == (book.folder / "plans" / "assumptions.csv").read_bytes()
        form.act("forget", "click")
        assert {} == form.tried
        form.act("recall", "change", "harder year")
        assert {"A_ticket_cost_avoidable": "27.5"} == form.tried

    @pytest.mark.parametrize("name", ["", "erwartet"])
    def test_without_a_name_of_its_own_it_is_not_kept(self, book, name):
        before = (book.folder / "plans" / "scenarios.csv").read_bytes()
        form = forms.assumptions(book, FakeWhatIf())
        form.act("A_ticket_cost_avoidable", "input", "27")
        form.act("name", "input", name)
        form.act("keep", "click")
        assert "no name of its own" in form.error.problem
        assert before == (book.folder / "plans" / "scenarios.csv").read_bytes()

    def test_without_a_change_there_is_nothing_to_keep(self, book):
        form = forms.assumptions(book, FakeWhatIf())
        form.act("name", "input", "as ever")
        form.act("keep", "click")
        assert "nothing to keep" in form.error.problem

    def test_in_german_a_slider_fills_in_a_decimal_comma(self, book):
        words.use("de")
        form = forms.assumptions(book, FakeWhatIf())
        form.act("A_ticket_cost_avoidable.slider", "input", "24.5")
        assert "24,5" == found(form, "A_ticket_cost_avoidable").attributes["value"]
        assert "24.5" == found(form, "A_ticket_cost_avoidable.slider").attributes["value"]


class TestOverlap:
    def test_score_and_rank_follow_and_only_the_fit_is_saved(self, book):
        before = (book.folder / "plans" / "initiatives.csv").read_text()
        form = forms.overlap(book, roi.overlap_score, roi.rank_stability, YEAR)
        row = found(form, "1.row")
        assert "0.68" in [cell.text for cell in row.children]  # (0.7 · 0.5 · 0.9) ^ ⅓
        form.act("1.need_fit.slider", "input", "0")
        assert "0" in [cell.text for cell in found(form, "1.row").children]
        form.act("save", "click")
        after = (book.folder / "plans" / "initiatives.csv").read_text()
        assert before.replace(",0.7,0.5,0.9,0.5,35,", ",0.7,0,0.9,0.5,35,") == after


class TestSharedKpi:
    def test_a_new_version_is_dated_and_sealed_and_the_old_one_stays(self, book):
        before = (book.folder / "plans" / "shared_kpis.csv").read_text()
        form = forms.shared_kpi(book, roi.seal, YEAR, today=date(2026, 10, 5))
        form.act("begin", "change", "K1")
        form.act("target", "input", "1.400,0")
        form.act("agree", "click")
        assert form.error is None
        assert (book.folder / "plans" / "shared_kpis.csv").read_text().startswith(before)
        agreed = opened(book.folder).shared_kpis.iloc[-1]
        assert ("K1", 2, 1400.0) == (agreed["shared_kpi_id"], agreed["version"], agreed["target"])
        assert "2026-10-05" == str(agreed["agreed_on"].date())
        assert roi.seal(agreed) == agreed["sha256"]

    def test_a_new_kpi_needs_what_its_contract_needs(self, book):
        form = forms.shared_kpi(book, roi.seal, YEAR, today=date(2026, 10, 5))
        before = (book.folder / "plans" / "shared_kpis.csv").read_bytes()
        form.act("shared_kpi_id", "input", "K9")
        form.act("baseline", "input", "much")
        assert "not a number" in found(form, "baseline.mistake").text
        form.act("agree", "click")
        assert before == (book.folder / "plans" / "shared_kpis.csv").read_bytes()

    def test_what_is_wanted_is_held_against_what_can_be_seen(self, book):
        form = forms.shared_kpi(book, roi.seal, YEAR)
        form.act("begin", "change", "K1")
        assert not any("smaller than what can be seen" in text for text in texts(form))
        form.act("target", "input", "1700")
        assert any("smaller than what can be seen" in text for text in texts(form))

    def test_a_metric_that_nobody_knows_has_no_smallest_effect(self, book):
        form = forms.shared_kpi(book, roi.seal, YEAR)
        form.act("metric", "input", "hapiness")
        form.act("look", "click")
        assert "nobody knows it" in form.error.problem


@pytest.fixture
def drawn():
    rows = [(f"p{i}", "sentiment", "2026-Q3", f"text {i}") for i in range(8)]
    return pd.DataFrame(rows, columns=["item_id", "kind", "quarter", "text"])


class TestLabel:
    def start(self, book, drawn, who):
        form = forms.label(book, drawn, today=date(2026, 10, 5))
        form.act("labeller", "input", who)
        return form

    def test_each_label_is_saved_at_once_with_its_day_and_code(self, empty, drawn):
        form = self.start(empty, drawn, "L1")
        form.act("say.positive", "click")
        saved = (empty.folder / "plans" / "labels.csv").read_text().splitlines()
        assert ["p0,sentiment,positive,2026-10-05,L1"] == saved[1:]
        assert "text 1" in texts(form)

    def test_without_a_code_nothing_is_saved(self, empty, drawn):
        form = forms.label(empty, drawn)
        form.act("say.positive", "click")
        assert "Nobody has said who labels" == form.error.problem
        assert opened(empty.folder).labels.empty

    def test_the_last_label_is_taken_back(self, empty, drawn):
        before = (empty.folder / "plans" / "labels.csv").read_bytes()
        form = self.start(empty, drawn, "L1")
        form.act("say.positive", "click")
        form.act("back", "click")
        assert before == (empty.folder / "plans" / "labels.csv").read_bytes()
        assert "text 0" in texts(form)

    def test_two_label_at_the_same_time_and_both_are_kept(self, empty, drawn):
        first, second = self.start(empty, drawn, "L1"), self.start(empty, drawn, "L2")
        first.act("say.positive", "click")
        second.act("say.negative", "click")
        assert {"L1", "L2"} == set(opened(empty.folder).labels["labeller"])

    def test_every_fourth_text_is_one_that_somebody_else_has_labelled(self, empty, drawn):
        first = self.start(empty, drawn, "L1")
        for said in ("positive", "negative"):
            first.act(f"say.{said}", "click")
        second = self.start(empty, drawn, "L2")
        asked = []
        for _text in range(4):
            asked.append(second.item)
            second.act("say.positive", "click")
        assert ["p2", "p3", "p4", "p0"] == asked

    def test_agreement_is_told_beyond_chance_and_without_what_nobody_could_tell(self, empty, drawn):
        """Three of four alike; by chance a half: κ = 0.5."""
        one = ["positive", "positive", "negative", "negative", "cannot_tell"]
        other = ["positive", "positive", "negative", "positive", "negative"]
        for who, said in (("L1", one), ("L2", other)):
            form = self.start(empty, drawn.head(5), who)
            for _text in said:
                form.act(f"say.{said[int(form.item[1:])]}", "click")
        agreed = found(form, "agreed").text
        assert agreed.startswith("L1 and L2 agree beyond chance on 4 texts: 0.5 ±")

    def test_no_guess_of_a_tool_is_shown(self, empty, drawn):
        form = self.start(empty, drawn.assign(by_tool="negative"), "L1")
        says = [e for e in form.elements() if e.key.startswith("say.")]
        assert ["negative", "neutral", "positive", "cannot tell"] == [e.text for e in says]
        assert 1 == texts(form).count("negative")


class TestPublish:
    @pytest.fixture
    def form(self, book, tmp_path):
        return forms.publish(book, reports=tmp_path / "reports")

    def test_it_understands_what_the_command_says(self, form, tmp_path):
        for line in ("2026-Q3 00-brief: running", "2026-Q3 04-roi: running"):
            form._hear_line(line)
        form._hear_line("2026-Q3 00-brief: done in 7 s")
        assert (["2026-Q3 04-roi"], ["2026-Q3 00-brief"]) == (form.running, form.done)
        folder = tmp_path / "reports" / "2026-Q3"
        folder.mkdir(parents=True)
        (folder / "brief.pdf").write_bytes(b"%PDF")
        form._hear_line(f"published: {folder / 'index.html'}")
        links = [e for e in form.elements() if e.tag == "a"]
        assert ["Open the brief for the leadership (PDF)"] == [e.text for e in links]
        assert ("application/pdf", b"%PDF") == links[0].attributes["document"]

    def test_why_nothing_was_published_is_told(self, form):
        """The copy of the sample has no records: there is nothing to report, and it says so."""
        shutil.rmtree(form.book.folder / "plans")
        (form.book.folder / "community.toml").write_text("name = ")
        form.act("publish", "click")
        form.wait()
        assert "Not published." in texts(form)
        assert any("not readable as TOML" in text for text in texts(form))

    @pytest.mark.parametrize(
        ("root", "address"),
        [("/srv/project", "/files/reports/x/index.html"), ("/home", ""), ("", "")],
    )
    def test_the_page_is_linked_where_the_server_has_it(self, root, address):
        path = ROOT.__class__("/srv/project/reports/x/index.html")
        assert address == served(path, {"root": root, "base": "/"})


class TestWords:
    def test_every_table_column_choice_unit_and_setting_has_a_name(self):
        columns = [column for table in PLANS.values() for column in table.columns]
        assert set(PLANS) == set(TABLES)
        assert {column.name for column in columns} == set(COLUMNS)
        assert {c.unit for c in columns} - {"", "currency"} == set(UNITS)
        assert set(workbook.SETTINGS) == set(SETTINGS)
        allowed = {str(value) for column in columns for value in column.allowed}
        assert allowed - set(CHOICES) == {"1", "2", "3", "4"}

    def test_whatever_a_cell_is_told_can_be_said_in_every_language(self):
        said = {text for pair in table_file.NOT_A.values() for text in pair}
        said |= {*table_file.EMPTY, *table_file.YEAR, *table_file.DOUBTFUL}
        said |= {table_file.UNKNOWN, "a key occurs twice"}
        assert said == MISTAKES


class TestNotebooks:
    @pytest.mark.parametrize("path", sorted(run.NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.stem)
    def test_forms_stand_only_in_cells_that_a_run_skips(self, path):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and "forms" in cell.source:
                assert ["interactive", "skip-execution"] == cell.metadata.tags

    def test_every_plan_has_its_form_in_a_notebook(self):
        code = "\n".join(
            cell.source
            for path in run.NOTEBOOKS.glob("*.ipynb")
            for cell in nbformat.read(path, as_version=4).cells
        )
        edited = {name for name in PLANS if f'forms.edit(book, "{name}")' in code}
        assert {"shared_kpis", "labels"} == set(PLANS) - edited
        for other in ("community", "overlap", "shared_kpi", "assumptions", "label", "publish"):
            assert f"forms.{other}(" in code

    def test_a_report_imports_no_form(self):
        code = (
            "import sys; from tacheles.report import publish, run, warm; from tacheles import cli\n"
            "above = ('tacheles.forms', 'anywidget')\n"
            "print([name for name in sys.modules if name.startswith(above)])"
        )
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ("[]\n", 0) == (done.stdout, done.returncode)

    def test_no_module_below_imports_a_form(self):
        for path in (ROOT / "lib" / "tacheles").rglob("*.py"):
            if "forms" not in path.parts:
                names = [
                    node.module or ""
                    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                    if isinstance(node, ast.ImportFrom)
                ]
                assert not [name for name in names if name.startswith("tacheles.forms")], path


def test_texts_are_drawn_the_same_way_whatever_the_order_of_the_rows():
    """And the quarters take turns; a label that is there keeps its text among them."""
    from conftest import posts, table
    from tacheles.contract import MEMBERS, SURVEYS, TICKETS

    rows = [
        {"post_id": f"p{month}{i}", "posted_at": f"2026-{month:02d}-1{i} 10:00", "text": "so so"}
        for month in (5, 8)
        for i in range(9)
    ]
    labels = pd.DataFrame({"item_id": ["p58"], "kind": ["sentiment"]})
    nobody = [table(contract, []) for contract in (TICKETS, SURVEYS, MEMBERS)]
    quarters = last_quarters("2026-Q3", 2)

    def draw(posts):
        tickets, surveys, members = nobody
        return measurement.texts_to_label(
            *(posts, tickets, surveys, members, labels, quarters), per_quarter=3
        )

    once, again = draw(posts(*rows)), draw(posts(*rows[::-1]))
    assert list(once["item_id"]) == list(again["item_id"])
    assert ["2026-Q3", "2026-Q2"] * 3 == list(once["quarter"].head(6))
    assert "p58" in set(once["item_id"])
    assert len(once) in (6, 7)
