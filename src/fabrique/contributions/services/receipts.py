"""Receipt codes against the database: only keyed hashes are stored or compared.

Fed by settings.FABRIQUE_RECEIPT_KEYRING and fabrique_core.privacy.receipts. Feeds recording and look-up.
"""

from __future__ import annotations

import base64

from django.conf import settings

from fabrique.contributions.models import Participation
from fabrique_core.privacy.receipts import normalise, receipt_hash


def hash_receipt(code: str, key_id: str | None = None) -> tuple[str, bytes]:
    """(key id, HMAC-SHA-256 of the code) under the named key of the ring, or under the current one.

    Raises fabrique_core's CoreError on a code that cannot be one, KeyError on an unknown key id.
    """
    key_id = key_id or next(iter(settings.FABRIQUE_RECEIPT_KEYRING))
    key = base64.b64decode(settings.FABRIQUE_RECEIPT_KEYRING[key_id])
    return key_id, receipt_hash(normalise(code), key)


def receipt_hashes(code: str) -> list[bytes]:
    """The hashes of a code under every key of the ring: what a look-up compares, old keys included."""
    return [hash_receipt(code, key_id)[1] for key_id in settings.FABRIQUE_RECEIPT_KEYRING]


def find_by_receipt(code: str) -> Participation | None:
    """The participation of that code, under the current or an older key; None where there is none.

    Raises fabrique_core's CoreError on a code that cannot be one (a mistyped character).
    """
    return Participation.objects.with_receipt(receipt_hashes(code)).select_related("source").first()
