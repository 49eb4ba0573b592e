"""Recordings of questions read aloud: put one, take one away, find those of a language.

Fed by the agents' screen. Feeds the player beside each question.
"""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.enums import Language
from fabrique.common.errors import Refused
from fabrique.consultations.models import QuestionAudio, QuestionnaireVersion
from fabrique.consultations.services.definition import Definition, definition_of

#: bytes of one recording: two minutes of speech at 64 kbit/s, and some
MOST = 1_500_000
#: (offset, first bytes, media type)
_SIGNATURES = (
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (4, b"ftypM4A", "audio/mp4"),
)


def put_recording(
    actor: Actor, *, version: QuestionnaireVersion, question: str, language: str, content: bytes
) -> QuestionAudio:
    """Put the recording of one question in one language, in place of the one before. Known by its content.

    It may come once the questionnaire is frozen: it reads aloud what is written, it changes no word.
    Raises Refused: recording.question, recording.language, recording.large, recording.format.
    """
    require(actor, "consultations.edit", version.consultation.perimeter)
    if not version.questions.filter(key=question).exists():
        raise Refused("recording.question", _("Cette question n’existe pas dans le questionnaire."))
    if language not in Language.values:
        raise Refused("recording.language", _("Choisissez la langue de l’enregistrement."))
    if len(content) > MOST:
        raise Refused(
            "recording.large",
            _("L’enregistrement dépasse 1,5 Mo. Réduisez sa qualité (64 kbit/s suffisent) ou coupez-le."),
        )
    media_type = _media_type(content)
    with transaction.atomic():
        recording, _created = QuestionAudio.objects.update_or_create(
            version=version,
            question_key=question,
            language=language,
            defaults={
                "content": content,
                "media_type": media_type,
                "words_hash": _words(definition_of(version, language=language), question),
                "size": len(content),
                "added_by": actor.user if isinstance(actor, Agent) else None,
                "added_at": now(),
            },
        )
        journal.record(actor, "consultations.put_recording", recording, reason=language)
    return recording


def _media_type(content: bytes) -> str:
    for offset, first, media_type in _SIGNATURES:
        if content[offset : offset + len(first)] == first:
            return media_type
    raise Refused(
        "recording.format",
        _("Ce fichier n’est pas un enregistrement MP3, OGG ou M4A. Enregistrez-le dans l’un de ces formats."),
    )


def drop_recording(actor: Actor, *, recording: QuestionAudio) -> None:
    """Take a recording away."""
    require(actor, "consultations.edit", recording.version.consultation.perimeter)
    with transaction.atomic():
        journal.record(actor, "consultations.drop_recording", recording)
        recording.delete()


def recordings_of(version: QuestionnaireVersion, language: str) -> dict[str, str]:
    """{question key: public id of its recording} in one language; not those of words that changed since."""
    rows = list(QuestionAudio.objects.filter(version=version, language=language).defer("content"))
    definition = definition_of(version, language=language) if rows else None
    return {
        row.question_key: str(row.public_id)
        for row in rows
        if definition and row.words_hash == _words(definition, row.question_key)
    }


def _words(definition: Definition, question: str) -> str:
    """SHA-256 of what is read aloud: the question, its help and its answers; '' for one that is gone."""
    asked = definition.by_key.get(question)
    if asked is None:
        return ""
    said = "\n".join([asked.title, asked.help, *(choice.label for choice in asked.choices)])
    return hashlib.sha256(said.encode()).hexdigest()
