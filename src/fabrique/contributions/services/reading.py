"""What a run of the engine learned of a text: its language, and personal data that the quick rules had
missed.

Fed by the analysis job, by chunks. Feeds the masked text that agents read and search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.folding import fold
from fabrique.contributions.models import Contribution
from fabrique_core.privacy.detect import Mask, quote

MOST = 500


@dataclass(frozen=True)
class Reading:
    """One text read: the masks found in the raw text, and its language ('und' where it hesitates)."""

    contribution: Contribution
    masks: Sequence[Mask]
    language: str


def remask(actor: Actor, *, readings: Sequence[Reading]) -> int:
    """Add the masks found and set the language; a mask is never taken away here. Returns how many texts
    changed.

    At most 500 texts at a time, all of the same source. Raises ValueError beyond.
    """
    if len(readings) > MOST:
        raise ValueError(f"at most {MOST} texts at a time")
    if not readings:
        return 0
    source = readings[0].contribution.participation.source
    require(actor, "contributions.remask", source.perimeter)
    changed = [reading.contribution for reading in readings if _applied(reading)]
    if changed:
        with transaction.atomic():
            Contribution.objects.bulk_update(
                changed, ["masks", "masked_text", "folded_text", "language"], batch_size=100
            )
            journal.record(actor, "contributions.remask", source)
    return len(changed)


def _applied(reading: Reading) -> bool:
    """Put the reading on its contribution, unsaved; whether anything differs."""
    contribution = reading.contribution
    known = [Mask(*mask) for mask in contribution.masks]
    masks = joined([*known, *reading.masks])
    if masks == known and contribution.language == reading.language:
        return False
    contribution.masks = [[mask.start, mask.end, mask.kind] for mask in masks]
    contribution.masked_text = quote(contribution.raw_text, masks, 0, len(contribution.raw_text))
    contribution.folded_text = fold(contribution.masked_text)
    contribution.language = reading.language
    return True


def joined(masks: Sequence[Mask]) -> list[Mask]:
    """The masks in order, those that overlap made one under the kind of the first."""
    out: list[Mask] = []
    for mask in sorted(set(masks)):
        if out and mask.start < out[-1].end:
            out[-1] = Mask(out[-1].start, max(out[-1].end, mask.end), out[-1].kind)
        else:
            out.append(mask)
    return out
