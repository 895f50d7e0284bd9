"""The contracts hold what METRICS section 1 lists, and templates/community says the same."""

import csv
import re
import subprocess
import sys
from datetime import date, datetime

import pytest

from tacheles import ROOT, workbook
from tacheles.contract import PLANS, RECORDS
from tacheles.privacy import Thresholds
from tacheles.workbook import Settings, Workbook

TABLES = RECORDS | PLANS
TEMPLATE = ROOT / "templates" / "community"

#: METRICS section 1, written down from there: required columns have a star.
RECORDS_LISTED = """
members: member_id* joined_at account_id role segment locale country is_bot left_at
    advocacy_consent_at
member_roles: member_id* role* from_at*
posts: post_id* thread_id* posted_at* member_id kind reply_to category feature channel language
    title text likes views is_accepted accepted_at closed_at merged_at deleted_at
activity: member_id* acted_at* type* thread_id item_id channel
moderation: case_id* opened_at* source* decided_at decision reason appealed_at appeal_decision
    content_kind
recognitions: member_id* awarded_at* name*
content: item_id* format* planned_at* title channel purpose published_at cancelled_at goal_id
    value_id views reactions comments registered registered_7d_before attended leads
feedback: session_id* method* held_on* segment invited completed need_id insight acted_on_at
surveys: response_id* responded_at* instrument* answer* item member_id account_id segment text
tickets: ticket_id* created_at* account_id category feature channel subject text solved_at
    reopened satisfaction
accounts: account_id* started_on* segment size csm_tier ended_on first_community_at
revenue: account_id* month* amount* kind margin_rate
renewals: account_id* due_on* renewed* amount
deals: deal_id* created_on* stage* account_id closed_on amount source needed_reference
    had_reference touches
ideas: idea_id* created_at* feature* votes* status* status_at thread_id
advocacy: acted_at* kind* account_id member_id platform score outcome
costs: month* category* amount* hours source
partner_metrics: department* metric* month* value* source
usage: account_id* month* amount*
traffic: on* channel* visits* users source
experiments: experiment_id* unit_id* arm* assigned_at* exposed_at
"""
PLANS_LISTED = """
values: value_id* statement* shared_with_customers
goals: goal_id* statement* metric* target* due_on* owner* objective_id segment unit direction
    baseline tolerance counter_metric smallest_change business_goal_id stakeholder_id need_id
    value_id stretch why_achievable
tools: name* kind* owner status evidence
processes: item* area* done weight applicable evidence due_on
roles: role* kind* people hours_per_week reports_to
responsibilities: task* role* letter* hours_per_week
roster: weekday* starts* ends* role*
cadence: format* channel* every_days* since
guidelines: rule_id* kind* statement* reviewed_on
ladder: level* name* criterion* min_contributions_90d weight reward
maturity: competency* stage* assessed_on* evidence
business_goals: business_goal_id* statement* kind weight owner
needs: need_id* statement* segment importance satisfaction source categories
stakeholders: stakeholder_id* department* lead priority* metric* target weight
initiatives: initiative_id* name* business_goal_id* need_id* stakeholder_id* goal_fit need_fit
    stakeholder_fit evidence_ready effort cost value_low value_mid value_high starts_on ends_on
    owner
shared_kpis: shared_kpi_id* version* initiative_id* metric* activity_metric* community_owner*
    partner_owner* baseline* target* agreed_on* partner_goal need_id definition_version
    baseline_low baseline_high forecast_low forecast_mid forecast_high smallest_visible_effect
    judged_on source decision_rule stop_rule review_on signed_by sha256
claims: claim_id* department* pool* metric* design* unit_value* shared_kpi_id population
    intervention_on control horizon_quarters cash_share
pools: pool_id* statement* amount_per_quarter* source
assumptions: assumption_id* statement* value* low* high* unit* source* owner* review_on*
    distribution
roadmap: initiative_id* department* milestone* due_on* status metric owner
labels: item_id* kind* label* labelled_on* labeller*
kpi_tree: parent* child* formula*
correlations: assumption_id* other_id* rho*
scenarios: scenario* assumption_id* value*
decisions: decision_id* statement* owner* due_on* expected_effect metric stop_rule outcome
    decided_on
"""

