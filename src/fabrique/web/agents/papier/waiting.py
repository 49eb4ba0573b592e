"""What waits in the room of paper, for the agents' home page.

Fed by fabrique.paper. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.paper.enums import BatchState
from fabrique.paper.models import PaperForm


def count(actor: Agent) -> tuple[int, str]:
    """Sheets that wait for their second entry by this person, or for a decision."""
    visible = PaperForm.objects.visible_to(actor).filter(batch__state=BatchState.OPEN)
    found = visible.to_double_by(actor.user).count() + visible.to_settle().count()
    return found, ngettext(
        "%(count)d feuille à ressaisir ou à trancher",
        "%(count)d feuilles à ressaisir ou à trancher",
        found,
    ) % {"count": found}
