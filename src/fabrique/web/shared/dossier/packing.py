"""A zip written again with fixed dates and order, so that the same content is the same bytes.

Fed by python-docx and openpyxl, which date their files by the clock. Feeds word.py and sheets.py.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def repacked(data: bytes, on: date) -> bytes:
    """The same entries in the same order, each dated `on`; so are the dates of the document's properties."""
    moment = f"{on.isoformat()}T00:00:00Z".encode()
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _DATES.sub(rb"\g<1>" + moment + rb"\g<3>", content)
            written.writestr(entry, content)
    return out.getvalue()
