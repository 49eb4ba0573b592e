"""Reads the extract of the official geography that ships with Fabrique.

Fed by data/decoupage.json.xz, data/complements.csv and data/population_*.csv (see data/PROVENANCE.md).
Feeds `load_territories`; knows nothing of the database.
"""

from __future__ import annotations

import csv
import json
import lzma
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from fabrique.common.folding import fold
from fabrique.territories.enums import Level

DATA = Path(__file__).resolve().parent.parent / "data"
COUNTRY_CODE = "FR"
_SEXES = {"Femmes": "femme", "Hommes": "homme"}

Key = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """One territory to store; containers are (level, code) or None."""

    level: str
    code: str
    name: str
    population: int = 0
    region: Key | None = None
    department: Key | None = None
    epci: Key | None = None
    of_form: str = ""
    in_form: str = ""
    postcodes: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return (self.level, self.code)

    @property
    def folded_name(self) -> str:
        return fold(self.name)


@dataclass(frozen=True)
class Margin:
    """Inhabitants of a department, of one sex and one age band, in one census edition."""

    department: str
    sex: str
    age_band: str
    population: int
    edition: str


@dataclass(frozen=True)
class Geography:
    """Rows from the largest level down, margins, and what was set aside (code, name, reason)."""

    edition: str
    rows: tuple[Row, ...]
    margins: tuple[Margin, ...]
    set_aside: tuple[tuple[str, str, str], ...]

    def restricted_to(self, region: str) -> Geography:
        """One region with all that is in it, and its margins. Raises KeyError on an unknown code."""
        wanted = (Level.REGION.value, region)
        if wanted not in {row.key for row in self.rows}:
            raise KeyError(region)
        return self._only(row for row in self.rows if row.level == Level.COMMUNE and row.region == wanted)

    def with_communes(self, codes: Iterable[str]) -> Geography:
        """The communes of these codes, with their EPCI, their regions and these regions' departments."""
        kept = set(codes)
        return self._only(row for row in self.rows if row.level == Level.COMMUNE and row.code in kept)

    def _only(self, communes: Iterable[Row]) -> Geography:
        kept = tuple(communes)
        regions = {commune.region for commune in kept}
        containers = regions | {commune.epci for commune in kept} | {commune.department for commune in kept}
        departments = {
            row.code for row in self.rows if row.level == Level.DEPARTMENT and row.region in regions
        }
        above = tuple(
            row
            for row in self.rows
            if row.level == Level.COUNTRY
            or row.key in containers
            or (row.level == Level.DEPARTMENT and row.code in departments)
        )
        margins = tuple(margin for margin in self.margins if margin.department in departments)
        return replace(self, rows=above + kept, margins=margins)


def read_geography() -> Geography:
    """All of France, as committed. Raises OSError if the extract is missing from the installation."""
    raw = json.loads(lzma.decompress((DATA / "decoupage.json.xz").read_bytes()))
    complements = _complements()
    region_of = {code: region for code, _name, region in raw["departments"]}
    collectivities = {code for code, _name in raw["collectivities"]}
    communes = [_commune(row, region_of, collectivities) for row in raw["communes"]]
    inhabitants = _inhabitants(communes)
    rows = [Row(Level.COUNTRY, COUNTRY_CODE, "France")]
    rows += [Row(Level.REGION, code, name) for code, name in raw["regions"]]
    rows += [Row(Level.DEPARTMENT, c, name, region=(Level.REGION, r)) for c, name, r in raw["departments"]]
    rows += [Row(Level.OVERSEAS_COLLECTIVITY, code, name) for code, name in raw["collectivities"]]
    rows += _epci(raw["epci"], communes)
    counted = [_completed(row, inhabitants, complements) for row in rows]
    return Geography(
        edition=raw["edition"],
        rows=tuple(counted + communes),
        margins=tuple(_margins()),
        set_aside=tuple((code, name, reason) for code, name, reason in raw["set_aside"]),
    )


def _commune(raw: list, region_of: dict[str, str], collectivities: set[str]) -> Row:
    code, name, department, epci, population, postcodes = raw
    level = Level.OVERSEAS_COLLECTIVITY if department in collectivities else Level.DEPARTMENT
    return Row(
        level=Level.COMMUNE,
        code=code,
        name=name,
        population=population,
        region=(Level.REGION, region_of[department]) if department in region_of else None,
        department=(level, department),
        epci=(Level.EPCI, epci) if epci else None,
        postcodes=tuple(postcodes.split()),
    )


def _inhabitants(communes: list[Row]) -> Counter[Key]:
    """Population of every container, as the sum of its communes."""
    total: Counter[Key] = Counter()
    for commune in communes:
        total[(Level.COUNTRY, COUNTRY_CODE)] += commune.population
        for container in (commune.region, commune.department, commune.epci):
            if container:
                total[container] += commune.population
    return total


def _epci(raw: list[list[str]], communes: list[Row]) -> list[Row]:
    """An EPCI stands in a department or a region only where all its communes do."""
    members: dict[Key, list[Row]] = defaultdict(list)
    for commune in communes:
        if commune.epci:
            members[commune.epci].append(commune)
    rows = []
    for code, name in raw:
        inside = members[(Level.EPCI, code)]
        departments = {commune.department for commune in inside}
        regions = {commune.region for commune in inside}
        rows.append(
            Row(
                level=Level.EPCI,
                code=code,
                name=name,
                department=departments.pop() if len(departments) == 1 else None,
                region=regions.pop() if len(regions) == 1 else None,
            )
        )
    return rows


def _completed(row: Row, inhabitants: Counter[Key], complements: dict[Key, tuple[str, str]]) -> Row:
    of_form, in_form = complements.get(row.key, ("", ""))
    return replace(row, population=inhabitants[row.key], of_form=of_form, in_form=in_form)


def _complements() -> dict[Key, tuple[str, str]]:
    with (DATA / "complements.csv").open(encoding="utf-8", newline="") as opened:
        return {(r["level"], r["code"]): (r["of_form"], r["in_form"]) for r in csv.DictReader(opened)}


def _margins() -> list[Margin]:
    """Every population_<place>_<edition>.csv; the totals of the source are recomputed, so left aside."""
    found = []
    for path in sorted(DATA.glob("population_*.csv")):
        edition = path.stem.rsplit("_", 1)[1]
        with path.open(encoding="utf-8", newline="") as opened:
            found += [
                Margin(r["departement"], _SEXES[r["sexe"]], r["age"], int(r["population"]), edition)
                for r in csv.DictReader(opened)
                if r["sexe"] in _SEXES and r["age"] != "Total"
            ]
    return found
