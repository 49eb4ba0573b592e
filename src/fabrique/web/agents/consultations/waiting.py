"""What waits in the consultations' room: files being written, for whoever may write or open them.

Fed by consultations' reads. Feeds the agents' home page.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation


def count(actor: Agent) -> tuple[int, str]:
    """How many files of the agent are being written, and the sentence that goes with it."""
    number = Consultation.objects.visible_to(actor).filter(state=State.DRAFT).count()
    if not number:
        return 0, _("Aucune consultation en préparation.")
    sentence = ngettext(
        "%(count)d consultation en préparation", "%(count)d consultations en préparation", number
    )
    return number, sentence % {"count": number}
