"""What an action asks of its lead: values late, milestones overdue, a decision awaited, a weather too old.

Fed by actions with their milestones prefetched, and by their progress. Feeds the leads' list, the number on their
home page and the monthly digest; never the public pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.plan.enums import MilestoneState, PlanState
from fabrique.plan.models import Action
from fabrique.plan.progress import ActionProgress
from fabrique.plan.querysets.actions import ALIVE

#: a weather older than so many days says nothing of today
WEATHER_DAYS = 60


@dataclass(frozen=True)
class Reason:
    """One thing that waits. `code`: jalons, valeurs, decision, meteo."""

    code: str
    sentence: str


def reasons_of(action: Action, progress: ActionProgress, on: date) -> tuple[Reason, ...]:
    """What waits on one action, the most pressing first; nothing once it is done or stopped."""
    if action.stage not in ALIVE or action.plan.state == PlanState.CLOSED:
        return ()
    found = [
        _decision(action, on),
        _milestones(action, on),
        _values(progress),
        _weather(progress),
    ]
    return tuple(reason for reason in found if reason is not None)


def waiting_of(
    actions: Iterable[Action], progress: Mapping[int, ActionProgress], on: date
) -> dict[int, tuple[Reason, ...]]:
    """{pk: what waits}; no query where the milestones are prefetched."""
    return {action.pk: reasons_of(action, progress[action.pk], on) for action in actions}


def _decision(action: Action, on: date) -> Reason | None:
    if not action.decision_needed:
        return None
    if action.decision_by is None:
        return Reason("decision", _("décision attendue"))
    day = action.decision_by.strftime("%d/%m/%Y")
    late = action.decision_by < on
    sentence = _("décision attendue depuis le %(day)s") if late else _("décision attendue pour le %(day)s")
    return Reason("decision", sentence % {"day": day})


def _milestones(action: Action, on: date) -> Reason | None:
    late = sum(
        one.state == MilestoneState.DUE and one.due_on is not None and one.due_on < on
        for one in action.milestones.all()
    )
    if not late:
        return None
    return Reason("jalons", ngettext("%(n)d jalon en retard", "%(n)d jalons en retard", late) % {"n": late})


def _values(progress: ActionProgress) -> Reason | None:
    if not progress.late:
        return None
    return Reason(
        "valeurs",
        ngettext("%(n)d valeur attendue", "%(n)d valeurs attendues", progress.late) % {"n": progress.late},
    )


def _weather(progress: ActionProgress) -> Reason | None:
    if progress.weather_days is None:
        return Reason("meteo", _("météo jamais donnée"))
    if progress.weather_days <= WEATHER_DAYS:
        return None
    return Reason("meteo", _("météo vieille de %(n)d jours") % {"n": progress.weather_days})
