"""The tables as files: one workbook, or one CSV a table; and back, read without trusting them.

Fed by rows, or by a file somebody sent. Feeds downloads, and the comparison with what is stored.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook

from fabrique.common.errors import Refused
from fabrique.common.files import inspected
from fabrique.common.folding import fold
from fabrique.plan.enums import Direction
from fabrique.plan.services.sheets.columns import IN_FILES, NO, SEPARATOR, TABLES, YES, Column, Formula, Kind
from fabrique.plan.services.sheets.rows import Row, Tables
from fabrique_core.errors import CoreError
from fabrique_core.files import Kind as FileKind
from fabrique_core.files import csv_writer, neutralise_cell, put_text
from fabrique_core.text.read_csv import decode, delimiter_of

#: rows of one table, and columns: beyond, it is another kind of file
MOST_ROWS, MOST_COLUMNS = 10_000, 60


@dataclass(frozen=True)
class FileRow:
    """A row of a file: its number as a spreadsheet shows it, and its cells as they are, by column."""

    line: int
    cells: Row


@dataclass
class FileTables:
    """{table: rows}; `unknown`: (table, title) of the columns and sheets that mean nothing here."""

    rows: dict[str, list[FileRow]] = field(default_factory=dict)
    unknown: list[tuple[str, str]] = field(default_factory=list)


def cell_of(value: Any, *, numbers: bool) -> Any:
    """A value as it stands in a file; `numbers`: whether cells have types (a workbook) or not (a CSV)."""
    if value is None:
        return None
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return SEPARATOR.join(value)
    if isinstance(value, Direction):
        return IN_FILES[value]
    if isinstance(value, int | float | Decimal) and not numbers:
        return french_number(value)
    if isinstance(value, date) and not numbers:
        return value.isoformat()
    return value


def french_number(value: float | Decimal) -> str:
    """1250.5 → « 1250,5 »: what a French spreadsheet reads as a number; no exponent, nothing rounded."""
    written = format(Decimal(str(value)), "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written.replace(".", ",")


def csv_of(table: str, tables: Tables) -> bytes:
    """One table as a CSV that a French spreadsheet opens by a double click: « ; », UTF-8 with its mark."""
    stream = io.StringIO(newline="")
    writer = csv_writer(stream)
    titles = [column.title for column in TABLES[table]]
    writer.writerow(titles)
    for row in tables[table]:
        writer.writerow([cell_of(row.get(title), numbers=False) for title in titles])
    return stream.getvalue().encode("utf-8-sig", "replace")


def workbook_of(tables: Tables) -> bytes:
    """All the tables, one a sheet; texts stay texts, whatever they begin with."""
    book = Workbook()
    del book[book.sheetnames[0]]
    for table, columns in TABLES.items():
        sheet = book.create_sheet(table)
        sheet.freeze_panes = "B2"
        for place, column in enumerate(columns, start=1):
            put_text(sheet.cell(1, place), column.title)
            sheet.cell(1, place).style = "Headline 3"
        for rank, row in enumerate(tables[table], start=2):
            for place, column in enumerate(columns, start=1):
                _put(sheet.cell(rank, place), column, row.get(column.title))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _put(cell: Any, column: Column, value: Any) -> None:
    put_text(cell, cell_of(value, numbers=True))
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    elif column.kind is Kind.AMOUNT and value is not None:
        cell.number_format = "# ##0.00"


def read_file(data: bytes, name: str) -> FileTables:
    """The tables of a workbook or the one of a CSV, known by its titles.

    Raises Refused: files.* on a hostile file, sheets.unreadable, sheets.no_table, sheets.large.
    """
    file = inspected(data, name, allowed=frozenset({FileKind.XLSX, FileKind.CSV}))
    found = FileTables()
    sheets = _csv_sheets(file.data) if file.kind is FileKind.CSV else _book_sheets(file.data)
    for title, lines in sheets:
        _take(found, title, lines)
    if not found.rows:
        raise Refused(
            "sheets.no_table",
            _(
                "Aucune feuille de ce fichier ne porte le nom ou les colonnes d’un export des fiches. "
                "Partez d’un export récent et gardez ses titres."
            ),
        )
    return found


def _take(found: FileTables, title: str, lines: Iterable[list[Any]]) -> None:
    numbered = ((line, cells) for line, cells in enumerate(lines, start=1) if any(map(_filled, cells)))
    head = next(numbered, None)
    if head is None:
        return
    titles = [_title(cell) for cell in head[1]]
    table = _table_named(title) or _table_with(titles)
    if table is None:
        found.unknown.append((title, ""))
        return
    known = {column.title for column in TABLES[table]}
    found.unknown += [(table, one) for one in titles if one and one not in known]
    rows = found.rows.setdefault(table, [])
    for line, cells in numbered:
        if len(rows) >= MOST_ROWS:
            raise _too_large()
        row = {one: cell for one, cell in zip(titles, cells, strict=False) if one in known}
        rows.append(FileRow(line, row))


def _filled(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _title(cell: Any) -> str:
    return "" if cell is None else str(cell).strip().lower().lstrip("\ufeff")


def _table_named(title: str) -> str | None:
    return next((table for table in TABLES if fold(title) == table), None)


def _table_with(titles: list[str]) -> str | None:
    """The table whose identity columns all stand there, the one that shares most columns first."""
    best, shared = None, 0
    for table, columns in TABLES.items():
        names = {column.title for column in columns}
        identity = {column.title for column in columns if column.identity}
        common = len(names & set(titles))
        if identity <= set(titles) and common > shared:
            best, shared = table, common
    return best


def _csv_sheets(data: bytes) -> Iterator[tuple[str, Iterator[list[Any]]]]:
    try:
        text, _encoding = decode(data, None)
        delimiter = delimiter_of(text, "revision")
    except CoreError as error:
        raise _unreadable() from error
    yield "", _csv_lines(text, delimiter)


def _csv_lines(text: str, delimiter: str) -> Iterator[list[Any]]:
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(cells) > MOST_COLUMNS:
                raise _too_large()
            yield [_as_written(cell) for cell in cells]
    except csv.Error as error:
        raise _unreadable() from error


def _as_written(cell: str) -> str:
    """A cell of our own export without the apostrophe that kept a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and neutralise_cell(cell[1:]) == cell else cell


