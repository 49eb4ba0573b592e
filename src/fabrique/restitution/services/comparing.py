"""Whether two figures may be put side by side, and whether a gap between them is clear.

Fed by public values of the observatory. Feeds portraits, comparisons of two territories, their words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fabrique.observatory.enums import Unit
from fabrique.observatory.services.public import PublicValue
from fabrique.observatory.services.standardised import Standardised

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
    AGES = "ages"  # a crude share of people cared for, where ages differ


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value to compare, with its interval where the source gives one.

    ``rough``: a standardised rate without interval; the number of deaths behind it is not known.
    """

    value: float | None
    lower: float | None
    upper: float | None
    version: int
    period: str
    rough: bool = False


#: figures that count the deaths of a year: they move by chance
_DEATHS = "mortalite_"


def estimate(own: PublicValue, equal: Standardised | None = None) -> Estimate:
    """What is compared: the rate at equal ages where there is one, else the value with the source's interval.

    No interval is made here. Death rates are standardised: times the inhabitants, they do not give the deaths.
    """
    if equal is not None:
        return Estimate(equal.rate, equal.low, equal.high, equal.version, equal.period)
    rough = own.code.startswith(_DEATHS) and own.unit == Unit.PER_100000 and own.lower is None
    return Estimate(own.value, own.lower, own.upper, own.version, own.period, rough)


@dataclass(frozen=True, slots=True)
class Reading:
    """The gap, why the two do not compare, whether intervals were there to tell, or only an order of size."""

    gap: Gap
    unlike: Unlike | None = None
    with_intervals: bool = False
    rough: bool = False


def unlike(one: Estimate, other: Estimate) -> Unlike | None:
    """Why two values of one indicator are not the same thing measured at the same time; None where they are."""
    if one.version != other.version:
        return Unlike.VERSION
    return Unlike.PERIOD if one.period != other.period else None


def read_gap(one: Estimate | None, other: Estimate | None) -> Reading:
    """How ``one`` stands against ``other``. Overlapping intervals never make a clear gap."""
    if one is None or other is None or one.value is None or other.value is None:
        return Reading(Gap.UNKNOWN)
    why = unlike(one, other)
    if why is not None:
        return Reading(Gap.UNLIKE, why)
    if None not in (one.lower, one.upper, other.lower, other.upper):
        return _by_intervals(one, other)
    return Reading(near(one.value, other.value), rough=one.rough or other.rough)


def against(one: Estimate, reference: float) -> Reading:
    """How a value stands against a level taken as known: clear where its own interval leaves the level out."""
    if one.value is None:
        return Reading(Gap.UNKNOWN)
    if one.lower is None or one.upper is None:
        return Reading(near(one.value, reference), rough=one.rough)
    known = Estimate(reference, reference, reference, one.version, one.period)
    return _by_intervals(one, known)


def _by_intervals(one: Estimate, other: Estimate) -> Reading:
    ends = one.lower, one.upper, other.lower, other.upper
    low, high, other_low, other_high = (float(end) for end in ends if end is not None)
    if low > other_high:
        return Reading(Gap.HIGHER, with_intervals=True)
    gap = Gap.LOWER if high < other_low else Gap.NOT_CLEAR
    return Reading(gap, with_intervals=True)


def near(one: float, other: float) -> Gap:
    """The gap between two values that have no interval."""
    smaller = min(abs(one), abs(other))
    if abs(one - other) <= NEAR * smaller or one == other:
        return Gap.NEAR
    return Gap.HIGHER if one > other else Gap.LOWER
