"""A pyramid of ages: women to the left, men to the right, the oldest at the top.

Fed by census margins of a territory. Feeds templates/charts/pyramide.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fabrique.web.shared.charts.scales import WIDTH

HALF, GAP, ROW, TOP = 138.0, 60.0, 22.0, 24.0


@dataclass(frozen=True, slots=True)
class Band:
    """One age band: counts, shares of the whole population (0 to 1), lengths of the two bars."""

    name: str
    women: int
    men: int
    women_share: float
    men_share: float
    women_length: float
    men_length: float
    y: float

    @property
    def share(self) -> float:
        """Both sexes, of the whole population (0 to 1)."""
        return self.women_share + self.men_share

    @property
    def women_x(self) -> float:
        return round(HALF - self.women_length + 2, 1)

    @property
    def men_x(self) -> float:
        return HALF + GAP + 2

    @property
    def text_y(self) -> float:
        return self.y + 12


@dataclass(frozen=True, slots=True)
class Pyramid:
    title: str
    sentence: str
    bands: tuple[Band, ...]
    height: float
    middle: float = WIDTH / 2

    template = "charts/pyramide.html"

    @property
    def total(self) -> int:
        return sum(band.women + band.men for band in self.bands)


def pyramid(counts: Sequence[tuple[str, int, int]], *, title: str, sentence: str = "") -> Pyramid | None:
    """``counts`` are (band, women, men), youngest first; None without inhabitants."""
    whole = sum(women + men for _, women, men in counts)
    if not whole:
        return None
    widest = max(max(women, men) for _, women, men in counts)
    bands = []
    for place, (name, women, men) in enumerate(reversed(counts)):
        bands.append(
            Band(
                name,
                women,
                men,
                women / whole,
                men / whole,
                round(HALF * women / widest, 1),
                round(HALF * men / widest, 1),
                TOP + ROW * place,
            )
        )
    return Pyramid(title, sentence, tuple(bands), TOP + ROW * len(bands) + 4)
