"""What the verbs of councils share: locking, one-line titles, the fingerprint of what is frozen, a named agent.

Fed by the other modules of this package. Feeds them.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.models import User
from fabrique.councils.enums import SessionState
from fabrique.councils.models import Session

OVER = frozenset({SessionState.HELD, SessionState.MINUTES_PUBLISHED, SessionState.CANCELLED})
HELD = frozenset({SessionState.HELD, SessionState.MINUTES_PUBLISHED})


def locked(session: Session) -> Session:
    """The session, locked until the end of the transaction."""
    fresh: Session = (
        Session.objects.select_for_update(of=("self",)).select_related("body__territory").get(pk=session.pk)
    )
    return fresh


def one_line(text: str) -> str:
    return " ".join(text.split())


def plain(text: str) -> str:
    """A text of several lines, without the carriage returns of forms."""
    return text.replace("\r\n", "\n").strip()


def fingerprint(said: dict[str, Any]) -> str:
    """SHA-256 of what is frozen, keys sorted: 64 hexadecimal characters."""
    written = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def person(actor: Actor) -> User | None:
    """The account behind the actor, where there is one."""
    return actor.user if isinstance(actor, Agent) else None
