"""What it is for: the words of a text: how they are written, and the key that joins their forms.
What feeds it: clean or raw texts.
What it feeds: the lexical vectors and the distinctive terms of themes.
"""

from __future__ import annotations

import re
from functools import lru_cache

from fabrique_core.text.clean import strip_accents

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LEAST_PLURAL = 4
_INVARIABLE_WORDS = """
    acces avis bras corps cours deces dos fois francais frais gas gaz gris gros heureux mais mois pays plus
    prix proces puis sans sous temps tres vers voix choix sens suivis pris mis repas bus campus sas
    sos sida sms ars
"""
_INVARIABLE = frozenset(_INVARIABLE_WORDS.split())


@lru_cache(maxsize=200_000)
def key(word: str) -> str:
    """Folded form without the mark of the plural: « Hôpitaux », « hopital » and « HÔPITAL » share « hopital
    »."""
    folded = strip_accents(word)
    if len(folded) < _LEAST_PLURAL or folded in _INVARIABLE:
        return folded
    if folded.endswith("aux") and not folded.endswith("eaux") and len(folded) > _LEAST_PLURAL:
        return folded[:-3] + "al"
    if folded[-1] in "sx" and not folded.endswith(("ss", "us")):
        return folded[:-1]
    return folded


def surfaces(text: str) -> list[str]:
    """The words of a text as written, in order; apostrophes separate, hyphens join; numbers count as
    words."""
    return _WORD.findall(text)


def spans(text: str) -> list[tuple[int, int]]:
    """Offsets (start, end) of the words of a text, in order."""
    return [match.span() for match in _WORD.finditer(text)]


def keys(text: str) -> list[str]:
    """The keys of the words of a text, in order."""
    return [key(word) for word in surfaces(text)]
