"""What waits in the leads' room: the actions that they lead and that want a gesture of them.

Fed by plan's reads. Feeds the agents' home page.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.common.clock import today
from fabrique.plan.models import Action
from fabrique.plan.progress import progress_of
from fabrique.plan.waiting import waiting_of


def count(actor: Agent) -> tuple[int, str]:
    """How many of the agent's actions wait for something, and the sentence that goes with it."""
    mine = Action.objects.visible_to(actor).led_by(actor.user).alive()
    actions = list(mine.select_related("plan").prefetch_related("milestones"))
    waiting = waiting_of(actions, progress_of(actions, today()), today())
    number = sum(bool(reasons) for reasons in waiting.values())
    if not number:
        return 0, _("Aucune de vos actions n’attend de geste.")
    words = ngettext("%(n)d action attend un geste", "%(n)d actions attendent un geste", number)
    return number, words % {"n": number}
