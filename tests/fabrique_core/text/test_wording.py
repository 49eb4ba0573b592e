"""Two wordings word by word: joined, the segments give both texts back; what is marked reads as a person would mark it.

Fed by hypothesis. Feeds nothing.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fabrique_core.text import wording
from fabrique_core.text.wording import Change, Segment, word_changes

#: few letters, so that runs in common are found; spaces and signs of French typography
TEXTS = st.text(alphabet="abé’ \u00a0.;\n", max_size=30)


def joined(segments: list[Segment], without: Change) -> str:
    return "".join(one.text for one in segments if one.change != without)


@given(TEXTS, TEXTS)
@example("", "")
@example("a b", "b a")
@settings(max_examples=150)
def test_joined_the_segments_give_both_wordings_back(before: str, after: str) -> None:
    found = word_changes(before, after)
    assert joined(found, Change.ADDED) == before
    assert joined(found, Change.REMOVED) == after
    assert all(one.text for one in found)
    assert all(one.change != following.change for one, following in zip(found, found[1:], strict=False))


@given(TEXTS)
@settings(max_examples=50)
def test_the_same_wording_twice_is_kept_whole(text: str) -> None:
    assert word_changes(text, text) == ([Segment(Change.KEPT, text)] if text else [])


def test_words_that_changed_are_marked_and_no_other() -> None:
    found = word_changes(
        "Ouvrir dix centres de santé en 2024.", "Ouvrir vingt centres de soins en 2024, en montagne."
    )
    assert [(one.change.value, one.text) for one in found] == [
        ("kept", "Ouvrir "),
        ("removed", "dix"),
        ("added", "vingt"),
        ("kept", " centres de "),
        ("removed", "santé"),
        ("added", "soins"),
        ("kept", " en 2024"),
        ("added", ", en montagne"),
        ("kept", "."),
    ]


def test_neighbouring_words_that_both_changed_are_one_change() -> None:
    found = word_changes("un bus rouge", "un train vert")
    assert [one.text for one in found] == ["un ", "bus rouge", "train vert"]


def test_very_long_texts_are_compared_by_paragraph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "MOST_TOKENS", 3)
    found = word_changes("un deux\ntrois\n", "un quatre\ntrois\n")
    assert [(one.change.value, one.text) for one in found] == [
        ("removed", "un deux\n"),
        ("added", "un quatre\n"),
        ("kept", "trois\n"),
    ]
