"""Verb of moderation: a text is read, or hidden from publication with a reason.

Fed by the agents' corpus screen. Feeds what may be published.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.errors import Refused
from fabrique.contributions.enums import HidingReason, Moderation
from fabrique.contributions.models import Contribution


def moderate(
    actor: Actor, *, contribution: Contribution, state: Moderation, reason: str = ""
) -> Contribution:
    """Mark a text as read, or hide it from publication with a reason. Undone by the same verb.

    Raises Refused('moderation.reason'), and Refused('moderation.gone') on a text withdrawn meanwhile.
    """
    require(actor, "contributions.moderate", contribution.participation.source.perimeter)
    if state == Moderation.HIDDEN and reason not in HidingReason.values:
        raise Refused("moderation.reason", _("Choisissez un motif pour écarter ce texte de la publication."))
    with transaction.atomic():
        contribution.moderation = state
        contribution.moderation_reason = reason if state == Moderation.HIDDEN else ""
        written = Contribution.objects.filter(pk=contribution.pk).update(
            moderation=contribution.moderation, moderation_reason=contribution.moderation_reason
        )
        if not written:
            raise Refused("moderation.gone", _("Cette réponse a déjà été retirée."))
        journal.record(
            actor, "contributions.moderate", contribution, reason=contribution.moderation_reason or str(state)
        )
    return contribution
