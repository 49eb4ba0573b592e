"""INSEE Filosofi: poverty and standard of living by department, as the long French titles give them.

Fed by the Filosofi file of departments. Feeds poverty, incomes, look-alike departments.
"""

from __future__ import annotations

from dataclasses import dataclass

from fabrique.observatory.services import cells
from fabrique.observatory.services.entries import Aside, Definition, Entry, Reading
from fabrique.observatory.services.readers.base import OPEN_LICENCE, Geography, Reader, Sheet

THEME = "Revenus et pauvreté"
POVERTY = "taux_pauvrete"
MEDIAN_INCOME = "niveau_vie_median"
_PLACE = "Code géographique"
_RATE = "Taux de pauvreté-Ensemble (% pop totale)"
_MEDIAN = "Revenu disponible par unité de consommation (Médiane)"


@dataclass(frozen=True)
class _Column:
    """One column: the start of its title (titles carry stray spaces), and what it measures."""

    title: str
    code: str
    label: str
    unit: str
    direction: str = "none"
    age: str = ""
    decimals: int = 1


_BY_AGE = "Taux de pauvreté selon l’âge du référent fiscal"
_AGES = (
    ("moins de 30 ans", "0-29"),
    ("30 à 39 ans", "30-39"),
    ("40 à 49 ans", "40-49"),
    ("50 à 59 ans", "50-59"),
    ("60 à 74 ans", "60-74"),
    ("75 ans ou plus", "75+"),
)
_AGED = POVERTY + "_age_referent"
_AGED_LABEL = "Taux de pauvreté selon l’âge du référent fiscal"
COLUMNS = (
    _Column(_RATE, POVERTY, "Taux de pauvreté (seuil à 60 %)", "percent", "fall"),
    *(
        _Column(f"{_BY_AGE} (% des {words})", _AGED, _AGED_LABEL, "percent", "fall", band)
        for words, band in _AGES
    ),
    _Column(
        "Taux de pauvreté selon le statut d’occupation du logement (propriétaires)",
        POVERTY + "_proprietaires",
        "Taux de pauvreté des propriétaires de leur logement",
        "percent",
        "fall",
    ),
    _Column(
        "Taux de pauvreté selon le statut d’occupation du logement (locataires)",
        POVERTY + "_locataires",
        "Taux de pauvreté des locataires",
        "percent",
        "fall",
    ),
    _Column(_MEDIAN, MEDIAN_INCOME, "Niveau de vie médian", "euro", "rise", decimals=0),
    _Column(
        "Revenu disponible par unité de consommation (Rapport inter-décile",
        "rapport_interdecile",
        "Rapport entre le niveau de vie des 10 % les plus aisés et celui des 10 % les plus modestes",
        "ratio",
        "fall",
    ),
    _Column(
        "Revenu disponible par unité de consommation (1er décile)",
        "niveau_vie_premier_decile",
        "Niveau de vie au-dessous duquel vivent les 10 % les plus modestes",
        "euro",
        "rise",
        decimals=0,
    ),
    _Column(
        "Revenu disponible par unité de consommation (9e décile",
        "niveau_vie_neuvieme_decile",
        "Niveau de vie au-dessus duquel vivent les 10 % les plus aisés",
        "euro",
        decimals=0,
    ),
    _Column(
        "Part des ménages fiscaux imposés (%)", "part_menages_imposes", "Part des ménages imposés", "percent"
    ),
)


def _definition(column: _Column) -> Definition:
    return Definition(
        code=column.code,
        label=column.label,
        unit=column.unit,
        unit_words="euros par an et par unité de consommation" if column.unit == "euro" else "",
        direction=column.direction,
        theme=THEME,
        decimals=column.decimals,
        method=(
            "Fichier localisé social et fiscal (Filosofi). Revenu disponible par unité de consommation des ménages "
            "fiscaux ; le seuil de pauvreté est à 60 % de la médiane de France métropolitaine."
        ),
        producer="INSEE",
        source_name="INSEE-DGFiP-Cnaf-Cnav-CCMSA, Filosofi",
        source_url="https://www.insee.fr/fr/metadonnees/source/serie/s1172",
        licence=OPEN_LICENCE,
    )


def _read(sheet: Sheet, geography: Geography) -> Reading:
    reading = Reading("filosofi_departements")
    year = sheet.year
    if year is None:
        why = "le nom du fichier ne dit pas l’année, et le fichier non plus"
        reading.aside.append(Aside(sheet.name, why, len(sheet.rows)))
        return reading
    found = {column: _title(sheet, column) for column in COLUMNS}
    reading.definitions = list({c.code: _definition(c) for c, title in found.items() if title}.values())
    for line, row in sheet.lines():
        place = ("departement", cells.department(row[_PLACE]))
        for column, title in found.items():
            if title is None:
                continue
            value = cells.number(row[title])
            reading.entries.append(
                Entry(
                    code=column.code,
                    place=place,
                    period=year,
                    age=column.age,
                    value=value,
                    # a blank cell is statistical secrecy: nobody knows the value, and it is not zero
                    status="ok" if value is not None else "suppressed",
                    line=line,
                )
            )
    unread = (
        set(sheet.columns) - {title for title in found.values() if title} - {_PLACE, "Libellé géographique"}
    )
    reading.aside += [
        Aside(title, "effectif de ménages, sans usage dans l’observatoire", len(sheet.rows))
        for title in sorted(unread)
    ]
    return reading


def _title(sheet: Sheet, column: _Column) -> str | None:
    return next((title for title in sheet.columns if title.strip().startswith(column.title)), None)


READERS = (
    Reader(
        "filosofi_departements",
        "Pauvreté et niveaux de vie par département (Filosofi)",
        frozenset({_PLACE, _RATE, _MEDIAN}),
        _read,
    ),
)
