"""Being told about a meeting: one form, then one page, the same for everybody.

Fed by AddressForm. Feeds meetings.services.followers; the page of a meeting links here.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.common.errors import Refused
from fabrique.meetings.models import Meeting
from fabrique.meetings.services.followers import can_follow, follow
from fabrique.web.public.abonnements.forms import AddressForm
from fabrique.web.shared.actors import respondent


def _meeting(slug: str) -> Meeting:
    found: Meeting = get_object_or_404(Meeting.objects.public().select_related("programme"), slug=slug)
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to be told; whoever holds the address, the answer is the same page."""
    meeting = _meeting(slug)
    form = AddressForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            follow(respondent(), meeting=meeting, email=form.cleaned_data["email"])
        except Refused as refusal:
            form.add_error("email" if refusal.code == "email.invalid" else None, str(refusal))
            status = 429 if refusal.code == "email.busy" else 200
        else:
            answer = HttpResponseRedirect(reverse("abonnements:rencontre-envoyee", args=[meeting.slug]))
            answer.status_code = 303
            return answer
    context = {"meeting": meeting, "form": form, "open": can_follow(meeting)}
    return render(request, "public/abonnements/rencontre.html", context, status=status)


@never_cache
@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """Look at your mailbox: said to everybody alike."""
    return render(request, "public/abonnements/rencontre_envoyee.html", {"meeting": _meeting(slug)})
