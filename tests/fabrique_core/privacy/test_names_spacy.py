"""The optional model of names: what it adds, and how its absence is borne.
Fed with invented sentences; skipped without the model.
Feeds nothing: a specification.
"""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.privacy import NameFinder, detect, load_spacy_finder, names_spacy, redact


@pytest.fixture(scope="module")
def finder() -> NameFinder:
    pytest.importorskip("spacy", reason="the optional extra « names » is not installed")
    pytest.importorskip("fr_core_news_md", reason="the French model of names is not installed")
    loaded = load_spacy_finder()
    assert loaded is not None
    return loaded


def test_a_missing_or_broken_model_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> Any:
        raise OSError(name)

    monkeypatch.setattr(importlib, "import_module", broken)
    assert load_spacy_finder() is None


def test_a_name_without_a_title_is_found(finder: NameFinder) -> None:
    text = "J'ai été soignée par Ombeline Castagnerolle à Rodez."
    assert redact(text, detect(text, name_finder=finder)).text == "J'ai été soignée par [nom] à Rodez."


@pytest.mark.parametrize(
    "text",
    [
        "Les délais sont trop longs à Toulouse.",
        "",
        "   ",
        "\n",
        "🙂🙂",
        "LES DELAIS SONT TROP LONGS POUR TOUS",
    ],
)
def test_ordinary_sentences_stand(finder: NameFinder, text: str) -> None:
    assert redact(text, detect(text, name_finder=finder)).text == text


def test_a_long_text_is_read_in_pieces_with_true_offsets(finder: NameFinder) -> None:
    text = "Les délais sont longs. " * 500 + "Merci à Ombeline Castagnerolle."
    found = finder(text)
    assert [text[item.start : item.end] for item in found] == ["Ombeline Castagnerolle"]


@given(st.text(max_size=300))
def test_title_casing_keeps_every_offset(text: str) -> None:
    assert len(names_spacy.title_cased(text)) == len(text)


def test_only_texts_in_capitals_are_title_cased() -> None:
    cased = names_spacy.title_cased("MERCI A OMBELINE DELMAS")
    assert cased == "merci a Ombeline Delmas"
    assert names_spacy.title_cased("Merci à Ombeline DELMAS") == "Merci à Ombeline DELMAS"


@given(st.text(max_size=12_000))
def test_pieces_cover_the_text_in_order(text: str) -> None:
    pieces = names_spacy._chunks(text)
    assert "".join(text[start:end] for start, end in pieces) == text
