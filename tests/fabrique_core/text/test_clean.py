"""What is set aside and why, and the comparable copy of a text.

Fed by hand-written answers. Feeds confidence in the counts of what says nothing.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.text.clean import clean, fold, reason_to_set_aside, text_key


@pytest.mark.parametrize("text", [None, "", "   ", "\n\t", "\u00a0"])
def test_a_missing_or_blank_answer_is_empty(text):
    assert reason_to_set_aside(text) == "empty"


@pytest.mark.parametrize("text", ["...", "-", "?!", "😀😀", "\x00\x00", "\ud800", "a", "12", "👩‍⚕️ 🏥"])
def test_an_answer_without_a_word_is_set_aside_as_such(text):
    assert reason_to_set_aside(text) == "no_word"


@pytest.mark.parametrize(
    "text",
    ["RAS", "r.a.s.", "Rien", "NÉANT", "Je ne sais pas.", "sans avis", "Rien à signaler !", "Aucune", "idem"],
)
def test_an_answer_that_says_nothing_is_set_aside_as_such(text):
    assert reason_to_set_aside(text) == "non_answer"


@pytest.mark.parametrize(
    "text",
    [
        "Santé",
        "Rien ne va à l'hôpital",
        "EHPAD",
        "je ne sais pas où trouver un médecin",
        "الصحة",
        "Pas de rien",
    ],
)
def test_an_answer_that_says_something_is_kept_however_short(text):
    assert reason_to_set_aside(text) is None


def test_the_copy_is_composed_mended_and_on_one_line():
    assert clean("  La  sante\u0301\n est un\u00a0droit ") == "La santé est un droit"
    assert clean("trÃ¨s bien soignÃ©") == "très bien soigné"


def test_texts_that_differ_by_case_accents_or_punctuation_share_a_key():
    assert text_key("L’hôpital, vite !") == text_key("l'HOPITAL vite")
    assert text_key("l'hôpital vite") != text_key("l'hôpital lent")


@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_any_string_has_an_encodable_copy_that_cleaning_leaves_alone(text):
    once = clean(text)
    once.encode("utf-8")
    assert fold(once) == fold(text) or clean(once) != once
    assert len(text_key(text)) == 64
