"""What an operator read on one sheet, checked: every question put is answered or marked, nothing is guessed.

Fed by the entry screen. Feeds entries, their comparison and the corpus.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from fabrique.common.clock import today
from fabrique.consultations.models import Consultation
from fabrique.consultations.services.answering import obstacles
from fabrique.consultations.services.definition import Definition
from fabrique.consultations.services.documents import AnswerError, check_answers
from fabrique.paper.enums import AsideReason, Mark
from fabrique.territories.models import Territory

#: the two things compared that are not questions: the agreement (with the age) and the day
AGREEMENT, DAY = "_accord", "_date"
_ASIDE = {
    "age.missing": AsideReason.NO_AGE,
    "age.too_young": AsideReason.TOO_YOUNG,
    "age.parent": AsideReason.NO_PARENT,
    "consent.missing": AsideReason.NO_CONSENT,
}
#: of several reasons, the one that is said
_ORDER = (AsideReason.NO_CONSENT, AsideReason.TOO_YOUNG, AsideReason.NO_AGE, AsideReason.NO_PARENT)


@dataclass(frozen=True)
class Reading:
    """One sheet as somebody read it. `age`: the least age of the group ticked, None where none or two were.

    `answers` is {question key: answer}, `marks` {question key: Mark}; a question is in one of them at most.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    consents: bool = False
    age: int | None = None
    parent_consents: bool = False
    filled_on: date | None = None

    def sealed(self) -> str:
        """As JSON, for a sealed column."""
        return json.dumps(
            {
                "answers": dict(self.answers),
                "consents": self.consents,
                "age": self.age,
                "parent": self.parent_consents,
                "day": self.filled_on.isoformat() if self.filled_on else "",
            },
            ensure_ascii=False,
            sort_keys=True,
        )

    @property
    def agreement(self) -> tuple[bool, int | None, bool]:
        return self.consents, self.age, self.parent_consents


def unsealed(document: str, marks: Mapping[str, str]) -> Reading:
    """The reading that `sealed` wrote, with its marks."""
    kept = json.loads(document)
    return Reading(
        answers=kept["answers"],
        marks=dict(marks),
        consents=kept["consents"],
        age=kept["age"],
        parent_consents=kept["parent"],
        filled_on=date.fromisoformat(kept["day"]) if kept["day"] else None,
    )


def aside_reason(consultation: Consultation, reading: Reading) -> AsideReason | None:
    """Why this sheet may not be recorded, whatever its answers; None where it may."""
    found = {
        _ASIDE[refusal.code]
        for refusal in obstacles(
            consultation=consultation,
            age=reading.age,
            consents=reading.consents,
            parent_consents=reading.parent_consents,
        )
    }
    for reason in _ORDER:
        if reason in found:
            return reason
    if reading.filled_on and consultation.closes_at and reading.filled_on > consultation.closes_at.date():
        return AsideReason.LATE
    return None


def check_reading(
    consultation: Consultation, definition: Definition, reading: Reading
) -> tuple[Reading, list[AnswerError]]:
    """The reading in its one shape, and what the operator must look at again.

    A required question may be blank on paper. An answer to a question that was not put is left out and
    marked. Codes of errors: those of an answer document, and 'skipped', 'both', 'day.future', 'day.early'.
    """
    checked = check_answers(definition, reading.answers)
    errors = [error for error in checked.errors if error.code != "required"]
    wrong = {error.question for error in errors}
    marks = {key: str(Mark(mark)) for key, mark in reading.marks.items() if key in definition.by_key}
    for aside in checked.set_aside:
        if aside.reason == "hidden":
            marks[aside.question] = str(Mark.HIDDEN)
    put = {question.key for question in definition.visible_questions(checked.answers)}
    for key in [key for key, mark in marks.items() if key not in put and mark != Mark.HIDDEN]:
        del marks[key]
    for question in definition.questions:
        if question.key not in put or question.key in wrong:
            continue
        if question.key in marks and question.key in checked.answers:
            errors.append(AnswerError(question.key, "both"))
        elif question.key not in marks and question.key not in checked.answers:
            errors.append(AnswerError(question.key, "skipped"))
    errors += _unknown_communes(checked.answers) + _wrong_day(consultation, reading.filled_on)
    rank = {question.key: n for n, question in enumerate(definition.questions)}
    errors.sort(key=lambda error: rank.get(error.question, -1))
    return replace(reading, answers=checked.answers, marks=marks), errors


def is_blank(reading: Reading) -> bool:
    """Whether nothing at all was written: only blanks."""
    return not reading.answers and all(mark == Mark.BLANK for mark in reading.marks.values())


def _unknown_communes(answers: Mapping[str, Any]) -> list[AnswerError]:
    given = {
        key: answer["commune"]
        for key, answer in answers.items()
        if isinstance(answer, dict) and answer.get("commune")
    }
    if not given:
        return []
    known = set(Territory.objects.communes().filter(code__in=given.values()).values_list("code", flat=True))
    return [AnswerError(key, "unknown_commune") for key, code in given.items() if code not in known]


def _wrong_day(consultation: Consultation, day: date | None) -> list[AnswerError]:
    if day is None:
        return []
    if day > today():
        return [AnswerError(DAY, "day.future")]
    if consultation.opens_at and day < consultation.opens_at.date():
        return [AnswerError(DAY, "day.early")]
    return []
