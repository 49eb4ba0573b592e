"""The map of participation: departments of the perimeter, shaded by answers for 10,000 inhabitants.

Fed by released counts and by the outlines of territories/data. Feeds web/shared/results/templates/results/carte.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from fabrique.territories.models import Territory

CLASSES = 5


@dataclass(frozen=True)
class Shape:
    """One department: its outline, its shade from 1 to 5 (0 where its count is held back), its row of the table."""

    code: str
    name: str
    path: str
    shade: int
    count: int | None
    rate: float | None


@dataclass(frozen=True)
class Drawing:
    """The map with its legend: `steps` are the lower bounds of the shades."""

    view_box: str
    shapes: list[Shape]
    steps: list[float]
    elsewhere: list[dict[str, Any]]
    lowest: Shape | None = None
    highest: Shape | None = None

    @property
    def secret(self) -> bool:
        """Whether the count of some department is held back."""
        return any(shape.count is None for shape in self.shapes)


def draw(rows: Sequence[Mapping[str, Any]], perimeter: Territory) -> Drawing:
    """Rows are [{key: department code, label, count}]; those without an outline in the perimeter go apart."""
    departments = {row.code: row for row in Territory.objects.departments().within(perimeter)}
    outlines = _outlines()
    counts = {row["key"]: row["count"] for row in rows}
    rates = {
        code: 10_000 * counts[code] / department.population
        for code, department in departments.items()
        if counts.get(code) is not None and department.population
    }
    steps = _steps(sorted(rates.values()))
    shapes = [
        Shape(
            code,
            department.name,
            outlines["paths"].get(code, ""),
            0 if code not in rates else max(1, sum(rates[code] >= step for step in steps)),
            counts.get(code),
            rates.get(code),
        )
        for code, department in sorted(departments.items())
    ]
    elsewhere = [dict(row) for row in rows if row["key"] not in departments]
    known = sorted((shape for shape in shapes if shape.rate is not None), key=lambda shape: shape.rate or 0)
    ends = (known[0], known[-1]) if len(known) > 1 else (None, None)
    return Drawing(_view_box(outlines["boxes"], departments), shapes, steps, elsewhere, *ends)


def _steps(ordered: list[float]) -> list[float]:
    """Lower bounds of at most five classes of about equal numbers of departments, each once."""
    places = (
        {min(len(ordered) - 1, len(ordered) * part // CLASSES) for part in range(CLASSES)}
        if ordered
        else set()
    )
    return sorted({ordered[place] for place in places})


@lru_cache(maxsize=1)
def _outlines() -> dict[str, Any]:
    """The simplified outlines of all departments: {"paths": {code: path}, "boxes": {code: [x0, y0, x1, y1]}}."""
    data: dict[str, Any] = json.loads(
        (files("fabrique.territories") / "data" / "outlines.json").read_text("utf-8")
    )
    return data


def _view_box(boxes: Mapping[str, Sequence[float]], codes: Iterable[str]) -> str:
    """The smallest frame that holds these departments, with a small margin."""
    kept = [boxes[code] for code in codes if code in boxes]
    if not kept:
        return "0 0 1 1"
    left, top = min(box[0] for box in kept) - 2, min(box[1] for box in kept) - 2
    right, bottom = max(box[2] for box in kept) + 2, max(box[3] for box in kept) + 2
    return f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"
