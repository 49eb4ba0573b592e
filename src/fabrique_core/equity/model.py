"""What goes into a measure of inequality, and what comes out: subgroups, checked once, and measures.
Fed with the rows of one indicator, one dimension, one setting and one date.
Feeds every module of this package; a refusal is a ``CoreError`` whose code starts with ``equity.``.

Sources of the whole package: World Health Organization, "Handbook on health inequality monitoring" (2013), and
A. Schlotheuber and A. R. Hosseinpoor, "Summary measures of health inequality: a review of existing measures and
their application", Int. J. Environ. Res. Public Health 19 (2022) 3697, appendix A.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from fabrique_core.errors import CoreError
from fabrique_core.estimate.proportions import Interval

CONFIDENCE = 0.95
FEWEST_SUBGROUPS = 2


class Kind(StrEnum):
    """An absolute measure is in the unit of the indicator, a relative one has no unit (or is in percent)."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"


class Method(StrEnum):
    """How an interval was made."""

    NORMAL = "normal"  # linear in the estimates, or made linear: z times the standard error
    LOG = "log"  # the same on the logarithm: for ratios
    SIMULATED = "simulated"  # estimates drawn again with their standard errors


class Reason(StrEnum):
    """Why a measure, or its interval, is absent."""

    NO_STANDARD_ERROR = "no_standard_error"
    NO_POPULATION = "no_population"
    NOT_ORDERED = "not_ordered"
    ZERO = "zero"  # a division or a logarithm meets a zero estimate
    NO_SCALE = "no_scale"  # the logit needs the upper bound of the indicator
    NO_FIT = "no_fit"  # the logit does not converge: estimates at the bounds separate the subgroups
    OUT_OF_RANGE = "out_of_range"  # the straight line leaves positive values
    TOO_WIDE = "too_wide"  # the upper end would be more than a million times the value


@dataclass(frozen=True, slots=True)
class Subgroup:
    """One subgroup: ``order`` 1 is the most disadvantaged; ``population`` in people, or in any one unit.

    ``estimate`` and its standard error ``se`` are in the unit of the indicator; None is missing.
    """

    name: str
    estimate: float | None
    population: float | None = None
    order: float | None = None
    se: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. ``value`` None says it does not apply, ``reason`` why.

    ``interval`` None beside a value: ``reason`` says why there is none.
    """

    code: str
    kind: Kind
    value: float | None
    interval: Interval | None = None
    method: Method | None = None
    reason: Reason | None = None


def absent(code: str, kind: Kind, reason: Reason) -> Measure:
    """A measure that does not apply."""
    return Measure(code, kind, None, reason=reason)


class Disaggregation:
    """One indicator by the subgroups of one dimension, checked; subgroups stand in a canonical order.

    ``favourable``: a high value is good. ``scale``: upper bound of a bounded indicator (100 for a percentage),
    None otherwise. ``minimum``: a subgroup with fewer people is refused.
    Raises ``CoreError``: ``equity.too_few``, ``equity.duplicate``, ``equity.missing``, ``equity.number``,
    ``equity.negative``, ``equity.population``, ``equity.small``, ``equity.order``, ``equity.scale``.
    """

    def __init__(
        self,
        subgroups: Iterable[Subgroup],
        *,
        favourable: bool,
        ordered: bool,
        scale: float | None = None,
        minimum: float = 0,
    ) -> None:
        rows = list(subgroups)
        _check_estimates(rows)
        _check_populations(rows, minimum)
        if ordered:
            _check_order(rows)
        _check_scale(rows, scale)
        # The same sums and the same draws whatever the order of the rows.
        rows.sort(key=lambda row: (row.order or 0, row.name) if ordered else (0, row.name))
        self.subgroups = tuple(rows)
        self.favourable, self.ordered, self.scale = favourable, ordered, scale

    @property
    def estimates(self) -> tuple[float, ...]:
        """In the unit of the indicator, most disadvantaged first where there is an order."""
        return tuple(float(row.estimate) for row in self.subgroups if row.estimate is not None)

    @property
    def errors(self) -> tuple[float, ...] | None:
        """Standard errors; None where one is missing."""
        errors = tuple(float(row.se) for row in self.subgroups if row.se is not None)
        return errors if len(errors) == len(self.subgroups) else None

    @property
    def shares(self) -> tuple[float, ...] | None:
        """Shares of the population, adding to 1; None without populations."""
        people = [float(row.population) for row in self.subgroups if row.population is not None]
        if not people:
            return None
        total = math.fsum(people)
        return tuple(one / total for one in people)

    @property
    def ranks(self) -> tuple[float, ...] | None:
        """Middle of each subgroup on the cumulated population (0 to 1); None without order or populations."""
        shares = self.shares
        if shares is None or not self.ordered:
            return None
        return tuple(math.fsum(shares[:i]) + share / 2 for i, share in enumerate(shares))

    @property
    def mean(self) -> float | None:
        """Mean of the estimates weighted by population; None without populations."""
        shares = self.shares
        return None if shares is None else weighted(shares, self.estimates)


def weighted(shares: Iterable[float], values: Iterable[float]) -> float:
    """Sum of ``share × value``."""
    return math.fsum(share * value for share, value in zip(shares, values, strict=True))


def _names(rows: Iterable[Subgroup]) -> tuple[str, ...]:
    return tuple(row.name for row in rows)


def _check_estimates(rows: list[Subgroup]) -> None:
    if len(rows) < FEWEST_SUBGROUPS:
        raise CoreError("equity.too_few", found=len(rows))
    twice = tuple(name for name, count in Counter(_names(rows)).items() if count > 1)
    if twice:
        raise CoreError("equity.duplicate", subgroups=twice)
    missing = _names(row for row in rows if row.estimate is None)
    if missing:
        raise CoreError("equity.missing", subgroups=missing)
    for row in rows:
        for value in (row.estimate, row.population, row.order, row.se):
            if value is not None and not math.isfinite(value):
                raise CoreError("equity.number", subgroups=(row.name,))
    negative = _names(row for row in rows if (row.estimate or 0) < 0 or (row.se or 0) < 0)
    if negative:
        raise CoreError("equity.negative", subgroups=negative)


def _check_populations(rows: list[Subgroup], minimum: float) -> None:
    without = [row for row in rows if row.population is None]
    if without and len(without) < len(rows):
        raise CoreError("equity.population", subgroups=_names(without))
    if without and minimum > 0:
        raise CoreError("equity.population", subgroups=_names(without))
    empty = _names(row for row in rows if row.population is not None and row.population <= 0)
    if empty:
        raise CoreError("equity.population", subgroups=empty)
    small = _names(row for row in rows if row.population is not None and row.population < minimum)
    if small:
        raise CoreError("equity.small", subgroups=small, minimum=minimum)


def _check_order(rows: list[Subgroup]) -> None:
    orders = Counter(row.order for row in rows)
    wrong = _names(row for row in rows if row.order is None or orders[row.order] > 1)
    if wrong:
        raise CoreError("equity.order", subgroups=wrong)


def _check_scale(rows: list[Subgroup], scale: float | None) -> None:
    if scale is None:
        return
    beyond = _names(row for row in rows if (row.estimate or 0) > scale)
    if not (math.isfinite(scale) and scale > 0) or beyond:
        raise CoreError("equity.scale", scale=scale, subgroups=beyond)
