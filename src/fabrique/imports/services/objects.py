"""Files that make an object rather than participations: a questionnaire of LimeSurvey or XLSForm, a calendar.

Fed by the sealed file. Feeds the verbs of the app that owns the object, with the rights of whoever sent it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent, Operator
from fabrique.common.errors import Refused
from fabrique.common.registry import ObjectReport, importers
from fabrique.consultations.models import Consultation
from fabrique.imports.enums import ImportKind
from fabrique.imports.models import ImportJob
from fabrique.imports.services import lss, storage
from fabrique.imports.services.leases import Lease
from fabrique.meetings.services.calendar import import_calendar
from fabrique.territories.models import Territory

#: kinds that make a draft consultation
QUESTIONNAIRES = (ImportKind.LIMESURVEY_FORM, ImportKind.XLSFORM)
#: sentences kept in the report of an import
MOST_SAID = 500


def check(lease: Lease) -> dict[str, Any]:
    """Read the file without making anything."""
    return _report(_run(lease.job, dry_run=True))


def record(lease: Lease) -> dict[str, Any]:
    """Make the object, once: a file already imported gives back what it made."""
    job = lease.job
    done = _run(job, dry_run=False)
    lease.write(result=done.result, label=done.label[:200])
    return _report(done)


def _run(job: ImportJob, *, dry_run: bool) -> ObjectReport:
    """Call the importer with the rights of whoever sent the file; what the same file made is given back."""
    if (former := _made_before(job)) is not None:
        return ObjectReport(known=1, label=former.title, result=str(former.public_id))
    actor: Actor = Agent(job.asked_by) if job.asked_by else Operator("import")
    importer = _importer(ImportKind(job.kind))
    data = storage.whole(job)
    return importer(actor, data=data, name=job.file_name, perimeter=job.perimeter, dry_run=dry_run)


def _made_before(job: ImportJob) -> Consultation | None:
    """The draft that the very same questionnaire made here before, if it is still there."""
    if job.kind not in QUESTIONNAIRES:
        return None
    made = ImportJob.objects.same_file(job).exclude(result="").values_list("result", flat=True)
    found: Consultation | None = Consultation.objects.filter(public_id__in=list(made)).first()
    return found


def _importer(kind: ImportKind) -> Callable[..., ObjectReport]:
    ours = {ImportKind.LIMESURVEY_FORM: lss.import_questionnaire, ImportKind.MEETINGS: _calendar}
    if kind in ours:
        return ours[kind]
    try:
        return importers.get(str(kind))
    except KeyError as absent:
        raise Refused("import.not_here", _("Ce site ne sait pas importer ce format de fichier.")) from absent


def _calendar(actor: Actor, *, data: bytes, name: str, perimeter: Territory, dry_run: bool) -> ObjectReport:
    """The calendar of meetings: each row says its own territory, where the right is asked again."""
    done = import_calendar(actor, data=data, name=name, dry_run=dry_run)
    slips = [
        (
            _("ligne %(line)s") % {"line": one["line"]},
            _("« %(found)s » est montré « %(shown)s » ; ce que le fichier écrivait est gardé.") % one,
        )
        for one in done.corrections
    ]
    unused = [(column, _("Cette colonne n’est pas importée.")) for column in done.ignored_columns]
    return ObjectReport(
        added=done.created,
        changed=done.changed,
        known=done.unchanged,
        errors=tuple((aside.line, aside.sentence) for aside in done.set_aside),
        set_aside=(*slips, *unused),
    )


def _report(done: ObjectReport) -> dict[str, Any]:
    report = asdict(done)
    return {
        **report,
        "errors": len(done.errors),
        "said": [list(one) for one in done.errors[:MOST_SAID]],
        "set_aside": [list(one) for one in done.set_aside[:MOST_SAID]],
        "objects": True,
    }
