"""Direct and indirect standardisation (by age, by age and sex), with intervals.
Fed with events and populations by stratum, and a standard population or standard rates.
Feeds the observatory's comparisons of territories.

Sources: M. P. Fay and E. J. Feuer, "Confidence intervals for directly standardized rates: a method based on the
gamma distribution", Statistics in Medicine 16 (1997) 791-801; N. E. Breslow and N. E. Day, "Statistical methods
in cancer research, volume II" (1987), p. 65 and following, for the ratio and for Byar's approximation; F. Garwood,
"Fiducial limits for the Poisson distribution", Biometrika 28 (1936), for its exact limits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scipy.stats import chi2, gamma

from fabrique_core.errors import CoreError
from fabrique_core.estimate.proportions import Interval, normal_quantile

PER = 100_000.0
FEW_EVENTS = 10  # under it, a directly standardised rate is not to be read


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum of the population studied: ``events`` counted among ``population`` (people or person-years).

    ``standard`` is the standard population of the stratum (direct), or the standard rate per person (indirect).
    """

    events: int
    population: float
    standard: float


@dataclass(frozen=True, slots=True)
class DirectRate:
    """A directly standardised rate and the crude one, both for ``per`` people; ``few`` warns of few events."""

    rate: float
    interval: Interval
    crude: float
    events: int
    per: float

    @property
    def few(self) -> bool:
        """True under ``FEW_EVENTS`` events: show the ratio of the indirect method instead."""
        return self.events < FEW_EVENTS


@dataclass(frozen=True, slots=True)
class IndirectRatio:
    """Observed events over those expected at the standard's rates: 1 is the standard's level.

    ``rate`` is the ratio times the standard's crude rate, for ``per`` people, with its own interval; None where
    that crude rate was not given.
    """

    observed: int
    expected: float
    ratio: float
    interval: Interval
    rate: float | None = None
    rate_interval: Interval | None = None


def direct(strata: Sequence[Stratum], *, per: float = PER, confidence: float = 0.95) -> DirectRate:
    """Rate that the standard population would have at the rates of the strata; gamma interval (Fay and Feuer).

    Raises ``CoreError``: ``standardise.empty``, ``standardise.counts``, ``standardise.standard``.
    """
    _check(strata, per)
    whole = math.fsum(stratum.standard for stratum in strata)
    if whole <= 0:
        raise CoreError("standardise.standard", whole=whole)
    _two_sided(confidence)
    weights = [
        stratum.standard / whole / stratum.population if stratum.standard else 0.0 for stratum in strata
    ]
    rate = math.fsum(weight * one.events for weight, one in zip(weights, strata, strict=True))
    variance = math.fsum(weight**2 * one.events for weight, one in zip(weights, strata, strict=True))
    events = sum(stratum.events for stratum in strata)
    people = math.fsum(stratum.population for stratum in strata)
    interval = _gamma(rate, variance, max(weights), per, confidence)
    return DirectRate(per * rate, interval, per * events / people, events, per)


def _gamma(rate: float, variance: float, heaviest: float, per: float, confidence: float) -> Interval:
    """Limits of a weighted sum of Poisson counts; ``heaviest`` is the weight of one more event at the worst."""
    tail = (1 - confidence) / 2
    low = float(gamma.ppf(tail, rate**2 / variance, scale=variance / rate)) if rate > 0 else 0.0
    above, wider = rate + heaviest, variance + heaviest**2
    high = float(gamma.ppf(1 - tail, above**2 / wider, scale=wider / above))
    return Interval(per * low, per * high, confidence)


def indirect(
    strata: Sequence[Stratum],
    *,
    standard_crude: float | None = None,
    per: float = PER,
    confidence: float = 0.95,
    method: Literal["byar", "exact"] = "byar",
) -> IndirectRatio:
    """Standardised ratio (mortality, incidence, admissions) and the rate that follows from it.

    ``standard_crude``: crude rate of the standard, per person. The standard's rates are taken as known.
    Raises ``CoreError``: ``standardise.empty``, ``standardise.counts``, ``standardise.standard``.
    """
    _check(strata, per)
    expected = math.fsum(stratum.population * stratum.standard for stratum in strata)
    if expected <= 0 or (standard_crude is not None and not 0 <= standard_crude < math.inf):
        raise CoreError("standardise.standard", whole=expected)
    observed = sum(stratum.events for stratum in strata)
    limits = (byar if method == "byar" else exact)(observed, confidence)
    interval = Interval(limits.low / expected, limits.high / expected, confidence)
    ratio = observed / expected
    if standard_crude is None:
        return IndirectRatio(observed, expected, ratio, interval)
    factor = per * standard_crude
    around = Interval(interval.low * factor, interval.high * factor, confidence)
    return IndirectRatio(observed, expected, ratio, interval, ratio * factor, around)


def byar(events: int, confidence: float = 0.95) -> Interval:
    """Byar's approximate limits of a Poisson count; the exact ones where there is no event, or hardly any."""
    if events < 0:
        raise CoreError("standardise.counts", events=events)
    z = normal_quantile(confidence)
    if events == 0:
        return exact(events, confidence)
    base = 1 - 1 / (9 * events) - z / (3 * math.sqrt(events))
    if base <= 0:  # too much confidence for so few events: the cube would be negative
        return exact(events, confidence)
    one_more = events + 1
    high = one_more * (1 - 1 / (9 * one_more) + z / (3 * math.sqrt(one_more))) ** 3
    return Interval(events * base**3, high, confidence)


def exact(events: int, confidence: float = 0.95) -> Interval:
    """Exact limits of a Poisson count, through the chi-squared distribution."""
    if events < 0:
        raise CoreError("standardise.counts", events=events)
    tail = _two_sided(confidence)
    low = float(chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    return Interval(low, float(chi2.ppf(1 - tail, 2 * events + 2)) / 2, confidence)


def _two_sided(confidence: float) -> float:
    normal_quantile(confidence)  # refuses a confidence outside ]0, 1[
    return (1 - confidence) / 2


def _check(strata: Sequence[Stratum], per: float) -> None:
    if not strata or not 0 < per < math.inf:
        raise CoreError("standardise.empty", strata=len(strata), per=per)
    for place, one in enumerate(strata):
        if one.events < 0 or not 0 < one.population < math.inf:
            raise CoreError("standardise.counts", stratum=place, events=one.events, population=one.population)
        if not 0 <= one.standard < math.inf:
            raise CoreError("standardise.standard", stratum=place, standard=one.standard)
