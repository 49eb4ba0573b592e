"""Identities and keys: what makes two rows the same, which question and which choice an answer goes to.

Fed by rows and column titles. Feeds services.rows; an account's number never leaves here but as a keyed hash.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from django.conf import settings
from django.utils.text import slugify

from fabrique.contributions.models import Source

KEY_LENGTH = 50


def keyed_hash(*parts: str) -> str:
    """HMAC-SHA-256 under the oldest receipt key, which is kept for ever: hexadecimal, 64 characters."""
    ring = list(settings.FABRIQUE_RECEIPT_KEYRING.values())
    message = json.dumps(["imports", *parts], ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hmac.new(base64.b64decode(ring[-1]), message, hashlib.sha256).hexdigest()


def participation_key(source: Source, row_key: str) -> str:
    """The idempotency key of the participation that a row becomes in a source."""
    return keyed_hash("participation", str(source.public_id), row_key)


def slug_key(text: str) -> str:
    """A stable key for a question or choice: its words, and a hash where they do not suffice."""
    words = slugify(text)
    if 0 < len(words) <= KEY_LENGTH:
        return words
    tail = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{words[: KEY_LENGTH - 9].strip('-')}-{tail}".lstrip("-")


def free_key(wanted: str, taken: set[str]) -> str:
    """The key, or the same with -2, -3… where it is taken."""
    key, number = wanted, 2
    while key in taken:
        key, number = f"{wanted[: KEY_LENGTH - 4]}-{number}", number + 1
    return key
