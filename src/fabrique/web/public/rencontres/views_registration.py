"""Registering for a meeting: one form, then one page, the same for everybody; the rest happens by e-mail.

Fed by RegistrationForm. Feeds meetings.services.registration. No address of ours ever holds an e-mail address.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.common.errors import Refused
from fabrique.meetings.models import Meeting
from fabrique.meetings.services.registration import can_register, places_left, register
from fabrique.web.public.rencontres.registration_forms import RegistrationForm
from fabrique.web.shared.actors import respondent


def _meeting(slug: str) -> Meeting:
    found: Meeting = get_object_or_404(Meeting.objects.public().for_page(), slug=slug)
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a place. Sent twice, whoever holds the address, the answer is the same page."""
    meeting = _meeting(slug)
    if not can_register(meeting):
        return render(request, "public/rencontres/inscription_fermee.html", {"meeting": meeting})
    form = RegistrationForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            register(respondent(), meeting=meeting, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal.code, str(refusal))
            status = 429 if refusal.code == "email.busy" else 200
        else:
            answer = HttpResponseRedirect(reverse("rencontres:inscription-envoyee", args=[meeting.slug]))
            answer.status_code = 303
            return answer
    context = {
        "meeting": meeting,
        "form": form,
        "places": places_left(meeting),
        "days": settings.FABRIQUE_REGISTRATION_DAYS,
    }
    return render(request, "public/rencontres/inscription.html", context, status=status)


@never_cache
@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """Look at your mailbox: said to everybody alike."""
    return render(request, "public/rencontres/inscription_envoyee.html", {"meeting": _meeting(slug)})
