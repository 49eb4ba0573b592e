"""Prepare, read, validate and publish the results of a consultation.

Fed by restitution's verbs. Feeds templates/agents/publications/ and the public page's template for the preview.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fabrique.accounts.rights import holds, require
from fabrique.analysis.services import describe_expression
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.restitution import services
from fabrique.restitution.enums import Block, PublicationState
from fabrique.restitution.models import CommonFigure, CommonPublication, Publication, PublishedFigure
from fabrique.web.shared import results
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal
from fabrique.web.shared.saving import press


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Publications, and the closed consultations that wait for one."""
    actor = agent(request)
    require(actor, "restitution.read")
    closed = Consultation.objects.filter(state__in=[State.CLOSED, State.PUBLISHED])
    consultations = closed.select_related("perimeter").order_by("restitution_due", "pk")
    context = {
        "publications": Publication.objects.visible_to(actor).select_related("consultation", "published_by"),
        "communes": CommonPublication.objects.visible_to(actor).select_related("common", "published_by"),
        "a_preparer": [row for row in consultations if holds(actor, "restitution.prepare", row.perimeter)],
    }
    return render(request, "agents/publications/liste.html", context)


@require_POST
def prepare(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Compute the figures of the page; an earlier preparation is replaced."""
    consultation = get_object_or_404(Consultation, public_id=consultation_id)
    try:
        publication = services.prepare_publication(agent(request), consultation=consultation)
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
        return redirect("agents-publications:liste")
    messages.success(request, _("Les chiffres sont calculés. Relisez-les, puis validez-les."))
    return redirect("agents-publications:detail", publication_id=publication.public_id)


def _visible(request: HttpRequest, publication_id: str) -> Publication:
    rows = Publication.objects.visible_to(agent(request)).select_related(
        "consultation__perimeter", "consultation__source", "run", "prepared_by", "published_by"
    )
    require(agent(request), "restitution.read")
    publication: Publication = get_object_or_404(rows, public_id=publication_id)
    return publication


@require_safe
def detail(request: HttpRequest, publication_id: str) -> HttpResponse:
    """The figures one by one with their query in words, what is missing, and what may be done."""
    publication = _visible(request, publication_id)
    actor, perimeter = agent(request), publication.consultation.perimeter
    figures = list(publication.figures.select_related("figure__validated_by").order_by("position"))
    draft = publication.state == PublicationState.DRAFT
    context: dict[str, Any] = {
        "publication": publication,
        "consultation": publication.consultation,
        "blocs": [(block.label, [line_of(row) for row in figures if row.block == block]) for block in Block],
        "a_valider": sum(row.figure.validated_at is None for row in figures),
        "manques": services.missing_before_publication(publication) if draft else [],
        "brouillon": draft,
        "peut_valider": holds(actor, "analysis.validate_figure", perimeter),
        "peut_publier": holds(actor, "restitution.publish", perimeter),
        "peut_preparer": holds(actor, "restitution.prepare", perimeter),
    }
    return render(request, "agents/publications/detail.html", context)


def line_of(row: PublishedFigure | CommonFigure) -> dict[str, Any]:
    """A figure as the person who answers for it reads it: before disclosure control, for signed-in agents only."""
    groups = row.figure.result.get("groups") or [row.figure.result | {"label": ""}]
    values = [
        (item["label"] if not group["label"] else group["label"], item)
        for group in groups
        for item in group["rows"]
    ]
    return {
        "ligne": row,
        "requete": describe_expression(row.figure.expression),
        "valeurs": values,
        "base": row.figure.base,
        "manquants": row.figure.missing,
    }


@require_safe
def preview(request: HttpRequest, publication_id: str) -> HttpResponse:
    """The page exactly as it will come out, disclosure control applied, for signed-in agents."""
    publication = _visible(request, publication_id)
    if publication.state != PublicationState.DRAFT:
        return redirect("resultats:version", publication.consultation.slug, publication.number)
    shown = services.shown_figures(publication)
    context = results.page_context(publication.consultation, publication, shown) | {"apercu": True}
    return render(request, "agents/publications/apercu.html", context)


def pressed(
    request: HttpRequest,
    publication: Publication | CommonPublication,
    verb: Callable[..., Any],
    told: str,
    *,
    stays: HttpResponse,
    gone: HttpResponse,
) -> HttpResponse:
    """A button on a publication: back to it, or to `gone` where it is no more, given up here or replaced meanwhile."""
    own = type(publication).objects.filter(pk=publication.pk)
    press(request, lambda: verb(agent(request), publication=publication), told)
    return stays if own.exists() else gone


def _act(request: HttpRequest, publication_id: str, verb: Callable[..., Any], told: str) -> HttpResponse:
    publication = _visible(request, publication_id)
    stays = redirect("agents-publications:detail", publication_id=publication.public_id)
    return pressed(request, publication, verb, told, stays=stays, gone=redirect("agents-publications:liste"))


@require_POST
def validate(request: HttpRequest, publication_id: str) -> HttpResponse:
    """Put one's name under every figure read on this page."""
    return _act(
        request, publication_id, services.validate_figures, _("Les chiffres portent maintenant votre nom.")
    )


@require_POST
def publish(request: HttpRequest, publication_id: str) -> HttpResponse:
    """Make it public."""
    return _act(request, publication_id, services.publish, _("Les résultats sont publiés."))


@require_POST
def discard(request: HttpRequest, publication_id: str) -> HttpResponse:
    """Give the preparation up."""
    told = _("La préparation est abandonnée. Les chiffres calculés restent dans l’analyse.")
    return _act(request, publication_id, services.discard_preparation, told)
