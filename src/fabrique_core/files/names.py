"""What it is for: a file name that can be stored, shown and sent back safely.
What feeds it: the name given by a browser, an e-mail or an archive: never trusted.
What it feeds: inspection; a content disposition; a list on a screen.
"""

from __future__ import annotations

import re
import unicodedata

from fabrique_core.files.model import Kind

_LONGEST = 100
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
_KNOWN_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def safe_name(name: str, kind: Kind) -> str:
    """The last component of the name, without what a system or a screen could be tricked by, with the
    extension of its content. Never empty."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    stem = " ".join(_FORBIDDEN.sub(" ", shown).split())
    while _KNOWN_EXTENSION.search(stem):
        stem = _KNOWN_EXTENSION.sub("", stem)
    # a cell of a list of files must not begin like a formula either
    stem = stem.strip(" .'").lstrip("=+-@~")[:_LONGEST].strip(" .")
    if not stem or _RESERVED.match(stem):
        stem = "document"
    return f"{stem}.{kind.value}"


def extension(name: str) -> str:
    """The extension in lower case, without its dot; empty where there is none."""
    last = re.split(r"[/\\]", name)[-1]
    return last.rpartition(".")[2].strip().lower() if "." in last else ""
