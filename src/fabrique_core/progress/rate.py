"""Rate of achievement of an indicator: the share of the way from where it started to its target.
Fed with the initial, target and current values, the direction that is good, and the trajectory.
Feeds the pages of the plan; missing values give *not known*, never zero.

A falling indicator and its mirror image that rises have the same rate: one formula serves both, and a direction
that contradicts the target is refused rather than guessed.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from fabrique_core.errors import CoreError


class Direction(StrEnum):
    """Which way is good."""

    RISE = "rise"
    FALL = "fall"


class Pace(StrEnum):
    """Where the rate stands against what the trajectory expected at that date."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Step:
    """On that date, that share of the way (0 to 1) was to be done."""

    date: dt.date
    share: float


class Trajectory:
    """What was to be done by when: a straight line between dated steps, flat before the first and after the last.

    Raises ``CoreError('progress.trajectory')`` unless there are two steps or more, with dates that rise and
    shares between 0 and 1 that do not fall.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        for before, after in pairwise(steps):
            if after.date <= before.date or after.share < before.share:
                raise CoreError("progress.trajectory", date=after.date.isoformat())
        if len(steps) < 2 or not all(0 <= step.share <= 1 for step in steps):
            raise CoreError("progress.trajectory", steps=len(steps))
        self.steps = tuple(steps)

    @classmethod
    def straight(cls, start: dt.date, end: dt.date) -> Trajectory:
        """The same share every day from ``start`` to ``end``."""
        return cls((Step(start, 0.0), Step(end, 1.0)))

    def expected(self, on: dt.date) -> float:
        """Share of the way (0 to 1) expected on that date."""
        if on <= self.steps[0].date:
            return self.steps[0].share
        for before, after in pairwise(self.steps):
            if on <= after.date:
                passed = (on - before.date) / (after.date - before.date)
                # Rounding never passes the share of the next step.
                return min(after.share, before.share + passed * (after.share - before.share))
        return self.steps[-1].share


@dataclass(frozen=True, slots=True)
class Achievement:
    """``rate`` in percent of the way: under 0 when worse than at the start, above 100 past the target.

    None is *not known*. ``expected`` is the rate due by the trajectory on that date, ``pace`` compares the two.
    """

    rate: float | None
    expected: float | None = None
    pace: Pace = Pace.NOT_KNOWN

    @property
    def shown(self) -> float | None:
        """The rate kept between 0 and 100: what a bar shows and what is averaged."""
        return None if self.rate is None else min(100.0, max(0.0, self.rate))

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None is *not known*."""
        return None if self.rate is None else self.rate >= 100


def achievement(
    *,
    initial: float | None,
    target: float | None,
    current: float | None,
    direction: Direction,
    trajectory: Trajectory | None = None,
    on: dt.date | None = None,
    tolerance: float = 5.0,
) -> Achievement:
    """Rate = 100 × (current − initial) / (target − initial).

    A target equal to the initial value asks to hold it: 100 while it is held, 0 when it is lost. The pace is
    ``on_track`` within ``tolerance`` points of what the trajectory expects ``on`` that date.
    Raises ``CoreError``: ``progress.number`` (not finite), ``progress.direction`` (the target lies the wrong
    way), ``progress.date`` (a trajectory without a date).
    """
    if trajectory is not None and on is None:
        raise CoreError("progress.date")
    for value in (initial, target, current):
        if value is not None and not math.isfinite(value):
            raise CoreError("progress.number", value=value)
    sign = 1.0 if direction is Direction.RISE else -1.0
    if initial is not None and target is not None and sign * (target - initial) < 0:
        raise CoreError("progress.direction", direction=direction.value, initial=initial, target=target)
    expected = None if trajectory is None or on is None else 100 * trajectory.expected(on)
    if initial is None or target is None or current is None:
        return Achievement(None, expected)
    rate = _rate(sign * initial, sign * target, sign * current)
    return Achievement(rate, expected, _pace(rate, expected, tolerance))


def _rate(initial: float, target: float, current: float) -> float:
    """Values already turned so that more is better."""
    if target == initial:
        return 100.0 if current >= target else 0.0
    if current == target:
        return 100.0
    rate = 100 * (current - initial) / (target - initial)
    # Rounding never says reached for a value short of its target.
    return min(rate, math.nextafter(100.0, 0.0)) if current < target else max(rate, 100.0)


def _pace(rate: float, expected: float | None, tolerance: float) -> Pace:
    if expected is None:
        return Pace.NOT_KNOWN
    if rate < expected - tolerance:
        return Pace.BEHIND
    return Pace.AHEAD if rate > expected + tolerance else Pace.ON_TRACK
