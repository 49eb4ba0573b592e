"""What people write in cells, read as departments, ages, sexes, dates and numbers.

Fed by the cells of an import. Feeds services.rows; what cannot be read is a ValueError, told with its column.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

from fabrique.common.clock import now
from fabrique.common.folding import fold
from fabrique.territories.models import Territory

#: bands of the platform's own questionnaire: (first age, last age, key)
BANDS = ((0, 14, "0-14"), (15, 19, "15-19"), (20, 39, "20-39"), (40, 59, "40-59"), (60, 74, "60-74"))
_OLDEST = 120
_SEXES = {
    "woman": {"f", "femme", "feminin", "female", "woman", "une femme", "mme", "fille"},
    "man": {"h", "m", "homme", "masculin", "male", "man", "un homme", "garcon"},
    "other": {"autre", "other", "x", "non binaire", "d une autre maniere", "autre genre"},
}
_YES = {"y", "yes", "oui", "o", "1", "x", "vrai", "true", "quoted", "selectionne", "coche"}
_NO = {"", "n", "no", "non", "0", "faux", "false", "n a", "not selected", "non selectionne", "non coche"}
_UNSAID = re.compile(r"\b(prefere|souhaite|veux|sait|sais|reponse|repond|nc|nsp|inconnu|non renseigne)\b")
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%y")
_STAMP = re.compile(
    r"^(\S+?)(?:[T ]+(\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$"
)
_EARLIEST = 1990
#: what LimeSurvey writes as the date of a finished response when dates are not kept
_UNDATED = date(1980, 1, 1)


def said(text: str) -> bool:
    """Whether a profile cell says something: « je préfère ne pas répondre » does not."""
    folded = fold(text)
    return bool(folded) and folded not in ("n a", "nd", "no answer") and not _UNSAID.search(folded)


def age_band(text: str) -> str:
    """The age band of « 42 », « 42 ans », « 40-59 ans », « 75 ans et plus », « moins de 20 ans »."""
    folded = fold(text.replace("+", " et plus "))
    numbers = [int(found) for found in re.findall(r"\d{1,3}", folded)]
    if not numbers or len(numbers) > 2 or any(number > _OLDEST for number in numbers):
        raise ValueError(text)
    first = numbers[0]
    if len(numbers) == 2:
        return _band_between(first, numbers[1])
    if re.search(r"\b(plus|over|et au dela)\b", folded) and "moins" not in folded:
        return f"{first}-plus"
    if re.search(r"\b(moins|under)\b", folded):
        return _band_between(0, first - 1)
    return _band_of(first)


def _band_of(age: int) -> str:
    return next((key for low, high, key in BANDS if low <= age <= high), "75-plus")


def _band_between(low: int, high: int) -> str:
    if high < low:
        raise ValueError(f"{low}-{high}")
    return _band_of(low) if _band_of(low) == _band_of(high) else f"{low}-{high}"


def sex(text: str) -> str:
    """« woman », « man » or « other »."""
    folded = fold(text)
    for key, words in _SEXES.items():
        if folded in words:
            return key
    raise ValueError(text)


def ticked(text: str) -> bool:
    """Whether a box is ticked: « Oui », « Y », « 1 »… or not: « Non », « N/A », nothing."""
    folded = fold(text)
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise ValueError(text)


def number(text: str) -> Decimal:
    """« 12,5 », « 1 234 », with two decimals at most kept."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or abs(value) >= Decimal(10) ** 10:
        raise ValueError(text)
    return value.quantize(Decimal("0.01"))


def people(text: str) -> int:
    """How many stand behind a statement: one or more."""
    value = number(text)
    if value != int(value) or not 1 <= value <= 100_000:
        raise ValueError(text)
    return int(value)


def instant(text: str) -> datetime | None:
    """The instant of « 2019-01-24 22:29:15 +0100 », « 24/01/2019 22:29 », « 24/01/2019 »; None where undated."""
    found = _STAMP.match(" ".join(text.split()))
    if not found:
        raise ValueError(text)
    day = _day(found.group(1))
    if day == _UNDATED:
        return None
    hour = (found.group(2) or "00:00").replace("h", ":").replace(",", ".").split(".")[0]
    hours, minutes, seconds = (int(part) for part in f"{hour}:0:0".split(":")[:3])
    moment = datetime(day.year, day.month, day.day, hours, minutes, seconds)
    at = moment.replace(tzinfo=_zone(found.group(3))).astimezone(UTC)
    if day.year < _EARLIEST or at > now() + timedelta(days=1):
        raise ValueError(text)
    return at


def _day(text: str) -> date:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(text)


def _zone(written: str | None) -> tzinfo | None:
    if not written:
        return ZoneInfo(settings.TIME_ZONE)
    return datetime.strptime("+0000" if written in ("Z", "UTC") else written.replace(":", ""), "%z").tzinfo


def language(text: str) -> str:
    """« fr » of « fr », « fr-FR », « French »; French where it is not said."""
    folded = fold(text).split(" ")[0]
    return folded if re.fullmatch(r"[a-z]{2}", folded) else "fr"


class Places:
    """Departments by what people write, read once; communes looked up as they come."""

    def __init__(self) -> None:
        departments = Territory.objects.departments()
        self._by_code = {row.code.upper(): row for row in departments}
        self._by_name = {row.folded_name: row for row in departments}
        self._commune = lru_cache(maxsize=5_000)(self._looked_up)

    def department(self, text: str) -> Territory:
        """« 46 », « 046 », « 2A », « Lot », « 46 - Lot », « Lot (46) »."""
        for piece in (text, *re.split(r"[()\-–:,;/]", text)):
            code = piece.strip().upper().lstrip("0")
            found = (
                self._by_name.get(fold(piece)) or self._by_code.get(code) or self._by_code.get(code.zfill(2))
            )
            if found is not None:
                return found
        raise ValueError(text)

    def of_commune(self, text: str) -> Territory:
        """The department of a commune or postcode: all that is kept of it."""
        found = self._commune(" ".join(text.split())[:100])
        if found is None:
            raise ValueError(text)
        return found

    def _looked_up(self, text: str) -> Territory | None:
        digits = re.search(r"\b\d{4,5}\b", text)
        if digits:
            return self._by_code.get(_department_code(digits.group().zfill(5)))
        departments = {row.department for row in _named(text)}
        return departments.pop() if len(departments) == 1 else None


def _department_code(postcode: str) -> str:
    """The department of a postcode; Corsica shares 20, overseas departments take three figures."""
    if postcode.startswith("20"):
        return "2A" if postcode[:3] in ("200", "201") else "2B"
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]


def _named(text: str) -> list[Territory]:
    """The communes of exactly that name."""
    found = Territory.objects.matching(text)
    return [row for row in found.select_related("department")[:50] if getattr(row, "distance", 0) == 0]
