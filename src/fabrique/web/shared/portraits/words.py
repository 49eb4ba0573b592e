"""What a portrait says in words: how a territory stands, why a comparison is not made, what to remember.

Fed by restitution.services.territories and .comparing. Feeds the page, the PDF and the comparison of two territories.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.observatory.enums import Direction, Unit
from fabrique.observatory.services.public import PublicValue, Source
from fabrique.restitution.services.comparing import Gap, Reading, Unlike, against, estimate, read_gap
from fabrique.restitution.services.territories import Line, National, Portrait
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.templatetags.francais import NARROW, NBSP, liste, nombre


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


def source_words(source: Source) -> str:
    """« Inserm-CépiDc, statistiques sur les causes de décès (Licence Ouverte 2.0) »: the producer, once."""
    said = source.name
    if source.producer and source.producer.casefold() not in said.casefold():
        said = _("%(producer)s : %(name)s") % {"producer": source.producer, "name": said}
    return f"{said} ({source.licence})" if source.licence else said


def kind_words(level: str) -> tuple[str, str]:
    """(the look-alikes, all those of the region), in the plural, for a level."""
    if level == Level.DEPARTMENT:
        return _("départements semblables"), _("départements de la région")
    return _("intercommunalités semblables"), _("intercommunalités de la région")


def number_of(value: PublicValue) -> str:
    """The number alone, as its indicator is written; the reason where it is masked or missing."""
    return nombre(value.value, decimals_of(value)) if value.value is not None else value.words


def decimals_of(own: PublicValue) -> int:
    """Decimals shown: a rate of deaths moves by chance by far more than a tenth, it is rounded to the unit."""
    return 0 if own.code.startswith(_DEATHS) else own.definition.decimals


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
        Unlike.AGES: _("les âges diffèrent, et le calcul à âge égal manque"),
    }[why]


def gap_words(reading: Reading) -> str:
    """The gap between a first and a second value, for a cell of a table."""
    if reading.unlike is not None:
        return _("Non comparable : %(why)s") % {"why": unlike_words(reading.unlike)}
    return {
        Gap.HIGHER: _("Plus élevé"),
        Gap.LOWER: _("Plus bas"),
        Gap.NOT_CLEAR: _("Pas d’écart net : les intervalles se recouvrent"),
        Gap.NEAR: _("Proche : écart de moins de cinq pour cent"),
        Gap.UNKNOWN: _("Valeur absente ou masquée"),
        Gap.UNLIKE: _("Non comparable"),
    }[reading.gap]


def favour_words(direction: str, gap: Gap) -> str:
    """« moins favorable », « plus favorable », or nothing where the indicator does not say which way is better."""
    if gap not in (Gap.HIGHER, Gap.LOWER) or direction == Direction.NONE:
        return ""
    good = (direction == Direction.RISE) == (gap == Gap.HIGHER)
    return _("plus favorable") if good else _("moins favorable")


def standardised_reading(line: Line) -> Reading:
    """The standardised rate of the territory against the region's own level."""
    if line.standardised is None or line.standard is None:
        return Reading(Gap.UNKNOWN)
    return read_gap(estimate(line.own, line.standardised), estimate(line.own, line.standard))


@dataclass(frozen=True, slots=True)
class Notable:
    """A figure that stands out: the sentence, and how far it stands between 0 and 1 of the region's spread."""

    sentence: str
    distance: float
    code: str


def notable(line: Line, territory: Territory) -> Notable | None:
    """What the line says that stands out against the region, France or the look-alikes; None where nothing does.

    Only figures that say which way is better: a population is no news, and more sites are not more care.
    """
    own = line.own
    if own.value is None or line.spread is None or own.sex or not _judged(line):
        return None
    span = (line.spread.high.value or 0.0) - (line.spread.low.value or 0.0)
    value = line.standardised.rate if line.standardised is not None else own.value
    reference, gap, name = _reference(line, territory)
    if reference is None or gap not in (Gap.HIGHER, Gap.LOWER) or span <= 0:
        return None
    words = {
        "label": label_words(own, alone=True),
        "own": short_words(own, value),
        "name": name,
        "other": short_words(own, reference),
        "period": own.period,
        "favour": favour_words(own.definition.direction, gap) if line.standardised is None else "",
        "age": _(", à âge égal") if line.standardised is not None else "",
    }
    if gap == Gap.HIGHER:
        text = _("%(label)s%(age)s : %(own)s en %(period)s, plus que %(name)s (%(other)s)") % words
    else:
        text = _("%(label)s%(age)s : %(own)s en %(period)s, moins que %(name)s (%(other)s)") % words
    if words["favour"]:
        text += _(", ce qui est %(favour)s") % words
    return Notable(f"{text}.", min(abs(value - reference) / span, 1.0), own.code)


