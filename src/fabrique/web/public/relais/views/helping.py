"""Helping somebody to answer: the charter, what to say first, the person's agreement, then the questionnaire.

Fed by relays.services. Feeds the answering room, which shows the same journey in larger type.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fabrique.common.errors import Refused
from fabrique.consultations.models import Consultation, DraftResponse
from fabrique.relays import services
from fabrique.relays.models import Relay, RelayLink
from fabrique.web.public.relais.forms import HelpForm
from fabrique.web.public.relais.views.access import for_own_relay, link_or_404
from fabrique.web.public.repondre.journey import Journey, journey_of, private, remember
from fabrique.web.public.repondre.views.start import consent_label
from fabrique.web.shared.actors import agent

_FIELDS = {
    "age.missing": "age",
    "age.too_young": "age",
    "age.parent": "parent",
    "consent.missing": "consent",
    "help.agreement": "agrees",
}


@private
@require_http_methods(["GET", "HEAD", "POST"])
@for_own_relay
def begin(request: HttpRequest, relay: Relay, slug: str) -> HttpResponse:
    """What is said before the first question; POST begins the response."""
    link = link_or_404(relay, slug)
    consultation = link.consultation
    if not Consultation.objects.answerable().filter(pk=consultation.pk).exists():
        return render(request, "public/repondre/fermee.html", {"consultation": consultation}, status=410)
    if services.charter_of(agent(request), relay=relay) is None:
        return render(
            request, "public/relais/charte_aidant.html", {"relay": relay, "consultation": consultation}
        )
    easy = request.GET.get("lecture") == "falc" or request.POST.get("register") == "falc"
    form = HelpForm(
        request.POST if request.method == "POST" else None,
        initial={"register": "falc" if easy else "standard"},
        consultation=consultation,
    )
    if request.method == "POST" and form.is_valid() and (draft := _begun(request, link, form)):
        remember(request, draft)
        return redirect(Journey(draft).here())
    context: dict[str, Any] = {
        "relay": relay,
        "consultation": consultation,
        "form": form,
        "phrase": consent_label(consultation, easy),
        "notice_url": reverse("consultations:notice", args=[slug]),
        "begun": journey_of(request, slug),
    }
    return render(request, "public/relais/aider.html", context)


def _begun(request: HttpRequest, link: RelayLink, form: HelpForm) -> DraftResponse | None:
    """The response begun; or None, with everything that prevents it said at once."""
    given = {
        "link": link,
        "age": form.least_age,
        "consents": form.cleaned_data["consent"],
        "agrees": form.cleaned_data["agrees"],
        "parent_consents": form.cleaned_data["parent"],
    }
    refusals = services.help_obstacles(agent(request), **given)
    if not refusals:
        try:
            easy = form.cleaned_data["register"] == "falc"
            return services.begin_help(agent(request), **given, easy_read=easy)
        except Refused as late:
            refusals = [late]
    for refusal in refusals:
        form.add_error(_FIELDS.get(refusal.code), str(refusal))
    return None


@require_POST
@for_own_relay
def accept_charter(request: HttpRequest, relay: Relay, slug: str) -> HttpResponse:
    """The helper commits themselves, once for each version of the charter."""
    link = link_or_404(relay, slug)
    if not request.POST.get("accepte"):
        messages.error(request, _("Pour aider, lisez la charte, puis cochez la case."))
    else:
        services.accept_charter(agent(request), relay=relay)
    return redirect("relais:aider", relay_id=relay.public_id, slug=link.consultation.slug)
