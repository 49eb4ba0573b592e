"""Two territories side by side, indicator by indicator, with their region, France and what each looks like.

Fed by the public reads of the observatory. Feeds the public page « comparer deux territoires ».
"""

from __future__ import annotations

from dataclasses import dataclass

from fabrique.observatory.enums import Direction, Unit
from fabrique.observatory.services.comparison import Comparison
from fabrique.observatory.services.lookalikes import lookalikes
from fabrique.observatory.services.public import DefinitionFacts, PublicValue, Source
from fabrique.observatory.services.standardised import Standardised
from fabrique.restitution.services.comparing import Gap, Reading, Unlike, estimate, read_gap
from fabrique.restitution.services.portrait_plan import DIAGNOSIS, sections_for
from fabrique.restitution.services.territories import Atlas, National, region_of, sources_of
from fabrique.territories.models import Territory

#: shares of people cared for: they compare at equal ages only
AGED = "prevalence_"


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
    national: National | None
    reading: Reading
    #: the region at equal ages, where the two are compared so
    standard: Standardised | None = None

    @property
    def aged(self) -> bool:
        """A crude share of people cared for: neither the region nor look-alikes of other ages stand beside it."""
        return self.definition.code.startswith(AGED)

    @property
    def ranked(self) -> bool:
        """A rank: neither a gap nor a median of ranks means anything."""
        return self.definition.unit == Unit.RANK

    @property
    def judged(self) -> bool:
        """Whether a gap is news: what only describes (a population, a rank) is neither counted nor read."""
        return self.definition.direction != Direction.NONE and not self.ranked

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
    places = first, second
    alike = (first.level, first.region_id) == (second.level, second.region_id)
    atlas = _atlas(first, places)
    atlases = [atlas, atlas if alike else _atlas(second, places)]
    beside = [around.beside(one, lookalikes(one)) for around, one in zip(atlases, places, strict=True)]
    codes = list(dict.fromkeys(code for around in atlases for code in around.codes))
    sections = []
    for section in sections_for(codes, first.level):
        if section.key == DIAGNOSIS:
            continue  # the diagnosis names a few departments only, each for a figure of its own
        wanted = dict.fromkeys(code for ask in section.asks for code in ask.matching(codes))
        rows = [
            pair
            for code in wanted
            for pair in [_pair(code, places, (beside[0].get(code), beside[1].get(code)), atlases)]
            if pair is not None
        ]
        if rows:
            sections.append((section.key, tuple(rows)))
    values = (
        side.own for _key, rows in sections for pair in rows for side in (pair.first, pair.second) if side.own
    )
    return Pairs(first, second, tuple(sections), sources_of(values))


def _atlas(place: Territory, places: tuple[Territory, Territory]) -> Atlas:
    """The values around a territory; rates at equal ages where both stand in one region at one level."""
    same = [one for one in places if (one.level, one.region_id) == (place.level, place.region_id)]
    return Atlas.of(region_of(place), place.level, same)


def _pair(
    code: str,
    places: tuple[Territory, Territory],
    beside: tuple[Comparison | None, Comparison | None],
    atlases: list[Atlas],
) -> Pair | None:
    owns = [found.own if found is not None else None for found in beside]
    # the region and France stand beside the first of the two that has a value: they are aligned on it alone
    known = next((number for number, own in enumerate(owns) if own is not None), None)
    left, one = (beside[known], owns[known]) if known is not None else (None, None)
    if known is None or left is None or one is None:
        return None
    rates = atlases[0].standard.get(code, {})
    equal = all(place.pk in rates for place in places)
    sides = [
        Side(own, rates[place.pk] if equal else None, found.median if found is not None else None)
        for place, own, found in zip(places, owns, beside, strict=True)
    ]
    same_region = places[0].region_id is not None and places[0].region_id == places[1].region_id
    return Pair(
        one.definition,
        sides[0],
        sides[1],
        left.region if same_region else None,
        left.country,
        atlases[known].national(one),
        _reading(code, sides),
        rates.get(atlases[0].region.pk) if equal else None,
    )


def _reading(code: str, sides: list[Side]) -> Reading:
    if code.startswith(AGED) and all(side.own is not None for side in sides) and sides[0].equal is None:
        return Reading(Gap.UNLIKE, Unlike.AGES)
    estimates = [None if side.own is None else estimate(side.own, side.equal) for side in sides]
    return read_gap(estimates[0], estimates[1])
