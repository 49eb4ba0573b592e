"""The figures of the territorial diagnosis, one value a row, with their contradictions and inferences.

Fed by diagnostic_indicators.csv. Feeds portraits: two values for one thing are both kept and flagged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fabrique.observatory.services import cells
from fabrique.observatory.services.entries import Aside, Definition, Entry, Place, Reading, ranked
from fabrique.observatory.services.readers.base import Geography, Reader, Sheet, slug

THEME = "Diagnostic du projet régional de santé"
PREFIX = "diag_"
SOURCE = "Projet régional de santé d’Occitanie, diagnostic territorial"
#: what flags that the source gives several values for one thing
CONTRADICTION = "contradiction dans la source"
_LEVELS = {"region": "region", "department": "departement", "country": "pays", "departement": "departement"}
#: unit as written → (unit, words, decimals)
_UNITS = {
    "km2": ("km2", "", 0),
    "communes": ("count", "communes", 0),
    "habitants": ("persons", "habitants", 0),
    "hab/km2": ("per_km2", "", 0),
    "percent": ("percent", "", 1),
    "enfants par femme": ("other", "enfants par femme", 2),
    "pour 100 jeunes": ("other", "personnes de 65 ans et plus pour 100 jeunes", 0),
    "pour 10 000": ("per_10000", "", 1),
    "pour 1 000": ("per_1000", "", 1),
    "médecins": ("count", "médecins", 0),
    "passages": ("count", "passages", 0),
    "hospitalisations": ("count", "hospitalisations", 0),
    "personnes": ("persons", "personnes", 0),
    "million EUR": ("million_euro", "", 0),
    "rang": ("rank", "", 0),
    "oui": ("yes", "", 0),
}
_RISE = ("Médecins", "Places", "Moyens", "Fonds", "Évolution annuelle de la densité", "Écart de densité")
_FALL = ("Taux de pauvreté", "Rang de pauvreté", "Désertification", "Décès", "Passages", "Hospitalisations")
_QUALIFIERS = (
    (re.compile(r"contradiction in the source: 24 % elsewhere"), f"{CONTRADICTION} : 24 % ailleurs"),
    (
        re.compile(r"contradiction in the source: 26 000, 40 000 and 41 500"),
        f"{CONTRADICTION} : 26 000, 40 000 et 41 500",
    ),
    (
        re.compile(r"'aujourd'hui' in the source; contradiction: 19\.8 % elsewhere"),
        f"« aujourd’hui » dans la source ; {CONTRADICTION} : 19,8 % ailleurs",
    ),
    (re.compile(r"contradiction in the source"), CONTRADICTION),
    (re.compile(r"year inferred"), "année déduite"),
    (re.compile(r"period (\d{4}-\d{4})"), r"période \1"),
    (re.compile(r"^'(.+)'$"), r"« \1 » dans la source"),
)


def _read(sheet: Sheet, geography: Geography) -> Reading:
    reading = Reading("diagnostic")
    known: dict[str, Definition] = {}
    lost = 0
    for line, row in sheet.lines():
        place, scope = _place(row, geography)
        if place is None:
            lost += 1
            continue
        definition = _definition(row)
        known.setdefault(definition.code, definition)
        value = cells.number(row["value"])
        reading.entries.append(
            Entry(
                definition.code,
                place,
                cells.period(row["year"]),
                value,
                cells.sex(row["sex"]),
                scope=scope,
                status="ok" if value is not None else "missing",
                qualifier=qualifier(row["qualifier"]),
                line=line,
            )
        )
    reading.entries = ranked(reading.entries)
    reading.definitions = list(known.values())
    if lost:
        reading.aside.append(Aside("territory", "territoire inconnu de la plateforme", lost))
    return reading


def qualifier(said: str) -> str:
    """The reservation in French; « plus de » and the like are French already."""
    text = said.strip()
    for pattern, french in _QUALIFIERS:
        text = pattern.sub(french, text)
    return text.replace("; ", " ; ").replace("  ", " ")


def _place(row: Mapping[str, str], geography: Geography) -> tuple[Place | None, str]:
    level, name = _LEVELS.get(row["territory_level"].strip(), ""), row["territory"].strip()
    if level == "pays":
        return ("pays", "FR"), "" if name == "France" else name
    return geography.by_name(level, name), ""


def _definition(row: Mapping[str, str]) -> Definition:
    label = row["indicator"].strip()
    unit, words, decimals = _UNITS.get(row["unit"].strip(), ("other", row["unit"].strip(), 2))
    direction = "rise" if label.startswith(_RISE) else "fall" if label.startswith(_FALL) else "none"
    return Definition(
        code=PREFIX + slug(label, 70),
        label=label,
        unit=unit,
        unit_words=words,
        direction=direction,
        theme=THEME,
        decimals=decimals,
        counts_persons=unit == "persons",
        method="Valeur citée par le diagnostic, qui ne donne ni le détail du calcul, ni les effectifs.",
        producer="Agence régionale de santé",
        source_name=SOURCE,
    )


READERS = (
    Reader(
        "diagnostic",
        "Chiffres du diagnostic territorial",
        frozenset({"indicator", "territory_level", "territory", "year", "value", "unit", "qualifier"}),
        _read,
    ),
)
