"""A file of figures, inspected before it is read, then given as titles and rows.

Fed by uploads and commands. Feeds the readers, the import of values and the import of definitions.
"""

from __future__ import annotations

import csv
import io
import re

from django.conf import settings
from django.utils.translation import gettext as _

from fabrique.common.errors import Refused
from fabrique.common.files import MEGABYTE, inspected
from fabrique.observatory.services.readers.base import Sheet
from fabrique_core.errors import CoreError
from fabrique_core.files import Kind, Limits
from fabrique_core.text.read_csv import decode, delimiter_of

#: what the command line accepts: an agency's own files are larger than what a form sends
COMMAND_MEGABYTES = 200
MOST_ROWS = 1_000_000
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")


def sheet_of(data: bytes, name: str, *, command: bool = False) -> tuple[Sheet, str]:
    """Titles and rows of a CSV, and its SHA-256. Raises Refused: files.*, observatory.not_a_table."""
    megabytes = COMMAND_MEGABYTES if command else settings.FABRIQUE_UPLOAD_MB
    found = inspected(data, name, allowed={Kind.CSV}, limits=Limits(size=megabytes * MEGABYTE))
    try:
        content, _encoding = decode(found.data, None)
        delimiter = delimiter_of(content, "")
        csv.field_size_limit(MEGABYTE)
        lines = csv.reader(io.StringIO(_UNWANTED.sub("", content), newline=""), delimiter=delimiter)
        rows = [[cell.strip() for cell in row] for row in lines]
    except (CoreError, csv.Error) as error:
        raise _not_a_table() from error
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) < 2 or len(rows) > MOST_ROWS or not any(rows[0]):
        raise _not_a_table()
    titles = tuple(rows[0])
    while titles and not titles[-1]:
        titles = titles[:-1]
    return Sheet(name=found.safe_name, columns=titles, rows=rows[1:]), found.sha256


def _not_a_table() -> Refused:
    return Refused(
        "observatory.not_a_table",
        _(
            "Ce fichier n’est pas un tableau CSV lisible : une ligne de titres, puis une ligne par valeur. "
            "Enregistrez-le en CSV (UTF-8) depuis votre tableur, puis envoyez-le de nouveau."
        ),
    )
