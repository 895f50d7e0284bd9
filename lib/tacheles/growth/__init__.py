"""
Level 2: does the community grow, and does everybody get an answer?

Definitions of `02-growth`. Tables and quarters in, estimates out.
"""

from tacheles.growth.answerers import (
    expert_answer_share,
    peer_answer_share,
    peer_solution_share,
)
from tacheles.growth.answers import (
    answered_within,
    answered_within_by_channel,
    answered_within_service_hours,
    first_response_curve,
    platform_mean_first_response_hours,
    time_to_first_response_hours,
    unanswered_questions,
    unanswered_share,
    waiting_threads,
)
from tacheles.growth.belonging import (
    activation_rate,
    active_members,
    cohort_retention_rate,
    cohort_unbounded_retention_rate,
    lost_contributors,
    net_contributor_growth,
    new_contributors,
    new_members,
    reactivated_contributors,
    returning_contributor_rate,
)
from tacheles.growth.content import (
    cadence_regularity,
    on_time_publishing_rate,
    on_time_publishing_rate_by_format,
    planned_items,
    published_items,
    publishing_regularity,
    resonance_per_1000_views,
    user_generated_content_share,
)
from tacheles.growth.contributions import (
    participation,
)
from tacheles.growth.conversations import (
    threads,
)
from tacheles.growth.culture import (
    appeal_overturn_rate,
    automatic_flags_per_1000_posts,
    average_monthly_active_recipients,
    guideline_findings,
    guidelines_reviewed_share,
    moderation_cases_decided,
    moderation_cases_opened,
    time_to_disposition_hours,
    upheld_case_share,
    upheld_case_share_by_reason,
    user_flags_per_1000_posts,
)
from tacheles.growth.dependence import (
    absence_factor,
    contribution_gini,
    onion_role_members,
    top_contributor_share,
    top_percent_contributor_share,
    visitor_gini,
)
from tacheles.growth.engagement import engagement_findings
from tacheles.growth.events import (
    early_registration_rate,
    event_attendance_rate,
    event_return_rate,
)
from tacheles.growth.ladder import (
    gravity_growth,
    ladder_movement_share,
    ladder_moves,
    ladder_transition_share,
    love,
)
from tacheles.growth.needs import expert_answer_rate, need_served_rate
from tacheles.growth.network import (
    reply_network_density,
)
from tacheles.growth.noticed import growth_findings
from tacheles.growth.presence import (
    active_members_by_meaning,
    participation_split,
    presence,
    stickiness,
)
from tacheles.growth.recognition import recognition_reach, top_decile_recognition_share
from tacheles.growth.solutions import (
    open_questions,
    solution_rate,
)
from tacheles.growth.stress import (
    answers_by_top,
    answers_lost_without_top,
    solutions_lost_without_top,
)
from tacheles.growth.voices import (
    answered_by_experience,
    answered_by_language,
    answered_by_segment,
    contribution_breadth,
    voice_equity_gap,
    voice_equity_gap_by_language,
    voice_equity_gap_by_segment,
)

__all__ = [
    "absence_factor",
    "activation_rate",
    "active_members",
    "active_members_by_meaning",
    "answered_by_experience",
    "answered_by_language",
    "answered_by_segment",
    "answered_within",
    "answered_within_by_channel",
    "answered_within_service_hours",
    "answers_by_top",
    "answers_lost_without_top",
    "appeal_overturn_rate",
    "automatic_flags_per_1000_posts",
    "average_monthly_active_recipients",
    "cadence_regularity",
    "cohort_retention_rate",
    "cohort_unbounded_retention_rate",
    "contribution_breadth",
    "contribution_gini",
    "early_registration_rate",
    "engagement_findings",
    "event_attendance_rate",
    "event_return_rate",
    "expert_answer_rate",
    "expert_answer_share",
    "first_response_curve",
    "gravity_growth",
    "growth_findings",
    "guideline_findings",
    "guidelines_reviewed_share",
    "ladder_movement_share",
    "ladder_moves",
    "ladder_transition_share",
    "lost_contributors",
    "love",
    "moderation_cases_decided",
    "moderation_cases_opened",
    "need_served_rate",
    "net_contributor_growth",
    "new_contributors",
    "new_members",
    "on_time_publishing_rate",
    "on_time_publishing_rate_by_format",
    "onion_role_members",
    "open_questions",
    "participation",
    "participation_split",
    "peer_answer_share",
    "peer_solution_share",
    "planned_items",
    "platform_mean_first_response_hours",
    "presence",
    "published_items",
    "publishing_regularity",
    "reactivated_contributors",
    "recognition_reach",
    "reply_network_density",
    "resonance_per_1000_views",
    "returning_contributor_rate",
    "solution_rate",
    "solutions_lost_without_top",
    "stickiness",
    "threads",
    "time_to_disposition_hours",
    "time_to_first_response_hours",
    "top_contributor_share",
    "top_decile_recognition_share",
    "top_percent_contributor_share",
    "unanswered_questions",
    "unanswered_share",
    "upheld_case_share",
    "upheld_case_share_by_reason",
    "user_flags_per_1000_posts",
    "user_generated_content_share",
    "visitor_gini",
    "voice_equity_gap",
    "voice_equity_gap_by_language",
    "voice_equity_gap_by_segment",
    "waiting_threads",
]
