"""The questionnaire editor: outline, opening words, sections; order and removal of sections and questions.

Fed by forms. Feeds the verbs on sections and questions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fabrique.common.conflicts import token_of
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations import services
from fabrique.consultations.enums import ProfileRole, QuestionKind
from fabrique.consultations.models import Consultation, QuestionnaireVersion
from fabrique.consultations.services.definition import Definition, QuestionDef
from fabrique.consultations.services.questionnaire import questionnaire_values, section_values
from fabrique.web.agents.consultations.access import file_context, reach, url
from fabrique.web.agents.consultations.forms import FileForm
from fabrique.web.agents.consultations.question_forms import QuestionnaireForm, SectionForm
from fabrique.web.agents.consultations.saving import attempt, read_only
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal


def questionnaire_context(request: HttpRequest, consultation: Consultation, **extra: Any) -> dict[str, Any]:
    """The file's context, with the version at work and whether it can be written."""
    version: QuestionnaireVersion = consultation.questionnaires.latest_version()
    context = file_context(request, consultation, "questionnaire", version=version, **extra)
    context["modifiable"] = context["peut_ecrire"] and not version.is_frozen
    context["correction"] = version.number > 1 and not version.is_frozen
    return context


def _condition(definition: Definition, question: QuestionDef) -> dict[str, str] | None:
    """On which question this one depends, and the labels that show it; None without a condition."""
    if question.show_if is None:
        return None
    asked = definition.by_key.get(question.show_if.question)
    choices = asked.choices if asked else ()
    labels = [
        _("« %(label)s »") % {"label": choice.label}
        for choice in choices
        if choice.key in question.show_if.any_of
    ]
    return {"question": question.show_if.question, "labels": _(" ou ").join(labels)}


def outline(version: QuestionnaireVersion) -> list[dict[str, Any]]:
    """Sections with their questions, each condition in words."""
    definition = services.definition_of(version)
    labels = dict(QuestionKind.choices)
    return [
        {
            "section": section,
            "questions": [
                {
                    "question": question,
                    "nature": labels[question.kind],
                    "condition": _condition(definition, question),
                }
                for question in section.questions
            ],
        }
        for section in definition.sections
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def editor(request: HttpRequest, public_id: str) -> HttpResponse:
    """The whole questionnaire on one page: opening words on top, then sections and questions in order."""
    consultation = reach(request, public_id)
    version = consultation.questionnaires.latest_version()

    def stored() -> dict[str, Any]:
        return questionnaire_values(QuestionnaireVersion.objects.get(pk=version.pk))

    values = stored()
    if request.method == "POST":
        form: FileForm = QuestionnaireForm(request.POST)
        if form.is_valid() and attempt(
            request,
            form,
            lambda: services.update_questionnaire(
                agent(request),
                version=version,
                easy_read=form.easy_read(),
                expected=form.cleaned_data["token"],
                **form.fields_changed(),
            ),
            stored,
        ):
            return redirect(url(consultation, "questionnaire"))
    else:
        form = QuestionnaireForm(initial=values | {"token": token_of(values)})
    context = questionnaire_context(request, consultation, form=form, plan=outline(version))
    context["natures"] = QuestionKind.choices
    context["sans_modele"] = not version.questions.filter(profile_role=ProfileRole.HELP).exists()
    if not context["modifiable"]:
        read_only(form)
    return render(request, "agents/consultations/questionnaire.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_section(request: HttpRequest, public_id: str) -> HttpResponse:
    consultation = reach(request, public_id, "consultations.edit")
    version = consultation.questionnaires.latest_version()
    form = SectionForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            request,
            form,
            lambda: services.add_section(
                agent(request), version=version, easy_read=form.easy_read(), **form.fields_changed()
            ),
            dict,
        )
    ):
        return redirect(url(consultation, "questionnaire"))
    context = questionnaire_context(request, consultation, form=form, titre_page=_("Nouvelle partie"))
    return render(request, "agents/consultations/partie.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_section(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    consultation = reach(request, public_id)
    version = consultation.questionnaires.latest_version()
    section = get_object_or_404(version.sections, key=key)

    def stored() -> dict[str, Any]:
        return section_values(version.sections.get(pk=section.pk))

    values = stored()
    if request.method == "POST":
        form = SectionForm(request.POST)
        if form.is_valid() and attempt(
            request,
            form,
            lambda: services.update_section(
                agent(request),
                section=section,
                easy_read=form.easy_read(),
                expected=form.cleaned_data["token"],
                **form.fields_changed(),
            ),
            stored,
        ):
            return redirect(url(consultation, "questionnaire"))
    else:
        form = SectionForm(initial=values | {"token": token_of(values)})
    context = questionnaire_context(
        request, consultation, form=form, titre_page=section.title, cle=section.key
    )
    if not context["modifiable"]:
        read_only(form)
    return render(request, "agents/consultations/partie.html", context)


def _act(
    request: HttpRequest, consultation: Consultation, verb: Callable[[], Any], anchor: str
) -> HttpResponse:
    """A verb behind a button, then back to the outline, at the line that moved."""
    try:
        verb()
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    return redirect(f"{url(consultation, 'questionnaire')}#{anchor}")


@require_POST
def move_section(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    consultation = reach(request, public_id, "consultations.edit")
    section = get_object_or_404(consultation.questionnaires.latest_version().sections, key=key)
    up = request.POST.get("sens") == "haut"
    return _act(
        request,
        consultation,
        lambda: services.move_section(agent(request), section=section, up=up),
        f"partie-{key}",
    )


@require_POST
def add_help_question(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    """The ready-made question « qui répond »."""
    consultation = reach(request, public_id, "consultations.edit")
    section = get_object_or_404(consultation.questionnaires.latest_version().sections, key=key)
    return _act(
        request,
        consultation,
        lambda: services.add_help_question(agent(request), section=section),
        "question-respondent_for",
    )


@require_POST
def move_question(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    consultation = reach(request, public_id, "consultations.edit")
    question = get_object_or_404(consultation.questionnaires.latest_version().questions, key=key)
    up = request.POST.get("sens") == "haut"
    return _act(
        request,
        consultation,
        lambda: services.move_question(agent(request), question=question, up=up),
        f"question-{key}",
    )


def _confirm(
    request: HttpRequest, consultation: Consultation, title: str, verb: Callable[[], Any]
) -> HttpResponse:
    if request.method == "POST":
        return _act(request, consultation, verb, "plan")
    context = questionnaire_context(
        request, consultation, objet=title, retour=url(consultation, "questionnaire")
    )
    return render(request, "agents/consultations/retirer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_section(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    consultation = reach(request, public_id, "consultations.edit")
    section = get_object_or_404(consultation.questionnaires.latest_version().sections, key=key)
    return _confirm(
        request,
        consultation,
        section.title,
        lambda: services.remove_section(agent(request), section=section),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remove_question(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    consultation = reach(request, public_id, "consultations.edit")
    question = get_object_or_404(consultation.questionnaires.latest_version().questions, key=key)
    return _confirm(
        request,
        consultation,
        question.title,
        lambda: services.remove_question(agent(request), question=question),
    )
