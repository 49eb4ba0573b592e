"""`fabrique observatory portraits`: every portrait of the region as a PDF and a page, regenerated from the data.

Fed by the command of the observatory. Feeds a folder: one file a territory, and a list of what was made.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from fabrique.common.errors import Refused
from fabrique.common.folding import fold
from fabrique.restitution.services.territories import Atlas, Portrait
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.context import describe
from fabrique.web.shared.portraits import portrait_context, portrait_pdf

NAME = "portraits"
FORMATS = ("pdf", "html")


def add_arguments(subparsers: Any) -> None:
    """The arguments of the sub-command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        NAME, help="Refait les portraits des territoires : un PDF par département ou par intercommunalité."
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DOSSIER", help="où écrire les portraits")
    parser.add_argument("--epci", action="store_true", help="ceux des intercommunalités")
    parser.add_argument(
        "--territory", action="append", default=[], metavar="CODE", help="ce territoire seul (répétable)"
    )
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="pdf (par défaut) ou html")


def run(options: dict[str, Any], say: Callable[[str], None]) -> None:
    """Make the portraits asked for; a territory without any figure is named and skipped.

    Raises Refused('portraits.unknown_territory') for a code that is not in the region, before writing anything.
    """
    level = Level.EPCI if options["epci"] else Level.DEPARTMENT
    atlas = Atlas.of(Territory.objects.perimeter(), level)
    wanted = chosen(atlas.territories, options["territory"])
    out: Path = options["out"]
    out.mkdir(parents=True, exist_ok=True)
    made = 0
    for place, territory in enumerate(wanted, 1):
        portrait = atlas.portrait(territory)
        if portrait.empty:
            say(f"{place}/{len(wanted)} {territory.name} : aucun chiffre, portrait laissé de côté.")
            continue
        path = out / file_name(territory, options["format"])
        path.write_bytes(content(portrait, options["format"]))
        made += 1
        say(f"{place}/{len(wanted)} {territory.name} : {path.name}")
    say(f"{made} portraits écrits dans {out}.")


def chosen(territories: Sequence[Territory], codes: Sequence[str]) -> list[Territory]:
    """Those of these codes, in the order of the region; all of them without a code."""
    known = {one.code: one for one in territories}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise Refused(
            "portraits.unknown_territory",
            f"Ce code n’est pas celui d’un territoire de la région : {', '.join(unknown)}. "
            "Ajoutez --epci pour une intercommunalité.",
        )
    return [one for one in territories if not codes or one.code in codes]


def file_name(territory: Territory, extension: str) -> str:
    """« portrait-48-lozere.pdf »."""
    return f"portrait-{territory.code}-{fold(territory.name).replace(' ', '-')}.{extension}"


def content(portrait: Portrait, extension: str) -> bytes:
    """The tagged PDF, or the same document as HTML."""
    if extension == FORMATS[0]:
        return portrait_pdf(portrait)
    context = {"instance": describe(None), **portrait_context(portrait)}
    return render_to_string("shared/portraits/document.html", context).encode()
