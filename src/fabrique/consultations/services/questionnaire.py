"""Verbs that write a draft questionnaire: sections, questions, choices, their order and their easy-read wordings.

Fed by the agents' editor and by loading. Feeds the definition that people answer once it is frozen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.errors import Refused
from fabrique.consultations.enums import CHOICE_KINDS, ProfileRole, QuestionKind, WordingKind
from fabrique.consultations.models import Choice, Question, QuestionnaireVersion, Section
from fabrique.consultations.services.shared import (
    check_token,
    drop_falc,
    falc_of,
    new_key,
    path,
    put_falc,
    require_unfrozen,
)

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


def _open(actor: Actor, version: QuestionnaireVersion) -> QuestionnaireVersion:
    """The version, locked, once the right and the state are checked. Inside the verb's transaction."""
    require(actor, "consultations.edit", version.consultation.perimeter)
    locked = QuestionnaireVersion.objects.select_for_update(of=("self",)).select_related("consultation")
    found = locked.get(pk=version.pk)
    require_unfrozen(found)
    return found


def _log(actor: Actor, verb: str, version: QuestionnaireVersion, reason: str = "") -> None:
    journal.record(actor, f"consultations.{verb}", version.consultation, reason=reason)


def questionnaire_values(version: QuestionnaireVersion) -> dict[str, Any]:
    """What the form of the questionnaire's opening words shows."""
    falc = falc_of(WordingKind.QUESTIONNAIRE, path(version))
    return {
        "introduction": version.introduction,
        "minutes": version.minutes,
        "introduction_falc": falc.get("introduction", ""),
    }


def update_questionnaire(
    actor: Actor,
    *,
    version: QuestionnaireVersion,
    introduction: str,
    minutes: int | None = None,
    easy_read: Mapping[str, str] | None = None,
    expected: str | None = None,
) -> QuestionnaireVersion:
    """Write the opening words and the announced length."""
    with transaction.atomic():
        version = _open(actor, version)
        check_token(expected, questionnaire_values(version))
        version.introduction, version.minutes = introduction, minutes
        version.save(update_fields=["introduction", "minutes"])
        put_falc(WordingKind.QUESTIONNAIRE, path(version), easy_read or {})
        _log(actor, "update_questionnaire", version)
    return version


def set_wording(
    actor: Actor, *, version: QuestionnaireVersion, kind: WordingKind, key: str, field: str, text: str
) -> None:
    """Write one easy-read text of a draft questionnaire; `key` is 'section', 'question' or 'question/choice'."""
    with transaction.atomic():
        version = _open(actor, version)
        put_falc(kind, path(version, key), {field: text})
        _log(actor, "set_wording", version, reason=key[:60])


# --- sections


def section_values(section: Section) -> dict[str, Any]:
    """What the form of a section shows."""
    falc = falc_of(WordingKind.SECTION, path(section.version, section.key))
    return {
        "title": section.title,
        "introduction": section.introduction,
        "title_falc": falc.get("title", ""),
        "introduction_falc": falc.get("introduction", ""),
    }


def add_section(
    actor: Actor,
    *,
    version: QuestionnaireVersion,
    title: str,
    introduction: str = "",
    key: str = "",
    easy_read: Mapping[str, str] | None = None,
) -> Section:
    """Add a section at the end; its key comes from its title unless given."""
    _check_title(title)
    with transaction.atomic():
        version = _open(actor, version)
        taken = set(version.sections.values_list("key", flat=True))
        last = version.sections.aggregate(last=Max("position"))["last"]
        section = Section.objects.create(
            version=version,
            key=new_key(key, title, taken),
            position=0 if last is None else last + 1,
            title=title,
            introduction=introduction,
        )
        put_falc(WordingKind.SECTION, path(version, section.key), easy_read or {})
        _log(actor, "add_section", version, reason=section.key)
    return section


