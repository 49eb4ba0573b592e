"""What a device sends: read, checked by the same rules as a web answer, recorded once.

Fed by the OpenRosa endpoint. Feeds the corpus through consultations' record_documents.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from fabrique.common.actors import System
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.consultations.enums import QuestionKind, State
from fabrique.consultations.models import Consultation, NoticeVersion, QuestionnaireVersion
from fabrique.consultations.services import definition_of
from fabrique.consultations.services.answering import RecordedDocument, obstacles, record_documents
from fabrique.consultations.services.definition import Definition, QuestionDef
from fabrique.contributions.enums import Channel, Help
from fabrique.contributions.models import Participation
from fabrique.contributions.services import find_by_receipt, use_proof
from fabrique.contributions.services.guards import is_spent
from fabrique.field.models import Device
from fabrique.field.services.naming import AGE, CODE, CONSENT, PARENT, question_name, slot_name, special_name
from fabrique.field.services.sheets import form_id
from fabrique.territories.enums import Level
from fabrique_core.errors import CoreError
from fabrique_core.files.xmltree import parsed
from fabrique_core.privacy.receipts import RANDOM_BYTES, new_receipt, normalise

#: bytes of one submission: a questionnaire's longest texts, and some
MOST = 400_000
#: a telephone forgotten in a drawer does not bring back what was withdrawn
HELD_BY_DEVICES = timedelta(days=730)


@dataclass(frozen=True)
class Received:
    """A submission on disk; `repeated` when it was already there (None where it was withdrawn since)."""

    participation: Participation | None
    repeated: bool


@dataclass(frozen=True)
class _Form:
    """A submission as sent: its answers by the last part of their path."""

    form: str
    version: str
    instance: str
    deprecated: bool
    values: dict[str, str]


def receive(device: Device, *, xml: bytes) -> Received:
    """Record a submission, once. Raises Refused with a sentence that the mediator reads on the device:

    submission.large, .xml, .no_instance, .edited, .unknown_form, .closed, .late, .consent…, .code, .answers.
    """
    sent = _read(xml)
    key = _idempotency_key(sent.instance)
    if earlier := Participation.objects.filter(idempotency_key=key).first():
        return Received(earlier, repeated=True)
    if is_spent(key):
        return Received(None, repeated=True)
    version = _version(device, sent)
    consultation = version.consultation
    finished = _finished(sent, consultation)
    _check_agreement(sent, consultation)
    notice = NoticeVersion.objects.filter(consultation=consultation).current()
    document = RecordedDocument(
        answers=_answers(definition_of(version), sent.values),
        channel=Channel.FIELD,
        receipt=_receipt(sent.values.get(CODE, "")),
        idempotency_key=key,
        consent_at=finished,
        notice_hash=notice.content_hash,
        submitted_at=finished,
        relay=device.relay,
        help=Help.HELPED,
    )
    try:
        # whole or not at all: what is on disk is never asked for again
        with transaction.atomic():
            (participation,) = record_documents(
                System("field.receive"), version=version, documents=[document]
            )
    except Refused as wrong:
        if wrong.code != "document.incomplete":
            raise
        raise Refused("submission.answers", _wrong_answers(version, wrong)) from wrong
    return Received(participation, repeated=False)


def _check_agreement(sent: _Form, consultation: Consultation) -> None:
    """The rules of a web answer on age and agreement. Raises the first Refused."""
    age = sent.values.get(AGE, "")
    for refusal in obstacles(
        consultation=consultation,
        age=int(age) if age.isdecimal() and len(age) < 4 else None,
        consents=sent.values.get(CONSENT) == "oui",
        parent_consents=sent.values.get(PARENT) == "oui",
    ):
        raise refusal


def _read(xml: bytes) -> _Form:
    if len(xml) > MOST:
        raise Refused("submission.large", _("Cet envoi est trop lourd : il ne vient pas de nos formulaires."))
    try:
        root = parsed(xml, "submission.xml")
    except CoreError as wrong:
        raise Refused(
            "submission.xml", _("Cet envoi est illisible. Renvoyez-le depuis l’appareil.")
        ) from wrong
    meta = next((child for child in root if child.tag.rpartition("}")[2] == "meta"), None)
    instance = _text(meta, "instanceID")
    if not instance:
        raise Refused(
            "submission.no_instance", _("Cet envoi n’a pas d’identifiant : il ne peut pas être reçu.")
        )
    values = {_local(child): (child.text or "").strip() for child in _leaves(root)}
    return _Form(
        root.get("id", ""), root.get("version", ""), instance, bool(_text(meta, "deprecatedID")), values
    )


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _leaves(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if len(element) == 0)


def _text(parent: Element | None, name: str) -> str:
    if parent is None:
        return ""
    return next(((child.text or "").strip() for child in parent if _local(child) == name), "")


def _idempotency_key(instance: str) -> str:
    """The instance's identifier under the instance's own secret: the same submission twice is one row."""
    return hmac.new(settings.SECRET_KEY.encode(), f"field:{instance}".encode(), hashlib.sha256).hexdigest()


def remember_withdrawn(participation: int) -> int:
    """The eraser of the field: a device whose sending was cut short may send a withdrawn answer again.

    Only a hash of its key is kept, for as long as a device may hold it; no row goes.
    """
    key = Participation.objects.filter(pk=participation, channel=Channel.FIELD).values_list("idempotency_key")
    for (one,) in key:
        use_proof(one, expires_at=now() + HELD_BY_DEVICES)
    return 0


def forms_for(device: Device) -> list[QuestionnaireVersion]:
    """The versions in force of the consultations open where the device works."""
    return [
        consultation.questionnaires.current()
        for consultation in Consultation.objects.answerable().select_related("perimeter")
        if _reaches(device, consultation)
    ]


def _reaches(device: Device, consultation: Consultation) -> bool:
    """Whether the consultation concerns the device's territory: one of the two holds the other."""
    here, there = device.territory, consultation.perimeter
    held = {here.pk, here.department_id, here.region_id, here.epci_id}
    holding = {there.pk, there.department_id, there.region_id, there.epci_id}
    return there.pk in held or here.pk in holding or there.level == Level.COUNTRY


