"""
Level 3: what moved, and what do we improve next?

Definitions of `03-measurement`. Tables, histories and quarters in, estimates out.
"""

from tacheles.measurement.board import (
    board,
    improvement_areas,
    kpi_tree_difference,
    require_reconciled,
    reviewed_decisions,
    target_plausibility,
)
from tacheles.measurement.credit import (
    attributed_revenue_share,
    direct_revenue,
    influenced_revenue,
    sourced_revenue,
)
from tacheles.measurement.customers import (
    aided_awareness,
    community_share_of_customers_gained,
    customers_gained,
    net_customers_gained,
    renewal_rate,
    renewal_rate_by_amount,
    renewal_rate_by_membership,
    review_score,
)
from tacheles.measurement.engagement import (
    engagement_rate_of_accounts,
    engagement_rate_of_members,
    engagement_rate_of_views,
    engagement_rate_of_visitors,
    interactions_per_item,
    search_success_rate,
)
from tacheles.measurement.labelling import texts_to_label, tickets_to_label
from tacheles.measurement.mood import (
    judged_texts,
    label_agreement,
    sentiment_balance,
    sentiment_tool_precision,
    sentiment_tool_recall,
    uncorrected_sentiment_balance,
)
from tacheles.measurement.satisfaction import (
    customer_effort_score,
    customer_satisfaction_score,
    net_promoter_score,
    net_promoter_score_by_membership,
    satisfaction_by_membership,
)
from tacheles.measurement.trials import (
    drawn_invitations,
    experiment_effect,
    experiment_effect_anytime,
    experiment_variance_explained,
    invitation_effect,
    joining_effect_by_invitation,
    smallest_visible_effect,
)

__all__ = [
    "aided_awareness",
    "attributed_revenue_share",
    "board",
    "community_share_of_customers_gained",
    "customer_effort_score",
    "customer_satisfaction_score",
    "customers_gained",
    "direct_revenue",
    "drawn_invitations",
    "engagement_rate_of_accounts",
    "engagement_rate_of_members",
    "engagement_rate_of_views",
    "engagement_rate_of_visitors",
    "experiment_effect",
    "experiment_effect_anytime",
    "experiment_variance_explained",
    "improvement_areas",
    "influenced_revenue",
    "interactions_per_item",
    "invitation_effect",
    "joining_effect_by_invitation",
    "judged_texts",
    "kpi_tree_difference",
    "label_agreement",
    "net_customers_gained",
    "net_promoter_score",
    "net_promoter_score_by_membership",
    "renewal_rate",
    "renewal_rate_by_amount",
    "renewal_rate_by_membership",
    "require_reconciled",
    "review_score",
    "reviewed_decisions",
    "satisfaction_by_membership",
    "search_success_rate",
    "sentiment_balance",
    "sentiment_tool_precision",
    "sentiment_tool_recall",
    "smallest_visible_effect",
    "sourced_revenue",
    "target_plausibility",
    "texts_to_label",
    "tickets_to_label",
    "uncorrected_sentiment_balance",
]
