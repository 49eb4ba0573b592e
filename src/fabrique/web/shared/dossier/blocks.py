"""A document as blocks (heading, paragraph, list, table), before it is a page, a PDF or a Word file.

Fed by sections.py and account.py. Feeds the template shared/dossier/blocs.html, word.py and sheets.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

#: rows of a table that is not cut between two pages
SHORT = 8


@dataclass(frozen=True)
class Heading:
    """`level` 1 to 3, under the title of the document."""

    text: str
    level: int = 1
    kind: str = "heading"


@dataclass(frozen=True)
class Text:
    """A paragraph; `lead` is the sentence to read first, `aside` a note."""

    text: str
    style: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class Items:
    """A list."""

    items: Sequence[str]
    kind: str = "items"


@dataclass(frozen=True)
class Table:
    """The first cell of a row names it. `numbers`: columns set to the right, counted from 0."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    kind: str = "table"

    @property
    def short(self) -> bool:
        """Whether it stays on one page, under its caption."""
        return len(self.rows) <= SHORT


Block = Heading | Text | Items | Table


@dataclass(frozen=True)
class Document:
    """`on` dates the files: the same document is always the same bytes. `reference` says where it comes from."""

    title: str
    subtitle: str
    on: date
    reference: str
    blocks: Sequence[Block] = field(default_factory=tuple)
    notice: str = ""
