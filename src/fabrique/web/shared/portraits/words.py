"""What a portrait says in words: how a territory stands, why a comparison is not made, what to remember.

Fed by restitution.services.territories and .comparing. Feeds the page, the PDF and the comparison of two territories.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from fabrique.observatory.enums import Direction
from fabrique.observatory.services.public import PublicValue
from fabrique.restitution.services.comparing import Gap, Measured, Reading, Unlike, near, read_gap
from fabrique.restitution.services.territories import Line, Portrait
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.templatetags.francais import nombre


def in_words(territory: Territory) -> str:
    """« en Lozère », « dans l’intercommunalité « CC du Haut Allier » »."""
    if territory.in_form:
        return territory.in_form
    return _("dans l’intercommunalité « %(name)s »") % {"name": territory.name}


def of_words(territory: Territory) -> str:
    """« de la Lozère », « de l’intercommunalité « … » »."""
    if territory.of_form:
        return territory.of_form
    return _("de l’intercommunalité « %(name)s »") % {"name": territory.name}


def kind_words(level: str) -> tuple[str, str]:
    """(the look-alikes, all those of the region), in the plural, for a level."""
    if level == Level.DEPARTMENT:
        return _("départements semblables"), _("départements de la région")
    return _("intercommunalités semblables"), _("intercommunalités de la région")


def number_of(value: PublicValue) -> str:
    """The number alone, as its indicator is written; the reason where it is masked or missing."""
    return nombre(value.value, value.definition.decimals) if value.value is not None else value.words


def interval_words(low: float | None, high: float | None, decimals: int) -> str:
    """« de 4,1 à 4,5 », or nothing."""
    if low is None or high is None:
        return ""
    return _("de %(low)s à %(high)s") % {"low": nombre(low, decimals), "high": nombre(high, decimals)}


def unlike_words(why: Unlike) -> str:
    """Why two figures are not put side by side."""
    return {
        Unlike.VERSION: _("la définition a changé"),
        Unlike.PERIOD: _("pas la même année"),
    }[why]


def gap_words(reading: Reading) -> str:
    """The gap between a first and a second value, for a cell of a table."""
    if reading.unlike is not None:
        return _("Non comparable : %(why)s") % {"why": unlike_words(reading.unlike)}
    return {
        Gap.HIGHER: _("Plus élevé"),
        Gap.LOWER: _("Plus bas"),
        Gap.NOT_CLEAR: _("Pas d’écart net : les intervalles se recouvrent"),
        Gap.NEAR: _("Proche : moins de 5 % d’écart"),
        Gap.UNKNOWN: _("Valeur absente ou masquée"),
        Gap.UNLIKE: _("Non comparable"),
    }[reading.gap]


def favour_words(direction: str, gap: Gap) -> str:
    """« moins favorable », « plus favorable », or nothing where the indicator does not say which way is better."""
    if gap not in (Gap.HIGHER, Gap.LOWER) or direction == Direction.NONE:
        return ""
    good = (direction == Direction.RISE) == (gap == Gap.HIGHER)
    return _("plus favorable") if good else _("moins favorable")


@dataclass(frozen=True, slots=True)
class Interval:
    """A standardised rate as something to compare."""

    value: float | None
    lower: float | None
    upper: float | None
    version: int
    period: str


def standardised_reading(line: Line) -> Reading:
    """The standardised rate of the territory against the region's own level."""
    return read_gap(_interval(line, own=True), _interval(line, own=False))


def _interval(line: Line, *, own: bool) -> Measured | None:
    found = line.standardised if own else line.standard
    if found is None or found.rate is None:
        return None
    # the region is its own standard: its level is known, not drawn at random
    low, high = (found.low, found.high) if own else (found.rate, found.rate)
    return Interval(found.rate, low, high, line.own.version, line.own.period)


@dataclass(frozen=True, slots=True)
class Notable:
    """A figure that stands out: the sentence, and how far it stands between 0 and 1 of the region's spread."""

    sentence: str
    distance: float
    code: str


def notable(line: Line, level: str) -> Notable | None:
    """What the line says that stands out against the region, else the look-alikes; None where nothing does."""
    own = line.own
    if own.value is None or line.spread is None or own.sex:
        return None
    span = (line.spread.high.value or 0.0) - (line.spread.low.value or 0.0)
    reference, gap, name = _reference(line, level)
    if reference is None or gap not in (Gap.HIGHER, Gap.LOWER) or span <= 0:
        return None
    words = {
        "label": own.label,
        "own": own.words,
        "name": name,
        "other": nombre(reference, own.definition.decimals),
        "favour": favour_words(own.definition.direction, gap),
        "period": own.period,
    }
    if gap == Gap.HIGHER:
        text = _("%(label)s : %(own)s en %(period)s, plus que %(name)s (%(other)s)") % words
    else:
        text = _("%(label)s : %(own)s en %(period)s, moins que %(name)s (%(other)s)") % words
    if words["favour"]:
        text += _(", ce qui est %(favour)s") % words
    return Notable(f"{text}.", abs(own.value - reference) / span, own.code)


def _reference(line: Line, level: str) -> tuple[float | None, Gap, str]:
    """What the line is put beside: (value, gap, its name in a sentence)."""
    own = line.own
    if line.standardised is not None and line.standard is not None:
        reading = standardised_reading(line)
        if reading.gap == Gap.NOT_CLEAR:
            return None, reading.gap, ""
    if own.value is not None and line.region is not None:
        return line.region, near(own.value, line.region), _("la région")
    if own.value is not None and line.median is not None:
        alike = kind_words(level)[0]
        return line.median, near(own.value, line.median), _("la médiane des %(alike)s") % {"alike": alike}
    return None, Gap.UNKNOWN, ""


def notables(portrait: Portrait, most: int = 5) -> list[Notable]:
    """What stands out most, at most two a section, the furthest first."""
    found = []
    for section in portrait.sections:
        of_section = [
            one for line in section.lines for one in [notable(line, portrait.territory.level)] if one
        ]
        found += sorted(of_section, key=lambda one: -one.distance)[:2]
    return sorted(found, key=lambda one: -one.distance)[:most]
