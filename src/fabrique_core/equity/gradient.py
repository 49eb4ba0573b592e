"""Measures of ordered dimensions: slope and relative indices of inequality, concentration indices.
Fed with a ``Disaggregation`` whose subgroups run from the most disadvantaged to the most advantaged.
Feeds ``fabrique_core.equity.summary`` and ``fabrique_core.equity.dose``.

Sources: WHO handbook (2013), section 3.3; Schlotheuber and Hosseinpoor (2022), appendix A; J. P. Mackenbach and
A. E. Kunst, "Measuring the magnitude of socio-economic inequalities in health" (1997) for SII and RII;
N. Kakwani, A. Wagstaff and E. van Doorslaer (1997) for the concentration index. A positive sign, or a ratio
above 1, says that the indicator is concentrated among the advantaged, whether that is good or not.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fabrique_core.equity.intervals import bounded, logarithmic, normal, propagated
from fabrique_core.equity.model import Disaggregation, Kind, Measure, Reason, absent, weighted

Array = NDArray[np.float64]
_NEGLIGIBLE = 1e-9  # of the mean: a zero that rounding hides
_STEPS, _CLOSE, _LARGEST = 100, 1e-12, 30.0


def why_not(data: Disaggregation) -> Reason | None:
    """Why no measure of this module applies, or None."""
    if not data.ordered:
        return Reason.NOT_ORDERED
    return Reason.NO_POPULATION if data.shares is None else None


def concentration(data: Disaggregation, confidence: float) -> tuple[Measure, Measure]:
    """ACI = Σ p (2X − 1) y, in the unit of the indicator, and RCI = ACI / mean.

    ``X`` is the middle of the subgroup on the cumulated population. Intervals: normal, RCI by the delta method.
    """
    reason, shares, ranks, mean = why_not(data), data.shares, data.ranks, data.mean
    if shares is None or ranks is None or mean is None:
        reason = reason or Reason.NO_POPULATION
        return absent("ACI", Kind.ABSOLUTE, reason), absent("RCI", Kind.RELATIVE, reason)
    factors = [share * (2 * rank - 1) for share, rank in zip(shares, ranks, strict=True)]
    value, errors = weighted(factors, data.estimates), data.errors
    error = None if errors is None else propagated(factors, errors)
    absolute = normal(Measure("ACI", Kind.ABSOLUTE, value), error, confidence)
    if mean == 0:
        return absolute, absent("RCI", Kind.RELATIVE, Reason.ZERO)
    slopes = [(factor - share * value / mean) / mean for factor, share in zip(factors, shares, strict=True)]
    error = None if errors is None else propagated(slopes, errors)
    relative = normal(Measure("RCI", Kind.RELATIVE, value / mean), error, confidence)
    return absolute, bounded(relative, -1.0, 1.0)


def linear(data: Disaggregation, confidence: float) -> tuple[Measure, Measure]:
    """SII = v(1) − v(0) and RII = v(1) / v(0), v the least-squares line weighted by population.

    Intervals: normal for SII (a linear combination of the estimates), on the logarithm for RII.
    """
    reason, shares, ranks, mean = why_not(data), data.shares, data.ranks, data.mean
    if shares is None or ranks is None or mean is None:
        reason = reason or Reason.NO_POPULATION
        return absent("SII", Kind.ABSOLUTE, reason), absent("RII", Kind.RELATIVE, reason)
    # The mean of the ranks is one half whatever the shares.
    squares = math.fsum(share * (rank - 0.5) ** 2 for share, rank in zip(shares, ranks, strict=True))
    factors = [share * (rank - 0.5) / squares for share, rank in zip(shares, ranks, strict=True)]
    slope, errors = weighted(factors, data.estimates), data.errors
    error = None if errors is None else propagated(factors, errors)
    absolute = normal(Measure("SII", Kind.ABSOLUTE, slope), error, confidence)
    bottom, top = mean - slope / 2, mean + slope / 2
    if min(bottom, top) <= _NEGLIGIBLE * mean:
        return absolute, absent("RII", Kind.RELATIVE, Reason.OUT_OF_RANGE)
    slopes = [
        (share + factor / 2) / top - (share - factor / 2) / bottom
        for share, factor in zip(shares, factors, strict=True)
    ]
    error = None if errors is None else propagated(slopes, errors)
    return absolute, logarithmic(Measure("RII", Kind.RELATIVE, top / bottom), error, confidence)


def logit(data: Disaggregation, confidence: float) -> tuple[Measure, Measure]:
    """SII and RII of a bounded indicator: the line is drawn on the logit of ``estimate / scale``.

    Fit: weighted quasi-likelihood, as for a binomial share. Intervals: delta method through the equations of the
    fit, on the logarithm for RII.
    """
    codes = ("SII_logit", Kind.ABSOLUTE), ("RII_logit", Kind.RELATIVE)
    reason, shares, ranks, scale = why_not(data), data.shares, data.ranks, data.scale
    if shares is None or ranks is None or scale is None:
        reason = reason or Reason.NO_SCALE
        return absent(*codes[0], reason), absent(*codes[1], reason)
    design = np.column_stack([np.ones(len(ranks)), ranks])
    weights = np.array(shares)
    fitted = _fit(design, weights, np.array(data.estimates) / scale)
    if fitted is None:
        return absent(*codes[0], Reason.NO_FIT), absent(*codes[1], Reason.NO_FIT)
    ends = np.array([[1.0, 0.0], [1.0, 1.0]])
    bottom, top = (float(value) for value in _expit(ends @ fitted))
    absolute = Measure(*codes[0], scale * (top - bottom))
    relative = Measure(*codes[1], top / bottom)
    if data.errors is None:
        return normal(absolute, None, confidence), logarithmic(relative, None, confidence)
    spread = _expit(design @ fitted) * (1 - _expit(design @ fitted)) * weights
    # Derivative of the two coefficients in each estimate, from the score equations.
    moved = np.linalg.solve(design.T @ (design * spread[:, None]), (design * weights[:, None]).T) / scale
    slopes = scale * (top * (1 - top) * ends[1] - bottom * (1 - bottom) * ends[0]) @ moved
    logs = ((1 - top) * ends[1] - (1 - bottom) * ends[0]) @ moved
    absolute = normal(absolute, propagated(slopes.tolist(), data.errors), confidence)
    relative = logarithmic(relative, propagated(logs.tolist(), data.errors), confidence)
    return bounded(absolute, -scale, scale), relative


def _expit(value: Array) -> Array:
    return 1 / (1 + np.exp(-value))


def _fit(design: Array, weights: Array, shares: Array) -> Array | None:
    """Coefficients by Newton's method with halved steps; None where they run away."""
    whole = float(weights @ shares)
    if not 0 < whole < 1:
        return None
    found = np.array([math.log(whole / (1 - whole)), 0.0])
    for _ in range(_STEPS):
        fitted = _expit(design @ found)
        score = design.T @ (weights * (shares - fitted))
        information = design.T @ (design * (weights * fitted * (1 - fitted))[:, None])
        if np.linalg.cond(information) > 1 / np.finfo(float).eps:
            return None
        step = np.linalg.solve(information, score)
        found = found + step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(design @ found).max() > _LARGEST:
            return None
        if np.abs(step).max() < _CLOSE:
            return np.asarray(found)
    return None
