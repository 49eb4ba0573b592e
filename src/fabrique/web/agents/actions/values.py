"""What the forms of this room show of what is stored.

Fed by plan's models. Feeds the forms' initial values and the comparison after a conflict.
"""

from __future__ import annotations

from typing import Any

from fabrique.plan.models import Action, Indicator
from fabrique.plan.services.actions import SHEET_FIELDS
from fabrique.plan.services.indicators import INDICATOR_FIELDS
from fabrique.web.agents.actions.fields import BLOCKING
from fabrique.web.agents.actions.trajectories import written_trajectory


def sheet_values(action: Action) -> dict[str, Any]:
    action = Action.objects.get(pk=action.pk)
    values = {name: getattr(action, name) for name in SHEET_FIELDS - set(BLOCKING)}
    lists = {name: list(getattr(action, name).all()) for name in ("publics", "instruments", "places")}
    return {**values, **lists, "revision": action.revision}


def blocking_values(action: Action) -> dict[str, Any]:
    action = Action.objects.get(pk=action.pk)
    return {name: getattr(action, name) for name in (*BLOCKING, "revision")}


def indicator_values(indicator: Indicator) -> dict[str, Any]:
    indicator = Indicator.objects.select_related("action").get(pk=indicator.pk)
    values = {name: getattr(indicator, name) for name in INDICATOR_FIELDS}
    revision = indicator.action.revision if indicator.action else None
    return {**values, "trajectory": written_trajectory(indicator.trajectory), "revision": revision}
