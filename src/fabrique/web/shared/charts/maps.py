"""A map of departments or of intercommunalities shaded by one indicator.

Fed by cleared values and the outlines of territories/data. Feeds templates/charts/carte.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from fabrique.territories.enums import Level
from fabrique.web.shared.charts.scales import class_of, classes

FILES = {Level.DEPARTMENT: "outlines.json", Level.EPCI: "outlines_epci_76.json"}
#: what a PDF draws: it reads no style sheet inside a drawing. The same shades as graphiques.css by daylight
SHADES = ("#ffffff", "#cfe4e7", "#9cc8ce", "#5fa3ad", "#2c7c88", "#0b4a55")


@dataclass(frozen=True, slots=True)
class Shape:
    """A territory: its outline, its shade from 1 to 5, 0 where the value is masked or missing."""

    code: str
    name: str
    path: str
    shade: int
    words: str
    #: the page of the territory: for a pointer only, a list of links stands beside such a map
    href: str = ""

    @property
    def colour(self) -> str:
        return SHADES[self.shade]


@dataclass(frozen=True, slots=True)
class Step:
    """A class of the legend: at least ``low``, and under ``high`` where there is a class above."""

    shade: int
    low: float
    high: float | None

    @property
    def colour(self) -> str:
        return SHADES[self.shade]


@dataclass(frozen=True, slots=True)
class Choropleth:
    """A map with its legend. ``stroke`` is a width in the drawing's units."""

    title: str
    sentence: str
    unit: str
    decimals: int
    view_box: str
    stroke: float
    shapes: tuple[Shape, ...]
    steps: tuple[Step, ...]
    unknown: bool
    credit: str
    #: the rows of the table: (name, the value in words), those without an outline too
    rows: tuple[tuple[str, str], ...]
    #: the outline of one territory drawn over the others, for a portrait
    marked: str = ""

    template = "charts/carte.html"

    @property
    def leads(self) -> bool:
        """Whether its shapes are links: for a pointer only, so all of it is hidden from other ways of reading."""
        return any(shape.href for shape in self.shapes)

    @property
    def mark_width(self) -> float:
        """Of the outline drawn over the others."""
        return round(self.stroke * 3, 2)


@lru_cache(maxsize=2)
def outlines(level: str) -> dict[str, Any]:
    """{"paths": {code: path}, "boxes": {code: [x0, y0, x1, y1]}, "credit": …}; empty at a level nobody drew."""
    name = FILES.get(Level(level))
    if name is None:
        return {"paths": {}, "boxes": {}, "credit": ""}
    found: dict[str, Any] = json.loads((files("fabrique.territories") / "data" / name).read_text("utf-8"))
    return found


def choropleth(
    places: Sequence[tuple[str, str, float | None, str]],
    *,
    level: str,
    title: str,
    sentence: str = "",
    unit: str = "",
    decimals: int = 1,
    marked: str = "",
    pages: Mapping[str, str] | None = None,
) -> Choropleth | None:
    """``places`` are (code, name, value or None, the value in words); None where nothing can be drawn.

    Territories without an outline are left to the table that stands beside the map. ``pages``: {code: address}.
    """
    drawn = outlines(level)
    known = [value for code, _, value, _ in places if value is not None and code in drawn["paths"]]
    kept = [place for place in places if place[0] in drawn["paths"]]
    if not kept:
        return None
    lows = classes(known)
    shapes = tuple(_shape(place, drawn["paths"], lows, pages or {}) for place in kept)
    box, width = _frame(drawn["boxes"], [shape.code for shape in shapes])
    return Choropleth(
        title=title,
        sentence=sentence,
        unit=unit,
        decimals=decimals,
        view_box=box,
        stroke=round(width / 340, 2),
        shapes=shapes,
        steps=_legend(lows),
        unknown=any(shape.shade == 0 for shape in shapes),
        credit=drawn["credit"],
        rows=tuple((name, words) for _, name, _, words in places),
        marked=drawn["paths"].get(marked, ""),
    )


def _shape(
    place: tuple[str, str, float | None, str],
    paths: Mapping[str, str],
    lows: Sequence[float],
    pages: Mapping[str, str],
) -> Shape:
    code, name, value, words = place
    shade = 0 if value is None else class_of(value, lows)
    return Shape(code, name, paths[code], shade, words, pages.get(code, ""))


def _legend(lows: Sequence[float]) -> tuple[Step, ...]:
    highs: list[float | None] = [*lows[1:], None]
    return tuple(Step(place, low, highs[place - 1]) for place, low in enumerate(lows, 1))


def _frame(boxes: Mapping[str, Sequence[float]], codes: Iterable[str]) -> tuple[str, float]:
    """The smallest frame that holds these territories with a small margin, and its width."""
    kept = [boxes[code] for code in codes]
    left, top = min(box[0] for box in kept), min(box[1] for box in kept)
    right, bottom = max(box[2] for box in kept), max(box[3] for box in kept)
    margin = (right - left) / 100
    return (
        f"{left - margin:.1f} {top - margin:.1f} {right - left + 2 * margin:.1f} {bottom - top + 2 * margin:.1f}",
        right - left,
    )
