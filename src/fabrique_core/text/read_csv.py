"""What it is for: reading a delimited text file whose encoding and delimiter are not known in advance.
What feeds it: the path given to read.py.
What it feeds: read.py, with the header, the rows as strings and what was recognised.
"""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from pathlib import Path

from fabrique_core.errors import CoreError

Row = list[str | None]
_DELIMITERS = (",", ";", "\t", "|")
_FRENCH = re.compile("[àâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛŒÆ’«»°€–…“”]")
_ODD = re.compile("[\x80-\x9fŽžŠšƒ†‡‰‹›˜™¤¥§¶þÞðÐ¼½¾ØøÅåÃãÕõ]")
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_LINES_SNIFFED = 40
_LARGEST_CELL = 50_000_000


def read_csv(
    path: Path, encoding: str | None, sheet: str | None, text: str
) -> tuple[list[str], list[Row], dict[str, str]]:
    """Header, rows and what was recognised; a row keeps its place, short rows are filled with None.

    Raises CoreError: read.encoding (with the line), read.not_a_table, read.ragged (with the line),
    read.empty.
    """
    content, found = decode(path.read_bytes(), encoding)
    if not content.strip():
        raise CoreError("read.empty")
    delimiter = delimiter_of(content, text)
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    try:
        header = next(row for row in reader if any(cell.strip() for cell in row))
        rows = _rows(reader, len(header))
    except csv.Error as error:
        raise CoreError("read.not_a_table", format="csv", line=reader.line_num) from error
    return header, rows, {"format": "csv", "encoding": found, "delimiter": delimiter}


def _rows(reader: csv.Reader, width: int) -> list[Row]:  # type: ignore[name-defined]
    rows: list[Row] = []
    for cells in reader:
        if not cells:
            # A blank line is an empty answer where the table has one column, and nothing elsewhere.
            if width == 1:
                rows.append([None])
            continue
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            raise CoreError("read.ragged", line=reader.line_num, expected=width, found=len(cells))
        rows.append([*cells[:width], *[None] * (width - len(cells))])
    while width == 1 and rows and rows[-1] == [None]:
        rows.pop()
    return rows


def decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    """Text and encoding of a file: the one asked for, else UTF-16 or UTF-8 by their marks, UTF-8,
    Windows-1252.

    Windows-1252 can read almost any bytes, so it is accepted only where the letters it gives are those of
    French
    and its neighbours, and where the file is not a mixture with UTF-8.
    """
    if encoding is not None:
        return _strict(data, encoding), encoding.lower()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(data, "utf-16"), "utf-16"
    if b"\x00" in data[:4096] and len(data) > 1:
        return _no_binary(data, _strict(data, "utf-8-sig"), "utf-8")
    try:
        return _no_binary(data, data.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError as error:
        return _windows(data, error.start)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except LookupError as error:
        raise CoreError("read.unknown_encoding", encoding=encoding) from error
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        raise CoreError("read.encoding", encoding=encoding, line=data.count(b"\n", 0, start) + 1) from error


def _no_binary(data: bytes, content: str, encoding: str) -> tuple[str, str]:
    """Refuses what decodes but is no text: more than one control character in a hundred."""
    sample = content[:100_000]
    if len(_CONTROLS.findall(sample)) + sample.count("\x00") > len(sample) / 100 + 2:
        raise CoreError("read.not_a_table", format="binary")
    return content, encoding


def _windows(data: bytes, first_bad: int) -> tuple[str, str]:
    line = data.count(b"\n", 0, first_bad) + 1
    readable = data.decode("utf-8", "ignore")
    multi_byte = sum(1 for c in readable if ord(c) > 127)
    high_bytes = sum(1 for b in data if b > 127)
    try:
        content = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise CoreError("read.encoding", encoding=None, line=line) from error
    _no_binary(data, content, "cp1252")
    if multi_byte * 2 > high_bytes / 2 or len(_ODD.findall(content)) > len(_FRENCH.findall(content)):
        raise CoreError("read.encoding", encoding=None, line=line)
    return content, "cp1252"


def delimiter_of(content: str, text: str) -> str:
    """The delimiter whose header holds the wanted column, else the one that gives the most even table."""
    best, best_score = ",", (-1, -1.0, 0)
    for delimiter in _DELIMITERS:
        try:
            lines = io.StringIO(content[:2_000_000], newline="")
            sample = [row for row in islice(csv.reader(lines, delimiter=delimiter), _LINES_SNIFFED) if row]
        except csv.Error:
            continue
        width = len(sample[0]) if sample else 0
        even = sum(1 for row in sample if len(row) == width) / max(1, len(sample))
        score = (
            int(text.strip() in [name.strip() for name in sample[0]]) if sample else 0,
            even if width > 1 else 0.0,
            width,
        )
        if score > best_score:
            best, best_score = delimiter, score
    return best
