"""The list of indicators and one indicator: its definition, its versions, its values as the public sees them.

Fed by the observatory's reads. Feeds templates/agents/observatoire/.
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fabrique.accounts.rights import holds, require
from fabrique.observatory.enums import Clearance
from fabrique.observatory.models import DefinitionVersion, IndicatorDefinition, Observation
from fabrique.observatory.services.public import public_value
from fabrique.territories.models import Territory
from fabrique.web.agents.observatoire.forms import ListFilter, ValuesFilter
from fabrique.web.shared.actors import agent

PER_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every indicator with its number of values and the freshness of its data."""
    actor = agent(request)
    require(actor, "observatory.read")
    themes = sorted(set(IndicatorDefinition.objects.order_by().values_list("theme", flat=True)))
    filters = ListFilter(request.GET or None, themes=themes, auto_id="filtre_%s")
    found = IndicatorDefinition.objects.with_freshness()
    if filters.is_valid():
        found = found.matching(filters.cleaned_data["theme"], filters.cleaned_data["mots"])
    perimeter = Territory.objects.perimeter()
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "filtre": filters,
        "filtre_actif": any(request.GET.get(name) for name in filters.fields),
        "peut_charger": holds(actor, "observatory.import", perimeter),
        "peut_definir": holds(actor, "observatory.define", perimeter),
    }
    return render(request, "agents/observatoire/liste.html", context)


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator. A value under statistical secrecy is masked here too: screens are photographed."""
    actor = agent(request)
    require(actor, "observatory.read")
    indicator = get_object_or_404(IndicatorDefinition, code=code)
    versions = list(DefinitionVersion.objects.of(code).annotate(values_held=Count("observations")))
    rows = Observation.objects.of_codes([code])
    periods = list(rows.order_by("-period").values_list("period", flat=True).distinct())
    filters = ValuesFilter(request.GET or None, periods=periods, auto_id="filtre_%s")
    found = rows.described()
    if filters.is_valid():
        found = found.filtered(**_wanted(filters.cleaned_data))
    page = Paginator(found.newest_first(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "indicateur": indicator,
        "version": versions[0] if versions else None,
        "versions": versions,
        "page": page,
        "valeurs": [public_value(one) for one in page],
        "filtre": filters,
        "filtre_actif": any(request.GET.get(name) for name in filters.fields),
        "nombre": rows.count(),
        "masquees": rows.exclude(clearance=Clearance.OPEN).count(),
        "peut_definir": holds(actor, "observatory.define", Territory.objects.perimeter()),
    }
    return render(request, "agents/observatoire/indicateur.html", context)


def _wanted(given: dict[str, Any]) -> dict[str, str]:
    return {"level": given["niveau"], "name": given["territoire"], "period": given["periode"]}
