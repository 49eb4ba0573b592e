"""What it is for: the text of a PDF by pages and paragraphs, read in the child process only.
What feeds it: child.py.
What it feeds: extraction, through blocks.as_dict.

pypdfium2 gives characters with their place; paragraphs, titles and items are told from gaps, sizes and marks.
"""

from __future__ import annotations

import base64
import io
import itertools
import re
import statistics
import zlib
from dataclasses import dataclass
from typing import Any

from fabrique_core.errors import CoreError
from fabrique_core.files.blocks import as_dict, bounded, bullet
from fabrique_core.files.model import Block, BlockKind, Limits, SetAside

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(
    rb"/(JavaScript|Launch|RichMedia|ImportData|SubmitForm)\b|/S\s*/(?:Rendition|Movie)\b|/JS\s*[(<]"
)
_OBJECT_STREAM = re.compile(rb"/ObjStm.{0,400}?stream\r?\n", re.DOTALL)
_MOST_STREAMS = 5_000
_MOST_UNPACKED = 50_000_000
_HYPHENS = ("\x02", "\ufffe", "\u00ad")
_MARK = re.compile(r"[-–—*•▪◦‣●■□✓➢➔→·o]|\(?\d{1,2}[.)]|\(?[a-z][.)]")
_LONGEST_TITLE = 160
_LARGEST_STEP = 1.45  # from a line to the next of the same paragraph, in heights of a line
_SENTENCE_END = (".", ";", ":", "!", "?", "…", "»")


@dataclass
class _Line:
    text: str
    top: float
    bottom: float
    size: float
    page: int
    left: float = 0.0
    right: float = 0.0

    @property
    def height(self) -> float:
        return self.top - self.bottom


def check(data: bytes, limits: Limits) -> dict[str, Any]:
    """What inspection asks of a PDF: that it opens, without password, script nor too many pages."""
    document = _opened(data)
    pages = len(document)
    if pages == 0:
        raise CoreError("files.corrupt", format="pdf")
    if pages > limits.pages:
        raise CoreError("files.too_many_pages", pages=pages, limit=limits.pages)
    _check_active(data)
    attached = document.count_attachments()
    aside = [SetAside("embedded_file", str(attached))] if attached else []
    return {"set_aside": [{"reason": one.reason, "what": one.what} for one in aside], "pages": pages}


def _opened(data: bytes) -> Any:
    import pypdfium2
    import pypdfium2.raw as raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise CoreError("files.encrypted", format="pdf") from error
        cut = b"%%EOF" not in data[-2048:]
        raise CoreError("files.truncated" if cut else "files.corrupt", format="pdf") from error
    if b"%%EOF" not in data[-2048:]:
        raise CoreError("files.truncated", format="pdf")
    if document.get_formtype() in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
        raise CoreError("files.macro")
    return document


def _check_active(data: bytes) -> None:
    """Scripts and programs to launch, in the objects in clear and in the compressed ones."""
    if _found_active(data):
        raise CoreError("files.macro")
    left = _MOST_UNPACKED
    for number, found in enumerate(_OBJECT_STREAM.finditer(data)):
        if number >= _MOST_STREAMS or left <= 0:
            raise CoreError("files.zip_bomb", unpacked=_MOST_UNPACKED, limit=_MOST_UNPACKED)
        try:
            content = zlib.decompressobj().decompress(data[found.end() : found.end() + 5_000_000], left)
        except zlib.error:
            continue  # not the usual compression: pdfium reads it, and it runs nothing
        left -= len(content)
        if _found_active(content):
            raise CoreError("files.macro")


def _found_active(content: bytes) -> bool:
    written = _ESCAPED.sub(lambda m: bytes([int(m.group(1), 16)]), content) if b"#" in content else content
    return _ACTIVE.search(written) is not None


def read(data: bytes, limits: Limits) -> dict[str, Any]:
    """Blocks by page; pages without text are said ('image_page'), as are repeated headers and footers."""
    document = _opened(data)
    lines: list[_Line] = []
    aside: list[SetAside] = []
    characters = 0
    for index in range(len(document)):
        page = document[index]
        found = _lines(page, index + 1)
        page.close()
        characters += sum(len(line.text) for line in found)
        if characters > limits.characters:
            raise CoreError("files.too_much_text", characters=characters, limit=limits.characters)
        if not found:
            aside.append(SetAside("image_page", str(index + 1)))
        lines += found
    lines, repeated = _without_repeated(lines, len(document))
    aside += [SetAside("repeated_line", text) for text in repeated]
    return as_dict(bounded(_blocks(lines), len(document), aside, limits))


def _lines(page: Any, number: int) -> list[_Line]:
    """The lines of a page in reading order, with their place (points from the bottom) and size."""
    import pypdfium2.raw as raw

    textpage = page.get_textpage()
    text: str = textpage.get_text_range()
    if textpage.count_chars() != len(text):
        # characters beyond the basic plane shift the indexes: places would be those of others
        lines = [_Line(t, 0, 0, 0, number) for t in text.split("\n")]
        return [line for line in lines if line.text.strip()]
    lines = []
    start = 0
    for piece in re.split(r"\r\n|\r|\n", text):
        seen = start + len(piece) - len(piece.lstrip())
        end = start + len(piece)
        start = end + (2 if text[end : end + 2] == "\r\n" else 1)
        if not piece.strip():
            continue
        box = textpage.get_charbox(seen, loose=True)
        size = raw.FPDFText_GetFontSize(textpage, seen) or box[3] - box[1]
        last = textpage.get_charbox(seen + len(piece.strip()) - 1, loose=True)
        lines.append(_Line(piece, box[3], box[1], float(size), number, box[0], last[2]))
    textpage.close()
    return _with_marks(lines)


