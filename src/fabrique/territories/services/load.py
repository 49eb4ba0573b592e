"""The verb that stores the official geography, by chunks, as often as wanted.

Fed by services.extract. Feeds the tables of territories, postcodes and population margins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction

from fabrique.common import gate, journal
from fabrique.territories.enums import Level
from fabrique.territories.models import PopulationMargin, Postcode, Territory
from fabrique.territories.services.extract import COUNTRY_CODE, Geography, Key, Row

CHUNK = 500
T = TypeVar("T")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Loaded:
    """What was stored, and what was set aside: (code, name, reason)."""

    edition: str
    territories: int
    communes: int
    postcodes: int
    margins: int
    set_aside: tuple[tuple[str, str, str], ...]


def load_territories(actor: Any, *, geography: Geography, progress: Progress | None = None) -> Loaded:
    """Store the geography; doing it again changes nothing. Nothing is deleted but postcodes that have moved.

    A territory that has left the official code stays (roles and answers may stand on it) and is set aside.
    `progress` is called with a step, how many are done and how many there are. Chunks of 500 rows at most.
    """
    gate.require(actor, "territories.load")
    report = progress or _silent
    stored = _store_rows(geography.rows, report)
    postcodes = _store_postcodes(geography.rows, stored, report)
    _store_margins(geography, stored)
    loaded = Loaded(
        edition=geography.edition,
        territories=len(geography.rows),
        communes=sum(row.level == Level.COMMUNE for row in geography.rows),
        postcodes=postcodes,
        margins=len(geography.margins),
        set_aside=geography.set_aside + _departed(geography),
    )
    country = Territory.objects.official(Level.COUNTRY, COUNTRY_CODE)
    with transaction.atomic():
        journal.record(actor, "territories.load", country, reason=geography.edition)
    return loaded


def _silent(step: str, done: int, total: int) -> None:
    """Nobody watches."""


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def _store_rows(rows: Sequence[Row], report: Progress) -> dict[Key, int]:
    """Insert or correct the rows, containers first; returns primary keys by (level, code)."""
    stored: dict[Key, int] = {}
    done = 0
    for level in Level.values:
        of_level = [row for row in rows if row.level == level]
        for chunk in _chunks(of_level):
            with transaction.atomic():
                Territory.objects.bulk_create(
                    [_territory(row, stored) for row in chunk],
                    update_conflicts=True,
                    unique_fields=["level", "code"],
                    update_fields=_UPDATED,
                )
            done += len(chunk)
            report("territoires", done, len(rows))
        found = Territory.objects.filter(level=level).values_list("code", "pk")
        stored.update({(level, code): pk for code, pk in found})
    return stored


_UPDATED = ["name", "folded_name", "population", "region", "department", "epci", "of_form", "in_form"]


def _territory(row: Row, stored: dict[Key, int]) -> Territory:
    return Territory(
        level=row.level,
        code=row.code,
        name=row.name,
        folded_name=row.folded_name,
        population=row.population,
        region_id=stored[row.region] if row.region else None,
        department_id=stored[row.department] if row.department else None,
        epci_id=stored[row.epci] if row.epci else None,
        of_form=row.of_form,
        in_form=row.in_form,
    )


def _store_postcodes(rows: Sequence[Row], stored: dict[Key, int], report: Progress) -> int:
    """Bring the postcodes of these communes to the extract's; returns how many there are."""
    wanted = {(code, stored[row.key]) for row in rows for code in row.postcodes}
    communes = {stored[row.key] for row in rows if row.level == Level.COMMUNE}
    present = {
        (code, commune): pk
        for pk, code, commune in Postcode.objects.values_list("pk", "code", "commune_id").iterator()
        if commune in communes
    }
    for gone in _chunks([pk for pair, pk in present.items() if pair not in wanted]):
        with transaction.atomic():
            Postcode.objects.filter(pk__in=gone).delete()
    missing = sorted(wanted - present.keys())
    for done, chunk in enumerate(_chunks(missing)):
        with transaction.atomic():
            Postcode.objects.bulk_create([Postcode(code=code, commune_id=commune) for code, commune in chunk])
        report("codes postaux", min((done + 1) * CHUNK, len(missing)), len(missing))
    return len(wanted)


def _store_margins(geography: Geography, stored: dict[Key, int]) -> None:
    rows = [
        PopulationMargin(
            department_id=stored[(Level.DEPARTMENT, margin.department)],
            sex=margin.sex,
            age_band=margin.age_band,
            population=margin.population,
            edition=margin.edition,
        )
        for margin in geography.margins
    ]
    for chunk in _chunks(rows):
        with transaction.atomic():
            PopulationMargin.objects.bulk_create(
                list(chunk),
                update_conflicts=True,
                unique_fields=["department", "sex", "age_band", "edition"],
                update_fields=["population"],
            )


def _departed(geography: Geography) -> tuple[tuple[str, str, str], ...]:
    """Territories stored before that the extract no longer holds, within the regions that were loaded."""
    known = {row.key for row in geography.rows}
    regions = {row.code for row in geography.rows if row.level == Level.REGION}
    candidates = Territory.objects.filter(region__code__in=regions, level=Level.COMMUNE)
    return tuple(
        (code, name, "ne figure plus dans le code officiel")
        for code, name in candidates.order_by("code").values_list("code", "name")
        if (Level.COMMUNE.value, code) not in known
    )
