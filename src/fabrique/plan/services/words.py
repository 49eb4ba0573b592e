"""Small checks that the verbs of reviews and evaluations share: a text that must be there, a state that must hold.

Fed by plan.services.reviews, .evaluations and .findings. Feeds their refusals.
"""

from __future__ import annotations

from typing import Any

from fabrique.common.errors import Refused


def line(text: str, longest: int = 200) -> str:
    """One line, its spaces made single, cut at `longest`."""
    return " ".join(text.split())[:longest]


def needed(text: str, code: str, sentence: Any) -> str:
    """The text without the spaces around it. Raises Refused(code) on an empty one."""
    text = text.strip()
    if not text:
        raise Refused(code, sentence)
    return text
