"""Assurance maladie, « Data pathologies »: people cared for, by condition, department, age, sex.

Fed by the official « effectifs » file, or by the extract that sums its lines. Feeds prevalences and what
standardises them.

The trap of the extract: it adds women, men and « both », and for a condition with sub-categories it adds these
too. Its population then is several times the inhabitants, and its « prevalence » the mean of its parts. A line is
kept only where its population says what was added; the others are set aside, with the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from fabrique.observatory.services import cells
from fabrique.observatory.services.entries import Aside, Definition, Entry, Place, Reading
from fabrique.observatory.services.readers.base import OPEN_LICENCE, Geography, Reader, Sheet, slug

THEME = "Maladies et recours aux soins"
PREFIX = "prevalence_"
MATERNITY = "Maternité"
_DIRECTION = {MATERNITY: "none", "Hospitalisations hors": "none", "Hospitalisation pour": "none"}
_COUNTRY, _ALL = "99", "999"
#: how far a population may be from a whole number of times the inhabitants: the file rounds to ten
_NEAR = 0.02
#: what a spreadsheet makes of « 05-09 » and « 10-14 »
_DATES = {"05-sept.": "5-9", "5-sept": "5-9", "oct.-14": "10-14", "14-oct": "10-14"}


def _definition(condition: str, method: str, halved: bool) -> Definition:
    direction = next((way for start, way in _DIRECTION.items() if condition.startswith(start)), "fall")
    women = condition.startswith(MATERNITY)
    return Definition(
        code=PREFIX + slug(condition, 50),
        label=f"Personnes prises en charge : {condition[:1].lower()}{condition[1:]}",
        unit="percent",
        direction=direction,
        theme=THEME,
        counts_persons=True,
        decimals=2,
        method=method,
        formula="100 × personnes prises en charge ÷ personnes suivies par l’Assurance maladie"
        + (" ; moitié des sommes du fichier, qui ajoute les deux sexes à l’ensemble" if halved else ""),
        numerator_words="personnes prises en charge dans l’année",
        denominator_words="femmes suivies par l’Assurance maladie"
        if women
        else "personnes suivies par l’Assurance maladie",
        producer="Cnam",
        source_name="Assurance maladie, cartographie des pathologies et des dépenses (Data pathologies)",
        source_url="https://data.ameli.fr/pages/data-pathologies/",
        licence=OPEN_LICENCE,
    )


@dataclass(frozen=True)
class _Line:
    """One row of the extract, read."""

    line: int
    condition: str
    department: str
    age: str
    period: cells.Period
    cared: float | None
    people: float | None


def _extract(sheet: Sheet, geography: Geography) -> Reading:
    lines = [_extract_line(line, row) for line, row in sheet.lines()]
    simple = _simple_conditions(lines)
    base = _inhabitants(lines, simple)
    reading = Reading("pathologies_extrait")
    aside: Counter[tuple[str, str]] = Counter()
    for one in lines:
        women = one.condition.startswith(MATERNITY)
        if one.condition not in simple:
            why = "additionne des sous-catégories qui se recouvrent : ni un effectif, ni une prévalence"
            aside[one.condition, why] += 1
            continue
        times = _times(one, base, women)
        if times is None:
            why = "la population de la ligne n’est ni une fois ni deux fois celle de la tranche d’âge"
            aside[one.condition, why] += 1
            continue
        reading.entries.append(_extract_entry(one, times, women))
    method = (
        "Personnes repérées par leurs soins remboursés. Extrait qui additionne femmes, hommes et ensemble : les "
        "effectifs, arrondis à la dizaine par la source, sont divisés par deux ; la part, elle, ne change pas."
    )
    reading.definitions = [_definition(condition, method, halved=True) for condition in sorted(simple)]
    reading.aside = [Aside(what, why, rows) for (what, why), rows in sorted(aside.items())]
    return reading


def _extract_line(line: int, row: Mapping[str, str]) -> _Line:
    return _Line(
        line,
        row["patho_niv1"].strip(),
        cells.department(row["dept"]),
        _age(row["libelle_classe_age"]),
        cells.period(row["annee"]),
        cells.number(row["Ntop"]),
        cells.number(row["Npop"]),
    )


def _simple_conditions(lines: list[_Line]) -> set[str]:
    """Conditions without sub-category: at all ages their population is that of the department, twice.

    It is the population that most conditions share; the smallest of these where several are as common.
    """
    shared: dict[tuple[str, str], Counter[float]] = defaultdict(Counter)
    whole = [one for one in lines if not one.age]
    for one in whole:
        if one.people and not one.condition.startswith(MATERNITY):
            shared[one.department, one.age][one.people] += 1
    base = {
        key: min(people for people, count in counts.items() if count == max(counts.values()))
        for key, counts in shared.items()
    }
    several = {one.condition for one in whole if _times(one, base, one.condition.startswith(MATERNITY)) != 2}
    return {one.condition for one in whole} - several


def _inhabitants(lines: list[_Line], simple: set[str]) -> dict[tuple[str, str], float]:
    """(department, age) → twice its people: the most that a condition without sub-category counts."""
    found: dict[tuple[str, str], float] = {}
    for one in lines:
        if one.people and one.condition in simple and not one.condition.startswith(MATERNITY):
            key = one.department, one.age
            found[key] = max(found.get(key, 0.0), one.people)
    return found


def _times(one: _Line, base: Mapping[tuple[str, str], float], women: bool) -> int | None:
    """How many times the people of the age band the line counts: 2 (sexes and both), 1 (both alone), or None."""
    twice = base.get((one.department, one.age))
    if not twice or not one.people:
        return None
    share = one.people / twice
    if women:
        # only women are counted, once as « women » and once as « both »
        return 2 if 0.4 <= share <= 0.65 else None
    if abs(share - 1) <= _NEAR:
        return 2
    return 1 if abs(share - 0.5) <= _NEAR else None


def _extract_entry(one: _Line, times: int, women: bool) -> Entry:
    place: Place = ("departement", one.department)
    code = PREFIX + slug(one.condition, 50)
    sex = "femme" if women else ""
    if one.cared is None or one.people is None:
        return Entry(code, place, one.period, None, sex, one.age, status="suppressed", line=one.line)
    return Entry(
        code,
        place,
        one.period,
        100 * one.cared / one.people,
        sex,
        one.age,
        numerator=one.cared / times,
        denominator=one.people / times,
        status="estimated" if times == 2 else "ok",
        qualifier="effectif : moitié de la somme du fichier" if times == 2 else "",
        line=one.line,
    )


def _official(sheet: Sheet, geography: Geography) -> Reading:
    """The file as the Assurance maladie publishes it: only lines of the first level, no sum made here."""
    reading = Reading("pathologies_effectifs")
    kept: dict[str, None] = {}
    below = 0
    for line, row in sheet.lines():
        if not _first_level(row):
            below += 1
            continue
        condition = row["patho_niv1"].strip()
        kept[condition] = None
        reading.entries.append(_official_entry(line, row, condition))
    method = "Personnes repérées par leurs soins remboursés ; effectifs arrondis à la dizaine par la source."
    reading.definitions = [_definition(condition, method, halved=False) for condition in kept]
    if below:
        why = "sous-catégories de pathologies : seul le premier niveau est chargé"
        reading.aside.append(Aside("patho_niv2, patho_niv3", why, below))
    return reading


def _first_level(row: Mapping[str, str]) -> bool:
    level = row.get("Niveau prioritaire", "").strip()
    if level:
        return "1" in level.split(",")
    return bool(row["patho_niv1"].strip()) and not row.get("patho_niv2", "").strip()


def _official_entry(line: int, row: Mapping[str, str], condition: str) -> Entry:
    cared, people = cells.number(row["Ntop"]), cells.number(row["Npop"])
    known = cared is not None and bool(people)
    return Entry(
        PREFIX + slug(condition, 50),
        _official_place(row),
        cells.period(row["annee"]),
        100 * cared / people if cared is not None and people else None,
        cells.sex(row["sexe"]),
        _age(row["cla_age_5"]),
        numerator=cared,
        denominator=people,
        # a blank count is statistical secrecy, never zero
        status="ok" if known else "suppressed",
        line=line,
    )


def _official_place(row: Mapping[str, str]) -> Place:
    if row["dept"].strip() != _ALL:
        return ("departement", cells.department(row["dept"]))
    region = row["region"].strip().zfill(2)
    return ("pays", "FR") if region == _COUNTRY else ("region", region)


def _age(cell: str) -> str:
    return cells.age(_DATES.get(cell.strip(), cell))


READERS = (
    Reader(
        "pathologies_effectifs",
        "Assurance maladie : effectifs par pathologie, sexe, âge et département",
        frozenset({"annee", "patho_niv1", "patho_niv2", "cla_age_5", "sexe", "dept", "Ntop", "Npop"}),
        _official,
    ),
    Reader(
        "pathologies_extrait",
        "Assurance maladie : extrait par pathologie, âge et département",
        frozenset({"annee", "dept", "libelle_classe_age", "patho_niv1", "Npop", "Ntop", "prev_calculee"}),
        _extract,
    ),
)
