"""Cells of a file of figures, as the French write them: numbers, periods, ages, sexes, department codes.

Fed by the readers and the import of values. Feeds their entries; nothing here knows the database.
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date

#: what stands for « no value » in official files: never zero
NOTHING = frozenset({"", "na", "n/a", "nan", "nd", "ns", "s", "c", ".", "..", "...", "-", "null", "none"})
_SPACES = str.maketrans("", "", " \u00a0\u202f\t")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_YEAR = re.compile(r"(\d{4})")
_RANGE = re.compile(r"(\d{4})\s*[-/–]\s*(\d{4})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4})-?[Tt]([1-4])")
_AGE_BETWEEN = re.compile(r"(?:de\s+)?(\d{1,3})\s*(?:à|-|_|–)\s*(\d{1,3})(?:\s*ans)?")
_AGE_OVER = re.compile(r"(?:plus de\s+(\d{1,3})(?:\s*ans)?|(\d{1,3})\s*(?:\+|et\+|ans et plus|ans ou plus))")
_AGE_UNDER = re.compile(r"moins de\s+(\d{1,3})(?:\s*ans)?")
_OLDEST = 105
_ALL_AGES = frozenset({"", "total", "tous", "tous âges", "tsage", "ensemble", "toutages", "tous ages"})
_SEXES = {
    **dict.fromkeys(("", "ensemble", "tous sexes", "t", "total", "9", "les deux"), ""),
    **dict.fromkeys(("femme", "femmes", "f", "2"), "femme"),
    **dict.fromkeys(("homme", "hommes", "m", "h", "1"), "homme"),
}
_FIRST_YEAR, _LAST_YEAR = 1800, 2200


@dataclass(frozen=True, slots=True)
class Period:
    """A period as it is written, and its first and last days."""

    words: str
    start: date
    end: date


def number(cell: str | None) -> float | None:
    """A number (« 1 234,5 », « 12.5 »), or None for a blank or for what official files write instead of a value.

    Raises ValueError on anything else.
    """
    text = (cell or "").translate(_SPACES)
    if text.casefold() in NOTHING:
        return None
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    found = float(text.replace(",", "."))
    if not math.isfinite(found):
        raise ValueError(text)
    return found


def period(cell: str) -> Period:
    """2023, 2020-2022, 2023-04 or 2023-T2. Raises ValueError on anything else."""
    text = cell.strip()
    if found := _QUARTER.fullmatch(text):
        year, quarter = int(found[1]), int(found[2])
        return Period(
            f"{year}-T{quarter}", date(_year(year), 3 * quarter - 2, 1), _month_end(year, 3 * quarter)
        )
    if found := _RANGE.fullmatch(text):
        first, last = _year(int(found[1])), _year(int(found[2]))
        if first > last:
            raise ValueError(text)
        return Period(f"{first}-{last}", date(first, 1, 1), date(last, 12, 31))
    if found := _MONTH.fullmatch(text):
        year, month = _year(int(found[1])), int(found[2])
        if not 1 <= month <= 12:
            raise ValueError(text)
        return Period(f"{year}-{month:02d}", date(year, month, 1), _month_end(year, month))
    if found := _YEAR.fullmatch(text.removesuffix(".0")):
        year = _year(int(found[1]))
        return Period(str(year), date(year, 1, 1), date(year, 12, 31))
    raise ValueError(text)


def _year(year: int) -> int:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(str(year))
    return year


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def age(cell: str) -> str:
    """« 0-4 », « 75+ », or « » for all ages, from « de 0 à 4 ans », « 00_04 », « 95_130 », « plus de 95 ans »…

    Raises ValueError on anything else.
    """
    text = cell.strip().casefold()
    if text in _ALL_AGES:
        return ""
    if found := _AGE_BETWEEN.fullmatch(text):
        low, high = int(found[1]), int(found[2])
        if low > high:
            raise ValueError(cell)
        return f"{low}+" if high >= _OLDEST else f"{low}-{high}"
    if found := _AGE_OVER.fullmatch(text):
        return f"{int(found[1] or found[2])}+"
    if found := _AGE_UNDER.fullmatch(text):
        return f"0-{int(found[1]) - 1}"
    raise ValueError(cell)


def age_bounds(band: str) -> tuple[int, int]:
    """« 0-4 » → (0, 4); « 75+ » → (75, 200); « » → (0, 200)."""
    if not band:
        return 0, 200
    if band.endswith("+"):
        return int(band[:-1]), 200
    low, _dash, high = band.partition("-")
    return int(low), int(high)


def sex(cell: str) -> str:
    """« femme », « homme » or « » for both. Raises ValueError on anything else."""
    text = cell.strip().casefold()
    if text not in _SEXES:
        raise ValueError(cell)
    return _SEXES[text]


def department(cell: str) -> str:
    """« 9 », « 9.0 » and « 09 » → « 09 »; « 2a » → « 2A »; overseas as they are. Raises ValueError."""
    text = cell.strip().upper().removesuffix(".0")
    if text in ("2A", "2B") or re.fullmatch(r"9[78]\d", text):
        return text
    if re.fullmatch(r"\d{1,2}", text) and 1 <= int(text) <= 95:
        return text.zfill(2)
    raise ValueError(cell)
