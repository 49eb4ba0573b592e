"""Reads of snapshots, reviews and evaluations, by name.

Fed by plan.models.review and .evaluation. Feeds services, agents' and public pages.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import reach


class SnapshotQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> SnapshotQuerySet:
        return self.filter(reach(actor, "plan.read", "territory"))


class ReviewQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> ReviewQuerySet:
        return self.filter(reach(actor, "plan.read", "territory"))


class EvaluationQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> EvaluationQuerySet:
        return self.filter(reach(actor, "plan.read", "plan__territory"))
