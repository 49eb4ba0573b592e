"""What every screen of a plan shares: reaching it, its menu, what the agent may do there.

Fed by plan's reads and rights. Feeds the views and the layout templates/agents/plan/cadre.html.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.actors import Agent
from fabrique.accounts.models import Role
from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Refused
from fabrique.common.registry import rights
from fabrique.plan import models
from fabrique.plan.enums import PlanState
from fabrique.plan.models import Plan
from fabrique.plan.querysets.tree import programmes_visible
from fabrique.plan.services.layout.spec import BY_ONE, BY_SECTION, LevelSpec
from fabrique.plan.services.life import OPEN_TO_WRITING
from fabrique.plan.services.nomenclature import OF_A_TERRITORY, is_text, require_writing
from fabrique.territories.models import Territory
from fabrique.web.shared.actors import agent

ROOM = "agents-plan"
#: levels with a list of their own; the others are in the tree
LISTED = ("documents", "keys", "publics", "partners", "programmes", "instruments")
BADGES = {
    PlanState.DRAFT: "",
    PlanState.CONSULTATION: "info",
    PlanState.ADOPTED: "success",
    PlanState.REVISION: "warning",
    PlanState.CLOSED: "",
}


def reach_plan(request: HttpRequest, slug: str, verb: str = "") -> Plan:
    """The plan, if the agent may read it (404 otherwise) and holds the verb over it (403 otherwise)."""
    actor = agent(request)
    require(actor, "plan.read")
    visible = Plan.objects.visible_to(actor).select_related("territory", "previous")
    plan: Plan = get_object_or_404(visible, slug=slug)
    if verb:
        require(actor, verb, plan.territory)
    return plan


def reach_node(request: HttpRequest, plan: Plan, one: str, node_id: str) -> Any:
    """A node of that level; a draft of a territory that the agent does not read is not found."""
    level = level_named(one)
    rows = rows_visible(agent(request), plan, level)
    return get_object_or_404(rows, public_id=node_id)


def level_named(one: str) -> LevelSpec:
    """The level of « objective »… Raises Http404."""
    if one not in BY_ONE:
        raise Http404
    return BY_ONE[one]


def section_named(section: str) -> LevelSpec:
    """The level of a section that has its own list. Raises Http404."""
    if section not in LISTED:
        raise Http404
    return BY_SECTION[section]


def rows_visible(actor: Agent, plan: Plan, level: LevelSpec) -> Any:
    """The nodes of a level that the agent may read, in their order."""
    rows: Any
    if level.section == "objectives":
        rows = models.Objective.objects.visible_to(actor).filter(plan=plan)
    elif level.section == "programmes":
        rows = programmes_visible(plan, actor)
    else:
        rows = getattr(models, level.model)._default_manager.filter(plan=plan)
    return rows.order_by("position", "key")


def may_write(actor: Agent, plan: Plan, level: LevelSpec, territory: Territory | None = None) -> bool:
    """Whether the agent may write a node of that level there, in the state that the plan is in."""
    try:
        require_writing(actor, plan=plan, level=level, territory=territory)
    except Refused:
        return False
    return True


def may_add(actor: Agent, plan: Plan, level: LevelSpec) -> bool:
    """Whether the agent may add a node of that level somewhere in the plan."""
    return (
        bool(territories_of(actor, plan, level))
        if level.section in OF_A_TERRITORY
        else may_write(actor, plan, level)
    )


def territories_of(actor: Agent, plan: Plan, level: LevelSpec) -> list[Territory]:
    """The region and the departments of the plan where the agent may write a node of that level."""
    if plan.state == PlanState.CLOSED:
        return []
    offered = [plan.territory, *Territory.objects.within(plan.territory).departments().order_by("code")]
    held = (
        Role.objects.of(actor.user).filter(code__in=rights.get("plan.edit_text")).select_related("territory")
    )
    own = [role.territory for role in held]
    writes = [one for one in offered if any(territory.contains(one) for territory in own)]
    return [one for one in writes if not is_text(plan, level, one) or plan.state in OPEN_TO_WRITING]


def url(plan: Plan, name: str, *args: Any) -> str:
    """Address of a screen of the plan."""
    return reverse(f"{ROOM}:{name}", args=[plan.slug, *args])


def plan_context(request: HttpRequest, plan: Plan, tab: str, **extra: Any) -> dict[str, Any]:
    """What the layout needs: title, state, menu, rights."""
    actor = agent(request)
    tabs = [
        ("arbre", _("Engagements et objectifs"), url(plan, "arbre")),
        *((section, BY_SECTION[section].label, url(plan, "section", section)) for section in LISTED),
        ("vie", _("État et versions"), url(plan, "vie")),
        ("fichiers", _("Fichiers"), url(plan, "fichiers")),
    ]
    return {
        "plan": plan,
        "etat": {"sorte": BADGES[PlanState(plan.state)], "texte": plan.get_state_display()},
        "onglets": [
            {"code": code, "label": label, "url": address, "current": code == tab}
            for code, label, address in tabs
        ],
        "onglet": tab,
        "lit_tout": holds(actor, "plan.read", plan.territory),
        "regional": holds(actor, "plan.edit_text", plan.territory),
        **extra,
    }
