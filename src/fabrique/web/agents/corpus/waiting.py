"""What waits in the room of the corpus, for the agents' home page.

Fed by contributions. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.contributions.enums import Moderation
from fabrique.contributions.models import Contribution


def count(actor: Agent) -> tuple[int, str]:
    """Texts that nobody has read yet."""
    found = Contribution.objects.visible_to(actor).filter(moderation=Moderation.UNREAD).count()
    return found, ngettext("%(count)d texte non lu", "%(count)d textes non lus", found) % {"count": found}
