"""Charts drawn on the server: map, small multiples, points, five bars with their slope, pyramid of ages.

Fed with values already cleared for the public, never with observations. Feeds portraits, comparisons, maps,
inequalities: each chart is a sentence, a drawing in SVG (ADR 0008) and a table, shown by ``{% chart thing %}``.
"""

from fabrique.web.shared.charts.bars import Bar, Given, QuintileBars, quintile_bars
from fabrique.web.shared.charts.dots import DotPlot, DotRow, dot_plot
from fabrique.web.shared.charts.goals import GoalLine, GoalValue, goal_line
from fabrique.web.shared.charts.maps import Choropleth, choropleth
from fabrique.web.shared.charts.pyramids import Pyramid, pyramid
from fabrique.web.shared.charts.spines import Spine, spine
from fabrique.web.shared.charts.trends import Multiples, TrendPoint, small_multiples

__all__ = [
    "Bar",
    "Choropleth",
    "DotPlot",
    "DotRow",
    "Given",
    "GoalLine",
    "GoalValue",
    "Multiples",
    "Pyramid",
    "QuintileBars",
    "Spine",
    "TrendPoint",
    "choropleth",
    "dot_plot",
    "goal_line",
    "pyramid",
    "quintile_bars",
    "small_multiples",
    "spine",
]
