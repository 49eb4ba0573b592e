"""Initiatives told in meetings: their list with filters, and one sheet with what the agency decided.

Fed by published initiatives and decisions. Feeds the public site.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fabrique.meetings.enums import DecisionKind, InitiativeState
from fabrique.meetings.models import Initiative, InitiativeDecision
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

PER_PAGE = 20
WAITING = "attente"


class FilterForm(forms.Form):
    departement = forms.ModelChoiceField(
        label=_("Département"),
        queryset=Territory.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Tous"),
    )
    avancement = forms.ChoiceField(
        label=_("Avancement"), required=False, choices=[("", _("Tous")), *InitiativeState.choices]
    )
    decision = forms.ChoiceField(
        label=_("Décision de l’agence"),
        required=False,
        choices=[("", _("Toutes")), *DecisionKind.choices, (WAITING, _("pas encore"))],
    )

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = rows.values("territory"), rows.values("territory__department")
        places = Territory.objects.filter(Q(pk__in=used[0]) | Q(pk__in=used[1]), level=Level.DEPARTMENT)
        self.fields["departement"].queryset = places.order_by("code")  # type: ignore[attr-defined]


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    rows = Initiative.objects.public().select_related("territory", "meeting")
    form = FilterForm(request.GET or None, rows=rows)
    shown = _filtered(rows, form.cleaned_data) if form.is_valid() else rows
    # newest decision first, as the model orders them: the first of the list is the one in force
    shown = shown.prefetch_related("decisions").order_by("title", "pk")
    context = {
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "filtre": form,
        "filtre_actif": any(request.GET.get(name) for name in form.fields),
        "total": rows.count(),
    }
    return render(request, "public/rencontres/initiatives.html", context)


def _filtered(rows: Any, wanted: dict[str, Any]) -> Any:
    if place := wanted.get("departement"):
        rows = rows.filter(Q(territory=place) | Q(territory__department=place))
    if state := wanted.get("avancement"):
        rows = rows.filter(state=state)
    decided = InitiativeDecision.objects.filter(initiative=OuterRef("pk"), published_at__isnull=False)
    if wanted.get("decision") == WAITING:
        return rows.exclude(Exists(decided))
    if kind := wanted.get("decision"):
        latest = decided.order_by("-decided_on", "-pk").values("kind")[:1]
        return rows.annotate(latest=latest).filter(latest=kind)
    return rows


@require_safe
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    rows = Initiative.objects.public().select_related("territory", "meeting__programme", "organisation")
    sheet = get_object_or_404(rows, public_id=public_id)
    decisions = list(sheet.decisions.filter(published_at__isnull=False))
    told = sheet.meeting if sheet.meeting and sheet.meeting.programme.published_at else None
    context = {
        "initiative": sheet,
        "decisions": decisions,
        "rencontre": told,
        "compte_rendu": told is not None and told.minutes.filter(published_at__isnull=False).exists(),
        "consultation": sheet,
    }
    return render(request, "public/rencontres/initiative.html", context)
