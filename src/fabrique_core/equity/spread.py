"""Measures that need no order: variance, mean differences, disparity, Theil, mean log deviation.
Fed with a ``Disaggregation``, ordered or not.
Feeds ``fabrique_core.equity.summary``.

Sources: WHO handbook (2013), section 3.3; Schlotheuber and Hosseinpoor (2022), appendix A; J. N. Pearcy and
K. G. Keppel, "A summary measure of health disparity", Public Health Reports 117 (2002), for the index of
disparity; H. Theil (1967). Natural logarithms, not multiplied by 1,000. Intervals: by drawing the estimates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from fabrique_core.equity.intervals import draws, simulated
from fabrique_core.equity.model import Disaggregation, Kind, Measure, Reason, absent

Array = NDArray[np.float64]
Function = Callable[[Array, Array, bool], Array]


def _mean(values: Array, shares: Array) -> Array:
    return np.asarray(values @ shares)[:, None]


def _variance(values: Array, shares: Array, favourable: bool) -> Array:
    return np.asarray((values - _mean(values, shares)) ** 2 @ shares)


def _deviation(values: Array, shares: Array, favourable: bool) -> Array:
    return np.sqrt(_variance(values, shares, favourable))


def _variation(values: Array, shares: Array, favourable: bool) -> Array:
    return 100 * _deviation(values, shares, favourable) / (values @ shares)


def _from_best(values: Array, shares: Array, favourable: bool) -> Array:
    top = (values.max if favourable else values.min)(axis=1, keepdims=True)
    return np.asarray(np.abs(values - top) @ shares)


def _from_mean(values: Array, shares: Array, favourable: bool) -> Array:
    return np.asarray(np.abs(values - _mean(values, shares)) @ shares)


def _disparity(values: Array, shares: Array, favourable: bool) -> Array:
    centre = _mean(values, shares)
    return np.asarray(100 * np.abs(values - centre).mean(axis=1) / centre[:, 0])


def _weighted_disparity(values: Array, shares: Array, favourable: bool) -> Array:
    return np.asarray(100 * _from_mean(values, shares, favourable) / (values @ shares))


def _theil(values: Array, shares: Array, favourable: bool) -> Array:
    relative = values / _mean(values, shares)
    # x ln x tends to 0 at 0.
    logs = np.where(relative > 0, np.log(np.where(relative > 0, relative, 1.0)), 0.0)
    return np.asarray((relative * logs) @ shares)


def _log_deviation(values: Array, shares: Array, favourable: bool) -> Array:
    return np.asarray(-np.log(values / _mean(values, shares)) @ shares)


# Already in squares, or behaving as squares near equality; the others are in the unit of a deviation.
_SQUARES = frozenset({"BGV", "THEIL", "MLD"})
MEASURES: Mapping[str, tuple[Kind, Function]] = {
    "BGV": (Kind.ABSOLUTE, _variance),  # Σ p (y − mean)², in squared units
    "BGSD": (Kind.ABSOLUTE, _deviation),  # its square root
    "COV": (Kind.RELATIVE, _variation),  # 100 × BGSD / mean, in percent
    "MDB": (Kind.ABSOLUTE, _from_best),  # Σ p |y − best|
    "MDM": (Kind.ABSOLUTE, _from_mean),  # Σ p |y − mean|
    "IDIS": (Kind.RELATIVE, _disparity),  # 100 × mean over subgroups of |y − mean| / mean, in percent
    "IDIS_weighted": (Kind.RELATIVE, _weighted_disparity),  # the same, weighted by population
    "THEIL": (Kind.RELATIVE, _theil),  # Σ p (y / mean) ln (y / mean)
    "MLD": (Kind.RELATIVE, _log_deviation),  # −Σ p ln (y / mean)
}


def spread(data: Disaggregation, confidence: float) -> tuple[Measure, ...]:
    """Every measure of ``MEASURES``; those that a zero forbids say so."""
    if data.shares is None:
        return tuple(absent(code, kind, Reason.NO_POPULATION) for code, (kind, _) in MEASURES.items())
    shares, drawn = np.array(data.shares), draws(data)
    found = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for code, (kind, function) in MEASURES.items():

            def of(values: Array, function: Function = function) -> Array:
                return function(values, shares, data.favourable)

            power = 1 if code in _SQUARES else 2
            found.append(simulated(code, kind, data, of, drawn, confidence, power=power))
    return tuple(found)
