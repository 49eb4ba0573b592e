"""What waits in the organisers' room: meetings still without a date, meetings past that nobody said were held.

Fed by meetings' reads. Feeds the agents' home page.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.common.clock import now, today
from fabrique.meetings.enums import MeetingState
from fabrique.meetings.models import Meeting


def count(actor: Agent) -> tuple[int, str]:
    """How many meetings want something of the agent, and the sentence that goes with it."""
    mine = Meeting.objects.visible_to(actor)
    undated = mine.ahead(today()).filter(state__in=[MeetingState.TO_SCHEDULE, MeetingState.POSTPONED]).count()
    passed = mine.filter(state=MeetingState.SCHEDULED, starts_at__lt=now()).count()
    if not undated and not passed:
        return 0, _("Aucune rencontre n’attend de date.")
    parts = []
    if undated:
        parts.append(
            ngettext("%(n)d rencontre sans date", "%(n)d rencontres sans date", undated) % {"n": undated}
        )
    if passed:
        parts.append(
            ngettext("%(n)d passée, à noter tenue", "%(n)d passées, à noter tenues", passed) % {"n": passed}
        )
    return undated + passed, ", ".join(parts)
