"""The plans of the instance, a new one, and one plan at a glance.

Fed by plan's reads. Feeds templates/agents/plan/liste.html, nouveau.html and arbre.html.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import PlanState
from fabrique.plan.models import Plan
from fabrique.plan.services.layout.spec import BY_ONE
from fabrique.plan.services.life import create_plan
from fabrique.territories.models import Territory
from fabrique.web.agents.plan.access import BADGES, may_add, plan_context, reach_plan, url
from fabrique.web.agents.plan.forms import NewPlanForm
from fabrique.web.agents.plan.tree import Filters, choices_of, tree_of
from fabrique.web.shared.actors import agent


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every plan that the agent may read, the current one first."""
    actor = agent(request)
    require(actor, "plan.read")
    plans = Plan.objects.visible_to(actor).select_related("territory")
    rows = [
        {
            "plan": plan,
            "url": url(plan, "arbre"),
            "etat": {"sorte": BADGES[PlanState(plan.state)], "texte": plan.get_state_display()},
        }
        for plan in plans
    ]
    creates = holds(actor, "plan.edit_text", Territory.objects.perimeter())
    return render(request, "agents/plan/liste.html", {"lignes": rows, "peut_creer": creates})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A title opens a plan, as a draft of the region."""
    actor = agent(request)
    perimeter = Territory.objects.perimeter()
    require(actor, "plan.edit_text", perimeter)
    form = NewPlanForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            plan = create_plan(actor, territory=perimeter, **form.cleaned_data)
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(url(plan, "arbre"))
    return render(request, "agents/plan/nouveau.html", {"form": form})


@require_safe
def tree(request: HttpRequest, slug: str) -> HttpResponse:
    """Commitments, challenges, objectives, programmes and how many actions, filtered by the address."""
    plan = reach_plan(request, slug)
    actor = agent(request)
    filters = Filters.of(request.GET)
    commitments, unknown = tree_of(actor, plan, filters)
    context = plan_context(
        request,
        plan,
        "arbre",
        engagements=commitments,
        inconnus=unknown,
        filtre=filters,
        choix=choices_of(plan),
        ajoute={one: may_add(actor, plan, BY_ONE[one]) for one in ("commitment", "challenge", "objective")},
        suivant=max((branch.node.number for branch in commitments), default=0) + 1,
    )
    return render(request, "agents/plan/arbre.html", context)
