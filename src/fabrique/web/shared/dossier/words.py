"""The words of a frozen plan: labels of codes, amounts, rates with their base, as the French write them.

Fed by the content of a snapshot. Feeds sections.py, account.py and the screens of reviews.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fabrique.accounts.enums import RoleCode
from fabrique.plan.disclosure import masked_words
from fabrique.web.templatetags import english
from fabrique.web.templatetags.francais import NBSP, date_longue, nombre, typo
from fabrique.web.templatetags.progres import euros
from fabrique_core.progress import Age, Course

COURSES = {
    Course.BETTER: gettext_lazy("s’améliore"),
    Course.STABLE: gettext_lazy("stable"),
    Course.WORSE: gettext_lazy("se dégrade"),
    Course.NOT_KNOWN: gettext_lazy("pas encore connue"),
}
AGES = {
    Age.FRESH: gettext_lazy("à jour"),
    Age.LATE: gettext_lazy("une valeur en retard"),
    Age.STALE: gettext_lazy("une valeur ancienne"),
    Age.NEVER: gettext_lazy("une valeur manque"),
}
FIELDS = {
    "title": gettext_lazy("intitulé"),
    "description": gettext_lazy("description"),
    "objective": gettext_lazy("objectif"),
    "programme": gettext_lazy("programme"),
    "stage": gettext_lazy("étape de vie"),
    "published": gettext_lazy("publication"),
    "lead": gettext_lazy("pilote"),
    "implementation": gettext_lazy("mise en œuvre"),
    "reproducibility": gettext_lazy("critères de reproductibilité"),
    "universalism": gettext_lazy("universalisme"),
    "graduation": gettext_lazy("graduation des moyens"),
    "marks": gettext_lazy("marques transversales"),
    "publics": gettext_lazy("publics visés"),
    "starts_on": gettext_lazy("début"),
    "ends_on": gettext_lazy("fin"),
    "blocking": gettext_lazy("point de blocage"),
    "partners": gettext_lazy("partenaires"),
}
MONEY = {
    "planned": gettext_lazy("prévu"),
    "committed": gettext_lazy("engagé"),
    "spent": gettext_lazy("dépensé"),
}


def plural(count: int) -> int:
    """What to hand to ngettext: nought is singular in French, « 0 jalon fait », and plural in English."""
    return count if count >= 2 or english.spoken() else 1


def label(choices: type[TextChoices], code: str | None, absent: str = "—") -> str:
    """The words of a code; the code itself where a later version no longer knows it."""
    if not code:
        return absent
    return str(choices(code).label) if code in choices.values else code


def leader(frozen: Mapping[str, Any] | str | None) -> str:
    """« pilote du plan, Lozère »; the text itself in a snapshot frozen when it still held one; "" without a lead."""
    if frozen is None or isinstance(frozen, str):
        return frozen or ""
    return f"{label(RoleCode, frozen['role'])}, {frozen['territory']['name']}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def plain(text: Any) -> str:
    """French spaces in a text that no template will escape."""
    return unescape(str(typo(text)))


def day(written: str | None) -> str:
    """An ISO date as « 3 mars 2027 », a dash where there is none."""
    return date_longue(date.fromisoformat(written)) if written else "—"


def rate(value: float | None) -> str:
    """« 40 % »; what is not known is said. A bar never shows less than 0 nor more than 100."""
    if value is None:
        return _("pas connu")
    return f"{nombre(min(100.0, max(0.0, value)))}{NBSP}%"


def amount(value: Decimal | str | None) -> str:
    """« 80 001 € », « 80 001,50 € », « pas connu »: cents as the public pages write them."""
    return _("pas connu") if value is None else euros(Decimal(value))


def base(known: int, total: int) -> str:
    """« connu pour 7 actions sur 12 »: what a number rests on."""
    return ngettext(
        "connu pour %(known)d action sur %(total)d",
        "connu pour %(known)d actions sur %(total)d",
        plural(known),
    ) % {"known": known, "total": total}


def trend(progress: dict[str, Any]) -> str:
    """The trend of an action, « partagée » where its indicators differ."""
    return _("partagée") if progress["mixed"] else str(COURSES[Course(progress["course"])])


def freshness(age: str | None) -> str:
    """How fresh the oldest data of an action is."""
    return _("aucun indicateur") if age is None else str(AGES[Age(age)])


def fields(names: list[str]) -> str:
    return ", ".join(str(FIELDS.get(name, name)) for name in names)


def moved(before: Any, after: Any, say: Any) -> str:
    """« à soutenir → atteignable »: each side in words."""
    return f"{say(before)} → {say(after)}"


def value(number: float | str | None, unit: str = "") -> str:
    """A value of an indicator with at most two decimals, and its unit; a text: it is masked from the public."""
    if number is None:
        return _("pas connu")
    if isinstance(number, str):
        return masked_words()
    shown = next(nombre(number, n) for n in (0, 1, 2) if n == 2 or abs(number - round(number, n)) < 1e-9)
    return f"{shown}{NBSP}{unit}".strip()
