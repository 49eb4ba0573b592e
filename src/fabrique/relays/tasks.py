"""What relays erase when they are told: the contact of those that are relays no more, the links of an account.

Fed by `fabrique worker` and by the erasure of an account, through common.registry. Feeds nothing: it is gone.
"""

from __future__ import annotations

from fabrique.accounts.actors import System
from fabrique.relays.models import RelayInvitation
from fabrique.relays.services import erase_old_contacts


def erase_contacts() -> int:
    """Erase names and addresses whose term is past; returns how many relays were concerned."""
    return erase_old_contacts(System("relays.contacts"))


def erase_invitations(user_id: int) -> int:
    """Erase the one-time links sent to that account; the charter that its person accepted stays, without a name."""
    return RelayInvitation.objects.filter(user=user_id).delete()[0]
