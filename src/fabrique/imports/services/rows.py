"""One row of a table, read through the mapping: ready to record, set aside by a rule, or to mend.

Fed by services.tables and the mapping. Feeds the check, the recording and the preview.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fabrique.common.folding import fold
from fabrique.contributions.enums import Channel, Unit
from fabrique.contributions.services import GivenAnswer, Profile
from fabrique.imports.enums import ANSWERING, AsideReason, ColumnRole
from fabrique.imports.services import values
from fabrique.imports.services.keys import keyed_hash, slug_key
from fabrique.imports.services.markup import words_of
from fabrique.imports.services.tables import MARKER, Row, as_written

LONGEST_TEXT = 50_000
#: an answer longer than that is somebody's words, which a closed question would keep in clear
LONGEST_ANSWER = 120
#: the title of a column that is ticked is the questionnaire's
_LONGEST_TITLE = 300
_GONE = {
    "withdrawn", "rejected", "hidden", "trashed", "retire", "retiree", "rejete", "rejetee", "masque", "masquee",
    "true", "vrai", "1", "oui", "corbeille", "supprime", "supprimee", "invisible",
}  # fmt: skip
_UNIT_WORDS = {
    Unit.ORGANISATION: (
        "organisation",
        "association",
        "elu",
        "institution",
        "entreprise",
        "collectivite",
        "group",
    ),
    Unit.PERSON: ("citoyen", "habitant", "particulier", "personne", "user", "citizen"),
}


@dataclass(frozen=True)
class Ready:
    """A row that can be recorded."""

    line: int
    key: str
    texts: Mapping[str, Sequence[str]]
    closed: tuple[GivenAnswer, ...]
    choices: tuple[tuple[str, str, str], ...]  # (question, choice, label)
    profile: Profile
    at: datetime | None
    people: int | None
    language: str
    marker: str
    said: str  # keyed hash of the answers: tells a row that changed from one already known
    declared: tuple[tuple[str, str], ...] = ()  # questions met in the row itself: (key, wording)


@dataclass(frozen=True)
class Aside:
    """A row that a rule leaves out."""

    line: int
    reason: str


@dataclass(frozen=True)
class Wrong:
    """A row to mend: what is wrong, column by column, and the cells that go into the report."""

    line: int
    problems: tuple[dict[str, Any], ...]
    cells: Mapping[str, str]


Outcome = Ready | Aside | Wrong


@dataclass
class _Reading:
    """What is gathered from one row."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    closed: list[GivenAnswer] = field(default_factory=list)
    choices: list[tuple[str, str, str]] = field(default_factory=list)
    declared: list[tuple[str, str]] = field(default_factory=list)
    profile: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    at: datetime | None = None
    people: int | None = None
    language: str = "fr"
    identity: str = ""
    marker: str = ""
    under: str = ""
    aside: str = ""


