"""A line of a table: where a territory stands between the lowest and the highest of its region.

Fed by the spread of a figure among the territories of a region. Feeds templates/charts/echelle.html, beside cells
that hold the same numbers in words.
"""

from __future__ import annotations

from dataclasses import dataclass

from fabrique.web.shared.charts.scales import Scale

_LEFT, _RIGHT = 7.0, 113.0


@dataclass(frozen=True, slots=True)
class Spine:
    """Places on a width of 120: the territory, the region, the median of its look-alikes."""

    own: float
    region: float | None
    median: float | None

    template = "charts/echelle.html"


def spine(
    own: float | None, low: float, high: float, *, region: float | None = None, median: float | None = None
) -> Spine | None:
    """None where the territory has no value, or where all have the same. A mark beyond the ends is not drawn."""
    if own is None or high <= low:
        return None
    scale = Scale(low, high, _LEFT, _RIGHT)

    def inside(value: float | None) -> float | None:
        return scale.at(value) if value is not None and low <= value <= high else None

    return Spine(scale.at(own), inside(region), inside(median))
