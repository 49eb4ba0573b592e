"""Translate a draft questionnaire, text by text; a language is offered once all of it is written.

Fed by the agents' screen and by translators' files. Feeds the definition in other languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.enums import Language, Register, ReviewState
from fabrique.common.errors import Refused
from fabrique.common.models import Wording
from fabrique.consultations.enums import WordingKind
from fabrique.consultations.models import QuestionnaireVersion
from fabrique.consultations.services.definition import definition_of
from fabrique.consultations.services.shared import path, require_unfrozen

#: characters of one translated text
MOST = 4_000
#: what no text holds: PostgreSQL refuses the first, a browser shows none; a tab and a new line are kept
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: languages written from right to left
RIGHT_TO_LEFT = frozenset({Language.ARABIC})


@dataclass(frozen=True)
class Text:
    """One text to translate: `key` names it in a form or a file, `where` says it to a person."""

    kind: WordingKind
    path: str
    field: str
    where: str
    original: str
    translation: str = ""
    reviewed: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind.value.rpartition('.')[2]}:{self.path}:{self.field}"


@dataclass(frozen=True)
class Progress:
    """How far a language is: texts to write, written, read again by a person."""

    language: str
    total: int
    written: int
    reviewed: int

    @property
    def label(self) -> str:
        return str(Language(self.language).label)

    @property
    def complete(self) -> bool:
        return self.total > 0 and self.written == self.total


def texts_of(version: QuestionnaireVersion, language: str) -> list[Text]:
    """Every text that people read, in the order of the questionnaire, with its translation so far."""
    written = {
        (row.object_kind, row.object_key, row.field): row
        for row in Wording.objects.filter(
            object_kind__in=WordingKind.of_questionnaire(),
            object_key__startswith=f"{version.public_id}/",
            language=language,
            register=Register.STANDARD,
        )
    }
    found = []
    for text in _originals(version):
        row = written.get((str(text.kind), _key(version, text), text.field))
        found.append(
            Text(
                text.kind,
                text.path,
                text.field,
                text.where,
                text.original,
                row.text if row else "",
                row is not None and row.review_state == ReviewState.REVIEWED,
            )
        )
    return found


def _originals(version: QuestionnaireVersion) -> list[Text]:
    """The texts of the version in French; empty ones are not translated."""
    definition = definition_of(version)
    found = [Text(WordingKind.QUESTIONNAIRE, "", "introduction", _("Mot d’accueil"), definition.introduction)]
    for section in definition.sections:
        found += [
            Text(WordingKind.SECTION, section.key, "title", _("Titre de la partie"), section.title),
            Text(WordingKind.SECTION, section.key, "introduction", _("Introduction"), section.introduction),
        ]
        for question in section.questions:
            found += [
                Text(WordingKind.QUESTION, question.key, "title", _("Question"), question.title),
                Text(WordingKind.QUESTION, question.key, "help", _("Aide de la question"), question.help),
            ]
            found += [
                Text(
                    WordingKind.CHOICE,
                    f"{question.key}/{choice.key}",
                    "label",
                    _("Réponse proposée"),
                    choice.label,
                )
                for choice in question.choices
            ]
    return [text for text in found if text.original.strip()]


def _key(version: QuestionnaireVersion, text: Text) -> str:
    return path(version, text.path)


def progress_of(version: QuestionnaireVersion) -> list[Progress]:
    """How far each language is, French apart, those begun or not."""
    found = []
    for language in Language.values:
        if language == Language.FRENCH:
            continue
        texts = texts_of(version, language)
        written = [text for text in texts if text.translation]
        found.append(Progress(language, len(texts), len(written), sum(text.reviewed for text in written)))
    return found


def offered_languages(version: QuestionnaireVersion) -> list[str]:
    """French, then the languages in which the whole questionnaire is written; kept in memory once frozen."""
    if version.is_frozen:
        return list(_offered(str(version.public_id), version.content_hash))
    return _complete(version)


@lru_cache(maxsize=64)
def _offered(public_id: str, content_hash: str) -> tuple[str, ...]:
    return tuple(_complete(QuestionnaireVersion.objects.get(public_id=public_id, content_hash=content_hash)))


def _complete(version: QuestionnaireVersion) -> list[str]:
    return [str(Language.FRENCH), *(one.language for one in progress_of(version) if one.complete)]


def put_translations(
    actor: Actor,
    *,
    version: QuestionnaireVersion,
    language: str,
    texts: Mapping[str, str],
    reviewed: bool = False,
) -> int:
    """Write translations of a draft, {Text.key: text}; an empty text takes one away. Returns how many changed.

    A text that changes must be read again, unless `reviewed` says that this is what the person does.
    Raises Refused: questionnaire.frozen, translation.language, translation.unknown, translation.long.
    """
    require(actor, "consultations.edit", version.consultation.perimeter)
    if language == Language.FRENCH or language not in Language.values:
        raise Refused("translation.language", _("Choisissez la langue de la traduction."))
    known = {text.key: text for text in texts_of(version, language)}
    texts = {key: _clean(text) for key, text in texts.items()}
    if unknown := sorted(set(texts) - set(known)):
        raise Refused(
            "translation.unknown",
            _("Ce fichier ne correspond pas à cette version du questionnaire : %(key)s n’y est pas.")
            % {"key": unknown[0]},
        )
    if long := [key for key, text in texts.items() if len(text) > MOST]:
        raise Refused(
            "translation.long",
            _("Une traduction dépasse 4 000 caractères : « %(text)s »")
            % {"text": known[long[0]].original[:60]},
        )
    changed = 0
    with transaction.atomic():
        locked = QuestionnaireVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        require_unfrozen(locked)
        for key, text in texts.items():
            changed += _put(version, language, known[key], text, reviewed)
        journal.record(actor, "consultations.translate", version.consultation, reason=language)
    return changed


def _clean(text: str) -> str:
    """The text without control characters nor spaces around, its lines ended as the database keeps them."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n")).strip()


def _put(version: QuestionnaireVersion, language: str, known: Text, text: str, reviewed: bool) -> int:
    where: dict[str, Any] = {
        "object_kind": str(known.kind),
        "object_key": _key(version, known),
        "field": known.field,
        "language": language,
        "register": Register.STANDARD,
    }
    if not text:
        return int(Wording.objects.filter(**where).delete()[0] > 0)
    same = text == known.translation
    if same and (known.reviewed or not reviewed):
        return 0
    state = ReviewState.REVIEWED if reviewed else ReviewState.DRAFT
    Wording.objects.update_or_create(**where, defaults={"text": text, "review_state": state})
    return 1
