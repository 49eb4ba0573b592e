"""Verb of erasure: a participation, its texts and all that derives from them go; a tombstone stays.

Fed by the respondent's code or an agent of data protection. Feeds « n retraits depuis » on published pages.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Respondent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.common.registry import erasers
from fabrique.contributions.enums import ErasureReason, Unit
from fabrique.contributions.models import Participation, Tombstone


def erase_participation(actor: Actor, *, participation: Participation, reason: ErasureReason) -> Tombstone:
    """Erase a participation, its texts and all that derives from them; leave a tombstone.

    A respondent may only withdraw (the view found the row by its code) what one person said for themselves.
    Raises Refused('erasure.not_yours') and Refused('erasure.already').
    """
    if isinstance(actor, Respondent):
        if reason != ErasureReason.WITHDRAWN or participation.unit != Unit.PERSON:
            raise Refused("erasure.not_yours", _("Ce code permet de suivre ces propos, pas de les retirer."))
    else:
        require(actor, "contributions.erase", participation.source.perimeter)
    with transaction.atomic():
        # the lock makes a second, simultaneous withdrawal wait, then find nothing: one tombstone an act
        locked = Participation.objects.select_for_update().filter(pk=participation.pk).first()
        if locked is None:
            raise Refused("erasure.already", _("Cette réponse a déjà été retirée."))
        for _name, erase in erasers.items():
            erase(locked.pk)
        tombstone = Tombstone.objects.create(source_id=locked.source_id, erased_at=now(), reason=reason)
        locked.delete()
        journal.record(actor, "contributions.erase", tombstone, reason=str(reason))
    return tombstone
