"""What the worker does for consultations between two jobs: erase the responses that nobody finished in time.

Fed by `fabrique worker` through common.registry.periodic. Feeds nothing: what it erases is gone.
"""

from __future__ import annotations

from fabrique.accounts.actors import System
from fabrique.consultations.services.answering import erase_expired_drafts


def erase_old_drafts() -> int:
    """Erase what has expired; returns how many responses under way went."""
    return erase_expired_drafts(System("consultations.drafts"))