def _version(device: Device, sent: _Form) -> QuestionnaireVersion:
    if sent.deprecated:
        raise Refused(
            "submission.edited",
            _("Une réponse envoyée ne se modifie pas. Avec son code, la personne peut la retirer."),
        )
    for consultation in Consultation.objects.exclude(state=State.DRAFT).select_related("perimeter", "source"):
        if form_id(consultation) != sent.form or not _reaches(device, consultation):
            continue
        frozen = consultation.questionnaires.filter(frozen_at__isnull=False)
        found: QuestionnaireVersion | None = (
            frozen.filter(number=int(sent.version)).select_related("consultation__source").first()
            if sent.version.isdecimal() and len(sent.version) < 6
            else None
        )
        if found is None:
            break
        return found
    raise Refused(
        "submission.unknown_form",
        _("Ce formulaire n’existe pas ici, ou pas dans cette version. Mettez à jour les formulaires."),
    )


def _finished(sent: _Form, consultation: Consultation) -> datetime:
    """When the form was finished on the device. Filled in time, it may arrive some days after the closing time."""
    announced = consultation.closes_at
    # closed by an agent after its announced time, as it was promised to close: what was given in time still counts
    on_time = consultation.state == State.CLOSED and announced is not None and announced < now()
    if consultation.state != State.OPEN and not on_time:
        raise Refused(
            "submission.closed",
            _("Cette consultation est close : la réponse ne peut plus être comptée. Prévenez l’agence."),
        )
    told = parse_datetime(sent.values.get("end", "") or "")
    instant = now()
    if told is not None and timezone.is_naive(told):
        told = timezone.make_aware(told)
    finished = min(told or instant, instant)
    opens, closes = consultation.opens_at, consultation.closes_at
    grace = timedelta(days=settings.FABRIQUE_FIELD_GRACE_DAYS)
    late = closes is not None and (finished > closes or instant > closes + grace)
    if late or (opens is not None and finished < opens):
        raise Refused(
            "submission.late",
            _("Cette réponse n’a pas été remplie entre l’ouverture et la clôture de la consultation."),
        )
    return finished


def _receipt(typed: str) -> str:
    """The code of the slip; without one, a code that nobody holds: the answer cannot be followed."""
    if not typed:
        return new_receipt(secrets.token_bytes(RANDOM_BYTES))
    try:
        code = normalise(typed)
        if find_by_receipt(code) is not None:
            raise Refused("submission.code", _("Ce code de ticket a déjà servi. Prenez un autre ticket."))
    except CoreError as wrong:
        raise Refused(
            "submission.code", _("Une lettre ou un chiffre du code de ticket ne va pas. Corrigez-le.")
        ) from wrong
    return code


def _answers(definition: Definition, values: dict[str, str]) -> dict[str, Any]:
    """{question key: answer} in the shapes of an answer document."""
    found = {question.key: _answer(question, values) for question in definition.questions}
    return {key: answer for key, answer in found.items() if answer not in ("", [], {}, None)}


def _answer(question: QuestionDef, values: dict[str, str]) -> Any:
    given = values.get(question_name(question.key), "")
    match question.kind:
        case QuestionKind.MULTIPLE:
            return given.split()
        case QuestionKind.RANKING:
            places = range(1, (question.maximum or len(question.choices)) + 1)
            return [one for rank in places if (one := values.get(slot_name(question.key, rank), ""))]
        case QuestionKind.TERRITORY:
            special = values.get(special_name(question.key), "")
            if given:
                return {"commune": given}
            return {"special": special} if special else {}
    return given


def _wrong_answers(version: QuestionnaireVersion, wrong: Refused) -> str:
    """Which questions are wrong, for the mediator to correct on the device."""
    definition = definition_of(version)
    errors = wrong.params.get("errors") or []
    keys = dict.fromkeys(question for _n, question, _code in errors)  # type: ignore[attr-defined]
    titles = [definition.question(key).title for key in keys if key in definition.by_key]
    if not titles:
        return str(wrong.message)
    return _("À corriger sur l’appareil : %(titles)s") % {"titles": " ; ".join(titles[:3])}
