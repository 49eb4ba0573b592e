"""Doctors and general practitioners by department of all France, with their density.

Fed by the file of doctors by department. Feeds the care offer, look-alike departments.
"""

from __future__ import annotations

import re

from fabrique.observatory.services import cells
from fabrique.observatory.services.entries import Aside, Definition, Entry, Reading
from fabrique.observatory.services.readers.base import Geography, Reader, Sheet

THEME = "Offre de soins"
GPS_RATE = "generalistes_pour_100000"
_POPULATION = re.compile(r"pop(\d{4})")
_SOURCE = "Médecins et médecins généralistes par département (producteur non précisé par le fichier)"


def _definition(code: str, label: str, unit: str, **more: object) -> Definition:
    return Definition(
        code=code,
        label=label,
        unit=unit,
        direction="rise",
        theme=THEME,
        decimals=0,
        source_name=_SOURCE,
        **more,  # type: ignore[arg-type]
    )


_METHOD = "Médecins comptés par département. Le fichier ne dit ni le jour du comptage, ni les modes d’exercice retenus."
DEFINITIONS = (
    _definition("medecins_total", "Médecins", "count", unit_words="médecins", method=_METHOD),
    _definition(
        "generalistes_total", "Médecins généralistes", "count", unit_words="médecins", method=_METHOD
    ),
    _definition(
        GPS_RATE,
        "Médecins généralistes pour 100 000 habitants",
        "per_100000",
        method=_METHOD,
        formula="100 000 × médecins généralistes ÷ habitants, refait sur les effectifs du fichier",
        numerator_words="médecins généralistes",
        denominator_words="habitants",
    ),
)


def _read(sheet: Sheet, geography: Geography) -> Reading:
    reading = Reading("medecins_departements")
    title = next((name for name in sheet.columns if _POPULATION.fullmatch(name)), None)
    found = _POPULATION.fullmatch(title or "")
    if title is None or found is None:
        reading.aside.append(Aside(sheet.name, "aucune colonne « popAAAA » ne dit l’année", len(sheet.rows)))
        return reading
    reading.definitions = list(DEFINITIONS)
    year = cells.period(found[1])
    for line, row in sheet.lines():
        place = ("departement", cells.department(row["id"]))
        people, gps = cells.number(row[title]), cells.number(row["n_gp"])
        for code, cell in (("medecins_total", "n_physicians"), ("generalistes_total", "n_gp")):
            value = cells.number(row[cell])
            status = "ok" if value is not None else "missing"
            reading.entries.append(Entry(code, place, year, value, status=status, line=line))
        given = cells.number(row["n_gp_per100000"])
        # from the counts, as the region and France are: the source's own rate rests on another population
        rate = 100_000 * gps / people if people and gps is not None else given
        reading.entries.append(
            Entry(
                GPS_RATE,
                place,
                year,
                rate,
                numerator=gps,
                denominator=people,
                status="ok" if rate is not None else "missing",
                qualifier=_other_rate(rate, given),
                line=line,
            )
        )
    return reading


def _other_rate(rate: float | None, given: float | None) -> str:
    """What the source gives, where rounding does not explain that it differs."""
    if rate is None or given is None or abs(rate - given) <= 1:
        return ""
    return f"la source donne {given:.0f}, sur une autre population"


READERS = (
    Reader(
        "medecins_departements",
        "Médecins par département de France",
        frozenset({"id", "n_physicians", "n_gp", "n_gp_per100000"}),
        _read,
    ),
)
