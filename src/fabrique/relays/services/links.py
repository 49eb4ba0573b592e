"""A relay's way into a consultation: the short code of its QR.

Fed by the relay's page, its kit and the agents' screens. Feeds the answering room, which follows it.
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.common.identifiers import ALPHABET
from fabrique.consultations.models import Consultation
from fabrique.relays.models import Relay, RelayLink
from fabrique.relays.services.shared import require_own_or_decider

#: characters of a code: 30 bits, so that a slip of the hand leads to nobody else's relay
LENGTH = 6


def link_for(actor: Actor, *, relay: Relay, consultation: Consultation) -> RelayLink:
    """The relay's link to a consultation, made the first time: its code never changes, since it is printed.

    Raises Forbidden (another relay) and Refused: relay.suspended, relay.not_active, relay.elsewhere.
    """
    require_own_or_decider(actor, relay=relay)
    _check_reaches(relay, consultation)
    with transaction.atomic():
        link, created = RelayLink.objects.get_or_create(
            relay=relay,
            consultation=consultation,
            defaults={"code": _new_code(), "created_at": now()},
        )
        if created:
            journal.record(actor, "relays.link", relay)
    return link


def reaches(relay: Relay, consultation: Consultation) -> bool:
    """Whether the consultation concerns the relay's territory."""
    perimeter, territory = consultation.perimeter, relay.territory
    return perimeter.contains(territory) or territory.contains(perimeter)


def _check_reaches(relay: Relay, consultation: Consultation) -> None:
    if not reaches(relay, consultation):
        raise Refused("relay.elsewhere", _("Cette consultation ne concerne pas le territoire de ce relais."))


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _position in range(LENGTH)).upper()
        if not RelayLink.objects.filter(code=code).exists():
            return code
