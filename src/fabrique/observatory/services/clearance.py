"""Statistical secrecy: which values may leave, decided for a whole indicator and period at once.

Fed by recording, after each file. Feeds Observation.clearance, which services.public obeys. The only caller of
disclose() in the observatory; an architecture test says so.

Counts of persons are laid out in tables that share their totals: departments of a region, intercommunalities of a
region and of the department that holds them whole, communes of a department and of an intercommunality, for all
persons and for each sex, age and quintile; sexes and ages and quintiles of each territory; narrow ages inside broad
ones. What a source leaves out is one more cell, « reste », so that a difference betrays nothing.

Two versions of a definition say one period twice: the newest value of each cell is in the tables, the older one is
withheld as soon as anything of the period is hidden. Three years together are withheld where a year of them is.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from fabrique.observatory.enums import FACTORS, Clearance, Unit
from fabrique.observatory.models import IndicatorDefinition, Observation
from fabrique.observatory.services.cells import age_bounds
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique_core.errors import CoreError
from fabrique_core.estimate.disclosure import TOTAL, ReleasedTable, Suppressed, Table, disclose

CHUNK = 500
REST = "reste"
#: tables that are taken apart one at a time before all are
MOST_APART = 100
Where = tuple[tuple[str, str], ...]
#: (level, code, scope)
Place = tuple[str, str, str]
#: (sex, age, quintile)
Key = tuple[str, str, str]
WHOLE: Key = ("", "", "")


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
    #: the intercommunality or department that holds it too, beside its usual place
    also: Where = ()

    @property
    def key(self) -> Key:
        return self.sex, self.age, str(self.deprivation or "")

    @property
    def whole(self) -> bool:
        return self.key == WHOLE


@dataclass
class _Plan:
    """Tables, and which row each of their cells is."""

    tables: list[Table] = field(default_factory=list)
    rows: dict[tuple[str, tuple[str, ...]], _Row] = field(default_factory=dict)


def clear_pending() -> int:
    """Decide for every indicator and period that holds an undecided value; returns how many decisions were stored.

    Periods that hold one of them wait first, masked like it: interrupted anywhere, the next call takes them up.
    """
    groups = (
        Observation.objects.filter(clearance=Clearance.PENDING)
        .order_by("version__definition_id", "period")
        .values_list("version__definition_id", "period")
        .distinct()
    )
    pending: dict[int, set[str]] = defaultdict(set)
    for definition, period in groups:
        pending[definition].add(period)
    changed = 0
    for definition, periods in pending.items():
        pooled = _pooled(definition, periods)
        for words in pooled:
            rows = Observation.objects.filter(version__definition=definition, period=words)
            held = list(rows.filter(clearance=Clearance.OPEN))
            _store(held, {one.pk: Clearance.PENDING.value for one in held})
        changed += sum(clear_group(definition, words) for words in sorted(periods - pooled.keys()))
        changed += _clear_pooled(definition, pooled)
    return changed


def clear_group(definition: int, period: str) -> int:
    """Decide for one indicator and period, all its versions together; returns how many decisions changed."""
    return _store(*_decided(IndicatorDefinition.objects.get(pk=definition), period))


def _decided(indicator: IndicatorDefinition, period: str) -> tuple[list[Any], dict[int, str]]:
    """(the values of the period, what each may do by the tables of that period alone)."""
    observations = list(
        Observation.objects.group(indicator.pk, period).select_related(
            "territory__region", "territory__department", "territory__epci"
        )
    )
    newest, older = _versions_apart(observations)
    homes = homes_of({one.territory.code for one in observations if one.territory.level == Level.EPCI})
    decided: dict[int, str] = {}
    for rows in (newest, older):
        decided |= decisions(rows, unit=indicator.unit, counts_persons=indicator.counts_persons, homes=homes)
    if any(decision != Clearance.OPEN for decision in decided.values()):
        decided |= {one.pk: Clearance.WITHHELD for one in older if decided[one.pk] == Clearance.OPEN}
    return observations, decided


def _versions_apart(observations: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """The newest value of each cell, and those that it replaces."""
    last: dict[tuple[Any, ...], int] = {}
    cells = [(*_cell(one), one.rank) for one in observations]
    for cell, one in zip(cells, observations, strict=True):
        last[cell] = max(last.get(cell, 0), one.version.number)
    newest = [one for cell, one in zip(cells, observations, strict=True) if last[cell] == one.version.number]
    kept = {one.pk for one in newest}
    return newest, [one for one in observations if one.pk not in kept]


def _store(observations: Sequence[Any], decided: Mapping[int, str]) -> int:
    by_decision: dict[str, list[int]] = defaultdict(list)
    for one in observations:
        if one.clearance != decided[one.pk]:
            by_decision[decided[one.pk]].append(one.pk)
    # what is hidden first: interrupted, no value is open beside one that is still to be hidden
    for decision, keys in sorted(by_decision.items(), key=lambda one: one[0] == Clearance.OPEN):
        for start in range(0, len(keys), CHUNK):
            with transaction.atomic():
                chunk = keys[start : start + CHUNK]
                Observation.objects.filter(pk__in=chunk).update(clearance=decision)
    return sum(len(keys) for keys in by_decision.values())


def _pooled(definition: int, pending: Collection[str]) -> dict[str, list[str]]:
    """{period: those that it holds}, of the periods to decide with these; none where nobody is counted."""
    rows = Observation.objects.filter(
        version__definition=definition, version__definition__counts_persons=True
    )
    spans = rows.order_by().values_list("period", "period_start", "period_end").distinct()
    found = periods_within({words: (start, end) for words, start, end in spans})
    return {words: held for words, held in found.items() if not {words, *held}.isdisjoint(pending)}


def _clear_pooled(definition: int, pooled: Mapping[str, Sequence[str]]) -> int:
    """Periods that hold others: withheld whole where one of those hides anything, or where a few persons are left.

    Decided again each time one of them is, since a year may come after the three years that hold it.
    """
    indicator = IndicatorDefinition.objects.get(pk=definition)
    changed = 0
    for words, held in pooled.items():
        whole, decided = _decided(indicator, words)
        rows = Observation.objects.filter(version__definition=definition, period__in=held)
        inside = list(rows.order_by("period_start", "period_end", "pk"))
        hidden = any(one.clearance != Clearance.OPEN for one in inside)
        hidden = hidden or any(told != Clearance.OPEN for told in decided.values())
        if hidden or _few_left(whole, inside, indicator.unit):
            valued = (one.pk for one in whole if one.value is not None)
            decided |= {pk: Clearance.WITHHELD for pk in valued if decided[pk] == Clearance.OPEN}
        changed += _store(whole, decided)
    return changed


def periods_within(spans: Mapping[str, tuple[date, date]]) -> dict[str, list[str]]:
    """{period: those that it holds, in order of time}, for the periods that hold others, the shortest first."""
    found = {}
    for words, (start, end) in sorted(spans.items(), key=lambda one: one[1][1] - one[1][0]):
        held = [
            other
            for other, span in sorted(spans.items(), key=lambda one: one[1])
            if span != (start, end) and start <= span[0] and span[1] <= end
        ]
        if held:
            found[words] = held
    return found


def _few_left(whole: Iterable[Any], inside: Iterable[Any], unit: str) -> bool:
    """Whether some value less one of its years, or less all of them that follow one another, is a few persons."""
    years: dict[tuple[Any, ...], list[tuple[Any, int]]] = defaultdict(list)
    for one in inside:
        count = None if one.rank else _persons(one, unit)
        if count is not None:
            years[_cell(one)].append((one, count))
    for pooled in whole:
        total = _persons(pooled, unit)
        if total is None:
            continue
        after: date | None = None
        together = 0
        lefts = []
        for one, count in years[_cell(pooled)]:
            lefts.append(total - count)
            if after is None or one.period_start > after:
                after, together = one.period_end, together + count
        if any(0 < left < settings.FABRIQUE_SMALL_CELL for left in (*lefts, total - together)):
            return True
    return False


def _cell(one: Any) -> tuple[Any, ...]:
    return (one.territory_id, one.sex, one.age, one.deprivation, one.scope)


def homes_of(codes: Collection[str]) -> dict[str, str]:
    """{code of an intercommunality: code of its department}, for those that one department holds whole."""
    found: dict[str, set[str]] = defaultdict(set)
    for epci, department in (
        Territory.objects.filter(level=Level.COMMUNE, epci__code__in=codes)
        .order_by()
        .values_list("epci__code", "department__code")
        .distinct()
    ):
        found[epci].add(department)
    return {epci: next(iter(held)) for epci, held in found.items() if len(held) == 1}


def decisions(
    observations: Sequence[Any], *, unit: str, counts_persons: bool, homes: Mapping[str, str] | None = None
) -> dict[int, str]:
    """{observation key: clearance}. Where nobody is counted, or no count is small, everything is open.

    `homes` gives the department of each intercommunality that lies in one only.
    """
    open_ones: dict[int, str] = {one.pk: Clearance.OPEN for one in observations}
    if not counts_persons:
        return open_ones
    rows = [_row(one, unit, homes or {}) for one in observations]
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


def _row(one: Any, unit: str, homes: Mapping[str, str]) -> _Row:
    count = _persons(one, unit)
    few = one.denominator is not None and one.denominator < settings.FABRIQUE_SMALL_CELL
    small = count is not None and 0 < count < settings.FABRIQUE_SMALL_CELL
    place = (one.territory.level, one.territory.code, one.scope)
    where, also = _where(one.territory), _also(one.territory, homes)
    if one.rank:
        # a second value for the same thing is decided alone: it is no part of any sum
        return _Row(one.pk, place, where, one.sex, one.age, one.deprivation, None, few or small, also)
    return _Row(one.pk, place, where, one.sex, one.age, one.deprivation, count, few, also)


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


def _also(territory: Any, homes: Mapping[str, str]) -> Where:
    """The second way to place a territory: a commune in its intercommunality, this one in its department."""
    region = (("region", territory.region.code if territory.region else "-"),)
    if territory.level == Level.COMMUNE and getattr(territory, "epci", None):
        return (*region, ("epci", territory.epci.code), ("commune", territory.code))
    if territory.level == Level.EPCI and territory.code in homes:
        return (*region, ("departement", homes[territory.code]), ("epci", territory.code))
    return ()


def _suppressed(rows: Sequence[_Row], threshold: int) -> dict[int, str]:
    """The rows to hide. A table whose sums do not hold (a source that rounds) is looked at apart."""
    layers, crossing = _layers({row.age for row in rows if row.age})
    astride = [row for row in rows if row.age in crossing]
    plan = _planned([row for row in rows if row.age not in crossing], layers)
    if not plan.tables:
        return {}
    try:
        released = _released(plan, threshold)
    except CoreError:
        return {row.pk: Clearance.WITHHELD.value for row in rows if row.count is not None}
    found = {}
    for table in released:
        for place, cell in table.cells.items():
            row = plan.rows.get((table.key, place))
            if row is not None and isinstance(cell, Suppressed):
                found[row.pk] = str(cell.reason)
    # ages astride others are in no table: none is shown where anything is hidden
    if found or any(row.count is not None and 0 < row.count < threshold for row in astride):
        found.update({row.pk: Clearance.WITHHELD.value for row in astride})
    return found


def _released(plan: _Plan, threshold: int) -> tuple[ReleasedTable, ...]:
    """The tables as disclose() lets them out; those that contradict another are taken out of the whole."""
    apart: set[str] = set()
    while True:
        tables = [replace(one, population=one.key) if one.key in apart else one for one in plan.tables]
        try:
            return disclose(tables, threshold=threshold).tables
        except CoreError as error:
            if error.code != "disclosure.inconsistent" or len(apart) == len(tables):
                raise
            apart.add(str(error.params["table"]))
            if len(apart) > MOST_APART:
                apart = {one.key for one in tables}


def _layers(ages: Iterable[str]) -> tuple[dict[str, int], set[str]]:
    """({band: layer}, bands astride others). Bands of one layer never overlap; layer 0 holds the narrowest.

    A band of an upper layer holds whole bands of the lower ones; one that cuts a narrower band in two is astride.
    """
    layers: dict[str, int] = {}
    astride: set[str] = set()
    for band in sorted(ages, key=lambda one: (_width(one), age_bounds(one))):
        met = [other for other in layers if _overlap(band, other)]
        if all(_inside(other, band) for other in met):
            layers[band] = 1 + max((layers[other] for other in met), default=-1)
        else:
            astride.add(band)
    return layers, astride


def _width(band: str) -> int:
    low, high = age_bounds(band)
    return high - low


def _overlap(one: str, other: str) -> bool:
    (low, high), (other_low, other_high) = age_bounds(one), age_bounds(other)
    return low <= other_high and other_low <= high


def _inside(narrow: str, broad: str) -> bool:
    (low, high), (broad_low, broad_high) = age_bounds(narrow), age_bounds(broad)
    return broad_low <= low and high <= broad_high


def _planned(rows: Sequence[_Row], layers: Mapping[str, int]) -> _Plan:
    plan = _Plan()
    by_key: dict[Key, dict[Where, _Row]] = defaultdict(dict)
    by_place: dict[Where, dict[Key, _Row]] = defaultdict(dict)
    for row in rows:
        if row.count is not None:
            by_key[row.key][row.where] = by_place[row.where][row.key] = row
    for key, found in sorted(by_key.items()):
        _add_territories(plan, found, _conditions(key, layers), by_place)
    for where, parts in sorted(by_place.items()):
        _add_breakdowns(plan, where, parts, layers)
        _add_nested(plan, where, parts, layers)
    return plan


def _conditions(key: Key, layers: Mapping[str, int]) -> Where:
    """A sex, an age and a quintile as the conditions of a cell."""
    sex, age, quintile = key
    named = (("sexe", sex), (f"age {layers.get(age, '')}", age), ("quintile", quintile))
    return tuple((dim, value) for dim, value in named if value)


def _add_territories(
    plan: _Plan,
    rows: Mapping[Where, _Row],
    who: Where,
    by_place: Mapping[Where, Mapping[Key, _Row]],
) -> None:
    """Regions of the country, departments and intercommunalities of a region, communes of a department…"""
    inside: dict[tuple[Where, str], dict[tuple[str, ...], _Row]] = defaultdict(dict)
    for where, row in rows.items():
        for way in (where, row.also):
            if way:
                level, code = way[-1]
                inside[way[:-1], level][(code,)] = row
    for (above, level), cells in sorted(inside.items()):
        second = any(row.also and row.also[:-1] == above for row in cells.values())
        ways = {
            way[:size] for row in cells.values() for way in (row.where, row.also) for size in range(len(way))
        }
        # no sum of these is known unless a territory above is given, by sexes or ages if these are
        known = any(by_place.get(way, {}).keys() - ({WHOLE} if who else set()) for way in ways)
        if known or not (who or second):
            _add(plan, f"{level}:{above}:{who}", (level,), cells, rows.get(above), (*above, *who))
            if second:
                for row in cells.values():
                    _same(plan, row, who)


def _same(plan: _Plan, row: _Row, who: Where) -> None:
    """One territory placed in two ways is one cell: each way has the other's condition for its only part."""
    ways = (row.where, row.also)
    everything = dict(row.where) | dict(row.also)
    for way in ways:
        more = tuple(dim for dim in sorted(everything) if dim not in dict(way))
        if more:
            cells = {tuple(everything[dim] for dim in more): row}
            _add(plan, f"idem:{way}:{who}", more, cells, row, (*way, *who))


