"""The questions that inhabitants left: the queue, one question, its answer, its publication.

Fed by councils.Question and the masked text of the corpus. Feeds the verbs of councils.services.answering.
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fabrique.accounts.rights import holds
from fabrique.common.clock import today
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import Moderation
from fabrique.contributions.models import ModerationReason
from fabrique.councils import services
from fabrique.councils.models import Question
from fabrique.web.agents.instances.access import questions_reader, reach_question
from fabrique.web.agents.instances.forms import AnswerForm, AsideForm, PublishForm
from fabrique.web.agents.instances.saving import act_and_return
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import KeptForm, shown

PER_PAGE = 30
QUESTION = "agents-instances:question"


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the late ones first; then what may be published, what is answered or set aside."""
    actor = questions_reader(request)
    visible = Question.objects.visible_to(actor)
    lists = {
        "": (_("À répondre"), visible.to_answer()),
        "retard": (_("En retard"), visible.late(today())),
        "publier": (_("À relire pour publication"), visible.to_publish()),
        "repondues": (_("Répondues"), visible.answered()),
        "ecartees": (_("Écartées"), visible.set_aside()),
    }
    wanted = request.GET.get("etat", "")
    wanted = wanted if wanted in lists else ""
    rows = lists[wanted][1].with_words()
    context = {
        "filtres": [(key, label, rows_of.count()) for key, (label, rows_of) in lists.items()],
        "etat": wanted,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "aujourdhui": today(),
    }
    return render(request, "agents/instances/questions.html", context)


@require_safe
def detail(request: HttpRequest, question_id: str) -> HttpResponse:
    """One question: its masked words, where it comes from, its answer, what may be done."""
    return _page(request, reach_question(request, question_id))


@require_POST
def answer(request: HttpRequest, question_id: str) -> HttpResponse:
    question = reach_question(request, question_id)
    form = AnswerForm(request.POST)
    return _done(
        request,
        question,
        form,
        lambda: services.answer_question(agent(request), question=question, **form.cleaned_data),
        _("Réponse enregistrée. La personne la lit avec son code."),
        reponse=form,
    )


@require_POST
def aside(request: HttpRequest, question_id: str) -> HttpResponse:
    question = reach_question(request, question_id)
    form = AsideForm(request.POST)
    return _done(
        request,
        question,
        form,
        lambda: services.set_question_aside(
            agent(request), question=question, reason=form.cleaned_data["reason"]
        ),
        _("Message écarté. La personne lit le motif avec son code."),
        ecarter=form,
    )


@require_POST
def publish(request: HttpRequest, question_id: str) -> HttpResponse:
    question = reach_question(request, question_id)
    form = PublishForm(request.POST)
    return _done(
        request,
        question,
        form,
        lambda: services.publish_question(
            agent(request),
            question=question,
            text=form.cleaned_data["text"],
            expected=form.cleaned_data["expected"],
        ),
        _("Question et réponse publiées sur la page de l’instance, en votre nom dans le journal."),
        publication=form,
    )


@require_POST
def back(request: HttpRequest, question_id: str) -> HttpResponse:
    question = reach_question(request, question_id)
    return act_and_return(
        request,
        lambda: services.take_question_back(agent(request), question=question),
        _("Message repris : il attend de nouveau une réponse."),
        QUESTION,
        question.public_id,
    )


@require_POST
def unpublish(request: HttpRequest, question_id: str) -> HttpResponse:
    question = reach_question(request, question_id)
    return act_and_return(
        request,
        lambda: services.unpublish_question(agent(request), question=question),
        _("Question retirée de la page publique."),
        QUESTION,
        question.public_id,
    )


def _done(
    request: HttpRequest, question: Question, form: Any, act: Any, said: str, **forms: Any
) -> HttpResponse:
    """The verb of a form of the page, or the page again with what was typed and why."""
    if form.is_valid():
        try:
            act()
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
            if isinstance(form, KeptForm):
                form.keep_over(refusal)
        else:
            return act_and_return(request, lambda: None, said, QUESTION, question.public_id)
    return _page(request, question, **forms)


def _page(request: HttpRequest, question: Question, **forms: Any) -> HttpResponse:
    actor = agent(request)
    words = services.text_of(question)
    place = question.body.territory
    hidden = words.moderation == Moderation.HIDDEN
    reason = ModerationReason.objects.labels().get(words.moderation_reason, "") if hidden else ""
    published = question.published_at is not None
    reply = shown(services.reply_said(question))
    to_publish = {"text": words.masked_text, "expected": reply["expected"]}
    context = {
        "question": question,
        "texte": words,
        "territoire": question.participation.territory,
        "ecartee": hidden,
        "motif": reason,
        "en_retard": question.answered_at is None and not hidden and question.due_on < today(),
        "reponse": forms.get("reponse") or AnswerForm(initial=reply),
        "ecarter": forms.get("ecarter") or AsideForm(),
        "publication": forms.get("publication") or PublishForm(initial=to_publish),
        "peut_repondre": services.may_answer(actor, body=question.body) and not hidden and not published,
        "peut_ecarter": holds(actor, "councils.set_question_aside", place) and question.answered_at is None,
        "peut_publier": holds(actor, "councils.publish_question", place)
        and question.publish_agreed
        and question.answered_at is not None
        and not hidden,
    }
    return render(request, "agents/instances/question.html", context)
