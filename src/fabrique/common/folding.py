"""Accents and case folded away, for search: « Méd » finds « MEDECIN ».

Fed by queries and by what is indexed. Feeds territories and contributions, on both databases alike.
"""

import re
import unicodedata

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower case, no accents, ligatures opened, anything else than letters and digits to one space."""
    text = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", plain).strip()
