"""`fabrique meetings import FILE`: load a calendar of meetings; run again, nothing is doubled.

Fed by a CSV or XLSX calendar, and by a YAML file of programmes where there is one. Feeds programmes and meetings.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from fabrique.common.actors import Operator
from fabrique.common.errors import Refused
from fabrique.meetings.models import Programme
from fabrique.meetings.services.calendar import CalendarReport, import_calendar
from fabrique.meetings.services.facts import FactsReport, import_facts
from fabrique.meetings.services.programmes import publish_programme

OPERATOR = Operator("meetings import")


class Command(BaseCommand):
    help = _("Charge un calendrier de rencontres (import).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        load = steps.add_parser("import", help=_("charge un calendrier ; relancer n’ajoute rien"))
        load.add_argument("file", type=Path, help=_("le calendrier, en CSV ou en XLSX"))
        load.add_argument("--programmes", type=Path, help=_("le cadre des programmes, en YAML"))
        load.add_argument("--publish", action="store_true", help=_("rend publics les programmes du fichier"))
        load.add_argument(
            "--dry-run", action="store_true", help=_("dit ce qui serait fait, sans rien écrire")
        )
        load.add_argument("--json", action="store_true", help=_("répond en JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run = options["dry_run"]
        try:
            facts = FactsReport()
            if path := options["programmes"]:
                facts = import_facts(OPERATOR, data=_bytes(path), name=path.name, dry_run=dry_run)
            path = options["file"]
            report = import_calendar(OPERATOR, data=_bytes(path), name=path.name, dry_run=dry_run)
            published = [] if dry_run or not options["publish"] else _publish(facts)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            answer = {**report.as_dict(), "facts": vars(facts), "published": published}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            self._tell(report, facts, published)

    def _tell(self, report: CalendarReport, facts: FactsReport, published: list[str]) -> None:
        if report.dry_run:
            self.stdout.write(_("Essai : rien n’a été écrit."))
        for title in [*facts.created, *report.programmes_created]:
            self.stdout.write(_("Programme ouvert : %(title)s.") % {"title": title})
        for title in facts.completed:
            self.stdout.write(_("Programme complété : %(title)s.") % {"title": title})
        for aside in facts.set_aside:
            self.stdout.write(_("Non repris : %(programme)s, %(what)s.") % aside)
        for slip in report.corrections:
            self.stdout.write(
                _(
                    "Ligne %(line)d : « %(found)s » est montré « %(shown)s » (gardé tel quel dans les données)."
                )
                % slip
            )
        for name in report.ignored_columns:
            self.stdout.write(_("Colonne ignorée : %(name)s.") % {"name": name})
        for row in report.set_aside:
            self.stdout.write(
                _("Ligne %(line)d mise de côté : %(reason)s") % {"line": row.line, "reason": row.sentence}
            )
        for title in published:
            self.stdout.write(_("Programme rendu public : %(title)s.") % {"title": title})
        self.stdout.write(
            _(
                "Rencontres : %(created)d ajoutées, %(changed)d changées, %(unchanged)d inchangées, "
                "%(aside)d lignes mises de côté sur %(rows)d."
            )
            % {
                "created": report.created,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "aside": len(report.set_aside),
                "rows": report.rows,
            }
        )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            _("Le fichier « %(path)s » ne s’ouvre pas. Vérifiez son nom et son dossier.") % {"path": path}
        ) from error


def _publish(facts: FactsReport) -> list[str]:
    """Make public the programmes that hold a meeting or were described; those already public stay so."""
    published = []
    described = {*facts.created, *facts.completed}
    for programme in Programme.objects.filter(published_at__isnull=True):
        imported = programme.meetings.filter(import_key__isnull=False).exists()
        if imported or programme.title in described:
            publish_programme(OPERATOR, programme=programme)
            published.append(programme.title)
    return published
