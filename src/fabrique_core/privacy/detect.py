"""Personal data found in a text, and the text with visible marks in their place.
Fed with one contribution and, optionally, a further finder of names.
Feeds cleaning, segmentation, embedding, quotes and the screens where a person checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fabrique_core.errors import CoreError
from fabrique_core.privacy.addresses import find_addresses
from fabrique_core.privacy.contacts import find_contacts
from fabrique_core.privacy.names import find_names
from fabrique_core.privacy.spans import NameFinder, PersonalData

KIND_MARKS = {
    "email": "[courriel]",
    "phone": "[téléphone]",
    "nir": "[numéro de sécurité sociale]",
    "address": "[adresse]",
    "name": "[nom]",
    "url_account": "[compte]",
}
# Where two findings overlap, the more precise kind names the mark of both.
_PRECEDENCE = ("email", "nir", "phone", "url_account", "address", "name")


@dataclass(frozen=True, slots=True, order=True)
class Mask:
    """Characters ``[start, end)`` of the ORIGINAL text that a mark replaces."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Redaction:
    """The text with its marks, and the masks in offsets of the original text."""

    text: str
    masks: tuple[Mask, ...]


def detect(
    text: str, *, name_finder: NameFinder | None = None, minimum_confidence: float = 0.5
) -> list[PersonalData]:
    """Personal data in ``text``, sorted and without overlap (overlapping findings are merged).

    ``name_finder`` adds names to those of the built-in rules; what it reports outside the text is refused
    with ``CoreError('privacy.span')``. Findings under ``minimum_confidence`` are left out.
    """
    found = [*find_contacts(text), *find_addresses(text), *find_names(text)]
    if name_finder is not None:
        found.extend(name_finder(text))
    for item in found:
        if not 0 <= item.start < item.end <= len(text):
            raise CoreError("privacy.span", start=item.start, end=item.end, length=len(text))
    return _merged(item for item in found if item.confidence >= minimum_confidence)


def _merged(found: Iterable[PersonalData]) -> list[PersonalData]:
    merged: list[PersonalData] = []
    for item in sorted(found):
        if not merged or item.start >= merged[-1].end:
            merged.append(item)
            continue
        last = merged[-1]
        kind = min((last.kind, item.kind), key=_rank)
        merged[-1] = PersonalData(
            last.start, max(last.end, item.end), kind, max(last.confidence, item.confidence)
        )
    return merged


def _rank(kind: str) -> int:
    return _PRECEDENCE.index(kind) if kind in _PRECEDENCE else len(_PRECEDENCE)


def redact(text: str, found: Sequence[PersonalData]) -> Redaction:
    """``text`` with every finding replaced by its mark, and the masks that say where.

    Raises ``CoreError('privacy.span')`` for an offset outside the text, ``CoreError('privacy.overlap')`` for
    findings that are not sorted and apart, ``CoreError('privacy.kind')`` for a kind without a mark.
    """
    masks = tuple(Mask(item.start, item.end, item.kind) for item in found)
    return Redaction(quote(text, masks, 0, len(text)), masks)


def quote(text: str, masks: Sequence[Mask], start: int, end: int) -> str:
    """The raw substring ``text[start:end]`` with only the declared masks; a mask that is cut shows its mark.

    Raises what ``redact`` raises.
    """
    if not 0 <= start <= end <= len(text):
        raise CoreError("privacy.span", start=start, end=end, length=len(text))
    pieces: list[str] = []
    position, previous = start, 0
    for mask in masks:
        if not 0 <= mask.start < mask.end <= len(text):
            raise CoreError("privacy.span", start=mask.start, end=mask.end, length=len(text))
        if mask.start < previous:
            raise CoreError("privacy.overlap", start=mask.start, end=mask.end)
        if mask.kind not in KIND_MARKS:
            raise CoreError("privacy.kind", kind=mask.kind)
        previous = mask.end
        if mask.end <= start or mask.start >= end:
            continue
        pieces.append(text[position : max(position, mask.start)])
        pieces.append(KIND_MARKS[mask.kind])
        position = mask.end
    pieces.append(text[position : max(position, end)])
    return "".join(pieces)
