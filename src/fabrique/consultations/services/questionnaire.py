"""Verbs that write a draft questionnaire: sections, questions, choices, order and easy-read wordings.

Fed by the agents' editor and by loading. Feeds the definition that people answer once it is frozen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.errors import Refused
from fabrique.consultations.enums import ProfileRole, QuestionKind, WordingKind
from fabrique.consultations.models import Choice, Question, QuestionnaireVersion, Section
from fabrique.consultations.services.question_rules import (
    QUESTION_FIELDS,
    check_kind_is_stable,
    check_question,
    check_settings,
    check_title,
    kinds_before,
    refuse_if_needed,
    refuse_lost_choices,
)
from fabrique.consultations.services.shared import (
    check_token,
    drop_falc,
    falc_of,
    new_key,
    path,
    put_falc,
    require_unfrozen,
)


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
    """Write one easy-read text of a draft; `key` is 'section', 'question' or 'question/choice'."""
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
    check_title(title)
    with transaction.atomic():
        version = _open(actor, version)
        taken = set(version.sections.values_list("key", flat=True))
        section = Section.objects.create(
            version=version,
            key=new_key(key, title, taken),
            position=_next_position(version.sections),
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
    check_title(title)
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
        refuse_if_needed(version, keys, leaving=keys)
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
            "label_falc": falc_of(WordingKind.CHOICE, path(version, question.key, choice.key)).get(
                "label", ""
            ),
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
    Raises Refused where a setting does not suit the kind, or where the key had another kind when frozen.
    """
    check_settings(settings)
    check_title(title)
    with transaction.atomic():
        version = _open(actor, section.version)
        if kind not in QuestionKind.values:
            raise Refused("question.kind", _("Cette nature de question n’existe pas."))
        taken = set(version.questions.values_list("key", flat=True))
        question = Question(
            section=section,
            version=version,
            key=new_key(key, title, taken | (set() if key else kinds_before(version).keys())),
            position=_next_position(section.questions),
            kind=kind,
            title=title,
            **settings,
        )
        check_kind_is_stable(version, question.key, kind)
        check_question(question, choices)
        question.save()
        _put_choices(version, question, choices)
        put_falc(WordingKind.QUESTION, path(version, question.key), easy_read or {})
        _log(actor, "add_question", version, reason=question.key)
    return question


def add_help_question(actor: Actor, *, section: Section) -> Question:
    """Add the question that says who holds the pen, with its three fixed answers; labels may be rewritten."""
    # inhabitants read these words: never in the language of the agent's browser
    with translation.override(settings.LANGUAGE_CODE):
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
    check_settings(settings)
    with transaction.atomic():
        version = _open(actor, question.version)
        question = Question.objects.select_for_update().get(pk=question.pk)
        present = question_values(question)
        check_token(expected, present)
        for name, value in ({"kind": kind or question.kind} | settings).items():
            setattr(question, name, value)
        check_title(question.title)
        check_kind_is_stable(version, question.key, question.kind)
        kept = present["choices"] if choices is None else choices
        check_question(question, kept)
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
        refuse_if_needed(version, {question.key}, leaving={question.key})
        key = question.key
        _drop_question(version, question)
        _log(actor, "remove_question", version, reason=key)


# --- rows


def _put_choices(
    version: QuestionnaireVersion, question: Question, choices: Sequence[Mapping[str, Any]]
) -> None:
    """Make the choices be these, in this order; a known key keeps its row."""
    present = {choice.key: choice for choice in question.choices.all()}
    given = {str(choice["key"]) for choice in choices if choice.get("key")}
    if len(given) != sum(1 for choice in choices if choice.get("key")):
        raise Refused("choice.twice", _("Deux réponses proposées portent la même clé."))
    refuse_lost_choices(version, question, set(present) - given)
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
            WordingKind.CHOICE,
            path(version, question.key, key),
            {"label": str(choice.get("label_falc") or "")},
        )


def _drop_question(version: QuestionnaireVersion, question: Question) -> None:
    for choice in question.choices.all():
        drop_falc(WordingKind.CHOICE, path(version, question.key, choice.key))
    drop_falc(WordingKind.QUESTION, path(version, question.key))
    question.delete()


def _next_position(rows: Any) -> int:
    """The place after the last of these rows."""
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


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
