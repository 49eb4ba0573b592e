"""What every screen of the facilitator's room shares: reaching a meeting, its menu, what its file says.

Fed by meetings' reads. Feeds views and the layout templates/agents/animation/dossier.html.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.rights import holds, require
from fabrique.meetings.enums import MeetingState
from fabrique.meetings.models import Item, Meeting
from fabrique.web.shared.actors import agent

#: who may read what was said before it is signed: those who note it, write it up, sign it or publish it
READERS = (
    "meetings.enter_items",
    "meetings.draft_minutes",
    "meetings.sign_minutes",
    "meetings.publish_minutes",
)
#: (route, label, any of these rights), in the order of the work
STEPS = (
    ("rencontre", _("Préparer"), ("meetings.read",)),
    ("salle", _("Noter"), ("meetings.enter_items",)),
    ("reprendre", _("Reprendre du papier"), ("meetings.enter_items",)),
    ("compte-rendu", _("Compte rendu"), READERS),
)
_BADGES = {
    MeetingState.HELD: "info",
    MeetingState.MINUTES_SIGNED: "success",
    MeetingState.PUBLISHED: "new",
    MeetingState.CANCELLED: "error",
    MeetingState.POSTPONED: "warning",
}


def reach(request: HttpRequest, public_id: str, *verbs: str) -> Meeting:
    """The meeting, if the agent may read it (404 otherwise) and holds one of the verbs there (403 otherwise)."""
    actor = agent(request)
    require(actor, "meetings.read")
    visible = Meeting.objects.visible_to(actor).for_page()
    meeting: Meeting = get_object_or_404(visible, public_id=public_id)
    if verbs and not any(holds(actor, verb, meeting.territory) for verb in verbs):
        require(actor, verbs[0], meeting.territory)
    return meeting


def url(meeting: Meeting, name: str, *args: Any) -> str:
    """Address of a screen of the meeting in this room."""
    return reverse(f"agents-animation:{name}", args=[meeting.public_id, *args])


def may(request: HttpRequest, meeting: Meeting, *verbs: str) -> bool:
    """Whether the agent holds one of the verbs for this meeting."""
    return any(holds(agent(request), verb, meeting.territory) for verb in verbs)


def file_context(request: HttpRequest, meeting: Meeting, step: str, **extra: Any) -> dict[str, Any]:
    """What the layout needs: title, state, menu, counts of what is noted, rights."""
    steps = [
        {"label": label, "url": url(meeting, name), "current": name == step}
        for name, label, verbs in STEPS
        if may(request, meeting, *verbs)
    ]
    active = Item.objects.of_meeting(meeting).active()
    return {
        "meeting": meeting,
        "etapes": steps,
        "etat": {"sorte": _BADGES.get(MeetingState(meeting.state), ""), "texte": meeting.get_state_display()},
        "nombre_propos": active.count(),
        "doubles": Item.objects.of_meeting(meeting).unsettled(),
        "peut_animer": may(request, meeting, "meetings.facilitate"),
        "peut_noter": may(request, meeting, "meetings.enter_items"),
        **extra,
    }
