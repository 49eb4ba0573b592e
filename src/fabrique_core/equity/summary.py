"""Every measure of inequality that applies to one disaggregated indicator.
Fed with a ``Disaggregation``.
Feeds ``fabrique equity`` and the observatory, which always show one absolute and one relative measure together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fabrique_core.equity.gradient import concentration, linear, logit
from fabrique_core.equity.model import CONFIDENCE, Disaggregation, Measure, Reason
from fabrique_core.equity.simple import attributable, average, difference, ratio
from fabrique_core.equity.spread import spread


@dataclass(frozen=True, slots=True)
class Summary:
    """The mean, the measures that apply by code, and those that do not with the reason."""

    mean: Measure
    measures: Mapping[str, Measure]
    set_aside: Mapping[str, Reason]

    def pair(self, ordered: bool) -> tuple[Measure, Measure] | None:
        """One absolute and one relative measure to show together; None where no such pair applies."""
        pairs = [("SII", "RII"), ("ACI", "RCI")] if ordered else []
        for absolute, relative in [*pairs, ("D", "R"), ("MDM", "IDIS_weighted")]:
            if absolute in self.measures and relative in self.measures:
                return self.measures[absolute], self.measures[relative]
        return None


def summarise(data: Disaggregation, *, confidence: float = CONFIDENCE) -> Summary:
    """All the measures, with intervals at ``confidence`` where every subgroup has a standard error.

    Raises ``CoreError('share.confidence')`` outside ]0, 1[.
    """
    found = [
        difference(data, confidence),
        ratio(data, confidence),
        *concentration(data, confidence),
        *linear(data, confidence),
        *logit(data, confidence),
        *attributable(data, confidence),
        *spread(data, confidence),
    ]
    return Summary(
        mean=average(data, confidence),
        measures={one.code: one for one in found if one.value is not None},
        set_aside={one.code: one.reason for one in found if one.value is None and one.reason is not None},
    )
