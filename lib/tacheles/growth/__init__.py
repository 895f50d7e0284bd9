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
from tacheles.growth.dependence import top_contributor_share

__all__ = [
    "active_members",
    "answered_within",
    "answered_within_service_hours",
    "cohort_retention_rate",
    "first_response_curve",
    "new_contributors",
    "peer_answer_share",
    "returning_contributor_rate",
    "threads",
    "time_to_first_response_hours",
    "top_contributor_share",
    "unanswered_questions",
    "unanswered_share",
]
