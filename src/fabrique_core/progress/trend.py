"""Which way an indicator has gone lately, and how old its last value is.
Fed with dated values, the direction that is good, and a date handed over by the caller.
Feeds the pages of the plan, beside the rate of achievement and never mixed with it.

Source of the slope: P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", Journal of the
American Statistical Association 63 (1968): the median of the slopes between all pairs, which one odd value does
not turn.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from statistics import median

from fabrique_core.errors import CoreError
from fabrique_core.progress.rate import Direction

YEAR = 365.25
FEWEST = 2


class Course(StrEnum):
    """Which way the indicator goes, as the direction judges it."""

    BETTER = "better"
    STABLE = "stable"
    WORSE = "worse"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Point:
    """A dated value; None is missing."""

    date: dt.date
    value: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """``slope`` in units of the indicator a year, from ``points`` known values; None is *not known*."""

    course: Course
    slope: float | None
    points: int


class Age(StrEnum):
    """How old the last value is, against how often one is due."""

    FRESH = "fresh"
    LATE = "late"
    STALE = "stale"  # two periods and more without a value
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Freshness:
    """``last`` is the date of the last known value, ``days`` its age."""

    age: Age
    last: dt.date | None
    days: int | None


def trend(points: Iterable[Point], *, direction: Direction, flat: float = 0.01) -> Trend:
    """Median slope of the known values; ``stable`` within ``flat`` × their median size, a year.

    Raises ``CoreError``: ``progress.twice`` (two values on one date), ``progress.number``.
    """
    known = _known(points)
    if len(known) < FEWEST:
        return Trend(Course.NOT_KNOWN, None, len(known))
    slope = median(
        (later - earlier) * YEAR / (after - before).days
        for (before, earlier), (after, later) in combinations(known, 2)
    )
    size = median(abs(value) for _, value in known)
    if abs(slope) <= flat * size:
        return Trend(Course.STABLE, slope, len(known))
    good = slope > 0 if direction is Direction.RISE else slope < 0
    return Trend(Course.BETTER if good else Course.WORSE, slope, len(known))


def freshness(points: Iterable[Point], *, on: dt.date, every_days: int) -> Freshness:
    """How old the last known value is ``on`` that date, one being due ``every_days`` days.

    Values dated after ``on`` are not known yet. Raises ``CoreError('progress.period')`` for less than a day.
    """
    if every_days < 1:
        raise CoreError("progress.period", days=every_days)
    dates = [date for date, _ in _known(points) if date <= on]
    if not dates:
        return Freshness(Age.NEVER, None, None)
    days = (on - dates[-1]).days
    if days <= every_days:
        return Freshness(Age.FRESH, dates[-1], days)
    return Freshness(Age.LATE if days < 2 * every_days else Age.STALE, dates[-1], days)


def _known(points: Iterable[Point]) -> Sequence[tuple[dt.date, float]]:
    """Known values in the order of their dates."""
    known = sorted((point.date, point.value) for point in points if point.value is not None)
    if any(not math.isfinite(value) for _, value in known):
        raise CoreError("progress.number")
    if len({date for date, _ in known}) < len(known):
        raise CoreError("progress.twice")
    return known
