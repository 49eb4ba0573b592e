"""Loading the official open-data files of a folder, or one of them: recognised by their titles.

Fed by the command and the agents' form. Feeds definitions and observations; says what it sets aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from fabrique.accounts.rights import require
from fabrique.common import clock
from fabrique.common.errors import Refused
from fabrique.observatory.enums import BatchKind, BatchState
from fabrique.observatory.models import ImportBatch
from fabrique.observatory.services import definitions
from fabrique.observatory.services.entries import Aside, Reading, ranked
from fabrique.observatory.services.readers import READERS, Geography, Reader, Sheet
from fabrique.observatory.services.recording import Changes, compare, places_of, record
from fabrique.observatory.services.sheets import sheet_of
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

Say = Callable[[str], None]
#: a file larger than this is not opened
_LARGEST = 200_000_000


@dataclass(frozen=True)
class Loaded:
    """What loading one file did, or would do. `refusal`: why it was not read."""

    file_name: str
    layout: str = ""
    label: str = ""
    indicators: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    aside: tuple[Aside, ...] = ()
    refusal: str = ""


def geography() -> Geography:
    """What readers need to know of the territories stored, in four queries."""
    region = Territory.objects.perimeter()
    names = {}
    populations = {}
    rows = Territory.objects.exclude(level=Level.COMMUNE).values_list("level", "code", "name", "population")
    for level, code, name, people in rows:
        names[level, code] = name
        populations[level, code] = people
    communes = {
        code: (department or "", epci or "", people)
        for code, department, epci, people in Territory.objects.communes().values_list(
            "code", "department__code", "epci__code", "population"
        )
    }
    regions = dict(Territory.objects.departments().exclude(region=None).values_list("code", "region__code"))
    return Geography(
        places=frozenset(names),
        regions=regions,
        names=names,
        communes=communes,
        populations=populations,
        region=(Level.REGION.value, region.code),
        this_year=clock.today().year,
    )


def reader_for(sheet: Sheet) -> Reader | None:
    """The reader that knows these titles."""
    return next((reader for reader in READERS if reader.recognises(sheet.columns)), None)


def read(sheet: Sheet, reader: Reader, known: Geography) -> Reading:
    """What the file says. Raises Refused('observatory.unreadable_cell') where a cell breaks its layout."""
    try:
        reading = reader.read(sheet, known)
    except ValueError as error:
        raise Refused(
            "observatory.unreadable_cell",
            _(
                "Le fichier « %(name)s » a les titres attendus (%(label)s), mais une cellule n’y a pas sa "
                "place : « %(cell)s ». Téléchargez de nouveau le fichier à la source, sans l’ouvrir dans un tableur."
            )
            % {"name": sheet.name, "label": reader.label, "cell": str(error)[:60]},
        ) from error
    reading.definitions = list({one.code: one for one in reading.definitions}.values())
    reading.entries = ranked(reading.entries)
    return reading


def load_sheet(
    actor: Any, *, sheet: Sheet, sha256: str, reader: Reader, known: Geography, dry_run: bool = False
) -> Loaded:
    """Load one recognised file; loading it again changes nothing."""
    require(actor, "observatory.import", Territory.objects.perimeter())
    reading = read(sheet, reader, known)
    changes = planned(actor, reading=reading, dry_run=dry_run)
    aside = [*reading.aside, *unknown_places(changes)]
    if not dry_run and not changes.nothing:
        batch = ImportBatch(
            kind=BatchKind.OFFICIAL,
            layout=reader.layout,
            state=BatchState.DONE,
            file_name=sheet.name[:120],
            sha256=sha256,
            source=reading.source,
            licence=reading.licence,
            loaded_at=clock.now(),
            loaded_by=getattr(actor, "user", None),
            set_aside=[{"what": one.what, "why": one.why, "rows": one.rows} for one in aside],
        )
        batch.save()
        record(actor, batch=batch, changes=changes)
    return Loaded(
        file_name=sheet.name,
        layout=reader.layout,
        label=reader.label,
        indicators=len(reading.definitions),
        added=len(changes.added) + changes.fresh,
        replaced=len(changes.replaced),
        unchanged=changes.unchanged,
        aside=tuple(aside),
    )


def planned(actor: Any, *, reading: Reading, dry_run: bool) -> Changes:
    """What recording would change. A dry run writes no definition: unknown ones count as all new."""
    places = places_of(reading.entries)
    if not dry_run:
        versions = definitions.ensure(actor, definitions=reading.definitions)
        return compare(reading.entries, versions, places)
    versions = definitions.existing(reading.definitions)
    changes = compare([entry for entry in reading.entries if entry.code in versions], versions, places)
    fresh = [entry for entry in reading.entries if entry.code not in versions]
    changes.unknown += [entry for entry in fresh if entry.place not in places]
    changes.fresh = sum(1 for entry in fresh if entry.place in places)
    return changes


def load_folder(
    actor: Any, *, folder: Path, dry_run: bool = False, say: Say = lambda _words: None
) -> list[Loaded]:
    """Every CSV of a folder that is recognised, in the order of their names; the others are named with the reason."""
    require(actor, "observatory.import", Territory.objects.perimeter())
    known = geography()
    found = []
    for path in _files(folder):
        say(path.name)
        found.append(load_path(actor, path=path, known=known, dry_run=dry_run))
    return found


def load_path(actor: Any, *, path: Path, known: Geography, dry_run: bool = False) -> Loaded:
    """One file of a folder; a file that cannot be read is reported, and does not stop the others."""
    if path.stat().st_size > _LARGEST:
        return Loaded(path.name, refusal=_("fichier de plus de 200 Mo : gardez-en une région et une année"))
    try:
        sheet, sha256 = sheet_of(path.read_bytes(), path.name, command=True)
        reader = reader_for(sheet)
        if reader is None:
            return Loaded(path.name, refusal=_("titres de colonnes inconnus : aucun lecteur pour ce fichier"))
        return load_sheet(actor, sheet=sheet, sha256=sha256, reader=reader, known=known, dry_run=dry_run)
    except Refused as refused:
        return Loaded(path.name, refusal=str(refused))


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.is_file())


def unknown_places(changes: Changes) -> list[Aside]:
    """The values whose territory the instance does not hold, as one thing set aside."""
    if not changes.unknown:
        return []
    levels = sorted({f"{entry.place[0]} {entry.place[1]}" for entry in changes.unknown})
    shown = ", ".join(levels[:5]) + ("…" if len(levels) > 5 else "")
    why = _("territoire que la plateforme ne connaît pas : lancez « fabrique territories load »")
    return [Aside(shown, why, len(changes.unknown))]
