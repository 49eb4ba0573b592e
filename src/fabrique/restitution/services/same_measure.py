"""Whether a series of the observatory measures what a plan indicator measures: its unit, its direction, its definition.

Fed by a plan indicator, its values and a value of a series. Feeds restitution.services.indicator_values.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from fabrique.observatory.enums import Direction, Unit
from fabrique.plan.disclosure import unit_of_people
from fabrique.plan.models import Indicator
from fabrique.restitution.services.series import SeriesValue

#: units that say nothing by themselves: the words beside them do
_OPEN = frozenset({Unit.COUNT, Unit.OTHER, Unit.SCORE, Unit.RANK, Unit.RATIO, Unit.YES})
_PER = {"100": Unit.PERCENT, "1000": Unit.PER_1000, "10000": Unit.PER_10000, "100000": Unit.PER_100000}
_WRITTEN = {
    "%": Unit.PERCENT,
    "pourcent": Unit.PERCENT,
    "pourcentage": Unit.PERCENT,
    "€": Unit.EURO,
    "euro": Unit.EURO,
    "euros": Unit.EURO,
    "millionsd'euros": Unit.MILLION_EURO,
    "m€": Unit.MILLION_EURO,
    "km": Unit.KM,
    "km²": Unit.KM2,
    "habitantsaukm²": Unit.PER_KM2,
    "hab./km²": Unit.PER_KM2,
}


def difference_of(row: Indicator, one: SeriesValue) -> str:
    """Why the value of a series is not one of this indicator, in French; empty where it is."""
    if not same_unit(row.unit, one.unit, one.unit_words):
        unit = one.unit_words or Unit(one.unit).label
        return _("la série est en « %(theirs)s », l’indicateur en « %(ours)s »") % {
            "theirs": unit,
            "ours": row.unit,
        }
    if one.direction not in (Direction.NONE, row.direction):
        return _(
            "la série et l’indicateur n’ont pas le même sens : ce qui est un progrès pour l’un ne l’est pas"
        )
    before = pulled_versions(row, one.code) - {one.version}
    if before:
        return _(
            "la définition de la série a changé (%(before)s, puis %(now)s) : "
            "ses valeurs ne se suivent plus, ouvrez un autre indicateur"
        ) % {"before": max(before), "now": one.version}
    return ""


def same_unit(written: str, unit: str, unit_words: str = "") -> bool:
    """Whether the unit that a lead wrote is that of the series. No conversion: 10 per 10 000 is not 0,1 %."""
    if unit_words and _plain(written) == _plain(unit_words):
        return True
    theirs = Unit.PERCENT if unit == Unit.PER_100 else Unit(unit)
    ours = _read(written)
    if ours is not None:
        return ours == theirs
    return theirs in _OPEN and not unit_words


def pulled_versions(row: Indicator, code: str) -> set[int]:
    """The definitions of the series from which values of the indicator came; what persons typed is not counted."""
    sources = row.values.filter(recorded_by=None, source__contains=f", {code}, ")
    found = set()
    for source in sources.values_list("source", flat=True):
        if told := re.match(r"\D*(\d+)", source.partition(f", {code}, ")[2]):
            found.add(int(told[1]))
    return found


def _plain(words: str) -> str:
    return "".join(words.casefold().replace("’", "'").split())


def _read(written: str) -> Unit | None:
    """The unit in the observatory's list that these words say; None where they say another thing."""
    words = _plain(written)
    if told := re.match(r"(?:pour|/)(\d+)", words):
        return _PER.get(told[1], Unit.OTHER)
    if words in _WRITTEN:
        return _WRITTEN[words]
    return Unit.PERSONS if unit_of_people(written) else None
