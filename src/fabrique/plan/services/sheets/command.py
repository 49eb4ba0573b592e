"""`fabrique plan sheets export|import`: the sheets as files at the terminal.

Fed by web/management/commands/plan.py, which dispatches. Feeds the same export and the same report as the screen.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.common.actors import Operator
from fabrique.common.errors import Refused
from fabrique.plan.models import Action, Plan
from fabrique.plan.services.sheets.applying import Report
from fabrique.plan.services.sheets.columns import TABLES
from fabrique.plan.services.sheets.files import csv_of, workbook_of
from fabrique.plan.services.sheets.rows import Tables, tables_of
from fabrique.plan.services.sheets.waiting import apply_from_terminal
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

Say = Callable[[str], Any]


def add_arguments(parser: ArgumentParser) -> None:
    """The sub-commands and what they take."""
    steps = parser.add_subparsers(dest="sheets", required=True)
    out = steps.add_parser("export", help=_("écrit un classeur (.xlsx), ou un dossier de fichiers CSV"))
    out.add_argument("path", metavar="FICHIER", type=Path, help=_("fichier .xlsx, ou dossier"))
    out.add_argument("--plan", metavar="ADRESSE", required=True, help=_("adresse du plan"))
    out.add_argument("--territory", metavar="CODE", default="", help=_("code du département ou de la région"))
    back = steps.add_parser("import", help=_("compare un fichier avec les fiches, et écrit ce qui diffère"))
    back.add_argument("path", metavar="FICHIER", type=Path, help=_("fichier .xlsx ou .csv"))
    back.add_argument("--plan", metavar="ADRESSE", required=True, help=_("adresse du plan"))
    back.add_argument("--dry-run", action="store_true", help=_("montre sans rien écrire"))


def run(options: Mapping[str, Any], say: Say) -> int:
    """Returns how many rows were set aside: 0 is a full success. Raises Refused."""
    plan = Plan.objects.filter(slug=options["plan"]).first()
    if plan is None:
        raise Refused(
            "plan.unknown", _("Aucun plan n’a cette adresse : %(slug)s.") % {"slug": options["plan"]}
        )
    path: Path = options["path"]
    if options["sheets"] == "export":
        _export(_tables(plan, options["territory"]), path, say)
        return 0
    return _import(plan, path, options["dry_run"], say)


def _tables(plan: Plan, territory: str) -> Tables:
    rows = Action.objects.filter(plan=plan)
    if territory:
        inside = Territory.objects.within(plan.territory).filter(level__in=[Level.REGION, Level.DEPARTMENT])
        if not inside.filter(code=territory).exists():
            raise Refused(
                "sheets.territory",
                _("Aucun territoire du plan n’a le code « %(code)s ».") % {"code": territory},
            )
        rows = rows.filter(territory__code=territory)
    return tables_of(rows.with_lines().prefetch_related("indicators__values"))


def _export(tables: Tables, path: Path, say: Say) -> None:
    if path.suffix == ".xlsx":
        path.write_bytes(workbook_of(tables))
    else:
        path.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            (path / f"{table}.csv").write_bytes(csv_of(table, tables))
    count = len(tables["actions"])
    sentence = ngettext("%(n)d fiche écrite dans %(path)s", "%(n)d fiches écrites dans %(path)s", count)
    say(sentence % {"n": count, "path": path})


def _import(plan: Plan, path: Path, dry_run: bool, say: Say) -> int:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused(
            "sheets.no_file", _("Ce fichier ne s’ouvre pas : %(path)s.") % {"path": path}
        ) from error
    report = apply_from_terminal(
        Operator("plan sheets import"), plan=plan, data=data, name=path.name, dry_run=dry_run
    )
    for line in lines_of(report):
        say(line)
    return len(report.issues)


def lines_of(report: Report) -> list[str]:
    """A report in words, one line a cell."""
    counts = {
        "read": report.read,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "aside": len(report.issues),
    }
    return [
        *(
            f"{one.table}, {one.line}, {one.column} : « {one.before} » → « {one.after} »"
            for one in report.changes
        ),
        *(f"{one.table}, {one.line}, {one.column} : {one.sentence}" for one in report.issues),
        *report.notes,
        _(
            "%(read)d lignes lues, %(added)d nouvelles, %(changed)d modifiées, "
            "%(unchanged)d sans changement, %(aside)d laissées de côté"
        )
        % counts,
    ]
