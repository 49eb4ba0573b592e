"""`fabrique plan load|export|check|adopt|schema`: the file of a plan in, out, verified, and its published description.

Fed by the command `plan`. Feeds plan.services.loading and exporting; tells what a file did in plain French.
"""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from fabrique.common.actors import Operator
from fabrique.common.errors import Refused
from fabrique.plan.models import Plan
from fabrique.plan.services.exporting import document_of, export_plan
from fabrique.plan.services.layout.difference import Difference
from fabrique.plan.services.layout.reading import MAX_BYTES
from fabrique.plan.services.layout.schema import schema_bytes
from fabrique.plan.services.layout.tables import read_tables, to_archive
from fabrique.plan.services.life import adopt
from fabrique.plan.services.loading import LoadReport, load_content, load_plan, section_label

Say = Callable[[str], Any]
STEPS = ("load", "check", "export", "adopt", "schema")
OPERATOR = Operator("plan")
#: keys named on one line of the screen; --json names them all
_SHOWN = 12


def add_arguments(steps: Any) -> None:
    """The sub-commands of this module."""
    load = steps.add_parser("load", help=_("charge un plan (YAML, zip ou dossier de tables)"))
    check = steps.add_parser("check", help=_("vérifie un fichier de plan sans rien écrire"))
    for step in (load, check):
        step.add_argument(
            "file", metavar="FICHIER", type=Path, help=_("le fichier du plan, ou le dossier de ses tables")
        )
        step.add_argument(
            "--previous",
            metavar="FICHIER",
            type=Path,
            help=_("le bilan du plan précédent, dans sa propre forme"),
        )
        step.add_argument("--json", action="store_true", help=_("répond en JSON"))
    load.add_argument("--dry-run", action="store_true", help=_("dit ce qui changerait, sans rien écrire"))
    export = steps.add_parser("export", help=_("écrit un plan dans un fichier qui se recharge sans perte"))
    export.add_argument(
        "plan", metavar="ADRESSE", nargs="?", help=_("l’adresse du plan ; sans elle, le seul plan non clos")
    )
    export.add_argument("--csv", action="store_true", help=_("une archive zip de tables CSV"))
    schema = steps.add_parser("schema", help=_("écrit la description du fichier d’un plan (JSON Schema)"))
    for step in (export, schema):
        step.add_argument(
            "--out", metavar="FICHIER", type=Path, help=_("fichier à écrire (sans lui, la sortie standard)")
        )
    _add_adoption(steps)


def _add_adoption(steps: Any) -> None:
    adopt = steps.add_parser("adopt", help=_("enregistre l’arrêté qui adopte le texte tel qu’il est"))
    adopt.add_argument("plan", metavar="ADRESSE", help=_("l’adresse du plan"))
    adopt.add_argument(
        "--on", required=True, metavar="DATE", type=_day, help=_("date de l’arrêté (AAAA-MM-JJ)")
    )
    adopt.add_argument("--act", required=True, metavar="TEXTE", help=_("l’arrêté, tel qu’il est publié"))
    adopt.add_argument(
        "--url", default="", metavar="ADRESSE", help=_("adresse du recueil des actes administratifs")
    )
    adopt.add_argument(
        "--consulted-elsewhere",
        action="store_true",
        help=_("les avis que la loi prévoit ont été demandés hors de la plateforme ; le journal le garde"),
    )


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise ArgumentTypeError(
            _("« %(said)s » n’est pas une date. Écrivez-la ainsi : 2026-01-31.") % {"said": said}
        ) from error


def run(options: dict[str, Any], say: Say) -> None:
    """One sub-command. Raises Refused with the fault of the file, CommandError where a file does not open."""
    step = options["step"]
    if step in ("load", "check"):
        _load(options, say, dry_run=step == "check" or options["dry_run"])
    elif step == "export":
        plan = _plan(options["plan"])
        data = to_archive(document_of(plan)) if options["csv"] else export_plan(OPERATOR, plan=plan)
        _put(data, options["out"], say, binary=options["csv"])
    elif step == "adopt":
        plan = _plan(options["plan"])
        version = adopt(
            OPERATOR,
            plan=plan,
            on=options["on"],
            act=options["act"],
            act_url=options["url"],
            consulted_elsewhere=options["consulted_elsewhere"],
        )
        say(
            _("Plan adopté. Texte figé : version %(number)d, %(hash)s.")
            % {"number": version.number, "hash": version.content_hash}
        )
    else:
        _put(schema_bytes(), options["out"], say)


