"""What waits in the room of written contributions, for the agents' home page.

Fed by written. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.written.models import WrittenContribution


def count(actor: Agent) -> tuple[int, str]:
    """Contributions in quarantine, to be read by a person."""
    found = WrittenContribution.objects.visible_to(actor).quarantined().count()
    return found, ngettext(
        "%(count)d contribution à vérifier", "%(count)d contributions à vérifier", found
    ) % {"count": found}
