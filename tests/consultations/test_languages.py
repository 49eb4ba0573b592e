"""Other languages and recordings: offered when complete, frozen with the version, kept as they were written.

Fed by factories/consultations.py. Feeds confidence in services.translating and services.recordings.
"""

from __future__ import annotations

import pytest

from fabrique.accounts.actors import Respondent
from fabrique.accounts.enums import RoleCode
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.models import QuestionAudio
from fabrique.consultations.services import (
    content_hash,
    definition_of,
    drop_recording,
    new_version,
    offered_languages,
    progress_of,
    publish_version,
    put_recording,
    put_translations,
    recordings_of,
    texts_of,
)
from fabrique.consultations.services.answering import seal_form, set_register, submit
from fabrique.contributions.models import Contribution
from tests.factories import consultations
from tests.factories.contributions import ANSWERS, a_draft, a_proof
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]
MP3 = b"ID3\x04\x00" + b"\x00" * 200


def refusal(code: str):
    return pytest.raises(Refused, check=lambda refused: refused.code == code)


def in_catalan(version, *, reviewed: bool = False) -> int:
    texts = {text.key: f"[ca] {text.original}" for text in texts_of(version, "ca")}
    return put_translations(OPERATOR, version=version, language="ca", texts=texts, reviewed=reviewed)


def translated():
    """An open consultation whose version in force is in French and Catalan."""
    consultation = consultations.opened()
    draft = new_version(OPERATOR, consultation=consultation)
    in_catalan(draft)
    return consultation, publish_version(OPERATOR, version=draft)


def test_a_language_is_offered_once_all_of_it_is_written() -> None:
    draft = new_version(OPERATOR, consultation=consultations.opened())
    texts = texts_of(draft, "ca")
    put_translations(OPERATOR, version=draft, language="ca", texts={texts[0].key: "Hola"})
    assert offered_languages(draft) == ["fr"]
    in_catalan(draft)
    assert offered_languages(draft) == ["fr", "ca"]
    assert all(text.original for text in texts), "an empty text is nothing to translate"


def test_everything_that_people_read_is_there_in_the_language() -> None:
    _consultation, version = translated()
    french, catalan = definition_of(version), definition_of(version, language="ca")
    assert catalan.language == "ca"
    for asked, put in zip(french.questions, catalan.questions, strict=True):
        assert (put.key, put.title) == (asked.key, f"[ca] {asked.title}")
        assert [choice.label for choice in put.choices] == [
            f"[ca] {choice.label}" for choice in asked.choices
        ]


def test_a_missing_text_stands_in_french() -> None:
    draft = new_version(OPERATOR, consultation=consultations.opened())
    (first, *_rest) = texts_of(draft, "ar")
    put_translations(OPERATOR, version=draft, language="ar", texts={first.key: "مرحبا"})
    assert definition_of(draft, language="ar").questions[0].title == definition_of(draft).questions[0].title


def test_translations_are_frozen_with_the_version_and_change_its_hash() -> None:
    consultation, version = translated()
    with refusal("questionnaire.frozen"):
        in_catalan(version)
    following = new_version(OPERATOR, consultation=consultation)
    before = content_hash(following)
    texts = texts_of(following, "ca")
    assert all(text.translation for text in texts), "a correction keeps the translations"
    put_translations(OPERATOR, version=following, language="ca", texts={texts[0].key: "Una altra cosa"})
    assert content_hash(following) != before


def test_what_changes_must_be_read_again() -> None:
    draft = new_version(OPERATOR, consultation=consultations.opened())
    in_catalan(draft, reviewed=True)
    texts = texts_of(draft, "ca")
    assert all(text.reviewed for text in texts)
    put_translations(OPERATOR, version=draft, language="ca", texts={texts[0].key: "Canvi"})
    assert [text.reviewed for text in texts_of(draft, "ca")].count(False) == 1


