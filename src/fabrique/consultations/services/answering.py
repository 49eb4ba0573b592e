"""Verbs of answering: begin, keep, resume and submit a response; record those of other channels; erase.

Fed by the answering pages and by channels with a document. Feeds the answer documents and the corpus.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Operator, Respondent, System
from fabrique.accounts.models import Organisation
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.crypto import Undecipherable, decrypt, encrypt
from fabrique.common.enums import Language, Register
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.models import (
    AnswerDocument,
    Consultation,
    DraftResponse,
    NoticeVersion,
    QuestionnaireVersion,
)
from fabrique.consultations.services.answering_refusals import changed, gone, invalid_form
from fabrique.consultations.services.definition import Definition, definition_of
from fabrique.consultations.services.documents import FORMAT, Checked, derive, validate_document
from fabrique.consultations.services.proofs import Proof
from fabrique.contributions.enums import Channel, Help
from fabrique.contributions.models import Participation, Source
from fabrique.contributions.services import (
    Profile,
    Submission,
    hash_receipt,
    receipt_hashes,
    record_participation,
    record_participations,
    submissions_exhausted,
    use_proof,
)
from fabrique.territories.models import Territory
from fabrique_core.privacy.receipts import RANDOM_BYTES, new_receipt

#: responses touched in a minute, for each submission accepted in one, before new ones wait
DRAFTS_FOR_ONE_SUBMISSION = 20
#: below this age, a parent consents too
PARENTAL_AGE = 15


@dataclass(frozen=True)
class HelpGiven:
    """Somebody holds the pen for the person: when they agreed to it aloud, and the charter the helper signed."""

    agreed_at: datetime
    charter: int


@dataclass(frozen=True)
class DraftContent:
    """What a draft seals: answers as typed, consent, the code and key made before submission, relay and help."""

    code: str
    idempotency_key: str
    consent_at: str
    notice_hash: str
    parental_consent: bool = False
    answers: Mapping[str, Any] = field(default_factory=dict)
    done: Sequence[str] = ()
    relay: str = ""
    helped_at: str = ""
    charter: int = 0


@dataclass(frozen=True)
class SealedForm:
    """What the form of the check page carries: enough to show the same code again, whatever happened."""

    code: str
    idempotency_key: str
    draft: str
    helped: bool = False


@dataclass(frozen=True)
class Acknowledged:
    """A response that is on disk, and its code; `repeated` when this request only repeats an earlier one."""

    participation: Participation
    code: str
    repeated: bool


@dataclass(frozen=True)
class RecordedDocument:
    """A document of another channel, with its code and its key; `help` prevails over the questionnaire's own."""

    answers: Mapping[str, Any]
    channel: Channel
    receipt: str
    idempotency_key: str
    consent_at: datetime | None = None
    notice_hash: str = ""
    submitted_at: datetime | None = None
    relay: Organisation | None = None
    help: Help | None = None


def start_draft(
    actor: Actor,
    *,
    consultation: Consultation,
    age: int | None,
    consents: bool,
    parent_consents: bool = False,
    easy_read: bool = False,
    language: str = Language.FRENCH,
    relay: Organisation | None = None,
    helped: HelpGiven | None = None,
) -> DraftResponse:
    """Begin a response: consent is given, the age is checked and forgotten, the code of the receipt is made.

    `age`: the least age of the group declared, None where none was. `relay` and `helped`: by whom the person
    came, who holds the pen (relays.services checks both). Raises Refused: consultation.closed, age.missing,
    age.too_young, age.parent, consent.missing.
    """
    _only_respondents(actor)
    _check_open(consultation)
    _check_not_flooded()
    for refusal in obstacles(
        consultation=consultation, age=age, consents=consents, parent_consents=parent_consents
    ):
        raise refusal
    parental = age is not None and age < PARENTAL_AGE and parent_consents
    content = _new_content(consultation, parental, relay, helped)
    return DraftResponse.objects.create(
        version=QuestionnaireVersion.objects.filter(consultation=consultation).current(),
        document=_sealed(content),
        easy_read=easy_read,
        language=language,
        resume_hash=hash_receipt(content.code)[1],
        updated_at=now(),
        expires_at=now() + timedelta(days=settings.FABRIQUE_DRAFT_DAYS),
    )