class RowReader:
    """Reads rows in the order of the file: it counts repeats, so that the n-th « RAS » stays itself."""

    def __init__(self, mapping: Mapping[str, Any], columns: Sequence[str], unit: str) -> None:
        self._record = str(mapping.get("record", "row"))
        self._declares = bool(mapping.get("declares"))
        self._channel = str(mapping.get("channel", Channel.IMPORT))
        self._unit = unit
        self._titles = columns
        self._columns = _aligned(mapping, columns)
        self._marker = columns.index(MARKER) if MARKER in columns else None
        self._kept = [
            title
            for title, column in zip(columns, self._columns, strict=True)
            if title and column["role"] != ColumnRole.IGNORE
        ]
        self._places = values.Places()
        self._repeats: Counter[bytes] = Counter()
        self._seen: set[bytes] = set()
        self._readers: dict[str, Callable[[_Reading, Mapping[str, Any], str], None]] = {
            ColumnRole.TEXT: self._text,
            ColumnRole.CLOSED: self._choice,
            ColumnRole.MULTIPLE: self._several,
            ColumnRole.TICK: self._tick,
            ColumnRole.RANK: self._rank,
            ColumnRole.NUMBER: self._number,
            ColumnRole.IDENTITY: self._identity,
            ColumnRole.DATE: self._date,
            ColumnRole.COMPLETE: self._complete,
            ColumnRole.DEPARTMENT: self._department,
            ColumnRole.COMMUNE: self._commune,
            ColumnRole.AGE: self._age,
            ColumnRole.SEX: self._sex,
            ColumnRole.PEOPLE: self._people,
            ColumnRole.AUTHOR_KIND: self._author,
            ColumnRole.STATE: self._state,
            ColumnRole.LANGUAGE: self._language,
        }

    def read(self, row: Row) -> Outcome:
        """What becomes of a row. Rows must come in the order of the file, each once."""
        if row.empty:
            return Aside(row.line, AsideReason.EMPTY)
        reading = _Reading(marker=self._marker_of(row))
        if len(row.cells) > len(self._titles):
            reading.problems.append({"code": "cells", "found": len(row.cells), "expected": len(self._titles)})
        else:
            self._under(reading, row)
            for column, cell in zip(self._columns, row.cells, strict=True):
                reader = self._readers.get(column["role"])
                if reader is not None and (cell or column["role"] == ColumnRole.COMPLETE):
                    reader(reading, column, self._shown(cell, reading))
        key = self._key(row, reading)
        return self._outcome(row, reading, key)

    def _outcome(self, row: Row, reading: _Reading, key: str) -> Outcome:
        if reading.aside:
            return Aside(row.line, reading.aside)
        if reading.problems:
            cells = dict(zip(self._titles, row.cells, strict=False))
            kept = {title: cells[title] for title in self._kept}
            return Wrong(row.line, tuple(reading.problems), kept)
        if not reading.texts and not reading.closed and not reading.declared:
            return Aside(row.line, AsideReason.NOTHING)
        digest = bytes.fromhex(key)[:12]
        if digest in self._seen:
            return Aside(row.line, AsideReason.REPEATED)
        self._seen.add(digest)
        return Ready(
            line=row.line,
            key=key,
            texts=reading.texts,
            closed=tuple(reading.closed),
            choices=tuple(reading.choices),
            profile=Profile(**reading.profile),
            at=reading.at,
            people=reading.people if self._unit == Unit.GROUP else None,
            language=reading.language,
            marker=reading.marker,
            said=_said(reading),
            declared=tuple(reading.declared),
        )

    def _key(self, row: Row, reading: _Reading) -> str:
        """The identity of the row: its own identifier, the row that it mends, else its cells and their rank."""
        content = hashlib.sha256("\x1f".join(row.cells).encode("utf-8", "surrogatepass")).digest()
        self._repeats[content[:12]] += 1
        if reading.identity:
            return keyed_hash("id", self._record, reading.identity)
        if reading.marker:
            return keyed_hash("report", reading.marker)
        return keyed_hash("content", content.hex(), str(self._repeats[content[:12]]))

    def _marker_of(self, row: Row) -> str:
        return row.cells[self._marker][:60] if self._marker is not None else ""

    @staticmethod
    def _shown(cell: str, reading: _Reading) -> str:
        """In a report sent back, without the apostrophe that kept a spreadsheet from running the cell."""
        return as_written(cell) if reading.marker else cell

    def _under(self, reading: _Reading, row: Row) -> None:
        """The question that the row itself names."""
        for column, cell in zip(self._columns, row.cells, strict=False):
            if column["role"] == ColumnRole.QUESTION and cell:
                reading.under = slug_key(f"{column.get('prefix', '')}{cell}")
                if not self._declares:
                    wording = str(column.get("wording_of", "{}")).replace("{}", cell)
                    reading.declared.append((reading.under, wording[:2_000]))

    def _problem(self, reading: _Reading, column: Mapping[str, Any], code: str, **more: Any) -> None:
        reading.problems.append({"code": code, "column": column["name"], **more})

    def _attempt(
        self, reading: _Reading, column: Mapping[str, Any], cell: str, read: Callable[[str], Any]
    ) -> Any:
        """The value of a cell; None, and a problem, where it cannot be read."""
        try:
            return read(cell)
        except ValueError:
            self._problem(reading, column, str(column["role"]))
            return None

    # --- what answers

    def _text(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        text = words_of(cell)
        if len(text) > LONGEST_TEXT:
            self._problem(reading, column, "long", limit=LONGEST_TEXT)
        elif not text:
            return
        elif self._declares:
            reading.declared.append((reading.under, text[:2_000]))
        else:
            key = reading.under or column["question"]
            before = reading.texts.get(key)
            # a title and its body are one text; so are two columns under the same question
            reading.texts[key] = [f"{before[0]}\n\n{text}" if before else text]

    def _answer(
        self, reading: _Reading, column: Mapping[str, Any], label: str, rank: int | None = None
    ) -> None:
        limit = _LONGEST_TITLE if column["role"] == ColumnRole.TICK else LONGEST_ANSWER
        label = " ".join(str(column.get("values", {}).get(label, label)).split())
        if not label:
            return
        if len(label) > limit:
            self._problem(reading, column, "choice_long", limit=limit)
            return
        question, choice = column["question"], slug_key(label)
        if any(one.question == question and one.choice == choice for one in reading.closed):
            return
        reading.choices.append((question, choice, label))
        reading.closed.append(GivenAnswer(question, choice, rank=rank))

    def _choice(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        self._answer(reading, column, cell)

    def _several(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        for piece in cell.replace("|", ";").split(";"):
            self._answer(reading, column, piece.strip())

    def _tick(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        if self._attempt(reading, column, cell, values.ticked):
            self._answer(reading, {**column, "values": {}}, str(column["choice"]))

    def _rank(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        self._answer(reading, column, cell, rank=int(column["rank"]))

    def _number(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        value = self._attempt(reading, column, cell, values.number)
        if value is not None:
            reading.closed.append(GivenAnswer(column["question"], value=value))

    # --- what describes

    def _identity(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        reading.identity = cell[:500]

    def _date(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        reading.at = self._attempt(reading, column, cell, values.instant) or reading.at

    def _complete(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        if not cell or fold(cell) in ("n a", "null"):
            reading.aside = AsideReason.UNFINISHED
        else:
            self._date(reading, column, cell)

    def _department(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        if values.said(cell):
            reading.profile["territory"] = self._attempt(reading, column, cell, self._places.department)

    def _commune(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        if values.said(cell) and not reading.profile.get("territory"):
            reading.profile["territory"] = self._attempt(reading, column, cell, self._places.of_commune)

    def _age(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        if values.said(cell):
            reading.profile["age_band"] = self._attempt(reading, column, cell, values.age_band) or ""

    def _sex(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        if values.said(cell):
            reading.profile["sex"] = self._attempt(reading, column, cell, values.sex) or ""

    def _people(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        reading.people = self._attempt(reading, column, cell, values.people)

    def _author(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        """Units are never mixed: a row whose author is visibly of another kind is left to another import."""
        folded = fold(cell)
        named = column.get("means") == Unit.ORGANISATION
        told = Unit.ORGANISATION if named else next(
            (unit for unit, words in _UNIT_WORDS.items() if any(word in folded for word in words)), None
        )  # fmt: skip
        if told is not None and told != self._unit:
            reading.aside = AsideReason.OTHER_UNIT

    def _state(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        if fold(cell) in _GONE:
            reading.aside = AsideReason.WITHDRAWN

    def _language(self, reading: _Reading, column: Mapping[str, Any], cell: str) -> None:
        reading.language = values.language(cell)


def _said(reading: _Reading) -> str:
    closed = [
        f"{a.question}={a.choice}{a.rank or ''}{'' if a.value is None else a.value}" for a in reading.closed
    ]
    texts = [part for key in sorted(reading.texts) for part in (key, *reading.texts[key])]
    return keyed_hash("said", *texts, *sorted(closed))[:16]


def _aligned(mapping: Mapping[str, Any], columns: Sequence[str]) -> list[Mapping[str, Any]]:
    """What each column of the file is for, by its title; a column that the mapping does not name is ignored."""
    by_name = {column["name"]: column for column in mapping.get("columns", ())}
    nothing = {"name": "", "role": ColumnRole.IGNORE}
    return [by_name.get(title, nothing) if title else nothing for title in columns]


def questions_of(mapping: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The questions that the columns answer, in the order of the file, without their choices."""
    kinds = {
        ColumnRole.TEXT: "long_text",
        ColumnRole.CLOSED: "single",
        ColumnRole.MULTIPLE: "multiple",
        ColumnRole.TICK: "multiple",
        ColumnRole.RANK: "ranking",
        ColumnRole.NUMBER: "number",
    }
    roles = [column["role"] for column in mapping.get("columns", ())]
    found: dict[str, dict[str, Any]] = {}
    for column in mapping.get("columns", ()):
        role = column["role"]
        if role not in ANSWERING or (role == ColumnRole.TEXT and ColumnRole.QUESTION in roles):
            continue
        found.setdefault(
            column["question"],
            {"key": column["question"], "kind": kinds[role], "wording": column["wording"], "choices": []},
        )
    return list(found.values())
