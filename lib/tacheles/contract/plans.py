"""
The plans: what the team decided. Small tables, written by people, one CSV each.

They have no events: the wall does not cut them. People in them are roles, never names.
"""

from tacheles.contract.records import CONTENT_FORMATS
from tacheles.contract.table import Column, Table

#: Departments with which a community team agrees on numbers.
DEPARTMENTS = ("customer_success", "support", "marketing", "product", "sales", "hr")

#: Days of the week, as `roster` names them.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


VALUES = Table(
    name="values",
    grain="one row per value of the company",
    key=("value_id",),
    columns=(
        Column("value_id", "id", required=True),
        Column("statement", required=True, is_long=True),
        Column("shared_with_customers", is_long=True),  # how it meets the customers' own values
    ),
)

GOALS = Table(
    name="goals",
    grain="one row per SMART goal",
    key=("goal_id",),
    columns=(
        Column("goal_id", "id", required=True),
        Column("statement", required=True, is_long=True),
        Column("metric", required=True, refers_to="metrics"),
        Column("target", "number", required=True, unit="unit of the goal"),
        Column("due_on", "date", required=True),
        Column("owner", required=True),
        Column("objective_id", "id"),
        Column("segment"),
        Column("unit"),
        Column("direction", allowed=("up", "down", "keep")),
        Column("baseline", "number", unit="unit of the goal"),
        Column("tolerance", "number", unit="unit of the goal"),
        Column("counter_metric", refers_to="metrics"),
        Column("smallest_change", "number", unit="unit of the goal"),
        Column("business_goal_id", "id", refers_to="business_goals"),
        Column("stakeholder_id", "id", refers_to="stakeholders"),
        Column("need_id", "id", refers_to="needs"),
        Column("value_id", "id", refers_to="values"),
        Column("stretch", "boolean"),
        Column("why_achievable", is_long=True),
    ),
)

TOOLS = Table(
    name="tools",
    grain="one row per channel or tool",
    key=("name",),
    columns=(
        Column("name", required=True),
        Column(
            "kind",
            required=True,
            allowed=("social", "forum", "chat", "crm", "analytics", "support", "email", "events"),
        ),
        Column("owner"),
        Column("status", allowed=("planned", "live", "retired")),
        Column("evidence", is_long=True),
    ),
)

PROCESSES = Table(
    name="processes",
    grain="one row per checklist item",
    key=("area", "item"),  # two areas may have an item of the same name
    columns=(
        Column("item", required=True),
        Column("area", required=True),
        Column("done", "boolean"),
        Column("weight", "number", unit="weight relative to the others"),
        Column("applicable", "boolean"),
        Column("evidence", is_long=True),
        Column("due_on", "date"),
    ),
)

ROLES = Table(
    name="roles",
    grain="one row per role",
    key=("role",),
    columns=(
        Column("role", required=True),
        Column(
            "kind",
            required=True,
            allowed=("moderator", "administrator", "community_manager", "expert", "sponsor"),
        ),
        Column("people", "integer"),
        Column("hours_per_week", "number", unit="hours a week of all people together"),
        Column("reports_to", refers_to="roles"),
    ),
)

RESPONSIBILITIES = Table(
    name="responsibilities",
    grain="one row per task, role and letter",
    key=("task", "role", "letter"),  # a role may be accountable and do it too
    columns=(
        Column("task", required=True),
        Column("role", required=True, refers_to="roles"),
        Column("letter", required=True, allowed=("R", "A", "C", "I")),
        Column("hours_per_week", "number", unit="hours a week"),
    ),
)

ROSTER = Table(
    name="roster",
    grain="one row per shift",
    key=("weekday", "starts", "ends", "role"),
    columns=(
        Column("weekday", required=True, allowed=WEEKDAYS),
        Column("starts", "time", required=True),
        Column("ends", "time", required=True),
        Column("role", required=True, refers_to="roles"),
    ),
)

CADENCE = Table(
    name="cadence",
    grain="one row per promised rhythm",
    key=("format", "channel"),
    columns=(
        Column("format", required=True, allowed=CONTENT_FORMATS),
        Column("channel", required=True),
        Column("every_days", "number", required=True, unit="days"),
        Column("since", "date"),
    ),
)

GUIDELINES = Table(
    name="guidelines",
    grain="one row per rule",
    key=("rule_id",),
    columns=(
        Column("rule_id", "id", required=True),
        Column("kind", required=True, allowed=("content", "conduct", "conflict", "best_practice")),
        Column("statement", required=True, is_long=True),
        Column("reviewed_on", "date"),
    ),
)

