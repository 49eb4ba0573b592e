"""Prepare, read, validate and publish what several sources say together.

Fed by restitution's verbs on common publications. Feeds templates/agents/publications/commune.html and the preview.
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
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.models import Source
from fabrique.restitution import services
from fabrique.restitution.enums import Block, PublicationState
from fabrique.restitution.models import CommonPublication
from fabrique.web.agents.publications.views import line_of, pressed
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal
from fabrique.web.shared.results.common import UNITS, common_context


@require_POST
def prepare(request: HttpRequest, common_id: str) -> HttpResponse:
    """Compute the figures of the page; an earlier preparation is replaced."""
    common = get_object_or_404(Source.objects.common().select_related("perimeter"), public_id=common_id)
    try:
        publication = services.prepare_common(agent(request), common=common)
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
        return redirect("agents-analyses:commun", common_id=common.public_id)
    messages.success(request, _("Les chiffres sont calculés. Relisez-les, puis validez-les."))
    return redirect("agents-publications:commune", commune_id=publication.public_id)


def _visible(request: HttpRequest, commune_id: str) -> CommonPublication:
    require(agent(request), "restitution.read")
    rows = CommonPublication.objects.visible_to(agent(request)).select_related(
        "common__perimeter", "run__source", "prepared_by", "published_by"
    )
    publication: CommonPublication = get_object_or_404(rows, public_id=commune_id)
    return publication


@require_safe
def detail(request: HttpRequest, commune_id: str) -> HttpResponse:
    """The figures one by one, unit by unit, what is missing, and what may be done."""
    publication = _visible(request, commune_id)
    actor, perimeter = agent(request), publication.common.perimeter
    figures = list(publication.figures.select_related("figure__validated_by").order_by("position"))
    draft = publication.state == PublicationState.DRAFT
    lines = [
        line_of(row) | {"unite": UNITS[row.figure.expression["population"]["unit"]], "bloc": row.block}
        for row in figures
    ]
    context: dict[str, Any] = {
        "publication": publication,
        "blocs": [(title, [line for line in lines if line["bloc"] == block]) for block, title in _titles()],
        "a_valider": sum(row.figure.validated_at is None for row in figures),
        "manques": services.missing_before_common(publication) if draft else [],
        "brouillon": draft,
        "peut_valider": holds(actor, "analysis.validate_figure", perimeter),
        "peut_publier": holds(actor, "restitution.publish", perimeter),
        "peut_preparer": holds(actor, "restitution.prepare", perimeter),
    }
    return render(request, "agents/publications/commune.html", context)


def _titles() -> list[tuple[Block, str]]:
    """The parts of the page, in order, in words."""
    return [
        (Block.TURNOUT, _("qui a participé")),
        (Block.CONTRIBUTIONS, _("textes reçus")),
        (Block.THEMES, _("thèmes")),
    ]


@require_safe
def preview(request: HttpRequest, commune_id: str) -> HttpResponse:
    """The page exactly as it will come out, disclosure control applied, for signed-in agents."""
    publication = _visible(request, commune_id)
    if publication.state != PublicationState.DRAFT:
        return redirect("resultats:commun-version", publication.common.public_id, publication.number)
    context = common_context(publication, services.shown_common(publication)) | {"apercu": True}
    return render(request, "agents/publications/apercu_commune.html", context)


def _act(request: HttpRequest, commune_id: str, verb: Callable[..., Any], told: str) -> HttpResponse:
    publication = _visible(request, commune_id)
    stays = redirect("agents-publications:commune", commune_id=publication.public_id)
    gone = redirect("agents-analyses:commun", common_id=publication.common.public_id)
    return pressed(request, publication, verb, told, stays=stays, gone=gone)


@require_POST
def validate(request: HttpRequest, commune_id: str) -> HttpResponse:
    """Put one's name under every figure read on this page."""
    told = _("Les chiffres portent maintenant votre nom.")
    return _act(request, commune_id, services.validate_common, told)


@require_POST
def publish(request: HttpRequest, commune_id: str) -> HttpResponse:
    """Make it public."""
    return _act(request, commune_id, services.publish_common, _("Les résultats sont publiés."))


@require_POST
def discard(request: HttpRequest, commune_id: str) -> HttpResponse:
    """Give the preparation up."""
    told = _("La préparation est abandonnée. Les chiffres calculés restent dans l’analyse.")
    return _act(request, commune_id, services.discard_common, told)
