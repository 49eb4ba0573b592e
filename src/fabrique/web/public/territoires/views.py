"""The territories of the region: the list with its map, the page of a department, of an intercommunality, their PDF.

Fed by restitution.services.territories and web/shared/portraits. Feeds templates/public/territoires/.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fabrique.common.folding import fold
from fabrique.restitution.services.plan_pages import of_territory
from fabrique.restitution.services.territories import (
    meetings_of,
    participation_of,
    portrait,
    region_of,
    territories_of,
)
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.public.territoires.ground import on_loaded_ground
from fabrique.web.shared.charts import choropleth
from fabrique.web.shared.portraits import portrait_context, portrait_pdf
from fabrique.web.shared.printing import pdf_answer


@require_safe
@on_loaded_ground
def index(request: HttpRequest, *, region: Territory) -> HttpResponse:
    """Departments first, as a list; the map; the intercommunalities, folded."""
    departments = territories_of(region, Level.DEPARTMENT)
    carte = choropleth(
        [(one.code, one.name, None, "") for one in departments],
        level=Level.DEPARTMENT,
        title=_("Les départements de la région"),
        pages={one.code: reverse("territoires:departement", args=[one.code]) for one in departments},
    )
    context = {
        "region": region,
        "departements": departments,
        "intercommunalites": territories_of(region, Level.EPCI),
        "carte": carte,
    }
    return render(request, "public/territoires/liste.html", context)


def _territory(level: str, code: str) -> Territory:
    """A territory of the region of this instance; 404 elsewhere."""
    inside = [one.pk for one in territories_of(Territory.objects.perimeter(), level)]
    found: Territory = get_object_or_404(
        Territory.objects.select_related("region"), level=level, code=code, pk__in=inside
    )
    return found


@require_safe
def department(request: HttpRequest, code: str) -> HttpResponse:
    """All about a department: portrait, health plan, meetings, participation."""
    territory = _territory(Level.DEPARTMENT, code)
    ahead, behind = meetings_of(territory)
    context = {
        **portrait_context(portrait(territory)),
        "region": region_of(territory),
        "a_venir": ahead,
        "passees": behind,
        "participations": participation_of(territory),
        "objectifs": of_territory(territory),
        "page": True,
    }
    return render(request, "public/territoires/departement.html", context)


@require_safe
def epci(request: HttpRequest, code: str) -> HttpResponse:
    """The portrait of an intercommunality, and its communes' department."""
    territory = _territory(Level.EPCI, code)
    context: dict[str, Any] = {
        **portrait_context(portrait(territory)),
        "region": region_of(territory),
        "departements": Territory.objects.departments().filter(
            pk__in=Territory.objects.communes().filter(epci=territory).values("department")
        ),
        "page": True,
    }
    return render(request, "public/territoires/epci.html", context)


@require_safe
def department_pdf(request: HttpRequest, code: str) -> HttpResponse:
    return _pdf(_territory(Level.DEPARTMENT, code))


@require_safe
def epci_pdf(request: HttpRequest, code: str) -> HttpResponse:
    return _pdf(_territory(Level.EPCI, code))


def _pdf(territory: Territory) -> HttpResponse:
    content = portrait_pdf(portrait(territory))
    return pdf_answer(content, name=f"portrait-{territory.code}-{fold(territory.name).replace(' ', '-')}")
