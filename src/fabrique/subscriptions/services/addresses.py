"""Addresses: what is accepted as one, and the keyed hash by which a sealed one is found again.

Fed by settings.FABRIQUE_RECEIPT_KEYRING. Feeds subscribe, the throttle and look-ups of upper apps.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from fabrique.common.errors import Refused

#: RFC 5321: characters of an address, and of what stands before the @
LONGEST, LONGEST_LOCAL = 254, 64


def clean_address(typed: str) -> str:
    """The address without the spaces around it. Raises Refused('email.invalid'): also on a line break."""
    address = typed.strip(" \u00a0\u202f\t")
    try:
        validate_email(address)
        address.encode("ascii")
    except (ValidationError, UnicodeEncodeError) as wrong:
        raise _invalid() from wrong
    if len(address) > LONGEST or address.index("@") > LONGEST_LOCAL or not address.isprintable():
        raise _invalid()
    return address


def _invalid() -> Refused:
    return Refused(
        "email.invalid",
        _("Cette adresse électronique n’est pas complète. Écrivez-la comme ceci : nom@exemple.fr."),
    )


def address_hashes(address: str) -> list[bytes]:
    """The hashes of an address, case folded, under every key of the ring: the current one first."""
    folded = address.strip().casefold().encode()
    return [keyed("address", folded, key_id) for key_id in settings.FABRIQUE_RECEIPT_KEYRING]


def keyed(what: str, value: bytes, key_id: str) -> bytes:
    """HMAC-SHA-256 of a value under a key of the ring, apart for each use (« address », « link: … »)."""
    key = base64.b64decode(settings.FABRIQUE_RECEIPT_KEYRING[key_id])
    own = hmac.new(key, f"fabrique.subscriptions.{what}".encode(), hashlib.sha256).digest()
    return hmac.new(own, value, hashlib.sha256).digest()
