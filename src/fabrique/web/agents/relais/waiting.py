"""What waits in the room of relays, for the agents' home page.

Fed by relays. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.relays.models import Relay


def count(actor: Agent) -> tuple[int, str]:
    """Requests that nobody has decided on."""
    found = Relay.objects.visible_to(actor).waiting().count()
    told = ngettext("%(count)d demande à examiner", "%(count)d demandes à examiner", found)
    return found, told % {"count": found}
