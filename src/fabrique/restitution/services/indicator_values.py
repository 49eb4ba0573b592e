"""The values of the observatory entered in the plan's indicators that name a series by its code.

Fed by restitution.services.series, where statistical secrecy has already been applied. Feeds plan's progress.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, System
from fabrique.common.errors import Refused
from fabrique.plan.enums import PlanState
from fabrique.plan.models import Indicator, IndicatorValue, Plan
from fabrique.plan.services.indicators import correct_value, place_of, record_value
from fabrique.restitution.services.same_measure import difference_of
from fabrique.restitution.services.series import SeriesValue, series_values


@dataclass
class Pulled:
    """Values `recorded` and `corrected` by a series; those left `aside`, with the reason, by indicator key."""

    recorded: int = 0
    corrected: int = 0
    aside: list[tuple[str, str]] = field(default_factory=list)


def pull_values(actor: Actor, *, plan: Plan) -> Pulled:
    """Enter the latest public value of each series that an indicator of the plan names; again, it does nothing.

    A value typed by a person on the same day is never replaced. A series in another unit, of another direction, or
    whose definition is no longer that of the values entered before, is left aside with the reason.
    """
    rows = list(
        Indicator.objects.filter(plan=plan)
        .exclude(series_code="")
        .select_related("plan", "action__territory", "objective__territory")
    )
    found = series_values((row.series_code, place_of(row)) for row in rows)
    told = Pulled()
    for row in rows:
        one = found.get((row.series_code, place_of(row).pk))
        _enter(actor, row, one, told)
    return told


def source_of(one: SeriesValue) -> str:
    """What the value cites: « Observatoire, <series>, définition 2 : <source> »."""
    words = {"code": one.code, "version": one.version, "source": one.source}
    return (_("Observatoire, %(code)s, définition %(version)s : %(source)s") % words)[:300]


def _enter(actor: Actor, row: Indicator, one: SeriesValue | None, told: Pulled) -> None:
    if one is None or one.value is None:
        told.aside.append((row.key, _("aucune valeur publique pour ce territoire")))
        return
    if why := difference_of(row, one):
        told.aside.append((row.key, why))
        return
    day = one.period_end  # a period that is not over is refused, and told
    held: IndicatorValue | None = row.values.filter(on=day).first()
    source = source_of(one)
    try:
        if held is None:
            record_value(actor, indicator=row, on=day, value=one.value, source=source)
            told.recorded += 1
        elif held.recorded_by_id is not None:
            if held.value != one.value:
                told.aside.append((row.key, _("une personne a saisi une autre valeur à cette date")))
        elif (held.value, held.source) != (one.value, source):
            correct_value(actor, held=held, value=one.value, source=source, note=_("Série republiée."))
            told.corrected += 1
    except Refused as refusal:
        told.aside.append((row.key, str(refusal)))


def pull_all() -> int:
    """Every plan that is not closed; returns how many values were entered or corrected."""
    done = 0
    for plan in (
        Plan.objects.exclude(state=PlanState.CLOSED).filter(indicators__series_code__gt="").distinct()
    ):
        told = pull_values(System("restitution.indicator_values"), plan=plan)
        done += told.recorded + told.corrected
    return done
