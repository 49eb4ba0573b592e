"""Whole numbers typed by people or read in files, where « ² » is a digit to Python and not a number to anybody.

Fed by forms, addresses and imported files. Feeds whoever would call int() on them.
"""

from __future__ import annotations


def whole(text: str, digits: int = 9) -> int | None:
    """The number that up to `digits` plain digits write; None for anything else, and for a number too long."""
    return int(text) if len(text) <= digits and text.isascii() and text.isdigit() else None
