"""What the verbs on relays share: the row kept from others, and who may act for a relay.

Fed by the verbs beside it. Feeds them, and the relay's pages.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds
from fabrique.common.errors import Forbidden, Refused
from fabrique.relays.enums import RelayState
from fabrique.relays.models import Relay


def locked(relay: Relay) -> Relay:
    """The row as it stands, kept from others until the transaction ends."""
    rows = Relay.objects.select_for_update(of=("self",)).select_related("territory")
    found: Relay = rows.get(pk=relay.pk)
    return found


def require_own(actor: Actor, *, relay: Relay) -> None:
    """Raise Forbidden unless the actor belongs to this relay, and Refused while it is suspended."""
    if not Relay.objects.of(actor).filter(pk=relay.pk).exists():
        raise Forbidden(
            "relay.other",
            _("Cette page est celle d’un autre relais. Connectez-vous avec le compte du vôtre."),
        )
    if relay.state != RelayState.ACCEPTED:
        raise Refused(
            "relay.suspended",
            _("Votre relais est suspendu. Écrivez à l’agence pour savoir quand il reprendra."),
        )


def require_own_or_decider(actor: Actor, *, relay: Relay) -> None:
    """The same, or an agent who decides on the relays of this territory."""
    if not holds(actor, "relays.decide", relay.territory):
        require_own(actor, relay=relay)
    elif relay.state != RelayState.ACCEPTED:
        raise Refused("relay.not_active", _("Ce relais n’est pas en activité. Acceptez-le d’abord."))
