"""The texts of the plan over time: which were adopted, each to read, and what each changed, in one click.

Fed by restitution.services.plan_versions. Feeds templates/public/plan/versions.html, texte.html and changements.html.
"""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fabrique.plan.models import PlanVersion
from fabrique.plan.services.texts import field_name, kind_of, text_lines
from fabrique.restitution.services import plan_versions
from fabrique.web.public.plan.views import page


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every public plan of the region with its adopted texts, and what became of the commitments before."""
    told = plan_versions.histories()
    if not told:
        return render(request, "public/plan/aucun.html")
    current = told[0].plan
    return page(
        request,
        "versions",
        current,
        histoires=told,
        suites=plan_versions.descents(current),
        nouveaux=[one for one in current.commitments.all() if one.new],
    )


def _version(public_id: str) -> PlanVersion:
    found = plan_versions.public_version(public_id)
    if found is None:
        raise Http404
    return found


@require_safe
def text(request: HttpRequest, public_id: str) -> HttpResponse:
    """An adopted text, whole, as it was frozen."""
    version = _version(public_id)
    parts = []
    for about, lines in groupby(text_lines(version), key=lambda line: line.about):
        held = {line.field: line.text for line in lines}
        title = held.pop("title", about.partition(":")[2])
        parts.append(
            (kind_of(about), title, [(field_name(about, name), words) for name, words in held.items()])
        )
    before = plan_versions.adopted_before(version)
    return page(request, "texte", version.plan, version=version, avant=before, parties=parts)


@require_safe
def changes(request: HttpRequest, public_id: str) -> HttpResponse:
    """What an adopted text changed in the one before: only the lines that moved."""
    version = _version(public_id)
    before = plan_versions.adopted_before(version)
    if before is None:
        raise Http404
    parts, same = plan_versions.changed_parts(before, version)
    return page(
        request,
        "changements",
        version.plan,
        version=version,
        avant=before,
        parties=parts,
        changees=sum(len(part.lines) for part in parts),
        pareilles=same,
        consultations=plan_versions.consultations_of(version),
    )
