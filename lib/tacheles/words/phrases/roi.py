"""What is said of the return."""

from tacheles.words.phrases.phrase import N2_, N_, Phrases

_JOINERS_LEFT_OUT = N2_(
    "{n} solved ticket without an answer is left out.",
    "{n} solved tickets without an answer are left out.",
)

_FEW_FORECASTS = N_("{name}: too few forecasts to say")
_FEW_FORECASTS_IN_CELL = N_("too few forecasts")

#: Phrases of each metric of this level.
PHRASES: dict[str, Phrases] = {
    "overlap_score": Phrases(name=N_("Overlap of the three circles")),
    "rank_stability": Phrases(name=N_("Among the best whatever the weights")),
    "how_to_tickets_per_1000_accounts": Phrases(
        name=N_("How-to tickets per 1,000 customers"),
        subtitle=N_(
            "How-to tickets of each quarter per 1,000 customers, freed of the errors with which "
            "categories are recorded."
        ),
        counted=N_("Customers"),
        left_out=N2_(
            "{n} ticket without a category is left out.",
            "{n} tickets without a category are left out.",
        ),
        level=N_("How-to tickets: {value} per 1,000 customers in the quarter"),
        up=N_("More how-to tickets: {value} per 1,000 customers, {before} the quarter before"),
        down=N_("Fewer how-to tickets: {value} per 1,000 customers, {before} the quarter before"),
    ),
    "smallest_visible_change": Phrases(name=N_("Smallest fall that the design can see")),
    "counterfactual_tickets": Phrases(
        name=N_("How-to tickets by week"),
        subtitle=N_(
            "How-to tickets per 1,000 customers and week; five-week mean, weeks pale. Dashed: what "
            "the past and the other tickets let expect without the intervention, with its band. "
            "Grey below: the other tickets, on a scale of their own."
        ),
    ),
    "tickets_change_over_time": Phrases(name=N_("How-to tickets since the start")),
    "tickets_change_of_joiners": Phrases(name=N_("How-to tickets of members since they joined")),
    "renewal_difference": Phrases(name=N_("Renewals of members against comparable customers")),
    "win_rate_difference": Phrases(name=N_("Deals won with a reference against comparable deals")),
    "revenue_change_of_joiners": Phrases(name=N_("Revenue of members since they joined")),
    "ticket_difference_by_experiment": Phrases(
        name=N_("How-to tickets more per customer by experiment")
    ),
    "revenue_difference_by_experiment": Phrases(name=N_("Revenue more per customer by experiment")),
    "scenario_return": Phrases(
        name=N_("Return in each scenario"),
        not_applicable=N_("{name}: no claim is strong enough to count"),
        not_applicable_in_cell=N_("no claim counts"),
    ),
    "avoided_tickets": Phrases(name=N_("How-to tickets that did not come")),
    "contracts_kept": Phrases(name=N_("Contracts kept")),
    "support_saving": Phrases(name=N_("Support saving")),
    "retention_value": Phrases(name=N_("Value of contracts kept")),
    "incremental_revenue": Phrases(
        name=N_("Incremental revenue"),
        not_applicable=N_("{name}: no claim compares, so there is no effect to tell"),
        not_applicable_in_cell=N_("nothing compared"),
    ),
    "sourced_lead_value": Phrases(name=N_("Value of leads from the community (credit, not cause)")),
    "programme_cost": Phrases(name=N_("Cost of the programme")),
    "cost_by_category": Phrases(name=N_("Cost by category")),
    "volunteer_value": Phrases(name=N_("Volunteers' hours, below the line")),
    "answers_value": Phrases(name=N_("Value of answers at the usual rate")),
    "networked_value": Phrases(name=N_("Value of searches at the usual rate")),
    "naive_deflection_value": Phrases(name=N_("Usual formula: views, a share, full ticket cost")),
    "survey_deflection_value": Phrases(
        name=N_("What visitors say they were spared"), counted=N_("Answers")
    ),
    "intent_deflection_rate": Phrases(
        name=N_("Ticket forms left without a ticket {within}"),
        counted=N_("Forms opened"),
        left_out=N2_(
            "{n} form is left out: too young, or opened by somebody without an account.",
            "{n} forms are left out: too young, or opened by somebody without an account.",
        ),
    ),
    "return_on_investment": Phrases(
        name=N_("Return on investment"),
        not_applicable=N_("{name}: no claim is strong enough to count"),
        not_applicable_in_cell=N_("no claim counts"),
    ),
    "naive_return_on_investment": Phrases(name=N_("Return by the usual formula")),
    "net_present_value": Phrases(
        name=N_("Net present value"),
        not_applicable=N_("{name}: no claim is strong enough to count"),
        not_applicable_in_cell=N_("no claim counts"),
    ),
    "probability_of_recovery": Phrases(
        name=N_("Probability that it paid for itself"),
        not_applicable=N_("{name}: no claim is strong enough to count"),
        not_applicable_in_cell=N_("no claim counts"),
    ),
    "payback_quarters": Phrases(
        name=N_("Quarters until it paid for itself"),
        not_applicable=N_("{name}: no claim is strong enough to count"),
        not_applicable_in_cell=N_("no claim counts"),
    ),
    "claim_value": Phrases(
        name=N_("What each claim is worth by itself"),
        subtitle=N_(
            "Present value of each claim before anything is taken away; bar from the 10th to the "
            "90th percentile. Coloured: counts in the return. Grey: shown and left out. An arrow: "
            "a guess that runs out of the picture."
        ),
    ),
    "counted_value": Phrases(name=N_("What each claim adds to the return")),
    "cash_and_capacity": Phrases(name=N_("Cash and capacity")),
    "return_bridge": Phrases(
        name=N_("From the usual formula to what can be defended"),
        subtitle=N_(
            "Value less cost over the quarters counted; each step takes away what cannot be "
            "defended, or adds what belongs in."
        ),
        not_applicable=N_("{name}: no claim is strong enough to count"),
        not_applicable_in_cell=N_("no claim counts"),
    ),
    "tornado": Phrases(
        name=N_("On what the result hangs"),
        subtitle=N_(
            "Net present value when one input goes from its 10th to its 90th percentile, all "
            "others at their medians. Its starting point, all inputs at their medians, differs a "
            "little from the median of the net present value."
        ),
    ),
    "break_even": Phrases(name=N_("Break-even")),
    "uncertainty_share": Phrases(name=N_("What is most worth learning")),
    "scaled_coverage": Phrases(
        name=N_("Customers without a manager whom the community helped"),
        counted=N_("Customers"),
        level=N_("{share} customers without a manager of their own were helped by the community"),
    ),
    "renewal_rate_by_care": Phrases(name=N_("Renewals by care"), counted=N_("Contracts")),
    "how_to_tickets_by_care": Phrases(name=N_("How-to tickets per customer by care")),
    "accounts_per_csm": Phrases(name=N_("Customers for each customer success manager")),
    "customer_lifetime_value": Phrases(name=N_("Lifetime value of a customer")),
    "cost_per_ticket": Phrases(name=N_("Full cost of a ticket")),
    "avoidable_cost_per_ticket": Phrases(name=N_("Avoidable cost of a ticket")),
    "ticket_csat": Phrases(
        name=N_("Satisfaction with solved tickets"),
        counted=N_("Answers"),
        left_out=_JOINERS_LEFT_OUT,
    ),
    "advocacy_acts": Phrases(name=N_("Customers speaking up")),
    "reference_share": Phrases(
        name=N_("Deals that needed a reference and got one"), counted=N_("Deals")
    ),
    "win_rate": Phrases(name=N_("Deals won"), counted=N_("Deals")),
    "delivered_votes_share": Phrases(name=N_("Votes on ideas that were delivered")),
    "feature_pain": Phrases(name=N_("Customers that raised a feature")),
    "feature_negative_share": Phrases(
        name=N_("Negative texts about a feature"),
        counted=N_("Texts"),
        not_applicable=N_("{name}: fewer than 100 texts are labelled, so nobody knows"),
        not_applicable_in_cell=N_("too few labels"),
    ),
    "feature_rank": Phrases(name=N_("Place of a feature")),
    "feature_revenue": Phrases(name=N_("Subscriptions behind a feature")),
    "days_to_tenth_account": Phrases(name=N_("Days until the tenth customer")),
    "investment_cost": Phrases(name=N_("Sum asked")),
    "investment_return": Phrases(
        name=N_("Return of an initiative"),
        subtitle=N_(
            "Return while the initiative runs: median with the 10th and 90th percentile. Coloured: "
            "pays back more likely than not."
        ),
    ),
    "probability_of_payback": Phrases(name=N_("Probability that it pays back")),
    "investment_payback_quarters": Phrases(name=N_("Pays back after")),
    "investment_break_even": Phrases(name=N_("Part that must come true")),
    "cost_of_refusing": Phrases(name=N_("Value missed a quarter if refused, before costs saved")),
    "forecast_coverage": Phrases(
        name=N_("Forecasts that held what came"),
        counted=N_("Forecasts"),
        not_mature=_FEW_FORECASTS,
        not_mature_in_cell=_FEW_FORECASTS_IN_CELL,
    ),
    "forecast_score": Phrases(
        name=N_("Brier score of the forecasts"),
        counted=N_("Forecasts"),
        not_mature=_FEW_FORECASTS,
        not_mature_in_cell=_FEW_FORECASTS_IN_CELL,
    ),
}

