"""Two readings of one sheet, side by side: what is the same and what differs, question by question.

Fed by two entries. Feeds comparisons (settled by a person) and the error rates. Pure: no database.
"""

from __future__ import annotations

from typing import Any

from fabrique.common.folding import fold
from fabrique.consultations.services.definition import Definition
from fabrique.paper.services.readings import AGREEMENT, DAY, Reading


def compare(definition: Definition, first: Reading, second: Reading, *, agreed: bool) -> dict[str, bool]:
    """{question key or AGREEMENT or DAY: whether the two readings say the same}, in the order of the sheet.

    `agreed`: both readings allow the sheet to be recorded; otherwise only the agreement is compared, since
    one of the two operators rightly typed nothing else. A question read by neither (it was not put) is out.
    """
    same = {AGREEMENT: first.agreement == second.agreement}
    if not agreed:
        return same
    same[DAY] = first.filled_on == second.filled_on
    for question in definition.questions:
        left, right = _read(first, question.key), _read(second, question.key)
        if left is None and right is None:
            continue
        same[question.key] = _alike(left, right, text=question.is_text)
    return same


def _read(reading: Reading, key: str) -> tuple[str, Any] | None:
    """('mark', code) or ('answer', value); None where the question was not put."""
    if key in reading.answers:
        return "answer", reading.answers[key]
    if key in reading.marks:
        return "mark", reading.marks[key]
    return None


def _alike(left: tuple[str, Any] | None, right: tuple[str, Any] | None, *, text: bool) -> bool:
    """Texts are the same whatever the case, the accents, the spaces and the punctuation."""
    if text and left and right and left[0] == right[0] == "answer":
        return fold(left[1]) == fold(right[1])
    return left == right
