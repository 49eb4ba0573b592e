"""The corpus as agents read it: how much came through what, search, moderation of a text, erasure at its origin.

Fed by contributions. Feeds templates/agents/corpus/. Masked texts only: the raw text is shown nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions import services
from fabrique.contributions.enums import Channel, ErasureReason, Moderation, Unit
from fabrique.contributions.models import Contribution, ModerationReason, Participation, Source
from fabrique.territories.models import Territory
from fabrique.web.agents.corpus.forms import CorpusFilter, ModerationForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal

PER_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The sources that the agent may read, with their participations, units apart."""
    actor = agent(request)
    require(actor, "contributions.read")
    texts = dict(
        Contribution.objects.visible_to(actor)
        .values_list("participation__source")
        .annotate(n=Count("pk"))
        .order_by()
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for row in Participation.objects.counted_by("source"):
        counts[row["source"]][row["unit"]] = row["participations"]
    sources = [
        {
            "source": source,
            "textes": texts.get(source.pk, 0),
            "nombres": [counts[source.pk].get(unit, 0) for unit in Unit.values],
        }
        for source in Source.objects.heard().select_related("perimeter").order_by("-pk")
        if holds(actor, "contributions.read", source.perimeter)
    ]
    context = {"sources": sources, "unites": [Unit(unit).label for unit in Unit.values]}
    return render(request, "agents/corpus/liste.html", context)


def _reach(request: HttpRequest, source_id: str) -> Source:
    """The source, 403 without any right on a corpus, 404 where the right is held elsewhere only."""
    actor = agent(request)
    require(actor, "contributions.read")
    sources = Source.objects.heard().select_related("perimeter")
    source: Source = get_object_or_404(sources, public_id=source_id)
    if not holds(actor, "contributions.read", source.perimeter):
        raise Http404
    return source


@require_safe
def detail(request: HttpRequest, source_id: str) -> HttpResponse:
    """Counts, units apart, then the texts that answer the filter."""
    source = _reach(request, source_id)
    rows = Contribution.objects.visible_to(agent(request)).of_source(source)
    filters = CorpusFilter(request.GET, source=source, auto_id="filtre_%s")
    found = filters.applied(rows).select_related("participation__department", "question").order_by("pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    labels = ModerationReason.objects.labels()
    for contribution in page:
        contribution.motif = labels.get(contribution.moderation_reason, contribution.moderation_reason)
    context = {
        "source": source,
        "filtre": filters,
        "page": page,
        "filtre_actif": any(request.GET.get(name) for name in filters.fields),
        "par_canal": _by(source, "channel", dict(Channel.choices)),
        "par_departement": _by(source, "department", _departments(source)),
        "par_question": rows.counted_by_question(),
        "par_etat": _by_state(rows),
        "unites": [Unit(unit).label for unit in Unit.values],
        "motifs": list(ModerationReason.objects.offered().values_list("key", "label")),
        "peut_moderer": holds(agent(request), "contributions.moderate", source.perimeter),
        "peut_effacer": holds(agent(request), "contributions.erase", source.perimeter),
    }
    return render(request, "agents/corpus/detail.html", context)


def _departments(source: Source) -> dict[int, str]:
    return dict(
        Territory.objects.filter(pk__in=source.participations.values("department")).values_list("pk", "name")
    )


def _by(source: Source, field: str, labels: dict[Any, Any]) -> list[dict[str, Any]]:
    """One line a value: participations of each unit, side by side and never summed."""
    lines: dict[Any, dict[str, int]] = defaultdict(dict)
    for row in Participation.objects.of_source(source).counted_by(field):
        lines[row[field]][row["unit"]] = row["participations"]
    ranked = sorted(lines.items(), key=lambda line: (line[0] is None, str(labels.get(line[0], line[0]))))
    return [
        {
            "libelle": labels.get(value, value) if value not in (None, "") else _("non renseigné"),
            "nombres": [units.get(unit, 0) for unit in Unit.values],
        }
        for value, units in ranked
    ]


def _by_state(rows: Any) -> list[dict[str, Any]]:
    counts = dict(rows.values_list("moderation").annotate(n=Count("pk")).order_by())
    return [
        {"libelle": Moderation(state).label, "nombre": counts.get(state, 0)} for state in Moderation.values
    ]


@require_POST
def moderate(request: HttpRequest, source_id: str, contribution_id: str) -> HttpResponse:
    """Mark one text as read, hide it with a motive, or put it back as unread; then back to the same place."""
    source = _reach(request, source_id)
    visible = Contribution.objects.visible_to(agent(request)).of_source(source)
    contribution = get_object_or_404(
        visible.select_related("participation__source__perimeter"), public_id=contribution_id
    )
    form = ModerationForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Cette décision n’existe pas. Choisissez-la dans la liste."))
        return _back(source, contribution, "")
    given = form.cleaned_data
    try:
        services.moderate(
            agent(request),
            contribution=contribution,
            state=Moderation(given["etat"]),
            reason=given["motif"],
        )
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    return _back(source, contribution, given["retour"])


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, source_id: str, contribution_id: str) -> HttpResponse:
    """Erase the whole participation that a text comes from: what goes and what stays is said before."""
    source = _reach(request, source_id)
    actor = agent(request)
    require(actor, "contributions.erase", source.perimeter)
    text = (
        Contribution.objects.select_related("participation__source__perimeter")
        .filter(public_id=contribution_id)
        .first()
    )
    if text is None:
        messages.warning(request, _("Ce texte n’est plus dans le corpus. Il n’y a plus rien à effacer."))
        return redirect("agents-corpus:detail", source.public_id)
    participation = text.participation
    if participation.source_id != source.pk:
        raise Http404
    if request.method != "POST":
        texts = participation.contributions.select_related("question").order_by("pk")
        context = {"source": source, "participation": participation, "textes": list(texts)}
        return render(request, "agents/corpus/effacer.html", context)
    try:
        services.erase_participation(actor, participation=participation, reason=ErasureReason.RIGHTS)
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("La participation est effacée, avec tous ses textes."))
    return redirect("agents-corpus:detail", source.public_id)


def _back(source: Source, contribution: Contribution, query: str) -> HttpResponse:
    """The same page of the list, at the same text; `query` is only ever a query string of our own page."""
    address = reverse("agents-corpus:detail", args=[source.public_id])
    return redirect(f"{address}?{query.lstrip('?')}#texte-{contribution.public_id}")
