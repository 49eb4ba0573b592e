"""Reads of devices, by name.

Fed by field.models. Feeds the agents' screen and the OpenRosa endpoints.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds


class DeviceQuerySet(models.QuerySet[Any]):
    def in_use(self) -> DeviceQuerySet:
        return self.filter(revoked_at__isnull=True)

    def visible_to(self, actor: Actor) -> DeviceQuerySet:
        """The devices of the territories where the actor manages them."""
        allowed = [
            device.pk
            for device in self.select_related("territory")
            if holds(actor, "field.manage_devices", device.territory)
        ]
        return self.filter(pk__in=allowed)
