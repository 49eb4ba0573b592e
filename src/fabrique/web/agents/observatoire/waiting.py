"""What waits in the room of the observatory, for the agents' home page.

Fed by the observatory. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds
from fabrique.observatory.models import ImportBatch
from fabrique.territories.models import Territory


def count(actor: Agent) -> tuple[int, str]:
    """Files checked, which wait for somebody's word."""
    may = holds(actor, "observatory.import", Territory.objects.perimeter())
    found = ImportBatch.objects.to_confirm().count() if may else 0
    said = ngettext("%(count)d fichier à confirmer", "%(count)d fichiers à confirmer", found)
    return found, said % {"count": found}
