"""Reads of publications, by name.

Fed by restitution.models. Feeds the public pages, the agents' preview and open data.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds
from fabrique.restitution.enums import PublicationState


class PublicationQuerySet(models.QuerySet):
    def in_force(self, consultation: Any) -> Any:
        """The publication that the public reads now, or None."""
        return (
            self.filter(consultation=consultation, state=PublicationState.PUBLISHED)
            .select_related("consultation", "run", "published_by")
            .first()
        )

    def visible_to(self, actor: Actor) -> PublicationQuerySet:
        allowed = [
            row.pk
            for row in self.select_related("consultation__perimeter")
            if holds(actor, "restitution.read", row.consultation.perimeter)
        ]
        return self.filter(pk__in=allowed)
