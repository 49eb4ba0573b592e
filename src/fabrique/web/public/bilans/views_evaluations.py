"""Published evaluations, the follow-up of their recommendations, and what users' associations found.

Fed by plan. Feeds templates/public/bilans/.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fabrique.common.clock import today
from fabrique.plan.enums import AnswerKind, FollowUpState
from fabrique.plan.models import Evaluation, Recommendation, UsersFinding
from fabrique.plan.querysets.reviews import OPEN
from fabrique.plan.services.findings import is_as_handed_in
from fabrique.plan.services.recommendations import answers_given

PER_PAGE = 30
FOLLOWED = (AnswerKind.ACCEPTED, AnswerKind.PARTLY)


def told(rows: Iterable[Recommendation]) -> list[dict[str, Any]]:
    """Each recommendation with its answers' dates, whether it is followed, and whether that is late."""
    every = list(rows)
    prefetch_related_objects(every, "answers")
    return [
        {
            "recommandation": one,
            "reponse": next(reversed(given := answers_given(one)), None),
            "precedentes": given[-2::-1],
            "suivie": one.answer in FOLLOWED,
            "late": bool(
                one.answer in FOLLOWED and one.due_on and one.due_on < today() and one.follow_up in OPEN
            ),
        }
        for one in every
    ]


@require_safe
def evaluation(request: HttpRequest, evaluation_id: str) -> HttpResponse:
    """One evaluation: report, questions with findings and evidence, recommendations with their follow-up."""
    rows = Evaluation.objects.public().select_related("plan", "snapshot")
    found: Evaluation = get_object_or_404(rows, public_id=evaluation_id)
    context = {
        "evaluation": found,
        "questions": found.questions.prefetch_related("findings__evidence"),
        "recommandations": told(found.recommendations.prefetch_related("findings__question")),
    }
    return render(request, "public/bilans/evaluation.html", context)


@require_safe
def recommendations(request: HttpRequest) -> HttpResponse:
    """All the recommendations published, by state of follow-up; those that are late first."""
    rows = Recommendation.objects.public().select_related("evaluation")
    wanted = request.GET.get("suite", "")
    chosen = rows.order_by(F("due_on").asc(nulls_last=True), "evaluation", "number")
    if wanted == "en-retard":
        chosen = chosen.late(today())
    elif wanted in FollowUpState.values:
        chosen = chosen.filter(follow_up=wanted, answer__in=FOLLOWED)
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lignes": told(page),
        "suites": FollowUpState.choices,
        "choisie": wanted,
        "total": rows.count(),
        "en_retard": rows.late(today()).count(),
    }
    return render(request, "public/bilans/recommandations.html", context)


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """What users' associations found, as they wrote it, beside the agency's view; an altered text is not shown."""
    rows = UsersFinding.objects.public().select_related("action__territory", "organisation")
    page = Paginator(rows.order_by("-published_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "constats": [one for one in page if is_as_handed_in(one)]}
    return render(request, "public/bilans/constats.html", context)
