"""The one shape in which every detector reports what it found.
Fed by the detectors of this package.
Feeds ``detect`` and ``redact``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, order=True)
class PersonalData:
    """Characters ``text[start:end]`` that may identify someone; ``confidence`` runs from 0 to 1."""

    start: int
    end: int
    kind: str
    confidence: float


class NameFinder(Protocol):
    """Anything that finds names of persons in a text, beside the built-in rules."""

    def __call__(self, text: str, /) -> Sequence[PersonalData]: ...


def fold(text: str) -> str:
    """Lower case without accents, to compare words: « Éric » gives « eric »."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
