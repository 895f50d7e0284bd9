"""Plans as their editors read them: names of tables, columns, choices; what a bad cell is told."""

from tacheles.contract import PLANS, Column
from tacheles.errors import TachelesError
from tacheles.table_file import is_doubtful
from tacheles.words.phrases.phrase import N_
from tacheles.words.spoken import _n, currency, language, number, translated

_ = translated

#: Names of the tables.
TABLES = {
    "values": N_("Values"),
    "goals": N_("Goals"),
    "tools": N_("Channels and tools"),
    "processes": N_("Checklist"),
    "roles": N_("Roles"),
    "responsibilities": N_("Tasks and roles"),
    "roster": N_("Shifts"),
    "cadence": N_("Promised rhythms"),
    "guidelines": N_("Rules of the community"),
    "ladder": N_("Ladder of recognition"),
    "maturity": N_("Maturity of the team"),
    "business_goals": N_("Goals of the company"),
    "needs": N_("Needs of the users"),
    "stakeholders": N_("Priorities of the departments"),
    "initiatives": N_("Initiatives"),
    "shared_kpis": N_("Shared KPIs"),
    "claims": N_("Claims"),
    "pools": N_("Pools of money"),
    "assumptions": N_("Assumptions"),
    "roadmap": N_("Milestones"),
    "labels": N_("Labels"),
    "kpi_tree": N_("Tree of numbers"),
    "correlations": N_("Assumptions that move together"),
    "scenarios": N_("Scenarios"),
    "decisions": N_("Decisions"),
}

#: Names of the columns.
COLUMNS = {
    "value_id": N_("Value"),
    "statement": N_("Statement"),
    "shared_with_customers": N_("How customers share it"),
    "goal_id": N_("Goal"),
    "metric": N_("Metric"),
    "target": N_("Target value"),
    "due_on": N_("Due on"),
    "owner": N_("Owner (a role)"),
    "objective_id": N_("Objective"),
    "segment": N_("Segment"),
    "unit": N_("Unit"),
    "direction": N_("Wanted direction"),
    "baseline": N_("Baseline"),
    "tolerance": N_("Tolerance"),
    "counter_metric": N_("Counter metric"),
    "smallest_change": N_("Smallest change worth having"),
    "business_goal_id": N_("Business goal"),
    "stakeholder_id": N_("Priority of a department"),
    "need_id": N_("Need"),
    "stretch": N_("Stretch goal"),
    "why_achievable": N_("Why it is achievable"),
    "name": N_("Name"),
    "kind": N_("Kind"),
    "status": N_("State"),
    "evidence": N_("Evidence"),
    "item": N_("Item"),
    "area": N_("Area"),
    "done": N_("Done"),
    "weight": N_("Weight"),
    "applicable": N_("Applies"),
    "role": N_("Role"),
    "people": N_("How many people"),
    "hours_per_week": N_("Hours a week"),
    "reports_to": N_("Reports to"),
    "task": N_("Task"),
    "letter": N_("R, A, C or I"),
    "weekday": N_("Weekday"),
    "starts": N_("Starts"),
    "ends": N_("Ends"),
    "format": N_("Format"),
    "channel": N_("Channel"),
    "every_days": N_("Every so many days"),
    "since": N_("Since"),
    "rule_id": N_("Rule"),
    "reviewed_on": N_("Reviewed on"),
    "level": N_("Level"),
    "criterion": N_("Criterion"),
    "min_contributions_90d": N_("Contributions in 90 days, at least"),
    "reward": N_("Reward"),
    "competency": N_("Competency"),
    "stage": N_("Stage"),
    "assessed_on": N_("Assessed on"),
    "importance": N_("Importance"),
    "satisfaction": N_("Satisfaction"),
    "source": N_("Source"),
    "categories": N_("Categories that express it"),
    "department": N_("Department"),
    "lead": N_("Lead (a role)"),
    "priority": N_("Priority"),
    "initiative_id": N_("Initiative"),
    "goal_fit": N_("Serves the business goal"),
    "need_fit": N_("Serves the need"),
    "stakeholder_fit": N_("Serves the department"),
    "evidence_ready": N_("Can be proved"),
    "effort": N_("Effort"),
    "cost": N_("Cost"),
    "value_low": N_("Value, at least"),
    "value_mid": N_("Value, most likely"),
    "value_high": N_("Value, at most"),
    "starts_on": N_("Starts on"),
    "ends_on": N_("Ends on"),
    "shared_kpi_id": N_("Shared KPI"),
    "version": N_("Version"),
    "activity_metric": N_("The community's side"),
    "community_owner": N_("Owner in the community"),
    "partner_owner": N_("Owner in the department"),
    "agreed_on": N_("Agreed on"),
    "partner_goal": N_("What the department wants"),
    "definition_version": N_("Version of the definition"),
    "baseline_low": N_("Baseline, low"),
    "baseline_high": N_("Baseline, high"),
    "forecast_low": N_("Forecast, low"),
    "forecast_mid": N_("Forecast"),
    "forecast_high": N_("Forecast, high"),
    "smallest_visible_effect": N_("Smallest visible effect"),
    "judged_on": N_("Judged on"),
    "decision_rule": N_("Decision rule"),
    "stop_rule": N_("Stop rule"),
    "review_on": N_("Review on"),
    "signed_by": N_("Signed by (roles)"),
    "sha256": N_("Seal"),
    "claim_id": N_("Claim"),
    "pool": N_("Pool of money"),
    "design": N_("Design of the proof"),
    "unit_value": N_("What one is worth"),
    "population": N_("Population"),
    "intervention_on": N_("Intervention on"),
    "control": N_("Control"),
    "horizon_quarters": N_("Horizon"),
    "cash_share": N_("Share that becomes cash"),
    "pool_id": N_("Pool"),
    "amount_per_quarter": N_("Amount a quarter"),
    "assumption_id": N_("Assumption"),
    "value": N_("Value assumed"),
    "low": N_("Low"),
    "high": N_("High"),
    "distribution": N_("Distribution"),
    "milestone": N_("Milestone"),
    "item_id": N_("Text or ticket"),
    "label": N_("Label"),
    "labelled_on": N_("Labelled on"),
    "labeller": N_("Labeller (a code)"),
    "parent": N_("Metric above"),
    "child": N_("Metric below"),
    "formula": N_("Formula"),
    "other_id": N_("Other assumption"),
    "rho": N_("Correlation"),
    "scenario": N_("Scenario"),
    "decision_id": N_("Decision"),
    "expected_effect": N_("Expected effect"),
    "outcome": N_("Outcome"),
    "decided_on": N_("Decided on"),
}

