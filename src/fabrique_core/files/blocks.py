"""What it is for: blocks made from plain lines, and the cleaning that every extracted text goes through.
What feeds it: the readers of each format.
What it feeds: Extracted, as plain dictionaries while in the child process.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from fabrique_core.errors import CoreError
from fabrique_core.files.model import Block, BlockKind, Extracted, Limits, SetAside

# control characters and marks of direction that make a text look like another; the line break stays
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BULLET = re.compile(r"^\s*(?:[-–—*•▪◦‣●■□✓➢➔→·o]|\(?\d{1,2}[.)°]|\(?[a-z][.)])\s+(?=\S)")
_BREAK = re.compile(r"\n[ \t\u00a0]*\n")


def cleaned(text: str) -> str:
    """NFC, no hidden character, single spaces in a line, line breaks kept, ends trimmed."""
    shown = _HIDDEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n".join(
        re.sub(r"[ \t\u00a0\u202f]*[ \t]+", " ", line).strip() for line in shown.split("\n")
    ).strip()


def bullet(line: str) -> str | None:
    """The text of a list item without its mark; None where the line is no item."""
    found = _BULLET.match(line)
    return line[found.end() :].strip() if found else None


def from_text(text: str, limits: Limits, page: int | None = None) -> Extracted:
    """Paragraphs parted by blank lines, list items by their marks; form feeds part the pages of a text."""
    pages = text.split("\f") if page is None and "\f" in text else [text]
    blocks: list[Block] = []
    for number, content in enumerate(pages, start=1):
        where = number if len(pages) > 1 else page
        for paragraph in _BREAK.split(cleaned(content)):
            blocks += _paragraph(paragraph, where)
    return bounded(blocks, len(pages) if len(pages) > 1 else None, [], limits)


def _paragraph(paragraph: str, page: int | None) -> list[Block]:
    blocks: list[Block] = []
    kept: list[str] = []
    for line in paragraph.split("\n"):
        item = bullet(line)
        if item is not None:
            blocks += _flushed(kept, page)
            blocks.append(Block(item, BlockKind.ITEM, 0, page))
        elif blocks and blocks[-1].kind is BlockKind.ITEM and not kept and line.strip():
            # the next line of an item goes on with it
            last = blocks[-1]
            blocks[-1] = Block(f"{last.text} {line.strip()}", last.kind, 0, page)
        else:
            kept.append(line)
    return blocks + _flushed(kept, page)


def _flushed(kept: list[str], page: int | None) -> list[Block]:
    text = " ".join(line.strip() for line in kept if line.strip())
    kept.clear()
    return [Block(text, BlockKind.PARAGRAPH, 0, page)] if text else []


def bounded(blocks: list[Block], pages: int | None, aside: list[SetAside], limits: Limits) -> Extracted:
    """The blocks within limits, cleaned, without the empty ones.

    Raises CoreError('files.too_much_text') beyond: a document is never cut in silence.
    """
    kept = [Block(text, b.kind, b.level, b.page) for b in blocks if (text := cleaned(b.text))]
    characters = sum(len(block.text) for block in kept)
    if characters > limits.characters or len(kept) > limits.blocks:
        raise CoreError("files.too_much_text", characters=characters, limit=limits.characters)
    return Extracted(tuple(kept), pages, tuple(dict.fromkeys(aside)))


def as_dict(extracted: Extracted) -> dict[str, Any]:
    """What crosses from the child process."""
    return {
        "blocks": [[b.text, b.kind.value, b.level, b.page] for b in extracted.blocks],
        "pages": extracted.pages,
        "set_aside": [{"reason": one.reason, "what": one.what} for one in extracted.set_aside],
    }


def from_dict(given: dict[str, Any]) -> Extracted:
    """The inverse of as_dict."""
    return Extracted(
        tuple(
            Block(str(text), BlockKind(kind), int(level), page) for text, kind, level, page in given["blocks"]
        ),
        given["pages"],
        tuple(SetAside(str(one["reason"]), str(one["what"])) for one in given["set_aside"]),
    )
