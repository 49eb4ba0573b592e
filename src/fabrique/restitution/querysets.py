"""Reads of publications, by name.

Fed by restitution.models. Feeds the public pages, the agents' preview and open data.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds
from fabrique.restitution.enums import Block, PublicationState


class PublicationQuerySet(models.QuerySet[Any]):
    def in_force(self, consultation: Any) -> Any:
        """The publication that the public reads now, or None."""
        return (
            self.filter(consultation=consultation, state=PublicationState.PUBLISHED)
            .select_related("consultation", "run", "published_by")
            .first()
        )

    def public(self) -> PublicationQuerySet:
        """What anyone may read: the publications in force, and those that they replaced."""
        return self.exclude(state=PublicationState.DRAFT)

    def visible_to(self, actor: Actor) -> PublicationQuerySet:
        """What an agent may read, preparations included."""
        allowed = [
            row.pk
            for row in self.select_related("consultation__perimeter")
            if holds(actor, "restitution.read", row.consultation.perimeter)
        ]
        return self.filter(pk__in=allowed)


class PublishedFigureQuerySet(models.QuerySet[Any]):
    def public(self) -> PublishedFigureQuerySet:
        """Figures of publications that anyone may read."""
        return self.exclude(publication__state=PublicationState.DRAFT)

    def in_page_order(self) -> PublishedFigureQuerySet:
        """With all that the page reads of a figure, in its order: one query."""
        return self.select_related("figure__question", "figure__theme").order_by("position")

    def with_provenance(self) -> PublishedFigureQuerySet:
        """With all that a proof tells: run, theme, who decided, validated and published."""
        return self.select_related(
            "publication__run",
            "publication__published_by",
            "parent",
            "figure__source",
            "figure__question",
            "figure__theme__decided_by",
            "figure__run",
            "figure__validated_by",
        )

    def of_themes(self) -> PublishedFigureQuerySet:
        return self.filter(block=Block.THEMES)


class CommonPublicationQuerySet(models.QuerySet[Any]):
    def in_force(self) -> CommonPublicationQuerySet:
        """The common publications that the public reads now, latest first."""
        found = self.filter(state=PublicationState.PUBLISHED).order_by("-published_at", "pk")
        return found.select_related("common__perimeter", "run", "published_by")

    def public(self) -> CommonPublicationQuerySet:
        """What anyone may read: those in force, and those that they replaced."""
        return self.exclude(state=PublicationState.DRAFT)

    def reading(self, source: Any) -> CommonPublicationQuerySet:
        """Those in force whose run read a source."""
        return self.in_force().filter(run__manifest__source=source)

    def visible_to(self, actor: Actor) -> CommonPublicationQuerySet:
        """What an agent may read, preparations included."""
        allowed = [
            row.pk
            for row in self.select_related("common__perimeter")
            if holds(actor, "restitution.read", row.common.perimeter)
        ]
        return self.filter(pk__in=allowed)


class CommonFigureQuerySet(models.QuerySet[Any]):
    def public(self) -> CommonFigureQuerySet:
        """Figures of common publications that anyone may read."""
        return self.exclude(publication__state=PublicationState.DRAFT)

    def in_page_order(self) -> CommonFigureQuerySet:
        """With all that the page reads of a figure, in its order: one query."""
        return self.select_related("figure__theme", "parent").order_by("position")

    def with_provenance(self) -> CommonFigureQuerySet:
        """With all that a proof tells: run, theme, who decided, validated and published."""
        return self.select_related(
            "publication__run__source",
            "publication__published_by",
            "parent",
            "figure__source",
            "figure__theme__decided_by",
            "figure__run__source",
            "figure__validated_by",
        )
