"""How often messages may be asked for: per address and over the instance, without keeping anybody's IP.

Fed by subscribe. Feeds its refusals; an address that asked too often is silently not written to again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.subscriptions.models import AskWindow

#: messages that anybody may cause to be written to one address within an hour
PER_ADDRESS_AND_HOUR = 5


def count_ask() -> None:
    """Count one request on the instance. Raises Refused('email.busy') past the limit of the minute."""
    if _count(b"", now().replace(second=0, microsecond=0)) > settings.FABRIQUE_EMAIL_ASKS_PER_MINUTE:
        raise Refused(
            "email.busy",
            _(
                "Trop de demandes arrivent en ce moment. Rien n’est perdu : attendez une minute, puis renvoyez."
            ),
        )


def may_write_to(address_hash: bytes) -> bool:
    """Count one message asked for an address; False where it was asked too often within the hour."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    return _count(address_hash, hour) <= PER_ADDRESS_AND_HOUR


def _count(address_hash: bytes, since: datetime) -> int:
    with transaction.atomic():
        window, _created = AskWindow.objects.get_or_create(address_hash=address_hash, since=since)
        AskWindow.objects.filter(pk=window.pk).update(count=F("count") + 1)
        window.refresh_from_db(fields=["count"])
    return window.count


def forget_old_windows() -> int:
    """Delete the counts of before yesterday; returns how many rows went."""
    return AskWindow.objects.filter(since__lt=now() - timedelta(days=1)).delete()[0]
