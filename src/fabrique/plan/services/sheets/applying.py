"""A file of sheets compared with what is stored, then written: the same walk for the preview and for good.

Fed by the tables of a file. Feeds the report: what changes, cell by cell, and what was set aside and why.
The preview does the real writes of one sheet and undoes them, so that it says what would truly happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.models import Action, Plan
from fabrique.plan.services import budget
from fabrique.plan.services.sheets.columns import TABLES, Unreadable, as_text, clean
from fabrique.plan.services.sheets.files import FileRow, FileTables, cell_of
from fabrique.plan.services.sheets.writers import WRITERS, Context, Row
from fabrique.plan.services.writing import EDIT

#: lines of one action in one file: beyond, it is not a sheet
MOST_LINES = 1_000
#: keys named in a sentence of the report
MOST_NAMED = 12
#: the column of a refusal that does not name its own
COLUMN_OF = {
    "action.title": "intitule",
    "action.dates": "fin",
    "action.mark": "marques",
    "action.lead": "pilote",
    "action.objective_elsewhere": "objectif",
    "action.place": "lieux",
    "action.decision": "blocage",
    "key.form": "cle",
    "key.taken": "cle",
    "weather.unknown": "meteo",
    "weather.sentence": "meteo_phrase",
    "milestone.label": "intitule",
    "milestone.taken": "intitule",
    "milestone.why": "precision",
    "day.future": "au",
    "budget.year": "annee",
    "budget.funder": "financeur",
    "reach.people": "personnes",
    "indicator.title": "intitule",
    "indicator.unit": "unite",
    "indicator.kind": "nature",
    "indicator.dates": "cible_pour_le",
    "indicator.period": "tous_les_jours",
    "progress.direction": "cible",
    "progress.number": "cible",
    "progress.trajectory": "trajectoire",
    "value.why": "precision",
    "organisation.name": "organisme",
    "logic.text": "contenu",
    "logic.stage": "etage",
    "logic.assumption_first": "hypothese",
}


#: {table: {amount refused: its column}}
AMOUNT_OF = {
    "budget": {"planned": "prevu", "committed": "engage", "spent": "depense"},
    "portee": {"planned": "moyens"},
}


@dataclass(frozen=True)
class Change:
    """A cell of the file that holds something else than what is stored; `before` is "" for what is new."""

    table: str
    line: int
    action: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Issue:
    """A row set aside: where, what its cell holds, and the sentence that says what to do."""

    table: str
    line: int
    column: str
    found: str
    sentence: str


@dataclass
class Report:
    """Rows `read`, `added`, `changed`, `unchanged`; the `changes` cell by cell; the `issues`; `unknown` columns.

    `publication`: keys of the sheets that the file says public, or not, otherwise than they are.
    """

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    changes: list[Change] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    publication: list[str] = field(default_factory=list)

    @property
    def notes(self) -> list[str]:
        """What the file holds and nothing is written for, in sentences."""
        said = []
        if self.unknown:
            places = ", ".join(" / ".join(filter(None, one)) for one in self.unknown)
            said.append(f"{_('Colonnes ou feuilles qui ne veulent rien dire ici, non lues :')} {places}.")
        if self.publication:
            keys = ", ".join(self.publication[:MOST_NAMED])
            more = "…" if len(self.publication) > MOST_NAMED else "."
            said.append(
                _(
                    "La colonne « publique » n’est pas reprise : une fiche se rend publique depuis sa page. Fiches :"
                )
                + f" {keys}{more}"
            )
        return said

    @property
    def writes(self) -> int:
        """Rows that something is written for."""
        return self.added + self.changed


class _Undone(Exception):
    """Raised at the end of a preview, so that nothing of it stays."""


def apply_tables(
    actor: Actor, *, plan: Plan, tables: FileTables, dry_run: bool = True, replace: bool = False
) -> Report:
    """Compare a file with the sheets, and write what differs unless `dry_run`.

    A row that cannot be written is set aside with its reason, the others are written; a row of another territory
    is refused and told. `replace`: the file holds even where a sheet changed since it was exported.
    """
    require(actor, EDIT)
    report = Report(unknown=list(tables.unknown))
    for key, rows in _by_action(tables).items():
        if len(rows) > MOST_LINES:
            _aside(report, *rows[0], "", _("Cette fiche a trop de lignes : 1 000 au plus dans un fichier."))
            continue
        _apply_one(actor, plan, key, rows, report, dry_run=dry_run, replace=replace)
    return report


def _by_action(tables: FileTables) -> dict[str, list[tuple[str, FileRow]]]:
    """{key of the action: (table, row)} in the order in which a sheet is built, then of the file."""
    found: dict[str, list[tuple[str, FileRow]]] = {}
    for table in TABLES:
        for row in tables.rows.get(table, ()):
            title = "cle" if table == "actions" else "action"
            found.setdefault(clean(as_text(row.cells.get(title) or "")), []).append((table, row))
    return found


def _apply_one(
    actor: Actor,
    plan: Plan,
    key: str,
    rows: list[tuple[str, FileRow]],
    report: Report,
    *,
    dry_run: bool,
    replace: bool,
) -> None:
    report.read += len(rows)
    action = _reached(actor, plan, key)
    context = Context(actor, plan, action, action.revision if action else 0, replace)
    if not dry_run:
        _walk(context, key, rows, report)
        return
    try:
        with transaction.atomic():
            _walk(context, key, rows, report)
            raise _Undone
    except _Undone:
        return


def _reached(actor: Actor, plan: Plan, key: str) -> Action | None:
    """The sheet of that key, if the actor sees it: a draft of elsewhere is as unknown as what does not exist."""
    visible = Action.objects.visible_to(actor).with_lines()
    found: Action | None = visible.filter(plan=plan, key=key).first()
    return found


def _walk(context: Context, key: str, rows: list[tuple[str, FileRow]], report: Report) -> None:
    logic: list[tuple[FileRow, Row]] = []
    for table, row in rows:
        values = _read(report, table, row)
        if values is None:
            continue
        if table == "logique":
            logic.append((row, values))
            continue
        _write(context, key, table, row, values, report)
        public = values.get("publique")
        if public is not None and context.action and public != (context.action.published_at is not None):
            report.publication.append(key)
    if logic:
        _write_logic(context, key, logic, report)


def _read(report: Report, table: str, row: FileRow) -> Row | None:
    """The values of a row; None where a cell cannot be read, which is told."""
    values: Row = {}
    readable = True
    for column in TABLES[table]:
        if column.title not in row.cells:
            continue
        try:
            values[column.title] = column.value(row.cells[column.title])
        except Unreadable as error:
            if column.writable or column.identity:
                _aside(report, table, row, column.title, str(error))
                readable = False
    return values if readable else None


def _aside(report: Report, table: str, row: FileRow, column: str, sentence: str) -> None:
    cell = row.cells.get(column)
    found = "" if cell is None else as_text(cell)[:200]
    report.issues.append(Issue(table, row.line, column, found, sentence))


def _write(context: Context, key: str, table: str, row: FileRow, values: Row, report: Report) -> None:
    held = context.action
    context.made = False
    try:
        if held is not None:
            require(context.actor, EDIT, held.territory)
        with transaction.atomic():
            found = WRITERS[table](context, values)
    except Refused as refusal:
        context.action = held
        _refuse(report, table, row, refusal)
        return
    if not found:
        report.unchanged += 1
        return
    report.added += context.made
    report.changed += not context.made
    for column, (before, after) in found.items():
        report.changes.append(Change(table, row.line, key, column, _shown(before), _shown(after)))


def _refuse(report: Report, table: str, row: FileRow, refusal: Refused) -> None:
    if isinstance(refusal, Forbidden):
        column = "cle" if table == "actions" else "action"
        sentence = _("Vous n’écrivez pas dans ce territoire : cette ligne est laissée de côté.")
    else:
        titles = {one.title for one in TABLES[table]}
        amount = AMOUNT_OF.get(table, {}).get(str(refusal.params.get("amount", "")))
        wanted = str(refusal.params.get("column") or amount or COLUMN_OF.get(refusal.code, ""))
        column, sentence = (wanted if wanted in titles else ""), str(refusal)
    _aside(report, table, row, column, sentence)


def _write_logic(context: Context, key: str, rows: list[tuple[FileRow, Row]], report: Report) -> None:
    """The logic model of an action is written whole: the rows of the file, in the order of their rank."""
    rows = sorted(rows, key=lambda pair: pair[1].get("rang") or 0)
    wanted = [
        {
            "stage": row.get("etage", ""),
            "text": row.get("contenu", ""),
            "assumption": row.get("hypothese", ""),
        }
        for _file, row in rows
    ]
    held = context.action
    try:
        if held is None:
            raise Refused(
                "sheets.no_action", _("Aucune fiche de ce plan n’a cette clé dans vos territoires.")
            )
        require(context.actor, EDIT, held.territory)
        before = [(step.stage, step.text, step.assumption) for step in held.logic.all()]
        after = [
            tuple(clean(part) for part in (one["stage"], one["text"], one["assumption"])) for one in wanted
        ]
        if [tuple(map(clean, step)) for step in before] == after:
            report.unchanged += len(rows)
            return
        context.require_fresh(rows[0][1])
        with transaction.atomic():
            budget.set_logic(context.actor, action=held, steps=wanted)
    except Refused as refusal:
        _refuse(report, "logique", rows[0][0], refusal)
        return
    for (row, values), old in zip(rows, _padded(before, len(rows)), strict=True):
        new = (values.get("etage", ""), values.get("contenu", ""), values.get("hypothese", ""))
        cells = list(_cells(old, new))
        report.changed += bool(cells)
        report.unchanged += not cells
        for column, one, two in cells:
            report.changes.append(Change("logique", row.line, key, column, one, two))


def _padded(steps: list[Any], wanted: int) -> list[Any]:
    return [*steps[:wanted], *[("", "", "")] * (wanted - len(steps))]


def _cells(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for column, one, two in zip(("etage", "contenu", "hypothese"), old, new, strict=True):
        if clean(one) != clean(two):
            yield column, one, two


def _shown(value: Any) -> str:
    """A value as the report shows it."""
    shown = cell_of(value, numbers=False)
    return "" if shown is None else str(shown)