def _with_marks(lines: list[_Line]) -> list[_Line]:
    """Marks of list items are often drawn apart from their text: each goes back before its line."""
    kept = [line for line in lines if not _MARK.fullmatch(line.text.strip())]
    for mark in lines:
        if _MARK.fullmatch(mark.text.strip()):
            near = [line for line in kept if abs(line.bottom - mark.bottom) < max(1.0, mark.height * 0.3)]
            if near and bullet(near[0].text) is None:
                near[0].text = f"{mark.text.strip()} {near[0].text.strip()}"
    return kept


def _without_repeated(lines: list[_Line], pages: int) -> tuple[list[_Line], list[str]]:
    """Headers and footers: the same first or last lines, numbers apart, on most of three pages or more."""
    if pages < 3:
        return lines, []
    edges: dict[str, set[int]] = {}
    by_page: dict[int, list[_Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    for page, found in by_page.items():
        for line in [*found[:2], *found[-2:]]:
            edges.setdefault(_shape(line.text), set()).add(page)
    repeated = {shape for shape, where in edges.items() if len(where) >= 3 and len(where) > pages * 0.6}
    out = {
        id(one)
        for found in by_page.values()
        for one in [*found[:2], *found[-2:]]
        if _shape(one.text) in repeated
    }
    said = list(dict.fromkeys(_shape(line.text) for line in lines if id(line) in out))
    return [line for line in lines if id(line) not in out], said


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split()))


class _Setting:
    """How the document is set: its right margins, and the step from a line to the next of a paragraph."""

    def __init__(self, lines: list[_Line]) -> None:
        self.margins: dict[int, float] = {}
        for line in lines:
            self.margins[line.page] = max(self.margins.get(line.page, 0.0), line.right)
        steps = sorted(
            (a.bottom - b.bottom) / a.height
            for a, b in itertools.pairwise(lines)
            if a.page == b.page and a.height and self.full(a) and 0 < a.bottom - b.bottom < 2.5 * a.height
        )
        usual = steps[len(steps) // 4] if steps else 0.0
        self.largest = max(_LARGEST_STEP, usual * 1.15)

    def full(self, line: _Line) -> bool:
        """Reaches the margin, more or less: a line that stops well before it ends its paragraph."""
        return line.right - line.left >= 0.75 * (self.margins[line.page] - line.left)

    def goes_on(self, former: _Line, line: _Line, last: Block, block: Block) -> bool:
        """Whether a line continues the block before: same sort, no gap, or a sentence over two pages."""
        step = former.bottom - line.bottom
        if block.kind is BlockKind.HEADING or last.kind is BlockKind.HEADING:
            same = block.kind is last.kind and block.level == last.level and former.page == line.page
            return same and 0 < step <= _LARGEST_STEP * former.height
        if block.kind is BlockKind.ITEM:
            return False
        if former.page != line.page:
            return not last.text.rstrip().endswith(_SENTENCE_END) and line.text.strip()[:1].islower()
        if not former.height:
            return True
        return self.full(former) and 0 < step <= self.largest * former.height


def _blocks(lines: list[_Line]) -> list[Block]:
    sizes = [round(line.size, 1) for line in lines if line.size]
    body = statistics.mode(sizes) if sizes else 0.0
    setting = _Setting(lines)
    titles = sorted({round(line.size, 1) for line in lines if line.size > body * 1.12}, reverse=True)
    blocks: list[Block] = []
    former: _Line | None = None
    for line in lines:
        block = _block(line, body, titles)
        if former is not None and blocks and setting.goes_on(former, line, blocks[-1], block):
            last = blocks[-1]
            blocks[-1] = Block(_joined(last.text, line.text), last.kind, last.level, last.page)
        else:
            blocks.append(block)
        former = line
    return blocks


def _block(line: _Line, body: float, titles: list[float]) -> Block:
    text = line.text.strip()
    if body and line.size > body * 1.12 and len(text) <= _LONGEST_TITLE:
        level = titles.index(round(line.size, 1)) + 1 if round(line.size, 1) in titles else 1
        return Block(text, BlockKind.HEADING, min(level, 6), line.page)
    item = bullet(text)
    if item is not None:
        return Block(item, BlockKind.ITEM, 0, line.page)
    return Block(text, BlockKind.PARAGRAPH, 0, line.page)


def _joined(before: str, after: str) -> str:
    if before.endswith(_HYPHENS):
        return before.rstrip("".join(_HYPHENS)) + after.strip()
    if before.endswith("-") and after.strip()[:1].islower():
        return before + after.strip()
    return f"{before} {after.strip()}"


def page_image(data: bytes, limits: Limits, page: int, width: int) -> dict[str, Any]:
    """{'png': base64} of one page."""
    document = _opened(data)
    if not 1 <= page <= len(document):
        raise CoreError("files.no_such_page", page=page, pages=len(document))
    sheet = document[page - 1]
    across, down = sheet.get_size()
    scale = min(width / max(across, 1), 3_000 / max(down, 1))
    out = io.BytesIO()
    sheet.render(scale=scale, may_draw_forms=False).to_pil().save(out, format="PNG", optimize=True)
    return {"png": base64.b64encode(out.getvalue()).decode()}
