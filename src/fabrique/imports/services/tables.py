"""Rows of a CSV, XLSX or ODS file, one at a time, whatever the size of the file.

Fed by a stream of bytes that was inspected. Feeds the mapping screen (titles, examples) and the job.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, BinaryIO

from defusedxml.ElementTree import iterparse

from fabrique_core.errors import CoreError
from fabrique_core.files import Inspected, Kind, neutralise_cell
from fabrique_core.text.read_csv import decode, delimiter_of
from fabrique_core.text.read_excel import cell_text

#: (row number, cells) of every row, one at a time
Records = Generator[tuple[int, tuple[str, ...]], None, None]
#: the column by which a corrected report says which row of which import it mends
MARKER = "fabrique_repere"
#: what one table may hold
MOST_COLUMNS = 400
MOST_ROWS = 500_000
LONGEST_CELL = 1_000_000
#: empty rows at the end of a sheet that say that it is over
_EMPTY_RUN = 2_000
_HEADER_WITHIN = 50
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_ODF = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _OFFICE, _TEXT = (_ODF % name for name in ("table", "office", "text"))


@dataclass(frozen=True)
class Layout:
    """How a table is laid out: format, encoding and delimiter of a CSV, sheet of a workbook, column titles."""

    format: str
    columns: tuple[str, ...]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, stored: dict[str, Any]) -> Layout:
        return cls(**{**stored, "columns": tuple(stored["columns"]), "sheets": tuple(stored["sheets"])})


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it (the titles are row 1), and its cells, cleaned."""

    line: int
    cells: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not any(self.cells)


def layout_of(file: Inspected, *, sheet: str = "") -> Layout:
    """Recognise a table and its titles.

    Raises CoreError: read.encoding, read.not_a_table, read.sheet, read.empty, read.no_row, table.titles,
    table.columns, table.repeated_title.
    """
    if file.kind is Kind.CSV:
        content, encoding = decode(file.data, None)
        layout = Layout("csv", (), encoding=encoding, delimiter=delimiter_of(content, ""))
    else:
        names = _sheet_names(file)
        if sheet and sheet not in names:
            raise CoreError("read.sheet", sheet=sheet, sheets=list(names))
        layout = Layout(file.kind.value, (), sheet=sheet or names[0], sheets=names)
    with closing(_records(io.BytesIO(file.data), layout)) as records:
        header = next((cells for _line, cells in islice(records, _HEADER_WITHIN) if any(cells)), None)
        if header is None:
            raise CoreError("read.empty")
        columns = _titles(header)
        if not any(any(cells) for _line, cells in islice(records, _EMPTY_RUN)):
            raise CoreError("read.no_row", columns=list(columns))
    return Layout(**{**asdict(layout), "columns": columns, "sheets": layout.sheets})


def rows_of(stream: BinaryIO, layout: Layout) -> Iterator[Row]:
    """Every row after the titles, in order. A row longer than the titles keeps all its cells.

    Raises CoreError: read.not_a_table (with the line), read.encoding, table.rows.
    """
    width = len(layout.columns)
    with closing(_records(stream, layout)) as records:
        for _line, cells in records:
            if any(cells):
                break
        for count, (line, cells) in enumerate(records, start=1):
            if count > MOST_ROWS:
                raise CoreError("table.rows", limit=MOST_ROWS)
            while len(cells) > width and not cells[-1]:
                cells = cells[:-1]
            yield Row(line, (*cells, *[""] * (width - len(cells))))


def cleaned(text: str) -> str:
    """A cell without what no database keeps and no screen shows: NUL and other controls, lone surrogates."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def as_written(cell: str) -> str:
    """A cell of our own report without the apostrophe that kept a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and neutralise_cell(cell[1:]) == cell else cell


def _titles(header: tuple[str, ...]) -> tuple[str, ...]:
    names = [as_written(name) for name in header] if MARKER in header else list(header)
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise CoreError("table.columns", found=len(names), limit=MOST_COLUMNS)
    if any(len(name) > 2_000 for name in names):
        raise CoreError("table.titles")
    filled = [name for name in names if name]
    for name in filled:
        if filled.count(name) > 1:
            raise CoreError("table.repeated_title", column=name[:80])
    return tuple(names)


def _records(stream: BinaryIO, layout: Layout) -> Records:
    """(row number, cells) of every row, the titles included."""
    reader = {"csv": _csv, "xlsx": _xlsx, "ods": _ods}[layout.format]
    return reader(stream, layout)