def update_section(
    actor: Actor,
    *,
    section: Section,
    title: str,
    introduction: str = "",
    easy_read: Mapping[str, str] | None = None,
    expected: str | None = None,
) -> Section:
    """Rewrite a section; its key stays."""
    _check_title(title)
    with transaction.atomic():
        version = _open(actor, section.version)
        section = Section.objects.select_for_update().get(pk=section.pk)
        check_token(expected, section_values(section))
        section.title, section.introduction = title, introduction
        section.save(update_fields=["title", "introduction"])
        put_falc(WordingKind.SECTION, path(version, section.key), easy_read or {})
        _log(actor, "update_section", version, reason=section.key)
    return section


def move_section(actor: Actor, *, section: Section, up: bool) -> None:
    """Exchange a section with its neighbour; at the edge nothing moves."""
    with transaction.atomic():
        version = _open(actor, section.version)
        rows = list(version.sections.order_by("position", "pk"))
        if _shift(rows, section.pk, up):
            _renumber(rows)
            _log(actor, "move_section", version, reason=section.key)


def remove_section(actor: Actor, *, section: Section) -> None:
    """Take away a section with its questions; refused while a question elsewhere depends on one of them."""
    with transaction.atomic():
        version = _open(actor, section.version)
        questions = list(section.questions.all())
        keys = {question.key for question in questions}
        _refuse_if_needed(version, keys, leaving=keys)
        for question in questions:
            _drop_question(version, question)
        drop_falc(WordingKind.SECTION, path(version, section.key))
        key = section.key
        section.delete()
        _log(actor, "remove_section", version, reason=key)


# --- questions


def question_values(question: Question) -> dict[str, Any]:
    """What the form of a question shows: settings, choices, easy-read variants."""
    version = question.version
    falc = falc_of(WordingKind.QUESTION, path(version, question.key))
    values: dict[str, Any] = {name: getattr(question, name) for name in QUESTION_FIELDS}
    values |= {"kind": question.kind, "section": question.section_id}
    values |= {"title_falc": falc.get("title", ""), "help_falc": falc.get("help", "")}
    values["choices"] = [
        {
            "key": choice.key,
            "label": choice.label,
            "label_falc": falc_of(WordingKind.CHOICE, path(version, question.key, choice.key)).get("label", ""),
            "value": choice.value,
            "exclusive": choice.exclusive,
        }
        for choice in question.choices.order_by("position", "pk")
    ]
    return values


def add_question(
    actor: Actor,
    *,
    section: Section,
    kind: str,
    title: str,
    key: str = "",
    choices: Sequence[Mapping[str, Any]] = (),
    easy_read: Mapping[str, str] | None = None,
    **settings: Any,
) -> Question:
    """Add a question at the end of a section.

    choices: {label, label_falc?, value?, exclusive?, key?} in order. settings: any of QUESTION_FIELDS.
    Raises Refused where a setting does not suit the kind, or where the key had another kind in a frozen version.
    """
    _check_settings(settings)
    _check_title(title)
    with transaction.atomic():
        version = _open(actor, section.version)
        if kind not in QuestionKind.values:
            raise Refused("question.kind", _("Cette nature de question n’existe pas."))
        taken = set(version.questions.values_list("key", flat=True))
        last = section.questions.aggregate(last=Max("position"))["last"]
        question = Question(
            section=section,
            version=version,
            key=new_key(key, title, taken | (set() if key else _kinds_before(version).keys())),
            position=0 if last is None else last + 1,
            kind=kind,
            title=title,
            **settings,
        )
        _check_kind_is_stable(version, question.key, kind)
        _check_question(question, choices)
        question.save()
        _put_choices(version, question, choices)
        put_falc(WordingKind.QUESTION, path(version, question.key), easy_read or {})
        _log(actor, "add_question", version, reason=question.key)
    return question


