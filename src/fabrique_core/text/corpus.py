"""What it is for: the fingerprint of a corpus, which proves what was analysed without keeping what it said.
What feeds it: the raw texts and the salt of each item.
What it feeds: provenance files, runs and proof pages.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence


def item_hash(text: str | None, salt: bytes) -> str:
    """HMAC-SHA-256 (hex) of one text under its own salt: once the salt is destroyed, the text cannot be
    guessed back.

    A missing text has its own value, unlike that of an empty one; lone surrogates are kept as they are.
    """
    message = b"0" if text is None else b"1" + text.encode("utf-8", "surrogatepass")
    return hmac.new(salt, message, hashlib.sha256).hexdigest()


def fingerprint(hashes: Iterable[str], *, ordered: bool = False) -> str:
    """SHA-256 (hex) over the hashes of the items; sorted first unless their order is part of the corpus (a
    file)."""
    values = list(hashes)
    return hashlib.sha256("\n".join(values if ordered else sorted(values)).encode()).hexdigest()


def file_fingerprint(texts: Sequence[str | None], salt: bytes = b"") -> str:
    """Fingerprint of the text column of a file, order included, under one salt for the whole file."""
    return fingerprint((item_hash(text, salt) for text in texts), ordered=True)
