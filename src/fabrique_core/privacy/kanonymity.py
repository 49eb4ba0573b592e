"""How many people share each combination of coarse characteristics.
Fed with rows of a table about to leave the server.
Feeds the checks before an export and the choice of a coarser profile.

Source: L. Sweeney, "k-anonymity: a model for protecting privacy" (2002).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from fabrique_core.errors import CoreError


@dataclass(frozen=True, slots=True)
class KAnonymity:
    """``smallest`` group of identical rows (0 if none), number of ``groups``, indexes of rows ``under`` k."""

    k: int
    smallest: int
    groups: int
    under: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether every row is lost among at least ``k`` identical ones."""
        return not self.under


def k_anonymity(
    rows: Sequence[Mapping[str, Hashable]], quasi_identifiers: Sequence[str], *, k: int = 11
) -> KAnonymity:
    """Group ``rows`` by their ``quasi_identifiers``; a missing value (None) is a value like another.

    Raises ``CoreError('kanonymity.column')`` for a row without one of the columns and
    ``CoreError('kanonymity.k')`` when k is under 1.
    """
    if k < 1:
        raise CoreError("kanonymity.k", k=k)
    keys: list[tuple[Hashable, ...]] = []
    for index, row in enumerate(rows):
        for column in quasi_identifiers:
            if column not in row:
                raise CoreError("kanonymity.column", column=column, row=index)
        keys.append(tuple(row[column] for column in quasi_identifiers))
    sizes = Counter(keys)
    under = tuple(index for index, key in enumerate(keys) if sizes[key] < k)
    return KAnonymity(k=k, smallest=min(sizes.values(), default=0), groups=len(sizes), under=under)
