"""
Estimates into figures: a finding as title, the interval always drawn, alt text and a source.

Charts compute nothing that a reader could quote.
"""

from tacheles.charts.alignment import alignment as alignment
from tacheles.charts.both_sides import both_sides as both_sides
from tacheles.charts.comparison import comparison as comparison
from tacheles.charts.effect import counterfactual as counterfactual
from tacheles.charts.figure import Chart as Chart
from tacheles.charts.goals import goals as goals
from tacheles.charts.over_time import curve as curve
from tacheles.charts.over_time import trend as trend
from tacheles.charts.pairs import pairs as pairs
from tacheles.charts.paths import paths as paths
from tacheles.charts.plan import circles as circles
from tacheles.charts.plan import roadmap as roadmap
from tacheles.charts.profile import profile as profile
from tacheles.charts.returns import bridge as bridge
from tacheles.charts.returns import ranges as ranges
from tacheles.charts.returns import tornado as tornado
from tacheles.charts.stacked import stacked as stacked
from tacheles.charts.triangle import triangle as triangle
from tacheles.charts.week import week as week
