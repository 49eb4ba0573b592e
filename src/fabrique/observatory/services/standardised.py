"""Rates as they would be if all territories had the same ages: direct and indirect standardisation.

Fed by public values with ages, numerators and denominators. Feeds portraits, comparisons and maps; the mathematics
is fabrique_core.estimate.standardise's (gamma intervals of Fay and Feuer; Byar's limits).

The standard is the whole region: its population by age (direct), or its rates by age (indirect), both summed from
its departments. Territories are compared over the same ages: a band that is masked or missing in one of them is left
out for all, and said; a territory whose such bands hold more than a twentieth of the region's events gets nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from fabrique.observatory.enums import FACTORS
from fabrique.observatory.models import Observation
from fabrique.observatory.services.cells import age_bounds
from fabrique.observatory.services.public import PublicValue, Sheet, sheet
from fabrique.territories.models import Territory
from fabrique_core.errors import CoreError
from fabrique_core.estimate.standardise import Stratum, direct, indirect

Method = Literal["direct", "indirect"]
#: more than this share of the region's events in bands that are masked or missing: no rate is given
MOST_MISSING = 0.05
#: fewer bands than this is no standardisation
FEWEST_BANDS = 5


@dataclass(frozen=True)
class Standardised:
    """A standardised rate, in the unit of the indicator, or a ratio to the region (indirect: 1 is the region).

    `low` and `high`: limits at 95 %. `left_out`: bands masked or missing. `few`: under ten events, not to be read.
    """

    method: Method
    rate: float
    low: float
    high: float
    crude: float
    ratio: float | None
    few: bool
    ages: int
    left_out: tuple[str, ...]
    period: str
    version: int

    @property
    def standard_words(self) -> str:
        return _("structure par âge de la région")

    @property
    def method_words(self) -> str:
        """How it was made, in a sentence."""
        if self.method == "direct":
            said = _(
                "Taux que le territoire aurait avec les âges de la région (standardisation directe, "
                "intervalle à 95 %)."
            )
        else:
            said = _(
                "Rapport des personnes comptées à celles qu’on attendrait avec les taux par âge de la région "
                "(standardisation indirecte, intervalle à 95 %)."
            )
        if not self.left_out:
            return said
        missing = _("Âges laissés de côté, masqués ou manquants : %(ages)s.") % {
            "ages": ", ".join(self.left_out)
        }
        return f"{said} {missing}"


def standardisable() -> tuple[str, ...]:
    """Codes of the indicators that have counts by age, for both sexes together or for the sex they concern."""
    found = (
        Observation.objects.exclude(age="")
        .filter(
            numerator__isnull=False,
            denominator__isnull=False,
            version__definition__unit__in=list(FACTORS),
        )
        .order_by()
        .values_list("version__definition__code", flat=True)
        .distinct()
    )
    return tuple(sorted(found))


def standardised(
    code: str, territories: Collection[Any], standard: Any = None, method: Method = "direct"
) -> dict[int, Standardised]:
    """{territory primary key: standardised rate}, those only for which it can be given. Three queries.

    `standard` is a region (the instance's by default); it may stand among `territories` too.
    """
    region = standard or Territory.objects.perimeter()
    departments = list(Territory.objects.departments().filter(region=region))
    together = {one.pk: one for one in [*territories, *departments]}
    values = sheet([code], together.values())
    reference = _summed([_bands(values, code, one) for one in departments])
    if len(reference) < FEWEST_BANDS:
        return {}
    bands = {
        one.pk: _summed_region(values, code, departments)
        if one.pk == region.pk
        else _bands(values, code, one)
        for one in territories
    }
    kept = {pk: found for pk, found in bands.items() if _enough(found, reference)}
    common = {age for age in reference if all(_known(found, age) for found in kept.values())}
    if len(common) < FEWEST_BANDS:
        return {}
    left_out = tuple(sorted(set(reference) - common, key=age_bounds))
    made = {
        pk: _made({age: found[age] for age in common}, reference, method, left_out)
        for pk, found in kept.items()
    }
    return {pk: one for pk, one in made.items() if one is not None}


@dataclass(frozen=True)
class _Band:
    """One age band: events and people (None where the value is masked or missing)."""

    events: float | None
    people: float | None
    per: float
    period: str
    version: int


def _bands(values: Sheet, code: str, territory: Any) -> dict[str, _Band]:
    """The newest bands of a territory, sexes together; of the only sex where the indicator concerns one."""
    by_sex: dict[str, list[PublicValue]] = defaultdict(list)
    for one in values.strata(code, territory):
        by_sex[one.sex].append(one)
    chosen = by_sex.get("") or (next(iter(by_sex.values())) if len(by_sex) == 1 else [])
    return {
        one.age: _Band(
            one.numerator,
            one.denominator,
            FACTORS.get(one.unit, 1.0),
            one.period,
            one.version,
        )
        for one in chosen
    }


def _summed(parts: Sequence[Mapping[str, _Band]]) -> dict[str, tuple[float, float]]:
    """(events, people) by band over the territories where both are known."""
    found: dict[str, tuple[float, float]] = {}
    for bands in parts:
        for age, band in bands.items():
            if band.events is not None and band.people:
                events, people = found.get(age, (0.0, 0.0))
                found[age] = (events + band.events, people + band.people)
    return found


def _summed_region(values: Sheet, code: str, departments: Sequence[Any]) -> dict[str, _Band]:
    parts = [_bands(values, code, one) for one in departments]
    first = next((band for bands in parts for band in bands.values()), None)
    if first is None:
        return {}
    return {
        age: _Band(events, people, first.per, first.period, first.version)
        for age, (events, people) in _summed(parts).items()
    }


def _known(bands: Mapping[str, _Band], age: str) -> bool:
    return age in bands and bands[age].events is not None and bool(bands[age].people)


def _enough(bands: Mapping[str, _Band], reference: Mapping[str, tuple[float, float]]) -> bool:
    whole = sum(events for events, _people in reference.values())
    missing = sum(events for age, (events, _people) in reference.items() if not _known(bands, age))
    return missing <= MOST_MISSING * whole


def _made(
    kept: Mapping[str, _Band],
    reference: Mapping[str, tuple[float, float]],
    method: Method,
    left_out: tuple[str, ...],
) -> Standardised | None:
    try:
        return _computed(kept, reference, method, next(iter(kept.values())), left_out)
    except CoreError:
        return None


def _computed(
    kept: Mapping[str, _Band],
    reference: Mapping[str, tuple[float, float]],
    method: Method,
    first: _Band,
    left_out: tuple[str, ...],
) -> Standardised:
    by_people = method == "direct"
    strata = [
        Stratum(
            round(band.events or 0),
            band.people or 0.0,
            reference[age][1] if by_people else reference[age][0] / reference[age][1],
        )
        for age, band in sorted(kept.items())
    ]
    events = sum(one.events for one in strata)
    crude = first.per * events / sum(one.population for one in strata)
    if by_people:
        rate = direct(strata, per=first.per)
        low, high, value, ratio, few = rate.interval.low, rate.interval.high, rate.rate, None, rate.few
    else:
        standard_crude = sum(reference[age][0] for age in kept) / sum(reference[age][1] for age in kept)
        found = indirect(strata, standard_crude=standard_crude, per=first.per)
        around = found.rate_interval or found.interval
        low, high, value, ratio, few = around.low, around.high, found.rate or 0.0, found.ratio, events < 10
    return Standardised(
        method, value, low, high, crude, ratio, few, len(strata), left_out, first.period, first.version
    )
