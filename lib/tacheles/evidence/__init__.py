"""
From what happened to what was caused: effects with intervals, checks and computed grades.

A design takes plain arrays and frames, and returns its effect with draws, ready to be multiplied by
a unit value, and its evidence, whose grade the checks decide.
"""

from tacheles.evidence.cohorts import AccountMonths
from tacheles.evidence.comparison import (
    before_after,
    members_against_others,
    members_before_after,
    segmented_regression,
)
from tacheles.evidence.counts import Counts
from tacheles.evidence.effect import LEVEL, PRELIMINARY_LEVEL, Effect, Estimate
from tacheles.evidence.encouragement import Encouragement, randomised_encouragement
from tacheles.evidence.experiment import (
    Experiment,
    anytime_interval,
    random_assignment,
    randomised_experiment,
    smallest_visible_difference,
)
from tacheles.evidence.grade import DESIGNS, GRADES, Check, Evidence
from tacheles.evidence.matching import MatchedComparison, matched_comparison
from tacheles.evidence.panel import DifferenceInDifferences, difference_in_differences
from tacheles.evidence.staggered import group_time_effects, two_way_fixed_effects
from tacheles.evidence.time_series import (
    InterruptedTimeSeries,
    interrupted_time_series,
    smallest_visible_fall,
)
from tacheles.evidence.two_groups import DifferenceOfChanges, difference_of_changes

__all__ = [
    "DESIGNS",
    "GRADES",
    "LEVEL",
    "PRELIMINARY_LEVEL",
    "AccountMonths",
    "Check",
    "Counts",
    "DifferenceInDifferences",
    "DifferenceOfChanges",
    "Effect",
    "Encouragement",
    "Estimate",
    "Evidence",
    "Experiment",
    "InterruptedTimeSeries",
    "MatchedComparison",
    "anytime_interval",
    "before_after",
    "difference_in_differences",
    "difference_of_changes",
    "group_time_effects",
    "interrupted_time_series",
    "matched_comparison",
    "members_against_others",
    "members_before_after",
    "random_assignment",
    "randomised_encouragement",
    "randomised_experiment",
    "segmented_regression",
    "smallest_visible_difference",
    "smallest_visible_fall",
    "two_way_fixed_effects",
]
