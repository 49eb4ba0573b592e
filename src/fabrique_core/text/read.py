"""What it is for: reading the text column of a table file (CSV, XLSX, Parquet) as it is, with its position.
What feeds it: a path and the name of a column, given by a person.
What it feeds: the pipeline; every refusal is a typed error that names what to mend.
"""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fabrique_core.errors import CoreError
from fabrique_core.text.read_csv import read_csv
from fabrique_core.text.read_excel import read_xlsx

MAX_BYTES = 1_000_000_000
Rows = tuple[list[str], list[list[str | None]], dict[str, str]]


@dataclass(frozen=True)
class Table:
    """The columns that were asked for, as read; `texts[i]` is the data row i of the file, from 0."""

    texts: tuple[str | None, ...]
    groups: tuple[str | None, ...] | None
    columns: tuple[str, ...]
    sha256: str
    size: int
    details: dict[str, str]


def read_table(
    path: Path,
    *,
    text: str,
    group: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    max_bytes: int = MAX_BYTES,
) -> Table:
    """Reads a table file; the format is told by its first bytes, not by its name.

    Raises CoreError: read.missing, read.not_a_file, read.too_large, read.empty, read.format, read.encoding,
    read.not_a_table, read.ragged, read.merged_header, read.header_not_first, read.sheet, read.column,
    read.same_column, read.no_row, read.duplicate_column.
    """
    size = _checked_size(path, max_bytes)
    header, rows, details = _reader(path)(path, encoding, sheet, text)
    names = [name.strip() for name in header]
    where = _column(names, text)
    other = _column(names, group) if group is not None else None
    if other is not None and other == where:
        raise CoreError("read.same_column", column=text)
    if not rows:
        raise CoreError("read.no_row", columns=names)
    return Table(
        texts=tuple(row[where] for row in rows),
        groups=None if other is None else tuple(_blank_to_none(row[other]) for row in rows),
        columns=tuple(names),
        sha256=_sha256(path),
        size=size,
        details=details,
    )


def _blank_to_none(value: str | None) -> str | None:
    return value.strip() or None if value is not None else None


def _checked_size(path: Path, max_bytes: int) -> int:
    if not path.exists():
        raise CoreError("read.missing")
    if not path.is_file():
        raise CoreError("read.not_a_file")
    if not os.access(path, os.R_OK):
        raise CoreError("read.forbidden")
    size = path.stat().st_size
    if size == 0:
        raise CoreError("read.empty")
    if size > max_bytes:
        raise CoreError("read.too_large", size=size, limit=max_bytes)
    return size


def _reader(path: Path) -> Callable[[Path, str | None, str | None, str], Rows]:
    with path.open("rb") as stream:
        magic = stream.read(8)
    if magic.startswith(b"PK\x03\x04"):
        return read_xlsx
    if magic.startswith(b"PAR1"):
        return read_parquet
    known = {
        b"\xd0\xcf\x11\xe0": "xls",
        b"%PDF": "pdf",
        b"\x1f\x8b": "gzip",
        b"{\\rt": "rtf",
        b"\x89PNG": "image",
        b"\xff\xd8\xff": "image",
        b"Rar!": "rar",
        b"7z\xbc\xaf": "7z",
        b"SQLi": "sqlite",
    }
    for head, kind in known.items():
        if magic.startswith(head):
            raise CoreError("read.format", found=kind)
    return read_csv


def read_parquet(path: Path, encoding: str | None, sheet: str | None, text: str) -> Rows:
    """Header and rows of a Parquet file, every value as a string; encoding and sheet have no meaning here."""
    import polars as pl

    try:
        frame = pl.read_parquet(path)
        frame = frame.select(pl.all().cast(pl.String, strict=False))
    except Exception as error:  # polars raises its own, undocumented family on damaged files
        raise CoreError("read.not_a_table", format="parquet") from error
    return frame.columns, [list(row) for row in frame.iter_rows()], {"format": "parquet"}


def _column(names: list[str], wanted: str) -> int:
    found = [i for i, name in enumerate(names) if name == wanted.strip()]
    if len(found) > 1:
        raise CoreError("read.duplicate_column", column=wanted)
    if not found:
        raise CoreError("read.column", column=wanted, nearest=nearest(names, wanted), columns=names)
    return found[0]


def nearest(names: list[str], wanted: str) -> str | None:
    """The column whose name looks most like the one asked for, letter case apart; None when nothing does."""
    by_lower = {name.lower(): name for name in reversed(names)}
    close = difflib.get_close_matches(wanted.lower().strip(), list(by_lower), n=1, cutoff=0.5)
    return by_lower[close[0]] if close else None


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
