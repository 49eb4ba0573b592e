"""What the worker does for the site between two jobs: erase the sessions that have expired.

Fed by `fabrique worker` through common.registry.periodic. Feeds nothing: what it erases is gone.
"""

from __future__ import annotations

from django.contrib.sessions.models import Session

from fabrique.common.clock import now

#: sessions erased by one statement, so that nobody's answer waits behind it
CHUNK = 500


def erase_expired_sessions() -> int:
    """Erase expired sessions, which name responses under way and hold sealed codes; returns how many went."""
    erased = 0
    while keys := list(
        Session.objects.filter(expire_date__lt=now()).values_list("session_key", flat=True)[:CHUNK]
    ):
        erased += Session.objects.filter(session_key__in=keys).delete()[0]
    return erased
