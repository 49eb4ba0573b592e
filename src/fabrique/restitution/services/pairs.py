"""Two territories side by side, indicator by indicator, with their region, France and what each looks like.

Fed by the public reads of the observatory. Feeds the public page « comparer deux territoires ».
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fabrique.observatory.services.comparison import Comparison, comparisons
from fabrique.observatory.services.public import DefinitionFacts, PublicValue, Source, catalogue
from fabrique.observatory.services.standardised import Standardised, standardisable, standardised
from fabrique.restitution.services.comparing import Reading, estimate, read_gap
from fabrique.restitution.services.portrait_plan import DIAGNOSIS, SECTIONS, expanded
from fabrique.restitution.services.territories import region_of
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two territories for one indicator: its value, at equal ages too where that can be made."""

    own: PublicValue | None
    equal: Standardised | None
    median: float | None


@dataclass(frozen=True, slots=True)
class Pair:
    """One indicator. ``region`` only where both are of one region; ``reading`` says how the first stands."""

    definition: DefinitionFacts
    first: Side
    second: Side
    region: PublicValue | None
    country: PublicValue | None
    reading: Reading

    @property
    def period(self) -> str:
        """The year, or both where they differ."""
        found = [side.own.period for side in (self.first, self.second) if side.own is not None]
        return " / ".join(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Pairs:
    first: Territory
    second: Territory
    sections: tuple[tuple[str, tuple[Pair, ...]], ...]
    sources: tuple[Source, ...]

    @property
    def rows(self) -> tuple[Pair, ...]:
        return tuple(pair for _key, pairs in self.sections for pair in pairs)


def pairs(first: Territory, second: Territory) -> Pairs:
    """Every indicator of the portraits that one of the two has."""
    known = [one.code for one in catalogue()]
    codes = list(dict.fromkeys([*expanded(known, first.level), *expanded(known, second.level)]))
    beside = comparisons(codes, first), comparisons(codes, second)
    equal = _equal(first, second, codes)
    sections = []
    for section in SECTIONS:
        if section.key == DIAGNOSIS:
            continue  # the diagnosis names a few departments only, each for a figure of its own
        wanted = dict.fromkeys(code for ask in section.asks for code in ask.matching(codes))
        rows = [
            pair
            for code in wanted
            for pair in [_pair(code, (first, second), beside, equal.get(code, {}))]
            if pair is not None
        ]
        if rows:
            sections.append((section.key, tuple(rows)))
    return Pairs(first, second, tuple(sections), _sources(tuple(sections)))


def _equal(first: Territory, second: Territory, codes: list[str]) -> dict[str, Mapping[int, Standardised]]:
    """Rates at equal ages, both on the same standard; only between departments of one region."""
    same = {first.level, second.level} == {Level.DEPARTMENT} and first.region_id == second.region_id
    if not same:
        return {}
    region = region_of(first)
    return {code: standardised(code, [first, second], region) for code in standardisable() if code in codes}


def _pair(
    code: str,
    places: tuple[Territory, Territory],
    beside: tuple[Mapping[str, Comparison], Mapping[str, Comparison]],
    equal: Mapping[int, Standardised],
) -> Pair | None:
    left, right = beside[0][code], beside[1][code]
    one = left.own or right.own
    if one is None:
        return None
    both_equal = all(place.pk in equal for place in places)
    sides = [
        Side(found.own, equal.get(place.pk) if both_equal else None, found.median)
        for place, found in zip(places, (left, right), strict=True)
    ]
    estimates = [
        None if side.own is None else estimate(side.own, place.population, side.equal)
        for place, side in zip(places, sides, strict=True)
    ]
    same_region = places[0].region_id is not None and places[0].region_id == places[1].region_id
    return Pair(
        one.definition,
        sides[0],
        sides[1],
        left.region if same_region else None,
        left.country,
        read_gap(estimates[0], estimates[1]),
    )


def _sources(sections: tuple[tuple[str, tuple[Pair, ...]], ...]) -> tuple[Source, ...]:
    found = {
        Source(side.own.producer, side.own.source, side.own.licence, side.own.source_url): None
        for _key, rows in sections
        for pair in rows
        for side in (pair.first, pair.second)
        if side.own is not None
    }
    return tuple(found)
