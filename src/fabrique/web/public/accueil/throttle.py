"""Repeated failures to sign in: a window per account, in the cache. No address of anybody is kept.

Fed by SignInForm. Feeds SignInForm.
"""

from __future__ import annotations

from django.core.cache import cache
from django.utils.crypto import salted_hmac

FAILURES = 5
WINDOW_SECONDS = 300


def _key(account: str) -> str:
    """The account under a keyed hash: the cache holds no e-mail address."""
    return (
        "connexion:"
        + salted_hmac("fabrique.connexion", account.strip().lower(), algorithm="sha256").hexdigest()
    )


def blocked(account: str) -> bool:
    """Whether five attempts failed, each less than five minutes after the one before."""
    return int(cache.get(_key(account), 0)) >= FAILURES


def failed(account: str) -> None:
    """Count one failure; the window starts again with each, whatever the cache does of a count it raises."""
    key = _key(account)
    if not cache.add(key, 1, WINDOW_SECONDS):
        try:
            cache.incr(key)
            cache.touch(key, WINDOW_SECONDS)
        except ValueError:  # the window closed between the two calls
            cache.add(key, 1, WINDOW_SECONDS)


def forget(account: str) -> None:
    cache.delete(_key(account))
