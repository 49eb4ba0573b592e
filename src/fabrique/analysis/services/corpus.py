"""What a run reads: the frozen list of contributions of a source, its fingerprint, what was withdrawn since.

Fed by contributions (alone). Feeds the job, figures and proof pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fabrique.contributions.models import Contribution, Source, Tombstone
from fabrique_core.text.corpus import fingerprint


def contributions_of(source: Source, upto: int | None = None) -> Any:
    """The texts of a source in order of arrival, up to a primary key where one froze the list.

    A text hidden on a ground that takes it out of the counts (a robot's message) is not one of them.
    """
    found = Contribution.objects.of_source(source).counted().order_by("pk")
    return found if upto is None else found.filter(pk__lte=upto)


def corpus_fingerprint(source: Source, upto: int | None = None) -> str:
    """SHA-256 (hex) over the sorted salted hashes of the texts; it proves a corpus without keeping what it
    said."""
    return fingerprint(contributions_of(source, upto).values_list("item_hash", flat=True))


def withdrawals_since(source: Source, when: datetime) -> int:
    """Participations withdrawn after an instant: what « n retraits depuis » counts."""
    return Tombstone.objects.of_source(source).since(when).count()


def texts_of(source: Source, upto: int) -> tuple[list[int], list[str]]:
    """Primary keys and raw texts of the frozen list, in order."""
    rows = list(contributions_of(source, upto).values_list("pk", "raw_text"))
    return [pk for pk, _ in rows], [text for _, text in rows]


def chunks(rows: Any, size: int) -> Iterator[list[Any]]:
    """A sequence in lists of at most `size`."""
    for start in range(0, len(rows), size):
        yield list(rows[start : start + size])
