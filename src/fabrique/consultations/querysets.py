"""Reads of consultations, by name.

Fed by consultations.models. Feeds the public and agents' pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from fabrique.accounts.actors import Actor
from fabrique.accounts.models import User
from fabrique.accounts.rights import holds
from fabrique.audit.models import JournalLine
from fabrique.common.clock import now
from fabrique.consultations.enums import State


class ConsultationQuerySet(models.QuerySet[Any]):
    def visible_to_public(self) -> ConsultationQuerySet:
        """All but drafts."""
        return self.exclude(state=State.DRAFT)

    def visible_to(self, actor: Actor) -> ConsultationQuerySet:
        """What an agent may prepare or read."""
        allowed = [
            row.pk
            for row in self.select_related("perimeter")
            if holds(actor, "consultations.read", row.perimeter)
        ]
        return self.filter(pk__in=allowed)

    def answerable(self) -> ConsultationQuerySet:
        """Open now: the closing time is the last instant included."""
        instant = now()
        return self.filter(state=State.OPEN, opens_at__lte=instant, closes_at__gte=instant)


class DraftQuerySet(models.QuerySet[Any]):
    def alive(self) -> DraftQuerySet:
        return self.filter(expires_at__gt=now())


class VersionQuerySet(models.QuerySet[Any]):
    """Versions of a notice or of a questionnaire."""

    def current(self) -> Any:
        """The frozen version in force: the last frozen one, or None before the opening."""
        return self.filter(frozen_at__isnull=False).order_by("-number").first()

    def draft(self) -> Any:
        """The version being written, or None."""
        return self.filter(frozen_at__isnull=True).first()

    def latest_version(self) -> Any:
        """What an agent sees first: the draft where there is one, else the version in force."""
        return self.draft() or self.current()


@dataclass(frozen=True)
class Change:
    """Who wrote last, and when; `who` is empty for a job or the command line."""

    at: datetime
    who: str


def last_change(consultation: Any) -> Change | None:
    """The last line of the journal about a consultation, its notice, its questionnaire or its documents."""
    line = (
        JournalLine.objects.filter(
            object_kind=consultation._meta.label_lower, object_reference=str(consultation.public_id)
        )
        .order_by("-pk")
        .first()
    )
    if line is None:
        return None
    author = (
        User.objects.filter(public_id=line.actor_reference).first() if line.actor_kind == "agent" else None
    )
    return Change(line.at, author.full_name if author else "")
