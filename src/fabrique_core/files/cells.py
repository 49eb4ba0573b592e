"""What it is for: tables that no spreadsheet runs: a text is never taken for a formula.
What feeds it: the rows of every export of ours.
What it feeds: CSV files (neutralise_cell, csv_writer) and XLSX sheets (put_text).

Source: OWASP, "CSV Injection" (= + - @, tab, carriage return, and their full-width forms).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Protocol

_STARTS = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n", "＝", "＋", "－", "＠", "−")
# what a spreadsheet trims, or does not show, before it looks at the first character
_INVISIBLE = re.compile(
    r"^[\s\x00-\x20\xa0\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]+"
)
# what a sheet's XML cannot hold; left by a copy and paste
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SPACE = "[ \u00a0\u202f]"
_NUMBER = re.compile(rf"[+\-−]?\d+(?:{_SPACE}\d{{3}})*(?:[.,]\d+)?(?:[eE][+\-]?\d+)?{_SPACE}?[%€]?")


class Writer(Protocol):
    """What csv.writer gives."""

    def writerow(self, row: Iterable[Any], /) -> Any: ...

    def writerows(self, rows: Iterable[Iterable[Any]], /) -> Any: ...


class Stream(Protocol):
    """Where a CSV is written."""

    def write(self, text: str, /) -> Any: ...


def neutralise_cell(value: object) -> object:
    """The value as it may stand in a CSV: a text that a spreadsheet would run is preceded by an apostrophe.

    Numbers, written as such or as text (« -5 », « -3,2 », « +12 % »), and None stay as they are.
    """
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    text = str(value)
    if _NUMBER.fullmatch(text):
        return text
    seen = _INVISIBLE.sub("", text)
    if text.startswith(_STARTS) or seen.startswith(_STARTS):
        return f"'{text}"
    return text


class _Neutralising:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def writerow(self, row: Iterable[Any], /) -> Any:
        return self._writer.writerow([neutralise_cell(cell) for cell in row])

    def writerows(self, rows: Iterable[Iterable[Any]], /) -> Any:
        for row in rows:
            self.writerow(row)


def csv_writer(stream: Stream, *, delimiter: str = ";", lineterminator: str = "\r\n") -> Writer:
    """The writer that every CSV export of ours goes through: cells neutralised, quoted where needed."""
    return _Neutralising(csv.writer(stream, delimiter=delimiter, lineterminator=lineterminator))


def put_text(cell: Any, value: object) -> None:
    """Set an openpyxl cell: a text stays a text, whatever it begins with, even once edited in a spreadsheet.

    Unlike a CSV, a sheet says which cells are texts: nothing is added to the value, so it reads back as it is.
    A mark of control, which the format refuses, becomes a space.
    """
    cell.value = _CONTROL.sub(" ", value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
        if neutralise_cell(value) != value:
            cell.quotePrefix = True
