"""What it is for: the words of an HTML e-mail: no script, no style, no image fetched, no link followed.
What feeds it: the HTML part of a message that has no plain text.
What it feeds: mail.py, as plain text with blank lines between paragraphs.
"""

from __future__ import annotations

from html.parser import HTMLParser

_SILENT = {"script", "style", "head", "title", "template", "svg", "math", "noscript", "object", "iframe"}
_PARAGRAPHS = {
    "p",
    "div",
    "br",
    "tr",
    "table",
    "ul",
    "ol",
    "blockquote",
    "section",
    "article",
    "h1",
    "h2",
    "h3",
    "h4",
}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent.append(tag)
        elif tag == "li":
            self.said.append("\n- ")
        elif tag in _PARAGRAPHS:
            self.said.append("\n" if tag == "br" else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent:
            del self.silent[self.silent.index(tag) :]
        elif tag in _PARAGRAPHS:
            self.said.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(" ".join(data.split()) + " " if data.strip() else " ")


def words(html: str) -> str:
    """The text that a reader would see, roughly; never raises on broken HTML."""
    parser = _Words()
    parser.feed(html)
    parser.close()
    return "\n".join(line.strip() for line in "".join(parser.said).split("\n"))
