"""What was sent by a page of questions, in the shapes of an answer document; what is wrong is kept as typed.

Fed by request.POST. Feeds save_answers and check_answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from fabrique.consultations.enums import QuestionKind
from fabrique.consultations.services.definition import QuestionDef

SEARCH = "chercher"


def read_answers(questions: Iterable[QuestionDef], data: QueryDict) -> dict[str, Any]:
    """{question key: answer as typed}, None where nothing was given. Never raises."""
    return {question.key: _read(question, data) for question in questions}


def asked_to_search(data: QueryDict) -> str:
    """The key of the place question whose « Chercher » button was pressed, or ''."""
    return data.get(SEARCH, "")


def slots(question: QuestionDef) -> int:
    """How many ranks are proposed: the maximum, or three, never more than the choices."""
    return min(question.maximum or 3, len(question.choices))


def _read(question: QuestionDef, data: QueryDict) -> Any:
    name = f"q-{question.key}"
    match question.kind:
        case QuestionKind.MULTIPLE:
            return data.getlist(name)
        case QuestionKind.RANKING:
            ranked = [data.get(f"{name}-{rank}", "") for rank in range(1, slots(question) + 1)]
            return [key for key in ranked if key]
        case QuestionKind.TERRITORY:
            return _read_place(question, data, name)
        case QuestionKind.SHORT_TEXT | QuestionKind.LONG_TEXT:
            return data.get(name, "")
    return data.get(name, "").strip()


def _read_place(question: QuestionDef, data: QueryDict, name: str) -> dict[str, str] | None:
    """A ticked commune or special answer; else what was typed. Pressing « Chercher » sets aside the tick."""
    typed = data.get(f"{name}-recherche", "").strip()[:80]
    nature, _colon, value = data.get(name, "").partition(":")
    if asked_to_search(data) == question.key and typed:
        return {"typed": typed}
    if nature in ("commune", "special") and value:
        return {nature: value}
    return {"typed": typed} if typed else None