LADDER = Table(
    name="ladder",
    grain="one row per step of recognition",
    key=("level",),
    columns=(
        Column("level", "integer", required=True),
        Column("name", required=True),
        Column("criterion", required=True, is_long=True),
        Column("min_contributions_90d", "integer"),
        Column("weight", "number", unit="weight relative to the others"),
        Column("reward", is_long=True),
    ),
)

MATURITY = Table(
    name="maturity",
    grain="one row per competency and date",
    key=("competency", "assessed_on"),
    columns=(
        Column("competency", required=True),
        Column("stage", "integer", required=True, allowed=(1, 2, 3, 4)),
        Column("assessed_on", "date", required=True),
        Column("evidence", is_long=True),
    ),
)

BUSINESS_GOALS = Table(
    name="business_goals",
    grain="one row per goal of the company",
    key=("business_goal_id",),
    columns=(
        Column("business_goal_id", "id", required=True),
        Column("statement", required=True, is_long=True),
        Column(
            "kind",
            allowed=(
                "revenue",
                "customer_base",
                "satisfaction",
                "awareness",
                "reputation",
                "retention",
                "support_cost",
                "product_feedback",
                "scaling",
            ),
        ),
        Column("weight", "number", unit="weight relative to the others"),
        Column("owner"),
    ),
)

NEEDS = Table(
    name="needs",
    grain="one row per need of the users",
    key=("need_id",),
    columns=(
        Column("need_id", "id", required=True),
        Column("statement", required=True, is_long=True),
        Column("segment"),
        Column("importance", "number", unit="points, 0 to 10"),
        Column("satisfaction", "number", unit="points, 0 to 10"),
        Column("source", is_long=True),
        Column("categories"),  # of posts that express the need, `;` between
    ),
)

STAKEHOLDERS = Table(
    name="stakeholders",
    grain="one row per priority of a department",
    key=("stakeholder_id",),
    columns=(
        Column("stakeholder_id", "id", required=True),
        Column("department", required=True, allowed=DEPARTMENTS),
        Column("lead"),  # a role, not a name
        Column("priority", required=True, is_long=True),
        Column("metric", required=True, refers_to="metrics"),
        Column("target", "number", unit="unit of the metric"),
        Column("weight", "number", unit="weight relative to the others"),
    ),
)

INITIATIVES = Table(
    name="initiatives",
    grain="one row per candidate",
    key=("initiative_id",),
    columns=(
        Column("initiative_id", "id", required=True),
        Column("name", required=True),
        Column("business_goal_id", "id", required=True, refers_to="business_goals"),
        Column("need_id", "id", required=True, refers_to="needs"),
        Column("stakeholder_id", "id", required=True, refers_to="stakeholders"),
        Column("goal_fit", "number", unit="share"),
        Column("need_fit", "number", unit="share"),
        Column("stakeholder_fit", "number", unit="share"),
        Column("evidence_ready", "number", unit="share"),
        Column("effort", "number", unit="person days"),
        Column("cost", "number", unit="currency"),
        Column("value_low", "number", unit="currency"),
        Column("value_mid", "number", unit="currency"),
        Column("value_high", "number", unit="currency"),
        Column("starts_on", "date"),
        Column("ends_on", "date"),
        Column("owner"),
    ),
)

SHARED_KPIS = Table(
    name="shared_kpis",
    grain="one row per KPI agreed by two departments, and version",
    key=("shared_kpi_id", "version"),
    columns=(
        Column("shared_kpi_id", "id", required=True),
        Column("version", "integer", required=True),
        Column("initiative_id", "id", required=True, refers_to="initiatives"),
        Column("metric", required=True, refers_to="metrics"),
        Column("activity_metric", required=True, refers_to="metrics"),  # the community's side
        Column("community_owner", required=True),
        Column("partner_owner", required=True),
        Column("baseline", "number", required=True, unit="unit of the metric"),
        Column("target", "number", required=True, unit="unit of the metric"),
        Column("agreed_on", "date", required=True),
        Column("partner_goal", is_long=True),
        Column("need_id", "id", refers_to="needs"),
        Column("definition_version"),
        Column("baseline_low", "number", unit="unit of the metric"),
        Column("baseline_high", "number", unit="unit of the metric"),
        Column("forecast_low", "number", unit="unit of the metric"),
        Column("forecast_mid", "number", unit="unit of the metric"),
        Column("forecast_high", "number", unit="unit of the metric"),
        Column("smallest_visible_effect", "number", unit="unit of the metric"),
        Column("judged_on", "date"),
        Column("source", is_long=True),
        Column("decision_rule", is_long=True),
        Column("stop_rule", is_long=True),
        Column("review_on", "date"),
        Column("signed_by"),
        Column("sha256"),
    ),
)

