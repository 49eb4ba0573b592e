"""Statistical secrecy: which values may leave, decided for a whole indicator version and period at once.

Fed by recording, after each file. Feeds Observation.clearance, which services.public obeys. The only caller of
disclose() in the observatory; an architecture test says so.

Counts of persons are laid out in tables that share their totals: departments of a region, intercommunalities of a
region, communes of a department, sexes and ages and quintiles of each territory. What a source leaves out is one
more cell, « reste », so that a difference betrays nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction

from fabrique.observatory.enums import FACTORS, Clearance, Unit
from fabrique.observatory.models import DefinitionVersion, Observation
from fabrique.observatory.services.cells import age_bounds
from fabrique.territories.enums import Level
from fabrique_core.errors import CoreError
from fabrique_core.estimate.disclosure import TOTAL, Suppressed, Table, disclose

CHUNK = 500
REST = "reste"
_FIVE_YEARS = 4
Where = tuple[tuple[str, str], ...]
#: (level, code, scope)
Place = tuple[str, str, str]


@dataclass(frozen=True)
class _Row:
    """An observation, its count of persons (None: unknown, or not of persons), and where it stands."""

    pk: int
    place: Place
    where: Where
    sex: str
    age: str
    deprivation: int
    count: int | None
    tiny: bool

    @property
    def whole(self) -> bool:
        return not (self.sex or self.age or self.deprivation)


@dataclass
class _Plan:
    """Tables, and which row each of their cells is."""

    tables: list[Table] = field(default_factory=list)
    rows: dict[tuple[str, tuple[str, ...]], _Row] = field(default_factory=dict)


def clear_pending() -> int:
    """Decide for every version and period that holds an undecided value; returns how many values were decided."""
    groups = (
        Observation.objects.filter(clearance=Clearance.PENDING)
        .order_by("version", "period")
        .values_list("version", "period")
        .distinct()
    )
    return sum(clear_group(version, period) for version, period in list(groups))


def clear_group(version: int, period: str) -> int:
    """Decide for one version and period, as a whole; returns how many decisions changed."""
    definition = DefinitionVersion.objects.select_related("definition").get(pk=version).definition
    observations = list(
        Observation.objects.group(version, period).select_related(
            "territory__region", "territory__department", "territory__epci"
        )
    )
    decided = decisions(observations, unit=definition.unit, counts_persons=definition.counts_persons)
    by_decision: dict[str, list[int]] = defaultdict(list)
    for one in observations:
        if one.clearance != decided[one.pk]:
            by_decision[decided[one.pk]].append(one.pk)
    for decision, keys in by_decision.items():
        for start in range(0, len(keys), CHUNK):
            with transaction.atomic():
                chunk = keys[start : start + CHUNK]
                Observation.objects.filter(pk__in=chunk).update(clearance=decision)
    return sum(len(keys) for keys in by_decision.values())


def decisions(observations: Sequence[Any], *, unit: str, counts_persons: bool) -> dict[int, str]:
    """{observation key: clearance}. Where nobody is counted, or no count is small, everything is open."""
    open_ones: dict[int, str] = {one.pk: Clearance.OPEN for one in observations}
    if not counts_persons:
        return open_ones
    rows = [_row(one, unit) for one in observations]
    threshold = settings.FABRIQUE_SMALL_CELL
    if not any(row.tiny or (row.count is not None and 0 < row.count < threshold) for row in rows):
        return open_ones
    # a small count is hidden even where it stands alone, in no table
    hidden = {
        row.pk: Clearance.SMALL.value
        for row in rows
        if row.tiny or (row.count is not None and 0 < row.count < threshold)
    }
    # a country narrower than its official outline is another population: it shares no total
    for scope in sorted({row.place[2] for row in rows}):
        inside = [row for row in rows if row.place[2] == scope]
        for pk, reason in _suppressed(inside, threshold).items():
            hidden.setdefault(pk, reason)
    return open_ones | hidden


def _row(one: Any, unit: str) -> _Row:
    count = _persons(one, unit)
    few = one.denominator is not None and one.denominator < settings.FABRIQUE_SMALL_CELL
    # a second value for the same thing is decided alone: it is no part of any sum
    small = count is not None and 0 < count < settings.FABRIQUE_SMALL_CELL
    place = (one.territory.level, one.territory.code, one.scope)
    where = _where(one.territory)
    if one.rank:
        return _Row(one.pk, place, where, one.sex, one.age, one.deprivation, None, few or small)
    return _Row(one.pk, place, where, one.sex, one.age, one.deprivation, count, few)


def _persons(one: Any, unit: str) -> int | None:
    """The count of persons behind a value, rounded down (never to nothing); None where it cannot be known."""
    found = one.numerator
    if found is None and unit == Unit.PERSONS:
        found = one.value
    if found is None and one.value is not None and one.denominator and unit in FACTORS:
        found = round(one.value * one.denominator / FACTORS[unit], 6)
    if found is None or found < 0:
        return None
    return max(math.floor(found), 1) if found else 0


def _where(territory: Any) -> Where:
    """The conditions that place a territory among those that contain it."""
    region = (("region", territory.region.code if territory.region else "-"),)
    level, code = territory.level, territory.code
    if level == Level.COUNTRY:
        return ()
    if level == Level.REGION:
        return (("region", code),)
    if level == Level.COMMUNE:
        return (*region, ("departement", territory.department.code), ("commune", code))
    return (*region, (level, code))


def _suppressed(rows: Sequence[_Row], threshold: int) -> dict[int, str]:
    """The rows to hide. Sums that do not hold (a source that rounds) are looked at one table at a time."""
    for linked in (True, False):
        plan = _planned(rows, linked)
        if not plan.tables:
            return {}
        try:
            released = disclose(plan.tables, threshold=threshold).tables
        except CoreError as error:
            if error.code == "disclosure.inconsistent" and linked:
                continue
            return {row.pk: Clearance.WITHHELD.value for row in rows if row.count is not None}
        found = {}
        for table in released:
            for place, cell in table.cells.items():
                row = plan.rows.get((table.key, place))
                if row is not None and isinstance(cell, Suppressed):
                    found[row.pk] = str(cell.reason)
        return found
    return {}


def _planned(rows: Sequence[_Row], linked: bool) -> _Plan:
    plan = _Plan()
    wholes = {row.where: row for row in rows if row.whole and row.count is not None}
    _add_territories(plan, wholes, linked)
    by_place: dict[Where, list[_Row]] = defaultdict(list)
    for row in rows:
        if not row.whole and row.count is not None:
            by_place[row.where].append(row)
    for where, parts in sorted(by_place.items()):
        for name, dims, cells in _breakdowns(parts):
            _add(plan, f"{name}:{where}", dims, cells, wholes.get(where), linked, where)
    return plan


def _add_territories(plan: _Plan, wholes: dict[Where, _Row], linked: bool) -> None:
    """Regions of the country, departments and intercommunalities of a region, communes of a department."""
    inside: dict[tuple[Where, str], dict[tuple[str, ...], _Row]] = defaultdict(dict)
    for where, row in wholes.items():
        if where:
            level, code = where[-1]
            inside[where[:-1], level][(code,)] = row
    for (above, level), cells in sorted(inside.items()):
        _add(plan, f"{level}:{above}", (level,), cells, wholes.get(above), linked, above)


def _breakdowns(
    parts: Iterable[_Row],
) -> list[tuple[str, tuple[str, ...], dict[tuple[str, ...], _Row]]]:
    """The rows of one territory as tables: bands of five years apart from broader ones, since they overlap."""
    tables: dict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], _Row]] = defaultdict(dict)
    for row in parts:
        named = [("sexe", row.sex), ("age", row.age), ("quintile", str(row.deprivation or ""))]
        present = [(dim, value) for dim, value in named if value]
        scheme = _scheme(row.age)
        dims = tuple(f"age {scheme}" if dim == "age" else dim for dim, _value in present)
        tables[f"{scheme}:{dims}", dims][tuple(value for _dim, value in present)] = row
    return [(name, dims, cells) for (name, dims), cells in sorted(tables.items())]


def _scheme(age: str) -> str:
    if not age:
        return ""
    low, high = age_bounds(age)
    five = high - low == _FIVE_YEARS or (high > low + 50 and low in (85, 90, 95))
    return "cinq ans" if five else "tranches"


def _add(
    plan: _Plan,
    key: str,
    dims: tuple[str, ...],
    cells: dict[tuple[str, ...], _Row],
    total: _Row | None,
    linked: bool,
    where: Where = (),
) -> None:
    """One table; what its total holds beyond its cells is a cell too."""
    counts = {place: row.count or 0 for place, row in cells.items()}
    whole = sum(counts.values())
    together = linked
    if total is not None and total.count is not None:
        if total.count > whole:
            counts[tuple(REST for _dim in dims)] = total.count - whole
        elif total.count < whole:
            together = False
    population = "ensemble" if together else key
    plan.tables.append(Table(key=key, dims=dims, cells=counts, population=population, where=where))
    plan.rows.update({(key, place): row for place, row in cells.items()})
    if total is not None:
        plan.rows[key, tuple(TOTAL for _dim in dims)] = total
