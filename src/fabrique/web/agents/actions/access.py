"""What every screen of the leads shares: reaching an action, an indicator, a file; their addresses; the sections.

Fed by plan's reads. Feeds the views and the layouts of this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.rights import holds, reach, require
from fabrique.plan.models import Action, Indicator, IndicatorValue, SheetFile
from fabrique.plan.services.writing import EDIT
from fabrique.web.shared.actors import agent


@dataclass(frozen=True)
class Section:
    """A part of the sheet with its own editing screen; `code` is that of plan.completeness."""

    code: str
    route: str
    label: Any


SECTIONS: tuple[Section, ...] = (
    Section("fiche", "ecrire", _("La fiche")),
    Section("blocage", "blocage", _("Blocage et décision")),
    Section("partenaires", "partenaires", _("Partenaires")),
    Section("jalons", "jalons", _("Jalons")),
    Section("budget", "budget", _("Budget")),
    Section("portee", "portee", _("Personnes touchées")),
    Section("logique", "logique", _("Modèle logique")),
    Section("indicateurs", "indicateurs", _("Indicateurs")),
)


def reach_action(request: HttpRequest, public_id: str, verb: str = "plan.read") -> Action:
    """The sheet, if the agent may read it (404 otherwise) and holds the verb there (403 otherwise)."""
    actor = agent(request)
    require(actor, "plan.read")
    visible = Action.objects.visible_to(actor).with_lines()
    action: Action = get_object_or_404(visible, public_id=public_id)
    if verb != "plan.read":
        require(actor, verb, action.territory)
    return action


def reach_indicator(
    request: HttpRequest, public_id: str, indicator_id: str, verb: str = EDIT
) -> tuple[Action, Indicator]:
    """An indicator of a sheet, under the same rules."""
    action = reach_action(request, public_id, verb)
    indicator: Indicator = get_object_or_404(
        Indicator.objects.filter(action=action).select_related("plan", "action__territory"),
        public_id=indicator_id,
    )
    return action, indicator


def reach_value(request: HttpRequest, public_id: str, value_id: str) -> tuple[Action, IndicatorValue]:
    """A value of an indicator of a sheet, under the same rules."""
    action = reach_action(request, public_id, EDIT)
    value: IndicatorValue = get_object_or_404(
        IndicatorValue.objects.filter(indicator__action=action).select_related(
            "indicator__action__territory"
        ),
        public_id=value_id,
    )
    return action, value


def reach_file(request: HttpRequest, file_id: str) -> SheetFile:
    """A file that this person sent, or that the lead of the whole plan takes over; else it does not exist."""
    actor = agent(request)
    require(actor, EDIT)
    of_plan = reach(actor, EDIT, "plan__territory")
    # an empty condition is everything, and would vanish in an « or »
    theirs = Q(sent_by=actor.user) | of_plan if of_plan else of_plan
    rows = SheetFile.objects.filter(theirs).select_related("plan__territory")
    found: SheetFile = get_object_or_404(rows, public_id=file_id)
    return found


def url(name: str, action: Action, *more: str) -> str:
    """Address of a screen of this sheet."""
    return reverse(f"agents-actions:{name}", args=[action.public_id, *more])


def frame(request: HttpRequest, action: Action, section: str = "") -> dict[str, Any]:
    """What the layout of every screen of a sheet shows: itself, its sections, what the agent may do."""
    actor = agent(request)
    return {
        "action": action,
        "section": section,
        "titre_fil": next((one.label for one in SECTIONS if one.code == section), ""),
        "sections": [
            {"label": one.label, "url": url(one.route, action), "courante": one.code == section}
            for one in SECTIONS
        ],
        "peut_ecrire": holds(actor, EDIT, action.territory),
        "peut_publier": holds(actor, "plan.publish_actions", action.territory),
        "peut_copier": holds(actor, EDIT),
    }
