"""The agents' home page (what waits for me) and the living catalogue of components.

Fed by cards.py. Feeds templates/agents/accueil/.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.web.agents.accueil.cards import waiting_for
from fabrique.web.agents.accueil.forms import ShowcaseForm
from fabrique.web.shared.actors import agent

ICONS = (
    "fleche",
    "retour",
    "coche",
    "imprimer",
    "telecharger",
    "cadenas",
    "telephone",
    "calendrier",
    "personnes",
    "loupe",
    "crayon",
    "info",
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Rooms of the person, first those where something waits."""
    rooms = waiting_for(agent(request))
    rooms.sort(key=lambda room: not room["count"])
    return render(request, "agents/accueil/accueil.html", {"salles": rooms})


@require_http_methods(["GET", "HEAD", "POST"])
def components(request: HttpRequest) -> HttpResponse:
    """Every component once, with its states; sending the form shows the errors and stores nothing."""
    form = ShowcaseForm(request.POST if request.method == "POST" else None)
    context = {
        "form": form,
        "page_exemple": Paginator(range(1, 96), 10).get_page(request.GET.get("page")),
        "icones": ICONS,
        "entetes": ["Département", "Questionnaires", "Part"],
        "lignes": [
            ["Ariège", "412", "5\u00a0%"],
            ["Lot", "388", "5\u00a0%"],
            ["Hérault", "1\u202f204", "15\u00a0%"],
        ],
    }
    return render(request, "agents/accueil/composants.html", context)
