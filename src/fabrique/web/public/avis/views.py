"""Formal consultations for everyone: who was asked and what each answered, the text sent, what the opinions changed.

Fed by plan's consultations from the publication of their notice. Feeds the public site.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fabrique.common.clock import today
from fabrique.plan.enums import ConsultationState
from fabrique.plan.models import FormalConsultation, PlanVersion
from fabrique.plan.services.consultation import delay_ends_on
from fabrique.plan.services.consultees import rule_of
from fabrique.plan.services.texts import field_name, kind_of, text_lines
from fabrique.restitution.services.plan_versions import adopted_before, changed_parts
from fabrique.web.shared.formal import (
    blocks,
    count_of,
    differences,
    differences_pdf,
    groups,
    parts,
    points_without_change,
)
from fabrique.web.shared.printing import pdf_answer


def reach(slug: str) -> FormalConsultation:
    """A consultation whose notice is published."""
    found: FormalConsultation = get_object_or_404(FormalConsultation.objects.public().for_page(), slug=slug)
    return found


def reach_published(slug: str) -> FormalConsultation:
    """One whose differences are published."""
    found = reach(slug)
    if found.published_at is None:
        raise Http404
    return found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Those under way, then those that ended."""
    rows = list(FormalConsultation.objects.public().for_page())
    context = {
        "en_cours": [one for one in rows if one.state == ConsultationState.OPEN],
        "terminees": [one for one in rows if one.state == ConsultationState.ENDED],
    }
    return render(request, "public/avis/liste.html", context)


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What it is, its calendar, who was asked on which basis, and what each answered."""
    consultation = reach(slug)
    on = today()
    made = groups(consultation, on)
    last = delay_ends_on(consultation)
    context: dict[str, Any] = {
        "consultation": consultation,
        "groupes": made,
        "compte": count_of(made, on),
        "titres": {part.about: part for part in parts(consultation)},
        "regle": rule_of(consultation.revision),
        "dernier": last,
        "avant": _before(consultation),
        "reste": (last - on).days if last and last >= on else None,
        # replies are read together, once all are written
        "reponses": consultation.state == ConsultationState.ENDED,
    }
    return render(request, "public/avis/consultation.html", context)


@require_safe
def opinion(request: HttpRequest, slug: str, consultee_id: str) -> HttpResponse:
    """What one of those consulted answered, whole, with the reply to each of its points."""
    consultation = reach(slug)
    rows = [row for group in groups(consultation, today()) for row in group.rows]
    row = next((one for one in rows if one.consultee.public_id == consultee_id), None)
    if row is None:
        raise Http404
    context = {
        "consultation": consultation,
        "ligne": row,
        "titres": {part.about: part for part in parts(consultation)},
        "reponses": consultation.state == ConsultationState.ENDED,
    }
    return render(request, "public/avis/avis.html", context)


@require_safe
def text(request: HttpRequest, slug: str) -> HttpResponse:
    """The text as it was sent for opinion."""
    consultation = reach(slug)
    if consultation.draft is None:
        raise Http404
    sections = []
    for about, lines in groupby(text_lines(consultation.draft), key=lambda line: line.about):
        held = {line.field: line.text for line in lines}
        sections.append(
            {
                "kind": kind_of(about),
                "title": held.pop("title", about.partition(":")[2]),
                "lines": [(field_name(about, name), words) for name, words in held.items()],
            }
        )
    return render(request, "public/avis/texte.html", {"consultation": consultation, "sections": sections})


@require_safe
def proposal(request: HttpRequest, slug: str) -> HttpResponse:
    """What the text sent changes in the one adopted before it: what those consulted are asked about."""
    consultation = reach(slug)
    before = _before(consultation)
    if before is None or consultation.draft is None:
        raise Http404
    parts, same = changed_parts(before, consultation.draft)
    context = {
        "consultation": consultation,
        "avant": before,
        "parties": parts,
        "changees": sum(len(part.lines) for part in parts),
        "pareilles": same,
    }
    return render(request, "public/avis/propositions.html", context)


def _before(consultation: FormalConsultation) -> PlanVersion | None:
    """The text in force when the draft was sent; None for a plan that was never adopted."""
    return adopted_before(consultation.draft) if consultation.draft is not None else None


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """The adopted text beside the one sent: each changed line with its cause, the others folded."""
    consultation = reach_published(slug)
    sections = differences(consultation)
    taken, refused = points_without_change(consultation)
    context = {
        "consultation": consultation,
        "blocs": blocks(sections),
        "changees": sum(len(section.changed) for section in sections),
        "inchangees": sum(len(section.lines) - len(section.changed) for section in sections),
        "retenus": taken,
        "autres": refused,
    }
    return render(request, "public/avis/differences.html", context)


@require_safe
def changes_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The same on paper."""
    consultation = reach_published(slug)
    return pdf_answer(differences_pdf(consultation), name=f"{consultation.slug}-differences")