def _add_nested(plan: _Plan, where: Where, parts: Mapping[Key, _Row], layers: Mapping[str, int]) -> None:
    """Narrow ages inside each broader one, layer by layer, for each sex and quintile of one territory."""
    for key, broad in parts.items():
        held: dict[int, list[_Row]] = defaultdict(list)
        for other, row in parts.items():
            same = (other[0], other[2]) == (key[0], key[2])
            if same and key[1] and other[1] and other != key and _inside(other[1], key[1]):
                held[layers[other[1]]].append(row)
        above = (*where, *_conditions(key, layers))
        for layer, rows in sorted(held.items()):
            dims = (f"age {layer}",)
            _add(plan, f"dans:{above}:{layer}", dims, {(row.age,): row for row in rows}, broad, above)
            for row in rows:
                place = (*where, *_conditions(row.key, layers))
                cells: dict[tuple[str, ...], _Row] = {(key[1],): row}
                _add(plan, f"idem:{place}:{key[1]}", (f"age {layers[key[1]]}",), cells, row, place)


def _add_breakdowns(plan: _Plan, where: Where, parts: Mapping[Key, _Row], layers: Mapping[str, int]) -> None:
    """Sexes, ages, quintiles of one territory, the two others fixed; a broad age and narrow ones stay apart."""
    tables: dict[tuple[str, Where], dict[tuple[str, ...], _Row]] = defaultdict(dict)
    totals: dict[tuple[str, Where], _Row | None] = {}
    for key, row in parts.items():
        for axis, value in enumerate(key):
            if value:
                above = (*key[:axis], "", *key[axis + 1 :])
                fixed = _conditions((above[0], above[1], above[2]), layers)
                [dim] = (name for name, _ in _conditions(key, layers) if name not in dict(fixed))
                tables[dim, fixed][(value,)] = row
                totals[dim, fixed] = parts.get((above[0], above[1], above[2]))
    for (dim, fixed), cells in sorted(tables.items()):
        place = (*where, *fixed)
        _add(plan, f"{dim}:{place}", (dim,), cells, totals[dim, fixed], place)


def _add(
    plan: _Plan,
    key: str,
    dims: tuple[str, ...],
    cells: Mapping[tuple[str, ...], _Row],
    total: _Row | None,
    where: Where,
) -> None:
    """One table; what its total holds beyond its cells is a cell too."""
    counts = {place: row.count or 0 for place, row in cells.items()}
    whole = sum(counts.values())
    together = True
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
