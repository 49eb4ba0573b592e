"""What it is for: the words shared by the readers of files: kinds, limits, blocks, what is set aside.
What feeds it: nothing.
What it feeds: every module of fabrique_core.files and those who call them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a file is, told by its content."""

    TXT = "txt"
    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    EML = "eml"
    MBOX = "mbox"
    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"
    XML = "xml"
    JSON = "json"


#: what a person writes a contribution or minutes in
DOCUMENTS = frozenset({Kind.TXT, Kind.PDF, Kind.DOCX, Kind.ODT})
MAIL = frozenset({Kind.EML, Kind.MBOX})
TABLES = frozenset({Kind.CSV, Kind.XLSX, Kind.ODS})


@dataclass(frozen=True)
class Limits:
    """What a file may cost. Sizes in bytes; `seconds` and `memory` bound the child process that parses it."""

    size: int = 10_000_000
    members: int = 2_000
    member: int = 64_000_000
    unpacked: int = 200_000_000
    ratio: int = 200
    pages: int = 300
    characters: int = 2_000_000
    blocks: int = 20_000
    parts: int = 100
    messages: int = 1_000
    seconds: int = 20
    memory: int = 1_500_000_000


LIMITS = Limits()


@dataclass(frozen=True)
class SetAside:
    """What was in the file and is not used: a stable reason, and what it is about (a name, a page)."""

    reason: str
    what: str = ""


@dataclass(frozen=True)
class Inspected:
    """A file that passed inspection: its kind by content, a name safe to store and show, its bytes."""

    kind: Kind
    safe_name: str
    size: int
    sha256: str
    data: bytes = field(repr=False)
    set_aside: tuple[SetAside, ...] = ()


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE = "table"


@dataclass(frozen=True)
class Block:
    """One paragraph, heading (level 1 = highest), list item or table row; `page` from 1, None where unknown.

    The cells of a row are joined by « | ».
    """

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    page: int | None = None


@dataclass(frozen=True)
class Extracted:
    """The text of a document, in order; `pages` is None where the format does not say."""

    blocks: tuple[Block, ...]
    pages: int | None = None
    set_aside: tuple[SetAside, ...] = ()

    @property
    def text(self) -> str:
        """The blocks, one a paragraph."""
        return "\n\n".join(block.text for block in self.blocks)


@dataclass(frozen=True)
class Attachment:
    """A file carried by a message, as it came: not inspected yet."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Message:
    """One e-mail: who sent it and when (ISO 8601, as its header says), its body by blocks, what it carries."""

    sender: str
    sender_name: str
    subject: str
    sent_at: str | None
    message_id: str
    body: Extracted
    attachments: tuple[Attachment, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
