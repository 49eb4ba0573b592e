"""What waits in the room of opinions, for the agents' home page.

Fed by plan's consultations. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds, reach
from fabrique.plan.models import Consultee, FormalConsultation, OpinionPoint, Plan


def seen(actor: Agent) -> bool:
    """Whether the room holds anything for the person: a body's opinion to give, or a plan that they read.

    Until the first plan is written, the room explains itself to all who hold a right in it.
    """
    read = Plan.objects.filter(reach(actor, "plan.read", "territory"))
    return holds(actor, "plan.give_opinion") or read.exists() or not Plan.objects.exists()


def count(actor: Agent) -> tuple[int, str]:
    """Opinions that the person's own bodies have not given yet; else points that the agency has not replied to."""
    own = Consultee.objects.spoken_for_by(actor).without_opinion().count()
    if own:
        told = ngettext("%(count)d avis à rendre", "%(count)d avis à rendre", own)
        return own, told % {"count": own}
    seen = FormalConsultation.objects.visible_to(actor) if holds(actor, "plan.read") else []
    left = OpinionPoint.objects.filter(opinion__consultee__consultation__in=seen, reply_kind="").count()
    told = ngettext("%(count)d point sans réponse", "%(count)d points sans réponse", left)
    return left, told % {"count": left}