#: The enumerations of METRICS section 1.
ALLOWED_LISTED = """
members.role: member champion expert moderator admin community_manager staff
member_roles.role: member champion expert moderator admin community_manager staff
posts.kind: question discussion idea announcement article answer reply comment
activity.type: visit read like vote search search_click attend ticket_form
moderation.source: user_flag automatic staff notice
moderation.decision: action no_action
moderation.appeal_decision: upheld reversed
content.format: blog video podcast webinar event newsletter ama course
content.purpose: inform educate entertain
feedback.method: survey focus_group interview
surveys.instrument: nps csat ces sense_of_community need_importance need_satisfaction
    support_intent
accounts.csm_tier: named pooled none
revenue.kind: subscription event course sponsorship
deals.stage: open won lost
ideas.status: open planned delivered closed
advocacy.kind: case_study testimonial reference review referral campaign_feature
costs.category: platform staff moderation agency events content rewards tools overhead
    volunteer_shadow
goals.direction: up down keep
tools.kind: social forum chat crm analytics support email events
tools.status: planned live retired
roles.kind: moderator administrator community_manager expert sponsor
responsibilities.letter: R A C I
roster.weekday: monday tuesday wednesday thursday friday saturday sunday
cadence.format: blog video podcast webinar event newsletter ama course
guidelines.kind: content conduct conflict best_practice
maturity.stage: 1 2 3 4
business_goals.kind: revenue customer_base satisfaction awareness reputation retention
    support_cost product_feedback scaling
stakeholders.department: customer_success support marketing product sales hr
assumptions.distribution: pert triangular lognormal beta fixed
roadmap.status: planned running done dropped
labels.kind: sentiment ticket_category
kpi_tree.formula: sum ratio product
"""


def listed(text):
    """Names with the words after them."""
    lines = re.sub(r"\n {4}", " ", text).strip().splitlines()
    return {name: words.split() for name, _colon, words in (line.partition(":") for line in lines)}


@pytest.mark.parametrize(("text", "tables"), [(RECORDS_LISTED, RECORDS), (PLANS_LISTED, PLANS)])
def test_every_table_has_the_columns_of_metrics_in_their_order(text, tables):
    written = {
        name: [column.name + "*" * column.required for column in table.columns]
        for name, table in tables.items()
    }
    assert listed(text) == written


def test_every_enumeration_is_that_of_metrics():
    assert {name: set(words) for name, words in listed(ALLOWED_LISTED).items()} == {
        f"{table.name}.{column.name}": set(map(str, column.allowed))
        for table in TABLES.values()
        for column in table.columns
        if column.allowed
    }


def test_no_record_and_no_plan_share_a_name_and_none_hides_a_part_of_the_workbook():
    assert set() == set(RECORDS) & set(PLANS)
    assert set() == set(TABLES) & set(dir(Workbook))


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
class TestTable:
    def test_it_says_what_a_row_is(self, table):
        assert table.grain.startswith("one row per ")

    def test_its_names_refer_to_its_columns(self, table):
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert set() < set(table.key) <= set(names)
        assert {table.happened} <= {*names, ""}
        assert {column.state_since for column in table.columns} <= {*names, ""}

    def test_the_first_of_its_key_is_filled(self, table):
        assert table.column(table.key[0]).required

    def test_an_event_has_a_moment_and_a_plan_none(self, table):
        assert not (table.happened and table.name in PLANS)
        if table.happened:
            assert table.column(table.happened).type in ("moment", "date", "month")
            assert table.column(table.happened).required

    def test_a_states_column_is_a_moment_or_a_date(self, table):
        for column in table.columns:
            if column.state_since:
                assert table.column(column.state_since).type in ("moment", "date")

    def test_a_state_before_is_an_allowed_one_where_one_is_required(self, table):
        for column in table.columns:
            assert not column.before or column.before in column.allowed
            assert not (column.state_since and column.required) or column.before

    def test_names_tell_the_type(self, table):
        ends = {"_at": "moment", "_on": "date", "_id": "id"}
        for column in table.columns:
            expected = ends.get(column.name[-3:])
            assert expected in (None, column.type), column.name
            if column.name.startswith(("is_", "has_")):
                assert "boolean" == column.type

    def test_a_number_has_a_unit(self, table):
        assert [] == [c.name for c in table.columns if c.type == "number" and not c.unit]


