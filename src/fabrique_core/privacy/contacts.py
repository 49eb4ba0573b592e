"""E-mail addresses, telephone and social-security numbers, accounts on the web.
Fed with raw text.
Feeds ``detect``.

Every pattern is a bounded run of characters (no unlimited repetition), so that a text of n characters costs a
constant times n whatever it holds. Sources: RFC 5321 (lengths of an address), plan national de numérotation
(Arcep), décret no 82-103 and INSEE for the number of inscription (NIR) and its key, 97 - (number mod 97).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fabrique_core.privacy.spans import PersonalData, fold

_SPACE = r"[ \t\u00a0\u202f\u2009]"
_GAP = r"[ \t\u00a0\u202f\u2009.\-‐‑–/_·]{0,2}"

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
)
_AT = r"(?:arobase|arrobase|arobas|\[at\]|\(at\)|\{at\})"
_DOT = rf"(?:\.|{_SPACE}{{1,2}}point{_SPACE}{{1,2}}|{_SPACE}?\[(?:dot|point)\]{_SPACE}?)"
_EMAIL_ALOUD = re.compile(
    rf"(?<![\w.])[\w.+-]{{1,64}}{_SPACE}{{0,2}}{_AT}{_SPACE}{{0,2}}[\w-]{{1,63}}{_DOT}[a-z]{{2,10}}\b",
    re.IGNORECASE,
)
# A space after the sign (« nom @ domaine.fr ») is a common slip on a telephone keyboard.
_EMAIL_SPACED = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{2,64}}{_SPACE}{{0,2}}@{_SPACE}{{0,2}}[\w-]{{2,63}}\.(?:fr|com|net|org|eu)\b",
    re.IGNORECASE,
)

_OVERSEAS = "262|508|590|594|596|681|687|689"
_NEIGHBOURS = "1|32|34|39|41|44|49|212|213|216|221|351|352|376|377"
_PHONE_INTERNATIONAL = re.compile(
    rf"(?<![\w+])(?:\+{_SPACE}?|00{_SPACE}?)"
    rf"(?:33|{_OVERSEAS}|{_NEIGHBOURS}){_GAP}(?:\({_SPACE}?0{_SPACE}?\){_GAP})?"
    rf"\d(?:{_GAP}\d){{5,10}}(?!\d)"
)
_PHONE_NATIONAL = re.compile(rf"(?<![\d+])(?<!\d[.,])0{_GAP}[1-9](?:{_GAP}\d){{8}}(?!\d)")
# The first zero is lost by spreadsheets; only mobiles written in pairs are unmistakable without it.
_PHONE_NO_ZERO = re.compile(rf"(?<!\d)(?<!\d{_SPACE})[67](?:{_SPACE}\d\d){{4}}(?!{_SPACE}?\d)")
_DATE_LIKE = re.compile(r"\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)\d\d(?!\d)")

_MONTH = r"(?:0[1-9]|1[0-2]|2\d|3\d|4[0-2]|[5-9]\d)"
_NIR = re.compile(
    rf"(?<![\w])(?P<sex>[1-478]){_GAP}(?P<year>\d\d){_GAP}(?P<month>{_MONTH}){_GAP}"
    rf"(?P<place>\d\d|2[abAB]){_GAP}(?P<commune>\d{{3}})"
    rf"(?:{_GAP}(?P<order>\d{{3}})(?:{_GAP}(?P<key>\d\d))?)?(?![\w])"
)
_NIR_SHORT = re.compile(rf"(?<!\w)[12]{_GAP}\d\d{_GAP}{_MONTH}{_GAP}(?:\d\d|2[abAB])(?!\w)")
_NIR_CONTEXT = re.compile(r"(?:secu\b|securite sociale|\bnir\b|numero ss\b|carte vitale|immatricul)")
_CONTEXT_WIDTH = 40

_ACCOUNT_URL = re.compile(
    r"(?<![\w.@])(?:https?://)?(?:[\w-]{1,30}\.){0,2}"
    r"(?:facebook|instagram|twitter|tiktok|linkedin|snapchat|doctolib|youtube|threads|bsky|mastodon|x|fb)"
    r"\.(?:com|fr|app|social|net)/[^\s<>\"')\]]{2,200}",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@./])@[A-Za-z_][\w.]{2,30}")


def find_contacts(text: str) -> Iterator[PersonalData]:
    """Addresses, numbers and accounts in ``text``, possibly overlapping."""
    yield from _emails(text)
    yield from _nirs(text)
    yield from _phones(text)
    for match in _ACCOUNT_URL.finditer(text):
        yield PersonalData(match.start(), _trim(text, match.start(), match.end()), "url_account", 0.8)
    for match in _HANDLE.finditer(text):
        yield PersonalData(match.start(), _trim(text, match.start(), match.end()), "url_account", 0.6)


def _trim(text: str, start: int, end: int) -> int:
    """``end`` without the punctuation that closes a sentence rather than an address."""
    while end > start and text[end - 1] in ".,;:!?-'":
        end -= 1
    return end


def _emails(text: str) -> Iterator[PersonalData]:
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield PersonalData(match.start(), _trim(text, match.start(), match.end()), "email", 0.99)
        for match in _EMAIL_SPACED.finditer(text):
            yield PersonalData(*match.span(), "email", 0.9)
    for match in _EMAIL_ALOUD.finditer(text):
        yield PersonalData(*match.span(), "email", 0.9)


def _phones(text: str) -> Iterator[PersonalData]:
    for match in _PHONE_INTERNATIONAL.finditer(text):
        digits = [character for character in match.group() if character.isdigit()]
        if len(digits) >= 9:
            yield PersonalData(*match.span(), "phone", 0.95)
    for match in _PHONE_NATIONAL.finditer(text):
        if not _DATE_LIKE.match(match.group()):
            # 08 numbers belong to services more than to persons: masked all the same, with less certainty.
            service = [character for character in match.group() if character.isdigit()][1] == "8"
            yield PersonalData(*match.span(), "phone", 0.6 if service else 0.95)
    for match in _PHONE_NO_ZERO.finditer(text):
        yield PersonalData(*match.span(), "phone", 0.6)


def nir_key(number: str) -> int:
    """Control key (1 to 97) of the 13 characters of a NIR; 2A counts as 19 and 2B as 18 (INSEE)."""
    return 97 - int(number.upper().replace("2A", "19").replace("2B", "18")) % 97


def _nirs(text: str) -> Iterator[PersonalData]:
    for match in _NIR.finditer(text):
        confidence = _nir_confidence(text, match)
        if confidence:
            yield PersonalData(*match.span(), "nir", confidence)
    for match in _NIR_SHORT.finditer(text):
        if _in_nir_context(text, match.start()):
            yield PersonalData(*match.span(), "nir", 0.8)


def _nir_confidence(text: str, match: re.Match[str]) -> float:
    """How sure we are, 0 to refuse: a right key is proof, a wrong one needs the usual spacing or a word."""
    spaced = len(match.group()) > sum(character.isalnum() for character in match.group())
    named = _in_nir_context(text, match.start())
    order, key = match["order"], match["key"]
    if order and key:
        number = "".join(match[part] for part in ("sex", "year", "month", "place", "commune", "order"))
        if int(key) == nir_key(number):
            return 0.99
        return 0.7 if spaced or named else 0.0
    if named:
        return 0.9
    if order:
        return 0.7
    return 0.6 if spaced and _regular_spacing(match) else 0.0


def _regular_spacing(match: re.Match[str]) -> bool:
    """Whether a number that stops at the commune is written in the groups of the card: « 1 85 05 78 006 »."""
    groups = re.findall(r"[0-9abAB]{1,20}", match.group())
    return [len(group) for group in groups] == [1, 2, 2, 2, 3]


def _in_nir_context(text: str, start: int) -> bool:
    return _NIR_CONTEXT.search(fold(text[max(0, start - _CONTEXT_WIDTH) : start])) is not None
