"""
Level 1: is the foundation laid?

Definitions of `01-foundation`. Plans, records and quarters in, estimates and findings out.
"""

from tacheles.foundation.alignment import alignment_coverage, alignment_faults
from tacheles.foundation.goals import (
    goal_attainment,
    objective_score,
    smart_checks,
    smart_faults,
    smart_score,
)
from tacheles.foundation.listening import (
    acted_on_share,
    days_to_act,
    feedback_coverage,
    response_rate,
    share_heard,
    unheard_segments,
)
from tacheles.foundation.maturity import maturity_median, maturity_minimum, maturity_stage
from tacheles.foundation.needs import (
    need_gap,
    sense_of_community,
    sense_of_community_by_subscale,
)
from tacheles.foundation.partners import partner_metric
from tacheles.foundation.readiness import expired_assumptions, mend_first, missing_foundations
from tacheles.foundation.roles import raci_validity, role_faults, role_load
from tacheles.foundation.roster import (
    moderation_coverage,
    moderation_coverage_by_hour,
    roster_faults,
)
from tacheles.foundation.tools import (
    checklist_readiness,
    checklist_readiness_by_area,
    process_faults,
    tool_faults,
)

__all__ = [
    "acted_on_share",
    "alignment_coverage",
    "alignment_faults",
    "checklist_readiness",
    "checklist_readiness_by_area",
    "days_to_act",
    "expired_assumptions",
    "feedback_coverage",
    "goal_attainment",
    "maturity_median",
    "maturity_minimum",
    "maturity_stage",
    "mend_first",
    "missing_foundations",
    "moderation_coverage",
    "moderation_coverage_by_hour",
    "need_gap",
    "objective_score",
    "partner_metric",
    "process_faults",
    "raci_validity",
    "response_rate",
    "role_faults",
    "role_load",
    "roster_faults",
    "sense_of_community",
    "sense_of_community_by_subscale",
    "share_heard",
    "smart_checks",
    "smart_faults",
    "smart_score",
    "tool_faults",
    "unheard_segments",
]
