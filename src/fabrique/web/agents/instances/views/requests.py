"""What a body asks the agency: a new request, its answer, its end.

Fed by councils.Request. Feeds the verbs of councils.services on requests.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fabrique.accounts.rights import holds, require
from fabrique.common.clock import today
from fabrique.common.errors import Forbidden, Refused
from fabrique.councils import services
from fabrique.councils.enums import RequestState
from fabrique.web.agents.instances.access import reach_body, reach_request
from fabrique.web.agents.instances.forms import RequestAnswerForm, RequestForm
from fabrique.web.agents.instances.saving import Sheet, act_and_return, form_page
from fabrique.web.agents.instances.views.bodies import path_of
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import shown


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, body_id: str) -> HttpResponse:
    body = reach_body(request, body_id, "councils.follow_requests")
    sheet = Sheet(
        _("Noter une demande de l’instance"),
        _("Enregistrer la demande"),
        path_of(body),
        ("agents-instances:instance", body.public_id),
        lead=_("Ce que l’instance demande à l’agence : les membres suivent la réponse et la suite."),
        done=_("Demande enregistrée."),
    )
    form = RequestForm(request.POST or None, body=body)
    return form_page(
        request, sheet, form, lambda given: services.ask_agency(agent(request), body=body, **given)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, request_id: str) -> HttpResponse:
    """One request, read by members; the secretary notes its answer."""
    asked = reach_request(request, request_id)
    actor = agent(request)
    follows = holds(actor, "councils.follow_requests", asked.body.territory)
    form = RequestAnswerForm(request.POST or None, initial=shown(services.answer_said(asked)))
    if request.method == "POST":
        require(actor, "councils.follow_requests", asked.body.territory)
        if form.is_valid():
            try:
                services.note_answer(actor, request=asked, **form.cleaned_data)
            except Forbidden:
                raise
            except Refused as refusal:
                form.add_error(None, str(refusal))
                form.keep_over(refusal)
            else:
                return act_and_return(
                    request,
                    lambda: None,
                    _("Réponse enregistrée."),
                    "agents-instances:demande",
                    asked.public_id,
                )
    context = {
        "demande": asked,
        "form": form,
        "chemin": path_of(asked.body),
        "peut_suivre": follows and asked.state != RequestState.CLOSED,
        "en_retard": asked.state == RequestState.ASKED
        and asked.due_on is not None
        and asked.due_on < today(),
    }
    return render(request, "agents/instances/demande.html", context)


@require_POST
def close(request: HttpRequest, request_id: str) -> HttpResponse:
    asked = reach_request(request, request_id, "councils.follow_requests")
    return act_and_return(
        request,
        lambda: services.close_request(agent(request), request=asked),
        _("Demande close."),
        "agents-instances:demande",
        asked.public_id,
    )