def _csv(stream: BinaryIO, layout: Layout) -> Records:
    encoding = "utf-8-sig" if layout.encoding in ("utf-8", "utf8") else layout.encoding
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=layout.delimiter)
    line = 0
    try:
        for line, cells in enumerate(reader, start=1):
            yield line, tuple(cleaned(cell) for cell in cells)
    except csv.Error as error:
        raise CoreError("read.not_a_table", format="csv", line=line + 1) from error
    except UnicodeError as error:
        raise CoreError("read.encoding", encoding=layout.encoding, line=line + 1) from error


def _sheet_names(file: Inspected) -> tuple[str, ...]:
    names = _xlsx_names(file.data) if file.kind is Kind.XLSX else tuple(_ods_names(file.data))
    if not names:
        raise CoreError("read.empty")
    return names


def _book(stream: BinaryIO) -> Any:
    import openpyxl

    with warnings.catch_warnings():
        # openpyxl warns about styles and extensions that have no bearing on the values
        warnings.simplefilter("ignore")
        try:
            return openpyxl.load_workbook(stream, read_only=True, data_only=True)
        except Exception as error:  # openpyxl lets XML and zip errors through as they come
            raise CoreError("read.not_a_table", format="xlsx") from error


def _xlsx_names(data: bytes) -> tuple[str, ...]:
    with closing(_book(io.BytesIO(data))) as book:
        return tuple(sheet.title for sheet in book.worksheets)


def _xlsx(stream: BinaryIO, layout: Layout) -> Records:
    with closing(_book(io.BytesIO(stream.read()))) as book, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet = book[layout.sheet]
        sheet.reset_dimensions()
        empty = 0
        rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
        line = 0
        while empty < _EMPTY_RUN:
            try:
                values = next(rows, None)
            except Exception as error:  # as above
                raise CoreError("read.not_a_table", format="xlsx", line=line + 1) from error
            if values is None:
                return
            line += 1
            cells = tuple(cleaned(cell_text(value) or "") for value in values)
            empty = 0 if any(cells) else empty + 1
            yield line, cells


def _ods_content(stream: BinaryIO) -> BinaryIO:
    try:
        return zipfile.ZipFile(stream).open("content.xml")  # type: ignore[return-value]
    except (KeyError, zipfile.BadZipFile) as error:
        raise CoreError("read.not_a_table", format="ods") from error


def _ods_names(data: bytes) -> Iterator[str]:
    try:
        for _event, node in iterparse(_ods_content(io.BytesIO(data)), events=("start",)):
            if node.tag == f"{_TABLE}table":
                yield node.get(f"{_TABLE}name", "")
    except CoreError:
        raise
    except Exception as error:  # the parser's and defusedxml's own families
        raise CoreError("read.not_a_table", format="ods") from error


def _ods(stream: BinaryIO, layout: Layout) -> Records:
    line, inside = 0, False
    try:
        for event, node in iterparse(_ods_content(io.BytesIO(stream.read())), events=("start", "end")):
            if node.tag == f"{_TABLE}table":
                if event == "end" and inside:
                    return
                inside = node.get(f"{_TABLE}name", "") == layout.sheet
            elif event == "end" and inside and node.tag == f"{_TABLE}table-row":
                cells = _ods_cells(node)
                # a sheet's last rows are often one empty row repeated a million times
                times = int(node.get(f"{_TABLE}number-rows-repeated", "1")) if any(cells) else 1
                if not any(cells):
                    line += int(node.get(f"{_TABLE}number-rows-repeated", "1")) - 1
                for _ in range(min(times, MOST_ROWS + 1)):
                    line += 1
                    yield line, cells
                node.clear()
    except (CoreError, GeneratorExit):
        raise
    except Exception as error:  # as above
        raise CoreError("read.not_a_table", format="ods", line=line + 1) from error


def _ods_cells(row: Any) -> tuple[str, ...]:
    cells: list[str] = []
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        value = _ods_value(cell)
        # the last cell of a row is often an empty one repeated up to the edge of the sheet
        times = min(times, MOST_COLUMNS + 1 - len(cells))
        cells.extend([value] * times)
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _ods_value(cell: Any) -> str:
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind == "date":
        return cleaned(cell.get(f"{_OFFICE}date-value", ""))
    if kind in ("float", "percentage", "currency"):
        number = float(cell.get(f"{_OFFICE}value", "0") or 0)
        return cell_text(number) or ""
    return cleaned("\n".join("".join(part.itertext()) for part in cell.findall(f"{_TEXT}p")))
