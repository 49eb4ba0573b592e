"""Numbers, dates and lists as the British write them.

Fed by the filters of francais.py when a page is read in English. Feeds the same pages.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import get_language

NBSP = "\u00a0"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: the words that templates count with |compte → one, several
COUNTED = {
    "texte": ("text", "texts"),
    "texte,textes": ("text", "texts"),
    "texte,textes reçus": ("text received", "texts received"),
    "questionnaire": ("questionnaire", "questionnaires"),
    "f:personne": ("person", "people"),
    "personne": ("person", "people"),
    "f:initiative": ("initiative", "initiatives"),
    "propos,propos": ("statement", "statements"),
    "participant": ("participant", "participants"),
    "point": ("point", "points"),
    "f:action": ("action", "actions"),
    "objectif": ("objective", "objectives"),
    "objectif propre,objectifs propres": ("objective of its own", "objectives of its own"),
    "f:ligne": ("row", "rows"),
    "f:participation": ("participation", "participations"),
    "f:rencontre": ("meeting", "meetings"),
    "an": ("year", "years"),
}


def spoken() -> bool:
    """Whether the page under way is read in English."""
    return (get_language() or "").startswith("en")


def number(shown: Decimal) -> str:
    """8238.5 → "8,238.5", with a true minus sign."""
    return f"{shown:,f}".replace("-", "\u2212")


def long_date(day: date) -> str:
    """As in "22 November 2026"; the day never leaves its month at the end of a line."""
    return f"{day.day}{NBSP}{MONTHS[day.month - 1]} {day.year}"


def weekday(day: date) -> str:
    return DAYS[day.weekday()]


def clock(moment: datetime) -> str:
    """As in "05:31": on twenty-four hours, so that noon and midnight are never taken for each other."""
    return f"{moment.hour:02d}:{moment.minute:02d}"


def duration(minutes: int) -> str:
    """80 → "1 hour 20 minutes"."""
    hours, rest = divmod(minutes, 60)
    said = [_several(hours, "hour", "hours")] if hours else []
    if rest or not hours:
        said.append(_several(rest, "minute", "minutes"))
    return " ".join(said)


def is_one(value: Decimal) -> bool:
    """The English singular is for one alone: "0 texts", "1 text", "1.5 texts"."""
    return abs(value) == 1


def counted(value: Decimal, shown: str, word: str) -> str | None:
    """2, "2", "texte" → "2 texts"; 0 → "no text". None for a word without English."""
    if word not in COUNTED:
        return None
    one, several = COUNTED[word]
    return f"{shown}{NBSP}{one if is_one(value) else several}" if value else f"no {one}"


def _several(count: int, one: str, several: str) -> str:
    return f"{count}{NBSP}{one if count == 1 else several}"
