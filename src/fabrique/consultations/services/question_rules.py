"""Rules of a draft question, whatever remains to be written: settings, conditions, stable keys.

Fed by the verbs of services.questionnaire. Feeds them with refusals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from fabrique.common.errors import Refused
from fabrique.consultations.enums import CHOICE_KINDS, QuestionKind
from fabrique.consultations.models import Question, QuestionnaireVersion

#: what add_question and update_question may write
QUESTION_FIELDS = (
    "title",
    "help",
    "required",
    "maximum",
    "max_length",
    "min_value",
    "max_value",
    "unit",
    "show_if",
    "profile_role",
)
#: kinds that carry choices: those ticked or ranked, and the special answers of a territory
WITH_CHOICES = CHOICE_KINDS | {QuestionKind.TERRITORY}


def check_title(title: str) -> None:
    if not title.strip():
        raise Refused("wording.missing", _("Écrivez l’énoncé."))


def check_settings(settings: Mapping[str, Any]) -> None:
    if unknown := set(settings) - set(QUESTION_FIELDS):
        raise TypeError(f"no such setting: {', '.join(sorted(unknown))}")


def check_question(question: Question, choices: Sequence[Mapping[str, Any]]) -> None:
    """What never makes sense, whatever remains to be written."""
    if choices and question.kind not in WITH_CHOICES:
        raise Refused("question.no_choices", _("Une question de cette nature n’a pas de réponses proposées."))
    if question.maximum is not None and question.kind not in {QuestionKind.MULTIPLE, QuestionKind.RANKING}:
        raise Refused("question.maximum", _("Seuls un choix multiple et un classement ont un maximum."))
    if question.maximum is not None and choices and question.maximum > len(choices):
        raise Refused("question.maximum", _("Le maximum dépasse le nombre de réponses proposées."))
    low, high = question.min_value, question.max_value
    if low is not None and high is not None and high < low:
        raise Refused("question.bounds", _("La valeur maximale doit dépasser la valeur minimale."))
    if any(choice.get("exclusive") for choice in choices) and question.kind != QuestionKind.MULTIPLE:
        raise Refused("question.exclusive", _("Seul un choix multiple a une réponse qui exclut les autres."))
    if question.show_if:
        check_condition(question)
    if (
        question.profile_role
        and Question.objects.filter(version=question.version, profile_role=question.profile_role)
        .exclude(key=question.key)
        .exists()
    ):
        raise Refused("question.profile_role", _("Une autre question tient déjà ce rôle dans le profil."))


def check_condition(question: Question) -> None:
    condition = question.show_if or {}
    asked = Question.objects.filter(version=question.version, key=condition.get("question")).first()
    wanted = set(condition.get("any_of") or ())
    if asked is None or asked.key == question.key or not wanted:
        raise Refused(
            "condition.question", _("Choisissez une question précédente et au moins une de ses réponses.")
        )
    if wanted - set(asked.choices.values_list("key", flat=True)):
        raise Refused(
            "condition.choice", _("Une réponse de la condition n’existe pas dans la question choisie.")
        )


def kinds_before(version: QuestionnaireVersion) -> dict[str, str]:
    """{key: kind} of all the frozen versions of the consultation."""
    rows = Question.objects.filter(
        version__consultation=version.consultation_id, version__frozen_at__isnull=False
    ).order_by("version__number")
    return dict(rows.values_list("key", "kind"))


def check_kind_is_stable(version: QuestionnaireVersion, key: str, kind: str) -> None:
    before = kinds_before(version).get(key)
    if before is not None and before != kind:
        raise Refused(
            "question.kind_changed",
            _("La question « %(key)s » a déjà eu une autre nature en ligne. Créez une question nouvelle.")
            % {"key": key},
            key=key,
        )


def refuse_if_needed(version: QuestionnaireVersion, keys: set[str], leaving: set[str]) -> None:
    for other in version.questions.exclude(key__in=leaving).exclude(show_if=None):
        if other.show_if and other.show_if.get("question") in keys:
            raise Refused(
                "question.needed",
                _("La question « %(title)s » ne s’affiche que selon cette réponse. Changez sa condition.")
                % {"title": other.title},
                key=other.key,
            )


def refuse_lost_choices(version: QuestionnaireVersion, question: Question, lost: set[str]) -> None:
    for other in version.questions.exclude(show_if=None):
        condition = other.show_if or {}
        if condition.get("question") == question.key and lost & set(condition.get("any_of", ())):
            raise Refused(
                "choice.needed",
                _("La question « %(title)s » dépend d’une réponse retirée. Changez d’abord sa condition.")
                % {"title": other.title},
                key=other.key,
            )
