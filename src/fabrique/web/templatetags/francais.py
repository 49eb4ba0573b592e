"""Numbers, dates and spaces as the French write them, or as the British do on a page in English.

Fed by any value in a template, and english.py. Feeds every page, through filters that never raise on None.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from fabrique.web.templatetags import english

register = template.Library()

NBSP = "\u00a0"
NARROW = "\u202f"
ABSENT = "—"
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

_BEFORE_HIGH = re.compile(r"[ \u00a0\u202f]+([:;!?])(?!//)")
_BEFORE_CLOSE = re.compile(r"[ \u00a0\u202f]*»")
_AFTER_OPEN = re.compile(r"«[ \u00a0\u202f]*")
#: a straight apostrophe between two letters, as it is or escaped
_STRAIGHT = re.compile(r"(?<=[^\W\d_])(?:'|&#x27;|&#39;)(?=[^\W\d_])")
_BEFORE_UNIT = re.compile(r"(?<=\d)[ \u00a0\u202f]+(?=[%€])")


def _decimal(value: Any) -> Decimal | None:
    """The value as an exact decimal, or None where it is not a finite number."""
    if value is None or isinstance(value, bool) or value == "":
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


@register.filter
def nombre(value: Any, decimals: int = 0) -> str:
    """8238 → « 8 238 » (narrow no-break space); |nombre:1 → « 8 238,0 ». A dash where there is no number."""
    number = _decimal(value)
    if number is None:
        return ABSENT
    step = Decimal(1).scaleb(-int(decimals))
    shown = number.quantize(step, rounding=ROUND_HALF_UP) + Decimal(0)
    if english.spoken():
        return english.number(shown)
    return f"{shown:,f}".replace("-", "\u2212").replace(",", NARROW).replace(".", ",")


@register.filter
def pourcent(value: Any, decimals: int = 0) -> str:
    """A share between 0 and 1 → « 42 % » (no-break space); |pourcent:1 → « 42,0 % »."""
    number = _decimal(value)
    space = "" if english.spoken() else NBSP
    return ABSENT if number is None else f"{nombre(number * 100, decimals)}{space}%"


@register.filter
def date_longue(value: date | datetime | None) -> str:
    """« 1er mars 2027 », in the instance's time zone."""
    if value is None or value == "":
        return ABSENT
    day = _local(value)
    if english.spoken():
        return english.long_date(day)
    first = "1er" if day.day == 1 else str(day.day)
    return f"{first}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


@register.filter
def jour_date(value: date | datetime | None) -> str:
    """« lundi 1er mars 2027 »."""
    if value is None or value == "":
        return ABSENT
    day = _local(value)
    name = english.weekday(day) if english.spoken() else DAYS[day.weekday()]
    return f"{name} {date_longue(value)}"


@register.filter
def heure(value: datetime | None) -> str:
    """« 9 h 05 », « 14 h », in the instance's time zone."""
    if value is None or value == "":
        return ABSENT
    moment = _local(value)
    if english.spoken():
        return english.clock(moment)
    minutes = f"{NBSP}{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}{NBSP}h{minutes}"


@register.filter
def date_heure(value: datetime | None) -> str:
    """« 1er mars 2027 à 9 h 05 »."""
    at = "at" if english.spoken() else "à"
    return ABSENT if value in (None, "") else f"{date_longue(value)} {at} {heure(value)}"


@register.filter
def duree(minutes: Any) -> str:
    """Minutes → « 8 minutes », « 1 h 20 »."""
    number = _decimal(minutes)
    if number is None:
        return ABSENT
    if english.spoken():
        return english.duration(int(number))
    hours, rest = divmod(int(number), 60)
    if not hours:
        return f"{rest}{NBSP}minute{'s' if rest > 1 else ''}"
    return f"{hours}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")


@register.filter(is_safe=True)
def typo(value: Any) -> SafeString:
    """Ordinary spaces around French high punctuation made no-break ones, apostrophes curled; nothing else changes.

    The same no-break space everywhere, as the templates write it. Escapes text that is not marked safe.
    English has no such spaces: the text is escaped, and that is all.
    """
    text = "" if value is None else str(conditional_escape(value))
    if english.spoken():
        return mark_safe(text)  # noqa: S308 - escaped above
    # an entity ends with a semicolon that is no punctuation: it never has a space before it, so it stays
    text = _STRAIGHT.sub("’", text)
    text = _BEFORE_HIGH.sub(NBSP + r"\1", text)
    text = _BEFORE_CLOSE.sub(NBSP + "»", text)
    text = _AFTER_OPEN.sub("«" + NBSP, text)
    return mark_safe(_BEFORE_UNIT.sub(NBSP, text))  # noqa: S308 - escaped above


@register.filter
def pluriel(value: Any, forms: str = ",s") -> str:
    """The French plural starts at two: {{ n|pluriel }} → « » or « s »; {{ n|pluriel:"al,aux" }}.

    The English one is for whatever is not one, nought included.
    """
    one, many = forms.split(",", 1) if "," in forms else ("", forms)
    number = _decimal(value)
    if number is None:
        return one
    several = not english.is_one(number) if english.spoken() else abs(number) >= 2
    return many if several else one


@register.filter
def compte(value: Any, word: str) -> str:
    """« 1 réponse », « 2 réponses », « aucune réponse »; word: "réponse" or "cheval,chevaux" or "f:réponse".

    On a page in English, the word's own entry in english.COUNTED.
    """
    number = _decimal(value)
    if number is None:
        return ABSENT
    if english.spoken() and (said := english.counted(number, nombre(number), word)) is not None:
        return said
    feminine = word.startswith("f:")
    one, _, many = word.removeprefix("f:").partition(",")
    if number == 0:
        return f"{'aucune' if feminine else 'aucun'} {one}"
    return f"{nombre(number)}{NBSP}{(many or one + 's') if abs(number) >= 2 else one}"


@register.filter
def liste(values: Any) -> str:
    """["a", "b", "c"] → « a, b et c »."""
    words = [str(v) for v in values or []]
    last = " and " if english.spoken() else " et "
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _local(value: date | datetime) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
