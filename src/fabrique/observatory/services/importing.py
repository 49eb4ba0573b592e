"""A file of values, or an official file, sent by an agent or given to the command: checked, confirmed, recorded.

Fed by the agents' form and the command. Feeds observations; the report says, cell by cell, what was refused.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fabrique.accounts.rights import require
from fabrique.common import clock, journal
from fabrique.common.errors import Refused
from fabrique.observatory.enums import FACTORS, VALUELESS, BatchKind, BatchState, Status, Unit
from fabrique.observatory.models import DefinitionVersion, ImportBatch
from fabrique.observatory.services import cells, official, schema
from fabrique.observatory.services.entries import Entry, ranked
from fabrique.observatory.services.readers.base import Sheet
from fabrique.observatory.services.readers.diagnostic import CONTRADICTION
from fabrique.observatory.services.recording import Changes, compare, places_of, record
from fabrique.observatory.services.schema import MOST_ISSUES, Issue
from fabrique.observatory.services.sheets import sheet_of
from fabrique.territories.models import Territory

#: a value that many times its own counts is in another unit; standardised rates differ from crude ones by less
_FAR = 5


def preview_file(actor: Any, *, data: bytes, name: str, command: bool = False) -> ImportBatch:
    """The report of a file, unsaved: what it would change. Writes nothing.

    Raises Refused: files.*, observatory.not_a_table, observatory.unknown_layout, observatory.titles.
    """
    require(actor, "observatory.import", Territory.objects.perimeter())
    sheet, sha256 = sheet_of(data, name, command=command)
    batch = ImportBatch(
        file_name=sheet.name[:120],
        sha256=sha256,
        loaded_at=clock.now(),
        loaded_by=getattr(actor, "user", None),
        state=BatchState.CHECKED,
        content=_kept(sheet),
    )
    # the report is stored: the same words whatever the language of who sends the file
    with translation.override(settings.LANGUAGE_CODE):
        _described(actor, batch, sheet)
    return batch


def check_file(
    actor: Any, *, data: bytes, name: str, token: str | None = None, command: bool = False
) -> ImportBatch:
    """Keep the report of a file, and the file until somebody confirms. The same token answers the same report."""
    require(actor, "observatory.import", Territory.objects.perimeter())
    if token and (again := ImportBatch.objects.filter(upload_token=token).first()) is not None:
        return again
    batch = preview_file(actor, data=data, name=name, command=command)
    batch.upload_token = token
    with transaction.atomic():
        batch.save()
        journal.record(actor, "observatory.check", batch, reason=batch.layout[:40])
    return batch


def confirm_file(actor: Any, *, batch: ImportBatch) -> ImportBatch:
    """Record a checked file. Raises Refused('observatory.not_checked') where it is not waiting any more."""
    require(actor, "observatory.import", Territory.objects.perimeter())
    if batch.state == BatchState.DONE:
        return batch  # a second click
    if batch.state != BatchState.CHECKED:
        raise Refused(
            "observatory.not_checked", _("Ce fichier a été abandonné. Envoyez-le de nouveau pour le charger.")
        )
    try:
        return record(actor, batch=batch, changes=_changes(actor, batch))
    except IntegrityError:
        # somebody was loading the same values: what they stored is now known, the rest is still to be added
        return record(actor, batch=batch, changes=_changes(actor, batch))


def _changes(actor: Any, batch: ImportBatch) -> Changes:
    """What a checked file would change now."""
    sheet = _restored(batch)
    if batch.kind != BatchKind.OFFICIAL:
        entries, _issues = read_values(sheet)
        return _compared(entries)
    reader = official.reader_for(sheet)
    if reader is None:
        raise _unknown_layout()
    reading = official.read(sheet, reader, official.geography())
    return official.planned(actor, reading=reading, dry_run=False)


def cancel_file(actor: Any, *, batch: ImportBatch) -> ImportBatch:
    """Give up a checked file: its content goes, its report stays."""
    require(actor, "observatory.import", Territory.objects.perimeter())
    with transaction.atomic():
        found = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if found.state == BatchState.CHECKED:
            found.state, found.content = BatchState.CANCELLED, ""
            found.save()
            journal.record(actor, "observatory.cancel", found)
    return found


def _described(actor: Any, batch: ImportBatch, sheet: Sheet) -> None:
    """Fill the report: what would be added, replaced, left, refused and set aside."""
    if schema.is_values(sheet.columns):
        entries, issues = read_values(sheet)
        changes, aside = _compared(entries), []
        batch.kind, batch.layout = BatchKind.VALUES, "valeurs"
        batch.issues = [one.as_json() for one in issues[:MOST_ISSUES]]
        batch.refused = len({one.line for one in issues})
    else:
        reader = official.reader_for(sheet)
        if reader is None:
            raise _unknown_layout()
        reading = official.read(sheet, reader, official.geography())
        changes, aside = official.planned(actor, reading=reading, dry_run=True), [*reading.aside]
        aside += official.unknown_places(changes)
        batch.kind, batch.layout = BatchKind.OFFICIAL, reader.layout
        batch.source, batch.licence = reading.source, reading.licence
    batch.added = len(changes.added) + changes.fresh
    batch.replaced, batch.unchanged = len(changes.replaced), changes.unchanged
    batch.set_aside = [{"what": one.what, "why": one.why, "rows": one.rows} for one in aside]


def read_values(sheet: Sheet) -> tuple[list[Entry], list[Issue]]:
    """The rows that are fit to be recorded, and what is wrong with the others; a refused row is refused whole.

    Raises Refused('observatory.titles') where the columns themselves are wrong.
    """
    titles = schema.title_issues(sheet.columns)
    if titles:
        raise Refused("observatory.titles", " ".join(f"{one.wrong} {one.todo}" for one in titles[:3]))
    issues = schema.cell_issues(sheet)
    entries = _sound(sheet, issues)
    places = places_of(entries)
    issues += [_unknown_place(one) for one in entries if one.place not in places]
    placed = [one for one in entries if one.place in places]
    twice = {one.line: one for one in _twice(placed)}
    issues += [_same_key(one) for one in twice.values()]
    kept = ranked([one for one in placed if one.line not in twice])
    return kept, sorted(issues, key=lambda one: (one.line, one.column))


def _sound(sheet: Sheet, issues: list[Issue]) -> list[Entry]:
    """The entries of the rows without a fault; the faults found here are added to `issues`."""
    refused = {one.line for one in issues}
    rows = [(line, row) for line, row in sheet.lines() if line not in refused and any(row.values())]
    known = _known_codes({row["definition_code"] for _line, row in rows})
    entries = []
    for line, row in rows:
        try:
            entry = _entry(line, row)
        except ValueError as error:
            issues.append(_unreadable(line, error))
            continue
        wrong = _row_issues(entry, known)
        issues += wrong
        if not wrong:
            entries.append(entry)
    return entries


def _entry(line: int, row: Mapping[str, str]) -> Entry:
    value = cells.number(row["value"])
    said = row.get("status", "")
    level = row["territory_level"]
    code = row["territory_code"]
    if level == "departement" and len(code) == 1:
        code = code.zfill(2)  # a spreadsheet has taken the zero of « 09 » away
    return Entry(
        code=row["definition_code"],
        place=(level, code),
        period=cells.period(row["period"]),
        value=value,
        sex=cells.sex(row.get("sex", "")),
        age=cells.age(row.get("age", "")),
        deprivation=int(cells.number(row.get("deprivation", "")) or 0),
        scope=row.get("scope", ""),
        numerator=cells.number(row.get("numerator", "")),
        denominator=cells.number(row.get("denominator", "")),
        lower=cells.number(row.get("lower", "")),
        upper=cells.number(row.get("upper", "")),
        status=said or (Status.OK if value is not None else Status.MISSING),
        qualifier=row.get("qualifier", ""),
        line=line,
    )


def _row_issues(entry: Entry, known: Mapping[str, tuple[str, bool]]) -> list[Issue]:
    """What the schema cannot say: an unknown indicator, a value with its reason for absence, bounds, shares."""
    found = [*_absence(entry)]
    if entry.code not in known:
        wrong = _("L’indicateur « %(code)s » n’existe pas.") % {"code": entry.code[:60]}
        todo = _("Créez d’abord sa définition, ou corrigez le code.")
        found.append(Issue(entry.line, "definition_code", wrong, todo))
    if entry.lower is not None and entry.upper is not None and entry.lower > entry.upper:
        wrong = _("La borne basse dépasse la borne haute.")
        found.append(Issue(entry.line, "lower", wrong, _("Vérifiez les deux bornes.")))
    if entry.denominator == 0:
        wrong = _("Le dénominateur est nul.")
        found.append(Issue(entry.line, "denominator", wrong, _("Laissez-le vide, ou corrigez-le.")))
    unit, people = known.get(entry.code, ("", False))
    if unit == Unit.PERCENT and people and entry.value is not None and not 0 <= entry.value <= 100:
        wrong = _("Une part de personnes va de 0 à 100 %.")
        found.append(Issue(entry.line, "value", wrong, _("Vérifiez la valeur et la virgule.")))
    if None not in (entry.value, entry.lower, entry.upper) and not _within(entry):
        wrong = _("La valeur est hors de son intervalle.")
        found.append(Issue(entry.line, "value", wrong, _("Vérifiez la valeur et les deux bornes.")))
    if _another_share(entry, unit):
        wrong = _(
            "La valeur ne correspond pas au numérateur divisé par le dénominateur, dans l’unité de l’indicateur."
        )
        todo = _("Vérifiez l’unité : 12 % s’écrit 12, et non 0,12 ; 10 pour 10 000 n’est pas 0,1 %.")
        found.append(Issue(entry.line, "value", wrong, todo))
    return found


def _within(entry: Entry) -> bool:
    """Whether the value lies between its bounds; bounds in the wrong order are another fault."""
    low, high = float(entry.lower or 0), float(entry.upper or 0)
    return low > high or low <= float(entry.value or 0) <= high


def _absence(entry: Entry) -> list[Issue]:
    if entry.value is None and entry.status not in VALUELESS:
        wrong = _("La valeur manque, et l’état dit qu’elle est donnée.")
        return [
            Issue(entry.line, "value", wrong, _("Écrivez la valeur, ou « missing » dans la colonne status."))
        ]
    if entry.value is not None and entry.status in VALUELESS:
        wrong = _("L’état dit que la valeur manque, et elle est donnée.")
        return [Issue(entry.line, "status", wrong, _("Videz la valeur, ou corrigez l’état."))]
    return []


def _another_share(entry: Entry, unit: str) -> bool:
    """Whether the value is far from what its own counts say: a factor of ten, or of a hundred."""
    if unit not in FACTORS or not entry.value or not entry.numerator or not entry.denominator:
        return False
    expected = FACTORS[unit] * entry.numerator / entry.denominator
    return not 1 / _FAR < entry.value / expected < _FAR


def _known_codes(codes: set[str]) -> dict[str, tuple[str, bool]]:
    """{code: (unit, whether it counts persons)} of the indicators that exist."""
    rows = DefinitionVersion.objects.filter(definition__code__in=codes).values_list(
        "definition__code", "definition__unit", "definition__counts_persons"
    )
    return {code: (unit, people) for code, unit, people in rows}


def _unreadable(line: int, error: ValueError) -> Issue:
    """A period or an age that has the right shape and no sense: 2023-2020, 15-10."""
    return Issue(
        line,
        "",
        _("« %(cell)s » est à l’envers ou hors de toute date.") % {"cell": str(error)[:40]},
        _("Écrivez la première année avant la seconde, le plus jeune âge avant le plus vieux."),
    )


def _unknown_place(entry: Entry) -> Issue:
    wrong = _("Aucun territoire de niveau « %(level)s » ne porte le code « %(code)s ».") % {
        "level": entry.place[0],
        "code": entry.place[1][:20],
    }
    return Issue(entry.line, "territory_code", wrong, _("Vérifiez le niveau et le code officiel."))


def _twice(entries: list[Entry]) -> list[Entry]:
    """Rows of one key that do not say that the source contradicts itself."""
    counts = Counter(one.key for one in entries)
    return [one for one in entries if counts[one.key] > 1 and CONTRADICTION not in one.qualifier]


def _same_key(entry: Entry) -> Issue:
    return Issue(
        entry.line,
        "",
        _("Une autre ligne dit la même chose : même indicateur, territoire, période, sexe, âge et quintile."),
        _("N’en gardez qu’une. Si la source se contredit, écrivez « %(words)s » dans la réserve de chacune.")
        % {"words": CONTRADICTION},
    )


def _compared(entries: list[Entry]) -> Changes:
    """Values belong to the newest version of their indicator."""
    versions = {
        one.definition.code: one
        for one in DefinitionVersion.objects.newest().filter(
            definition__code__in={entry.code for entry in entries}
        )
    }
    return compare(entries, versions, places_of(entries))


def _kept(sheet: Sheet) -> str:
    """The sheet as text, until somebody confirms: figures of territories, of no person."""
    return json.dumps([list(sheet.columns), *[list(row) for row in sheet.rows]], ensure_ascii=False)


def _restored(batch: ImportBatch) -> Sheet:
    columns, *rows = json.loads(batch.content)
    return Sheet(name=batch.file_name, columns=tuple(columns), rows=rows)


def _unknown_layout() -> Refused:
    return Refused(
        "observatory.unknown_layout",
        _(
            "Les titres de ce fichier ne sont ni ceux du schéma des valeurs, ni ceux d’un fichier officiel connu. "
            "Téléchargez le schéma, mettez vos colonnes sous ces titres, puis envoyez de nouveau le fichier."
        ),
    )
