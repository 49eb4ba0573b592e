"""The table of departments with the home-made disadvantage score, under its true name only.

Fed by departements.csv. Feeds the grouping of departments by disadvantage, in the demonstration.
"""

from __future__ import annotations

from fabrique.observatory.services import cells
from fabrique.observatory.services.entries import Aside, Definition, Entry, Reading
from fabrique.observatory.services.readers.base import Geography, Reader, Sheet

THEME = "Conditions sociales"
SCORE = "score_desavantage_demonstration"
SCORE_NAME = "score de désavantage de la démonstration (moyenne de quatre écarts réduits) : ni FDep, ni EDI"
_TOWNS = "communes de 2 000 habitants et plus"
_TABLE = "Table des départements de la démonstration (producteur non précisé par le fichier)"

#: (column, definition, factor, period, scope)
_COLUMNS: tuple[tuple[str, Definition, float, str, str], ...] = (
    (
        "indice_desavantage_proxy",
        Definition(
            code=SCORE,
            label="Score de désavantage de la démonstration (moyenne de quatre écarts réduits) : ni FDep, ni EDI",
            unit="score",
            theme=THEME,
            decimals=2,
            description="Fabriqué pour la démonstration. Plus il est haut, plus le département est désavantagé. "
            "Ce n’est ni le FDep, ni l’EDI : ne pas le citer comme tel.",
            method="Moyenne de quatre écarts réduits. Le fichier ne dit pas lesquels.",
            source_name=_TABLE,
        ),
        1.0,
        "2018",
        "",
    ),
    (
        "taux_chomage_2018_communes2000",
        Definition(
            code="taux_chomage_villes",
            label="Taux de chômage dans les communes de 2 000 habitants et plus",
            unit="percent",
            direction="fall",
            theme=THEME,
            method="Champ restreint aux communes de 2 000 habitants et plus : ce n’est pas le taux du département.",
            source_name=_TABLE,
        ),
        100.0,
        "2018",
        _TOWNS,
    ),
    (
        "part_ouvriers_2018_communes2000",
        Definition(
            code="part_ouvriers_villes",
            label="Part des ouvriers dans les communes de 2 000 habitants et plus",
            unit="percent",
            theme=THEME,
            method="Champ restreint aux communes de 2 000 habitants et plus.",
            source_name=_TABLE,
        ),
        100.0,
        "2018",
        _TOWNS,
    ),
    (
        "part_bac_plus_2018_communes2000",
        Definition(
            code="part_bac_plus_villes",
            label="Part des diplômés du baccalauréat ou plus dans les communes de 2 000 habitants et plus",
            unit="percent",
            direction="rise",
            theme=THEME,
            method="Champ restreint aux communes de 2 000 habitants et plus.",
            source_name=_TABLE,
        ),
        100.0,
        "2018",
        _TOWNS,
    ),
)
_ELSEWHERE = {
    "population": "vient des fichiers de population",
    "distance_urgence_km_ponderee_pop": "recalculée depuis le fichier des communes",
    "median_distance_urgence_km": "médiane des communes, sans poids : la moyenne par habitant est retenue",
    "part_pop_rurale": "recalculée depuis le fichier des communes",
    "medecins_2018": "vient du fichier des médecins",
    "generalistes_2018": "vient du fichier des médecins",
    "generalistes_pour_100000_2018": "vient du fichier des médecins",
    "taux_pauvrete_2013": "vient du fichier des revenus",
    "revenu_median_uc_2013": "vient du fichier des revenus",
    "apl_medecins_zscore_france": "écart réduit dont le fichier ne dit ni l’année, ni la référence",
    "urbanite_std": "mesure que le fichier ne définit pas",
    "n_communes": "n’est pas un indicateur",
}


def _read(sheet: Sheet, geography: Geography) -> Reading:
    reading = Reading("departements_demonstration")
    present = [one for one in _COLUMNS if one[0] in sheet.columns]
    reading.definitions = [definition for _column, definition, *_rest in present]
    for line, row in sheet.lines():
        place = ("departement", cells.department(row["departement"]))
        for column, definition, factor, year, scope in present:
            value = cells.number(row[column])
            reading.entries.append(
                Entry(
                    definition.code,
                    place,
                    cells.period(year),
                    None if value is None else round(factor * value, 6),
                    scope=scope,
                    status="ok" if value is not None else "missing",
                    qualifier="année supposée : celle des autres colonnes"
                    if definition.code == SCORE
                    else "",
                    line=line,
                )
            )
    reading.aside = [
        Aside(column, why, len(sheet.rows)) for column, why in _ELSEWHERE.items() if column in sheet.columns
    ]
    return reading


READERS = (
    Reader(
        "departements_demonstration",
        "Table des départements, avec le score de désavantage de la démonstration",
        frozenset({"departement", "indice_desavantage_proxy"}),
        _read,
    ),
)
