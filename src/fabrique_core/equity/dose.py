"""Proportionate universalism: are means and reach larger where need is larger, and by how much.
Fed with need and delivery per inhabitant by the same ordered subgroups (deprivation quintiles).
Feeds the plan's pages on inequalities.

Source: N. Kakwani, A. Wagstaff and E. van Doorslaer, "Socioeconomic inequalities in health: measurement,
computation, and statistical inference", Journal of Econometrics 77 (1997): the index of horizontal inequity is
the concentration index of what is delivered minus that of need.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fabrique_core.equity.gradient import concentration
from fabrique_core.equity.intervals import bounded, normal
from fabrique_core.equity.model import CONFIDENCE, Disaggregation, Kind, Measure
from fabrique_core.errors import CoreError
from fabrique_core.estimate.proportions import normal_quantile


class Lean(StrEnum):
    """To whom delivery leans, need being taken into account."""

    DISADVANTAGED = "disadvantaged"
    PROPORTIONATE = "proportionate"  # the interval holds zero
    ADVANTAGED = "advantaged"
    NOT_KNOWN = "not_known"  # no interval


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One subgroup: need and delivery per inhabitant, and delivery per unit of need (None without need)."""

    name: str
    need: float
    delivery: float
    per_need: float | None


@dataclass(frozen=True, slots=True)
class Dose:
    """Rows from the most disadvantaged, the two relative concentration indices and their difference.

    ``gap`` below 0: delivery goes to the disadvantaged more than need does.
    """

    rows: tuple[DoseRow, ...]
    need: Measure
    delivery: Measure
    gap: Measure
    lean: Lean


def dose(need: Disaggregation, delivery: Disaggregation, *, confidence: float = CONFIDENCE) -> Dose:
    """Dose against need. Interval of the gap: normal, need and delivery taken as independent.

    Raises ``CoreError``: ``equity.dose`` where the subgroups, their order or their populations differ or nothing
    is needed or delivered at all.
    """
    same = [(row.name, row.population, row.order) for row in need.subgroups]
    if same != [(row.name, row.population, row.order) for row in delivery.subgroups]:
        raise CoreError("equity.dose", reason="subgroups")
    needed, delivered = concentration(need, confidence)[1], concentration(delivery, confidence)[1]
    if needed.value is None or delivered.value is None:
        raise CoreError("equity.dose", reason=str(needed.reason or delivered.reason))
    rows = tuple(
        DoseRow(row.name, wanted, given, given / wanted if wanted else None)
        for row, wanted, given in zip(need.subgroups, need.estimates, delivery.estimates, strict=True)
    )
    errors = [_error(one, confidence) for one in (needed, delivered)]
    known = [error for error in errors if error is not None]
    error = (known[0] ** 2 + known[1] ** 2) ** 0.5 if len(known) == len(errors) else None
    gap = bounded(
        normal(Measure("gap", Kind.RELATIVE, delivered.value - needed.value), error, confidence), -2.0, 2.0
    )
    return Dose(rows, needed, delivered, gap, _lean(gap))


def _error(measure: Measure, confidence: float) -> float | None:
    """Standard error back from an interval that is symmetric unless a bound cut it: the wider half tells."""
    if measure.interval is None or measure.value is None:
        return None
    half = max(measure.interval.high - measure.value, measure.value - measure.interval.low)
    return half / normal_quantile(confidence)


def _lean(gap: Measure) -> Lean:
    if gap.interval is None:
        return Lean.NOT_KNOWN
    if gap.interval.high < 0:
        return Lean.DISADVANTAGED
    return Lean.ADVANTAGED if gap.interval.low > 0 else Lean.PROPORTIONATE
