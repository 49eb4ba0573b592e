"""What the worker does for relays between two jobs: erase the contact of those that are relays no more.

Fed by `fabrique worker` through common.registry.periodic. Feeds nothing: what it erases is gone.
"""

from __future__ import annotations

from fabrique.accounts.actors import System
from fabrique.relays.services import erase_old_contacts


def erase_contacts() -> int:
    """Erase names and addresses whose term is past; returns how many relays were concerned."""
    return erase_old_contacts(System("relays.contacts"))
