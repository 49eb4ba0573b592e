"""`fabrique plan snapshot | dossier | account`: freeze the plan of a territory, write its files in a folder.

Fed by commands/plan.py, which dispatches. Feeds plan.services.snapshots and web.shared.dossier.
"""

from __future__ import annotations

from argparse import _SubParsersAction
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from fabrique.common.actors import Operator
from fabrique.common.errors import Refused
from fabrique.plan.enums import ReviewState
from fabrique.plan.models import Plan, Snapshot
from fabrique.plan.services.snapshots import take_snapshot
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.shared.dossier import FORMS, account_file, dossier_file, file_name, frozen
from fabrique.web.shared.dossier.words import plain

OPERATOR = Operator("plan")
Write = Callable[[str], Any]


def add_arguments(steps: _SubParsersAction[Any]) -> None:
    """Add the three steps to the parser of `fabrique plan`."""
    one = steps.add_parser("snapshot", help=_("fige l’état du plan d’un territoire"))
    one.add_argument(
        "--territory",
        metavar="CODE",
        default="",
        help=_("code du département, ou rien pour toute la région du plan"),
    )
    one.add_argument(
        "--plan", metavar="ADRESSE", default="", help=_("adresse du plan (sa fin), s’il y en a plusieurs")
    )
    one.add_argument("--label", metavar="NOM", required=True, help=_("nom de l’instantané"))
    two = steps.add_parser("dossier", help=_("écrit le dossier annuel d’un instantané, en quatre formats"))
    three = steps.add_parser("account", help=_("écrit le compte rendu aux habitants d’un instantané"))
    for step in (two, three):
        step.add_argument("snapshot", metavar="INSTANTANÉ", help=_("identifiant de l’instantané"))
        step.add_argument(
            "--out", metavar="DOSSIER", type=Path, required=True, help=_("dossier où écrire les fichiers")
        )
    two.add_argument(
        "--public", action="store_true", help=_("sans les projets ni les noms, pour la publication")
    )


def snapshot(options: Mapping[str, Any], write: Write) -> None:
    """Take a snapshot and say its identifier. Raises Refused: plan.unknown, plan.several, territory.unknown…"""
    plan = _plan(options["plan"])
    taken = take_snapshot(
        OPERATOR,
        plan=plan,
        territory=_territory(plan, options["territory"]),
        label=options["label"],
    )
    said = {"id": taken.public_id, "n": taken.number, "hash": taken.content_hash}
    write(plain(_("Instantané %(id)s : n° %(n)s, empreinte %(hash)s.") % said))


def dossier(options: Mapping[str, Any], write: Write) -> None:
    """Write the four files of the dossier. Raises Refused: snapshot.unknown, snapshot.altered."""
    source = frozen(_snapshot(options["snapshot"]), public=options["public"])
    for form in FORMS:
        _write(options["out"], file_name(source, "dossier", form), dossier_file(source, form), write)


def account(options: Mapping[str, Any], write: Write) -> None:
    """Write the account to inhabitants, HTML and PDF, with the decisions of a published review on that snapshot."""
    taken = _snapshot(options["snapshot"])
    review = taken.reviews.filter(state=ReviewState.PUBLISHED).order_by("-published_at").first()
    source = frozen(taken, public=True, review=review)
    for form in ("html", "pdf"):
        name = file_name(source, "compte-rendu-habitants", form)
        _write(options["out"], name, account_file(source, form), write)


#: {step: what it does}, for the dispatcher
STEPS: dict[str, Callable[[Mapping[str, Any], Write], None]] = {
    "snapshot": snapshot,
    "dossier": dossier,
    "account": account,
}


def _write(folder: Path, name: str, data: bytes, write: Write) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    write(str(folder / name))


def _plan(slug: str) -> Plan:
    """The plan of that address, or the only one with actions."""
    if slug:
        found = Plan.objects.filter(slug=slug).first()
        if found is None:
            raise Refused("plan.unknown", _("Aucun plan n’a cette adresse."))
        return found
    plans = list(Plan.objects.filter(actions__isnull=False).distinct()[:2])
    if len(plans) != 1:
        raise Refused("plan.several", _("Précisez le plan avec --plan : il n’y en a pas un seul."))
    return plans[0]


def _territory(plan: Plan, code: str) -> Territory:
    if not code or code == plan.territory.code:
        return plan.territory
    inside = Territory.objects.within(plan.territory).filter(level=Level.DEPARTMENT)
    found: Territory | None = inside.filter(code=code).first()
    if found is None:
        raise Refused("territory.unknown", _("Aucun département du plan n’a ce code."))
    return found


def _snapshot(public_id: str) -> Snapshot:
    found = Snapshot.objects.filter(public_id=public_id).first()
    if found is None:
        raise Refused("snapshot.unknown", _("Aucun instantané n’a cet identifiant."))
    return found
