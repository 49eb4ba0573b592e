"""An evaluation: its protocol and questions, its start, what it must report, its publication.

Fed by plan.models.evaluation. Feeds the verbs of plan.services.evaluations.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds, require
from fabrique.common.clock import today
from fabrique.plan.enums import EvaluationState
from fabrique.plan.models import Evaluation, EvaluationQuestion
from fabrique.plan.services import evaluations as verbs
from fabrique.web.agents.bilans.access import reach_evaluation, reach_question
from fabrique.web.agents.bilans.evaluation_forms import (
    NewEvaluationForm,
    ProtocolForm,
    QuestionForm,
    ReportForm,
)
from fabrique.web.agents.bilans.saving import attempt, form_page, told
from fabrique.web.agents.bilans.views.reviews import plan_asked
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import shown
from fabrique.web.shared.saving import press

FORM = ["GET", "HEAD", "POST"]


def trail_of(evaluation: Evaluation) -> list[tuple[str, str]]:
    return [
        (_("Bilans"), reverse("agents-bilans:liste")),
        (evaluation.title, reverse("agents-bilans:evaluation", args=[evaluation.public_id])),
    ]


@require_http_methods(FORM)
def new(request: HttpRequest) -> HttpResponse:
    actor = agent(request)
    require(actor, "plan.evaluate")
    plan = plan_asked(request)
    if plan is None:
        return render(request, "agents/bilans/sans_plan.html")
    form = NewEvaluationForm(request.POST or None)
    if request.method == "POST":
        fields = {"evaluation.title": "title", "evaluation.order": "kind", "evaluation.already": "kind"}
        made = attempt(form, lambda data: verbs.create_evaluation(actor, plan=plan, **data), fields)
        if made is not None:
            return told(request, _("Évaluation créée."), "agents-bilans:evaluation", made.public_id)
    return form_page(
        request,
        form,
        title=_("Préparer une évaluation"),
        submit=_("Créer l’évaluation"),
        trail=[(_("Bilans"), reverse("agents-bilans:liste"))],
        intro=_("Plan : %(plan)s. L’échéance se calcule d’après ses dates.") % {"plan": plan.title},
    )


@require_safe
def detail(request: HttpRequest, evaluation_id: str) -> HttpResponse:
    """The whole evaluation on one page, with what its state allows."""
    evaluation = reach_evaluation(request, evaluation_id)
    actor = agent(request)
    territory = evaluation.plan.territory
    running = evaluation.state == EvaluationState.RUNNING
    leads = holds(actor, "plan.evaluate", territory)
    context = {
        "evaluation": evaluation,
        "questions": evaluation.questions.prefetch_related("findings__evidence"),
        "recommandations": evaluation.recommendations.prefetch_related("findings__question"),
        "manque": verbs.missing_of(evaluation) if running else [],
        "protocole_ouvert": leads and evaluation.state == EvaluationState.PROTOCOL,
        "en_cours": leads and running,
        "pilote": leads,
        "peut_publier": running and holds(actor, "plan.publish_reviews", territory),
        "aujourd_hui": today(),
    }
    return render(request, "agents/bilans/evaluation.html", context)


@require_http_methods(FORM)
def protocol(request: HttpRequest, evaluation_id: str) -> HttpResponse:
    evaluation = reach_evaluation(request, evaluation_id)
    require(agent(request), "plan.evaluate", evaluation.plan.territory)
    form = ProtocolForm(request.POST or None, initial=shown(verbs.protocol_of(evaluation)))
    if request.method == "POST":
        done = attempt(form, lambda data: verbs.edit_protocol(agent(request), evaluation=evaluation, **data))
        if done is not None:
            return told(request, _("Protocole enregistré."), "agents-bilans:evaluation", evaluation.public_id)
    return form_page(
        request,
        form,
        title=_("Écrire le protocole"),
        submit=_("Enregistrer"),
        trail=trail_of(evaluation),
        intro=_("Le protocole s’écrit avant de regarder les résultats. Il ne change plus ensuite."),
    )


@require_http_methods(FORM)
def question_new(request: HttpRequest, evaluation_id: str) -> HttpResponse:
    return _question(request, reach_evaluation(request, evaluation_id), None)


@require_http_methods(FORM)
def question_edit(request: HttpRequest, question_id: str) -> HttpResponse:
    question = reach_question(request, question_id)
    return _question(request, question.evaluation, question)


def _question(
    request: HttpRequest, evaluation: Evaluation, question: EvaluationQuestion | None
) -> HttpResponse:
    require(agent(request), "plan.evaluate", evaluation.plan.territory)
    stored = shown(verbs.words_of_question(question)) if question else {}
    form = QuestionForm(request.POST or None, initial=stored)
    if request.method == "POST":
        done = attempt(
            form,
            lambda data: verbs.put_question(agent(request), evaluation=evaluation, question=question, **data),
        )
        if done is not None:
            return told(request, _("Question enregistrée."), "agents-bilans:evaluation", evaluation.public_id)
    title = _("Corriger une question") if question else _("Ajouter une question")
    return form_page(request, form, title=title, submit=_("Enregistrer"), trail=trail_of(evaluation))


@require_POST
def question_remove(request: HttpRequest, question_id: str) -> HttpResponse:
    question = reach_question(request, question_id)
    press(
        request,
        lambda: verbs.remove_question(agent(request), question=question),
        _("Question ôtée."),
    )
    return redirect("agents-bilans:evaluation", question.evaluation.public_id)


@require_POST
def start(request: HttpRequest, evaluation_id: str) -> HttpResponse:
    evaluation = reach_evaluation(request, evaluation_id)
    press(
        request,
        lambda: verbs.start_evaluation(agent(request), evaluation=evaluation),
        _("Le protocole est arrêté. Vous pouvez écrire les constats."),
    )
    return redirect("agents-bilans:evaluation", evaluation.public_id)


@require_http_methods(FORM)
def report(request: HttpRequest, evaluation_id: str) -> HttpResponse:
    evaluation = reach_evaluation(request, evaluation_id)
    require(agent(request), "plan.evaluate", evaluation.plan.territory)
    form = ReportForm(request.POST or None, evaluation=evaluation, initial=shown(verbs.report_of(evaluation)))
    if request.method == "POST":
        done = attempt(form, lambda data: verbs.report(agent(request), evaluation=evaluation, **data))
        if done is not None:
            return told(request, _("Rapport enregistré."), "agents-bilans:evaluation", evaluation.public_id)
    return form_page(
        request,
        form,
        title=_("Écrire le rapport"),
        submit=_("Enregistrer"),
        trail=trail_of(evaluation),
        intro=_("Toute évaluation du plan dit ces quatre choses, et ce que les usagers en pensent."),
    )


@require_POST
def publish(request: HttpRequest, evaluation_id: str) -> HttpResponse:
    evaluation = reach_evaluation(request, evaluation_id)
    press(
        request,
        lambda: verbs.publish_evaluation(agent(request), evaluation=evaluation),
        _("L’évaluation est publique, avec ses constats et ses recommandations."),
    )
    return redirect("agents-bilans:evaluation", evaluation.public_id)