# templates/community


def test_the_template_is_made_from_the_contracts():
    check = [sys.executable, ROOT / ".ci" / "community.py", "--check"]
    assert 0 == subprocess.run(check, check=False).returncode


def test_the_headers_of_the_plans_are_their_contracts():
    found = {}
    for path in (TEMPLATE / "plans").iterdir():
        with path.open(encoding="utf-8", newline="") as file:
            found[path.name] = list(csv.reader(file))
    assert found == {
        f"{name}.csv": [[column.name for column in table.columns]] for name, table in PLANS.items()
    }


def examples():
    """The files that the template's README shows, by table."""
    readme = (TEMPLATE / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"### `plans/(\w+)\.csv`\n\n(.+?)\n\n```csv\n(.+?)```", readme, re.DOTALL)
    return {name: content for name, _said, content in blocks}


@pytest.mark.parametrize("name", PLANS)
def test_the_readmes_example_of_a_plan_keeps_its_contract(workbook_folder, name):
    folder = workbook_folder()
    (folder / "plans").mkdir()
    (folder / "plans" / f"{name}.csv").write_text(examples()[name], encoding="utf-8")

    made = Workbook(folder, workbook.read_settings(folder)).plan(name)

    assert 1 == len(made)
    assert [column.name for column in PLANS[name].columns] == list(made.columns)
    header = (TEMPLATE / "plans" / f"{name}.csv").read_text(encoding="utf-8")
    assert header == examples()[name].splitlines(keepends=True)[0]


def test_the_readme_names_every_table_with_its_grain():
    readme = (TEMPLATE / "README.md").read_text(encoding="utf-8")
    for table in TABLES.values():
        assert f"### {table.name}: {table.grain}\n" in readme


def test_the_template_explains_every_setting():
    text = (TEMPLATE / "community.toml").read_text(encoding="utf-8")
    settings = set(Settings.__dataclass_fields__) - {"thresholds"}
    written = re.findall(r"(?m)^# .+\n(\w+) = ", text)
    assert settings == set(written)
    assert set(Thresholds.__dataclass_fields__) == set(re.findall(r"(?m)^(\w+) = \d+  # ", text))
    assert "New community" == workbook.read_settings(TEMPLATE).name


# Plans as they are read


def opened(folder, until=""):
    return Workbook(folder, workbook.read_settings(folder), until)


def with_plan(workbook_folder, name, content, encoding="utf-8"):
    folder = workbook_folder()
    (folder / "plans").mkdir()
    (folder / "plans" / f"{name}.csv").write_bytes(content.encode(encoding))
    return opened(folder)


def test_a_plan_has_the_types_of_its_contract(workbook_folder):
    book = with_plan(
        workbook_folder,
        "goals",
        "goal_id,statement,metric,target,due_on,owner,stretch\n"
        "007,More,members,12.5,2026-12-31,lead,true\n008,Less,members,3,2026-12-30,lead,\n",
    )

    goals = book.goals

    assert ["007", "008"] == goals.goal_id.tolist()
    assert [12.5, 3.0] == goals.target.tolist()
    assert [date(2026, 12, 31), date(2026, 12, 30)] == goals.due_on.dt.date.tolist()
    assert [True] == goals.stretch.dropna().tolist()
    assert goals.baseline.isna().all()


