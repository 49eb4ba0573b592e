"""Reads of calls and written contributions, by name.

Fed by written.models. Feeds the public and agents' pages. Organisations are counted, never persons.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Count

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds
from fabrique.common.clock import now
from fabrique.written.enums import CallState, WrittenState


class CallQuerySet(models.QuerySet[Any]):
    def visible_to_public(self) -> CallQuerySet:
        """All but drafts."""
        return self.exclude(state=CallState.DRAFT)

    def visible_to(self, actor: Actor) -> CallQuerySet:
        """The calls whose contributions the actor may read, by the territory where the right is held."""
        allowed = [
            row.pk for row in self.select_related("perimeter") if holds(actor, "written.read", row.perimeter)
        ]
        return self.filter(pk__in=allowed)

    def receiving(self) -> CallQuerySet:
        """Open now: the closing time is the last instant included."""
        instant = now()
        return self.filter(state=CallState.OPEN, opens_at__lte=instant, closes_at__gte=instant)

    def ended_before(self, instant: Any) -> CallQuerySet:
        """Whose closing time was before that instant."""
        return self.exclude(state=CallState.DRAFT).filter(closes_at__lt=instant)


class WrittenQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> WrittenQuerySet:
        from fabrique.written.models import Call

        return self.filter(call__in=Call.objects.visible_to(actor))

    def of_call(self, call: Any) -> WrittenQuerySet:
        return self.filter(call=call)

    def quarantined(self) -> WrittenQuerySet:
        return self.filter(state=WrittenState.QUARANTINED)

    def accepted(self) -> WrittenQuerySet:
        return self.filter(state=WrittenState.ACCEPTED)

    def listed(self) -> WrittenQuerySet:
        """What the public list shows: accepted by an agent, not erased since, and the organisation agreed."""
        return (
            self.accepted()
            .filter(participation__isnull=False)
            .filter(publication_agreed=True)
            .select_related("organisation")
            .order_by("organisation__folded_name", "received_at")
        )

    def same_content(self, call: Any, content_key: str) -> WrittenQuerySet:
        """Received already in this call, and not set aside since."""
        return self.filter(call=call, content_key=content_key).exclude(state=WrittenState.REFUSED)

    def with_receipt(self, hashes: list[bytes]) -> WrittenQuerySet:
        """Waiting for a decision under one of these receipt hashes."""
        return self.quarantined().filter(receipt_hash__in=hashes)

    def counted_by_state(self) -> dict[str, int]:
        """{state: contributions}."""
        return dict(self.values_list("state").annotate(n=Count("pk")).order_by("state"))

    def organisations(self) -> int:
        """How many organisations, each counted once however many texts it sent."""
        return self.accepted().filter(participation__isnull=False).values("organisation").distinct().count()

    def to_forget(self, instant: Any) -> WrittenQuerySet:
        """Whose call ended before that instant and whose contact and files are still there."""
        return self.filter(erased_at__isnull=True, call__closes_at__lt=instant).exclude(
            call__state=CallState.DRAFT
        )


class WrittenFileQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> WrittenFileQuerySet:
        from fabrique.written.models import WrittenContribution

        return self.filter(written__in=WrittenContribution.objects.visible_to(actor))


class DemandQuerySet(models.QuerySet[Any]):
    def of_written(self, written: Any) -> DemandQuerySet:
        return self.filter(written=written).select_related("file")

    def pages_of(self, participation: Any) -> dict[int, int]:
        """{primary key of the contribution: page of the document where the demand stands}."""
        rows = self.filter(written__participation=participation, page__isnull=False)
        return dict(rows.filter(contribution__isnull=False).values_list("contribution", "page"))
