"""What waits in the room of the plan: challenges without a known title, for whoever may give them one.

Fed by plan's reads. Feeds the agents' home page.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds
from fabrique.plan.enums import TitleBasis
from fabrique.plan.models import Challenge, Plan


def count(actor: Agent) -> tuple[int, str]:
    """How many challenges of the current plans wait for their title, and the sentence that goes with it."""
    plans = [
        plan
        for plan in Plan.objects.visible_to(actor).current().select_related("territory")
        if holds(actor, "plan.edit_text", plan.territory)
    ]
    number = Challenge.objects.filter(plan__in=plans, basis=TitleBasis.UNKNOWN).count()
    if not number:
        return 0, _("Rien à compléter dans le texte du plan.")
    sentence = ngettext(
        "%(count)d défi dont le titre n’est pas connu",
        "%(count)d défis dont le titre n’est pas connu",
        number,
    )
    return number, sentence % {"count": number}