def _new_content(
    consultation: Consultation, parental: bool, relay: Organisation | None, helped: HelpGiven | None
) -> DraftContent:
    return DraftContent(
        code=new_receipt(secrets.token_bytes(RANDOM_BYTES)),
        idempotency_key=secrets.token_hex(32),
        consent_at=now().isoformat(),
        notice_hash=NoticeVersion.objects.filter(consultation=consultation).current().content_hash,
        parental_consent=parental,
        relay=str(relay.public_id) if relay else "",
        helped_at=helped.agreed_at.isoformat() if helped else "",
        charter=helped.charter if helped else 0,
    )


def content_of(draft: DraftResponse) -> DraftContent:
    """What the draft seals."""
    return DraftContent(**json.loads(draft.document))


def save_answers(
    actor: Actor, *, draft: DraftResponse, answers: Mapping[str, Any], done: str = ""
) -> DraftResponse:
    """Keep what was typed, right or wrong, over what was kept; `done` names a part that is complete."""
    _only_respondents(actor)
    with transaction.atomic():
        locked = DraftResponse.objects.select_for_update().filter(pk=draft.pk).first()
        if locked is None:
            raise gone()
        content = content_of(locked)
        parts = [*content.done, done] if done and done not in content.done else list(content.done)
        merged = {**content.answers, **answers}
        kept = {key: answer for key, answer in merged.items() if answer not in (None, "", [], {})}
        locked.document = _sealed(content, answers=kept, done=parts)
        locked.updated_at = now()
        locked.expires_at = now() + timedelta(days=settings.FABRIQUE_DRAFT_DAYS)
        locked.save(update_fields=["document", "updated_at", "expires_at"])
    return locked


def set_register(
    actor: Actor, *, draft: DraftResponse, easy_read: bool, language: str = Language.FRENCH
) -> DraftResponse:
    """Change to easy-read wordings, to another language or back, without losing an answer."""
    _only_respondents(actor)
    draft.easy_read, draft.language = easy_read, language
    draft.save(update_fields=["easy_read", "language"])
    return draft


def definition_read(draft: DraftResponse) -> Definition:
    """The questionnaire as the person reads it: in the register and the language chosen."""
    register = Register.EASY_READ if draft.easy_read else Register.STANDARD
    return definition_of(draft.version, register, draft.language)


def discard_draft(actor: Actor, *, draft: DraftResponse) -> None:
    """Erase a response under way at once: nothing of it is left."""
    _only_respondents(actor)
    draft.delete()


def find_draft(code: str) -> DraftResponse | None:
    """The response under way that this code resumes; None where there is none.

    Raises fabrique_core's CoreError on a code that cannot be one.
    """
    found = DraftResponse.objects.alive().filter(resume_hash__in=receipt_hashes(code))
    return found.select_related("version__consultation").first()


def seal_form(draft: DraftResponse) -> str:
    """The sealed field of the check page: the code and the key, unreadable and unalterable on the way."""
    content = content_of(draft)
    carried = {
        "for": "submission",
        "code": content.code,
        "key": content.idempotency_key,
        "draft": str(draft.public_id),
        "helped": bool(content.helped_at),
    }
    return encrypt(json.dumps(carried))


def open_form(sealed: str) -> SealedForm:
    """What `seal_form` sealed. Raises Refused('form.invalid')."""
    try:
        carried = json.loads(decrypt(sealed))
    except (Undecipherable, ValueError) as altered:
        raise invalid_form() from altered
    if carried.get("for") != "submission":
        raise invalid_form()
    return SealedForm(carried["code"], carried["key"], carried["draft"], carried.get("helped", False))


def already_submitted(sealed: str) -> Acknowledged | None:
    """What an earlier request with the same form recorded, if it did: the same row and the same code."""
    form = open_form(sealed)
    participation = Participation.objects.filter(idempotency_key=form.idempotency_key).first()
    return Acknowledged(participation, form.code, repeated=True) if participation else None


def check_draft(draft: DraftResponse) -> tuple[Definition, Checked]:
    """The whole draft against its version: what the check page shows and what submission demands."""
    definition = definition_read(draft)
    document = {
        "format": FORMAT,
        "questionnaire": definition.version_public_id,
        "answers": content_of(draft).answers,
    }
    return definition, validate_document(definition, document)


