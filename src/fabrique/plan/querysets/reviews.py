"""Reads of snapshots, reviews, decisions, evaluations and users' findings, by name.

Fed by plan.models.review and .evaluation. Feeds services, agents' and public pages.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Role
from fabrique.accounts.rights import reach
from fabrique.plan.enums import AnswerKind, EvaluationState, FollowUpState, ReviewState

#: follow-ups that are not over
OPEN = (FollowUpState.TO_DO, FollowUpState.RUNNING)


class SnapshotQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> SnapshotQuerySet:
        return self.filter(reach(actor, "plan.read", "territory"))

    def light(self) -> SnapshotQuerySet:
        """Without the frozen bytes: for lists and choices."""
        return self.defer("content").select_related("territory", "plan")


class ReviewQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> ReviewQuerySet:
        return self.filter(reach(actor, "plan.read", "territory"))

    def public(self) -> ReviewQuerySet:
        """Published, of a plan that is public."""
        return self.filter(state=ReviewState.PUBLISHED, plan__published_at__isnull=False)


class DecisionQuerySet(models.QuerySet[Any]):
    def public(self) -> DecisionQuerySet:
        """Of published reviews, on actions that are public."""
        return self.filter(
            review__state=ReviewState.PUBLISHED,
            action__published_at__isnull=False,
            action__plan__published_at__isnull=False,
        )

    def visible_to(self, actor: Actor) -> DecisionQuerySet:
        return self.filter(reach(actor, "plan.read", "action__territory"))

    def late(self, on: date) -> DecisionQuerySet:
        """Whose follow-up was due before that day and is not over."""
        return self.filter(due_on__lt=on, follow_up__in=OPEN)


class EvaluationQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> EvaluationQuerySet:
        return self.filter(reach(actor, "plan.read", "plan__territory"))

    def public(self) -> EvaluationQuerySet:
        """Published, of a plan that is public."""
        return self.filter(state=EvaluationState.PUBLISHED, plan__published_at__isnull=False)


class RecommendationQuerySet(models.QuerySet[Any]):
    def public(self) -> RecommendationQuerySet:
        """Of published evaluations of public plans."""
        return self.filter(
            evaluation__state=EvaluationState.PUBLISHED, evaluation__plan__published_at__isnull=False
        )

    def late(self, on: date) -> RecommendationQuerySet:
        """Accepted, due before that day and not over."""
        return self.filter(due_on__lt=on, follow_up__in=OPEN).exclude(answer=AnswerKind.REFUSED)


class FindingQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> FindingQuerySet:
        return self.filter(reach(actor, "plan.read", "action__territory"))

    def public(self) -> FindingQuerySet:
        """Published, on actions that are public."""
        return self.filter(
            published_at__isnull=False,
            action__published_at__isnull=False,
            action__plan__published_at__isnull=False,
        )

    def entrusted_to(self, actor: Actor) -> FindingQuerySet:
        """Those of the associations of which the actor is a partner today."""
        if not isinstance(actor, Agent) or not actor.user.is_active:
            return self.none()
        held = Role.objects.current().filter(user=actor.user, code=RoleCode.PARTNER)
        return self.filter(organisation__in=held.values("organisation"))
