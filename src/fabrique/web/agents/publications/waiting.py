"""What waits in the room of publications, for the agents' home page.

Fed by restitution. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.restitution.enums import PublicationState
from fabrique.restitution.models import CommonPublication, Publication


def count(actor: Agent) -> tuple[int, str]:
    """Publications in preparation that the actor may see."""
    found = sum(
        kind.objects.visible_to(actor).filter(state=PublicationState.DRAFT).count()
        for kind in (Publication, CommonPublication)
    )
    return found, ngettext(
        "%(count)d publication en préparation", "%(count)d publications en préparation", found
    ) % {"count": found}
