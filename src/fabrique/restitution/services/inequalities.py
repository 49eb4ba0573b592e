"""One indicator by fifths of the population, territories being put in order of income or of another score.

Fed by public values of the observatory. Feeds the pages on inequalities: bars, slope, measures in pairs.

The groups are groups of territories, never of persons: each holds about a fifth of the inhabitants, and the
poorest live in all of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fabrique.observatory.enums import FACTORS, Direction, Unit
from fabrique.observatory.services.public import PublicValue, Sheet, sheet
from fabrique.restitution.services.territories import territories_of
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique_core.equity import Disaggregation, Subgroup, Summary, summarise
from fabrique_core.errors import CoreError

#: the scores on which territories are put in order: code → whether a high score is an advantage
RANKINGS: Mapping[str, bool] = {
    "niveau_vie_median": True,
    "taux_pauvrete": False,
    "score_desavantage_demonstration": False,
}
GROUPS = 5
#: shares of people cared for, all ages together: between departments their slope would be that of ages
CRUDE = "prevalence_"
#: death rates: their source has standardised them already
_STANDARDISED = "mortalite_"
#: the choice of the fifths of persons that a source gives itself, where it does
SOURCE = "source"
PERCENT = 100.0
Z = 1.959964  # 95 % of a normal law


@dataclass(frozen=True, slots=True)
class Group:
    """A fifth: its territories, its inhabitants, its value and interval (None where there is none)."""

    number: int
    territories: tuple[str, ...]
    population: float
    value: float
    se: float | None
    low: float | None
    high: float | None
    #: for a fifth of persons, those counted in it; None where the source does not say
    base: float | None = None


@dataclass(frozen=True, slots=True)
class Gradient:
    """An indicator by fifths with its measures. ``line``: fitted values at the bottom and the top of the order."""

    code: str
    label: str
    unit: str
    unit_words: str
    decimals: int
    direction: str
    period: str
    version: int
    source: str
    #: what puts territories in order; None: the source itself divides persons into fifths
    ranking: PublicValue | None
    groups: tuple[Group, ...]
    summary: Summary
    line: tuple[float, float] | None
    without: tuple[str, ...]
    from_counts: bool

    @property
    def favourable(self) -> bool:
        return self.direction == Direction.RISE

    @property
    def ages_differ(self) -> bool:
        """A share or a rate of territories, not standardised: their ages may make a part of the slope."""
        return self.ranking is not None and self.unit in FACTORS and not self.code.startswith(_STANDARDISED)

    @property
    def judged(self) -> bool:
        """Whether the indicator says which way is better."""
        return self.direction != Direction.NONE


def rankings(values: Sheet, places: Sequence[Territory]) -> tuple[PublicValue, ...]:
    """The scores that at least ``GROUPS`` of these territories have: one value of each, to name it."""
    found = []
    for code in RANKINGS:
        known = [value for value in _latest(values, code, places).values() if value.value is not None]
        if len(known) >= GROUPS:
            found.append(known[0])
    return tuple(found)


def gradient(
    code: str,
    region: Territory,
    *,
    ranking: str = "",
    level: str = Level.DEPARTMENT,
    territorial: bool = False,
) -> Gradient | None:
    """The indicator by fifths of the region's inhabitants; None where it cannot be made.

    The source's own fifths of persons where it gives them and no other order is asked for (never if
    ``territorial``); else territories in order of a score. Those without a public value of the newest version and
    period, or without a score, are named apart. Never a crude share of people cared for between territories.
    """
    if ranking in ("", SOURCE) and not territorial:
        found = _of_persons(code, region)
        if found is not None or ranking == SOURCE:
            return found
    if code.startswith(CRUDE):
        return None
    places = territories_of(region, level)
    values = sheet([code, *RANKINGS], places)
    known = {one.code: one for one in rankings(values, places)}
    chosen = known.get(ranking) or next(iter(known.values()), None)
    own = _like(_latest(values, code, places))
    if chosen is None or chosen.code == code or not own:
        return None
    scores = {pk: one.value for pk, one in _latest(values, chosen.code, places).items()}
    kept = [place for place in places if place.pk in own and scores.get(place.pk) is not None]
    fifths = fifths_of(
        [(place, float(scores[place.pk] or 0)) for place in kept], advantage=RANKINGS[chosen.code]
    )
    groups = [_group(number, members, own) for number, members in enumerate(fifths, 1)]
    one = next(iter(own.values()))
    data = _disaggregation(groups, one)
    if data is None:
        return None
    without = tuple(place.name for place in places if place not in kept)
    return _told(one, chosen, groups, summarise(data), without)


def _of_persons(code: str, region: Territory) -> Gradient | None:
    """The fifths of persons that the source gives for the whole region, 1 the most disadvantaged.

    All five or none: without one of its ends, a distribution has no slope and no extreme groups.
    """
    values = _fifths(code, region)
    if not _whole(values):
        return None
    groups = [_fifth(one) for one in values]
    data = _disaggregation(groups, values[0])
    if data is None:
        return None
    return _told(values[0], None, groups, summarise(data), ())


def fifths_held_back(code: str, region: Territory) -> bool:
    """Whether the source divides persons into fifths of which at least one is masked or missing here."""
    found = _fifths(code, region)
    return bool(found) and not _whole(found)


def _fifths(code: str, region: Territory) -> Sequence[PublicValue]:
    return sheet([code], [region]).breakdown(code, region, "deprivation")


def _whole(found: Sequence[PublicValue]) -> bool:
    return [one.deprivation for one in found if one.value is not None] == list(range(1, GROUPS + 1))


def _fifth(one: PublicValue) -> Group:
    """A fifth of persons, with the source's interval or that of its counts."""
    factor = FACTORS.get(one.definition.unit)
    value, error, low, high = float(one.value or 0.0), None, one.lower, one.upper
    if factor is not None and one.numerator is not None and one.denominator:
        error = _rate(one.numerator, one.denominator, factor)[1]
    elif low is not None and high is not None:
        error = (high - low) / (2 * Z)
    if error is not None and (low is None or high is None):
        low, high = max(value - Z * error, 0.0), value + Z * error
    # fifths of one population hold as many inhabitants each: one stands for all
    return Group(one.deprivation, (), 1.0, value, error, low, high, one.denominator)