#: Segments that have a name of ours; others are shown as exported.
SEGMENTS: dict[str, str] = {
    "usual_formula": N_("Usual formula"),
    "measured_effect": N_("Measured effect, not assumed"),
    "avoidable_cost": N_("Avoidable cost, not full cost"),
    "other_claims": N_("Other claims"),
    "below_threshold": N_("Claims without evidence"),
    "counted_once": N_("Counted twice, or too much"),
    "full_cost": N_("Full cost of the programme"),
    "discounting": N_("Discounting"),
    "defensible": N_("Defensible net value"),
    "cash": N_("becomes cash"),
    "capacity": N_("frees people"),
    "joint": N_("all three true of the same person"),
    "marginals": N_("product of the three shares"),
    "community_care": N_("members without a manager"),
    "named_care": N_("customers with a manager"),
    "case_study": N_("case studies"),
    "testimonial": N_("testimonials"),
    "reference": N_("references"),
    "review": N_("reviews"),
    "referral": N_("referrals"),
    "campaign_feature": N_("appearances in campaigns"),
    "observed": N_("observed"),
    "expected": N_("expected without it"),
    "controls": N_("other tickets"),
    "base": N_("as believed"),
    "cost of platform": N_("Platform"),
    "cost of staff": N_("People of the company"),
    "cost of moderation": N_("Moderation"),
    "cost of agency": N_("Agencies"),
    "cost of events": N_("Events"),
    "cost of content": N_("Content"),
    "cost of rewards": N_("Rewards"),
    "cost of tools": N_("Tools"),
    "cost of overhead": N_("Overhead"),
    "shared_kpi.initiative_id": N_("initiative"),
    "shared_kpi.metric": N_("metric"),
    "shared_kpi.activity_metric": N_("what the community delivers"),
    "shared_kpi.community_owner": N_("owner in the community"),
    "shared_kpi.partner_owner": N_("owner in the department"),
    "shared_kpi.baseline": N_("baseline"),
    "shared_kpi.target": N_("target"),
    "shared_kpi.partner_goal": N_("goal of the department"),
    "shared_kpi.need_id": N_("need"),
    "shared_kpi.definition_version": N_("version of the definition"),
    "shared_kpi.baseline_low": N_("lower end of the baseline"),
    "shared_kpi.baseline_high": N_("upper end of the baseline"),
    "shared_kpi.forecast_low": N_("lower end of the forecast"),
    "shared_kpi.forecast_mid": N_("middle of the forecast"),
    "shared_kpi.forecast_high": N_("upper end of the forecast"),
    "shared_kpi.smallest_visible_effect": N_("smallest effect that can be seen"),
    "shared_kpi.judged_on": N_("day of judgement"),
    "shared_kpi.source": N_("source"),
    "shared_kpi.decision_rule": N_("rule of decision"),
    "shared_kpi.stop_rule": N_("rule to stop"),
    "shared_kpi.review_on": N_("review"),
    "shared_kpi.signed_by": N_("signed by"),
}

