"""What it is for: two wordings of one text, word by word: what was kept, removed, added.
What feeds it: any two strings, such as a line of a draft and the same line as adopted.
What it feeds: pages that show the words that moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

#: a word, a run of white space, or one other sign: joined, tokens give the text back
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
#: beyond so many tokens in both texts, they are compared by paragraph: the search is quadratic
MOST_TOKENS = 6000


class Change(StrEnum):
    """What became of a run of words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Segment:
    """A run of the text, exactly as it stands in the wordings that hold it."""

    change: Change
    text: str


def word_changes(before: str, after: str) -> list[Segment]:
    """The segments that lead from one wording to the other; a removal comes before what replaces it.

    Joined, the kept and removed ones give `before` back, the kept and added ones `after`, to the character. No two
    neighbours are of one kind, none is empty. Method: longest common runs of tokens (Ratcliff and Obershelp, as in
    difflib); white space alone between two changes counts as changed, or every other word would be marked.
    """
    left, right = _tokens(before), _tokens(after)
    if len(left) + len(right) > MOST_TOKENS:
        left, right = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[tuple[str, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        old, new = "".join(left[i:j]), "".join(right[k:m])
        inside = i > 0 and k > 0 and j < len(left) and m < len(right)
        if tag == "equal" and not (inside and old.isspace()):
            pieces += [(old, ""), ("", "")]
        else:
            pieces = pieces or [("", ""), ("", "")]
            pieces[-1] = (pieces[-1][0] + old, pieces[-1][1] + new)
    return list(_merged(_segments(pieces)))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _segments(pieces: list[tuple[str, str]]) -> Iterator[Segment]:
    """Pieces alternate: what was kept (held once), then what was removed and what was added."""
    for number, (old, new) in enumerate(pieces):
        if number % 2 == 0:
            yield Segment(Change.KEPT, old)
        else:
            yield Segment(Change.REMOVED, old)
            yield Segment(Change.ADDED, new)


def _merged(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Without the empty ones, neighbours of one kind made one."""
    last: Segment | None = None
    for segment in segments:
        if not segment.text:
            continue
        if last is not None and last.change == segment.change:
            last = Segment(last.change, last.text + segment.text)
            continue
        if last is not None:
            yield last
        last = segment
    if last is not None:
        yield last
