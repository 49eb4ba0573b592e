"""Health determinants by occupation, as the table of the diagnosis gives them for France.

Fed by determinants_by_occupation.csv. Feeds inequalities by occupation: one indicator an occupation.
"""

from __future__ import annotations

from fabrique.observatory.services import cells
from fabrique.observatory.services.cells import Period
from fabrique.observatory.services.entries import Definition, Entry, Reading
from fabrique.observatory.services.readers.base import Geography, Reader, Sheet, slug
from fabrique.observatory.services.readers.diagnostic import SOURCE

THEME = "Déterminants de santé selon le métier"
PREFIX = "metier_"
#: from the most to the least favoured in the source's table
OCCUPATIONS = {
    "cadres": "cadres",
    "agriculteurs": "agriculteurs",
    "employes": "employés",
    "ouvriers": "ouvriers",
}
#: a title that says « per million hours » over a column in percent: said, not mended
_DOUBT = "par million d’heures"


def code_of(determinant: str, occupation: str) -> str:
    """The series of a determinant for one occupation: metier_diabete__ouvriers."""
    return f"{PREFIX}{slug(determinant, 50)}__{occupation}"


def _period(cell: str) -> Period:
    years = [cells.period(part.strip()) for part in cell.split(" ou ")]
    return Period(cell.strip(), years[0].start, years[-1].end)


def _read(sheet: Sheet, geography: Geography) -> Reading:
    reading = Reading("determinants_metier")
    for line, row in sheet.lines():
        percent = row["measure"].strip() == "percent"
        determinant = row["determinant"].strip()
        for column, occupation in OCCUPATIONS.items():
            value = cells.number(row[column])
            code = code_of(determinant, column)
            doubt = percent and "million d'heures" in determinant.replace("’", "'")
            reading.definitions.append(
                Definition(
                    code=code,
                    label=f"{determinant} : {occupation}",
                    unit="percent" if percent else "ratio",
                    unit_words="" if percent else "fois le risque des cadres",
                    direction="fall",
                    theme=THEME,
                    description=row["group"].strip(),
                    method="Table 1 du diagnostic ; le risque des cadres vaut 1."
                    if not percent
                    else "Table 1 du diagnostic.",
                    producer=row["original_source"].strip(),
                    source_name=SOURCE,
                )
            )
            reading.entries.append(
                Entry(
                    code,
                    ("pays", "FR"),
                    _period(row["year"]),
                    value,
                    status="ok" if value is not None else "missing",
                    qualifier=f"la source écrit « {_DOUBT} » et donne un pourcentage" if doubt else "",
                    line=line,
                )
            )
    return reading


READERS = (
    Reader(
        "determinants_metier",
        "Déterminants de santé selon le métier",
        frozenset({"determinant", "measure", "year", *OCCUPATIONS}),
        _read,
    ),
)
