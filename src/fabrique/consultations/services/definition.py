"""A questionnaire as plain frozen objects, in one register and one language, whatever the database behind it.

Fed by a QuestionnaireVersion and its wordings (common.Wording). Feeds the answering pages, the validation
of an answer document, the preview, the corpus and the hash that freezes a version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any

from fabrique.common.enums import Language, Register
from fabrique.common.models import Wording
from fabrique.consultations.enums import CHOICE_KINDS, TEXT_KINDS, WordingKind
from fabrique.consultations.models import Choice, Question, QuestionnaireVersion


@dataclass(frozen=True)
class Condition:
    """Shown only if one of these choices was given to that earlier question."""

    question: str
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class ChoiceDef:
    """One proposed answer. `value` is its place on a scale (None: no opinion)."""

    key: str
    label: str
    value: int | None = None
    exclusive: bool = False


@dataclass(frozen=True)
class QuestionDef:
    """One question; lengths in characters, `maximum` in choices, bounds in `unit`."""

    key: str
    kind: str
    title: str
    help: str = ""
    required: bool = False
    maximum: int | None = None
    max_length: int | None = None
    min_value: int | None = None
    max_value: int | None = None
    unit: str = ""
    show_if: Condition | None = None
    profile_role: str = ""
    choices: tuple[ChoiceDef, ...] = ()

    @property
    def choice_keys(self) -> tuple[str, ...]:
        return tuple(choice.key for choice in self.choices)

    @property
    def exclusive_keys(self) -> tuple[str, ...]:
        return tuple(choice.key for choice in self.choices if choice.exclusive)

    @property
    def has_choices(self) -> bool:
        """Answered by ticking or ranking; a territory's choices are only its special answers."""
        return self.kind in CHOICE_KINDS

    @property
    def is_text(self) -> bool:
        return self.kind in TEXT_KINDS


@dataclass(frozen=True)
class SectionDef:
    """One page of the questionnaire."""

    key: str
    title: str
    introduction: str
    questions: tuple[QuestionDef, ...]


