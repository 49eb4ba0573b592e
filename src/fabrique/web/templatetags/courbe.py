"""``{{ progress|courbe }}``: the values of a plan indicator on their way to its target, as a chart of web/shared/charts.

Fed by plan.progress. Feeds the public pages of objectives and actions; nothing under three known values.
"""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from fabrique.plan.progress import IndicatorProgress
from fabrique.web.shared.charts import GoalLine, GoalValue, goal_line
from fabrique.web.templatetags.francais import date_longue
from fabrique.web.templatetags.progres import valeur

register = template.Library()


@register.filter
def courbe(progress: IndicatorProgress) -> GoalLine | None:
    """The chart, its sentence first: « De 0 le 1er mars 2024 à 31 le 1er mars 2026, pour une cible de 50. »"""
    indicator = progress.indicator
    values = [
        GoalValue(one.on, one.value, valeur(one.value), one.source, one.provisional)
        for one in progress.values
    ]
    return goal_line(
        values,
        title=indicator.title,
        target=indicator.target,
        target_words=valeur(indicator.target),
        sentence=_sentence(values, indicator.target),
        unit=indicator.unit,
    )


def _sentence(values: list[GoalValue], target: float | None) -> str:
    known = [one for one in values if one.value is not None]
    if not known:
        return ""
    told = {
        "first": known[0].words,
        "day": date_longue(known[0].on),
        "last": known[-1].words,
        "today": date_longue(known[-1].on),
        "target": valeur(target),
    }
    if target is None:
        return _("De %(first)s le %(day)s à %(last)s le %(today)s.") % told
    return _("De %(first)s le %(day)s à %(last)s le %(today)s, pour une cible de %(target)s.") % told
