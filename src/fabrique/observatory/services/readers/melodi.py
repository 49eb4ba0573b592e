"""INSEE: the population estimates as its open data gives them (DS_ESTIMATION_POPULATION), by sex and age.

Fed by the published CSV: one line an observation, codes for sexes, ages and places. Feeds the same indicators as
the other population files.

The file goes back to 1975 and holds bands inside other bands. The latest year that has departments is kept, with
five-year bands and totals; everything else is named and set aside.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from fabrique.observatory.services import cells
from fabrique.observatory.services.entries import Aside, Entry, Place, Reading
from fabrique.observatory.services.readers import populations
from fabrique.observatory.services.readers.base import Geography, Reader, Sheet

#: people on 1 January, the only measure of the file that counts inhabitants
MEASURE = "POP_JAN_1ST"
_LEVELS = {"DEP": "departement", "REG": "region"}
_ALL = "_T"
_BETWEEN = re.compile(r"Y(\d{1,2})T(\d{1,2})")
_OLDEST, _YOUNGEST = "Y_GE95", "Y_LT5"
_PROVISIONAL = "P"
Row = Mapping[str, str]


def _read(sheet: Sheet, geography: Geography) -> Reading:
    reading = Reading("population_melodi")
    rows = [(line, row) for line, row in sheet.lines() if row["EP_MEASURE"].strip() == MEASURE]
    aside: Counter[tuple[str, str]] = Counter()
    aside["EP_MEASURE", "autre mesure que la population au 1er janvier"] = len(sheet.rows) - len(rows)
    years = [row["TIME_PERIOD"].strip() for _line, row in rows if row["GEO_OBJECT"].strip() == "DEP"]
    if years:
        reading.definitions = populations.definitions()
        latest = max(years)
        kept = [(line, row) for line, row in rows if row["TIME_PERIOD"].strip() == latest]
        aside["TIME_PERIOD", f"autres années : {latest} seule est chargée"] = len(rows) - len(kept)
        for line, row in kept:
            why = _why_not(row)
            if why:
                aside[why] += 1
            else:
                reading.entries.append(_entry(line, row))
        reading.entries += _older(reading.entries)
    reading.aside = [Aside(what, why, count) for (what, why), count in sorted(aside.items()) if count]
    return reading


def _why_not(row: Row) -> tuple[str, str] | None:
    """The column and the reason that set a line aside."""
    if row["GEO_OBJECT"].strip() not in _LEVELS:
        return "GEO_OBJECT", "ni un département, ni une région"
    if _age(row) is None:
        return "AGE", "tranche d’âge qui n’est pas de cinq ans"
    return None


def _age(row: Row) -> str | None:
    """« 15-19 », « 95+ », « » for all ages; None for a band that is not of five years."""
    code = row["AGE"].strip()
    if code == _ALL:
        return ""
    if code in (_OLDEST, _YOUNGEST):
        return "95+" if code == _OLDEST else "0-4"
    found = _BETWEEN.fullmatch(code)
    if found is None or int(found[2]) - int(found[1]) != 4 or int(found[1]) % 5:
        return None
    return f"{int(found[1])}-{int(found[2])}"


def _entry(line: int, row: Row) -> Entry:
    level, code = _LEVELS[row["GEO_OBJECT"].strip()], row["GEO"].strip()
    place: Place = (level, cells.department(code) if level == "departement" else code.zfill(2))
    sex = "" if row["SEX"].strip() == _ALL else cells.sex(row["SEX"])
    age = _age(row) or ""
    value = cells.number(row["OBS_VALUE"])
    known = "provisional" if row.get("OBS_STATUS", "").strip() == _PROVISIONAL else "ok"
    return Entry(
        populations.FIVE_YEAR if sex or age else populations.TOTAL,
        place,
        cells.period(row["TIME_PERIOD"].strip()),
        value,
        sex,
        age,
        status=known if value is not None else "missing",
        line=line,
    )


def _older(entries: list[Entry]) -> list[Entry]:
    """The share of the oldest, where all ages and the five bands from 75 are there."""
    both: dict[Place, dict[str, Entry]] = defaultdict(dict)
    for one in entries:
        if not one.sex and one.value is not None:
            both[one.place][one.age] = one
    bands = ("75-79", "80-84", "85-89", "90-94", "95+")
    return [
        Entry(
            populations.OVER_75,
            place,
            found[""].period,
            100 * sum(float(found[band].value or 0) for band in bands) / float(found[""].value or 0),
            numerator=sum(float(found[band].value or 0) for band in bands),
            denominator=found[""].value,
            status=found[""].status,
        )
        for place, found in sorted(both.items())
        if found.get("") and found[""].value and all(band in found for band in bands)
    ]


READERS = (
    Reader(
        "population_melodi",
        "INSEE : estimations de population, telles que publiées",
        frozenset({"GEO", "GEO_OBJECT", "SEX", "AGE", "EP_MEASURE", "TIME_PERIOD", "OBS_VALUE"}),
        _read,
    ),
)
