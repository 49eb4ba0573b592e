"""Reaching what the room shows: 403 without any right on it, 404 where the right is held elsewhere.

Fed by the signed-in agent. Feeds every view of the room.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds, require
from fabrique.plan.models import (
    Decision,
    Evaluation,
    EvaluationFinding,
    EvaluationQuestion,
    Plan,
    Recommendation,
    Review,
    Snapshot,
    UsersFinding,
)
from fabrique.plan.services.reviews import may_follow_up
from fabrique.territories.models import Territory
from fabrique.web.shared.actors import agent

READ = "plan.read"


def _reached(request: HttpRequest, rows: Any, public_id: str, place: Any) -> Any:
    """The row of that identifier, where the agent reads the territory that `place` gives of it."""
    require(agent(request), READ)
    found = get_object_or_404(rows, public_id=public_id)
    if not holds(agent(request), READ, place(found)):
        raise Http404
    return found


def reach_review(request: HttpRequest, public_id: str) -> Review:
    rows = Review.objects.select_related("plan__territory", "territory", "snapshot", "previous", "body")
    found: Review = _reached(request, rows, public_id, lambda one: one.territory)
    return found


def reach_snapshot(request: HttpRequest, public_id: str) -> Snapshot:
    rows = Snapshot.objects.select_related("plan", "territory", "supersedes", "taken_by")
    found: Snapshot = _reached(request, rows, public_id, lambda one: one.territory)
    return found


def reach_decision(request: HttpRequest, public_id: str) -> Decision:
    """Whoever reads the review, or the territory of the action, reaches the decision."""
    require(agent(request), READ)
    rows = Decision.objects.select_related("review__territory", "review__plan", "action__territory")
    found: Decision = get_object_or_404(rows, public_id=public_id)
    places = (found.review.territory, found.action.territory)
    if not any(holds(agent(request), READ, place) for place in places):
        raise Http404
    return found


def followable(actor: Agent, decisions: Iterable[Decision]) -> set[int]:
    """The decisions whose follow-up the person may note; each territory is asked about once."""
    known: dict[tuple[int, int], bool] = {}
    found = set()
    for one in decisions:
        places = (one.action.territory_id, one.review.territory_id)
        if places not in known:
            known[places] = may_follow_up(actor, decision=one)
        if known[places]:
            found.add(one.pk)
    return found


def reach_evaluation(request: HttpRequest, public_id: str) -> Evaluation:
    rows = Evaluation.objects.select_related("plan__territory", "snapshot")
    found: Evaluation = _reached(request, rows, public_id, lambda one: one.plan.territory)
    return found


def reach_question(request: HttpRequest, public_id: str) -> EvaluationQuestion:
    rows = EvaluationQuestion.objects.select_related("evaluation__plan__territory")
    found: EvaluationQuestion = _reached(request, rows, public_id, lambda one: one.evaluation.plan.territory)
    return found


def reach_result(request: HttpRequest, public_id: str) -> EvaluationFinding:
    rows = EvaluationFinding.objects.select_related("question__evaluation__plan__territory")
    found: EvaluationFinding = _reached(
        request, rows, public_id, lambda one: one.question.evaluation.plan.territory
    )
    return found


def reach_recommendation(request: HttpRequest, public_id: str) -> Recommendation:
    rows = Recommendation.objects.select_related("evaluation__plan__territory", "followed_by")
    found: Recommendation = _reached(request, rows, public_id, lambda one: one.evaluation.plan.territory)
    return found


def reach_finding(request: HttpRequest, public_id: str) -> UsersFinding:
    rows = UsersFinding.objects.select_related("action__territory", "action__plan", "organisation")
    found: UsersFinding = _reached(request, rows, public_id, lambda one: one.action.territory)
    return found


def reach_mandate(request: HttpRequest, public_id: str) -> UsersFinding:
    """A finding entrusted to an association of the signed-in person; 404 for any other."""
    require(agent(request), "plan.hand_in_findings")
    rows = UsersFinding.objects.entrusted_to(agent(request)).select_related("action", "organisation")
    found: UsersFinding = get_object_or_404(rows, public_id=public_id)
    return found


def places_of(request: HttpRequest, verb: str, plan: Plan) -> list[Territory]:
    """The plan's territory and its departments where the agent holds the verb."""
    inside = Territory.objects.within(plan.territory).filter(level__in=["region", "departement"])
    rows = inside.order_by("-level", "code")
    return [place for place in rows if holds(agent(request), verb, place)]


def plans_of(request: HttpRequest) -> list[Plan]:
    """The plans that the agent reads, the most recent first."""
    return list(Plan.objects.visible_to(agent(request)).select_related("territory"))