def submit(actor: Actor, *, sealed: str, proof: Proof) -> Acknowledged:
    """Record the response under way, once: acknowledged means on disk, and a retry gives the same back.

    Raises Refused: form.invalid, draft.gone, draft.changed, document.incomplete, consultation.closed,
    submission.busy, proof.spent.
    """
    _only_respondents(actor)
    if earlier := already_submitted(sealed):
        return earlier
    form = open_form(sealed)
    drafts = DraftResponse.objects.select_related("version__consultation__source")
    draft = drafts.filter(public_id=form.draft).first()
    if draft is None:
        raise gone()
    definition, checked = check_draft(draft)
    if checked.errors:
        raise Refused(
            "document.incomplete", _("Il manque une réponse obligatoire, ou une réponse est à corriger.")
        )
    submission = _submission(form, content_of(draft), definition, checked)
    with transaction.atomic():
        locked = DraftResponse.objects.select_for_update().filter(pk=draft.pk).first()
        if locked is None or locked.updated_at != draft.updated_at:
            # another request of the same person passed first: it submitted, or changed an answer
            if earlier := already_submitted(sealed):
                return earlier
            raise gone() if locked is None else changed()
        _check_admitted(draft.version.consultation, proof)
        participation = record_participation(actor, source=_source(draft.version), submission=submission)
        AnswerDocument.objects.create(
            participation=participation, version=draft.version, document=_archived(draft, checked)
        )
        locked.delete()
    return Acknowledged(participation, form.code, repeated=False)


def record_documents(
    actor: Actor, *, version: QuestionnaireVersion, documents: Iterable[RecordedDocument]
) -> list[Participation]:
    """Record answers that came by another channel, in chunks; each is checked by the same function.

    Raises Refused('document.incomplete') with positions and codes, before anything is written. Called again
    with the same documents, it completes what is missing and records nothing twice.
    """
    definition = definition_of(version)
    wanted = list(documents)
    checked = [
        validate_document(
            definition,
            {"format": FORMAT, "questionnaire": definition.version_public_id, "answers": document.answers},
        )
        for document in wanted
    ]
    if wrong := [(n, error.question, error.code) for n, one in enumerate(checked) for error in one.errors]:
        raise Refused("document.incomplete", _("Des réponses ne suivent pas le questionnaire."), errors=wrong)
    submissions = [
        _recorded(document, definition, one) for document, one in zip(wanted, checked, strict=True)
    ]
    participations = record_participations(actor, source=_source(version), submissions=submissions)
    for start in range(0, len(participations), 250):
        _store_documents(version, participations[start : start + 250], checked[start : start + 250])
    return participations


def _store_documents(
    version: QuestionnaireVersion, participations: Sequence[Participation], checked: Sequence[Checked]
) -> None:
    stored = set(
        AnswerDocument.objects.filter(participation__in=participations).values_list(
            "participation_id", flat=True
        )
    )
    AnswerDocument.objects.bulk_create(
        AnswerDocument(participation=participation, version=version, document=_canonical(one.document))
        for participation, one in zip(participations, checked, strict=True)
        if participation.pk not in stored
    )


def erase_answer_document(participation_id: int) -> int:
    """Erase the answer document of a participation; returns how many rows went."""
    count, _rows = AnswerDocument.objects.filter(participation_id=participation_id).delete()
    return count


def erase_expired_drafts(actor: Actor) -> int:
    """Erase the responses under way that nobody resumed in time; returns how many. For the worker."""
    if not isinstance(actor, System | Operator):
        raise Forbidden("forbidden", _("Cette tâche revient à la plateforme."))
    erased = 0
    for version in QuestionnaireVersion.objects.filter(drafts__expires_at__lte=now()).distinct():
        with transaction.atomic():
            count, _rows = DraftResponse.objects.filter(version=version, expires_at__lte=now()).delete()
            journal.record(actor, "consultations.erase_expired_drafts", version, reason=str(count))
        erased += count
    return erased


def _submission(
    form: SealedForm, content: DraftContent, definition: Definition, checked: Checked
) -> Submission:
    derived = _derived(definition, checked)
    return Submission(
        channel=Channel.WEB,
        receipt=form.code,
        idempotency_key=form.idempotency_key,
        texts=derived.texts,
        closed=derived.closed,
        profile=_held_pen(derived.profile, Help.HELPED if content.helped_at else None),
        consent_at=datetime.fromisoformat(content.consent_at),
        notice_hash=content.notice_hash,
        relay=Organisation.objects.filter(public_id=content.relay).first() if content.relay else None,
        form_version=definition.number,
        language=definition.language,
    )