def test_a_plan_from_a_german_spreadsheet_is_read(workbook_folder):
    """Semicolons, decimal commas, days first, a byte-order mark."""
    book = with_plan(
        workbook_folder,
        "assumptions",
        "assumption_id;statement;value;low;high;unit;source;owner;review_on\r\n"
        "a1;Kosten je Ticket, vermeidbar;1.009,50;7;12,25;EUR;Controlling;Leitung;31.12.2026\r\n",
        "utf-8-sig",
    )

    row = book.assumptions.iloc[0]

    assert "Kosten je Ticket, vermeidbar" == row["statement"]
    assert (1009.5, 7.0, 12.25) == (row["value"], row["low"], row["high"])
    assert date(2026, 12, 31) == row["review_on"].date()


def test_whole_numbers_and_times_of_day_are_read(workbook_folder):
    book = with_plan(
        workbook_folder,
        "roster",
        "weekday,starts,ends,role\nmonday,9:00,17:30:00,moderator\nsunday,00:00,24:00,moderator\n",
    )

    assert [("09:00", "17:30"), ("00:00", "24:00")] == list(
        zip(book.roster.starts, book.roster.ends, strict=True)
    )


@pytest.mark.parametrize(
    ("name", "content", "problem", "found"),
    [
        (
            "roster",
            "weekday,starts,ends,role\nmonday,9 Uhr,17:00,moderator\n",
            "roster.csv, row 2, column starts: not a time of day",
            "'9 Uhr'",
        ),
        (
            "roster",
            "weekday,starts,ends,role\nmonday,09:00,24:30,moderator\n",
            "roster.csv, row 2, column ends: not a time of day",
            "'24:30'",
        ),
        (
            "maturity",
            "competency,stage,assessed_on\nmoderation,5,2026-01-01\n",
            "maturity.csv, row 2, column stage: not an allowed value",
            "'5'",
        ),
        (
            "maturity",
            "competency,stage,assessed_on\nx,1,2026-01-01\nx,2,2026-01-01\n",
            "maturity.csv: a key occurs twice",
            "competency 'x', assessed_on 2026-01-01 in rows 2, 3",
        ),
        (
            "ladder",
            "level,name,criterion\n1,a,b\n1,c,d\n",
            "ladder.csv: a key occurs twice",
            "level 1 in rows 2, 3",
        ),
    ],
)
def test_a_plan_that_breaks_its_contract_is_told(workbook_folder, name, content, problem, found):
    book = with_plan(workbook_folder, name, content)

    (error,) = book.check()

    assert f"{book.folder}/plans/{problem}" == error.problem
    assert found == error.found


@pytest.mark.parametrize("name", PLANS)
def test_a_missing_plan_is_empty_and_has_its_types(workbook_folder, name):
    made = getattr(opened(workbook_folder()), name)

    kinds = {"number": "f", "integer": "i", "boolean": "b", "date": "M", "moment": "M"}
    assert 0 == len(made)
    assert [kinds.get(c.type, "O") for c in PLANS[name].columns] == [
        made[c].dtype.kind for c in made.columns
    ]


def test_a_plan_is_read_once_and_cannot_be_changed_by_its_reader(workbook_folder):
    book = with_plan(workbook_folder, "correlations", "assumption_id,other_id,rho\na1,a2,0.4\n")
    mine = book.correlations
    mine["rho"] = 0.0
    (book.folder / "plans" / "correlations.csv").unlink()

    assert [0.4] == book.correlations.rho.tolist()


