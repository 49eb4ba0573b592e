"""The plan in the words of the person who reads it: kinds of indicators, ages of data, values drawn to their target.

Fed by plan.progress. Feeds the public pages of the plan alone: the leads' screens keep the agency's own words.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.plan.disclosure import is_masked, masked_words, shown
from fabrique.plan.enums import ActionStage, IndicatorKind
from fabrique.plan.models import Indicator
from fabrique.plan.progress import ActionProgress, IndicatorProgress
from fabrique.restitution.services.plan_whole import Whole
from fabrique.web.shared.charts import GoalLine, GoalValue, goal_line
from fabrique.web.templatetags.francais import NBSP, date_longue
from fabrique.web.templatetags.progres import valeur
from fabrique_core.progress import Age, Course

register = template.Library()


@register.filter
def courbe(progress: IndicatorProgress) -> GoalLine | None:
    """The chart, its sentence first: « De 2 le 10 juillet 2025 à 9 le 2 novembre 2026, pour une cible de 12. »"""
    indicator = progress.indicator
    values = [
        GoalValue(
            one.on,
            shown(one.value, counts_people=indicator.counts_people),
            mesure_publique(one.value, indicator),
            one.source,
            one.provisional,
        )
        for one in progress.values
    ]
    goal = shown(indicator.target, counts_people=indicator.counts_people)
    target = mesure_publique(indicator.target, indicator)
    return goal_line(
        values,
        title=indicator.title,
        target=goal,
        target_words=target,
        sentence=_sentence(values, "" if goal is None else target),
        unit=indicator.unit,
    )


def _sentence(values: list[GoalValue], target: str) -> str:
    known = [one for one in values if one.value is not None]
    if not known:
        return ""
    told = {
        "first": known[0].words,
        "day": date_longue(known[0].on),
        "last": known[-1].words,
        "today": date_longue(known[-1].on),
        "target": target,
    }
    if not target:
        return _("De %(first)s le %(day)s à %(last)s le %(today)s.") % told
    return _("De %(first)s le %(day)s à %(last)s le %(today)s, pour une cible de %(target)s.") % told


@register.filter
def mesure(value: Any, unit: str) -> str:
    """« 28,5 % »: with its unit where that is a sign, alone where the unit is a word, said once beside it."""
    words = valeur(value)
    return f"{words}{NBSP}{unit}" if value is not None and unit in ("%", "€") else words


@register.filter
def mesure_publique(value: Any, indicator: Indicator) -> str:
    """The same as the public reads it: « masqué : moins de 11 personnes » in the place of a few persons."""
    if is_masked(value, counts_people=indicator.counts_people):
        return masked_words()
    return mesure(value, indicator.unit)


@register.simple_tag
def mots_masques() -> str:
    """What stands in the place of what would give back a masked number of persons."""
    return masked_words()


@register.filter
def nature(kind: str) -> str:
    """What an indicator of that kind tells."""
    return {
        IndicatorKind.DEPLOYMENT: _("ce qui est mis en place"),
        IndicatorKind.EFFECTIVENESS: _("ce qui sert vraiment"),
        IndicatorKind.PROCESS: _("la façon de faire"),
        IndicatorKind.IMPACT: _("ce que cela change"),
        IndicatorKind.SERVICE: _("le service rendu aux usagers"),
    }[IndicatorKind(kind)]


@register.filter
def etapes(stage: str) -> str:
    """The stage of several actions, in the plural."""
    return {
        ActionStage.PLANNED: _("à venir"),
        ActionStage.RUNNING: _("en cours"),
        ActionStage.DONE: _("terminées"),
        ActionStage.STOPPED: _("arrêtées"),
    }[ActionStage(stage)]


@register.filter
def ages(progress: ActionProgress) -> list[str]:
    """How many indicators are of each age, the freshest first: one never measured does not speak for the others."""
    found = Counter(one.freshness.age for one in progress.indicators)
    told = []
    for age in (Age.FRESH, Age.LATE, Age.STALE, Age.NEVER):
        if number := found[age]:
            words = {
                Age.FRESH: ngettext("%(n)d indicateur à jour", "%(n)d indicateurs à jour", number),
                Age.LATE: ngettext("%(n)d valeur attendue", "%(n)d valeurs attendues", number),
                Age.STALE: ngettext(
                    "%(n)d indicateur aux données anciennes",
                    "%(n)d indicateurs aux données anciennes",
                    number,
                ),
                Age.NEVER: ngettext(
                    "%(n)d indicateur jamais mesuré", "%(n)d indicateurs jamais mesurés", number
                ),
            }[age]
            told.append(words % {"n": number})
    return told


@register.filter
def phrase_actions(whole: Whole) -> str:
    """« 13 actions : 10 en cours, 1 terminée. 15 jalons faits sur 25, 2 en retard. », « 1 action, à venir. »"""
    total = sum(whole.stages.values())
    if total == 1:
        words = [_("1 action, %(stage)s.") % {"stage": next(iter(whole.stages)).label}]
    else:
        stages = ", ".join(_of_stage(stage, number) for stage, number in whole.stages.items())
        words = [_("%(n)d actions : %(stages)s.") % {"n": total, "stages": stages}]
    if whole.asked:
        steps = ngettext(
            "%(done)d jalon fait sur %(asked)d", "%(done)d jalons faits sur %(asked)d", max(whole.done, 1)
        ) % {"done": whole.done, "asked": whole.asked}
        late = _(", %(late)d en retard") % {"late": whole.late} if whole.late else ""
        words.append(f"{steps}{late}.")
    return " ".join(words)


def _of_stage(stage: ActionStage, number: int) -> str:
    words = {
        ActionStage.PLANNED: ngettext("%(n)d à venir", "%(n)d à venir", number),
        ActionStage.RUNNING: ngettext("%(n)d en cours", "%(n)d en cours", number),
        ActionStage.DONE: ngettext("%(n)d terminée", "%(n)d terminées", number),
        ActionStage.STOPPED: ngettext("%(n)d arrêtée", "%(n)d arrêtées", number),
    }[stage]
    return words % {"n": number}


@register.filter
def phrase_indicateurs(whole: Whole) -> str:
    """« 25 indicateurs : 12 s’améliorent, 3 sont stables, 2 se dégradent, 8 dont la tendance n’est pas connue. »"""
    parts = []
    for course in (Course.BETTER, Course.STABLE, Course.WORSE, Course.NOT_KNOWN):
        if number := whole.courses.get(course, 0):
            words = {
                Course.BETTER: ngettext("%(n)d s’améliore", "%(n)d s’améliorent", number),
                Course.STABLE: ngettext("%(n)d est stable", "%(n)d sont stables", number),
                Course.WORSE: ngettext("%(n)d se dégrade", "%(n)d se dégradent", number),
                Course.NOT_KNOWN: ngettext(
                    "%(n)d dont la tendance n’est pas connue",
                    "%(n)d dont la tendance n’est pas connue",
                    number,
                ),
            }[course]
            parts.append(words % {"n": number})
    total = len(whole.indicators)
    told = ngettext("%(n)d indicateur : %(parts)s.", "%(n)d indicateurs : %(parts)s.", total)
    return told % {"n": total, "parts": ", ".join(parts)}


@register.filter
def phrase_decisions(whole: Whole) -> str:
    """« 3 décisions : 2 « poursuivre », 1 « ajuster ». »"""
    total = len(whole.decisions)
    kinds = ", ".join(f"{number} « {words} »" for words, number in whole.kinds)
    told = ngettext("%(n)d décision : %(kinds)s.", "%(n)d décisions : %(kinds)s.", total)
    return told % {"n": total, "kinds": kinds}
