"""What waits in the room of analyses, for the agents' home page.

Fed by analysis. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.analysis.enums import ThemeState
from fabrique.analysis.models import Run, Theme


def count(actor: Agent) -> tuple[int, str]:
    """Themes of the runs in use that nobody has decided on."""
    runs = Run.objects.visible_to(actor).filter(is_current=True)
    found = Theme.objects.filter(run__in=runs, state=ThemeState.PROPOSED).count()
    return found, ngettext("%(count)d thème à relire", "%(count)d thèmes à relire", found) % {"count": found}
