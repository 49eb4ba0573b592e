"""Devices of mediators: added with a token shown once, recognised, revoked.

Fed by the agents' screen and by each request of a device. Feeds the OpenRosa endpoints.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.models import Organisation
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.errors import Refused
from fabrique.field.models import Device
from fabrique.territories.models import Territory


def add_device(
    actor: Actor, *, label: str, territory: Territory, relay: Organisation | None = None
) -> tuple[Device, str]:
    """(the device, its token): the token is shown once and known by its digest only.

    Raises Refused('device.label').
    """
    require(actor, "field.manage_devices", territory)
    label = " ".join(label.split())[:80]
    if not label:
        raise Refused("device.label", _("Donnez un nom à l’appareil, pour le reconnaître."))
    token = secrets.token_urlsafe(18)
    with transaction.atomic():
        device = Device.objects.create(
            label=label,
            territory=territory,
            relay=relay,
            token_digest=_digest(token),
            created_by=actor.user if isinstance(actor, Agent) else None,
            created_at=now(),
        )
        journal.record(actor, "field.add_device", device)
    return device, token


def revoke_device(actor: Actor, *, device: Device) -> Device:
    """Close a device at once: lost, given back. What it already sent stays. Raises Refused('device.revoked')."""
    require(actor, "field.manage_devices", device.territory)
    with transaction.atomic():
        device = Device.objects.select_for_update(of=("self",)).select_related("territory").get(pk=device.pk)
        if device.revoked_at:
            raise Refused("device.revoked", _("Cet appareil est déjà retiré."))
        device.revoked_at = now()
        device.save(update_fields=["revoked_at"])
        journal.record(actor, "field.revoke_device", device)
    return device


def recognise(public_id: str, token: str) -> Device | None:
    """The device of that name and token, if it is in use; the day is noted."""
    device: Device | None = (
        Device.objects.in_use().select_related("territory", "relay").filter(public_id=public_id).first()
    )
    # compared even where there is none, so that the time taken tells nothing
    known = device.token_digest if device else _digest("")
    if not hmac.compare_digest(known, _digest(token)) or device is None:
        return None
    if device.last_seen_on != today():
        Device.objects.filter(pk=device.pk).update(last_seen_on=today())
    return device


def _digest(token: str) -> str:
    """A token holds 144 random bits: a plain digest cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
