"""Helping somebody to answer: the helper's charter, the person's agreement said aloud, the response begun.

Fed by the relay's page. Feeds consultations.services.answering, where the response keeps both facts.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent, Respondent
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.models import DraftResponse
from fabrique.consultations.services.answering import HelpGiven, obstacles, start_draft
from fabrique.relays.models import HelperCharter, Relay, RelayLink
from fabrique.relays.services.shared import require_own

#: version of the charter's text; a new text wants a new number, and each helper accepts it again
CHARTER = 1


def accept_charter(actor: Actor, *, relay: Relay) -> HelperCharter:
    """The signed-in person of the relay accepts the charter of helpers; again changes nothing."""
    require_own(actor, relay=relay)
    with transaction.atomic():
        accepted, created = HelperCharter.objects.get_or_create(
            relay=relay, user=_person(actor).user, version=CHARTER, defaults={"accepted_at": now()}
        )
        if created:
            journal.record(actor, "relays.accept_charter", relay, reason=f"v{CHARTER}")
    return accepted


def charter_of(actor: Actor, *, relay: Relay) -> HelperCharter | None:
    """The charter in force as this person accepted it, or None."""
    return HelperCharter.objects.filter(relay=relay, user=_person(actor).user, version=CHARTER).first()


def begin_help(
    actor: Actor,
    *,
    link: RelayLink,
    age: int | None,
    consents: bool,
    agrees: bool,
    parent_consents: bool = False,
    easy_read: bool = False,
) -> DraftResponse:
    """Begin a response for somebody who agreed aloud to be helped; it will be marked so, under the relay.

    Raises Forbidden (another relay), and Refused: relay.suspended, charter.missing, help.agreement, and those
    of start_draft.
    """
    require_own(actor, relay=link.relay)
    for refusal in help_obstacles(
        actor, link=link, age=age, consents=consents, agrees=agrees, parent_consents=parent_consents
    ):
        raise refusal
    with transaction.atomic():
        draft = start_draft(
            Respondent(),
            consultation=link.consultation,
            age=age,
            consents=consents,
            parent_consents=parent_consents,
            easy_read=easy_read,
            relay=link.relay.organisation,
            helped=HelpGiven(agreed_at=now(), charter=CHARTER),
        )
        journal.record(actor, "relays.begin_help", link.relay)
    return draft


def help_obstacles(
    actor: Actor,
    *,
    link: RelayLink,
    age: int | None,
    consents: bool,
    agrees: bool,
    parent_consents: bool = False,
) -> list[Refused]:
    """All that keeps this help from beginning, so that the page says it at once."""
    found = []
    if charter_of(actor, relay=link.relay) is None:
        found.append(Refused("charter.missing", _("Lisez la charte, puis acceptez-la avant d’aider.")))
    if not agrees:
        sentence = _("Demandez à la personne si elle veut être aidée. Cochez la case si elle a dit oui.")
        found.append(Refused("help.agreement", sentence))
    consultation = link.consultation
    return found + obstacles(
        consultation=consultation, age=age, consents=consents, parent_consents=parent_consents
    )


def _person(actor: Actor) -> Agent:
    if not isinstance(actor, Agent):
        raise Forbidden("forbidden", _("Seule une personne du relais peut faire cela."))
    return actor
