"""Folding: accents, case and punctuation do not matter in a search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique.common.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Médecin", "medecin"),
        ("MEDECIN", "medecin"),
        ("L’Isle-en-Dodon", "l isle en dodon"),
        ("Œuf-en-Ternois", "oeuf en ternois"),
        ("  Sète , 34 ", "sete 34"),
        ("Straße", "strasse"),
        ("", ""),
        ("…", ""),
    ],
)
def test_known_texts(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèêàùçïôœ '-"))
def test_case_does_not_matter(text):
    assert fold(text.upper()) == fold(text)
