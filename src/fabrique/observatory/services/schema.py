"""The Table Schema of a file of values: read, and held against the cells of a file, in French.

Fed by data/valeurs.schema.json and a sheet in memory. Feeds the cell-by-cell report and the download of the schema.
No network: the schema and the rows are handed to frictionless as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from fabrique.observatory.services import cells
from fabrique.observatory.services.readers.base import Sheet

SCHEMA = Path(__file__).resolve().parents[1] / "data" / "valeurs.schema.json"
NUMBERS = ("value", "numerator", "denominator", "lower", "upper")
OPTIONAL = (
    "sex",
    "age",
    "deprivation",
    "numerator",
    "denominator",
    "lower",
    "upper",
    "status",
    "qualifier",
    "scope",
)
#: the report names so many cells, then counts
MOST_ISSUES = 500


@dataclass(frozen=True)
class Issue:
    """One cell (or row, with an empty column): what is wrong, and what to do."""

    line: int
    column: str
    wrong: str
    todo: str

    def as_json(self) -> dict[str, Any]:
        return {"line": self.line, "column": self.column, "wrong": self.wrong, "todo": self.todo}


def schema_text() -> str:
    """The schema as it is offered for download."""
    return SCHEMA.read_text("utf-8")


def descriptor() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schema_text())
    return found


def field_names() -> tuple[str, ...]:
    return tuple(one["name"] for one in descriptor()["fields"])


def is_values(columns: tuple[str, ...]) -> bool:
    """Whether these titles are those of a file of values."""
    return {"definition_code", "territory_code", "period", "value"} <= set(columns)


def title_issues(columns: tuple[str, ...]) -> list[Issue]:
    """Titles that are missing, unknown or there twice."""
    names = field_names()
    found = [
        Issue(
            1,
            name,
            _("La colonne « %(name)s » manque.") % {"name": name},
            _("Ajoutez-la. Le schéma à télécharger donne la liste des colonnes."),
        )
        for name in names
        if name not in columns and name not in OPTIONAL
    ]
    for name in dict.fromkeys(columns):
        if name not in names:
            wrong = _("La colonne « %(name)s » est inconnue.") % {"name": name}
            found.append(Issue(1, name, wrong, _("Supprimez-la ou corrigez son titre.")))
        elif columns.count(name) > 1:
            wrong = _("La colonne « %(name)s » est là plusieurs fois.") % {"name": name}
            found.append(Issue(1, name, wrong, _("N’en gardez qu’une.")))
    return found


def cell_issues(sheet: Sheet) -> list[Issue]:
    """Every cell that breaks the schema, in the order of the file."""
    from frictionless import Resource, Schema  # heavy: only where a file is checked

    width = len(sheet.columns)
    rows = [_plain(sheet.columns, [*row[:width], *[""] * (width - len(row))]) for row in sheet.rows]
    described = descriptor()
    wanted = {one["name"]: one for one in described["fields"]}
    fields = [_bare(wanted[name]) for name in sheet.columns]
    schema = Schema.from_descriptor({"fields": fields, "missingValues": described["missingValues"]})
    report = Resource(data=[list(sheet.columns), *rows], schema=schema).validate(limit_errors=MOST_ISSUES)
    issues = [_long_row(sheet, line) for line, row in enumerate(sheet.rows, start=2) if any(row[width:])]
    for error in (error for task in report.tasks for error in task.errors):
        issues.append(_in_french(error.to_dict(), wanted))
    return sorted(issues, key=lambda one: (one.line, one.column))


def _bare(field: Mapping[str, Any]) -> dict[str, Any]:
    """A field without what only people read."""
    return {name: field[name] for name in ("name", "type", "constraints") if name in field}


def _plain(columns: tuple[str, ...], row: list[str]) -> list[str]:
    """Numbers with a point and without spaces, as the schema's type wants them; the rest as it is."""
    return [
        _point(cell) if name in NUMBERS or name == "deprivation" else cell
        for name, cell in zip(columns, row, strict=True)
    ]


def _point(cell: str) -> str:
    try:
        found = cells.number(cell)
    except ValueError:
        return cell
    return "" if found is None else f"{found:g}" if found == int(found) and abs(found) < 1e6 else repr(found)


def _long_row(sheet: Sheet, line: int) -> Issue:
    return Issue(
        line,
        "",
        _("Cette ligne a plus de cellules que de titres."),
        _("Vérifiez le séparateur, ou mettez entre guillemets le texte qui contient une virgule."),
    )


def _in_french(error: Mapping[str, Any], wanted: Mapping[str, Any]) -> Issue:
    line = int(error.get("rowNumber") or 1)
    name = str(error.get("fieldName") or "")
    cell = str(error.get("cell") or "")
    constraints = wanted.get(name, {}).get("constraints", {})
    note = str(error.get("note", ""))
    if error.get("type") == "blank-row":
        return Issue(line, "", _("Cette ligne est vide."), _("Supprimez-la."))
    if error.get("type") == "type-error":
        return Issue(
            line,
            name,
            _("« %(cell)s » n’est pas un nombre.") % {"cell": cell[:60]},
            _("Écrivez un nombre (12,5 ou 12.5), ou laissez vide si la valeur manque."),
        )
    if "required" in note:
        return Issue(line, name, _("Cette cellule est vide."), _("Remplissez-la : elle est obligatoire."))
    wrong = _("« %(cell)s » n’est pas accepté ici.") % {"cell": cell[:60]}
    if "enum" in note and "enum" in constraints:
        todo = _("Écrivez l’un de : %(known)s.") % {"known": ", ".join(constraints["enum"])}
    elif "minimum" in note or "maximum" in note:
        todo = _limits(constraints)
    elif "maxLength" in note:
        todo = _("Raccourcissez à %(most)s caractères au plus.") % {"most": constraints.get("maxLength")}
    else:
        todo = _("Suivez le modèle de cette colonne dans le schéma, par exemple « %(example)s ».") % {
            "example": wanted.get(name, {}).get("example", "")
        }
    return Issue(line, name, wrong, todo)


def _limits(constraints: Mapping[str, Any]) -> str:
    if "maximum" in constraints:
        return _("Écrivez un nombre de %(low)s à %(high)s.") % {
            "low": constraints["minimum"],
            "high": constraints["maximum"],
        }
    return _("Écrivez un nombre positif ou nul.")
