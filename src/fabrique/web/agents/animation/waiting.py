"""What waits in the facilitator's room: meetings held whose minutes nobody has signed.

Fed by meetings' reads. Feeds the agents' home page.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.meetings.enums import MeetingState
from fabrique.meetings.models import Meeting


def count(actor: Agent) -> tuple[int, str]:
    """How many meetings wait for their minutes, and the sentence that goes with it."""
    number = Meeting.objects.visible_to(actor).filter(state=MeetingState.HELD).count()
    if not number:
        return 0, _("Aucun compte rendu n’attend de signature.")
    sentence = ngettext(
        "%(count)d compte rendu attend une signature",
        "%(count)d comptes rendus attendent une signature",
        number,
    )
    return number, sentence % {"count": number}
