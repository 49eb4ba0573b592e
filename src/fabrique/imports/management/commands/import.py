"""`fabrique import FORMAT FILE`: the same import as on the screen, carried out at once, told on the terminal.

Fed by a person at the server. Feeds imports.services, with the rights of the command line.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.actors import Operator
from fabrique.common.errors import Refused
from fabrique.contributions.enums import Unit
from fabrique.imports import services
from fabrique.imports.enums import ROW_KINDS, AsideReason, ImportKind, ImportState
from fabrique.imports.models import ImportJob
from fabrique.imports.services import report as reports
from fabrique.imports.services.execution import carry_out
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique_core.files import Limits

#: at the command line files may be larger than on the site
LIMITS = Limits(size=500_000_000, member=1_000_000_000, unpacked=2_000_000_000)

FORMATS = ("decidim", "limesurvey", "granddebat", "xlsform", "meetings", "table")


class Command(BaseCommand):
    help = (
        "Importe un fichier : Decidim, LimeSurvey, Grand Débat, XLSForm, calendrier de rencontres ou tableau."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("format", choices=FORMATS, help="format du fichier")
        parser.add_argument("file", type=Path, metavar="FILE", help="fichier à importer")
        parser.add_argument("--dry-run", action="store_true", help="vérifie le fichier sans rien enregistrer")
        parser.add_argument("--json", action="store_true", help="écrit le bilan en JSON sur la sortie")
        parser.add_argument(
            "--title", default="", help="intitulé de la source ; le même intitulé complète la même source"
        )
        parser.add_argument(
            "--territory",
            default="",
            help="territoire, par exemple « departement:46 » ; la région par défaut",
        )
        parser.add_argument("--unit", choices=Unit.values, default="", help="qui parle dans le fichier")
        parser.add_argument(
            "--mapping",
            type=Path,
            help="correspondance des colonnes (JSON, forme donnée par --dry-run --json)",
        )
        parser.add_argument("--sheet", default="", help="feuille du classeur, la première par défaut")
        parser.add_argument("--errors", type=Path, help="où écrire les lignes à corriger (.csv ou .xlsx)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            job = self._import(argparse.Namespace(**options))
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        except OSError as error:
            said = _("Le fichier « %(path)s » ne s’ouvre pas. Vérifiez son nom et son dossier.")
            raise CommandError(said % {"path": error.filename or options["file"]}, returncode=2) from error
        self._tell(job, as_json=options["json"])

    def _import(self, asked: argparse.Namespace) -> ImportJob:
        actor = Operator("import")
        file = services.Upload(data=asked.file.read_bytes(), name=asked.file.name, sheet=asked.sheet)
        job = services.upload(
            actor,
            kind=_kind(asked.format, asked.file),
            perimeter=_territory(asked.territory),
            file=file,
            limits=LIMITS,
            start=False,
        )
        try:
            self._configure(actor, job, asked)
            self._step(job)
            if not asked.dry_run:
                services.confirm(actor, job=job, start=False)
                self._step(job)
            if asked.errors and job.kind in ROW_KINDS:
                make = reports.as_xlsx if asked.errors.suffix == ".xlsx" else reports.as_csv
                asked.errors.write_bytes(make(job))
        finally:
            job.refresh_from_db()
            if job.state not in (ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED):
                services.cancel(actor, job=job)
        return job

    def _configure(self, actor: Operator, job: ImportJob, asked: argparse.Namespace) -> None:
        if job.kind not in ROW_KINDS:
            return
        given = _given_mapping(asked.mapping) if asked.mapping else job.mapping
        unit = asked.unit or given.get("unit", "") or job.unit
        label = asked.title or job.label
        services.configure(actor, job=job, mapping=given, unit=unit, label=label, start=False)

    def _step(self, job: ImportJob) -> None:
        """Carry out the step that waits, here and now. Raises Refused where it is refused."""
        carry_out(job.pk)
        job.refresh_from_db()
        if job.error_code:
            raise Refused(job.error_code, job.error_message)
        if job.state in (ImportState.QUEUED, ImportState.RUNNING):
            raise Refused(
                "import.stopped",
                _("L’import a été arrêté. Relancez la commande : il reprendra sans doublon."),
            )

    def _tell(self, job: ImportJob, *, as_json: bool) -> None:
        if as_json:
            shown = {"import": str(job.public_id), "format": job.kind, "state": job.state, "unit": job.unit}
            shown |= {"title": job.label, "result": job.result, "report": job.report, "mapping": job.mapping}
            self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2))
            return
        for line in sentences_of(job):
            self.stdout.write(line)


def _kind(asked: str, file: Path) -> str:
    """LimeSurvey has two kinds of file: a questionnaire, and answers."""
    if asked == "limesurvey" and file.suffix.lower() in (".lss", ".xml"):
        return str(ImportKind.LIMESURVEY_FORM)
    return asked


def _territory(asked: str) -> Territory:
    if not asked:
        found: Territory = Territory.objects.perimeter()
        return found
    level, _colon, code = asked.rpartition(":")
    rows = Territory.objects.filter(code=code, level=level or Level.DEPARTMENT)
    chosen = rows.first()
    if chosen is None:
        raise Refused(
            "import.territory",
            _("Le territoire « %(asked)s » n’existe pas. Écrivez par exemple departement:46.")
            % {"asked": asked},
        )
    return chosen


def _given_mapping(path: Path) -> dict[str, Any]:
    """A mapping written by a person: the one that --dry-run --json gives, or its « mapping » alone."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise Refused(
            "mapping.form", _("La correspondance des colonnes n’a pas la forme attendue.")
        ) from error
    if not isinstance(content, dict):
        raise Refused("mapping.form", _("La correspondance des colonnes n’a pas la forme attendue."))
    inside = content.get("mapping", content)
    return {**inside, "unit": content.get("unit", "")} if isinstance(inside, dict) else {}


def sentences_of(job: ImportJob) -> list[str]:
    """The report, a sentence a line."""
    report = job.report
    done = job.state == ImportState.DONE
    added = report.get("added", 0) if done or report.get("objects") else report["ready"] - report["known"]
    start = _("Enregistrées") if done else _("Seraient enregistrées")
    lines = [f"{start} : {added}", _("Déjà connues : %(count)s") % {"count": report.get("known", 0)}]
    errors = report.get("errors", 0)
    lines.append(
        ngettext("%(count)s ligne à corriger", "%(count)s lignes à corriger", errors) % {"count": errors}
    )
    for reason, count in report.get("aside", {}).items():
        lines.append(f"{_('Mises de côté')} : {count} ({AsideReason(reason).label})")
    lines += [f"l. {line} : {said}" if line else said for line, said in report.get("said", [])]
    lines += [f"{where} : {said}" for where, said in report.get("set_aside", [])]
    return lines
