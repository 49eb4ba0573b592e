"""The sessions that the site erases: those that have expired, between two jobs, and those of an erased account.

Fed by `fabrique worker` and by the erasure of an account, through common.registry. Feeds nothing: it is gone.
"""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from fabrique.common.clock import now

#: sessions erased by one statement, so that nobody's answer waits behind it
CHUNK = 500


def erase_sessions_of(user_id: int) -> int:
    """Erase the sessions in which that account is signed in; returns how many went."""
    signed_in = [
        session.session_key
        for session in Session.objects.filter(expire_date__gte=now()).iterator(CHUNK)
        if session.get_decoded().get(SESSION_KEY) == str(user_id)
    ]
    return Session.objects.filter(session_key__in=signed_in).delete()[0]


def erase_expired_sessions() -> int:
    """Erase expired sessions, which name responses under way and hold sealed codes; returns how many went."""
    erased = 0
    while keys := list(
        Session.objects.filter(expire_date__lt=now()).values_list("session_key", flat=True)[:CHUNK]
    ):
        erased += Session.objects.filter(session_key__in=keys).delete()[0]
    return erased
