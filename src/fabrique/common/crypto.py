"""Encryption at rest of free text and e-mail addresses: AES-256-GCM with a keyring.

Fed by settings.FABRIQUE_KEYRING ({key id: base64 key}, first the current one). Feeds EncryptedTextField.
What it protects and does not is in docs/explications/chiffrement.md.
"""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_NONCE_BYTES = 12
_TAG_BYTES = 16
_SCHEME = "v1"


class Undecipherable(Exception):
    """The key that sealed this value is no longer in the keyring, or the value was altered.

    `why`: a key id or a code. As text it is what an operator reads in the log, and what to do about it.
    """

    def __init__(self, why: str, *, absent: bool = False) -> None:
        super().__init__(why)
        self.absent = absent

    def __str__(self) -> str:
        if self.absent:
            return (
                f"une valeur chiffrée ne s’ouvre pas : sa clé « {self.args[0]} » n’est pas dans FABRIQUE_KEYRING. "
                "Remettez cette clé dans le trousseau, après la clé courante, puis relancez."
            )
        return (
            f"une valeur chiffrée ne s’ouvre pas ({self.args[0]}) : elle a été altérée, ou FABRIQUE_KEYRING donne "
            "une autre clé sous le même identifiant. Remettez la clé d’origine, puis relancez."
        )


def _key(key_id: str) -> bytes:
    try:
        written = settings.FABRIQUE_KEYRING[key_id]
    except KeyError as absent:
        raise Undecipherable(key_id, absent=True) from absent
    try:
        key = base64.b64decode(written, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured("FABRIQUE_KEYRING : chaque clé doit faire 32 octets, en base64.")
    return key


def encrypt(plain: str) -> str:
    """Seal a text under the current key: 'v1:key id:base64(nonce + cipher)'."""
    key_id = next(iter(settings.FABRIQUE_KEYRING))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(_key(key_id)).encrypt(nonce, plain.encode("utf-8", "surrogatepass"), key_id.encode())
    return f"{_SCHEME}:{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str) -> str:
    """Open what `encrypt` sealed. Raises Undecipherable."""
    try:
        scheme, key_id, payload = stored.split(":", 2)
        raw = base64.b64decode(payload, validate=True)
    except ValueError as wrong:
        raise Undecipherable("format") from wrong
    if scheme != _SCHEME:
        raise Undecipherable(scheme)
    if len(raw) < _NONCE_BYTES + _TAG_BYTES:
        raise Undecipherable("truncated")
    try:
        plain = AESGCM(_key(key_id)).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], key_id.encode())
    except InvalidTag as altered:
        raise Undecipherable(key_id) from altered
    return plain.decode("utf-8", "surrogatepass")
