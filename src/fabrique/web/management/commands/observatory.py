"""`fabrique observatory load|import|definitions|portraits`: files into the observatory, portraits out of it.

Fed by official open-data files and an agency's own. Feeds the observatory; `portraits` stands in
web.shared.portraits.command, where what draws them is.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from fabrique.common.actors import Operator
from fabrique.common.errors import Refused
from fabrique.observatory.models import ImportBatch
from fabrique.observatory.services import (
    Loaded,
    check_file,
    confirm_file,
    load_definitions,
    load_folder,
    preview_file,
)
from fabrique.web.shared.portraits import command as portraits

OPERATOR = Operator("observatory")
#: cells named on the screen; the report of the file, in the agents' room, names them all
_SHOWN = 20


class Command(BaseCommand):
    help = _(
        "Charge des fichiers dans l’observatoire (load, import, definitions), fait les portraits (portraits)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        load = steps.add_parser("load", help=_("charge tous les fichiers officiels reconnus d’un dossier"))
        load.add_argument("folder", nargs="+", type=Path, help=_("dossier de fichiers CSV"))
        one = steps.add_parser("import", help=_("charge un fichier de valeurs, ou un fichier officiel"))
        one.add_argument("file", type=Path, help=_("le fichier CSV à charger"))
        words = steps.add_parser("definitions", help=_("charge un fichier de définitions (CSV ou YAML)"))
        words.add_argument("file", type=Path, help=_("le fichier de définitions"))
        for step in (load, one, words):
            step.add_argument("--dry-run", action="store_true", help=_("dit ce qui changerait, n’écrit rien"))
            step.add_argument("--json", action="store_true", help=_("donne le bilan en JSON"))
        portraits.add_arguments(steps)

    def handle(self, *args: Any, **options: Any) -> None:
        steps = {
            "load": self._load,
            "import": self._import,
            "definitions": self._definitions,
            "portraits": lambda given: portraits.run(given, self.stdout.write),
        }
        try:
            steps[options["step"]](options)
        except Refused as refused:
            raise CommandError(str(refused)) from refused

    def _load(self, options: dict[str, Any]) -> None:
        found: list[Loaded] = []
        for folder in options["folder"]:
            if not folder.is_dir():
                raise CommandError(_("« %(path)s » n’est pas un dossier.") % {"path": folder})
            say = self._silent if options["json"] else self._progress
            found += load_folder(OPERATOR, folder=folder, dry_run=options["dry_run"], say=say)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
            return
        for one in found:
            self._say_loaded(one)
        read = [one for one in found if not one.refusal]
        self.stdout.write(
            _(
                "Fichiers lus : %(files)d sur %(all)d. Valeurs ajoutées : %(added)d ; remplacées : %(replaced)d ; "
                "déjà connues : %(same)d."
            )
            % {
                "files": len(read),
                "all": len(found),
                "added": sum(one.added for one in read),
                "replaced": sum(one.replaced for one in read),
                "same": sum(one.unchanged for one in read),
            }
        )
        self._say_dry(options)

    def _say_loaded(self, one: Loaded) -> None:
        if one.refusal:
            self.stdout.write(f"{one.file_name} : {one.refusal}")
            return
        self.stdout.write(
            _(
                "%(file)s : %(label)s ; ajoutées : %(added)d ; remplacées : %(replaced)d ; déjà connues : %(same)d."
            )
            % {
                "file": one.file_name,
                "label": one.label,
                "added": one.added,
                "replaced": one.replaced,
                "same": one.unchanged,
            }
        )
        for aside in one.aside:
            self.stdout.write(
                _("    mis de côté : %(what)s (%(rows)d) : %(why)s")
                % {"what": aside.what, "rows": aside.rows, "why": aside.why}
            )

    def _import(self, options: dict[str, Any]) -> None:
        path = options["file"]
        if options["dry_run"]:
            batch = preview_file(OPERATOR, data=_bytes(path), name=path.name, command=True)
        else:
            checked = check_file(OPERATOR, data=_bytes(path), name=path.name, command=True)
            batch = confirm_file(OPERATOR, batch=checked)
        report = _report(batch)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        for issue in batch.issues[:_SHOWN]:
            column = _(", colonne %(name)s") % {"name": issue["column"]} if issue["column"] else ""
            self.stdout.write(
                _("Ligne %(line)d%(column)s : %(wrong)s %(todo)s") % {**issue, "column": column}
            )
        if len(batch.issues) > _SHOWN:
            self.stdout.write(
                _("Autres cellules à corriger : %(more)d.") % {"more": len(batch.issues) - _SHOWN}
            )
        self.stdout.write(
            _(
                "Valeurs ajoutées : %(added)d ; remplacées : %(replaced)d ; déjà connues : %(unchanged)d. "
                "Lignes refusées : %(refused)d."
            )
            % report
        )
        self._say_dry(options)

    def _definitions(self, options: dict[str, Any]) -> None:
        path = options["file"]
        found = load_definitions(OPERATOR, data=_bytes(path), name=path.name, dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found)))
            return
        self.stdout.write(
            _("Indicateurs lus : %(read)d. Versions écrites : %(written)d ; déjà connues : %(known)d.")
            % asdict(found)
        )
        self._say_dry(options)

    def _say_dry(self, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            self.stdout.write(_("Essai à blanc : rien n’a été écrit."))

    def _progress(self, name: str) -> None:
        if self.stderr.isatty():
            self.stderr.write(_("Lecture de %(name)s…") % {"name": name})

    def _silent(self, name: str) -> None:
        """The report in JSON stands alone."""


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(_("Le fichier « %(path)s » ne peut pas être lu.") % {"path": path}) from error


def _report(batch: ImportBatch) -> dict[str, Any]:
    return {
        "file": batch.file_name,
        "layout": batch.layout,
        "state": batch.state,
        "added": batch.added,
        "replaced": batch.replaced,
        "unchanged": batch.unchanged,
        "refused": batch.refused,
        "issues": batch.issues,
        "set_aside": batch.set_aside,
    }