def test_the_wall_does_not_cut_a_plan(workbook_folder):
    folder = workbook_folder(posts="post_id,thread_id,posted_at\np1,p1,2026-01-10\n")
    (folder / "plans").mkdir()
    (folder / "plans" / "cadence.csv").write_text(
        "format,channel,every_days,since\nblog,site,7,2027-01-01\n", encoding="utf-8"
    )
    book = opened(folder, "2026-Q1")

    assert 1 == len(book.cadence)
    assert {"table": "cadence", "file": "cadence.csv", "rows": 1} == book.inventory("cadence")[
        ["table", "file", "rows"]
    ].iloc[0].to_dict()
    assert ["community.toml", "posts.csv", "cadence.csv"] == [path.name for path in book.inputs()]


# Records by day, month and state

BERLIN = 'name = "Sample"\ntime_zone = "Europe/Berlin"\n'
NEW_YORK = 'name = "Sample"\ntime_zone = "America/New_York"\n'
POSTS = "post_id,thread_id,posted_at\np1,p1,2026-01-10\np2,p2,2026-05-01\n"


@pytest.mark.parametrize("settings", [BERLIN, NEW_YORK])
def test_a_day_belongs_to_the_quarter_of_the_local_calendar(workbook_folder, settings):
    """Whether the wall lies two hours before the day in UTC or four hours after."""
    folder = workbook_folder(
        settings,
        posts=POSTS,
        traffic="on,channel,visits\n2026-03-31,web,1\n2026-04-01,web,2\n",
        accounts="account_id,started_on,ended_on\na1,2025-01-01,2026-03-31\na2,2025-01-01,2026-04-01",
    )
    book = opened(folder, "2026-Q1")

    assert [1] == book.traffic.visits.to_pandas().tolist()
    assert ["a1"] == book.accounts.filter(
        book.accounts.ended_on.notnull()
    ).account_id.to_pandas().tolist()


@pytest.mark.parametrize("month", ["2026-03", "03.2026", "2026-03-31", "31.03.2026"])
def test_a_month_is_the_date_of_its_first_day(workbook_folder, month):
    book = opened(
        workbook_folder(posts=POSTS, costs=f"month,category,amount\n{month},staff,9\n"), "2026-Q1"
    )

    assert [date(2026, 3, 1)] == book.costs.month.to_pandas().dt.date.tolist()


def test_a_state_that_changed_later_is_what_it_was_before(workbook_folder):
    deals = (
        "deal_id,created_on,stage,closed_on\n"
        "d1,2026-01-02,won,2026-03-31\n"
        "d2,2026-01-02,won,2026-04-01\n"
    )
    book = opened(workbook_folder(posts=POSTS, deals=deals), "2026-Q1")

    assert [("d1", "won"), ("d2", "open")] == list(
        book.deals.select("deal_id", "stage")
        .order_by("deal_id")
        .to_pandas()
        .itertuples(index=False, name=None)
    )


def test_a_key_with_an_empty_part_that_occurs_twice_is_told_with_its_rows(workbook_folder):
    """An answer to a survey with one question needs no item."""
    row = "r1,2026-01-10,nps,9\n"
    book = opened(
        workbook_folder(surveys=f"response_id,responded_at,instrument,answer\n{row}{row}")
    )

    (error,) = book.check()

    assert "response_id 'r1', instrument 'nps' in rows 2, 3" == error.found


def test_how_far_the_records_reach_is_told_by_the_posts(workbook_folder):
    """Else costs that go on after the export would make young threads look unanswered."""
    folder = workbook_folder(
        posts=POSTS, costs="month,category,amount\n2020-01,staff,1\n2026-12,staff,1\n"
    )

    assert (datetime(2026, 1, 10), datetime(2026, 5, 1)) == opened(folder).span


def test_without_posts_the_tables_with_rows_every_month_tell_how_far_the_records_reach(
    workbook_folder,
):
    folder = workbook_folder(
        tickets="ticket_id,created_at\nt1,2026-01-10\nt2,2026-02-10\n",
        accounts="account_id,started_on\na1,1998-01-01\n",
    )

    assert "2026-Q1" == opened(folder).until
    assert (datetime(2026, 1, 10), datetime(2026, 2, 10)) == opened(folder).span
