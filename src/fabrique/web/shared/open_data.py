"""A table of open data as a file to save: CSV, JSON and XLSX of the same rows, and its Table Schema.

Fed by the tables of restitution.services.open_tables. Feeds the data of the plan, of the opinions and of the reviews.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from typing import Any

from django.http import HttpResponse, JsonResponse

from fabrique.restitution.services.open_tables import DataTable
from fabrique_core.files import csv_writer, put_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: of a column, in characters
WIDTH = 24


def csv_answer(table: DataTable, source: Any, name: str) -> HttpResponse:
    """UTF-8 with a mark that spreadsheets know, semicolons and decimal commas as in France."""
    written = io.StringIO()
    rows = csv_writer(written, delimiter=";")
    rows.writerow(table.header)
    rows.writerows(table.lines(source))
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    return _saved(answer, f"{name}.csv")


def json_answer(table: DataTable, source: Any, name: str) -> HttpResponse:
    """A list of objects: numbers as numbers, true and false, null for what is not known."""
    answer = JsonResponse(
        list(table.records(source)), safe=False, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    return _saved(answer, f"{name}.json")


def schema_answer(table: DataTable) -> HttpResponse:
    """The Table Schema of a table."""
    return JsonResponse(table.schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})


def workbooks() -> bool:
    """Whether this server can write a workbook: openpyxl comes with the « documents » extra."""
    return find_spec("openpyxl") is not None


def workbook_answer(tables: Sequence[DataTable], source: Any, name: str) -> HttpResponse:
    """One sheet a table, then one that says what each column means."""
    import openpyxl

    book = openpyxl.Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    for table in tables:
        rows = ([record[name] for name in table.header] for record in table.records(source, dates=True))
        _sheet(book.create_sheet(table.name), table.header, list(rows))
    told = [
        [table.name, column.name, column.kind, str(column.words)]
        for table in tables
        for column in table.columns
    ]
    _sheet(book.create_sheet("colonnes"), ["table", "colonne", "type", "description"], told)
    out = io.BytesIO()
    book.save(out)
    return _saved(HttpResponse(out.getvalue(), content_type=XLSX), f"{name}.xlsx")


def _sheet(sheet: Any, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for rank, line in enumerate([heads, *rows], start=1):
        for column, said in enumerate(line, start=1):
            cell = sheet.cell(row=rank, column=column)
            put_text(cell, said)
            if isinstance(said, date):
                cell.number_format = "DD/MM/YYYY"
            if rank == 1:
                cell.font = Font(bold=True)
    for column in range(1, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH
    sheet.freeze_panes = "A2"


def _saved(answer: HttpResponse, filename: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
