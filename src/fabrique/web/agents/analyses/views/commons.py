"""Common corpora: choose the sources that one analysis reads together, see what is gathered, change it.

Fed by analysis.services and by the programmes of meetings. Feeds templates/agents/analyses/communs/.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds, require
from fabrique.analysis import services
from fabrique.analysis.models import Run
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import SourceKind, Unit
from fabrique.contributions.models import Contribution, Participation, Source, SourceQuestion
from fabrique.meetings.models import Meeting, Programme
from fabrique.restitution.models import CommonPublication
from fabrique.web.agents.analyses.forms import GatherForm
from fabrique.web.agents.analyses.views.runs import reach
from fabrique.web.shared.actors import agent
from fabrique.web.shared.results.common import UNITS


@dataclass
class Choice:
    """A source that may be gathered, with its texts and those of its questions that are ticked."""

    source: Source
    texts: int
    questions: list[tuple[SourceQuestion, bool]]
    chosen: bool

    @property
    def narrowed(self) -> bool:
        """Whether only some of its questions are kept."""
        return any(kept for _question, kept in self.questions)


@dataclass
class Gathered:
    """One line of what is gathered: units side by side, never summed."""

    source: Source
    texts: int
    numbers: list[int]
    questions: list[str] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
def gather(request: HttpRequest) -> HttpResponse:
    """The form that gathers sources, whole programmes at once."""
    require(agent(request), "analysis.run")
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, common_id: str) -> HttpResponse:
    """The same form, with what is gathered today."""
    common = _reach(request, common_id)
    if not holds(agent(request), "analysis.run", common.perimeter):
        raise Http404
    return _form(request, common)


def _form(request: HttpRequest, common: Source | None) -> HttpResponse:
    actor = agent(request)
    sources = services.gatherable(actor)
    programmes = _programmes(sources)
    form = GatherForm(
        request.POST or None,
        sources=sources,
        programmes=list(programmes),
        questions=services.open_questions(sources),
        initial=_initial(common),
        auto_id="commun_%s",
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = set(given["sources"])
        for programme, found in programmes.items():
            if programme.public_id in given["programmes"]:
                chosen |= {source.public_id for source in found}
        parts = [
            services.Part(source, form.questions_of(source))
            for source in sources
            if source.public_id in chosen
        ]
        try:
            if common is None:
                common = services.gather(actor, label=given["label"], parts=parts)
            else:
                common = services.change_gathering(actor, common=common, label=given["label"], parts=parts)
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("label" if refusal.code.startswith("common.label") else None, str(refusal))
        else:
            return redirect("agents-analyses:commun", common_id=common.public_id)
    context: dict[str, Any] = {"form": form, "commun": common, "programmes": _lines(form, programmes)}
    context["groupes"] = _choices(form, sources)
    return render(request, "agents/analyses/communs/reunir.html", context)


def _initial(common: Source | None) -> dict[str, Any]:
    if common is None:
        return {}
    parts = services.parts_of(common)
    return {
        "label": common.label,
        "sources": [part.source.public_id for part in parts],
        "questions": [f"{part.source.public_id}:{key}" for part in parts for key in part.questions],
    }


def _programmes(sources: list[Source]) -> dict[Programme, list[Source]]:
    """{programme: the sources of its meetings that may be gathered}: those whose minutes are signed."""
    by_pk = {source.pk: source for source in sources}
    found: dict[Programme, list[Source]] = {}
    meetings = (
        Meeting.objects.filter(source__in=by_pk)
        .select_related("programme")
        .order_by("programme__title", "pk")
    )
    for meeting in meetings:
        found.setdefault(meeting.programme, []).append(by_pk[meeting.source_id or 0])
    return found


def _lines(form: GatherForm, programmes: dict[Programme, list[Source]]) -> list[dict[str, Any]]:
    ticked = form.ticked("programmes")
    return [
        {"programme": programme, "nombre": len(found), "choisi": programme.public_id in ticked}
        for programme, found in programmes.items()
    ]


def _choices(form: GatherForm, sources: list[Source]) -> list[tuple[str, list[Choice]]]:
    """[(kind of source in words, its sources)], in the order of the kinds."""
    texts = dict(
        Contribution.objects.filter(participation__source__in=sources)
        .values_list("participation__source")
        .annotate(n=Count("pk"))
        .order_by()
    )
    ticked, kept = form.ticked("sources"), form.ticked("questions")
    groups: dict[str, list[Choice]] = defaultdict(list)
    for source in sources:
        asked = form.known[source.pk]
        questions = [(question, f"{source.public_id}:{question.key}" in kept) for question in asked]
        choice = Choice(
            source,
            texts.get(source.pk, 0),
            questions if len(questions) > 1 else [],
            source.public_id in ticked,
        )
        groups[source.kind].append(choice)
    return [(str(SourceKind(kind).label), groups[kind]) for kind in SourceKind.values if groups[kind]]


def _reach(request: HttpRequest, common_id: str) -> Source:
    """The common corpus; 403 without any right on analyses, 404 where the right is held elsewhere only."""
    actor = agent(request)
    require(actor, "analysis.read")
    found: Source = get_object_or_404(
        Source.objects.common().select_related("perimeter"), public_id=common_id
    )
    if not holds(actor, "analysis.read", found.perimeter):
        raise Http404
    return found


@require_safe
def detail(request: HttpRequest, common_id: str) -> HttpResponse:
    """What is gathered, the analyses of it, its publications."""
    common = _reach(request, common_id)
    actor: Agent = agent(request)
    runs = Run.objects.filter(source=common).select_related("asked_by").order_by("-asked_at")
    context = {
        "commun": common,
        "lignes": gathered(common),
        "unites": [UNITS[unit] for unit in Unit.values],
        "analyses": runs,
        "reference": next((run for run in runs if run.is_current), None),
        "publications": CommonPublication.objects.visible_to(actor)
        .filter(common=common)
        .select_related("published_by"),
        "peut_lancer": holds(actor, "analysis.run", common.perimeter),
        "peut_preparer": holds(actor, "restitution.prepare", common.perimeter),
    }
    return render(request, "agents/analyses/communs/detail.html", context)


def gathered(common: Source) -> list[Gathered]:
    """Each source that is gathered, with its texts and its participations, units apart."""
    parts = services.parts_of(common)
    scope = services.scope_of(common)
    texts = dict(scope.received().values_list("participation__source").annotate(n=Count("pk")).order_by())
    numbers: dict[int, dict[str, int]] = defaultdict(dict)
    for row in Participation.objects.filter(source__in=scope.sources).counted_by("source"):
        numbers[row["source"]][row["unit"]] = row["participations"]
    wordings = {
        (source, question.key): question.wording
        for source, asked in services.open_questions([part.source for part in parts]).items()
        for question in asked
    }
    return [
        Gathered(
            part.source,
            texts.get(part.source.pk, 0),
            [numbers[part.source.pk].get(unit, 0) for unit in Unit.values],
            [wordings.get((part.source.pk, key), key) for key in part.questions],
        )
        for part in parts
    ]


@require_safe
def manifest(request: HttpRequest, run_id: str) -> HttpResponse:
    """What a run read, source by source with counts and hashes, as a file: for agents, counts of a few included."""
    run = reach(request, run_id)
    text = json.dumps(services.manifest(run), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = _("manifeste")
    response["Content-Disposition"] = f'attachment; filename="{name}-{run.public_id}.json"'
    return response
