"""`fabrique plan …`: files of the plan, action sheets, snapshots, dossier and account, one name and many sub-commands.

Fed by the operator. Feeds the modules that do the work, each with its own sub-commands.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from fabrique.common.errors import Refused
from fabrique.plan.services.sheets import command as sheets
from fabrique.web.management import plan_files, plan_review


class Command(BaseCommand):
    help = _(
        "Le plan : fichiers (load, check, export, schema), adoption (adopt), fiches (sheets), "
        "instantané, dossier et compte rendu."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        plan_files.add_arguments(steps)
        sheets.add_arguments(
            steps.add_parser("sheets", help=_("sort les fiches d’action, ou les fait rentrer"))
        )
        plan_review.add_arguments(steps)

    def handle(self, *args: Any, **options: Any) -> None:
        step = options["step"]
        try:
            if step == "sheets":
                if sheets.run(options, self.stdout.write):
                    raise CommandError(_("Des lignes ont été refusées : corrigez-les, puis recommencez."))
            elif step in plan_files.STEPS:
                plan_files.run(options, self.stdout.write)
            else:
                plan_review.STEPS[step](options, self.stdout.write)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except OSError as error:
            if error.filename is None:
                raise
            raise CommandError(
                _(
                    "« %(path)s » ne s’écrit pas ici. Vérifiez le dossier, et que vous avez le droit d’y écrire."
                )
                % {"path": error.filename}
            ) from error
