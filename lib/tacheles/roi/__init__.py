"""
Cross-functional: what did it return, for whom, and how sure are we?

Definitions of `04-roi`. Tables and quarters in, estimates out. In the order of the argument:

`overlap` (whom does it serve), `business_goals` (what the company wants), `shared_kpi` (what was
agreed), `over_time`, `over_accounts`, `compared`, `by_experiment` and `unmeasured` (what each claim
changed, by its design) with `outcome` and `effects`, `money` (assumptions and discounting), `cost`,
`naive` (what others would print), `claims` (every euro once), `returns`, `bridge`, `sensitivity`,
`scenarios`, the departments (`customer_success`, `support`, `marketing`, `product`), `investment`,
`forecast` and `what_if`.
"""

import ibis.expr.types as ir
import pandas as pd

from tacheles.quarter import Quarters
from tacheles.roi.bridge import return_bridge
from tacheles.roi.business_goals import metrics_of_goals
from tacheles.roi.by_experiment import measured_by_experiment
from tacheles.roi.claims import Programme, ceiling_room, claim_findings, programme
from tacheles.roi.compared import deals_compared, renewals_compared, renewals_encouraged
from tacheles.roi.cost import (
    cost_by_category,
    cost_findings,
    costs_by_quarter,
    programme_cost,
    volunteer_value,
)
from tacheles.roi.customer_success import (
    accounts_per_csm,
    customer_lifetime_value,
    how_to_tickets_by_care,
    renewal_rate_by_care,
    scaled_coverage,
)
from tacheles.roi.effects import (
    avoided_tickets,
    contracts_kept,
    renewal_difference,
    revenue_change_of_joiners,
    revenue_difference_by_experiment,
    ticket_difference_by_experiment,
    tickets_change_of_joiners,
    tickets_change_over_time,
    win_rate_difference,
)
from tacheles.roi.forecast import forecast_coverage, forecast_score, judged_forecasts
from tacheles.roi.investment import (
    cost_of_refusing,
    investment_break_even,
    investment_cost,
    investment_payback_quarters,
    investment_return,
    investments,
    probability_of_payback,
)
from tacheles.roi.marketing import advocacy_acts, advocates, reference_share, win_rate
from tacheles.roi.money import assumed
from tacheles.roi.naive import (
    answers_value,
    intent_deflection_rate,
    naive_deflection_value,
    networked_value,
    survey_deflection_value,
)
from tacheles.roi.outcome import Outcome
from tacheles.roi.over_accounts import revenue_over_accounts, tickets_over_accounts
from tacheles.roi.over_time import (
    counterfactual_tickets,
    smallest_visible_change,
    started_on,
    tickets_over_time,
)
from tacheles.roi.overlap import by_score, intersections, overlap_score, rank_stability
from tacheles.roi.product import (
    days_to_tenth_account,
    delivered_votes_share,
    feature_negative_share,
    feature_pain,
    feature_rank,
    feature_reports,
    feature_revenue,
    feature_threads,
)
from tacheles.roi.returns import (
    cash_and_capacity,
    claim_value,
    counted_value,
    incremental_revenue,
    naive_return_on_investment,
    net_present_value,
    payback_quarters,
    probability_of_recovery,
    retention_value,
    return_on_investment,
    sourced_lead_value,
    support_saving,
)
from tacheles.roi.scenarios import scenario_return
from tacheles.roi.sensitivity import break_even, tornado, uncertainty_share
from tacheles.roi.shared_kpi import (
    activity_metric,
    contract_findings,
    how_to_tickets_per_1000_accounts,
    seal,
)
from tacheles.roi.support import avoidable_cost_per_ticket, cost_per_ticket, ticket_csat
from tacheles.roi.unmeasured import unproven
from tacheles.roi.what_if import what_if

__all__ = [
    "Outcome",
    "Programme",
    "accounts_per_csm",
    "activity_metric",
    "advocacy_acts",
    "advocates",
    "answers_value",
    "assumed",
    "avoidable_cost_per_ticket",
    "avoided_tickets",
    "break_even",
    "by_score",
    "cash_and_capacity",
    "ceiling_room",
    "claim_findings",
    "claim_value",
    "contract_findings",
    "contracts_kept",
    "cost_by_category",
    "cost_findings",
    "cost_of_refusing",
    "cost_per_ticket",
    "costs_by_quarter",
    "counted_value",
    "counterfactual_tickets",
    "customer_lifetime_value",
    "days_to_tenth_account",
    "deals_compared",
    "delivered_votes_share",
    "feature_negative_share",
    "feature_pain",
    "feature_rank",
    "feature_reports",
    "feature_revenue",
    "feature_threads",
    "forecast_coverage",
    "forecast_score",
    "how_to_tickets_by_care",
    "how_to_tickets_per_1000_accounts",
    "incremental_revenue",
    "intent_deflection_rate",
    "intersections",
    "investment_break_even",
    "investment_cost",
    "investment_payback_quarters",
    "investment_return",
    "investments",
    "judged_forecasts",
    "measured_by_experiment",
    "metrics_of_goals",
    "naive_deflection_value",
    "naive_return_on_investment",
    "net_present_value",
    "networked_value",
    "outcomes",
    "overlap_score",
    "payback_quarters",
    "probability_of_payback",
    "probability_of_recovery",
    "programme",
    "programme_cost",
    "rank_stability",
    "reference_share",
    "renewal_difference",
    "renewal_rate_by_care",
    "renewals_compared",
    "renewals_encouraged",
    "retention_value",
    "return_bridge",
    "return_on_investment",
    "revenue_change_of_joiners",
    "revenue_difference_by_experiment",
    "revenue_over_accounts",
    "scaled_coverage",
    "scenario_return",
    "seal",
    "smallest_visible_change",
    "sourced_lead_value",
    "started_on",
    "support_saving",
    "survey_deflection_value",
    "ticket_csat",
    "ticket_difference_by_experiment",
    "tickets_change_of_joiners",
    "tickets_change_over_time",
    "tickets_over_accounts",
    "tickets_over_time",
    "tornado",
    "uncertainty_share",
    "unproven",
    "volunteer_value",
    "what_if",
    "win_rate",
    "win_rate_difference",
]


def outcomes(
    claims: pd.DataFrame,
    tickets: ir.Table,
    accounts: ir.Table,
    labels: pd.DataFrame,
    how_to_categories: list[str],
    renewals: ir.Table,
    usage: ir.Table,
    deals: ir.Table,
    revenue: ir.Table,
    posts: ir.Table,
    ideas: ir.Table,
    experiments: ir.Table,
    quarters: Quarters,
) -> list[Outcome]:
    """
    What all claims changed, each by its own design.

    Parameters
    ----------
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`).
    tickets, accounts, labels, renewals, usage, deals, revenue, posts, ideas, experiments
        The tables of these names.
    how_to_categories : list of str
        Categories of tickets that ask how something is done.
    quarters : Quarters
        Quarters in which the claims are counted.
    """
    return [
        *tickets_over_time(claims, tickets, accounts, labels, how_to_categories, quarters),
        *tickets_over_accounts(claims, tickets, accounts, how_to_categories, quarters),
        *revenue_over_accounts(claims, revenue, accounts, quarters),
        *renewals_compared(claims, renewals, accounts, usage, tickets, quarters),
        *renewals_encouraged(claims, renewals, accounts, experiments, quarters),
        *deals_compared(claims, deals, quarters),
        *measured_by_experiment(
            *(claims, experiments, tickets, how_to_categories, revenue, renewals, quarters)
        ),
        *unproven(claims, posts, ideas, quarters),
    ]
