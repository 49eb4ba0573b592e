"""The error rate of entry, question by question, for one batch or for a whole consultation.

Fed by fabrique.paper's quality. Feeds templates/agents/papier/qualite.html.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fabrique.accounts.rights import require
from fabrique.consultations.models import Consultation, QuestionnaireVersion
from fabrique.consultations.services.definition import definition_of
from fabrique.paper.enums import Cause
from fabrique.paper.models import Batch
from fabrique.paper.services import AGREEMENT, Quality, QuestionQuality, marks_of, quality_of
from fabrique.web.agents.papier.access import reach
from fabrique.web.shared.actors import agent
from fabrique.web.templatetags.francais import pourcent
from fabrique_core.estimate import Interval


@require_safe
def of_batch(request: HttpRequest, batch_id: str) -> HttpResponse:
    """One batch."""
    batch = reach(request, batch_id)
    return _page(request, [batch], batch.version, lot=batch)


@require_safe
def of_consultation(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """All the batches that the agent may read, of the version that most of them carry last."""
    actor = agent(request)
    require(actor, "paper.read")
    consultation = get_object_or_404(Consultation, public_id=consultation_id)
    batches = list(
        Batch.objects.visible_to(actor).of_consultation(consultation).select_related("version__consultation")
    )
    if not batches:
        raise Http404
    latest = max((batch.version for batch in batches), key=lambda version: version.number)
    same = [batch for batch in batches if batch.version_id == latest.pk]
    return _page(request, same, latest, consultation=consultation, autres=len(batches) - len(same))


def _page(
    request: HttpRequest, batches: list[Batch], version: QuestionnaireVersion, **more: Any
) -> HttpResponse:
    definition = definition_of(version)
    quality = quality_of(batches, definition)
    context = {
        "lots": batches,
        "version": version,
        "qualite": quality,
        "lignes": [_row(question) for question in quality.questions],
        "feuilles": _share(quality.sheets.share, quality.sheets_interval),
        "causes": _causes(quality),
        "marques": marks_of(batches, definition),
        "consultation": version.consultation,
        **more,
    }
    return render(request, "agents/papier/qualite.html", context)


def _row(question: QuestionQuality) -> dict[str, Any]:
    title = f"{question.number}. {question.title}" if question.number else ""
    heads = _("Accord et âge") if question.key == AGREEMENT else _("Date écrite sur la feuille")
    return {
        "question": question,
        "titre": title or heads,
        "differentes": _share(question.difference.share, question.difference_interval),
        "erreur": _share(question.error.share, question.error_interval),
    }


def _share(share: float | None, interval: Interval | None) -> dict[str, str]:
    """A share and its interval as the French write them; empty where there is no base."""
    if share is None:
        return {"part": "", "intervalle": ""}
    ends = ""
    if interval is not None:
        ends = _("entre %(low)s et %(high)s") % {
            "low": pourcent(interval.low, 1),
            "high": pourcent(interval.high, 1),
        }
    return {"part": pourcent(share, 1), "intervalle": ends}


def _causes(quality: Quality) -> list[dict[str, Any]]:
    return [
        {"libelle": cause.label, "nombre": quality.causes[cause.value]}
        for cause in Cause
        if cause.value in quality.causes
    ]
