"""Reads of actions, milestones and indicators, by name.

Fed by plan.models.action and .indicator. Feeds services, agents' and public pages.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds, reach


class ActionQuerySet(models.QuerySet[Any]):
    def public(self) -> ActionQuerySet:
        return self.filter(published_at__isnull=False, plan__published_at__isnull=False)

    def visible_to(self, actor: Actor) -> ActionQuerySet:
        """Those made public, and the drafts of the territories that the actor reads: never those of a neighbour."""
        if not holds(actor, "plan.read"):
            return self.none()
        own = reach(actor, "plan.read", "territory")
        return self.filter(own | Q(published_at__isnull=False, plan__published_at__isnull=False))


class MilestoneQuerySet(models.QuerySet[Any]):
    pass


class IndicatorQuerySet(models.QuerySet[Any]):
    pass
