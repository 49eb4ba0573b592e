"""Names of persons found by the French spaCy model, where it is installed.
Fed with raw text; the model ``fr_core_news_md`` is an optional extra (LGPL-LR).
Feeds ``detect`` as its ``name_finder``; without the model the built-in rules work alone.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from typing import Any

from fabrique_core.privacy import lexicon
from fabrique_core.privacy.spans import NameFinder, PersonalData, fold

MODEL = "fr_core_news_md"
CONFIDENCE = 0.6
_CHUNK = 5_000
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class _SpacyFinder:
    """Persons by the model, less ordinary words, places and the names that institutions carry."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    def __call__(self, text: str, /) -> Sequence[PersonalData]:
        found: list[PersonalData] = []
        for start, end in _chunks(text):
            for entity in self._pipeline(title_cased(text[start:end])).ents:
                if entity.label_ == "PER":
                    found.extend(_kept(text, start + entity.start_char, start + entity.end_char))
        return found


def load_spacy_finder() -> NameFinder | None:
    """The finder, or None where spaCy or its model is missing or does not load; never an exception."""
    try:
        model = importlib.import_module(MODEL)
        # Only what named entities need: half the time, the same names.
        pipeline = model.load(exclude=["parser", "lemmatizer", "attribute_ruler", "morphologizer"])
        pipeline("Essai.")
    except Exception:  # a broken optional model must not stop an analysis
        return None
    return _SpacyFinder(pipeline)


def title_cased(text: str) -> str:
    """``text`` of the same length, capitals lowered inside words where the text is mostly in capitals."""
    letters = sum(character.isalpha() for character in text)
    capitals = sum(character.isupper() for character in text)
    if letters < 8 or capitals < 0.7 * letters:
        return text
    return _WORD.sub(_lowered, text)


def _lowered(match: re.Match[str]) -> str:
    word = match.group()
    if fold(word) in lexicon.FUNCTION_WORDS or fold(word) in lexicon.ORDINARY_WORDS:
        return "".join(_lower(character) for character in word)
    characters = []
    for position, character in enumerate(word):
        first = position == 0 or word[position - 1] == "-"
        characters.append(character if first else _lower(character))
    return "".join(characters)


def _lower(character: str) -> str:
    """Lower case of one character where it is one character too, so that offsets stay true."""
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character


def _chunks(text: str) -> list[tuple[int, int]]:
    """Pieces of bounded length, cut at white space where there is some."""
    pieces: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = min(len(text), start + _CHUNK)
        if end < len(text):
            blank = text.rfind(" ", start + _CHUNK // 2, end)
            end = blank + 1 if blank > 0 else end
        pieces.append((start, end))
        start = end
    return pieces


def _kept(text: str, start: int, end: int) -> list[PersonalData]:
    words = [
        match
        for match in _WORD.finditer(text, start, end)
        if not lexicon.is_ordinary(match.group(), fold(match.group()))
        and fold(match.group()) not in lexicon.PLACES
        and fold(match.group()) not in lexicon.TITLES
    ]
    before = [fold(word) for word in _WORD.findall(text[max(0, start - 30) : start])][-2:]
    if not words or any(word in lexicon.INSTITUTIONS for word in before):
        return []
    if not _looks_like_a_name(text, [match.group() for match in words], words[0].start()):
        return []
    return [PersonalData(words[0].start(), words[-1].end(), "name", CONFIDENCE)]


def _looks_like_a_name(text: str, words: Sequence[str], start: int) -> bool:
    """Whether something else than the model speaks for a person: it takes the first verb of a sentence, mistyped
    words and other languages for names. A known name, two capitals, or one inside a sentence that has others.
    """
    if any(lexicon.is_known_name(fold(word)) for word in words):
        return True
    if title_cased(text) != text:
        return False
    capitals = sum(word[0].isupper() for word in words)
    return capitals >= 2 or (capitals == 1 and len(words) == 1 and not _opens_a_sentence(text, start))


def _opens_a_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t'’«\"(-•*\u00a0\u202f")
    return not before or before[-1] in ".!?…:;\n"
