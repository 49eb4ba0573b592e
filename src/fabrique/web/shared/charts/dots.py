"""One line an indicator: the territory, its interval, and beside it the region, France and the look-alikes' median.

Fed by comparisons already made like with like. Feeds templates/charts/points.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fabrique.web.shared.charts.scales import WIDTH, Scale, Tick, bounds, ticks

LEFT, RIGHT, TOP, ROW = 12.0, WIDTH - 12.0, 18.0, 44.0
#: letters that fit on a line; the table says the whole name
LONGEST = 44


@dataclass(frozen=True, slots=True)
class DotRow:
    """A line: ``own`` and its interval, then what it is put beside; None is masked, missing or not comparable.

    ``words`` are the same values as they are written: own, region, country, median.
    """

    label: str
    own: float | None
    low: float | None = None
    high: float | None = None
    region: float | None = None
    country: float | None = None
    median: float | None = None
    words: tuple[str, str, str, str] = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is drawn: places on the width, ``y`` of its middle, ``title`` where its name stands."""

    row: DotRow
    short: str
    y: float
    title: float
    own: float | None
    interval: tuple[float, float] | None
    region: float | None
    country: float | None
    median: float | None


@dataclass(frozen=True, slots=True)
class DotPlot:
    title: str
    sentence: str
    unit: str
    decimals: int
    own_name: str
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    height: float
    has_region: bool
    has_country: bool
    has_median: bool

    template = "charts/points.html"

    @property
    def floor(self) -> float:
        """Where the graduations stop."""
        return self.height - 18

    @property
    def foot(self) -> float:
        """Where their values are written."""
        return self.height - 5


def dot_plot(
    rows: Sequence[DotRow],
    *,
    title: str,
    own_name: str,
    sentence: str = "",
    unit: str = "",
    decimals: int = 1,
) -> DotPlot | None:
    """Rows of one unit, on one scale that starts at zero; None where no row has a value of its own."""
    shown = [row for row in rows if row.own is not None]
    if not shown:
        return None
    every = [value for row in shown for value in _values(row) if value is not None]
    low, high, step = bounds(every, zero=True)
    scale = Scale(low, high, LEFT, RIGHT)
    return DotPlot(
        title,
        sentence,
        unit,
        decimals,
        own_name,
        tuple(_line(row, number, scale) for number, row in enumerate(shown)),
        ticks(scale, step),
        TOP + ROW * len(shown) + 22,
        any(row.region is not None for row in shown),
        any(row.country is not None for row in shown),
        any(row.median is not None for row in shown),
    )


def _values(row: DotRow) -> tuple[float | None, ...]:
    return row.own, row.low, row.high, row.region, row.country, row.median


def _line(row: DotRow, number: int, scale: Scale) -> Line:
    own, low, high, region, country, median = (
        None if value is None else scale.at(value) for value in _values(row)
    )
    middle = TOP + ROW * number + 26
    interval = None if low is None or high is None else (low, high)
    return Line(row, _short(row.label), middle, middle - 13, own, interval, region, country, median)


def _short(label: str) -> str:
    """Cut at a word, with an ellipsis, where it would leave the drawing."""
    if len(label) <= LONGEST:
        return label
    return label[:LONGEST].rsplit(" ", 1)[0] + "…"