def add_help_question(actor: Actor, *, section: Section) -> Question:
    """Add the question that says who holds the pen, with its three fixed answers; their labels may then be rewritten."""
    return add_question(
        actor,
        section=section,
        kind=QuestionKind.SINGLE,
        key="respondent_for",
        title=_("Vous répondez…"),
        help=_("Nous comptons à part les réponses données à propos d’un proche ou avec de l’aide."),
        required=True,
        profile_role=ProfileRole.HELP,
        easy_read={"title": _("Pour qui répondez-vous ?")},
        choices=[
            {"key": "self", "label": _("Pour moi")},
            {"key": "relative", "label": _("À propos d’un proche")},
            {"key": "helped", "label": _("Pour moi, avec l’aide de quelqu’un")},
        ],
    )


def update_question(
    actor: Actor,
    *,
    question: Question,
    kind: str | None = None,
    choices: Sequence[Mapping[str, Any]] | None = None,
    easy_read: Mapping[str, str] | None = None,
    expected: str | None = None,
    **settings: Any,
) -> Question:
    """Rewrite a question; its key stays. `choices`, where given, replaces them all: a known key is kept."""
    _check_settings(settings)
    with transaction.atomic():
        version = _open(actor, question.version)
        question = Question.objects.select_for_update().get(pk=question.pk)
        present = question_values(question)
        check_token(expected, present)
        for name, value in ({"kind": kind or question.kind} | settings).items():
            setattr(question, name, value)
        _check_title(question.title)
        _check_kind_is_stable(version, question.key, question.kind)
        kept = present["choices"] if choices is None else choices
        _check_question(question, kept)
        question.save()
        if choices is not None:
            _put_choices(version, question, choices)
        put_falc(WordingKind.QUESTION, path(version, question.key), easy_read or {})
        _log(actor, "update_question", version, reason=question.key)
    return question


def move_question(actor: Actor, *, question: Question, up: bool) -> None:
    """Exchange a question with its neighbour; at the edge of its section it passes into the next one."""
    with transaction.atomic():
        version = _open(actor, question.version)
        question = Question.objects.select_related("section").get(pk=question.pk)
        rows = list(question.section.questions.order_by("position", "pk"))
        if not _shift(rows, question.pk, up):
            beside = _section_beside(version, question.section, up)
            if beside is None:
                return
            rows = list(beside.questions.order_by("position", "pk"))
            question.section = beside
            question.save(update_fields=["section"])
            rows = [*rows, question] if up else [question, *rows]
        _renumber(rows)
        _log(actor, "move_question", version, reason=question.key)


def remove_question(actor: Actor, *, question: Question) -> None:
    """Take a question away; refused while another one is shown only if it was answered in some way."""
    with transaction.atomic():
        version = _open(actor, question.version)
        _refuse_if_needed(version, {question.key}, leaving={question.key})
        key = question.key
        _drop_question(version, question)
        _log(actor, "remove_question", version, reason=key)


# --- rules


def _check_title(title: str) -> None:
    if not title.strip():
        raise Refused("wording.missing", _("Écrivez l’énoncé."))


def _check_settings(settings: Mapping[str, Any]) -> None:
    if unknown := set(settings) - set(QUESTION_FIELDS):
        raise TypeError(f"no such setting: {', '.join(sorted(unknown))}")


def _check_question(question: Question, choices: Sequence[Mapping[str, Any]]) -> None:
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
        _check_condition(question)
    if (
        question.profile_role
        and Question.objects.filter(version=question.version, profile_role=question.profile_role)
        .exclude(key=question.key)
        .exists()
    ):
        raise Refused("question.profile_role", _("Une autre question tient déjà ce rôle dans le profil."))


def _check_condition(question: Question) -> None:
    condition = question.show_if or {}
    asked = Question.objects.filter(version=question.version, key=condition.get("question")).first()
    wanted = set(condition.get("any_of") or ())
    if asked is None or asked.key == question.key or not wanted:
        raise Refused("condition.question", _("Choisissez une question précédente et au moins une de ses réponses."))
    if wanted - set(asked.choices.values_list("key", flat=True)):
        raise Refused("condition.choice", _("Une réponse de la condition n’existe pas dans la question choisie."))


