"""Links of messages: absolute addresses, and tokens that open one subscription for one gesture.

Fed by settings.FABRIQUE_SITE_URL and the keyring. Feeds messages and the pages under /abonnements/.
A token is derived, never stored: the database alone opens nothing.
"""

from __future__ import annotations

import base64
import hmac
from typing import Literal

from django.conf import settings
from django.urls import reverse

from fabrique.subscriptions.models import Subscription
from fabrique.subscriptions.services.addresses import keyed

Gesture = Literal["confirm", "end"]

#: 24 characters of base32: 120 bits
_BYTES = 15


def absolute(path: str) -> str:
    """The address of a page of this site, as it must be written in a message, a QR code or a calendar."""
    return settings.FABRIQUE_SITE_URL.rstrip("/") + path


def token(subscription: Subscription, gesture: Gesture) -> str:
    """What a link carries: the public id, then its signature for that gesture under the current key."""
    key_id = next(iter(settings.FABRIQUE_RECEIPT_KEYRING))
    return f"{subscription.public_id}-{_signature(subscription.public_id, gesture, key_id)}"


def _signature(public_id: str, gesture: Gesture, key_id: str) -> str:
    digest = keyed(f"link:{gesture}", public_id.encode(), key_id)
    return base64.b32encode(digest[:_BYTES]).decode().lower()


def opened(given: str, gesture: Gesture) -> Subscription | None:
    """The subscription that a token opens for that gesture, whatever its state; None for any other text."""
    public_id, _dash, signature = given.partition("-")
    for key_id in settings.FABRIQUE_RECEIPT_KEYRING:
        if hmac.compare_digest(_signature(public_id, gesture, key_id).encode(), signature.encode()):
            return Subscription.objects.filter(public_id=public_id).first()
    return None


def confirm_link(subscription: Subscription) -> str:
    """The page where its holder confirms."""
    return absolute(reverse("abonnements:confirmer", args=[token(subscription, "confirm")]))


def end_link(subscription: Subscription) -> str:
    """The page where its holder ends it; it acts by its button only, never by being opened."""
    return absolute(reverse("abonnements:terminer", args=[token(subscription, "end")]))


def one_click_link(subscription: Subscription) -> str:
    """Where a mailbox posts « List-Unsubscribe=One-Click » (RFC 8058)."""
    return absolute(reverse("abonnements:un-clic", args=[token(subscription, "end")]))