def _told(
    one: PublicValue,
    ranking: PublicValue | None,
    groups: Sequence[Group],
    summary: Summary,
    without: tuple[str, ...],
) -> Gradient:
    definition = one.definition
    return Gradient(
        code=one.code,
        label=one.label,
        unit=definition.unit,
        unit_words=definition.unit_words,
        decimals=definition.decimals,
        direction=definition.direction,
        period=one.period,
        version=one.version,
        source=one.source,
        ranking=ranking,
        groups=tuple(groups),
        summary=summary,
        line=_line(summary),
        without=without,
        from_counts=all(group.se is not None for group in groups),
    )


def fifths_of(scored: Sequence[tuple[Territory, float]], *, advantage: bool) -> list[list[Territory]]:
    """Territories from the most to the least disadvantaged, in groups of about a fifth of the inhabitants.

    A territory goes where the middle of its inhabitants falls; a group that a large territory leaves empty is
    not made. Ties are broken by the code, so that the same data give the same groups.
    """
    ordered = sorted(scored, key=lambda pair: (pair[1] if advantage else -pair[1], pair[0].code))
    whole = sum(place.population for place, _ in ordered)
    groups: list[list[Territory]] = [[] for _ in range(GROUPS)]
    before = 0
    for place, _ in ordered:
        middle = (before + place.population / 2) / whole if whole else 0.0
        groups[min(int(middle * GROUPS), GROUPS - 1)].append(place)
        before += place.population
    return [group for group in groups if group]


def _latest(values: Sheet, code: str, places: Sequence[Territory]) -> dict[int, PublicValue]:
    found = {place.pk: values.latest(code, place) for place in places}
    return {pk: value for pk, value in found.items() if value is not None}


def _like(found: Mapping[int, PublicValue]) -> dict[int, PublicValue]:
    """Those that hold a value, of the newest version and period alone."""
    known = {pk: value for pk, value in found.items() if value.value is not None}
    if not known:
        return {}
    newest = max((value.version, value.period_end, value.period) for value in known.values())
    return {
        pk: value for pk, value in known.items() if (value.version, value.period_end, value.period) == newest
    }


def _group(number: int, members: Sequence[Territory], own: Mapping[int, PublicValue]) -> Group:
    people = float(sum(place.population for place in members))
    values = [own[place.pk] for place in members]
    names = tuple(place.name for place in members)
    factor = FACTORS.get(values[0].definition.unit)
    counted = factor is not None and all(
        value.numerator is not None and value.denominator for value in values
    )
    if counted and factor is not None:
        events = sum(float(value.numerator or 0) for value in values)
        base = sum(float(value.denominator or 0) for value in values)
        rate, error = _rate(events, base, factor)
        return Group(number, names, people, rate, error, max(rate - Z * error, 0.0), rate + Z * error)
    shares = [place.population / people for place in members]
    mean = math.fsum(share * float(value.value or 0) for share, value in zip(shares, values, strict=True))
    return Group(number, names, people, mean, None, None, None)


def _rate(events: float, base: float, factor: float) -> tuple[float, float]:
    """A rate and its standard error: binomial for a share of people, Poisson for a rate (events may repeat)."""
    share = events / base
    variance = share * (1 - share) / base if factor == PERCENT and share <= 1 else share / base
    return factor * share, factor * math.sqrt(max(variance, 0.0))


def _disaggregation(groups: Sequence[Group], one: PublicValue) -> Disaggregation | None:
    bounded = one.definition.unit == Unit.PERCENT
    try:
        return Disaggregation(
            [
                Subgroup(str(group.number), group.value, group.population, float(group.number), group.se)
                for group in groups
            ],
            favourable=one.definition.direction == Direction.RISE,
            ordered=True,
            scale=PERCENT if bounded else None,
        )
    except CoreError:
        return None  # too few groups, a negative or out of range value: no measure of inequality applies


def _line(summary: Summary) -> tuple[float, float] | None:
    """The straight line of the SII: through the mean at the middle of the order."""
    slope = summary.measures.get("SII")
    if slope is None or slope.value is None or summary.mean.value is None:
        return None
    return summary.mean.value - slope.value / 2, summary.mean.value + slope.value / 2
