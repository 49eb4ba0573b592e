"""The last step: what is missing, and the verbs of the approver (open, correct, extend, close).

Fed by the checklist. Feeds the verbs of consultations.services.lifecycle.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations import services
from fabrique.consultations.models import Consultation
from fabrique.web.agents.consultations.access import file_context, reach, url
from fabrique.web.agents.consultations.closing_forms import CloseForm, ExtendForm
from fabrique.web.agents.consultations.forms import FileForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal


def _page(
    request: HttpRequest, consultation: Consultation, status: int = 200, **forms: FileForm
) -> HttpResponse:
    context = file_context(request, consultation, "ouverture")
    context["manques"] = [
        {"phrase": item.sentence, "url": url(consultation, item.step)} for item in context["manques"]
    ]
    context["avertissements"] = services.warnings_before_opening(consultation) if context["brouillon"] else []
    context["notice"] = consultation.notices.latest_version()
    context["versions"] = consultation.questionnaires.order_by("number")
    context["en_correction"] = not context["brouillon"] and consultation.questionnaires.draft() is not None
    context["prolonger"] = forms.get("extend") or ExtendForm(initial={"closes_at": consultation.closes_at})
    context["clore"] = forms.get("close") or CloseForm()
    return render(request, "agents/consultations/ouverture.html", context, status=status)


@require_safe
def checklist(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where the file stands, and what may be done now."""
    return _page(request, reach(request, public_id))


def _act(
    request: HttpRequest, consultation: Consultation, verb: Callable[[], Any], done: str
) -> HttpResponse:
    try:
        verb()
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, done)
    return redirect(url(consultation, "ouverture"))


@require_POST
def open_(request: HttpRequest, public_id: str) -> HttpResponse:
    consultation = reach(request, public_id)
    verb = partial(services.open_consultation, agent(request), consultation=consultation)
    return _act(
        request,
        consultation,
        verb,
        _("La consultation est ouverte. La notice et le questionnaire sont figés."),
    )


@require_POST
def new_version(request: HttpRequest, public_id: str) -> HttpResponse:
    consultation = reach(request, public_id)
    verb = partial(services.new_version, agent(request), consultation=consultation)
    return _act(
        request, consultation, verb, _("Une nouvelle version est en préparation. L’ancienne reste en ligne.")
    )


@require_POST
def publish_version(request: HttpRequest, public_id: str) -> HttpResponse:
    consultation = reach(request, public_id)
    version = consultation.questionnaires.latest_version()
    verb = partial(services.publish_version, agent(request), version=version)
    return _act(request, consultation, verb, _("La nouvelle version est en ligne."))


@require_POST
def drop_version(request: HttpRequest, public_id: str) -> HttpResponse:
    consultation = reach(request, public_id)
    version = consultation.questionnaires.latest_version()
    verb = partial(services.drop_version, agent(request), version=version)
    return _act(
        request, consultation, verb, _("La nouvelle version est abandonnée. Rien n’a changé en ligne.")
    )


@require_POST
def extend(request: HttpRequest, public_id: str) -> HttpResponse:
    consultation = reach(request, public_id)
    form = ExtendForm(request.POST)
    if not form.is_valid():
        return _page(request, consultation, extend=form)
    verb = partial(
        services.extend_consultation,
        agent(request),
        consultation=consultation,
        closes_at=form.cleaned_data["closes_at"],
    )
    return _act(request, consultation, verb, _("La clôture est reportée."))


@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    consultation = reach(request, public_id)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, consultation, close=form)
    verb = partial(
        services.close_consultation,
        agent(request),
        consultation=consultation,
        reason=form.cleaned_data["reason"],
    )
    return _act(request, consultation, verb, _("La consultation est close."))
