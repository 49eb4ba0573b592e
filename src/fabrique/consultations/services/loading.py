"""A questionnaire read whole from plain content (the YAML of a file), or copied from another version.

Fed by the demonstration, an import, or the version in force. Feeds the draft questionnaire.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.enums import Language, Register
from fabrique.common.errors import Refused
from fabrique.common.identifiers import new_public_id
from fabrique.common.models import Wording
from fabrique.consultations.enums import ProfileRole, QuestionKind, WordingKind
from fabrique.consultations.models import (
    Choice,
    Consultation,
    Question,
    QuestionAudio,
    QuestionnaireVersion,
    Section,
)
from fabrique.consultations.services.shared import path, require_unfrozen

#: roles of the profile questions under their usual keys, where the content names none
USUAL_ROLES = {
    "respondent_for": ProfileRole.HELP,
    "age_band": ProfileRole.AGE_BAND,
    "sex": ProfileRole.SEX,
    "commune": ProfileRole.TERRITORY,
    "situation": ProfileRole.SITUATION,
}
_ROOT = frozenset({"key", "title", "minutes", "intro", "intro_falc", "sections"})
_SECTION = frozenset({"key", "title", "title_falc", "intro", "intro_falc", "questions"})
_QUESTION = {
    "required": "required",
    "max": "maximum",
    "max_length": "max_length",
    "min": "min_value",
    "unit": "unit",
    "show_if": "show_if",
}
_QUESTION_READ = frozenset(
    {"key", "kind", "title", "title_falc", "help", "help_falc", "choices", "none", "profile_role", *_QUESTION}
)
_CHOICE = frozenset({"key", "label", "label_falc", "value"})


@dataclass(frozen=True)
class LoadReport:
    """The draft as loaded, and what the content held that a questionnaire has no place for: (where, what)."""

    version: QuestionnaireVersion
    set_aside: tuple[tuple[str, str], ...]


def load_questionnaire(actor: Actor, *, consultation: Consultation, content: Mapping[str, Any]) -> LoadReport:
    """Replace the draft questionnaire by this content (schema: demo/content/questionnaire.yaml).

    Raises Refused where the version is frozen, or where the content has an unknown kind or lacks a part.
    """
    require(actor, "consultations.edit", consultation.perimeter)
    aside: list[tuple[str, str]] = []
    with transaction.atomic():
        version = consultation.questionnaires.select_for_update().draft()
        if version is None:
            version = consultation.questionnaires.current()
            require_unfrozen(version)
        empty_version(version)
        _aside(aside, "", content, _ROOT - {"key", "title"})
        version.introduction = str(content.get("intro", "")).strip()
        version.minutes = content.get("minutes")
        version.save(update_fields=["introduction", "minutes"])
        wordings = [
            _falc(WordingKind.QUESTIONNAIRE, path(version), "introduction", content.get("intro_falc"))
        ]
        try:
            for position, section in enumerate(content["sections"]):
                wordings += _load_section(version, position, section, aside)
        except KeyError as absent:
            raise Refused(
                "content.missing",
                _("Le fichier du questionnaire est incomplet : %(key)s manque.") % {"key": absent},
            ) from absent
        Wording.objects.bulk_create(row for row in wordings if row is not None)
        journal.record(actor, "consultations.load_questionnaire", consultation)
    return LoadReport(version, tuple(aside))


def empty_version(version: QuestionnaireVersion) -> None:
    """Take away all that a draft holds, its easy-read wordings too. In a transaction."""
    version.sections.all().delete()
    Wording.objects.filter(
        object_kind__in=WordingKind.of_questionnaire(), object_key__startswith=f"{version.public_id}/"
    ).delete()


def _aside(
    aside: list[tuple[str, str]], where: str, content: Mapping[str, Any], known: frozenset[str]
) -> None:
    aside.extend((where, name) for name in content if name not in known)


def _falc(kind: WordingKind, key: str, name: str, text: object) -> Wording | None:
    if not text:
        return None
    return Wording(
        object_kind=str(kind),
        object_key=key,
        field=name,
        text=str(text).strip(),
        register=Register.EASY_READ,
        language=Language.FRENCH,
    )


def _load_section(
    version: QuestionnaireVersion, position: int, content: Mapping[str, Any], aside: list[tuple[str, str]]
) -> list[Wording | None]:
    _aside(aside, content["key"], content, _SECTION)
    section = Section.objects.create(
        version=version,
        key=content["key"],
        position=position,
        title=content["title"],
        introduction=str(content.get("intro", "")).strip(),
    )
    key = path(version, section.key)
    wordings = [
        _falc(WordingKind.SECTION, key, "title", content.get("title_falc")),
        _falc(WordingKind.SECTION, key, "introduction", content.get("intro_falc")),
    ]
    for rank, question in enumerate(content.get("questions", ())):
        wordings += _load_question(section, rank, question, aside)
    return wordings


def _load_question(
    section: Section, rank: int, content: Mapping[str, Any], aside: list[tuple[str, str]]
) -> list[Wording | None]:
    key, kind = content["key"], content["kind"]
    if kind not in QuestionKind.values:
        raise Refused("question.kind", _("Cette nature de question n’existe pas."), key=key, kind=kind)
    # « max » is a number of choices, except for a number, where it is the largest value
    settings = {ours: content[theirs] for theirs, ours in _QUESTION.items() if theirs in content}
    if kind == QuestionKind.NUMBER:
        settings["max_value"] = settings.pop("maximum", None)
    _aside(aside, key, content, _QUESTION_READ)
    question = Question.objects.create(
        section=section,
        version=section.version,
        key=key,
        position=rank,
        kind=kind,
        title=content["title"],
        help=content.get("help", ""),
        profile_role=content.get("profile_role", USUAL_ROLES.get(key, ProfileRole.NONE)),
        **settings,
    )
    where = path(section.version, key)
    wordings = [
        _falc(WordingKind.QUESTION, where, "title", content.get("title_falc")),
        _falc(WordingKind.QUESTION, where, "help", content.get("help_falc")),
    ]
    return wordings + list(_load_choices(question, content, aside))


def _load_choices(
    question: Question, content: Mapping[str, Any], aside: list[tuple[str, str]]
) -> Iterator[Wording | None]:
    choices = content.get("choices", ())
    Choice.objects.bulk_create(
        Choice(
            question=question,
            key=choice["key"],
            position=position,
            label=choice["label"],
            value=choice.get("value"),
            exclusive=choice["key"] == content.get("none"),
        )
        for position, choice in enumerate(choices)
    )
    for choice in choices:
        _aside(aside, f"{question.key}/{choice['key']}", choice, _CHOICE)
        key = path(question.version, question.key, choice["key"])
        yield _falc(WordingKind.CHOICE, key, "label", choice.get("label_falc"))


def copy_version(origin: QuestionnaireVersion) -> QuestionnaireVersion:
    """A draft with the same sections, questions, choices and wordings, same keys. In a transaction."""
    draft = QuestionnaireVersion.objects.create(
        consultation_id=origin.consultation_id,
        number=origin.number + 1,
        supersedes=origin,
        introduction=origin.introduction,
        minutes=origin.minutes,
    )
    for section in origin.sections.order_by("position"):
        questions = list(section.questions.order_by("position"))
        section.pk, section.version = None, draft
        section.save(force_insert=True)
        for question in questions:
            choices = list(question.choices.order_by("position"))
            question.pk, question.version, question.section = None, draft, section
            question.save(force_insert=True)
            for choice in choices:
                choice.pk, choice.question = None, question
            Choice.objects.bulk_create(choices)
    prefix = f"{origin.public_id}/"
    wordings = list(
        Wording.objects.filter(object_kind__in=WordingKind.of_questionnaire(), object_key__startswith=prefix)
    )
    for wording in wordings:
        wording.pk = None
        wording.object_key = path(draft, wording.object_key.removeprefix(prefix))
    Wording.objects.bulk_create(wordings)
    _copy_recordings(origin, draft)
    return draft


def _copy_recordings(origin: QuestionnaireVersion, draft: QuestionnaireVersion) -> None:
    """Recordings follow; one whose question is reworded is no longer offered (see recordings)."""
    recordings = list(origin.recordings.all())
    for recording in recordings:
        recording.pk, recording.public_id, recording.version = None, new_public_id(), draft
    QuestionAudio.objects.bulk_create(recordings)
