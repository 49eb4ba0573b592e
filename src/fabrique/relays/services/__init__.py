"""Verbs of relays: ask, decide, invite, link to a consultation, help somebody to answer.

Fed by the public form, the agents' screens and the relay's own pages. Feeds accounts and the answering room.
"""

from fabrique.relays.services.asking import ask_to_relay
from fabrique.relays.services.deciding import (
    accept_relay,
    close_relay,
    erase_old_contacts,
    refuse_relay,
    resume_relay,
    suspend_relay,
)
from fabrique.relays.services.helping import (
    CHARTER,
    accept_charter,
    begin_help,
    charter_of,
    help_obstacles,
)
from fabrique.relays.services.inviting import invitation_of, invite_person, use_invitation
from fabrique.relays.services.links import link_for, reaches
from fabrique.relays.services.shared import require_own, require_own_or_decider

__all__ = [
    "CHARTER",
    "accept_charter",
    "accept_relay",
    "ask_to_relay",
    "begin_help",
    "charter_of",
    "close_relay",
    "erase_old_contacts",
    "help_obstacles",
    "invitation_of",
    "invite_person",
    "link_for",
    "reaches",
    "refuse_relay",
    "require_own",
    "require_own_or_decider",
    "resume_relay",
    "suspend_relay",
    "use_invitation",
]