def _judged(line: Line) -> bool:
    """A disease counts once ages are made equal; the others where the indicator says which way is better."""
    if line.own.code.startswith(UNJUDGED):
        return False
    # how many deaths stand behind a rate is not known: chance alone may make the gap
    if line.own.code.startswith(_DEATHS) and line.own.lower is None:
        return False
    if line.own.code.startswith("prevalence_"):
        return line.standardised is not None
    return line.own.definition.direction != Direction.NONE


def _reference(line: Line, territory: Territory) -> tuple[float | None, Gap, str]:
    """What the line is put beside: (value, gap, its name in a sentence)."""
    own = line.own
    if line.standardised is not None and line.standard is not None:
        return line.standard.rate, standardised_reading(line).gap, _("la région")
    if own.value is None:
        return None, Gap.UNKNOWN, ""
    alike = kind_words(territory.level)[0]
    found: tuple[tuple[float | None, str], ...] = (
        (line.region, _("la région")),
        (line.country.value if line.country else None, line.country.place if line.country else ""),
        (line.national.value if line.national else None, national_words(line.national)),
        (line.median, median_words(line, alike)),
    )
    for value, name in found:
        if value is not None:
            return value, against(estimate(own), value).gap, name
    return None, Gap.UNKNOWN, ""


def national_words(national: National | None) -> str:
    """How France stands in a sentence where the source has its departments and not itself."""
    if national is None:
        return ""
    if national.computed:
        return _("la France métropolitaine")
    return _("la médiane des %(n)s départements de métropole") % {"n": national.known}


def median_words(line: Line, alike: str) -> str:
    """The look-alikes' median in a sentence, with their names: they change with what the source covers."""
    return _("la médiane de %(n)s %(alike)s, %(names)s") % {
        "n": len(line.median_of),
        "alike": alike,
        "names": liste(line.median_of),
    }


_DEATHS = "mortalite_"
_MORTALITY, _CARED = "Mortalité : ", "Personnes prises en charge : "
#: letters of a unit of one's own that fits beside a number
_SHORT = 12
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}\b)")
#: a number of sites says nothing of their size: never a good or a bad point
_SITES = "finess_"
UNJUDGED = (_SITES, "diag_rang", "diag_desertification")


def bound(text: str) -> str:
    """« pour 1 000 habitants » with its thousands kept together at the end of a line."""
    return _THOUSANDS.sub(NARROW, text)


def label_words(own: PublicValue, *, alone: bool = False) -> str:
    """The label, without what the title of its section says already; ``alone``: as it stands out of its section."""
    label = bound(own.label)
    for start in (_MORTALITY, _CARED):
        if label.startswith(start):
            rest = label.removeprefix(start)
            if alone and start == _MORTALITY:
                label = _("Mortalité (%(cause)s), pour 100 000 habitants") % {"cause": rest}
            else:
                label = rest[:1].upper() + rest[1:]
    sex = {"femme": _("femmes"), "homme": _("hommes")}.get(own.sex)
    return f"{label}, {sex}" if sex else label


def short_words(own: PublicValue, value: float | None) -> str:
    """A number with a short unit: the long ones stand in the label or under the title."""
    if value is None or own.unit == Unit.YES:
        return own.words
    unit = {Unit.PERCENT: "%", Unit.EURO: "€", Unit.KM: "km", Unit.PER_KM2: _("hab./km²")}.get(Unit(own.unit))
    if unit is None and own.unit == Unit.OTHER and len(own.unit_words) <= _SHORT:
        unit = own.unit_words  # « jours »: nothing else says it
    text = nombre(value, decimals_of(own))
    return f"{text}{NBSP}{unit}" if unit else text


def sites_words(own: PublicValue) -> str:
    """« 8 sites » beside their rate: where few people live one site more or less changes it much."""
    if not own.code.startswith(_SITES) or own.unit == Unit.COUNT or own.numerator is None:
        return ""
    return ngettext("%(n)s site", "%(n)s sites", 2 if own.numerator >= 2 else 1) % {
        "n": nombre(own.numerator)
    }


def notables(portrait: Portrait, most: int = 5) -> list[Notable]:
    """What stands out most, at most two a section, the furthest first."""
    found = []
    for section in portrait.sections:
        kept = [one for line in section.lines for one in [notable(line, portrait.territory)] if one]
        found += sorted(kept, key=lambda one: -one.distance)[:2]
    return sorted(found, key=lambda one: -one.distance)[:most]
