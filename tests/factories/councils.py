"""Bodies, members, sessions and questions at the door for the tests, by the real verbs.

Fed by accounts.services and councils.services. Feeds tests of councils and of their pages.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from fabrique.accounts.actors import Agent, Respondent
from fabrique.accounts.enums import BodyKind, MandateSeat
from fabrique.accounts.models import Body, Mandate
from fabrique.accounts.services import create_body, grant_mandate
from fabrique.common.clock import now, told_at
from fabrique.councils import services
from fabrique.councils.enums import ItemKind, QuestionKind
from fabrique.councils.models import AgendaItem, Question, Session, SessionDocument
from fabrique.territories.models import Territory
from fabrique_core.privacy.receipts import new_receipt
from tests.factories import accounts
from tests.factories.territories import OPERATOR

WORDS = "Pourquoi faut-il six mois pour voir un dentiste à Cahors ?"


#: what a door needs before it opens
READY = {
    "aipd_validated_on": date(2026, 1, 15),
    "aipd_validated_by": "Déléguée à la protection des données",
    "legal_basis_6": "6.1.e, mission d’intérêt public",
    "legal_basis_9": "9.2.a, accord de la personne",
}


def a_body(territory: Territory, **values: Any) -> Body:
    """A CTS whose door is open, unless said otherwise."""
    given = {
        "kind": BodyKind.CTS,
        "name": f"CTS {territory.name}",
        "acronym": "CTS",
        "door_open": True,
        **READY,
        **values,
    }
    return create_body(OPERATOR, territory=territory, **given)


def a_member(body: Body, seat: str = MandateSeat.FULL, **account: str) -> Agent:
    """A person with an account who sits in the body from today."""
    user = accounts.user(**account)
    grant_mandate(OPERATOR, body=body, user=user, seat=seat)
    return Agent(user)


def mandate_of(member: Agent) -> Mandate:
    return Mandate.objects.get(user=member.user)


def a_session(body: Body, days: float = 10, kind: str = ItemKind.OPINION, **values: Any) -> Session:
    """A session to come, with one item of its agenda; still in preparation."""
    given = {"title": "Séance plénière", "place": "Salle de la mairie", **values}
    starts_at = given.pop("starts_at", now() + timedelta(days=days))
    session = services.create_session(OPERATOR, body=body, starts_at=starts_at, **given)
    services.add_item(OPERATOR, session=session, title="Offre de soins dentaires", kind=kind)
    return session


def called(body: Body, **values: Any) -> Session:
    return services.call_session(OPERATOR, session=a_session(body, **values))


def held(body: Body, days_ago: int = 3, **values: Any) -> Session:
    """A session called, then held some days ago."""
    day: datetime = now() - timedelta(days=days_ago)
    with told_at(day - timedelta(days=15)):
        session = called(body, starts_at=day, **values)
    return services.hold_session(OPERATOR, session=session)


def item_of(session: Session) -> AgendaItem:
    return session.items.select_related("session__body__territory").get()


def a_document(session: Session, text: str = "Bilan de l’offre de soins.", **values: Any) -> SessionDocument:
    given = {"title": "Note de présentation", "name": "note.txt", **values}
    return services.add_document(OPERATOR, session=session, data=text.encode(), **given)


def a_message(**given: Any) -> services.Message:
    """A question by somebody of 15 or more, who agrees to its reading; its own code and key."""
    values = {
        "kind": QuestionKind.QUESTION,
        "text": WORDS,
        "key": secrets.token_hex(32),
        "code": new_receipt(secrets.token_bytes(9)),
        "least_age": 15,
        "consent": True,
        **given,
    }
    return services.Message(**values)


def asked(body: Body, days_ago: int = 0, **given: Any) -> Question:
    """A question left at the door some days ago."""
    with told_at(now() - timedelta(days=days_ago)):
        return services.leave_message(Respondent(), body=body, message=a_message(**given))
