"""What agents decide on a relay: accept, refuse, suspend, take up again, close.

Fed by the agents' screens. Feeds the relay's account, its role, and the message to its contact.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, System
from fabrique.accounts.enums import OrganisationKind, RoleCode
from fabrique.accounts.models import Role, User
from fabrique.accounts.rights import require
from fabrique.accounts.services import close_user, create_organisation, end_role
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.relays.enums import EndReason, RelayState
from fabrique.relays.models import Relay, RelayInvitation
from fabrique.relays.services import messages
from fabrique.relays.services.inviting import welcome
from fabrique.relays.services.shared import locked

#: days after a refusal or a closing during which the contact is kept, to answer questions about it
CONTACT_DAYS = 30


def accept_relay(actor: Actor, *, relay: Relay) -> Relay:
    """Accept a request: the organisation is known, its contact gets an account, the role and a one-time link.

    Raises Refused: relay.decided, relay.person_elsewhere.
    """
    require(actor, "relays.decide", relay.territory)
    with transaction.atomic():
        relay = locked(relay)
        if relay.state != RelayState.ASKED:
            raise Refused("relay.decided", _("Cette demande a déjà reçu une décision."))
        relay.organisation = create_organisation(
            actor, name=relay.name, kind=OrganisationKind(relay.kind), territory=relay.territory
        )
        _decide(relay, RelayState.ACCEPTED)
        journal.record(actor, "relays.accept", relay)
        welcome(relay, email=relay.contact_email, full_name=relay.contact_name, reopen=True)
    return relay


def refuse_relay(actor: Actor, *, relay: Relay, reason: EndReason) -> Relay:
    """Refuse a request; its contact is told why, and erased from here after CONTACT_DAYS."""
    require(actor, "relays.decide", relay.territory)
    with transaction.atomic():
        relay = locked(relay)
        if relay.state != RelayState.ASKED:
            raise Refused("relay.decided", _("Cette demande a déjà reçu une décision."))
        _decide(relay, RelayState.REFUSED, reason)
        journal.record(actor, "relays.refuse", relay, reason=reason)
        messages.tell_refused(relay)
    return relay


def suspend_relay(actor: Actor, *, relay: Relay, reason: EndReason) -> Relay:
    """Stop a relay for a time: its pages close, its QR codes still let people answer, without its name."""
    require(actor, "relays.decide", relay.territory)
    with transaction.atomic():
        relay = locked(relay)
        if relay.state != RelayState.ACCEPTED:
            raise Refused("relay.not_active", _("Seul un relais en activité peut être suspendu."))
        _decide(relay, RelayState.SUSPENDED, reason)
        journal.record(actor, "relays.suspend", relay, reason=reason)
        messages.tell_suspended(relay)
    return relay


def resume_relay(actor: Actor, *, relay: Relay) -> Relay:
    """Take up again a relay that was suspended."""
    require(actor, "relays.decide", relay.territory)
    with transaction.atomic():
        relay = locked(relay)
        if relay.state != RelayState.SUSPENDED:
            raise Refused("relay.not_suspended", _("Ce relais n’est pas suspendu."))
        _decide(relay, RelayState.ACCEPTED)
        journal.record(actor, "relays.resume", relay)
        messages.tell_resumed(relay)
    return relay


def close_relay(actor: Actor, *, relay: Relay, reason: EndReason) -> Relay:
    """End a relay for good: its people lose the role, and their account where they held no other."""
    require(actor, "relays.decide", relay.territory)
    with transaction.atomic():
        relay = locked(relay)
        if relay.state not in (RelayState.ACCEPTED, RelayState.SUSPENDED):
            raise Refused("relay.not_active", _("Ce relais n’est pas en activité."))
        _decide(relay, RelayState.CLOSED, reason)
        journal.record(actor, "relays.close", relay, reason=reason)
        RelayInvitation.objects.filter(relay=relay).usable().update(expires_at=now())
        roles = Role.objects.current().filter(organisation=relay.organisation, code=RoleCode.RELAY)
        for role in roles.select_related("user", "territory"):
            end_role(System("relays.close"), role=role)
            _close_if_idle(role.user)
        messages.tell_closed(relay)
    return relay


def erase_old_contacts(actor: Actor) -> int:
    """Erase the names and addresses of relays ended for CONTACT_DAYS; returns how many. For the worker."""
    if not isinstance(actor, System):
        raise Forbidden("forbidden", _("Cette tâche revient à la plateforme."))
    ended = Relay.objects.ended_before(now() - timedelta(days=CONTACT_DAYS))
    erased = 0
    for relay in ended:
        if relay.contact_email or relay.contact_name or relay.presentation:
            with transaction.atomic():
                relay.contact_name = relay.contact_email = relay.presentation = ""
                relay.save(update_fields=["contact_name", "contact_email", "presentation"])
                journal.record(actor, "relays.erase_contact", relay)
            erased += 1
    return erased


def _decide(relay: Relay, state: RelayState, reason: str = "") -> None:
    relay.state, relay.reason, relay.decided_at = state, reason, now()
    relay.save(update_fields=["organisation", "state", "reason", "decided_at"])


def _close_if_idle(user: User) -> None:
    if user.is_active and not Role.objects.of(user).exists():
        close_user(System("relays.close"), user=user)
