"""Rates as they would be if all territories had the same ages: direct and indirect standardisation.

Fed by public values with ages, numerators and denominators. Feeds portraits, comparisons and maps; the mathematics
is fabrique_core.estimate.standardise's (gamma intervals of Fay and Feuer; Byar's limits).

The standard is the whole region: its population by age (direct), or its rates by age (indirect), both summed from
its departments. Territories are compared over the same ages: a band that is masked or missing in one of them is left
out for all, and said; a territory whose such bands hold more than a twentieth of the region's events gets nothing.
Only bands of one definition and period are summed and compared, the newest that all departments have: a territory
that has others only gets nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _

from fabrique.observatory.enums import FACTORS
from fabrique.observatory.models import Observation
from fabrique.observatory.services.cells import age_bounds
from fabrique.observatory.services.public import NBSP, PublicValue, Sheet, sheet
from fabrique.territories.models import Territory
from fabrique_core.errors import CoreError
from fabrique_core.estimate.standardise import Stratum, direct, indirect

Method = Literal["direct", "indirect"]
#: (number of the definition, last day and words of the period)
Edition = tuple[int, date, str]
#: more than this share of the region's events in bands that are masked or missing: no rate is given
MOST_MISSING = 0.05
#: fewer bands than this is no standardisation
FEWEST_BANDS = 5
#: the end of « 75 ans et plus »
_OPEN_END = 200


@dataclass(frozen=True)
class Standardised:
    """A standardised rate, in the unit of the indicator, or a ratio to the region (indirect: 1 is the region).

    `low` and `high`: limits at 95 %. `few`: under ten events, not to be read. `ages_kept`: the bands it speaks of;
    `left_out`: bands masked, missing or given by no source. `crude` is over the bands kept, as the rate is.
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
    ages_kept: tuple[str, ...] = ()

    @property
    def everybody(self) -> bool:
        """Whether no age is left out: else the rate is of the ages kept only, and is said so."""
        return not _gaps(self.ages_kept)

    @property
    def crude_same_ages(self) -> float:
        """The crude rate over the ages kept, in the unit of the indicator: the one to show beside `rate`."""
        return self.crude

    @property
    def ages_words(self) -> str:
        """« les 15 ans et plus », « les 0 à 14 ans et les 65 ans et plus »; empty where nobody is left out."""
        if self.everybody:
            return ""
        spans = [_span_words(low, high) for low, high in _spans(self.ages_kept)]
        said = _(" et ").join([", ".join(spans[:-1]), spans[-1]]) if len(spans) > 1 else "".join(spans)
        return said.replace(" ans", f"{NBSP}ans")

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


def _span_words(low: int, high: int) -> str:
    if high >= _OPEN_END:
        return _("les %(low)s ans et plus") % {"low": low}
    if not low:
        return _("les moins de %(age)s ans") % {"age": high + 1}
    return _("les %(low)s à %(high)s ans") % {"low": low, "high": high}


def _spans(bands: Collection[str]) -> list[tuple[int, int]]:
    """The ages that bands cover, in years, neighbours joined: [(0, 14), (65, 200)]."""
    spans: list[tuple[int, int]] = []
    for low, high in sorted(age_bounds(band) for band in bands):
        if spans and low <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(high, spans[-1][1]))
        else:
            spans.append((low, high))
    return spans


def _gaps(bands: Collection[str]) -> set[str]:
    """The ages that no band speaks of, as bands: {"0-14"} for a source that starts at fifteen."""
    found, next_age = set(), 0
    for low, high in _spans(bands):
        if low > next_age:
            found.add(f"{next_age}-{low - 1}")
        next_age = high + 1
    if next_age <= _OPEN_END:
        found.add(f"{next_age}+")
    return found


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
    editions = {pk: _editions(values, code, one) for pk, one in together.items()}
    edition = _newest_common([editions[one.pk] for one in departments])
    read = {pk: found.get(edition, {}) if edition else {} for pk, found in editions.items()}
    parts = [read[one.pk] for one in departments]
    reference = _summed(parts)
    if len(reference) < FEWEST_BANDS:
        return {}
    bands = {one.pk: _summed_region(parts) if one.pk == region.pk else read[one.pk] for one in territories}
    kept = {pk: found for pk, found in bands.items() if _enough(found, reference)}
    common = {age for age in reference if all(_known(found, age) for found in kept.values())}
    if len(common) < FEWEST_BANDS:
        return {}
    # masked in every department, or given by none: left out too
    seen = {age for found in read.values() for age in found}
    left_out = tuple(sorted((seen - common) | _gaps(seen), key=age_bounds))
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


def _editions(values: Sheet, code: str, territory: Any) -> dict[Edition, dict[str, _Band]]:
    """The bands of a territory, of each definition and period."""
    found: dict[Edition, list[PublicValue]] = defaultdict(list)
    for one in values.aged(code, territory):
        found[one.version, one.period_end, one.period].append(one)
    return {edition: _bands(bands) for edition, bands in found.items()}


def _newest_common(parts: Sequence[Mapping[Edition, Any]]) -> Edition | None:
    """The newest definition and period that all hold; else the newest of those that most hold."""
    held = Counter(edition for editions in parts for edition in editions)
    return max(held, key=lambda edition: (held[edition], edition), default=None)


def _bands(values: Sequence[PublicValue]) -> dict[str, _Band]:
    """The bands of one edition, sexes together; of the only sex where the indicator concerns one."""
    by_sex: dict[str, list[PublicValue]] = defaultdict(list)
    for one in values:
        by_sex[one.sex].append(one)
    chosen = by_sex.get("") or (next(iter(by_sex.values())) if len(by_sex) == 1 else [])
    return {
        one.age: _Band(one.numerator, one.denominator, FACTORS.get(one.unit, 1.0), one.period, one.version)
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


def _summed_region(parts: Sequence[Mapping[str, _Band]]) -> dict[str, _Band]:
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
    ages = tuple(sorted(kept, key=age_bounds))
    said = (ratio, few, len(strata), left_out, first.period, first.version, ages)
    return Standardised(method, value, low, high, crude, *said)
