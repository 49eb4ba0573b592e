"""Verbs on imports: take a file in, say how it is read, confirm what was checked, give up, resume, forget.

Fed by the agents' screens, the command line and the worker. Feeds the queue and services.execution.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import holds, require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.contributions.enums import Unit
from fabrique.imports.enums import LIVING, OPEN, ROW_KINDS, ImportKind, ImportState, ImportStep
from fabrique.imports.models import ImportIssue, ImportJob, ImportMapping
from fabrique.imports.services import guessing, storage
from fabrique.imports.services import mapping as mappings
from fabrique.imports.services.keys import keyed_hash
from fabrique.imports.services.leases import LEASE, SYSTEM
from fabrique.imports.services.refusals import refused
from fabrique.imports.services.tables import MARKER, Layout, layout_of, rows_of
from fabrique.imports.tasks import run_import
from fabrique.territories.models import Territory
from fabrique_core.errors import CoreError
from fabrique_core.files import Inspected, Kind, Limits, inspect

#: rows read to guess what the columns are, and to show examples
SAMPLE = 200
#: a file begun and left there goes after a week; the rows to mend, after a month
KEPT_OPEN, KEPT_ISSUES = timedelta(days=7), timedelta(days=30)
CHUNK = 500
#: what each kind of file asks of whoever sends it; the verb that it ends in asks again
RIGHT_OF = {
    ImportKind.DECIDIM: "imports.run",
    ImportKind.LIMESURVEY: "imports.run",
    ImportKind.GRANDDEBAT: "imports.run",
    ImportKind.TABLE: "imports.run",
    ImportKind.LIMESURVEY_FORM: "consultations.edit",
    ImportKind.XLSFORM: "field.exchange_forms",
    ImportKind.MEETINGS: "meetings.import",
}
#: what a file of each kind may be, by its content
ALLOWED = {
    ImportKind.LIMESURVEY_FORM: frozenset({Kind.XML}),
    ImportKind.XLSFORM: frozenset({Kind.XLSX}),
    ImportKind.MEETINGS: frozenset({Kind.CSV, Kind.XLSX}),
    ImportKind.TABLE: frozenset({Kind.CSV, Kind.XLSX, Kind.ODS}),
}
_TABLES = frozenset({Kind.CSV, Kind.XLSX, Kind.ODS})


@dataclass(frozen=True)
class Upload:
    """A file as it was sent. `token` makes a double click one import; `sheet` names that of a workbook."""

    data: bytes
    name: str
    token: str = ""
    sheet: str = ""


def upload(
    actor: Actor,
    *,
    kind: str,
    perimeter: Territory,
    file: Upload,
    limits: Limits | None = None,
    start: bool = True,
) -> ImportJob:
    """Take a file in: inspected by its content, its titles read, a mapping proposed. Nothing is recorded yet.

    `kind` may be empty for a table: its titles tell the platform. Raises Refused with the codes of the library
    (files.*, read.*, table.*), Refused('import.kind'), Forbidden.
    """
    if kind and kind not in ImportKind.values:
        raise Refused("import.kind", _("Ce format d’import n’existe pas. Choisissez-en un dans la liste."))
    _require_some_kind(actor, kind, perimeter)
    token = _token(file, kind, perimeter)
    if (before := ImportJob.objects.filter(upload_token=token).first()) is not None:
        return before
    inspected, layout, sample = _read(kind, file, limits)
    if not kind:
        kind = guessing.kind_of(layout.columns) if layout else ImportKind.LIMESURVEY_FORM
        require(actor, RIGHT_OF[ImportKind(kind)], perimeter)
    job = ImportJob(
        kind=kind,
        perimeter=perimeter,
        layout=layout.as_json() if layout else {},
        upload_token=token,
        asked_by=actor.user if isinstance(actor, Agent) else None,
    )
    return _taken_in(actor, job, inspected, sample, start=start)


def _token(file: Upload, kind: str, perimeter: Territory) -> str:
    """The same click on the same form with the same file: one token. Another file or territory: another."""
    content = hashlib.sha256(file.data).hexdigest()
    return keyed_hash(
        "upload", file.token or get_random_string(32), kind, str(perimeter.pk), file.sheet, content
    )


def _taken_in(
    actor: Actor, job: ImportJob, file: Inspected, sample: Sequence[Sequence[str]], *, start: bool
) -> ImportJob:
    job.file_name, job.file_size = file.safe_name[:120], file.size
    job.file_digest, job.asked_at = keyed_hash("file", file.sha256), now()
    _prefill(job, sample)
    try:
        with transaction.atomic():
            job.save()
            journal.record(actor, "imports.upload", job, reason=str(job.kind))
    except IntegrityError:  # the same click twice, at once
        return ImportJob.objects.get(upload_token=job.upload_token)
    storage.store(job, file.data)
    if job.kind not in ROW_KINDS:
        with transaction.atomic():
            _enqueue(job, ImportStep.CHECK, start=start)
    return job


def _require_some_kind(actor: Actor, kind: str, perimeter: Territory) -> None:
    """The right that the kind asks; while the kind is not known, that of one of those it may turn out to be."""
    if kind:
        require(actor, RIGHT_OF[ImportKind(kind)], perimeter)
    elif not holds(actor, RIGHT_OF[ImportKind.LIMESURVEY_FORM], perimeter):
        require(actor, RIGHT_OF[ImportKind.TABLE], perimeter)


def _read(
    kind: str, file: Upload, limits: Limits | None
) -> tuple[Inspected, Layout | None, list[tuple[str, ...]]]:
    allowed = ALLOWED.get(ImportKind(kind), _TABLES) if kind else _TABLES | {Kind.XML}
    try:
        inspected = inspect(file.data, file.name, allowed=allowed, limits=limits or Limits())
        if inspected.kind is Kind.XML or (kind and kind not in ROW_KINDS):
            return inspected, None, []
        layout = layout_of(inspected, sheet=file.sheet)
        return inspected, layout, sample_of(inspected.data, layout)
    except CoreError as error:
        if kind == ImportKind.LIMESURVEY_FORM and error.code == "files.wrong_type":
            error = CoreError("lss.form")
        raise refused(error) from error


def sample_of(data: bytes, layout: Layout, size: int = SAMPLE) -> list[tuple[str, ...]]:
    """The cells of the first rows."""
    return [row.cells for row in islice(rows_of(io.BytesIO(data), layout), size)]


def _prefill(job: ImportJob, sample: Sequence[Sequence[str]]) -> None:
    """The mapping, unit, title and source to start from: those of last time, of the report, or a guess."""
    if not job.layout:
        return
    job.corrects = _corrected(job, sample)
    job.mapping, job.unit, job.mapping["from"] = mappings.start_from(job, sample)
    former = job.corrects or ImportJob.objects.same_file(job).select_related("source").first()
    if former is not None:
        job.label, job.source = former.label, former.source
    else:
        job.label = job.file_name.rpartition(".")[0].replace("_", " ").strip().capitalize()[:200]


def _corrected(job: ImportJob, sample: Sequence[Sequence[str]]) -> ImportJob | None:
    """The import whose report this file is, by the marks of its rows."""
    columns = list(job.layout["columns"])
    if MARKER not in columns:
        return None
    place = columns.index(MARKER)
    marks = {row[place].rpartition("-")[0] for row in sample if row[place]}
    found = ImportJob.objects.filter(public_id__in=marks, perimeter=job.perimeter, kind__in=ROW_KINDS)
    return found.select_related("source").first()


def configure(
    actor: Actor,
    *,
    job: ImportJob,
    mapping: Mapping[str, Any],
    unit: str,
    label: str,
    start: bool = True,
) -> ImportJob:
    """Say what each column is for, who speaks and under which title; the mapping is remembered, the check asked.

    The title names the source: the same title in the same territory is the same source.
    `start`: False where the caller carries the check out itself. Raises Refused (mapping.*, import.state).
    """
    require(actor, RIGHT_OF[ImportKind(job.kind)], job.perimeter)
    label = " ".join(label.split())[:200]
    if not label:
        raise Refused("import.label", _("Donnez un intitulé : il dira d’où viennent ces contributions."))
    checked = mappings.check(mapping, job.layout["columns"], unit)
    with transaction.atomic():
        job = _held(job)
        if job.state not in (ImportState.DRAFT, ImportState.CHECKED):
            raise Refused("import.state", _("Cet import est déjà parti : ses colonnes ne changent plus."))
        job.mapping, job.unit, job.label = checked, unit, label
        job.error_code = job.error_message = ""
        job.save(update_fields=["mapping", "unit", "label", "error_code", "error_message"])
        ImportMapping.objects.update_or_create(
            kind=job.kind,
            signature=guessing.signature_of(job.layout["columns"]),
            perimeter=job.perimeter,
            defaults={"unit": unit, "label": label, "mapping": checked, "updated_at": now()},
        )
        _enqueue(job, ImportStep.CHECK, start=start)
        journal.record(actor, "imports.configure", job)
    return job


def confirm(actor: Actor, *, job: ImportJob, start: bool = True) -> ImportJob:
    """Record what was checked; confirmed twice, it is recorded once."""
    require(actor, RIGHT_OF[ImportKind(job.kind)], job.perimeter)
    with transaction.atomic():
        job = _held(job)
        if job.step == ImportStep.RECORD and job.state in (*LIVING, ImportState.DONE):
            return job
        if job.state != ImportState.CHECKED:
            raise Refused("import.not_checked", _("Cet import n’a pas encore été vérifié."))
        _enqueue(job, ImportStep.RECORD, start=start)
        journal.record(actor, "imports.confirm", job)
    return job


def cancel(actor: Actor, *, job: ImportJob) -> ImportJob:
    """Give up: the file is forgotten at once, what was already recorded stays."""
    require(actor, RIGHT_OF[ImportKind(job.kind)], job.perimeter)
    with transaction.atomic():
        job = _held(job)
        if job.state not in OPEN:
            raise Refused("import.ended", _("Cet import est terminé : il n’y a rien à abandonner."))
        job.state, job.finished_at, job.lease_until = ImportState.CANCELLED, now(), None
        job.save(update_fields=["state", "finished_at", "lease_until"])
        journal.record(actor, "imports.cancel", job)
    storage.forget(job)
    return job


def _held(job: ImportJob) -> ImportJob:
    return ImportJob.objects.select_for_update(of=("self",)).select_related("perimeter").get(pk=job.pk)


def _enqueue(job: ImportJob, step: ImportStep, *, start: bool = True) -> None:
    """Make the import wait for a step, and its job wait in the queue. Inside a transaction."""
    job.state, job.step, job.done, job.attempt = ImportState.QUEUED, step, 0, 0
    if start:
        job.job_id = str(run_import.enqueue(job.pk).id)
    job.save(update_fields=["state", "step", "done", "attempt", "job_id"])


# --- what the worker does between jobs


def take_back_abandoned() -> int:
    """Put back in the queue the imports whose worker died, or whose job got lost; how many."""
    taken = 0
    for job in [*ImportJob.objects.abandoned(), *ImportJob.objects.filter(state=ImportState.QUEUED)]:
        with transaction.atomic():
            job = _held(job)
            waiting = job.state == ImportState.QUEUED and _job_is_lost(job)
            dead = job.state == ImportState.RUNNING and (job.lease_until is None or job.lease_until < now())
            if not waiting and not dead:
                continue
            _close_job(job)
            take_back_one(job)
        taken += 1
    return taken


def take_back_one(job: ImportJob) -> None:
    """Make an import wait again for the step under way. Called inside a transaction that holds it."""
    job.state, job.lease_until = ImportState.QUEUED, None
    job.job_id = str(run_import.enqueue(job.pk).id)
    job.save(update_fields=["state", "lease_until", "job_id"])
    journal.record(SYSTEM, "imports.take_back", job)


def _job_is_lost(job: ImportJob) -> bool:
    """A waiting import whose job is gone, has ended, or was claimed long ago by a worker that never took it.

    One without a job is being carried out at the command line; it is lost once it has waited as long as a lease.
    """
    if not job.job_id:
        return job.asked_at < now() - LEASE
    found = DBTaskResult.objects.filter(pk=UUID(job.job_id)).first()
    if found is None or found.status in (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED):
        return True
    started = found.started_at
    return found.status == TaskResultStatus.RUNNING and started is not None and started < now() - LEASE


def _close_job(job: ImportJob) -> None:
    """A killed worker leaves its job running for ever: it is marked as failed, another takes its place."""
    if job.job_id:
        DBTaskResult.objects.filter(pk=UUID(job.job_id), status=TaskResultStatus.RUNNING).update(
            status=TaskResultStatus.FAILED, finished_at=now(), exception_class_path="builtins.TimeoutError"
        )


def forget_old() -> int:
    """Forget what is no longer needed: files begun and left, files of ended imports, rows to mend after a month."""
    removed = 0
    for job in ImportJob.objects.left_open_since(now() - KEPT_OPEN):
        with transaction.atomic():
            held = _held(job)
            if held.state in LIVING or held.state not in OPEN:
                continue
            held.state, held.finished_at = ImportState.CANCELLED, now()
            held.save(update_fields=["state", "finished_at"])
            journal.record(SYSTEM, "imports.forget", held)
        removed += storage.forget(job)
    for job in ImportJob.objects.exclude(state__in=OPEN).filter(parts__isnull=False).distinct():
        removed += storage.forget(job)
    old = ImportIssue.objects.filter(job__asked_at__lt=now() - KEPT_ISSUES)
    while pks := list(old.values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            ImportIssue.objects.filter(pk__in=pks).delete()
        removed += len(pks)
    return removed


def unit_words(unit: str) -> str:
    """« personnes », « groupes » or « organisations », for sentences that count."""
    return (
        {
            Unit.PERSON: _("personnes"),
            Unit.GROUP: _("groupes"),
            Unit.ORGANISATION: _("organisations"),
        }.get(Unit(unit), "")
        if unit
        else ""
    )
