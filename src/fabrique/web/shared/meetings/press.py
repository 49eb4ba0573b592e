"""A press document as files: DOCX to edit in a newsroom, tagged PDF to read.

Fed by PressDocument. Feeds the agents' screen and, once approved, the public page of the programme.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override

from fabrique.common.errors import Refused
from fabrique.meetings.enums import PressState
from fabrique.meetings.models import PressDocument
from fabrique.meetings.services.press import blocks_of
from fabrique.web.context import describe
from fabrique.web.shared.printing import pdf, pdf_answer
from fabrique.web.templatetags.francais import date_longue, typo

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def press_pdf(document: PressDocument) -> HttpResponse:
    """The document as a tagged PDF, always in French; a draft says so on the page."""
    with override("fr"):
        context = {"document": document, "blocs": blocks_of(document.body), "brouillon": _is_draft(document)}
        return pdf_answer(pdf("shared/meetings/presse.html", context), name=_file_name(document))


def press_docx(document: PressDocument) -> HttpResponse:
    """The document as DOCX, with real headings and lists."""
    with override("fr"):
        content = _docx(document)
    answer = HttpResponse(content, content_type=DOCX)
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(document)}.docx"'
    return answer


def _file_name(document: PressDocument) -> str:
    about = document.meeting.slug if document.meeting else document.programme.slug
    return f"{document.kind}-{about}-{document.dated_on.isoformat()}"


def _is_draft(document: PressDocument) -> bool:
    return document.state == PressState.DRAFT


def _docx(document: PressDocument) -> bytes:
    try:
        import docx
    except ImportError as missing:
        raise Refused(
            "press.libraries", _("Ce serveur ne peut pas écrire de DOCX : il lui manque python-docx.")
        ) from missing
    book = docx.Document()
    _properties(book, document)
    kind = str(document.get_kind_display())
    book.add_paragraph(kind.upper(), style="Subtitle")
    if describe(None)["demonstration"]:
        book.add_paragraph(_("Document de démonstration : son contenu est fictif."), style="Intense Quote")
    if _is_draft(document):
        book.add_paragraph(_("Projet, à relire : ce texte n’est pas approuvé."), style="Intense Quote")
    book.add_paragraph(_text(_("Le %(date)s") % {"date": date_longue(document.dated_on)}))
    book.add_heading(_text(document.title), level=0)
    for block in blocks_of(document.body):
        if block.kind == "heading":
            book.add_heading(_text(block.texts[0]), level=1)
            continue
        style = "List Bullet" if block.kind == "list" else None
        for text in block.texts:
            book.add_paragraph(_text(text), style=style)
    for heading, text in ((_("Point presse"), document.press_point), (_("Contact presse"), document.contact)):
        if text.strip():
            book.add_heading(heading, level=1)
            for line in text.splitlines():
                book.add_paragraph(_text(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _properties(book: Any, document: PressDocument) -> None:
    """Title, language and author; dates of the document itself, so that the same text gives the same file."""
    properties = book.core_properties
    properties.title = document.title
    properties.language = "fr-FR"
    properties.author = str(describe(None)["agency"])
    properties.comments = ""
    day = document.dated_on
    properties.created = properties.modified = datetime(day.year, day.month, day.day)
    from docx.oxml.ns import qn

    for style in book.styles:
        if style.type == 1 and style.element.rPr is not None:
            for lang in style.element.rPr.findall(qn("w:lang")):
                lang.set(qn("w:val"), "fr-FR")
    defaults = book.styles.element.find(qn("w:docDefaults"))
    for lang in defaults.iter(qn("w:lang")):
        lang.set(qn("w:val"), "fr-FR")


def _text(text: str) -> str:
    """French spaces before high punctuation; nothing is marked up, so the escapes of the filter are undone."""
    from html import unescape

    return unescape(str(typo(text)))
