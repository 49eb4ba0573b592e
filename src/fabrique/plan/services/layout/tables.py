"""A plan as CSV tables, one a level, in a zip: what a spreadsheet edits. Pure.

Fed by a PlanFile, or by the tables that come back. Feeds exports and loading; same rules as the YAML file.
"""

from __future__ import annotations

import csv
import io
import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from fabrique.common.errors import Refused
from fabrique.plan.services.layout.checking import checked, refuse
from fabrique.plan.services.layout.reading import MAX_BYTES, MAX_VALUES, decoded, unreadable
from fabrique.plan.services.layout.spec import LEVELS, MARK, PLAN_FIELDS, VERSION, Field, Kind, Node, PlanFile
from fabrique.plan.services.layout.writing import canonical_json
from fabrique_core.files import csv_writer, neutralise_cell

HEAD, PREVIOUS = "plan", "previous"
MAX_TABLES = 40
#: what ties several values in one cell
BETWEEN = " | "
#: what the library raises on a damaged zip: its own error, or whatever the broken bytes led it to (a compression
#: that it does not know is a RuntimeError)
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
    OSError,
)
#: the longest cell that is read: the longest text of the layout, and the quotes around it
csv.field_size_limit(MAX_BYTES)


def is_archive(data: bytes) -> bool:
    """Whether these bytes are a zip."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def to_tables(content: PlanFile) -> dict[str, bytes]:
    """{« objectives.csv »: its bytes}: UTF-8 with a mark, semicolons; the plan before is named, not repeated."""
    previous = content.previous.plan["slug"] if isinstance(content.previous, PlanFile) else content.previous
    head = [*(_cell(each, content.plan[each.name]) for each in PLAN_FIELDS), previous or ""]
    tables = {f"{HEAD}.csv": _table([*(each.name for each in PLAN_FIELDS), PREVIOUS], [head])}
    for level in LEVELS:
        rows = [
            [_cell(each, node[each.name]) for each in level.fields]
            for node in content.sections.get(level.section, [])
        ]
        tables[f"{level.section}.csv"] = _table([each.name for each in level.fields], rows)
    return tables


def to_archive(content: PlanFile) -> bytes:
    """The tables in one zip; same content, same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in to_tables(content).items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def read_archive(data: bytes) -> PlanFile:
    """The plan of a zip of tables. Raises Refused: plan_file.unreadable, plan_file.wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            total = sum(entry.file_size for entry in entries)
            if (
                len(entries) > MAX_TABLES
                or total > MAX_BYTES
                or any(entry.flag_bits & 1 for entry in entries)
            ):
                raise unreadable(
                    _("Cette archive n’est pas celle d’un plan : trop de fichiers, trop lourde ou protégée.")
                )
            tables = {}
            for entry in entries:
                name = PurePosixPath(entry.filename).name
                if name.startswith((".", "__")) or "__MACOSX" in entry.filename:
                    continue
                with archive.open(entry) as stream:
                    tables[name] = stream.read(MAX_BYTES + 1)
    except DAMAGED as wrong:
        raise unreadable(
            _("Cette archive est endommagée. Refaites-la, puis envoyez-la de nouveau.")
        ) from wrong
    return read_tables(tables)


def read_tables(tables: Mapping[str, bytes]) -> PlanFile:
    """The plan of these tables: `plan.csv` names it; a table that is absent leaves its level as it is.

    A column that is absent leaves its field as it is. Raises Refused: plan_file.unreadable, plan_file.wrong.
    """
    known = {f"{level.section}.csv": level.section for level in LEVELS}
    raw: dict[str, Any] = {MARK: VERSION}
    for name, data in sorted(tables.items()):
        if name == f"{HEAD}.csv":
            raw |= _head(_rows(name, data))
        elif name in known:
            raw[known[name]] = _rows(name, data)
        elif name.lower().endswith(".csv"):
            names = ", ".join([f"{HEAD}.csv", *known])
            raise refuse(
                [(name, _("Cette table n’existe pas. Noms attendus : %(names)s.") % {"names": names})]
            )
    if HEAD not in raw:
        raise refuse([(f"{HEAD}.csv", _("La table « plan.csv » manque : c’est elle qui nomme le plan."))])
    return checked(raw, partial=True)


def _head(rows: list[Node]) -> dict[str, Any]:
    if len(rows) != 1:
        raise refuse([(f"{HEAD}.csv", _("Cette table a une seule ligne sous son titre : celle du plan."))])
    head = rows[0]
    previous = head.pop(PREVIOUS, "")
    return {HEAD: head, **({PREVIOUS: previous} if previous else {})}


def _rows(name: str, data: bytes) -> list[Node]:
    try:
        text = decoded(data)
    except Refused as wrong:
        raise Refused(wrong.code, f"{name} : {wrong}", **wrong.params) from wrong
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=first.count), strict=True)
    try:
        lines = [line for line in reader if any(cell.strip() for cell in line)]
    except csv.Error as wrong:
        raise refuse([(name, _("Cette table n’est pas lisible : vérifiez ses guillemets."))]) from wrong
    header = [cell.strip() for cell in lines[0]]
    if len(set(header)) != len(header):
        raise refuse([(name, _("Deux colonnes ont le même nom. Gardez-en une."))])
    if len(lines) * len(header) > MAX_VALUES:
        raise refuse([(name, _("Cette table est trop longue pour un plan."))])
    return [_row(name, number, header, line) for number, line in enumerate(lines[1:], start=2)]


def _row(name: str, number: int, header: list[str], line: list[str]) -> Node:
    if len(line) > len(header) and any(cell.strip() for cell in line[len(header) :]):
        raise refuse(
            [
                (
                    f"{name}, ligne {number}",
                    _("Cette ligne a plus de cellules que de colonnes. Vérifiez les guillemets."),
                )
            ]
        )
    cells = [*line, *[""] * (len(header) - len(line))]
    return {column: _read(column, cell) for column, cell in zip(header, cells, strict=False) if column}


def _table(header: list[str], rows: list[list[str]]) -> bytes:
    buffer = io.StringIO()
    writer = csv_writer(buffer)
    writer.writerow(header)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def _cell(described: Field, value: Any) -> str:
    kind = described.kind
    if kind is Kind.FLAG:
        return "oui" if value else ""
    if kind in (Kind.CHOICES, Kind.REFS):
        return BETWEEN.join(value)
    if kind is Kind.ORGANISATION:
        return BETWEEN.join([value["name"], value["kind"], value["territory"]]) if value else ""
    if kind is Kind.FACTS:
        return canonical_json(value) if value else ""
    text = "" if value is None else str(value)
    # an apostrophe of the text itself is doubled: one is taken off again when the cell is read
    return f"'{text}" if text.startswith("'") else text


def _read(column: str, cell: str) -> Any:
    """The value of a cell, without the apostrophe that keeps a spreadsheet from running it."""
    if cell.startswith("'") and (cell[1:2] == "'" or neutralise_cell(cell[1:]) == cell):
        cell = cell[1:]
    if column != "facts" or not cell.strip():
        return cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell
