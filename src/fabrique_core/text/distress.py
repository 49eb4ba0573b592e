"""Words of distress or abuse in a text: help numbers shown at once, a person told. Small lexicons, meant too wide.

Fed by the texts of an answering page and of the corpus. Feeds the page, alerts and the order of a queue; it decides
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fabrique_core.privacy.spans import fold as without_accents

SUICIDE = "suicide"
VIOLENCE = "violence"
CHILD = "enfant"

_WANT = r"(veux|voudrais|vais|envie d|envie de|pense a|prefere|prefererais)"
#: « en finir avec les délais » is a demand, « en finir » and « en finir avec la vie » are not
_END_IT = r"en finir(?! avec (les?|la(?! vie)|l|ces?|cette)\b)"
_THEY = r"(il|elle|mari|conjoint|conjointe|compagnon|compagne|ex|pere|mere|fils|fille)"
_CHILD = r"(enfants?|fils|filles?|petite?|bebe|eleve)"
_HURT = r"(battue?s?|frappee?s?|maltraitee?s?|violee?s?|abusee?s?|en danger)"
#: on folded text (lower case, no accents, punctuation to one space)
_PATTERNS = {
    SUICIDE: (
        r"suicid\w*",
        r"me tuer",
        r"me pendre",
        r"me foutre en l air",
        r"(mettre|mets|mettrai) fin a (mes|ses) jours",
        rf"{_WANT} (mourir|{_END_IT}|disparaitre)",
        r"(plus|pas) (envie|gout|la force|le courage) (de|a) (la )?(vivre|vie)",
        r"(veux|peux) plus vivre",
        r"idees? noires?",
        r"(mieux|plus simple) (si j etais )?mort(e)?\b",
        r"scarifi\w*",
        r"automutil\w*",
        r"avale\w* (des|tous mes|mes) (cachets|comprimes|medicaments)",
    ),
    VIOLENCE: (
        rf"{_THEY} (me|nous) (bat|frappe|tape|viole|menace|etrangle)",
        r"(me|m a|m ont) (violee?|frappee?s?|battue?s?|agressee? sexuellement)",
        r"(suis|ete) (battue?|violee?|sequestree?)",
        r"violences? conjugales?",
        r"peur (de|pour) (mon mari|mon conjoint|mon compagnon|ma compagne|ma vie)",
    ),
    CHILD: (
        rf"{_CHILD} (est|sont|a ete|ete) {_HURT}",
        rf"(frappe|bat|maltraite|viole|touche) (mon|ma|mes|ses|son|sa|les) {_CHILD}",
        r"inceste\w*",
    ),
}
#: insults and hateful words, folded; advertising gives itself away by its links
_ABUSE = re.compile(
    r"\b(connards?|connasses?|salopes?|salauds?|encules?|putes?|fils de pute|batards?|ordures?|abrutis?|"
    r"sales? (arabes?|noirs?|juifs?|gitans?|pede|pedes)|bougnoules?|negres?|youpins?|tarlouzes?|tapettes?)\b"
)
_LINK = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_NOT_WORD = re.compile(r"[^a-z0-9]+")
#: a text with this many links or more is looked at as advertising
MANY_LINKS = 2

_COMPILED = {kind: re.compile(rf"\b(?:{'|'.join(patterns)})") for kind, patterns in _PATTERNS.items()}


def signs_of_distress(texts: Iterable[str]) -> frozenset[str]:
    """Which kinds of distress the texts may speak of: a subset of {suicide, violence, enfant}."""
    folded = [_words(text) for text in texts if text]
    return frozenset(
        kind for kind, pattern in _COMPILED.items() if any(pattern.search(text) for text in folded)
    )


def signs_of_abuse(text: str) -> bool:
    """Whether the text holds an insult or a hateful word of the lexicon."""
    return bool(_ABUSE.search(_words(text)))


def signs_of_advertising(text: str) -> bool:
    """Whether the text holds several links."""
    return len(_LINK.findall(text)) >= MANY_LINKS


def _words(text: str) -> str:
    """Lower case, no accents, anything else than letters and digits to one space."""
    opened = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    return _NOT_WORD.sub(" ", without_accents(opened)).strip()
