"""The verb of the public door: an inhabitant leaves a message, once, under a code; and its erasure.

Fed by the public form. Feeds the corpus, the agents' queue and the follow-up of a code.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Respondent, System
from fabrique.accounts.models import Body
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.contributions import services as corpus
from fabrique.contributions.enums import Channel, SourceKind, Unit
from fabrique.contributions.models import Source
from fabrique.councils.enums import QuestionKind
from fabrique.councils.models import Question
from fabrique.councils.services.door_letters import call_back, offer_news
from fabrique.councils.services.shared import plain
from fabrique.subscriptions.services import clean_address
from fabrique.territories.models import Territory

LONGEST = 5_000
#: below that age, consent to the use of health data is given by a parent too
PARENTAL_AGE = 15


@dataclass(frozen=True)
class Message:
    """What an inhabitant leaves. `key` makes it unique; `code` is the receipt made with the form.

    `least_age`: the least age of the group ticked, None where none was; `email`: only to be told of the answer.
    """

    kind: str
    text: str
    key: str
    code: str = field(repr=False)
    territory: Territory | None = None
    least_age: int | None = None
    parent: bool = False
    consent: bool = False
    publish_agreed: bool = False
    email: str = ""
    received_at: datetime | None = None


@dataclass(frozen=True)
class Proof:
    """What the form spends so that robots cannot send at will (consultations' proofs have this shape)."""

    identifier: str
    expires_at: datetime


def leave_message(actor: Actor, *, body: Body, message: Message, proof: Proof | None = None) -> Question:
    """Put a message at the door of a body: recorded in the corpus under its code, with the day promised.

    Sent again with the same key it gives back what was stored. Raises Refused: door.closed, door.busy,
    door.kind, door.text, door.long, door.age, door.parent, door.consent, door.territory, email.invalid,
    proof.spent.
    """
    key = hashlib.sha256(f"door:{message.key}".encode()).hexdigest()  # the column holds 64 characters
    again = Question.objects.filter(participation__idempotency_key=key).first()
    if again is not None:
        return again
    _check(actor, body, message)
    try:
        with transaction.atomic():
            if proof is not None and not corpus.use_proof(proof.identifier, expires_at=proof.expires_at):
                raise _spent()
            return _store(actor, body, message, key)
    except (IntegrityError, Refused) as late:
        # the same click, a hair's breadth before: it spent the proof and wrote the row
        stored = Question.objects.filter(participation__idempotency_key=key).first()
        if stored is None or (isinstance(late, Refused) and late.code != "proof.spent"):
            raise
        return stored


def source_of(actor: Actor, *, body: Body) -> Source:
    """The source of a body's door in the corpus, made with its four kinds of messages the first time."""
    reference = str(body.public_id)
    known = Source.objects.filter(kind=SourceKind.DOOR, reference=reference).first()
    if known is not None and known.label == body.name:
        return known
    source = corpus.register_source(
        actor, kind=SourceKind.DOOR, reference=reference, label=body.name, perimeter=body.territory
    )
    corpus.register_questions(
        actor,
        source=source,
        questions=[
            {"key": kind, "kind": "long_text", "wording": str(QuestionKind(kind).label)}
            for kind in QuestionKind.values
        ],
    )
    return source


def _store(actor: Actor, body: Body, message: Message, key: str) -> Question:
    """In the caller's transaction: the participation, the row that follows it, the wish to be told."""
    participation = corpus.record_participation(
        actor,
        source=source_of(actor, body=body),
        submission=corpus.Submission(
            channel=Channel.WEB,
            unit=Unit.PERSON,
            receipt=message.code,
            idempotency_key=key,
            texts={message.kind: plain(message.text)},
            profile=corpus.Profile(territory=message.territory),
            consent_at=now(),
            submitted_at=message.received_at,
        ),
    )
    day = timezone.localdate(participation.submitted_at)
    question = Question.objects.create(
        body=body,
        participation=participation,
        kind=message.kind,
        received_at=participation.submitted_at,
        due_on=day + timedelta(days=body.answer_days),
        publish_agreed=message.publish_agreed,
    )
    journal.record(actor, "councils.leave_message", question, reason=message.kind)
    if message.email:
        offer_news(actor, question=question, email=message.email)
    return question


def erase_door(participation: int) -> int:
    """Called before a participation is erased: the question goes, published or not, and who was to be told."""
    found = Question.objects.filter(participation=participation).first()
    if found is None:
        return 0
    call_back(System("councils.erase"), question=found)
    found.delete()
    return 1


def _check(actor: Actor, body: Body, message: Message) -> None:
    """The door is open to anybody; an agent who writes for somebody holds the corpus's own right to record."""
    if not Body.objects.with_open_door().filter(pk=body.pk).exists():
        raise Refused("door.closed", _("Cette instance ne reçoit pas de messages en ce moment."))
    if isinstance(actor, Respondent):
        if corpus.submissions_exhausted():
            raise Refused(
                "door.busy", _("Trop d’envois arrivent en ce moment. Attendez une minute, puis renvoyez.")
            )
    else:
        require(actor, "contributions.record", body.territory)
    if message.kind not in QuestionKind.values:
        raise Refused("door.kind", _("Choisissez ce que vous voulez faire."))
    if not message.text.strip():
        raise Refused("door.text", _("Écrivez votre message."))
    if len(message.text) > LONGEST:
        raise Refused("door.long", _("Votre message dépasse 5 000 signes. Raccourcissez-le."))
    if message.territory is not None and not body.territory.contains(message.territory):
        raise Refused("door.territory", _("Choisissez un territoire de la liste."))
    _check_consent(message)
    if message.email:
        clean_address(message.email)


def _check_consent(message: Message) -> None:
    if message.least_age is None:
        raise Refused("door.age", _("Dites si vous avez 15 ans ou plus."))
    if message.least_age < PARENTAL_AGE and not message.parent:
        raise Refused(
            "door.parent",
            _("Avant 15 ans, l’accord d’un parent ou de la personne responsable de vous est nécessaire."),
        )
    if not message.consent:
        raise Refused("door.consent", _("Cochez cette case pour que votre message puisse être lu."))


def _spent() -> Refused:
    return Refused("proof.spent", _("Cette vérification a déjà servi. Répondez à la nouvelle question."))
