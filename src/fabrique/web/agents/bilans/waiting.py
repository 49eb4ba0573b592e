"""What waits in the room of reviews, for the agents' home page.

Fed by plan. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.common.clock import today
from fabrique.plan.models import Decision, Evaluation, Recommendation, UsersFinding


def count(actor: Agent) -> tuple[int, str]:
    """Decisions and recommendations whose follow-up is late."""
    mine = Evaluation.objects.visible_to(actor)
    late = Recommendation.objects.filter(evaluation__in=mine).late(today()).count()
    late += Decision.objects.visible_to(actor).late(today()).count()
    return late, ngettext("%(count)d suite en retard", "%(count)d suites en retard", late) % {"count": late}


def mandates(actor: Agent) -> tuple[int, str]:
    """Findings that the person's association has still to hand in."""
    found = UsersFinding.objects.entrusted_to(actor).filter(handed_in_at__isnull=True).count()
    return found, ngettext("%(count)d constat à remettre", "%(count)d constats à remettre", found) % {
        "count": found
    }
