"""The front of the room: reviews, evaluations and findings that the agent may read.

Fed by plan.models. Feeds templates/agents/bilans/liste.html.
"""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fabrique.accounts.rights import holds, require
from fabrique.common.clock import today
from fabrique.plan.models import Decision, Evaluation, Recommendation, Review, UsersFinding
from fabrique.web.agents.bilans.access import READ, followable, plans_of
from fabrique.web.shared.actors import agent


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The three lists, with what is late; a department reads the evaluations of the whole plan once published."""
    actor = agent(request)
    require(actor, READ)
    own = Evaluation.objects.visible_to(actor)
    reviews = Review.objects.visible_to(actor).select_related("territory", "plan", "snapshot")
    decisions = (
        Decision.objects.visible_to(actor)
        .late(today())
        .select_related("action__territory", "review__territory")
        .order_by("due_on")[:20]
    )
    wanted = (
        Recommendation.objects.filter(evaluation__in=own)
        .late(today())
        .select_related("evaluation")
        .order_by("due_on")[:20]
    )
    evaluated = {plan.pk for plan in plans_of(request) if holds(actor, "plan.evaluate", plan.territory)}
    context = {
        "revues": reviews.annotate(decided=Count("decisions")).order_by("state", "-held_on", "-pk")[:100],
        "evaluations": (own | Evaluation.objects.public()).select_related("plan").order_by("due_on"),
        "lisibles": set(own.values_list("pk", flat=True)),
        "constats": UsersFinding.objects.visible_to(actor)
        .select_related("action__territory", "organisation")
        .order_by("-entrusted_on")[:100],
        "decisions_en_retard": decisions,
        "decisions_a_suivre": followable(actor, decisions),
        "recommandations_en_retard": wanted,
        "plans_a_suivre": evaluated,
        "peut_revoir": holds(actor, "plan.review"),
        "peut_evaluer": bool(evaluated),
        "peut_confier": holds(actor, "plan.entrust_findings"),
        "aujourd_hui": today(),
    }
    return render(request, "agents/bilans/liste.html", context)
