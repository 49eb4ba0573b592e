"""Published results: the list, the page of a consultation, the proof behind each number.

Fed by restitution (publications in force) and web/shared/results. Feeds templates/public/resultats/.
"""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fabrique.analysis.services import describe_expression, withdrawals_since
from fabrique.consultations.models import Consultation
from fabrique.restitution.enums import Block, PublicationState
from fabrique.restitution.models import CommonPublication, Publication, PublishedFigure
from fabrique.web.shared.results import map as participation_map
from fabrique.web.shared.results import page_context, presentation
from fabrique.web.shared.results.words import withdrawals_in_words


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Consultations whose results are published, then those whose results are promised."""
    consultations = Consultation.objects.visible_to_public().select_related("perimeter")
    in_force = {
        row.consultation_id: row for row in Publication.objects.filter(state=PublicationState.PUBLISHED)
    }
    context = {
        "publiees": [(row, in_force[row.pk]) for row in consultations if row.pk in in_force],
        "communes": CommonPublication.objects.in_force(),
        "promises": [row for row in consultations if row.pk not in in_force],
    }
    return render(request, "public/resultats/liste.html", context)


def _consultation(slug: str) -> Consultation:
    return get_object_or_404(
        Consultation.objects.visible_to_public().select_related("perimeter", "source"), slug=slug
    )


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The publication in force; while there is none, a page that says when it is promised."""
    consultation = _consultation(slug)
    publication = Publication.objects.in_force(consultation)
    if publication is None:
        return render(request, "public/resultats/attente.html", {"consultation": consultation})
    return _page(request, consultation, publication)


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A publication by its number: one that was replaced stays readable and says so."""
    consultation = _consultation(slug)
    rows = Publication.objects.public().select_related("published_by")
    publication = get_object_or_404(rows, consultation=consultation, number=number)
    return _page(request, consultation, publication)


def _page(request: HttpRequest, consultation: Consultation, publication: Publication) -> HttpResponse:
    return render(request, "results/page.html", page_context(consultation, publication))


@require_safe
def proof(request: HttpRequest, slug: str, figure_id: str) -> HttpResponse:
    """Behind a number: the query in words, base, missing, run, corpus, validator, approved quotes."""
    consultation = _consultation(slug)
    row = (
        PublishedFigure.objects.public()
        .with_provenance()
        .filter(publication__consultation=consultation, public_id=figure_id)
        .first()
    )
    if row is None:
        raise Http404
    figure, publication = row.figure, row.publication
    context = {
        "consultation": consultation,
        "publication": publication,
        "ligne": row,
        "au_dessus": row.parent,
        "chiffre": figure,
        # a theme keeps the name it was published under: a later one was not put before the director
        "requete": describe_expression(
            figure.expression, theme_label=row.title if row.block == Block.THEMES else ""
        ),
        "expression": json.dumps(figure.expression, ensure_ascii=False, indent=2),
        "citations": presentation.quotes_of([row]).get(figure.theme_id or 0, []),
        "retraits": withdrawals_in_words(withdrawals_since(figure.source, figure.computed_at)),
        "fermee": presentation.closed(row) if row.block == Block.CLOSED else None,
        "valeur": row.released["rows"][0] if row.released["rows"] else None,
    }
    if row.block == Block.DEPARTMENTS:
        context["carte"] = participation_map.draw(row.released["rows"], consultation.perimeter)
    return render(request, "public/resultats/preuve.html", context)
