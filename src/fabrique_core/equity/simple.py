"""Difference and ratio between two subgroups, and what the whole population would gain (PAR, PAF).
Fed with a ``Disaggregation``.
Feeds ``fabrique_core.equity.summary``.

Sources: WHO handbook (2013), sections 3.2 and 3.4; Schlotheuber and Hosseinpoor (2022), appendix A.
"""

from __future__ import annotations

import math

from fabrique_core.equity.intervals import bounded, logarithmic, normal, propagated
from fabrique_core.equity.model import Disaggregation, Kind, Measure, Reason, absent, weighted


def compared(data: Disaggregation) -> tuple[int, int]:
    """Places of the two subgroups compared, (minuend, subtrahend).

    Ordered, favourable: most advantaged against most disadvantaged; ordered, adverse: the other way round, so
    that a positive difference says that the disadvantaged fare worse. Not ordered: highest against lowest; the
    intervals take these two as if chosen beforehand, and so are too short where many subgroups are close.
    """
    last = len(data.subgroups) - 1
    if data.ordered:
        return (last, 0) if data.favourable else (0, last)
    values = data.estimates
    return max(range(last + 1), key=values.__getitem__), min(range(last + 1), key=values.__getitem__)


def best(data: Disaggregation) -> int:
    """Place of the subgroup that fares best: highest if favourable, lowest if adverse."""
    pick = max if data.favourable else min
    return pick(range(len(data.subgroups)), key=data.estimates.__getitem__)


def difference(data: Disaggregation, confidence: float) -> Measure:
    """D = y(a) − y(b), in the unit of the indicator. Interval: normal."""
    first, second = compared(data)
    values, errors = data.estimates, data.errors
    error = None if errors is None else math.hypot(errors[first], errors[second])
    return normal(Measure("D", Kind.ABSOLUTE, values[first] - values[second]), error, confidence)


def ratio(data: Disaggregation, confidence: float) -> Measure:
    """R = y(a) / y(b). Interval: on the logarithm."""
    first, second = compared(data)
    values, errors = data.estimates, data.errors
    if values[second] == 0:
        return absent("R", Kind.RELATIVE, Reason.ZERO)
    measure = Measure("R", Kind.RELATIVE, values[first] / values[second])
    if values[first] == 0:
        return Measure("R", Kind.RELATIVE, 0.0, reason=Reason.ZERO)
    error = None
    if errors is not None:
        error = math.hypot(errors[first] / values[first], errors[second] / values[second])
    return logarithmic(measure, error, confidence)


def reference(data: Disaggregation) -> int:
    """Place of the subgroup whose level all would reach: most advantaged if ordered, best otherwise."""
    return len(data.subgroups) - 1 if data.ordered else best(data)


def attributable(data: Disaggregation, confidence: float) -> tuple[Measure, Measure]:
    """PAR = y(reference) − mean, in the unit of the indicator, and PAF = 100 × PAR / mean, in percent.

    Positive for a favourable indicator, negative for an adverse one; 0 where the reference fares worse than the
    mean, since nothing is to be gained by joining it. Intervals: normal, PAF by the delta method.
    """
    shares, mean = data.shares, data.mean
    if shares is None or mean is None:
        reason = Reason.NO_POPULATION
        return absent("PAR", Kind.ABSOLUTE, reason), absent("PAF", Kind.RELATIVE, reason)
    place, errors = reference(data), data.errors
    level = data.estimates[place]
    low, high = (0.0, math.inf) if data.favourable else (-math.inf, 0.0)
    risk = Measure("PAR", Kind.ABSOLUTE, min(max(level - mean, low), high))
    spread = None
    if errors is not None:
        spread = propagated([(i == place) - share for i, share in enumerate(shares)], errors)
    risk = bounded(normal(risk, spread, confidence), low, high)
    if mean == 0:
        return risk, absent("PAF", Kind.RELATIVE, Reason.ZERO)
    fraction = Measure("PAF", Kind.RELATIVE, min(max(100 * (level / mean - 1), low), high))
    if errors is not None:
        slopes = [((i == place) - share * level / mean) / mean for i, share in enumerate(shares)]
        spread = 100 * propagated(slopes, errors)
    floor = max(low, -100.0)
    return risk, bounded(normal(fraction, spread, confidence), floor, high)


def average(data: Disaggregation, confidence: float) -> Measure:
    """Mean weighted by population, with its normal interval."""
    shares, errors = data.shares, data.errors
    if shares is None:
        return absent("mean", Kind.ABSOLUTE, Reason.NO_POPULATION)
    error = None if errors is None else propagated(shares, errors)
    return normal(Measure("mean", Kind.ABSOLUTE, weighted(shares, data.estimates)), error, confidence)
