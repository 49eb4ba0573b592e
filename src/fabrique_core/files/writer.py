"""What it is for: the text of an ODT: headings by outline level, list items, table rows, pages as last saved.
What feeds it: child.py, with a package that passed inspection.
What it feeds: extraction, through blocks.as_dict.

Source: OASIS OpenDocument 1.3 part 3 (text:h, text:p, text:list, text:soft-page-break, text:tracked-changes).
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from fabrique_core.errors import CoreError
from fabrique_core.files.blocks import as_dict, bounded, bullet
from fabrique_core.files.model import Block, BlockKind, Limits, SetAside
from fabrique_core.files.packages import open_package
from fabrique_core.files.xmltree import parsed
from fabrique_core.text.numbers import whole

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_SKIPPED = {
    f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_OFFICE}annotation-end", f"{_OFFICE}forms",
    f"{_TEXT}sequence-decls", f"{_TEXT}table-of-content", f"{_TEXT}note-citation",
}  # fmt: skip
_DEEPEST = 200
_MOST_SPACES = 100


def _number(said: str) -> int:
    """The number of an attribute; 1, what the format takes it for when absent, where it writes none."""
    number = whole(said)
    return 1 if number is None else number


class _Reader:
    def __init__(self) -> None:
        self.page = 1
        self.blocks: list[Block] = []
        self.comments = False

    def body(self, parent: Element, in_list: bool = False, depth: int = 0) -> None:
        if depth > _DEEPEST:
            raise CoreError("files.corrupt", format="odt")
        for child in parent:
            tag = child.tag
            if tag == f"{_TEXT}soft-page-break":
                self.page += 1
            elif tag in (f"{_TEXT}p", f"{_TEXT}h"):
                self.paragraph(child, in_list)
            elif tag == f"{_TABLE}table-row":
                self.row(child)
            elif tag not in _SKIPPED:
                self.body(child, in_list or tag == f"{_TEXT}list", depth + 1)

    def paragraph(self, element: Element, in_list: bool) -> None:
        page = self.page
        text = self.text(element)
        if self.page > page and not text.partition("\f")[0].strip():
            page = self.page
        shown = text.replace("\f", "")
        if element.tag == f"{_TEXT}h":
            level = element.get(f"{_TEXT}outline-level", "1")
            self.blocks.append(Block(shown, BlockKind.HEADING, _number(level), page))
            return
        item = bullet(shown)
        kind = BlockKind.ITEM if in_list or item is not None else BlockKind.PARAGRAPH
        self.blocks.append(Block(item or shown, kind, 0, page))

    def text(self, element: Element, depth: int = 0) -> str:
        if depth > _DEEPEST:
            raise CoreError("files.corrupt", format="odt")
        said = [element.text or ""]
        for child in element:
            tag = child.tag
            if tag == f"{_TEXT}s":
                said.append(" " * min(_number(child.get(f"{_TEXT}c", "1")), _MOST_SPACES))
            elif tag == f"{_TEXT}tab":
                said.append(" ")
            elif tag == f"{_TEXT}line-break":
                said.append("\n")
            elif tag == f"{_TEXT}soft-page-break":
                self.page += 1
                said.append("\f")
            elif tag == f"{_OFFICE}annotation":
                self.comments = True
            elif tag not in _SKIPPED:
                said.append(self.text(child, depth + 1))
            said.append(child.tail or "")
        return "".join(said)

    def row(self, element: Element) -> None:
        page = self.page
        cells = []
        for cell in element.findall(f"{_TABLE}table-cell"):
            said = " ".join(
                self.text(p).replace("\f", "") for p in cell.iter() if p.tag in (f"{_TEXT}p", f"{_TEXT}h")
            )
            cells.append(" ".join(said.split()))
        if any(cells):
            self.blocks.append(Block(" | ".join(cells), BlockKind.TABLE, 0, page))


def read(data: bytes, limits: Limits) -> dict[str, Any]:
    """The blocks of content.xml; deleted text under revision marks and comments are left out."""
    package = open_package(data, limits)
    if "content.xml" not in package:
        raise CoreError("files.corrupt", format="odt")
    root = parsed(package.read("content.xml"), "odt")
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise CoreError("files.corrupt", format="odt")
    reader = _Reader()
    reader.body(body)
    known = reader.page if reader.page > 1 else None
    blocks = reader.blocks if known else [Block(b.text, b.kind, b.level, None) for b in reader.blocks]
    return as_dict(bounded(blocks, known, [SetAside("comments")] if reader.comments else [], limits))
