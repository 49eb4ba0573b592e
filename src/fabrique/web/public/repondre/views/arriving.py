"""Coming by a relay: its QR code or short address opens the consultation, and the relay is kept in mind.

Fed by RelayLink. Feeds the start page, where the person may still leave the relay out.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.relays.enums import RelayState
from fabrique.relays.models import RelayLink
from fabrique.web.public.repondre.journey import come_by, journey_of, leave_relay, private


@private
@require_http_methods(["GET", "HEAD", "POST"])
def arrival(request: HttpRequest, code: str) -> HttpResponse:
    """Who sends the person here, what is asked, and one button; POST: answer without the relay's name."""
    link = RelayLink.objects.followed(code)
    if link is None or link.consultation.state == State.DRAFT:
        known = {"ouvertes": Consultation.objects.answerable()}
        return render(request, "public/repondre/relais_inconnu.html", known, status=404)
    consultation = link.consultation
    if not Consultation.objects.answerable().filter(pk=consultation.pk).exists():
        return render(request, "public/repondre/fermee.html", {"consultation": consultation}, status=410)
    if request.method == "POST":
        leave_relay(request, consultation.slug)
        return redirect("repondre:debut", slug=consultation.slug)
    active = link.relay.state == RelayState.ACCEPTED
    if active:
        come_by(request, link)
    else:
        leave_relay(request, consultation.slug)
    version = consultation.questionnaires.current()
    context = {
        "consultation": consultation,
        "relay": link.relay,
        "active": active,
        "begun": journey_of(request, consultation.slug),
        "minutes": version.minutes if version else None,
    }
    return render(request, "public/repondre/relais.html", context)
