"""The plan of health for everyone: what is promised, what is done, by commitment, challenge, objective and action.

Fed by restitution.services.plan_pages, which reads public rows only. Feeds templates/public/plan/.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fabrique.plan.enums import CrossMark
from fabrique.plan.models import (
    Action,
    Challenge,
    Evaluation,
    FormalConsultation,
    Objective,
    Plan,
    Programme,
    Review,
    TargetPublic,
)
from fabrique.restitution.services import plan_pages
from fabrique.restitution.services.plan_sheet import sheet_of
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory


def public_plan() -> Plan:
    """The plan that the pages are about. Raises Http404 while none is public."""
    plan = plan_pages.current_plan()
    if plan is None:
        raise Http404
    return plan


def _page(request: HttpRequest, name: str, plan: Plan, **context: Any) -> HttpResponse:
    return render(request, f"public/plan/{name}.html", {"plan": plan, **context})


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The plan at a glance; a designed empty page while none is public."""
    plan = plan_pages.current_plan()
    if plan is None:
        return render(request, "public/plan/aucun.html")
    tree = plan_pages.tree_of(plan)
    return _page(
        request,
        "liste",
        plan,
        arbre=tree,
        argent=plan_pages.money_of(tree.actions),
        cles=plan.keys.all(),
        documents=plan.documents.select_related("territory", "part_of"),
        partenaires=plan.partners.all(),
        publics=_used(TargetPublic, plan),
        marques=plan_pages.marks_of(tree),
        departements=plan_pages.departments_of(plan),
        avis=FormalConsultation.objects.public().filter(plan=plan),
        revues=Review.objects.public().filter(plan=plan),
        evaluations=Evaluation.objects.public().filter(plan=plan),
        anciens=plan.previous.commitments.all() if plan.previous else (),
    )


def _used(model: Any, plan: Plan) -> Any:
    """Target publics of a plan with the number of public objectives and actions that aim at each."""
    shown = Q(objectives__published_at__isnull=False)
    acted = Q(actions__published_at__isnull=False)
    return model.objects.filter(plan=plan).annotate(
        n_objectives=Count("objectives", filter=shown, distinct=True),
        n_actions=Count("actions", filter=acted, distinct=True),
    )


@require_safe
def commitment(request: HttpRequest, key: str) -> HttpResponse:
    """One commitment: its challenges, their objectives, how the whole stands."""
    plan = public_plan()
    tree = plan_pages.tree_of(plan)
    line = next((one for one in tree.commitments if one.commitment.key == key), None)
    if line is None:
        raise Http404
    earlier = line.commitment.continues
    return _page(request, "engagement", plan, ligne=line, ancien=earlier)


@require_safe
def challenge(request: HttpRequest, key: str) -> HttpResponse:
    """One challenge; one without a title says so."""
    plan = public_plan()
    row = get_object_or_404(Challenge.objects.select_related("commitment"), plan=plan, key=key)
    lines = plan_pages.objectives_where(plan, Q(challenge=row))
    return _page(request, "defi", plan, defi=row, objectifs=lines, ensemble=plan_pages.together(lines))


@require_safe
def objective(request: HttpRequest, public_id: str) -> HttpResponse:
    """One objective: what was promised, what is done, its indicators, how territories decline it."""
    row = _public_objective(public_id)
    (line,) = plan_pages.objective_lines(
        [row], Action.objects.public().filter(objective=row).select_related("territory")
    )
    return _page(
        request,
        "objectif",
        row.plan,
        objectif=row,
        ligne=line,
        argent=plan_pages.money_of(line.actions),
        indicateurs=plan_pages.indicators_of(row),
        declinaisons=row.declined_by.public().select_related("territory"),
        programmes=row.programmes.filter(published_at__isnull=False),
    )


def _public_objective(public_id: str) -> Objective:
    rows = Objective.objects.public().select_related(
        "plan", "territory", "challenge__commitment", "document", "declines__territory"
    )
    found: Objective = get_object_or_404(rows.prefetch_related("publics"), public_id=public_id)
    return found


@require_safe
def action(request: HttpRequest, public_id: str) -> HttpResponse:
    """One action sheet as the public reads it."""
    rows = Action.objects.public().select_related(
        "plan", "territory", "objective__challenge__commitment", "programme", "copied_from"
    )
    row = get_object_or_404(rows, public_id=public_id)
    return _page(request, "action", row.plan, fiche=sheet_of(row))


@require_safe
def territory(request: HttpRequest, code: str) -> HttpResponse:
    """The plan in one department: its own objectives, and regional ones under which it acts."""
    plan = public_plan()
    place = get_object_or_404(Territory.objects.within(plan.territory), level=Level.DEPARTMENT, code=code)
    lines = plan_pages.of_territory(place, plan)
    return _page(
        request,
        "territoire",
        plan,
        territoire=place,
        objectifs=lines,
        ensemble=plan_pages.together(lines),
        argent=plan_pages.money_of([line for one in lines for line in one.actions]),
        instruments=plan.instruments.filter(territory=place).select_related("holder"),
        document=plan.documents.filter(territory=place).first(),
        revues=Review.objects.public().filter(plan=plan, territory=place),
    )


@require_safe
def target_public(request: HttpRequest, key: str) -> HttpResponse:
    """What is promised to one public, and what is done for it."""
    plan = public_plan()
    row = get_object_or_404(TargetPublic, plan=plan, key=key)
    lines = plan_pages.objectives_where(plan, Q(publics=row), Q(publics=row))
    return _page(
        request, "selection", plan, titre=row.title, texte=row.description, objectifs=lines,
        ensemble=plan_pages.together(lines), genre="public",
    )  # fmt: skip


@require_safe
def mark(request: HttpRequest, mark: str) -> HttpResponse:
    """What the plan does under one cross-cutting mark: mountain, cross-border…"""
    if mark not in CrossMark.values:
        raise Http404
    plan = public_plan()
    lines = plan_pages.marked(plan_pages.tree_of(plan), mark)
    return _page(
        request, "selection", plan, titre=CrossMark(mark).label, texte="", objectifs=lines,
        ensemble=plan_pages.together(lines), genre="marque",
    )  # fmt: skip


@require_safe
def programme(request: HttpRequest, public_id: str) -> HttpResponse:
    """One programme of actions, and whether it belongs to the plan in the strict sense."""
    rows = Programme.objects.filter(published_at__isnull=False, plan__published_at__isnull=False)
    row = get_object_or_404(rows.select_related("plan", "territory", "document"), public_id=public_id)
    lines = plan_pages.action_lines(Action.objects.public().filter(programme=row).select_related("territory"))
    objectives = row.objectives.public().select_related("territory")
    return _page(request, "programme", row.plan, programme=row, actions=lines, objectifs=objectives)