#: The sentence of each kind of finding, with the facts of its `detail` as placeholders.
FINDINGS: dict[str, str] = {
    "shared_kpi_unsealed": N_("Version {version} has no seal; it would be {seal}."),
    "shared_kpi_seal_broken": N_(
        "Version {version} is not what was sealed: a field was changed without a new version."
    ),
    "shared_kpi_changed": N_(
        "Version {version} of {on} changed: {fields}. Before: {before}. Now: {after}."
    ),
    "shared_kpi_agreed_late": N_(
        "Agreed on {agreed}, after the start on {started}: what is known already is no forecast."
    ),
    "shared_kpi_too_small_to_see": N_(
        "A change of {wanted} was agreed; the design can see one of {visible}, and no smaller one."
    ),
    "shared_kpi_not_judged_yet": N_("Judged on {on}; until then every effect is preliminary."),
    "claim_without_design": N_(
        "Nothing here measures {metric} by the design {design}: the claim is not counted."
    ),
    "claim_no_data": N_("The tables that would measure this claim have nothing in them."),
    "claim_not_mature": N_("Too early: too few weeks before or after the start."),
    "claim_not_applicable": N_(
        "The design does not apply: nobody to compare with, or too few moved."
    ),
    "claim_preliminary": N_("Its effect is judged later: shown, and left out of the return."),
    "claim_below_threshold": N_("Evidence of grade {grade} is too weak: shown, and left out."),
    "assumption_expired": N_(
        "Its review was due on {on}: the range is widened by half until {owner} confirms it."
    ),
    "assumption_without_source": N_(
        "Nobody says where it comes from: a claim that rests on it has grade E at best."
    ),
    "claim_counted_elsewhere": N_(
        "The same customers stand in a larger claim: {amount} are counted there."
    ),
    "claim_above_pool": N_("The pool does not hold so much: {amount} are taken off."),
    "claim_above_ceiling": N_(
        "More tickets are claimed than could have come: {amount} are taken off."
    ),
    "cost_missing": N_("No cost of this kind is entered: the return may look too good."),
}

