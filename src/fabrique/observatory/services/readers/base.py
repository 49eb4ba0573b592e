"""What every reader of an official file shares: the table it is given, what it knows of the territories.

Fed by services.official. Feeds the readers of this folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fabrique.common.folding import fold
from fabrique.observatory.services import cells
from fabrique.observatory.services.entries import Place, Reading

OPEN_LICENCE = "Licence Ouverte 2.0"
_YEAR_IN_NAME = re.compile(r"(?<!\d)(19\d{2}|20\d{2})(?!\d)")


@dataclass(frozen=True)
class Sheet:
    """A delimited file: its name, its column titles, its rows."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]

    def lines(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """(line of the file, cells by title); the titles are line 1; a short row ends with blanks."""
        width = len(self.columns)
        for line, row in enumerate(self.rows, start=2):
            yield line, dict(zip(self.columns, (*row, *[""] * (width - len(row))), strict=False))

    @property
    def year(self) -> cells.Period | None:
        """The year that stands in the file's name, or None: many official files say it nowhere else."""
        years = set(_YEAR_IN_NAME.findall(self.name))
        return cells.period(years.pop()) if len(years) == 1 else None


@dataclass(frozen=True)
class Geography:
    """What the instance knows of territories: those stored, and where each commune of its region is."""

    places: frozenset[Place] = frozenset()
    names: Mapping[Place, str] = field(default_factory=dict)
    #: commune code → (department code, EPCI code or "", inhabitants)
    communes: Mapping[str, tuple[str, str, int]] = field(default_factory=dict)
    #: (level, code) → inhabitants
    populations: Mapping[Place, int] = field(default_factory=dict)
    #: department code → code of its region
    regions: Mapping[str, str] = field(default_factory=dict)
    region: Place = ("region", "")
    this_year: int = 2000

    def by_name(self, level: str, name: str) -> Place | None:
        """A territory of that level by its name, whatever the accents."""
        wanted = fold(name)
        return next(
            (
                place
                for place in sorted(self.places)
                if place[0] == level and fold(self.names[place]) == wanted
            ),
            None,
        )


@dataclass(frozen=True)
class Reader:
    """One file layout: how its titles are recognised, and how its rows are read."""

    layout: str
    label: str
    columns: frozenset[str]
    read: Callable[[Sheet, Geography], Reading]

    def recognises(self, columns: Sequence[str]) -> bool:
        return self.columns <= set(columns)


def slug(text: str, longest: int = 60) -> str:
    """A code made from a label: ascii, underscores, cut at a word."""
    found = fold(text).replace(" ", "_")
    return found if len(found) <= longest else found[:longest].rsplit("_", 1)[0]
