"""The text of what other platforms write in HTML.

Fed by the cells of exports that carry tags. Feeds services.rows; nothing is run, nothing is fetched.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_TAGGED = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_BLOCKS = {"p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "blockquote"}
_SILENT = {"script", "style", "iframe", "object", "svg", "head", "template"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag == "li":
            self.parts.append("– ")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def words_of(text: str) -> str:
    """The text itself where it carries no tag; else its words, a line a block, without scripts."""
    if not _TAGGED.search(text):
        return text
    parser = _Words()
    parser.feed(text)
    parser.close()
    lines = [" ".join(line.split()) for line in "".join(parser.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