@dataclass(frozen=True)
class Definition:
    """A version of a questionnaire in one register and one language."""

    version_public_id: str
    number: int
    register: str
    introduction: str
    minutes: int | None
    sections: tuple[SectionDef, ...]
    language: str = Language.FRENCH

    @cached_property
    def questions(self) -> tuple[QuestionDef, ...]:
        """All the questions, in order."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def by_key(self) -> Mapping[str, QuestionDef]:
        return {question.key: question for question in self.questions}

    def question(self, key: str) -> QuestionDef:
        """The question of that key. Raises KeyError."""
        return self.by_key[key]

    def section(self, key: str) -> SectionDef:
        """The section of that key. Raises KeyError."""
        return {section.key: section for section in self.sections}[key]

    def visible(self, question: QuestionDef, answers: Mapping[str, Any]) -> bool:
        """Whether the question is put, given the answers so far; an answer to a hidden one does not count.

        `answers`: {question key: choice key, or list of choice keys, or mapping with the key 'special'}.
        """
        condition = question.show_if
        if condition is None:
            return True
        asked = self.by_key.get(condition.question)
        if asked is None or not self.visible(asked, answers):
            return False
        return bool(set(condition.any_of) & set(given_keys(answers.get(condition.question))))

    def visible_questions(self, answers: Mapping[str, Any]) -> tuple[QuestionDef, ...]:
        """The questions put to somebody who gave these answers, in order."""
        return tuple(question for question in self.questions if self.visible(question, answers))

    def to_dict(self) -> dict[str, Any]:
        """What people read and how it is asked: plain JSON, without identifiers, number or register."""
        return {
            "introduction": self.introduction,
            "minutes": self.minutes,
            "sections": json.loads(json.dumps([asdict(section) for section in self.sections])),
        }


def given_keys(answer: Any) -> tuple[str, ...]:
    """The choice keys in one answer, whatever its shape (a key, keys in order, {'special': key})."""
    if isinstance(answer, str):
        return (answer,)
    if isinstance(answer, Mapping):
        return given_keys(answer.get("special"))
    if isinstance(answer, list | tuple):
        return tuple(item for item in answer if isinstance(item, str))
    return ()


def definition_of(
    version: QuestionnaireVersion,
    register: str = Register.STANDARD,
    language: str = Language.FRENCH,
) -> Definition:
    """The questionnaire in that register, or translated: easy-read wordings are French only.

    Where a wording is missing, the standard French one stands. At most four queries; a frozen version, which
    cannot change, is kept in memory after the first time.
    """
    if language != Language.FRENCH:
        register = Register.STANDARD
    if version.is_frozen:
        return _frozen(str(version.public_id), version.content_hash, str(register), str(language))
    return _build(version, str(register), str(language))


@lru_cache(maxsize=64)
def _frozen(public_id: str, content_hash: str, register: str, language: str) -> Definition:
    found = QuestionnaireVersion.objects.get(public_id=public_id, content_hash=content_hash)
    return _build(found, register, language)


def content_hash(version: QuestionnaireVersion) -> str:
    """SHA-256 of all that people read and of how it is asked, in both registers and every language."""
    content = {
        str(register): _build(version, str(register)).to_dict()
        for register in (Register.STANDARD, Register.EASY_READ)
    }
    for language in translated_languages(version):
        content[language] = _build(version, str(Register.STANDARD), language).to_dict()
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def translated_languages(version: QuestionnaireVersion) -> list[str]:
    """The languages, French apart, in which something of the version is written."""
    rows = Wording.objects.filter(
        object_kind__in=WordingKind.of_questionnaire(),
        object_key__startswith=f"{version.public_id}/",
        register=Register.STANDARD,
    )
    return sorted(set(rows.exclude(language=Language.FRENCH).values_list("language", flat=True)))


class Words:
    """The wordings of one version in one register and language: {(kind, path, field): text}."""

    def __init__(self, version: QuestionnaireVersion, register: str, language: str) -> None:
        self._prefix = f"{version.public_id}/"
        self._texts: dict[tuple[str, str, str], str] = {}
        if register == Register.STANDARD and language == Language.FRENCH:
            return
        rows = Wording.objects.filter(
            object_kind__in=WordingKind.of_questionnaire(),
            object_key__startswith=self._prefix,
            register=register,
            language=language,
        )
        self._texts = {
            (row.object_kind, row.object_key.removeprefix(self._prefix), row.field): row.text for row in rows
        }

    def get(self, kind: WordingKind, path: str, name: str, standard: str) -> str:
        """The variant where there is one, else the standard wording."""
        return self._texts.get((str(kind), path, name)) or standard


def _build(version: QuestionnaireVersion, register: str, language: str = Language.FRENCH) -> Definition:
    words = Words(version, register, str(language))
    choices: dict[int, list[Choice]] = {}
    for choice in Choice.objects.filter(question__version=version).order_by("position", "pk"):
        choices.setdefault(choice.question_id, []).append(choice)
    questions: dict[int, list[QuestionDef]] = {}
    for question in version.questions.order_by("position", "pk"):
        built = _question(question, choices.get(question.pk, ()), words)
        questions.setdefault(question.section_id, []).append(built)
    sections = tuple(
        SectionDef(
            key=section.key,
            title=words.get(WordingKind.SECTION, section.key, "title", section.title),
            introduction=words.get(WordingKind.SECTION, section.key, "introduction", section.introduction),
            questions=tuple(questions.get(section.pk, ())),
        )
        for section in version.sections.order_by("position", "pk")
    )
    return Definition(
        version_public_id=str(version.public_id),
        number=version.number,
        register=register,
        introduction=words.get(WordingKind.QUESTIONNAIRE, "", "introduction", version.introduction),
        minutes=version.minutes,
        sections=sections,
        language=str(language),
    )


def _question(question: Question, choices: Iterable[Choice], words: Words) -> QuestionDef:
    condition = question.show_if
    return QuestionDef(
        key=question.key,
        kind=str(question.kind),
        title=words.get(WordingKind.QUESTION, question.key, "title", question.title),
        help=words.get(WordingKind.QUESTION, question.key, "help", question.help),
        required=question.required,
        maximum=question.maximum,
        max_length=question.max_length,
        min_value=question.min_value,
        max_value=question.max_value,
        unit=question.unit,
        show_if=Condition(condition["question"], tuple(condition["any_of"])) if condition else None,
        profile_role=str(question.profile_role),
        choices=tuple(
            ChoiceDef(
                key=choice.key,
                label=words.get(WordingKind.CHOICE, f"{question.key}/{choice.key}", "label", choice.label),
                value=choice.value,
                exclusive=choice.exclusive,
            )
            for choice in choices
        ),
    )
