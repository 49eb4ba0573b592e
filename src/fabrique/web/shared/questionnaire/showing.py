"""Questions ready for the template: label, hint, what was typed, errors, the condition said in words.

Fed by a Definition, answers as typed and errors. Feeds shared/questionnaire/question.html and the check page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fabrique.consultations.enums import QuestionKind
from fabrique.consultations.services.definition import Definition, QuestionDef
from fabrique.consultations.services.documents import MAX_LENGTH, AnswerError
from fabrique.territories.models import Territory
from fabrique.web.shared.questionnaire.reading import slots
from fabrique.web.shared.questionnaire.sentences import sentence
from fabrique.web.templatetags.francais import nombre

PROPOSED = 12
_PRIORITIES = (
    gettext_lazy("1re priorité"),
    gettext_lazy("2e priorité"),
    gettext_lazy("3e priorité"),
    gettext_lazy("4e priorité"),
    gettext_lazy("5e priorité"),
    gettext_lazy("6e priorité"),
    gettext_lazy("7e priorité"),
    gettext_lazy("8e priorité"),
    gettext_lazy("9e priorité"),
    gettext_lazy("10e priorité"),
)


@dataclass(frozen=True)
class Option:
    """One radio button, box or entry of a list."""

    value: str
    label: str
    ticked: bool = False
    exclusive: bool = False


@dataclass(frozen=True)
class Slot:
    """One rank of a ranking."""

    rank: int
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Place:
    """State of a search for a commune: what was typed, what was found, what is chosen."""

    typed: str = ""
    communes: tuple[Option, ...] = ()
    specials: tuple[Option, ...] = ()
    more: bool = False


@dataclass(frozen=True)
class QuestionView:
    """All that the template needs for one question."""

    question: QuestionDef
    value: Any
    errors: tuple[str, ...] = ()
    condition: str = ""
    condition_on: str = ""
    condition_keys: str = ""
    options: tuple[Option, ...] = ()
    slots: tuple[Slot, ...] = ()
    place: Place = field(default_factory=Place)
    can_clear: bool = False
    limit: int = 0
    language: str = "fr"
    audio: str = ""

    @property
    def ident(self) -> str:
        return f"q-{self.question.key}"

    @property
    def target(self) -> str:
        """The id that a link of the error summary points to: the first control of the question."""
        suffix = {
            QuestionKind.SINGLE: "-0",
            QuestionKind.SCALE: "-0",
            QuestionKind.MULTIPLE: "-0",
            QuestionKind.RANKING: "-1",
            QuestionKind.TERRITORY: "-recherche",
        }
        return self.ident + suffix.get(QuestionKind(self.question.kind), "")

    @property
    def kind(self) -> str:
        return self.question.kind


def show_questions(
    definition: Definition,
    questions: Iterable[QuestionDef],
    answers: Mapping[str, Any],
    errors: Sequence[AnswerError] = (),
    *,
    perimeter: Territory | None = None,
    audio: Mapping[str, str] | None = None,
) -> list[QuestionView]:
    """The questions of one page; `audio` is {question key: address of its recording}.

    At most two queries for each place question that holds something.
    """
    asked = list(questions)
    here = {question.key for question in asked}
    spoken = audio or {}
    return [
        replace(
            _show(definition, question, answers, errors, here, perimeter), audio=spoken.get(question.key, "")
        )
        for question in asked
    ]


def _show(
    definition: Definition,
    question: QuestionDef,
    answers: Mapping[str, Any],
    errors: Sequence[AnswerError],
    here: set[str],
    perimeter: Territory | None,
) -> QuestionView:
    value = answers.get(question.key)
    condition = question.show_if if question.show_if and question.show_if.question in here else None
    chosen = _chosen(value)
    return QuestionView(
        question=question,
        value="" if value is None else value,
        errors=tuple(sentence(question, e.code, e.params) for e in errors if e.question == question.key),
        condition=condition_in_words(definition, question) if condition else "",
        condition_on=f"q-{condition.question}" if condition else "",
        condition_keys=" ".join(condition.any_of) if condition else "",
        options=tuple(
            Option(choice.key, choice.label, choice.key in chosen, choice.exclusive)
            for choice in question.choices
        ),
        slots=_slots(question, chosen) if question.kind == QuestionKind.RANKING else (),
        place=_place(question, value, perimeter) if question.kind == QuestionKind.TERRITORY else Place(),
        can_clear=not question.required and bool(value),
        language=definition.language,
        limit=(question.max_length or MAX_LENGTH[QuestionKind(question.kind)]) if question.is_text else 0,
    )


def condition_in_words(definition: Definition, question: QuestionDef) -> str:
    """« Si vous avez répondu « Oui » ou « Peut-être » : », for a question that depends on one above."""
    if question.show_if is None:
        return ""
    asked = definition.question(question.show_if.question)
    labels = [
        _("« %(label)s »") % {"label": c.label} for c in asked.choices if c.key in question.show_if.any_of
    ]
    return _("Si vous avez répondu %(labels)s à la question « %(title)s » :") % {
        "labels": _(" ou ").join(labels),
        "title": asked.title,
    }


def answer_in_words(question: QuestionDef, answer: Any, communes: Mapping[str, str]) -> list[str]:
    """A checked answer as people read it again, one string a line. communes: {official code: name}."""
    labels = {choice.key: choice.label for choice in question.choices}
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.SCALE:
            return [labels.get(answer, "")]
        case QuestionKind.MULTIPLE:
            return [labels.get(key, "") for key in answer]
        case QuestionKind.RANKING:
            return [f"{rank}. {labels.get(key, '')}" for rank, key in enumerate(answer, start=1)]
        case QuestionKind.NUMBER:
            decimals = len(str(answer).partition(".")[2])
            return [f"{nombre(answer, decimals)} {question.unit}".strip()]
        case QuestionKind.TERRITORY:
            return [labels.get(answer.get("special", ""), "") or communes.get(answer.get("commune", ""), "")]
    return str(answer).split("\n")


def commune_label(commune: Territory) -> str:
    """« Cahors (Lot, 46) »."""
    department = commune.department
    return f"{commune.name} ({department.name}, {department.code})" if department else commune.name


def _chosen(value: Any) -> list[str]:
    if isinstance(value, list):
        return [key for key in value if isinstance(key, str)]
    return [value] if isinstance(value, str) and value else []


def _slots(question: QuestionDef, chosen: Sequence[str]) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            rank,
            str(_PRIORITIES[rank - 1]) if rank <= len(_PRIORITIES) else str(rank),
            tuple(
                Option(choice.key, choice.label, chosen[rank - 1 : rank] == [choice.key])
                for choice in question.choices
            ),
        )
        for rank in range(1, slots(question) + 1)
    )


def _place(question: QuestionDef, value: Any, perimeter: Territory | None) -> Place:
    given = value if isinstance(value, dict) else {}
    typed, code, special = given.get("typed", ""), given.get("commune", ""), given.get("special", "")
    found: list[Territory] = []
    more = False
    if typed:
        found, more = _matching(typed, perimeter)
    elif code:
        found = list(Territory.objects.communes().filter(code=code).select_related("department"))
    ticked = code or (found[0].code if typed and len(found) == 1 else "")
    return Place(
        typed=typed,
        communes=tuple(
            Option(f"commune:{commune.code}", commune_label(commune), commune.code == ticked)
            for commune in found
        ),
        specials=tuple(
            Option(f"special:{choice.key}", choice.label, choice.key == special)
            for choice in question.choices
        ),
        more=more,
    )


def _matching(typed: str, perimeter: Territory | None) -> tuple[list[Territory], bool]:
    """Communes of the perimeter first, then the others; and whether some were left out."""
    matching = Territory.objects.matching(typed).select_related("department")
    found: list[Territory] = []
    if perimeter is not None:
        found = list(matching.within(perimeter)[: PROPOSED + 1])
    if len(found) <= PROPOSED:
        known = [commune.pk for commune in found]
        found += list(matching.exclude(pk__in=known)[: PROPOSED + 1 - len(found)])
    return found[:PROPOSED], len(found) > PROPOSED


def names_of(answers: Iterable[Any]) -> dict[str, str]:
    """{official code: label} of the communes in these answers, in one query, none without a commune."""
    codes = {answer["commune"] for answer in answers if isinstance(answer, dict) and answer.get("commune")}
    if not codes:
        return {}
    communes = Territory.objects.communes().filter(code__in=codes).select_related("department")
    return {commune.code: commune_label(commune) for commune in communes}
