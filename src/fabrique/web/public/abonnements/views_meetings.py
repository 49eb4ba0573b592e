"""Being told about a meeting: one form, then one page, the same for everybody.

Fed by AddressForm. Feeds meetings.services.followers; the page of a meeting links here.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.meetings.models import Meeting
from fabrique.meetings.services.followers import can_follow, follow
from fabrique.web.public.abonnements.asking import ask_by_email
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

    def show(form: AddressForm, status: int) -> HttpResponse:
        context = {"meeting": meeting, "form": form, "open": can_follow(meeting)}
        return render(request, "public/abonnements/rencontre.html", context, status=status)

    return ask_by_email(
        request,
        follow=lambda email: follow(respondent(), meeting=meeting, email=email),
        show=show,
        sent=reverse("abonnements:rencontre-envoyee", args=[meeting.slug]),
    )


@never_cache
@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """Look at your mailbox: said to everybody alike."""
    return render(request, "public/abonnements/rencontre_envoyee.html", {"meeting": _meeting(slug)})
