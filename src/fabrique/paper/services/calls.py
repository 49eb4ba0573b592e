"""Verbs of the telephone: questions read out, oral consent recorded as a fact, a code to spell aloud.

Fed by an operator on the line. Feeds calls and the corpus (channel: telephone).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.crypto import Undecipherable, decrypt, encrypt
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.models import Consultation, QuestionnaireVersion
from fabrique.consultations.services.definition import definition_of
from fabrique.contributions.enums import Channel
from fabrique.paper.enums import AsideReason, CallOutcome
from fabrique.paper.models import Call
from fabrique.paper.services.batches import territories_for
from fabrique.paper.services.entering import refuse_reading
from fabrique.paper.services.readings import Reading, aside_reason, check_reading
from fabrique.paper.services.recording import Circumstances, notice_hash, record_reading
from fabrique.paper.services.shared import person
from fabrique.territories.models import Territory
from fabrique_core.privacy.receipts import RANDOM_BYTES, new_receipt

_OUTCOMES = {
    AsideReason.NO_CONSENT: CallOutcome.NO_CONSENT,
    AsideReason.TOO_YOUNG: CallOutcome.TOO_YOUNG,
    AsideReason.NO_PARENT: CallOutcome.NO_PARENT,
}


@dataclass(frozen=True)
class SealedCall:
    """What the form of a call carries, made before the call so that a second click shows the same code."""

    consultation: str
    version: str
    code: str
    key: str


@dataclass(frozen=True)
class Answered:
    """A call that is on disk; `code` is empty where nothing was recorded in the corpus."""

    call: Call
    code: str
    repeated: bool


def seal_call(actor: Actor, *, consultation: Consultation) -> str:
    """Begin a call: the sealed field of its form. Raises Refused('consultation.closed'), Forbidden."""
    call_territory(actor, consultation=consultation)
    _check_open(consultation)
    version = consultation.questionnaires.current()
    carried = {
        "for": "call",
        "consultation": str(consultation.public_id),
        "version": str(version.public_id),
        "code": new_receipt(secrets.token_bytes(RANDOM_BYTES)),
        "key": secrets.token_hex(24),
    }
    return encrypt(json.dumps(carried))


def open_call(sealed: str) -> SealedCall:
    """What `seal_call` sealed. Raises Refused('form.invalid')."""
    try:
        carried = json.loads(decrypt(sealed))
    except (Undecipherable, ValueError) as altered:
        raise _invalid() from altered
    if carried.get("for") != "call":
        raise _invalid()
    return SealedCall(carried["consultation"], carried["version"], carried["code"], carried["key"])


def call_territory(actor: Actor, *, consultation: Consultation) -> Territory:
    """Where the actor takes calls: the perimeter, or the first of its departments where the right is held.

    Raises Forbidden where there is none.
    """
    for territory in territories_for(actor, verb="paper.enter", perimeter=consultation.perimeter):
        return territory
    require(actor, "paper.enter", consultation.perimeter)
    raise Forbidden("forbidden")


def record_call(actor: Actor, *, sealed: str, reading: Reading, consent_read: bool) -> Answered:
    """Record what a person answered on the telephone, once; a person who does not agree is only counted.

    `consent_read`: the operator read the whole sentence of agreement aloud. Raises Refused: form.invalid,
    consultation.closed, call.consent_unread, paper.reading (params: errors).
    """
    form = open_call(sealed)
    versions = QuestionnaireVersion.objects.select_related("consultation__perimeter", "consultation__source")
    version = versions.get(public_id=form.version)
    consultation = version.consultation
    territory = call_territory(actor, consultation=consultation)
    user = person(actor)
    if earlier := Call.objects.filter(idempotency_key=form.key).first():
        return Answered(earlier, _shown(earlier, form), repeated=True)
    _check_open(consultation)
    if not consent_read:
        raise Refused(
            "call.consent_unread",
            _("Lisez la phrase d’accord en entier à la personne, puis cochez la case qui le dit."),
        )
    reading, reason = _understood(version, reading)
    call = Call(
        consultation=consultation,
        territory=territory,
        operator=user,
        at=now(),
        outcome=_OUTCOMES[reason] if reason else CallOutcome.RECORDED,
        consent_read=True,
        consents=reading.consents,
        notice_hash=notice_hash(version, now()),
        idempotency_key=form.key,
        marks={} if reason else dict(reading.marks),
    )
    with transaction.atomic():
        if reason is None:
            call.participation = record_reading(version, reading, _circumstances(form, call))
        call.save()
        journal.record(actor, "paper.record_call", call, reason=str(call.outcome))
    return Answered(call, _shown(call, form), repeated=False)


def _understood(version: QuestionnaireVersion, reading: Reading) -> tuple[Reading, AsideReason | None]:
    """(the reading in its one shape, why it may not be recorded). Raises Refused: age.missing, paper.reading."""
    reason = aside_reason(version.consultation, reading)
    if reason == AsideReason.NO_AGE:
        raise Refused("age.missing", _("Demandez son âge à la personne, puis choisissez une réponse."))
    if reason is None:
        reading, errors = check_reading(version.consultation, definition_of(version), reading)
        refuse_reading(errors)
    return reading, reason


def _circumstances(form: SealedCall, call: Call) -> Circumstances:
    return Circumstances(
        channel=Channel.TELEPHONE,
        receipt=form.code,
        key=f"call-{form.key}",
        consent_at=call.at,
        notice_hash=call.notice_hash,
        submitted_at=call.at,
        register="standard",
    )


def _shown(call: Call, form: SealedCall) -> str:
    return form.code if call.outcome == CallOutcome.RECORDED else ""


def _check_open(consultation: Consultation) -> None:
    if not Consultation.objects.answerable().filter(pk=consultation.pk).exists():
        raise Refused(
            "consultation.closed", _("Cette consultation n’est pas ouverte : elle ne reçoit pas de réponse.")
        )


def _invalid() -> Refused:
    return Refused("form.invalid", _("Cette page n’est plus valable. Commencez un nouvel appel."))
