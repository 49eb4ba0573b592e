"""What it is for: the text of a DOCX: headings by style, list items, table rows, pages as last saved.
What feeds it: child.py, with a package that passed inspection.
What it feeds: extraction, through blocks.as_dict.

Read from the XML rather than through an editing library: text inserted under revision marks is kept and text
deleted is not, page breaks give the pages, and nothing but these parts is opened. Source: ECMA-376 part 1.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from fabrique_core.errors import CoreError
from fabrique_core.files.blocks import as_dict, bounded, bullet
from fabrique_core.files.model import Block, BlockKind, Limits, SetAside
from fabrique_core.files.packages import Package, open_package
from fabrique_core.files.xmltree import parsed
from fabrique_core.text.numbers import whole

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = {
    f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "txbxContent")
}
_SKIPPED.add(f"{_COMPATIBILITY}Fallback")  # the same drawing said twice, for older readers
_HEADING_NAME = re.compile(r"^(?:heading|titre)\s*(\d)$", re.IGNORECASE)
_DEEPEST = 200


class _Reader:
    def __init__(self, headings: dict[str, int], lists: set[str]) -> None:
        self.headings = headings
        self.lists = lists
        self.page = 1
        self.broken = False
        self.blocks: list[Block] = []

    def body(self, parent: Element, depth: int = 0) -> None:
        if depth > _DEEPEST:
            raise CoreError("files.corrupt", format="docx")
        for child in parent:
            if child.tag == f"{_W}p":
                self.paragraph(child)
            elif child.tag == f"{_W}tbl":
                self.table(child)
            elif child.tag not in _SKIPPED and child.tag != f"{_W}sectPr":
                self.body(child, depth + 1)  # content controls, revision marks around paragraphs

    def paragraph(self, element: Element) -> None:
        page = self.page
        text = self.text(element)
        # a break before the first word sends the paragraph itself to the next page
        if self.page > page and not text.partition("\f")[0].strip():
            page = self.page
        kind, level = self.kind(element)
        shown = text.replace("\f", "")
        item = bullet(shown) if kind is BlockKind.PARAGRAPH else None
        if item is not None:
            kind, shown = BlockKind.ITEM, item
        self.blocks.append(Block(shown, kind, level, page))
        for box in element.iter(f"{_W}txbxContent"):
            self.body(box)

    def kind(self, element: Element) -> tuple[BlockKind, int]:
        properties = element.find(f"{_W}pPr")
        if properties is None:
            return BlockKind.PARAGRAPH, 0
        style = properties.find(f"{_W}pStyle")
        name = style.get(f"{_W}val", "") if style is not None else ""
        outline = properties.find(f"{_W}outlineLvl")
        level = whole(outline.get(f"{_W}val", "9")) if outline is not None else None
        if level is not None and level < 9:
            return BlockKind.HEADING, level + 1
        if name in self.headings:
            return BlockKind.HEADING, self.headings[name]
        if properties.find(f"{_W}numPr") is not None or name in self.lists:
            return BlockKind.ITEM, 0
        return BlockKind.PARAGRAPH, 0

    def text(self, element: Element, depth: int = 0) -> str:
        """The words of a paragraph; a form feed stands where a page ends."""
        if depth > _DEEPEST:
            raise CoreError("files.corrupt", format="docx")
        said: list[str] = []
        for child in element:
            tag = child.tag
            if tag == f"{_W}t":
                said.append(child.text or "")
            elif tag in (f"{_W}tab", f"{_W}ptab"):
                said.append(" ")
            elif tag == f"{_W}noBreakHyphen":
                said.append("-")
            elif tag == f"{_W}lastRenderedPageBreak":
                said.append(self.next_page(rendered=True))
            elif tag in (f"{_W}br", f"{_W}cr"):
                said.append(self.next_page() if child.get(f"{_W}type") == "page" else "\n")
            elif tag not in _SKIPPED:
                said.append(self.text(child, depth + 1))
        return "".join(said)

    def next_page(self, rendered: bool = False) -> str:
        """A break asked for and the same break as rendered count once."""
        if rendered and self.broken:
            self.broken = False
            return ""
        self.broken = not rendered
        self.page += 1
        return "\f"

    def table(self, element: Element) -> None:
        for row in element.iter(f"{_W}tr"):
            page = self.page
            cells = []
            for cell in row.findall(f"{_W}tc"):
                said = " ".join(self.text(p).replace("\f", "") for p in cell.iter(f"{_W}p"))
                cells.append(" ".join(said.split()))
            if any(cells):
                self.blocks.append(Block(" | ".join(cells), BlockKind.TABLE, 0, page))


def read(data: bytes, limits: Limits) -> dict[str, Any]:
    """The blocks of word/document.xml, then the notes; comments are left out and said."""
    package = open_package(data, limits)
    if "word/document.xml" not in package:
        raise CoreError("files.corrupt", format="docx")
    reader = _Reader(*_styles(package))
    body = parsed(package.read("word/document.xml"), "docx").find(f"{_W}body")
    if body is None:
        raise CoreError("files.corrupt", format="docx")
    reader.body(body)
    pages = reader.page
    aside = [SetAside("comments")] if "word/comments.xml" in package else []
    for name in ("word/footnotes.xml", "word/endnotes.xml"):
        if name in package:
            notes = _Reader({}, set())
            notes.body(parsed(package.read(name), "docx"))
            reader.blocks += [Block(b.text, b.kind, b.level, None) for b in notes.blocks]
    known = pages if pages > 1 else None
    blocks = reader.blocks if known else [Block(b.text, b.kind, b.level, None) for b in reader.blocks]
    return as_dict(bounded(blocks, known, aside, limits))


def _styles(package: Package) -> tuple[dict[str, int], set[str]]:
    """Styles that are headings, with their level, and those that are lists: by outline, name or ancestor."""
    headings: dict[str, int] = {"Title": 1, "Titre": 1}
    lists: set[str] = set()
    if "word/styles.xml" not in package:
        return {
            **headings,
            **{f"Heading{n}": n for n in range(1, 7)},
            **{f"Titre{n}": n for n in range(1, 7)},
        }, lists
    parents: dict[str, str] = {}
    for style in parsed(package.read("word/styles.xml"), "docx").iter(f"{_W}style"):
        key = style.get(f"{_W}styleId", "")
        name = style.find(f"{_W}name")
        said = name.get(f"{_W}val", "") if name is not None else ""
        based = style.find(f"{_W}basedOn")
        parents[key] = based.get(f"{_W}val", "") if based is not None else ""
        found = _HEADING_NAME.match(said)
        if found:
            headings[key] = int(found.group(1))
        elif said.lower() in ("title", "titre"):
            headings[key] = 1
        elif said.lower().startswith(("list ", "liste ")):
            lists.add(key)
    for key, above in parents.items():
        if key not in headings and above in headings and above not in ("Title", "Titre"):
            headings[key] = headings[above]
    return headings, lists
