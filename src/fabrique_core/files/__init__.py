"""What it is for: taking in a file from outside without trusting it, and giving its text by blocks and pages.
What feeds it: bytes that somebody sent, with the name they gave them.
What it feeds: written contributions, minutes and imports; exported tables, through `cells`.
"""

from fabrique_core.files.cells import csv_writer, neutralise_cell, put_text
from fabrique_core.files.extraction import extract, page_image, read_message
from fabrique_core.files.inspection import inspect
from fabrique_core.files.mbox import split_mbox
from fabrique_core.files.model import (
    DOCUMENTS,
    LIMITS,
    MAIL,
    TABLES,
    Attachment,
    Block,
    BlockKind,
    Extracted,
    Inspected,
    Kind,
    Limits,
    Message,
    SetAside,
)

__all__ = [
    "DOCUMENTS",
    "LIMITS",
    "MAIL",
    "TABLES",
    "Attachment",
    "Block",
    "BlockKind",
    "Extracted",
    "Inspected",
    "Kind",
    "Limits",
    "Message",
    "SetAside",
    "csv_writer",
    "extract",
    "inspect",
    "neutralise_cell",
    "page_image",
    "put_text",
    "read_message",
    "split_mbox",
]
