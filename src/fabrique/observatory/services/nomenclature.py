"""A file of definitions: the list of indicators is data, loaded from CSV or YAML and given back the same.

Fed by the command and the agents' form. Feeds definitions; a changed method makes a new version.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from fabrique.accounts.rights import require
from fabrique.common.errors import Refused
from fabrique.common.files import MEGABYTE, inspected
from fabrique.observatory.models import DefinitionVersion
from fabrique.observatory.services.definitions import OF_INDICATOR, OF_VERSION, define, existing
from fabrique.observatory.services.entries import Definition
from fabrique.observatory.services.sheets import sheet_of
from fabrique.territories.models import Territory
from fabrique_core.files import Kind, Limits, csv_writer

COLUMNS = tuple(one.name for one in fields(Definition))
_REQUIRED = ("code", "label", "unit", "source_name")
_YES = frozenset({"oui", "vrai", "true", "yes", "1"})


@dataclass(frozen=True)
class LoadedDefinitions:
    """How many indicators the file holds, how many versions it would add or correct, how many are known."""

    read: int
    written: int
    known: int


def load_definitions(actor: Any, *, data: bytes, name: str, dry_run: bool = False) -> LoadedDefinitions:
    """Load a file of definitions (CSV, or a YAML list); loading it again changes nothing.

    Raises Refused: files.*, observatory.definitions (with the line), observatory.unit, observatory.source…
    """
    require(actor, "observatory.define", Territory.objects.perimeter())
    found = [_definition(row, line) for line, row in enumerate(_rows(data, name), start=2)]
    known = existing(found)
    if not dry_run:
        for one in found:
            define(actor, definition=one)
    fresh = sum(1 for one in found if one.code not in known)
    return LoadedDefinitions(len(found), fresh, len(found) - fresh)


def definitions_csv() -> str:
    """The newest version of every indicator, in the columns that load_definitions reads."""
    out = io.StringIO()
    writer = csv_writer(out)
    writer.writerow(COLUMNS)
    newest = DefinitionVersion.objects.newest().order_by("definition__code")
    for version in newest:
        said = {name: getattr(version.definition, name) for name in OF_INDICATOR}
        said |= {name: getattr(version, name) for name in OF_VERSION}
        said["code"] = version.definition.code
        said["counts_persons"] = "oui" if said["counts_persons"] else "non"
        writer.writerow(["" if said[name] is None else str(said[name]) for name in COLUMNS])
    return out.getvalue()


def _rows(data: bytes, name: str) -> list[Mapping[str, Any]]:
    if not name.lower().endswith((".yaml", ".yml")):
        sheet, _sha256 = sheet_of(data, name)
        return [row for _line, row in sheet.lines() if any(row.values())]
    limits = Limits(size=settings.FABRIQUE_UPLOAD_MB * MEGABYTE)
    file = inspected(data, name, allowed={Kind.TXT}, limits=limits)
    try:
        found = yaml.safe_load(file.data.decode("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _wrong(0, _("le fichier n’est pas du YAML lisible en UTF-8")) from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _wrong(0, _("le fichier YAML doit être une liste d’indicateurs"))
    return found


def _definition(row: Mapping[str, Any], line: int) -> Definition:
    said = {name: row[name] for name in row if name}
    unknown = sorted(set(said) - set(COLUMNS))
    if unknown:
        raise _wrong(line, _("colonne inconnue : %(names)s") % {"names": ", ".join(unknown)})
    missing = [name for name in _REQUIRED if not str(said.get(name) or "").strip()]
    if missing:
        raise _wrong(line, _("il manque : %(names)s") % {"names": ", ".join(missing)})
    text = {name: str(value).strip() for name, value in said.items() if value is not None}
    if len(text["code"]) > 80 or not text["code"].replace("_", "").replace("-", "").isalnum():
        raise _wrong(line, _("le code s’écrit avec des lettres sans accent, des chiffres et « _ »"))
    try:
        return Definition(
            **{
                name: value
                for name, value in text.items()
                if name not in ("counts_persons", "decimals", "valid_from")
            },
            counts_persons=text.get("counts_persons", "").casefold() in _YES,
            decimals=int(text.get("decimals") or 1),
            valid_from=date.fromisoformat(text["valid_from"]) if text.get("valid_from") else None,
        )
    except ValueError as error:
        why = _("« decimals » est un nombre entier, « valid_from » une date AAAA-MM-JJ")
        raise _wrong(line, why) from error


def _wrong(line: int, why: str) -> Refused:
    if not line:
        return Refused("observatory.definitions", _("Fichier refusé : %(why)s.") % {"why": why})
    return Refused(
        "observatory.definitions",
        _(
            "Ligne %(line)d refusée, et tout le fichier avec elle : %(why)s. Corrigez, puis envoyez de nouveau."
        )
        % {"line": line, "why": why},
        line=line,
    )
