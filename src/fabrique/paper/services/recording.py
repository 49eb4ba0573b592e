"""A sheet, or a call, put into the corpus: once, with its channel, its consent and the code of its slip.

Fed by entries (settled where they differed) and calls. Feeds participations and answer documents.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, System
from fabrique.accounts.models import Organisation
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.consultations.models import AnswerDocument, NoticeVersion, QuestionnaireVersion
from fabrique.consultations.services.definition import definition_of
from fabrique.consultations.services.documents import check_answers, derive
from fabrique.contributions.enums import Channel
from fabrique.contributions.models import Participation
from fabrique.contributions.services import Submission, find_by_receipt, record_participation
from fabrique.paper.enums import AsideReason, FormState
from fabrique.paper.models import PaperForm
from fabrique.paper.services.readings import Reading, aside_reason, is_blank, unsealed
from fabrique.paper.services.shared import check_receives, lock_form
from fabrique_core.privacy.receipts import RANDOM_BYTES, new_receipt


@dataclass(frozen=True)
class Circumstances:
    """How a reading came: through what, under which code and key, with which consent."""

    channel: Channel
    receipt: str
    key: str
    consent_at: datetime
    notice_hash: str
    submitted_at: datetime
    register: str
    relay: Organisation | None = None


def record_reading(
    version: QuestionnaireVersion, reading: Reading, circumstances: Circumstances
) -> Participation:
    """Put a checked reading into the corpus, once a key. The caller's own right was checked by its verb.

    Marks go with the answer document: a blank, an illegible or an ambiguous answer stays known as such.
    """
    definition = definition_of(version, circumstances.register)
    checked = check_answers(definition, reading.answers)
    derived = derive(definition, checked.answers)
    source = version.consultation.source
    if source is None:
        raise Refused("consultation.closed", _("Cette consultation n’a pas encore ouvert."))
    participation = record_participation(
        System("paper"),
        source=source,
        submission=Submission(
            channel=circumstances.channel,
            receipt=circumstances.receipt,
            idempotency_key=circumstances.key,
            texts=derived.texts,
            closed=derived.closed,
            profile=derived.profile,
            consent_at=circumstances.consent_at,
            notice_hash=circumstances.notice_hash,
            submitted_at=circumstances.submitted_at,
            relay=circumstances.relay,
            form_version=version.number,
        ),
    )
    AnswerDocument.objects.get_or_create(
        participation=participation,
        defaults={"version": version, "document": _document(checked.document, reading, circumstances)},
    )
    return participation


def _document(answers: Mapping[str, Any], reading: Reading, circumstances: Circumstances) -> str:
    """The answer document with what belongs to it: the register read, the marks, a parent's consent."""
    parental = {"parental_consent": True} if reading.parent_consents else {}
    document = {
        **answers,
        "register": circumstances.register,
        "marks": dict(reading.marks),
        **parental,
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def record_form(actor: Actor, *, form: PaperForm, settled: Reading | None = None) -> PaperForm:
    """Record a sheet whose entry stands (`settled`: what was decided where two differed), or set it aside.

    A step of the verbs enter, draw_sample and settle, which checked the right. The code of the slip and the
    sealed answers leave the sheet at once: they are in the corpus. Again, it changes nothing.
    """
    with transaction.atomic():
        locked = lock_form(form)
        if locked.state in (FormState.RECORDED, FormState.ASIDE):
            return locked
        batch = locked.batch
        consultation = batch.version.consultation
        check_receives(consultation)
        first = locked.entries.get(rank=1)
        reading = settled or unsealed(first.document, first.marks)
        reason = aside_reason(consultation, reading) or (AsideReason.BLANK if is_blank(reading) else None)
        if reason:
            return set_aside(actor, form=locked, reason=reason)
        given_at = _instant(reading, first.entered_at)
        locked.participation = record_reading(
            batch.version,
            reading,
            Circumstances(
                channel=Channel.PAPER,
                receipt=_receipt(str(locked.receipt_code)),
                key=f"paper-{locked.public_id}",
                consent_at=given_at,
                notice_hash=notice_hash(batch.version, batch.created_at),
                submitted_at=given_at,
                register=batch.register,
                relay=batch.relay,
            ),
        )
        locked.state, locked.recorded_at, locked.receipt_code = FormState.RECORDED, now(), None
        locked.save(update_fields=["participation", "state", "recorded_at", "receipt_code"])
        locked.entries.update(document="")
        journal.record(actor, "paper.record", locked)
    return locked


def _receipt(code: str) -> str:
    """The slip's code; one that nobody holds where another response took it (typed by mistake with it)."""
    return code if find_by_receipt(code) is None else new_receipt(secrets.token_bytes(RANDOM_BYTES))


def set_aside(actor: Actor, *, form: PaperForm, reason: AsideReason) -> PaperForm:
    """Count a sheet without keeping anything of its answers; the code stays until the batch closes, in case
    the sheet is opened again."""
    form.state, form.aside_reason, form.claimed_by, form.claimed_until = FormState.ASIDE, reason, None, None
    form.save(update_fields=["state", "aside_reason", "claimed_by", "claimed_until"])
    form.entries.update(document="")
    journal.record(actor, "paper.set_aside", form, reason=str(reason))
    return form


def notice_hash(version: QuestionnaireVersion, printed_at: datetime) -> str:
    """The notice that stood when the booklet was printed."""
    notices = NoticeVersion.objects.filter(consultation=version.consultation)
    printed = notices.filter(frozen_at__lte=printed_at).order_by("-number").first() or notices.current()
    return str(printed.content_hash) if printed else ""


def _instant(reading: Reading, entered_at: datetime) -> datetime:
    """Noon of the day written on the sheet (never after its entry); without a day, when it was entered."""
    if reading.filled_on is None:
        return entered_at
    noon = timezone.make_aware(datetime.combine(reading.filled_on, time(12)))
    return min(noon, entered_at)
