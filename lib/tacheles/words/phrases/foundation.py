"""What is said of the foundation."""

from tacheles.words.phrases.phrase import N2_, N_, Phrases

_NO_GOALS = N_("No goals are written down yet")
_NO_CHECKLIST = N_("No checklist is written down yet")
_NO_TASKS = N_("No tasks are shared out yet")
_NO_ROSTER = N_("No roster is written down yet")
_NO_STAGES = N_("No stage of maturity was assessed yet")
_NO_SURVEY = N_("{name}: nobody was asked in this quarter")
_NOBODY_ASKED = N_("nobody asked")
_NOT_WRITTEN = N_("not written down")

_PERSONS_LEFT_OUT = N2_(
    "{n} person is left out, who did not answer enough of it.",
    "{n} persons are left out, who did not answer enough of it.",
)

#: Phrases of each metric of this level.
PHRASES = {
    "alignment_coverage": Phrases(
        name=N_("Goals that are aligned"),
        counted=N_("Goals"),
        level=N_(
            "{value} of the goals live a value, serve a goal of the company and have a known metric"
        ),
        no_data=_NO_GOALS,
        no_data_in_cell=_NOT_WRITTEN,
    ),
    "smart_score": Phrases(
        name=N_("SMART score"),
        counted=N_("Checks"),
        level=N_("SMART score of {segment}: {value}"),
        no_data=_NO_GOALS,
        no_data_in_cell=_NOT_WRITTEN,
    ),
    "smart_checks": Phrases(
        name=N_("SMART"),
        counted=N_("Checks"),
        no_data=_NO_GOALS,
        no_data_in_cell=_NOT_WRITTEN,
        not_applicable_in_cell=N_("cannot be judged"),
    ),
    "goal_attainment": Phrases(
        name=N_("Way gone to the target"),
        no_data=_NO_GOALS,
        no_data_in_cell=_NOT_WRITTEN,
        not_applicable=N_("{name}: no baseline, or a metric this report does not know"),
        not_applicable_in_cell=N_("no baseline or unknown metric"),
    ),
    "objective_score": Phrases(
        name=N_("Objectives"),
        counted=N_("Goals"),
        left_out=N2_(
            "{n} goal without a number is left out.", "{n} goals without a number are left out."
        ),
        no_data=N_("No objective has a goal with a number yet"),
        no_data_in_cell=N_("no goal with a number"),
    ),
    "checklist_readiness": Phrases(
        name=N_("Checklist done and proven"),
        counted=N_("Items"),
        left_out=N2_("{n} item does not apply.", "{n} items do not apply."),
        level=N_("{value} of the checklist, by weight, is done and proven"),
        no_data=_NO_CHECKLIST,
        no_data_in_cell=_NOT_WRITTEN,
    ),
    "checklist_readiness_by_area": Phrases(
        name=N_("Done and proven"),
        subtitle=N_(
            "Weight of each area's items that are done, with evidence, of the weight of all its "
            "items that apply. A full count: no interval."
        ),
        counted=N_("Items"),
        no_data=_NO_CHECKLIST,
        no_data_in_cell=_NOT_WRITTEN,
    ),
    "maturity_stage": Phrases(
        name=N_("Stage of maturity"),
        subtitle=N_(
            "Stage from one to four that the team gave each competency, as last assessed. Grey: "
            "where it stood in earlier quarters. A judgement, not a measurement: no interval."
        ),
        no_data=_NO_STAGES,
        no_data_in_cell=N_("not assessed"),
    ),
    "maturity_minimum": Phrases(
        name=N_("Lowest stage of maturity"),
        counted=N_("Competencies"),
        level=N_("The lowest of the competencies stands at stage {value} of four"),
        no_data=_NO_STAGES,
        no_data_in_cell=N_("not assessed"),
    ),
    "maturity_median": Phrases(
        name=N_("Median stage of maturity"),
        counted=N_("Competencies"),
        level=N_("Half of the competencies stand at stage {value} of four or below"),
        no_data=_NO_STAGES,
        no_data_in_cell=N_("not assessed"),
    ),
    "raci_validity": Phrases(
        name=N_("Tasks with clear roles"),
        counted=N_("Tasks"),
        level=N_("{share} tasks have exactly one who answers for them, and somebody to do them"),
        no_data=_NO_TASKS,
        no_data_in_cell=_NOT_WRITTEN,
    ),
    "role_load": Phrases(
        name=N_("Hours taken"),
        subtitle=N_(
            "Weekly hours of the tasks that a role does, of the weekly hours its people have for "
            "them. As planned for roles, not as worked by persons."
        ),
        counted=N_("Tasks"),
        left_out=N2_("{n} task has no hours.", "{n} tasks have no hours."),
        no_data=_NO_TASKS,
        no_data_in_cell=_NOT_WRITTEN,
        not_applicable=N_("{name}: no hours are set for this role"),
        not_applicable_in_cell=N_("no hours set"),
    ),
    "moderation_coverage": Phrases(
        name=N_("Promised hours with a moderator"),
        counted=N_("Hours"),
        level=N_("{value} of the promised hours have a moderator on the roster"),
        no_data=_NO_ROSTER,
        no_data_in_cell=_NOT_WRITTEN,
        not_applicable=N_("No service hours are promised, so none can be missed"),
        not_applicable_in_cell=N_("nothing promised"),
    ),
    "moderation_coverage_by_hour": Phrases(
        name=N_("Promised hours of the week"),
        subtitle=N_(
            "The week as promised: coloured where a moderator is on the roster, hatched where "
            "nobody is, empty where nothing is promised."
        ),
        no_data=_NO_ROSTER,
        no_data_in_cell=_NOT_WRITTEN,
        not_applicable=N_("No service hours are promised, so none can be missed"),
        not_applicable_in_cell=N_("nothing promised"),
    ),
    "feedback_coverage": Phrases(
        name=N_("Segments heard"),
        counted=N_("Segments"),
        level=N_("{value} of the customers' segments were heard"),
        no_data=_NO_SURVEY,
        no_data_in_cell=_NOBODY_ASKED,
    ),
    "share_heard": Phrases(
        name=N_("Share heard"),
        subtitle=N_(
            "Each segment's share of the answers, by its share of the members: one is in "
            "proportion, less is heard too little."
        ),
        counted=N_("Answers"),
        left_out=N2_(
            "{n} answer names no segment and is left out.",
            "{n} answers name no segment and are left out.",
        ),
        no_data=_NO_SURVEY,
        no_data_in_cell=_NOBODY_ASKED,
    ),
    "response_rate": Phrases(
        name=N_("Invited who answered"),
        counted=N_("Invited"),
        left_out=N2_(
            "{n} survey is left out: nobody wrote down how many were invited.",
            "{n} surveys are left out: nobody wrote down how many were invited.",
        ),
        level=N_("{value} of those invited to a survey answered"),
        up=N_("More of those invited answered: {value}, {before} the quarter before"),
        down=N_("Fewer of those invited answered: {value}, {before} the quarter before"),
        no_data=N_("{name}: no survey was held in this quarter"),
        no_data_in_cell=N_("no survey"),
    ),
    "acted_on_share": Phrases(
        name=N_("Insights acted on within {days} days"),
        subtitle=N_(
            "Share of what customers told us in each quarter that was acted on within {days} days. "
            "What nobody acted on counts as not acted on."
        ),
        counted=N_("Insights"),
        left_out=N2_(
            "{n} insight is left out: too young.", "{n} insights are left out: too young."
        ),
        level=N_("{share} insights were acted on within {days} days"),
        up=N_("More of what we learnt was acted on: {value}, {before} the quarter before"),
        down=N_("Less of what we learnt was acted on: {value}, {before} the quarter before"),
        no_data=N_("{name}: nothing was learnt in this quarter"),
        no_data_in_cell=N_("nothing learnt"),
    ),
    "days_to_act": Phrases(
        name=N_("Time until half of the insights were acted on"),
        counted=N_("Insights"),
        level=N_("Half of what we learnt was acted on within {value}"),
        up=N_("Acting on what we learn takes longer: {value} for half of it, before {before}"),
        down=N_("We act on what we learn faster: {value} for half of it, before {before}"),
        never=N_("Fewer than half of the insights were acted on so far"),
        no_data=N_("{name}: nothing was learnt in this quarter"),
        no_data_in_cell=N_("nothing learnt"),
    ),
    "need_gap": Phrases(
        name=N_("Needs, and how far they are unmet"),
        subtitle=N_(
            "Importance of each need plus what satisfaction lacks to it, from zero to twenty: the "
            "more, the greater the opportunity."
        ),
        counted=N_("Answers"),
        left_out=_PERSONS_LEFT_OUT,
        no_data=_NO_SURVEY,
        no_data_in_cell=_NOBODY_ASKED,
    ),
    "sense_of_community": Phrases(
        name=N_("Sense of community"),
        subtitle=N_("Mean score of the members who answered, from zero to seventy-two."),
        counted=N_("Members"),
        left_out=_PERSONS_LEFT_OUT,
        level=N_("The sense of community scores {value} of 72"),
        up=N_("The sense of community grew: {value} of 72, {before} before"),
        down=N_("The sense of community shrank: {value} of 72, {before} before"),
        no_data=_NO_SURVEY,
        no_data_in_cell=_NOBODY_ASKED,
    ),
    "sense_of_community_by_subscale": Phrases(
        name=N_("Sense of community, by its parts"),
        subtitle=N_("Mean score of the members who answered, from zero to eighteen."),
        counted=N_("Members"),
        left_out=_PERSONS_LEFT_OUT,
        no_data=_NO_SURVEY,
        no_data_in_cell=_NOBODY_ASKED,
    ),
    "partner_metric": Phrases(
        name=N_("{name}"),
        subtitle=N_("As the department counts it itself; its error is not known here."),
        counted=N_("Months"),
    ),
}

