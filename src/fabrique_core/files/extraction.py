"""What it is for: the text of a file that passed inspection, by blocks and pages; the parts of an e-mail.
What feeds it: Inspected.
What it feeds: written contributions (splitting into demands), minutes (import by headings).
"""

from __future__ import annotations

import base64

from fabrique_core.errors import CoreError
from fabrique_core.files.blocks import from_dict, from_text
from fabrique_core.files.inspection import text_of
from fabrique_core.files.isolation import call
from fabrique_core.files.model import (
    LIMITS,
    Attachment,
    Extracted,
    Inspected,
    Kind,
    Limits,
    Message,
    SetAside,
)

_READERS = {Kind.PDF: "read_pdf", Kind.DOCX: "read_docx", Kind.ODT: "read_odt"}


def extract(inspected: Inspected, *, limits: Limits = LIMITS) -> Extracted:
    """The blocks of a document (TXT, DOCX, ODT, PDF) or the body of an e-mail (EML).

    Pages: those of a PDF; those that a DOCX or ODT recorded when it was last saved; None otherwise. A PDF
    made of images gives no block for those pages and says so ('image_page').
    Raises CoreError: files.wrong_type, files.corrupt, files.too_much_text, files.too_long_to_read.
    """
    if inspected.kind is Kind.TXT:
        return from_text(text_of(inspected.data), limits)
    if inspected.kind is Kind.EML:
        return read_message(inspected, limits=limits).body
    if inspected.kind not in _READERS:
        raise CoreError(
            "files.wrong_type", found=inspected.kind.value, allowed=sorted(k.value for k in _READERS)
        )
    return from_dict(call(_READERS[inspected.kind], inspected.data, limits))


def read_message(inspected: Inspected, *, limits: Limits = LIMITS) -> Message:
    """An e-mail (EML): headers, body, and its attachments as they came, for the caller to inspect one by one.

    Raises CoreError: files.corrupt, files.encrypted, files.too_many_parts, files.too_long_to_read.
    """
    if inspected.kind is not Kind.EML:
        raise CoreError("files.wrong_type", found=inspected.kind.value, allowed=[Kind.EML.value])
    given = call("read_mail", inspected.data, limits)
    return Message(
        sender=given["sender"],
        sender_name=given["sender_name"],
        subject=given["subject"],
        sent_at=given["sent_at"],
        message_id=given["message_id"],
        body=from_dict(given["body"]),
        attachments=tuple(
            Attachment(str(one["name"]), base64.b64decode(one["data"])) for one in given["attachments"]
        ),
        set_aside=tuple(SetAside(one["reason"], one["what"]) for one in given["set_aside"]),
    )


def page_image(inspected: Inspected, page: int, *, width: int = 900, limits: Limits = LIMITS) -> bytes:
    """One page of a PDF (from 1) as PNG, `width` pixels wide, drawn in the child process.

    Raises CoreError: files.wrong_type, files.no_such_page, files.corrupt, files.too_long_to_read.
    """
    if inspected.kind is not Kind.PDF:
        raise CoreError("files.wrong_type", found=inspected.kind.value, allowed=[Kind.PDF.value])
    answer = call("page_image", inspected.data, limits, page=page, width=width)
    return base64.b64decode(answer["png"])
