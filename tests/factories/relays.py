"""Relays for the tests: asked, accepted, their people and their links, built by the real verbs.

Fed by relays.services. Feeds tests of relays, of their pages and of helped answers.
"""

from __future__ import annotations

import re
from itertools import count
from typing import Any

from fabrique.accounts.actors import Agent, Respondent
from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.models import User
from fabrique.consultations.models import Consultation
from fabrique.relays import services
from fabrique.relays.models import Relay, RelayLink
from fabrique.subscriptions.models import Email
from tests.factories.accounts import PASSWORD
from tests.factories.territories import OPERATOR, department

_numbers = count(1)


def asked(name: str = "", **given: Any) -> Relay:
    """A request that waits, from the Lot unless told otherwise."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "name": name or f"Centre social numéro {number}",
        "kind": OrganisationKind.SOCIAL_CENTRE,
        "territory": department("46"),
        "contact_name": f"Accueil numéro {number}",
        "contact_email": f"accueil{number}@relais.test",
        "place": "12 rue du Marché, Cahors",
        "presentation": "Des habitants du quartier, chaque matin.",
        "charter": True,
    }
    return services.ask_to_relay(Respondent(), **{**values, **given})


def accepted(name: str = "", **given: Any) -> Relay:
    return services.accept_relay(OPERATOR, relay=asked(name, **given))


def person_of(relay: Relay) -> Agent:
    """The contact of an accepted relay, with the tests' password."""
    user = User.objects.get(email=relay.contact_email)
    if not user.has_usable_password():
        services.use_invitation(Respondent(), token=token_for(user.email), password=PASSWORD)
        user.refresh_from_db()
    return Agent(user)


def letters_to(address: str) -> list[Email]:
    """The messages that wait to leave for that address, in order."""
    return [email for email in Email.objects.order_by("pk") if email.recipient == address]


def token_for(address: str) -> str:
    """The one-time link of the last message to that address."""
    found = [re.search(r"/relais/invitation/([\w-]+)/", email.text or "") for email in letters_to(address)]
    return next(one.group(1) for one in reversed(found) if one)


def link(relay: Relay, consultation: Consultation) -> RelayLink:
    return services.link_for(OPERATOR, relay=relay, consultation=consultation)
