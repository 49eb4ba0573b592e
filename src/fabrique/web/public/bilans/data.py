"""The recommendations and their follow-up as a table to take away, with its Table Schema.

Fed by plan, in the form of restitution.services.plan_data. Feeds spreadsheets, journalists and researchers.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fabrique.common.clock import today
from fabrique.plan.models import Plan, Recommendation
from fabrique.plan.querysets.reviews import OPEN
from fabrique.plan.services.recommendations import answers_given
from fabrique.restitution.services.plan_data import Column, DataTable
from fabrique_core.files import csv_writer


def _day(read: Callable[[Any], date | None]) -> Callable[[Any], str | None]:
    def written(row: Any) -> str | None:
        day = read(row)
        return None if day is None else day.isoformat()[:10]

    return written


def _late(row: Recommendation) -> int:
    followed = row.answer not in ("refusee", "en-attente") and row.follow_up in OPEN
    return int(followed and row.due_on is not None and row.due_on < today())


def _given(row: Recommendation) -> str | None:
    """The day of the answer in force."""
    given = answers_given(row)
    return timezone.localdate(given[-1].given_at).isoformat() if given else None


def _earlier(row: Recommendation) -> str:
    """The answers that it replaced, one a line: day, kind, words."""
    lines = (
        (timezone.localdate(one.given_at).isoformat(), one.answer, " ".join(one.text.split()))
        for one in answers_given(row)[:-1]
    )
    return "\n".join(" ".join(filter(None, line)) for line in lines)


RECOMMENDATIONS = DataTable(
    "recommandations",
    _("Les recommandations et leurs suites"),
    (
        Column("identifiant", "string", _("Identifiant stable de la ligne"), lambda row: row.public_id),
        Column(
            "evaluation", "string", _("Identifiant de l’évaluation"), lambda row: row.evaluation.public_id
        ),
        Column("numero", "integer", _("Numéro dans l’évaluation"), lambda row: row.number),
        Column("texte", "string", _("La recommandation"), lambda row: row.text),
        Column("reponse", "string", _("en-attente, acceptee, en-partie ou refusee"), lambda row: row.answer),
        Column("texte_de_la_reponse", "string", _("Réponse de l’agence"), lambda row: row.answer_text),
        Column("repondu_le", "date", _("Jour de cette réponse"), _given),
        Column(
            "reponses_precedentes",
            "string",
            _("Réponses publiées avant celle-ci : une par ligne, jour, nature et texte ; vide : aucune"),
            _earlier,
        ),
        Column("qui", "string", _("Qui s’en charge"), lambda row: row.owner),
        Column("pour_le", "date", _("Échéance"), _day(lambda row: row.due_on)),
        Column("suite", "string", _("a-faire, en-cours, fait ou abandonne"), lambda row: row.follow_up),
        Column(
            "precision", "string", _("Ce qu’est devenue la recommandation"), lambda row: row.follow_up_note
        ),
        Column("notee_le", "date", _("Jour où la suite a été notée"), _day(lambda row: row.follow_up_at)),
        Column("en_retard", "boolean", _("1 si l’échéance est passée sans que ce soit fait"), _late),
    ),
    lambda plan: (
        Recommendation.objects.public()
        .filter(evaluation__plan=plan)
        .select_related("evaluation")
        .prefetch_related("answers")
        .order_by("evaluation", "number")
    ),
)


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """In UTF-8 with a mark that spreadsheets know, and semicolons as in France."""
    written = io.StringIO()
    rows = csv_writer(written)
    rows.writerow(RECOMMENDATIONS.header)
    for plan in Plan.objects.public().order_by("pk"):
        rows.writerows(RECOMMENDATIONS.lines(plan))
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="recommandations.csv"'
    return answer


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The Table Schema of the table."""
    return JsonResponse(RECOMMENDATIONS.schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})
