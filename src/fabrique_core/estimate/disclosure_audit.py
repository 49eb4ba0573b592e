"""What a reader who knows the rules could still work out from a set of released tables.
Fed with cells, their lines (a total and its parts) and the reasons of the suppressed ones.
Feeds ``disclosure``, which goes on suppressing until nothing is exposed.

A suppressed cell is exposed when it has the same value in every table of whole numbers that agrees with all
that is published and with the rules of suppression. The true table is one solution; integer programming looks
for another one. Source: M. Fischetti and J. J. Salazar, "Solving the cell suppression problem" (2001), the
attacker's problems.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from fabrique_core.errors import CoreError

Cell = TypeVar("Cell", bound=Hashable)
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line(Generic[Cell]):
    """A ``total`` equal to the sum of its ``parts``."""

    total: Cell
    parts: tuple[Cell, ...]


def exposed_cells(
    counts: Mapping[Cell, int], lines: Sequence[Line[Cell]], reasons: Mapping[Cell, str], threshold: int
) -> list[Cell]:
    """Suppressed cells that can be worked out exactly, in the order of ``counts``.

    Raises ``CoreError('disclosure.solver')`` where the solver gives no answer: nothing is then released.
    """
    hidden = [cell for cell in counts if cell in reasons]
    bounds = _known_bounds(hidden, lines, reasons, threshold, ceiling=2 * sum(counts.values()) + threshold)
    exposed: list[Cell] = []
    for cells, members in _components(hidden, lines):
        exposed.extend(_exposed_in(cells, members, counts, bounds))
    order = {cell: position for position, cell in enumerate(hidden)}
    return sorted(exposed, key=order.__getitem__)


def _known_bounds(
    hidden: Sequence[Cell],
    lines: Sequence[Line[Cell]],
    reasons: Mapping[Cell, str],
    threshold: int,
    *,
    ceiling: int,
) -> dict[Cell, tuple[int, int]]:
    """Least and greatest count that the reason alone tells of each hidden cell.

    'small' is under the threshold, and not 0 unless one of its groups is small; 'complementary' reaches it;
    'withheld' tells nothing.
    """
    in_small_group = {part for line in lines if reasons.get(line.total) == "small" for part in line.parts}
    known = {"complementary": (threshold, ceiling), "withheld": (0, ceiling)}
    return {
        cell: known.get(reasons[cell], (0 if cell in in_small_group else 1, threshold - 1)) for cell in hidden
    }


def _components(
    hidden: Sequence[Cell], lines: Sequence[Line[Cell]]
) -> list[tuple[list[Cell], list[Line[Cell]]]]:
    """Hidden cells grouped by the lines that tie them: what is published cuts a plan into small problems."""
    parent: dict[Cell, Cell] = {cell: cell for cell in hidden}

    def root(cell: Cell) -> Cell:
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    tied: list[tuple[Cell, Line[Cell]]] = []
    for line in lines:
        concerned = [cell for cell in (line.total, *line.parts) if cell in parent]
        for other in concerned[1:]:
            parent[root(other)] = root(concerned[0])
        if concerned:
            tied.append((concerned[0], line))
    groups: dict[Cell, tuple[list[Cell], list[Line[Cell]]]] = {}
    for cell in hidden:
        groups.setdefault(root(cell), ([], []))[0].append(cell)
    for cell, line in tied:
        groups[root(cell)][1].append(line)
    return list(groups.values())


def _exposed_in(
    cells: Sequence[Cell],
    lines: Sequence[Line[Cell]],
    counts: Mapping[Cell, int],
    bounds: Mapping[Cell, tuple[int, int]],
) -> list[Cell]:
    """Cells of one component for which no other solution than the true one exists."""
    column = {cell: position for position, cell in enumerate(cells)}
    matrix = np.zeros((len(lines), len(cells)))
    for row, line in enumerate(lines):
        if line.total in column:
            matrix[row, column[line.total]] -= 1
        for part in line.parts:
            if part in column:
                matrix[row, column[part]] += 1
    true = np.array([counts[cell] for cell in cells], dtype=float)
    low = np.array([bounds[cell][0] for cell in cells], dtype=float)
    high = np.array([bounds[cell][1] for cell in cells], dtype=float)
    varied = np.zeros(len(cells), dtype=bool)
    exposed: list[Cell] = []
    for position, cell in enumerate(cells):
        for direction in (1.0, -1.0):
            if not varied[position]:
                varied |= _other_solution(matrix, true, low, high, position, direction) != true
        if not varied[position]:
            exposed.append(cell)
    return exposed


def _other_solution(
    matrix: Array, true: Array, low: Array, high: Array, position: int, direction: float
) -> Array:
    """The solution in whole numbers where one cell is smallest (direction 1) or largest (-1)."""
    objective = np.zeros(len(true))
    objective[position] = direction
    constraints = [LinearConstraint(matrix, matrix @ true, matrix @ true)] if len(matrix) else []
    result = milp(
        objective, constraints=constraints, integrality=np.ones(len(true)), bounds=Bounds(low, high)
    )
    if result.x is None:
        raise CoreError("disclosure.solver", status=int(result.status))
    found: Array = np.rint(result.x)
    # An answer that rounding makes false proves nothing: the cell then counts as exposed.
    return found if np.array_equal(matrix @ found, matrix @ true) else true
