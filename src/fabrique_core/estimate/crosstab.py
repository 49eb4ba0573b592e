"""Cross-tabulations: Pearson's chi-square and the correction for many tests.
Fed with tables of counts and lists of p-values.
Feeds the notes under a cross-tabulation: which differences stand once all tests are counted.

Sources: K. Pearson (1900); H. Cramér (1946); S. Holm, "A simple sequentially rejective multiple test
procedure" (1979); Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate" (1995).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import chdtrc

from fabrique_core.errors import CoreError

SMALLEST_EXPECTED = 5.0


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """Statistic, degrees of freedom, p-value, Cramér's V (0 to 1) and smallest expected count."""

    statistic: float
    degrees: int
    p_value: float
    cramers_v: float
    smallest_expected: float

    @property
    def trustworthy(self) -> bool:
        """Whether every expected count reaches 5, Cochran's rule for the approximation."""
        return self.smallest_expected >= SMALLEST_EXPECTED


def chi_square(table: Sequence[Sequence[int]]) -> ChiSquare:
    """Test of independence of a table of counts; rows and columns of zeros are left out first.

    Raises ``CoreError('crosstab.shape')`` for a ragged table or one with fewer than two rows or columns that
    hold someone, ``CoreError('crosstab.counts')`` for a negative count.
    """
    if len({len(row) for row in table}) != 1:
        raise CoreError("crosstab.shape")
    if any(count < 0 for row in table for count in row):
        raise CoreError("crosstab.counts")
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    kept_rows = [index for index, total in enumerate(rows) if total]
    kept_columns = [index for index, total in enumerate(columns) if total]
    if len(kept_rows) < 2 or len(kept_columns) < 2:
        raise CoreError("crosstab.shape", rows=len(kept_rows), columns=len(kept_columns))
    total = sum(rows)
    statistic, smallest = 0.0, math.inf
    for i in kept_rows:
        for j in kept_columns:
            expected = rows[i] * columns[j] / total
            smallest = min(smallest, expected)
            statistic += (table[i][j] - expected) ** 2 / expected
    degrees = (len(kept_rows) - 1) * (len(kept_columns) - 1)
    scale = total * (min(len(kept_rows), len(kept_columns)) - 1)
    return ChiSquare(
        statistic, degrees, float(chdtrc(degrees, statistic)), math.sqrt(statistic / scale), smallest
    )


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p-values that hold down the chance of any false finding; same order as given."""
    order = _order(p_values)
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return tuple(adjusted)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p-values that hold the share of false findings among the findings; same order as given."""
    order = _order(p_values)
    adjusted, lowest = [0.0] * len(p_values), 1.0
    for rank in range(len(order) - 1, -1, -1):
        index = order[rank]
        lowest = min(lowest, p_values[index] * len(p_values) / (rank + 1))
        adjusted[index] = lowest
    return tuple(adjusted)


def _order(p_values: Sequence[float]) -> list[int]:
    if not all(0 <= value <= 1 for value in p_values):
        raise CoreError("crosstab.p_value")
    return sorted(range(len(p_values)), key=lambda index: p_values[index])
