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
from tacheles.growth.contributions import (
    participation,
)
from tacheles.growth.conversations import (
    threads,
)
from tacheles.growth.dependence import (
    absence_factor,
    contribution_gini,
    onion_role_members,
    top_contributor_share,
    top_percent_contributor_share,
    visitor_gini,
)
from tacheles.growth.ladder import (
    gravity_growth,
    ladder_movement_share,
    ladder_moves,
    ladder_transition_share,
    love,
)
from tacheles.growth.network import (
    reply_network_density,
)
from tacheles.growth.presence import (
    active_members_by_meaning,
    participation_split,
    presence,
    stickiness,
)
from tacheles.growth.solutions import (
    open_questions,
    solution_rate,
)
from tacheles.growth.stress import (
    answers_by_top,
    answers_lost_without_top,
    solutions_lost_without_top,
)

__all__ = [
    "absence_factor",
    "activation_rate",
    "active_members",
    "active_members_by_meaning",
    "answered_within",
    "answered_within_by_channel",
    "answered_within_service_hours",
    "answers_by_top",
    "answers_lost_without_top",
    "cohort_retention_rate",
    "cohort_unbounded_retention_rate",
    "contribution_gini",
    "expert_answer_share",
    "first_response_curve",
    "gravity_growth",
    "ladder_movement_share",
    "ladder_moves",
    "ladder_transition_share",
    "lost_contributors",
    "love",
    "net_contributor_growth",
    "new_contributors",
    "new_members",
    "onion_role_members",
    "open_questions",
    "participation",
    "participation_split",
    "peer_answer_share",
    "peer_solution_share",
    "platform_mean_first_response_hours",
    "presence",
    "reactivated_contributors",
    "reply_network_density",
    "returning_contributor_rate",
    "solution_rate",
    "solutions_lost_without_top",
    "stickiness",
    "threads",
    "time_to_first_response_hours",
    "top_contributor_share",
    "top_percent_contributor_share",
    "unanswered_questions",
    "unanswered_share",
    "visitor_gini",
]
