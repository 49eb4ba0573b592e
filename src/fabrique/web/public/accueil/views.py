"""The home page, the choice of display, and the pages of information.

Fed by Consultation.objects.visible_to_public(), the public plan and settings. Feeds templates/public/accueil/.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.common.clock import now, today
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.restitution.services.plan_pages import current_plan
from fabrique.web.context import DISPLAY_COOKIE
from fabrique.web.public.accueil.forms import DisplayForm

ONE_YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the place is, what is open now, what became of the rest."""
    shown = list(Consultation.objects.visible_to_public())
    open_now = set(Consultation.objects.answerable().values_list("pk", flat=True))
    instant = now()
    coming = [c for c in shown if c.pk not in open_now and c.state == State.OPEN and c.opens_at > instant]
    context = {
        "ouvertes": [c for c in shown if c.pk in open_now],
        "a_venir": coming,
        "terminees": [c for c in shown if c.pk not in open_now and c not in coming],
        "fictive": any(c.fictitious for c in shown),
        "plan": current_plan(),
        "jour": today(),
    }
    return render(request, "public/accueil/accueil.html", context)


def page(name: str) -> Callable[[HttpRequest], HttpResponse]:
    """A page of information, the same for everybody."""

    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        return render(request, f"public/accueil/{name}.html")

    return view


@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """What holds for every consultation; the cookies under the names that this instance gives them."""
    names = {
        "form": settings.CSRF_COOKIE_NAME,
        "session": settings.SESSION_COOKIE_NAME,
        "display": DISPLAY_COOKIE,
    }
    return render(request, "public/accueil/donnees_personnelles.html", {"temoins": names})


@require_http_methods(["GET", "HEAD", "POST"])
def choose_display(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device does: one cookie, without JavaScript; back to where one was."""
    back = request.POST.get("retour") or request.GET.get("retour") or reverse("accueil")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("accueil")
    form = DisplayForm(
        request.POST or None, initial={"display": request.COOKIES.get(DISPLAY_COOKIE) or "systeme"}
    )
    if request.method == "POST" and form.is_valid():
        response = HttpResponseRedirect(back)
        response.set_cookie(
            DISPLAY_COOKIE,
            form.cleaned_data["display"],
            max_age=ONE_YEAR,
            samesite="Lax",
            secure=request.is_secure(),
        )
        return response
    return render(request, "public/accueil/affichage.html", {"form": form, "retour": back})
