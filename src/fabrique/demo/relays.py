"""The relays of the demonstration: one at work with its people and its count, one that waits, one suspended.

Fed by the agents and by the open consultation. Feeds the relays' pages, the agents' room, and the QR of a poster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator, Respondent
from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.models import User
from fabrique.accounts.services import create_user
from fabrique.common.clock import now, told_at
from fabrique.consultations.models import Consultation
from fabrique.demo.people import PASSWORD
from fabrique.relays import services
from fabrique.relays.enums import EndReason, RelayState
from fabrique.relays.models import Relay
from fabrique.territories.models import Territory

#: plainly invented organisations, and how many days ago they asked
AT_WORK, WAITING, SUSPENDED = (
    "Centre social des Hirondelles (fictif)",
    "Maison France services de la Vallée (fictive)",
    "Association du Vieux-Pont (fictive)",
)
_ASKED = (
    (AT_WORK, OrganisationKind.SOCIAL_CENTRE, "46", "accueil@hirondelles.example.org", 25),
    (WAITING, OrganisationKind.SOCIAL_CENTRE, "12", "bonjour@lavallee.example.org", 2),
    (SUSPENDED, OrganisationKind.ASSOCIATION, "30", "contact@vieuxpont.example.org", 20),
)


def load_relays(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Callable[[str], None]
) -> list[Relay]:
    """Three relays, each at its stage; run again, it finds them. The one at work has its link and its charter."""
    relays = [_asked(name, kind, code, email, days) for name, kind, code, email, days in _ASKED]
    working, waiting, suspended = relays
    person = _open_account(operator, working.contact_email)
    if working.state == RelayState.ASKED:
        with told_at(now() - timedelta(days=22)):
            working = services.accept_relay(operator, relay=working)
    if suspended.state == RelayState.ASKED:
        with told_at(now() - timedelta(days=18)):
            suspended = services.accept_relay(operator, relay=suspended)
        with told_at(now() - timedelta(days=5)):
            suspended = services.suspend_relay(operator, relay=suspended, reason=EndReason.OWN_REQUEST)
    services.accept_charter(Agent(person), relay=working)
    for consultation in Consultation.objects.answerable().select_related("perimeter"):
        link = services.link_for(operator, relay=working, consultation=consultation)
        say(_("relais fictif : /r/%(code)s/ ouvre la consultation en cours") % {"code": link.code})
    return [working, waiting, suspended]


def _asked(name: str, kind: OrganisationKind, code: str, email: str, days: int) -> Relay:
    known = Relay.objects.filter(name=name).select_related("territory").first()
    if known is not None:
        return known
    with told_at(now() - timedelta(days=days)):
        return services.ask_to_relay(
            Respondent(),
            name=name,
            kind=kind,
            territory=Territory.objects.official("departement", code),
            contact_name=_("Accueil (démonstration)"),
            contact_email=email,
            place=_("Place du Marché (adresse fictive)"),
            presentation=_("Des habitants qui n’ont pas d’ordinateur, ou qui lisent difficilement."),
            charter=True,
        )


def _open_account(operator: Operator, email: str) -> User:
    """An account with the demonstration's known password, made before the acceptance, which then finds it."""
    known = User.objects.filter(email=email).first()
    name = _("Accueil du centre social (démonstration)")
    return known or create_user(operator, email=email, full_name=name, password=PASSWORD)
