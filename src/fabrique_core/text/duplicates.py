"""What it is for: families of copied texts (exact, then near), so that a campaign is seen and weighs once.
What feeds it: the texts kept by clean.py.
What it feeds: themes (one member a family takes part in discovery) and results with and without copies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from datasketch import MinHash, MinHashLSH

from fabrique_core.text.clean import fold, text_key

CAMPAIGN_WORDS = 8
CAMPAIGN_MEMBERS = 3
_SHINGLE = 5
_PERMUTATIONS = 128
_MOST_CHARS = 20_000


@dataclass(frozen=True)
class Family:
    """Texts copied from one another: indices in order; exact where all say the same, campaign where long and
    repeated."""

    members: tuple[int, ...]
    exact: bool
    campaign: bool

    @property
    def representative(self) -> int:
        return self.members[0]


def families(texts: Sequence[str], *, threshold: float = 0.8, seed: int = 1) -> list[Family]:
    """Families of two texts or more, ordered by first member; indices are positions in `texts`.

    Exact: same letters and digits, case and accents apart. Near: Jaccard of five-letter shingles at the
    threshold
    or above among texts of eight words or more (MinHash finds the pairs, the shingles themselves confirm
    them);
    shorter texts that look alike are chance, not copies.
    """
    keys = [text_key(text) for text in texts]
    by_key: dict[str, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        by_key[key].append(index)
    firsts = [members[0] for members in by_key.values()]
    parent = {first: first for first in firsts}
    for a, b in _near_pairs(texts, firsts, threshold, seed):
        _join(parent, a, b)
    groups: dict[int, list[int]] = defaultdict(list)
    for first in firsts:
        groups[_root(parent, first)].append(first)
    found = [_family(texts, keys, [m for f in group for m in by_key[keys[f]]]) for group in groups.values()]
    return sorted((f for f in found if len(f.members) > 1), key=lambda f: f.members)


def _family(texts: Sequence[str], keys: Sequence[str], members: list[int]) -> Family:
    members.sort()
    words = len(fold(texts[members[0]][:_MOST_CHARS]).split())
    return Family(
        members=tuple(members),
        exact=len({keys[m] for m in members}) == 1,
        campaign=len(members) >= CAMPAIGN_MEMBERS and words >= CAMPAIGN_WORDS,
    )


def _shingles(text: str) -> frozenset[str]:
    folded = fold(text[:_MOST_CHARS])
    if len(folded.split()) < CAMPAIGN_WORDS:
        return frozenset()
    return frozenset(folded[i : i + _SHINGLE] for i in range(len(folded) - _SHINGLE + 1))


def _near_pairs(
    texts: Sequence[str], firsts: Sequence[int], threshold: float, seed: int
) -> list[tuple[int, int]]:
    """Pairs of different texts whose shingles overlap at the threshold; each text is compared with earlier
    ones."""
    shingles = {i: s for i in firsts if (s := _shingles(texts[i]))}
    index = MinHashLSH(threshold=max(0.5, threshold - 0.1), num_perm=_PERMUTATIONS)
    pairs: list[tuple[int, int]] = []
    for i, own in shingles.items():
        sketch = MinHash(num_perm=_PERMUTATIONS, seed=seed)
        sketch.update_batch([s.encode() for s in sorted(own)])
        for j in sorted(index.query(sketch)):
            other = shingles[j]
            if len(own & other) >= threshold * len(own | other):
                pairs.append((j, i))
        index.insert(i, sketch)
    return pairs


def _root(parent: dict[int, int], node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


def _join(parent: dict[int, int], a: int, b: int) -> None:
    low, high = sorted((_root(parent, a), _root(parent, b)))
    parent[high] = low


def copies_mask(count: int, found: Sequence[Family]) -> np.ndarray:
    """Boolean array (count,): True for every member of a family but its first."""
    mask = np.zeros(count, dtype=bool)
    for family in found:
        mask[list(family.members[1:])] = True
    return mask
