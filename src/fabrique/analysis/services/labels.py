"""Labels of quotes: « Une personne du Lot, consultation en ligne », never so precise that few could be meant.

Fed by participations and territories. Feeds the review screen and what is published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext as _

from fabrique.contributions.enums import Channel, Unit
from fabrique.contributions.models import Participation
from fabrique.territories.models import Territory

_SPEAKERS: dict[str, Callable[[], str]] = {
    Unit.PERSON: lambda: _("Une personne"),
    Unit.GROUP: lambda: _("Un groupe"),
    Unit.ORGANISATION: lambda: _("Une organisation"),
}


def speaker_label(participation: Participation) -> str:
    """The label of one participation's words."""
    return speaker_labels([participation])[participation.pk]


def speaker_labels(participations: Iterable[Participation]) -> dict[int, str]:
    """{participation: label}. Under FABRIQUE_SMALL_CELL possible speakers (same unit, place and channel)
    the place
    widens from department to region, then goes; under it in the whole channel, the channel goes too.
    """
    rows = list(participations)
    crowds = {source: _crowd(source) for source in {row.source_id for row in rows}}
    places = Territory.objects.in_bulk({row.department_id for row in rows if row.department_id})
    regions = Territory.objects.in_bulk({place.region_id for place in places.values() if place.region_id})
    # « du Lot » exists in French alone, and the words quoted are French: a label is never half in each language
    with translation.override("fr"):
        return {row.pk: _label(row, crowds[row.source_id], places, regions) for row in rows}


def _crowd(source_id: int) -> dict[tuple[Any, ...], int]:
    """How many spoke, by (unit, channel), with a region or a department in third place."""
    found: dict[tuple[Any, ...], int] = {}
    counted = (
        Participation.objects.filter(source=source_id)
        .values_list("unit", "channel", "department_id", "department__region_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for unit, channel, department, region, n in counted:
        for key in ((unit, channel), (unit, channel, "d", department), (unit, channel, "r", region)):
            found[key] = found.get(key, 0) + n
    return found


def _label(
    row: Participation, crowd: dict[tuple[Any, ...], int], places: dict[int, Any], regions: dict[int, Any]
) -> str:
    least = settings.FABRIQUE_SMALL_CELL
    speaker = _SPEAKERS[row.unit]()
    whole = (row.unit, row.channel)
    if crowd.get(whole, 0) < least:
        return speaker
    channel = Channel(row.channel).label
    place = places.get(row.department_id) if row.department_id else None
    if place is not None:
        region = regions.get(place.region_id)
        if crowd[(*whole, "d", place.pk)] >= least and place.of_form:
            return f"{speaker} {place.of_form}, {channel}"
        if region is not None and crowd[(*whole, "r", region.pk)] >= least and region.of_form:
            return f"{speaker} {region.of_form}, {channel}"
    return f"{speaker}, {channel}"
