"""Verbs that change the state of a consultation: open, correct while open, extend, close, publish.

Fed by the approver's screen and by the publication of results. Feeds the public pages and the corpus.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation, NoticeVersion, Question, QuestionnaireVersion
from fabrique.consultations.services.checklist import missing_before_opening, missing_in_questionnaire
from fabrique.consultations.services.definition import content_hash, definition_of
from fabrique.consultations.services.editing import last_instant, notice_values
from fabrique.consultations.services.loading import copy_version, empty_version
from fabrique.contributions import services as corpus
from fabrique.contributions.enums import SourceKind


def _locked(consultation: Consultation) -> Consultation:
    return (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("perimeter")
        .get(pk=consultation.pk)
    )


def open_consultation(actor: Actor, *, consultation: Consultation) -> Consultation:
    """Open to the public: freeze the notice and the questionnaire, make the source known to the corpus.

    Raises Refused('consultation.incomplete', missing=[codes]) while anything is missing, and says what.
    """
    require(actor, "consultations.open", consultation.perimeter)
    with transaction.atomic():
        consultation = _locked(consultation)
        if consultation.state != State.DRAFT:
            raise Refused("consultation.not_draft", _("Cette consultation a déjà été ouverte."))
        if missing := missing_before_opening(consultation):
            raise Refused(
                "consultation.incomplete",
                " ".join([_("La consultation ne peut pas ouvrir."), *(item.sentence for item in missing)]),
                missing=[item.code for item in missing],
            )
        instant = now()
        _freeze_notice(consultation.notices.draft(), instant)
        questionnaire = consultation.questionnaires.draft()
        _freeze_questionnaire(questionnaire, instant)
        consultation.source = corpus.register_source(
            actor,
            kind=SourceKind.CONSULTATION,
            reference=str(consultation.public_id),
            label=consultation.title,
            perimeter=consultation.perimeter,
        )
        consultation.state = State.OPEN
        consultation.save(update_fields=["source", "state"])
        _register_questions(actor, consultation, questionnaire)
        journal.record(actor, "consultations.open", consultation)
    return consultation


def _freeze_notice(notice: NoticeVersion, instant: datetime) -> None:
    canonical = json.dumps(notice_values(notice), ensure_ascii=False, sort_keys=True)
    notice.content_hash = hashlib.sha256(canonical.encode()).hexdigest()
    notice.frozen_at = instant
    notice.save(update_fields=["content_hash", "frozen_at"])


def _freeze_questionnaire(version: QuestionnaireVersion, instant: datetime) -> None:
    version.content_hash = content_hash(version)
    version.frozen_at = instant
    version.save(update_fields=["content_hash", "frozen_at"])


def _register_questions(actor: Actor, consultation: Consultation, version: QuestionnaireVersion) -> None:
    standing = _versions_of_each_key(consultation)
    questions = [
        {
            "key": question.key,
            "kind": question.kind,
            "wording": question.title,
            "choices": [{"key": choice.key, "label": choice.label} for choice in question.choices],
            "show_if": (
                {"question": question.show_if.question, "any_of": list(question.show_if.any_of)}
                if question.show_if
                else None
            ),
            "versions": standing[question.key],
        }
        for question in definition_of(version).questions
    ]
    source = consultation.source
    if source is None:  # the database's own constraint: an open consultation has its source
        raise Refused("consultation.no_source", _("Cette consultation n’a pas encore été ouverte."))
    corpus.register_questions(actor, source=source, questions=questions)


def _versions_of_each_key(consultation: Consultation) -> dict[str, list[int]]:
    """{question key: numbers of the frozen versions in which it stands}: who could answer it, and who not."""
    asked = Question.objects.filter(version__consultation=consultation, version__frozen_at__isnull=False)
    standing: dict[str, list[int]] = {}
    for key, number in asked.order_by("version__number").values_list("key", "version__number"):
        standing.setdefault(key, []).append(number)
    return standing


def new_version(actor: Actor, *, consultation: Consultation) -> QuestionnaireVersion:
    """Start a correction of an open questionnaire: a draft copy of the version in force, same keys."""
    require(actor, "consultations.edit", consultation.perimeter)
    with transaction.atomic():
        consultation = _locked(consultation)
        if consultation.state != State.OPEN:
            raise Refused(
                "consultation.not_open", _("Seule une consultation ouverte se corrige par une version.")
            )
        if consultation.questionnaires.draft() is not None:
            raise Refused("questionnaire.draft_exists", _("Une nouvelle version est déjà en préparation."))
        draft = copy_version(consultation.questionnaires.current())
        journal.record(actor, "consultations.new_version", consultation)
    return draft


def drop_version(actor: Actor, *, version: QuestionnaireVersion) -> None:
    """Give up a correction: the version in force stays."""
    consultation = version.consultation
    require(actor, "consultations.edit", consultation.perimeter)
    with transaction.atomic():
        locked = _locked(consultation)
        version = QuestionnaireVersion.objects.select_for_update().get(pk=version.pk)
        if version.is_frozen or locked.state == State.DRAFT:
            raise Refused("questionnaire.not_a_correction", _("Cette version ne peut pas être abandonnée."))
        empty_version(version)
        version.delete()
        journal.record(actor, "consultations.drop_version", locked)


def publish_version(actor: Actor, *, version: QuestionnaireVersion) -> QuestionnaireVersion:
    """Put a correction in force: it is frozen and supersedes the version before; who began keeps theirs."""
    consultation = version.consultation
    require(actor, "consultations.open", consultation.perimeter)
    with transaction.atomic():
        consultation = _locked(consultation)
        version = QuestionnaireVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        if consultation.state != State.OPEN or version.is_frozen:
            raise Refused(
                "questionnaire.not_a_correction", _("Cette version ne peut pas être mise en ligne.")
            )
        if missing := missing_in_questionnaire(version):
            raise Refused(
                "questionnaire.incomplete",
                " ".join(item.sentence for item in missing),
                missing=[item.code for item in missing],
            )
        _freeze_questionnaire(version, now())
        _register_questions(actor, consultation, version)
        journal.record(actor, "consultations.publish_version", consultation, reason=f"v{version.number}")
    return version


def extend_consultation(actor: Actor, *, consultation: Consultation, closes_at: datetime) -> Consultation:
    """Put the closing time later; the new time is the last instant included."""
    require(actor, "consultations.open", consultation.perimeter)
    closes_at = last_instant(closes_at)
    with transaction.atomic():
        consultation = _locked(consultation)
        if consultation.state != State.OPEN:
            raise Refused("consultation.not_open", _("Cette consultation n’est pas ouverte."))
        if consultation.closes_at is not None and closes_at <= consultation.closes_at:
            raise Refused("closing.not_later", _("La nouvelle date de clôture doit être plus tardive."))
        if consultation.restitution_due and consultation.restitution_due <= timezone.localdate(closes_at):
            raise Refused(
                "restitution.before_closing", _("La restitution promise tomberait avant la clôture.")
            )
        consultation.closes_at = closes_at
        consultation.save(update_fields=["closes_at"])
        journal.record(actor, "consultations.extend", consultation)
    return consultation


def close_consultation(actor: Actor, *, consultation: Consultation, reason: str = "") -> Consultation:
    """Close for good. Before the announced time a reason code is wanted: that time was promised."""
    require(actor, "consultations.close", consultation.perimeter)
    with transaction.atomic():
        consultation = _locked(consultation)
        if consultation.state != State.OPEN:
            raise Refused("consultation.not_open", _("Cette consultation n’est pas ouverte."))
        if consultation.closes_at and now() <= consultation.closes_at and not reason:
            raise Refused(
                "closing.early",
                _("L’heure de clôture annoncée n’est pas passée : choisissez un motif pour clore avant."),
            )
        consultation.state = State.CLOSED
        consultation.save(update_fields=["state"])
        journal.record(actor, "consultations.close", consultation, reason=reason)
    return consultation


def mark_published(actor: Actor, *, consultation: Consultation) -> Consultation:
    """Record that the results are public; called by the verb that publishes them."""
    require(actor, "consultations.publish", consultation.perimeter)
    with transaction.atomic():
        consultation = _locked(consultation)
        if consultation.state not in {State.CLOSED, State.PUBLISHED}:
            raise Refused("consultation.not_closed", _("Les résultats se publient après la clôture."))
        consultation.state = State.PUBLISHED
        consultation.save(update_fields=["state"])
        journal.record(actor, "consultations.mark_published", consultation)
    return consultation
