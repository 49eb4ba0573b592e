"""The questionnaire of the demonstration stands whole in each language, and says that nobody has read it again.

Fed by content/translations/*.yaml and by the second wave. Feeds confidence in the languages offered there.
"""

from __future__ import annotations

import re

import pytest

from fabrique.common.actors import Operator
from fabrique.consultations.models import QuestionnaireVersion
from fabrique.consultations.services import definition_of, offered_languages, texts_of
from fabrique.demo.consultation import FIRST, SECOND, open_wave
from fabrique.demo.people import load_people
from fabrique.demo.translations import translated_languages, translations_in

pytestmark = pytest.mark.django_db
LANGUAGES = ["ar", "ca", "es", "oc"]


@pytest.fixture
def opened(occitanie) -> QuestionnaireVersion:
    """The version in force of the consultation that is still open."""
    agents = load_people(Operator("tests"), occitanie)
    return open_wave(agents, SECOND, occitanie).questionnaires.current()


def test_each_language_is_offered_whole_and_still_to_be_read_again(opened) -> None:
    assert translated_languages() == LANGUAGES
    assert sorted(offered_languages(opened)) == sorted(["fr", *LANGUAGES])
    for language in LANGUAGES:
        texts = texts_of(opened, language)
        assert {text.key: text.translation for text in texts} == translations_in(language)
        assert not any(text.reviewed for text in texts), language
        assert definition_of(opened, language=language).introduction == texts[0].translation


def test_nothing_is_left_in_french_and_numbers_stay(opened) -> None:
    for language in LANGUAGES:
        for text in texts_of(opened, language):
            # one word may well be the same (« Non », « Bien »)
            assert text.translation != text.original or " " not in text.original, (language, text.key)
            numbers = re.findall(r"\d+", text.original)
            assert re.findall(r"\d+", text.translation) == numbers, (language, text.key)


def test_arabic_is_written_in_arabic(opened) -> None:
    for text in texts_of(opened, "ar"):
        assert not re.search("[A-Za-z]", text.translation), text.key


def test_the_consultation_that_is_over_is_in_french_alone(occitanie) -> None:
    first = open_wave(load_people(Operator("tests"), occitanie), FIRST, occitanie)
    assert offered_languages(first.questionnaires.current()) == ["fr"]
