"""The list of consultations, and a new file.

Fed by consultations' reads. Feeds templates/agents/consultations/liste.html and nouvelle.html.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.models import Consultation
from fabrique.consultations.querysets import last_change
from fabrique.consultations.services import create_consultation
from fabrique.web.agents.consultations.access import state_badge, to_mend, url
from fabrique.web.agents.consultations.forms import NewConsultationForm
from fabrique.web.shared.actors import agent


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every consultation that the agent may read, with its state and what it waits for."""
    actor = agent(request)
    require(actor, "consultations.read")
    visible = Consultation.objects.visible_to(actor).select_related("perimeter")
    rows = [
        {
            "consultation": consultation,
            "url": url(consultation, "presentation"),
            "etat": state_badge(consultation),
            "manques": len(to_mend(consultation)),
            "dernier": last_change(consultation),
        }
        for consultation in visible
    ]
    context = {"lignes": rows, "peut_creer": holds(actor, "consultations.edit")}
    return render(request, "agents/consultations/liste.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A title and a perimeter open a file."""
    actor = agent(request)
    require(actor, "consultations.edit")
    form = NewConsultationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            consultation = create_consultation(actor, **form.fields_changed())
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(url(consultation, "presentation"))
    return render(request, "agents/consultations/nouvelle.html", {"form": form})
