"""Detection costs a constant a character, whatever a text holds, and knows nothing of time.
Fed with texts made to defeat backtracking.
Feeds nothing: a specification.
"""

from __future__ import annotations

import re
import sys
from types import FrameType, ModuleType
from typing import Any

import pytest

from fabrique_core.privacy import addresses, contacts, detect, names, redact

ADVERSARIAL = [
    *[
        "a",
        "a@",
        "@",
        "a.",
        "a-",
        "+",
        "0",
        "06 ",
        "1 ",
        "1 85 05 78 ",
        "12 rue ",
        "12 rue de la ",
        "Dr ",
        "M. ",
    ],
    *[
        "de la ",
        "D'",
        "d'",
        "docteur de ",
        "Jean ",
        "je m'appelle ",
        "A-",
        "A. ",
        "rue ",
        " ",
        "\u00a0",
        "bis ",
    ],
    *["31000 ", "x arobase ", "x point ", "facebook.com/", "Le Dr de La Tour et ", "J.-P. ", "1,", "1-1 "],
]


def patterns(module: ModuleType) -> list[re.Pattern[str]]:
    return [value for value in vars(module).values() if isinstance(value, re.Pattern)]


def longest_match(pattern: re.Pattern[str]) -> int:
    parser: Any = re._parser  # type: ignore[attr-defined]
    widest = parser.parse(pattern.pattern, pattern.flags).getwidth()[1]
    return int(widest)


@pytest.mark.parametrize("module", [contacts, addresses])
def test_no_pattern_repeats_without_limit(module: ModuleType) -> None:
    found = patterns(module)
    assert found
    for pattern in found:
        assert longest_match(pattern) < 1_000, pattern.pattern


def steps(text: str) -> int:
    """Lines of the package executed to read ``text``."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        if "fabrique_core" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        detect(text)
    finally:
        sys.settrace(previous)
    return count


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_twice_the_text_is_at_most_twice_the_work(piece: str) -> None:
    short = steps((piece * 600)[:600])
    assert steps((piece * 1200)[:1200]) <= 2.3 * short + 400


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_a_hundred_thousand_hostile_characters_are_read_to_the_end(piece: str) -> None:
    text = (piece * 100_000)[:99_990] + " Dr Delmas"
    found = detect(text)
    assert found
    assert found[-1].end <= len(text)
    assert len(redact(text, found).masks) == len(found)


def test_the_only_unlimited_pattern_splits_words_without_ambiguity() -> None:
    assert [pattern.pattern for pattern in patterns(names)] == [r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*"]
