"""Reads of subscriptions and of the outbox, by name.

Fed by subscriptions.models. Feeds services, the worker and upper apps.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from fabrique.subscriptions.enums import ALIVE, LIVING, EmailState, SubscriptionState


class SubscriptionQuerySet(models.QuerySet[Any]):
    def about(self, purpose: str, reference: str = "") -> SubscriptionQuerySet:
        """All those of one purpose on one object."""
        return self.filter(purpose=purpose, reference=reference)

    def living(self) -> SubscriptionQuerySet:
        """Those whose address is still known: to confirm, or confirmed."""
        return self.filter(state__in=LIVING)

    def confirmed(self) -> SubscriptionQuerySet:
        return self.filter(state=SubscriptionState.CONFIRMED)

    def with_address(self, hashes: Iterable[bytes]) -> SubscriptionQuerySet:
        """Those of an address, given its hashes under every key (services.address_hashes)."""
        return self.filter(address_hash__in=list(hashes))

    def expired(self, at: datetime) -> SubscriptionQuerySet:
        """Living ones whose term is past: a confirmation that never came, or an object that is over."""
        return self.living().filter(expires_at__lte=at).order_by("pk")


class EmailQuerySet(models.QuerySet[Any]):
    def about(self, purpose: str, reference: str = "") -> EmailQuerySet:
        return self.filter(purpose=purpose, reference=reference)

    def alive(self) -> EmailQuerySet:
        """Those that may still leave."""
        return self.filter(state__in=ALIVE)

    def due(self, at: datetime) -> EmailQuerySet:
        """Those to send now: waiting and due, or taken by a worker that died."""
        waiting = Q(state=EmailState.WAITING, not_before__lte=at)
        abandoned = Q(state=EmailState.SENDING, lease_until__lt=at)
        return self.filter(waiting | abandoned).order_by("not_before", "pk")

    def failed_since(self, at: datetime) -> EmailQuerySet:
        return self.filter(state=EmailState.FAILED, ended_at__gte=at)

    def counts(self) -> dict[str, int]:
        """{state: number of messages}."""
        return dict(self.order_by().values_list("state").annotate(n=models.Count("pk")))
