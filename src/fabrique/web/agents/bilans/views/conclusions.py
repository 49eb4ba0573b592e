"""What an evaluation concludes: findings with their evidence, recommendations with answer and follow-up.

Fed by plan.models.evaluation. Feeds the verbs of plan.services.recommendations.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fabrique.accounts.rights import require
from fabrique.plan.enums import AnswerKind, EvaluationState
from fabrique.plan.models import Recommendation
from fabrique.plan.services import recommendations as verbs
from fabrique.plan.services.reviews import follow_up_of
from fabrique.web.agents.bilans.access import (
    reach_evaluation,
    reach_question,
    reach_recommendation,
    reach_result,
)
from fabrique.web.agents.bilans.evaluation_forms import (
    AnswerForm,
    EvidenceForm,
    RecommendationForm,
    ResultForm,
)
from fabrique.web.agents.bilans.forms import FollowUpForm
from fabrique.web.agents.bilans.saving import attempt, form_page, told
from fabrique.web.agents.bilans.views.evaluations import trail_of
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import shown
from fabrique.web.shared.saving import press
from fabrique_core.text.numbers import whole

FORM = ["GET", "HEAD", "POST"]
PAGE = "agents-bilans:evaluation"


@require_http_methods(FORM)
def result_new(request: HttpRequest, question_id: str) -> HttpResponse:
    """A finding on a question; its evidence is written on the next page."""
    question = reach_question(request, question_id)
    require(agent(request), "plan.evaluate", question.evaluation.plan.territory)
    form = ResultForm(request.POST or None)
    if request.method == "POST":
        made = attempt(form, lambda data: verbs.put_finding(agent(request), question=question, **data))
        if made is not None:
            sentence = _("Constat enregistré. Dites maintenant sur quelles preuves il repose.")
            return told(request, sentence, "agents-bilans:resultat", made.public_id)
    return form_page(
        request,
        form,
        title=_("Écrire un constat"),
        submit=_("Continuer vers les preuves"),
        trail=trail_of(question.evaluation),
        intro=_("Question %(n)d : %(text)s") % {"n": question.number, "text": question.text},
    )


@require_http_methods(FORM)
def result(request: HttpRequest, result_id: str) -> HttpResponse:
    """A finding, its evidence, and the form to add one."""
    finding = reach_result(request, result_id)
    evaluation = finding.question.evaluation
    actor = agent(request)
    require(actor, "plan.evaluate", evaluation.plan.territory)
    stored = shown(verbs.words_of_finding(finding))
    adding = request.method == "POST" and "preuve" in request.POST
    words = ResultForm(request.POST if request.method == "POST" and not adding else None, initial=stored)
    proof = EvidenceForm(request.POST if adding else None, prefix="preuve")
    if request.method == "POST":
        done = (
            attempt(
                proof,
                lambda data: verbs.add_evidence(actor, finding=finding, **data),
                {"evidence.reference": "reference", "evidence.already": "text"},
            )
            if adding
            else attempt(
                words,
                lambda data: verbs.put_finding(actor, question=finding.question, finding=finding, **data),
            )
        )
        if done is not None:
            said = _("Preuve ajoutée.") if adding else _("Constat enregistré.")
            return told(request, said, "agents-bilans:resultat", finding.public_id)
    context = {
        "constat": finding,
        "evaluation": evaluation,
        "preuves": finding.evidence.all(),
        "form": words,
        "preuve": proof,
        "chemin": trail_of(evaluation),
        "en_cours": evaluation.state == EvaluationState.RUNNING,
    }
    return render(request, "agents/bilans/resultat.html", context)


@require_POST
def result_remove(request: HttpRequest, result_id: str) -> HttpResponse:
    """Take away the finding, or one of its evidences when it is named."""
    finding = reach_result(request, result_id)
    actor = agent(request)
    if rank := request.POST.get("preuve"):
        evidence = get_object_or_404(finding.evidence, pk=whole(rank) or 0)
        press(request, lambda: verbs.remove_evidence(actor, evidence=evidence), _("Preuve ôtée."))
        return redirect("agents-bilans:resultat", finding.public_id)
    press(request, lambda: verbs.remove_finding(actor, finding=finding), _("Constat ôté."))
    return redirect(PAGE, finding.question.evaluation.public_id)


@require_http_methods(FORM)
def recommendation_new(request: HttpRequest, evaluation_id: str) -> HttpResponse:
    evaluation = reach_evaluation(request, evaluation_id)
    require(agent(request), "plan.evaluate", evaluation.plan.territory)
    form = RecommendationForm(request.POST or None, evaluation=evaluation)
    if request.method == "POST":
        made = attempt(
            form, lambda data: verbs.put_recommendation(agent(request), evaluation=evaluation, **data)
        )
        if made is not None:
            return told(request, _("Recommandation enregistrée."), PAGE, evaluation.public_id)
    return form_page(
        request,
        form,
        title=_("Écrire une recommandation"),
        submit=_("Enregistrer"),
        trail=trail_of(evaluation),
    )


@require_http_methods(FORM)
def recommendation(request: HttpRequest, recommendation_id: str) -> HttpResponse:
    """A recommendation: correct it before publication, answer it, note its follow-up."""
    found = reach_recommendation(request, recommendation_id)
    actor = agent(request)
    require(actor, "plan.evaluate", found.evaluation.plan.territory)
    asked = request.POST.get("geste", "") if request.method == "POST" else ""
    forms = _forms(request, found, asked)
    if asked in forms and _done(actor, found, asked, forms[asked]) is not None:
        return told(request, _("Recommandation enregistrée."), PAGE, found.evaluation.public_id)
    context = {
        "recommandation": found,
        "evaluation": found.evaluation,
        "formulaires": forms,
        "tous": list(forms.values()),
        "chemin": trail_of(found.evaluation),
    }
    return render(request, "agents/bilans/recommandation.html", context)


def _forms(request: HttpRequest, found: Recommendation, asked: str) -> dict[str, Any]:
    """The forms that the state of the recommendation allows; the one sent holds what was sent."""

    def data(name: str) -> Any:
        return request.POST if asked == name else None

    forms: dict[str, Any] = {}
    if found.evaluation.state == EvaluationState.RUNNING:
        forms["texte"] = RecommendationForm(
            data("texte"),
            evaluation=found.evaluation,
            prefix="texte",
            initial=shown(verbs.words_of_recommendation(found)),
        )
    answered = found.answer != AnswerKind.WAITING
    given = shown(verbs.answer_of(found))
    forms["reponse"] = AnswerForm(
        data("reponse"),
        prefix="reponse",
        initial=given if answered else {**given, "answer": AnswerKind.ACCEPTED},
    )
    if answered and found.answer != AnswerKind.REFUSED:
        forms["suite"] = FollowUpForm(data("suite"), prefix="suite", initial=shown(follow_up_of(found)))
    return forms


def _done(actor: Any, found: Recommendation, asked: str, form: Any) -> Any:
    acts = {
        "texte": lambda data: verbs.put_recommendation(
            actor, evaluation=found.evaluation, recommendation=found, **data
        ),
        "reponse": lambda data: verbs.answer_recommendation(actor, recommendation=found, **data),
        "suite": lambda data: verbs.follow_up_recommendation(actor, recommendation=found, **data),
    }
    return attempt(form, acts[asked], {"recommendation.owner": "owner", "follow_up.reason": "note"})


@require_POST
def recommendation_remove(request: HttpRequest, recommendation_id: str) -> HttpResponse:
    found = reach_recommendation(request, recommendation_id)
    press(
        request,
        lambda: verbs.remove_recommendation(agent(request), recommendation=found),
        _("Recommandation ôtée."),
    )
    return redirect(PAGE, found.evaluation.public_id)