#: What a claim is about, by its metric.
CLAIMS: dict[str, str] = {
    "how_to_tickets_per_1000_accounts": N_("How-to tickets spared by the intervention"),
    "how_to_tickets": N_("How-to tickets spared by joining"),
    "renewal_rate": N_("Contracts kept"),
    "win_rate": N_("Deals won with a reference"),
    "delivered_votes_share": N_("Research spared by ideas"),
    "naive_deflection": N_("Views of solutions, usual formula"),
    "revenue": N_("Additional revenue"),
}

#: By what design an effect was found.
DESIGNS: dict[str, str] = {
    "experiment": N_("randomised experiment"),
    "encouragement": N_("random invitation"),
    "interrupted_time_series": N_("time series with controls"),
    "difference_in_differences": N_("accounts that joined at different times"),
    "time_series_without_controls": N_("time series without controls"),
    "matched_comparison": N_("matched comparison"),
    "before_after": N_("before and after"),
    "members_against_others": N_("members against others"),
    "multiplier": N_("multiplier"),
    "survey_intent": N_("what people say"),
    "opinion": N_("opinion"),
}

#: What each check asks.
CHECKS: dict[str, str] = {
    "enough_data": N_("Is there enough to judge by?"),
    "untouched_outcome": N_("Does what it cannot touch stay the same?"),
    "controls_jumped": N_("Did the controls stay calm at the start?"),
    "without_controls": N_("Is the result much the same without the controls?"),
    "placebo_date": N_("Is nothing found at a date at which nothing happened?"),
    "before_the_start": N_("Were the last weeks before the start usual?"),
    "reacting_control": N_("Did no single control react by itself?"),
    "controls_disagree": N_("Do the controls agree with each other?"),
    "leave_one_control_out": N_("Is the result much the same without any one control?"),
    "other_date": N_("Is the result the same a fortnight earlier or later?"),
    "parallel_trends": N_("Did both sides move alike before?"),
    "drift_before_joining": N_("Were those who joined on no other path before?"),
    "placebo_joining": N_("Is nothing found half a year before joining?"),
    "never_joined_only": N_("Does it hold against those alone who never joined?"),
    "other_donut": N_("Does it hold with the months just before joining?"),
    "overlap": N_("Are there comparable others?"),
    "balance": N_("Are both sides alike after weighting?"),
    "placebo_outcome": N_("Does an outcome from before show nothing?"),
    "sample_ratio": N_("Are the groups as large as planned?"),
    "first_stage": N_("Did the invitation move enough people?"),
}

#: What it costs to fail a check.
COSTS: dict[str, str] = {
    "D": N_("at most grade D"),
    "E": N_("at most grade E"),
    "one_down": N_("one grade down"),
    "printed": N_("costs no grade"),
    "stops": N_("nothing may be read from it"),
}

#: Departments.
DEPARTMENTS: dict[str, str] = {
    "customer_success": N_("Customer success"),
    "support": N_("Support"),
    "marketing": N_("Marketing"),
    "product": N_("Product"),
    "sales": N_("Sales"),
    "hr": N_("People"),
    "community": N_("Community"),
    "members": N_("Members and customers"),
}

#: State of a milestone.
MILESTONES: dict[str, str] = {
    "planned": N_("planned"),
    "running": N_("running"),
    "done": N_("done"),
    "dropped": N_("dropped"),
}
