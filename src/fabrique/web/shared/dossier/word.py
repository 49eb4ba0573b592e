"""The dossier as a Word file: real headings, lists and table headers, in French, dated by its snapshot.

Fed by blocks.py. Feeds dossier_file(…, "docx").
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from fabrique.common.errors import Refused
from fabrique.web.context import describe
from fabrique.web.shared.dossier.blocks import Document, Heading, Items, Table, Text
from fabrique.web.shared.dossier.packing import repacked

STYLES = {"quote": "Quote", "": "Normal"}


def docx_of(document: Document) -> bytes:
    """The Word file. Raises Refused('dossier.libraries') on a server without python-docx."""
    try:
        import docx
    except ImportError as missing:
        raise Refused(
            "dossier.libraries", _("Ce serveur ne peut pas écrire de DOCX : il lui manque python-docx.")
        ) from missing
    book = docx.Document()
    _properties(book, document)
    book.add_heading(document.title, level=0)
    book.add_paragraph(document.subtitle, style="Subtitle")
    for said in (_demonstration(), document.notice):
        if said:
            book.add_paragraph(said, style="Intense Quote")
    for block in document.blocks:
        if isinstance(block, Heading):
            book.add_heading(block.text, level=block.level)
        elif isinstance(block, Text):
            book.add_paragraph(block.text, style=STYLES.get(block.style, "Normal"))
        elif isinstance(block, Items):
            for item in block.items:
                book.add_paragraph(item, style="List Bullet")
        else:
            _table(book, block)
    book.add_paragraph(document.reference)
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue(), document.on)


def _demonstration() -> str:
    return _("Document de démonstration : son contenu est fictif.") if describe(None)["demonstration"] else ""


def _table(book: Any, block: Table) -> None:
    """Caption, then a table whose first row is a header repeated on each page; rows are not cut in two."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement

    book.add_paragraph(block.caption, style="Caption").paragraph_format.keep_with_next = True
    table = book.add_table(rows=1, cols=len(block.heads), style="Table Grid")
    for row in [block.heads, *block.rows]:
        first = row is block.heads
        cells = table.rows[0].cells if first else table.add_row().cells
        for index, said in enumerate(row):
            paragraph = cells[index].paragraphs[0]
            paragraph.add_run(said).bold = first or None
            if index in block.numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for rank, line in enumerate(table.rows):
        properties = line._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if rank == 0:
            properties.append(OxmlElement("w:tblHeader"))
    book.add_paragraph()


def _properties(book: Any, document: Document) -> None:
    """Title, author, language; the dates are those of the snapshot."""
    from docx.oxml.ns import qn

    properties = book.core_properties
    properties.title, properties.subject = document.title, document.subtitle
    properties.language, properties.author = "fr-FR", str(describe(None)["agency"])
    properties.comments = document.reference
    properties.created = properties.modified = datetime(document.on.year, document.on.month, document.on.day)
    for lang in book.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), "fr-FR")
