"""Verbs of subscriptions and of the outbox, in one place to import from.

Fed by the modules of this folder. Feeds upper apps, the public pages, the worker and `fabrique mail`.
"""

from fabrique.subscriptions.services.addresses import address_hashes, clean_address
from fabrique.subscriptions.services.asking import Asked, confirm, end, end_expired, renew, subscribe
from fabrique.subscriptions.services.letters import Letter, letter
from fabrique.subscriptions.services.links import (
    absolute,
    confirm_link,
    end_link,
    one_click_link,
    opened,
    token,
)
from fabrique.subscriptions.services.outbox import (
    Attachment,
    Delivery,
    cancel,
    cancel_about,
    send_due,
    send_later,
    write_to,
)
from fabrique.subscriptions.services.purposes import Purpose, Words, purpose_of, purposes

__all__ = [
    "Asked",
    "Attachment",
    "Delivery",
    "Letter",
    "Purpose",
    "Words",
    "absolute",
    "address_hashes",
    "cancel",
    "cancel_about",
    "clean_address",
    "confirm",
    "confirm_link",
    "end",
    "end_expired",
    "end_link",
    "letter",
    "one_click_link",
    "opened",
    "purpose_of",
    "purposes",
    "renew",
    "send_due",
    "send_later",
    "subscribe",
    "token",
    "write_to",
]
