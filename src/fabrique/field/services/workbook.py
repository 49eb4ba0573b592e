"""The sheets of a form as an XLSX file, and back.

Fed by sheets_of, or by a file made elsewhere. Feeds what agents download and what they send.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook

from fabrique.common.errors import Refused
from fabrique.common.files import inspected
from fabrique.field.services.sheets import Row, Sheets, choices_columns
from fabrique_core.files import Kind, put_text

#: rows of one sheet, and columns: beyond, it is no questionnaire
MOST_ROWS, MOST_COLUMNS = 5_000, 200


def workbook_of(sheets: Sheets) -> bytes:
    """The XLSX of a form; texts stay texts, whatever they begin with."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.as_dict().items():
        sheet = book.create_sheet(name)
        columns = choices_columns(rows)
        for place, column in enumerate(columns, start=1):
            put_text(sheet.cell(1, place), column)
        for number, row in enumerate(rows, start=2):
            for place, column in enumerate(columns, start=1):
                if row.get(column) not in (None, ""):
                    put_text(sheet.cell(number, place), str(row[column]))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheets_in(data: bytes, name: str) -> Sheets:
    """The three sheets of an XLSX file. Raises Refused: files.* on a hostile file, form.no_survey, form.large."""
    inspected(data, name, allowed=frozenset({Kind.XLSX}))
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as broken:  # openpyxl raises whatever its parser meets
        raise Refused(
            "form.unreadable",
            _("Ce fichier est abîmé : ouvrez-le dans un tableur, enregistrez-le, réessayez."),
        ) from broken
    found = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
    if "survey" not in found:
        raise Refused(
            "form.no_survey",
            _("Ce classeur n’a pas de feuille « survey » : ce n’est pas un formulaire XLSForm."),
        )
    return Sheets(
        list(_rows(found["survey"])),
        list(_rows(found["choices"])) if "choices" in found else [],
        list(_rows(found["settings"])) if "settings" in found else [],
    )


def _rows(sheet: Any) -> Iterator[Row]:
    header: list[str] | None = None
    for number, cells in enumerate(sheet.iter_rows(values_only=True)):
        if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise Refused(
                "form.large", _("Ce formulaire est trop grand : 5 000 lignes et 200 colonnes au plus.")
            )
        words = ["" if cell is None else _cell(cell) for cell in cells]
        if header is None:
            if any(words):
                header = [word.strip() for word in words]
            continue
        row = {column: word for column, word in zip(header, words, strict=False) if column and word.strip()}
        if row:
            yield row


def _cell(value: Any) -> str:
    """A cell as it was typed: a whole number is not « 3.0 »."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
