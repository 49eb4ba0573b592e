"""CépiDc: standardised mortality by department, sex and cause.

Fed by the file of standardised rates. Feeds one indicator a cause, and all causes together.
"""

from __future__ import annotations

import re
from collections import defaultdict

from fabrique.observatory.services import cells
from fabrique.observatory.services.entries import Aside, Definition, Entry, Reading
from fabrique.observatory.services.readers.base import OPEN_LICENCE, Geography, Reader, Sheet, slug

THEME = "Mortalité"
ALL_CAUSES = "mortalite_toutes_causes"
#: chapters of the short European list, each death in exactly one
CHAPTERS = 18
_NUMBERED = re.compile(r"(\d{1,2})\.\s*(.+)")
_PER_100000 = "pour 100 000"


def _definition(code: str, label: str, method: str, formula: str = "") -> Definition:
    return Definition(
        code=code,
        label=label,
        unit="per_100000",
        unit_words="décès pour 100 000 habitants",
        direction="fall",
        theme=THEME,
        method=method,
        formula=formula,
        numerator_words="décès de l’année, cause initiale",
        denominator_words="habitants",
        producer="Inserm-CépiDc",
        source_name="Inserm-CépiDc, statistiques sur les causes de décès",
        source_url="https://opendata-cepidc.inserm.fr",
        licence=OPEN_LICENCE,
    )


def _read(sheet: Sheet, geography: Geography) -> Reading:
    reading = Reading("mortalite_departements")
    sums: dict[tuple[str, cells.Period, str], list[float]] = defaultdict(list)
    known: dict[str, Definition] = {}
    others = 0
    for line, row in sheet.lines():
        if _PER_100000 not in row["indicateur"]:
            others += 1
            continue
        found = _NUMBERED.fullmatch(row["cause"].strip())
        name = found[2] if found else row["cause"].strip()
        code = f"mortalite_{int(found[1]):02d}_{slug(name, 40)}" if found else f"mortalite_{slug(name, 44)}"
        label = f"Mortalité : {name[:1].lower()}{name[1:]}"
        known.setdefault(code, _definition(code, label, row["indicateur"].strip()))
        place, year = cells.department(row["departement"]), cells.period(row["annee"])
        sex, value = cells.sex(row["sexe"]), cells.number(row["valeur"])
        status = "ok" if value is not None else "suppressed"
        reading.entries.append(
            Entry(code, ("departement", place), year, value, sex=sex, status=status, line=line)
        )
        if found and value is not None:
            sums[place, year, sex].append(value)
    reading.definitions = [*known.values(), *_all_causes(reading, sums)]
    if others:
        reading.aside.append(
            Aside("indicateur", "n’est pas un taux standardisé pour 100 000 habitants", others)
        )
    return reading


def _all_causes(reading: Reading, sums: dict[tuple[str, cells.Period, str], list[float]]) -> list[Definition]:
    """The sum of the chapters, where none is missing: with one standard population, standardised rates add up."""
    whole = {key: values for key, values in sums.items() if len(values) == CHAPTERS}
    for (place, year, sex), values in whole.items():
        reading.entries.append(
            Entry(
                ALL_CAUSES,
                ("departement", place),
                year,
                round(sum(values), 1),
                sex=sex,
                status="estimated",
                qualifier="somme des 18 chapitres, faite par la plateforme",
            )
        )
    if not whole:
        return []
    method = (
        "Somme, faite par la plateforme, des taux standardisés des 18 chapitres de causes : chaque décès "
        "n’a qu’une cause initiale. La source arrondit chaque chapitre à une décimale."
    )
    return [_definition(ALL_CAUSES, "Mortalité : toutes causes", method, "somme des 18 chapitres")]


READERS = (
    Reader(
        "mortalite_departements",
        "Mortalité standardisée par département, sexe et cause",
        frozenset({"annee", "departement", "sexe", "cause", "indicateur", "valeur"}),
        _read,
    ),
)
