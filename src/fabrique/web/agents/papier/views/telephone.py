"""An answer by telephone: the questions read out, the oral agreement kept as a fact, the code spelled aloud.

Fed by fabrique.paper's calls. Feeds templates/agents/papier/.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import require
from fabrique.common.crypto import Undecipherable, decrypt, encrypt
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.models import Consultation
from fabrique.consultations.services.definition import definition_of
from fabrique.paper import services
from fabrique.paper.enums import CallOutcome
from fabrique.paper.models import Call
from fabrique.web.agents.papier.forms import CallForm
from fabrique.web.shared.actors import agent
from fabrique_core.privacy.receipts import format_code, spell

SPELLED = "code-a-epeler"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The consultations that can be answered now, and how the calls ended so far."""
    actor = agent(request)
    require(actor, "paper.enter")
    rows = []
    for consultation in Consultation.objects.answerable().select_related("perimeter").order_by("-opens_at"):
        if services.territories_for(actor, verb="paper.enter", perimeter=consultation.perimeter):
            calls = Call.objects.visible_to(actor).filter(consultation=consultation).counted_by_outcome()
            rows.append(
                {
                    "consultation": consultation,
                    "issues": [(CallOutcome(code).label, number) for code, number in calls.items()],
                    "appels": sum(calls.values()),
                }
            )
    return render(request, "agents/papier/telephone.html", {"consultations": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """The questionnaire to read out, and what the person says."""
    actor = agent(request)
    require(actor, "paper.enter")
    consultation = get_object_or_404(
        Consultation.objects.visible_to_public().select_related("perimeter"), public_id=consultation_id
    )
    services.call_territory(actor, consultation=consultation)
    given: Any = request.POST if request.method == "POST" else None
    sealed = request.POST.get("scelle", "") if given else services.seal_call(actor, consultation=consultation)
    carried = services.open_call(sealed)
    form = CallForm(
        given,
        definition=definition_of(get_object_or_404(consultation.questionnaires, public_id=carried.version)),
        consultation=consultation,
        label_suffix="",
        initial={"scelle": sealed},
    )
    if request.method == "POST" and form.is_valid():
        answer = _recorded(request, form)
        if answer is not None:
            return answer
    context = {"form": form, "consultation": consultation, "numero": carried.key[:6]}
    return render(request, "agents/papier/appel.html", context)


def _recorded(request: HttpRequest, form: CallForm) -> HttpResponse | None:
    """The next page once the call is on disk; None, with errors in the form, where it is not."""
    try:
        answered = services.record_call(
            agent(request),
            sealed=form.sealed,
            reading=form.reading,
            consent_read=form.cleaned_data["lue"],
        )
    except Forbidden:
        raise
    except Refused as refusal:
        if refusal.code == "paper.reading":
            form.show_errors(refusal.params["errors"])  # type: ignore[arg-type]
        else:
            form.add_error(None, str(refusal))
        return None
    if not answered.code:
        messages.info(
            request,
            _("L’appel est compté, rien n’est enregistré : %(reason)s.")
            % {"reason": answered.call.get_outcome_display()},
        )
        return redirect("agents-papier:telephone")
    request.session[SPELLED] = encrypt(answered.code)
    return redirect("agents-papier:recu")


@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """The code to spell, until the operator says that it was noted."""
    require(agent(request), "paper.enter")
    try:
        code = decrypt(request.session[SPELLED])
    except (KeyError, Undecipherable):
        return redirect("agents-papier:telephone")
    groups = format_code(code).split("-")
    spelled = spell(code)
    lines, start = [], 0
    for group in groups:
        lines.append({"groupe": group, "signes": spelled[start : start + len(group)]})
        start += len(group)
    return render(request, "agents/papier/recu.html", {"code": format_code(code), "groupes": lines})


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """The person noted the code: it leaves the screen and the session."""
    require(agent(request), "paper.enter")
    request.session.pop(SPELLED, None)
    return redirect("agents-papier:telephone")
