"""Agreement between coders: Krippendorff's alpha for nominal labels, with missing codes.
Fed with the labels that people gave to the same sample.
Feeds the rule that a theme is published with a share only where coders agree.

Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011); thresholds 0.667 and 0.800 in
his "Content Analysis" (2004), ch. 11, taken here as 0.67 and 0.80.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

TENTATIVE = 0.67
RELIABLE = 0.80

Verdict = Literal["reliable", "caution", "not_measurable"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """``alpha`` (1 perfect, 0 chance; None where it is undefined) over ``units`` coded at least twice.

    ``values`` counts the labels used, ``set_aside`` the indices of units with fewer than two labels.
    """

    alpha: float | None
    units: int
    values: int
    set_aside: tuple[int, ...]

    @property
    def verdict(self) -> Verdict:
        """What may be published: a share, a share to read with caution, or no share."""
        if self.alpha is None or self.alpha < TENTATIVE:
            return "not_measurable"
        return "reliable" if self.alpha >= RELIABLE else "caution"


def krippendorff_alpha(units: Sequence[Sequence[Hashable | None]]) -> Agreement:
    """Nominal alpha of ``units``, each the labels given by the coders (None where a coder gave none).

    Alpha is None where no unit has two labels, or where one label alone was ever used: without variation,
    agreement cannot be told from a habit.
    """
    set_aside: list[int] = []
    totals: Counter[Hashable] = Counter()
    disagreement = 0.0
    for index, labels in enumerate(units):
        counts = Counter(label for label in labels if label is not None)
        size = sum(counts.values())
        if size < 2:
            set_aside.append(index)
            continue
        totals.update(counts)
        pairs_that_agree = sum(count * (count - 1) for count in counts.values())
        disagreement += (size * (size - 1) - pairs_that_agree) / (size - 1)
    values = sum(totals.values())
    expected = values * values - sum(count * count for count in totals.values())
    alpha = 1 - (values - 1) * disagreement / expected if expected else None
    return Agreement(alpha, len(units) - len(set_aside), values, tuple(set_aside))
