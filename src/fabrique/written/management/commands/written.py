"""`fabrique written import FILE`: put messages or documents received elsewhere into quarantine.

Fed by a person at the server. Feeds written.services.import_file, with the rights of the command line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from fabrique.common.actors import Operator
from fabrique.common.errors import Refused
from fabrique.common.files import refused
from fabrique.written.enums import CallState
from fabrique.written.models import Call
from fabrique.written.services import Line, Report, import_file
from fabrique_core.errors import CoreError
from fabrique_core.files import Limits

#: a mailbox at the command line may be larger than what a browser sends
LIMITS = Limits(size=200_000_000)


class Command(BaseCommand):
    help = _("Importe des contributions écrites : courriels (.eml, .mbox), PDF, DOCX, ODT ou TXT.")

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        one = steps.add_parser("import", help=_("met chaque message ou document du fichier à vérifier"))
        one.add_argument("file", type=Path, metavar="FILE", help=_("fichier à importer"))
        one.add_argument(
            "--call", default="", help=_("adresse de l’appel (sa fin), s’il y en a plusieurs d’ouverts")
        )
        one.add_argument(
            "--organisation",
            default="",
            help=_("nom de l’organisme, pour un document qui n’est pas un courriel"),
        )
        one.add_argument(
            "--acknowledge", action="store_true", help=_("écrit un accusé de réception aux expéditeurs")
        )
        one.add_argument(
            "--dry-run", action="store_true", help=_("dit ce qui serait fait, sans rien enregistrer")
        )
        one.add_argument("--json", action="store_true", help=_("écrit le bilan en JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self._import(options)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        except OSError as error:
            said = _("Le fichier « %(path)s » ne s’ouvre pas. Vérifiez son nom et son dossier.")
            raise CommandError(said % {"path": error.filename or options["file"]}, returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_dict(report), ensure_ascii=False, indent=2))
            return
        for line in report.lines:
            self.stdout.write(_in_words(line))
        counts = {"added": report.added, "known": report.known, "refused": report.refused}
        if report.rehearsal:
            self.stdout.write(_("Rien n’a été enregistré (--dry-run)."))
        self.stdout.write(
            _("Ajoutées : %(added)d. Déjà reçues : %(known)d. Refusées : %(refused)d.") % counts
        )

    def _import(self, options: dict[str, Any]) -> Report:
        file: Path = options["file"]
        size = file.stat().st_size
        if size > LIMITS.size:
            raise refused(CoreError("files.too_large", size=size, limit=LIMITS.size))
        return import_file(
            Operator("written import"),
            call=_call(options["call"]),
            name=file.name,
            data=file.read_bytes(),
            organisation=options["organisation"],
            dry_run=options["dry_run"],
            acknowledged=options["acknowledge"],
            limits=LIMITS,
        )


def _call(slug: str) -> Call:
    """The call named, or the only one open. Raises Refused('call.which')."""
    rows = Call.objects.select_related("perimeter", "source")
    found = list(rows.filter(slug=slug) if slug else rows.filter(state=CallState.OPEN))
    if len(found) != 1:
        raise Refused(
            "call.which",
            _("Dites à quel appel ce fichier répond, avec --call. Appels ouverts : %(slugs)s.")
            % {
                "slugs": ", ".join(Call.objects.filter(state=CallState.OPEN).values_list("slug", flat=True))
                or "–"
            },
        )
    return found[0]


def _in_words(line: Line) -> str:
    words = {"added": _("ajoutée"), "known": _("déjà reçue"), "refused": _("refusée")}
    said = _("%(label)s : %(outcome)s.") % {"label": line.label, "outcome": words[line.outcome]}
    aside = [one.what for one in line.set_aside if one.reason.startswith("files.")]
    return " ".join(
        part for part in [said, line.sentence if line.outcome == "refused" else "", *aside] if part
    )


def _as_dict(report: Report) -> dict[str, Any]:
    return {
        "rehearsal": report.rehearsal,
        "added": report.added,
        "known": report.known,
        "refused": report.refused,
        "unit": "organisation",
        "lines": [
            {
                "label": line.label,
                "outcome": line.outcome,
                "sentence": line.sentence,
                "contribution": line.public_id,
                "demands": line.demands,
                "set_aside": [{"reason": one.reason, "what": one.what} for one in line.set_aside],
            }
            for line in report.lines
        ],
    }
