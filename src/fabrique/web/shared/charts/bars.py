"""Five bars, from the most to the least deprived fifth, with the line whose slope is the SII.

Fed by fabrique_core.equity through restitution. Feeds templates/charts/barres.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fabrique.web.shared.charts.scales import WIDTH, Scale, Tick, bounds, ticks

TOP, BOTTOM, LEFT, RIGHT = 18.0, 190.0, 44.0, WIDTH - 6.0
_BREADTH = 0.7  # of the room each bar has
ROOM = 22.0  # the height that a value needs inside its bar


@dataclass(frozen=True, slots=True)
class Given:
    """A bar as it is asked for: name, value (None: masked or missing), interval, the value in words, its base."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    words: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar as it is drawn: ``x``, ``y`` its corner, ``width`` and ``height``; ``whisker`` the interval's ends."""

    given: Given
    x: float
    y: float
    width: float
    height: float
    middle: float
    whisker: tuple[float, float] | None

    @property
    def inside(self) -> bool:
        """Whether the value is written at the foot of the bar, out of the way of the line and of the whisker."""
        return self.height > ROOM

    @property
    def label(self) -> float:
        """Where the value is written: at the foot of the bar, or over a bar too short to hold it."""
        if self.inside:
            return BOTTOM - 7
        return round(min(self.y, *(self.whisker or (self.y,))) - 4, 1)

    @property
    def left(self) -> float:
        """Where the two strokes that end the whisker start."""
        return round(self.middle - 4, 1)


@dataclass(frozen=True, slots=True)
class QuintileBars:
    """The drawing. ``line`` is (x1, y1, x2, y2); None where no line is fitted."""

    title: str
    sentence: str
    unit: str
    decimals: int
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    line: tuple[float, float, float, float] | None
    name_words: str
    base_words: str
    height: float = BOTTOM + 34

    template = "charts/barres.html"


def quintile_bars(
    given: Sequence[Given],
    *,
    line: tuple[float, float] | None,
    title: str,
    sentence: str = "",
    unit: str = "",
    decimals: int = 1,
    name_words: str = "",
    base_words: str = "",
) -> QuintileBars:
    """``line`` holds the fitted values at the very bottom and the very top of the social scale (ranks 0 and 1)."""
    every = [one.value for one in given if one.value is not None]
    every += [end for one in given for end in (one.low, one.high) if end is not None]
    every += list(line or ())
    low, high, step = bounds(every, zero=True)
    scale = Scale(low, high, BOTTOM, TOP + 10)
    room = (RIGHT - LEFT) / max(len(given), 1)
    drawn = tuple(_bar(one, LEFT + room * (place + 0.5), room, scale) for place, one in enumerate(given))
    ends = None if line is None else (LEFT, scale.at(line[0]), RIGHT, scale.at(line[1]))
    return QuintileBars(
        title, sentence, unit, decimals, drawn, ticks(scale, step), ends, name_words, base_words
    )


def _bar(one: Given, middle: float, room: float, scale: Scale) -> Bar:
    y = scale.at(one.value) if one.value is not None else BOTTOM
    whisker = None
    if one.value is not None and one.low is not None and one.high is not None:
        whisker = (scale.at(one.low), scale.at(one.high))
    breadth = room * _BREADTH
    x, height = round(middle - breadth / 2, 1), round(BOTTOM - y, 1)
    return Bar(one, x, y, round(breadth, 1), height, round(middle, 1), whisker)
