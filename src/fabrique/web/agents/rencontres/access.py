"""What every screen of the organisers shares: reaching a programme or a meeting, their addresses, rights.

Fed by meetings' reads. Feeds the views and the layouts of this room.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from fabrique.accounts.rights import holds, require
from fabrique.meetings.models import Meeting, PressDocument, Programme
from fabrique.meetings.services.press import territory_of
from fabrique.web.agents.rencontres.links import LINKS
from fabrique.web.shared.actors import agent


def reach_programme(request: HttpRequest, public_id: str, verb: str = "meetings.read") -> Programme:
    """The programme, if the agent may read it (404 otherwise) and holds the verb there (403 otherwise).

    Reading asks for no more than being able to see it: an organiser of one department reads the region's.
    """
    actor = agent(request)
    require(actor, "meetings.read")
    visible = Programme.objects.visible_to(actor).select_related("territory")
    programme: Programme = get_object_or_404(visible, public_id=public_id)
    if verb != "meetings.read":
        require(actor, verb, programme.territory)
    return programme


def reach_meeting(request: HttpRequest, public_id: str, verb: str = "meetings.read") -> Meeting:
    """The same for a meeting."""
    actor = agent(request)
    require(actor, "meetings.read")
    visible = Meeting.objects.visible_to(actor).for_page()
    meeting: Meeting = get_object_or_404(visible, public_id=public_id)
    require(actor, verb, meeting.territory)
    return meeting


def reach_press(request: HttpRequest, public_id: str, verb: str = "meetings.read") -> PressDocument:
    """The same for a press document, whose right is that of its meeting or of its programme."""
    actor = agent(request)
    require(actor, "meetings.read")
    rows = PressDocument.objects.select_related(
        "programme__territory", "meeting__territory", "meeting__programme", "approved_by"
    ).filter(programme__in=Programme.objects.visible_to(actor))
    document: PressDocument = get_object_or_404(rows, public_id=public_id)
    require(actor, verb, territory_of(document))
    return document


def url(name: str, thing: Programme | Meeting | PressDocument) -> str:
    """Address of a screen of this room."""
    return reverse(f"agents-rencontres:{name}", args=[thing.public_id])


def room_links(request: HttpRequest, meeting: Meeting) -> list[dict[str, Any]]:
    """The other screens of the meeting that the agent may open, in the order of the day."""
    actor = agent(request)
    found = []
    for link in LINKS:
        if not holds(actor, link.verb, meeting.territory):
            continue
        try:
            found.append({"label": link.label, "url": reverse(link.route, args=[meeting.public_id])})
        except NoReverseMatch:
            continue
    return found
