"""The recording: rows become participations by chunks, each with its ledger, its count and its place in the file.

Fed by a checked import. Feeds the corpus; a chunk is stored whole or not at all, so a kill loses nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from fabrique.contributions.enums import Channel, SourceKind
from fabrique.contributions.models import Source
from fabrique.contributions.services import (
    Submission,
    record_participations,
    register_questions,
    register_source,
)
from fabrique.imports.models import ImportedRow, ImportIssue, ImportJob
from fabrique.imports.services import storage
from fabrique.imports.services.checking import reader_of, reference_of, source_of
from fabrique.imports.services.keys import participation_key
from fabrique.imports.services.leases import SYSTEM, Lease
from fabrique.imports.services.rows import Ready
from fabrique.imports.services.tables import Layout, rows_of
from fabrique_core.privacy.receipts import RANDOM_BYTES, new_receipt

#: rows recorded by one transaction: about two hundred rows of the database
CHUNK = 25


def record(lease: Lease) -> dict[str, Any]:
    """Record the rows that the check found good, from where a killed worker left; the report, completed."""
    source = _source(lease)
    if lease.job.mapping.get("declares"):
        return _with(lease.job, added=_new_questions(lease, source))
    job, reader = lease.job, reader_of(lease.job)
    waiting: list[Ready] = []
    place = 0
    with storage.opened(job) as stream:
        for place, row in enumerate(rows_of(stream, Layout.of_json(job.layout)), start=1):
            outcome = reader.read(row)
            if place <= job.done:
                continue
            if isinstance(outcome, Ready):
                waiting.append(outcome)
            if len(waiting) == CHUNK:
                _write(lease, source, waiting, place)
                waiting = []
            elif not waiting:
                lease.beat(place)
    _write(lease, source, waiting, place)
    job.refresh_from_db(fields=["report"])
    return _with(job)


def _with(job: ImportJob, **counts: int) -> dict[str, Any]:
    report = {**job.report, **counts}
    report["known"] = report["ready"] - report["added"]
    return report


def _source(lease: Lease) -> Source:
    """The source of the import, made known with its questions; wordings already there are kept."""
    job = lease.job
    with transaction.atomic():
        lease.guard()
        source = source_of(job) or register_source(
            SYSTEM,
            kind=SourceKind.IMPORT,
            reference=reference_of(job),
            label=job.label,
            perimeter=job.perimeter,
        )
        # two imports of one source at once put their questions one after the other
        Source.objects.select_for_update().get(pk=source.pk)
        if not job.mapping.get("declares"):
            register_questions(SYSTEM, source=source, questions=_merged(source, job.questions))
        lease.write(source=source)
    job.source = source
    return source


def _merged(
    source: Source, found: Sequence[dict[str, Any]], *, rewrite: bool = False
) -> list[dict[str, Any]]:
    """The questions of the source, then the new ones; a known question gains the choices that it lacked."""
    merged: dict[str, dict[str, Any]] = {
        row.key: {
            "key": row.key,
            "kind": row.kind,
            "wording": row.wording,
            "choices": list(row.choices),
            "show_if": row.show_if,
            "versions": list(row.versions),
        }
        for row in source.questions.order_by("position", "pk")
    }
    for question in found:
        known = merged.setdefault(question["key"], {**question, "choices": []})
        held = {choice["key"] for choice in known["choices"]}
        known["choices"] += [choice for choice in question["choices"] if choice["key"] not in held]
        if rewrite:
            known["wording"] = question["wording"]
    return list(merged.values())


def _new_questions(lease: Lease, source: Source) -> int:
    """A file of debates is a file of questions: those that the source did not have, or not under these words."""
    with transaction.atomic():
        lease.guard()
        Source.objects.select_for_update().get(pk=source.pk)
        before = dict(source.questions.values_list("key", "wording"))
        found = lease.job.questions
        register_questions(SYSTEM, source=source, questions=_merged(source, found, rewrite=True))
    return sum(before.get(question["key"]) != question["wording"] for question in found)


def _write(lease: Lease, source: Source, ready: Sequence[Ready], place: int) -> None:
    """One chunk, whole: participations, ledger, count and place; what the ledger holds already is left alone."""
    job = lease.job
    with transaction.atomic():
        lease.guard()
        # whoever imports into this source waits here: counts are exact even when two do it at once
        Source.objects.select_for_update().get(pk=source.pk)
        known = ImportedRow.objects.known(source, [row.key for row in ready])
        new = [row for row in ready if row.key not in known]
        record_participations(SYSTEM, source=source, submissions=_submissions(job, source, new))
        ImportedRow.objects.bulk_create(
            ImportedRow(source=source, job=job, key=row.key, said=row.said) for row in new
        )
        _settle(job, ready)
        job.report = {**job.report, "added": job.report.get("added", 0) + len(new)}
        lease.write(done=place, report=job.report)
    lease.beat(place)


def _submissions(job: ImportJob, source: Source, rows: Iterable[Ready]) -> Iterable[Submission]:
    for row in rows:
        yield Submission(
            channel=Channel(job.mapping["channel"]),
            # nobody was given this code: the row can be followed by no one, and its hash is unique
            receipt=new_receipt(secrets.token_bytes(RANDOM_BYTES)),
            idempotency_key=participation_key(source, row.key),
            texts=row.texts,
            closed=row.closed,
            unit=job.unit,  # type: ignore[arg-type]  # one of Unit's values, checked with the mapping
            profile=row.profile,
            submitted_at=row.at or job.asked_at,
            people=row.people,
            language=row.language,
        )


def _settle(job: ImportJob, rows: Sequence[Ready]) -> None:
    """The rows of a former report that these mend are no longer to mend."""
    for row in rows:
        former, _dash, line = row.marker.rpartition("-")
        if job.corrects is not None and former == job.corrects.public_id and line.isdigit():
            ImportIssue.objects.filter(job=job.corrects, line=int(line)).update(settled=True)
