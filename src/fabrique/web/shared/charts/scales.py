"""From a value to a place in a drawing: scales, round graduations, classes of a map.

Fed with numbers. Feeds every chart of this package.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fabrique.web.templatetags.francais import nombre

#: width of every drawing, in its own units: letters of 12 units stay readable at 320 pixels
WIDTH = 340.0
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_SAME = 1e-6  # values nearer than this to each other are one value


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight scale: ``low`` is drawn at ``start``, ``high`` at ``end`` (which may be to the left, or above)."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value, to a tenth of a unit; a value beyond the scale stays on its edge."""
        inside = min(max(value, self.low), self.high)
        return round(self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start), 1)


@dataclass(frozen=True, slots=True)
class Tick:
    """A graduation: its value and its place."""

    value: float
    place: float
    decimals: int = 0

    @property
    def words(self) -> str:
        """The value as it is written beside the axis."""
        return nombre(self.value, self.decimals)


def step_of(span: float, wanted: int) -> float:
    """The round step that cuts a span into about ``wanted`` parts."""
    if span <= 0:
        return 1.0
    rough = span / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(one * power for one in _ROUND if one * power >= rough * (1 - 1e-9))


def bounds(values: Iterable[float], *, zero: bool, wanted: int = 4) -> tuple[float, float, float]:
    """Round (low, high, step) that hold every value; from zero where ``zero`` (bars: a cut axis lies)."""
    known = [value for value in values if math.isfinite(value)]
    if zero:
        known.append(0.0)
    if not known:
        return 0.0, 1.0, 0.5
    low, high = min(known), max(known)
    if high - low < _SAME:
        half = max(abs(low), 1.0) / 2
        low, high = (0.0, 1.0) if zero else (low - half, low + half)
    step = step_of(high - low, wanted)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return round(low, 10), round(high, 10), step


def ticks(scale: Scale, step: float) -> tuple[Tick, ...]:
    """The graduations of a scale whose ends are multiples of the step."""
    count = round((scale.high - scale.low) / step)
    values = (round(scale.low + place * step, 10) for place in range(count + 1))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    decimals += (
        round(step * 10**decimals, 6) % 1 > 0
    )  # a step of 2.5 needs one figure more than its size says
    return tuple(Tick(value, scale.at(value), decimals) for value in values)


def classes(values: Sequence[float], wanted: int = 5) -> tuple[float, ...]:
    """Lower bounds of at most ``wanted`` classes of about equal numbers of territories, each once, ascending."""
    ordered = sorted(values)
    if not ordered:
        return ()
    places = {min(len(ordered) - 1, len(ordered) * part // wanted) for part in range(wanted)}
    return tuple(sorted({ordered[place] for place in places}))


def class_of(value: float, steps: Sequence[float]) -> int:
    """The class of a value, from 1."""
    return max(1, sum(value >= step for step in steps))
