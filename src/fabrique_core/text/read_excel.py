"""What it is for: reading one sheet of an XLSX workbook, refusing headers that no program can read safely.
What feeds it: the path given to read.py.
What it feeds: read.py, with the header and the rows as strings.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from fabrique_core.errors import CoreError

Row = list[str | None]
_MERGED = re.compile(rb'<mergeCell ref="[A-Z]+(\d+):[A-Z]+(\d+)"')
_MOST_UNPACKED = 4_000_000_000
_ROWS_LOOKED_AT = 6


def read_xlsx(
    path: Path, encoding: str | None, sheet: str | None, text: str
) -> tuple[list[str], list[Row], dict[str, str]]:
    """Header (the first row that is not empty), rows as strings, what was recognised.

    Raises CoreError: read.format, read.too_large, read.sheet, read.merged_header, read.header_not_first,
    read.empty.
    """
    import openpyxl

    _check_archive(path)
    with warnings.catch_warnings():
        # openpyxl warns about styles and extensions that have no bearing on the values.
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            worksheet = _sheet(book, sheet)
            worksheet.reset_dimensions()
            values = [list(row) for row in worksheet.iter_rows(values_only=True)]
        except CoreError:
            raise
        except Exception as error:  # openpyxl lets XML and zip errors through as they come
            raise CoreError("read.not_a_table", format="xlsx") from error
    first = next((i for i, row in enumerate(values) if any(cell_text(v) for v in row)), None)
    if first is None:
        raise CoreError("read.empty")
    _check_header(path, worksheet, values, first, text)
    header = _header(values[first])
    rows = [
        [cell_text(v) for v in [*row, *[None] * len(header)][: len(header)]] for row in values[first + 1 :]
    ]
    while rows and not any(rows[-1]):
        rows.pop()
    book.close()
    return header, rows, {"format": "xlsx", "sheet": str(worksheet.title)}


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            unpacked = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile as error:
        raise CoreError("read.not_a_table", format="xlsx") from error
    if "xl/workbook.xml" not in names:
        raise CoreError("read.format", found="ods" if "content.xml" in names else "zip")
    if unpacked > _MOST_UNPACKED:
        raise CoreError("read.too_large", size=unpacked, limit=_MOST_UNPACKED)


def _sheet(book: Any, wanted: str | None) -> Any:
    if wanted is None:
        return book.worksheets[0]
    if wanted not in book.sheetnames:
        raise CoreError("read.sheet", sheet=wanted, sheets=list(book.sheetnames))
    return book[wanted]


def _check_header(path: Path, worksheet: Any, values: list[list[Any]], first: int, text: str) -> None:
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(worksheet._worksheet_path.lstrip("/"))
    header_row = first + 1
    if any(int(a) <= header_row + 1 and int(b) >= header_row for a, b in _MERGED.findall(xml)):
        raise CoreError("read.merged_header", row=header_row)
    if text.strip() in _header(values[first]):
        return
    for offset, row in enumerate(islice(values, first + 1, first + _ROWS_LOOKED_AT), start=1):
        if text.strip() in [cell_text(v) for v in row]:
            raise CoreError("read.header_not_first", row=header_row + offset)


def _header(row: list[Any]) -> list[str]:
    names = [(cell_text(v) or "").strip() for v in row]
    while names and not names[-1]:
        names.pop()
    return names


def cell_text(value: Any) -> str | None:
    """A cell as a person reads it: whole numbers without decimals, dates as ISO 8601, errors and blanks as
    they are."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
