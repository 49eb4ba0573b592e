"""The private cache of vectors: one folder a source, names keyed by HMAC, and its place in the erasure
register.

Fed by the job and by erasures. Feeds the job, which a killed run resumes without computing twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from django.conf import settings

from fabrique.analysis.models import Idea
from fabrique.common.clock import now
from fabrique.contributions.models import Source
from fabrique_core.text.embed import VectorCache, embedding_text, readable_copy

#: seconds after which a half-written file is that of a killed job, not of one at work
TORN_AFTER = 3_600


def cache_folder(source: Source) -> Path:
    """Where the vectors of a source are kept; nothing there names a text."""
    return Path(settings.FABRIQUE_CACHE) / "vectors" / source.public_id


def cache_keys() -> list[bytes]:
    """Keys of the cache, the current one first: each derived from a key of the encryption keyring."""
    return [
        hmac.new(base64.b64decode(key), b"fabrique.analysis.vectors", hashlib.sha256).digest()
        for key in settings.FABRIQUE_KEYRING.values()
    ]


def open_cache(source: Source, version: str) -> VectorCache:
    return VectorCache(cache_folder(source), version, cache_keys()[0])


def forget(source: Source, participation_pk: int) -> int:
    """Remove the vectors of all that a participation said, whatever the run, model and key; how many went."""
    folder = cache_folder(source)
    if not folder.exists():
        return 0
    _remove_torn(folder)
    copies = {embedding_text(copy) for copy in _copies_of(participation_pk)}
    removed = 0
    for version in _versions(folder):
        for key in cache_keys():
            cache = VectorCache(folder, version, key)
            removed += cache.forget(cache.digest(copy) for copy in copies)
    return removed


def sweep(source: Source, keep: Iterable[str]) -> int:
    """Remove every vector whose text is not among `keep` (prepared copies): what was erased during a run
    goes too."""
    folder = cache_folder(source)
    if not folder.exists():
        return 0
    _remove_torn(folder)
    key = cache_keys()[0]
    texts = list(keep)
    removed = 0
    for version in _versions(folder):
        cache = VectorCache(folder, version, key)
        wanted = {cache.digest(text) for text in texts}
        removed += cache.forget(sorted(_stored(folder / version) - wanted))
    return removed


def _remove_torn(folder: Path) -> None:
    """What a job killed in the middle of a write left: vectors that no erasure would find by name."""
    for torn in folder.glob("*/*.part"):
        if now().timestamp() - torn.stat().st_mtime > TORN_AFTER:
            torn.unlink(missing_ok=True)


def _versions(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir())


def _stored(folder: Path) -> set[str]:
    found: set[str] = set()
    for shard in sorted(folder.glob("*.npz")):
        with np.load(shard, allow_pickle=False) as stored:
            found.update(stored["keys"].tolist())
    return found


def _copies_of(participation_pk: int) -> list[str]:
    """The clean copies that runs embedded, rebuilt from the ideas and the masks."""
    copies = []
    ideas = Idea.objects.filter(contribution__participation=participation_pk).select_related("contribution")
    for idea in ideas:
        raw, masks = idea.contribution.raw_text, idea.contribution.masks
        inside = [
            (max(start, idea.start) - idea.start, min(end, idea.end) - idea.start)
            for start, end, _kind in masks
            if start < idea.end and end > idea.start
        ]
        copies.append(readable_copy(raw[idea.start : idea.end], inside))
    return copies
