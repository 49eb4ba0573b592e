"""Daily health spending by envelope in a region.

Fed by health_spending_2022.csv. Feeds the regional portrait.
"""

from __future__ import annotations

from fabrique.observatory.services import cells
from fabrique.observatory.services.entries import Definition, Entry, Reading
from fabrique.observatory.services.readers.base import Geography, Reader, Sheet, slug
from fabrique.observatory.services.readers.diagnostic import SOURCE

THEME = "Dépenses de santé"
_SAME = "idem"


def _read(sheet: Sheet, geography: Geography) -> Reading:
    reading = Reading("depenses_enveloppes")
    scope = ""
    for line, row in sheet.lines():
        said = row["scope"].strip()
        scope = scope if said == _SAME else said
        value = cells.number(row["million_eur_per_day"])
        code = "depenses_" + slug(row["envelope"], 60)
        reading.definitions.append(
            Definition(
                code=code,
                label=f"Dépenses par jour : {row['envelope'].strip()}",
                unit="million_euro",
                unit_words="millions d’euros par jour",
                theme=THEME,
                method=f"Champ : {scope}.",
                producer="Agence régionale de santé",
                source_name=SOURCE,
            )
        )
        reading.entries.append(
            Entry(
                code,
                ("region", row["region_code"].strip().zfill(2)),
                cells.period(row["year"]),
                value,
                status="ok" if value is not None else "missing",
                line=line,
            )
        )
    return reading


READERS = (
    Reader(
        "depenses_enveloppes",
        "Dépenses de santé par enveloppe",
        frozenset({"envelope", "million_eur_per_day", "year", "region_code"}),
        _read,
    ),
)
