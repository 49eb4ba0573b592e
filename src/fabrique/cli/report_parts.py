"""What it is for: the small pieces of the HTML report: escaped text, tables, bars, quotes.
What feeds it: plain values and an Analysis.
What it feeds: report.py and report_groups.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from fabrique.cli.french import NBSP, number, percent
from fabrique_core.privacy.detect import KIND_MARKS, quote
from fabrique_core.text.model import Analysis, Prepared, Theme

_UNSHOWABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_LONGEST_QUOTE = 420


def text(value: object) -> str:
    """Any text made safe for HTML: escaped, without characters that HTML forbids or that reorder a line."""
    return escape(_UNSHOWABLE.sub("\ufffd", str(value)))


def table(
    caption: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str = "", numbers: str = ""
) -> str:
    """A table with a caption and row headings; `numbers` has one letter a column, « n » where it holds
    numbers.

    Cells are HTML already. The scrolling frame can be reached by keyboard, so that no column is lost on a
    phone.
    """
    classes = [' class="n"' if letter == "n" else "" for letter in numbers.ljust(len(header))]
    head = "".join(f'<th scope="col"{c}>{name}</th>' for name, c in zip(header, classes, strict=True))
    body = "".join(
        "<tr>"
        + f'<th scope="row">{row[0]}</th>'
        + "".join(f"<td{c}>{cell}</td>" for cell, c in zip(row[1:], classes[1:], strict=True))
        + "</tr>\n"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table '
        f'class="{kind}">'
        f"<caption>{text(caption)}</caption><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>\n"
    )


def bar(part: int, whole: int) -> str:
    """A horizontal bar; the figure stands beside it in the table, so it is hidden from screen readers."""
    width = 100 * part / whole if whole else 0.0
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect class="back" width="100" height="10"/><rect class="fill" width="{width:.2f}" '
        'height="10"/></svg>'
    )


def solidity(stability: float) -> str:
    """The stability of a theme in words, with its value."""
    word = "solide" if stability >= 0.75 else "moyenne" if stability >= 0.5 else "fragile"
    value = f"{stability:.2f}".replace(".", ",")
    shown = f'<span class="fragile">{word}</span>' if word == "fragile" else word
    return f"{shown} ({value})"


def shares(theme: Theme, kept: int) -> str:
    """« 1 234 réponses, 12,3 % des réponses analysées »."""
    noun = "réponse" if theme.size < 2 else "réponses"
    return f"{number(theme.size)}{NBSP}{noun}, soit {percent(theme.size, kept)} des réponses analysées"


class Quotes:
    """Writes ideas as quotations: exact words, personal data under marks, with the place of the answer."""

    def __init__(self, analysis: Analysis, texts: Sequence[str | None]) -> None:
        self._ideas = analysis.ideas
        self._texts = texts
        self._prepared: dict[int, Prepared] = {item.row: item for item in analysis.prepared}

    def idea(self, index: int) -> str:
        idea = self._ideas[index]
        return self._block(idea.row, idea.start, idea.end)

    def answer(self, row: int) -> str:
        return self._block(row, 0, len(self._texts[row] or ""))

    def _block(self, row: int, start: int, end: int) -> str:
        item = self._prepared[row]
        shown = quote(self._texts[row] or "", item.masks, start, end)
        cut = len(shown) > _LONGEST_QUOTE
        body = text(shown[:_LONGEST_QUOTE])
        for sign in KIND_MARKS.values():
            body = body.replace(escape(sign), f"<mark>{escape(sign)}</mark>")
        language = f' lang="{item.language}"' if item.language not in ("fr", "und") else ""
        more = f"{NBSP}[…]" if cut else ""
        return (
            f'<blockquote dir="auto"><p{language}>«{NBSP}{body}{more}{NBSP}»</p>'
            f'<footer lang="fr" dir="ltr">ligne de données n°{NBSP}{number(row)}</footer></blockquote>\n'
        )
