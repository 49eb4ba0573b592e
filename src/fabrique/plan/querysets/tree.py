"""Reads of plans and objectives, by name.

Fed by plan.models.tree. Feeds services, agents' and public pages.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds, reach
from fabrique.plan.enums import PlanState


class PlanQuerySet(models.QuerySet[Any]):
    def public(self) -> PlanQuerySet:
        return self.filter(published_at__isnull=False)

    def current(self) -> PlanQuerySet:
        """Those that are not closed."""
        return self.exclude(state=PlanState.CLOSED)

    def visible_to(self, actor: Actor) -> PlanQuerySet:
        """Those made public, and those whose territory the actor reads."""
        if not holds(actor, "plan.read"):
            return self.none()
        own = reach(actor, "plan.read", "territory")
        if not own:  # an empty condition is everything, and would vanish in an « or »
            return self
        return self.filter(own | Q(published_at__isnull=False))


class ObjectiveQuerySet(models.QuerySet[Any]):
    def public(self) -> ObjectiveQuerySet:
        return self.filter(published_at__isnull=False, plan__published_at__isnull=False)

    def visible_to(self, actor: Actor) -> ObjectiveQuerySet:
        """Those made public, and the drafts of the territories that the actor reads."""
        if not holds(actor, "plan.read"):
            return self.none()
        own = reach(actor, "plan.read", "territory")
        if not own:  # an empty condition is everything, and would vanish in an « or »
            return self
        return self.filter(own | Q(published_at__isnull=False, plan__published_at__isnull=False))


def programmes_visible(plan: Any, actor: Actor) -> models.QuerySet[Any]:
    """The programmes of a plan made public, and the drafts of the territories that the actor reads."""
    own = reach(actor, "plan.read", "territory")
    public = Q(published_at__isnull=False, plan__published_at__isnull=False)
    found: models.QuerySet[Any] = plan.programmes.filter(own | public if own else own)
    return found
