"""The one function that says whether an answer document fits its questionnaire, and what derives from it.

Fed by every channel with {question key: answer}. Feeds the sealed document, and the corpus through `derive`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from fabrique.consultations.enums import HELP_CHOICES, ProfileRole, QuestionKind
from fabrique.consultations.services.definition import Definition, QuestionDef
from fabrique.contributions.enums import Help
from fabrique.contributions.services import GivenAnswer, Profile
from fabrique.territories.models import Territory

FORMAT = 1
SEVERAL = "plusieurs"
_COMMUNE = re.compile(r"^[0-9][0-9AB][0-9]{3}$")
_NOT_SHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: characters that a text may hold where the question sets no limit
MAX_LENGTH = {QuestionKind.SHORT_TEXT: 500, QuestionKind.LONG_TEXT: 10_000}


@dataclass(frozen=True)
class AnswerError:
    """What is wrong with one answer: a stable code and its values; sentences live in the web."""

    question: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SetAside:
    """An answer that does not count, and why: 'hidden' (its condition is not met) or 'unknown'."""

    question: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """The canonical document, what is wrong with it, and what was left out of it."""

    document: dict[str, Any]
    errors: tuple[AnswerError, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def answers(self) -> dict[str, Any]:
        answers: dict[str, Any] = self.document["answers"]
        return answers


class _Wrong(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def validate_document(definition: Definition, document: Mapping[str, Any]) -> Checked:
    """Check a document {format, questionnaire, answers} against its version; never raises on bad content."""
    checked = check_answers(definition, document.get("answers") or {})
    errors = list(checked.errors)
    if document.get("format") != FORMAT or document.get("questionnaire") != definition.version_public_id:
        errors.insert(0, AnswerError("", "document.version"))
    return Checked(checked.document, tuple(errors), checked.set_aside)


def check_answers(
    definition: Definition, answers: Mapping[str, Any], *, only: Iterable[QuestionDef] | None = None
) -> Checked:
    """The same for bare answers; `only` limits what is checked to some questions (one page)."""
    kept: dict[str, Any] = {}
    errors: list[AnswerError] = []
    aside = [SetAside(key, "unknown") for key in answers if key not in definition.by_key]
    checked_keys = {question.key for question in (definition.questions if only is None else only)}
    for question in definition.questions:
        given = answers.get(question.key)
        if not definition.visible(question, kept):
            if given not in (None, "", [], {}):
                aside.append(SetAside(question.key, "hidden"))
            continue
        try:
            canonical = _canonical(question, given)
        except _Wrong as wrong:
            if question.key in checked_keys:
                errors.append(AnswerError(question.key, wrong.code, wrong.params))
            continue
        if canonical is not None:
            kept[question.key] = canonical
        elif question.required and question.key in checked_keys:
            errors.append(AnswerError(question.key, "required"))
    document = {"format": FORMAT, "questionnaire": definition.version_public_id, "answers": kept}
    return Checked(document, tuple(errors), tuple(aside))


def _canonical(question: QuestionDef, given: Any) -> Any:
    """The answer in its one shape, None where there is none. Raises _Wrong."""
    if given is None or given == "" or given == [] or given == {}:
        return None
    return _KINDS[QuestionKind(question.kind)](question, given)


def _one_choice(question: QuestionDef, given: Any) -> str:
    if not isinstance(given, str) or given not in question.choice_keys:
        raise _Wrong("unknown_choice")
    return given


def _several(question: QuestionDef, given: Any) -> list[str]:
    chosen = _known(question, given)
    ordered = [key for key in question.choice_keys if key in chosen]
    if len(ordered) > 1 and set(ordered) & set(question.exclusive_keys):
        raise _Wrong("exclusive", choice=next(key for key in ordered if key in question.exclusive_keys))
    if question.maximum is not None and len(ordered) > question.maximum:
        raise _Wrong("too_many", maximum=question.maximum, given=len(ordered))
    return ordered


def _ranked(question: QuestionDef, given: Any) -> list[str]:
    chosen = _known(question, given)
    if len(set(chosen)) != len(chosen):
        raise _Wrong("duplicate")
    if question.maximum is not None and len(chosen) > question.maximum:
        raise _Wrong("too_many", maximum=question.maximum, given=len(chosen))
    return chosen


def _known(question: QuestionDef, given: Any) -> list[str]:
    if not isinstance(given, list | tuple) or any(key not in question.choice_keys for key in given):
        raise _Wrong("unknown_choice")
    return list(given)


def _number(question: QuestionDef, given: Any) -> int | str:
    """An int where it is whole, else its decimal writing ('12.5'): JSON floats would not be exact."""
    if isinstance(given, bool) or not isinstance(given, int | str | Decimal):
        raise _Wrong("not_a_number")
    typed = re.sub(r"[\s\u00a0\u202f]", "", str(given)).replace(",", ".").replace("−", "-")
    if not re.fullmatch(r"[+-]?\d{1,9}(\.\d{1,2})?", typed):
        raise _Wrong("not_a_number")
    number = Decimal(typed)
    low, high = question.min_value, question.max_value
    if (low is not None and number < low) or (high is not None and number > high):
        raise _Wrong("out_of_bounds", low=low, high=high, unit=question.unit)
    return int(number) if number == number.to_integral_value() else str(number.normalize())


def _text(question: QuestionDef, given: Any) -> str | None:
    if not isinstance(given, str):
        raise _Wrong("wrong_shape")
    text = unicodedata.normalize("NFC", given.replace("\r\n", "\n").replace("\r", "\n"))
    text = _NOT_SHOWN.sub("", text).strip()
    limit = question.max_length or MAX_LENGTH[QuestionKind(question.kind)]
    if len(text) > limit:
        raise _Wrong("too_long", maximum=limit, given=len(text))
    return text or None


def _place(question: QuestionDef, given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise _Wrong("wrong_shape")
    special, commune = given.get("special"), given.get("commune")
    if special in question.choice_keys:
        return {"special": str(special)}
    if isinstance(commune, str) and _COMMUNE.match(commune):
        return {"commune": commune}
    raise _Wrong("unknown_commune")


_KINDS: dict[QuestionKind, Callable[[QuestionDef, Any], Any]] = {
    QuestionKind.SINGLE: _one_choice,
    QuestionKind.SCALE: _one_choice,
    QuestionKind.MULTIPLE: _several,
    QuestionKind.RANKING: _ranked,
    QuestionKind.NUMBER: _number,
    QuestionKind.SHORT_TEXT: _text,
    QuestionKind.LONG_TEXT: _text,
    QuestionKind.TERRITORY: _place,
}


@dataclass(frozen=True)
class Derived:
    """What the corpus receives of a document."""

    texts: dict[str, str]
    closed: tuple[GivenAnswer, ...]
    profile: Profile


def derive(definition: Definition, answers: Mapping[str, Any]) -> Derived:
    """Texts, closed answers and coarse profile of a checked document. One query where a commune was given.

    A commune goes to the profile only, never among the closed answers. Raises Territory.DoesNotExist.
    """
    texts: dict[str, str] = {}
    closed: list[GivenAnswer] = []
    for question in definition.questions:
        answer = answers.get(question.key)
        if answer is None:
            continue
        if question.is_text:
            texts[question.key] = answer
        else:
            closed.extend(_closed(question, answer))
    return Derived(texts, tuple(closed), _profile(definition, answers))


def _closed(question: QuestionDef, answer: Any) -> list[GivenAnswer]:
    match question.kind:
        case QuestionKind.NUMBER:
            return [GivenAnswer(question.key, value=_decimal(answer))]
        case QuestionKind.RANKING:
            return [
                GivenAnswer(question.key, choice=key, rank=rank) for rank, key in enumerate(answer, start=1)
            ]
        case QuestionKind.MULTIPLE:
            return [GivenAnswer(question.key, choice=key) for key in answer]
        case QuestionKind.TERRITORY:
            return [GivenAnswer(question.key, choice=answer["special"])] if "special" in answer else []
    return [GivenAnswer(question.key, choice=answer)]


def _decimal(answer: Any) -> Decimal:
    try:
        return Decimal(str(answer))
    except InvalidOperation as wrong:
        raise ValueError("a checked number is a number") from wrong


def _profile(definition: Definition, answers: Mapping[str, Any]) -> Profile:
    by_role = {question.profile_role: answers.get(question.key) for question in definition.questions}
    place = by_role.get(ProfileRole.TERRITORY) or {}
    commune = place.get("commune")
    territory = (
        Territory.objects.communes().select_related("department").get(code=commune) if commune else None
    )
    return Profile(
        territory=territory,
        place_note=place.get("special", ""),
        age_band=_single(by_role.get(ProfileRole.AGE_BAND)),
        sex=_single(by_role.get(ProfileRole.SEX)),
        situation=_single(by_role.get(ProfileRole.SITUATION)),
        help=HELP_CHOICES.get(_single(by_role.get(ProfileRole.HELP)), Help.ALONE),
    )


def _single(answer: Any) -> str:
    """A choice as it is; of several ticked at once, that they were several (each stays a closed answer)."""
    if isinstance(answer, list):
        return answer[0] if len(answer) == 1 else SEVERAL
    return answer or ""
