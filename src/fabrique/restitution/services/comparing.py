"""Whether two figures may be put side by side, and whether a gap between them is clear.

Fed by public values of the observatory. Feeds portraits, comparisons of two territories, their words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

#: without intervals, a gap under this share of the smaller value is « proche »: a convention, said on the page
NEAR = 0.05


class Gap(StrEnum):
    """How the first value stands against the second."""

    HIGHER = "higher"
    LOWER = "lower"
    NOT_CLEAR = "not_clear"  # the intervals overlap
    NEAR = "near"  # no interval, and less than NEAR apart
    UNKNOWN = "unknown"  # one of the two is missing or masked
    UNLIKE = "unlike"  # another definition, or another period


class Unlike(StrEnum):
    """Why two values do not compare."""

    VERSION = "version"
    PERIOD = "period"


class Measured(Protocol):
    """What is asked of a value: those of ``observatory.services.public`` have it."""

    @property
    def value(self) -> float | None: ...
    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...
    @property
    def version(self) -> int: ...
    @property
    def period(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """The gap, why the two do not compare, and whether the intervals were there to tell."""

    gap: Gap
    unlike: Unlike | None = None
    with_intervals: bool = False


def unlike(one: Measured, other: Measured) -> Unlike | None:
    """Why two values of one indicator are not the same thing measured at the same time; None where they are."""
    if one.version != other.version:
        return Unlike.VERSION
    return Unlike.PERIOD if one.period != other.period else None


def read_gap(one: Measured | None, other: Measured | None) -> Reading:
    """How ``one`` stands against ``other``. Overlapping intervals never make a clear gap."""
    if one is None or other is None or one.value is None or other.value is None:
        return Reading(Gap.UNKNOWN)
    why = unlike(one, other)
    if why is not None:
        return Reading(Gap.UNLIKE, why)
    if None not in (one.lower, one.upper, other.lower, other.upper):
        return _by_intervals(one, other)
    return Reading(near(one.value, other.value))


def _by_intervals(one: Measured, other: Measured) -> Reading:
    ends = one.lower, one.upper, other.lower, other.upper
    low, high, other_low, other_high = (float(end) for end in ends if end is not None)
    if low > other_high:
        return Reading(Gap.HIGHER, with_intervals=True)
    return Reading(Gap.LOWER if high < other_low else Gap.NOT_CLEAR, with_intervals=True)


def near(one: float, other: float) -> Gap:
    """The gap between two values that have no interval."""
    smaller = min(abs(one), abs(other))
    if abs(one - other) <= NEAR * smaller or one == other:
        return Gap.NEAR
    return Gap.HIGHER if one > other else Gap.LOWER
