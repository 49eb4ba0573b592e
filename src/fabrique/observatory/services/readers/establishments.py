"""FINESS: establishments counted once each, by category, department and intercommunality.

Fed by the FINESS extraction as it is published (no titles, its date on the first line), or with titles.
Feeds the care offer, raw and for 10 000 inhabitants.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from fabrique.observatory.services import cells
from fabrique.observatory.services.entries import Aside, Definition, Entry, Place, Reading
from fabrique.observatory.services.readers.base import OPEN_LICENCE, Geography, Reader, Sheet

THEME = "Établissements et services"
#: categories also counted by intercommunality and for 10 000 inhabitants
MAIN = {
    "620": "Pharmacies",
    "603": "Maisons de santé",
    "124": "Centres de santé",
    "604": "Communautés professionnelles territoriales de santé",
    "611": "Laboratoires de biologie médicale",
    # university hospitals (101) are another category: where one stands, 0 would read as no hospital at all
    "355": "Centres hospitaliers, hors hôpitaux universitaires",
    "500": "Établissements d’hébergement pour personnes âgées dépendantes",
    "202": "Résidences autonomie",
    "354": "Services de soins infirmiers à domicile",
    "156": "Centres médico-psychologiques",
    "183": "Instituts médico-éducatifs",
    "182": "Services d’éducation spéciale et de soins à domicile",
    "246": "Établissements et services d’accompagnement par le travail",
    "197": "Centres de soins, d’accompagnement et de prévention en addictologie",
    "223": "Centres de protection maternelle et infantile",
}
#: places of the columns in the published extraction
_NUMBER, _COMMUNE, _DEPARTMENT, _CATEGORY, _CATEGORY_WORDS = 1, 12, 13, 18, 19
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WITHOUT_TITLES = "structureet"


@dataclass(frozen=True)
class _Site:
    """One establishment: its number, category, department and commune."""

    number: str
    category: str
    words: str
    department: str
    commune: str


def _definition(category: str, words: str, *, rate: bool) -> Definition:
    name = MAIN.get(category, words)
    return Definition(
        code=f"finess_{category}" + ("_pour_10000" if rate else ""),
        label=f"{name} pour 10 000 habitants" if rate else name,
        unit="per_10000" if rate else "count",
        unit_words="" if rate else "établissements",
        direction="rise" if category in MAIN else "none",
        theme=THEME,
        decimals=2 if rate else 0,
        method="Établissements de la catégorie FINESS "
        + category
        + ", comptés une fois chacun par leur numéro ; "
        "une fermeture récente peut ne pas être déclarée encore.",
        formula="10 000 × établissements ÷ habitants" if rate else "",
        numerator_words="établissements" if rate else "",
        denominator_words="habitants du territoire" if rate else "",
        producer="Agence du numérique en santé, DREES",
        source_name="FINESS, extraction des établissements",
        source_url="https://www.data.gouv.fr/fr/datasets/finess-extraction-du-fichier-des-etablissements/",
        licence=OPEN_LICENCE,
    )


def _titled(sheet: Sheet, geography: Geography) -> Reading:
    sites = (
        _Site(
            row["numero finess etablissement"].strip(),
            row["categetab"].strip(),
            row["categorie"].strip(),
            cells.department(row["departement"]),
            row.get("code_insee", "").strip(),
        )
        for _line, row in sheet.lines()
    )
    year = sheet.year or cells.period(str(geography.this_year))
    said = "" if sheet.year else "date de l’extraction absente du fichier : année du chargement"
    return _count(sites, year, said, geography, len(sheet.rows))


def _published(sheet: Sheet, geography: Geography) -> Reading:
    date = next((title for title in sheet.columns if _DATE.fullmatch(title.strip())), "")
    year = cells.period(date[:4] or str(geography.this_year))
    said = "" if date else "date de l’extraction absente du fichier : année du chargement"
    rows = [row for row in sheet.rows if row and row[0] == _WITHOUT_TITLES and len(row) > _CATEGORY_WORDS]
    sites = (
        _Site(
            row[_NUMBER],
            row[_CATEGORY],
            row[_CATEGORY_WORDS],
            cells.department(row[_DEPARTMENT].replace("9A", "971").replace("9B", "972")),
            cells.department(row[_DEPARTMENT])[:2] + row[_COMMUNE].zfill(3),
        )
        for row in rows
        if re.fullmatch(r"\d{1,2}|2[AB]", row[_DEPARTMENT])
    )
    return _count(sites, year, said, geography, len(rows))


def _count(sites: Iterator[_Site], year: cells.Period, said: str, geography: Geography, rows: int) -> Reading:
    reading = Reading("finess_etablissements")
    once: dict[str, _Site] = {}
    total = 0
    for site in sites:
        total += 1
        once.setdefault(site.number, site)
    departments = sorted({site.department for site in once.values()})
    words = {site.category: site.words for site in once.values()}
    by_department = Counter((site.category, site.department) for site in once.values())
    lost = sum(1 for site in once.values() if site.commune not in geography.communes)
    for category in sorted(words):
        reading.definitions.append(_definition(category, words[category], rate=False))
        for code in departments:
            count = by_department[category, code]
            reading.entries += _entries(category, ("departement", code), count, year, said, geography)
    reading.definitions += [
        _definition(category, words[category], rate=True) for category in sorted(words) if category in MAIN
    ]
    reading.entries += _by_epci(once, words, year, said, geography)
    if total > len(once):
        why = "lignes d’équipements d’un établissement déjà compté : chaque numéro ne compte qu’une fois"
        reading.aside.append(Aside("numéro FINESS", why, total - len(once)))
    if lost:
        why = (
            "commune inconnue de la plateforme : comptés dans leur département, dans aucune intercommunalité"
        )
        reading.aside.append(Aside("commune", why, lost))
    if rows > total:
        reading.aside.append(Aside("departement", "département hors du code officiel", rows - total))
    return reading


def _by_epci(
    once: dict[str, _Site], words: dict[str, str], year: cells.Period, said: str, geography: Geography
) -> list[Entry]:
    """The main categories by intercommunality; zero where the register has none: it is exhaustive."""
    departments = {site.department for site in once.values()}
    inside: dict[str, set[str]] = defaultdict(set)
    for department, epci, _people in geography.communes.values():
        inside[epci].add(department)
    counts: Counter[tuple[str, str]] = Counter()
    for site in once.values():
        _department, epci, _people = geography.communes.get(site.commune, ("", "", 0))
        counts[site.category, epci] += 1
    # an intercommunality that goes beyond the departments of the file would be counted short
    whole = sorted(epci for epci, touched in inside.items() if epci and touched <= departments)
    return [
        entry
        for category in sorted(MAIN)
        if category in words
        for epci in whole
        for entry in _entries(category, ("epci", epci), counts[category, epci], year, said, geography)
    ]


def _entries(
    category: str, place: Place, count: int, year: cells.Period, said: str, geography: Geography
) -> list[Entry]:
    found = [Entry(f"finess_{category}", place, year, float(count), qualifier=said)]
    people = geography.populations.get(place, 0)
    if category in MAIN and people:
        found.append(
            Entry(
                f"finess_{category}_pour_10000",
                place,
                year,
                10_000 * count / people,
                numerator=float(count),
                denominator=float(people),
                qualifier=said,
            )
        )
    return found


READERS = (
    Reader(
        "finess_publie",
        "FINESS : extraction des établissements, telle que publiée",
        frozenset({"finess", "etalab"}),
        _published,
    ),
    Reader(
        "finess_etablissements",
        "FINESS : établissements, avec titres de colonnes",
        frozenset({"numero finess etablissement", "categetab", "categorie", "departement"}),
        _titled,
    ),
)
