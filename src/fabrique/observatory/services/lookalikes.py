"""Departments (or intercommunalities) that look like another one, by declared features and nothing else.

Fed by public values (poverty, age structure, rurality) and the populations of communes. Feeds comparisons.

Method, as the pages say it: each feature is centred and divided by its standard deviation over the territories
where it is known; the distance between two territories is the root of the mean squared difference over the
features; the nearest are kept. A feature known for fewer than two thirds of the territories is left out, and named.
Departments are looked for in all France, intercommunalities in the region.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fabrique.observatory.services.public import Sheet, sheet
from fabrique.observatory.services.readers import distances, incomes, populations
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

DEFAULT_COUNT = 5
#: a village, in the statistics of communes
_VILLAGE = 2_000
_KNOWN_SHARE = 2 / 3
_VILLAGES = "part_villages"
_PEOPLE = "population"
#: the features of each level, and their names; those with a code of the observatory come from its values
NAMES: Mapping[str, Mapping[str, Any]] = {
    Level.DEPARTMENT: {
        _VILLAGES: gettext_lazy("part des habitants vivant dans une commune de moins de 2 000 habitants"),
        incomes.POVERTY: gettext_lazy("taux de pauvreté"),
        populations.OVER_75: gettext_lazy("part des 75 ans et plus"),
    },
    Level.EPCI: {
        _PEOPLE: gettext_lazy("nombre d’habitants"),
        distances.RURAL: gettext_lazy("part de la population vivant dans le rural"),
    },
}
_MADE_HERE = frozenset({_VILLAGES, _PEOPLE})
Features = Mapping[int, Mapping[str, float]]


@dataclass(frozen=True)
class Lookalikes:
    """Territories from the nearest to the farthest, with their distance; what was used and what was missing."""

    ranked: tuple[tuple[Any, float], ...]
    features: tuple[str, ...]
    missing: tuple[str, ...]
    pool: int
    count: int = DEFAULT_COUNT

    @property
    def members(self) -> tuple[tuple[Any, float], ...]:
        return self.ranked[: self.count]

    @property
    def method(self) -> str:
        """How they were chosen, in a sentence."""
        if not self.ranked:
            return _("Aucun territoire ne lui est comparable avec les données chargées.")
        said = _("Territoires les plus proches parmi %(pool)d, d’après : %(features)s.") % {
            "pool": self.pool,
            "features": ", ".join(self.features),
        }
        if not self.missing:
            return said
        lacking = _("Faute de données assez étendues, il n’est pas tenu compte de : %(missing)s.")
        return f"{said} {lacking % {'missing': ', '.join(self.missing)}}"


def lookalikes(territory: Any, k: int = DEFAULT_COUNT) -> Lookalikes:
    """The territories of the same level that look like this one, nearest first. Three queries.

    Only departments (among those of France) and intercommunalities (among those of the region) have any.
    """
    names = NAMES.get(territory.level)
    if names is None:
        return Lookalikes((), (), (), 0, k)
    if territory.level == Level.DEPARTMENT:
        peers = {one.pk: one for one in Territory.objects.departments()}
    else:
        region = territory.region or Territory.objects.perimeter()
        peers = {one.pk: one for one in Territory.objects.filter(level=territory.level, region=region)}
        peers[territory.pk] = territory
    codes = [name for name in names if name not in _MADE_HERE]
    features = _features(peers, names, sheet(codes, peers.values(), latest_only=True))
    return nearest(territory.pk, peers, features, names, k)


def nearest(
    target: int, peers: Mapping[int, Any], features: Features, names: Mapping[str, Any], k: int
) -> Lookalikes:
    """The others by their distance to `target`, over the features that are known widely enough."""
    known = {
        name
        for name in names
        if sum(name in features.get(pk, {}) for pk in peers) >= _KNOWN_SHARE * len(peers)
        and name in features.get(target, {})
    }
    pool = [pk for pk in peers if pk != target and known <= features.get(pk, {}).keys()]
    missing = tuple(str(words) for name, words in names.items() if name not in known)
    if not known or not pool:
        return Lookalikes((), (), missing, 0, k)
    scaled = _scaled({pk: features[pk] for pk in [target, *pool]}, sorted(known))
    distance = {
        pk: math.sqrt(fmean((scaled[pk][name] - scaled[target][name]) ** 2 for name in sorted(known)))
        for pk in pool
    }
    ranked = tuple(
        (peers[pk], round(distance[pk], 3))
        for pk in sorted(pool, key=lambda pk: (distance[pk], peers[pk].code))
    )
    return Lookalikes(
        ranked, tuple(str(names[name]) for name in names if name in known), missing, len(pool), k
    )


def _features(
    peers: Mapping[int, Any], names: Mapping[str, Any], values: Sheet
) -> dict[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = defaultdict(dict)
    if _VILLAGES in names:
        for pk, share in _villages().items():
            found[pk][_VILLAGES] = share
    for pk, one in peers.items():
        if _PEOPLE in names and one.population:
            # spread over several powers of ten: compared by its logarithm
            found[pk][_PEOPLE] = math.log(one.population)
        for code in names:
            value = values.latest(code, one)
            if value is not None and value.value is not None and value.value > 0:
                found[pk][code] = value.value
    return found


def _villages() -> dict[int, float]:
    """Share of each department's inhabitants who live in a commune of fewer than 2 000: known everywhere."""
    small = Q(population__lt=_VILLAGE)
    rows = (
        Territory.objects.communes()
        .order_by()
        .values_list("department")
        .annotate(people=Sum("population"), rural=Sum("population", filter=small))
    )
    return {pk: 100 * (rural or 0) / people for pk, people, rural in rows if pk and people}


def _scaled(features: Features, names: Iterable[str]) -> dict[int, dict[str, float]]:
    scaled: dict[int, dict[str, float]] = {pk: {} for pk in features}
    for name in names:
        values = [features[pk][name] for pk in features]
        mean, spread = fmean(values), pstdev(values)
        for pk in features:
            scaled[pk][name] = (features[pk][name] - mean) / spread if spread else 0.0
    return scaled