#: What the allowed values stand for.
CHOICES = {
    "up": N_("up"),
    "down": N_("down"),
    "keep": N_("stay as it is"),
    "social": N_("social network"),
    "forum": N_("forum"),
    "chat": N_("chat"),
    "crm": N_("customer records"),
    "analytics": N_("analytics"),
    "support": N_("support"),
    "email": N_("email"),
    "events": N_("events"),
    "planned": N_("planned"),
    "live": N_("live"),
    "retired": N_("retired"),
    "running": N_("running"),
    "done": N_("done"),
    "dropped": N_("dropped"),
    "moderator": N_("moderator"),
    "administrator": N_("administrator"),
    "community_manager": N_("community manager"),
    "expert": N_("expert"),
    "sponsor": N_("sponsor"),
    "R": N_("R: does it"),
    "A": N_("A: answers for it"),
    "C": N_("C: is asked"),
    "I": N_("I: is told"),
    "monday": N_("Monday"),
    "tuesday": N_("Tuesday"),
    "wednesday": N_("Wednesday"),
    "thursday": N_("Thursday"),
    "friday": N_("Friday"),
    "saturday": N_("Saturday"),
    "sunday": N_("Sunday"),
    "blog": N_("blog"),
    "video": N_("video"),
    "podcast": N_("podcast"),
    "webinar": N_("webinar"),
    "event": N_("event"),
    "newsletter": N_("newsletter"),
    "ama": N_("ask me anything"),
    "course": N_("course"),
    "content": N_("content"),
    "conduct": N_("conduct"),
    "conflict": N_("conflict"),
    "best_practice": N_("best practice"),
    "revenue": N_("revenue"),
    "customer_base": N_("customer base"),
    "satisfaction": N_("satisfaction"),
    "awareness": N_("awareness"),
    "reputation": N_("reputation"),
    "retention": N_("retention"),
    "support_cost": N_("support cost"),
    "product_feedback": N_("product feedback"),
    "scaling": N_("scaling"),
    "customer_success": N_("customer success"),
    "marketing": N_("marketing"),
    "product": N_("product"),
    "sales": N_("sales"),
    "hr": N_("human resources"),
    "pert": N_("pert: around the value"),
    "triangular": N_("triangular"),
    "lognormal": N_("lognormal: above zero"),
    "beta": N_("beta: a share"),
    "fixed": N_("fixed"),
    "sentiment": N_("mood of a text"),
    "ticket_category": N_("category of a ticket"),
    "sum": N_("sum"),
    "ratio": N_("quotient"),
    "negative": N_("negative"),
    "neutral": N_("neutral"),
    "positive": N_("positive"),
    "cannot_tell": N_("cannot tell"),
}

