"""Reads of formal consultations and of those consulted, by name.

Fed by plan.models.consultation. Feeds services, agents' and public pages.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import reach


class FormalConsultationQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> FormalConsultationQuerySet:
        return self.filter(reach(actor, "plan.read", "plan__territory"))


class ConsulteeQuerySet(models.QuerySet[Any]):
    pass
