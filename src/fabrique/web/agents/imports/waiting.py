"""What waits in the room of imports, for the agents' home page.

Fed by imports. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.imports.models import ImportJob


def count(actor: Agent) -> tuple[int, str]:
    """Imports checked, which wait for somebody's word."""
    found = ImportJob.objects.visible_to(actor).to_confirm().count()
    said = ngettext("%(count)d import à confirmer", "%(count)d imports à confirmer", found)
    return found, said % {"count": found}
