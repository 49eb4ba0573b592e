"""The plan of health for everyone: what is promised, what is done, by commitment, challenge, objective and action.

Fed by restitution.services.plan_pages and plan_whole, which read public rows only. Feeds templates/public/plan/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
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
from fabrique.restitution.services import plan_pages, plan_versions
from fabrique.restitution.services.plan_data import BY_NAME
from fabrique.restitution.services.plan_sheet import sheet_of
from fabrique.restitution.services.plan_whole import whole_of
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

#: the tables whose rows say the department that they are of
OF_A_PLACE = ("objectifs", "actions", "avancement", "jalons", "budget", "personnes", "instruments")


def public_plan(request: HttpRequest) -> Plan:
    """The plan that the pages are about: a former one where the address names it (?plan=…), else the current one.

    Raises Http404 while none is public, and for a name that is not that of a public plan.
    """
    wanted = request.GET.get("plan", "")
    plan = plan_pages.public_plan_named(wanted) if wanted else plan_pages.current_plan()
    if plan is None:
        raise Http404
    return plan


def page(request: HttpRequest, name: str, plan: Plan, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the room. `ailleurs`: what its links to other pages end with, so as to stay in a former plan."""
    current = plan_pages.current_plan()
    former = current is not None and current.pk != plan.pk
    told: dict[str, Any] = {
        "plan": plan,
        "plan_en_vigueur": current if former else None,
        "ailleurs": f"?plan={plan.slug}" if former else "",
    }
    return render(request, f"public/plan/{name}.html", {**told, **context}, status=status)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The plan at a glance; a designed empty page while none is public."""
    if not request.GET.get("plan") and plan_pages.current_plan() is None:
        return render(request, "public/plan/aucun.html")
    plan = public_plan(request)
    tree = plan_pages.tree_of(plan)
    return page(
        request,
        "liste",
        plan,
        arbre=tree,
        tout=whole_of(tree.objectives),
        cles=plan.keys.all(),
        documents=plan.documents.select_related("territory", "part_of"),
        partenaires=plan.partners.all(),
        publics=plan_pages.publics_of(tree),
        marques=plan_pages.marks_of(tree),
        departements=plan_pages.departments_of(plan),
        avis=FormalConsultation.objects.public().filter(plan=plan),
        revues=Review.objects.public().filter(plan=plan),
        evaluations=Evaluation.objects.public().filter(plan=plan),
        en_vigueur=plan_versions.text_in_force(plan),
    )


@require_safe
def commitment(request: HttpRequest, key: str) -> HttpResponse:
    """One commitment: its challenges, their objectives, how the whole stands."""
    plan = public_plan(request)
    tree = plan_pages.tree_of(plan)
    line = next((one for one in tree.commitments if one.commitment.key == key), None)
    if line is None:
        raise Http404
    under = [one for challenge in line.challenges for one in challenge.objectives]
    earlier = line.commitment.continues
    return page(request, "engagement", plan, ligne=line, ancien=earlier, tout=whole_of(under))


@require_safe
def challenge(request: HttpRequest, key: str) -> HttpResponse:
    """One challenge; one without a title says so."""
    plan = public_plan(request)
    row = get_object_or_404(Challenge.objects.select_related("commitment"), plan=plan, key=key)
    lines = plan_pages.objectives_where(plan, Q(challenge=row))
    return page(request, "defi", plan, defi=row, objectifs=lines, tout=whole_of(lines))


@require_safe
def objective(request: HttpRequest, public_id: str) -> HttpResponse:
    """One objective: what was promised, what is done, its indicators, how territories decline it."""
    row = _public_objective(public_id)
    (line,) = plan_pages.objective_lines(
        [row], Action.objects.public().filter(objective=row).select_related("territory")
    )
    whole = whole_of([line])
    return page(
        request,
        "objectif",
        row.plan,
        objectif=row,
        ligne=line,
        tout=whole,
        propres=[one.progress for one in whole.indicators if one.action is None],
        des_actions=[one for one in whole.indicators if one.action is not None],
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
    return page(request, "action", row.plan, fiche=sheet_of(row))


@require_safe
def territory(request: HttpRequest, code: str) -> HttpResponse:
    """The plan in one department: its own objectives, and regional ones under which it acts."""
    plan = public_plan(request)
    place = get_object_or_404(Territory.objects.within(plan.territory), level=Level.DEPARTMENT, code=code)
    lines = plan_pages.of_territory(place, plan)
    return page(
        request,
        "territoire",
        plan,
        territoire=place,
        objectifs=lines,
        # the indicators of a regional objective tell of the region
        tout=whole_of(lines, lambda row: row.territory_id == place.pk),
        instruments=plan.instruments.filter(territory=place).select_related("holder"),
        document=plan.documents.filter(territory=place).first(),
        revues=Review.objects.public().filter(plan=plan, territory=place),
        tables=[(name, BY_NAME[name].title) for name in OF_A_PLACE],
    )


@require_safe
def target_public(request: HttpRequest, key: str) -> HttpResponse:
    """What is promised to one public, and what is done for it."""
    plan = public_plan(request)
    row = get_object_or_404(TargetPublic, plan=plan, key=key)
    lines = plan_pages.aimed_at(plan_pages.tree_of(plan), row)
    return _selection(request, plan, row.title, row.description, "public", lines, _aims_at(row))


@require_safe
def mark(request: HttpRequest, mark: str) -> HttpResponse:
    """What the plan does under one cross-cutting mark: mountain, cross-border…"""
    if mark not in CrossMark.values:
        raise Http404
    plan = public_plan(request)
    lines = plan_pages.marked(plan_pages.tree_of(plan), mark)
    return _selection(
        request, plan, CrossMark(mark).label, "", "marque", lines, lambda row: mark in row.marks
    )


def _aims_at(public: TargetPublic) -> Callable[[Objective], bool]:
    return lambda row: any(one.pk == public.pk for one in row.publics.all())


def _selection(
    request: HttpRequest,
    plan: Plan,
    title: Any,
    text: str,
    kind: str,
    lines: Iterable[plan_pages.ObjectiveLine],
    own: Callable[[Objective], bool],
) -> HttpResponse:
    rows = list(lines)
    return page(
        request,
        "selection",
        plan,
        titre=title,
        texte=text,
        genre=kind,
        objectifs=rows,
        tout=whole_of(rows, own),
    )


@require_safe
def programme(request: HttpRequest, public_id: str) -> HttpResponse:
    """One programme of actions, and whether it belongs to the plan in the strict sense."""
    rows = Programme.objects.filter(published_at__isnull=False, plan__published_at__isnull=False)
    row = get_object_or_404(rows.select_related("plan", "territory", "document"), public_id=public_id)
    lines = plan_pages.action_lines(Action.objects.public().filter(programme=row).select_related("territory"))
    return page(
        request,
        "programme",
        row.plan,
        programme=row,
        actions=lines,
        argent=plan_pages.money_of(lines),
        objectifs=row.objectives.public().select_related("territory"),
    )
