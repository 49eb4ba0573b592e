"""Progress of a branch of the plan from that of its leaves, saying how many are known.
Fed with the achievements of actions or objectives, with or without weights.
Feeds the pages of commitments, challenges, objectives and territories.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fabrique_core.errors import CoreError
from fabrique_core.progress.rate import Achievement


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``rate``: mean of the known rates, each kept between 0 and 100; None where none is known.

    ``known`` and ``reached`` are counts among ``total`` leaves.
    """

    rate: float | None
    known: int
    total: int
    reached: int

    @property
    def unknown(self) -> int:
        """Leaves whose rate is not known: never counted as zero."""
        return self.total - self.known


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the plan: its own achievements and the branches under it."""

    leaves: Sequence[Achievement] = ()
    branches: Sequence[Branch] = ()

    def all_leaves(self) -> list[Achievement]:
        """Its leaves and those of the branches under it: each leaf weighs the same, wherever it hangs."""
        below = [leaf for branch in self.branches for leaf in branch.all_leaves()]
        return [*self.leaves, *below]


def aggregate(achievements: Iterable[Achievement], weights: Iterable[float] | None = None) -> Aggregate:
    """Mean of what is known, weighted where weights are given.

    Raises ``CoreError('progress.weights')`` for a weight that is negative or missing.
    """
    leaves = list(achievements)
    loads = [1.0] * len(leaves) if weights is None else list(weights)
    if len(loads) != len(leaves) or any(not 0 <= load < math.inf for load in loads):
        raise CoreError("progress.weights", weights=len(loads), leaves=len(leaves))
    known = [(leaf.shown, load) for leaf, load in zip(leaves, loads, strict=True) if leaf.shown is not None]
    whole = math.fsum(load for _, load in known)
    rate = math.fsum(shown * load for shown, load in known) / whole if whole else None
    return Aggregate(rate, len(known), len(leaves), sum(leaf.reached is True for leaf in leaves))


def aggregate_branch(branch: Branch) -> Aggregate:
    """Progress of a whole branch, from all the leaves under it."""
    return aggregate(branch.all_leaves())