#: Segments that have a name of ours; others are shown as exported.
SEGMENTS = {
    "monday": N_("Monday"),
    "tuesday": N_("Tuesday"),
    "wednesday": N_("Wednesday"),
    "thursday": N_("Thursday"),
    "friday": N_("Friday"),
    "saturday": N_("Saturday"),
    "sunday": N_("Sunday"),
    "reinforcement of needs": N_("Needs are met"),
    "membership": N_("Belonging"),
    "influence": N_("Having a say"),
    "shared emotional connection": N_("Shared experience"),
    "social": N_("Social media"),
    "forum": N_("Forum"),
    "chat": N_("Chat"),
    "crm": N_("Customer records"),
    "analytics": N_("Analytics"),
    "support": N_("Support"),
    "email": N_("Email"),
    "events": N_("Events"),
    "planned": N_("planned"),
    "live": N_("live"),
    "retired": N_("retired"),
}

#: The sentence of each kind of finding, with the facts of its `detail` as placeholders.
FINDINGS = {
    "orphan_value": N_("No goal lives the value “{statement}”."),
    "orphan_business_goal": N_("No goal serves the company's goal {subject}: “{statement}”"),
    "orphan_stakeholder": N_("No goal serves the priority {subject}: “{statement}”"),
    "orphan_need": N_("The need “{statement}” is served by no goal and no initiative."),
    "orphan_kpi": N_("The shared KPI {subject} ({metric}) is the metric of no goal."),
    "leads_nowhere": N_("{subject} names {id}, which the table {table} does not hold."),
    "serves_nobody": N_(
        "No goal serves a goal of the company or a department: that is a hobby, not an investment."
    ),
    "costs_without_goal": N_(
        "The community costs money, and no goal carries it: that is a hobby, not an investment."
    ),
    "no_unit": N_("{subject} does not say in which unit it counts."),
    "no_direction": N_("{subject} does not say whether more or less is wanted."),
    "no_baseline": N_("{subject} has no baseline: nobody could say whether anything moved."),
    "no_tolerance": N_("{subject} wants to keep a value and does not say how closely."),
    "asks_too_much": N_(
        "{subject} asks for {asked} a quarter; of {changes} earlier changes hardly any was beyond "
        "{usual}."
    ),
    "no_business_goal": N_("{subject} serves no goal of the company."),
    "no_stakeholder": N_("{subject} serves no department's priority."),
    "date_past": N_("{subject} was due on {due_on}: that is past."),
    "date_too_far": N_("{subject} is due on {due_on}: too far ahead to plan for."),
    "unknown_metric": N_(
        "{subject} measures {metric}, which this report does not know. Like it: {nearest}."
    ),
    "metric_of_several": N_(
        "{subject} measures {metric}, which has several numbers a quarter. Name one: {segments}."
    ),
    "unknown_counter_metric": N_(
        "{subject} watches {metric}, which this report does not know. Like it: {nearest}."
    ),
    "tool_without_owner": N_("{subject} is live and nobody owns it."),
    "tool_without_evidence": N_("{subject} is live and nothing proves it."),
    "no_tool_of_kind": N_("No tool of this kind is live: {kinds}."),
    "done_without_evidence": N_("“{subject}” is marked as done and nothing proves it."),
    "overdue": N_("“{subject}” was to be done by {due_on}."),
    "undated": N_("“{subject}” is not done and has no date."),
    "several_accountable": N_("“{subject}” has several who answer for it: {roles}."),
    "nobody_accountable": N_("Nobody answers for “{subject}”."),
    "nobody_responsible": N_("Nobody does “{subject}”."),
    "task_of_unknown_role": N_("“{subject}” names roles that are not in the table: {roles}."),
    "reports_to_unknown_role": N_("{subject} reports to {role}, a role that is not in the table."),
    "overloaded": N_("{subject}: tasks of {hours} hours a week, with {capacity} hours for them."),
    "roster_gap": N_("{subject}, {starts} to {ends}: promised, and nobody is on the roster."),
    "shift_of_unknown_role": N_("The roster names {subject}, a role that is not in the table."),
    "no_service_hours": N_("There is a roster, and community.toml promises no service hours."),
    "unheard_segment": N_(
        "{subject} was not heard: fewer than {answers} answers to surveys, and fewer than "
        "{conversations} people in conversation."
    ),
    "expired_assumption": N_(
        "{subject} (“{statement}”) was to be reviewed by {review_on}; {owner} has to confirm it."
    ),
    "no_mission": N_("{subject} does not say what the community is there for: mission."),
    "no_vision": N_("{subject} does not say where it shall be in some years: vision."),
    "no_records": N_("There are no records yet: import an export, or put tables into {subject}/."),
    "table_missing": N_("Fill in {file}: {grain}."),
}
