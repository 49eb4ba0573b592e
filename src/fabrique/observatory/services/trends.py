"""Which way a series goes: never over a change of definition, nor through contradictory values.

Fed by public series. Feeds portraits and the plan's indicators; the slope is fabrique_core.progress.trend's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fabrique.observatory.enums import Direction
from fabrique.observatory.services.public import PublicValue
from fabrique_core.progress import Course, Point
from fabrique_core.progress import Direction as Way
from fabrique_core.progress import trend as slope_of


@dataclass(frozen=True)
class Trend:
    """The median slope a year of the last unbroken stretch; `favourable` None where nobody wishes a direction."""

    slope: float | None
    first: PublicValue | None
    last: PublicValue | None
    points: int
    course: str
    favourable: bool | None
    broken: bool


def trend(series: Sequence[PublicValue]) -> Trend:
    """The course of a series as Sheet.series gives it; « not_known » under two values of one definition."""
    newest = max((one.version for one in series), default=0)
    scopes = {one.scope for one in series if one.version == newest}
    scope = "" if "" in scopes else min(scopes, default="")
    known = [one for one in series if one.version == newest and one.scope == scope and one.value is not None]
    direction = known[-1].direction if known else Direction.NONE
    way = Way.FALL if direction == Direction.FALL else Way.RISE
    dated = {one.period_end: one for one in known}
    found = slope_of([Point(day, one.value) for day, one in dated.items()], direction=way)
    judged = direction != Direction.NONE and found.course in (Course.BETTER, Course.WORSE)
    return Trend(
        slope=found.slope,
        first=known[0] if known else None,
        last=known[-1] if known else None,
        points=found.points,
        course=str(found.course),
        favourable=found.course == Course.BETTER if judged else None,
        broken=len({one.version for one in series}) > 1,
    )