def _book_sheets(data: bytes) -> Iterator[tuple[str, Iterator[list[Any]]]]:
    with warnings.catch_warnings():
        # openpyxl warns about styles and extensions that have no bearing on the values
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            written = load_workbook(io.BytesIO(data), read_only=True) if _has_formulas(data) else None
        except Exception as error:  # openpyxl lets XML and zip errors through as they come
            raise _unreadable() from error
        for sheet in book.worksheets:
            yield sheet.title, _book_lines(sheet, written[sheet.title] if written is not None else None)


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        return any(b"<f" in parts.read(name) for name in sheets)


def _book_lines(sheet: Any, written: Any = None) -> Iterator[list[Any]]:
    """The values of a sheet, row by row; `written`: the same with its formulas, to tell those without a result."""
    every = [one for one in (sheet, written) if one is not None]
    for one in every:
        one.reset_dimensions()
    try:
        rows = zip(*(one.iter_rows(values_only=True, max_col=MOST_COLUMNS) for one in every), strict=True)
        for number, cells in enumerate(rows):
            if number > 2 * MOST_ROWS:
                raise _too_large()
            yield list(cells[0]) if written is None else list(map(_or_formula, *cells))
    except Refused:
        raise
    except Exception as error:  # as above, while the rows are read
        raise _unreadable() from error


def _or_formula(value: Any, written: Any) -> Any:
    """What the cell holds; the formula itself where the file kept no result of it."""
    return Formula(written) if value is None and written is not None else value


def _too_large() -> Refused:
    return Refused(
        "sheets.large",
        _("Ce tableau est trop grand : %(rows)d lignes au plus par feuille.") % {"rows": MOST_ROWS},
    )


def _unreadable() -> Refused:
    return Refused(
        "sheets.unreadable",
        _("Ce fichier ne se lit pas comme un tableau. Ouvrez-le dans un tableur, enregistrez-le, réessayez."),
    )
