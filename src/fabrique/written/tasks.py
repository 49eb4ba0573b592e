"""What the worker does for written contributions, between jobs.

Fed by common.registry.periodic. Feeds services.forgetting.
"""

from __future__ import annotations

from fabrique.common.actors import System
from fabrique.written.services import forget_old


def forget_old_contributions() -> int:
    """Erase contacts and files past their term; returns how many contributions were emptied."""
    return forget_old(System("written.forget"))
