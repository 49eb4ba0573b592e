"""One question: its wording and settings, its choices as lines, its condition; all saved at once.

Fed by question_forms. Feeds add_question and update_question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fabrique.common.conflicts import token_of
from fabrique.consultations import services
from fabrique.consultations.enums import QuestionKind
from fabrique.consultations.models import Question
from fabrique.consultations.services.question_rules import WITH_CHOICES
from fabrique.consultations.services.questionnaire import question_values
from fabrique.web.agents.consultations.access import reach, url
from fabrique.web.agents.consultations.question_forms import (
    ChoiceFormSet,
    ConditionForm,
    QuestionForm,
    earlier_questions,
    ranked,
)
from fabrique.web.agents.consultations.saving import attempt, read_only
from fabrique.web.agents.consultations.views.questionnaire import questionnaire_context
from fabrique.web.shared.actors import agent
from fabrique_core.text.numbers import whole

#: buttons that change what the page shows without saving
SHOW_MORE = ("ajouter", "montrer")


@dataclass
class Parts:
    """The three forms of a question's page."""

    form: Any
    condition: ConditionForm
    choices: Any  # a formset, or None where the kind has no choices

    def is_valid(self) -> bool:
        parts = [self.form, self.condition, *([self.choices] if self.choices is not None else [])]
        valid = [part.is_valid() for part in parts]  # all of them, so that every error shows at once
        return all(valid)

    def settings(self) -> dict[str, Any]:
        """What the verb takes: settings, condition, choices, easy-read variants."""
        given = self.form.fields_changed() | {"show_if": self.condition.condition()}
        if self.choices is not None:
            given["choices"] = self.choices.choices()
        return given | {"easy_read": self.form.easy_read()}


def _bound(data: Any, kind: str, earlier: list[Question]) -> Parts:
    return Parts(
        QuestionForm(data, kind=kind),
        ConditionForm(data, earlier=earlier, prefix="condition"),
        ChoiceFormSet(data, kind=kind, prefix="choix") if kind in WITH_CHOICES else None,
    )


def _shown(values: dict[str, Any], kind: str, earlier: list[Question]) -> Parts:
    choices = None
    if kind in WITH_CHOICES:
        choices = ChoiceFormSet(initial=ranked(values.get("choices", [])), kind=kind, prefix="choix")
    return Parts(
        QuestionForm(initial=values, kind=kind),
        ConditionForm(initial=values.get("show_if") or {}, earlier=earlier, prefix="condition"),
        choices,
    )


def _as_typed(data: Any, kind: str) -> dict[str, Any]:
    """What was typed, unchecked, to show the page again with one more thing in it."""
    values = {name: data.get(name, "") for name in QuestionForm.base_fields if name != "required"}
    values["required"] = "required" in data
    condition = {"question": data.get("condition-question", ""), "any_of": data.getlist("condition-any_of")}
    values["show_if"] = condition
    total = data.get("choix-TOTAL_FORMS", "0")
    lines = range(min(whole(total) or 0, 60))
    names = ("key", "label", "label_falc", "value")
    choices = [
        {name: data.get(f"choix-{i}-{name}", "") for name in names}
        | {"exclusive": f"choix-{i}-exclusive" in data}
        for i in lines
    ]
    return values | {"choices": [choice for choice in choices if choice["label"]]}


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, public_id: str, section_key: str, kind: str) -> HttpResponse:
    """A new question at the end of a section."""
    if kind not in QuestionKind.values:
        raise Http404
    consultation = reach(request, public_id, "consultations.edit")
    version = consultation.questionnaires.latest_version()
    section = get_object_or_404(version.sections, key=section_key)
    earlier = earlier_questions(version, None, section)
    if request.method != "POST":
        parts = _shown({}, kind, earlier)
    elif any(button in request.POST for button in SHOW_MORE):
        parts = _shown(_as_typed(request.POST, kind), kind, earlier)
    else:
        parts = _bound(request.POST, kind, earlier)
        if parts.is_valid() and attempt(
            request,
            parts.form,
            lambda: services.add_question(agent(request), section=section, kind=kind, **parts.settings()),
            dict,
        ):
            return redirect(f"{url(consultation, 'questionnaire')}#partie-{section_key}")
    return _render(
        request, consultation, parts, kind, {"titre_page": _("Nouvelle question"), "partie": section}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    """A question as it stands, to read or to rewrite."""
    consultation = reach(request, public_id)
    version = consultation.questionnaires.latest_version()
    question = get_object_or_404(version.questions.select_related("section", "version"), key=key)
    earlier = earlier_questions(version, question, question.section)

    def stored() -> dict[str, Any]:
        return question_values(Question.objects.select_related("version").get(pk=question.pk))

    kind = question.kind
    if request.method != "POST":
        values = stored()
        parts = _shown(values | {"token": token_of(values)}, kind, earlier)
    elif any(button in request.POST for button in SHOW_MORE):
        parts = _shown(_as_typed(request.POST, kind), kind, earlier)
    else:
        parts = _bound(request.POST, kind, earlier)
        if parts.is_valid() and attempt(
            request,
            parts.form,
            lambda: services.update_question(
                agent(request),
                question=question,
                expected=parts.form.cleaned_data["token"],
                **parts.settings(),
            ),
            stored,
        ):
            return redirect(f"{url(consultation, 'questionnaire')}#question-{key}")
    extra = {"titre_page": _("Modifier une question"), "question": question, "partie": question.section}
    if getattr(parts.form, "conflit", None) is not None:
        extra["conflit_choix"] = stored()["choices"]
    return _render(request, consultation, parts, kind, extra)


def _render(
    request: HttpRequest, consultation: Any, parts: Parts, kind: str, extra: dict[str, Any]
) -> HttpResponse:
    context = questionnaire_context(
        request,
        consultation,
        form=parts.form,
        condition=parts.condition,
        choix=parts.choices,
        nature=QuestionKind(kind).label,
        kind=kind,
        **extra,
    )
    if not context["modifiable"]:
        for part in (parts.form, parts.condition, *(parts.choices or ())):
            read_only(part)
    return render(request, "agents/consultations/question.html", context)