def _recorded(document: RecordedDocument, definition: Definition, checked: Checked) -> Submission:
    derived = derive(definition, checked.answers)
    return Submission(
        channel=document.channel,
        receipt=document.receipt,
        idempotency_key=document.idempotency_key,
        texts=derived.texts,
        closed=derived.closed,
        profile=_held_pen(derived.profile, document.help),
        consent_at=document.consent_at,
        notice_hash=document.notice_hash,
        submitted_at=document.submitted_at,
        relay=document.relay,
        form_version=definition.number,
    )


def _held_pen(profile: Profile, known: Help | None) -> Profile:
    """The profile with who held the pen, where the channel knows it better than the questionnaire."""
    return replace(profile, help=known) if known else profile


def _source(version: QuestionnaireVersion) -> Source:
    """The consultation's source in the corpus, which its opening made."""
    source = version.consultation.source
    if source is None:
        raise Refused("consultation.closed", _("Cette consultation n’a pas encore ouvert."))
    return source


def _derived(definition: Definition, checked: Checked) -> Any:
    try:
        return derive(definition, checked.answers)
    except Territory.DoesNotExist as unknown:
        raise Refused(
            "document.incomplete", _("La commune choisie n’existe plus dans notre liste.")
        ) from unknown


def _check_open(consultation: Consultation) -> None:
    if not Consultation.objects.answerable().filter(pk=consultation.pk).exists():
        raise Refused(
            "consultation.closed", _("Cette consultation n’est pas ouverte : elle ne reçoit pas de réponse.")
        )


def obstacles(
    *, consultation: Consultation, age: int | None, consents: bool, parent_consents: bool = False
) -> list[Refused]:
    """All that keeps somebody from beginning, so that a page can say it at once; empty when nothing does."""
    found = []
    if age is None:
        found.append(Refused("age.missing", _("Indiquez votre âge : cochez une des réponses.")))
    elif age < (consultation.minimum_age or 0):
        sentence = _(
            "Cette consultation est ouverte à partir de %(age)s ans. Un adulte peut répondre en parlant de vous."
        )
        found.append(Refused("age.too_young", sentence % {"age": consultation.minimum_age}))
    elif age < PARENTAL_AGE and not parent_consents:
        sentence = _("Avant 15 ans, un de vos parents doit aussi cocher la case d’accord.")
        found.append(Refused("age.parent", sentence))
    if not consents:
        sentence = _("Pour répondre, cochez la case d’accord. Sans votre accord, rien n’est gardé.")
        found.append(Refused("consent.missing", sentence))
    return found


def _check_not_flooded() -> None:
    """Responses under way cost nothing to begin: a robot could fill the disk with them. Nobody is told apart."""
    recent = DraftResponse.objects.filter(updated_at__gt=now() - timedelta(minutes=1)).count()
    if recent >= DRAFTS_FOR_ONE_SUBMISSION * max(1, settings.FABRIQUE_SUBMISSIONS_PER_MINUTE):
        raise Refused(
            "draft.busy",
            _("Beaucoup de personnes répondent en ce moment. Rien n’est perdu : réessayez dans une minute."),
        )


def _check_admitted(consultation: Consultation, proof: Proof) -> None:
    _check_open(consultation)
    if submissions_exhausted():
        raise Refused(
            "submission.busy",
            _(
                "Beaucoup de personnes envoient leur réponse en ce moment."
                " La vôtre est gardée : réessayez dans une minute."
            ),
        )
    if not use_proof(proof.identifier, expires_at=proof.expires_at):
        raise Refused("proof.spent", _("Cette vérification a déjà servi. Répondez à la question ci-dessous."))


def _only_respondents(actor: Actor) -> None:
    if not isinstance(actor, Respondent):
        raise Forbidden("forbidden", _("Seule la personne qui répond peut faire cela."))


def _sealed(content: DraftContent, **changes: Any) -> str:
    return json.dumps({**content.__dict__, **changes}, ensure_ascii=False)


def _archived(draft: DraftResponse, checked: Checked) -> str:
    """The document with its circumstances: the register read, a parent's consent, the agreement to be helped."""
    content = content_of(draft)
    circumstances: dict[str, Any] = {"register": "falc" if draft.easy_read else "standard"}
    if draft.language != Language.FRENCH:
        circumstances["language"] = draft.language
    if content.parental_consent:
        circumstances["parental_consent"] = True
    if content.helped_at:
        circumstances["helped"] = {"agreed_at": content.helped_at, "charter": content.charter}
    return _canonical({**checked.document, **circumstances})


def _canonical(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
