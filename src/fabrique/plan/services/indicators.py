"""Verbs on indicators: write one, give it a baseline and a target, record a value, correct it; the lead's weather.

Fed by the leads' screens, the sheets sent back, the series of the observatory and the demonstration.
Feeds fabrique_core.progress through plan.progress.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.errors import Refused
from fabrique.plan.disclosure import unit_of_people
from fabrique.plan.enums import Direction, IndicatorKind, Weather
from fabrique.plan.models import Action, Indicator, IndicatorValue, Objective, WeatherReport
from fabrique.plan.services.writing import (
    EDIT,
    changed,
    check_day_past,
    check_key,
    free_key,
    locked,
    next_position,
    only_known,
    require_edit,
    require_open,
    touch,
    user_of,
)
from fabrique.territories.models import Territory
from fabrique_core import progress
from fabrique_core.errors import CoreError

INDICATOR_FIELDS = frozenset(
    {
        "title",
        "description",
        "source_note",
        "kind",
        "unit",
        "counts_people",
        "method",
        "direction",
        "baseline",
        "baseline_on",
        "target",
        "target_on",
        "trajectory",
        "every_days",
        "series_code",
    }
)


def place_of(indicator: Indicator) -> Territory:
    """The territory on which rights over an indicator are asked: that of its action or of its objective."""
    held = indicator.action or indicator.objective
    assert held is not None  # a constraint of the database says so
    return held.territory


def create_indicator(
    actor: Actor,
    *,
    of: Action | Objective,
    title: str,
    kind: str,
    unit: str,
    direction: str,
    key: str = "",
    **values: Any,
) -> Indicator:
    """An indicator of an action or of an objective. The same `key` on the same thing gives back the same one;
    without `counts_people`, the unit says whether it counts persons, whose small numbers are never public."""
    require(actor, EDIT, of.territory)
    only_known(values, INDICATOR_FIELDS)
    require_open(of.plan.state)
    of_plan = Indicator.objects.filter(plan=of.plan)
    held = {"action": of} if isinstance(of, Action) else {"objective": of}
    values.setdefault("counts_people", unit_of_people(unit))
    with transaction.atomic():
        if key:
            check_key(key)
            if (twin := of_plan.filter(key=key).first()) is not None:
                return _same(twin, held, title)
        indicator = Indicator(
            plan=of.plan,
            key=key or free_key(title, lambda one: of_plan.filter(key=one).exists(), "indicateur"),
            position=next_position(of.indicators),
            title=title.strip(),
            kind=kind,
            unit=unit.strip(),
            direction=direction,
            **held | values,
        )
        check_indicator(indicator)
        indicator.save()
        _touch_action(actor, indicator)
        journal.record(actor, "plan.create_indicator", indicator)
    return indicator


def _same(twin: Indicator, held: dict[str, Any], title: str) -> Indicator:
    if (
        any(getattr(twin, f"{name}_id") != one.pk for name, one in held.items())
        or twin.title != title.strip()
    ):
        raise Refused("key.taken", _("La clé « %(key)s » est déjà prise.") % {"key": twin.key}, key=twin.key)
    return twin


def edit_indicator(
    actor: Actor, *, indicator: Indicator, revision: int | None = None, **values: Any
) -> Indicator:
    """Write fields of an indicator; `revision` is that of its action, where it has one.

    A unit that comes to count persons makes the indicator count them, unless `counts_people` is said too.
    """
    require(actor, EDIT, place_of(indicator))
    only_known(values, INDICATOR_FIELDS)
    with transaction.atomic():
        fresh = _locked_indicator(indicator)
        if unit_of_people(values.get("unit", "")) and not unit_of_people(fresh.unit):
            values.setdefault("counts_people", True)
        names = changed(fresh, values)
        if not names:
            return fresh
        if fresh.action is not None and revision is not None:
            locked(fresh.action, revision)
        check_indicator(fresh)
        fresh.save(update_fields=names)
        _touch_action(actor, fresh)
        journal.record(actor, "plan.edit_indicator", fresh)
    return fresh


def remove_indicator(actor: Actor, *, indicator: Indicator) -> None:
    """Take away an indicator written by mistake. Raises Refused('indicator.has_values') once it was measured."""
    require(actor, EDIT, place_of(indicator))
    with transaction.atomic():
        fresh = _locked_indicator(indicator)
        if fresh.values.exists():
            raise Refused(
                "indicator.has_values",
                _("Cet indicateur a déjà des valeurs : il reste, pour que l’histoire de l’action se lise."),
            )
        _touch_action(actor, fresh)
        journal.record(actor, "plan.remove_indicator", fresh)
        fresh.delete()


def _locked_indicator(indicator: Indicator) -> Indicator:
    fresh: Indicator = (
        Indicator.objects.select_for_update(of=("self",))
        .select_related("plan", "action__territory", "objective__territory")
        .get(pk=indicator.pk)
    )
    require_open(fresh.plan.state)
    return fresh


def _touch_action(actor: Actor, indicator: Indicator) -> None:
    if indicator.action is not None:
        touch(actor, locked(indicator.action))


def check_indicator(indicator: Indicator) -> None:
    """Raise Refused where an indicator cannot be computed as it is written."""
    if not indicator.title.strip():
        raise Refused("indicator.title", _("Donnez un intitulé à l’indicateur."))
    if not indicator.unit.strip() or len(indicator.unit) > 60:
        raise Refused(
            "indicator.unit", _("Dites dans quelle unité l’indicateur se compte : %, jours, personnes…")
        )
    if indicator.kind not in IndicatorKind.values or indicator.direction not in Direction.values:
        raise Refused("indicator.kind", _("Cette nature ou ce sens d’indicateur n’est pas connu."))
    if indicator.every_days < 1:
        raise Refused(
            "indicator.period", _("Écrivez un nombre de jours : 1 ou plus. 365 veut dire une valeur par an.")
        )
    if indicator.baseline_on and indicator.target_on and indicator.target_on <= indicator.baseline_on:
        raise Refused(
            "indicator.dates", _("La cible vient après la valeur de départ. Corrigez une des dates.")
        )
    _check_computable(indicator)


def _check_computable(indicator: Indicator) -> None:
    try:
        trajectory_of(indicator)
        progress.achievement(
            initial=indicator.baseline,
            target=indicator.target,
            current=None,
            direction=progress.Direction(indicator.direction),
        )
    except CoreError as error:
        raise Refused(error.code, _REFUSALS[error.code]()) from error


_REFUSALS = {
    "progress.direction": lambda: _(
        "La cible contredit le sens de l’indicateur : elle devrait être de l’autre côté de la valeur de départ."
    ),
    "progress.number": lambda: _("Écrivez un nombre ordinaire, ou laissez vide si la valeur est inconnue."),
    "progress.trajectory": lambda: _(
        "La trajectoire a deux étapes au moins, à des dates qui se suivent, "
        "avec des parts du chemin entre 0 et 1 qui ne baissent pas."
    ),
}


def trajectory_of(indicator: Indicator) -> progress.Trajectory | None:
    """What was to be done by when: the steps written, else a straight line from baseline to target date.

    None where neither is known. Raises CoreError('progress.trajectory').
    """
    if indicator.trajectory:
        try:
            steps = [
                progress.Step(date.fromisoformat(str(one["date"])), float(one["share"]))
                for one in indicator.trajectory
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise CoreError("progress.trajectory") from error
        return progress.Trajectory(steps)
    if indicator.baseline_on and indicator.target_on:
        return progress.Trajectory.straight(indicator.baseline_on, indicator.target_on)
    return None


def record_value(
    actor: Actor,
    *,
    indicator: Indicator,
    on: date,
    value: float | None,
    source: str = "",
    note: str = "",
    provisional: bool = False,
) -> IndicatorValue:
    """Record the value of a day; None: looked for, and not known. The same value again gives back the same row.

    Raises Refused('value.exists') where that day holds another value: correct_value says why it changes.
    """
    require(actor, EDIT, place_of(indicator))
    check_day_past(on)
    _check_value(value)
    with transaction.atomic():
        fresh = _locked_indicator(indicator)
        held = fresh.values.filter(on=on).first()
        if held is not None:
            if held.value == value:
                return held
            raise Refused(
                "value.exists",
                _("Une autre valeur est déjà enregistrée à cette date. Corrigez-la en disant pourquoi."),
            )
        made: IndicatorValue = fresh.values.create(
            on=on,
            value=value,
            source=source.strip()[:300],
            note=note.strip(),
            provisional=provisional,
            recorded_at=now(),
            recorded_by=user_of(actor),
        )
        _touch_action(actor, fresh)
        journal.record(actor, "plan.record_value", fresh, reason=str(made.public_id))
    return made


def correct_value(
    actor: Actor,
    *,
    held: IndicatorValue,
    value: float | None,
    note: str,
    source: str | None = None,
    provisional: bool = False,
) -> IndicatorValue:
    """Replace a value; `note` says why. The journal keeps who did it and when.

    Raises Refused('value.why') without a reason.
    """
    require(actor, EDIT, place_of(held.indicator))
    _check_value(value)
    with transaction.atomic():
        indicator = _locked_indicator(held.indicator)
        fresh: IndicatorValue = indicator.values.select_for_update().get(pk=held.pk)
        wanted: dict[str, Any] = {"value": value, "provisional": provisional, "note": note.strip()}
        if source is not None:
            wanted["source"] = source.strip()[:300]
        names = changed(fresh, wanted)
        if not names:
            return fresh
        if "value" in names and not fresh.note:
            raise Refused("value.why", _("Dites en une phrase pourquoi cette valeur est corrigée."))
        fresh.recorded_at = now()
        fresh.recorded_by = user_of(actor)
        fresh.save()
        _touch_action(actor, indicator)
        journal.record(actor, "plan.correct_value", indicator, reason=str(fresh.public_id))
    return fresh


def _check_value(value: float | None) -> None:
    if value is not None and not math.isfinite(value):
        raise Refused("progress.number", _REFUSALS["progress.number"]())


def give_weather(
    actor: Actor, *, action: Action, weather: str, sentence: str, revision: int | None = None
) -> WeatherReport:
    """The lead's weather, with its sentence. The same words again on the same day add nothing.

    Raises Refused('weather.unknown'), ('weather.sentence').
    """
    require_edit(actor, action)
    if weather not in Weather.values:
        raise Refused("weather.unknown", _("Choisissez une des quatre météos."))
    if not sentence.strip():
        raise Refused("weather.sentence", _("Dites en une phrase ce qui explique cette météo."))
    with transaction.atomic():
        action = locked(action)
        last = action.weather.order_by("-given_at", "-pk").first()
        same = last is not None and (last.weather, last.sentence) == (weather, sentence.strip())
        if last is not None and same and timezone.localdate(last.given_at) == today():
            return last
        if revision is not None:
            locked(action, revision)
        made: WeatherReport = action.weather.create(
            weather=weather, sentence=sentence.strip(), given_at=now(), given_by=user_of(actor)
        )
        touch(actor, action)
        journal.record(actor, "plan.give_weather", action, reason=str(made.public_id))
    return made
