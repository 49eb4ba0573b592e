"""INSEE: inhabitants by department, sex and age (five-year bands, or five broad bands), and by intercommunality.

Fed by the population files. Feeds every rate, the standard population, the age structure.
"""

from __future__ import annotations

from collections import defaultdict

from fabrique.observatory.services import cells
from fabrique.observatory.services.entries import Aside, Definition, Entry, Place, Reading
from fabrique.observatory.services.readers.base import OPEN_LICENCE, Geography, Reader, Sheet

THEME = "Population"
FIVE_YEAR = "population_sexe_age5"
BROAD = "population_sexe_age_bandes"
TOTAL = "population_totale"
OVER_75 = "part_75_ans_et_plus"
_PRODUCER = "INSEE"
_ESTIMATES = "INSEE, estimations de population par sexe et âge"


def _definition(code: str, label: str, method: str) -> Definition:
    return Definition(
        code=code,
        label=label,
        unit="persons",
        unit_words="habitants",
        theme=THEME,
        counts_persons=True,
        decimals=0,
        method=method,
        numerator_words="habitants",
        producer=_PRODUCER,
        source_name=_ESTIMATES,
        source_url="https://www.insee.fr/fr/statistiques/1893198",
        licence=OPEN_LICENCE,
    )


def _five_year(sheet: Sheet, geography: Geography) -> Reading:
    """One row a department, sex and five-year band; the sums are not in the file and are not made up."""
    reading = Reading("population_age5", [_five_year_definition()])
    for line, row in sheet.lines():
        reading.entries.append(
            Entry(
                code=FIVE_YEAR,
                place=("departement", cells.department(row["departement_code"])),
                period=cells.period(row["year"]),
                sex=cells.sex(row["sex"]),
                age=cells.age(row["classe_age_5"]),
                value=cells.number(row["population"]),
                line=line,
            )
        )
    return reading


def _five_year_definition() -> Definition:
    return _definition(
        FIVE_YEAR,
        "Population par sexe et âge (cinq ans)",
        "Population estimée au 1er janvier, par sexe et classe d’âge de cinq ans.",
    )


def definitions() -> list[Definition]:
    """The five-year bands, the total and the share of the oldest: what the published estimates give."""
    return [_five_year_definition(), *_broad_definitions()[1:]]


def _broad_definitions() -> list[Definition]:
    bands = "Population estimée au 1er janvier, par sexe et par tranche : 0-19, 20-39, 40-59, 60-74, 75 ans et plus."
    older = Definition(
        code=OVER_75,
        label="Part des personnes de 75 ans et plus",
        unit="percent",
        theme=THEME,
        counts_persons=True,
        method="Calculée : habitants de 75 ans et plus pour 100 habitants.",
        formula="100 × habitants de 75 ans et plus ÷ habitants",
        numerator_words="habitants de 75 ans et plus",
        denominator_words="habitants",
        producer=_PRODUCER,
        source_name=_ESTIMATES,
        licence=OPEN_LICENCE,
    )
    return [
        _definition(BROAD, "Population par sexe et âge (cinq tranches)", bands),
        _definition(TOTAL, "Population", "Population estimée au 1er janvier."),
        older,
    ]


def _broad(sheet: Sheet, geography: Geography) -> Reading:
    """Five bands, with the sums that the file gives: the sum of all ages becomes the total population."""
    year = sheet.year
    reading = Reading("population_bandes")
    if year is None:
        reading.aside.append(
            Aside(sheet.name, "le nom du fichier ne dit pas l’année, et le fichier non plus", len(sheet.rows))
        )
        return reading
    reading.definitions += _broad_definitions()
    both: dict[str, dict[str, float]] = defaultdict(dict)
    for line, row in sheet.lines():
        code = cells.department(row["departement"])
        sex, age, value = cells.sex(row["sexe"]), cells.age(row["age"]), cells.number(row["population"])
        measured = TOTAL if not sex and not age else BROAD
        place: Place = ("departement", code)
        reading.entries.append(Entry(measured, place, year, value, sex, age, line=line))
        if not sex and value is not None:
            both[code][age] = value
    reading.entries += [_older(code, found, year) for code, found in sorted(both.items()) if _both(found)]
    return reading


def _both(found: dict[str, float]) -> bool:
    return bool(found.get("")) and "75+" in found


def _older(code: str, found: dict[str, float], year: cells.Period) -> Entry:
    share = 100 * found["75+"] / found[""]
    return Entry(OVER_75, ("departement", code), year, share, numerator=found["75+"], denominator=found[""])


def _intercommunalities(sheet: Sheet, geography: Geography) -> Reading:
    definition = Definition(
        code=TOTAL + "_epci",
        label="Population municipale de l’intercommunalité",
        unit="persons",
        unit_words="habitants",
        theme=THEME,
        counts_persons=True,
        decimals=0,
        method="Population municipale légale de l’intercommunalité entière, y compris hors de la région.",
        producer=_PRODUCER,
        source_name="INSEE, populations légales des intercommunalités",
        licence=OPEN_LICENCE,
    )
    reading = Reading("population_epci", [definition])
    year = sheet.year or cells.period(str(geography.this_year))
    said = "" if sheet.year else "édition absente du fichier : année du chargement"
    for line, row in sheet.lines():
        reading.entries.append(
            Entry(
                code=definition.code,
                place=("epci", row["siren"].strip()),
                period=year,
                value=cells.number(row["population_municipale"]),
                qualifier=said,
                line=line,
            )
        )
    reading.aside.append(
        Aside(
            "population_totale",
            "compte deux fois les personnes qui ont deux attaches ; population municipale retenue",
            len(sheet.rows),
        )
    )
    return reading


READERS = (
    Reader(
        "population_age5",
        "Population par département, sexe et âge de cinq ans en cinq ans",
        frozenset({"year", "departement_code", "sex", "population", "classe_age_5"}),
        _five_year,
    ),
    Reader(
        "population_bandes",
        "Population par département, sexe et cinq tranches d’âge",
        frozenset({"departement", "nom", "sexe", "age", "population"}),
        _broad,
    ),
    Reader(
        "population_epci",
        "Population des intercommunalités",
        frozenset({"siren", "type", "population_municipale", "population_totale"}),
        _intercommunalities,
    ),
)