def _kinds_before(version: QuestionnaireVersion) -> dict[str, str]:
    """{key: kind} of all the frozen versions of the consultation."""
    rows = Question.objects.filter(
        version__consultation=version.consultation_id, version__frozen_at__isnull=False
    ).order_by("version__number")
    return dict(rows.values_list("key", "kind"))


def _check_kind_is_stable(version: QuestionnaireVersion, key: str, kind: str) -> None:
    before = _kinds_before(version).get(key)
    if before is not None and before != kind:
        raise Refused(
            "question.kind_changed",
            _("La question « %(key)s » a déjà reçu des réponses d’une autre nature. Créez une question nouvelle.")
            % {"key": key},
            key=key,
        )


def _refuse_if_needed(version: QuestionnaireVersion, keys: set[str], leaving: set[str]) -> None:
    for other in version.questions.exclude(key__in=leaving).exclude(show_if=None):
        if other.show_if and other.show_if.get("question") in keys:
            raise Refused(
                "question.needed",
                _("La question « %(title)s » ne s’affiche que selon cette réponse. Modifiez d’abord sa condition.")
                % {"title": other.title},
                key=other.key,
            )


# --- rows


def _put_choices(
    version: QuestionnaireVersion, question: Question, choices: Sequence[Mapping[str, Any]]
) -> None:
    """Make the choices be these, in this order; a known key keeps its row."""
    present = {choice.key: choice for choice in question.choices.all()}
    given = {str(choice["key"]) for choice in choices if choice.get("key")}
    if len(given) != sum(1 for choice in choices if choice.get("key")):
        raise Refused("choice.twice", _("Deux réponses proposées portent la même clé."))
    _refuse_lost_choices(version, question, set(present) - given)
    taken: set[str] = set(present)
    for gone in set(present) - given:
        drop_falc(WordingKind.CHOICE, path(version, question.key, gone))
        present.pop(gone).delete()
    for position, choice in enumerate(choices):
        label = str(choice["label"]).strip()
        if not label:
            raise Refused("choice.empty", _("Une réponse proposée n’a pas de libellé."))
        key = str(choice.get("key") or "")
        if key not in present:
            key = new_key(key, label, taken)
        taken.add(key)
        Choice.objects.update_or_create(
            question=question,
            key=key,
            defaults={
                "position": position,
                "label": label,
                "value": choice.get("value"),
                "exclusive": bool(choice.get("exclusive", False)),
            },
        )
        put_falc(
            WordingKind.CHOICE, path(version, question.key, key), {"label": str(choice.get("label_falc") or "")}
        )


def _refuse_lost_choices(version: QuestionnaireVersion, question: Question, lost: set[str]) -> None:
    for other in version.questions.exclude(show_if=None):
        condition = other.show_if or {}
        if condition.get("question") == question.key and lost & set(condition.get("any_of", ())):
            raise Refused(
                "choice.needed",
                _("La question « %(title)s » dépend d’une réponse que vous retirez. Modifiez d’abord sa condition.")
                % {"title": other.title},
                key=other.key,
            )


def _drop_question(version: QuestionnaireVersion, question: Question) -> None:
    for choice in question.choices.all():
        drop_falc(WordingKind.CHOICE, path(version, question.key, choice.key))
    drop_falc(WordingKind.QUESTION, path(version, question.key))
    question.delete()


def _shift(rows: list[Any], pk: int, up: bool) -> bool:
    """Exchange the row of that primary key with its neighbour, in place; False at the edge."""
    index = next(i for i, row in enumerate(rows) if row.pk == pk)
    other = index - 1 if up else index + 1
    if not 0 <= other < len(rows):
        return False
    rows[index], rows[other] = rows[other], rows[index]
    return True


def _renumber(rows: Sequence[Any]) -> None:
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])


def _section_beside(version: QuestionnaireVersion, section: Section, up: bool) -> Section | None:
    rows = list(version.sections.order_by("position", "pk"))
    index = next(i for i, row in enumerate(rows) if row.pk == section.pk)
    other = index - 1 if up else index + 1
    return rows[other] if 0 <= other < len(rows) else None
