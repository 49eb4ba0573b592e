"""Being told about an objective: one form, then one page, the same for everybody.

Fed by AddressForm. Feeds plan.services.followers; the page of an objective links here.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.common.errors import Refused
from fabrique.plan.models import Objective
from fabrique.plan.services.followers import can_follow, follow
from fabrique.web.public.abonnements.forms import AddressForm
from fabrique.web.public.plan.views import page
from fabrique.web.shared.actors import respondent


def _objective(public_id: str) -> Objective:
    rows = Objective.objects.public().select_related("plan")
    found: Objective = get_object_or_404(rows, public_id=public_id)
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask to be told; whoever holds the address, the answer is the same page."""
    objective = _objective(public_id)
    form = AddressForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            follow(respondent(), objective=objective, email=form.cleaned_data["email"])
        except Refused as refusal:
            form.add_error("email" if refusal.code == "email.invalid" else None, str(refusal))
            status = 429 if refusal.code == "email.busy" else 200
        else:
            answer = HttpResponseRedirect(reverse("plan:abonnement-envoye", args=[objective.public_id]))
            answer.status_code = 303
            return answer
    told = {"objectif": objective, "form": form, "ouvert": can_follow(objective)}
    return page(request, "abonnement", objective.plan, status=status, **told)


@never_cache
@require_safe
def sent(request: HttpRequest, public_id: str) -> HttpResponse:
    """Look at your mailbox: said to everybody alike."""
    objective = _objective(public_id)
    return page(request, "abonnement_envoye", objective.plan, objectif=objective)
