"""Small multiples: the same indicator in several territories over time, each in its frame, all on one scale.

Fed by cleared series. Feeds templates/charts/multiples.html. A line never joins two versions of a definition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fabrique.web.shared.charts.scales import Scale, bounds

FRAME, HIGH, TOP, BOTTOM, LEFT, RIGHT = 160.0, 96.0, 22.0, 78.0, 8.0, 152.0


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A value at a time. ``at`` is a number of years; ``words`` the period and the value as they are written."""

    at: float
    period: str
    value: float | None
    version: int
    words: str


@dataclass(frozen=True, slots=True)
class Frame:
    """One territory: its broken lines, its dots, its first and last values in words."""

    name: str
    points: tuple[TrendPoint, ...]
    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    first: TrendPoint | None
    last: TrendPoint | None
    breaks: bool


@dataclass(frozen=True, slots=True)
class Multiples:
    title: str
    sentence: str
    unit: str
    decimals: int
    frames: tuple[Frame, ...]
    low: float
    high: float

    template = "charts/multiples.html"

    @property
    def breaks(self) -> bool:
        """Whether a definition changed on the way."""
        return any(frame.breaks for frame in self.frames)

    @property
    def periods(self) -> tuple[str, ...]:
        """Every period met, oldest first: the columns of the table."""
        found = {point.period: point.at for frame in self.frames for point in frame.points}
        return tuple(sorted(found, key=found.__getitem__))

    @property
    def table(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(name, one cell a period) for the table."""
        periods = self.periods
        rows = []
        for frame in self.frames:
            words = {point.period: point.words for point in frame.points}
            rows.append((frame.name, tuple(words.get(period, "–") for period in periods)))
        return tuple(rows)


def small_multiples(
    series: Sequence[tuple[str, Sequence[TrendPoint]]],
    *,
    title: str,
    sentence: str = "",
    unit: str = "",
    decimals: int = 1,
) -> Multiples | None:
    """None where no series has two values: a point alone is no trend."""
    if not any(sum(point.value is not None for point in points) > 1 for _, points in series):
        return None
    known = [point for _, points in series for point in points if point.value is not None]
    low, high, _ = bounds([point.value for point in known if point.value is not None], zero=False)
    times = [point.at for point in known]
    across = Scale(min(times), max(times), LEFT + 6, RIGHT - 6)
    upwards = Scale(low, high, BOTTOM, TOP + 4)
    frames = tuple(_frame(name, points, across, upwards) for name, points in series)
    return Multiples(title, sentence, unit, decimals, frames, low, high)


def _frame(name: str, points: Sequence[TrendPoint], across: Scale, upwards: Scale) -> Frame:
    ordered = sorted(points, key=lambda point: (point.at, point.version))
    runs: list[list[tuple[float, float]]] = []
    before: TrendPoint | None = None
    for point in ordered:
        if point.value is None:
            before = None  # a gap stays a gap
            continue
        place = (across.at(point.at), upwards.at(point.value))
        if before is None or before.version != point.version:
            runs.append([])
        runs[-1].append(place)
        before = point
    known = [point for point in ordered if point.value is not None]
    return Frame(
        name,
        tuple(ordered),
        tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1),
        tuple(place for run in runs for place in run),
        known[0] if known else None,
        known[-1] if known else None,
        len({point.version for point in known}) > 1,
    )
