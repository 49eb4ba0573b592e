"""The queue of texts to read, the alerts of distress and the contests, each decided by a person.

Fed by contributions. Feeds templates/agents/moderation/. The program sorts the queue; it decides nothing.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions import services
from fabrique.contributions.enums import Moderation
from fabrique.contributions.models import Alert, Contest, Contribution, ModerationReason
from fabrique.territories.models import Territory
from fabrique.web.agents.moderation.forms import AlertForm, ContestForm, DecisionForm, SourceForm, sources_of
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal

PER_PAGE = 25


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Alerts first, then contests, then the unread texts in the order that the program proposes.

    Who answers contests or sets the grounds enters too, and sees no text.
    """
    actor = agent(request)
    sets_grounds = holds(actor, "contributions.configure_moderation", Territory.objects.perimeter())
    answers, moderates = holds(actor, "contributions.decide_contest"), holds(actor, "contributions.moderate")
    if not (sets_grounds or answers):
        require(actor, "contributions.moderate")
    context = {
        "alertes": Alert.objects.visible_to(actor).waiting().select_related("participation__source"),
        "contestations": Contest.objects.visible_to(actor)
        .waiting()
        .select_related("contribution__participation__source"),
        "modere": moderates,
        "peut_repondre": answers,
        "peut_regler": sets_grounds,
        "peut_designer": holds(actor, "contributions.name_alert_contact"),
    }
    return render(
        request, "agents/moderation/liste.html", context | (_texts(request, actor) if moderates else {})
    )


def _texts(request: HttpRequest, actor: Agent) -> dict[str, Any]:
    """The page of unread texts, of one corpus or of all."""
    filters = SourceForm(request.GET, sources=sources_of(actor), auto_id="filtre_%s")
    rows = Contribution.objects.visible_to(actor).queue().with_origin().prefetch_related("signals")
    chosen = filters.cleaned_data["source"] if filters.is_valid() else ""
    if chosen:
        rows = rows.filter(participation__source__public_id=chosen)
    return {
        "filtre": filters,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "motifs": ModerationReason.objects.offered(),
    }


@require_POST
def decide(request: HttpRequest, contribution_id: str) -> HttpResponse:
    """Read or hidden; then back to the same place of the queue."""
    actor = agent(request)
    require(actor, "contributions.moderate")
    rows = Contribution.objects.visible_to(actor).select_related("participation__source__perimeter")
    contribution = get_object_or_404(rows, public_id=contribution_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Cette décision n’existe pas. Choisissez-la dans la liste."))
        return redirect("agents-moderation:liste")
    given = form.cleaned_data
    try:
        services.moderate(
            actor, contribution=contribution, state=Moderation(given["etat"]), reason=given["motif"]
        )
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    return redirect(f"{reverse('agents-moderation:liste')}?{given['retour'].lstrip('?')}#file")


def _alert(request: HttpRequest, alert_id: str) -> Alert:
    actor = agent(request)
    require(actor, "contributions.treat_alert")
    rows = Alert.objects.visible_to(actor).select_related("participation__source__perimeter", "assigned_to")
    found: Alert = get_object_or_404(rows, public_id=alert_id)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: HttpRequest, alert_id: str) -> HttpResponse:
    """The masked texts, what to do, and what was done."""
    found = _alert(request, alert_id)
    form = AlertForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.close_alert(agent(request), alert=found, outcome=form.cleaned_data["suite"])
        except Forbidden:
            raise
        except Refused as refusal:
            tell_refusal(request, refusal)
        else:
            messages.success(request, _("L’alerte est close, à votre nom."))
            return redirect("agents-moderation:liste")
    return render(request, "agents/moderation/alerte.html", _alert_context(found, form, ()))


@require_POST
def reveal(request: HttpRequest, alert_id: str) -> HttpResponse:
    """The texts as they were written: asked for, journalled, not kept in any cache."""
    found = _alert(request, alert_id)
    texts = services.reveal_alert(agent(request), alert=found)
    answer = render(request, "agents/moderation/alerte.html", _alert_context(found, AlertForm(), texts))
    answer["Cache-Control"] = "no-store, private"
    return answer


def _alert_context(found: Alert, form: AlertForm, revealed: Any) -> dict[str, Any]:
    texts = found.participation.contributions.select_related("question")
    return {
        "alerte": found,
        "form": form,
        "textes": texts.order_by("question__position", "position"),
        "en_clair": revealed,
        "suicide": "suicide" in found.kinds,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: HttpRequest, contest_id: str) -> HttpResponse:
    """What was hidden and why, what the author answers, and the new decision."""
    actor = agent(request)
    require(actor, "contributions.decide_contest")
    rows = Contest.objects.visible_to(actor).select_related(
        "contribution__participation__source__perimeter", "contribution__question"
    )
    found = get_object_or_404(rows, public_id=contest_id)
    form = ContestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.decide_contest(
                actor, contest=found, lift=given["decision"] == "lever", answer=given["reponse"]
            )
        except Forbidden:
            raise
        except Refused as refusal:
            tell_refusal(request, refusal)
        else:
            messages.success(request, _("Votre réponse est enregistrée. La personne la lira avec son code."))
            return redirect("agents-moderation:liste")
    labels = ModerationReason.objects.labels()
    context = {
        "contestation": found,
        "form": form,
        "motif": labels.get(found.contribution.moderation_reason, found.contribution.moderation_reason),
        "decisions": found.contribution.decisions.select_related("decided_by"),
    }
    return render(request, "agents/moderation/contestation.html", context)


@require_safe
def procedure(request: HttpRequest) -> HttpResponse:
    """What to do with words of distress, and with crimes and offences learnt in office."""
    require(agent(request), "contributions.moderate")
    return render(request, "agents/moderation/procedure.html")
