"""Shares of closed or hand-coded answers, with their base, their missing and a Wilson interval.
Fed with counts.
Feeds figures, cross-tabulations and the tables of a synthesis.

Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927); values
checked against R. G. Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

from fabrique_core.errors import CoreError


@dataclass(frozen=True, slots=True)
class Interval:
    """``low`` and ``high`` ends, at a ``confidence`` between 0 and 1."""

    low: float
    high: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` among the ``base`` who answered; ``missing`` did not answer and are in neither."""

    count: int
    base: int
    missing: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.base or self.missing < 0:
            raise CoreError("share.counts", count=self.count, base=self.base, missing=self.missing)

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nobody answered."""
        return self.count / self.base if self.base else None

    def wilson(self, confidence: float = 0.95) -> Interval | None:
        """Wilson's interval, as if those who answered were drawn at random; None where nobody answered."""
        return wilson_interval(self.count, self.base, confidence) if self.base else None


def share_of(values: Iterable[bool | None]) -> Share:
    """Share of True among the values that are not None (missing)."""
    counts = {True: 0, False: 0, None: 0}
    for value in values:
        counts[value] += 1
    return Share(count=counts[True], base=counts[True] + counts[False], missing=counts[None])


def normal_quantile(confidence: float) -> float:
    """Two-sided normal quantile (1.96 for 0.95); raises ``CoreError('share.confidence')`` outside ]0, 1[."""
    if not 0 < confidence < 1:
        raise CoreError("share.confidence", confidence=confidence)
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson_interval(count: int, base: int, confidence: float = 0.95) -> Interval:
    """Score interval of ``count`` successes among ``base`` draws; raises ``CoreError('share.counts')``."""
    if not 0 <= count <= base or base == 0:
        raise CoreError("share.counts", count=count, base=base)
    z = normal_quantile(confidence)
    share = count / base
    centre = (share + z * z / (2 * base)) / (1 + z * z / base)
    half = z * math.sqrt(share * (1 - share) / base + z * z / (4 * base * base)) / (1 + z * z / base)
    # The ends are exact at 0 and at 1, where rounding would leave a trace.
    low = 0.0 if count == 0 else max(0.0, centre - half)
    high = 1.0 if count == base else min(1.0, centre + half)
    return Interval(low, high, confidence)
