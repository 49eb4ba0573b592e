"""Being told about an objective: one form, then one page, the same for everybody.

Fed by AddressForm. Feeds plan.services.followers; the page of an objective links here.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.plan.models import Objective
from fabrique.plan.services.followers import can_follow, follow
from fabrique.web.public.abonnements.asking import ask_by_email
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

    def show(form: AddressForm, status: int) -> HttpResponse:
        told = {"objectif": objective, "form": form, "ouvert": can_follow(objective)}
        return page(request, "abonnement", objective.plan, status=status, **told)

    return ask_by_email(
        request,
        follow=lambda email: follow(respondent(), objective=objective, email=email),
        show=show,
        sent=reverse("plan:abonnement-envoye", args=[objective.public_id]),
    )


@never_cache
@require_safe
def sent(request: HttpRequest, public_id: str) -> HttpResponse:
    """Look at your mailbox: said to everybody alike."""
    objective = _objective(public_id)
    return page(request, "abonnement_envoye", objective.plan, objectif=objective)
