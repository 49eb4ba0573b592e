"""Storing what a file says: what is new, what is corrected, what was known; then statistical secrecy.

Fed by official and importing. Feeds observations; loading a file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import transaction

from fabrique.common import clock, journal
from fabrique.observatory.enums import BatchState, Clearance
from fabrique.observatory.models import DefinitionVersion, ImportBatch, Observation, ValueRevision
from fabrique.observatory.services import definitions
from fabrique.observatory.services.clearance import clear_pending
from fabrique.observatory.services.entries import Entry, Place
from fabrique.territories.models import Territory

CHUNK = 500
T = TypeVar("T")
_COMPARED = ("value", "numerator", "denominator", "lower", "upper", "status", "qualifier")


@dataclass
class Changes:
    """What recording would do, compared with what is stored."""

    added: list[Observation] = field(default_factory=list)
    replaced: list[tuple[Observation, Entry]] = field(default_factory=list)
    unchanged: int = 0
    fresh: int = 0  # values of indicators that a dry run did not write
    unknown: list[Entry] = field(default_factory=list)  # of territories that the instance does not hold

    @property
    def nothing(self) -> bool:
        return not self.added and not self.replaced


def places_of(entries: Sequence[Entry]) -> dict[Place, int]:
    """Primary keys of the territories named, by level and code: one query a level."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        wanted.setdefault(entry.place[0], set()).add(entry.place[1])
    found: dict[Place, int] = {}
    for level, codes in sorted(wanted.items()):
        rows = Territory.objects.filter(level=level, code__in=codes).values_list("code", "pk")
        found.update({(level, code): pk for code, pk in rows})
    return found


def compare(
    entries: Sequence[Entry], versions: Mapping[str, DefinitionVersion], places: Mapping[Place, int]
) -> Changes:
    """What would be added, replaced or left as it is. Writes nothing."""
    used = {version.pk for version in versions.values()}
    stored = {
        _key(one): one
        for one in Observation.objects.filter(
            version__in=used, period__in={entry.period.words for entry in entries}
        )
    }
    changes = Changes()
    for entry in entries:
        place = places.get(entry.place)
        if place is None:
            changes.unknown.append(entry)
            continue
        one = _observation(entry, versions[entry.code].pk, place)
        before = stored.get(_key(one))
        if before is None:
            changes.added.append(one)
        elif any(getattr(before, name) != getattr(one, name) for name in _COMPARED):
            changes.replaced.append((before, entry))
        else:
            changes.unchanged += 1
    return changes


def record(actor: Any, *, batch: ImportBatch, changes: Changes) -> ImportBatch:
    """Store the changes by chunks, freeze the versions used, then decide on statistical secrecy; one journal line.

    Interrupted, it is run again: what is stored already is then unchanged.
    """
    for chunk in _chunks(changes.added):
        for one in chunk:
            one.batch = batch
        with transaction.atomic():
            Observation.objects.bulk_create(chunk)
    for pairs in _chunks(changes.replaced):
        with transaction.atomic():
            _replace(pairs, batch)
    used = {one.version_id for one in changes.added} | {one.version_id for one, _e in changes.replaced}
    clear_pending()
    with transaction.atomic():
        definitions.freeze(used)
        batch.state = BatchState.DONE
        batch.content = ""
        batch.loaded_at = clock.now()
        batch.added, batch.replaced = len(changes.added), len(changes.replaced)
        batch.unchanged = changes.unchanged
        batch.save()
        journal.record(actor, "observatory.load", batch, reason=f"{batch.added}+{batch.replaced}")
    return batch


def _replace(pairs: Sequence[tuple[Observation, Entry]], batch: ImportBatch) -> None:
    ValueRevision.objects.bulk_create(
        ValueRevision(
            observation=one,
            batch=batch,
            value=one.value,
            numerator=one.numerator,
            denominator=one.denominator,
            status=one.status,
        )
        for one, _entry in pairs
    )
    for one, entry in pairs:
        for name in _COMPARED:
            setattr(one, name, getattr(entry, name))
        one.clearance, one.batch = Clearance.PENDING, batch
    Observation.objects.bulk_update([one for one, _entry in pairs], [*_COMPARED, "clearance", "batch"])


def _key(one: Observation) -> tuple[Any, ...]:
    return (
        one.version_id,
        one.territory_id,
        one.period,
        one.sex,
        one.age,
        one.deprivation,
        one.scope,
        one.rank,
    )


def _observation(entry: Entry, version: int, territory: int) -> Observation:
    return Observation(
        version_id=version,
        territory_id=territory,
        period=entry.period.words,
        period_start=entry.period.start,
        period_end=entry.period.end,
        sex=entry.sex,
        age=entry.age,
        deprivation=entry.deprivation,
        scope=entry.scope,
        rank=entry.rank,
        **{name: getattr(entry, name) for name in _COMPARED},
    )


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