def _load(options: dict[str, Any], say: Say, *, dry_run: bool) -> None:
    path: Path = options["file"]
    try:
        if path.is_dir():
            tables = {one.name: _bytes(one) for one in sorted(path.glob("*.csv"))}
            report = load_content(OPERATOR, content=read_tables(tables), dry_run=dry_run)
        else:
            review = _bytes(options["previous"]) if options["previous"] else None
            report = load_plan(OPERATOR, data=_bytes(path), review=review, dry_run=dry_run)
    except Refused as refused:
        problems = refused.params.get("problems")
        # one fault alone is the refusal itself, which is told once
        if isinstance(problems, list) and len(problems) > 1:
            for where, sentence in problems:
                say(f"{where} : {sentence}" if where else sentence)
        raise
    if options["json"]:
        say(json.dumps(report.as_dict(), ensure_ascii=False, indent=2, default=str))
    else:
        for line in told(report):
            say(line)


def told(report: LoadReport) -> list[str]:
    """What a file did, line by line."""
    lines = [_("Essai : rien n’a été écrit.")] if report.dry_run else []
    lines.append(_("Plan : %(title)s (%(slug)s)") % {"title": report.title, "slug": report.slug})
    if report.difference.empty:
        lines.append(_("Ce fichier ne change rien : le plan est déjà ainsi."))
    lines += _differences(report.difference)
    for slip in report.slips:
        values = {"place": slip.place, "found": slip.found, "shown": slip.shown}
        lines.append(_("%(place)s : « %(found)s » est montré « %(shown)s » (gardé tel quel).") % values)
    if report.bodies_added:
        lines.append(_("Instances ajoutées : %(count)d.") % {"count": report.bodies_added})
    lines += [
        _("Mis de côté : %(what)s, %(why)s") % {"what": what, "why": why} for what, why in report.set_aside
    ]
    return lines


def _differences(found: Difference, indent: str = "") -> list[str]:
    lines = []
    if found.plan:
        lines.append(
            _("En-tête changé : %(fields)s.") % {"fields": ", ".join(one.field for one in found.plan)}
        )
    if found.life:
        lines.append(
            _(
                "Non repris : l’état, l’arrêté et la publication d’un plan se changent par leurs propres gestes."
            )
        )
    said = (
        (found.added, _("Ajouts, %(section)s : %(keys)s")),
        (found.changed, _("Changements, %(section)s : %(keys)s")),
        (found.missing, _("Gardés bien qu’absents du fichier, %(section)s : %(keys)s")),
    )
    for nodes, sentence in said:
        for section, keys in nodes.items():
            lines.append(sentence % {"section": section_label(section), "keys": _some(list(keys))})
    for section in found.reordered:
        lines.append(_("Ordre changé : %(section)s.") % {"section": section_label(section)})
    if count := found.count("untouched"):
        lines.append(_("Inchangés : %(count)d.") % {"count": count})
    if found.previous is not None:
        lines += [_("Plan précédent :"), *_differences(found.previous, "  ")]
    return [f"{indent}{line}" for line in lines]


def _some(keys: list[str]) -> str:
    shown = ", ".join(keys[:_SHOWN])
    rest = len(keys) - _SHOWN
    return f"{len(keys)} ({shown}, + {rest})" if rest > 0 else f"{len(keys)} ({shown})"


def _plan(slug: str | None) -> Plan:
    found = list(Plan.objects.filter(slug=slug) if slug else Plan.objects.current())
    if len(found) != 1:
        known = ", ".join(Plan.objects.values_list("slug", flat=True)) or _("aucun")
        said = _("Aucun plan n’a l’adresse « %(slug)s ».") % {"slug": slug} if slug else _("Nommez le plan.")
        raise CommandError(_("%(said)s Plans connus : %(known)s.") % {"said": said, "known": known})
    plan: Plan = found[0]
    return plan


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES * 2)
    except OSError as error:
        raise CommandError(
            _("Le fichier « %(path)s » ne s’ouvre pas. Vérifiez son nom et son dossier.") % {"path": path}
        ) from error


def _put(data: bytes, out: Path | None, say: Say, *, binary: bool = False) -> None:
    if out is not None:
        out.write_bytes(data)
        say(_("Fichier écrit : %(path)s") % {"path": out})
    elif binary:
        raise CommandError(_("Donnez avec --out le nom de l’archive à écrire."))
    else:
        say(data.decode().removesuffix("\n"))
