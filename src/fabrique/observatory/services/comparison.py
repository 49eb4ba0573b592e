"""A territory beside its region, France and the departments that look like it; never two definitions silently.

Fed by public values and look-alikes. Feeds portraits and the comparison of territories.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from fabrique.observatory.enums import FACTORS, Status, Unit
from fabrique.observatory.services.lookalikes import DEFAULT_COUNT, Lookalikes, lookalikes
from fabrique.observatory.services.public import PublicValue, Sheet, sheet
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

#: under so many known look-alikes, their median says nothing
FEWEST = 3


@dataclass(frozen=True)
class Comparison:
    """The newest value of a territory, and what may be put beside it: same version, same period, same scope.

    `unlike` says, in sentences, what could not be. `region_computed`: the source gives no regional value, it was
    made from the counts of all the departments. `median` is None under three known look-alikes.
    """

    own: PublicValue | None
    region: PublicValue | None
    region_computed: bool
    country: PublicValue | None
    others: tuple[PublicValue, ...]
    median: float | None
    known: int
    unlike: str = ""

    def gap(self, other: float | None) -> float | None:
        """The territory's value less the other, in the unit of the indicator."""
        if self.own is None or self.own.value is None or other is None:
            return None
        return self.own.value - other

    @property
    def gap_region(self) -> float | None:
        return self.gap(self.region.value if self.region else None)

    @property
    def gap_country(self) -> float | None:
        return self.gap(self.country.value if self.country else None)

    @property
    def gap_median(self) -> float | None:
        return self.gap(self.median)


def comparisons(
    codes: Iterable[str], territory: Any, k: int = DEFAULT_COUNT, *, near: Lookalikes | None = None
) -> dict[str, Comparison]:
    """Comparisons by code for one page. At most six queries, whatever the number of indicators."""
    codes = list(codes)
    near = near or lookalikes(territory, k)
    region, departments = _around(territory)
    country = list(Territory.objects.filter(level=Level.COUNTRY))
    among = [one for one, _distance in near.ranked]
    together = {one.pk: one for one in [territory, *departments, *country, *among]}
    if region is not None:
        together[region.pk] = region
    values = sheet(codes, together.values(), latest_only=True)
    return {
        code: compared(values, code, territory, region, departments, country, among, near.count)
        for code in codes
    }


def compared(
    values: Sheet,
    code: str,
    territory: Any,
    region: Any,
    departments: Sequence[Any],
    country: Sequence[Any],
    among: Sequence[Any],
    k: int,
) -> Comparison:
    """One comparison, from values already in memory."""
    own = values.latest(code, territory)
    unlike: list[str] = []
    same_region = values.latest(code, region) if region is not None and region != territory else None
    same_country = next((one for one in (values.latest(code, each) for each in country) if one), None)
    if own is not None:
        same_region = _alike(own, same_region, unlike)
        same_country = _alike(own, same_country, unlike)
    computed = None
    if same_region is None and own is not None and region is not None:
        computed = _computed(own, region, [values.latest(code, one) for one in departments])
    others = _others(own, [values.latest(code, one) for one in among], k)
    known = [one.value for one in others if one.value is not None]
    return Comparison(
        own=own,
        region=same_region or computed,
        region_computed=computed is not None,
        country=same_country,
        others=others,
        median=median(known) if len(known) >= FEWEST else None,
        known=len(known),
        unlike=" ".join(unlike),
    )


def _around(territory: Any) -> tuple[Any, list[Any]]:
    """The region of a territory and all its departments."""
    region = territory if territory.level == Level.REGION else territory.region
    if region is None:
        return None, []
    return region, list(Territory.objects.departments().filter(region=region))


def _alike(own: PublicValue, other: PublicValue | None, unlike: list[str]) -> PublicValue | None:
    """The other value, unless it was measured another way or at another time: then the reason is noted."""
    if other is None:
        return None
    if other.version != own.version:
        unlike.append(
            _("%(place)s : autre version de la définition, non comparable.") % {"place": other.place}
        )
        return None
    if other.period != own.period:
        unlike.append(
            _("%(place)s : période %(other)s, et non %(own)s, non comparable.")
            % {"place": other.place, "other": other.period, "own": own.period}
        )
        return None
    return other


def _others(own: PublicValue | None, values: Iterable[PublicValue | None], k: int) -> tuple[PublicValue, ...]:
    """The nearest look-alikes that have the same thing measured alike, at most k."""
    if own is None:
        return ()
    same = [
        one
        for one in values
        if one is not None
        and one.value is not None
        and (one.version, one.period, one.scope) == (own.version, own.period, own.scope)
    ]
    return tuple(same[:k])


def _computed(own: PublicValue, region: Any, parts: Collection[PublicValue | None]) -> PublicValue | None:
    """A rate of the region from the counts of all its departments, or a count; None where one is missing."""
    same = [
        one
        for one in parts
        if one is not None
        and (one.version, one.period, one.scope) == (own.version, own.period, own.scope)
        and one.value is not None
    ]
    if not parts or len(same) < len(parts):
        return None
    made = replace(
        own,
        territory_id=region.pk,
        territory_code=region.code,
        territory_name=region.name,
        level=region.level,
        lower=None,
        upper=None,
        status=Status.ESTIMATED,
        qualifier=_("calculée à partir de ses départements"),
    )
    if own.unit in (Unit.PERSONS, Unit.COUNT):
        total = float(sum(one.value for one in same if one.value is not None))
        return replace(made, value=total, numerator=None, denominator=None)
    if own.unit not in FACTORS or any(one.numerator is None or not one.denominator for one in same):
        return None
    events = sum(one.numerator for one in same if one.numerator is not None)
    people = sum(one.denominator for one in same if one.denominator is not None)
    return replace(made, value=FACTORS[own.unit] * events / people, numerator=events, denominator=people)


__all__ = ["Comparison", "Lookalikes", "comparisons", "lookalikes"]
