"""Progress of a plan: rate of achievement, trend, freshness, aggregation; four things never mixed.
Fed with values, dates and directions handed over by the caller: no clock here.
Feeds the plan's pages, reviews and annual file.
"""

from fabrique_core.progress.aggregate import Aggregate, Branch, aggregate, aggregate_branch
from fabrique_core.progress.rate import Achievement, Direction, Pace, Step, Trajectory, achievement
from fabrique_core.progress.trend import Age, Course, Freshness, Point, Trend, freshness, trend

__all__ = [
    "Achievement",
    "Age",
    "Aggregate",
    "Branch",
    "Course",
    "Direction",
    "Freshness",
    "Pace",
    "Point",
    "Step",
    "Trajectory",
    "Trend",
    "achievement",
    "aggregate",
    "aggregate_branch",
    "freshness",
    "trend",
]
