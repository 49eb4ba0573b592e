"""The one verb by which a channel puts an act of taking part into the corpus, singly or in bulk.

Fed by every channel. Feeds participations, contributions and closed answers; redaction happens here.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Respondent
from fabrique.accounts.models import Organisation
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.common.folding import fold
from fabrique.contributions.enums import Channel, Help, Unit
from fabrique.contributions.models import ClosedAnswer, Contribution, Participation, Source, SourceQuestion
from fabrique.contributions.services.alerts import note_signals
from fabrique.contributions.services.receipts import hash_receipt
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique_core.privacy.detect import detect, redact

#: participations written by one transaction of a bulk recording: about 500 rows with their answers
BULK = 25


@dataclass(frozen=True)
class GivenAnswer:
    """One closed answer as a channel hands it over: a choice (with a rank where ranked) or a number."""

    question: str
    choice: str = ""
    rank: int | None = None
    value: Decimal | None = None


@dataclass(frozen=True)
class Profile:
    """What is known of who took part: coarse on purpose."""

    territory: Territory | None = None
    place_note: str = ""
    age_band: str = ""
    sex: str = ""
    situation: str = ""
    help: str = Help.ALONE


@dataclass(frozen=True)
class Submission:
    """What a channel pushes: who, through what, with which texts and closed answers.

    `texts` is {question key: text}, or {question key: [texts]} where one question gathers several demands.
    `people` says how many stand behind a statement of a group; `relay` stays internal; `form_version` is the
    number of the questionnaire's version that was answered; `language` is that of the texts.
    `submitted_at` is for what was said earlier (paper, imports); a respondent's own submission is dated now.
    """

    channel: Channel
    receipt: str
    idempotency_key: str
    texts: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    closed: Sequence[GivenAnswer] = ()
    unit: Unit = Unit.PERSON
    profile: Profile = field(default_factory=Profile)
    consent_at: datetime | None = None
    notice_hash: str = ""
    submitted_at: datetime | None = None
    people: int | None = None
    relay: Organisation | None = None
    form_version: int | None = None
    language: str = "fr"


@dataclass(frozen=True)
class _Prepared:
    """Rows computed before the transaction, so that it only writes."""

    participation: Participation
    contributions: list[Contribution]
    closed: list[ClosedAnswer]


def record_participation(actor: Actor, *, source: Source, submission: Submission) -> Participation:
    """Put one act of taking part into the corpus, once: the same idempotency key gives back the same row.

    Raises Refused: submission.unknown_question, submission.key_reused, submission.code_taken.
    """
    _check_right(actor, source)
    prepared = _prepare(actor, source, submission, _questions(source))
    with transaction.atomic():
        return _write(actor, prepared)


def record_participations(
    actor: Actor, *, source: Source, submissions: Iterable[Submission]
) -> list[Participation]:
    """Many acts of taking part, in order, by transactions of a few hundred rows.

    Cut short, it is called again with the same submissions: nothing is recorded twice.
    """
    _check_right(actor, source)
    questions = _questions(source)
    done: list[Participation] = []
    waiting: list[_Prepared] = []
    for submission in submissions:
        waiting.append(_prepare(actor, source, submission, questions))
        if len(waiting) == BULK:
            done.extend(_write_all(actor, waiting))
            waiting = []
    return [*done, *_write_all(actor, waiting)]


def department_of(territory: Territory | None) -> Territory | None:
    """The department that a territory is, or lies in; None for a wider one or none."""
    if territory is None or territory.level == Level.DEPARTMENT:
        return territory
    return territory.department


def _check_right(actor: Actor, source: Source) -> None:
    if not isinstance(actor, Respondent):
        require(actor, "contributions.record", source.perimeter)


def _questions(source: Source) -> dict[str, SourceQuestion]:
    return {question.key: question for question in source.questions.all()}


def _write_all(actor: Actor, prepared: Sequence[_Prepared]) -> list[Participation]:
    with transaction.atomic():
        return [_write(actor, one) for one in prepared]


def _write(actor: Actor, prepared: _Prepared) -> Participation:
    wanted = prepared.participation
    fields = {
        f.attname: getattr(wanted, f.attname)
        for f in Participation._meta.concrete_fields
        if f.attname not in ("id", "idempotency_key")
    }
    try:
        with transaction.atomic():
            participation, created = Participation.objects.get_or_create(
                idempotency_key=wanted.idempotency_key, defaults=fields
            )
    except IntegrityError as twice:
        if not Participation.objects.filter(receipt_hash=wanted.receipt_hash).exists():
            raise
        raise Refused(
            "submission.code_taken", _("Ce code a déjà servi pour une autre réponse. Prenez-en un autre.")
        ) from twice
    if not created:
        if not hmac.compare_digest(bytes(participation.receipt_hash), bytes(wanted.receipt_hash)):
            raise Refused("submission.key_reused", _("Ce formulaire a déjà servi. Rechargez la page."))
        return participation
    for text in prepared.contributions:
        text.participation = participation
    for answer in prepared.closed:
        answer.participation = participation
    Contribution.objects.bulk_create(prepared.contributions)
    ClosedAnswer.objects.bulk_create(prepared.closed)
    note_signals(actor, participation=participation, texts=prepared.contributions)
    journal.record(actor, "contributions.record", participation, reason=str(wanted.channel))
    return participation


def _prepare(
    actor: Actor, source: Source, submission: Submission, questions: Mapping[str, SourceQuestion]
) -> _Prepared:
    asked = set(submission.texts) | {answer.question for answer in submission.closed}
    if unknown := asked - set(questions):
        raise Refused(
            "submission.unknown_question",
            _("Une réponse ne correspond à aucune question de cette consultation."),
            keys=sorted(unknown),
        )
    return _Prepared(
        participation=_participation(actor, source, submission),
        contributions=[
            _contribution(questions[key], text, position, submission.language)
            for key, texts in submission.texts.items()
            for position, text in enumerate([texts] if isinstance(texts, str) else texts)
            if text.strip()
        ],
        closed=[
            ClosedAnswer(
                question=questions[answer.question],
                choice=answer.choice,
                rank=answer.rank,
                value=answer.value,
            )
            for answer in submission.closed
        ],
    )


def _participation(actor: Actor, source: Source, submission: Submission) -> Participation:
    key_id, hashed = hash_receipt(submission.receipt)
    profile = submission.profile
    own = isinstance(actor, Respondent)
    return Participation(
        source=source,
        unit=submission.unit,
        channel=submission.channel,
        help=profile.help,
        people=submission.people,
        relay=submission.relay,
        form_version=submission.form_version,
        submitted_at=now() if own else submission.submitted_at or now(),
        territory=profile.territory,
        department=department_of(profile.territory),
        place_note=profile.place_note,
        age_band=profile.age_band,
        sex=profile.sex,
        situation=profile.situation,
        consent_at=submission.consent_at,
        notice_hash=submission.notice_hash,
        receipt_hash=hashed,
        receipt_key_id=key_id,
        idempotency_key=submission.idempotency_key,
    )


def _contribution(question: SourceQuestion, text: str, position: int, language: str) -> Contribution:
    redaction = redact(text, detect(text))
    salt = secrets.token_bytes(16)
    return Contribution(
        question=question,
        position=position,
        language=language,
        raw_text=text,
        masks=[[mask.start, mask.end, mask.kind] for mask in redaction.masks],
        masked_text=redaction.text,
        folded_text=fold(redaction.text),
        salt=salt,
        item_hash=hashlib.sha256(salt + text.encode("utf-8", "surrogatepass")).hexdigest(),
    )
