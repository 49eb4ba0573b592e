"""Communes: distance to emergency care and rurality, brought to departments and intercommunalities.

Fed by the file of communes. Feeds portraits and look-alikes; each mean is weighted by inhabitants. Its density is not
read: the file keeps the old density of merged communes and gives no area, so that no true density can be made of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fabrique.observatory.services import cells
from fabrique.observatory.services.entries import Aside, Definition, Entry, Place, Reading
from fabrique.observatory.services.readers.base import OPEN_LICENCE, Geography, Reader, Sheet

THEME = "Territoire et accès"
DISTANCE = "distance_urgences_km"
RURAL = "part_pop_rurale"
#: levels 5, 6 and 7 of INSEE's seven-level density grid
_RURAL_FROM = 5
_MADE_HERE = "Calcul de la plateforme à partir du fichier des communes"

DEFINITIONS = (
    Definition(
        code=DISTANCE,
        label="Distance moyenne à un service d’urgence",
        unit="km",
        direction="fall",
        theme=THEME,
        method="Distance de chaque commune au service d’urgence le plus proche, moyenne pondérée par les habitants. "
        "Le fichier ne dit pas si la distance est à vol d’oiseau ou par la route ; ce n’est pas un temps de trajet.",
        formula="somme (habitants × distance) ÷ habitants des communes dont la distance est connue",
        source_name=_MADE_HERE,
    ),
    Definition(
        code=RURAL,
        label="Part de la population vivant dans le rural",
        unit="percent",
        theme=THEME,
        method="Communes des niveaux 5 à 7 de la grille communale de densité (bourgs ruraux, habitat dispersé "
        "et très dispersé).",
        formula="100 × habitants des communes rurales ÷ habitants",
        numerator_words="habitants des communes rurales",
        denominator_words="habitants",
        producer="INSEE (grille de densité)",
        source_name=_MADE_HERE,
        licence=OPEN_LICENCE,
    ),
)


@dataclass(frozen=True)
class _Commune:
    people: float
    distance: float | None
    grid: float | None
    department: str
    epci: str


def _read(sheet: Sheet, geography: Geography) -> Reading:
    reading = Reading("communes", list(DEFINITIONS))
    year = sheet.year or cells.period(str(geography.this_year))
    said = "" if sheet.year else "édition absente du fichier : année du chargement"
    communes = [_commune(row) for _line, row in sheet.lines()]
    groups: dict[Place, list[_Commune]] = defaultdict(list)
    for one in communes:
        groups["departement", one.department].append(one)
        if one.epci:
            groups["epci", one.epci].append(one)
    groups |= _whole_regions(groups, geography)
    partial = _partial(groups, geography)
    for place, members in sorted(groups.items()):
        if place in partial:
            continue
        reading.entries += _entries(place, members, year, said)
    unknown = sum(1 for one in communes if one.distance is None)
    if unknown:
        reading.aside.append(Aside("distance_urgence_km", "distance inconnue : hors de la moyenne", unknown))
    if partial:
        why = "intercommunalités qui dépassent la région : leurs autres communes manquent au fichier"
        reading.aside.append(Aside("epci_siren", why, len(partial)))
    old = "périmée pour les communes qui ont fusionné, et le fichier ne donne pas leur superficie"
    if "densite" in sheet.columns:
        reading.aside.append(Aside("densite", old, len(sheet.rows)))
    unread = "nom, arrondissement, codes postaux, coordonnées, zone d’emploi"
    reading.aside.append(Aside(unread, "ne sont pas des indicateurs", len(sheet.rows)))
    return reading


def _commune(row: Mapping[str, str]) -> _Commune:
    return _Commune(
        people=cells.number(row["population"]) or 0.0,
        distance=cells.number(row["distance_urgence_km"]),
        grid=cells.number(row["grille_densite"]),
        department=cells.department(row["departement"]),
        epci=row["epci_siren"].strip(),
    )


def _whole_regions(
    groups: Mapping[Place, list[_Commune]], geography: Geography
) -> dict[Place, list[_Commune]]:
    """The regions whose departments are all in the file, with all their communes."""
    inside: dict[str, list[str]] = defaultdict(list)
    for department, region in geography.regions.items():
        inside[region].append(department)
    return {
        ("region", region): [one for code in departments for one in groups["departement", code]]
        for region, departments in inside.items()
        if all(("departement", code) in groups for code in departments)
    }


def _partial(groups: Mapping[Place, list[_Commune]], geography: Geography) -> set[Place]:
    """Intercommunalities that have communes elsewhere than in the departments of the file."""
    departments = {code for level, code in groups if level == "departement"}
    return {
        ("epci", epci)
        for department, epci, _people in geography.communes.values()
        if ("epci", epci) in groups and department not in departments
    }


def _entries(place: Place, members: list[_Commune], year: cells.Period, said: str) -> Iterable[Entry]:
    near = [(one.people, one.distance) for one in members if one.distance is not None]
    graded = [one for one in members if one.grid is not None]
    people = sum(weight for weight, _far in near)
    if people:
        mean = sum(weight * far for weight, far in near) / people
        yield Entry(DISTANCE, place, year, mean, status="estimated", qualifier=said)
    inhabitants = sum(one.people for one in graded)
    if inhabitants:
        rural = sum(one.people for one in graded if (one.grid or 0) >= _RURAL_FROM)
        yield Entry(
            RURAL,
            place,
            year,
            100 * rural / inhabitants,
            numerator=rural,
            denominator=inhabitants,
            qualifier=said,
        )


READERS = (
    Reader(
        "communes",
        "Communes : population, ruralité, distance aux urgences",
        frozenset(
            {"code_insee", "departement", "epci_siren", "population", "grille_densite", "distance_urgence_km"}
        ),
        _read,
    ),
)
