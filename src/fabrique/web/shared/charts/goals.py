"""One indicator on its way to its target: dots by date, the line between them, the target as a dashed line.

Fed by dated values already cleared. Feeds templates/charts/cible.html: a sentence, the drawing, then every value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fabrique.web.shared.charts.scales import WIDTH, Scale, Tick, bounds, ticks

#: fewer known values than this are read faster in words than on a drawing
LEAST = 3
TOP, BOTTOM, LEFT, RIGHT, HEIGHT = 24.0, 140.0, 46.0, WIDTH - 10.0, 166.0
#: nearer than this, the words of the target and those of the last value would cover each other
_APART = 14.0


@dataclass(frozen=True, slots=True)
class GoalValue:
    """A value on a day. ``value`` None: looked for and not known. ``words``: as it is written."""

    on: date
    value: float | None
    words: str
    source: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    provisional: bool


@dataclass(frozen=True, slots=True)
class GoalLine:
    """The drawing in its own units, and the values for the table, oldest first."""

    title: str
    sentence: str
    unit: str
    values: tuple[GoalValue, ...]
    lines: tuple[str, ...]
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    target: float | None
    target_words: str
    first: GoalValue
    last: GoalValue

    template = "charts/cible.html"
    height, left, right, bottom = HEIGHT, LEFT, RIGHT, BOTTOM

    @property
    def above(self) -> bool:
        """Whether the words of the target stand above its line: below it where the top is too near."""
        return self.target is not None and self.target - TOP > _APART

    @property
    def provisional(self) -> bool:
        return any(dot.provisional for dot in self.dots)

    @property
    def source(self) -> str:
        """The source where all the values have the same: said once, not a line each."""
        found = {one.source for one in self.values}
        return found.pop() if len(found) == 1 else ""

    @property
    def sources(self) -> bool:
        """Whether each line of the table says its own source."""
        return len({one.source for one in self.values}) > 1


def goal_line(
    values: Sequence[GoalValue],
    *,
    title: str,
    target: float | None = None,
    target_words: str = "",
    sentence: str = "",
    unit: str = "",
) -> GoalLine | None:
    """None under three known values, or where all were taken on one day. The axis starts at zero: a cut axis lies."""
    ordered = sorted(values, key=lambda one: one.on)
    known = [one for one in ordered if one.value is not None]
    if len(known) < LEAST or known[0].on == known[-1].on:
        return None
    every = [one.value for one in known if one.value is not None]
    low, high, step = bounds([*every, target] if target is not None else every, zero=True)
    upwards = Scale(low, high, BOTTOM, TOP)
    across = Scale(known[0].on.toordinal(), known[-1].on.toordinal(), LEFT + 8, RIGHT - 8)
    runs: list[list[Dot]] = [[]]
    for one in ordered:
        if one.value is None:
            runs.append([])  # a gap stays a gap
        else:
            runs[-1].append(Dot(across.at(one.on.toordinal()), upwards.at(one.value), one.provisional))
    return GoalLine(
        title,
        sentence,
        unit,
        tuple(ordered),
        tuple(" ".join(f"{dot.x},{dot.y}" for dot in run) for run in runs if len(run) > 1),
        tuple(dot for run in runs for dot in run),
        ticks(upwards, step),
        None if target is None else upwards.at(target),
        target_words,
        known[0],
        known[-1],
    )
