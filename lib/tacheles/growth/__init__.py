"""
Level 2: does the community grow, and does everybody get an answer?

Definitions of `02-growth`. Tables and quarters in, estimates out.
"""

from tacheles.growth.answers import (
    answered_within,
    answered_within_service_hours,
    first_response_curve,
    peer_answer_share,
    threads,
    time_to_first_response_hours,
    unanswered_questions,
    unanswered_share,
)
from tacheles.growth.belonging import (
    active_members,
    cohort_retention_rate,
    new_contributors,
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
from tacheles.growth.dependence import top_contributor_share
from tacheles.growth.engagement import engagement_findings
from tacheles.growth.events import (
    early_registration_rate,
    event_attendance_rate,
    event_return_rate,
)
from tacheles.growth.needs import expert_answer_rate, need_served_rate
from tacheles.growth.recognition import recognition_reach, top_decile_recognition_share
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
    "active_members",
    "answered_by_experience",
    "answered_by_language",
    "answered_by_segment",
    "answered_within",
    "answered_within_service_hours",
    "appeal_overturn_rate",
    "automatic_flags_per_1000_posts",
    "average_monthly_active_recipients",
    "cadence_regularity",
    "cohort_retention_rate",
    "contribution_breadth",
    "early_registration_rate",
    "engagement_findings",
    "event_attendance_rate",
    "event_return_rate",
    "expert_answer_rate",
    "first_response_curve",
    "guideline_findings",
    "guidelines_reviewed_share",
    "moderation_cases_decided",
    "moderation_cases_opened",
    "need_served_rate",
    "new_contributors",
    "on_time_publishing_rate",
    "on_time_publishing_rate_by_format",
    "peer_answer_share",
    "planned_items",
    "published_items",
    "publishing_regularity",
    "recognition_reach",
    "resonance_per_1000_views",
    "returning_contributor_rate",
    "threads",
    "time_to_disposition_hours",
    "time_to_first_response_hours",
    "top_contributor_share",
    "top_decile_recognition_share",
    "unanswered_questions",
    "unanswered_share",
    "upheld_case_share",
    "upheld_case_share_by_reason",
    "user_flags_per_1000_posts",
    "user_generated_content_share",
    "voice_equity_gap",
    "voice_equity_gap_by_language",
    "voice_equity_gap_by_segment",
]
