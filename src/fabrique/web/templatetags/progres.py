"""The progress of the plan in words: weather, rate, pace, trend, freshness, each by itself.

Fed by plan.progress. Feeds the leads' screens, the reviews and the public pages.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.plan.enums import ActionStage, Weather
from fabrique.plan.progress import ActionProgress, Branch, IndicatorProgress
from fabrique.web.templatetags.francais import NBSP, date_longue, nombre
from fabrique_core.progress import Age, Aggregate, Course, Freshness, Pace

register = template.Library()

_WEATHER_BADGE = {
    Weather.SECURED: "success",
    Weather.ATTAINABLE: "info",
    Weather.NEEDS_SUPPORT: "warning",
    Weather.COMPROMISED: "error",
}
_STAGE_BADGE = {ActionStage.RUNNING: "info", ActionStage.DONE: "success", ActionStage.STOPPED: "warning"}


@register.filter
def meteo_sorte(weather: str) -> str:
    """The kind of badge of a weather; its words always stand in it, so that colour says nothing alone."""
    return _WEATHER_BADGE.get(Weather(weather), "") if weather else ""


@register.filter
def etape_sorte(stage: str) -> str:
    """The kind of badge of a stage of life."""
    return _STAGE_BADGE.get(ActionStage(stage), "")


@register.filter
def taux(rate: float | None) -> str:
    """« 42 % », or « non connu »: never zero for what is missing, never 100 for a target that is nearly reached."""
    if rate is None:
        return _("non connu")
    return f"{nombre(min(rate, 99) if rate < 100 else rate)}{NBSP}%"


@register.filter
def connu_pour(aggregate: Aggregate) -> str:
    """« connu pour 7 actions sur 12 »."""
    return ngettext(
        "connu pour %(known)d action sur %(total)d",
        "connu pour %(known)d actions sur %(total)d",
        max(aggregate.known, 1),
    ) % {"known": aggregate.known, "total": aggregate.total}


@register.filter
def indicateurs_connus(aggregate: Aggregate) -> str:
    """« 2 indicateurs connus sur 3 »."""
    if not aggregate.total:
        return _("aucun indicateur")
    return ngettext(
        "%(known)d indicateur connu sur %(total)d",
        "%(known)d indicateurs connus sur %(total)d",
        max(aggregate.known, 1),
    ) % {"known": aggregate.known, "total": aggregate.total}


@register.filter
def allure(pace: Pace) -> str:
    """Against the trajectory."""
    return {
        Pace.AHEAD: _("en avance sur la trajectoire"),
        Pace.ON_TRACK: _("conforme à la trajectoire"),
        Pace.BEHIND: _("en retard sur la trajectoire"),
        Pace.NOT_KNOWN: "",
    }[pace]


@register.filter
def tendance(course: Course) -> str:
    """Where the values go, as the direction of the indicator judges it."""
    return {
        Course.BETTER: _("s’améliore"),
        Course.STABLE: _("stable"),
        Course.WORSE: _("se dégrade"),
        Course.NOT_KNOWN: _("non connue"),
    }[course]


@register.filter
def tendance_action(progress: ActionProgress) -> str:
    """The trend of an action; « contrastée » where its indicators do not go the same way."""
    return _("contrastée") if progress.mixed else tendance(progress.course)


@register.filter
def fraicheur(age: Age | None) -> str:
    """How old the data are, against how often they are due."""
    if age is None:
        return _("sans indicateur")
    return {
        Age.FRESH: _("à jour"),
        Age.LATE: _("une valeur attendue"),
        Age.STALE: _("données anciennes"),
        Age.NEVER: _("jamais mesuré"),
    }[age]


@register.filter
def fraicheur_action(progress: ActionProgress) -> str:
    """« à jour », « 2 valeurs attendues sur 5 », « sans indicateur »."""
    if not progress.indicators:
        return _("sans indicateur")
    if not progress.late:
        return _("à jour")
    return ngettext(
        "%(late)d valeur attendue sur %(total)d", "%(late)d valeurs attendues sur %(total)d", progress.late
    ) % {"late": progress.late, "total": len(progress.indicators)}


@register.filter
def fraicheur_datee(freshness: Freshness) -> str:
    """« à jour, au 3 mars 2026 »."""
    words = fraicheur(freshness.age)
    if freshness.last is None:
        return words
    return _("%(words)s, au %(day)s") % {"words": words, "day": date_longue(freshness.last)}


@register.filter
def valeur(value: Any) -> str:
    """A measure with the decimals it has: « 12,5 »."""
    if value is None:
        return _("non connue")
    written = f"{float(value):.4f}".rstrip("0").rstrip(".")
    return nombre(value, len(written.partition(".")[2]))


@register.filter
def meteos(branch: Branch) -> list[tuple[str, str, int]]:
    """(kind of badge, words, number of actions) of each weather given, from the best to the worst."""
    return [
        (_WEATHER_BADGE[weather], str(weather.label).capitalize(), branch.weathers[weather])
        for weather in Weather
        if branch.weathers.get(weather)
    ]


@register.filter
def lignes_connues(money: Any) -> str:
    """« connu pour 3 lignes sur 5 »: over how many budget lines a sum stands."""
    return ngettext(
        "connu pour %(known)d ligne sur %(total)d",
        "connu pour %(known)d lignes sur %(total)d",
        max(money.known, 1),
    ) % {"known": money.known, "total": money.total}


@register.filter
def sur_lignes(money: Any) -> str:
    """« 3 lignes sur 5 », in a table of which the text above says what a known line is."""
    return ngettext(
        "%(known)d ligne sur %(total)d", "%(known)d lignes sur %(total)d", max(money.known, 1)
    ) % {
        "known": money.known,
        "total": money.total,
    }


@register.filter
def personnes(count: int | None) -> str:
    """A number of persons; from one to ten it is not shown, since so few could be recognised."""
    if count is not None and 0 < count < settings.FABRIQUE_SMALL_CELL:
        return _("moins de %(least)d") % {"least": settings.FABRIQUE_SMALL_CELL}
    return _("non connu") if count is None else nombre(count)


@register.filter
def touchees(reach: Any) -> str:
    """Persons reached, as the public reads them: « 120 », « moins de 11 », or why the number is not shown."""
    if reach.masked and not reach.few:
        return _("masqué pour protéger une autre valeur")
    return personnes(reach.row.people if reach.few else reach.people)


@register.filter
def euros(amount: Any) -> str:
    """« 12 500 € », or « non connu »: an empty amount is not a zero."""
    if amount is None:
        return _("non connu")
    return f"{nombre(amount, 0 if amount == int(amount) else 2)}{NBSP}€"


@register.filter
def derniere(progress: IndicatorProgress) -> str:
    """« 12,5 passages »."""
    if progress.last is None:
        return _("aucune valeur")
    return f"{valeur(progress.last.value)}{NBSP}{progress.indicator.unit}"
