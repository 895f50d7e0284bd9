"""What the made-up team decided: complete, consistent, and wrong only where it is planted."""

import hashlib
import re
import shutil
import tomllib
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tacheles import demo, growth, workbook
from tacheles.contract import PLANS, RECORDS
from tacheles.contract.plans import WEEKDAYS
from tacheles.demo import programme
from tacheles.demo.plans import FAULTS, plans
from tacheles.service_hours import read_hours

HOME = Path(demo.__file__).parent
TEXTS = plans()

#: The day after the last quarter, on which everything was exported.
TODAY = pd.Timestamp("2026-10-01")

#: What departments count themselves: metrics of the record table `partner_metrics`.
PARTNER_METRICS = {
    *("support_cost", "support_cost_staff", "support_cost_tools", "support_cost_external"),
    *("tickets_solved", "case_studies", "aided_awareness", "feature_adoption_rate"),
    *("leads", "leads_community", "leads_search", "leads_events", "leads_paid"),
}

#: Definitions of the product that plans name: those of `growth`, and of the later levels.
DEFINITIONS = {
    *growth.__all__,
    *("solution_rate", "net_promoter_score", "ticket_csat", "cost_per_ticket"),
    *("renewal_rate", "win_rate", "accounts_per_csm", "how_to_tickets_per_1000_accounts"),
    *("how_to_tickets", "delivered_votes_share", "naive_deflection"),
}