CLAIMS = Table(
    name="claims",
    grain="one row per value stream",
    key=("claim_id",),
    columns=(
        Column("claim_id", "id", required=True),
        Column("department", required=True),
        Column("pool", "id", required=True, refers_to="pools"),
        Column("metric", required=True, refers_to="metrics"),
        Column("design", required=True),
        Column("unit_value", "id", required=True, refers_to="assumptions"),
        Column("shared_kpi_id", "id", refers_to="shared_kpis"),
        Column("population", is_long=True),
        Column("intervention_on", "date"),
        Column("control", is_long=True),
        Column("horizon_quarters", "integer", unit="quarters"),
        Column("cash_share", "number", unit="share"),
    ),
)

POOLS = Table(
    name="pools",
    grain="one row per pool of money that claims draw from",
    key=("pool_id",),
    columns=(
        Column("pool_id", "id", required=True),
        Column("statement", required=True, is_long=True),
        Column("amount_per_quarter", "number", required=True, unit="currency"),
        Column("source", is_long=True),
    ),
)

ASSUMPTIONS = Table(
    name="assumptions",
    grain="one row per assumption",
    key=("assumption_id",),
    columns=(
        Column("assumption_id", "id", required=True),
        Column("statement", required=True, is_long=True),
        Column("value", "number", required=True, unit="unit of the assumption"),
        Column("low", "number", required=True, unit="unit of the assumption"),
        Column("high", "number", required=True, unit="unit of the assumption"),
        Column("unit", required=True),
        Column("source", required=True, is_long=True),
        Column("owner", required=True),
        Column("review_on", "date", required=True),
        Column("distribution", allowed=("pert", "triangular", "lognormal", "beta", "fixed")),
    ),
)

ROADMAP = Table(
    name="roadmap",
    grain="one row per milestone",
    key=("initiative_id", "department", "milestone"),
    columns=(
        Column("initiative_id", "id", required=True, refers_to="initiatives"),
        Column("department", required=True),
        Column("milestone", required=True, is_long=True),
        Column("due_on", "date", required=True),
        Column("status", allowed=("planned", "running", "done", "dropped")),
        Column("metric", refers_to="metrics"),
        Column("owner"),
    ),
)

LABELS = Table(
    name="labels",
    grain="one row per text, kind of label and labeller",
    key=("item_id", "kind", "labeller"),  # a second labeller shows how far people agree
    columns=(
        Column("item_id", "id", required=True),
        Column("kind", required=True, allowed=("sentiment", "ticket_category")),
        Column("label", required=True),
        Column("labelled_on", "date", required=True),
        Column("labeller", required=True),  # a code, not a name
    ),
)

KPI_TREE = Table(
    name="kpi_tree",
    grain="one row per parent and child",
    key=("parent", "child"),
    columns=(
        Column("parent", required=True, refers_to="metrics"),
        Column("child", required=True, refers_to="metrics"),
        Column("formula", required=True, allowed=("sum", "ratio", "product")),
    ),
)

CORRELATIONS = Table(
    name="correlations",
    grain="one row per pair of assumptions",
    key=("assumption_id", "other_id"),
    columns=(
        Column("assumption_id", "id", required=True, refers_to="assumptions"),
        Column("other_id", "id", required=True, refers_to="assumptions"),
        Column("rho", "number", required=True, unit="correlation, −1 to 1"),
    ),
)

SCENARIOS = Table(
    name="scenarios",
    grain="one row per scenario and assumption",
    key=("scenario", "assumption_id"),
    columns=(
        Column("scenario", required=True),
        Column("assumption_id", "id", required=True, refers_to="assumptions"),
        Column("value", "number", required=True, unit="unit of the assumption"),
    ),
)

DECISIONS = Table(
    name="decisions",
    grain="one row per decision",
    key=("decision_id",),
    columns=(
        Column("decision_id", "id", required=True),
        Column("statement", required=True, is_long=True),
        Column("owner", required=True),
        Column("due_on", "date", required=True),
        Column("expected_effect", is_long=True),
        Column("metric", refers_to="metrics"),
        Column("stop_rule", is_long=True),
        Column("outcome", is_long=True),
        Column("decided_on", "date"),
    ),
)

#: The plan tables by name.
PLANS = {
    table.name: table
    for table in (
        VALUES,
        GOALS,
        TOOLS,
        PROCESSES,
        ROLES,
        RESPONSIBILITIES,
        ROSTER,
        CADENCE,
        GUIDELINES,
        LADDER,
        MATURITY,
        BUSINESS_GOALS,
        NEEDS,
        STAKEHOLDERS,
        INITIATIVES,
        SHARED_KPIS,
        CLAIMS,
        POOLS,
        ASSUMPTIONS,
        ROADMAP,
        LABELS,
        KPI_TREE,
        CORRELATIONS,
        SCENARIOS,
        DECISIONS,
    )
}
