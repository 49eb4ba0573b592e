"""Who registered: places and waiting list, needs to prepare, people added by telephone, places given up.

Fed by meetings.services.registration. Feeds the organisers, who never see an e-mail address.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import RegistrationState
from fabrique.meetings.services.attendance import listed
from fabrique.meetings.services.registration import add_by_hand, cancel_registration, places_left
from fabrique.web.agents.rencontres.attendance_forms import ByHandForm
from fabrique.web.agents.rencontres.views.attendance import reach
from fabrique.web.shared.actors import agent


@require_http_methods(["GET", "HEAD", "POST"])
def registrations(request: HttpRequest, public_id: str) -> HttpResponse:
    """The list, and the form to add somebody."""
    meeting = reach(request, public_id, "meetings.read_registrations")
    form = ByHandForm(request.POST) if request.method == "POST" else ByHandForm()
    if request.method == "POST" and form.is_valid():
        try:
            held = add_by_hand(agent(request), meeting=meeting, **form.cleaned_data)
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _added(held.state))
            return redirect("agents-rencontres:inscriptions", meeting.public_id)
    people = listed(meeting)
    context = {
        "meeting": meeting,
        "form": form,
        "placed": [one for one in people if one.state == RegistrationState.CONFIRMED],
        "waiting": list(meeting.registrations.waiting()),
        "pending": meeting.registrations.filter(state=RegistrationState.PENDING).count(),
        "needs": [one for one in people if one.needs],
        "left": places_left(meeting),
    }
    return render(request, "agents/rencontres/inscriptions.html", context)


def _added(state: str) -> str:
    if state == RegistrationState.WAITING:
        return _("Toutes les places sont prises : la personne est sur la liste d’attente.")
    return _("La personne est inscrite.")


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, public_id: str, registration_id: str) -> HttpResponse:
    """Asked once more: what is erased does not come back, and the place goes to the next person."""
    meeting = reach(request, public_id, "meetings.read_registrations")
    live = meeting.registrations.live().select_related("subscription", "meeting__territory")
    held = get_object_or_404(live, public_id=registration_id)
    if request.method == "POST":
        cancel_registration(agent(request), registration=held)
        messages.success(request, _("L’inscription est annulée, et ses données sont effacées."))
        return redirect("agents-rencontres:inscriptions", meeting.public_id)
    return render(request, "agents/rencontres/inscription_annuler.html", {"meeting": meeting, "held": held})