def test_an_empty_text_takes_the_translation_away() -> None:
    draft = new_version(OPERATOR, consultation=consultations.opened())
    in_catalan(draft)
    (first, *_rest) = texts_of(draft, "ca")
    assert put_translations(OPERATOR, version=draft, language="ca", texts={first.key: "  "}) == 1
    (catalan,) = [one for one in progress_of(draft) if one.language == "ca"]
    assert (catalan.written, catalan.complete) == (catalan.total - 1, False)


@pytest.mark.parametrize(
    ("language", "texts", "code"),
    [
        ("fr", {}, "translation.language"),
        ("xx", {}, "translation.language"),
        ("ca", {"question:inconnue:title": "x"}, "translation.unknown"),
    ],
)
def test_what_cannot_be_written_is_refused(language, texts, code) -> None:
    draft = new_version(OPERATOR, consultation=consultations.opened())
    with refusal(code):
        put_translations(OPERATOR, version=draft, language=language, texts=texts)


def test_a_text_too_long_is_refused_and_nothing_is_written() -> None:
    draft = new_version(OPERATOR, consultation=consultations.opened())
    first, second, *_rest = texts_of(draft, "ca")
    with refusal("translation.long"):
        put_translations(
            OPERATOR, version=draft, language="ca", texts={first.key: "Hola", second.key: "a" * 4_001}
        )
    assert not any(text.translation for text in texts_of(draft, "ca"))


def test_translating_is_editing(personas) -> None:
    draft = new_version(OPERATOR, consultation=consultations.opened())
    with pytest.raises(Forbidden):
        put_translations(personas[RoleCode.MODERATOR], version=draft, language="ca", texts={})
    with pytest.raises(Forbidden):
        put_recording(
            personas[RoleCode.MODERATOR], version=draft, question="easy", language="fr", content=MP3
        )


def test_an_answer_in_another_language_is_kept_as_written_and_marked() -> None:
    consultation, _version = translated()
    draft = a_draft(consultation, ANSWERS)
    set_register(Respondent(), draft=draft, easy_read=False, language="ca")
    submit(Respondent(), sealed=seal_form(draft), proof=a_proof())
    assert {text.language for text in Contribution.objects.all()} == {"ca"}


def test_a_recording_is_known_by_its_content_and_put_on_a_frozen_version() -> None:
    version = consultations.opened().questionnaires.current()
    made = put_recording(OPERATOR, version=version, question="easy", language="fr", content=MP3)
    assert made.media_type == "audio/mpeg"
    assert recordings_of(version, "fr") == {"easy": made.public_id}
    again = put_recording(OPERATOR, version=version, question="easy", language="fr", content=b"OggS" + MP3)
    assert (again.media_type, QuestionAudio.objects.count()) == ("audio/ogg", 1)
    drop_recording(OPERATOR, recording=again)
    assert recordings_of(version, "fr") == {}


@pytest.mark.parametrize(
    ("question", "language", "content", "code"),
    [
        ("inconnue", "fr", MP3, "recording.question"),
        ("easy", "xx", MP3, "recording.language"),
        ("easy", "fr", b"ID3" + b"\x00" * 1_500_000, "recording.large"),
        ("easy", "fr", b"<html>", "recording.format"),
        ("easy", "fr", b"", "recording.format"),
        ("easy", "fr", b"MZ\x90\x00", "recording.format"),
    ],
)
def test_what_is_no_recording_is_refused(question, language, content, code) -> None:
    version = consultations.opened().questionnaires.current()
    with refusal(code):
        put_recording(OPERATOR, version=version, question=question, language=language, content=content)


def test_a_recording_of_words_that_changed_is_no_longer_offered() -> None:
    consultation = consultations.opened()
    put_recording(
        OPERATOR, version=consultation.questionnaires.current(), question="easy", language="fr", content=MP3
    )
    draft = new_version(OPERATOR, consultation=consultation)
    assert set(recordings_of(draft, "fr")) == {"easy"}
    asked = draft.questions.get(key="easy")
    asked.title = "Une autre question ?"
    asked.save(update_fields=["title"])
    assert recordings_of(draft, "fr") == {}
