"""The report of the rows to mend: the same columns, what is wrong in words, and a mark to send it back.

Fed by the issues of an import. Feeds the downloads of the agents' screen and of the command line.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from fabrique.imports.models import ImportIssue, ImportJob
from fabrique.imports.services.refusals import problem_sentence
from fabrique.imports.services.tables import MARKER
from fabrique_core.files import csv_writer, put_text

LINE, WRONG = "ligne", "à corriger"


def titles_of(job: ImportJob) -> list[str]:
    """The titles of the report: ours, then the imported columns under their own; ignored ones are left out."""
    kept = {column["name"] for column in job.mapping.get("columns", ()) if column["role"] != "ignorer"}
    return [LINE, WRONG, MARKER, *(name for name in job.layout["columns"] if name in kept)]


def lines_of(job: ImportJob) -> Iterator[list[Any]]:
    """One list of cells a row to mend, in the order of the file."""
    titles = titles_of(job)[3:]
    for issue in job.issues.to_mend().iterator(chunk_size=200):
        cells = json.loads(issue.cells)
        mark = f"{job.public_id}-{issue.line}"
        yield [issue.line, sentences(issue, cells), mark, *(cells.get(title, "") for title in titles)]


def sentences(issue: ImportIssue, cells: dict[str, Any]) -> str:
    """What is wrong in a row, in words."""
    return " ".join(problem_sentence(problem, cells) for problem in issue.problems)


def as_csv(job: ImportJob) -> bytes:
    """The report as a CSV that a French spreadsheet opens by a double click: « ; », UTF-8 with its mark."""
    stream = io.StringIO(newline="")
    writer = csv_writer(stream)
    writer.writerow(titles_of(job))
    writer.writerows(lines_of(job))
    return stream.getvalue().encode("utf-8-sig", "replace")


def as_xlsx(job: ImportJob) -> bytes:
    """The report as a workbook: texts stay texts, whatever they begin with."""
    from openpyxl import Workbook

    book = Workbook()
    del book[book.sheetnames[0]]
    sheet = book.create_sheet(_("À corriger"))
    for rank, row in enumerate([titles_of(job), *lines_of(job)], start=1):
        for place, value in enumerate(row, start=1):
            # a workbook holds 32,767 characters a cell
            put_text(sheet.cell(rank, place), value[:32_000] if isinstance(value, str) else value)
    sheet.freeze_panes = "D2"
    for letter, width in (("A", 8), ("B", 60), ("C", 22)):
        sheet.column_dimensions[letter].width = width
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
