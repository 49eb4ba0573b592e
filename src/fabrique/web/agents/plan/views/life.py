"""The state of a plan, its history, its frozen versions, and the gestures that change its state.

Fed by the approver and the regional lead. Feeds the verbs of plan.services.life.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import PlanState
from fabrique.plan.services import life
from fabrique.web.agents.plan.access import plan_context, reach_plan, url
from fabrique.web.agents.plan.forms import AdoptForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal

#: gesture of the page -> (verb, what is said once done)
GESTURES: dict[str, tuple[Callable[..., Any], Callable[[], str]]] = {
    "publier": (life.publish_plan, lambda: _("Le plan est public.")),
    "reprendre": (life.resume_drafting, lambda: _("Le texte peut de nouveau être écrit.")),
    "reviser": (life.open_revision, lambda: _("La révision est ouverte : le texte peut être écrit.")),
    "clore": (life.close, lambda: _("Le plan est clos.")),
}


@require_safe
def state(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the plan stands, what can be done next and by whom, and every text frozen so far."""
    plan = reach_plan(request, slug)
    actor = agent(request)
    context = plan_context(
        request,
        plan,
        "vie",
        versions=plan.versions.order_by("-number"),
        gestes=_possible(plan.state),
        decide=holds(actor, "plan.change_state", plan.territory),
        consulte=holds(actor, "plan.consult", plan.territory),
        etats=[
            {"code": code, "label": label, "courant": code == plan.state} for code, label in PlanState.choices
        ],
    )
    return render(request, "agents/plan/vie.html", context)


@require_POST
def act(request: HttpRequest, slug: str, gesture: str) -> HttpResponse:
    """One gesture on the state; its refusal is told at the top of the page."""
    if gesture not in GESTURES:
        raise Http404
    plan = reach_plan(request, slug)
    verb, told = GESTURES[gesture]
    try:
        verb(agent(request), plan=plan)
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, told())
    return redirect(url(plan, "vie"))


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, slug: str) -> HttpResponse:
    """Record the arrêté: the text as it stands is frozen as adopted."""
    plan = reach_plan(request, slug, "plan.change_state")
    form = AdoptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            life.adopt(agent(request), plan=plan, **form.cleaned_data)
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Le plan est adopté. Son texte est figé."))
            return redirect(url(plan, "vie"))
    return render(request, "agents/plan/adopter.html", plan_context(request, plan, "vie", form=form))


@require_safe
def version(request: HttpRequest, slug: str, version_id: str) -> HttpResponse:
    """A frozen text, line by line, with the hash that proves it."""
    plan = reach_plan(request, slug)
    found = get_object_or_404(plan.versions, public_id=version_id)
    lines = life.version_nodes(found)
    nodes = [
        {"about": about, "mots": {name: text for _about, name, text in group}}
        for about, group in groupby(lines, key=lambda line: line[0])
    ]
    context = plan_context(request, plan, "vie", version=found, lignes=nodes)
    return render(request, "agents/plan/version.html", context)


def _possible(current: str) -> set[str]:
    """What the state allows: the gestures above, « adopter » and « soumettre », which have their own pages.

    A text is submitted by the notice of a formal consultation alone. The verbs check again, with the right of each.
    """
    return {
        PlanState.DRAFT: {"soumettre", "adopter"},
        PlanState.CONSULTATION: {"reprendre", "adopter"},
        PlanState.ADOPTED: {"reviser", "clore"},
        PlanState.REVISION: {"soumettre", "adopter", "clore"},
        PlanState.CLOSED: set(),
    }[PlanState(current)]
