"""A relay's first step: an organisation asks, without an account.

Fed by the public form. Feeds the queue of requests that agents decide on.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.enums import OrganisationKind
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.common.folding import fold
from fabrique.relays.enums import KNOWN, RelayState
from fabrique.relays.models import Relay
from fabrique.territories.models import Territory


def ask_to_relay(
    actor: Actor,
    *,
    name: str,
    kind: OrganisationKind,
    territory: Territory,
    contact_name: str,
    contact_email: str,
    place: str = "",
    presentation: str = "",
    charter: bool = False,
) -> Relay:
    """Register a request, to be decided by an agent. Anybody may ask; the same request again gives the same row.

    Raises Refused: relay.name, relay.contact, relay.email, relay.charter, relay.exists.
    """
    name, place = " ".join(name.split())[:200], " ".join(place.split())[:200]
    contact_email = contact_email.strip().lower()
    _check(name, contact_name, contact_email, charter)
    with transaction.atomic():
        alive = Relay.objects.filter(state__in=[RelayState.ASKED, *KNOWN])
        live = alive.named(name, territory).first()
        if live is not None:
            return _same(live, contact_email)
        relay = Relay.objects.create(
            name=name,
            folded_name=fold(name)[:200],
            kind=kind,
            territory=territory,
            place=place,
            contact_name=" ".join(contact_name.split())[:120],
            contact_email=contact_email,
            presentation=presentation.strip()[:2000],
            charter_accepted_at=now(),
            asked_at=now(),
        )
        journal.record(actor, "relays.ask", relay)
    return relay


def _check(name: str, contact_name: str, contact_email: str, charter: bool) -> None:
    if not fold(name):
        raise Refused("relay.name", _("Écrivez le nom de votre organisme."))
    if not contact_name.strip():
        raise Refused("relay.contact", _("Écrivez le nom de la personne que nous pouvons joindre."))
    try:
        validate_email(contact_email)
    except ValidationError as wrong:
        raise Refused(
            "relay.email", _("Cette adresse électronique n’est pas complète. Exemple : accueil@mairie.fr")
        ) from wrong
    if not charter:
        raise Refused("relay.charter", _("Pour devenir relais, acceptez la charte en cochant la case."))


def _same(live: Relay, contact_email: str) -> Relay:
    """A form sent twice is one request; another person's request for the same organisation is told so."""
    if live.state == RelayState.ASKED and live.contact_email == contact_email:
        return live
    raise Refused(
        "relay.exists",
        _(
            "Cet organisme est déjà connu comme relais, ou sa demande est à l’étude. "
            "Demandez à votre collègue, ou écrivez à l’agence."
        ),
    )
