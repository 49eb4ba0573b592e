"""Who came: the list ticked at the door, or counts by category. Made for a telephone, without JavaScript.

Fed by the list of those registered. Feeds meetings.services.attendance.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.models import Meeting
from fabrique.meetings.services.attendance import counted, listed, save_counts, save_list, unregistered
from fabrique.web.agents.rencontres.attendance_forms import CountsForm
from fabrique.web.shared.actors import agent


def reach(request: HttpRequest, public_id: str, verb: str) -> Meeting:
    """The meeting, if the agent may read it (404 otherwise) and holds the verb there (403 otherwise)."""
    actor = agent(request)
    require(actor, "meetings.read")
    visible = Meeting.objects.visible_to(actor).select_related("programme", "territory")
    meeting: Meeting = get_object_or_404(visible, public_id=public_id)
    require(actor, verb, meeting.territory)
    return meeting


@require_http_methods(["GET", "HEAD", "POST"])
def ticks(request: HttpRequest, public_id: str) -> HttpResponse:
    """Tick who is there; what was ticked elsewhere meanwhile stays."""
    meeting = reach(request, public_id, "meetings.record_attendance")
    form = CountsForm(request.POST if request.method == "POST" else None, counts=unregistered(meeting))
    if request.method == "POST" and form.is_valid():
        try:
            save_list(
                agent(request),
                meeting=meeting,
                ticked=request.POST.getlist("present"),
                ticked_before=request.POST.getlist("avant"),
                others=form.counts(),
            )
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Les présences sont enregistrées."))
            return redirect("agents-rencontres:presences", meeting.public_id)
    chosen = set(request.POST.getlist("present")) if form.is_bound else None
    people = [
        {
            "one": one,
            "ticked": one.attended if chosen is None else one.public_id in chosen,
            "was": one.attended,
        }
        for one in listed(meeting)
    ]
    context = _context(request, meeting, form=form, people=people)
    return render(request, "agents/rencontres/presences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def counts(request: HttpRequest, public_id: str) -> HttpResponse:
    """Numbers by category, for a room where nobody ticks names."""
    meeting = reach(request, public_id, "meetings.record_attendance")
    form = CountsForm(request.POST if request.method == "POST" else None, counts=counted(meeting))
    if request.method == "POST" and form.is_valid():
        try:
            save_counts(agent(request), meeting=meeting, counts=form.counts())
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Les présences sont enregistrées."))
            return redirect("agents-rencontres:presences-comptage", meeting.public_id)
    return render(request, "agents/rencontres/presences_comptage.html", _context(request, meeting, form=form))


def _context(request: HttpRequest, meeting: Meeting, **more: Any) -> dict[str, Any]:
    attendances = list(meeting.attendances.all())
    return {
        "meeting": meeting,
        "attendances": attendances,
        "people_counted": sum(one.count for one in attendances),
        "may_read_needs": holds(agent(request), "meetings.read_registrations", meeting.territory),
        **more,
    }
