"""Suppression of small cells, and of what would give them away, over a whole plan of tables.
Fed with every table of counts of persons about to be released together, totals included.
Feeds public pages, exports and the API: no count leaves by another way.

Choices, in words:
- a count from 1 to threshold - 1 is suppressed ('small'), and so is a 0 whose group (any total it adds up to)
  is itself small, since 0 % and 100 % of a small group speak of each of its members; other zeros are shown,
  and so is the 0 of a group shown to be empty;
- a further cell is suppressed ('complementary', never a zero) where the suppressed cells of one line would
  sum to fewer persons than the threshold, or where a reader who knows these rules and every published number
  could work out a suppressed one exactly;
- where only zeros are left to show and the reasons themselves would tell a count, every suppressed cell of
  the population takes one reason that tells nothing ('withheld');
- the same cell (same population, same conditions) is one cell in all tables, shown in all or in none.
What is guarded against is the whole plan: tables released later must be disclosed together with the earlier
ones. Exact recovery is excluded; a narrow range is not. Sources: L. Willenborg and T. de Waal, "Elements of
Statistical Disclosure Control" (2001); INSEE, guide du secret statistique (threshold of 11).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

from fabrique_core.errors import CoreError
from fabrique_core.estimate.disclosure_audit import Line, exposed_cells

DEFAULT_THRESHOLD = 11
LEAST_THRESHOLD = 3
MAX_DIMENSIONS = 4
TOTAL = "*"

Reason = Literal["small", "complementary", "withheld"]
CellKey = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A count that is not shown, and why."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of persons by the categories of ``dims``, which share out the population (each person once).

    ``cells`` maps one category a dimension to a count; a combination left out counts 0. ``population`` names
    who is counted, ``where`` the conditions already set (a table of one department of a wider table).
    """

    key: str
    dims: tuple[str, ...]
    cells: Mapping[tuple[str, ...], int]
    population: str = "all"
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """A table fit to publish: every cell and every total (``TOTAL`` in place of a category)."""

    key: str
    dims: tuple[str, ...]
    cells: Mapping[tuple[str, ...], int | Suppressed]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The released ``tables`` in the order of the plan; numbers of distinct cells held back, by reason."""

    tables: tuple[ReleasedTable, ...]
    threshold: int
    small: int
    complementary: int
    withheld: int = 0


def disclose(plan: Sequence[Table], *, threshold: int = DEFAULT_THRESHOLD) -> Disclosure:
    """Every table of ``plan`` with totals, small cells and what would betray them suppressed. Deterministic.

    Raises ``CoreError``: 'disclosure.threshold' (under 3: the reason alone would tell the count),
    'disclosure.key' (two tables of one key), 'disclosure.table' (wrong dimensions, categories or counts),
    'disclosure.inconsistent' (one cell with two values in two tables), 'disclosure.exposed' (no cell left to
    hide: nothing is released), 'disclosure.solver' (the audit failed: nothing is released).
    """
    if threshold < LEAST_THRESHOLD:
        raise CoreError("disclosure.threshold", threshold=threshold)
    counts, lines, layouts = _assemble(plan)
    reasons = _suppress(counts, lines, threshold)
    released = tuple(
        ReleasedTable(
            table.key,
            table.dims,
            {place: _shown(cell, counts, reasons) for place, cell in layout.items()},
        )
        for table, layout in zip(plan, layouts, strict=True)
    )
    found = Counter(reasons.values())
    return Disclosure(released, threshold, found["small"], found["complementary"], found["withheld"])


def _shown(
    cell: CellKey, counts: Mapping[CellKey, int], reasons: Mapping[CellKey, Reason]
) -> int | Suppressed:
    return Suppressed(reasons[cell]) if cell in reasons else counts[cell]


def _assemble(
    plan: Sequence[Table],
) -> tuple[dict[CellKey, int], list[Line[CellKey]], list[dict[tuple[str, ...], CellKey]]]:
    """All distinct cells with their counts, all lines (a total and its parts), and where cells stand."""
    counts: dict[CellKey, int] = {}
    lines: dict[Line[CellKey], None] = {}
    layouts: list[dict[tuple[str, ...], CellKey]] = []
    if len({table.key for table in plan}) != len(plan):
        raise CoreError("disclosure.key")
    for table in plan:
        categories = _categories(table)
        layout: dict[tuple[str, ...], CellKey] = {}
        for place, count in _with_totals(table, categories):
            cell = _cell_key(table, place)
            layout[place] = cell
            if counts.setdefault(cell, count) != count:
                raise CoreError("disclosure.inconsistent", table=table.key, place=place)
        for place in layout:
            for axis, category in enumerate(place):
                if category == TOTAL:
                    parts = tuple(
                        layout[(*place[:axis], part, *place[axis + 1 :])] for part in categories[axis]
                    )
                    lines[Line(layout[place], parts)] = None
        layouts.append(layout)
    return counts, list(lines), layouts


def _categories(table: Table) -> list[tuple[str, ...]]:
    """Sorted categories of each dimension; refuses a table that cannot be read."""
    fixed = {name for name, _ in table.where}
    names = [*table.dims, *fixed]
    good = len(set(names)) == len(table.dims) + len(table.where) and len(table.dims) <= MAX_DIMENSIONS
    for place, count in table.cells.items():
        good = good and len(place) == len(table.dims) and TOTAL not in place
        good = good and isinstance(count, int) and not isinstance(count, bool) and count >= 0
    if not good or not table.cells:
        raise CoreError("disclosure.table", table=table.key)
    return [tuple(sorted({place[axis] for place in table.cells})) for axis in range(len(table.dims))]


def _with_totals(
    table: Table, categories: Sequence[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], int]]:
    axes = range(len(table.dims))
    sums: dict[tuple[str, ...], int] = {}
    for place in product(*categories):
        count = table.cells.get(place, 0)
        for size in range(len(table.dims) + 1):
            for summed in combinations(axes, size):
                total = tuple(TOTAL if axis in summed else place[axis] for axis in axes)
                sums[total] = sums.get(total, 0) + count
    return iter(sums.items())


def _cell_key(table: Table, place: tuple[str, ...]) -> CellKey:
    conditions = {(dim, value) for dim, value in zip(table.dims, place, strict=True) if value != TOTAL}
    return table.population, frozenset(conditions | set(table.where))


def _suppress(
    counts: Mapping[CellKey, int], lines: Sequence[Line[CellKey]], threshold: int
) -> dict[CellKey, Reason]:
    reasons: dict[CellKey, Reason] = dict.fromkeys(_small(counts, lines, threshold), "small")
    while True:
        for line in lines:
            added = _thin_line(line, counts, reasons, threshold)
            while added is not None:
                reasons[added] = "complementary"
                added = _thin_line(line, counts, reasons, threshold)
        if any(_thin_line(line, counts, reasons, threshold) is not None for line in lines):
            continue
        exposed = exposed_cells(counts, lines, reasons, threshold)
        if not exposed:
            return reasons
        _cover(exposed, counts, lines, reasons)


def _small(counts: Mapping[CellKey, int], lines: Sequence[Line[CellKey]], threshold: int) -> set[CellKey]:
    """Cells under the threshold, and zeros of a small group unless a shown empty group says them anyway."""
    small = {cell for cell, count in counts.items() if 0 < count < threshold}
    growing = True
    while growing:
        parts = {part for line in lines if line.total in small for part in line.parts}
        growing = not parts <= small
        small |= parts
    shrinking = True
    while shrinking:
        empty = [line for line in lines if counts[line.total] == 0 and line.total not in small]
        told = {part for line in empty for part in line.parts} & small
        shrinking = bool(told)
        small -= told
    return small


def _thin_line(
    line: Line[CellKey], counts: Mapping[CellKey, int], reasons: Mapping[CellKey, Reason], threshold: int
) -> CellKey | None:
    """The cell to add where the hidden parts of a shown total are one alone or fewer than the threshold.

    A hidden total with every part shown is the same fault seen from the other side.
    """
    hidden = [part for part in line.parts if part in reasons]
    if line.total in reasons:
        return None if hidden else _cheapest(line.parts, counts, reasons)
    if not hidden or (len(hidden) > 1 and sum(counts[part] for part in hidden) >= threshold):
        return None
    return _cheapest(line.parts, counts, reasons) or _cheapest((line.total,), counts, reasons)


def _cover(
    exposed: Sequence[CellKey],
    counts: Mapping[CellKey, int],
    lines: Sequence[Line[CellKey]],
    reasons: dict[CellKey, Reason],
) -> None:
    """Hide one more cell against the first exposed one; where none is left, take the reasons away."""
    for cell in exposed:
        near = [line for line in lines if cell in (line.total, *line.parts)]
        parts = [part for line in near for part in line.parts]
        # Beside it first, then above it, then anywhere in its population.
        for candidates in (parts, [line.total for line in near], [c for c in counts if c[0] == cell[0]]):
            added = _cheapest(candidates, counts, reasons)
            if added is not None:
                reasons[added] = "complementary"
                return
    populations = {cell[0] for cell in exposed if reasons[cell] != "withheld"}
    if not populations:
        raise CoreError("disclosure.exposed", cells=len(exposed))
    reasons.update({cell: "withheld" for cell in reasons if cell[0] in populations})


def _cheapest(
    cells: Sequence[CellKey], counts: Mapping[CellKey, int], reasons: Mapping[CellKey, Reason]
) -> CellKey | None:
    """The shown cell of the smallest positive count, finest cells first; a zero hides nothing."""
    shown = [cell for cell in cells if cell not in reasons and counts[cell] > 0]
    return min(shown, key=lambda cell: (counts[cell], -len(cell[1]), cell[0], sorted(cell[1])), default=None)