#: What one of a number stands for.
UNITS = {
    "unit of the goal": N_("unit of the goal"),
    "unit of the metric": N_("unit of the number"),
    "unit of the assumption": N_("unit of the assumption"),
    "hours a week": N_("hours a week"),
    "hours a week of all people together": N_("hours a week, all people together"),
    "weight relative to the others": N_("against the other weights"),
    "days": N_("days"),
    "quarters": N_("quarters"),
    "points, 0 to 10": N_("points, 0 to 10"),
    "share": N_("share, 0 to 1"),
    "person days": N_("person days"),
    "correlation, −1 to 1": N_("from −1 to 1"),
}

#: Names of the settings.
SETTINGS = {
    "name": N_("Name that readers know"),
    "site": N_("Address of the forum"),
    "mission": N_("Mission: what the community is there for"),
    "vision": N_("Vision: where it shall be in some years"),
    "made_up": N_("The records are made up"),
    "language": N_("Language of the report"),
    "currency": N_("Currency, by its three letters"),
    "time_zone": N_("Time zone"),
    "fiscal_year_start": N_("First month of the fiscal year"),
    "service_hours": N_("Promised service hours"),
    "holidays": N_("Public holidays, like DE-BY"),
    "default_quarter": N_("Quarter reported if nobody names one"),
    "sentiment": N_("Folder of your own model for moods"),
    "keep_text": N_("Imports keep titles and texts"),
    "evidence_threshold": N_("Grade that a claim needs to count"),
    "how_to_categories": N_("Ticket categories that ask how something is done"),
    "privacy.customers": N_("Fewest customers behind a number"),
    "privacy.survey_answers": N_("Fewest answers behind a number"),
    "privacy.employees": N_("Fewest employees behind a number"),
}

#: Everything that a cell is told by `table_file`, so that it is told in every language.
MISTAKES = frozenset(
    (
        N_("an id that a spreadsheet turned into a number"),
        N_("export again and read the column as text"),
        N_("not a text"),
        N_("write a text"),
        N_("not a date"),
        N_("write it like 2026-12-31 or 2026-12-31T14:30:00Z (UTC)"),
        N_("write it like 2026-12-31"),
        N_("not a month"),
        N_("write it like 2026-12"),
        N_("not a time of day"),
        N_("write it like 09:30"),
        N_("not a whole number"),
        N_("write digits only, or leave the cell empty"),
        N_("not a number"),
        N_("write it like 1234.56, or leave the cell empty"),
        N_("neither true nor false"),
        N_("write true or false, or leave the cell empty"),
        N_("empty, but required"),
        N_("fill the cell, or take the row out"),
        N_("not an allowed value"),
        N_("a year that cannot be"),
        N_("correct the year, or leave the cell empty if the date is unknown"),
        N_("a number that can be read in two ways"),
        N_("write 1234 or 1,234, as the other numbers of this file"),
        N_("a key occurs twice"),
    )
)


def plan_name(name: str) -> str:
    """A plan table as a heading."""
    return _(TABLES[name])


def plan_grain(name: str) -> str:
    """What a row of a plan table is."""
    return _(PLANS[name].grain)


def column_name(name: str) -> str:
    """A column as its head."""
    return _(COLUMNS[name])


def column_unit(column: Column) -> str:
    """What one of a column's numbers is; empty where it is a count, or no number."""
    if column.unit == "currency":
        return currency()
    return _(UNITS[column.unit]) if column.unit else ""


def choice(value: str) -> str:
    """An allowed value as a person says it; as it is where it has no name of its own."""
    return _(CHOICES[value]) if value in CHOICES else value


def mistake(error: TachelesError) -> str:
    """What is wrong with a cell and what to do, in one sentence."""
    return _("{problem}: {hint}").format(problem=_(error.problem), hint=_hint(error.hint))


def _hint(hint: str) -> str:
    if hint.startswith("allowed are "):
        return _("allowed are {values}").format(values=hint.removeprefix("allowed are "))
    if hint.startswith("this month has "):
        days = hint.removeprefix("this month has ").partition(" ")[0]
        return _(
            "this month has {days} days; correct the cell, or leave it empty if the date is unknown"
        ).format(days=days)
    return _(hint)


def misread(text: str, column: Column) -> str:
    """What a number is read as, if somebody who speaks the language may have meant another."""
    if language() != "de" or column.type != "number" or not is_doubtful(text.strip()):
        return ""
    return _("read as {number}; write thousands without a point").format(
        number=number(float(text), 3)
    )


def setting_name(key: str) -> str:
    """A setting of `community.toml` as a label."""
    return _(SETTINGS[key])


def counted_rows(rows: int) -> str:
    """How many rows are not saved yet."""
    return _n("{n} row unsaved", "{n} rows unsaved", rows)


def counted_settings(settings: int) -> str:
    """How many settings are not saved yet."""
    return _n("{n} setting unsaved", "{n} settings unsaved", settings)


def counted_mistakes(mistakes: int) -> str:
    """How many cells are wrong."""
    return _n("{n} cell to correct", "{n} cells to correct", mistakes)
