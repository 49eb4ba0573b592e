"""What an operator types, digit by digit as printed on the sheet, turned into answers and marks, and back.

Fed by the fields of the entry screen. Feeds the readings of fabrique.paper.

Boxes are typed by their number (« 2 », « 13 » or « 1 3 »), nothing written « - », illegible « ? » or « / »,
ambiguous « ! » or « * » (all on the numeric pad too); a commune by its postcode or its name, or « =46042 ».
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fabrique.consultations.enums import QuestionKind
from fabrique.consultations.services.definition import QuestionDef
from fabrique.paper.enums import Mark
from fabrique.territories.models import Territory

#: signs of the marks; a text that is only one of these signs is typed twice (« ?? »)
SIGNS = {
    "-": Mark.BLANK,
    "−": Mark.BLANK,
    "?": Mark.ILLEGIBLE,
    "/": Mark.ILLEGIBLE,
    "!": Mark.AMBIGUOUS,
    "*": Mark.AMBIGUOUS,
}
_COMMUNE = re.compile(r"^=\s*([0-9][0-9AB][0-9]{3})$")
_POSTCODE_FIRST = re.compile(r"^(\d{5})[\s,]+(.+)$")
_DAY = re.compile(r"^(?:(\d{1,2})[\s/.-]+(\d{1,2})[\s/.-]+|(\d{2})(\d{2}))(\d{4}|\d{2})$")
PROPOSED = 8


@dataclass(frozen=True)
class Typed:
    """One field understood: an answer, a mark, nothing at all (all empty), or what is wrong."""

    answer: Any = None
    mark: str = ""
    wrong: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def read_field(question: QuestionDef, typed: str, perimeter: Territory | None = None) -> Typed:
    """One field of the screen. `wrong`: choice, commune, communes (params: found) or nowhere.

    At most two queries, for a commune only.
    """
    text = typed.strip()
    if not text:
        return Typed()
    if text in SIGNS:
        return Typed(mark=str(SIGNS[text]))
    if len(text) == 2 and text[0] == text[1] and text[0] in SIGNS:
        text = text[0]
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.SCALE:
            keys = _keys(question, text)
            if keys is None or len(keys) != 1:
                return _wrong_choice(question)
            return Typed(answer=keys[0])
        case QuestionKind.MULTIPLE | QuestionKind.RANKING:
            keys = _keys(question, text)
            return _wrong_choice(question) if keys is None else Typed(answer=keys)
        case QuestionKind.TERRITORY:
            return _place(question, text, perimeter)
    return Typed(answer=text)


def read_day(typed: str) -> tuple[date | None, bool]:
    """(day, understood) of « 3/2/26 », « 030226 »; an unwritten or illegible day is (None, True)."""
    text = typed.strip()
    if not text or text in SIGNS:
        return None, True
    found = _DAY.match(text)
    if not found:
        return None, False
    year = int(found[5]) + (2000 if len(found[5]) == 2 else 0)
    try:
        return date(year, int(found[2] or found[4]), int(found[1] or found[3])), True
    except ValueError:
        return None, False


def _keys(question: QuestionDef, text: str) -> list[str] | None:
    """Choice keys in the order typed, None where a number is no box of the question."""
    if not re.fullmatch(r"[\d\s,;.+]+", text):
        return None
    written = re.findall(r"\d+", text)
    if len(question.choices) <= 9:
        written = [digit for number in written for digit in number]
    numbers = [int(number) for number in written]
    if not numbers or any(not 1 <= number <= len(question.choices) for number in numbers):
        return None
    keys = [question.choice_keys[number - 1] for number in numbers]
    return keys if question.kind == QuestionKind.RANKING else list(dict.fromkeys(keys))


def _wrong_choice(question: QuestionDef) -> Typed:
    return Typed(wrong="choice", params={"last": len(question.choices)})


def _place(question: QuestionDef, text: str, perimeter: Territory | None) -> Typed:
    if found := _COMMUNE.match(text.upper()):
        return Typed(answer={"commune": found[1]})
    if re.fullmatch(r"\d{1,2}", text):
        if not 1 <= int(text) <= len(question.choices):
            return _wrong_choice(question)
        return Typed(answer={"special": question.choice_keys[int(text) - 1]})
    matching = _communes(text)
    if perimeter is not None:
        matching = matching.inside_first(perimeter)
    communes = list(matching.select_related("department")[: PROPOSED + 1])
    if not communes:
        return Typed(wrong="nowhere")
    if len(communes) == 1:
        return Typed(answer={"commune": communes[0].code})
    return Typed(wrong="communes", params={"found": communes[:PROPOSED], "more": len(communes) > PROPOSED})


def _communes(text: str) -> Any:
    """By postcode, by name, or by both (« 46000 Cahors »): the name then chooses among those of the code."""
    both = _POSTCODE_FIRST.match(text)
    if both is None:
        return Territory.objects.matching(text)
    named = Territory.objects.matching(both[2]).filter(postcodes__code=both[1])
    return named if named.exists() else Territory.objects.matching(both[1])