SEGMENTS = {"Handwerk", "Industrie", "Gebäudetechnik", "Öffentliche Hand"}
POST_CATEGORIES = {
    *("Erste Schritte", "Planung", "Mobile App", "Schnittstellen", "Auswertungen"),
    *("Best Practice", "Ideen", "Ankündigungen", "International"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A community's folder with the settings and the plans of the made-up one."""
    made = tmp_path_factory.mktemp("data") / "nordlicht"
    (made / "plans").mkdir(parents=True)
    shutil.copyfile(HOME / "community.toml", made / "community.toml")
    for name, text in TEXTS.items():
        (made / "plans" / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")
    return made


@pytest.fixture(scope="module")
def book(folder):
    return workbook.Workbook(folder, workbook.read_settings(folder))


def filled(column: pd.Series) -> set:
    return set(column.dropna())


def known(metric: str) -> bool:
    return metric.partition("(")[0] in DEFINITIONS | PARTNER_METRICS


# Form


def test_every_plan_is_there_but_the_labels_which_come_from_the_records():
    assert set(PLANS) - {"labels"} == set(TEXTS)


def test_every_plan_keeps_its_contract_and_has_rows(book):
    assert [] == book.check()
    assert [] == [name for name in TEXTS if book.plan(name).empty]


def test_every_column_of_the_contract_stands_in_its_order():
    for name, text in TEXTS.items():
        assert ",".join(column.name for column in PLANS[name].columns) == text.splitlines()[0]


def test_files_are_utf_8_with_line_feeds_and_composed_umlauts():
    for path in (*HOME.glob("plans/*.csv"), *HOME.glob("*.toml")):
        raw = path.read_bytes()
        text = raw.decode("utf-8")
        assert b"\r" not in raw, path
        assert unicodedata.normalize("NFC", text) == text, path
        assert text.endswith("\n"), path


def test_numbers_are_written_in_one_way_only(book):
    """So that the seal of a shared KPI can be taken from the typed table as well."""
    for name in TEXTS:
        written = pd.read_csv(HOME / "plans" / f"{name}.csv", dtype=str, keep_default_na=False)
        for column in PLANS[name].columns:
            if column.type in ("number", "integer"):
                for cell in filter(None, written[column.name]):
                    assert f"{float(cell):.12g}" == cell, (name, column.name)


def test_the_settings_say_what_the_company_is(book):
    said = book.settings
    assert said.made_up
    assert said.keep_text
    assert said.mission and said.vision
    assert ("de", "EUR", "Europe/Berlin", "2026-Q3", "DE-HH", "Mo-Fr 09:00-17:00") == (
        said.language,
        said.currency,
        said.time_zone,
        said.default_quarter,
        said.holidays,
        said.service_hours,
    )


def test_no_file_is_forgotten_when_the_package_is_built():
    project = tomllib.loads((workbook.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["tacheles"]
    packed = {path for pattern in patterns for path in HOME.parent.glob(pattern)}
    assert set() == {*HOME.glob("plans/*"), *HOME.glob("*.toml")} - packed


# References


@pytest.mark.parametrize(
    ("table", "column", "to", "key"),
    [
        ("goals", "business_goal_id", "business_goals", "business_goal_id"),
        ("goals", "stakeholder_id", "stakeholders", "stakeholder_id"),
        ("goals", "need_id", "needs", "need_id"),
        ("goals", "value_id", "values", "value_id"),
        ("initiatives", "business_goal_id", "business_goals", "business_goal_id"),
        ("initiatives", "stakeholder_id", "stakeholders", "stakeholder_id"),
        ("initiatives", "need_id", "needs", "need_id"),
        ("shared_kpis", "initiative_id", "initiatives", "initiative_id"),
        ("shared_kpis", "need_id", "needs", "need_id"),
        ("claims", "pool", "pools", "pool_id"),
        ("claims", "unit_value", "assumptions", "assumption_id"),
        ("claims", "shared_kpi_id", "shared_kpis", "shared_kpi_id"),
        ("roadmap", "initiative_id", "initiatives", "initiative_id"),
        ("correlations", "assumption_id", "assumptions", "assumption_id"),
        ("correlations", "other_id", "assumptions", "assumption_id"),
        ("scenarios", "assumption_id", "assumptions", "assumption_id"),
        ("responsibilities", "role", "roles", "role"),
        ("roster", "role", "roles", "role"),
        ("roles", "reports_to", "roles", "role"),
        ("goals", "owner", "roles", "role"),
        ("tools", "owner", "roles", "role"),
        ("business_goals", "owner", "roles", "role"),
        ("stakeholders", "lead", "roles", "role"),
        ("initiatives", "owner", "roles", "role"),
        ("shared_kpis", "community_owner", "roles", "role"),
        ("shared_kpis", "partner_owner", "roles", "role"),
        ("assumptions", "owner", "roles", "role"),
        ("roadmap", "owner", "roles", "role"),
        ("decisions", "owner", "roles", "role"),
        ("claims", "department", "stakeholders", "department"),
        ("roadmap", "department", "stakeholders", "department"),
    ],
)
def test_a_reference_leads_somewhere(book, table, column, to, key):
    assert filled(book.plan(table)[column]) <= filled(book.plan(to)[key])


def test_segments_and_categories_are_those_of_the_records(book):
    assert filled(book.goals["segment"]) | filled(book.needs["segment"]) <= SEGMENTS
    named = {one for cell in book.needs["categories"].dropna() for one in cell.split(";")}
    assert named <= POST_CATEGORIES


def test_every_metric_but_the_planted_one_is_known(book):
    assert FAULTS["goal_with_an_unknown_metric"] == one(
        book.goals.loc[~book.goals["metric"].map(known), "goal_id"]
    )
    for table in ("stakeholders", "shared_kpis", "claims", "roadmap", "decisions"):
        assert all(map(known, filled(book.plan(table)["metric"]))), table
    assert all(map(known, filled(book.shared_kpis["activity_metric"])))
    assert all(map(known, filled(book.goals["counter_metric"])))
    assert all(map(known, {*book.kpi_tree["parent"], *book.kpi_tree["child"]}))


def test_no_person_is_named_and_no_link_leads_outside(book):
    for text in TEXTS.values():
        assert not re.search(r"\b(Herr|Frau|Mr|Mrs)\b", text)
        assert set(re.findall(r"https?://([^/,\s]+)", text)) <= {"wiki.nordlicht.example"}


# Faults: these, and no others


def one(found: pd.Series) -> str:
    assert 1 == len(found)
    return found.iloc[0]


def test_one_goal_has_no_baseline(book):
    assert FAULTS["goal_without_baseline"] == one(
        book.goals.loc[book.goals["baseline"].isna(), "goal_id"]
    )


def test_one_goal_serves_nobody(book):
    nobody = book.goals["business_goal_id"].isna() | book.goals["stakeholder_id"].isna()
    assert FAULTS["goal_without_business_goal_and_stakeholder"] == one(
        book.goals.loc[nobody, "goal_id"]
    )


def test_one_goals_date_is_past_and_none_lies_beyond_five_quarters(book):
    due_on = book.goals["due_on"]
    assert FAULTS["goal_whose_date_is_past"] == one(book.goals.loc[due_on <= TODAY, "goal_id"])
    assert due_on.max() <= pd.Timestamp("2027-12-31")


def test_one_goal_asks_for_a_multiple_the_others_for_a_few_percent(book):
    asked = (book.goals["target"] / book.goals["baseline"] - 1).abs()
    assert FAULTS["goal_that_asks_for_too_much"] == one(book.goals.loc[asked > 0.5, "goal_id"])
    assert sorted(asked.dropna())[-2] <= 0.1
    assert not book.goals["stretch"].any()


def test_goals_say_what_smart_asks_for_besides_the_planted_faults(book):
    wanted = ["unit", "direction", "value_id", "need_id", "objective_id", "why_achievable"]
    assert not book.goals[[*wanted, "smallest_change"]].isna().any(axis=None)
    assert 8 == len(book.goals)
    assert {"O1", "O2", "O3"} == set(book.goals["objective_id"])


def test_one_need_is_served_by_no_goal_and_no_initiative(book):
    served = filled(book.goals["need_id"]) | set(book.initiatives["need_id"])
    assert FAULTS["need_that_nothing_serves"] == one(
        book.needs.loc[~book.needs["need_id"].isin(served), "need_id"]
    )


def test_every_other_side_is_met_by_a_goal(book):
    for table, key in (
        ("values", "value_id"),
        ("business_goals", "business_goal_id"),
        ("stakeholders", "stakeholder_id"),
    ):
        assert set(book.plan(table)[key]) == filled(book.goals[key])


def test_one_task_has_two_who_are_accountable(book):
    letters = book.responsibilities.groupby("task")["letter"].agg(list)
    valid = letters.map(lambda had: had.count("A") == 1 and had.count("R") >= 1)
    planted = FAULTS["task_with_two_accountable"]
    assert [planted] == list(letters.index[~valid])
    assert 2 == letters[planted].count("A") and "R" in letters[planted]


def test_nobody_is_asked_for_more_hours_than_there_are(book):
    does = book.responsibilities[book.responsibilities["letter"] == "R"]
    load = does.groupby("role")["hours_per_week"].sum()
    there = book.roles.set_index("role")["hours_per_week"]
    assert (load <= there[load.index]).all()
    assert does["hours_per_week"].notna().all()


def test_the_costs_pay_for_the_hours_of_the_roles(book):
    """By kind of cost; nobody pays the volunteers. A month has 4.35 weeks."""
    roles = book.roles.set_index("role")["hours_per_week"]
    moderation = roles.pop("Moderation")
    staff = roles.drop("Ehrenamtliche Moderation").sum()
    assert programme.HOURS == pytest.approx(
        {"staff": 4.35 * staff, "moderation": 4.35 * moderation}, rel=0.01
    )


def test_the_roster_asks_for_no_more_hours_than_the_moderators_have(book):
    hours = (
        pd.to_timedelta(book.roster["ends"] + ":00")
        - pd.to_timedelta(book.roster["starts"] + ":00")
    ) / pd.Timedelta(hours=1)
    asked = hours.groupby(book.roster["role"]).sum()
    there = book.roles[book.roles["kind"] == "moderator"].set_index("role")["hours_per_week"]
    assert (asked <= there[asked.index]).all()


def test_the_roster_leaves_one_stretch_of_the_service_hours_open(book):
    """Minute by minute; only moderators are on the roster."""
    on_duty = {(day, minute): False for day in range(7) for minute in range(24 * 60)}
    for shift in book.roster.itertuples():
        day = WEEKDAYS.index(shift.weekday)
        first, last = (int(at[:2]) * 60 + int(at[3:]) for at in (shift.starts, shift.ends))
        on_duty |= {(day, minute): True for minute in range(first, last)}
    gaps = [
        (day, minute)
        for day, spans in enumerate(read_hours(book.settings.service_hours))
        for first, last in spans
        for minute in range(first, last)
        if not on_duty[day, minute]
    ]
    day, first = gaps[0]
    assert [(day, first + more) for more in range(len(gaps))] == gaps
    first, last = (f"{at // 60:02d}:{at % 60:02d}" for at in (first, gaps[-1][1] + 1))
    assert FAULTS["service_hours_without_moderator"] == f"{WEEKDAYS[day]} {first}-{last}"


def test_one_assumption_is_expired_and_a_claim_rests_on_it(book):
    expired = book.assumptions["review_on"] <= pd.Timestamp("2026-09-30")
    planted = one(book.assumptions.loc[expired, "assumption_id"])
    assert FAULTS["expired_assumption"] == planted
    assert planted in set(book.claims["unit_value"])


def test_what_is_done_has_evidence_and_what_is_not_has_time_left(book):
    items = book.processes[book.processes["applicable"]]
    assert items.loc[items["done"], "evidence"].notna().all()
    assert (items.loc[~items["done"], "due_on"] > TODAY).all()
    assert book.maturity["evidence"].notna().all()
    assert book.tools[["owner", "status", "evidence"]].notna().all(axis=None)
    assert {"social", "forum", "chat", "crm", "analytics", "support", "email", "events"} == set(
        book.tools["kind"]
    )


def test_milestones_and_decisions_stand_on_the_right_side_of_today(book):
    roadmap = book.roadmap
    is_open = roadmap["status"].isin(["planned", "running"])
    assert (roadmap.loc[is_open, "due_on"] > TODAY).all()
    assert (roadmap.loc[~is_open, "due_on"] <= TODAY).all()
    decided = book.decisions["decided_on"].notna()
    assert decided.sum() >= 3 and (~decided).sum() >= 1
    assert (decided == book.decisions["outcome"].notna()).all()
    assert (book.decisions.loc[~decided, "due_on"] > TODAY).all()
    assert (
        book.decisions.loc[decided, "due_on"] >= book.decisions.loc[decided, "decided_on"]
    ).all()


def test_rules_were_reviewed_within_a_year(book):
    assert (book.guidelines["reviewed_on"] > TODAY - pd.DateOffset(years=1)).all()
    assert set(PLANS["guidelines"].column("kind").allowed) == set(book.guidelines["kind"])


# Sense


def test_eight_competencies_are_judged_on_several_dates_and_none_is_missing(book):
    judged = book.maturity.pivot(index="competency", columns="assessed_on", values="stage")
    assert (8, 4) == judged.shape
    assert not judged.isna().any(axis=None)


def test_ranges_hold_their_value_and_scenarios_stay_within(book):
    stated = book.assumptions.set_index("assumption_id")
    assert ((stated["low"] <= stated["value"]) & (stated["value"] <= stated["high"])).all()
    tried = book.scenarios.join(stated[["low", "high"]], on="assumption_id")
    assert tried["value"].between(tried["low"], tried["high"]).all()
    avoidable, full = (stated.loc[f"A_ticket_cost_{one}"] for one in ("avoidable", "full"))
    assert (avoidable[["low", "value", "high"]] < full[["low", "value", "high"]]).all()
    shares = stated[stated["distribution"] == "beta"]
    assert shares[["low", "value", "high"]].stack().between(0, 1, inclusive="neither").all()


def test_correlations_are_possible_together(book):
    names = sorted({*book.correlations["assumption_id"], *book.correlations["other_id"]})
    matrix = pd.DataFrame(np.eye(len(names)), names, names)
    for pair in book.correlations.itertuples():
        matrix.loc[pair.assumption_id, pair.other_id] = pair.rho
        matrix.loc[pair.other_id, pair.assumption_id] = pair.rho
    assert np.linalg.eigvalsh(matrix.to_numpy()).min() > 0


def test_twelve_initiatives_have_a_cost_and_a_range_of_value(book):
    had = book.initiatives
    assert 12 == len(had)
    assert (had["cost"] > 0).all()
    assert (had["value_low"] <= had["value_mid"]).all()
    assert (had["value_mid"] <= had["value_high"]).all()
    assert (had["starts_on"] < had["ends_on"]).all()
    fits = had[["goal_fit", "need_fit", "stakeholder_fit", "evidence_ready"]]
    assert fits.stack().between(0, 1).all()
    assert ["I11"] == list(had.loc[(fits == 0).any(axis=1), "initiative_id"])


def test_weights_add_up_to_one(book):
    assert 1 == pytest.approx(book.business_goals["weight"].sum())
    assert 1 == pytest.approx(book.stakeholders["weight"].sum())


def test_claims_draw_on_four_pools(book):
    assert 4 == len(book.pools)
    assert set(book.pools["pool_id"]) == set(book.claims["pool"])


def test_shared_kpis_are_agreed_before_they_are_judged_with_every_field(book):
    kpis = book.shared_kpis
    assert {"K1", "K2"} == set(kpis["shared_kpi_id"])
    assert not kpis.isna().any(axis=None)
    assert (kpis["agreed_on"] < kpis["judged_on"]).all()
    assert (kpis["judged_on"] <= kpis["review_on"]).all()
    for ends in (
        ("baseline_low", "baseline", "baseline_high"),
        (
            "forecast_low",
            "forecast_mid",
            "forecast_high",
        ),
    ):
        assert kpis[list(ends)].apply(lambda row: row.is_monotonic_increasing, axis=1).all()
    flagship = kpis.iloc[0]
    assert "how_to_tickets_per_1000_accounts" == flagship["metric"]
    assert flagship["agreed_on"] < pd.Timestamp("2025-10-01")


def test_a_shared_kpi_is_sealed(book):
    """From the file and from the typed table alike: the seal is the same."""
    written = pd.read_csv(
        HOME / "plans" / "shared_kpis.csv", dtype=str, keep_default_na=False
    ).to_dict("records")
    typed = book.shared_kpis.astype(object).to_dict("records")
    for cells, values in zip(written, typed, strict=True):
        seal = cells.pop("sha256")
        assert seal == hashlib.sha256("\n".join(cells.values()).encode()).hexdigest()
        assert list(cells.values()) == [told(values[name]) for name in cells]


def told(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)


def test_promised_formats_are_formats_of_the_content(book):
    assert set(book.cadence["format"]) <= set(RECORDS["content"].column("format").allowed)
