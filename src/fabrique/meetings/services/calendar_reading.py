"""A calendar file (CSV or XLSX) read into rows: columns known under several names, dates, hours, states.

Fed by a file that a person received. Feeds services.calendar; a file that cannot be read is refused in a
sentence, a row that cannot be is set aside with its line and its reason.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from importlib import resources
from typing import Any

from django.utils.translation import gettext as _

from fabrique.common.clock import today
from fabrique.common.errors import Refused
from fabrique.common.files import inspected
from fabrique.common.folding import fold
from fabrique.meetings.enums import Audience, MeetingKind, MeetingState
from fabrique_core.files import Kind

#: a calendar of more rows is another kind of file
MOST_ROWS = 5000
#: {column of ours: other names it is known by}, accents and case folded
COLUMNS: dict[str, tuple[str, ...]] = {
    "programme": ("programme",),
    "region_code": ("region code", "code region"),
    "department_code": ("department code", "code departement", "departement code"),
    "department": ("department", "departement", "nom du departement"),
    "epci_code": ("epci code", "code epci", "epci"),
    "date": ("date", "jour"),
    "city": ("city", "ville", "commune"),
    "venue": ("venue", "lieu", "salle"),
    "address": ("address", "adresse"),
    "access": ("access", "acces"),
    "start": ("start", "debut", "heure de debut"),
    "end": ("end", "fin", "heure de fin"),
    "status": ("status", "statut", "etat"),
    "kind": ("kind", "nature", "type"),
    "title": ("title", "titre", "intitule"),
    "themes": ("themes", "theme"),
    "capacity": ("capacity", "places", "nombre de places"),
    "audience": ("audience", "ouverture"),
    "audience_note": ("audience note", "public"),
    "contact": ("contact",),
    "reference": ("reference", "identifiant"),
    "source": ("source", "provenance"),
}
REQUIRED = ("programme", "department_code", "date", "kind")
#: longest text of each column that is stored as it is
LENGTHS = {"city": 120, "venue": 200, "title": 200, "audience_note": 200, "source": 200, "reference": 80}
STATES = {
    "": None,
    "en cours de programmation": MeetingState.TO_SCHEDULE,
    "a programmer": MeetingState.TO_SCHEDULE,
    "programmee": MeetingState.SCHEDULED,
    "tenue": MeetingState.HELD,
    "annulee": MeetingState.CANCELLED,
    "reportee": MeetingState.POSTPONED,
}
#: the beginning of the words, folded, and the kind they name; the longest first
KINDS = (
    ("groupe de travail", MeetingKind.WORKING_GROUP),
    ("groupe de discussion", MeetingKind.FOCUS_GROUP),
    ("focus group", MeetingKind.FOCUS_GROUP),
    ("reunion publique", MeetingKind.PUBLIC_MEETING),
    ("concertation", MeetingKind.CONCERTATION),
    ("atelier", MeetingKind.WORKSHOP),
    ("seminaire", MeetingKind.SEMINAR),
)
_TIME = re.compile(r"^(\d{1,2})\s*(?:[:hH]\s*(\d{2})?)?(?::\d{2})?$")
_FORMULA = re.compile(r"^\s*(?:[=@]|[+-](?!\d))")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Aside:
    """A row that was not taken: its line in the file, a code, and the sentence that says why."""

    line: int
    code: str
    sentence: str


@dataclass(frozen=True)
class CalendarRow:
    """One row, understood. `found` keeps the cells letter for letter; `corrected` what is shown otherwise."""

    line: int
    found: dict[str, str]
    corrected: dict[str, str]
    kind: MeetingKind
    kind_words: str
    kind_note: str
    day: date | None
    start: time | None
    end: time | None
    state: MeetingState
    capacity: int | None
    audience: Audience
    themes: tuple[str, ...]

    def shown(self, name: str) -> str:
        """The cell as it is shown: corrected where a slip is known."""
        return self.corrected.get(name, self.found.get(name, ""))


@dataclass
class Reading:
    """The rows of a file, those set aside, and the columns that mean nothing here."""

    rows: list[CalendarRow] = field(default_factory=list)
    set_aside: list[Aside] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)


def read_calendar(data: bytes, name: str) -> Reading:
    """Read a calendar. Raises Refused (files.*, calendar.*) with a plain sentence on a file that is none."""
    one = inspected(data, name, allowed=frozenset({Kind.CSV, Kind.XLSX}))
    table = _xlsx(one.data) if one.kind == Kind.XLSX else _csv(one.data)
    header, lines = _header(table)
    reading = Reading(ignored_columns=[found for found, ours in header if ours is None and found])
    for number, cells in lines:
        outcome = _row(number, header, cells)
        if isinstance(outcome, Aside):
            reading.set_aside.append(outcome)
        else:
            reading.rows.append(outcome)
    return reading


@cache
def corrections() -> dict[tuple[str, str], str]:
    """{(column, as found): as shown}: slips known of the documents that calendars come from."""
    text = resources.files("fabrique.meetings").joinpath("data/corrections.csv").read_text("utf-8")
    return {(row["field"], row["found"]): row["shown"] for row in csv.DictReader(io.StringIO(text))}


def _csv(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return [
            list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        ]
    except csv.Error as error:
        raise Refused(
            "calendar.quotes",
            _("Ce fichier n’est pas un tableau lisible : ses guillemets ou son séparateur sont à revoir."),
        ) from error


def _xlsx(data: bytes) -> list[list[str]]:
    try:
        import openpyxl
    except ImportError as missing:
        raise Refused(
            "calendar.no_reader", _("Ce serveur ne lit pas les classeurs. Enregistrez le tableau en CSV.")
        ) from missing
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=60, values_only=True)
        return [[_cell(value) for value in row] for row in rows]
    except Exception as error:  # openpyxl raises whatever its parts raise on a damaged workbook
        raise Refused(
            "calendar.workbook", _("Ce classeur est endommagé. Ouvrez-le, puis enregistrez-le à nouveau.")
        ) from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


Header = Sequence[tuple[str, str | None]]


def _header(table: list[list[str]]) -> tuple[Header, list[tuple[int, list[str]]]]:
    """The names of the columns (as found, and ours), and the rows that hold something, with their line."""
    names = {known: ours for ours, others in COLUMNS.items() for known in others}
    lines = [(number, row) for number, row in enumerate(table, 1) if any(cell.strip() for cell in row)]
    if not lines:
        raise Refused("calendar.empty", _("Ce fichier est vide."))
    _first, titles = lines.pop(0)
    header = [(title.strip(), names.get(fold(title))) for title in titles]
    ours = [name for _found, name in header if name]
    if missing := [name for name in REQUIRED if name not in ours]:
        raise Refused(
            "calendar.columns",
            _("Il manque des colonnes à ce calendrier : %(names)s. La première ligne porte les titres.")
            % {"names": ", ".join(missing)},
            missing=missing,
        )
    if len(ours) != len(set(ours)):
        raise Refused("calendar.columns_twice", _("Deux colonnes de ce calendrier disent la même chose."))
    if not lines:
        raise Refused("calendar.no_row", _("Ce calendrier a des titres de colonnes, mais aucune rencontre."))
    if len(lines) > MOST_ROWS:
        raise Refused(
            "calendar.too_long",
            _("Ce fichier compte plus de %(most)d lignes : ce n’est pas un calendrier de rencontres.")
            % {"most": MOST_ROWS},
        )
    return header, lines


def _row(line: int, header: Header, cells: list[str]) -> CalendarRow | Aside:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        return Aside(line, "row.ragged", _("Cette ligne a plus de cellules que de titres de colonnes."))
    found = {ours: cell.strip() for (_title, ours), cell in zip(header, cells, strict=False) if ours}
    try:
        return _understood(line, found)
    except _Unfit as unfit:
        return Aside(line, unfit.code, unfit.sentence)


class _Unfit(Exception):
    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code, self.sentence = code, sentence


def _understood(line: int, found: dict[str, str]) -> CalendarRow:
    _check_texts(found)
    corrected = {
        name: corrections()[(name, text)] for name, text in found.items() if (name, text) in corrections()
    }
    kind, words, note = _kind(found.get("kind", ""))
    day, start, end = _day(found.get("date", "")), _time(found.get("start", "")), _time(found.get("end", ""))
    if start and end and end <= start:
        raise _Unfit("row.hours", _("L’heure de fin vient avant l’heure de début."))
    return CalendarRow(
        line=line,
        found=found,
        corrected=corrected,
        kind=kind,
        kind_words=words,
        kind_note=note,
        day=day,
        start=start,
        end=end if start else None,
        state=_state(found.get("status", ""), day),
        capacity=_capacity(found.get("capacity", "")),
        audience=_audience(found),
        themes=tuple(part.strip() for part in re.split(r"[|;]", found.get("themes", "")) if part.strip()),
    )


def _check_texts(found: Mapping[str, str]) -> None:
    if not found.get("programme"):
        raise _Unfit("row.programme", _("Cette ligne ne dit pas de quel programme est la rencontre."))
    for name, text in found.items():
        if _CONTROL.search(text):
            raise _Unfit("row.control", _("Une cellule contient des caractères invisibles : retapez-la."))
        if _FORMULA.match(text):
            raise _Unfit("row.formula", _("Une cellule commence comme une formule : écrivez le texte seul."))
        if len(text) > LENGTHS.get(name, 2000):
            raise _Unfit(
                "row.too_long", _("Une cellule est trop longue (colonne %(name)s).") % {"name": name}
            )
    if len(found["programme"]) > 150:
        raise _Unfit(
            "row.too_long", _("Une cellule est trop longue (colonne %(name)s).") % {"name": "programme"}
        )


def _kind(text: str) -> tuple[MeetingKind, str, str]:
    """« groupe de travail (une quinzaine de personnes) » → the kind, its words, what stands in brackets."""
    words, _opening, rest = text.partition("(")
    folded = fold(words)
    for beginning, kind in KINDS:
        if folded.startswith(beginning):
            return kind, words.strip(), rest.rstrip(") ").strip()
    raise _Unfit("row.kind", _("La nature « %(text)s » n’est pas connue.") % {"text": text[:60]})


def _day(text: str) -> date | None:
    if not text:
        return None
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y"):
        try:
            day = datetime.strptime(text, pattern).date()
        except ValueError:
            continue
        if 2000 <= day.year <= 2100:
            return day
    raise _Unfit(
        "row.date", _("La date « %(text)s » ne se lit pas : écrivez 09/12/2022.") % {"text": text[:30]}
    )


def _time(text: str) -> time | None:
    if not text:
        return None
    read = _TIME.match(text)
    if read and int(read.group(1)) < 24 and int(read.group(2) or 0) < 60:
        return time(int(read.group(1)), int(read.group(2) or 0))
    raise _Unfit("row.time", _("L’heure « %(text)s » ne se lit pas : écrivez 10:00.") % {"text": text[:20]})


def _state(text: str, day: date | None) -> MeetingState:
    folded = fold(text)
    if folded not in STATES:
        raise _Unfit("row.state", _("L’état « %(text)s » n’est pas connu.") % {"text": text[:60]})
    state = STATES[folded] or (MeetingState.SCHEDULED if day else MeetingState.TO_SCHEDULE)
    if state in {MeetingState.SCHEDULED, MeetingState.HELD, MeetingState.POSTPONED} and day is None:
        raise _Unfit("row.no_date", _("Cette rencontre est dite « %(text)s », sans date.") % {"text": text})
    if state == MeetingState.TO_SCHEDULE and day is not None:
        return MeetingState.SCHEDULED
    if state == MeetingState.HELD and day is not None and day > today():
        raise _Unfit("row.not_yet", _("Cette rencontre est dite tenue, à une date à venir."))
    return state


def _capacity(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 100_000:
        raise _Unfit(
            "row.capacity", _("Le nombre de places « %(text)s » ne se lit pas.") % {"text": text[:20]}
        )
    return int(text)


def _audience(found: Mapping[str, str]) -> Audience:
    folded = fold(found.get("audience", ""))
    for audience in Audience:
        if folded and fold(audience.value) in folded:
            break
    else:
        audience = Audience.SPECIFIC if found.get("audience_note") else Audience.OPEN
    if audience == Audience.SPECIFIC and not found.get("audience_note"):
        raise _Unfit("row.audience", _("Dites à quel public s’adresse la rencontre (colonne public)."))
    return audience
