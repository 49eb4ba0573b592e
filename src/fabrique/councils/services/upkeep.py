"""The term of what inhabitants write to a body: messages that were not published are erased in time.

Fed by the clock, through common.registry.periodic. Feeds contributions.services.erase_participation.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from fabrique.accounts.actors import System
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.contributions.enums import ErasureReason
from fabrique.contributions.services import erase_participation
from fabrique.councils.models import Question

KEEPER = System("councils.upkeep")
#: each erasure is a transaction of its own; a long backlog takes several turns of the worker
AT_ONCE = 200


def erase_old_messages() -> int:
    """Erase messages FABRIQUE_DOOR_DAYS after their answer, or after their receipt where there was none.

    A published question stays, as its author agreed, until they withdraw it. Returns how many went.
    """
    before = now() - timedelta(days=settings.FABRIQUE_DOOR_DAYS)
    over = Q(answered_at__lt=before) | Q(answered_at__isnull=True, received_at__lt=before)
    erased = 0
    for question in Question.objects.filter(over, published_at__isnull=True).select_related(
        "participation__source__perimeter"
    )[:AT_ONCE]:
        try:
            erase_participation(KEEPER, participation=question.participation, reason=ErasureReason.EXPIRED)
        except Refused:
            # withdrawn by its author meanwhile
            continue
        erased += 1
    return erased
