"""Public identifiers: 12 random Crockford base32 characters, in URLs, exports and the API.

Fed by the system's random source. Feeds every model with a `public_id`.
"""

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 12


def new_public_id() -> str:
    """60 random bits, lower case, without i, l, o or u."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
